"""The 17 measures of 2019, reproduced from the published figures; calculators to the euro where the document gives
the inputs, and said so where it does not. Expected amounts: Actieplan 2019, table 1 and its notes.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.methods import measures

ROOT = Path(__file__).resolve().parents[2]
FACTS = pd.read_csv(ROOT / "data" / "published" / "facts.csv", dtype="str", keep_default_na=False)
ABOUT = pd.read_csv(ROOT / "data" / "reference" / "measures_2019.csv", dtype="str", keep_default_na=False)
LEDGER = measures.ledger(FACTS, topic="measures-2019").set_index("number")


def fact(fact_id: str) -> int:
    return int(FACTS.set_index("fact_id").loc[fact_id, "value"])


def euros(cents: int) -> float:
    return cents / 100


def test_totals_of_the_table():
    summed = measures.totals(LEDGER.reset_index())
    assert summed.to_dict() == {
        "gross_euro": 6_033_600,
        "needed_euro": 483_000,
        "already_budgeted_euro": 1_950_000,
        "unexplained_euro": 225_000,
        "net_euro": 3_375_600,
        "societal_euro": 1_187_000,
        "one_off_euro": 258_000,
    }


def test_every_measure_is_there_with_its_score_and_year():
    assert LEDGER.index.tolist() == list(range(1, 18)) and set(LEDGER["target_year"]) == {"2025"}
    assert LEDGER["quality"].tolist() == [2, 2, 2, 2, 0, 2, 2, 2, 0, 2, 2, 0, 0, 0, 0, 0, 0]


def test_net_is_gross_minus_needed_but_for_two():
    plain = LEDGER["gross_euro"].fillna(0) - LEDGER["needed_euro"].fillna(0) == LEDGER["net_euro"]
    assert LEDGER.index[~plain].tolist() == [8, 17]
    assert LEDGER["already_budgeted_euro"].dropna().to_dict() == {8: 1_950_000}
    assert LEDGER["unexplained_euro"].dropna().to_dict() == {17: 225_000}


def test_halves_are_halves_already():
    assert LEDGER["municipal_percent"].dropna().to_dict() == {3: 50, 11: 50}
    for number in (3, 11):
        assert LEDGER.loc[number, "gross_euro"] == LEDGER.loc[number, "societal_euro"]


def test_measure_3_to_the_euro():
    """182,000 with a return of 20 % is 218,400; the document makes it 218,000 and halves that."""
    found = measures.return_on_investment(
        100 * fact("measure-2019-03-cost"),
        return_share=fact("measure-2019-03-return") / 100,
        municipal_share=fact("measure-2019-03-municipal-share") / 100,
        round_to_cents=100_000,
    )
    row = LEDGER.loc[3]
    assert (euros(found.gross_cents), euros(found.needed_cents)) == (row["gross_euro"], row["needed_euro"])
    assert (euros(found.net_cents), euros(found.societal_cents)) == (row["net_euro"], row["societal_euro"])
    assert (euros(found.gross_cents), euros(found.net_cents)) == (109_000, -73_000)


def test_measure_5_to_the_euro():
    found = measures.do_it_yourself(
        100 * fact("measure-2019-05-current-cost"), own_cents=100 * fact("measure-2019-05-cost")
    )
    assert euros(found.gross_cents) == LEDGER.loc[5, "gross_euro"] == 670_000
    assert euros(found.net_cents) == LEDGER.loc[5, "net_euro"] == 450_000


def test_measure_7_needs_a_base_that_the_document_does_not_give():
    """4 % and 147,000 imply 3,675,000 for ambulant help and basic mental health care: ours, not printed."""
    share = fact("measure-2019-07-reduction") / 100
    base = measures.implied_base(100 * fact("measure-2019-07-gross"), share=share)
    assert base == 367_500_000
    found = measures.less_use(int(base), reduction_share=share, needed_cents=100 * fact("measure-2019-07-cost"))
    assert euros(found.net_cents) == LEDGER.loc[7, "net_euro"] == 66_000
    assert ABOUT.set_index("number").loc["7", "inputs"] == "deels"


def test_measure_14_needs_a_base_that_the_document_does_not_give():
    """From 85 to 75 % saves 10/85; 260,000 would imply 2,210,000 if it were all (the social network is in it too)."""
    before, after = (fact(f"measure-2019-14-pgb-tariff-{when}") / 100 for when in ("current", "proposed"))
    found = measures.tariff_cut(221_000_000, before=before, after=after)
    assert euros(found.net_cents) == LEDGER.loc[14, "net_euro"] == 260_000
    assert ABOUT.set_index("number").loc["14", "inputs"] == "deels"


def test_only_measures_3_and_5_can_be_recalculated_in_full():
    assert ABOUT.loc[ABOUT["inputs"] == "volledig", "number"].tolist() == ["3", "5"]


def test_the_reference_file_is_about_the_same_measures():
    assert ABOUT["number"].astype(int).tolist() == LEDGER.index.tolist()
    assert set(ABOUT["document"]) == set(LEDGER["document"])
    structural = ABOUT.loc[ABOUT["structural"] == "ja", "number"].astype(int).tolist()
    assert structural == [3, 5, 7] == LEDGER.index[LEDGER["needed_euro"].fillna(0) > 0].tolist()


@pytest.mark.parametrize("name", sorted(set(ABOUT["calculator"]) - {""}))
def test_every_named_calculator_exists(name):
    assert callable(getattr(measures, name))
