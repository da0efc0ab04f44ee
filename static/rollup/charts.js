// Draws each canvas that names its numbers: <canvas data-chart="x"> takes the JSON of the element with the id x.
// Colours come from the style sheet, so that a chart says "blocked" in the same red as the table beside it.

const drawn = [];

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--state-${name}`).trim();
}

// Lines differ by their points too: colours alone are lost in grey print.
const POINTS = ["circle", "rect", "triangle", "rectRot", "star"];

function lineOf(series, at) {
  return {
    label: series.label,
    data: series.values,
    borderColor: colour(series.colour),
    backgroundColor: colour(series.colour),
    pointStyle: POINTS[at % POINTS.length],
    pointRadius: 5,
    borderDash: at ? [6, 3] : [],
    spanGaps: true,
  };
}

function barOf(series) {
  return { label: series.label, data: series.values, backgroundColor: colour(series.colour), stack: "all" };
}

function draw(canvas) {
  const told = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  const isLine = told.kind === "line";
  const text = getComputedStyle(document.body).color;
  const scale = { ticks: { color: text }, grid: { color: "rgba(128, 128, 128, 0.25)" } };
  drawn.push(new Chart(canvas, {
    type: isLine ? "line" : "bar",
    data: { labels: told.labels, datasets: told.series.map(isLine ? lineOf : barOf) },
    options: {
      animation: false,
      maintainAspectRatio: false,
      scales: {
        x: { ...scale, stacked: !isLine },
        y: { ...scale, stacked: !isLine, beginAtZero: true, ...(isLine ? { max: 100 } : {}) },
      },
      plugins: { legend: { position: "bottom", labels: { color: text, usePointStyle: isLine } } },
    },
  }));
}

function drawAll() {
  for (const chart of drawn.splice(0)) chart.destroy();
  document.querySelectorAll("canvas[data-chart]").forEach(draw);
}

drawAll();
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.querySelector?.("canvas[data-chart]")) drawAll(); // the wall screen has renewed itself
});
addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize(460, 200)));
addEventListener("afterprint", () => drawn.forEach((chart) => chart.resize()));
