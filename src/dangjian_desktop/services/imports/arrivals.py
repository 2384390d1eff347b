"""How the new people of a roster came, and their class: asked once for all of them, never put down as a transfer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records import members as rules
from dangjian_desktop.domain.values.partial_dates import first_day, parse_date
from dangjian_desktop.domain.values.values import Problem
from dangjian_desktop.exchange.excel.reject_report import REASON_HEADER
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import people

from .plan import NEW, ImportPlan, PlannedRow

LEFT_OUT, TRANSFERRED, ADMITTED = "opening", "transferred", "admitted"
ARRIVALS = {LEFT_OUT: "建账时漏录", TRANSFERRED: "本期转入", ADMITTED: "本期发展"}
"""How people may have come who stand on no list of a branch that is already kept."""

_KINDS = {LEFT_OUT: rules.OPENING, TRANSFERRED: rules.TRANSFERRED_IN, ADMITTED: rules.ADMITTED}


RowKey = tuple[str, int]
"""A row of a sheet: the sheet's name and the row's number."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one person came; `since` is a full day, None for what is meant where nothing is said."""

    arrived: str
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person said once for all new people; `since` is a full day, `member_class` a code, a name or None.

    `each` says for single rows what is not so for the rest.
    """

    arrived: str | None = None
    since: str | None = None
    member_class: str | None = None
    each: Mapping[RowKey, Arrival] = field(default_factory=dict)

    def of(self, row: PlannedRow) -> tuple[str | None, str | None]:
        """How the person of a row came and since when, as far as it was said."""
        own = self.each.get((row.sheet, row.row))
        return (own.arrived, own.since) if own else (self.arrived, self.since)


def way_of(row: PlannedRow) -> str:
    """How the person of a settled row is taken to have come, as one of `ARRIVALS`."""
    kind = row.values.get("entered_kind")
    return next((way for way, known in _KINDS.items() if known == kind), LEFT_OUT)


def besides(plan: ImportPlan) -> str | None:
    """Refused rows that come back corrected belong to the roster before: to the first, where none came since."""
    return rules.OPENING if any(REASON_HEADER in info.headers for info in plan.sheets) else None


def settle(office: Office, plan: ImportPlan, answers: Answers) -> None:
    """Put down how the new people of units that are already kept came, and their class; say what was not asked.

    Without an answer they were left out when the file began, or admitted since where their own date says so. What the
    sheet itself says goes first. Raises `UsageError` for an unknown answer and `UserError` for an impossible day.
    """
    for way in (answers.arrived, *(own.arrived for own in answers.each.values())):
        if way is not None and way not in ARRIVALS:
            raise UsageError("usage", f"怎么来的只能是{'、'.join(ARRIVALS)}，不是“{way}”。")
    _since(office, answers.since)
    new = list(plan.with_status(NEW))
    _put_class(office, plan, new, answers.member_class)
    with office.database.read() as connection:
        kept = people.units_with_history(connection, besides=besides(plan))
    late = [row for row in new if row.values.get("organisation") in kept and not row.values.get("entered_kind")]
    plan.late_rows = late
    for row in late:
        way, since = answers.of(row)
        day = _since(office, since, row)
        if day is not None and (row.sheet, row.row) in answers.each and way != LEFT_OUT:
            row.values["entered_on"] = row.values.get("entered_on") or day
        _put_way(office, row, way, day)
    unsaid = [row for row in late if answers.of(row)[0] is None]
    if unsaid:
        base = office.base_date.isoformat()
        reason = (
            f"有{len(unsaid)}名新党员的党支部早已建账，没有说明怎么来的：按“建账时漏录”收下（{base}起在册，{base}以后入党的按发展登记）；"
            "是本期转入或本期发展的，请先选明（命令行 --arrived）"
        )
        _ask(plan, unsaid[0], "进入类型", reason)


def _ask(plan: ImportPlan, first: PlannedRow, column: str, reason: str) -> None:
    plan.questions.append(Problem(first.row, column, "", reason, "warning", first.sheet))


def _since(office: Office, text: str | None, row: PlannedRow | None = None) -> str | None:
    if text is None:
        return None
    day = parse_date(text).value
    if day is None or len(day) != 10 or first_day(day) > office.today():
        whose = f"第{row.row}行{row.title}：" if row is not None else ""
        raise UserError(
            "bad_value",
            f"{whose}“{text}”不能作进入支部的日期。",
            effect="没有导入任何内容。",
            advice="请写到日，不晚于今天。",
        )
    return day


def _put_way(office: Office, row: PlannedRow, arrived: str | None, since: str | None) -> None:
    joined = row.values.get("joined_on")
    later = joined is not None and first_day(joined) > office.base_date
    way = ADMITTED if later and arrived in (None, LEFT_OUT) else arrived or LEFT_OUT
    if way == ADMITTED and joined is not None and not later and not row.values.get("entered_on"):
        # One answer for all new rows cannot be true of who was a member when the file began; of one person with the
        # day it is taken at its word.
        way = LEFT_OUT
        row.warn("入党日期", joined, "建账以前就入党，不是本期发展，按“建账时漏录”收下，请核对")
    row.values["entered_kind"] = _KINDS[way]
    if row.values.get("entered_on"):
        return
    if way == LEFT_OUT:
        row.values["entered_on"] = office.base_date.isoformat()
    elif way == ADMITTED and joined is not None:
        row.values["entered_on"] = joined
    else:
        row.values["entered_on"] = since or office.today().isoformat()


def _put_class(office: Office, plan: ImportPlan, new: Sequence[PlannedRow], written: str | None) -> None:
    """The class of those whose row says none; a day of confirmation says that somebody is a full member."""
    without = [row for row in new if not row.values.get("member_class") and not row.values.get("confirmed_on")]
    plan.without_class = len(without)
    if not without:
        return
    code = office.codes.code_of("member_class", written) if written else None
    if written and code is None:
        raise UserError("bad_value", f"没有“{written}”这个人员类别。", effect="没有导入任何内容。")
    if code is not None:
        for row in without:
            row.values["member_class"] = code
        return
    column = any("member_class" in info.columns.values() for info in plan.sheets)
    what = "这一格没有填" if column else "表里没有“人员类别”列，也没有转正日期"
    reason = (
        f"有{len(without)}名新党员看不出是正式党员还是预备党员（{what}），暂时不填；"
        "请先选明（命令行 --member-class），或收下后补上"
    )
    _ask(plan, without[0], "人员类别", reason)
