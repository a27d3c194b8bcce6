/* Shows the option that the reader chooses, and the column that compares it with another one. Everything is in the page
   already; without this script all options stand below each other. Marked by present/options.py. */
(function () {
  "use strict";

  function start() {
    const box = document.querySelector(".keuze[data-lijst]");
    if (!box) return;
    const chosen = box.querySelector("#lijst-keuze"), beside = box.querySelector("#lijst-naast");
    const words = box.querySelector(".keuze-uitleg");
    const parts = Array.from(document.querySelectorAll(".keuze-deel"));
    const cells = Array.from(document.querySelectorAll("[data-tegen]"));

    function show() {
      parts.forEach(function (part) { part.classList.toggle("gekozen", part.dataset.paar === chosen.value); });
      cells.forEach(function (cell) { cell.classList.toggle("gekozen", cell.dataset.tegen === beside.value); });
      const told = "U ziet de " + box.dataset.lijst + " " + chosen.value;
      words.textContent = chosen.value === beside.value
        ? told + ". Kies een andere om mee te vergelijken."
        : told + ", vergeleken met " + beside.value + ".";
    }

    chosen.addEventListener("change", show);
    beside.addEventListener("change", show);
    document.body.classList.add("keuze-aan");
    box.querySelector(".keuze-velden").hidden = false;
    show();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
