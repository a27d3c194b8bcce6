/* Light or dark as the reader chose before, set before the page is drawn. */
(function () {
  "use strict";
  const root = document.documentElement;
  let chosen = null;
  let shown = null;
  try {
    chosen = localStorage.getItem("mode");
    shown = localStorage.getItem("theme");
  } catch (error) {
    // a browser that keeps nothing shows the default
  }
  root.dataset.mode = chosen || "light";
  root.dataset.theme = shown || "light";
})();
