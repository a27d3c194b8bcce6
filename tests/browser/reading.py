"""How the browser tests read a page: every request and complaint is kept, and every word that is seen or heard."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

ENGLISH = re.compile(
    r"\b(search|searching|contents|previous|next|toggle|skip|back to top|copy|copyright|by the|color mode|light|dark|"
    r"system|settings|home|page|pages|main|show|hide|link to|permalink|source|fullscreen|note|error|warning|"
    r"table of|last updated|click|matching|please|navigation|sidebar|created using|theme)\b",
    re.IGNORECASE,
)
# What a reader sees or hears: text, also of what unfolds, and the attributes that are read out.
WORDS = """() => {
  const named = ['title', 'aria-label', 'placeholder', 'alt', 'data-bs-title', 'data-bs-original-title'];
  const text = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.closest('script, style, noscript, math, svg')) text.push(node.data);
  }
  document.querySelectorAll('*').forEach(e => named.forEach(n => e.hasAttribute(n) && text.push(e.getAttribute(n))));
  return text.map(t => t.trim()).filter(Boolean);
}"""
# Charts are drawn when they come near the window: each is brought there once, and a frame is given to see it.
SCROLL = """async () => {
  const seen = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
  for (const figure of document.querySelectorAll('figure')) { figure.scrollIntoView(); await seen(); }
  scrollTo(0, document.documentElement.scrollHeight); await seen();
}"""


class Reader:
    """One tab that remembers what it asked for and what went wrong."""

    def __init__(self, context: Any, base: str) -> None:
        self.base = base
        self.page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: Any) -> None:
        # Vega-Lite says this of every chart that takes the width of the page and the height of its rows.
        expected = message.text.startswith('WARN Dropping "fit-y"')
        if message.type in {"error", "warning"} and not expected:
            self.complaints.append(message.text)

    def read(self, page: str) -> Any:
        self.page.goto(self.base + page, wait_until="load")
        self.page.evaluate(SCROLL)
        if self.page.locator("figure.grafiek").count():
            self.page.wait_for_selector(".grafiek-levend:not(.grafiek-wacht) svg.marks", timeout=10_000)
        return self.page


def violations(page: Any, *, within: str = ".bd-article") -> list[str]:
    """Rules of axe that a part of a page breaks; the test is skipped without axe."""
    source = axe_source()
    if source is None:
        pytest.skip("axe-core ontbreekt; installeer axe-playwright-python")
    page.evaluate(source)
    found = page.evaluate("within => axe.run(document.querySelector(within))", within)
    return [rule["id"] for rule in found["violations"]]


def axe_source() -> str | None:
    spec = importlib.util.find_spec("axe_playwright_python")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8") if spec and spec.origin else None
