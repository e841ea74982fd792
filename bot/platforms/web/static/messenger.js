// The messenger: rooms on the left, the conversation, the box to write in, dialogs over it all.
import { announce, byId, el, face, icon } from "./dom.js";
import { DialogView } from "./dialog.js";
import { watchFiles } from "./files.js";
import { Log } from "./log.js";
import { Stream, act, link, state } from "./net.js";
import { ask, draw, summary } from "./parts.js";
import { Rail } from "./rail.js";

const app = { me: null, places: [], here: "", boot: "", entries: new Map(), note: "", typed: new Map(), dialog: null, parked: null, busy: 0 };

const log = new Log(byId("log"), { press, reply, announce });
const rail = new Rail(go);
const scroll = byId("scroll");
const box = byId("box");

function here() {
  return app.places.find((place) => place.id === app.here);
}

// --- what there is to show -------------------------------------------------------------------

function take(entries) {
  let changed = false;
  for (const entry of entries) {
    const key = `${entry.place} ${entry.id}`;
    const was = app.entries.get(key);
    if (was && JSON.stringify(was) === JSON.stringify({ ...entry, hung: was.hung })) continue;
    // A card that is replaced stays where it hangs.
    app.entries.set(key, { ...entry, hung: was ? was.hung ?? was.at : entry.at });
    changed = true;
  }
  if (changed) refresh();
}

function inPlace(place) {
  return [...app.entries.values()].filter((entry) => entry.place === place)
    .sort((one, other) => one.hung - other.hung || one.order - other.order);
}

function refresh() {
  const place = here();
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  const fresh = log.show(inPlace(app.here), place.kind === "channel", app.note);
  if (!document.hidden) rail.seen(app.here, inPlace(app.here));
  rail.show(app.places, app.here, (id) => inPlace(id));
  if (!fresh.length) return;
  const mine = fresh.some((node) => app.entries.get(`${app.here} ${node.dataset.id}`)?.mine);
  if (atEnd || mine) follow(fresh);
  else byId("newer").hidden = false;
}

// Show what is new: from its beginning when it is longer than the window, else to the end.
function follow(fresh) {
  const first = fresh[0].offsetTop - 16;
  const end = scroll.scrollHeight - scroll.clientHeight;
  scroll.scrollTo({ top: Math.min(first, end) });
}

function go(id) {
  if (app.here) app.typed.set(app.here, box.value);
  app.here = id;
  const place = here();
  byId("room-name").textContent = place.name;
  byId("room-about").textContent = place.about;
  byId("box-label").textContent = `Message ${place.kind === "channel" ? "in" : "to"} ${place.name}`;
  box.placeholder = place.kind === "channel" ? `Write in ${place.name}` : "Ask Usher";
  box.value = app.typed.get(id) ?? "";
  byId("home").hidden = place.kind === "channel";
  byId("newer").hidden = true;
  trouble("");
  log.clear();
  refresh();
  scroll.scrollTop = scroll.scrollHeight;
  if (place.kind === "direct") greet();
}

// Usher's greeting, once for every start of Usher, however many windows are open.
function greet() {
  const begun = inPlace(app.here).some((entry) => entry.kind !== "notice");
  if (!begun) say({ kind: "pressed", action: "home", value: "" }, { id: `home-${app.boot}` }).catch((problem) => trouble(problem.message));
}

// --- what the person does --------------------------------------------------------------------

function trouble(text) {
  byId("trouble").textContent = text;
  byId("trouble").hidden = !text;
}

async function say(did, spot = {}, onLost = () => {}) {
  const place = spot.place ?? app.here;
  const content = { place, thread: spot.thread ?? "", within: spot.within ?? "", draft: spot.draft ?? "", did };
  if (spot.id) content.id = spot.id;
  app.busy += 1;
  const slow = setTimeout(() => { byId("busy").hidden = place !== app.here; }, 350);
  try {
    const said = await act(content, onLost);
    take(said.entries);
    return said;
  } finally {
    clearTimeout(slow);
    app.busy -= 1;
    if (!app.busy) byId("busy").hidden = true;
  }
}

async function press(button, node, entry) {
  if (node.getAttribute("aria-disabled") === "true") return;
  node.setAttribute("aria-disabled", "true");
  try {
    if (button.confirm && !(await ask(button.confirm, button.label, button.style === "danger"))) return;
    node.classList.add("working");
    const spot = { place: entry.place, thread: here().kind === "channel" ? entry.thread || entry.id : "", within: entry.id };
    follows(await say({ kind: "pressed", action: button.action, value: button.value }, spot), spot, null);
    trouble("");
  } catch (problem) {
    trouble(problem.message);
  } finally {
    node.removeAttribute("aria-disabled");
    node.classList.remove("working");
  }
}

// Send what is in a box. Its words stay there until they have arrived. Resolves to whether they have.
async function send(field, button, spot) {
  const text = field.value.trim();
  if (!text || field.readOnly) return false;
  field.readOnly = true;
  button.setAttribute("aria-disabled", "true");
  trouble("");
  try {
    const said = await say({ kind: "said", text }, spot);
    if (app.here === spot.place || field !== box) field.value = "";
    app.typed.delete(spot.place);
    follows(said, spot, null);
    return true;
  } catch (problem) {
    trouble(problem.message);
    return false;
  } finally {
    field.readOnly = false;
    button.removeAttribute("aria-disabled");
  }
}

function reply(root, field, button) {
  return send(field, button, { place: root.place, thread: root.id });
}

async function dropped() {
  const spot = { place: app.here, within: app.dialog ? "dialog" : "", draft: app.dialog?.dialog.draft };
  try {
    follows(await say({ kind: "dropped" }, spot), spot, app.dialog);
  } catch (problem) {
    trouble(problem.message);
  }
}

// --- dialogs ---------------------------------------------------------------------------------

function follows(said, spot, view) {
  const answers = said.entries.filter((entry) => entry.message);
  if (said.closes && view) {
    drop(view);
    focusOn(answers[0]);
  }
  if (said.closes && app.parked && (!view || app.parked.draft === view.dialog.draft)) unpark();
  if (said.dialog) {
    if (view && view === app.dialog) view.answered(said.dialog);
    else open(said.dialog, spot);
  } else if (view && !said.closes) {
    view.say(answers.flatMap((entry) => [summary(entry.message), ...draw(entry.message.parts)]).filter(Boolean));
  }
}

function open(dialog, spot) {
  if (app.dialog) drop(app.dialog);
  if (app.parked?.draft === dialog.draft) unpark();
  app.dialog = new DialogView(dialog, {
    send: (did, onLost, draft) => say(did, { ...spot, within: "dialog", draft }, onLost),
    follow: (said, view) => follows(said, spot, view),
    parked: park,
  });
  app.dialog.open();
}

function drop(view) {
  view.finish();
  if (app.dialog === view) app.dialog = null;
}

// Closed by the person: it waits above the box, as it stands.
function park(view) {
  app.dialog = null;
  if (!view.dialog.draft && !view.edited) {
    drop(view);
    return;
  }
  strip(view.dialog, () => {
    app.dialog = view;
    view.open();
  }, view);
}

function strip(dialog, resume, view) {
  unpark();
  app.parked = { draft: dialog.draft, view };
  const button = el("button", { type: "button", class: "plain", text: "Carry on", onclick: () => { hide(); resume(); } });
  byId("parked").replaceChildren(el("p", {}, "Not finished: ", el("strong", { text: dialog.title }),
    `${dialog.step ? ` (${dialog.step})` : ""}. Your answers so far are kept.`), button);
  byId("parked").hidden = false;
  if (!view || document.activeElement === document.body) button.focus({ preventScroll: true });
}

function hide() {
  app.parked = null;
  byId("parked").hidden = true;
}

function unpark() {
  const view = app.parked?.view;
  hide();
  if (view) drop(view);
}

function focusOn(entry) {
  const node = entry && byId("log").querySelector(`[data-id="${CSS.escape(entry.id)}"]`);
  (node ?? box).focus();
}

// --- beginning and beginning again -----------------------------------------------------------

function begin(now) {
  Object.assign(app, { me: now.me, places: now.places, boot: now.boot });
  app.entries = new Map(now.entries.map((entry) => [`${entry.place} ${entry.id}`, { ...entry, hung: entry.at }]));
  byId("school").textContent = now.school;
  byId("me-name").textContent = now.me.name;
  byId("me-job").textContent = now.me.job;
  byId("me-face").replaceChildren(face(now.me.name, now.me.id));
  rail.me = now.me;
  if (now.kept && !app.dialog && !app.parked) strip(now.kept, () => open(now.kept, { place: now.places[0].id }), null);
  if (!here()) app.here = "";
  go(app.here || now.places[0].id);
  stream.open(now.mark);
}

const stream = new Stream(take, async () => {
  const before = app.boot;
  const now = await state();
  if (now.boot !== before) {
    app.note = "Usher was started again. What was said here before is gone; notices and half-filled forms are kept.";
  }
  begin(now);
});

link.watchers.push((lost) => {
  byId("link").hidden = !lost;
  byId("link").textContent = lost ? "Not connected, trying again. What you type stays here." : "";
});

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send(box, byId("send"), { place: app.here }).then((sent) => { if (sent && !app.dialog) box.focus(); });
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("composer").requestSubmit();
});
byId("home").addEventListener("click", (event) => {
  const button = event.currentTarget;
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  const spot = { place: app.here };
  say({ kind: "pressed", action: "home", value: "" }, spot).then((said) => follows(said, spot, null))
    .catch((problem) => trouble(problem.message)).finally(() => button.removeAttribute("aria-disabled"));
});
byId("newer").addEventListener("click", () => {
  scroll.scrollTop = scroll.scrollHeight;
  byId("newer").hidden = true;
});
scroll.addEventListener("scroll", () => {
  if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60) byId("newer").hidden = true;
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && here()) refresh(); });

byId("rail-open").append(icon("menu"));
byId("rail-close").append(icon("close"));
watchFiles(dropped);
state().then(begin);
