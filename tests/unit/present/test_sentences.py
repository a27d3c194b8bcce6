"""Words that follow the numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.present.sentences import first_upper, listed, moved, relative_change

WORDS = {"rise": "steeg", "fall": "daalde", "same": "bleef gelijk"}


@pytest.mark.parametrize(
    ("before", "after", "verb"),
    [
        (100, 101, "steeg"),
        (100, 99, "daalde"),
        (100, 100, "bleef gelijk"),
        (1000, 1004, "bleef gelijk"),  # 0.4 % is less than half a percent
        (1000, 1006, "steeg"),
        (1000, 996, "bleef gelijk"),
        (1000, 994, "daalde"),
        (0, 5, "steeg"),
        (0, -5, "daalde"),
        (0, 0, "bleef gelijk"),
        (5, 0, "daalde"),
        (-100, -50, "steeg"),
        (pd.NA, 5, "bleef gelijk"),
        (5, float("nan"), "bleef gelijk"),
        (None, None, "bleef gelijk"),
    ],
)
def test_the_verb_fits_the_change(before, after, verb):
    assert moved(before, after, **WORDS) == verb


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [(1000, 1052, "5,2%"), (1000, 948, "5,2%"), (100, 250, "150,0%"), (0, 5, ""), (pd.NA, 5, ""), (5, pd.NA, "")],
)
def test_relative_change_has_no_sign_and_is_empty_when_unknown(before, after, text):
    assert relative_change(before, after) == text


@pytest.mark.parametrize(
    ("parts", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a en b"), (["a", "b", "c"], "a, b en c"), (("a, b", "c"), "a, b en c")],
)
def test_listed(parts, text):
    assert listed(parts) == text


@pytest.mark.parametrize(("text", "result"), [("", ""), ("a", "A"), ("één", "Één"), ("Den Haag", "Den Haag")])
def test_first_upper(text, result):
    assert first_upper(text) == result
