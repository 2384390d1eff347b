"""A superior's own form, filled: kept once, its cells pointed at figures and lists, filled again every period."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.base.files import fault_of, no_device
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.forms.form_mapping import FormMapping, ListTarget, Repair, carry_over, with_paths
from dangjian_desktop.domain.forms.form_period import OtherPeriod, time_of
from dangjian_desktop.domain.forms.form_sheets import Form, address
from dangjian_desktop.domain.forms.form_suggest import Doubt, Meaning, Suggestion
from dangjian_desktop.domain.forms.form_suggest import suggest as suggest_by_labels
from dangjian_desktop.domain.records.permissions import EXPORT, READ, TEMPLATES, WRITE
from dangjian_desktop.domain.values.codes import clean
from dangjian_desktop.exchange.excel.form_read import FormFile, read_form
from dangjian_desktop.exchange.excel.form_write import write_form
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports.reports import check_reason

from . import fill_values, form_periods, kept_forms
from .correction_sheets import correction_sheet
from .fill_job import AGREES, CHECK_NAMES, COMPUTED, DIFFERS, UNCHECKED, Filled, FillJob, FormulaCheck, Unfilled
from .fill_values import FillValues
from .kept_forms import KeptForm, forms

__all__ = [
    "AGREES",
    "CHECK_NAMES",
    "COMPUTED",
    "DIFFERS",
    "UNCHECKED",
    "FormulaCheck",
    "Doubt",
    "FillResult",
    "Filled",
    "FormMapping",
    "FormView",
    "KeptForm",
    "ListTarget",
    "Suggestion",
    "Unfilled",
    "choices",
    "correction_sheet",
    "fill",
    "forget",
    "forms",
    "inspect",
    "mapping_from",
    "save_mapping",
    "suggest",
]

_COPY = re.compile(r"[(（]\d+[)）]|副本|[-_ ]+|(?:19|20)\d{2}|\d{1,2}(?=月)|第?[一二三四1-4]季度|[上下]半年|年|月")


@dataclass(frozen=True)
class FormView:
    """A form looked at: `saved` is its kept mapping; `repair` the one of an earlier version of it, brought over.

    `previous` names that earlier version; both are None for a form never seen.
    """

    file: FormFile
    saved: FormMapping | None = None
    repair: Repair | None = None
    previous: KeptForm | None = None
    path: Path | None = None

    @property
    def form(self) -> Form:
        """Its sheets and cells."""
        return self.file.form

    @property
    def changed(self) -> bool:
        """Whether the superior has changed a form that was mapped before."""
        return self.repair is not None


@dataclass(frozen=True, slots=True)
class FillResult:
    """What `fill` did; `mapping` tells whose mapping it was: given, saved, repaired or suggested.

    `period` is the label of the one that was filled, `other_periods` where the form itself names another.
    """

    path: Path
    filled: Sequence[Filled]
    unfilled: Sequence[Unfilled]
    checks: Sequence[FormulaCheck]
    mapping: str
    notes: Sequence[str] = ()
    period: str = ""
    other_periods: Sequence[OtherPeriod] = ()

    @property
    def complete(self) -> bool:
        """Whether everything that was mapped was filled, and no total differs from the figures."""
        return not any(u.mapped for u in self.unfilled) and not any(c.status == DIFFERS for c in self.checks)


# -- kept forms -------------------------------------------------------------------------------------


def inspect(office: Office, form: Path | str) -> FormView:
    """Look at a form given as a file, or by the fingerprint of a kept one.

    Raises `UserError` (`no_such_file`, `form_old`, `form_encrypted`, `form_unreadable`, `form_unknown`).
    """
    office.actor.require(READ, "member")
    file, path = _file(office, form), form if isinstance(form, Path) else None
    saved = kept_forms.find(office, file.form.fingerprint)
    if saved is not None:
        return FormView(file, FormMapping.from_json(saved["mapping"]), path=path)
    previous = next((k for k in reversed(forms(office)) if _same_name(k.name, file.form.name)), None)
    kept = kept_forms.find(office, previous.fingerprint) if previous else None
    if previous is None or not kept:
        return FormView(file, path=path)
    return FormView(file, None, carry_over(FormMapping.from_json(kept["mapping"]), file.form), previous, path)


def _file(office: Office, form: Path | str) -> FormFile:
    if isinstance(form, Path):
        try:
            return read_form(no_device(form).read_bytes(), form.name)
        except FileNotFoundError:
            raise UserError("no_such_file", f"找不到表样“{form.name}”。", effect="没有填写。") from None
        except OSError as error:
            raise fault_of(error, form) from error
    return kept_forms.read(office, form)


def _same_name(one: str, other: str) -> bool:
    """Whether two file names are the same form's, of another year, quarter or copy."""
    return _COPY.sub("", clean(Path(one).stem)) == _COPY.sub("", clean(Path(other).stem))


def suggest(
    office: Office,
    form: FormView | Path | str,
    *,
    scope: str | None = None,
    period: str | None = None,
    on: date | None = None,
) -> Suggestion:
    """What the labels of a form say should stand in its cells; only the unambiguous is in the mapping."""
    view = form if isinstance(form, FormView) else inspect(office, form)
    values = FillValues(office, scope=scope, period=period, on=on)
    return suggest_by_labels(view.form, values.vocabulary())


def choices(office: Office, *, scope: str | None = None) -> list[Meaning]:
    """Everything that a single cell can be filled with: key, label and topic."""
    return fill_values.choices(FillValues(office, scope=scope, period=None, on=None).figures.values())


def save_mapping(office: Office, form: FormView | Path | str, mapping: FormMapping) -> KeptForm:
    """Keep a form with its mapping, emptied of what was filled in; an earlier version of the same form is let go.

    Raises `UserError` (`form_too_large`).
    """
    office.actor.require(WRITE, TEMPLATES)
    view = form if isinstance(form, FormView) else inspect(office, form)
    previous = view.previous.fingerprint if view.previous is not None else None
    return kept_forms.keep(office, view.file, with_paths(view.form, mapping), previous)


def forget(office: Office, fingerprint: str) -> None:
    """Keep a form no longer."""
    office.actor.require(WRITE, TEMPLATES)
    kept_forms.forget(office, fingerprint)


def mapping_from(text: str) -> FormMapping:
    """A mapping given as a JSON file or as JSON itself: `{"B5": "members"}`, or all that `to_json` writes.

    Raises `UserError` (`bad_mapping`).
    """
    bad = UserError(
        "bad_mapping",
        "单元格对应看不懂。",
        effect="没有填写。",
        advice='请写成 {"B5": "members"} 这样的 JSON，单元格对指标的键。',
    )
    try:
        source = text if text.lstrip().startswith("{") else no_device(Path(text)).read_text("utf-8-sig")
        found = json.loads(source)
        if not isinstance(found, dict):
            raise bad
        return FormMapping.from_json(found)
    except (OSError, ValueError, RecursionError) as error:
        raise bad from error


# -- filling ----------------------------------------------------------------------------------------


def fill(
    office: Office,
    form: FormView | Path | str,
    out: Path,
    *,
    scope: str | None = None,
    period: str | None = None,
    on: date | None = None,
    mapping: FormMapping | None = None,
    masked: bool = True,
    reason: str | None = None,
    progress: Progress | None = None,
) -> FillResult:
    """Fill a form and write it to `out`; the form itself and everything in it but the mapped cells stay as they are.

    Without `mapping` the kept one is used, else the one of an earlier version of the form brought over by its labels,
    else what the labels say unambiguously. `scope`, `period` and `on` mean what they mean for figures. Numbers of
    people in lists are masked unless `masked` is off, which needs the permission to reveal and a `reason`. Raises
    what `inspect` raises, `UsageError` (`same_file`, `bad_format`), `UserError` (`nothing_to_fill`, `reason`) and
    `EnvironmentFault`, and `Cancelled` before anything is written.
    """
    told = progress or Progress()
    office.actor.require(EXPORT, "member")
    check_reason(office, "member", masked=masked, reason=reason)
    _refuse_target(form, out)
    view = form if isinstance(form, FormView) else inspect(office, form)
    told.report(0, 4, "正在统计")
    values = FillValues(office, scope=scope, period=period, on=on, masked=masked)
    chosen, doubts, whose = _choose(view, mapping, values)
    job = FillJob(view.form, values)
    told.report(1, 4, "正在填格子和名单")
    job.everything(chosen)
    if not job.writes:
        raise _nothing(job, whose)
    told.report(2, 4, "正在核对公式")
    checks = job.checks()
    told.report(3, 4, "正在写文件")
    write_form(view.file, out, job.writes, job.results, frozenset(job.stale))
    told_of = _guessed_times(job.unfilled) if whose == "suggested" else job.unfilled
    unfilled = [*told_of, *doubts, *_lost(view, whose)]
    office.audit(
        "export",
        {"report": "fill", "scope": scope, "period": period, "masked": masked, "reason": reason, "files": [out.name]},
    )
    asked, other = values.survey.period.label, form_periods.of(view, values.survey)
    notes = [*_notes(view, whose), *form_periods.sentences(other, asked)]
    return FillResult(out, job.filled, unfilled, checks, whose, notes, asked, other)


def _refuse_target(form: FormView | Path | str, out: Path) -> None:
    if out.suffix.lower() not in (".xlsx", ".xlsm"):
        raise UsageError("bad_format", "填好的表要存成 .xlsx。", effect="没有填写。")
    source = form.path if isinstance(form, FormView) else form
    if isinstance(source, Path) and source.exists() and out.exists() and out.samefile(source):
        advice = "请另外取一个文件名。"
        raise UsageError("same_file", "填好的表不能盖掉原来的表样。", effect="没有填写。", advice=advice)


def _choose(view: FormView, mapping: FormMapping | None, values: FillValues) -> tuple[FormMapping, list[Unfilled], str]:
    if mapping is not None:
        return with_paths(view.form, mapping), [], "given"
    if view.saved is not None:
        return view.saved, [], "saved"
    if view.repair is not None:
        return view.repair.mapping, [], "repaired"
    found = suggest_by_labels(view.form, values.vocabulary())
    return found.mapping, [_doubted(doubt, values) for doubt in found.doubts], "suggested"


def _doubted(doubt: Doubt, values: FillValues) -> Unfilled:
    may = "、".join(values.label(key) for key in doubt.keys[:3])
    reason = f"{doubt.reason}；可能是：{may}" if may else doubt.reason
    return Unfilled(address(doubt.sheet, doubt.place), doubt.label, "", reason, mapped=False)


def _guessed_times(unfilled: Sequence[Unfilled]) -> list[Unfilled]:
    """Last year's columns that only the labels spoke of are left open like any other that nobody pointed at."""
    return [replace(line, mapped=False) if time_of(line.key.partition("@")[0])[1] else line for line in unfilled]


def _lost(view: FormView, whose: str) -> list[Unfilled]:
    if whose != "repaired" or view.repair is None:
        return []
    return [Unfilled(where, "", key, "表样改了，按标题没有找到原来的这一格") for where, key in view.repair.lost]


def _notes(view: FormView, whose: str) -> list[str]:
    if whose == "suggested":
        return ["这张表没有保存过单元格对应，只填了标题含义明确的格子，请逐格核对。"]
    if whose == "repaired" and view.repair is not None and view.previous is not None:
        moved, lost = len(view.repair.moved), len(view.repair.lost)
        text = f"这张表与保存过的“{view.previous.name}”不完全一样，已按标题重新对应"
        return [f"{text}：{moved}格换了位置，{lost}格没有找到。请核对后重新保存。"]
    return []


def _nothing(job: FillJob, whose: str) -> UserError:
    why = job.unfilled[0].reason if job.unfilled else "没有一个格子的标题能认出来"
    advice = "请指明哪个格子填哪个指标。" if whose == "suggested" else "请核对单元格对应。"
    return UserError("nothing_to_fill", f"这张表没有填上任何内容：{why}。", effect="没有生成文件。", advice=advice)


def as_json(result: FillResult) -> dict[str, Any]:
    """The result for a script."""
    return {
        "path": str(result.path),
        "mapping": result.mapping,
        "filled": [{"cell": f.cell, "label": f.label, "figure": f.key, "value": f.value} for f in result.filled],
        "unfilled": [
            {"cell": u.cell, "label": u.label, "figure": u.key or None, "reason": u.reason, "mapped": u.mapped}
            for u in result.unfilled
        ],
        "checks": [
            {"cell": c.cell, "label": c.label, "formula": c.formula, "status": c.status, "computed": c.computed,
             "expected": c.expected, "figure": c.key or None, "reason": c.reason}
            for c in result.checks
        ],
        "notes": list(result.notes),
        "period": result.period,
        "other_periods": [
            {"cell": o.where or None, "text": o.text, "period": o.words, "same_end": o.same_end}
            for o in result.other_periods
        ],
    }  # fmt: skip
