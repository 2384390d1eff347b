"""Matching a roster: the same ID number is the same person; nobody else is ever guessed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.records import members as rules
from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.spans import STAY_FIELDS
from dangjian_desktop.domain.rules.asking import Ask
from dangjian_desktop.domain.rules.registry import findings_of
from dangjian_desktop.domain.rules.shipped import rules as book
from dangjian_desktop.domain.values.masking import mask_id
from dangjian_desktop.domain.values.partial_dates import first_day, last_day
from dangjian_desktop.exchange.excel.layout import SheetLayout
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.printing import CATEGORY_JOINER, Printer
from dangjian_desktop.storage.queries import people
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import read_records, value_at

from . import standings
from .plan import CONFLICT, NEW, UNCHANGED, UPDATED, PlannedRow
from .reading import ORIGINALS
from .settle import keep_originals, less_exact
from .units import UnitFinder

DIGEST = "_row"
"""Under `originals`: marks a member taken in without ID number, so that a second import knows the row again."""

_PIECE = 2_000
_SPECS: dict[str, FieldSpec] = {spec.name: spec for spec in KINDS["member"].fields}
_OF_AGE = 18
_TOLD = frozenset({"JOINED_LATER", "JOINED_YOUNG", "CONFIRMED_BEFORE", "PROBATION_SHORT", "PROBATION_EXTENDED"})
_TOLD |= {"WORK_BEFORE_BIRTH"}


class RosterMatcher:
    """Decides what becomes of each row of a roster; remembers ID numbers over all sheets of one import."""

    def __init__(self, office: Office, finder: UnitFinder, *, allow_no_id: bool) -> None:
        self._office = office
        self._finder = finder
        self._allow_no_id = allow_no_id
        self._elsewhere: dict[str, PlannedRow] = {}
        self._printer = Printer(office, masked=True)
        self._today = office.today()
        self._ask = Ask(book(), self._today)
        self._this_year = str(self._today.year)

    def match(self, layout: SheetLayout, rows: Sequence[PlannedRow], progress: Progress) -> None:
        """Match the rows of one sheet, which are the layout's data rows in their order."""
        headers = {name: header for header, name in layout.columns.items() if name}
        known = self._known(rows)
        here: dict[str, PlannedRow] = {}
        told = standings.FIELD in headers
        for start in range(0, len(rows), _PIECE):
            progress.report(start, len(rows), f"正在核对“{layout.sheet.name}”")
            piece = rows[start : start + _PIECE]
            current = self._read(piece, known)
            for row, index in zip(piece, layout.data[start : start + _PIECE], strict=True):
                written = standings.take(row) if told else None
                if row.problems:
                    standings.refuse_outsiders(row, headers.get("member_class"), self._office.codes)
                if written not in (None, rules.IN_FORCE) or not self._plain(row, known, here):
                    self._match_one(row, index, layout, headers, known, current, here, written)
                elif self._worth_a_look(row.values):
                    self._doubtful(row, row.values, headers)
        for number, row in here.items():
            if not row.out:
                self._elsewhere.setdefault(number, row)
        self._tell_look_alikes(rows, headers)

    def _plain(self, row: PlannedRow, known: Mapping[str, list[str]], here: dict[str, PlannedRow]) -> bool:
        """The quick road for nearly all rows of a first roster: a new number, a known branch, nothing to say yet."""
        values = row.values
        number, name = values.get("id_number"), values.get("name")
        unit = self._finder.plain.get(values.get("organisation", ""))
        if not number or not name or unit is None or row.status != NEW or "group" in values:
            return False
        if number in known or number in here or number in self._elsewhere:
            return False
        row.title, values["organisation"], here[number] = name, unit, row
        return True

    def _match_one(
        self,
        row: PlannedRow,
        index: int,
        layout: SheetLayout,
        headers: Mapping[str, str],
        known: Mapping[str, list[str]],
        current: Mapping[str, dict[str, Any]],
        here: dict[str, PlannedRow],
        written: str | None,
    ) -> None:
        row.title = str(row.values.get("name") or "")
        self._require(row, headers)
        member = self._member(row, known, current)
        if not self._in_conflict(row, member, headers):
            self._place(row, headers, layout, index, member)
        self._refuse_double(row, here, headers)
        if not row.out:
            self._settle(row, member, headers, written)

    # -- who it is ------------------------------------------------------------------------------

    def _known(self, rows: Sequence[PlannedRow]) -> dict[str, list[str]]:
        numbers = [number for row in rows if (number := row.values.get("id_number"))]
        with self._office.database.read() as connection:
            return people.by_id_numbers(connection, numbers)

    def _read(self, rows: Sequence[PlannedRow], known: Mapping[str, list[str]]) -> dict[str, dict[str, Any]]:
        wanted = [i for row in rows for i in known.get(row.values.get("id_number", ""), ())] if known else []
        if not wanted:
            return {}
        with self._office.database.read() as connection:
            return read_records(connection, SHAPES["member"], list(dict.fromkeys(wanted)))

    @staticmethod
    def _member(
        row: PlannedRow, known: Mapping[str, list[str]], current: Mapping[str, dict[str, Any]]
    ) -> dict[str, Any] | None:
        """The member of this ID number; of several (two files were merged) the one of that name."""
        found = [current[i] for i in known.get(row.values.get("id_number", ""), ())]
        same = [member for member in found if member["name"] == row.values.get("name")]
        return next(iter(same or found), None)

    def _in_conflict(self, row: PlannedRow, member: Mapping[str, Any] | None, headers: Mapping[str, str]) -> bool:
        if member is None:
            return False
        row.record = member["id"]
        if row.out or member["name"] == row.values["name"]:
            return False
        # Who belongs to a unit beyond this account's reach is not named to it.
        whose = f"已有党员“{member['name']}”" if self._reaches(member) else "本街道其他党组织的一名党员"
        reason = f"公民身份号码与{whose}相同，姓名不同，没有导入，请核对"
        row.refuse(headers.get("name", "姓名"), row.title, reason, CONFLICT)
        return True

    def _reaches(self, member: Mapping[str, Any]) -> bool:
        scope = self._office.actor.scope
        return scope is None or member["organisation"] in scope

    def _require(self, row: PlannedRow, headers: Mapping[str, str]) -> None:
        column = headers.get("name", "姓名")
        if not row.values.get("name") and not row.blamed(column):
            row.refuse(column, "", "没有姓名")
        column = headers.get("id_number", "公民身份号码")
        if not row.values.get("id_number") and not row.blamed(column):
            if self._allow_no_id:
                row.warn(column, "", "没有公民身份号码，已按无证号收下，请尽快补上")
            else:
                row.refuse(column, "", "没有公民身份号码，无法确认是不是同一个人")

    # -- where it belongs -----------------------------------------------------------------------

    def _place(
        self,
        row: PlannedRow,
        headers: Mapping[str, str],
        layout: SheetLayout,
        index: int,
        member: Mapping[str, Any] | None,
    ) -> None:
        values, finder = row.values, self._finder
        written, group = values.pop("organisation", None), values.pop("group", None)
        column = headers.get("organisation", "")
        found: str | UserError | None
        found = finder.resolve(str(written)) if written else finder.named(layout, index, has_column=bool(column))
        if member is not None and not written and self._stays(member, found):
            found = None
        elif not isinstance(found, str):
            finder.refuse(row, column or "所在党支部", str(written or ""), found)
        if isinstance(found, str):
            branch = finder.parent(found) if finder.is_group(found) else found
            if branch != found:
                values["group"] = found
            values["organisation"] = branch or found
            exact = str(written) if written and branch == found else ""
            if finder.standing(values["organisation"]):
                finder.check(row, column or "所在党支部", values["organisation"], exact)
            else:
                # What holds for a form holds for a sheet: nobody enters a unit that has ended.
                row.refuse(column or "所在党支部", str(written or ""), "这个党组织已经撤销，不能再有党员，请改写别的")
        if group:
            self._place_group(row, str(group), headers, member)

    def _stays(self, member: Mapping[str, Any], named: str | UserError | None) -> bool:
        """Whether a known member stays where it is: the sheet names no unit, or only one above its own."""
        own = member["organisation"] if member["standing"] == "A" else None
        return own is not None and (not isinstance(named, str) or self._finder.is_superior(named, own))

    def _place_group(
        self, row: PlannedRow, text: str, headers: Mapping[str, str], member: Mapping[str, Any] | None
    ) -> None:
        branch = row.values.get("organisation") or (member or {}).get("organisation")
        found = self._finder.group_of(text, branch)
        if found:
            row.values["group"] = found
        else:
            row.warn(headers.get("group", "所在党小组"), text, f"没有找到党小组“{text}”，这一项没有读入")

    def _refuse_double(self, row: PlannedRow, here: dict[str, PlannedRow], headers: Mapping[str, str]) -> None:
        number = row.values.get("id_number")
        if not number:
            if row.out:
                return
            number = row.values.setdefault(ORIGINALS, {})[DIGEST] = digest_of(row.values)
        column = headers.get("id_number", "公民身份号码")
        first = here.setdefault(number, row)
        shown = mask_id(number) if row.values.get("id_number") else ""
        if first is not row:
            what = "公民身份号码" if shown else "没有公民身份号码，其余各项"
            row.refuse(column, shown, f"{what}与第{first.row}行的“{first.title}”重复")
            return
        other = self._elsewhere.get(number)
        if other is None or row.out:
            return
        differing = _differing(other.values, row.values)
        if differing:
            reason = f"与工作表“{other.sheet}”第{other.row}行的“{other.title}”是同一公民身份号码，{differing}不同"
            row.refuse(column, shown, reason)
        else:
            row.status = UNCHANGED

    # -- what it changes ------------------------------------------------------------------------

    def _settle(
        self, row: PlannedRow, member: dict[str, Any] | None, headers: Mapping[str, str], written: str | None
    ) -> None:
        if row.status == UNCHANGED:
            return
        codes, column = self._office.codes, headers.get(standings.FIELD, "党籍状态")
        if member is None:
            standings.refuse_gone(row, written, codes, column)
            self._doubtful(row, row.values, headers)
            return
        if not self._reaches(member):
            row.refuse(headers.get("organisation", "所在党支部"), "", "这名党员现在不在您的账户管理的党组织范围内")
            return
        standings.compare(row, member, written, codes, column)
        row.values |= rules.highest_study(row.values, member)
        self._compare(row, self._as_left(row, member, headers))
        self._doubtful(row, {**member, **row.values}, headers)

    def _as_left(self, row: PlannedRow, member: dict[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        """A member who was transferred out comes in again as a new stay; the dead and expelled stay as they are."""
        if member["standing"] == "A" or "organisation" not in row.values:
            return member
        column = headers.get("organisation", "所在党支部")
        way = self._office.codes.name("out_kind", member["left_kind"]) or "离开"
        when = f"{member['left_on'] or ''}{way}"
        if member["standing"] == "E":
            row.warn(column, row.title, f"此人已于{when}，表里仍有，按转回登记，请核对")
            entered, left = row.values.get("entered_on"), member["left_on"]
            if entered and left and last_day(entered) < last_day(left):
                # The day of the stay before: when this one began the sheet does not tell.
                del row.values["entered_on"]
            return member | {"organisation": None, "group": None}
        for name in STAY_FIELDS:
            row.values.pop(name, None)
        row.warn(column, row.title, f"此人已于{when}，表里仍有，没有恢复在册，请核对")
        return member

    def _compare(self, row: PlannedRow, current: dict[str, Any]) -> None:
        values = {k: v for k, v in row.values.items() if k != ORIGINALS}
        open_codes = {c["category"] for c in current["categories"].values() if not c.get("to_on")}
        if "categories" in values:
            # A roster adds classifications; that one is over is said on the member's own page.
            if set(values["categories"]) <= open_codes:
                del values["categories"]
            else:
                values["categories"] = sorted(open_codes | set(values["categories"]))
        changed = {
            name: value
            for name, value in values.items()
            if name == "categories"
            or (
                current.get(name) != value
                and not less_exact(current.get(name), value)
                and not (name in row.weak and current.get(name))
            )
        }
        try:
            row.moves = self._moves(current, changed) if changed else {}
        except UserError as error:
            # Days of stays that cannot be are said of this row; the others come in.
            row.refuse("", row.title, error.message.removesuffix("。"))
            return
        self._printer.add_units(self._finder.fresh_names())
        for name, value in changed.items():
            before = CATEGORY_JOINER.join(sorted(open_codes)) if name == "categories" else current.get(name)
            after = CATEGORY_JOINER.join(value) if name == "categories" else value
            spec = _SPECS[name]
            row.fields[spec.label] = (self._printer.text(spec, before), self._printer.text(spec, after))
        keep_originals(row, values, current, changed, _SPECS)
        row.status = UPDATED if row.moves else UNCHANGED

    def _moves(self, current: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
        today = self._today.isoformat()
        entered = changed.get("entered_on") if "organisation" in changed else None
        since = entered if entered and len(entered) == len(today) and entered <= today else None
        moves = records.stored_edits(self._office, "member", current, dict(changed), since)
        # Who became a full member did so on the day of that decision, not on the day a sheet told of it.
        key = f"former.member_class@{since or today}"
        confirmed = changed.get("confirmed_on") or current["confirmed_on"]
        if key in moves and changed["member_class"] == rules.FULL and confirmed:
            until = min(first_day(confirmed).isoformat(), today)
            moves[f"former.member_class@{until}"] = {**moves.pop(key), "until": until}
        shape = SHAPES["member"]
        return {
            path: value
            for path, value in moves.items()
            if path.startswith("former.") or value_at(shape, current, path) != value
        }

    def _worth_a_look(self, values: Mapping[str, Any]) -> bool:
        """Whether `_doubtful` could have something to say; a few comparisons of texts spare most rows the rules."""
        number, birth, sex = values["id_number"], values.get("birth_on"), values.get("sex")
        if birth is not None and (
            number[6:10] != birth[:4] or number[10:12] != birth[5:7] or (len(birth) > 7 and number[12:14] != birth[8:])
        ):
            return True
        if sex is not None and (sex == "1") != (number[16] in "13579"):
            return True
        work = values.get("work_started_on")
        if values.get("extended_to") or values.get("confirmation") or (work is not None and work[:4] <= number[6:10]):
            return True
        joined, confirmed = values.get("joined_on"), values.get("confirmed_on")
        if joined is None:
            return False
        year = int(joined[:4])
        return (
            joined >= self._this_year
            or year - int(number[6:10]) <= _OF_AGE
            or (confirmed is not None and confirmed < f"{year + 1}{joined[4:]}")
        )

    def _doubtful(self, row: PlannedRow, values: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        """What is doubtful about one person's birth, sex and dates; a finding never refuses the row."""
        number, birth = values.get("id_number"), values.get("birth_on")
        if number:
            own = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
            if birth is None:
                birth = own
            elif not own.startswith(birth) and "birth_on" in row.values:
                reason = "出生日期与公民身份号码不一致，按表里写的收下，请核对档案"
                row.warn(headers.get("birth_on", "出生日期"), birth, reason)
            sex = row.values.get("sex")
            if sex is not None and sex != ("1" if number[16] in "13579" else "2"):
                reason = "性别与公民身份号码第17位不一致，按表里写的收下，请核对"
                row.warn(headers.get("sex", "性别"), self._office.codes.name("sex", sex), reason)
        for finding in findings_of("member", {**values, "birth_on": birth}, self._ask, _TOLD):
            if finding.field in row.values:
                column = headers.get(finding.field, _SPECS[finding.field].label)
                row.warn(column, str(values.get(finding.field) or ""), finding.message.rstrip("。"))

    def _tell_look_alikes(self, rows: Sequence[PlannedRow], headers: Mapping[str, str]) -> None:
        """Rows without number: known ones by their digest; who only looks like somebody known is told, never joined."""
        without = [row for row in rows if not row.out and not row.values.get("id_number")]
        if not without:
            return
        with self._office.database.read() as connection:
            digests = people.by_original(connection, DIGEST)
            namesakes = people.namesakes(connection, [row.title for row in without])
        column = headers.get("id_number", "公民身份号码")
        for row in without:
            known = digests.get(row.values[ORIGINALS][DIGEST])
            if known is not None:
                row.record, row.status = known, UNCHANGED
                continue
            birth, joined = row.values.get("birth_on"), row.values.get("joined_on")
            if any(_same_day(b, birth) and _same_day(j, joined) for b, j in namesakes.get(row.title, ())):
                row.warn(column, "", f"已有同名、同出生年月、同入党日期的“{row.title}”，可能是同一人，请核对")


def digest_of(values: Mapping[str, Any]) -> str:
    """What tells a row without ID number apart from every other one."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _same_day(one: str | None, other: str | None) -> bool:
    return bool(one and other) and (str(one).startswith(str(other)) or str(other).startswith(str(one)))


def _differing(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    """The labels of fields that both rows fill differently, or that only the second fills."""
    names = [k for k, v in second.items() if k != ORIGINALS and first.get(k) != v and not less_exact(first.get(k), v)]
    return "、".join(f"“{_SPECS[name].label}”" for name in names[:3])
