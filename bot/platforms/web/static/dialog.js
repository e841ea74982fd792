// A dialog over the conversation: parts to read, fields to fill, buttons to press; updated in place.
import { el, icon } from "./dom.js";
import { Autosave } from "./autosave.js";
import { FieldView } from "./fields.js";
import { ask, buttonRow, draw } from "./parts.js";

export class DialogView {
  // context: { send(did) -> reply, follow(reply, view), parked(view), opener }
  constructor(dialog, context) {
    this.context = context;
    this.fields = new Map();
    this.partNodes = new Map();
    this.title = el("h2", { id: "dialog-title", tabindex: "-1" });
    this.step = el("p", { class: "step" });
    this.bar = el("progress", { "aria-hidden": "true", hidden: true });
    this.close = el("button", { type: "button", class: "quiet icon", onclick: () => this.park() }, icon("close"));
    this.wrong = el("div", { class: "wrong-list", role: "alert", tabindex: "-1", hidden: true });
    this.note = el("div", { class: "dialog-note", role: "status", hidden: true });
    this.parts = el("div", { class: "parts" });
    this.form = el("form", { class: "fields", novalidate: true, autocomplete: "off" });
    this.saved = el("p", { class: "saved soft tiny", role: "status" });
    this.row = el("div", { class: "dialog-buttons" });
    this.body = el("div", { class: "dialog-body" }, this.wrong, this.note, this.parts, this.form);
    this.node = el("dialog", { class: "dialog", "aria-labelledby": "dialog-title" },
      el("header", { class: "dialog-top" }, el("div", {}, this.step, this.title), this.close),
      this.bar, this.body, el("footer", { class: "dialog-foot" }, this.row, this.saved),
      el("div", { class: "heard unseen", role: "status" }));
    this.node.addEventListener("cancel", (event) => { event.preventDefault(); this.park(); });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.enter(); });
    this.form.addEventListener("input", (event) => this.touched(event.target, 700));
    this.form.addEventListener("change", (event) => this.touched(event.target, 0));
    document.body.append(this.node);
    this.fill(dialog);
  }

  // Everything anew: a different dialog, or another step of the same one.
  fill(dialog) {
    this.saver?.stop();
    this.fields.clear();
    this.partNodes.clear();
    this.parts.replaceChildren();
    this.form.replaceChildren();
    this.note.hidden = true;
    this.saved.textContent = "";
    this.lastTouched = null;
    this.show(dialog);
    this.saver = new Autosave({
      send: (answers) => this.context.send(
        { kind: "filled", action: "draft.keep", value: this.dialog.draft, answers }, () => this.lost(), this.dialog.draft),
      read: () => this.read(),
      kept: (reply, answers) => this.kept(reply, answers),
      say: (words) => { this.saved.textContent = words; },
    });
    this.body.scrollTop = 0;
    if (this.node.open) this.focusFirst();
  }

  // The same view with news: keep every field that is still asked exactly as it stands.
  show(dialog) {
    this.dialog = dialog;
    this.title.textContent = dialog.title;
    this.step.textContent = dialog.step;
    this.progress(dialog.step);
    this.close.setAttribute("aria-label", dialog.draft ? "Close for now; your answers are kept" : "Close");
    this.showParts(dialog.parts);
    this.showFields(dialog.fields);
    this.showButtons(dialog.buttons);
    this.showErrors();
  }

  progress(step) {
    const [, at, of] = /(\d+)\D+(\d+)/.exec(step) || [];
    this.bar.hidden = !of;
    if (of) Object.assign(this.bar, { max: Number(of), value: Number(at) });
  }

  // A box that appears because of an answer is shown right under that answer; the rest stays above.
  showParts(parts) {
    const fresh = draw(parts);
    const times = new Map();
    const wanted = new Map(parts.map((part, n) => {
      const words = JSON.stringify(part);
      times.set(words, (times.get(words) ?? 0) + 1);
      return [`${times.get(words)}:${words}`, { node: fresh[n], boxed: part.type === "Callout" }];
    }));
    for (const [key, node] of this.partNodes) {
      if (wanted.has(key)) continue;
      node.remove();
      this.partNodes.delete(key);
    }
    const under = this.lastTouched && this.fields.get(this.lastTouched)?.node;
    const first = this.partNodes.size === 0 && !under;
    let after = null;
    this.changedAbove = false;
    for (const [key, { node, boxed }] of wanted) {
      const there = this.partNodes.get(key);
      if (there) {
        if (there.parentNode === this.parts) after = there;
        continue;
      }
      this.partNodes.set(key, node);
      if (under && boxed) {
        node.classList.add("arrived");
        node.setAttribute("role", "alert");
        under.append(node);
        continue;
      }
      if (after) after.after(node);
      else this.parts.prepend(node);
      after = node;
      this.changedAbove = !first;
    }
  }

  showFields(fields) {
    const active = document.activeElement;
    const wanted = new Set(fields.map((field) => field.question.id));
    for (const [id, view] of this.fields) {
      if (wanted.has(id)) continue;
      view.node.remove();
      this.fields.delete(id);
    }
    let before = null;
    for (const field of fields) {
      let view = this.fields.get(field.question.id);
      if (view && view.shape !== JSON.stringify(field.question)) {
        const fresh = new FieldView({ ...field, answer: view.widget.read() }, () => this.touched(fresh.widget.node, 0));
        view.node.replaceWith(fresh.node);
        view = fresh;
      } else if (view) view.describe(field.error, field.advice);
      else {
        const fresh = new FieldView(field, () => this.touched(fresh.widget.node, 0));
        view = fresh;
      }
      this.fields.set(field.question.id, view);
      const spot = before ? before.nextSibling : this.form.firstChild;
      if (spot !== view.node) this.form.insertBefore(view.node, spot);
      before = view.node;
    }
    if (active?.isConnected && active !== document.activeElement && this.node.contains(active)) active.focus();
  }

  showButtons(buttons) {
    const shape = JSON.stringify(buttons);
    if (shape === this.buttonShape) return;
    this.buttonShape = shape;
    this.row.replaceChildren(...[buttonRow(buttons, (button, node) => this.press(button, node))].filter(Boolean));
  }

  showErrors() {
    const wrong = this.dialog.fields.filter((field) => field.error);
    this.wrong.hidden = !wrong.length;
    if (!wrong.length) return;
    const count = wrong.length === 1 ? "One answer needs another look" : `${wrong.length} answers need another look`;
    this.wrong.replaceChildren(el("p", { class: "wrong-title" }, icon("caution"), el("strong", { text: count })),
      el("ul", {}, ...wrong.map((field) => el("li", {}, el("a", {
        href: `#${this.fields.get(field.question.id).id}`,
        text: field.error,
        onclick: (event) => { event.preventDefault(); this.fields.get(field.question.id).focus(); },
      })))));
  }

  touched(target, wait) {
    for (const [id, view] of this.fields) if (view.node.contains(target)) this.lastTouched = id;
    this.edited = true;
    if (this.dialog.draft) this.saver.changed(wait);
  }

  read() {
    return Object.fromEntries([...this.fields].map(([id, view]) => [id, view.widget.read()]));
  }

  // What an autosave brought back: conditional questions, guidance; never somebody's words undone.
  kept(reply, sent) {
    const fresh = reply.dialog;
    if (!this.saver.stopped && !fresh && (reply.closes || reply.entries.length)) this.context.follow(reply, this);
    if (this.saver.stopped || !fresh || fresh.draft !== this.dialog.draft) return;
    const now = this.read();
    this.show(fresh);
    if (this.changedAbove) this.saved.textContent = "Saved. What it says at the top has changed.";
    for (const field of fresh.fields) {
      const id = field.question.id;
      const view = this.fields.get(id);
      const untouched = JSON.stringify(now[id]) === JSON.stringify(sent[id]) && !view.node.contains(document.activeElement);
      if (id in sent && untouched && field.answer !== null && !same(field.answer, sent[id])) view.widget.write(field.answer);
    }
  }

  enter() {
    const primary = this.dialog.buttons.find((button) => button.style === "primary" && button.submits);
    if (primary && this.dialog.fields.length === 1) this.press(primary, this.row.querySelector("button.primary"));
  }

  async press(button, node) {
    if (this.busy) return;
    this.busy = true;
    for (const other of this.row.querySelectorAll("button")) other.setAttribute("aria-disabled", "true");
    try {
      if (button.confirm && !(await ask(button.confirm, button.label, button.style === "danger"))) return;
      await this.saver.settle({ flush: this.dialog.draft && !button.submits });
      node.classList.add("working");
      const did = button.submits
        ? { kind: "filled", action: button.action, value: button.value, answers: this.read() }
        : { kind: "pressed", action: button.action, value: button.value };
      const reply = await this.context.send(did, () => this.lost(), this.dialog.draft);
      this.context.follow(reply, this);
    } catch (problem) {
      this.say([el("p", { class: "trouble", text: problem.message })]);
    } finally {
      this.busy = false;
      node.classList.remove("working");
      for (const other of this.row.querySelectorAll("button")) other.removeAttribute("aria-disabled");
    }
  }

  // A reply to a button: the next view, or the same one with something to put right.
  answered(dialog) {
    this.edited = false;
    const same = dialog.id === this.dialog.id && dialog.step === this.dialog.step && dialog.title === this.dialog.title;
    if (!same || !dialog.fields.some((field) => field.error)) {
      this.fill(dialog);
      if (!this.wrong.hidden) this.wrong.focus();
      return;
    }
    this.lastTouched = null;
    this.show(dialog);
    this.saver.last = "";
    this.body.scrollTop = 0;
    this.wrong.focus();
  }

  lost() {
    this.saved.textContent = "Not connected, trying again. What you typed is still here.";
  }

  // Words said in answer to something done here.
  say(nodes) {
    this.note.replaceChildren(...nodes);
    this.note.hidden = false;
    this.note.scrollIntoView({ block: "nearest" });
  }

  open() {
    this.node.showModal();
    this.focusFirst();
  }

  focusFirst() {
    (this.wrong.hidden ? this.title : this.wrong).focus();
  }

  // Closed by the person: nothing is thrown away.
  async park() {
    if (this.dialog.draft && this.saver) this.saver.run();
    this.node.close();
    this.context.parked(this);
  }

  // Closed by Usher: it is done with.
  finish() {
    this.saver?.stop();
    this.node.close();
    this.node.remove();
  }
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
