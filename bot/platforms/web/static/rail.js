// The rail: the rooms one may see, what is unread in each, and, on a phone, the sheet they are on.
import { byId, el, icon } from "./dom.js";

const narrow = matchMedia("(max-width: 52rem)");

export class Rail {
  constructor(go) {
    this.go = go;
    this.me = null;
    byId("rail-open").addEventListener("click", () => this.sheet(true));
    byId("rail-close").addEventListener("click", () => this.sheet(false));
    byId("rail-close").setAttribute("aria-label", "Close the rooms");
    byId("shade").addEventListener("click", () => this.sheet(false));
    byId("rail").addEventListener("keydown", (event) => { if (event.key === "Escape") this.sheet(false); });
    narrow.addEventListener("change", () => this.sheet(false));
    addEventListener("storage", () => this.again?.());
    this.sheet(false);
  }

  sheet(open) {
    const shown = open && narrow.matches;
    const was = document.body.classList.contains("sheet");
    document.body.classList.toggle("sheet", shown);
    byId("rail").inert = narrow.matches && !shown;
    byId("room").inert = shown;
    byId("shade").hidden = !shown;
    byId("rail-open").setAttribute("aria-expanded", String(shown));
    if (shown) byId("rail").querySelector("[aria-current]")?.focus();
    else if (was && narrow.matches) byId("rail-open").focus();
  }

  key(place) {
    return `usher:${this.me.id}:${place}`;
  }

  // How far this person has read, kept in the browser: a time, never a word of what was said.
  seen(place, entries) {
    const last = Math.max(0, ...entries.map((entry) => entry.at));
    try {
      if (last > Number(localStorage.getItem(this.key(place)) ?? 0)) localStorage.setItem(this.key(place), String(last));
    } catch { /* a browser that keeps nothing shows everything as unread, which is safe */ }
  }

  unread(place, entries) {
    let since = 0;
    try { since = Number(localStorage.getItem(this.key(place)) ?? 0); } catch { /* as above */ }
    return entries.filter((entry) => !entry.mine && entry.at > since).length;
  }

  show(places, here, entriesOf) {
    this.again = () => this.show(places, here, entriesOf);
    let all = 0;
    const items = { direct: [], channel: [] };
    for (const place of places) {
      const count = place.id === here && !document.hidden ? 0 : this.unread(place.id, entriesOf(place.id));
      all += count;
      items[place.kind].push(this.item(place, place.id === here, count));
    }
    this.put(byId("direct"), items.direct);
    this.put(byId("channels"), items.channel);
    byId("channels-title").hidden = byId("channels").hidden = !items.channel.length;
    const open = byId("rail-open");
    open.setAttribute("aria-label", all ? `Rooms, ${all} unread` : "Rooms");
    open.classList.toggle("has-unread", all > 0);
    const name = places.find((place) => place.id === here).name;
    document.title = `${all ? `(${all}) ` : ""}${name}${name === "Usher" ? "" : " - Usher"}`;
  }

  item(place, current, count) {
    const button = el("button", { type: "button", class: "place", "data-place": place.id, "aria-current": current ? "page" : null },
      place.kind === "direct" ? el("img", { src: "/static/usher.svg", alt: "", width: 22, height: 22 }) : icon("people"),
      el("span", { class: "place-name", text: place.name }),
      count ? el("span", { class: "count-mark" }, String(count), el("span", { class: "unseen", text: " unread" })) : null);
    button.addEventListener("click", () => {
      this.go(place.id);
      if (narrow.matches) this.sheet(false);
      byId("room-name").focus({ preventScroll: true });
    });
    return el("li", {}, button);
  }

  // Replace only what changed, so that nobody loses their place on the list.
  put(list, items) {
    items.forEach((item, n) => {
      const there = list.children[n];
      if (!there) list.append(item);
      else if (!there.isEqualNode(item)) {
        const focused = there.contains(document.activeElement);
        there.replaceWith(item);
        if (focused) item.firstChild.focus();
      }
    });
    while (list.children.length > items.length) list.lastChild.remove();
  }
}
