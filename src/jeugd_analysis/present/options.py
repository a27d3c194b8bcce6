"""A choice of one thing from a list, in the page itself: every part is in the page, a script shows one.

Without script all parts stand below each other under headings. Columns of a table that compare with another option
carry its name (`Column.against`): the second field shows one of them. Read by publish/static/jeugd/options.js.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from jeugd_analysis.present.choice import mark, marked_heading, select

if TYPE_CHECKING:
    from jeugd_analysis.present.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One finding per option; the first is shown at first, compared with `against`.

    what: the thing that is chosen, as the label of the field and in a sentence ('sleutel').
    """

    parts: Mapping[str, Finding]
    what: str
    against: str

    @property
    def first(self) -> str:
        """The option that is shown at first, and on paper when nothing was chosen."""
        return next(iter(self.parts))

    def opening(self) -> str:
        """HTML above the parts: the two fields to choose with."""
        names = list(self.parts)
        return (
            f'<div class="keuze" data-lijst="{escape(self.what)}">'
            f'<p class="keuze-zonder">Hieronder staat elke {escape(self.what)}.</p>'
            f'<div class="keuze-velden" role="group" aria-label="Kies een {escape(self.what)}" hidden>'
            f"{select('lijst-keuze', self.what.capitalize(), names, self.first)}"
            f"{select('lijst-naast', 'Vergelijk met', names, self.against)}</div>"
            '<p class="keuze-uitleg" role="status" aria-live="polite"></p></div>'
        )

    def mark(self, name: str) -> dict[str, str]:
        """Class and name of everything that belongs to one option."""
        return mark(name, chosen=name == self.first)

    def heading(self, name: str) -> str:
        """Heading of one option, for readers who see them all."""
        return marked_heading(f"{self.what.capitalize()}: {name}", self.mark(name))
