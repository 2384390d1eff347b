"""`check`: is the file whole? And `--repair`: make derived data anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dangjian_desktop.domain.records.permissions import FILE, MANAGE
from dangjian_desktop.services.records import attached
from dangjian_desktop.storage import derive, integrity, log_whole

from .office import Office

DAMAGED = "damaged"
SHOWN = 20
"""So many problems of one code are told one by one; the rest of them is one line."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong, with a stable code: `damaged`, `chain`, `content`, `behind`, `record`, `ring`, `derived`
    or `attachment`.

    `count` is above 1 for the line that stands for all the rest of a code.
    """

    code: str
    message: str
    count: int = 1


def check(office: Office, *, repair: bool = False) -> list[FileProblem]:
    """Look through file, log and derived data; `repair` first makes the derived data anew.

    Of each code the first `SHOWN` problems are listed; one more says how many like them there are.
    """
    if repair:
        office.actor.require(MANAGE, FILE)
        with office.database.write() as connection:
            log_whole.rebuild(connection)
            derive.rebuild(connection, office.context.templates)
        attached.sweep(office)
    damage = [(DAMAGED, sentence) for sentence in office.vault.check_integrity()]
    with office.database.read() as connection:
        found = [*_grouped(damage), *_grouped(integrity.problems(connection, office.identity.profile))]
    return [*found, *_grouped(attached.problems(office))]


def _grouped(found: Iterable[tuple[str, str]]) -> Iterator[FileProblem]:
    counts: dict[str, int] = {}
    for code, sentence in found:
        counts[code] = counts.get(code, 0) + 1
        if counts[code] <= SHOWN:
            yield FileProblem(code, sentence)
    for code, count in counts.items():
        if count > SHOWN:
            yield FileProblem(code, f"另有{count - SHOWN}条同类问题。", count - SHOWN)
