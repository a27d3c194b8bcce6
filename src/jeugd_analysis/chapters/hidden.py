"""Part of chapter 80: how much of what the book could show is hidden, and what shows more."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_BY_SEGMENT = "flow of a segment"  # the release names the segment
_ONLY_PROTECTED = ("start_gone", "end_new", "again", "stayed_away")  # differences a reader could make; no page has them
_KINDS = {  # dimension and kind of period -> what the figures are, and the chapter that shows them
    ("totaal", "jaar"): ("Alle jeugdhulp, per jaar", "Gebruik, Kostenontwikkeling"),
    ("totaal", "kwartaal"): ("Alle jeugdhulp, per kwartaal", "Gebruik, Datakwaliteit"),
    ("segment", "jaar"): ("Per segment, per jaar", "Gebruik, Kostenontwikkeling, Besparingsopgave"),
    ("segment", "kwartaal"): ("Per segment, per kwartaal", "Gebruik"),
    ("age_band", "jaar"): ("Per leeftijd, per jaar", "Gebruik"),
    ("age_sex", "jaar"): ("Per leeftijd en geslacht, per jaar", "Verwacht gebruik"),
    ("minors", "jaar"): ("Jeugdigen van 0-17, per jaar", "Gebruik"),
    ("referrer", "jaar"): ("Per verwijzer, per jaar", "Gebruik"),
    ("product", "jaar"): ("Per product, per jaar", "Gebruik, Kostenontwikkeling"),
    ("flow", "jaar"): ("In-, door- en uitstroom, per jaar", "In-, door- en uitstroom"),
    (_BY_SEGMENT, "jaar"): ("In- en uitstroom per segment, per jaar", "In-, door- en uitstroom"),
    ("ending", "jaar"): ("Redenen van beëindiging, per jaar", "In-, door- en uitstroom"),
    ("products_at_once", "jaar"): ("Soorten hulp tegelijk, per jaar", "In-, door- en uitstroom"),
    ("segments_at_once", "jaar"): ("Segmenten tegelijk, per jaar", "In-, door- en uitstroom"),
    ("costliest", "jaar"): ("Kosten van de duurste jeugdigen, per jaar", "In-, door- en uitstroom"),
    ("cap", "jaar"): ("Boven een maximum, per jaar", "Intensiteit"),
    ("cap_age", "jaar"): ("Boven een maximum, per leeftijd", "Intensiteit"),
    ("cap_product", "jaar"): ("Boven een maximum, per soort hulp", "Intensiteit"),
    ("lump", "jaar"): ("Hulp met een vast bedrag, per jaar", "Gebruik"),
    ("running", "lopend"): ("Kosten van het lopende jaar, per segment", "Begroting en jaarprognose"),
    ("waiting", "kwartaal"): ("Wachtenden per soort hulp, per kwartaal", "Wachttijden"),
    ("harmful", "kwartaal"): ("Schadelijk wachten per segment, per kwartaal", "Wachttijden"),
}
_MUCH = 0.1  # from this share on a coarser table is worth a look


def hidden(municipality: str, period: str) -> Finding:
    """Per kind of figure: how many numbers of youths and amounts there are, and which part of them is hidden."""
    edition = Edition.open(municipality, period)
    told = counted(edition.release)
    shown = not_personal(told, what="Aantallen getallen in dit boek.")
    everything = told[["counts", "small", "secret", "amounts", "amounts_secret"]].sum()
    hidden_counts = (everything["small"] + everything["secret"]) / max(everything["counts"], 1)
    return Finding(
        name="kwaliteit-geheim",
        title=f"{numbers.percent(hidden_counts)} van de aantallen is verborgen",
        unit=f"Getallen over {edition.area.in_name} in dit boek, en hoeveel er verborgen zijn",
        table=table_html(shown, {
            "kind": Column(heading="Cijfers"),
            "chapters": Column(heading="Hoofdstuk"),
            "counts": Column(heading="Aantallen", write=numbers.decimal),
            "small": Column(heading="Te klein", write=numbers.decimal),
            "secret": Column(heading="Geheim", write=numbers.decimal),
            "amounts": Column(heading="Bedragen", write=numbers.decimal),
            "amounts_secret": Column(heading="Geheime bedragen", write=numbers.decimal),
        }, caption=f"Verborgen getallen, {edition.area.name}"),
        open_table=True,
        source=edition.source,
        texts={
            "geheim_zin": f"Van alle aantallen over {edition.area.in_name} is {numbers.percent(hidden_counts)} "
            f"verborgen{_of_amounts(everything)}.",
            "geheim_advies": advice(told),
        },
    )  # fmt: skip


def _of_amounts(told: pd.Series) -> str:
    """Which part of the amounts is hidden, to end a sentence. Fields: amounts, amounts_secret.

    >>> _of_amounts(pd.Series({"amounts": 900, "amounts_secret": 0}))
    ' en geen enkel bedrag'
    >>> _of_amounts(pd.Series({"amounts": 9000, "amounts_secret": 1}))
    ' en van alle bedragen minder dan 0,1%'
    """
    if not told["amounts"]:
        return ""
    if not told["amounts_secret"]:
        return " en geen enkel bedrag"
    share = numbers.percent(told["amounts_secret"] / told["amounts"])
    return f" en van alle bedragen {'minder dan 0,1%' if share == '0,0%' else share}"


def counted(cells: pd.DataFrame) -> pd.DataFrame:
    """Per kind of figure that there is: counts, small and secret among them, amounts and amounts_secret."""
    named = cells["dimension"].str.replace(r"^flow .+$", _BY_SEGMENT, regex=True)
    cells = cells.assign(dimension=named)[~cells["level"].isin(_ONLY_PROTECTED)]
    rows = []
    for (dimension, kind), (words, chapters) in _KINDS.items():
        mine = cells[cells["dimension"].eq(dimension) & cells["period_kind"].eq(kind) & cells["youths"].gt(0)]
        priced = mine[mine["amount_status"].notna()]
        rows.append(
            {
                "kind": words,
                "chapters": chapters,
                "counts": int(mine["status"].notna().sum()),
                "small": int(mine["status"].eq("primary").sum()),
                "secret": int(mine["status"].eq("secondary").sum()),
                "amounts": len(priced),
                "amounts_secret": int(priced["amount_published"].isna().sum()),
            }
        )
    told = pd.DataFrame(rows)
    return told[told["counts"] + told["amounts"] > 0].reset_index(drop=True)


def advice(told: pd.DataFrame) -> str:
    """What to look at instead, where a tenth or more of a kind of figure is hidden."""
    share = (told["small"] + told["secret"]) / told["counts"].clip(lower=1)
    much = told[(share >= _MUCH) | (told["amounts_secret"] >= _MUCH * told["amounts"].clip(lower=1))]
    if much.empty:
        return "Van geen enkele soort cijfers is een tiende of meer verborgen."
    ways = {
        "per kwartaal": "kijk naar een heel jaar in plaats van een kwartaal",
        "Per product": "kijk naar segmenten in plaats van producten",
        "Per segment": "kijk naar alle hulp samen, of naar de regio",
        "Per verwijzer": "voeg verwijzers samen, of kijk naar de regio",
        "Per leeftijd": "voeg leeftijden samen, of kijk naar de regio",
        "In-, door-": "kijk naar meer jaren samen, of naar de regio",
        "Wachtenden": "kijk naar een segment in plaats van een soort hulp, of naar de regio",
        "Redenen": "voeg redenen samen, of kijk naar de regio",
    }
    fitting = [way for part, way in ways.items() if much["kind"].str.contains(part, regex=False).any()]
    words = "; ".join(fitting) or "kijk naar de regio"
    return f"Wilt u meer zien? Dan helpt een grovere indeling: {words}."
