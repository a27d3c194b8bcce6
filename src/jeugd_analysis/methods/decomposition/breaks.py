"""No effect across a break: what may not be compared is refused, with what can be told instead."""

from __future__ import annotations

from collections.abc import Iterable

from jeugd_analysis.domain.region import Break
from jeugd_analysis.errors import JeugdError

MEASURES = {
    "intensity": "de intensiteit",
    "tariff": "het tarief",
    "cost": "de totale kosten",
    "youths": "het aantal jeugdigen",
    "cbs": "de cijfers van het CBS",
}
_INSTEAD = ("cost", "youths")


class ComparisonError(JeugdError):
    """Two years were compared that a break keeps apart."""

    def __init__(self, wat: str, *, doe: str) -> None:
        super().__init__("MET-002", wat=wat, doe=doe)


def require_comparable(breaks: Iterable[Break], *, base: int, compare: int, measure: str) -> None:
    """Refuse a measure across a break; the message says what can be told of the same two years.

    Shapes: `breaks` are all those of the area, of every measure (`Region.breaks_of` for each): what can be told instead
    depends on them too. A break counts when its year is after the earlier of the two years and not after the later one.
    `measure` is intensity, tariff, cost, youths or cbs.
    Raises: ComparisonError that names the breaks and what can be told instead; ComparisonError on an unknown measure.
    Source: data/reference/breaks.csv.
    """
    if measure not in MEASURES:
        raise ComparisonError(f"Onbekende maat {measure!r}.", doe=f"kies uit: {', '.join(MEASURES)}.")
    first, last = sorted((base, compare))
    between = [found for found in breaks if first < found.year <= last]
    if across := [found for found in between if measure in found.measures]:
        labels = "; ".join(dict.fromkeys(found.label for found in sorted(across, key=lambda found: found.year)))
        raise ComparisonError(
            f"Tussen {first} en {last} is {MEASURES[measure]} niet te vergelijken ({labels}).",
            doe=f"{_instead(between, measure)}, of kies twee jaren aan dezelfde kant van de breuk.",
        )


def _instead(between: list[Break], measure: str) -> str:
    broken = {name for found in between for name in found.measures}
    left = [MEASURES[name] for name in _INSTEAD if name not in broken and name != measure]
    return f"vergelijk alleen {' en '.join(left)}" if left else "toon elk jaar apart"
