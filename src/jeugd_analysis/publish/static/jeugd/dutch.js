/* Dutch words for the search page, and a search page that also works from disk and under a strict content policy. */
(function () {
  "use strict";
  if (typeof Documentation === "undefined") return;

  const OURS = {
    "Search Results": "Zoekresultaten",
    "Searching": "Bezig met zoeken",
    "Preparing search...": "Zoeken wordt voorbereid…",
    ", in ": ", in ",
    "Hide Search Matches": "Markering verbergen",
    "Search finished, found one page matching the search query.": [
      "Eén pagina gevonden.",
      "Pagina's gevonden: ${resultCount}.",
    ],
    "Search finished, found ${resultCount} page(s) matching the search query.": "Pagina's gevonden: ${resultCount}.",
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
      "Niets gevonden. Controleer de spelling, of zoek op een ander woord.",
  };

  /* Sphinx builds its plural rule with `new Function`, which a strict policy forbids; its Dutch rule is a boolean, which
     finds no text and stops the search page. This runs before Sphinx' Dutch catalogue arrives. */
  Documentation.addTranslations = function (catalogue) {
    Object.assign(Documentation.TRANSLATIONS, catalogue.messages, OURS);
    Documentation.LOCALE = catalogue.locale;
  };
  Documentation.PLURAL_EXPR = function (n) { return n === 1 ? 0 : 1; };

  /* From disk a page may not read other pages, so results come without a piece of their text. */
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  const NOT_TEXT = ".merk-voorbeeld, .bd-header-article, #jb-print-docs-body, .prev-next-footer, .bd-footer-content, figure, math";

  function readableResults() {
    if (typeof Search === "undefined") return;
    const text = Search.htmlToText;
    Search.htmlToText = function (html, anchor) {
      const page = new DOMParser().parseFromString(html, "text/html");
      page.querySelectorAll(NOT_TEXT).forEach(function (part) { part.remove(); });
      return text(page.documentElement.outerHTML, anchor);
    };
  }

  function start() {
    readableResults();
    const field = document.querySelector(".bd-search-container form.bd-search input");
    if (field) field.focus();
  }

  document.addEventListener("DOMContentLoaded", start);
})();
