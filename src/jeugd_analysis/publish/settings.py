"""The settings of the book (_config.yml), read so that nothing runs, nothing explodes and no line is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node

from jeugd_analysis.errors import BuildError


class _Strict(yaml.SafeLoader):
    """Plain values only; a name twice would hide a setting, and an alias can make a few lines fill all memory."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="een verwijzing (*)", problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem="een naam die er al staat", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_settings(path: Path) -> dict[str, Any]:
    """The settings as plain values. Raises: BuildError BOK-002 with file and line when they are not."""
    try:
        told = yaml.load(path.read_text("utf8"), Loader=_Strict)  # a safe loader with more rules
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" regel {mark.line + 1}" if mark else ""
        raise BuildError(
            "BOK-002",
            wat=f"{path.name}{where} is niet te lezen: {_reason(error)}.",
            doe="herstel deze regel of zet het bestand terug zoals het was.",
        ) from None
    if not isinstance(told, dict):
        raise BuildError("BOK-002", wat=f"{path.name} bevat geen instellingen.", doe="zet het bestand terug.")
    return told


def _reason(error: Exception) -> str:
    problem = getattr(error, "problem", None)
    return str(problem) if problem in _OURS else "daar staat geen gewone waarde"


_OURS = ("een verwijzing (*)", "een naam die er al staat")
