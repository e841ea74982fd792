// The start page: show everybody one can be, and become the one who is picked.
import { byId, el, face } from "./dom.js";

function trouble(text) {
  byId("trouble").textContent = text;
  byId("trouble").hidden = !text;
}

async function become(person, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  trouble("");
  try {
    const answer = await fetch("/choose", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ person: person.id }),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.say);
    location.assign(said.go);
  } catch (problem) {
    trouble(problem instanceof TypeError ? "Usher is not running just now. Start it again and try once more." : problem.message);
    button.removeAttribute("aria-disabled");
  }
}

function card(person) {
  const tags = person.duties.map((duty) => el("span", { class: "tag", text: duty }));
  if (person.away) tags.push(el("span", { class: "tag away", text: "away today" }));
  const button = el("button", { type: "button", class: "person" },
    face(person.name, person.id),
    el("span", { class: "person-words" },
      el("strong", { text: person.name }),
      el("span", { class: "job", text: person.job }),
      tags.length ? el("span", { class: "tags" }, ...tags) : null,
      el("span", { class: "rooms", text: `Sees ${["direct messages", ...person.rooms].join(", ")}` })));
  button.addEventListener("click", () => become(person, button));
  return el("li", {}, button);
}

async function show() {
  const answer = await fetch("/people");
  const { school, groups } = await answer.json();
  byId("school").textContent = `${school} and everybody in it are made up.`;
  byId("people").replaceChildren(...groups.map((group, n) =>
    el("section", { class: "group", "aria-labelledby": `group-${n}` },
      el("h2", { id: `group-${n}`, text: group.name }),
      el("ul", {}, ...group.people.map(card)))));
}

show().catch(() => trouble("Usher is not running just now. Start it again and reload this page."));
