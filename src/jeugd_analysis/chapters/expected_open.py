"""What is published about areas, from deliveries and from what ships: one figure per area, year and measure."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.domain.codes import AGE_BANDS
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.expected_use.features import YOUNG
from jeugd_analysis.store import Store

NATIONAL = "NL00"
COLUMNS = ["area", "name", "year", "measure", "value", "status", "source"]
_BANDS = {band: f"youths_{band.replace('-', '_')}" for band in AGE_BANDS}
_PEOPLE = {"0-14": "inhabitants_0_14", "15-24": "inhabitants_15_24"}
_MINORS = "share_youth_assistance"
_IN_KIND = "jeugdzorg in natura"
_UNKNOWN = "onbekend"
_SHIPS, _UNNAMED, _NAMED = 0, 1, 2  # which of two files goes first when both have a figure


def figures(store: Store, quarter: Quarter) -> pd.DataFrame:
    """Figures of whole years of COLUMNS, each area, year and measure once.

    A file that names its CBS table goes before one that does not, and both before what ships; of one table the latest
    vintage counts. A status that a file does not tell is that of the same number where it ships.
    """
    shipped = _shipped(store)
    delivered = _delivered(store, quarter)
    told = pd.concat([shipped, delivered], ignore_index=True) if len(delivered) else shipped
    told = told.sort_values(["rank", "vintage"], kind="stable", na_position="first")
    keys = ["area", "year", "measure"]
    told = told.drop_duplicates(keys, keep="last").reset_index(drop=True)
    known = told[keys].merge(shipped[[*keys, "value", "status"]], on=keys, how="left")
    same = told["status"].eq(_UNKNOWN) & known["value"].eq(told["value"])
    return told.assign(status=told["status"].mask(same, known["status"]))[COLUMNS]


def _delivered(store: Store, quarter: Quarter) -> pd.DataFrame:
    cells = store.table("open_youth_care", quarter)
    if cells.empty:
        return pd.DataFrame(columns=[*COLUMNS, "rank", "vintage"])
    rows = cells[cells["value"].notna() & cells["area"].notna() & cells["period"].str.endswith("JJ00")]
    named = rows["source_table"].str.fullmatch(r"\d{5}NED|KWB")
    label = ("CBS StatLine " + rows["source_table"]).mask(rows["source_table"].eq("KWB"), "CBS, kerncijfers wijken")
    return pd.DataFrame(
        {
            "area": rows["area"],
            "name": rows["area_name"],
            "year": rows["period"].str[:4].astype("int64"),
            "measure": rows["measure"],
            "value": rows["value"],
            "status": rows["status"],
            "source": label.where(named, "ingelezen bestand"),
            "rank": named.map({True: _NAMED, False: _UNNAMED}),
            "vintage": rows["vintage"],
        }
    )


def _shipped(store: Store) -> pd.DataFrame:
    """Youths and inhabitants of municipalities and the country among the published facts."""
    facts = store.published("facts")
    youths = facts["indicator"].eq("youths") & facts["topic"].eq("youth-care") & facts["denominator"].eq(_IN_KIND)
    people = facts["indicator"].eq("inhabitants") & facts["topic"].eq("population")
    measure = pd.Series(pd.NA, index=facts.index, dtype="str")
    for rows, whole, parts in ((youths, "youths", _BANDS), (people, "inhabitants", _PEOPLE)):
        names = facts["breakdown"].map(parts).mask(facts["breakdown"].isna(), whole)
        measure = measure.mask(rows, names)
    minors = facts["indicator"].eq(_MINORS) & facts["topic"].eq("youth-care") & facts["breakdown"].isna()
    measure = measure.mask(minors, _MINORS)
    kept = facts[measure.notna() & facts["period"].str.fullmatch(r"\d{4}") & facts["area"].str.match(r"GM|NL00")]
    return pd.DataFrame(
        {
            "area": kept["area"],
            "name": kept["area_name"],
            "year": kept["period"].astype("int64"),
            "measure": measure[kept.index],
            "value": kept["value"].astype("float64"),
            "status": kept["status"].replace("feit", "gepubliceerd"),
            "source": kept["document"],
            "rank": _SHIPS,
            "vintage": pd.Series(pd.NaT, index=kept.index, dtype="datetime64[ns]"),
        }
    )


def by_area(told: pd.DataFrame, kind: str) -> pd.DataFrame:
    """One row per area and year with a column per measure, of areas whose code starts so; with people_0_24.

    Columns besides the measures: area, year, name, status (of the youths) and source (idem).
    """
    rows = told[told["area"].str.startswith(kind)]
    wide = rows.pivot(index=["area", "year"], columns="measure", values="value")
    youths = rows[rows["measure"].eq("youths")].set_index(["area", "year"])[["name", "status", "source"]]
    table = wide.join(youths).rename_axis(columns=None).reset_index()
    for name in ("youths", "inhabitants", *_PEOPLE.values()):
        if name not in table:
            table[name] = pd.Series(float("nan"), index=table.index)
    return table.assign(**{YOUNG: table["inhabitants_0_14"] + table["inhabitants_15_24"]})


def ages_of(store: Store, quarter: Quarter, year: int) -> pd.DataFrame:
    """Inhabitants on 1 January by age band: area, age_band, inhabitants; only areas of which every age is known.

    Empty without real figures: those of the example region are made up, and only of that region.
    """
    told = store.table("population", quarter)
    if told.empty:
        return pd.DataFrame(columns=["area", "age_band", "inhabitants"])
    rows = told[told["year"].eq(year) & told["status"].ne("voorbeelddata")]
    return whole_bands(rows)


def whole_bands(people: pd.DataFrame) -> pd.DataFrame:
    """Inhabitants per area and age band, from single years of age or from the bands themselves.

    Shapes: municipality, age_from, age_to, inhabitants of one year. An area of which an age is missing is left out.
    """
    whole = full_bands(people)
    return whole[whole.groupby("area")["age_band"].transform("size") == len(AGE_BANDS)].reset_index(drop=True)


def full_bands(people: pd.DataFrame) -> pd.DataFrame:
    """Inhabitants per area and age band, of every band of which the area has all ages: area, age_band, inhabitants.

    Shapes: as `whole_bands`.
    """
    parts = []
    for band, (low, high) in AGE_BANDS.items():
        inside = people[(people["age_from"] >= low) & (people["age_to"] <= high)]
        years = inside["age_to"] - inside["age_from"] + 1
        sums = inside.assign(years=years).groupby("municipality", as_index=False)[["inhabitants", "years"]].sum()
        full = sums[sums["years"] == high - low + 1]
        parts.append(full.rename(columns={"municipality": "area"}).assign(age_band=band))
    return pd.concat(parts, ignore_index=True)[["area", "age_band", "inhabitants"]]
