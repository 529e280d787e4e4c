// What is wider than its place can be reached and moved by keyboard
const reachable = within => within.querySelectorAll("pre, .cell_output, table.docutils, math[display=block]").forEach(o => {
  const wider = o.scrollWidth > o.clientWidth;
  if (wider) o.tabIndex = 0; else o.removeAttribute("tabindex");
  o.classList.toggle("swiped", wider && o.matches("table.docutils, .cell_output:has(table)"));      // site.css says so
});
addEventListener("load", () => reachable(document));
addEventListener("resize", () => reachable(document));
addEventListener("toggle", o => reachable(o.target), true);     // of folded code
// docs/_static/site.css lets wide pictures be wider than a phone
addEventListener("load", () => document.querySelectorAll("div.cell_output img").forEach(
  o => o.classList.toggle("wide", o.naturalWidth > 700)));
// Paper is white: a dark page is printed as a light one
const root = document.documentElement;
let shown;
addEventListener("beforeprint", () => { shown = root.className; root.classList.replace("dark", "light"); });
addEventListener("afterprint", () => { root.className = shown; });
// site.css: how far a line of code is indented
addEventListener("load", () => document.querySelectorAll("pre > span[data-line]").forEach(
  o => o.style.setProperty("--indent", o.textContent.search(/\S|$/))));
// Sphinx marks what was searched for; in the title of a drawing it would fail
document.querySelectorAll("svg :is(title, desc, style)").forEach(o => o.classList.add("nohighlight"));
// Hits while one types, in a list below the field (search.js). What finds them comes with the first entry into a page's field
const field = document.querySelector(".searchbox input, .searchform input");
Object.entries({role: "combobox", "aria-controls": "hits", "aria-expanded": false, "aria-autocomplete": "list", autocomplete: "off"}).forEach(
  o => field?.setAttribute(...o));
if (field?.closest(".searchbox")) field.addEventListener("focus", () => ["_static/searchtools.js", "_static/language_data.js", "_static/search.js",
  "searchindex.js"].forEach(o => document.body.append(Object.assign(document.createElement("script"), {src: root.dataset.content_root + o, async: false}))),
  {once: true});
