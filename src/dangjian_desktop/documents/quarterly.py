"""The quarterly report (党组织和党员基本情况): words from a template, every number from the figure registry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dangjian_desktop.documents.changes_table import balance_lines, balance_table, came_table, went_table
from dangjian_desktop.documents.figure_words import TablePlace, Written, WrittenBlock
from dangjian_desktop.documents.model import (
    Align,
    Block,
    Cell,
    Column,
    ColumnKind,
    Document,
    Heading,
    Paragraph,
    Row,
    RowGroup,
    SignatureLine,
    Table,
)
from dangjian_desktop.documents.official import NumberedPoint, numbered
from dangjian_desktop.documents.unit_counts import UnitCountLine, UnitGroup, totals, unit_groups
from dangjian_desktop.documents.wording import as_of_text, incomplete_text, named
from dangjian_desktop.domain.figures.census import Person
from dangjian_desktop.domain.figures.figures import FULL, PROBATIONARY, FigureValue, percent
from dangjian_desktop.domain.figures.survey import Survey, TermLine
from dangjian_desktop.domain.figures.unit_fields import whole_of, wholes
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.domain.values.partial_dates import last_day

TABLES = {
    "基本情况": "各单位党组织和党员统计表",
    "队伍结构": "年龄、学历、入党时间、领域四张结构表",
    "增减变动": "增减平衡表和增减人员名单",
    "任期届满": "将届满和已届满的党组织名单",
    "组织生活": "应开、已开、未开和完成率",
    "问题整改": "问题整改台账的各项统计",
    "核对": "各表之间的核对结果",
}
"""The tables that its template may place, and what each shows."""
_SPANS = {4: "年度", 6: "季度", 7: "月度"}
_DEEPEST_HEADING = 3


@dataclass(frozen=True, slots=True)
class Labels:
    """What codes and ids are called: units by full name, kinds of organisation, fields, in and out kinds."""

    units: Mapping[str | None, str]
    organisation_kinds: Mapping[str, str]
    fields: Mapping[str | None, str]
    in_kinds: Mapping[str, str]
    out_kinds: Mapping[str, str]


def period_kind(survey: Survey) -> str:
    """年度, 季度 or 月度."""
    return _SPANS[len(survey.period.text)]


def quarterly(
    survey: Survey, figures: Mapping[str, FigureValue], labels: Labels, written: Written, *, unit: str, filled_on: str
) -> Document:
    """The report of a survey around its words; named persons appear in it, confidential fields do not.

    `written` is a template without faults for the tables `TABLES`.
    """
    groups = unit_groups(survey, labels.fields)
    parts: Mapping[str, Callable[[], Iterable[Block]]] = {
        "基本情况": lambda: [_unit_table(groups)],
        "队伍结构": lambda: _structure(survey, figures, labels),
        "增减变动": lambda: _changes(survey, figures, labels),
        "任期届满": lambda: _terms(survey, labels),
        "组织生活": lambda: _meetings(survey, figures),
        "问题整改": lambda: _rectification(survey, figures),
        "核对": lambda: _checks(survey, figures, groups),
    }
    blocks = list(_in_place(written.body, parts))
    if incomplete := incomplete_text(survey):
        blocks.insert(1 if isinstance(blocks[0], Heading) else 0, Paragraph(incomplete))
    return Document(
        written.title,
        tuple(blocks),
        subtitle=f"（{as_of_text(survey)}）",
        unit=unit,
        filled_on=filled_on,
        signature=SignatureLine(unit=unit),
    )


def _in_place(body: Sequence[WrittenBlock], parts: Mapping[str, Callable[[], Iterable[Block]]]) -> Iterator[Block]:
    """Headings numbered, tables in their places."""
    items = [block for block in body if isinstance(block, NumberedPoint)]
    points = iter(numbered(items))
    for block in body:
        if isinstance(block, TablePlace):
            yield from parts[block.table]()
        elif isinstance(block, NumberedPoint):
            point, _ = next(points)
            assert isinstance(point, Paragraph)
            yield Heading(point.plain, min(block.level, _DEEPEST_HEADING))
        else:
            yield block


def _unit_columns(unclassed: bool) -> tuple[Column, ...]:
    """The columns of the first table; those without 人员类别 have one only where there are any."""
    people = ("总数", "正式", "预备", *(["类别未填"] if unclassed else []))
    return (
        Column("序号", ColumnKind.INTEGER),
        Column("单位", min_chars=7),
        *(Column(label, ColumnKind.INTEGER, ("党组织数",)) for label in ("党委", "党总支", "党支部", "拟成立")),
        *(Column(label, ColumnKind.INTEGER, ("党员数",)) for label in people),
        *(
            Column(label, ColumnKind.INTEGER, ("其中",))
            for label in ("女", "少数民族", "35岁及以下", "大专及以上", "流动", "失联")
        ),
    )


def _unit_table(groups: Sequence[UnitGroup]) -> Table:
    whole = totals(line for group in groups for line in group.lines)
    unclassed = bool(whole.people.unclassed)

    def row(number: int | None, name: str, line: UnitCountLine) -> list[Cell]:
        people = line.people
        classes = (people.members, people.full, people.probationary, *((people.unclassed,) if unclassed else ()))
        return [number, name, *line.organisations, *classes, *people[4:]]

    number = 0
    made = []
    for group in groups:
        rows: list[Row] = []
        for line in group.lines:
            number += 1
            rows.append(row(number, line.name, line))
        subtotal = row(None, "小计", totals(group.lines)) if group.label else None
        made.append(RowGroup(group.label, rows, subtotal))
    return Table(
        _unit_columns(unclassed),
        groups=made,
        totals=[row(None, "合计", whole)],
        caption="党组织和党员基本情况统计表",
        unit="单位：个、人",
        sheet="基本情况",
        note="党组织数为已成立数，“拟成立”单列，不计入已成立。党员按组织关系所在党组织统计，一人只计一次。",
    )


_UNCLASSED = "类别未填"
_RowTest = tuple[str, Callable[[Person], bool]]
_STRUCTURE_ROWS: tuple[_RowTest, ...] = (
    ("党员总数", lambda _person: True),
    ("正式党员", lambda person: person.member_class == FULL),
    ("预备党员", lambda person: person.member_class == PROBATIONARY),
    (_UNCLASSED, lambda person: person.member_class not in (FULL, PROBATIONARY)),
    ("女党员", lambda person: person.female),
    ("少数民族党员", lambda person: person.minority),
)


@dataclass(frozen=True, slots=True)
class _Structure:
    """One way of sorting people: what it is called, its bands, and the band of a person."""

    what: str
    names: Sequence[str]
    band: Callable[[Person], int | None]


def _structure(survey: Survey, figures: Mapping[str, FigureValue], labels: Labels) -> Iterator[Block]:
    bands, tree = survey.reference.bands, survey.tree
    fields = {branch: tree.field_of(branch) for branch in survey.census.by_branch}
    used = [code for code in wholes(labels.fields) if figures[f"members_field_{code}"].value]
    position = {code: index for index, code in enumerate(used)}
    field_names = [labels.fields[code] for code in used]
    yield _across(survey, _Structure("年龄", [band.label for band in bands.ages], lambda p: p.age_band))
    yield _across(survey, _Structure("学历", bands.education, lambda p: p.education))
    yield _down(survey, _Structure("入党时间", [period.label for period in bands.periods], lambda p: p.joining))
    yield _across(
        survey, _Structure("领域", field_names, lambda p: position.get(whole_of(fields[p.organisation]) or ""))
    )


def _structure_rows(survey: Survey) -> list[_RowTest]:
    """Who is told apart; those without 人员类别 only where there are any, so that the rows add up."""
    known = {FULL, PROBATIONARY}
    return [row for row in _STRUCTURE_ROWS if row[0] != _UNCLASSED or set(survey.groups["class"]) - known]


def _cross(survey: Survey, structure: _Structure) -> tuple[list[str], list[list[int]]]:
    """Band names, with 未填 only where somebody fits nowhere, and for each row of people the total and the bands."""
    people = survey.census.people
    bands = {person.id: structure.band(person) for person in people}
    keys: list[int | None] = list(range(len(structure.names)))
    names = list(structure.names)
    if any(position is None for position in bands.values()):
        keys.append(None)
        names.append("未填")
    rows = []
    for _, test in _structure_rows(survey):
        counts = Counter(bands[person.id] for person in people if test(person))
        rows.append([sum(counts.values()), *(counts[key] for key in keys)])
    return names, rows


def _across(survey: Survey, structure: _Structure) -> Table:
    """Bands as columns."""
    names, counts = _cross(survey, structure)
    whole = counts[0][0]
    rows: list[Row] = [[label, *row] for (label, _), row in zip(_structure_rows(survey), counts, strict=True)]
    rows.append(["占总数比例", *(_share(count, whole) for count in counts[0])])
    columns = (
        Column("项目", min_chars=6),
        *(Column(name, ColumnKind.INTEGER, align=Align.RIGHT) for name in ("合计", *names)),
    )
    return _structure_table(structure, columns, rows, (), whole)


def _down(survey: Survey, structure: _Structure) -> Table:
    """Bands as rows, for those with long names."""
    names, counts = _cross(survey, structure)
    whole = counts[0][0]
    rows: list[Row] = [
        [name, *(row[index] for row in counts), _share(counts[0][index], whole)] for index, name in enumerate(names, 1)
    ]
    total: list[Cell] = ["合计", *(row[0] for row in counts), _share(whole, whole)]
    columns = (
        Column(structure.what, min_chars=14),
        *(Column(label, ColumnKind.INTEGER) for label, _ in _structure_rows(survey)),
        Column("占总数比例", align=Align.RIGHT),
    )
    return _structure_table(structure, columns, rows, [total], whole)


def _share(part: int, whole: int) -> str:
    return percent(part, whole) if whole else ""


def _structure_table(
    structure: _Structure, columns: tuple[Column, ...], rows: Sequence[Row], total: Sequence[Row], whole: int
) -> Table:
    return Table(
        columns,
        rows,
        totals=total,
        caption=f"党员{structure.what}结构",
        unit="单位：人",
        sheet=structure.what,
        note=f"比例＝人数÷党员总数（{whole}）。",
    )


def _changes(survey: Survey, figures: Mapping[str, FigureValue], labels: Labels) -> Iterator[Block]:
    yield balance_table(figures, survey.movement.expected)
    yield from balance_lines(survey, labels.units)
    yield came_table(survey.movement.joined, labels.units, labels.in_kinds)
    yield went_table(survey.movement.left, labels.units, labels.out_kinds)


def _terms(survey: Survey, labels: Labels) -> Iterator[Block]:
    due = [line for line in survey.terms if line.term is not None and line.term.state != "running"]
    due.sort(key=lambda line: line.term.expires_on if line.term else "")
    unknown = [line.unit.title for line in survey.terms if line.term is None]
    columns = (
        Column("序号", ColumnKind.INTEGER),
        Column("党组织"),
        Column("类型"),
        Column("本届当选日", ColumnKind.DATE),
        Column("任期（年）", ColumnKind.INTEGER),
        Column("届满日", ColumnKind.DATE),
        Column("情况"),
    )
    notes, notice = [], rules()["TERM"].lead_days[0]
    if any(line.term is not None and line.term.assumed for line in due):
        notes.append("任期后带＊的没有填年数，按通常任期推算，请按批复核对。")
    if unknown:
        notes.append(f"没有填本届当选日、算不出届满日的{len(unknown)}个：{named(unknown)}。")
    yield Table(
        columns,
        [_term_row(number, line, survey, labels) for number, line in enumerate(due, 1)],
        caption=f"{notice}天内届满和已届满的党组织",
        sheet="任期届满",
        note="".join(notes),
        empty_text=f"（没有{notice}天内届满或已届满的党组织）",
    )


def _term_row(number: int, line: TermLine, survey: Survey, labels: Labels) -> Row:
    term = line.term
    assert term is not None
    days = (last_day(term.expires_on) - survey.day).days
    state = f"已届满{-days}天" if term.state == "overdue" else f"还有{days}天届满"
    return [
        number,
        line.unit.title,
        labels.organisation_kinds.get(line.unit.kind, line.unit.kind),
        term.elected_on,
        f"{term.years}＊" if term.assumed else term.years,
        term.expires_on,
        f"{state}（已批准延期）" if term.extended else state,
    ]


def _meetings(survey: Survey, figures: Mapping[str, FigureValue]) -> Iterator[Block]:
    columns = (
        Column("类型"),
        *(Column(label, ColumnKind.INTEGER) for label in ("召开次数", "应开", "已开", "未开")),
        Column("完成率"),
        Column("未按时开的单位", ColumnKind.INTEGER),
    )
    rows: list[Row] = []
    for duty in survey.duties:
        key = f"meetings_{duty.rule.kind.lower()}"
        missing = figures[f"{key}_missing"].value
        rate = figures[f"{key}_rate"].printed
        label = f"{duty.rule.label}＊" if duty.rule.local else duty.rule.label
        rows.append([label, figures[key].value, duty.due, duty.done, duty.due - duty.done, rate, missing])
    yield Table(
        columns,
        rows,
        caption="组织生活开展情况",
        unit="单位：次、个",
        sheet="组织生活",
        note="应开＝应开的单位数×已过完的月（季度）数，建账以前、尚未过完和不适用的不计。带＊的次数是地方口径。",
    )


def _rectification(survey: Survey, figures: Mapping[str, FigureValue]) -> Iterator[Block]:
    template = survey.reference.templates.get("rectification")
    if template is None:
        yield Paragraph("没有启用问题整改台账。")
        return
    found = [figures[f"ledger_{template.key}_{figure.key}"] for figure in template.figures]
    columns = (Column("项目"), Column("数", align=Align.RIGHT, min_chars=9), Column("口径", weight=2.0))
    rows = [[figure.label, figure.printed, figure.definition] for figure in found]
    yield Table(columns, rows, caption=template.title, sheet="问题整改", note="按条目当前状态统计。")


def _checks(survey: Survey, figures: Mapping[str, FigureValue], groups: Sequence[UnitGroup]) -> Iterator[Block]:
    total = len(survey.census.people)
    names = {person.id: person.name for person in survey.census.people}
    whole = totals(line for group in groups for line in group.lines).people.members
    moved = survey.movement
    verdict = "相符" if total == whole else "不符，请核对单位隶属"
    yield Paragraph(f"各单位党员数之和{whole}，党员总数{total}，{verdict}。", indent=True)
    verdict = "相符" if moved.expected == len(moved.closing) and not moved.imbalances else "不符，人员见增减变动表下"
    yield Paragraph(
        f"期初{len(moved.opening)}＋增加{len(moved.joined)}－减少{len(moved.left)}＝{moved.expected}，期末实有{len(moved.closing)}，{verdict}。"
    )
    yield from _partitions(survey, figures, names)


def _partitions(survey: Survey, figures: Mapping[str, FigureValue], names: Mapping[str, str]) -> Iterator[Paragraph]:
    """Every sum beside its whole, with who makes the difference by name."""
    total = len(survey.census.people)
    missing = figures["members_class_unknown"].records
    known = sum(len(figures[key].records) for key in ("members_full", "members_probationary"))
    yield _sum("正式、预备", known, total, [names[member] for member in missing], "人员类别没有填写")
    for prefix, what in (("age", "年龄"), ("education", "学历"), ("joining", "入党时间")):
        parts = [f for key, f in figures.items() if key.startswith(f"{prefix}_") and not key.endswith("unknown")]
        people = [names[member] for member in figures[f"{prefix}_unknown"].records]
        yield _sum(f"各{what}段", sum(len(f.records) for f in parts), total, people, "没有填写或填写有误")
    fields_of = "organisations_field_"
    fields = wholes(key.removeprefix(fields_of) for key in figures if key.startswith(fields_of))
    units = {unit.id: unit.title for unit in survey.organisations}
    without = [units[unit] for unit in figures["organisations_field_unknown"].records]
    known = sum(len(figures[f"{fields_of}{field}"].records) for field in fields if field != "unknown")
    whole = len(figures["organisations_street"].records)
    yield _sum("各领域党组织", known, whole, without, "领域没有填写", whole_is="街道口径党组织数", unit="个")


def _sum(
    what: str, known: int, whole: int, missing: Sequence[str], why: str, *, whole_is: str = "党员总数", unit: str = ""
) -> Paragraph:
    if known == whole and not missing:
        return Paragraph(f"{what}之和{known}，与{whole_is}相符。")
    return Paragraph(f"{what}之和{known}，比{whole_is}少{whole - known}{unit}，是{why}的：{named(missing)}。")
