"""Matching ledger entries: by their number, else by the row they came from or by all that was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_ids
from dangjian_desktop.domain.ledgers import ledgers as rules
from dangjian_desktop.domain.ledgers import passages
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.persons import people
from dangjian_desktop.domain.ledgers.rows import EDITION, plain_values
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType, KindSpec
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.exchange.excel.layout import SheetLayout
from dangjian_desktop.services.ledgers import entry_states, ledgers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import referring
from dangjian_desktop.storage.queries import listing, matching
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import read_records

from .keyed import find_member, refuse_missing, several, shown_name
from .plan import UNCHANGED, PlannedRow
from .reading import ORIGINALS
from .roster import DIGEST, digest_of
from .settle import settle
from .units import UnitFinder


class EntryMatcher:
    """Decides what becomes of each row of one ledger; remembers rows over all sheets of one import."""

    def __init__(self, office: Office, finder: UnitFinder, kind: KindSpec, template: LedgerTemplate) -> None:
        self._office, self._finder, self._kind, self._template = office, finder, kind, template
        self._columns = {c.name: c for c in template.columns}
        with office.database.read() as connection:
            known = matching.entries(connection, template.key)
        self._numbers = {e["number"]: e["id"] for e in known if e["number"]}
        scope = office.actor.scope
        own = [e for e in known if scope is None or e["organisation"] in scope]
        self._contents = {_content(e["values"] or {}): e["id"] for e in own}
        self._digests = {d: e["id"] for e in own if (d := (e["originals"] or {}).get(DIGEST))}
        self._states = {e["id"]: e["state"] for e in known}
        self._given = [*self._numbers, *ledgers.numbers(office, template.key)]
        self._seen: dict[str, PlannedRow] = {}

    def match(self, layout: SheetLayout, rows: Sequence[PlannedRow]) -> None:
        """Match the rows of one sheet."""
        headers = {name: header for header, name in layout.columns.items() if name}
        for row, index in zip(rows, layout.data, strict=True):
            self._finder.place(
                row,
                headers.get("organisation", ""),
                layout,
                index,
                otherwise=self._finder.scope or self._office.scope or self._finder.root,
            )
            self._read_columns(row, headers)
            state = row.values.pop("state", None)
            if not row.out:
                self._identify(row, headers)
            self._set_state(row, state, headers)
        self._name_members(rows)
        settle(self._office, "ledger_entry", rows, self._kind, self._finder, self._states)
        self._keep_settled([row for row in rows if not row.out and row.moves], headers)
        for row in rows:
            if not row.out and not row.record:
                row.values["number"] = row.values.get("number") or self._next_number()
        self._begin([row for row in rows if not row.out and not row.record])

    def _begin(self, rows: Sequence[PlannedRow]) -> None:
        """Every new entry gets its passages: when it was opened and settled, as the sheet tells."""
        today, keys = self._office.today(), iter(new_ids(2 * len(rows)))
        for row in rows:
            values, state = row.values["values"], row.values.pop("state", self._template.initial)
            if self._template.edition:
                values[EDITION] = self._template.edition
            row.values["passages"] = passages.beginning(
                self._template,
                values,
                state,
                opened=passages.imported_opening(self._template, values, row.values["number"], today),
                by=self._office.actor.name,
                today=today,
                keys=(next(keys), next(keys)),
            )

    def _keep_settled(self, rows: Sequence[PlannedRow], headers: Mapping[str, str]) -> None:
        """A row that would take from a known entry what its state asks for stays out."""
        with self._office.database.read() as connection:
            known = read_records(connection, SHAPES["ledger_entry"], [row.record for row in rows])
        for row in rows:
            refusal = entry_states.refused(self._office, self._template, known[row.record], row.moves)
            if refusal:
                name = refusal.columns[0] if refusal.columns else ""
                value = str(row.values["values"].get(name) or "")
                row.refuse(headers.get(name, self._template.label_of(name) if name else ""), value, refusal.message)

    def _read_columns(self, row: PlannedRow, headers: Mapping[str, str]) -> None:
        values = {name: row.values.pop(name) for name in list(row.values) if name in self._columns}
        for name, value in list(values.items()):
            spec = self._columns[name]
            if value is not None and spec.type in (FieldType.MEMBERS, FieldType.ENTRY):
                values[name] = self._several(row, spec, headers.get(name, spec.label), value)
            elif spec.type in (FieldType.MEMBER, FieldType.ORGANISATION):
                values[name] = self._reference(row, spec, headers.get(name, spec.label), str(value))
        row.values["values"] = {name: value for name, value in values.items() if value is not None}
        for spec in self._columns.values():
            if spec.required and values.get(spec.name) in (None, ""):
                refuse_missing(row, headers, spec.name, spec.label)

    def _several(self, row: PlannedRow, spec: FieldSpec, column: str, value: Any) -> Any:
        try:
            return referring.resolve(self._office, spec, value)
        except UserError as refused:
            reason, shown = refused.message.removesuffix("。"), mask_numbers(str(value))
            if spec.required:
                row.refuse(column, shown, reason)
            else:
                row.warn(column, shown, f"{reason}，这一项没有读入")
            return None

    def _reference(self, row: PlannedRow, spec: FieldSpec, column: str, text: str) -> str | None:
        if spec.type is FieldType.ORGANISATION:
            unit = self._finder.resolve(text)
            if isinstance(unit, str):
                return unit
            reason = unit.message if isinstance(unit, UserError) else ""
        else:
            found = find_member(self._office, text, row.values.get("organisation"), self._finder)
            if isinstance(found, str):
                return found
            reason = several(found, text) if found else f"名册里没有“{shown_name(text)}”"
        if spec.required:
            row.refuse(column, shown_name(text), reason)
        else:
            row.warn(column, shown_name(text), f"{reason}，这一项没有读入")
        return None

    def _identify(self, row: PlannedRow, headers: Mapping[str, str]) -> None:
        number = str(row.values.get("number") or "")
        self._given += [number] if number else []
        digest = digest_of({k: v for k, v in row.values.items() if k != ORIGINALS})
        key = number or digest
        first = self._seen.setdefault(key, row)
        if first is not row:
            where = f"第{first.row}行" if first.sheet == row.sheet else f"工作表“{first.sheet}”第{first.row}行"
            what = "编号与" if number else "各项内容都与"
            row.refuse(headers.get("number", "编号") if number else "", number, f"{what}{where}重复")
            return
        if number:
            row.record = self._numbers.get(number, "")
            return
        row.record = self._digests.get(digest, "")
        if row.record:
            # The very row that was taken in before; what was edited since stays.
            row.status = UNCHANGED
            return
        row.record = self._contents.get(_content(row.values["values"]), "")
        row.values.setdefault(ORIGINALS, {})[DIGEST] = digest

    def _set_state(self, row: PlannedRow, written: object, headers: Mapping[str, str]) -> None:
        if not written:
            return
        column, state = headers.get("state", "状态"), self._template.state_of(str(written))
        if state is None:
            row.warn(column, str(written), f"没有“{written}”这个状态，这一项没有读入")
        elif row.record and self._states.get(row.record) != state.key:
            row.warn(column, str(written), "已有条目的状态要通过“流转”改变，这一项没有改动")
        elif not row.record:
            row.values["state"] = state.key
            self._check_closer(row, state.key, column, str(written))

    def _check_closer(self, row: PlannedRow, state: str, column: str, written: str) -> None:
        """Who may not make a move may not have made it on paper either; an old sheet is taken in all the same."""
        values = row.values["values"]
        for move in self._template.transitions:
            if move.target != state or not move.not_by or not move.by:
                continue
            if people(values.get(move.not_by)) & people(values.get(move.by)):
                owner, doer = self._columns[move.not_by].label, self._columns[move.by].label
                row.warn(column, written, f"{doer}就是{owner}本人，请核对")
                return

    def _name_members(self, rows: Sequence[PlannedRow]) -> None:
        """A row is called by its title column; a member there is called by name."""
        name = self._template.title_column
        titles = [str(row.values["values"].get(name) or "") for row in rows]
        names: dict[str, str] = {}
        if self._columns[name].type is FieldType.MEMBER:
            with self._office.database.read() as connection:
                names = listing.titles(connection, "member", [title for title in titles if title])
        for row, title in zip(rows, titles, strict=True):
            row.title = names.get(title, title)

    def _next_number(self) -> str:
        number = rules.next_number(self._template, self._office.today().year, self._given)
        # Only the largest counts.
        self._given = [number]
        return number


def _content(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((k, str(v)) for k, v in plain_values(values).items() if v is not None))
