// The review list by keyboard: J and K move, C confirms, R rejects, O opens, ? explains.

const groups = () => [...document.querySelectorAll(".group")];
let current = -1;

const move = (step) => {
  const all = groups();
  if (!all.length) return;
  current = Math.min(Math.max(current + step, 0), all.length - 1);
  all.forEach((group, index) => group.classList.toggle("is-current", index === current));
  all[current].focus({ preventScroll: true });
  all[current].scrollIntoView({ block: "nearest" });
};

const press = (selector) => groups()[current]?.querySelector(selector)?.click();

const actions = {
  j: () => move(1),
  k: () => move(-1),
  c: () => press("[data-confirm]"),
  o: () => press("[data-open]"),
  r: () => {
    const reject = groups()[current]?.querySelector("details.reject");
    if (!reject) return;
    reject.open = true;
    reject.querySelector("input[type=text]").focus();
  },
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const action = actions[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});

document.addEventListener("focusin", (event) => {
  const group = event.target.closest(".group");
  if (!group) return;
  current = groups().indexOf(group);
  groups().forEach((each) => each.classList.toggle("is-current", each === group));
});

document.addEventListener("keydown", (event) => {
  const reject = event.target.closest?.("details.reject[open]");
  if (!reject || event.key !== "Escape") return;
  reject.open = false;
  reject.closest(".group").focus();
});

// A decided card is replaced: the cursor stays where it was.
document.addEventListener("htmx:afterSettle", () => {
  if (current >= 0) groups()[current]?.classList.add("is-current");
});
