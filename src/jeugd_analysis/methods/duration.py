"""How long does care last? Kaplan-Meier: care that still runs counts for as long as it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.duration.survfunc import SurvfuncRight

from jeugd_analysis.errors import FactorError

AFTER = (3, 6, 12, 24)
_AFTER = {"month": "int64", "share": "Float64", "low": "Float64", "high": "Float64"}
QUARTILES = (0.25, 0.5, 0.75)
_READ_FROM = {"month": "share", "low": "low", "high": "high"}  # the ends of the band give those of a quartile


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A curve of care that still runs. Frames have a RangeIndex; a number that cannot be told is missing (NA).

    curve: month, at_risk, ended, share (still in care after this month), error (standard error), low, high.
    quartiles: share_ended (0.25, 0.5, 0.75), month, low, high; NA when so many have not ended yet.
    after: month, share, low, high; NA beyond the last month that was seen.
    """

    curve: pd.DataFrame
    quartiles: pd.DataFrame
    after: pd.DataFrame
    started: int
    ended: int
    seen_until: int

    @property
    def median(self) -> float | None:
        """Month in which half of the care has ended; None when that has not been seen."""
        value = self.quartiles.loc[self.quartiles["share_ended"] == 0.5, "month"].iloc[0]
        return None if pd.isna(value) else float(value)


def kaplan_meier(
    counts: pd.DataFrame,
    *,
    month: str = "month",
    ended: str = "ended",
    running: str = "running",
    after: Sequence[int] = AFTER,
    level: float = 0.95,
) -> Duration:
    """The share of care that still runs after each month, from counts per duration.

    Shapes: one or more rows per month: how many ended in it, and how many were last seen running after it (censored),
    as in the mart durations; rows of several areas or years are added up. Units: months.
    Running care counts in the months it was seen and not after. The limits use the logarithm of minus the logarithm,
    so that they stay within 0-1. That care which still runs would end as other care did is an assumption.
    Raises: FactorError on missing or negative counts, counts or months that are not whole, or when nothing was seen
    for a month.
    Source: Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481; limits: Kalbfleisch
    and Prentice (2002), The statistical analysis of failure time data, 2nd ed., section 1.4; those of the quartiles:
    Brookmeyer and Crowley (1982), Biometrics 38, 29-41. The curve and its standard errors are those of statsmodels.
    """
    if not 0 < level < 1:
        raise FactorError("Het niveau ligt niet tussen 0 en 1.", doe="geef een aandeel, zoals 0.95.")
    told = _checked(counts, month, ended, running)
    seen = told[told["month"] > 0]
    if not (seen["ended"] + seen["running"]).sum() > 0:
        raise FactorError("Er is geen hulp die een maand of langer is gevolgd.", doe="kies een grotere groep.")
    months = np.concatenate([seen["month"], seen["month"]])
    status = np.repeat([1, 0], len(seen))
    often = np.concatenate([seen["ended"], seen["running"]])
    # Written out: with freq_weights statsmodels 0.15 gives standard errors that are not Greenwood's.
    fitted = SurvfuncRight(np.repeat(months, often), np.repeat(status, often))
    curve = _curve(fitted, level)
    last = int(months[often > 0].max())
    return Duration(
        curve=curve,
        quartiles=_quartiles(curve),
        after=pd.DataFrame([_share_after(curve, each, last) for each in after], columns=_AFTER).astype(_AFTER),
        started=int(told[["ended", "running"]].to_numpy().sum()),
        ended=int(told["ended"].sum()),
        seen_until=last,
    )


def _curve(fitted: SurvfuncRight, level: float) -> pd.DataFrame:
    share, error = np.asarray(fitted.surv_prob), np.asarray(fitted.surv_prob_se)
    inside = (share > 0) & (share < 1)
    safe = np.where(inside, share, 0.5)
    reach = norm.ppf((1 + level) / 2) * np.where(inside, error, 0) / np.abs(safe * np.log(safe))
    low, high = (np.where(inside, safe ** np.exp(sign * reach), share) for sign in (1, -1))
    if len(share) > 1 and share[-1] == 0:
        high[-1] = high[-2]  # once all have ended the formula is silent; more than before it cannot be
    return pd.DataFrame({
        "month": np.asarray(fitted.surv_times).astype("int64"), "at_risk": np.asarray(fitted.n_risk).astype("int64"),
        "ended": np.asarray(fitted.n_events).astype("int64"), "share": share, "error": np.where(share > 0, error, 0),
        "low": low, "high": high,
    })  # fmt: skip


def _quartiles(curve: pd.DataFrame) -> pd.DataFrame:
    """Per quartile the first month at which the curve, and the ends of its interval, have come down to what is left."""
    rows = [
        {"share_ended": share, **{name: _first(curve, of, 1 - share) for name, of in _READ_FROM.items()}}
        for share in QUARTILES
    ]
    return pd.DataFrame(rows).astype("Float64")


def _first(curve: pd.DataFrame, column: str, left: float) -> float | None:
    reached = curve.loc[curve[column] <= left + 1e-12, "month"]  # 2 of 4 ended is half, also in floats
    return None if reached.empty else float(reached.iloc[0])


def _share_after(curve: pd.DataFrame, month: int, last: int) -> dict[str, float | None]:
    """The last step at or before the month: the curve is flat between months in which care ended."""
    if month > last:
        return {"month": month, "share": None, "low": None, "high": None}
    before = curve[curve["month"] <= month]
    if before.empty:
        return {"month": month, "share": 1.0, "low": 1.0, "high": 1.0}
    return {"month": month, **before.iloc[-1][["share", "low", "high"]].to_dict()}


def _checked(counts: pd.DataFrame, month: str, ended: str, running: str) -> pd.DataFrame:
    """One row per month: month, ended, running as whole numbers."""
    if missing := [name for name in (month, ended, running) if name not in counts]:
        raise FactorError(f"Kolom {', '.join(missing)} ontbreekt.")
    told = counts[[month, ended, running]].set_axis(["month", "ended", "running"], axis=1)
    if told.isna().any(axis=None) or (told < 0).any(axis=None) or (told % 1 != 0).any(axis=None):
        raise FactorError("Een maand of aantal ontbreekt, is negatief of is niet heel.")
    return told.astype("int64").groupby("month", as_index=False, sort=True).sum()
