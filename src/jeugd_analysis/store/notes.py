"""What is remembered beside the deliveries: what was forgotten, and what was decided about a quarter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store.frames import sync
from jeugd_analysis.store.place import Place

_DECISIONS = "besluiten.json"


class Notes(Place):
    """Everything below data/forgotten, and the decisions in data/deliveries."""

    @property
    def deliveries_folder(self) -> Path:
        """Accepted deliveries, pseudonymised."""
        return self.work / "data" / "deliveries"

    @property
    def forget_folder(self) -> Path:
        """Where an order to forget is made ready."""
        return self.deliveries_folder / ".vergeten"

    @property
    def forget_order(self) -> Path:
        """The order itself; while it is there, the deliveries are partly old and partly new."""
        return self.forget_folder / "opdracht.json"

    def forgotten(self, quarter: Quarter) -> list[dict[str, str]]:
        """What was taken from under an edition: what and when. Such an edition cannot be made again as it was."""
        path = self.work / "data" / "forgotten" / f"{quarter.label}.json"
        return json.loads(path.read_text("utf8")) if path.is_file() else []

    def note_forgotten(self, quarter: Quarter, note: Mapping[str, str]) -> None:
        """Remember that something was taken from under an edition, in one rename; the same note only once in a row."""
        known = self.forgotten(quarter)
        if known[-1:] == [dict(note)]:
            return
        path = self.work / "data" / "forgotten" / f"{quarter.label}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.nieuw")
        fresh.write_text(json.dumps([*known, dict(note)], indent=1, ensure_ascii=False) + "\n", "utf8")
        sync(fresh)
        fresh.replace(path)

    def decisions(self, quarter: Quarter) -> list[dict[str, str]]:
        """Decisions on what is odd about a quarter as a whole: code, who, why."""
        path = self.deliveries_folder / quarter.label / _DECISIONS
        return json.loads(path.read_text("utf8")) if path.is_file() else []

    def decide(self, quarter: Quarter, *, code: str, who: str, why: str) -> None:
        """Add a decision, in one rename."""
        told = [*self.decisions(quarter), {"code": code, "who": who, "why": why}]
        path = self.deliveries_folder / quarter.label / _DECISIONS
        fresh = path.with_name(f".{path.name}.nieuw")
        fresh.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf8")
        sync(fresh)
        fresh.replace(path)
