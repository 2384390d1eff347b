"""The figure registry: every number that is shown or printed, with its definition and the list behind it.

Keys never change their meaning; more are added with their topic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from dangjian_desktop.domain.ledgers.ledgers import LedgerCount, LedgerTemplate, counted_words

from .census import MOVE
from .movement import Event
from .survey import Survey, organisation_lists
from .unit_fields import counted_in, told

FULL, PROBATIONARY = "1", "2"
_CLASSES = frozenset({FULL, PROBATIONARY})


@dataclass(frozen=True, slots=True)
class FigureValue:
    """One figure: what it says, how it is defined, and the ids behind it.

    `value` is a count, an average, money as text in yuan, or a share as a fraction; None where a share has no
    denominator. `records` are ids of `record_kind`. Whoever prints a share prints numerator and denominator with it.
    """

    key: str
    label: str
    value: int | float | str | None
    unit: str
    definition: str
    topic: str
    record_kind: str
    records: Sequence[str]
    numerator: int | None = None
    denominator: int | None = None

    @property
    def is_share(self) -> bool:
        """Whether the value is a fraction of its denominator."""
        return self.unit == "%"

    @property
    def printed(self) -> str:
        """The value as it is read: with unit, a share with what it was computed from."""
        if self.is_share:
            if not self.denominator:
                return f"—（{self.numerator or 0}/0）"
            return f"{percent(self.numerator or 0, self.denominator)}（{self.numerator}/{self.denominator}）"
        return "—" if self.value is None else f"{self.value}{self.unit}"


def percent(part: int, whole: int) -> str:
    """A share with one decimal, halves rounded up; from whole numbers, so that nothing is rounded twice."""
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


class _Counted(NamedTuple):
    """A figure that counts records: key, label, definition and how its list is found."""

    key: str
    label: str
    definition: str
    find: Callable[[Survey], Sequence[str]]


def _mark(name: str) -> Callable[[Survey], Sequence[str]]:
    return lambda survey: survey.groups["mark"].get(name, [])


def _class(code: str) -> Callable[[Survey], Sequence[str]]:
    return lambda survey: survey.groups["class"].get(code, [])


_MEMBERS = (
    _Counted("members_full", "正式党员", "统计日在册、人员类别为正式党员的人数。", _class(FULL)),
    _Counted("members_probationary", "预备党员", "统计日在册、人员类别为预备党员的人数。", _class(PROBATIONARY)),
    _Counted(
        "members_class_unknown",
        "人员类别未填",
        "统计日在册、人员类别没有填写（或不是正式、预备）的人数。正式、预备和它相加等于党员总数。",
        lambda survey: [m for code, held in survey.groups["class"].items() if code not in _CLASSES for m in held],
    ),
    _Counted("members_female", "女党员", "统计日在册党员中性别为女的人数。", _mark("female")),
    _Counted("members_minority", "少数民族党员", "统计日在册党员中汉族以外各民族的人数。", _mark("minority")),
    _Counted("members_35_and_under", "35岁及以下党员", "统计日周岁不超过35岁的在册党员人数。", _mark("young")),
    _Counted(
        "members_college_and_above",
        "大专及以上学历党员",
        "学历为大学专科、大学本科或研究生的在册党员人数。",
        _mark("college"),
    ),
    _Counted("members_mobile", "流动党员", "统计日在册、“流动党员”分类没有结束的人数。", _mark("mobile")),
    _Counted("members_out_of_contact", "失联党员", "统计日在册、“失联党员”分类没有结束的人数。", _mark("lost")),
)

_ORGANISATIONS = (
    ("organisations_street", "党组织（街道口径）", "统计日已成立、街道口径计入的党组织数，战线党总支等中间层不计。"),
    ("organisations_statistical", "基层党组织（统计口径）", "统计日已成立的党委、党总支、党支部和联合党支部数。"),
    ("committees", "党委", "统计日已成立的基层党委（611）数。"),
    ("general_branches", "党总支", "统计日已成立的党总支部（621）数。"),
    ("branches", "党支部", "统计日已成立的党支部（631）和联合党支部（632）数。"),
    ("groups", "党小组", "统计日已划分的党小组数，党小组不是一级党组织。"),
)


class ChangeKind(NamedTuple):
    """One line of 增加 or 减少: its codes (none: those of no known kind), and whether it is part of the line before."""

    key: str
    label: str
    codes: tuple[str, ...]
    part: bool


JOINED_KINDS = (
    ChangeKind("joined_admitted", "发展党员", ("I1", "I2"), False),
    ChangeKind("joined_readmitted", "其中：重新入党", ("I2",), True),
    ChangeKind("joined_restored", "恢复党籍", ("I3", "I4"), False),
    ChangeKind("joined_restored_after_suspension", "其中：停止党籍后恢复", ("I4",), True),
    ChangeKind("joined_transferred_in", "转入组织关系", ("I5", "I6"), False),
    ChangeKind("joined_whole_unit", "其中：整建制转入", ("I6",), True),
    ChangeKind("joined_moved_in", "街道内调入", (MOVE,), False),
    ChangeKind("joined_unstated", "未注明类型", (), False),
)
LEFT_KINDS = (
    ChangeKind("left_removed", "出党", ("O1", "O11", "O12", "O13", "O14", "O15", "O16", "O17", "O18"), False),
    ChangeKind("left_suspended", "停止党籍", ("O2",), False),
    ChangeKind("left_deceased", "死亡", ("O3",), False),
    ChangeKind("left_transferred_out", "转出组织关系", ("O4", "O5"), False),
    ChangeKind("left_whole_unit", "其中：整建制转出", ("O5",), True),
    ChangeKind("left_moved_out", "街道内调出", (MOVE,), False),
    ChangeKind("left_unstated", "未注明类型", (), False),
)
_KNOWN_IN = frozenset(code for kind in JOINED_KINDS for code in kind.codes)
_KNOWN_OUT = frozenset(code for kind in LEFT_KINDS for code in kind.codes)


def figures_of(survey: Survey) -> Mapping[str, FigureValue]:
    """Every figure of a survey by key, in the order in which they are listed; worked out once for a survey."""
    if "figures" not in survey.kept:
        survey.kept["figures"] = MappingProxyType({figure.key: figure for figure in _all(survey)})
    return survey.kept["figures"]


def _all(survey: Survey) -> Iterator[FigureValue]:
    yield from _people(survey)
    yield from _structure(survey)
    yield from _units(survey)
    yield from _changes(survey)
    yield from _terms(survey)
    yield from _meetings(survey)
    for template in survey.reference.templates.values():
        for counted in survey.ledgers[template.key]:
            yield _ledger(template, counted)


def of_kind(events: Sequence[Event], codes: Sequence[str], known: frozenset[str]) -> list[Event]:
    """The events of these codes; without codes, those whose kind says nothing known."""
    return [e for e in events if (e.kind in codes if codes else e.kind not in known)]


def joined_of(survey: Survey, codes: Sequence[str]) -> list[Event]:
    """Comings of these in codes (none: those of no known kind)."""
    return of_kind(survey.movement.joined, codes, _KNOWN_IN)


def left_of(survey: Survey, codes: Sequence[str]) -> list[Event]:
    """Goings of these out codes (none: those of no known kind)."""
    return of_kind(survey.movement.left, codes, _KNOWN_OUT)


def _members(
    key: str, label: str, definition: str, records: Sequence[str], *, topic: str = "党员", whole: int | None = None
) -> FigureValue:
    part = len(records) if whole is not None else None
    return FigureValue(key, label, len(records), "人", definition, topic, "member", records, part, whole)


def _people(survey: Survey) -> Iterator[FigureValue]:
    people = survey.census.people
    total = len(people)
    yield _members(
        "members", "党员总数", "统计日在册（含正式、预备）的党员人数，一人只计一次。", [p.id for p in people]
    )
    for spec in _MEMBERS:
        yield _members(spec.key, spec.label, spec.definition, spec.find(survey), whole=total)
    aged = [person for person in people if person.age is not None]
    years = sum(person.age or 0 for person in aged)
    average = (years * 20 + len(aged)) // (2 * len(aged)) / 10 if aged else None
    definition = "有出生日期的在册党员统计日周岁之和除以其人数，保留1位小数。"
    yield FigureValue(
        "average_age", "平均年龄", average, "岁", definition, "党员", "member", [p.id for p in aged], years, len(aged)
    )
    unplaced = [p.id for p in people if p.group is None]
    yield _members(
        "members_ungrouped", "未编入党小组", "统计日在册、没有填所在党小组的党员人数。", unplaced, whole=total
    )


def _structure(survey: Survey) -> Iterator[FigureValue]:
    bands, groups, whole = survey.reference.bands, survey.groups, len(survey.census.people)
    lists = (
        ("age", "age", [band.label for band in bands.ages], "年龄", "统计日周岁"),
        ("education", "education", list(bands.education), "学历", "学历归入"),
        ("joining", "joining", [period.label for period in bands.periods], "入党时间", "入党日期"),
    )
    for key, group, labels, topic, what in lists:
        for index, label in enumerate(labels):
            records = groups[group].get(index, [])
            text = f"{what}“{label}”的在册党员人数。"
            yield _members(f"{key}_{index + 1}", label, text, records, topic=topic, whole=whole)
        records = groups[group].get(None, [])
        text = f"{topic}没有填写或无法归类的在册党员人数。"
        yield _members(f"{key}_unknown", "未填", text, records, topic=topic, whole=whole)
    names = dict(survey.reference.codes.choices("org_field"))
    for code, name in names.items():
        records = [m for held in counted_in(code) for m in groups["field"].get(held, ())]
        text = f"所在党组织（或其上级）领域为“{name}”{told(code, names)}的在册党员人数。"
        yield _members(f"members_field_{code}", name, text, records, topic="领域", whole=whole)
    text = "所在党组织和它的上级都没有填领域（或填的不在表里）的在册党员人数。"
    records = [m for field, members in groups["field"].items() if field not in names for m in members]
    yield _members("members_field_unknown", "未填", text, records, topic="领域", whole=whole)


def _units(survey: Survey) -> Iterator[FigureValue]:
    lists = organisation_lists(survey.organisations)
    for key, label, definition in _ORGANISATIONS:
        yield _organisations(key, label, definition, lists[key])
    planned = [unit.id for unit in survey.census.units() if unit.stage == "planned"]
    yield _organisations("organisations_planned", "拟成立组织", "统计日登记为拟成立的组织数，不计入已成立数。", planned)
    names = dict(survey.reference.codes.choices("org_field"))
    fields = {unit: survey.tree.field_of(unit) for unit in lists["organisations_street"]}
    for code, name in names.items():
        records = [unit for unit, field in fields.items() if field in counted_in(code)]
        text = f"街道口径党组织中领域为“{name}”{told(code, names)}的个数。"
        yield _organisations(f"organisations_field_{code}", f"{name}党组织", text, records)
    text = "街道口径党组织中自己和上级都没有填领域（或填的不在表里）的个数。"
    records = [unit for unit, field in fields.items() if field not in names]
    yield _organisations("organisations_field_unknown", "未填领域党组织", text, records)


def _organisations(key: str, label: str, definition: str, records: Sequence[str]) -> FigureValue:
    return FigureValue(key, label, len(records), "个", definition, "党组织", "organisation", records)


def _changes(survey: Survey) -> Iterator[FigureValue]:
    moved, topic = survey.movement, "增减"
    text = "期间开始前一天在册的党员人数；建账日在期间内的，含建账数。"
    yield _members("opening", "期初党员数", text, list(moved.opening), topic=topic)
    text = "期间内进入本范围的人次，范围内支部之间的调动不计。"
    yield _members("joined", "本期增加", text, [e.member for e in moved.joined], topic=topic)
    for key, label, kinds, _ in JOINED_KINDS:
        text = f"本期增加中类型为“{label.removeprefix('其中：')}”的人次。"
        yield _members(key, label, text, [e.member for e in joined_of(survey, kinds)], topic=topic)
    text = "期间内离开本范围的人次，范围内支部之间的调动不计。"
    yield _members("left", "本期减少", text, [e.member for e in moved.left], topic=topic)
    for key, label, kinds, _ in LEFT_KINDS:
        text = f"本期减少中类型为“{label.removeprefix('其中：')}”的人次。"
        yield _members(key, label, text, [e.member for e in left_of(survey, kinds)], topic=topic)
    text = "期初、增加、减少与期末对不上的党员人数，应为0。"
    yield _members("imbalance", "增减不平", text, [i.member for i in moved.imbalances], topic=topic)


def _terms(survey: Survey) -> Iterator[FigureValue]:
    def listed(*states: str) -> list[str]:
        return [line.unit.id for line in survey.terms if line.term is not None and line.term.state in states]

    rows = (
        (
            "terms_due",
            "应换届党组织",
            "任期在统计日后180天内届满或已经届满的已成立党组织数。",
            listed("soon", "overdue"),
        ),
        ("terms_overdue", "届满未换届", "统计日任期（含批准的延期）已经届满的已成立党组织数。", listed("overdue")),
        (
            "terms_unknown",
            "未填当选时间",
            "没有填本届当选日、算不出届满日的已成立党组织数。",
            [line.unit.id for line in survey.terms if line.term is None],
        ),
    )
    for key, label, definition, records in rows:
        yield FigureValue(key, label, len(records), "个", definition, "换届", "organisation", records)


def _meetings(survey: Survey) -> Iterator[FigureValue]:
    for duty in survey.duties:
        kind, label = duty.rule.kind.lower(), duty.rule.label
        text = f"期间内开过的{label}次数，一次活动兼作几类的每类各计1次。"
        yield FigureValue(
            f"meetings_{kind}", label, len(duty.meetings), "次", text, "组织生活", "meeting", duty.meetings
        )
        each = "月" if duty.rule.every == "month" else "季度"
        unit = "党小组" if duty.rule.kind == "DXZH" else "党支部"
        text = f"应开{label}的{unit}与{each}（已过完、建账以后）中已开的比例。"
        value = duty.done / duty.due if duty.due else None
        missing = duty.units(missing=True)
        yield FigureValue(
            f"meetings_{kind}_rate",
            f"{label}完成率",
            value,
            "%",
            text,
            "组织生活",
            "organisation",
            duty.units(missing=False),
            duty.done,
            duty.due,
        )
        text = f"期间内至少有一个{each}应开而没有开{label}的{unit}数。"
        yield FigureValue(
            f"meetings_{kind}_missing",
            f"未按时开{label}",
            len(missing),
            "个",
            text,
            "组织生活",
            "organisation",
            missing,
        )


def _ledger(template: LedgerTemplate, counted: LedgerCount) -> FigureValue:
    figure = counted.figure
    value: int | float | str | None = counted.value
    if figure.unit == "元":
        value = f"{counted.numerator // 100}.{counted.numerator % 100:02d}"
    share = figure.share_of is not None
    return FigureValue(
        f"ledger_{template.key.replace('-', '_')}_{figure.key}",
        figure.label,
        value,
        figure.unit,
        f"{figure.definition}{counted_words(template, figure)}",
        template.title,
        "ledger_entry",
        counted.records,
        counted.numerator if share else None,
        counted.denominator,
    )
