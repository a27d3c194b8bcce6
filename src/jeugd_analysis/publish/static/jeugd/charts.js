/* Replaces the static picture of a chart by its interactive view, when the chart comes near the screen. */
(function () {
  "use strict";
  const NARROW = 480; // pixels; below this, legends stand above the chart
  const WIDE = 400; // charts drawn narrower than this keep their own width

  function refuse() {
    return Promise.reject(new Error("Een grafiek haalt niets van buiten de pagina."));
  }

  /* A single view takes the width of the page; charts side by side cannot, they scroll. */
  function fitted(spec, width) {
    const channels = spec.encoding || {};
    const single = (spec.mark || spec.layer) && !channels.row && !channels.column && !channels.facet;
    const wide = spec.width === "container" || (typeof spec.width === "number" && spec.width >= WIDE);
    if (!single || !wide) return spec;
    const fit = Object.assign({}, spec, { width: "container", autosize: { type: "fit-x", contains: "padding" } });
    if (width < NARROW) {
      const config = Object.assign({}, spec.config);
      config.legend = Object.assign({}, config.legend, { orient: "top", columns: 2, labelLimit: 130 });
      config.axisY = Object.assign({}, config.axisY, { labelLimit: Math.round(width * 0.36) });
      fit.config = config;
      fit.padding = { left: 2, top: 5, bottom: 5, right: 16 }; // room for the last label under the axis
    }
    return fit;
  }

  /* One image with the name the static picture has; the data table beside the chart has the values. */
  function nameView(view, picture) {
    view.querySelectorAll("[role],[aria-label],[aria-roledescription]").forEach(function (part) {
      ["role", "aria-label", "aria-roledescription"].forEach(function (name) { part.removeAttribute(name); });
    });
    const svg = view.querySelector("svg.marks");
    svg.setAttribute("role", "img");
    const words = ["title", "desc"].map(function (name) { return picture.querySelector("svg > " + name).textContent; });
    svg.setAttribute("aria-label", words[1].startsWith(words[0]) ? words[1] : words.filter(Boolean).join(". "));
  }

  function enliven(figure) {
    const picture = figure.querySelector(".grafiek-vast");
    const spec = JSON.parse(figure.querySelector("script.grafiek-spec").textContent);
    const view = document.createElement("div");
    view.className = "grafiek-levend grafiek-wacht";
    const canvas = view.appendChild(document.createElement("div"));
    figure.insertBefore(view, picture);
    const options = {
      renderer: "svg",
      actions: false,
      ast: true,
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true, theme: "jeugd" },
      loader: { load: refuse, sanitize: refuse, http: refuse, file: refuse },
      formatLocale: window.jeugdVega.formats.number,
      timeFormatLocale: window.jeugdVega.formats.time,
    };
    window.jeugdVega.embed(canvas, fitted(spec, figure.clientWidth), options).then(function () {
      nameView(view, picture);
      view.classList.remove("grafiek-wacht");
      picture.classList.add("alleen-print");
      if (view.scrollWidth > view.clientWidth) view.tabIndex = 0; // the arrow keys scroll it
    }).catch(function (error) {
      view.remove(); // the picture stays
      console.warn("Grafiek blijft een plaatje: " + error.message);
    });
  }

  /* Vega looks at the window only; a page also gets narrower by late styles or when the contents are shown or hidden. */
  function watchWidth() {
    const article = document.querySelector(".bd-article");
    if (!article || !window.ResizeObserver) return;
    let width = article.clientWidth;
    new ResizeObserver(function () {
      if (article.clientWidth === width) return;
      width = article.clientWidth;
      window.dispatchEvent(new Event("resize"));
    }).observe(article);
  }

  function watch() {
    if (!window.jeugdVega) return;
    watchWidth();
    const near = new IntersectionObserver(function (entries) {
      entries.filter(function (entry) { return entry.isIntersecting; }).forEach(function (entry) {
        near.unobserve(entry.target);
        enliven(entry.target);
      });
    }, { rootMargin: "600px 0px" });
    document.querySelectorAll("figure.grafiek").forEach(function (figure) { near.observe(figure); });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", watch);
  else watch();
})();
