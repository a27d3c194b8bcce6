"""What must be taken out of a built site before it can go out."""

from __future__ import annotations

import json
from pathlib import Path

_START, _END = "Search.setIndex(", ")"


def drop_stale_words(site: Path) -> None:
    """Take the words out of the search index that stand on no page any more.

    Sphinx reads only the pages that changed and keeps every word it ever saw: a code or a number that stood on a page
    once would stay in the index for good.
    """
    index = site / "searchindex.js"
    if not index.is_file():
        return
    told = json.loads(index.read_text("utf8").removeprefix(_START).removesuffix(_END))
    for name in ("terms", "titleterms"):
        told[name] = {word: pages for word, pages in told[name].items() if pages != []}
    index.write_text(_START + json.dumps(told, sort_keys=True) + _END, "utf8")
