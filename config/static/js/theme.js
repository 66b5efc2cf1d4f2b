"use strict";
// Before the first paint: the theme the person chose, else the system's. Django's admin reads the same key.
{
  const chosen = () => localStorage.getItem("theme") || "auto";
  const apply = (theme) => {
    document.documentElement.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-set-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
    }
  };

  apply(chosen());
  document.addEventListener("DOMContentLoaded", () => apply(chosen()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-theme]");
    if (!button) return;
    localStorage.setItem("theme", button.dataset.setTheme);
    apply(button.dataset.setTheme);
    document.dispatchEvent(new CustomEvent("theme-changed"));
  });
}
