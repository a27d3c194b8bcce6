"""Publication: editions side by side in a folder on the intranet, their archive, and the way back."""

from __future__ import annotations

from jeugd_analysis.editions.publication import Published, publish
from jeugd_analysis.editions.rollback import RolledBack, rollback

__all__ = ["Published", "RolledBack", "publish", "rollback"]
