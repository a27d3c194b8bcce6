"""What pages on savings and keys assume: savings.toml and distribution.toml of data/reference, checked when read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingsAssumed:
    """savings.toml: growth and coherence as shares, delays and ramps in quarters, effects as factors of the plan."""

    growth_rates: tuple[float, ...]
    growth_drawn: float
    coherences: tuple[float, ...]
    grid_delays: tuple[int, ...]
    grid_effects: tuple[float, ...]
    grid_step: float
    grid_most: float
    slider_delays: tuple[int, ...]
    slider_percents: tuple[int, ...]
    tornado_effect_share: float
    tornado_delay_quarters: int
    tornado_drawn: int
    risk_effect_factor: float
    risk_chance_factor: float
    risk_start_quarters: int
    risk_ramp_quarters: int
    risk_run_off_quarters: int
    risk_shifted_share: float
    risk_target_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysAssumed:
    """distribution.toml: years, shares, a number of young people, and what chance is drawn with."""

    mean_years: int
    mixed_weight: float
    corridor_width: float
    stop_loss_limit: float
    credibility_youths: int
    signal_share: float
    lump_years: int
    draws: int
    seed: int
    buffer_deviations: float


def savings_assumed(store: Store) -> SavingsAssumed:
    """Raises: JeugdError (REF-005) that names the entry which lacks or cannot be."""
    file = _File("savings.toml", store.settings("savings"))
    rates = file.list("growth_rates", -0.5, 0.5)
    drawn = file.number("growth_drawn", -0.5, 0.5)
    delays = tuple(file.whole_of(value, "grid.delays", -40, 40) for value in file.list("grid.delays", -40, 40))
    if drawn not in rates:
        raise file.wrong("growth_drawn", "een van de waarden van growth_rates")
    if 0 not in delays:
        raise file.wrong("grid.delays", "een lijst met 0 erin: zoals gepland")
    step = file.number("sliders.effect_step", 0.01, 1)
    most = file.number("sliders.most_effect", 1, 10)
    hundredths = round(step * 100)
    if 100 % hundredths or abs(step * 100 - hundredths) > 1e-9:
        raise file.wrong("sliders.effect_step", "een deel dat een heel aantal keer in 1 past, zoals 0.05")
    return SavingsAssumed(
        growth_rates=rates, growth_drawn=drawn, coherences=file.list("coherences", 0, 1),
        grid_delays=delays,
        grid_effects=file.list("grid.effects", 0, 10), grid_step=file.number("grid.step", 0.001, 1),
        grid_most=file.number("grid.most", 1, 100),
        slider_delays=tuple(range(file.whole("sliders.earliest", -40, 0), file.whole("sliders.latest", 0, 40) + 1)),
        slider_percents=tuple(range(0, round(most * 100) + 1, hundredths)),
        tornado_effect_share=file.number("tornado.effect_share", 0, 1),
        tornado_delay_quarters=file.whole("tornado.delay_quarters", 0, 40),
        tornado_drawn=file.whole("tornado.drawn", 1, 40),
        risk_effect_factor=file.number("risks.effect_factor", 0, 1),
        risk_chance_factor=file.number("risks.chance_factor", 0, 1),
        risk_start_quarters=file.whole("risks.start_quarters", 0, 40),
        risk_ramp_quarters=file.whole("risks.ramp_quarters", 0, 40),
        risk_run_off_quarters=file.whole("risks.run_off_quarters", 0, 40),
        risk_shifted_share=file.number("risks.shifted_share", 0, 1),
        risk_target_share=file.number("risks.target_share", 0, 1),
    )  # fmt: skip


def keys_assumed(store: Store) -> KeysAssumed:
    """Raises: JeugdError (REF-005) that names the entry which lacks or cannot be."""
    file = _File("distribution.toml", store.settings("distribution"))
    return KeysAssumed(
        mean_years=file.whole("mean_years", 1, 10), mixed_weight=file.number("mixed_weight", 0, 1),
        corridor_width=file.number("corridor_width", 0, 1), stop_loss_limit=file.number("stop_loss_limit", 1, 10),
        credibility_youths=file.whole("credibility_youths", 0, 10_000_000),
        signal_share=file.number("signal_share", 0, 1), lump_years=file.whole("lump_years", 1, 10),
        draws=file.whole("chance.draws", 1, 1_000_000), seed=file.whole("chance.seed", 0, 10**9),
        buffer_deviations=file.number("chance.buffer_deviations", 0, 5),
    )  # fmt: skip


class _File:
    """Entries of a settings file, each checked; 'grid.step' is the entry step of the table [grid]."""

    def __init__(self, name: str, told: Mapping[str, Any]) -> None:
        self.name, self._told = name, told

    def wrong(self, entry: str, wanted: str) -> JeugdError:
        """The error for an entry that lacks or cannot be."""
        return JeugdError(
            "REF-005",
            wat=f"{self.name}: {entry} ontbreekt of klopt niet.",
            doe=f"geef bij {entry} {wanted}.",
        )

    def _value(self, entry: str) -> Any:
        part: Any = self._told
        for name in entry.split("."):
            part = part.get(name) if isinstance(part, Mapping) else None
        return part

    def number(self, entry: str, low: float, high: float) -> float:
        """A number within the bounds."""
        return self._within(self._value(entry), entry, low, high)

    def whole(self, entry: str, low: int, high: int) -> int:
        """A whole number within the bounds."""
        return self.whole_of(self._value(entry), entry, low, high)

    def whole_of(self, value: Any, entry: str, low: int, high: int) -> int:
        """The value as a whole number within the bounds."""
        number = self._within(value, entry, low, high)
        if number != int(number):
            raise self.wrong(entry, f"een heel getal van {low} tot en met {high}")
        return int(number)

    def list(self, entry: str, low: float, high: float) -> tuple[float, ...]:
        """Different numbers within the bounds, in their order; at least one."""
        values = self._value(entry)
        if not isinstance(values, list) or not values:
            raise self.wrong(entry, f"een lijst van getallen van {low} tot en met {high}")
        read = tuple(self._within(value, entry, low, high) for value in values)
        if len(set(read)) < len(read):
            raise self.wrong(entry, "elke waarde één keer")
        return read

    def _within(self, value: Any, entry: str, low: float, high: float) -> float:
        numeric = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        if not numeric or not low <= value <= high:
            raise self.wrong(entry, f"een getal van {low} tot en met {high}")
        return float(value)
