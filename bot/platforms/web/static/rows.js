// A question answered by several lines, such as pupils: add one, remove one, each with its own fields.
import { announce, el, newId } from "./dom.js";

const MOST_ROWS = 30;

export function rows(question, changed, cell) {
  const list = el("div", { class: "rows" });
  const add = el("button", { type: "button", class: "text-button add", text: "Add another" });
  let all = [];

  function number() {
    all.forEach((row, n) => {
      row.legend.textContent = `${question.ask}: number ${n + 1}`;
      row.badge.textContent = n + 1;
      row.remove.setAttribute("aria-label", `Remove number ${n + 1}`);
      row.remove.hidden = all.length === 1;
    });
    add.hidden = all.length >= MOST_ROWS;
  }

  function append(values) {
    const row = line(question.columns, cell, values);
    row.remove.addEventListener("click", () => {
      const place = all.indexOf(row);
      all = all.filter((other) => other !== row);
      row.node.remove();
      number();
      all[Math.min(place, all.length - 1)].cells[0].control.focus();
      announce(`Removed. ${all.length} left.`);
      changed();
    });
    all.push(row);
    list.append(row.node);
    number();
    return row;
  }

  add.addEventListener("click", () => {
    append({}).cells[0].control.focus();
    changed();
  });
  return {
    node: el("div", {}, list, add),
    get control() { return all[0].cells[0].control; },
    read: () => all.map((row) => row.read()).filter((row) => Object.values(row).some((value) => value.trim())),
    write(answer) {
      all = [];
      list.replaceChildren();
      const given = Array.isArray(answer) ? answer : [];
      for (const values of given.length ? given : [{}]) append(values);
    },
  };
}

function line(columns, cell, values) {
  const legend = el("legend", { class: "unseen" });
  const badge = el("span", { class: "badge", "aria-hidden": "true" });
  const remove = el("button", { type: "button", class: "text-button", text: "Remove" });
  const cells = columns.map((column) => cell(column));
  const parts = columns.map((column, n) => {
    const widget = cells[n];
    widget.control.id ||= newId("cell");
    widget.write(values[column.id] ?? "");
    const hint = column.hint ? el("p", { class: "hint", id: `${widget.control.id}-hint`, text: column.hint }) : null;
    if (hint) widget.control.setAttribute("aria-describedby", hint.id);
    if (column.required) widget.control.setAttribute("aria-required", "true");
    return el("div", { class: `part cell-${column.kind}` },
      column.kind === "confirm" ? null : el("label", { for: widget.control.id, text: column.ask }), hint, widget.node);
  });
  return {
    node: el("fieldset", { class: "row" }, legend, badge, el("div", { class: "cells" }, ...parts), remove),
    legend,
    badge,
    remove,
    cells,
    read: () => Object.fromEntries(columns.map((column, n) => [column.id, cells[n].read()])),
  };
}
