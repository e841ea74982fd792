// A file is never opened, whatever it is: Usher only hears that there was one.

const holdsFile = (transfer) => [...(transfer?.types ?? [])].includes("Files");

export function watchFiles(dropped) {
  addEventListener("dragover", (event) => { if (holdsFile(event.dataTransfer)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!holdsFile(event.dataTransfer)) return;
    event.preventDefault();
    dropped();
  });
  addEventListener("paste", (event) => {
    if (!holdsFile(event.clipboardData)) return;
    event.preventDefault();
    dropped();
  });
}
