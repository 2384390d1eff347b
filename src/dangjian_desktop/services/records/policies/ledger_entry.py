"""Ledger entries: what they are follows from their template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.ledgers import computed
from dangjian_desktop.domain.ledgers.columns import RowList
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.rows import EDITION, row_name, rows_of, split_row
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import LEDGER_ENTRY
from dangjian_desktop.services.ledgers import entry_states, ledger_templates, named, single_entries
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries.listing import Condition
from dangjian_desktop.storage.unit_of_work import UnitOfWork

from ..printing import Printer
from .base import Extra, Policy, Printed, Row


def _hidden(template: LedgerTemplate, seen: LedgerTemplate) -> set[str]:
    """Columns and lists of child rows that a role does not see."""
    shown = {*(c.name for c in seen.columns), *(rows.name for rows in seen.rows)}
    return {*(c.name for c in template.columns), *(rows.name for rows in template.rows)} - shown


def _child_rows(printer: Printer, rows: RowList, values: Row) -> list[dict[str, str]]:
    """The child rows of one list, printed, each with its key."""
    return [
        {"row": row.key} | {c.name: printer.text(c, row.values.get(c.name)) for c in rows.columns}
        for row in rows_of(values, rows)
    ]


class LedgerEntryPolicy(Policy):
    """One row of a ledger."""

    kind = "ledger_entry"
    own_roads: ClassVar[Mapping[str, str]] = {
        "state": "请按回车打开这一条，用下面的按钮往下办。",
        "number": "编号由程序排定。",
    }
    also_read = ("values", "template")
    listed_with = ("values", "title", "due_on")
    required_later = True

    def called(self, office: Office, row: Row) -> str:
        """By its number: what an entry says is not for every reader."""
        template = office.templates.get(row["template"])
        return f"{template.title if template else self.label} {row.get('number') or ''}".strip()

    def titles(self, office: Office, connection: Any, ids: Sequence[str]) -> dict[str, str]:
        """By the text of the title column, of a person the name."""
        return ledger_templates.entry_titles(office, connection, ids)

    def require_open(self, office: Office, row: Row) -> None:
        """Also the ledger itself has to be open to the role (`not_allowed`)."""
        ledger_templates.template(office, row["template"])
        super().require_open(office, row)

    def visible(self, office: Office, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Entries of ledgers that this role may open."""
        closed = ledger_templates.closed_to(office)
        return [row for row in rows if row["template"] not in closed]

    def open_only(self, office: Office, template: str | None) -> tuple[Condition, ...]:
        """Keeps closed ledgers out; raises `UserError` when one is named."""
        if not ledger_templates.closed_to(office):
            return ()
        known = [ledger_templates.template(office, template)] if template else ledger_templates.templates(office)
        return (Condition("template", "in", [found.key for found in known]),)

    def columns(self, office: Office, template: str | None) -> tuple[FieldSpec, ...]:
        """The columns of the ledger."""
        return ledger_templates.seen_columns(office, ledger_templates.template(office, template)) if template else ()

    def names_in(self, office: Office, connection: Any, rows: Sequence[Row]) -> dict[str, str]:
        """The members, entries and files that columns and child rows name."""
        return named.names_in(office, connection, rows)

    def print_own(
        self,
        office: Office,
        printer: Printer,
        rows: Sequence[Row],
        printed: list[dict[str, str]],
        fields: Sequence[str],
    ) -> None:
        """The ledger's columns, its states and itself by name."""
        for row, out in zip(rows, printed, strict=True):
            template = ledger_templates.seen_by(office, ledger_templates.template(office, row["template"]))
            columns = {c.name: c for c in template.columns}
            lists = {rows.name: rows for rows in template.rows}
            values = computed.with_computed(template, row["values"] or {}, office.today())
            for name in fields:
                if name in columns:
                    out[name] = printer.text(columns[name], values.get(name))
                elif name in lists:
                    out[name] = str(len(rows_of(values, lists[name])) or "")
            if out.get("state"):
                out["state"] = template.state_label(out["state"])
            if out.get("template"):
                out["template"] = template.title

    def held(self, office: Office, row: Row) -> dict[str, Any]:
        """The values of the columns that this role sees, computed ones included, and its child rows."""
        template = ledger_templates.template(office, row["template"])
        seen = ledger_templates.seen_by(office, template)
        shown = dict(computed.with_computed(template, row["values"] or {}, office.today()))
        if seen is template:
            return shown
        hidden = _hidden(template, seen)
        whole = {name: value for name, value in shown.items() if split_row(name)[0] not in hidden}
        for rows in seen.rows:
            names = {column.name for column in rows.columns}
            for child in rows_of(whole, rows):
                whole[row_name(rows.name, child.key)] = {n: v for n, v in child.values.items() if n in names}
        return whole

    def print_form(self, office: Office, row: Row, printed: dict[str, str]) -> None:
        """The state by its label."""
        template = ledger_templates.template(office, row["template"])
        printed["state"] = template.state_label(row["state"]) if row["state"] else ""

    def listed(self, office: Office, day: date) -> Extra:  # noqa: ARG002
        """The columns beside the entry's own fields, which keep their names."""

        def extra(row: Row, printer: Printer) -> Printed:
            template = ledger_templates.seen_by(office, ledger_templates.template(office, row["template"]))
            stored = computed.with_computed(template, row["values"] or {}, day)
            values: Printed = {
                c.name: stored.get(c.name) if c.type is FieldType.INTEGER else printer.text(c, stored.get(c.name))
                for c in template.columns
            }
            state = row["state"] or template.initial
            own: Printed = {
                "ledger": template.key,
                "template": template.title,
                "state": template.state_label(state),
                "state_key": state,
                "values": values,
                "rows": {rows.name: _child_rows(printer, rows, stored) for rows in template.rows},
                "edition": (row["values"] or {}).get(EDITION) or "",
                "due_on": row["due_on"] or "",
            }
            return {name: value for name, value in values.items() if name not in LEDGER_ENTRY.names()} | own

        return extra

    def overlay(self, office: Office, rows: Sequence[dict[str, Any]], day: date) -> None:
        """The state and the deadline of the day."""
        then = entry_states.on_day(office, [row["id"] for row in rows], day)
        for row in rows:
            standing, template = then.get(row["id"]), office.templates.get(row["template"])
            if standing is None:
                continue
            row |= {"state": standing.state, "due_on": standing.due}
            if template is not None and template.due:
                row["values"] = {**(row["values"] or {}), template.due: standing.due}

    def standing_on(self, office: Office, ids: Sequence[str], on: date) -> list[str]:
        """Those that were opened by then."""
        opened = entry_states.on_day(office, ids, on)
        return [entry for entry in ids if entry in opened]

    def following(self, office: Office, current: Row, moved: dict[str, Any]) -> dict[str, Any]:
        """A new deadline or done day moves the passages with it."""
        return entry_states.edits(office, current, moved)

    def settle(self, office: Office, work: UnitOfWork) -> None:
        """An entry keeps what its state asks for (`closed_entry`)."""
        super().settle(office, work)
        entry_states.require_whole(office, work)
        single_entries.require_single(office, work)

    def new_row(self, office: Office, values: dict[str, Any], template: str | None) -> dict[str, Any]:
        """With a number of its ledger and the first state."""
        ledger_templates.refuse_typed(office, values, template)
        return ledger_templates.new_row(office, values, template)

    def before_edit(self, values: Row) -> None:
        """The state moves by passages only (`not_editable`)."""
        if "state" in values or "template" in values:
            raise UserError("not_editable", "台账条目的状态要通过“流转”改变。")
