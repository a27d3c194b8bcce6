"""What the pages assume stands in two files: a wrong entry is named, another value changes the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from jeugd_analysis.chapters.assumed import keys_assumed, savings_assumed
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store import Store


def change(store: Store, name: str, before: str, after: str) -> None:
    path: Path = store.project / "data" / "reference" / f"{name}.toml"
    told = path.read_text("utf8")
    assert told.count(before) == 1
    path.write_text(told.replace(before, after), "utf8")


def test_the_files_that_ship_can_be_read(own_project):
    assumed = savings_assumed(own_project)
    assert assumed.growth_drawn in assumed.growth_rates and 0 in assumed.slider_delays
    assert 100 in assumed.slider_percents
    assert keys_assumed(own_project).mean_years == 3


@pytest.mark.parametrize(
    ("before", "after", "entry"),
    [
        ("growth_drawn = 0.02", "growth_drawn = 0.03", "growth_drawn"),
        ("growth_drawn = 0.02", "", "growth_drawn"),
        ("growth_rates = [0.0, 0.02, 0.04]", "growth_rates = [0.0, 0.02, 4]", "growth_rates"),
        ("growth_rates = [0.0, 0.02, 0.04]", "growth_rates = [0.02, 0.02]", "growth_rates"),
        ("coherences = [0.0, 0.3, 0.6]", "coherences = []", "coherences"),
        ("delays = [-2, 0, 4, 8]", "delays = [-2, 4]", "grid.delays"),
        ("delays = [-2, 0, 4, 8]", "delays = [0, 1.5]", "grid.delays"),
        ("effect_step = 0.05", "effect_step = 0.03", "sliders.effect_step"),
        ("latest = 12", "latest = true", "sliders.latest"),
        ("drawn = 10 ", 'drawn = "tien" ', "tornado.drawn"),
        ("chance_factor = 0.5", "chance_factor = -0.5", "risks.chance_factor"),
        ("[risks]", "[risico]", "risks.effect_factor"),
    ],
)
def test_a_wrong_entry_about_savings_is_named(own_project, before, after, entry):
    change(own_project, "savings", before, after)
    with pytest.raises(JeugdError, match="REF-005") as refused:
        savings_assumed(own_project)
    assert f"savings.toml: {entry} ontbreekt of klopt niet" in refused.value.wat and entry in refused.value.doe


@pytest.mark.parametrize(
    ("before", "after", "entry"),
    [
        ("mean_years = 3", "mean_years = 0", "mean_years"),
        ("mixed_weight = 0.5", "mixed_weight = 50", "mixed_weight"),
        ("stop_loss_limit = 1.1", "stop_loss_limit = nan", "stop_loss_limit"),
        ("draws = 1000", "draws = 10.5", "chance.draws"),
        ("[chance]", "[kans]", "chance.draws"),
    ],
)
def test_a_wrong_entry_about_keys_is_named(own_project, before, after, entry):
    change(own_project, "distribution", before, after)
    with pytest.raises(JeugdError, match="REF-005") as refused:
        keys_assumed(own_project)
    assert f"distribution.toml: {entry}" in refused.value.wat


def test_every_entry_is_read(own_project):
    """An entry that nobody reads would look like an assumption and be none."""
    for name, read in (("savings", savings_assumed), ("distribution", keys_assumed)):
        path = own_project.project / "data" / "reference" / f"{name}.toml"
        whole = path.read_text("utf8")
        for line in [line for line in whole.splitlines() if "=" in line.partition("#")[0]]:
            path.write_text(whole.replace(f"\n{line}", "\n"), "utf8")
            with pytest.raises(JeugdError, match="REF-005"):
                read(own_project)
        path.write_text(whole, "utf8")
