"""The mark that `present` puts on everything it shows, and that `publish` asks for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

SEAL = "jeugd_controle"  # name in the metadata of a notebook output


def seal(data: Mapping[str, Any]) -> str:
    """Digest of what is shown: an output that came another way has none, one that was changed has the wrong one."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
