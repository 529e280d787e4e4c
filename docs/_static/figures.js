// Draws the Vega-Lite figures that tools/site.py left as JSON; drawn again, sliders as they were, when light turns to dark
const dark = () => document.documentElement.classList.contains("dark");
async function draw(div) {
  const spec = JSON.parse(div.nextElementSibling.textContent);
  const sliders = (spec.params || []).filter(o => o.bind).map(o => [o.name, div.view ? div.view.signal(o.name) : o.value]);
  const {view} = await vegaEmbed(div, spec, {actions: false, renderer: "svg", theme: dark() ? "dark" : undefined,
    config: {background: "transparent", ...(dark() ? {text: {color: "#eee"}, rule: {color: "#eee"}} : {})}});
  for (const [name, value] of sliders) view.signal(name, value);
  div.view = await view.runAsync();
}
document.addEventListener("DOMContentLoaded", () => {
  const figures = [...document.querySelectorAll("div.vega")];
  let was = dark();
  figures.forEach(draw);
  new MutationObserver(() => { if (dark() != was) { was = dark(); figures.forEach(draw); } })
    .observe(document.documentElement, {attributes: true, attributeFilter: ["class"]});
});
