// Light or dark: what the person chose here, else what their computer says. Runs before anything is drawn.
"use strict";
(function () {
  const KEY = "usher-theme";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try { return localStorage.getItem(KEY); } catch { return null; }
  }
  function now() {
    return chosen() || (dark.matches ? "dark" : "light");
  }
  function apply() {
    root.dataset.theme = now();
    const button = document.getElementById("theme");
    if (!button) return;
    button.hidden = false;
    button.textContent = now() === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", now() === "dark" ? "Light colours" : "Dark colours");
  }
  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("DOMContentLoaded", function () {
    apply();
    document.getElementById("theme")?.addEventListener("click", function () {
      const next = now() === "dark" ? "light" : "dark";
      try { localStorage.setItem(KEY, next); } catch { /* private windows may refuse; the choice holds till reload */ }
      apply();
    });
  });
})();
