"""Finding people and units by what a person remembers of them."""

from __future__ import annotations

from dataclasses import dataclass

from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.queries import people

from . import number_search


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found; `detail` says where it belongs, `born` when a member was born."""

    kind: str
    id: str
    name: str
    detail: str
    born: str | None = None


def find(office: Office, text: str, limit: int = 20, *, near: str | None = None) -> list[Hit]:
    """Members by part of a name, pinyin initials or reading, or by digits of an ID number or phone.

    Those of the unit `near` and below come first; with no text they are all that is found.

    Who may not reveal finds by digits only what a list shows of a number, or the whole number.
    """
    office.actor.require(READ, "member")
    partly = number_search.hidden(office, "member")
    first = organisations.subtree(office, near) if near else frozenset[str]()

    def run() -> list[people.FoundMember]:
        with office.database.read() as connection:
            return people.find(connection, text, limit, office.actor.scope, hidden=partly, first=first)

    found = number_search.searched(office, "member", [text], run)
    units = organisations.names(office)
    return [Hit("member", f.id, f.name, units.get(f.organisation or "", ""), f.birth_on) for f in found]


def find_all(office: Office, text: str, limit: int = 20) -> list[Hit]:
    """Members and units: what Ctrl+K searches."""
    wanted = text.strip()
    if not wanted:
        return []
    units = [n for n in organisations.tree(office) if wanted in n.name or wanted in n.short_name]
    hits = [Hit("organisation", n.id, n.name, n.kind_name) for n in units[: limit // 2]]
    return hits + find(office, text, limit - len(hits))
