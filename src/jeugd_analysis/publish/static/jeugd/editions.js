/* The choice between editions, and a line above the pages of an old one. The list stands beside the editions, in
   edities.js; publishing writes it and names this edition in edition.js. Old editions are never changed. In a book that
   was only built, or without the list, nothing is shown. */
(function () {
  "use strict";
  const own = window.jeugdEditie;
  if (!own) return;
  const root = document.documentElement.dataset.content_root || "./";
  const beside = root + "../";

  function page() {
    const top = new URL(root, location.href).pathname;
    const name = decodeURIComponent(location.pathname.slice(top.length));
    return name === "" || name.endsWith("/") ? name + "index.html" : name;
  }

  /* The same page of another edition, or its first page when it has no such page. */
  function address(edition) {
    const here = page();
    const there = edition.zonder.includes(here) ? "index.html" : here;
    return beside + encodeURIComponent(edition.editie) + "/" + there.split("/").map(encodeURIComponent).join("/");
  }

  function element(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  }

  function link(edition, text) {
    const made = element("a", "", text);
    made.href = address(edition);
    return made;
  }

  function choice(told) {
    const box = element("details", "edities");
    box.append(element("summary", "", "Editie " + own + (own === told.nieuwste ? " (nieuwste)" : "")));
    const list = element("ul");
    told.edities.forEach(function (edition) {
      const item = element("li");
      const last = edition.editie === told.nieuwste ? " (nieuwste)" : "";
      if (edition.editie === own) {
        item.textContent = "Editie " + own + last + ": u bent hier";
        item.setAttribute("aria-current", "true");
      } else {
        item.append(link(edition, "Editie " + edition.editie + last));
      }
      list.append(item);
    });
    box.append(list);
    const around = element("nav", "edities-keuze");
    around.setAttribute("aria-label", "Edities");
    around.append(box);
    return around;
  }

  function banner(newest) {
    const box = element("aside", "merk-oud");
    box.setAttribute("aria-label", "Oudere editie");
    box.append(
      element("strong", "", "Er is een nieuwere editie."),
      " U leest editie " + own + ". ",
      link(newest, "Ga naar editie " + newest.editie),
      "."
    );
    return box;
  }

  function show() {
    const told = window.jeugdEdities;
    const article = document.querySelector("article.bd-article, .bd-search-container");
    if (!told || !article || !told.edities.some(function (edition) { return edition.editie === own; })) return;
    const newest = told.edities.find(function (edition) { return edition.editie === told.nieuwste; });
    if (told.edities.length > 1) article.prepend(choice(told));
    if (newest.editie > own) article.prepend(banner(newest));
  }

  function start() {
    const script = document.createElement("script");
    script.src = beside + "edities.js";
    script.addEventListener("load", show);
    document.head.append(script);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
