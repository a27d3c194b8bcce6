"""A scenario file of data/reference/scenarios, checked when it is read: a typo must not become another outcome."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from jeugd_analysis.chapters.segment_contracts import OUTSIDE, quarter_of
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.methods.savings.plan import MEASURE_COLUMNS, OPTIONAL_COLUMNS
from jeugd_analysis.store import Store

_TEXTS = ("name", "status", "explanation")
_FACTORS = {  # what a scenario may change, with its bounds
    "delay_quarters": (-40, 40), "effect_factor": (0, 10), "target_factor": (0, 10), "rho": (0, 1),
    "draws": (1, 10_000_000), "seed": (0, 10**12), "one_off_share": (0, 1),
}  # fmt: skip
_CHANCE = ("rho", "draws", "seed")
_OTHER = {*_TEXTS, "based_on", "steps", "measures", "contracts"}
_COLUMNS = {*MEASURE_COLUMNS, *OPTIONAL_COLUMNS, "after_contract_quarters", "seen_in", "not_seen"} - {"base_cents"}


def checked_scenario(store: Store, name: str) -> dict[str, Any]:
    """The scenario as its file tells it.

    Raises: JeugdError (REF-006) that names the file and the entry: a missing name, an unknown entry or column, a value
    out of bounds, a measure or segment that does not exist, or a measure without a start.
    """
    told = store.settings(f"scenarios/{name}")
    for entry in _TEXTS:
        if not isinstance(told.get(entry), str) or not told[entry].strip():
            raise _wrong(name, f"{entry} ontbreekt", f"geef {entry} als tekst")
    _require_known(name, told, _OTHER | set(_FACTORS), "de regel")
    for entry, (low, high) in _FACTORS.items():
        value = told.get(entry, low)
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            raise _wrong(name, f"{entry} klopt niet", f"geef een getal van {low} tot en met {high}")
    if any(entry in told for entry in _CHANCE) and not all(entry in told for entry in _CHANCE):
        raise _wrong(name, "voor een simulatie ontbreekt een regel", f"geef {', '.join(_CHANCE)}")
    _require_contracts(name, told.get("contracts", {}), {segment.code for segment in store.region.segments})
    measures = told.get("measures", [])
    if "based_on" in told:
        base = checked_scenario(store, str(told["based_on"]))
        _require_measures(name, measures, {row["measure"] for row in base["measures"]})
    elif not measures:
        raise _wrong(name, "er is geen maatregel", "geef [[measures]], of based_on")
    else:
        _require_complete(name, measures, {segment.code for segment in store.region.segments})
    for row in measures:
        _require_known(name, row, _COLUMNS, f"maatregel {row['measure']}: de kolom")
    return told


def _require_contracts(name: str, told: Any, segments: set[str]) -> None:
    if not isinstance(told, dict) or set(told) - (segments - set(OUTSIDE)):
        raise _wrong(
            name, "contracts noemt een segment dat niet bestaat", 'geef [contracts] met bijvoorbeeld S1 = "2028-K1"'
        )
    for code, start in told.items():
        quarter_of(str(start), f"scenarios/{name}.toml, segment {code}")


def _require_measures(name: str, measures: list[dict[str, Any]], known: set[str]) -> None:
    for row in measures:
        if row.get("measure") not in known:
            raise _wrong(
                name, f"maatregel {row.get('measure')} staat niet in het basisscenario", "gebruik dezelfde naam"
            )


def _require_complete(name: str, measures: list[dict[str, Any]], segments: set[str]) -> None:
    for row in measures:
        if missing := [entry for entry in ("measure", "segment", "full_effect_share", "ramp_quarters")
                       if entry not in row]:  # fmt: skip
            raise _wrong(name, f"bij een maatregel ontbreekt {', '.join(missing)}", "vul dit in")
        if row["segment"] not in segments:
            raise _wrong(name, f"segment {row['segment']} bestaat niet", f"kies uit {', '.join(sorted(segments))}")
        if ("start" in row) == ("after_contract_quarters" in row):
            raise _wrong(
                name, f"maatregel {row['measure']} heeft geen start, of twee", "geef start of after_contract_quarters"
            )


def _require_known(name: str, told: dict[str, Any], known: set[str], what: str) -> None:
    for entry in sorted(set(told) - known):
        near = get_close_matches(entry, sorted(known), n=1)
        hint = f"bedoelt u {near[0]}" if near else "haal deze weg"
        raise _wrong(name, f"{what} {entry} bestaat niet", hint)


def _wrong(name: str, what: str, remedy: str) -> JeugdError:
    return JeugdError("REF-006", wat=f"scenarios/{name}.toml: {what}.", doe=f"{remedy}.")
