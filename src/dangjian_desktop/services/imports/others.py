"""Matching organisations, posts, meetings and ledger entries: by what makes each of them one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.domain import ledgers as ledger_rules
from dangjian_desktop.domain.fields import FieldSpec, FieldType, KindSpec
from dangjian_desktop.domain.ledgers import LedgerTemplate
from dangjian_desktop.storage.queries import listing, matching, people
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import read_records, value_at

from .. import ledgers, organisations, records
from ..office import Office
from ..printing import Printer
from .plan import REJECTED, UNCHANGED, UPDATED, PlannedRow
from .units import UnitFinder, kind_by_name

Key = tuple[Any, ...]


def match_organisations(
    office: Office, rows: Sequence[PlannedRow], headers: dict[str, str], finder: UnitFinder, kind: KindSpec
) -> None:
    """Units by code or full name; a superior may stand in the same sheet, above or below."""
    known: dict[str, str] = {name: record for record, name in finder.names.items()}
    with office.database.read() as connection:
        codes = matching.organisation_codes(connection)
    for row in rows:
        name = str(row.values.get("name") or "")
        row.title = name
        if not name:
            _refuse_missing(row, headers, "name", "党组织全称")
            continue
        row.record = codes.get(str(row.values.get("code"))) or known.get(name) or new_id()
        if name in known and known[name] != row.record and row.record not in finder.names:
            row.refuse(headers.get("name", ""), name, "组织代码与已有同名党组织不同，请核对")
        known.setdefault(name, row.record)
        finder.names.setdefault(row.record, name)
    root = organisations.root_id(office)
    seen: dict[str, PlannedRow] = {}
    existing = organisations.names(office)
    for row in rows:
        if row.status == REJECTED:
            continue
        if row.record in seen:
            row.refuse(headers.get("name", ""), row.title, f"与第{seen[row.record].row}行是同一个党组织")
            continue
        seen[row.record] = row
        _place_parent(row, headers, known, finder, root, new=row.record not in existing)
        if row.record not in existing and not row.values.get("kind"):
            row.values["kind"] = kind_by_name(row.title)
            if row.values["kind"] is None:
                row.refuse(headers.get("kind", "类型"), "", "没有写类型，从名称也看不出是党委、党总支还是党支部")
    _settle(office, "organisation", rows, kind, finder, existing.keys())


def _place_parent(
    row: PlannedRow,
    headers: dict[str, str],
    known: Mapping[str, str],
    finder: UnitFinder,
    root: str | None,
    *,
    new: bool,
) -> None:
    written = row.values.get("parent")
    if written:
        found = known.get(str(written)) or finder.resolve(str(written))
        if isinstance(found, UserError):
            row.refuse(headers.get("parent", "上级组织"), str(written), found.message)
            return
        if found == row.record:
            row.refuse(headers.get("parent", "上级组织"), str(written), "上级组织不能是它自己")
            return
        row.values["parent"] = found
    elif new and row.record != root:
        row.values["parent"] = root


def match_posts(
    office: Office,
    rows: Sequence[PlannedRow],
    headers: dict[str, str],
    around: list[list[str]],
    finder: UnitFinder,
    kind: KindSpec,
) -> None:
    """Posts by unit, holder, post and first day; holders are members by ID number or by a name that is unique."""
    for row, texts in zip(rows, around, strict=True):
        if not row.values.get("post"):
            _refuse_missing(row, headers, "post", "职务")
        row.values["organisation"] = finder.place(row, headers.get("organisation", ""), texts)
        _place_holder(office, row, headers)
    _match_by_key(office, "post", rows, kind, finder, ("organisation", "member", "person_name", "post", "from_on"))


def _place_holder(office: Office, row: PlannedRow, headers: dict[str, str]) -> None:
    written = row.values.get("member")
    row.title = str(written or row.values.get("person_name") or "")
    if not written:
        if not row.values.get("person_name"):
            row.refuse(headers.get("member", "党员"), "", "没有写是谁任职")
        return
    with office.database.read() as connection:
        found = people.candidates(connection, str(written))
        if len(found) > 1:
            units = {r["id"]: r["organisation"] for r in _units_of(connection, found)}
            found = [f for f in found if units.get(f[0]) == row.values["organisation"]] or found
    if len(found) == 1:
        row.values["member"] = found[0][0]
    elif not found:
        row.refuse(headers.get("member", "党员"), str(written), f"名册里没有“{written}”；不是本街道党员的请填在另一列")
    else:
        row.refuse(
            headers.get("member", "党员"), str(written), f"有{len(found)}名党员叫“{written}”，请改填公民身份号码"
        )


def _units_of(connection: Any, found: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return listing.rows(connection, "member", [f[0] for f in found], ["organisation"])


def match_meetings(
    office: Office,
    rows: Sequence[PlannedRow],
    headers: dict[str, str],
    around: list[list[str]],
    finder: UnitFinder,
    kind: KindSpec,
) -> None:
    """Meetings by unit, group, kind and the moment they began."""
    for row, texts in zip(rows, around, strict=True):
        row.title = str(row.values.get("title") or "")
        for name, label in (("meeting_kind", "会议类型"), ("started_at", "开始时间")):
            if not row.values.get(name):
                _refuse_missing(row, headers, name, label)
        row.values["organisation"] = finder.place(row, headers.get("organisation", ""), texts)
        if row.values.get("group"):
            found = finder.resolve(str(row.values["group"]), create=False)
            row.values["group"] = found if isinstance(found, str) else None
        row.values.setdefault("entered_on", office.today().isoformat())
    _match_by_key(office, "meeting", rows, kind, finder, ("organisation", "group", "meeting_kind", "started_at"))


def match_entries(
    office: Office,
    rows: Sequence[PlannedRow],
    headers: dict[str, str],
    around: list[list[str]],
    finder: UnitFinder,
    kind: KindSpec,
    template: LedgerTemplate,
) -> None:
    """Ledger entries by their number, or where the sheet has none by all that was written."""
    columns = {c.name: c for c in template.columns}
    with office.database.read() as connection:
        known = matching.entries(connection, template.key)
    numbers = {e["number"]: e["id"] for e in known if e["number"]}
    contents = {_content(e["values"] or {}): e["id"] for e in known}
    taken = list(numbers) + ledgers.numbers(office, template.key)
    existing = {e["id"] for e in known}
    for row, texts in zip(rows, around, strict=True):
        _read_entry(office, row, columns, headers, template)
        unit = finder.place(row, headers.get("organisation", ""), texts) if row.values.get("organisation") else None
        row.values["organisation"] = unit or organisations.root_id(office)
        row.title = str(row.values["values"].get(template.title_column) or "")
        if row.status == REJECTED:
            continue
        number = row.values.get("number")
        row.record = numbers.get(number) or contents.get(_content(row.values["values"])) or ""
        if not row.record:
            row.record = new_id()
            row.values["number"] = number or ledger_rules.next_number(template, office.today().year, taken)
            taken.append(row.values["number"])
        contents.setdefault(_content(row.values["values"]), row.record)
    _settle(office, "ledger_entry", rows, kind, finder, existing)


def _content(values: Mapping[str, Any]) -> Key:
    return tuple(sorted((k, str(v)) for k, v in values.items() if v is not None))


def _read_entry(
    office: Office, row: PlannedRow, columns: Mapping[str, FieldSpec], headers: dict[str, str], template: LedgerTemplate
) -> None:
    values = {name: row.values.pop(name) for name in list(row.values) if name in columns}
    for name, value in list(values.items()):
        spec = columns[name]
        if spec.type is FieldType.MEMBER:
            values[name] = _member_of(office, row, headers.get(name, spec.label), str(value))
        elif spec.type is FieldType.ORGANISATION:
            try:
                values[name] = organisations.resolve(office, str(value))
            except UserError as error:
                row.refuse(headers.get(name, spec.label), str(value), error.message)
        elif (allowed := ledger_rules.choices(spec)) and value not in allowed:
            row.refuse(headers.get(name, spec.label), str(value), f"“{spec.label}”只能填：{'、'.join(allowed)}")
    for spec in columns.values():
        if spec.required and values.get(spec.name) in (None, "") and row.status != REJECTED:
            row.refuse(headers.get(spec.name, spec.label), "", f"没有填“{spec.label}”")
    written = row.values.pop("state", None)
    state = template.state_of(str(written)) if written else None
    if written and state is None:
        row.refuse(headers.get("state", "状态"), str(written), f"没有“{written}”这个状态")
    if state:
        row.values["state"] = state.key
    row.values["values"] = values


def _member_of(office: Office, row: PlannedRow, column: str, text: str) -> str | None:
    with office.database.read() as connection:
        found = people.candidates(connection, text)
    if len(found) == 1:
        return found[0][0]
    reason = f"有{len(found)}名党员叫“{text}”，请改填公民身份号码" if found else f"名册里没有“{text}”"
    row.refuse(column, text, reason)
    return None


def _refuse_missing(row: PlannedRow, headers: dict[str, str], name: str, label: str) -> None:
    column = headers.get(name, label)
    if not any(p.column == column and p.severity == "error" for p in row.problems):
        row.refuse(column, "", f"没有填“{label}”")


def _match_by_key(
    office: Office, kind_name: str, rows: Sequence[PlannedRow], kind: KindSpec, finder: UnitFinder, key: tuple[str, ...]
) -> None:
    with office.database.read() as connection:
        known = matching.by_key(connection, kind_name, key)
    first: dict[Key, PlannedRow] = {}
    for row in rows:
        if row.status == REJECTED:
            continue
        place = tuple(row.values.get(k) for k in key)
        if place in first:
            row.refuse("", row.title, f"与第{first[place].row}行重复")
            continue
        first[place] = row
        row.record = known.get(place) or new_id()
    _settle(office, kind_name, rows, kind, finder, set(known.values()))


def _settle(
    office: Office, kind_name: str, rows: Sequence[PlannedRow], kind: KindSpec, finder: UnitFinder, existing: Any
) -> None:
    """Whether each row is new, changes something or nothing."""
    standing = [r for r in rows if r.status != REJECTED]
    with office.database.read() as connection:
        current = read_records(connection, SHAPES[kind_name], [r.record for r in standing if r.record in existing])
    printer = Printer(office, masked=True)
    printer.add_units(finder.names)
    for row in standing:
        if row.record not in current:
            row.moves = {"id": row.record, **row.values}
            continue
        _compare(office, kind_name, row, current[row.record], printer, {s.name: s for s in kind.fields})


def _compare(
    office: Office,
    kind_name: str,
    row: PlannedRow,
    current: dict[str, Any],
    printer: Printer,
    specs: Mapping[str, FieldSpec],
) -> None:
    values = {
        k: v for k, v in row.values.items() if k not in ("originals", "values", "entered_on", "state", "template")
    }
    values |= {f"values.{k}": v for k, v in (row.values.get("values") or {}).items()}
    shape = SHAPES[kind_name]
    values = {k: v for k, v in values.items() if v is not None and value_at(shape, current, k) != v}
    row.moves = records.stored_edits(office, kind_name, current, values)
    row.status = UPDATED if values else UNCHANGED
    for path, value in values.items():
        spec = specs[path.removeprefix("values.")]
        row.fields[spec.label] = (printer.text(spec, value_at(shape, current, path)), printer.text(spec, value))
