// Draws the charts of a page from its JSON scripts, in the theme's colours, and again when the theme changes.

const probe = document.createElement("span");
const colour = (token) => {
  probe.style.color = `var(--${token})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
};

const drawn = [];

const options = (kind, legend) => ({
  responsive: true,
  maintainAspectRatio: false,
  animation: { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 350 },
  plugins: {
    legend: { display: legend, position: "bottom", labels: { color: colour("ink-soft"), boxWidth: 10, boxHeight: 10, useBorderRadius: true, borderRadius: 3 } },
    tooltip: { callbacks: { label: (item) => ` ${item.dataset.label ?? item.label}: ${item.dataset.shown?.[item.dataIndex] ?? item.formattedValue}` } },
  },
  ...(kind === "doughnut" ? { cutout: "76%" } : {
    indexAxis: "y",
    scales: {
      x: { stacked: true, grid: { color: colour("line") }, border: { display: false }, ticks: { color: colour("ink-faint"), maxTicksLimit: 5, precision: 0 } },
      y: { stacked: true, grid: { display: false }, border: { display: false }, ticks: { color: colour("ink-soft") } },
    },
  }),
});

const draw = (canvas) => {
  const { kind, labels, series } = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  const datasets = series.map(({ label, values, shown, colours }) => {
    const fills = colours.map(colour);
    return { label, data: values, shown, backgroundColor: fills.length === 1 ? fills[0] : fills, borderWidth: kind === "doughnut" ? 2 : 0, borderColor: colour("surface"), borderRadius: kind === "bar" ? 3 : 0, maxBarThickness: 22 };
  });
  drawn.push(new Chart(canvas, { type: kind, data: { labels, datasets }, options: options(kind, kind === "bar" && canvas.parentElement.clientHeight > 120) }));
};

const drawAll = () => {
  while (drawn.length) drawn.pop().destroy();
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 12;
  document.querySelectorAll("canvas[data-chart]").forEach(draw);
};

drawAll();
document.addEventListener("theme-changed", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
