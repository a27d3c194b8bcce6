"""The texts of the council documents that the published figures come from: not ours to ship, so often not here."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "sources"
FILES = {
    "Zoetermeer raadsvoorstel 2025-038583": "000_1627a79fc76cc057.txt",
    "Zoetermeer raadsbesluit 2024-086688": "001_deffab61bae449ce.txt",
    "Midden-Delfland raadsvoorstel Inkoopstrategie Jeugdhulp 2027": "002_da78f6966be2309e.txt",
    "Zoetermeer Actieplan Taskforce Jeugd 2019": "003_47a226cfaa0658a7.txt",
    "Westland memo 25-0094740": "004_8765cdea3071d47d.txt",
}
needs_texts = pytest.mark.skipif(not SHARED.is_dir(), reason="de teksten van de stukken in shared/ zijn hier niet")
