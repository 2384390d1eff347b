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
    """One thing found; `detail` says where it belongs."""

    kind: str
    id: str
    name: str
    detail: str


def find(office: Office, text: str, limit: int = 20) -> list[Hit]:
    """Members by part of a name, pinyin initials or reading, or by digits of an ID number or phone.

    Who may not reveal finds by digits only what a list shows of a number, or the whole number.
    """
    office.actor.require(READ, "member")
    partly = number_search.hidden(office, "member")

    def run() -> list[people.FoundMember]:
        with office.database.read() as connection:
            return people.find(connection, text, limit, office.actor.scope, hidden=partly)

    found = number_search.searched(office, "member", [text], run)
    units = organisations.names(office)
    return [Hit("member", f.id, f.name, units.get(f.organisation or "", "")) for f in found]


def find_all(office: Office, text: str, limit: int = 20) -> list[Hit]:
    """Members and units: what Ctrl+K searches."""
    wanted = text.strip()
    if not wanted:
        return []
    units = [n for n in organisations.tree(office) if wanted in n.name or wanted in n.short_name]
    hits = [Hit("organisation", n.id, n.name, n.kind_name) for n in units[: limit // 2]]
    return hits + find(office, text, limit - len(hits))
