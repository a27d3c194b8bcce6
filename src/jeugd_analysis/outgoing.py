"""What leaves: the book is read once more, as a stranger would, before it takes the place of the old one.

The rules are in `publish.leaks` and `publish.exit_check`; this module knows what to look for: the codes in the store,
the key, and everything that tells which machine and which person made the book.
"""

from __future__ import annotations

import getpass
import os
import re
import socket
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.internal import refuse_internal
from jeugd_analysis.present.disclosure import Rules
from jeugd_analysis.publish import exit_check, leaks
from jeugd_analysis.publish.book import own_pages
from jeugd_analysis.publish.leaks import Secrets
from jeugd_analysis.sources.pseudonym import default_key_file, read_key
from jeugd_analysis.store import Store

_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSW|WACHTWOORD|SLEUTEL|CREDENTIAL|API_?KEY|PRIVATE", re.IGNORECASE)
_SHORTEST = 4  # a shorter name stands in ordinary words
_ANYONE = frozenset(
    "root user users admin administrator localhost runner gebruiker jovyan docker ubuntu debian vagrant build test "
    "home work data jeugd analist".split()
)


def secrets_of(store: Store, environ: Mapping[str, str] | None = None) -> Secrets:
    """What this store and this machine know and the world may not."""
    environ = os.environ if environ is None else environ
    try:
        key = read_key(environ, store.project, store.work)
    except DeliveryError:  # whoever builds need not have the key
        key = None
    return Secrets(
        youth_ids=youth_ids(store),
        key=key or b"",
        paths=machine_paths(store, environ),
        names=machine_names(environ),
        values=tuple(sorted(_secret_values(environ))),
        known=_own_text(store.project),
    )


def youth_ids(store: Store) -> frozenset[str]:
    """Every code of a youth in any delivery, also in lines that lie aside."""
    found: set[str] = set()
    for file in sorted(store.deliveries_folder.glob("*/*/*.parquet")):
        if "youth_id" in pq.read_schema(file).names:
            codes = pc.unique(pq.read_table(file, columns=["youth_id"])["youth_id"])
            found.update(code.lower() for code in codes.to_pylist() if code)
    return frozenset(found)


def machine_paths(store: Store, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Folders that only this machine has; one at the top (/data) could be an address in a page as well."""
    told = [store.project, store.work, Path.home(), Path.cwd(), Path(tempfile.gettempdir()), Path(sys.prefix)]
    told += [default_key_file(environ)]
    absolute = {str(form) for path in told for form in (path.absolute(), path.resolve())}
    return tuple(sorted(path for path in absolute if len(Path(path).parts) > 2))


def machine_names(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the user and of the machine, without those that half the world has."""
    told = {environ.get(name, "") for name in ("USER", "LOGNAME", "USERNAME", "HOSTNAME", "COMPUTERNAME")}
    told |= {socket.gethostname(), socket.gethostname().partition(".")[0], Path.home().name}
    with suppress(KeyError, OSError):  # a container may have a user without a name
        told.add(getpass.getuser())
    return tuple(sorted(name for name in told if len(name) >= _SHORTEST and name.lower() not in _ANYONE))


def _secret_values(environ: Mapping[str, str]) -> set[str]:
    """Passwords and tokens: by the name of the variable. A path is no secret."""
    told = {value.strip() for name, value in environ.items() if _SECRET_NAME.search(name)}
    return {value for value in told if len(value) >= 2 * _SHORTEST and not Path(value).is_absolute()}


def _own_text(project: Path) -> str:
    """The project's own pages and tables: what stands there may stand in the book."""
    places = ("book/**/*.md", "analysis/*.ipynb", "data/reference/**/*.*", "data/published/*.*")
    files = sorted(file for place in places for file in project.glob(place) if file.is_file())
    return "\n".join(file.read_text("utf8", "replace") for file in files)


def check_notebooks(folder: Path, addresses: Iterable[str], secrets: Secrets) -> None:
    """Raises: DisclosureError LEK-001 when an executed notebook holds what may not go out."""
    files = [folder / f"{address}.ipynb" for address in addresses]
    found = leaks.leaks_in_folder(folder, secrets, allowed=leaks.NOTEBOOK_FILES, only=files)
    leaks.refuse(found, what="Een uitgevoerd notebook")


def check_site(folder: Path, *, store: Store, secrets: Secrets) -> None:
    """Raises: DisclosureError INT-001 (an internal export), LEK-001 (leak) or LEK-002 (small number of youths)."""
    refuse_internal(folder)
    leaks.refuse(leaks.leaks_in_folder(folder, secrets), what="Het boek")
    rules = Rules.from_settings(store.settings("disclosure"))
    limits = exit_check.Limits(threshold=rules.threshold, base=rules.count_base)
    exit_check.refuse(exit_check.small_numbers(folder, limits, explained=own_pages(store.project / "book")))


def site_check(store: Store, secrets: Secrets) -> partial[None]:
    """The check of a site, ready to be handed to the one who builds it."""
    return partial(check_site, store=store, secrets=secrets)
