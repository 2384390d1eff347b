"""Scoring schemes: list, show, what they make of the entries, put a street's own one in."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.schemes.schemes import SUBJECTS, Scheme
from dangjian_desktop.domain.schemes.scoring import shown
from dangjian_desktop.domain.schemes.standing import Scored, Standing, told, total_text
from dangjian_desktop.services.schemes import schemes, scoring

from .. import output
from ..output import Reply
from ..session import Request

_STATUSES = {"new": "新方案", "changed": "代替现在的方案", "unchanged": "与现在的一样"}


def list_schemes(request: Request) -> Reply:
    """The schemes that this account may see, and those that cannot be used."""
    with request.office() as office:
        found, faults = schemes.schemes(office), schemes.faults(office)
    rows = [(one.key, one.title, one.edition, SUBJECTS[one.subjects], one.template.title) for one in found]
    data = {
        "schemes": [{"key": one.key, "title": one.title, "edition": one.edition} for one in found],
        "faults": [{"key": one.key, "file": one.file, "message": one.message} for one in faults],
    }
    told = [f"有误：{one.file}：{one.message}。" for one in faults]
    return Reply(data, [*output.table(["方案", "名称", "版次", "考核谁", "打分记在"], rows), *told])


def show(request: Request) -> Reply:
    """One scheme whole."""
    with request.office() as office:
        found = schemes.scheme(office, request.args.key)
    rows = [(one.label, shown(one.full), shown(one.weight), one.star, one.evidence) for one in found.indicators]
    lines = [
        f"{found.title}（{found.edition}版，{found.source}）",
        *(output.table(["指标", "满分", "权重", "星", "佐证"], rows) if rows else []),
        *(f"{band.label}：{shown(band.at_least)}分以上　{band.consequence}".rstrip("　") for band in found.bands),
        f"等次：{'、'.join(found.all_levels) or '不分'}",
        found.notes,
    ]
    return Reply({"scheme": _whole(found)}, [line for line in lines if line])


def _whole(found: Scheme) -> dict[str, Any]:
    return {
        "key": found.key,
        "title": found.title,
        "edition": found.edition,
        "source": found.source,
        "ledger": found.template.key,
        "indicators": [
            {"key": one.key, "label": one.label, "full": _number(one.full), "weight": _number(one.weight),
             "from": one.source, "star": one.star, "evidence": one.evidence}
            for one in found.indicators
        ],
        "bands": [
            {"label": band.label, "at_least": _number(band.at_least), "bad": band.bad, "consequence": band.consequence}
            for band in found.bands
        ],
        "levels": list(found.all_levels),
        "stars": [{"label": star.label, "share": _number(star.share)} for star in found.stars],
    }  # fmt: skip


def score(request: Request) -> Reply:
    """The standings of a scheme in a period, or one score sheet."""
    args = request.args
    with request.office() as office:
        if args.id:
            found = schemes.scheme(office, args.key)
            one = scoring.one_score(office, found, args.id)
            if one is None:
                raise UserError("not_found", "这个方案里没有这条打分，或者它不在您管的范围里。")
            return Reply({"score": _score(one)}, _sheet(one))
        board = scoring.board(office, args.key, period=args.period, scope=request.scope(office))
    rows = [
        (one.place.text if board.scheme.ranked else "", one.name, total_text(one), one.level, told(one))
        for one in board.standings
    ]
    missing = [one.name for one in board.missing]
    lines = [
        f"{board.scheme.title}　{board.period.label}",
        *output.table(["名次", SUBJECTS[board.scheme.subjects], "得分", "等次", "说明"], rows),
        f"应打分{len(board.standings)}个，已打分{board.scored}个，没有打分{len(missing)}个。",
    ]
    if board.scheme.stars:
        lines.append(f"星级×个数与各星颗数：{board.stars.arithmetic}。")
    if board.unplaced:
        lines.append(f"日期写得不够细、归不进这个期间的有{len(board.unplaced)}条，没有算。")
    if board.bars_unseen:
        lines.append("取消评优资格的台账您的账户不能打开，没有核对。")
    data = {
        "key": board.scheme.key,
        "period": board.period.text,
        "standings": [_standing(one, board.scheme.ranked) for one in board.standings],
        "missing": missing,
        "unplaced": list(board.unplaced),
        "bars_unseen": board.bars_unseen,
    }
    if board.scheme.stars:
        stars = board.stars
        data["stars"] = {"by_star": dict(stars.by_star), "by_level": {str(k): v for k, v in stars.by_level.items()},
                         "levels_sum": stars.by_levels, "stars_sum": stars.by_stars}  # fmt: skip
    return Reply(data, lines)


def _standing(one: Standing, ranked: bool) -> dict[str, Any]:
    return {
        "id": one.subject,
        "name": one.name,
        "total": _number(one.total),
        "level": one.level,
        "place": one.place.place if ranked else None,
        "tied": one.place.tied if ranked else False,
        "missing": list(one.missing),
        "scores": [_score(each) for each in one.scores],
        "bad_years": list(one.bad_years),
        "barred": one.barred,
        "expected": one.expected,
    }


def _score(one: Scored) -> dict[str, Any]:
    return {
        "entry": one.entry,
        "number": one.number,
        "on": one.on,
        "total": _number(one.score.total),
        "given": _number(one.score.given),
        "level": one.score.level,
        "consequence": one.score.consequence,
        "missing": list(one.score.missing),
        "beyond": list(one.score.beyond),
        "strange": list(one.score.strange),
        "stars": list(one.score.stars),
        "failing": {star: list(short) for star, short in one.score.failing.items()},
        "arithmetic": one.score.arithmetic,
        "bonus": one.score.paid_text,
        "confirmed": one.confirmed,
        "marks": [
            {"key": mark.indicator.key, "label": mark.indicator.label, "full": _number(mark.indicator.full),
             "points": _number(mark.points), "ratio": mark.ratio.text if mark.ratio else ""}
            for mark in one.score.marks
        ],
    }  # fmt: skip


def _sheet(one: Scored) -> list[str]:
    rows = []
    for mark in one.score.marks:
        head = "缺" if mark.points is None else shown(mark.points)
        why = "；".join(
            f"{line.what}{line.kind}{shown(line.points)}：{line.reason}" for line in mark.lines if line.reason
        )
        rows.append((mark.indicator.label, shown(mark.indicator.full), head, why))
    lines = [*output.table(["指标", "满分", "得分", "原因"], rows), f"{one.number}　{one.score.arithmetic}"]
    lines += [f"等次：{one.score.level}　{one.score.consequence}".rstrip("　")] if one.score.level else []
    return lines + ([f"奖金：{one.score.paid_text}"] if one.score.paid_text else [])


def _number(value: Fraction | None) -> float | int | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else round(float(value), 4)


def put(request: Request) -> Reply:
    """Put a street's own scheme into the file."""
    with request.office() as office:
        change = schemes.look(office, request.args.path)
        if not request.args.dry_run:
            schemes.put(office, change)
    done = "会放入" if request.args.dry_run else "已放入"
    data = {"key": change.scheme.key, "title": change.scheme.title, "status": change.status}
    return Reply(data, [f"{done}“{change.scheme.title}”：{_STATUSES[change.status]}。"])


def drop(request: Request) -> Reply:
    """Let the shipped scheme hold again."""
    with request.office() as office:
        schemes.drop(office, request.args.key)
    return Reply({"key": request.args.key}, [f"已取消本单位的“{request.args.key}”。"])
