// Draws the Vega-Lite figures that tools/site.py left as JSON; drawn again, lists and sliders as they were, when light turns
// to dark or the window becomes wider or narrower
const dark = () => document.documentElement.classList.contains("dark");
// Panels side by side where there is room for two, else one below the other
function lay_out(spec, room, beside) {
  if (!spec.concat) return;
  spec.columns = Math.max(1, Math.min(spec.columns || 1, Math.floor(room / 320)));
  if (beside !== undefined) for (const o of spec.concat) o.width = Math.floor((room - beside) / spec.columns);
}
const LIGHT = {background: "transparent"}, DARK = {...LIGHT, text: {color: "#eee"}, rule: {color: "#eee"}, title: {color: "#fff"},
  view: {stroke: "#888"}, axis: {domainColor: "#fff", tickColor: "#fff", gridColor: "#888"},
  style: {"guide-label": {fill: "#fff"}, "guide-title": {fill: "#fff"}}};
async function embed(div, spec) {
  const config = {...(dark() ? DARK : LIGHT), ...(spec.columns == 1 ? {legend: {columns: 2}} : {})};
  const downloadFileName = location.pathname.split("/").pop().replace(".html", "");
  return (await vegaEmbed(div, spec, {actions: {export: true, source: false, compiled: false, editor: false}, downloadFileName,
    renderer: "svg", config})).view;
}
// Lists and sliders begin as the address says, and it keeps what is set: explore.html?curve2=Poly1&gamma=3
const controls = spec => (spec.params || []).filter(o => o.bind && "value" in o);
const possible = ({options, min, max}, to) => options ? options.includes(to) : to >= min && to <= max;
function read_address(spec) {
  for (const [name, text] of new URLSearchParams(location.search)) {
    const o = controls(spec).find(o => o.name == name), to = o && o.bind.options ? text : parseFloat(text);
    if (o && possible(o.bind, to)) o.value = to;
  }
}
function keep_address(view, spec) {
  for (const {name, value} of controls(spec)) view.addSignalListener(name, (_, to) => {
    const asked = new URLSearchParams(location.search);
    to == value ? asked.delete(name) : asked.set(name, to);
    history.replaceState(null, "", (asked.size ? `?${asked}` : location.pathname) + location.hash);
  });
}
// altair's Vega-Lite 5 becomes Vega 5; that Vega 6 draws it, and as it should, is tested and no news to a reader
const warn = console.warn;
console.warn = (...o) => String(o[0]).startsWith("The compiled spec uses Vega") || warn(...o);
async function draw(div) {
  const as_made = JSON.parse(div.nextElementSibling.textContent), spec = structuredClone(as_made), room = div.clientWidth;
  if (!div.view) read_address(spec);
  else for (const o of controls(spec)) o.value = div.view.signal(o.name);
  lay_out(spec, room);
  let view = await embed(div, spec);
  if (spec.concat) {      // what axes and gaps take is known when it is drawn
    const beside = div.querySelector("svg").getBoundingClientRect().width - spec.columns * spec.concat[0].width;
    lay_out(spec, room, beside);
    view = await embed(div, spec);
  }
  div.room = room;
  div.view = await view.runAsync();
  keep_address(div.view, as_made);
}
document.addEventListener("DOMContentLoaded", () => {
  const figures = [...document.querySelectorAll("div.vega")];
  let was = dark(), wait;
  figures.forEach(draw);
  new MutationObserver(() => { if (dark() != was) { was = dark(); figures.forEach(draw); } })
    .observe(document.documentElement, {attributes: true, attributeFilter: ["class"]});
  addEventListener("resize", () => { clearTimeout(wait);
    wait = setTimeout(() => figures.filter(o => o.clientWidth != o.room).forEach(draw), 200); });
});
