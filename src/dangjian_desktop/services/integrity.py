"""`check`: is the file whole? And `--repair`: make derived data anew."""

from __future__ import annotations

from dataclasses import dataclass

from dangjian_desktop.domain.permissions import MANAGE
from dangjian_desktop.storage import derive, integrity

from .office import Office

DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, with a stable code: `damaged`, `chain`, `content`, `record` or `derived`."""

    code: str
    message: str


def check(office: Office, *, repair: bool = False) -> list[Problem]:
    """Look through file, log and derived data; `repair` first makes the derived data anew."""
    if repair:
        office.actor.require(MANAGE)
        with office.database.write() as connection:
            derive.rebuild(connection, office.context.templates)
    found = [Problem(DAMAGED, sentence) for sentence in office.vault.check_integrity()]
    with office.database.read() as connection:
        found += [Problem(code, sentence) for code, sentence in integrity.problems(connection)]
    return found
