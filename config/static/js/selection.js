// Match by hand: what is selected on both sides, its exact sums, the difference and the adjustments that close it.
// Money is counted in whole units of the finest scale that occurs (BigInt), never in floating point.

const form = document.getElementById("match-form");
const bar = document.querySelector(".selection-bar");
const scaleOf = (text) => (text.split(".")[1] ?? "").length;

const units = (text, scale) => {
  const [whole, part = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole + part.padEnd(scale, "0"));
  return text.startsWith("-") ? -value : value;
};

const shown = (value, scale) => {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${value < 0n ? "-" : ""}${whole}${scale ? `.${digits.slice(-scale)}` : ""}`;
};

const typed = () => [...form.querySelectorAll("[name=adjustment_amount]")].map((input) => input.value.trim()).filter((text) => /^-?\d+(\.\d+)?$/.test(text));
const selected = (side) => [...document.querySelectorAll(`input[name=${side}]:checked`)];

const put = (key, text) => { bar.querySelector(`[data-${key}]`).textContent = text; };

const refresh = () => {
  const [left, right] = [selected("left"), selected("right")];
  const all = [...left, ...right];
  const currencies = new Set(all.map((box) => box.dataset.currency));
  const amounts = (boxes) => boxes.map((box) => box.dataset.amount);
  const scale = Math.max(0, ...[...amounts(all), ...typed()].map(scaleOf));
  const sum = (texts) => texts.reduce((total, text) => total + units(text, scale), 0n);
  const opposite = form.dataset.oppositeSigns === "true" ? -1n : 1n;
  const difference = sum(amounts(left)) - opposite * sum(amounts(right)) + sum(typed());
  const currency = [...currencies].join(" / ");
  const mixed = currencies.size > 1;

  bar.hidden = all.length === 0;
  put("left-sum", `${shown(sum(amounts(left)), scale)} ${currency}`);
  put("right-sum", `${shown(sum(amounts(right)), scale)} ${currency}`);
  put("left-count", `Left · ${left.length} selected`);
  put("right-count", `Right · ${right.length} selected`);
  put("difference", mixed ? "Different currencies" : `${shown(difference, scale)} ${currency}`);
  const balanced = !mixed && difference === 0n && all.length + typed().length > 1;
  const cell = bar.querySelector("[data-difference]");
  cell.classList.toggle("is-balanced", balanced);
  cell.classList.toggle("is-unbalanced", !balanced);
  bar.querySelector("[data-match]").disabled = !balanced;
  bar.querySelector("[data-add-adjustment]").disabled = mixed || all.length === 0;
  form.dataset.open = mixed ? "" : shown(-difference, scale).replaceAll(",", "");
};

const addAdjustment = () => {
  const row = document.getElementById("adjustment-row").content.cloneNode(true);
  row.querySelector("[name=adjustment_amount]").value = form.dataset.open;
  bar.querySelector(".adjustments").append(row);
  bar.querySelector(".adjustments").hidden = false;
  refresh();
};

document.addEventListener("change", (event) => { if (event.target.form === form) refresh(); });
document.addEventListener("input", (event) => { if (event.target.name === "adjustment_amount") refresh(); });
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-adjustment]")) addAdjustment();
  if (event.target.closest("[data-clear]")) {
    document.querySelectorAll("input[name=left], input[name=right]").forEach((box) => { box.checked = false; });
    bar.querySelectorAll(".adjustment").forEach((row) => row.remove());
    refresh();
  }
  const removed = event.target.closest("[data-remove-adjustment]");
  if (removed) { removed.closest(".adjustment").remove(); bar.querySelector(".adjustments").hidden = !bar.querySelector(".adjustment"); refresh(); }
});
refresh();
