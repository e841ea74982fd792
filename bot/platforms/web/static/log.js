// The conversation in one place: what was said, in order, with threads under what they answer.
import { el, face, icon, lines, usherFace } from "./dom.js";
import { buttonRow, draw, summary } from "./parts.js";

const TOGETHER = 5 * 60;

export class Log {
  // press(button, node, entry), reply(root, text, form)
  constructor(node, { press, reply, announce }) {
    Object.assign(this, { node, press, reply, announce });
    this.drawn = new Map();
  }

  // Another place: start over, without reading it all out.
  clear() {
    this.node.setAttribute("aria-live", "off");
    this.node.replaceChildren();
    this.drawn.clear();
    setTimeout(() => this.node.setAttribute("aria-live", "polite"), 400);
  }

  // Bring what is shown into step with the entries of this place. Returns the nodes that are new.
  show(entries, shared, note) {
    this.shared = shared;
    this.fresh = [];
    const known = new Set(entries.map((entry) => entry.id));
    const roots = entries.filter((entry) => !entry.thread || !known.has(entry.thread));
    const nodes = [];
    let day = "";
    let before = null;
    if (note) nodes.push(this.line(`note:${note}`, () => el("p", { class: "restart-note", text: note })));
    for (const entry of roots) {
      if (entry.day !== day) {
        day = entry.day;
        before = null;
        nodes.push(this.line(`day:${day}`, () => el("h2", { class: "day" }, el("span", { text: entry.day }))));
      }
      nodes.push(this.entry(entry, before));
      before = entry;
      const thread = entries.filter((other) => other.thread === entry.id);
      if (thread.length || shared) nodes.push(this.thread(entry, thread));
      if (thread.length) before = null;
    }
    if (!nodes.length) nodes.push(this.line("empty", () => el("p", { class: "empty soft", text: "Nothing has been said here yet." })));
    arrange(this.node, nodes);
    return this.fresh;
  }

  line(key, make) {
    if (!this.drawn.has(key)) this.drawn.set(key, { node: make() });
    return this.drawn.get(key).node;
  }

  entry(entry, before) {
    const follows = Boolean(before) && before.by === entry.by && before.only === entry.only
      && before.kind === entry.kind && entry.kind !== "notice" && entry.at - before.at < TOGETHER;
    const shape = JSON.stringify([entry, follows]);
    const there = this.drawn.get(entry.id);
    if (there?.shape === shape) return there.node;
    const node = this.draw(entry, follows);
    if (there) {
      if (there.node.contains(document.activeElement)) queueMicrotask(() => node.focus());
      there.node.replaceWith(node);
      if (words(there.message) !== words(entry.message)) this.announce(`Updated: ${entry.message.summary}`);
    } else this.fresh.push(node);
    this.drawn.set(entry.id, { node, shape, message: entry.message });
    return node;
  }

  draw(entry, follows) {
    const kinds = ["entry", `is-${entry.kind}`, entry.by ? "by-person" : "by-usher"];
    if (entry.mine && !this.shared) kinds.push("mine");
    if (follows) kinds.push("follows");
    if (entry.only) kinds.push("only");
    const name = entry.mine ? "You" : entry.name;
    const head = el("p", { class: "head" },
      el("strong", { text: name }),
      entry.job && !entry.mine ? el("span", { class: "soft job", text: entry.job }) : null,
      entry.kind === "notice" ? el("span", { class: "tag", text: "Notice" }) : null,
      el("time", { class: "soft", text: entry.time }));
    return el("article", { class: kinds.join(" "), tabindex: "-1", "data-id": entry.id },
      entry.by ? face(entry.name, entry.by) : usherFace(),
      el("div", { class: "said" }, follows ? null : head,
        entry.only ? el("p", { class: "only-line" }, icon("lock"), "Only you can see this") : null,
        this.content(entry)));
  }

  content(entry) {
    if (entry.pressed) return el("p", { class: "words pressed" }, el("span", { class: "unseen", text: "Chose: " }), entry.pressed);
    if (!entry.message) return el("p", { class: "words" }, ...lines(entry.text));
    return el("div", { class: "message" }, summary(entry.message), ...draw(entry.message.parts),
      buttonRow(entry.message.buttons, (button, node) => this.press(button, node, entry)));
  }

  thread(root, entries) {
    const key = `thread:${root.id}`;
    const made = this.line(key, () => {
      const list = el("div", { class: "thread-list" });
      const foot = el("div", { class: "thread-foot" });
      const open = el("button", { type: "button", class: "text-button" }, icon("reply"), "Reply in thread");
      open.addEventListener("click", () => this.writeIn(root, foot, open));
      foot.append(open);
      return el("section", { class: "thread", "aria-label": `Thread under ${root.name}, ${root.time}` }, list, foot);
    });
    let before = null;
    arrange(made.firstChild, entries.map((entry) => {
      const node = this.entry(entry, before);
      before = entry;
      return node;
    }));
    made.classList.toggle("bare", !entries.length);
    return made;
  }

  writeIn(root, foot, open) {
    const box = el("textarea", { rows: 1, "aria-label": `Reply in the thread under ${root.name}, ${root.time}` });
    const send = el("button", { type: "submit", class: "primary", text: "Reply" });
    const form = el("form", { class: "composer small" }, box, send);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") foot.replaceChildren(open);
      if (event.key === "Escape") open.focus();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (await this.reply(root, box, send)) {
        foot.replaceChildren(open);
        open.focus();
      }
    });
    foot.replaceChildren(form);
    box.focus();
  }
}

// What a message says; that its buttons have gone is no news to a listener.
function words(message) {
  return JSON.stringify([message?.summary, message?.parts]);
}

// Put these nodes in this order, touching only what is out of place.
function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let spot = parent.firstChild;
  for (const node of nodes) {
    if (node === spot) spot = spot.nextSibling;
    else parent.insertBefore(node, spot);
  }
}
