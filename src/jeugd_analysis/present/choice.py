"""A choice of two years in the page itself: every pair is in the page, a script shows the chosen one.

Without script all pairs stand below each other under headings; on paper only the chosen one is left, at first the
first. Works from disk and under a strict content policy: publish/static/jeugd/choice.js reads what is marked here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from jeugd_analysis.present.finding import Finding

T = TypeVar("T")
Pair = tuple[int, int]  # base and compared year
ANCHOR = "jaren-kiezen"  # one choice on a page; other figures follow it
META = "keuze"  # name in the usermeta of a chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """One finding per pair of years that can be compared, and why the other pairs cannot.

    parts: the pair that is shown first stands first. closed: pair -> what to say instead. leads: the fields to choose
    with stand at this figure; another figure on the same page follows them.
    """

    parts: Mapping[Pair, Finding]
    closed: Mapping[Pair, str]
    leads: bool

    @property
    def first(self) -> Pair:
        """The pair that is shown at first, and on paper when nothing was chosen."""
        return next(iter(self.parts))

    def opening(self) -> str:
        """HTML above the parts: the fields to choose with, or a pointer to them."""
        return self._control() if self.leads else _POINTER

    def mark(self, pair: Pair) -> dict[str, str]:
        """Class and pair of everything that belongs to one pair."""
        return mark(name_of(pair), chosen=pair == self.first)

    def heading(self, pair: Pair) -> str:
        """Heading of one pair, for readers who see them all."""
        return heading(pair, self.mark(pair))

    def _control(self) -> str:
        base, compare = self.first
        starts = sorted({pair[0] for pair in (*self.parts, *self.closed)})
        ends = sorted({pair[1] for pair in (*self.parts, *self.closed) if pair[1] > base})
        reasons = "".join(
            f'<li data-paar="{name_of(pair)}">{escape(text)}</li>' for pair, text in sorted(self.closed.items())
        )
        why = "<summary>Welke jaren zijn niet met elkaar te vergelijken?</summary>"
        return (
            f'<div class="keuze" id="{ANCHOR}" data-eerst="{name_of(self.first)}">'
            '<p class="keuze-zonder">Hieronder staan alle jaren die te vergelijken zijn, de laatste eerst.</p>'
            '<div class="keuze-velden" role="group" aria-label="Kies twee jaren" hidden>'
            f"{select('keuze-van', 'Van', starts, base)}{select('keuze-naar', 'Naar', ends, compare)}</div>"
            '<p class="keuze-uitleg" role="status" aria-live="polite"></p>'
            + (f'<details class="keuze-niet">{why}<ul>{reasons}</ul></details>' if reasons else "")
            + "</div>"
        )


_POINTER = (
    '<p class="keuze-wijzer" hidden><span class="keuze-nu"></span> '
    f'<a href="#{ANCHOR}">Kies andere jaren</a></p>'
)  # fmt: skip


def name_of(pair: Pair) -> str:
    """2017-2018."""
    return f"{pair[0]}-{pair[1]}"


def heading(pair: Pair, mark: Mapping[str, str]) -> str:
    """Heading of one pair, for readers who see them all."""
    return marked_heading(f"Van {pair[0]} naar {pair[1]}", mark)


# -- what every choice on a page is made of ----------------------------------------------------------


def mark(name: str, *, chosen: bool) -> dict[str, str]:
    """Class and name of everything that belongs to one part; `chosen` is the part that is shown at first."""
    return {"class": f"keuze-deel{' gekozen' if chosen else ''}", "data-paar": name}


def marked_heading(text: str, mark: Mapping[str, str]) -> str:
    """Heading of one part, seen where all parts are."""
    told = attributes({**mark, "class": f"{mark['class']} keuze-kop"})
    return f"<h3{told}>{escape(text)}</h3>"


def attributes(told: Mapping[str, str]) -> str:
    """As they stand in a tag, each after a space."""
    return "".join(f' {name}="{escape(value)}"' for name, value in told.items())


def select(name: str, label: str, values: Sequence[T], chosen: T) -> str:
    """A field to choose one value with; `name` is its id."""
    options = "".join(
        f"<option{' selected' if value == chosen else ''}>{escape(str(value))}</option>" for value in values
    )
    return (
        f'<span class="keuze-veld"><label for="{name}">{escape(label)}</label> '
        f'<select id="{name}" autocomplete="off">{options}</select></span>'
    )
