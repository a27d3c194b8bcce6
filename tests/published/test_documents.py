"""What the council documents say, plan, promise and contradict: checked in form, against the figures and in the texts.

The texts themselves do not ship with the project: those tests skip where they are absent.
"""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from tests.published.council_texts import FILES, SHARED, needs_texts

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "data" / "published"
NAMES = ("documents", "contradictions", "planning", "indicators", "goals")
TABLES = {
    name: pd.read_csv(PUBLISHED / f"{name}.csv", dtype="str", keep_default_na=False) for name in (*NAMES, "facts")
}
FACTS = TABLES["facts"].set_index("fact_id")
COUNCIL = TABLES["documents"]["document"].tolist()
_LINES = re.compile(r"tekst r\. ([\d, -]+)")
_NUMBER = re.compile(
    r"(?<![\d.,-])(\d{1,3}(?:\.\d{3})+|\d+)(,\d+)? (miljoen|miljard|procent\w*|euro|jongeren|trajecten)\b"
)


def own_words(name: str) -> list[str]:
    """Every text that we wrote ourselves about a document."""
    columns = {
        "contradictions": ["subject", "statement_1", "statement_2", "consequence_for_the_book"],
        "planning": ["step", "note"],
        "indicators": ["indicator", "answer"],
        "goals": ["goal", "answer"],
    }[name]
    return [text for column in columns for text in TABLES[name][column]]


def cited(place: str) -> list[range]:
    """Line ranges of a place: 'Financiën (tekst r. 450, 455-456)' -> 450, 455 to 456."""
    pairs = [part.strip().split("-") for found in _LINES.findall(place) for part in found.split(",") if part.strip()]
    return [range(int(pair[0]), int(pair[-1]) + 1) for pair in pairs]


def text_of(document: str) -> list[str]:
    return (SHARED / FILES[document]).read_text("utf8").replace("\f", "").split("\n")


def cited_text(document: str, place: str) -> str:
    lines = text_of(document)
    return " ".join(lines[number - 1] for span in cited(place) for number in span)


def places() -> list[tuple[str, str, str]]:
    """(what, document, place) of every row about a council document, facts too."""
    rows = [(f"{r.contradiction_id}-1", r.document_1, r.place_1) for r in TABLES["contradictions"].itertuples()]
    rows += [(f"{r.contradiction_id}-2", r.document_2, r.place_2) for r in TABLES["contradictions"].itertuples()]
    for name in ("planning", "indicators", "goals", "facts"):
        rows += [(r[1], r.document, r.place) for r in TABLES[name].itertuples()]
    return [row for row in rows if row[1] in COUNCIL]


# -- form -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_row_tells_its_source_and_status(name: str) -> None:
    table = TABLES[name]
    needed = [column for column in table.columns if re.match(r"(document|place|status|statement|consequence)", column)]
    assert "status" in needed and any(column.startswith("document") for column in needed)
    assert table[(table[needed].map(str.strip) == "").any(axis=1)].iloc[:, 0].tolist() == []


@pytest.mark.parametrize("name", NAMES)
def test_names_are_unique(name: str) -> None:
    assert TABLES[name].iloc[:, 0].is_unique and len(TABLES[name]) > 0


@pytest.mark.parametrize("name", ["planning", "indicators", "goals"])
def test_documents_are_those_of_the_list(name: str) -> None:
    assert set(TABLES[name]["document"]) <= set(COUNCIL)


def test_documents_of_the_list_are_used_by_the_figures() -> None:
    assert set(COUNCIL) <= set(FACTS["document"]) and len(COUNCIL) == 5


def test_documents_carry_the_day_of_their_figures() -> None:
    for row in TABLES["documents"].itertuples():
        dated = set(FACTS.loc[FACTS["document"] == row.document, "published_on"])
        assert dated == {row.published_on}, row.document


def test_open_sources_of_contradictions_are_on_file() -> None:
    table = TABLES["contradictions"]
    apart = {
        part.strip() for column in ("document_1", "document_2") for text in table[column] for part in text.split(";")
    }
    known = {part.strip() for text in FACTS["document"] for part in text.split(";")}
    assert apart - known - {"CBS StatLine 85098NED en 85335NED"} == set()


@pytest.mark.parametrize("row", TABLES["contradictions"].itertuples(), ids=lambda row: row.contradiction_id)
def test_kind_fits_the_documents(row) -> None:
    ours = [row.document_1 in COUNCIL, row.document_2 in COUNCIL]
    fits = {
        "tussen stukken": all(ours) and row.document_1 != row.document_2,
        "binnen een stuk": all(ours) and row.document_1 == row.document_2,
        "stuk en openbare cijfers": ours == [True, False],
        "tussen openbare bronnen": not any(ours),
    }
    assert fits[row.kind]
    assert row.statement_1 != row.statement_2


# -- figures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", TABLES["contradictions"].itertuples(), ids=lambda row: row.contradiction_id)
def test_figures_of_a_contradiction_are_on_file(row) -> None:
    ids = [fact for fact in row.fact_ids.split(";") if fact]
    assert [fact for fact in ids if fact not in FACTS.index] == [] and len(ids) == len(set(ids))


@pytest.mark.parametrize("row", TABLES["contradictions"].itertuples(), ids=lambda row: row.contradiction_id)
def test_amounts_in_words_are_the_figures(row) -> None:
    """Every amount, share and count in the sentences is the value of a fact that the row names."""
    values = {abs(Decimal(FACTS.loc[fact, "value"])) for fact in row.fact_ids.split(";") if fact}
    text = " ".join([row.statement_1, row.statement_2, row.consequence_for_the_book])
    # "109.000 en 1.078.000 euro": the first of two amounts gets its unit too
    text = re.sub(r"([\d.,]+)( (?:en|tot|tegen) )([\d.,]+) (euro|procent)", r"\1 \4\2\3 \4", text)
    told = []
    for whole, tenths, unit in _NUMBER.findall(text):
        size = {"miljoen": 1_000_000, "miljard": 1_000_000_000}.get(unit, 1)
        told.append(Decimal(whole.replace(".", "") + tenths.replace(",", ".")) * size)
    assert [amount for amount in told if amount not in values] == []


def test_amounts_are_found_in_words() -> None:
    """The pattern above sees each way of writing that the sentences use."""
    text = (
        "28,9 miljoen euro, 347.056 euro, 45,2 procent, 16 procentpunt, 1 miljard euro, 4.630 jongeren, in 2027 staat"
    )
    found = [whole + tenths for whole, tenths, _ in _NUMBER.findall(text)]
    assert found == ["28,9", "347.056", "45,2", "16", "1", "4.630"]


@pytest.mark.parametrize("segment", ["S1", "S2", "S3", "S4", "S5"])
def test_goals_are_counted(segment: str) -> None:
    goals = TABLES["goals"]
    counted = (goals["segment"] == segment).sum()
    assert counted == {"S1": 6, "S2": 5, "S3": 2, "S4": 1, "S5": 5}[segment]
    assert counted == Decimal(FACTS.loc[f"goals-h9-{segment.lower()}", "value"])


def test_goals_add_up() -> None:
    parts = sum(Decimal(FACTS.loc[f"goals-h9-s{number}", "value"]) for number in range(1, 6))
    assert len(TABLES["goals"]) == parts == Decimal(FACTS.loc["goals-h9", "value"]) == 19


# -- planning -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", TABLES["planning"].itertuples(), ids=lambda row: row.planning_id)
def test_planning_dates_parse_and_fit_the_words(row) -> None:
    assert (row.start == "") == (row.end == "")
    if row.start == "":
        assert row.note and not re.search(r"\d{4}", row.when)
        return
    start, end = date.fromisoformat(row.start), date.fromisoformat(row.end)
    assert start <= end
    assert all(start.year <= int(year) <= end.year for year in re.findall(r"\d{4}", row.when))
    if day := re.match(r"(?:Vanaf )?(\d{1,2}) \w+ \d{4}", row.when):
        assert start.day == int(day[1])


def test_routes_follow_each_other() -> None:
    """Within a route of the proposal every step starts on or after the one before."""
    planning = TABLES["planning"]
    for route in ("Route 1", "Route 2"):
        starts = planning.loc[
            planning["track"].str.startswith(route) & (planning["status"] == "onder voorbehoud"), "start"
        ]
        assert starts.is_monotonic_increasing and len(starts) == 6 and starts.iloc[-1] == "2027-01-01"


# -- where the book answers it --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["indicators", "goals"])
def test_answering_chapters_exist(name: str) -> None:
    books = (json.loads(path.read_text("utf8")) for path in (ROOT / "analysis").glob("*.ipynb"))
    titles = {book["metadata"]["jeugd"]["title"] for book in books}
    used = set(TABLES[name]["chapter"]) - {""}
    assert used and used <= titles


def test_segments_are_those_of_the_region() -> None:
    known = set(pd.read_csv(ROOT / "data" / "reference" / "segments.csv", dtype="str")["segment"])
    planned = {code for codes in TABLES["planning"]["segments"] for code in codes.split(";")} - {""}
    assert planned <= known and set(TABLES["goals"]["segment"]) <= known


# -- in the texts ---------------------------------------------------------------------------------------


@needs_texts
@pytest.mark.parametrize(("what", "document", "place"), places())
def test_cited_lines_are_there(what: str, document: str, place: str) -> None:
    lines = text_of(document)
    spans = cited(place)
    assert all(span.start < span.stop <= len(lines) + 1 for span in spans), what
    assert all(any(lines[number - 1].strip() for number in span) for span in spans), what
    if place.startswith("Tabel 1"):
        assert spans or "maatregel" in place
    elif FACTS["status"].get(what) != "eigen som":
        assert spans, what


_WORDS = {
    0: ["0"], 1: ["één"], 2: ["twee", "2x", "verdubbeld", "++"], 3: ["drie", "1/3"], 4: ["vier"], 5: ["vijf"],
    6: ["zes"], 7: ["zeven"], 8: ["acht"], 9: ["negen"], 100: ["alle"],
}  # fmt: skip
# Counted in the text, not written in it: a list of three, five names under a heading, two partnerships by name.
_COUNTED = {"programme-developments-gm0637", "segments-h9-midden-delfland", "progress-reports-gm0637"}


def written(amount: Decimal) -> list[str]:
    """The ways a document may write a number: 347.056, 11,3, 25, zeven."""
    forms = [f"{amount:,f}".translate(str.maketrans(",.", ".,")), *_WORDS.get(int(amount), [])]
    for size in (1_000_000, 1_000_000_000):
        if amount >= size:
            forms.append(f"{(amount / size).normalize():f}".replace(".", ","))
    return forms


def own_figures() -> list[str]:
    """Facts of the five documents that stand in them as a number."""
    ours = FACTS["document"].isin(COUNCIL) & (FACTS["status"] != "eigen som")
    in_table = FACTS["place"].str.startswith("Tabel 1")  # the whole table is compared below
    return FACTS.index[ours & ~in_table].difference(list(_COUNTED)).tolist()


@needs_texts
@pytest.mark.parametrize("fact", own_figures())
def test_figure_stands_in_the_cited_lines(fact: str) -> None:
    row = FACTS.loc[fact]
    text = cited_text(row["document"], row["place"]).lower().replace("\\*", "*")
    forms = written(abs(Decimal(row["value"])))
    assert any(re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d]|[.,]\d)", text) for form in forms), (forms, text)


@needs_texts
def test_savings_path_is_the_table_of_the_proposal() -> None:
    lines = text_of("Zoetermeer raadsvoorstel 2025-038583")
    years, amounts = re.findall(r"\d{4}", lines[454]), re.findall(r"-[\d,]+", lines[455])
    assert len(years) == len(amounts) == 7
    for year, amount in zip(years, amounts, strict=True):
        assert Decimal(FACTS.loc[f"savings-path-{year}", "value"]) == Decimal(amount.replace(",", ".")) * 1_000_000


@needs_texts
@pytest.mark.parametrize("number", range(1, 18))
def test_measures_are_the_table_of_the_action_plan(number: int) -> None:
    """Every column of table 1: an empty cell is no fact, a dash is zero, plus signs are counted."""
    row = text_of("Zoetermeer Actieplan Taskforce Jeugd 2019")[237 + number].split("\t")
    assert row[0].startswith(f"{number} ") and len(row) == 6
    for column, cell in zip(("gross", "cost", "net", "societal"), row[1:5], strict=True):
        fact = f"measure-2019-{number:02d}-{column}"
        if not cell.strip():
            assert fact not in FACTS.index
            continue
        amount = cell.replace("€", "").replace(".", "").strip()
        assert Decimal(FACTS.loc[fact, "value"]) == (0 if amount == "-" else Decimal(amount)), fact
    assert FACTS.loc[f"measure-2019-{number:02d}-quality", "value"] == str(row[5].count("+"))


@needs_texts
@pytest.mark.parametrize("row", TABLES["planning"].itertuples(), ids=lambda row: row.planning_id)
def test_planned_period_stands_in_the_cited_lines(row) -> None:
    text = cited_text(row.document, row.place).lower()
    months = "januari|februari|maart|april|mei|juni|juli|november|december|najaar|zomer|begin|eind|q\\d|schooljaar"
    for word in re.findall(rf"\b(?:{months}|binnenkort|voorjaarsnota)\b", row.when.lower()):
        assert re.search(rf"\b{word}\b", text), word
    if "het jaar volgt" not in row.note:
        assert all(year in text for year in re.findall(r"\d{4}", row.when))


@needs_texts
@pytest.mark.parametrize("name", ["contradictions", "planning", "indicators", "goals"])
def test_no_sentence_is_copied(name: str) -> None:
    """Eight words in a row that also stand in a document are a copied sentence."""
    documents = " ".join(re.sub(r"\W+", " ", " ".join(text_of(document)).lower()) for document in COUNCIL)
    copied = []
    for text in own_words(name):
        words = re.sub(r"\W+", " ", text.lower()).split()
        copied += [run for at in range(len(words) - 7) if f" {(run := ' '.join(words[at : at + 8]))} " in documents]
    assert copied == []
