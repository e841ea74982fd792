// Draw the questions of a dialog, and read the answers back exactly as the form means them.
import { el, newId } from "./dom.js";
import { inWords, moment } from "./moment.js";
import { rows } from "./rows.js";

// Each maker returns { node, control, read(), write(answer) }; `control` is what gets the focus.
const MAKE = {
  text: (question) => typed(question, el("input", { type: "text" })),
  number: (question) => typed(question, el("input", { type: "text", inputmode: "numeric", class: "short" })),
  date,
  long_text: (question) => typed(question, el("textarea", { rows: 4 })),
  choice: (question) => options(question, "radio"),
  choices: (question) => options(question, "checkbox"),
  confirm,
  moment,
  rows: (question, changed) => rows(question, changed, cell),
};

const GROUPS = new Set(["choice", "choices", "moment", "rows"]);

function typed(_question, control) {
  return {
    node: control,
    control,
    read: () => control.value.replace(/\r\n?/g, "\n"),
    write: (answer) => { control.value = typeof answer === "string" ? answer : ""; },
  };
}

function date(question) {
  const made = typed(question, el("input", { type: "date", class: "short", id: newId("date") }));
  const words = inWords(made.control);
  return {
    ...made,
    node: el("div", { class: "dated" }, made.control, words.node),
    write: (answer) => { made.write(answer); words.show(); },
  };
}

function options(question, type) {
  const group = newId("choice");
  const boxes = question.choices.map((choice) => el("input", { type, name: group, value: choice.id, id: newId("option") }));
  const items = question.choices.map((choice, n) => {
    const hint = choice.hint ? el("span", { class: "option-hint", id: `${boxes[n].id}-hint`, text: choice.hint }) : null;
    if (hint) boxes[n].setAttribute("aria-describedby", hint.id);
    return el("div", { class: "option" }, boxes[n],
      el("label", { for: boxes[n].id }, el("span", { text: choice.say })), hint);
  });
  const node = el("div", { class: items.length > 7 ? "options many" : "options" }, ...items);
  const picked = () => boxes.filter((box) => box.checked).map((box) => box.value);
  if (type === "radio" && !question.required) node.append(clear(boxes, node));
  return {
    node,
    control: boxes[0],
    read: () => (type === "radio" ? picked()[0] ?? "" : picked()),
    write: (answer) => {
      const wanted = new Set(Array.isArray(answer) ? answer : [answer]);
      for (const box of boxes) box.checked = wanted.has(box.value);
    },
  };
}

function clear(boxes, node) {
  return el("button", { type: "button", class: "text-button", text: "Clear this choice", onclick: () => {
    for (const box of boxes) box.checked = false;
    boxes[0].focus();
    node.dispatchEvent(new Event("change", { bubbles: true }));
  } });
}

function confirm(question) {
  const control = el("input", { type: "checkbox", id: newId("confirm") });
  return {
    node: el("div", { class: "option agree" }, control, el("label", { for: control.id }, el("span", { text: question.ask }))),
    control,
    read: () => (control.checked ? "yes" : ""),
    write: (answer) => { control.checked = answer === "yes"; },
  };
}

// A question inside a row: the same, but a choice is a short list.
function cell(column) {
  if (column.kind !== "choice") return MAKE[column.kind](column, () => {});
  const select = el("select", {}, el("option", { value: "", text: "Choose" }),
    ...column.choices.map((choice) => el("option", { value: choice.id, text: choice.say })));
  return typed(column, select);
}

// What to say about how many, where the form itself says nothing.
function limits(question) {
  if (question.kind === "choices" && question.most > 0) return `Choose up to ${question.most}.`;
  if (question.kind === "choices") return "Choose all that apply.";
  return "";
}

// One question with its label, hint, limit and error, tied together for people who listen.
export class FieldView {
  constructor(field, changed) {
    const question = field.question;
    this.question = question;
    this.shape = JSON.stringify(question);
    this.id = newId("field");
    this.widget = MAKE[question.kind](question, changed);
    this.error = el("p", { class: "error", id: `${this.id}-error`, hidden: true });
    this.advice = el("div", { class: "advice", id: `${this.id}-advice`, "aria-live": "polite", hidden: true });
    this.count = el("p", { class: "count", id: `${this.id}-count`, "aria-live": "polite", hidden: true });
    const hints = question.hint || limits(question);
    this.hint = hints ? el("p", { class: "hint", id: `${this.id}-hint`, text: hints }) : null;
    this.node = GROUPS.has(question.kind) ? this.group() : this.single();
    this.node.classList.add("field", `kind-${question.kind}`);
    this.widget.write(field.answer ?? "");
    this.describe(field.error, field.advice);
    this.node.addEventListener("input", () => this.counted());
    this.counted();
  }

  words() {
    const ask = el("span", { class: "ask-words", text: this.question.ask });
    return this.question.required ? [ask] : [ask, el("span", { class: "optional", text: " (if you can)" })];
  }

  group() {
    return el("fieldset", {}, el("legend", {}, ...this.words()), this.hint, this.error, this.widget.node, this.advice);
  }

  single() {
    const control = this.widget.control;
    control.id ||= newId("control");
    if (this.question.required) control.setAttribute("aria-required", "true");
    const label = this.question.kind === "confirm" ? null : el("label", { for: control.id }, ...this.words());
    return el("div", {}, label, this.hint, this.error, this.widget.node, this.count, this.advice);
  }

  describe(error, advice = this.advised) {
    this.wrong = error;
    this.suggest(advice ?? "");
    this.error.replaceChildren(...(error ? [el("span", { class: "unseen", text: "Error: " }), error] : []));
    this.error.hidden = !error;
    this.node.classList.toggle("wrong", Boolean(error));
    const target = this.node.tagName === "FIELDSET" ? this.node : this.widget.control;
    const ids = [
      this.hint?.id,
      error ? this.error.id : "",
      this.advice.hidden ? "" : this.advice.id,
      this.count.hidden ? "" : this.count.id,
    ].filter(Boolean);
    if (ids.length) target.setAttribute("aria-describedby", ids.join(" "));
    else target.removeAttribute("aria-describedby");
    if (target === this.widget.control) target.toggleAttribute("aria-invalid", false);
    if (error && target === this.widget.control) target.setAttribute("aria-invalid", "true");
  }

  // What might make the answer better, beside it: never an error, and nothing waits for it.
  suggest(advice) {
    if (advice === this.advised) return;
    this.advised = advice;
    this.advice.replaceChildren(...advice.split("\n").filter(Boolean).map((line) => el("p", { text: `A thought: ${line}` })));
    this.advice.hidden = !advice;
  }

  counted() {
    const { kind, longest } = this.question;
    if (kind !== "text" && kind !== "long_text") return;
    const length = [...this.widget.read()].length;
    const near = length > longest * 0.8;
    if (near) this.count.textContent = length > longest
      ? `${length - longest} characters too many` : `${longest - length} characters left`;
    if (this.count.hidden === near) {
      this.count.hidden = !near;
      this.describe(this.wrong);
    }
  }

  focus() {
    this.widget.control.focus();
    this.node.scrollIntoView({ block: "nearest" });
  }
}
