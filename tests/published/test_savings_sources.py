"""Where the target comes from, funding forms, risks and earlier plans: their form, figures and cited lines.

The texts of the documents do not ship with the project: those tests skip where they are absent.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.savings import adjust, phase, simulate, start_from_contracts
from tests.published.council_texts import FILES, SHARED, needs_texts

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "data" / "published"
SCENARIOS = ROOT / "data" / "reference" / "scenarios"
OWN_WORDS = {
    "published/cascade.csv": ["statement", "note"],
    "published/segment_forms.csv": ["form", "note"],
    "published/risks.csv": ["risk", "effect", "response"],
    "published/earlier_plans.csv": ["plan", "target", "outcome"],
    "reference/measures_2019.csv": ["works_on", "owner", "evidence", "indicator"],
}
TABLES = {name: pd.read_csv(ROOT / "data" / name, dtype="str", keep_default_na=False) for name in OWN_WORDS}
FACTS = pd.read_csv(PUBLISHED / "facts.csv", dtype="str", keep_default_na=False).set_index("fact_id")
DOCUMENTS = pd.read_csv(PUBLISHED / "documents.csv", dtype="str")["document"].tolist()
SEGMENTS = pd.read_csv(ROOT / "data" / "reference" / "segments.csv", dtype="str")["segment"].tolist()
PLACES = [
    (f"{name}: {row.iloc[0]}", row["document"], row["place"])
    for name, table in TABLES.items()
    for _, row in table.iterrows()
]


def spans(place: str) -> list[range]:
    pairs = [
        part.strip().split("-") for found in re.findall(r"tekst r\. ([\d, -]+)", place) for part in found.split(",")
    ]
    return [range(int(pair[0]), int(pair[-1]) + 1) for pair in pairs if pair[0]]


def text_of(document: str) -> list[str]:
    return (SHARED / FILES[document]).read_text("utf8").replace("\f", "").split("\n")


@pytest.mark.parametrize("name", OWN_WORDS)
def test_documents_segments_and_figures_are_known(name):
    table = TABLES[name]
    assert set(table["document"]) <= set(DOCUMENTS)
    for column, known in (("segments", SEGMENTS), ("fact_ids", FACTS.index)):
        if column in table.columns:
            used = {part for cell in table[column] for part in cell.split(";") if part}
            assert used <= set(known)


def test_the_cascade_goes_from_country_to_municipality():
    cascade = TABLES["published/cascade.csv"].set_index("step_id")
    assert list(dict.fromkeys(cascade["level"])) == ["landelijk", "regionaal", "gemeentelijk"]
    begin, full = (int(FACTS.loc[cascade.loc[step, "fact_ids"], "value"]) for step in ("land-begin", "land-vol"))
    assert (begin, full) == (374_000_000, 1_000_000_000)
    assert FACTS.loc[cascade.loc["regio-vol", "fact_ids"], "value"] == "-25000000"
    path = [int(FACTS.loc[each, "value"]) for each in cascade.loc["regio-pad", "fact_ids"].split(";")]
    assert path == [-11_300_000, -14_300_000, -21_500_000, -24_000_000, -25_000_000, -25_000_000, -25_000_000]
    undecided = cascade.index[cascade["status"] == "onder voorbehoud"]
    assert {"land-groeipijn", "land-voorjaarsnota", "regio-verdeling"} <= set(undecided)


def test_no_funding_form_of_2027_is_shown_as_decided():
    forms = TABLES["published/segment_forms.csv"]
    decided = set(forms.loc[forms["status"] == "besloten", "form_id"])
    assert decided == {"looptijd-nu", "bekostiging-nu", "inkoopvorm-nu"}  # what is in force today
    for aspect in ("bekostiging", "inkoopvorm"):
        codes = forms.loc[(forms["aspect"] == aspect) & (forms["status"] != "besloten"), "segments"].str.split(";")
        assert {code for group in codes for code in group} == {"S1", "S2", "S3", "S4", "S5"}


def test_documents_that_differ_on_four_segments_both_stand_there():
    forms = TABLES["published/segment_forms.csv"].set_index("form_id")
    assert forms.loc["bekostiging-vier", "status"] == "voorstel"
    assert forms.loc["bekostiging-vier-westland", "status"] == "onder voorbehoud"


def test_every_council_names_risks_and_no_assumption_is_free_of_them():
    risks = TABLES["published/risks.csv"]
    assert set(risks["document"]) == set(DOCUMENTS)
    assert {"full_effect_share", "start", "success_probability", "shifted_share", "one_off_cents", "target"} <= set(
        risks["hits"]
    )


@needs_texts
@pytest.mark.parametrize(("what", "document", "place"), PLACES, ids=[place[0] for place in PLACES])
def test_cited_lines_are_there(what, document, place):
    lines = text_of(document)
    assert spans(place), what
    assert all(span.start < span.stop <= len(lines) + 1 for span in spans(place))
    assert all(any(lines[number - 1].strip() for number in span) for span in spans(place))


@needs_texts
@pytest.mark.parametrize("name", OWN_WORDS)
def test_no_sentence_is_copied(name):
    """Eight words in a row that also stand in a document are a copied sentence."""
    documents = " ".join(re.sub(r"\W+", " ", " ".join(text_of(document)).lower()) for document in FILES)
    copied = []
    for column in OWN_WORDS[name]:
        for text in TABLES[name][column]:
            words = re.sub(r"\W+", " ", text.lower()).split()
            copied += [run for at in range(len(words) - 7) if f" {(run := ' '.join(words[at : at + 8]))} " in documents]
    assert copied == []


KEYWORDS = {
    "groeipijn": "groeipijn", "procedures": "juridische procedures", "raden-wijzigen": "aan te passen",
    "administratie": "schotten", "richting-onhaalbaar": "denkrichting", "continuiteit": "zorgcontinuiteit",
    "kleine-gemeente": "verdeelsleutel", "kosten-overgang": "transformatiekosten", "voorveld-betalen": "voorveld",
    "taakgericht-team": "skt", "van-buiten-2019": "exogene", "preventie-traag": "preventieve", "knip-2020": "knip",
    "opgave-onhaalbaar": "onhaalbaar", "overschrijding": "pxq", "lichte-hulp-westland": "lichte hulp",
}  # fmt: skip


@needs_texts
@pytest.mark.parametrize(("risk", "word"), KEYWORDS.items())
def test_the_cited_lines_are_about_the_risk(risk, word):
    row = TABLES["published/risks.csv"].set_index("risk_id").loc[risk]
    lines = text_of(row["document"])
    cited = " ".join(lines[number - 1] for span in spans(row["place"]) for number in span).lower()
    assert word in cited


# -- scenarios ------------------------------------------------------------------------------------------


def scenario(name: str) -> dict:
    return tomllib.loads((SCENARIOS / f"{name}.toml").read_text("utf8"))


BASIS = start_from_contracts(
    pd.DataFrame(scenario("basis")["measures"]).assign(base_cents=7_000_000_000),
    dict.fromkeys(["S1", "S2", "S3", "S4", "S5"], Quarter(2027, 1)),
)
TARGETS = pd.DataFrame({"year": 2031, "segment": ["S1", "S2", "S3", "S4", "S5"], "target_cents": 400_000_000})


def expected(measures: pd.DataFrame, targets: pd.DataFrame = TARGETS) -> pd.DataFrame:
    return phase(measures, targets, years=[2031])


@pytest.mark.parametrize("name", ["vertraging", "minder_effect", "lagere_opgave"])
def test_a_scenario_says_that_it_is_an_assumption_and_changes_one_thing(name):
    told = scenario(name)
    assert told["status"] == "aanname" and "aanname" in told["explanation"] and told["based_on"] == "basis"
    usual = {"delay_quarters": 0, "effect_factor": 1, "target_factor": 1}
    assert sum(told[key] != value for key, value in usual.items()) == 1
    changed = expected(*adjust(BASIS, TARGETS, **{key: told[key] for key in usual}))
    assert (changed["gap_cents"] != expected(BASIS)["gap_cents"]).any()


def test_chances_are_of_the_measures_of_the_base_scenario():
    told = scenario("kansen")
    chances = pd.DataFrame(told["measures"])
    assert chances["measure"].tolist() == BASIS["measure"].tolist()
    both = BASIS.merge(chances, on="measure", validate="one_to_one")
    assert (both["low_share"] <= both["full_effect_share"]).all()
    drawn = simulate(both, TARGETS, draws=2000, rho=told["rho"], rng=np.random.default_rng(told["seed"]))
    assert drawn["p_target"].between(0, 1).all() and (drawn["p10"] <= drawn["p90"]).all()
    assert (expected(both)["saving_cents"] < expected(BASIS)["saving_cents"]).all()
