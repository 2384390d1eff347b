"""Printed reports: which there are, building one as a document, writing it as PDF and Excel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.documents.meetings_summary import meetings_summary
from dangjian_desktop.documents.membership_changes import membership_changes
from dangjian_desktop.documents.model import Document
from dangjian_desktop.documents.quarterly import quarterly
from dangjian_desktop.domain import periods
from dangjian_desktop.domain.figures import figures_of
from dangjian_desktop.domain.permissions import EXPORT, REVEAL
from dangjian_desktop.domain.survey import Survey

from . import ledgers, report_data
from .figures import survey_of
from .office import Office

FORMATS = ("pdf", "xlsx")
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST_NAME = 120
_NOTHING = "没有生成任何内容。"


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """One report: its name for the command line, its Chinese title and one sentence on what it shows.

    `period` is the kind of period that it is usually made for (`quarter`, `year`; empty: it describes a day),
    `needs_id` that it is about one record; `masks` that it shows fields which are masked by default; `kind` is the
    kind of record whose export permission it needs.
    """

    name: str
    title: str
    description: str
    period: str = ""
    needs_id: bool = False
    masks: bool = False
    kind: str = "member"

    @property
    def needs_period(self) -> bool:
        """Whether it speaks of a period rather than of a day."""
        return bool(self.period)


_SPECS = (
    ReportSpec(
        "quarterly",
        "党组织和党员基本情况报表",
        "基本情况、统计表、队伍结构、增减变动、换届、组织生活和问题整改。",
        "quarter",
    ),
    ReportSpec("roster", "党员花名册", "按支部列出在册党员，身份证号和电话默认隐去中间位。", masks=True),
    ReportSpec(
        "organisations", "党组织一览表", "党组织的类型、书记、党员数、任期和联系方式。", masks=True, kind="organisation"
    ),
    ReportSpec("membership-changes", "党员增减变动表", "各党组织期初、增加、减少、期末，逐人列名。", "quarter"),
    ReportSpec(
        "meetings-summary",
        "三会一课开展情况汇总表",
        "各支部按月按季应开、已开和未开的组织生活。",
        "year",
        kind="meeting",
    ),
    ReportSpec("minutes", "会议记录", "一次组织生活的完整记录和到会名单。", needs_id=True, kind="meeting"),
)


@dataclass(frozen=True, slots=True)
class _Built:
    document: Document
    file_name: str


def catalogue(office: Office) -> list[ReportSpec]:
    """The reports that this account can make, one for every ledger last."""
    own = [
        ReportSpec(t.key, t.title, f"{t.title}的全部条目和统计数。", masks=True, kind="ledger_entry")
        for t in ledgers.templates(office)
    ]
    return [*_SPECS, *own]


def spec_of(office: Office, name: str) -> ReportSpec:
    """One report by name or title; raises `UsageError` (`report_unknown`)."""
    known = catalogue(office)
    for spec in known:
        if name in (spec.name, spec.title):
            return spec
    names = "、".join(spec.name for spec in known)
    raise UsageError(
        "report_unknown", f"没有名为“{name}”的报表。", effect="没有生成任何内容。", advice=f"现有：{names}。"
    )


def build(
    office: Office,
    name: str,
    *,
    scope: str | None = None,
    period: str | None = None,
    on: date | None = None,
    id: str | None = None,  # noqa: A002
    masked: bool = True,
) -> Document:
    """One report as a document, for a preview; nothing is written.

    `scope` is an organisation id, `on` is today unless given, `id` the meeting of `minutes`. A report of a
    period describes the period's last day, or `on` where it has not ended by then; without `period` its usual one
    around `on`. Unmasked needs the permission to reveal.
    """
    spec = spec_of(office, name)
    if not masked:
        office.actor.require(REVEAL, spec.kind)
    return _build(office, spec, scope, period, on, id, masked).document


def produce(
    office: Office,
    name: str,
    folder: Path,
    *,
    scope: str | None = None,
    period: str | None = None,
    on: date | None = None,
    id: str | None = None,  # noqa: A002
    formats: Sequence[str] = FORMATS,
    masked: bool = True,
    reason: str | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write one report into `folder`, one file for each format, and return their paths; exports are audited.

    Unmasked needs the permission to reveal and a `reason`, which is written into the audit trail. Raises what
    `build` raises, `UserError` (`reason`), `UsageError` (`bad_format`) and `EnvironmentFault`.
    """
    spec = spec_of(office, name)
    wanted = list(dict.fromkeys(formats))
    for wrong in (form for form in wanted if form not in FORMATS):
        raise UsageError(
            "bad_format", f"不能生成“{wrong}”格式。", effect="没有生成任何内容。", advice="请选 pdf 或 xlsx。"
        )
    office.actor.require(EXPORT, spec.kind)
    check_reason(office, spec.kind, masked=masked, reason=reason)
    built = _build(office, spec, scope, period, on, id, masked)
    paths = []
    for form in wanted:
        path = folder / f"{built.file_name}.{form}"
        _render(built.document, path, form, progress)
        paths.append(path)
    office.audit(
        "export",
        {"report": spec.name, "scope": scope, "period": period, "masked": masked, "reason": reason,
         "files": [path.name for path in paths]},
    )  # fmt: skip
    return paths


def check_reason(office: Office, kind: str, *, masked: bool, reason: str | None) -> None:
    """Refuse to show full numbers without the permission and a reason."""
    if masked:
        return
    office.actor.require(REVEAL, kind)
    if not (reason or "").strip():
        raise UserError(
            "reason", "导出完整身份证号和电话要写明原因。", effect="没有导出。", advice="请填写原因，原因会记入日志。"
        )


def _render(document: Document, path: Path, form: str, progress: Progress | None) -> None:
    if form == "pdf":
        from dangjian_desktop.exchange.pdf.render import render_pdf

        render_pdf(document, path, progress)
    else:
        from dangjian_desktop.exchange.excel.write_document import render_xlsx

        render_xlsx(document, path, progress)


def _build(
    office: Office,
    spec: ReportSpec,
    scope: str | None,
    period: str | None,
    on: date | None,
    record: str | None,
    masked: bool,
) -> _Built:
    today = on or office.today()
    if spec.needs_id:
        if not record:
            raise UsageError("id_required", "打印会议记录要指明是哪一次会议。", effect=_NOTHING)
        document, short, day = report_data.minutes(office, record)
        return _Built(document, _file_name(short, document.title, day.isoformat()))
    survey = survey_of(office, scope=scope, period=period or _usual(spec, today), on=today)
    head = report_data.letterhead(office, survey, scope, today)
    document = _document(office, spec, survey, head, masked)
    when = survey.period.label if spec.needs_period else survey.day.isoformat()
    title = document.title if spec.name == "quarterly" else spec.title
    return _Built(document, _file_name(head.short, title, when))


def _document(office: Office, spec: ReportSpec, survey: Survey, head: report_data.Letterhead, masked: bool) -> Document:
    names, filled_on = report_data.labels(office, survey), head.filled_on.isoformat()
    if spec.name == "quarterly":
        return quarterly(survey, figures_of(survey), names, unit=head.unit, filled_on=filled_on)
    if spec.name == "roster":
        return report_data.roster(office, survey, head, masked=masked)
    if spec.name == "organisations":
        return report_data.organisations(office, survey, head, masked=masked)
    if spec.name == "membership-changes":
        return membership_changes(survey, names, unit=head.unit, filled_on=filled_on)
    if spec.name == "meetings-summary":
        return meetings_summary(survey, names.units, unit=head.unit, filled_on=filled_on)
    return report_data.ledger(office, survey, ledgers.template(office, spec.name), head, masked=masked)


def _usual(spec: ReportSpec, day: date) -> str | None:
    if spec.period == "quarter":
        return periods.quarter_of(day).text
    return periods.year_of(day).text if spec.period == "year" else None


def _file_name(*parts: str) -> str:
    """沙嘴街道_党员花名册_2026-09-30: nothing that Windows refuses in a name, and not too long for its paths."""
    names = [_NOT_IN_FILE_NAMES.sub("", part).strip(" .") for part in parts]
    return "_".join(name for name in names if name)[:_LONGEST_NAME]
