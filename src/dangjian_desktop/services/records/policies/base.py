"""What a policy answers, and what holds for a kind that has nothing of its own to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.rules.registry import BACKWARDS
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.rules import findings
from dangjian_desktop.storage.queries import guarding, listing
from dangjian_desktop.storage.queries.listing import Condition
from dangjian_desktop.storage.unit_of_work import UnitOfWork

from ..printing import Printer

CHANGING = ("edit", "import")
"""Natures of operations by which people enter something; the others take back, bring back or clear."""

_SPAN = frozenset(("from_on", "to_on", "started_at", "ended_at"))

Row = Mapping[str, Any]
Printed = dict[str, object]
Extra = Callable[[Row, Printer], Printed]
MakeRows = Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]


class Policy:
    """One kind's answers; a subclass overrides what is its own, the rest follows from the fields."""

    kind: ClassVar[str]
    also_read: ClassVar[tuple[str, ...]] = ()
    """Columns that printing needs beside the wanted fields."""
    listed_with: ClassVar[tuple[str, ...]] = ()
    """Columns that a whole record as of a day is printed with, beside its fields."""
    own_roads: ClassVar[Mapping[str, str]] = {}
    """Fields that an operation of their own changes, by name: the sentence that tells which, for the cell of a list."""
    required_later: ClassVar[bool] = False
    """Whether what is required is asked by `new_row` (columns of a ledger), not by the fields."""

    @property
    def label(self) -> str:
        """What people call such a record."""
        return KINDS[self.kind].label

    # -- what it is called ----------------------------------------------------------------------

    def called(self, office: Office, row: Row) -> str:  # noqa: ARG002
        """A record in the wording of an operation and of a sentence."""
        name = row.get("name") or row.get("title")
        return self.label + (f"“{name}”" if name else "")

    def title(self, row: Row) -> str:
        """What stands over one record; where it is the id of a person, the name is put in its place."""
        return str(row.get("name") or row.get("title") or row.get("number") or self.label)

    def titles(self, office: Office, connection: Any, ids: Sequence[str]) -> dict[str, str]:  # noqa: ARG002
        """What records are called in lists of changes, by id."""
        return listing.titles(connection, self.kind, ids)

    def told(self, path: str, value: object) -> str | None:  # noqa: ARG002
        """A value of the log in words, where the field alone does not tell it well."""
        return None

    # -- who may see it -------------------------------------------------------------------------

    def unit_of(self, row: Row) -> str | None:
        """The unit a record belongs to, of a row with its `id` and `organisation`."""
        unit: str | None = row["id"] if KINDS[self.kind].unit == "id" else row.get("organisation")
        return unit

    def require_open(self, office: Office, row: Row) -> None:
        """Raise `UserError` for a record that this account sees in no list."""
        if office.actor.scope is not None:
            office.actor.require_unit(self.unit_of(row))

    def visible(self, office: Office, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:  # noqa: ARG002
        """Those of read rows that this role may see."""
        return rows

    def open_only(self, office: Office, template: str | None) -> tuple[Condition, ...]:  # noqa: ARG002
        """Conditions that keep what this role may not open out of a list."""
        return ()

    # -- reading and printing -------------------------------------------------------------------

    def columns(self, office: Office, template: str | None) -> tuple[FieldSpec, ...]:  # noqa: ARG002
        """Fields that a record has beyond those of its kind (a ledger's columns)."""
        return ()

    def names_in(self, office: Office, connection: Any, rows: Sequence[Row]) -> dict[str, str]:  # noqa: ARG002
        """By id what rows refer to, as people call it."""
        members = dict.fromkeys(str(row["member"]) for row in rows if row.get("member"))
        return listing.titles(connection, "member", list(members))

    def print_own(
        self,
        office: Office,
        printer: Printer,
        rows: Sequence[Row],
        printed: list[dict[str, str]],
        fields: Sequence[str],
    ) -> None:
        """Put into printed rows what the fields alone do not tell."""

    def form_values(self, row: Row) -> dict[str, Any]:
        """The values a form shows, of a whole record."""
        return dict(row)

    def held(self, office: Office, row: Row) -> dict[str, Any]:  # noqa: ARG002
        """What a form shows beside the fields of the kind."""
        return dict(row.get("values") or {})

    def print_form(self, office: Office, row: Row, printed: dict[str, str]) -> None:
        """Put into one printed record what the fields alone do not tell."""

    def listed(self, office: Office, day: date) -> Extra:  # noqa: ARG002
        """What a whole record as of a day tells beyond its fields."""
        return lambda _row, _printer: {}

    def overlay(self, office: Office, rows: Sequence[dict[str, Any]], day: date) -> None:
        """Put into whole rows, one by one, what this kind alone knows to have been different on a day."""

    def standing_on(self, office: Office, ids: Sequence[str], on: date) -> list[str]:  # noqa: ARG002
        """Those of `ids` that stood on a day, in the order of a list."""
        return list(ids)

    def findings(self, office: Office, row: Row) -> list[Finding]:
        """What the rules say about one record today."""
        return findings.of_record(office, self.kind, str(row["id"]))

    # -- writing --------------------------------------------------------------------------------

    def new_row(self, office: Office, values: dict[str, Any], template: str | None) -> dict[str, Any]:  # noqa: ARG002
        """The row of a new record from stored values."""
        return values

    def imported(self, office: Office, connection: Any, besides: str | None) -> MakeRows:  # noqa: ARG002
        """Makes batches of rows from stored values of an import; `besides` as `units_with_history` has it."""
        return list

    def edits(self, current: Row, values: Row, since: str, *, named: bool = False) -> dict[str, Any]:  # noqa: ARG002
        """The paths that an edit moves, from stored values; `since` is the day it holds from, `named` or today."""
        return dict(values)

    def following(self, office: Office, current: Row, moved: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """The paths that an edit of `current` moves, with those that follow from them."""
        return moved

    def before_edit(self, values: Row) -> None:
        """Raise `UserError` for what is not changed by an edit."""

    def settle(self, office: Office, work: UnitOfWork) -> None:
        """Raise `UserError` for what an operation may not leave behind, and do what follows from it by rule.

        Asked before every commit that touched this kind; `work` tells what moved and what was created.
        """


def refuse_group_for_branch(work: UnitOfWork, units: Iterable[str | None], *, field: str, group_field: str) -> None:
    """Raise `UserError` (`not_a_branch`) where a 党小组 stands for the branch that its people and meetings belong to.

    `field` and `group_field` are what the two are called on the form.
    """
    named = {unit for unit in units if unit}
    for name, branch in guarding.groups_among(work.connection, named).values() if named else ():
        raise UserError(
            "not_a_branch",
            f"“{name}”是党小组，不能填作“{field}”。",
            effect="没有保存，数据没有改动。",
            advice=f"请在“{field}”填{f'“{branch}”' if branch else '它所在的党支部'}，在“{group_field}”填“{name}”。",
        )


def refuse_informal_home(office: Office, work: UnitOfWork, units: Iterable[str | None]) -> None:
    """Raise `UserError` (`no_home`) where people are entered in a unit in which nobody has 组织关系 nor is counted."""
    named = {unit for unit in units if unit}
    for name, kind in guarding.informal_among(work.connection, named).values() if named else ():
        raise UserError(
            "no_home",
            f"“{name}”是{office.codes.name('org_kind', kind)}，党员的组织关系不在那里，填在那里也不计入统计。",
            effect="没有保存，数据没有改动。",
            advice="请填组织关系所在的党支部。",
        )


def backwards_in(work: UnitOfWork, kind: str) -> list[dict[str, Any]]:
    """Records that an operation leaves with an end before their beginning; rows of an import were asked one by one."""
    asked = [record for record, paths in work.moved(kind).items() if not _SPAN.isdisjoint(paths)]
    if work.nature == "edit":
        asked += work.created(kind)
    found = work.read(kind, asked).values() if asked else ()
    return [row for row in found if BACKWARDS[kind](row)]
