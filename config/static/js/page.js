// What every page shares: menus that close, toasts that leave, dialogs, forms that submit as one chooses.

for (const menu of document.querySelectorAll("details.menu")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  event.target.closest("[data-dismiss]")?.closest(".toast")?.remove();
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) document.getElementById(opener.dataset.openDialog).showModal();
  event.target.closest("[data-close-dialog]")?.closest("dialog").close();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// A message stays long enough to be read and undone; an error stays until it is closed.
const leaveLater = (toast) => {
  if (toast.dataset.leaves === undefined) return;
  toast.removeAttribute("data-leaves");
  setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), 12000);
};
document.querySelectorAll(".toast[data-leaves]").forEach(leaveLater);
document.addEventListener("htmx:afterSettle", () => {
  document.querySelectorAll(".toast[data-leaves]").forEach(leaveLater);
});

// The server could not be reached at all: say so, since no answer will.
document.addEventListener("htmx:sendError", () => {
  document.getElementById("offline").hidden = false;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.getElementById("offline").hidden = true;
});
