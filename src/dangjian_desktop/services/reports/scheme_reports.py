"""Reports of scoring schemes: ranking, score sheet of one entry, notice; each by the name of its scheme."""

from __future__ import annotations

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.model import Document
from dangjian_desktop.documents.official import OfficialPaper
from dangjian_desktop.documents.scores import PrintedBoard, notice, ranking, score_sheet, standard
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.domain.schemes.schemes import Scheme
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports.report_data import Letterhead
from dangjian_desktop.services.reports.report_specs import ReportSpec
from dangjian_desktop.services.rules.ledger_checks import FileStreet
from dangjian_desktop.services.schemes import schemes, scoring
from dangjian_desktop.services.schemes.scoring import SchemeBoard
from dangjian_desktop.services.units import organisations

KIND = "ledger_entry"
RANKING, NOTICE, STANDARD = "scheme-", "notice-", "standard-"
GROUP = "考核创星"


def specs(office: Office) -> list[ReportSpec]:
    """The reports that the schemes of this account have; none for an account that may not read ledgers."""
    if not office.actor.may(READ, KIND):
        return []
    found = []
    for one in schemes.schemes(office):
        what = "排名、缺分和打分表" if one.ranked else "各等次汇总"
        title = f"{one.title}{'排名' if one.ranked else '汇总'}表"
        found.append(ReportSpec(RANKING + one.key, title, f"{one.title}：{what}。", "year", kind=KIND, group=GROUP))
        told = f"{one.title}：指标、满分、权重、等次和可能的结果。"
        found.append(ReportSpec(STANDARD + one.key, f"{one.title}标准表", told, kind=KIND, group=GROUP))
        if one.notice:
            told = f"{one.title}：公文格式的通报，要求由您填写。"
            spec = ReportSpec(
                NOTICE + one.key,
                f"{one.title}通报",
                told,
                "month",
                kind=KIND,
                group=GROUP,
                formats=("pdf", "docx"),
                more=("xlsx",),
            )
            found.append(spec)
    return found


def is_one(name: str) -> bool:
    """Whether a report is one of a scheme."""
    return name.startswith((RANKING, NOTICE, STANDARD))


def ledger_of(office: Office, name: str) -> str:
    """The key of the ledger in which the scores of such a report are kept."""
    return schemes.scheme(office, name.partition("-")[2]).template.key


def build(
    office: Office, name: str, head: Letterhead, *, period: str, scope: str | None, record: str | None
) -> Document | OfficialPaper:
    """One report; with `record` the score sheet of that entry. Raises `UserError` (`not_found`)."""
    filled_on = head.filled_on.isoformat()
    found = schemes.scheme(office, name.partition("-")[2])
    if name.startswith(STANDARD):
        return standard(found, unit=head.unit, filled_on=filled_on)
    if record:
        street = FileStreet(office, organisations.reach(office))
        one = scoring.one_score(office, found, record, street)
        if one is None:
            raise UserError(
                "not_found", "这个方案里没有这条打分，或者它不在您管的范围里。", effect="没有生成任何内容。"
            )
        return score_sheet(found, one, street.shown(one.subject), unit=head.unit, filled_on=filled_on)
    board = printed(found, scoring.board(office, found.key, period=period, scope=scope))
    if name.startswith(NOTICE):
        return notice(board, issuer=head.unit, dated=filled_on)
    return ranking(board, unit=head.unit, filled_on=filled_on)


def printed(found: Scheme, board: SchemeBoard) -> PrintedBoard:
    """A board as papers are told of it."""
    notes = []
    if board.unplaced:
        notes.append(f"日期写得不够细、归不进这个期间的有{len(board.unplaced)}条，没有算。")
    if board.bars_unseen:
        notes.append("取消评优资格的台账这个账户不能打开，没有核对。")
    stars = board.stars if found.stars else None
    return PrintedBoard(found, board.period.label, board.standings, stars, board.lowest, notes)
