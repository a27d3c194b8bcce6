"""A delivery on its way in: its lines beside the rest of the delivery and beside what was known before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.intake.answers import rejected_whole
from jeugd_analysis.sources import Reading
from jeugd_analysis.store import Part, Store
from jeugd_analysis.tables.reconcile import EARLIER_COLUMNS, Judged, Known, judge_allocations, judge_claims


@dataclass(frozen=True, slots=True)
class Intake:
    """A delivery on its way in."""

    staging: Path
    parts: list[Part]
    quarter: Quarter
    store: Store

    def files(self, table: str) -> list[Path]:
        """What this delivery brought of a table so far."""
        return [self.staging / part.parquet for part in self.parts if part.table == table]


def judged(reading: Reading, frame: pd.DataFrame, intake: Intake) -> Judged:
    """What the reader and the rules across tables say of each line."""
    told = reading.set_aside
    given = pd.Series(pd.NA, index=frame.index, dtype="str") if told is None else told.astype("str")
    if reading.table == "claims":
        return judge_claims(frame, _known(intake), given=given)
    if reading.table == "allocations":
        ages = intake.store.settings("quality")["age_at_start"]
        found = judge_allocations(
            frame, youths=_beside("youths", ["youth_id", "birth_year"], intake),
            lowest_age=ages["lowest"], highest_age=ages["highest"],
        )  # fmt: skip
        return Judged(reasons=given.fillna(found.reasons), doubts=found.doubts)
    return Judged(reasons=given, doubts={})


def _known(intake: Intake) -> Known:
    store, quarter = intake.store, intake.quarter
    answers = [
        _beside("claim_answers", ["reference"], intake),
        store.columns("claim_answers", ["reference"], None),
        rejected_whole(
            store, quarter, {name: intake.files(name) for name in ("unanswered_lines", "declaration_answers")}
        ),
    ]
    return Known(
        allocations=_beside("allocations", ["allocation_id", "start", "end"], intake),
        earlier=store.columns("claims", list(EARLIER_COLUMNS), quarter.previous()),
        elsewhere=store.column("claims", "reference", None, other_than=quarter),
        municipalities=store.reference("municipalities"),
        products=store.reference("products"),
        rejected=pd.concat(answers, ignore_index=True)["reference"],
    )


def _beside(table: str, names: list[str], intake: Intake) -> pd.DataFrame:
    """Columns of a table of the same delivery, or else as known before."""
    files = intake.files(table)
    if not files:
        return intake.store.columns(table, names, intake.quarter)
    return pd.concat([pd.read_parquet(file, columns=names) for file in files], ignore_index=True)
