// Searching by words. Sphinx finds a heading, or a phrase of docs/search.toml, only if one types a part of it letter by letter; here
// the words may come in any order, inflected, and with some more or less
// What stands around a symptom, and says little of it
const AROUND = new Set(`my model network net cnn pytorch torch fastai keras always becomes after few iterations while but every from
  runtimeerror valueerror indexerror keyerror typeerror attributeerror assertionerror`.split(/\s+/));
// An apostrophe ends no word: "doesn't" says as little as "does not", "model's" is a model
const plain = query => query.replace(/[\u2018\u2019\u02bc\u00b4`]/g, "'").replace(/(\p{Letter}+)'(s|t|re|ve|ll|d|m)\b/giu,
  (whole, word, end) => stopwords.has(whole.toLowerCase()) || end.toLowerCase() == "t" ? "" : word);
const stemmer = new Stemmer(), known = new Map();         // of headings and phrases: they are the same at each letter typed
const wordsOf = text => {
  if (!known.has(text)) known.set(text, new Map(splitQuery(plain(text.toLowerCase())).map(
    o => [stemmer.stemWord(o), stopwords.has(o) || AROUND.has(o) ? .1 : 1])));
  return known.get(text);
};
const weigh = words => words.reduce((sum, [, weight]) => sum + weight, 0);
// How much of their words is in both: nothing where each lacks a word of the other, unless one is `lenient`, a half at least where a
// phrase of three is typed whole
const likeness = (typed, phrase, lenient) => {
  const lacks = (a, b) => [...b].some(([o, weight]) => weight == 1 && !a.has(o));
  if (!lenient && lacks(typed, phrase) && lacks(phrase, typed)) return 0;
  const both = weigh([...typed].filter(([o]) => phrase.has(o)));
  const part = both/(weigh([...typed]) + weigh([...phrase]) - both);
  // or one of four or more, with those that say little
  const whole = phrase.size > 3 && [...phrase.keys()].every(o => typed.has(o));
  return both >= 3 && !lacks(typed, phrase) || whole ? Math.max(part, .5) : part;
};
// Each page of a fault has the same headings: Wrong, Instead, ...
const isPart = (name, anchor) => name.startsWith("doctor/faults/") && Boolean(anchor);
const LAST = ["changelog", "contributing", "map"];      // pages that have a word on everything
// Where no page has all words: the ten with most of them, rare words before frequent ones, and where they say more of them
const withMostOf = (terms, excluded) => {
  const found = new Map(), {docnames} = Search._index;
  for (const term of terms) {
    const pages = Search.performTermsSearch(new Set([term]), excluded).filter(o => !LAST.includes(o[0]));
    for (const [name, title, anchor, , score, ...rest] of pages) {
      const page = found.get(name) || [name, title, anchor, null, 0, ...rest];
      page[4] += 1 - pages.length/docnames.length/2 + score/1000;
      found.set(name, page);
    }
  }
  return [...found.values()].sort((a, b) => b[4] - a[4]).slice(0, 10);
};
// Sphinx counts all texts that have the words alike: what has them in its headings comes before, and pages for users before the others
const rankText = (found, typed) => {
  const {docnames, titles, alltitles} = Search._index, heads = new Map();
  for (const [text, places] of Object.entries(alltitles)) for (const [file] of places) heads.set(docnames[file], `${heads.get(docnames[file]) || ""} ${text}`);
  for (const o of found) {
    const words = wordsOf(heads.get(o[0]) || "");
    o[4] += 4*weigh([...typed].filter(([word]) => words.has(word)))/(weigh([...typed]) || 1) + /^(howto\/|about|start|glossary)/.test(o[0]);
  }
};
// Sphinx knows no numbers: those of sentences and headings are in a list of their own (tools/site.py). One is typed whole, or from its point on
const numbersOf = query => (query.match(/\d+(\.\d+)?/g) || []).filter(o => o.replace(".", "").length > 2);
const pagesWith = number => Object.entries(Search._index.numbers).filter(([o]) => o == number || o.endsWith("." + number)).flatMap(([, files]) => files);
// What a page marks, once one goes there
const MARKED = "sphinx_highlight_terms", mark = parsed => localStorage.setItem(MARKED, [...parsed[3]].join(" "));
const sphinxParse = Search._parseQuery, sphinxSearch = Search._performSearch;
Search._parseQuery = query => {
  const before = localStorage.getItem(MARKED), parsed = sphinxParse(plain(query));
  if (before === null) localStorage.removeItem(MARKED); else localStorage.setItem(MARKED, before);
  return [query, ...parsed.slice(1)];
};
Search._performSearch = (query, ...parsed) => {
  const {docnames, filenames, titles, alltitles, indexentries} = Search._index;
  const letters = query.toLowerCase().trim(), typed = wordsOf(query), headings = {};
  for (const [text, places] of Object.entries(alltitles)) for (const [file, id] of places) headings[docnames[file] + "#" + id] = text;
  // a row of a table has no heading: its first phrase is its title
  for (const [text, places] of Object.entries(indexentries)) for (const [file, id] of places) headings[docnames[file] + "#" + id] ??= text;
  const sections = (entries, score, kind, lenient) => Object.entries(entries).flatMap(([text, places]) => {
    const part = likeness(typed, wordsOf(text), lenient), exact = text.toLowerCase() == letters;
    return part < .5 ? [] : places.filter(([file, id, main]) => main !== false && !isPart(docnames[file], id)).map(([file, id]) => [docnames[file], titles[file], id ? "#" + id : "", null,
      Math.round(score*part) + exact, filenames[file], kind]);
  });
  // as Sphinx does, a phrase counts more than a name, and a name more than a text
  const all = [...sphinxSearch(query, ...parsed).filter(o => o[6] != "index" && !(o[6] == "title" && isPart(o[0], o[2]))),
    ...sections(indexentries, 100, "index"), ...sections(alltitles, 30, "title")];
  const numbered = new Set(numbersOf(query).flatMap(pagesWith));
  const byNumber = [...numbered].map(file => [docnames[file], titles[file], "", null, 5, filenames[file], "text"]);
  for (const o of all) if (o[6] == "text" && numbered.has(docnames.indexOf(o[0]))) o[4] += 20;
  if (!parsed[0].size) all.push(...byNumber);             // numbers alone
  rankText(all.filter(o => o[6] == "text"), typed);
  Search.partly = all.every(o => LAST.includes(o[0]));
  if (Search.partly) all.push(...sections(indexentries, 100, "index", true), ...sections(alltitles, 30, "title", true), ...withMostOf(...parsed), ...byNumber);
  for (const o of all) {
    if (o[6] != "object" && o[2]) o[1] = `${titles[docnames.indexOf(o[0])]} > ${headings[o[0] + o[2]] || o[2].slice(1)}`;
    if (LAST.includes(o[0]) && o[6] != "index") o[4] = 0;
  }
  const best = new Map(), inside = new Set(all.filter(o => o[2]).map(o => o[0]));
  for (const o of all.sort(_orderResultsByScoreThenName).reverse())
    if (!best.has(o[0] + o[2]) && !(o[6] == "text" && inside.has(o[0]))) best.set(o[0] + o[2], o);
  Search.found = best.size;
  return [...best.values()].reverse();                  // the last is shown first
};

// A page is read once. Folded code is not shown of it, and a row of a table whole
const pages = new Map();
const pageOf = name => {
  if (!pages.has(name)) pages.set(name, fetch(addressOf(name)).then(o => o.text()).then(html => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll(".no-search, summary, .headerlink, script, style").forEach(o => o.remove());
    return page;
  }));
  return pages.get(name);
};
Search.htmlToText = (page, anchor) => {
  const place = anchor && page.querySelector(anchor);
  // an old name of a heading is an empty place beside it
  return (place && !place.textContent && place.parentElement.closest("section") || place || page.querySelector("[role=main]")).textContent;
};
// The index knows pages: of a text the section is looked for that has most of the words, the shorter of two
const sectionOf = (page, words) => {
  const sections = [];
  for (const section of page.querySelectorAll("article section section[id]")) {
    const text = [...section.children].filter(o => o.localName != "section").map(o => o.textContent).join(" ").toLowerCase();
    const has = o => new RegExp("\\b" + _escapeRegExp(o)).test(text) || text.includes(o)/2;
    const heading = section.querySelector("h2, h3, h4");         // which a folded solution has not
    if (heading) sections.push([[...words].reduce((sum, o) => sum + has(o), 0) - text.length/1e6, section.id, heading.textContent]);
  }
  const [most, id, heading] = sections.reduce((a, b) => b[0] > a[0] ? b : a, [0]);
  const long = page.querySelector("article")?.textContent.length > 5000;      // which the page of a fault is not
  return long && most > 0 && [id, heading];
};
const summaryOf = (page, words, anchor) => {
  const row = anchor && page.querySelector(anchor)?.closest("tr");
  if (!row) return Search.makeSearchSummary(page, words, anchor) || "";
  row.querySelectorAll("br").forEach(o => o.replaceWith(" | "));
  return Object.assign(document.createElement("p"), {className: "context", textContent: [...row.cells].map(o => o.textContent).join(" | ")});
};
// All titles come at once; what a page says of it when its title comes near the window
const addressOf = name => document.documentElement.dataset.content_root.replace(/^\.\//, "") + name + DOCUMENTATION_OPTIONS.LINK_SUFFIX;
const linkTo = ([name, title, anchor]) => Object.assign(document.createElement("a"), {href: addressOf(name) + anchor, textContent: title});
const telling = new Map();
const near = new IntersectionObserver(seen => seen.filter(o => o.isIntersecting).forEach(({target}) => {
  near.unobserve(target);
  telling.get(target)();
}), {rootMargin: "50% 0px"});
const itemOf = (result, words, marked) => {
  const [name, , anchor, descr, , , kind] = result, item = document.createElement("li"), link = linkTo(result);
  item.className = `kind-${kind}`;
  item.append(link, descr ? ` (${descr})` : "");
  telling.set(item, async () => {
    const page = await pageOf(name), [id, heading] = !anchor && sectionOf(page, words) || [];
    if (id) {
      link.setAttribute("href", `${link.getAttribute("href")}#${id}`);
      link.textContent += ` > ${heading}`;
    }
    item.append(summaryOf(page, words, id ? "#" + id : anchor));
    marked.forEach(o => _highlightText(item, o, "highlighted"));
  });
  if (!descr) near.observe(item);
  return item;
};

// A word that stands nowhere is taken for the nearest of those in headings and phrases: one letter more, less, other or exchanged, two
// where it is long; rarely the first. What was searched for is said above the results
const distance = (a, b) => {
  const rows = [Array.from({length: b.length + 1}, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      rows[i][j] = Math.min(rows[i-1][j] + 1, rows[i][j-1] + 1, rows[i-1][j-1] + (a[i-1] != b[j-1]));
      if (i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1]) rows[i][j] = Math.min(rows[i][j], rows[i-2][j-2] + 1);
    }
  }
  return rows[a.length][b.length];
};
const spoken = () => splitQuery([...Object.keys(Search._index.alltitles), ...Object.keys(Search._index.indexentries)].join(" ").toLowerCase());
const everyday = word => stopwords.has(word) || AROUND.has(word) || [...stopwords].some(o => o.startsWith(word + "'"));
const corrected = query => {
  const {terms, titleterms, objects} = Search._index;
  const words = [...new Set(spoken())].filter(o => !stopwords.has(o));
  const known = [...Object.keys(terms), ...Object.keys(titleterms), ...words,
    ...Object.values(objects).flatMap(o => o.map(entry => entry[4].toLowerCase()))];
  const unknown = [];
  const better = query.replace(/[A-Za-z]{4,}/g, typed => {
    const word = typed.toLowerCase(), stem = new Stemmer().stemWord(word);
    if (everyday(word) || known.some(o => o.startsWith(word) || o.startsWith(stem))) return typed;
    const near = words.map(o => [distance(word, o) + .5*(o[0] != word[0]), o]).filter(([n]) => n < (word.length < 8 ? 2 : 3));
    if (!near.length) return typed;
    unknown.push(`“${typed}”`);
    return near.reduce((a, b) => b[0] < a[0] ? b : a)[1];
  });
  return [better, unknown];
};
const say = (...parts) => {
  const said = document.createElement("p");
  said.className = "search-said";
  said.append(...parts);
  document.getElementById("search-results").prepend(said);
};
Search.query = query => {
  const [better, unknown] = corrected(query), parsed = Search._parseQuery(better), [, terms, , marked] = parsed;
  const results = Search._performSearch(...parsed).reverse(), words = new Set([...terms, ...numbersOf(query)]);
  Search.output.append(...results.map(o => itemOf(o, words, marked)));
  _finishSearch(results.length);
  mark(parsed);
  // instead of what Sphinx says below, which would be the opposite
  if (Search.partly && Search.output.isConnected) {
    Search.status.hidden = true;
    say(Search.found ? "No page has all of these words. Here is what has the most of them."
      : splitQuery(plain(query)).every(o => everyday(o.toLowerCase())) ? "These are everyday words, which are not searched for: name what you see, or a function."
      : /\d/.test(query) ? "Nothing was found. Of numbers only those in sentences and headings are searched for, not those that a cell shows."
      : "No page has these words.");
  }
  if (unknown.length) say("Results for ", Object.assign(document.createElement("strong"), {textContent: better}), `; no page has ${unknown.join(" or ")}.`);
};

// While one types, the seven best, the last word ended as most headings and phrases have it: a combobox with a list (WAI-ARIA); on Enter
// all, on the page of search, with what they say of it
const ended = query => query.replace(/\w+$/, last => {
  const many = new Map();
  for (const o of spoken()) if (o.startsWith(last.toLowerCase())) many.set(o, (many.get(o) || 0) + 1);
  return many.has(last.toLowerCase()) || !many.size ? last : [...many].reduce((a, b) => b[1] > a[1] ? b : a)[0];
});
const list = document.createElement("div");
const set = (element, values) => Object.entries(values).forEach(o => element.setAttribute(...o));
let waiting, chosen = -1;
set(list, {class: "hits", id: "hits", role: "listbox", "aria-label": "Hits"});
field.form.append(list);
const choose = i => {
  const hits = [...list.children], places = hits.length + 1;      // the last is the field, where none is chosen
  chosen = (i + 1 + places)%places - 1;
  hits.forEach((o, j) => o.setAttribute("aria-selected", j == chosen));
  hits[chosen]?.scrollIntoView({block: "nearest"});
  set(field, {"aria-expanded": hits.length > 0, "aria-activedescendant": hits[chosen]?.id || ""});
};
const stop = () => { clearTimeout(waiting); waiting = 0; };
const close = () => { stop(); list.replaceChildren(); choose(-1); };
const suggest = () => {
  stop();
  const typed = plain(field.value).trim();
  if (typed.length < 2 || !Search._index) return close();
  const parsed = Search._parseQuery(corrected(ended(typed))[0]);
  const links = new Map();          // a class and its heading are one
  for (const hit of Search._performSearch(...parsed).reverse()) {
    const [, page, name] = hit[6] == "object" ? hit[1].match(/(?:(.*)\.)?(.*)/) : hit[1].match(/(.*?)(?: > (.*))?$/), key = hit[0] + (name || page);
    if (links.has(key) || links.size == 7) continue;
    const link = linkTo(hit);
    set(link, {id: `hit-${links.size}`, role: "option", tabindex: -1});
    link.textContent = name || page;
    if (name) link.append(Object.assign(document.createElement("small"), {textContent: page}));
    link.addEventListener("click", () => { mark(parsed); close(); });
    links.set(key, link);
  }
  list.replaceChildren(...links.values());
  choose(-1);
};
field.addEventListener("input", () => { stop(); waiting = setTimeout(suggest, 150); });
field.addEventListener("keydown", event => {
  const open = list.childElementCount > 0, {key} = event;
  if (key == "ArrowDown" || key == "ArrowUp") {
    if (waiting || !open) suggest();
    choose(chosen + (key == "ArrowDown" ? 1 : -1));
  } else if (key == "Enter" && chosen >= 0) list.children[chosen].click();
  else if (key == "Escape" && open) close();
  else return;
  event.preventDefault();
});
field.addEventListener("blur", close);
list.addEventListener("mousedown", event => event.preventDefault());      // the field keeps the focus
close();
if (document.getElementById("search-results")) {
  Search.init();
  if (!field.value) field.focus();
} else {
  const sphinxIndex = Search.setIndex;
  Search.setIndex = index => { sphinxIndex(index); suggest(); };      // what was typed before it came
}
