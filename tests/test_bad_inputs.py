"""Every bad input has a test: by its number in the name of a test, or in the tables below (reading and safety)."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LISTED = ROOT.parent / "shared" / "reference" / "bad_inputs.csv"
READING = {"CSV", "Excel", "iJw XML", "Region and time", "CBS open data"}
RECONCILE, PLAUSIBLE, PIPELINE, FETCH, ODATA = (
    "unit/tables/test_reconcile.py", "unit/tables/test_plausible.py", "unit/test_pipeline.py", "unit/test_fetch.py",
    "unit/sources/test_cbs_odata.py",
)  # fmt: skip
TESTED = {
    "B053": (RECONCILE, "test_the_second_credit_of_a_line_goes_aside_by_day_of_receipt"),
    "B055": (RECONCILE, "test_a_month_is_billed_once_until_it_is_credited"),
    "B061": (RECONCILE, "test_a_line_is_judged_by_itself"),
    "B067": (RECONCILE, "test_overlap_is_doubted_and_never_set_aside"),
    "B070": (RECONCILE, "test_ages_that_cannot_be_right_set_an_allocation_aside"),
    "B075": (RECONCILE, "test_products_and_places_that_are_only_doubted_keep_counting"),
    "B077": ("unit/marts/test_products.py", "test_a_code_with_two_meanings_at_one_date_is_refused"),
    "B078": (
        "unit/domain/test_region.py",
        "test_what_is_left_out_is_told_from_its_year_on_for_the_part_and_for_the_region",
    ),
    "B081": (PIPELINE, "test_levels_by_hand"),
    "B082": (RECONCILE, "test_products_and_places_that_are_only_doubted_keep_counting"),
    "B083": (PIPELINE, "test_a_mover_counts_once_in_the_region_and_once_in_each_municipality"),
    "B085": (PLAUSIBLE, "test_a_municipality_of_the_region_that_is_missing"),
    "B086": ("unit/test_intake.py", "test_a_delivery_again_says_what_changed_and_the_old_one_stays_addressable"),
    "B087": ("unit/test_intake.py", "test_a_jump_stops_the_book_until_somebody_decides"),
    "B089": (PIPELINE, "test_contract_cells_equal_a_recount"),
    "B090": (PIPELINE, "test_usage_equals_a_recount"),
    "B091": (PIPELINE, "test_contract_cells_by_hand"),
    "B093": (FETCH, "test_every_page_is_followed_and_every_cell_kept_in_order"),
    "B094": (FETCH, "test_a_lasting_fault_stops_and_the_last_good_copy_stays"),
    "B095": (FETCH, "test_a_passing_fault_is_overcome"),
    "B097": (ODATA, "test_a_secret_value_is_missing_and_never_zero"),
    "B098": (ODATA, "test_provisional_is_kept_per_period_and_told"),
}
NOT_READING = {
    "B079": "a sentence on the pages about use: care with a personal budget is in no delivery",
    "B099": "how a chapter uses rounded figures",
}
SAFETY = {"Injection and paths", "Machine", "Disclosure"}
HOSTILE, UNTRUSTED, EXIT, PROTECT = (
    "browser/test_hostile.py", "unit/test_untrusted.py", "unit/publish/test_exit_check.py",
    "unit/methods/test_disclosure_protect.py",
)  # fmt: skip
TESTED_SAFETY = {
    "B122": ("unit/test_release.py", "test_b122_no_book_when_it_is_not_known_what_an_earlier_one_showed"),
    "B101": (HOSTILE, "test_nothing_runs_asks_or_opens"),
    "B102": (HOSTILE, "test_every_name_stands_there_as_it_is"),
    "B103": (UNTRUSTED, "test_no_name_becomes_a_formula_a_line_or_a_column"),
    "B105": (UNTRUSTED, "test_a_key_with_a_hidden_sign_is_refused"),
    "B106": (UNTRUSTED, "test_b106_a_parameter_never_becomes_a_path_or_a_command"),
    "B107": (UNTRUSTED, "test_b107_a_quarter_that_is_none_or_was_never_taken_in"),
    "B109": (UNTRUSTED, "test_b109_settings_that_run_hide_or_explode_are_refused"),
    "B110": (UNTRUSTED, "test_b110_a_pipe_a_device_or_a_link_is_refused_and_never_waited_for"),
    "B111": ("unit/sources/test_archives.py", "test_b111_a_name_that_points_elsewhere"),
    "B113": ("properties/test_disclosure.py", "test_one_edition_is_safe"),
    "B114": (PROTECT, "test_zero_is_shown_or_hidden"),
    "B115": ("published/test_disclosure.py", "test_p_percent_rule_of_the_handbook"),
    "B117": ("unit/chapters/test_shares.py", "test_b117_no_page_about_youths_tells_a_decimal"),
    "B118": (EXIT, "test_a_chart_may_not_carry_columns_that_it_does_not_use"),
    "B119": (EXIT, "test_other_files_are_looked_at"),
    "B121": ("properties/test_disclosure.py", "test_two_editions_together_are_safe"),
    "B123": (UNTRUSTED, "test_b123_no_error_or_log_repeats_who_it_is_about"),
    "B125": ("faults/test_kill_forget.py", "test_a_killed_forget_leaves_old_or_new_and_can_be_finished"),
    "B126": (PIPELINE, "test_a_second_run_at_the_same_time_is_refused_and_changes_nothing"),
    "B127": ("faults/test_same_bytes.py", "test_b127_the_same_bytes_four_years_later_in_another_place"),
    "B129": ("test_repository.py", "test_every_pin_is_exact_and_has_hashes"),
    "B130": ("unit/intake/test_size.py", "test_b130_taking_in_stops_before_anything_is_read"),
}


@pytest.mark.parametrize(("number", "place"), {**TESTED, **TESTED_SAFETY}.items(), ids=[*TESTED, *TESTED_SAFETY])
def test_the_named_test_exists(number: str, place: tuple[str, str]) -> None:
    file, name = place
    assert f"def {name}(" in (ROOT / "tests" / file).read_text("utf8"), number


@pytest.mark.skipif(not LISTED.is_file(), reason="the list of bad inputs is kept outside the project")
def test_every_bad_input_about_reading_has_a_test() -> None:
    with LISTED.open(encoding="utf8", newline="") as stream:
        listed = [row["id"] for row in csv.DictReader(stream) if row["area"] in READING]
    own = Path(__file__).resolve()
    texts = [file.read_text("utf8") for file in (ROOT / "tests").rglob("*.py") if file != own]
    named = {found.upper() for text in texts for found in re.findall(r"\bb\d{3}(?=_|\b)|_b\d{3}_|B\d{3}", text)}
    numbers = {re.sub(r"\W|_", "", name) for name in named}
    assert sorted(set(listed) - numbers - set(TESTED) - set(NOT_READING)) == []


@pytest.mark.skipif(not LISTED.is_file(), reason="the list of bad inputs is kept outside the project")
def test_every_bad_input_about_safety_has_a_test() -> None:
    with LISTED.open(encoding="utf8", newline="") as stream:
        rows = {row["id"]: row["area"] for row in csv.DictReader(stream)}
    listed = {number for number, area in rows.items() if area in SAFETY}
    assert listed == TESTED_SAFETY.keys()
    assert set(rows.values()) == READING | SAFETY  # an area that nobody looks at would be missed
