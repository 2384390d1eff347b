"""Matching a roster: the same ID number is the same person; nobody else is ever guessed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from dangjian_desktop.base.ids import new_ids
from dangjian_desktop.domain.kinds import KINDS
from dangjian_desktop.domain.masking import mask_id
from dangjian_desktop.storage.queries import people
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import read_records, value_at

from .. import members, records
from ..office import Office
from ..printing import Printer
from .plan import CONFLICT, REJECTED, UNCHANGED, UPDATED, PlannedRow
from .units import UnitFinder

DIGEST = "import_digest"
"""Under `originals`: marks a member taken in without ID number, so that a second import knows the row again."""

_NO_VALUE = ("originals", DIGEST)


def match(
    office: Office,
    rows: Sequence[PlannedRow],
    headers: dict[str, str],
    around: list[list[str]],
    finder: UnitFinder,
    *,
    allow_no_id: bool,
    first: dict[str, PlannedRow],
) -> None:
    """Decide what becomes of each row of one sheet; `first` remembers ID numbers over all sheets of the import."""
    for row, texts in zip(rows, around, strict=True):
        row.title = str(row.values.get("name") or "")
        _require(row, headers, allow_no_id=allow_no_id)
        unit = finder.place(row, headers.get("organisation", ""), texts)
        row.values["organisation"] = unit
        _place_group(row, headers, finder)
        _compare_with_number(office, row, headers)
    _refuse_doubles(first, rows, headers)
    _match_known(office, rows, headers, finder)


def _require(row: PlannedRow, headers: dict[str, str], *, allow_no_id: bool) -> None:
    refused = {p.column for p in row.problems if p.severity == "error"}
    if not row.values.get("name") and headers.get("name", "姓名") not in refused:
        row.refuse(headers.get("name", "姓名"), "", "没有姓名")
    column = headers.get("id_number", "公民身份号码")
    if not row.values.get("id_number") and column not in refused:
        if allow_no_id:
            row.warn(column, "", "没有公民身份号码，已按无证号收下，请尽快补上")
        else:
            row.refuse(column, "", "没有公民身份号码，无法确认是不是同一个人")


def _place_group(row: PlannedRow, headers: dict[str, str], finder: UnitFinder) -> None:
    written = row.values.pop("group", None)
    if not written:
        return
    found = finder.resolve(str(written), create=False)
    if isinstance(found, str):
        row.values["group"] = found
    else:
        row.warn(headers.get("group", "所在党小组"), str(written), f"没有找到党小组“{written}”，这一项没有读入")


def _compare_with_number(office: Office, row: PlannedRow, headers: dict[str, str]) -> None:
    number = row.values.get("id_number")
    if not number:
        return
    birth, sex = row.values.get("birth_on"), row.values.get("sex")
    own_birth = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    if birth is None:
        row.values["birth_on"] = own_birth
    elif not own_birth.startswith(birth):
        row.warn(headers.get("birth_on", "出生日期"), birth, "出生日期与公民身份号码不一致，按表里写的收下，请核对档案")
    own_sex = "1" if int(number[16]) % 2 else "2"
    if sex is None:
        row.values["sex"] = own_sex
    elif sex != own_sex:
        shown = office.codes.name("sex", sex)
        row.warn(headers.get("sex", "性别"), shown, "性别与公民身份号码第17位不一致，按表里写的收下，请核对")


def _refuse_doubles(first: dict[str, PlannedRow], rows: Sequence[PlannedRow], headers: dict[str, str]) -> None:
    column = headers.get("id_number", "公民身份号码")
    for row in rows:
        number = row.values.get("id_number")
        if not number or row.status == REJECTED:
            continue
        known = first.setdefault(number, row)
        if known is not row:
            where = f"第{known.row}行" if known.sheet == row.sheet else f"“{known.sheet}”第{known.row}行"
            row.refuse(column, mask_id(number), f"公民身份号码与{where}的“{known.title}”重复")


def _match_known(office: Office, rows: Sequence[PlannedRow], headers: dict[str, str], finder: UnitFinder) -> None:
    open_rows = [r for r in rows if r.status != REJECTED]
    with office.database.read() as connection:
        known = people.by_id_numbers(
            connection, [r.values["id_number"] for r in open_rows if r.values.get("id_number")]
        )
        digests = (
            people.by_original(connection, DIGEST) if any(not r.values.get("id_number") for r in open_rows) else {}
        )
        wanted = sorted({i for ids in known.values() for i in ids} | set(digests.values()))
        current = read_records(connection, SHAPES["member"], wanted)
        seasoned = people.units_with_history(connection)
    fresh = iter(new_ids(len(open_rows)))
    printer = Printer(office, masked=True)
    printer.add_units(finder.names)
    for row in open_rows:
        record = _known_record(row, known, digests)
        if record is None:
            row.record = next(fresh)
            row.moves = members.creation(office, row.values, first_of_unit=row.values["organisation"] not in seasoned)
            row.moves["id"] = row.record
            continue
        row.record = record
        if current[record]["name"] != row.values["name"]:
            column = headers.get("name", "姓名")
            reason = f"公民身份号码与已有党员“{current[record]['name']}”相同，姓名不同，没有导入，请核对"
            row.refuse(column, row.title, reason, CONFLICT)
            continue
        _compare(office, row, current[record], printer)


def _known_record(row: PlannedRow, known: dict[str, list[str]], digests: dict[str, str]) -> str | None:
    number = row.values.get("id_number")
    if number:
        found = known.get(number)
        return found[0] if found else None
    digest = hashlib.sha256(
        json.dumps(row.values, ensure_ascii=False, sort_keys=True, default=str).encode()
    ).hexdigest()[:20]
    row.values.setdefault("originals", {})[DIGEST] = digest
    return digests.get(digest)


def _compare(office: Office, row: PlannedRow, current: dict[str, Any], printer: Printer) -> None:
    values = {k: v for k, v in row.values.items() if k not in _NO_VALUE and v is not None}
    open_codes = {c["category"] for c in current["categories"].values() if not c.get("to_on")}
    if "categories" in values:
        # A roster adds classifications; that one is over is said on the member's own page.
        values["categories"] = sorted(open_codes | set(values["categories"]))
    for name in list(values):
        before = open_codes if name == "categories" else current.get(name)
        after = set(values[name]) if name == "categories" else values[name]
        if before == after or _less_exact(before, after):
            del values[name]
    moves = records.stored_edits(office, "member", current, values)
    shape = SHAPES["member"]
    row.moves = {
        path: value
        for path, value in moves.items()
        if path.startswith("former.") or value_at(shape, current, path) != value
    }
    row.status = UPDATED if row.moves else UNCHANGED
    specs = {s.name: s for s in KINDS["member"].fields}
    for name, value in values.items():
        after = "；".join(value) if name == "categories" else value
        before = "；".join(sorted(open_codes)) if name == "categories" else current.get(name)
        row.fields[specs[name].label] = (printer.text(specs[name], before), printer.text(specs[name], after))


def _less_exact(before: object, after: object) -> bool:
    """Whether the sheet says the same date less exactly: a month never overwrites its day."""
    return (
        isinstance(before, str) and isinstance(after, str) and len(after) in (4, 7) and before.startswith(after + "-")
    )
