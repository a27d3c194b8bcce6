"""The books that were built, and whether they fit the data of now."""

from __future__ import annotations

from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store.releases import Releases


class Books(Releases):
    """Everything below _build."""

    @property
    def books_folder(self) -> Path:
        """Built books by quarter, and the pictures that they share."""
        return self.work / "_build"

    @property
    def pictures_folder(self) -> Path:
        """Pictures of charts and the chart script, shared by the books of all editions."""
        return self.books_folder / "cache"

    def book_folder(self, quarter: Quarter) -> Path:
        """Everything of the book of an edition: executed notebooks, site, check report."""
        return self.books_folder / quarter.label

    def site_folder(self, quarter: Quarter) -> Path:
        """The site of an edition as it was built."""
        return self.book_folder(quarter) / "site"

    def check_report_folder(self, quarter: Quarter) -> Path:
        """The data quality report of an edition, which never leaves."""
        return self.book_folder(quarter) / "kwaliteit"

    def stamp_book(self, quarter: Quarter) -> None:
        """Write down which release the book of an edition was made from."""
        self._book_stamp(quarter).write_text(str(self.release_digest(quarter)), "utf8")

    def book_fits(self, quarter: Quarter) -> bool:
        """Whether the book of an edition was made from the release of now."""
        stamp = self._book_stamp(quarter)
        return stamp.is_file() and stamp.read_text("utf8") == self.release_digest(quarter)

    def _book_stamp(self, quarter: Quarter) -> Path:
        return self.book_folder(quarter) / "release.digest"
