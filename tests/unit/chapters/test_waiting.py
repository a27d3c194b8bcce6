"""Chapter 75: words right for longer, shorter, equal, nobody, too few and nothing delivered; figures read well."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from jeugd_analysis.chapters import waiting, waiting_places
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.waiting import harmful_words, level_name, now_words, series_words, year_before
from jeugd_analysis.chapters.waiting_places import law_words, places_words, published_words, yearly_ratio
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES, empty
from tests.unit.chapters.test_forecast import NO_NUMBER, require_readable

PERIOD = "2026-K3"
FINDINGS = (waiting.now, waiting.per_quarter, waiting_places.places, waiting_places.beside_published,
            waiting_places.plausible)  # fmt: skip


@pytest.mark.parametrize("area", ["GM0000", "GM0518", "GM1842"])
@pytest.mark.parametrize("make", FINDINGS, ids=lambda make: make.__name__)
def test_every_figure_reads_well(make, area: str, in_example: Store):
    require_readable(make(area, PERIOD))


@pytest.mark.parametrize("make", FINDINGS, ids=lambda make: make.__name__)
def test_without_a_delivery_the_page_says_so_and_how(make, in_example: Store, monkeypatch):
    whole = Store.table
    monkeypatch.setattr(
        Store, "table", lambda self, name, until: empty(TABLES[name]) if name in ("waiting", "capacity")
        else whole(self, name, until),
    )  # fmt: skip
    cells = Store.release
    monkeypatch.setattr(
        Store, "release", lambda self, quarter: cells(self, quarter).query("dimension not in ['waiting', 'harmful']")
    )
    told = make("GM0637", PERIOD)
    require_readable(told)
    words = " ".join(told.texts.values())
    if make is waiting_places.beside_published:
        assert "niet compleet genoeg" in words and told.table
    else:
        assert not told.table and "Lever een bestand" in words and ".csv" in words


@pytest.fixture
def edition(in_example: Store) -> Edition:
    return Edition.open("GM0637", PERIOD)


def row(waiting, before, days=50, harmful=20):
    return pd.Series({"waiting": waiting, "before": before, "days": days, "harmful": harmful}, dtype="object")


@pytest.mark.parametrize(
    ("numbers_of", "title", "words"),
    [
        (row(400, 200), "100% meer dan een jaar eerder", "nu 100% meer"),
        (row(150, 200), "25% minder", "waren dat er 200: nu 25% minder"),
        (row(205, 200), "ongeveer evenveel", "ongeveer evenveel als een jaar eerder"),
        (row(40, 20), "40 jeugdigen, meer dan", "nu meer"),  # too few for a percentage
        (row(40, 0), "meer dan", "waren dat er 0: nu meer"),
        (row(0, 20), "wachtte er in Zoetermeer niemand", "niemand"),
        (row(40, pd.NA), "wachtten er 40 jeugdigen$", "niet te vergelijken"),
        (row(pd.NA, 20), "niet te tonen", "te weinig"),
        (row(40, 20, days=pd.NA), "40 jeugdigen", "op een wachtlijst. "),
    ],
)
def test_words_on_the_list_fit_the_numbers(numbers_of, title, words, edition):
    told = now_words(numbers_of, PERIOD, edition)
    assert re.search(title, told[0]) and words in told[1] and not NO_NUMBER.search(" ".join(told))


@pytest.mark.parametrize(
    ("numbers_of", "words"),
    [(row(100, 1, harmful=25), "25 schadelijk, volgens het afwegingskader van de regio. Dat is 25%"),
     (row(100, 1, harmful=0), "niemand"), (row(100, 1, harmful=pd.NA), "niet te tonen"),
     (row(pd.NA, 1, harmful=25), "er 25 schadelijk")],
)  # fmt: skip
def test_words_on_harmful_waiting(numbers_of, words, edition):
    told = harmful_words(numbers_of, edition)
    assert words in told and not NO_NUMBER.search(told)


def series(*numbers_of):
    periods = [f"{2024 + place // 4}-K{place % 4 + 1}" for place in range(len(numbers_of))]
    return pd.DataFrame({"period": periods, "youths": pd.array(numbers_of, dtype="Int64")})


@pytest.mark.parametrize(
    ("told", "title"),
    [(series(100, 150, 120), "langer dan in 2024-K1"), (series(100, 50), "korter dan"),
     (series(100, 105), "ongeveer even lang als"), (series(100, None), "niet te tonen"),
     (series(None, None), "niet te tonen")],
)  # fmt: skip
def test_words_on_the_series(told, title):
    said = series_words(told, 5)
    assert title in said[0] and not NO_NUMBER.search(said[1])
    if len(told) == 3:
        assert "langste lijst was die van 2024-K2, met 150" in said[1]


def test_two_lists_that_are_as_long():
    """The longest list is not 'that of' one quarter when two have it."""
    assert "De langste lijst telde in 2 kwartalen 150 wachtenden." in series_words(series(100, 150, 150), 5)[1]


def test_names_and_the_year_before():
    names = {"S3": "Dagbesteding en dagbehandeling"}
    assert [level_name(one, names) for one in ("alle", "S3", "S3 kdc")] == [
        "Alle wachtlijsten samen", "Dagbesteding en dagbehandeling", "– Kinderdagcentrum",
    ]  # fmt: skip
    assert year_before("2026-K1") == "2025-K1"


def test_the_mean_wait_of_a_segment_weighs_its_lists(edition: Edition, monkeypatch):
    lists = pd.DataFrame(
        [("GM0637", "S3", "kdc", PERIOD, 30, 100.0, 0), ("GM0637", "S3", "dagbesteding", PERIOD, 10, 20.0, 0),
         ("GM0637", "S2", "ggz", PERIOD, 0, None, 0), ("GM0503", "S3", "kdc", PERIOD, 999, 1.0, 0)],
        columns=["municipality", "segment", "kind", "quarter", "waiting", "mean_wait_days", "harmful"],
    )  # fmt: skip
    monkeypatch.setattr(Store, "table", lambda self, name, until: lists)
    levels = {"S3 kdc": 30, "S3 dagbesteding": 10, "S2": 0}
    cells = pd.DataFrame({"area": "GM0637", "dimension": "waiting", "period": PERIOD, "level": levels.keys(),
                          "published": levels.values()})  # fmt: skip
    monkeypatch.setattr(Store, "release", lambda self, quarter: cells)
    told = waiting.reported(edition, PERIOD).set_index("level")
    assert told.loc["S3", "waiting"] == 40 and told.loc["S3", "waited_days"] == 30 * 100 + 10 * 20
    assert told.loc["alle", "waiting"] == 40 and told.loc["S2", "waited_days"] == 0


# -- places, published figures, Little's law -----------------------------------------------------------


def places(*shares):
    told = pd.DataFrame({"kind": ["kdc", "pleegzorg", "verblijf"], "per_hundred": [50.0, None, 5.0],
                         "naam": ["Kinderdagcentrum", "Pleegzorg", "Verblijf met behandeling"]})  # fmt: skip
    return told.head(len(shares)).assign(share=pd.array(shares, dtype="Float64")).astype({"per_hundred": "Float64"})


def test_words_on_places():
    title, words = places_words(places(0.99, 0.98, 0.5), PERIOD)
    assert title.endswith("bij: kinderdagcentrum en pleegzorg") and "kinderdagcentrum 50" in words
    assert "Vrije plaatsen en wachtenden tegelijk kan" in words and "verblijf" not in words.lower()
    assert places_words(places(0.5, None), PERIOD)[0].endswith("nog plaats bij: kinderdagcentrum")
    assert places_words(places(0.5, 0.6), PERIOD)[0].endswith("bij elke soort hulp nog plaats")
    assert "niet te zeggen" in places_words(places(None), PERIOD)[0]
    assert "tegelijk" not in places_words(places(1.0), PERIOD)[1]


def test_no_share_of_few_places(edition, monkeypatch):
    rows = pd.DataFrame({"segment": ["S1", "S1"], "kind": ["crisis", "pleegzorg"], "quarter": PERIOD,
                         "places": [52, 480], "occupied": [51, 470]})  # fmt: skip
    whole = Store.table
    monkeypatch.setattr(Store, "table", lambda self, name, until: rows if name == "capacity" else whole(
        self, name, until))  # fmt: skip
    region = Edition(store=edition.store, quarter=edition.quarter, area=edition.region.area)
    told = waiting_places.capacity_rows(region).frame.set_index("kind")
    assert pd.isna(told.loc["crisis", "share"]) and 0.95 < told.loc["pleegzorg", "share"] < 1.01
    assert (
        "Bij minder dan 100 plaatsen is de bezetting niet te zeggen" in waiting_places.places("GM0637", PERIOD).source
    )
    monkeypatch.setattr(Store, "table", lambda self, name, until: rows.tail(1) if name == "capacity" else whole(
        self, name, until))  # fmt: skip
    assert "niet te zeggen" not in waiting_places.places("GM0637", PERIOD).source


def test_our_figure_beside_the_published_one():
    assert "2,1 keer zo lang als in 2023. Dat past bij" in published_words(2.1, 2.0, "2023", "2024", example=False)
    assert "iets anders" in published_words(1.0, 2.0, "2023", "2024", example=False)
    assert "bewijst niets" in published_words(2.0, 2.0, "2023", "2024", example=True)
    assert "niet compleet genoeg" in published_words(None, 2.0, "2023", "2024", example=True)


def test_the_ratio_of_two_years_needs_all_their_quarters():
    told = series(10, 20, 30, 40, 40, 50, 50, 60)
    assert yearly_ratio(told, "2024", "2025") == 2.0
    assert yearly_ratio(told.iloc[1:], "2024", "2025") is None
    assert yearly_ratio(series(10, 20, None, 40, 40, 50, 50, 60), "2024", "2025") is None
    assert yearly_ratio(series(0, 0, 0, 0, 40, 50, 50, 60), "2024", "2025") is None


@pytest.mark.parametrize(
    ("verdicts", "title", "words"),
    [(["past", "past"], "passen bij de wachtlijsten", "Opgave, lijst en starts passen bij elkaar bij aa en bee"),
     (["opgave is korter", "past"], "Bij 1 van de 2 segmenten", "veel korter"),
     (["opgave is langer", "niet te zeggen"], "Bij 1 van de 1 segmenten", "veel langer"),
     (["niet te zeggen", "niet te zeggen"], "is niet te zeggen", "te weinig wachtenden of starts")],
)  # fmt: skip
def test_words_on_the_law(verdicts, title, words):
    said = law_words(pd.DataFrame({"naam": ["Aa", "Bee"], "plausible": verdicts}))
    assert title in said[0] and words in said[1]
