"""Printed reports: which there are, building one as a document, writing it as PDF and Excel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.base.files import refuse_taken
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.documents.figure_words import Written
from dangjian_desktop.documents.filled_paper import holes_of
from dangjian_desktop.documents.findings_list import findings_list
from dangjian_desktop.documents.meetings_summary import meetings_summary
from dangjian_desktop.documents.membership_changes import membership_changes
from dangjian_desktop.documents.model import Document
from dangjian_desktop.documents.official import OfficialPaper
from dangjian_desktop.documents.paper import on_paper, paper_of
from dangjian_desktop.documents.quarterly import quarterly
from dangjian_desktop.domain.figures.figures import figures_of
from dangjian_desktop.domain.figures.survey import Survey
from dangjian_desktop.domain.records.permissions import EXPORT, REVEAL
from dangjian_desktop.domain.values import periods
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office import practice
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.rules import book, whole

from . import chart_reports, ledger_prints, report_data, scheme_reports, words, work_summary
from .figures import survey_of
from .paper_files import InstalledFace, MissingGlyph, faces_of, missing_words, write
from .report_specs import SPECS, ReportSpec
from .request import ReportRequest
from .words import ChangedFigure, Compared

__all__ = [
    "ChangedFigure", "Compared", "InstalledFace", "MissingGlyph", "Prepared", "Produced", "ReportSpec",
    "catalogue", "check_reason", "make", "prepare", "spec_of",
]  # fmt: skip

Printable = Document | OfficialPaper
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST_NAME = 180  # bytes; 255 is what a disk takes, with the ending and what is written beside it
_NOTHING = "没有生成任何内容。"


@dataclass(frozen=True, slots=True)
class Produced:
    """What `make` wrote and what the person should hear of it.

    `missing` are characters that no font has, printed as 〓; `faces` what an official paper is set in; `changed` the
    figures that differ from the last paper of the same scope and period, `to_fill` the places left for the writer,
    `told` what else there is to say.
    """

    paths: list[Path]
    missing: list[MissingGlyph]
    faces: list[InstalledFace]
    changed: list[ChangedFigure]
    to_fill: int = 0
    told: tuple[str, ...] = ()

    @property
    def warnings(self) -> list[str]:
        """The sentences to show: missing characters, changed figures, what is left to write."""
        told = [*missing_words(self.missing), *self.told]
        if self.changed:
            told.append("数据有变化，与上次生成的这份文稿相比：")
            told += [f"{figure.sentence}。" for figure in self.changed]
        if self.to_fill:
            told.append(f"还有{self.to_fill}处“〔请填写〕”要您来写。")
        return told


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report before it is written: the document, its file name without ending, and its words where it has any.

    `told` are sentences that whoever prints it should hear and that do not stand on it.
    """

    name: str
    document: Printable
    file_name: str
    words: Written | None = None
    scope: str | None = None
    period: str = ""
    told: tuple[str, ...] = ()

    @property
    def to_fill(self) -> int:
        """The places that are left to the writer."""
        if self.words is not None:
            return self.words.to_fill
        return holes_of(self.document) if isinstance(self.document, OfficialPaper) else 0

    def on_paper(self, asked: str | None) -> Prepared:
        """The same on the paper asked for (A4竖, A4横, A3竖, A3横); an official paper is always A4 upright."""
        if not asked:
            return self
        paper, landscape = paper_of(asked)
        if isinstance(self.document, OfficialPaper):
            return self
        return replace(self, document=on_paper(self.document, paper, landscape=landscape))

    def compared(self, office: Office) -> Compared:
        """What changed since this paper was last written or printed for the same scope and period."""
        return words.compared(office, self.name, self.scope, self.period, self.words) if self.words else Compared()

    def remember(self, office: Office, on: date) -> None:
        """Keep what it says now for the next comparison."""
        if self.words is not None:
            words.remember(office, self.name, self.scope, self.period, self.words, on)


def catalogue(office: Office) -> list[ReportSpec]:
    """The reports that this account can make, one for every ledger last."""
    own = sorted(ledgers.templates(office), key=lambda each: each.category or each.ledger_class)
    of_ledgers = (spec for template in own for spec in ledger_prints.specs_of(template))
    return [*SPECS, *scheme_reports.specs(office), *of_ledgers]


def spec_of(office: Office, name: str) -> ReportSpec:
    """One report by name or title; raises `UsageError` (`report_unknown`)."""
    known = catalogue(office)
    for spec in known:
        if name in (spec.name, spec.title):
            return spec
    names = "、".join(spec.name for spec in known)
    raise UsageError("report_unknown", f"没有名为“{name}”的报表。", effect=_NOTHING, advice=f"现有：{names}。")


def prepare(office: Office, asked: ReportRequest) -> Prepared:
    """One report as a document or official paper, with what its words are made of; nothing is written.

    Raises `UsageError` for an unknown name, period or paper (`bad_paper`) and a missing `record` (`id_required`).
    """
    spec = spec_of(office, asked.name)
    if not asked.masked:
        office.actor.require(REVEAL, spec.kind)
    made = _build(office, spec, asked).on_paper(asked.paper)
    return replace(made, document=practice.stamped(office, made.document))


def make(
    office: Office,
    asked: ReportRequest,
    folder: Path,
    *,
    formats: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Produced:
    """Write one report into `folder`, one file for each format (None: all that it has); exports are audited.

    Characters that no font has stop nothing: the paper is written and the result names their places. Raises what
    `prepare` raises, `UserError` (`reason`), `UsageError` (`bad_format`) and `EnvironmentFault`.
    """
    spec = spec_of(office, asked.name)
    wanted = formats_of(spec, formats)
    if spec.each and spec.needs_id and not asked.record:
        return _make_each(office, spec, asked, folder, wanted, progress)
    office.actor.require(EXPORT, spec.kind)
    check_reason(office, spec.kind, masked=asked.masked, reason=asked.reason)
    built = prepare(office, asked)
    paths = [folder / f"{built.file_name}.{form}" for form in wanted]
    for path in paths:
        refuse_taken(path)
    glyphs: list[MissingGlyph] = []
    for form, path in zip(wanted, paths, strict=True):
        glyphs += write(built.document, path, form, progress)
    changed = list(built.compared(office).changed)
    built.remember(office, asked.day(office))
    faces = faces_of(built.document)
    office.audit(
        "export",
        {"report": spec.name, "scope": asked.scope, "period": asked.period, "masked": asked.masked,
         "reason": asked.reason, "files": [path.name for path in paths],
         "faces": [f"{face.name} {face.file}" for face in faces]},
    )  # fmt: skip
    return Produced(paths, glyphs, faces, changed, built.to_fill, built.told)


def _make_each(
    office: Office,
    spec: ReportSpec,
    asked: ReportRequest,
    folder: Path,
    formats: Sequence[str],
    progress: Progress | None,
) -> Produced:
    """A paper for each entry of a ledger, one by one; raises what `make` raises, and `UserError` (`nothing`)."""
    telling = progress or Progress()
    survey = survey_of(office, scope=asked.scope, period=asked.period or _usual(spec, asked.day(office)), on=asked.on)
    entries = ledger_prints.chosen_entries(office, survey, spec.name)
    if not entries:
        raise UserError("nothing", f"没有要印“{spec.title}”的条目。", effect=_NOTHING)
    whole = Produced([], [], [], [])
    for index, entry in enumerate(entries):
        telling.report(index, len(entries), f"第{index + 1}份，共{len(entries)}份")
        made = make(office, replace(asked, record=entry), folder, formats=formats)
        whole = Produced(
            [*whole.paths, *made.paths],
            [*whole.missing, *made.missing],
            made.faces,
            [*whole.changed, *made.changed],
            whole.to_fill + made.to_fill,
            tuple(dict.fromkeys((*whole.told, *made.told))),
        )
    return whole


def formats_of(spec: ReportSpec, asked: Sequence[str] | None) -> list[str]:
    """The formats to write, each once (None: the usual ones); raises `UsageError` (`bad_format`)."""
    wanted = list(dict.fromkeys(spec.formats if asked is None else asked))
    possible = (*spec.formats, *spec.more)
    if not wanted:
        raise UsageError(
            "bad_format", "没有写要哪种格式。", effect=_NOTHING, advice=f"可选的格式：{'、'.join(possible)}。"
        )
    for wrong in (form for form in wanted if form not in possible):
        known = "、".join(possible)
        raise UsageError(
            "bad_format", f"{spec.title}不能生成“{wrong}”格式。", effect=_NOTHING, advice=f"可选的格式：{known}。"
        )
    return wanted


def check_reason(office: Office, kind: str, *, masked: bool, reason: str | None) -> None:
    """Refuse to show full numbers without the permission and a reason."""
    if masked:
        return
    office.actor.require(REVEAL, kind)
    if not (reason or "").strip():
        raise UserError(
            "reason", "导出完整身份证号和电话要写明原因。", effect="没有导出。", advice="请填写原因，原因会记入日志。"
        )


def _build(office: Office, spec: ReportSpec, asked: ReportRequest) -> Prepared:
    today, scope = asked.day(office), asked.scope
    if asked.record and spec.kind == "ledger_entry":
        scored = scheme_reports.is_one(spec.name)
        ledger = scheme_reports.ledger_of(office, spec.name) if scored else spec.name.partition(".")[0]
        template = ledgers.template(office, ledger)
        asked = replace(asked, record=ledgers.find(office, template, asked.record) or asked.record)
    if spec.needs_id and not asked.record:
        raise UsageError("id_required", f"打印{spec.title}要指明是哪一{'条' if spec.each else '次'}。", effect=_NOTHING)
    if spec.name == "minutes":
        document, short, day = report_data.minutes(office, asked.record or "")
        return Prepared(spec.name, document, file_name(short, document.title, day.isoformat()))
    if asked.record and spec.kind != "ledger_entry":
        raise UsageError(
            "id_not_used",
            f"“{spec.title}”不是一条记录的报表，不能指明编号。",
            effect=_NOTHING,
            advice="请去掉 --id 再试。",
        )
    survey = survey_of(office, scope=scope, period=asked.period or _usual(spec, today), on=today)
    head = report_data.letterhead(office, survey, scope, today)
    if spec.has_words:
        return _with_words(office, spec, survey, head, asked)
    if spec.name == "structure":
        document = chart_reports.structure(office, survey, head, scope)
    elif scheme_reports.is_one(spec.name):
        return _of_scheme(office, spec, survey, head, asked)
    elif ledger_prints.is_form(spec.name):
        return _printed_form(office, spec, survey, head, asked)
    elif spec.kind == "ledger_entry":
        document = report_data.ledger(
            office,
            survey,
            ledgers.template(office, spec.name),
            head,
            masked=asked.masked,
            period=survey.period.label if asked.period else "",
            only=asked.record,
        )
    else:
        document = _document(office, spec, survey, head, asked.masked)
    spans = spec.needs_period or (asked.period and spec.kind == "ledger_entry")
    when = survey.period.label if spans else survey.day.isoformat()
    document = report_data.with_holders(document, office, survey)
    return Prepared(spec.name, document, file_name(head.short, spec.title, when))


def _of_scheme(
    office: Office, spec: ReportSpec, survey: Survey, head: report_data.Letterhead, asked: ReportRequest
) -> Prepared:
    paper = scheme_reports.build(
        office, spec.name, head, period=survey.period.text, scope=asked.scope, record=asked.record
    )
    if isinstance(paper, Document):
        paper = report_data.with_holders(paper, office, survey)
    return Prepared(spec.name, paper, file_name(head.short, paper.title, survey.period.label))


def _printed_form(
    office: Office, spec: ReportSpec, survey: Survey, head: report_data.Letterhead, asked: ReportRequest
) -> Prepared:
    made = ledger_prints.build(office, survey, head, asked, spec.name)
    when = survey.period.label if asked.period or spec.needs_period else survey.day.isoformat()
    paper = made.paper
    document: Printable
    if isinstance(paper, OfficialPaper):
        document = report_data.with_holders(paper, office, survey)
    else:
        document = report_data.with_holders(paper, office, survey)
    name = file_name(head.short, spec.title, made.number or when)
    return Prepared(spec.name, document, name, told=made.told)


def _findings(office: Office, survey: Survey, head: report_data.Letterhead) -> Document:
    if head.filled_on != office.today():
        raise UsageError(
            "on_not_used",
            "提醒清单说的是今天的情况，不能指定别的截至日期。",
            effect=_NOTHING,
            advice="请不填截至日期。",
        )
    scope = None if head.top in survey.tree.roots and office.scope is None else head.top
    titles = {rule.code: rule.title for rule in book.book(office)}
    found = whole.every(office, scope)
    return findings_list(found, titles, unit=head.unit, filled_on=head.filled_on.isoformat())


def _with_words(
    office: Office, spec: ReportSpec, survey: Survey, head: report_data.Letterhead, asked: ReportRequest
) -> Prepared:
    written = words.written(office, spec.name, survey, head, asked.words)
    document: Printable
    if spec.name == work_summary.NAME:
        document = report_data.with_holders(work_summary.work_summary(survey, written, head), office, survey)
        title = spec.title
    else:
        names, filled_on = report_data.labels(office, survey), head.filled_on.isoformat()
        table = quarterly(survey, figures_of(survey), names, written, unit=head.unit, filled_on=filled_on)
        document = report_data.with_holders(table, office, survey)
        title = document.title
    name = file_name(head.short, title, survey.period.label)
    return Prepared(spec.name, document, name, written, asked.scope, survey.period.text)


def _document(office: Office, spec: ReportSpec, survey: Survey, head: report_data.Letterhead, masked: bool) -> Document:
    names, filled_on = report_data.labels(office, survey), head.filled_on.isoformat()
    if spec.name == "roster":
        return report_data.roster(office, survey, head, masked=masked)
    if spec.name == "organisations":
        return report_data.organisations(office, survey, head, masked=masked)
    if spec.name == "findings":
        return _findings(office, survey, head)
    if spec.name == "org-chart":
        return chart_reports.org_chart(survey, head)
    if spec.name == "membership-changes":
        return membership_changes(survey, names, unit=head.unit, filled_on=filled_on)
    if spec.name == "meetings-summary":
        return meetings_summary(survey, names.units, unit=head.unit, filled_on=filled_on)
    raise KeyError(spec.name)


def _usual(spec: ReportSpec, day: date) -> str | None:
    if spec.period == "quarter":
        return periods.quarter_of(day).text
    if spec.period == "month":
        return f"{day:%Y-%m}"
    return periods.year_of(day).text if spec.period == "year" else None


def file_name(*parts: str) -> str:
    """沙嘴街道_党员花名册_2026-09-30: nothing that Windows refuses in a name, and not too long for its paths."""
    names = [_NOT_IN_FILE_NAMES.sub("", part).strip(" .") for part in parts]
    names = [name for name in names if name]
    # Disks count bytes: the longest part, a unit's full name, gives way, and what tells the papers apart stays.
    while names and len("_".join(names).encode()) > _LONGEST_NAME:
        longest = max(range(len(names)), key=lambda at: len(names[at]))
        names[longest] = names[longest][:-1].rstrip(" .")
    return "_".join(names)
