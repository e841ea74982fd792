// When something happened: a date, a time if known, "about" and "still going on".
import { el, newId } from "./dom.js";

// The day in words, because 03/04 is April in one browser and March in another.
export function inWords(control) {
  const words = el("output", { class: "in-words", for: control.id });
  const show = () => {
    const day = control.value ? new Date(`${control.value}T12:00`) : null;
    words.textContent = day
      ? day.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" }) : "";
  };
  control.addEventListener("input", show);
  return { node: words, show };
}

const SHAPE = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?( about)?( ongoing)?$/;

export function moment() {
  const date = el("input", { type: "date", id: newId("date") });
  const words = inWords(date);
  const time = el("input", { type: "time", id: newId("time") });
  const about = el("input", { type: "checkbox", id: newId("about") });
  const ongoing = el("input", { type: "checkbox", id: newId("ongoing") });
  const labelled = (control, words) => el("div", { class: "part" }, el("label", { for: control.id, text: words }), control);
  const ticked = (control, words) => el("div", { class: "option" }, control,
    el("label", { for: control.id }, el("span", { text: words })));
  return {
    node: el("div", { class: "moment" },
      labelled(date, "Date"), labelled(time, "Time, if you know it"), words.node,
      el("div", { class: "moment-ticks" }, ticked(about, "About then"), ticked(ongoing, "Still going on"))),
    control: date,
    read() {
      if (!date.value) return "";
      return date.value + (time.value ? `T${time.value.slice(0, 5)}` : "")
        + (about.checked ? " about" : "") + (ongoing.checked ? " ongoing" : "");
    },
    write(answer) {
      const [, day = "", clock = "", rough, still] = SHAPE.exec(typeof answer === "string" ? answer : "") || [];
      date.value = day;
      time.value = clock;
      about.checked = Boolean(rough);
      ongoing.checked = Boolean(still);
      words.show();
    },
  };
}
