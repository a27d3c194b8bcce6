"""manifest.json: what an edition was made from and what it consists of, as a Research Object Crate (RO-Crate 1.2).

Deterministic: no clock, no chance, no name of a machine or a user. The same edition gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.inputs import Inputs
from jeugd_analysis.store import file_digest

MANIFEST = "manifest.json"
CRATE = "ro-crate-metadata.json"  # the same bytes under the name that programs for RO-Crate look for
_VERSION = "1.2"
_TYPES = {
    ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".csv": "text/csv", ".pdf": "application/pdf",
    ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png",
}  # fmt: skip
_DELIVERY, _RELEASE, _PACKAGE, _SETTING, _NOTEBOOK, _MADE = (
    "#aanlevering/", "#vrijgave/", "#pakket/", "#instelling/", "#notebook/", "#gemaakt/",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a manifest says besides the digests of its files."""

    quarter: Quarter
    title: str
    status: str
    signers: tuple[tuple[str, str], ...]
    notebooks: Mapping[str, str]  # address -> digest
    made: Mapping[str, str]  # marts, estimates and release -> digest


def write_manifest(folder: Path, told: Told, inputs: Inputs) -> None:
    """Describe everything that is in the folder of an edition; `manifest.json` itself is left out."""
    crate = ROCrate(version=_VERSION)
    content = _described(crate, folder, told, inputs)
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    for name in (MANIFEST, CRATE):
        (folder / name).write_text(text, "utf8")


def _described(crate: ROCrate, folder: Path, told: Told, inputs: Inputs) -> dict[str, Any]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in (MANIFEST, CRATE)]
    for path in files:
        crate.add_file(dest_path=path.relative_to(folder).as_posix(), properties=_file(path))
    used = _used(crate, inputs)
    made = _entities(crate, _NOTEBOOK, "SoftwareSourceCode", told.notebooks, "Uitgevoerd notebook, in het archief")
    made += _entities(crate, _MADE, "Dataset", told.made, "Tussenresultaat, wordt niet gepubliceerd")
    people = [
        crate.add(ContextEntity(crate, f"#ondertekenaar/{number}", {"@type": "Person", "name": name, "startDate": day}))
        for number, (name, day) in enumerate(told.signers, start=1)
    ]
    code = crate.add(
        ContextEntity(
            crate, "#code", {"@type": "SoftwareApplication", "name": "jeugd_analysis",
                             "version": inputs.settings["rekenversie"], "sha256": inputs.code},
        )
    )  # fmt: skip
    crate.add(
        ContextEntity(
            crate, "#bouw",
            {
                "@type": "CreateAction", "name": f"Editie {told.quarter.label} maken", "instrument": code,
                "object": used, "result": [crate.root_dataset, *made], "agent": people,
            },
        )
    )  # fmt: skip
    _about_root(crate, told, people)
    return _sorted(crate.metadata.generate())


def _about_root(crate: ROCrate, told: Told, people: list[ContextEntity]) -> None:
    root: Any = crate.root_dataset
    root["name"], root["identifier"] = told.title, told.quarter.label
    root["description"] = f"Editie {told.quarter.label}, stand {told.quarter.last_day.isoformat()}, {told.status}."
    root["creativeWorkStatus"] = told.status
    root["temporalCoverage"] = f"../{told.quarter.last_day.isoformat()}"
    root["inLanguage"] = "nl"
    # The day the last of two people signed; without them (example data) the day of the figures. Never the clock.
    root["datePublished"] = max((day for _, day in told.signers), default=told.quarter.last_day.isoformat())
    root["accountablePerson"] = people
    root["license"] = "Cijfers: zie de pagina Verantwoording. Programma: EUPL-1.2."


def _file(path: Path) -> dict[str, Any]:
    about: dict[str, Any] = {"sha256": file_digest(path), "contentSize": str(path.stat().st_size)}
    if kind := _TYPES.get(path.suffix.lower()):
        about["encodingFormat"] = kind
    return about


def _used(crate: ROCrate, inputs: Inputs) -> list[ContextEntity]:
    used = _entities(crate, _DELIVERY, "CreativeWork", inputs.deliveries, "Aanlevering, wordt niet gepubliceerd")
    used += _entities(crate, "#", "CreativeWork", inputs.reference, "Naslag bij het programma")
    used += _entities(crate, _RELEASE, "CreativeWork", inputs.releases, "Wat een eerdere editie liet zien")
    for name, version in sorted(inputs.packages.items()):
        about = {"@type": "SoftwareApplication", "name": name, "version": version}
        used.append(crate.add(ContextEntity(crate, f"{_PACKAGE}{name}", about)))
    for name, value in sorted(inputs.settings.items()):
        about = {"@type": "PropertyValue", "name": name, "value": value}
        used.append(crate.add(ContextEntity(crate, f"{_SETTING}{name.replace(' ', '-')}", about)))
    return used


def _entities(
    crate: ROCrate, prefix: str, kind: str, digests: Mapping[str, str], description: str
) -> list[ContextEntity]:
    return [
        crate.add(
            ContextEntity(
                crate, f"{prefix}{name}",
                {"@type": kind, "name": name, "sha256": digest, "description": description},
            )
        )
        for name, digest in sorted(digests.items())
    ]  # fmt: skip


def _sorted(content: dict[str, Any]) -> dict[str, Any]:
    """The graph in a fixed order: root and descriptor first, as the specification asks for nothing else."""
    first = (CRATE, "./")
    content["@graph"].sort(key=lambda entity: (entity["@id"] not in first, entity["@id"]))
    return content


# -- reading ----------------------------------------------------------------------------------------


def told_by(text: str) -> dict[str, str]:
    """The plain properties of the edition itself: name, identifier, creativeWorkStatus and the like."""
    root: dict[str, Any] = next((entity for entity in json.loads(text)["@graph"] if entity["@id"] == "./"), {})
    return {name: value for name, value in root.items() if isinstance(value, str)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The digests in a manifest: files by address, what was made, and what the edition was made from."""

    files: Mapping[str, str]
    notebooks: Mapping[str, str]
    made: Mapping[str, str]
    inputs: Inputs


def read_manifest(path: Path) -> Recorded:
    """What a manifest recorded."""
    graph = {entity["@id"]: entity for entity in json.loads(path.read_text("utf8"))["@graph"]}

    def below(prefix: str, field: str = "sha256") -> dict[str, str]:
        return {name.removeprefix(prefix): told[field] for name, told in graph.items() if name.startswith(prefix)}

    return Recorded(
        files={name: told["sha256"] for name, told in graph.items() if told["@type"] == "File"},
        notebooks=below(_NOTEBOOK),
        made=below(_MADE),
        inputs=Inputs(
            deliveries=below(_DELIVERY),
            reference={f"data/{name}": digest for name, digest in below("#data/").items()},
            releases=below(_RELEASE),
            code=graph["#code"]["sha256"],
            packages=below(_PACKAGE, "version"),
            settings={told["name"]: told["value"] for told in graph.values() if told["@type"] == "PropertyValue"},
        ),
    )
