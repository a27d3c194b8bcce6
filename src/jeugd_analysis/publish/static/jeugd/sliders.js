/* Adds the plan up at the positions that a reader chose, in whole cents, as methods.savings does: fractions of whole
   numbers, rounded half to even once per segment and year. Written by present/sliders.py. */
(function () {
  "use strict";

  function whole(text) { return BigInt(text.replace(/_/g, "")); }
  function gcd(a, b) { while (b) { const rest = a % b; a = b; b = rest; } return a < 0n ? -a : a; }
  function ratio(up, down) { const by = gcd(up, down) || 1n; return [up / by, down / by]; }
  function read(text) { const parts = text.split("/"); return [whole(parts[0]), parts[1] ? whole(parts[1]) : 1n]; }
  function plus(a, b) { return ratio(a[0] * b[1] + b[0] * a[1], a[1] * b[1]); }
  function times(a, b) { return ratio(a[0] * b[0], a[1] * b[1]); }
  function rest(a) { return [a[1] - a[0], a[1]]; }
  const NONE = [0n, 1n], ALL = [1n, 1n];

  function rounded(a) {  /* not negative; half to even */
    const down = a[0] / a[1], twice = 2n * (a[0] % a[1]);
    return twice > a[1] || (twice === a[1] && down % 2n === 1n) ? down + 1n : down;
  }

  function choose(n, k) {
    let found = 1n;
    for (let at = 1n; at <= k; at += 1n) found = found * (n - k + at) / at;
    return found;
  }

  /* What the others leave when this measure comes in, averaged over every order: combined_saving in Python. */
  function shapley(rates, place) {
    let sums = [ALL];
    rates.forEach(function (rate, at) {
      if (at === place) return;
      const left = rest(rate), next = [];
      for (let size = 0; size <= sums.length; size += 1) {
        const kept = size < sums.length ? sums[size] : NONE;
        next.push(size ? plus(kept, times(sums[size - 1], left)) : kept);
      }
      sums = next;
    });
    const others = BigInt(sums.length - 1);
    const mean = sums.reduce(function (total, sum, size) {
      return plus(total, times(sum, ratio(1n, (others + 1n) * choose(others, BigInt(size)))));
    }, NONE);
    return times(rates[place], mean);
  }

  /* Whole cents in proportion to the parts; what is left over to the largest remainders, the first one on a tie. */
  function shared(parts, cents) {
    const all = parts.reduce(plus, NONE);
    if (!all[0] || !cents) return parts.map(function () { return 0n; });
    const exact = parts.map(function (part) { return times(part, ratio(cents * all[1], all[0])); });
    const told = exact.map(function (part) { return part[0] / part[1]; });
    const short = exact.map(function (part, at) { return [at, plus(part, [-told[at], 1n])]; });
    short.sort(function (a, b) {
      const gap = b[1][0] * a[1][1] - a[1][0] * b[1][1];
      return gap > 0n ? 1 : gap < 0n ? -1 : a[0] - b[0];
    });
    let over = cents - told.reduce(function (sum, part) { return sum + part; }, 0n);
    short.forEach(function (each) { if (over > 0n) { told[each[0]] += 1n; over -= 1n; } });
    return told;
  }

  /* Saving in cents of a segment in a year, at a position of the effect and one of the start. */
  function saving(segment, effect, start, year) {
    const rates = segment.measures.map(function (one) { return times(one.rate[effect], one.force[start][year]); });
    const left = rates.reduce(function (product, rate) { return times(product, rest(rate)); }, ALL);
    const total = rounded(times(rest(left), [segment.base, 1n]));
    const parts = shared(rates.map(function (rate, place) { return shapley(rates, place); }), total);
    return parts.reduce(function (sum, cents, place) {
      const one = segment.measures[place];
      return sum + cents - rounded(times([cents, 1n], one.shifted)) - one.once[start][year];
    }, 0n);
  }

  function opened(told) {
    const cents = function (row) { return row.map(whole); };
    const parts = function (row) { return row.map(read); };
    told.segments.forEach(function (segment) {
      segment.base = whole(segment.base);
      segment.targets = cents(segment.targets);
      segment.measures.forEach(function (one) {
        one.rate = parts(one.rate);
        one.force = one.force.map(parts);
        one.once = one.once.map(cents);
        one.shifted = read(one.shifted);
      });
    });
    told.step = whole(told.step);
    return told;
  }

  function stepped(cents, step) {
    const up = cents + step / 2n, down = up / step;
    return (up < 0n && up % step ? down - 1n : down) * step;
  }

  /* present.numbers.euro: a million has one decimal, a half goes to the even one. */
  function euro(cents) {
    const value = Number(cents) / 100, size = Math.abs(value), sign = value < 0 ? "\u2212" : "";
    if (size < 999500) return sign + "\u20ac\u00a0" + String(Math.round(size)).replace(/\B(?=(\d{3})+$)/g, ".");
    const million = size / 1e6;
    const half = million * 4 % 4 === 1;
    const digits = (half ? Math.floor(million * 10) / 10 : million).toFixed(1).split(".");
    return sign + "\u20ac\u00a0" + digits[0].replace(/\B(?=(\d{3})+$)/g, ".") + "," + digits[1] + "\u00a0mln";
  }

  function gap(cents) { return cents < 0n ? euro(-cents) + " over" : euro(cents); }

  function moved(quarters) {
    if (!quarters) return "zoals gepland";
    const size = Math.abs(quarters), side = quarters > 0 ? " later" : " eerder";
    if (size % 4) return (size === 1 ? "een kwartaal" : size === 2 ? "een half jaar" : size + " kwartalen") + side;
    return (size === 4 ? "een jaar" : size / 4 + " jaar") + side;
  }

  function start(box) {
    const told = opened(JSON.parse(box.querySelector(".schuif-gegevens").textContent));
    const fields = Array.from(box.querySelectorAll(".schuif-segment")).map(function (field) {
      const inputs = field.querySelectorAll("input"), words = field.querySelectorAll(".schuif-stand");
      return { effect: inputs[0], start: inputs[1], effectWords: words[0], startWords: words[1],
               part: field.querySelector(".schuif-deel"), first: [inputs[0].value, inputs[1].value] };
    });
    const figure = box.parentElement.closest(".cell_output") || document;
    const rows = Array.from(figure.querySelectorAll("table.tabel tbody tr"));
    const result = box.querySelector(".schuif-uitkomst");
    const last = told.years.length - 1;

    function add() {
      const saved = told.segments.map(function (segment, place) {
        const field = fields[place];
        return told.years.map(function (_, year) {
          return saving(segment, Number(field.effect.value), Number(field.start.value), year);
        });
      });
      const open = told.years.map(function (_, year) {
        const wanted = told.segments.reduce(function (sum, segment) { return sum + segment.targets[year]; }, 0n);
        const found = saved.reduce(function (sum, row) { return sum + row[year]; }, 0n);
        const target = stepped(wanted, told.step), reached = stepped(found, told.step);
        const cells = rows[year].children;
        cells[1].textContent = euro(target);
        cells[2].textContent = euro(reached);
        cells[3].textContent = gap(target - reached);
        rows[year].dataset.centen = String(found);
        const full = Number(target) ? Math.max(0, Math.min(1, Number(reached) / Number(target))) : 0;
        cells[2].style.setProperty("--schuif-deel", Math.round(full * 100) + "%");
        return target - reached;
      });
      told.segments.forEach(function (segment, place) {
        const target = stepped(segment.targets[last], told.step), reached = stepped(saved[place][last], told.step);
        fields[place].part.textContent = part(target, reached);
      });
      result.textContent = summary(open);
    }

    function part(target, reached) {
      return "In " + told.years[last] + ": " + euro(reached) + " van " + euro(target) + " (deel van de opgave, aanname).";
    }

    function summary(open) {
      const year = told.years[last], here = open[last];
      const all = open.reduce(function (sum, each) { return sum + each; }, 0n);
      const now = here > 0n ? "is nog " + euro(here) + " te vinden" : here === 0n ? "is de opgave precies gehaald"
        : "is de opgave gehaald, met " + euro(-here) + " over";
      const whole = all > 0n ? "nog " + euro(all) + " te vinden" : all === 0n ? "niets meer te vinden" : euro(-all) + " over";
      return "Met deze keuze " + now + " in " + told.where + " in " + year + ". Over " + told.years[0] + "-" + year
        + " samen is " + whole + ".";
    }

    function say(field) {
      field.effectWords.textContent = told.percents[field.effect.value] + "% van het plan";
      field.startWords.textContent = moved(told.delays[field.start.value]);
      field.effect.setAttribute("aria-valuetext", field.effectWords.textContent);
      field.start.setAttribute("aria-valuetext", field.startWords.textContent);
    }

    fields.forEach(function (field) {
      [field.effect, field.start].forEach(function (input) {
        input.addEventListener("input", function () { say(field); add(); });
      });
    });
    box.querySelector(".schuif-terug").addEventListener("click", function () {
      fields.forEach(function (field) {
        field.effect.value = field.first[0];
        field.start.value = field.first[1];
        say(field);
      });
      add();
    });
    fields.forEach(say);
    box.querySelector(".schuif-velden").hidden = false;
    box.querySelector(".schuif-zonder").hidden = true;
    document.body.classList.add("schuif-aan");
    add();
  }

  function all() { document.querySelectorAll(".schuiven").forEach(start); }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
