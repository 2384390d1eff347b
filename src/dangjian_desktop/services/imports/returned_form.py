"""A 更正表 that a secretary sends back: rows are known by their hidden ids, so no ID number is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.values.cell_text import BLANK_MARKS
from dangjian_desktop.domain.values.partial_dates import format_date
from dangjian_desktop.domain.values.values import FieldReader
from dangjian_desktop.exchange.excel.form_return import ReturnedRow, ReturnedSheet, is_returned_form, read_returned
from dangjian_desktop.exchange.excel.read_sheet import Sheet
from dangjian_desktop.services.forms.correction_sheets import CORRECTION, FIELDS, SAYS
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.printing import Printer
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.queries import listing
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import read_records

from .plan import CONFLICT, UNCHANGED, UPDATED, ImportPlan, PlannedRow, SheetInfo
from .settle import keep_originals

_SPECS: dict[str, FieldSpec] = {spec.name: spec for spec in KINDS["member"].fields}


def recognises(kind: str, sheets: Sequence[Sheet]) -> bool:
    """Whether this is one of our own forms on its way back, to be read by `plan_returned`."""
    return kind == "roster" and is_returned_form(sheets)


def plan_returned(
    office: Office, plan: ImportPlan, sheets: Sequence[Sheet], name: str, progress: Progress
) -> ImportPlan:
    """Put into the plan what the secretary changed; what the office changed meanwhile is a conflict.

    A cell that still says what was sent out, or nothing, changes nothing. Raises `UserError` (`form_foreign`,
    `form_damaged`).
    """
    form = own_form(office, sheets, name)
    plan.returned = _said(office, form.about)
    progress.report(0, len(form.rows), "正在核对")
    add_form(office, plan, form, form.sheet, {})
    return plan


def own_form(office: Office, sheets: Sequence[Sheet], name: str) -> ReturnedSheet:
    """The form in a file, if it went out from here; raises `UserError` (`form_foreign`, `form_damaged`)."""
    form = read_returned(sheets, name)
    if form.about.get("kind") != CORRECTION or form.about.get("office") != (organisations.root_id(office) or ""):
        raise UserError(
            "form_foreign",
            f"“{name}”不是从这个数据文件发出的更正表。",
            effect="没有导入任何内容。",
            advice="请在发出这张表的电脑上导入。",
        )
    return form


def add_form(
    office: Office, plan: ImportPlan, form: ReturnedSheet, sheet: str, seen: dict[str, tuple[str, int]]
) -> None:
    """Plan all rows of a form as those of `sheet`; `seen` are the members that other forms have told of already."""
    form = replace(form, sheet=sheet)
    fields = {header: key if key in FIELDS else None for key, header in form.headers.items()}
    headers = [form.headers.get(key, "") for key in form.order]
    plan.sheets.append(SheetInfo(form.sheet, form.header_row, fields, [], "", len(form.rows), headers))
    _Review(office, form, seen).into(plan)


def unit_of(office: Office, about: Mapping[str, str]) -> str:
    """The name of the unit that a form went out to."""
    scope = about.get("scope") or organisations.root_id(office) or ""
    return organisations.names(office).get(scope, "已撤销的党组织")


def _said(office: Office, about: Mapping[str, str]) -> str:
    return f"认出是“{unit_of(office, about)}”{format_date(about.get('on', ''))}发出的更正表"


class _Review:
    """Holds every returned row against the member that it stands for."""

    def __init__(self, office: Office, form: ReturnedSheet, seen: dict[str, tuple[str, int]]) -> None:
        self._office = office
        self._form = form
        self._printer = Printer(office, masked=True)
        self._readers = {n: FieldReader(_SPECS[n], office.codes, on=office.today()) for n in FIELDS}
        ids = list(dict.fromkeys(row.record for row in form.rows if row.record))
        with office.database.read() as connection:
            known = [i for i in ids if i in listing.titles(connection, "member", ids)]
            self._members = read_records(connection, SHAPES["member"], known)
        self._seen = seen

    def into(self, plan: ImportPlan) -> None:
        """Plan all rows."""
        for returned in self._form.rows:
            row = PlannedRow(self._form.sheet, returned.row, UNCHANGED, returned.now.get("name", ""), {})
            plan.rows.append(row)
            member = self._member(row, returned)
            if member is not None:
                row.record = returned.record
                self._compare(row, returned, member)
            says = returned.now.get(SAYS, "")
            if says and says not in BLANK_MARKS:
                row.warn(self._header(SAYS), says, f"书记就“{row.title}”写了其他情况，要由街道另行办理")

    def _header(self, key: str) -> str:
        return self._form.headers.get(key, key)

    def _member(self, row: PlannedRow, returned: ReturnedRow) -> dict[str, Any] | None:
        """The member of a row, or None after refusing the row with the reason."""
        column = self._header("name")
        if not returned.record:
            row.refuse(column, row.title, "更正表里多出来的行没有导入，新来的党员请另用花名册导入")
            return None
        member = self._members.get(returned.record)
        here = (self._form.sheet, returned.row)
        first = self._seen.setdefault(returned.record, here)
        if member is None or member["binned"]:
            row.refuse(column, row.title, "这名党员已经不在本数据文件里，没有导入")
        elif first != here:
            where = f"“{first[0]}”" if first[0] != here[0] else ""
            row.refuse(column, row.title, f"与{where}第{first[1]}行是同一个人")
        elif self._office.actor.scope is not None and member["organisation"] not in self._office.actor.scope:
            row.refuse(column, row.title, "这名党员现在不在您的账户管理的党组织范围内")
        elif member["name"] != row.title:
            row.refuse(column, row.title, f"姓名与发出时的“{member['name']}”不同，没有导入，请核对", CONFLICT)
        else:
            return member
        return None

    def _compare(self, row: PlannedRow, returned: ReturnedRow, member: dict[str, Any]) -> None:
        if member["standing"] != "A":
            row.warn(self._header("name"), row.title, "此人已经不在册，请核对")
        changed: dict[str, Any] = {}
        for name in FIELDS:
            text, sent = returned.now.get(name, ""), returned.sent.get(name, "")
            if text in BLANK_MARKS or text == sent:
                continue
            value = self._read(row, name, text)
            if value is None or value == member.get(name):
                continue
            now = self._printer.text(_SPECS[name], member.get(name))
            if now != sent:
                shown = self._printer.text(_SPECS[name], value)
                reason = f"发出后街道已把“{_SPECS[name].label}”改为“{now}”，与交回的“{shown}”不同，请核对"
                row.refuse(self._header(name), shown, reason, CONFLICT)
                return
            changed[name] = value
        self._settle(row, member, changed)

    def _read(self, row: PlannedRow, name: str, text: str) -> Any:
        """The stored value of a corrected cell; what cannot be read is told and left out."""
        if _SPECS[name].sensitive and "*" in text:
            row.warn(self._header(name), text, "号码或地址没有写完整，这一项没有读入")
            return None
        found = self._readers[name].read(text)
        if found.error or found.warning:
            row.warn(self._header(name), text, found.error or found.warning or "")
        return None if found.error else found.value

    def _settle(self, row: PlannedRow, member: dict[str, Any], changed: Mapping[str, Any]) -> None:
        row.values = dict(changed)
        row.moves = records.stored_edits(self._office, "member", member, changed) if changed else {}
        for name, value in changed.items():
            spec = _SPECS[name]
            row.fields[spec.label] = (self._printer.text(spec, member.get(name)), self._printer.text(spec, value))
        keep_originals(row, changed, member, changed, _SPECS)
        row.status = UPDATED if row.moves else UNCHANGED
