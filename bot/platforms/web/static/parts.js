// Draw what Usher says: the parts of a message or a dialog, and its buttons.
import { el, icon, lines } from "./dom.js";

const TONE_WORDS = { danger: "Urgent", caution: "Take care", good: "Confirmed", plain: "Note" };

const DRAW = {
  Heading: (part) => el("h3", { class: "heading", text: part.text }),
  Paragraph: (part) => el("p", { class: part.strong ? "strong" : part.quiet ? "quiet-words" : undefined }, ...lines(part.text)),
  Quotation: quotation,
  Bullets: (part) => el("ul", { class: "bullets" }, ...part.items.map((item) => el("li", {}, ...lines(item)))),
  Facts: (part) => el("dl", { class: "facts" }, ...part.rows.map(([label, value]) =>
    el("div", {}, el("dt", { text: label }), el("dd", {}, ...lines(value))))),
  Callout: callout,
};

function quotation(part, supporting) {
  const source = part.official ? "Official wording" : "In our words";
  return el("figure", { class: supporting ? "quotation supporting" : "quotation" },
    el("figcaption", {},
      el("span", { class: "chip", text: part.clause }),
      el("span", { class: "section", text: part.section })),
    el("blockquote", {}, ...lines(part.text)),
    el("p", { class: "source" },
      el("span", { class: part.official ? "source-kind official" : "source-kind", text: source }),
      el("span", { text: part.version })));
}

function callout(part) {
  return el("div", { class: `callout tone-${part.tone}` },
    el("p", { class: "callout-title" }, icon(part.tone),
      el("span", { class: "tone-word", text: TONE_WORDS[part.tone] }),
      el("strong", { text: part.title })),
    ...part.lines.map((line) => el("p", {}, ...lines(line))));
}

// Clauses quoted after a heading support the answer; the ones before it are the answer.
export function draw(parts) {
  let headed = false;
  let quoted = false;
  return parts.map((part) => {
    if (part.type === "Heading") headed = true;
    const node = DRAW[part.type](part, headed && quoted);
    if (part.type === "Quotation") quoted = true;
    return node;
  });
}

export function buttonRow(buttons, press) {
  if (!buttons.length) return null;
  return el("div", { class: "buttons" }, ...buttons.map((button) => {
    const node = el("button", { type: "button", class: button.style, text: button.label });
    node.addEventListener("click", () => press(button, node));
    return node;
  }));
}

// The line that a listener hears first, when the parts do not begin with it anyway.
export function summary(message) {
  const first = message.parts[0];
  const opening = first ? first.text || first.title || "" : "";
  if (!message.parts.length) return el("p", { class: "strong", text: message.summary });
  return opening === message.summary ? null : el("p", { class: "unseen", text: message.summary });
}

// Ask before something that cannot be taken back. Resolves to whether the person said yes.
export function ask(question, yes, danger) {
  return new Promise((done) => {
    const dialog = el("dialog", { class: "ask", "aria-labelledby": "ask-question" },
      el("p", { id: "ask-question" }, ...lines(question)),
      el("div", { class: "buttons" },
        el("button", { type: "button", text: "Go back", onclick: () => dialog.close("") }),
        el("button", { type: "button", class: danger ? "danger" : "primary", text: yes, onclick: () => dialog.close("yes") })));
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
