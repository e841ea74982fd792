// Make elements from words. Text only ever goes in as text, never as markup.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export function byId(id) {
  return document.getElementById(id);
}

let last = 0;
export function newId(stem) {
  last += 1;
  return `${stem}-${last}`;
}

// A newline in the school's words is a line break on the page.
export function lines(text) {
  return String(text).split("\n").flatMap((line, n) => (n ? [el("br"), line] : [line]));
}

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  danger: ["M8.2 2.5h7.6l5.7 5.7v7.6l-5.7 5.7H8.2l-5.7-5.7V8.2z", "M12 7v6", "M12 16.6v.2"],
  caution: ["M12 3.2 22 20.5H2z", "M12 9.5v5", "M12 17.3v.2"],
  good: ["M12 2.8a9.2 9.2 0 1 0 0 18.4 9.2 9.2 0 0 0 0-18.4z", "m7.8 12.3 3 3 5.4-6"],
  plain: ["M5 3.5h10l4 4v13H5z", "M8.5 11h7", "M8.5 15h5"],
  lock: ["M6 11h12v9.5H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  close: ["m6 6 12 12", "M18 6 6 18"],
  menu: ["M4 7h16", "M4 12h16", "M4 17h10"],
  reply: ["M9.5 6 4 11.5 9.5 17", "M4.5 11.5H14a6 6 0 0 1 6 6v1"],
  person: ["M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6"],
  people: ["M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z", "M2.5 19.5c.5-3.5 3-5 6.5-5s6 1.5 6.5 5", "M15.5 5.3a3.3 3.3 0 0 1 0 6.4", "M18 15c2 .6 3.2 2 3.5 4.500"],
};
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon-shape");
  svg.setAttribute("aria-hidden", "true");
  for (const d of SHAPES[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

// A person's initials on a calm colour that is always the same for the same person.
export function face(name, id) {
  const words = name.replace(/^(mr|mrs|ms|miss|mx|dr|rev|sir)\.?\s+/i, "").split(/\s+/);
  const letters = words.length > 1 ? words[0][0] + words.at(-1)[0] : words[0].slice(0, 2);
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)) % 6;
  return el("span", { class: `face face-${sum}`, "aria-hidden": "true", text: letters.toUpperCase() });
}

export function usherFace() {
  return el("img", { class: "face", src: "/static/usher.svg", alt: "", width: 36, height: 36 });
}

// Say something to people who listen rather than look.
export function announce(text) {
  const status = document.querySelector("dialog[open] .heard") ?? byId("status");
  status.textContent = "";
  setTimeout(() => { status.textContent = text; }, 60);
}
