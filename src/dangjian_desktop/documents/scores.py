"""Papers of scoring schemes: the sheet of one score, the ranking, the stars, the monthly notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dangjian_desktop.documents.charts import Chart, ChartKind, Series
from dangjian_desktop.documents.model import (
    Block,
    Column,
    ColumnKind,
    Document,
    KeyValue,
    KeyValueGrid,
    PageSetup,
    Paragraph,
    SignatureBlock,
    Table,
)
from dangjian_desktop.documents.official import NumberedPoint, OfficialBlock, OfficialPaper
from dangjian_desktop.domain.schemes.schemes import SUBJECTS, Scheme
from dangjian_desktop.domain.schemes.scoring import Mark, shown
from dangjian_desktop.domain.schemes.standing import Scored, Standing, StarCount, points, told, total_text
from dangjian_desktop.domain.values.partial_dates import format_date

_MISSING = "待补"
_BARS = 12


@dataclass(frozen=True, slots=True)
class PrintedBoard:
    """What the papers of a scheme are told: standings in their order, stars where it has some, who is the lowest.

    `notes` are sentences printed below: entries that could not be placed in the period, what could not be looked up.
    """

    scheme: Scheme
    period: str
    standings: Sequence[Standing]
    stars: StarCount | None
    lowest: Sequence[Standing]
    notes: Sequence[str]


def score_sheet(scheme: Scheme, one: Scored, name: str, *, unit: str, filled_on: str) -> Document:
    """One score with its marks, reasons and evidence, and the arithmetic of its total."""
    head = [
        KeyValue(SUBJECTS[scheme.subjects], name),
        KeyValue("编号", one.number),
        KeyValue("日期", format_date(one.on)),
    ]
    total = _MISSING if one.score.missing else shown(one.score.total)
    head += [KeyValue("总分", total)] if one.score.marks else []
    head += [KeyValue("等次", one.score.level or _MISSING), KeyValue("评定", "已评定" if one.confirmed else "未评定")]
    blocks: list[Block] = [KeyValueGrid(tuple(head))]
    if one.score.marks:
        blocks += [_marks(one), Paragraph(f"算式：{one.score.arithmetic}", indent=False)]
    if one.score.paid_text:
        blocks.append(Paragraph(f"奖金：{one.score.paid_text}", indent=False))
    for star, short in one.score.failing.items():
        blocks.append(Paragraph(f"{star}：差在{'、'.join(short) or '合计'}", indent=False))
    if one.score.consequence:
        blocks.append(Paragraph(f"{one.score.consequence}（由党工委按程序决定）。", indent=False))
    blocks.append(Paragraph(f"依据：{scheme.source}。", indent=False, small=True))
    blocks.append(SignatureBlock("打分人：　　　　　　评定人：　　　　　　", seal=False))
    return Document(
        f"{scheme.title}打分表", tuple(blocks), unit=unit, filled_on=filled_on, record=one.entry,
        subtitle=f"（{scheme.edition}版）",
    )  # fmt: skip


def standard(scheme: Scheme, *, unit: str, filled_on: str) -> Document:
    """The scheme itself (标准、细则): indicators, full marks, weights, evidence, bands and what they may lead to."""
    blocks: list[Block] = [_standard_table(scheme)] if scheme.indicators else []
    rows = [[f"{shown(band.at_least)}分以上", band.label, band.consequence] for band in scheme.bands]
    rows += [[f"指标合计{shown(star.share)}%以上", star.label, ""] for star in scheme.stars]
    rows += [["", level, "后进" if level in scheme.bad else ""] for level in scheme.levels]
    columns = (Column("条件"), Column("等次"), Column("可能的结果", weight=2.0))
    blocks.append(Table(columns, rows, caption="等次", sheet="等次"))
    if scheme.bad_consequence:
        told = f"连续{scheme.bad_years}年后进的，{scheme.bad_consequence}。"
        blocks.append(Paragraph(told, indent=False))
    blocks.append(Paragraph(f"{scheme.notes}依据：{scheme.source}。", indent=False, small=True))
    return Document(
        f"{scheme.title}标准表", tuple(blocks), subtitle=f"（{scheme.edition}版）", unit=unit, filled_on=filled_on
    )


def _standard_table(scheme: Scheme) -> Table:
    columns = [Column("星", min_chars=6)] if scheme.stars else []
    columns += [Column("指标", weight=1.4), Column("满分", ColumnKind.CODE), Column("权重", ColumnKind.CODE)]
    columns += [Column("佐证", weight=1.2)]
    rows = []
    for one in scheme.indicators:
        row = [one.star] if scheme.stars else []
        rows.append([*row, one.label, shown(one.full), shown(one.weight), one.evidence])
    return Table(tuple(columns), rows, sheet="指标", note=f"合计{shown(scheme.full)}分。")


def _marks(one: Scored) -> Table:
    weighted = any(mark.indicator.weight != 1 for mark in one.score.marks)
    columns = [Column("指标", weight=1.3), Column("满分", ColumnKind.CODE), Column("得分", ColumnKind.CODE)]
    columns += [Column("权重", ColumnKind.CODE)] if weighted else []
    rated = any(line.own is not None for mark in one.score.marks for line in mark.lines)
    columns += [Column("自评", ColumnKind.CODE)] if rated else []
    columns += [Column("原因", weight=1.6), Column("佐证", weight=1.2), Column("打分")]
    rows = [_mark_row(mark, weighted, rated) for mark in one.score.marks]
    return Table(tuple(columns), rows, sheet="打分项")


def _mark_row(mark: Mark, weighted: bool, rated: bool) -> list[str]:
    reasons = [
        f"{line.what if line.what != mark.indicator.label else ''}{line.kind}{shown(line.points)}：{line.reason}"
        for line in mark.lines
        if line.reason
    ]
    given = "、".join(dict.fromkeys(line.by for line in mark.lines if line.by))
    proof = "；".join(dict.fromkeys(line.evidence for line in mark.lines if line.evidence))
    if mark.ratio is not None:
        reasons.append(f"按统计数{mark.ratio.text}")
    row = [mark.indicator.label, shown(mark.indicator.full), _MISSING if mark.points is None else shown(mark.points)]
    row += [shown(mark.indicator.weight)] if weighted else []
    row += ["、".join(shown(line.own) for line in mark.lines if line.own is not None)] if rated else []
    return [*row, "；".join(reasons), proof or mark.indicator.evidence, given]


def ranking(board: PrintedBoard, *, unit: str, filled_on: str) -> Document:
    """The standings of a scheme over a period, with ties shown and missing scores named; stars as table and picture."""
    scheme = board.scheme
    blocks: list[Block] = [_ranking_table(board)]
    if board.stars is not None:
        blocks += _stars(board, board.stars)
    elif scheme.ranked:
        blocks += _picture(board)
    blocks += [Paragraph(note, indent=False, small=True) for note in board.notes]
    return Document(
        f"{scheme.title}{'排名' if scheme.ranked else '汇总'}表",
        tuple(blocks),
        subtitle=f"（{board.period}）",
        page=PageSetup(landscape=True),
        unit=unit,
        filled_on=filled_on,
    )


def _ranking_table(board: PrintedBoard) -> Table:
    scheme = board.scheme
    columns = [Column("名次", ColumnKind.CODE)] if scheme.ranked else []
    columns += [Column(SUBJECTS[scheme.subjects], weight=1.4)]
    marks = len(scheme.indicators) if len(scheme.indicators) <= _MOST_MARKS else 0
    columns += [Column(one.label, ColumnKind.CODE) for one in scheme.indicators[:marks]]
    columns += [Column("得分", ColumnKind.CODE)] if scheme.indicators else []
    columns += [Column("等次"), Column("说明", weight=1.6)]
    rows = []
    for one in board.standings:
        row = [one.place.text] if scheme.ranked else []
        row += [one.name, *points(scheme, one, marks)]
        row += [total_text(one)] if scheme.indicators else []
        rows.append([*row, one.level, told(one)])
    records = [one.newest.entry if one.newest else "" for one in board.standings]
    scored = sum(one.total is not None or bool(one.level) for one in board.standings)
    note = f"应有{len(board.standings)}个，已有结果{scored}个。缺分的写“待补”，不当作零分；同分并列，后面跳号。"
    return Table(tuple(columns), rows, sheet="排名", note=note, records=records, empty_text="（这个期间没有打分）")


_MOST_MARKS = 6


def _stars(board: PrintedBoard, count: StarCount) -> Iterator[Block]:
    names = list(count.by_star)
    rows = []
    for one in board.standings:
        whole = one.newest is not None and not one.newest.score.missing
        reached = one.newest.score.stars if one.newest else ()
        rows.append(
            [one.name, *("★" if name in reached else ("" if whole else "—") for name in names), one.level or _MISSING]
        )
    totals = [["合计", *(str(count.by_star[name]) for name in names), str(count.by_stars)]]
    columns = [
        Column("社区", weight=1.4),
        *(Column(name, ColumnKind.CODE) for name in names),
        Column("星级", ColumnKind.CODE),
    ]
    note = f"星级×个数＝各星颗数：{count.arithmetic}。"
    yield Table(tuple(columns), rows, totals=totals, caption="各社区得星情况", sheet="得星", note=note)
    values = tuple(float(each) for each in count.by_star.values())
    yield Chart(ChartKind.COLUMNS, "各星颗数", tuple(names), (Series("颗数", values),), "单位：颗")


def _picture(board: PrintedBoard) -> Iterator[Block]:
    known = [one for one in board.standings if one.total is not None][:_BARS]
    if known:
        values = tuple(float(one.total or 0) for one in known)
        names = tuple(one.name for one in known)
        yield Chart(ChartKind.ROWS, "得分", names, (Series("得分", values),), "单位：分")


def notice(board: PrintedBoard, *, issuer: str, dated: str) -> OfficialPaper:
    """一月一通报: who was looked at, the ranking, the lowest three, who has no score, what is asked for."""
    scheme = board.scheme
    known = [one for one in board.standings if one.total is not None]
    silent = [one.name for one in board.standings if one.expected and not one.scores]
    body: list[OfficialBlock] = [
        Paragraph(f"现将{board.period}{scheme.title}情况通报如下。"),
        NumberedPoint(1, "总体情况"),
        Paragraph(
            f"应督导{len(board.standings)}个，有得分的{len(known)}个，没有打分的{len(silent)}个。满分{shown(scheme.full)}分。"
        ),
        _ranking_table(board),
    ]
    if board.lowest:
        names = "、".join(f"{one.name}（{total_text(one)}分）" for one in board.lowest)
        body += [NumberedPoint(1, "得分靠后的"), Paragraph(f"{names}，要对照问题清单限时整改。")]
    if silent:
        body += [NumberedPoint(1, "没有打分的"), Paragraph(f"{'、'.join(silent)}，要尽快补上。")]
    body += [NumberedPoint(1, "下一步要求"), Paragraph("〔请填写〕")]
    return OfficialPaper(
        title=f"关于{board.period}{scheme.title}情况的通报", issuer=issuer, dated=dated, body=tuple(body)
    )
