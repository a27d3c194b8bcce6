"""The data quality report of an edition: a page to read and lists for Excel. Internal: it holds small numbers.

Nothing in it is about one youth. Names and texts of deliveries are escaped, for HTML and for spreadsheets alike.
"""

from __future__ import annotations

from pathlib import Path

from jeugd_analysis.publish.check_lines import Report
from jeugd_analysis.publish.check_lists import write_lists
from jeugd_analysis.publish.check_page import page_html


def write_report(report: Report, folder: Path) -> list[Path]:
    """Write check.html and the lists into a folder (made when it is not there); their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "check.html"
    page.write_text(page_html(report), "utf8")
    return [page, *write_lists(report, folder)]
