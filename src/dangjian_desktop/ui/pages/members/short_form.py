"""The form of a new member: what is asked at once stands first, the rest is folded by group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dangjian_desktop.domain.figures.census import GROUP_KIND
from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.services.records import members

from .moves import form_fields

if TYPE_CHECKING:
    from dangjian_desktop.services.office.office import Office

FIRST = "先填这几项"
_ASKED = ("id_number", "name", "sex", "birth_on", "organisation", "member_class", "entered_kind", "entered_on", "group")
_CALLED = {"entered_kind": "怎么来的", "entered_on": "哪一天来的"}


def new_fields() -> list[FieldSpec]:
    """The fields of the form in their order; nobody new comes from another branch of the street."""
    every = {spec.name: spec for spec in form_fields() if spec.editable}
    first = [replace(every.pop(name), group=FIRST) for name in _ASKED]
    return [*map(_for_new, first), *every.values()]


def _for_new(spec: FieldSpec) -> FieldSpec:
    among = members.ENTRIES if spec.name == "entered_kind" else ()
    return replace(spec, label=_CALLED.get(spec.name, spec.label), among=among)


def prefilled(office: Office, scope: str | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Where somebody new belongs as the tree tells it: a branch, or a group of one; values and their names.

    A committee or a general branch that has branches below is not where people are entered.
    """
    from dangjian_desktop.services.units import organisations

    unit, group = organisations.unit_and_group(office, scope)
    if unit is None:
        return {}, {}
    below = (node for node in organisations.tree(office) if node.parent_id == unit.id)
    if any(node.kind != GROUP_KIND for node in below):
        return {}, {}
    found = {"organisation": unit} | ({"group": group} if group else {})
    return {name: node.id for name, node in found.items()}, {name: node.name for name, node in found.items()}
