"""Tables on the page: the expected sizes are counted by hand from the letters of the cells."""

from __future__ import annotations

from jeugd_analysis.annex.blocks import Table
from jeugd_analysis.annex.layout import SIZES, layout


def table(columns: int, cell: str, rows: int = 3) -> Table:
    return Table(caption="", head=("K",) * columns, rows=((cell,) * columns,) * rows, numbers=(False,) * columns)


def test_a_small_table_is_as_wide_as_its_words_in_the_largest_letters():
    fit = layout(table(3, "1.200"))
    assert (fit.columns, fit.size, fit.turned, fit.whole) == ((0, 0, 0), SIZES[0], False, True)


def test_a_wider_table_gets_smaller_letters_and_then_a_turned_page():
    # 8 columns of 11 letters: 88 x 0.5 x 9.5 + 8 x 9 = 490 points; 453 fit. At 8.5 points it is 446.
    assert (layout(table(8, "1.234.567.8")).size, layout(table(8, "1.234.567.8")).turned) == (8.5, False)
    # 12 columns of 11 letters at 7.5 points: 132 x 0.5 x 7.5 + 12 x 9 = 603 points.
    assert layout(table(12, "1.234.567.8")).turned


def test_long_text_shares_the_width_and_short_columns_keep_their_words_together():
    prose = "Een heel lange zin over iets dat in deze cel staat en die niet op een regel past. " * 2
    told = Table(caption="", head=("Wat", "Jaar"), rows=((prose, "2025"),) * 3, numbers=(False, True))
    wide, narrow = layout(told).columns
    assert wide > 5 * narrow
    assert narrow >= 5  # the head and one letter: it is bolder


def test_a_long_table_may_break_and_a_short_one_may_not():
    assert layout(table(2, "a", rows=24)).whole
    assert not layout(table(2, "a", rows=25)).whole
    assert not layout(table(2, "a\nb\nc", rows=9)).whole


def test_a_long_head_over_short_cells_takes_two_lines_where_there_is_room():
    prose = "Een zin die in deze cel staat en niet op een regel past. " * 2
    told = Table(caption="", head=("Wat", "Leest dit boek het in"), rows=((prose, "ja"),) * 3, numbers=(False, False))
    _, narrow = layout(told).columns
    assert narrow >= 11 + 9 / (0.5 * 9.5) - 0.1  # half of 21 letters, and the white beside them
