"""Ledgers that are views: everybody of a category, post or kind, each with the entry that hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.ledgers.checks.spec import OWN_UNIT
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.views import ViewPart, view_of
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings, records
from dangjian_desktop.services.records.records import Saved
from dangjian_desktop.services.rules.ledger_checks import FileStreet
from dangjian_desktop.services.units import organisations


@dataclass(frozen=True, slots=True)
class ViewedPerson:
    """One line of a view: who, what the roster or the tree says of them now, and their entry where they have one.

    `there` is False for somebody who has an entry and no longer belongs to the group.
    """

    id: str
    kind: str
    name: str
    shown: Mapping[str, object]
    entry: str | None
    there: bool = True


def people(office: Office, key: str, scope: str | None = None) -> list[ViewedPerson]:
    """Everybody whom a view shows within a scope, then those who have an entry and are no longer among them.

    Raises `UserError`: `ledger_unknown`, `no_view` for a ledger that is no view.
    """
    template, view = _view(office, key)
    office.actor.require(READ, view.kind)
    names, entries = _everybody(office, view, scope), _entries(office, template, view, scope)
    beside = {
        str(one["id"]): {name: one[name] for name in view.shows}
        for one in (listings.records_on(office, view.kind, list(names)) if view.shows else ())
    }
    found = [ViewedPerson(one, view.kind, name, beside.get(one, {}), entries.get(one)) for one, name in names.items()]
    street = FileStreet(office, organisations.reach(office))
    gone = [
        ViewedPerson(one, view.kind, street.shown(one), {}, entry, there=False)
        for one, entry in entries.items()
        if one not in names
    ]
    return found + gone


def write(office: Office, key: str, person: str, typed: Mapping[str, Any]) -> Saved:
    """Write the ledger's own columns of somebody whom a view shows; the first time makes their entry.

    Raises `UserError`: `not_in_view` for somebody whom it does not show.
    """
    template, view = _view(office, key)
    entry = _entries(office, template, view, None).get(person)
    if entry is not None:
        return records.edit(office, "ledger_entry", entry, typed)
    name = _everybody(office, view, None).get(person)
    if name is None:
        raise UserError(
            "not_in_view",
            f"“{template.title}”里没有这个人或党组织。",
            effect="没有保存，数据没有改动。",
            advice="这本台账的人从花名册、任职或党组织来，请先在那里登记。",
        )
    return records.add(office, "ledger_entry", {**typed, view.by: person}, template=template.key)


def _view(office: Office, key: str) -> tuple[LedgerTemplate, ViewPart]:
    template = ledger_templates.template(office, key)
    view = view_of(template)
    if view is None:
        raise UserError("no_view", f"“{template.title}”是单独登记的台账，不是花名册或党组织的视图。")
    return template, view


def _everybody(office: Office, view: ViewPart, scope: str | None) -> dict[str, str]:
    street = FileStreet(office, organisations.scope_ids(office, scope))
    found: dict[str, str] = {}
    for name in view.each:
        group = street.group(name)
        for one, called in (group.names if group else {}).items():
            found.setdefault(one, called)
    return found


def _entries(office: Office, template: LedgerTemplate, view: ViewPart, scope: str | None) -> dict[str, str]:
    street = FileStreet(office, organisations.scope_ids(office, scope))
    rows = street.read(template)
    said = ((row.unit if view.by == OWN_UNIT else row.values.get(view.by), row.id) for row in rows)
    return {str(one): entry for one, entry in reversed(list(said)) if one}
