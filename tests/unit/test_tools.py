"""The key, a proposal for a profile, and open statistics: what the commands around taking in do."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from jeugd_analysis import tools
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_exact import exact_effects
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DeliveryError, JeugdError, UnknownNameError
from jeugd_analysis.store import Store

ROOT = Path(__file__).resolve().parents[2]


def test_the_key_lies_outside_the_project_and_is_never_overwritten(store, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    made = tools.make_key(None, store=store)
    assert made == tmp_path / "home" / ".config" / "jeugd" / "sleutel" and made.stat().st_mode & 0o777 == 0o600
    with pytest.raises(DeliveryError, match="KEY-007"):
        tools.make_key(None, store=store)
    with pytest.raises(DeliveryError, match="KEY-005"):
        tools.make_key(store.work / "sleutel", store=store)


def test_an_unknown_export_gets_a_proposal_and_a_known_one_a_preview(store, tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("Nummer;Bedrag;Datum\n1;12,50;31-12-2025\n2;1.250,00;30-11-2025\n")
    text, rows = tools.propose_profile(path, store=store)
    assert 'separator = ";"' in text and rows == []
    assert "12,50" not in text and "31-12-2025" not in text  # nothing of the file itself
    header = (
        "Pseudo,Geslacht,Leeftijd,Wijk,Zorgaanbieder,CategorieNr,Categorie,Productcode,Omschrijving,Declaratie aantal,"
        "Declaratie aantal OK,Tijdseenheid,Declaratie beginperiode,Declaratie eindperiode,Verstrekte Eenheid,"
        "Verstrekte Frequentie,DeclaratieBedrag,Route,Selectiejaar"
    )
    quoted = ",".join(f'"{name}"' for name in header.split(","))
    line = '"2","M","10","Wijk E","Aanbieder E","50","C","PE5","P","7","2","Uren","6/1/2020","6/28/2020","Uren",'
    path.write_text(f'{quoted}\n{line}"Eenmalig","60.50","Route A","2020"\n')
    with pytest.raises(JeugdError, match="PRF-003"):  # the providers of this file are not in the profile yet
        tools.propose_profile(path, store=store)


def test_a_link_is_not_followed(store, tmp_path):
    (tmp_path / "link.csv").symlink_to(ROOT / "README.md")
    with pytest.raises(DeliveryError, match="BES-007"):
        tools.propose_profile(tmp_path / "link.csv", store=store)


def test_one_table_that_cbs_changed_does_not_keep_the_others_away(store, tmp_path, monkeypatch):
    asked: list[str] = []

    def fetch(name: str, target: Path, **_: object) -> SimpleNamespace:
        asked.append(name)
        if name == "85097NED":
            raise JeugdError("CBS-009", wat="Er is iets veranderd.", doe="kijk.")
        return SimpleNamespace(path=target / name)

    monkeypatch.setattr(tools, "fetch_table", fetch)
    with pytest.raises(JeugdError, match=r"CBS-009.*Niet opgehaald: 85097NED\. Wel opgehaald: 2 tabellen"):
        tools.fetch_cbs(tmp_path, ["85098NED", "85097NED", "85099NED"], store=store)
    assert asked == ["85098NED", "85097NED", "85099NED"]
    assert tools.fetch_cbs(tmp_path, ["85098NED"], store=store) == [tmp_path / "85098NED"]
    with pytest.raises(UnknownNameError, match="PAR-001"):
        tools.fetch_cbs(tmp_path, ["12345NED"], store=store)


def test_a_product_that_got_another_code_is_the_same_contract_in_the_split(in_example, monkeypatch):
    """The crosswalk goes to the split: a code that changed is no contract that stopped and another that began."""
    edition = Edition.open("GM0000", "2026-K3")
    cells = edition.mart("contract_cells")
    renamed = cells.assign(
        product=cells["product"].where((cells["product"] != "54002") | (cells["year"] < 2025), "54999")
    )
    told = pd.DataFrame(
        [["54002", "04", "54999", "04", "1", "2025-01-01", "toets"]],
        columns=["product", "unit", "to_product", "to_unit", "factor", "valid_from", "source"],
    )
    plain = exact_effects(edition, 2024, 2025)
    real = Store.reference
    monkeypatch.setattr(Store, "reference", lambda self, name: told if name == "crosswalk" else real(self, name))
    mart = Store.mart
    monkeypatch.setattr(
        Store, "mart", lambda self, name, quarter: renamed if name == "contract_cells" else mart(self, name, quarter)
    )
    assert Store(ROOT, edition.store.work).crosswalk(2023, 2024) is None
    linked = exact_effects(Edition(store=edition.store, quarter=Quarter(2026, 3), area=edition.area), 2024, 2025)
    effects = ["volume", "stacking", "mix", "intensity", "indexation", "harmonisation", "entry", "exit", "total"]
    assert linked[effects].sum().to_dict() == pytest.approx(plain[effects].sum().to_dict(), rel=1e-9, abs=1e-3)
