/* Shows the pair of years that the reader chooses. Everything is in the page already; without this script all pairs
   stand below each other. Marked by present/choice.py. */
(function () {
  "use strict";

  function name(base, compare) { return base + "-" + compare; }

  function start() {
    const box = document.querySelector(".keuze[data-eerst]");
    if (!box) return;
    const from = box.querySelector("#keuze-van");
    const to = box.querySelector("#keuze-naar");
    const words = box.querySelector(".keuze-uitleg");
    const parts = Array.from(document.querySelectorAll(".keuze-deel"));
    const open = new Set(parts.map(function (part) { return part.dataset.paar; }));
    const closed = new Map();
    box.querySelectorAll(".keuze-niet [data-paar]").forEach(function (item) {
      closed.set(item.dataset.paar, item.textContent);
    });
    const pairs = Array.from(open).concat(Array.from(closed.keys())).map(function (pair) { return pair.split("-"); });

    /* Only later years can be chosen as the second one; what cannot be split says so before it is chosen. */
    function offer(base, wanted) {
      const years = pairs.filter(function (pair) { return pair[0] === base; }).map(function (pair) { return pair[1]; }).sort();
      const best = years.filter(function (year) { return open.has(name(base, year)); });
      const chosen = years.includes(wanted) ? wanted : best.length ? best[best.length - 1] : years[0];
      to.replaceChildren.apply(to, years.map(function (year) {
        const only = open.has(name(base, year)) ? "" : " (alleen totaal)";
        return new Option(year + only, year, false, year === chosen);
      }));
    }

    function show() {
      const pair = name(from.value, to.value);
      parts.forEach(function (part) { part.classList.toggle("gekozen", part.dataset.paar === pair); });
      const told = open.has(pair)
        ? "U ziet de verandering van " + from.value + " naar " + to.value + "."
        : closed.get(pair) || "";
      words.textContent = told;
      words.classList.toggle("keuze-nee", !open.has(pair));
      document.querySelectorAll(".keuze-wijzer").forEach(function (line) {
        line.hidden = false;
        line.querySelector(".keuze-nu").textContent = open.has(pair)
          ? "Van " + from.value + " naar " + to.value + "."
          : "Van " + from.value + " naar " + to.value + " is er geen splitsing.";
      });
    }

    function choose(pair) {
      const years = pair.split("-");
      from.value = years[0];
      offer(years[0], years[1]);
      show();
    }

    /* A link to a figure of another pair chooses that pair. */
    function follow() {
      const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const part = target && target.closest(".keuze-deel");
      if (!part || part.classList.contains("gekozen")) return;
      choose(part.dataset.paar);
      target.scrollIntoView();
    }

    from.addEventListener("change", function () { offer(from.value, to.value); show(); });
    to.addEventListener("change", show);
    window.addEventListener("hashchange", follow);
    document.body.classList.add("keuze-aan");
    box.querySelector(".keuze-velden").hidden = false;
    choose(box.dataset.eerst);
    follow();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
