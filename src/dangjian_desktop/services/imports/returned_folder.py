"""A folder of 更正表 that came back: many files, one review grouped by branch, one operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.values.partial_dates import format_date
from dangjian_desktop.exchange.excel.form_return import ReturnedSheet
from dangjian_desktop.services.office.office import Office

from . import returned_form, sources
from .plan import ImportPlan

_TABLES = frozenset({".xlsx", ".xlsm", ".et", ".xls"})
_MOST = 2_000
_FIRST = 1  # what is said of a whole file stands at its first row


@dataclass(frozen=True, slots=True)
class _Came:
    """One file of the folder that is one of our sheets."""

    path: Path
    form: ReturnedSheet

    @property
    def said(self) -> tuple[object, ...]:
        """What its rows say now, to tell a mere copy from a second version."""
        return tuple((row.record, tuple(sorted(row.now.items()))) for row in self.form.rows)


def plan_folder(office: Office, plan: ImportPlan, folder: Path, progress: Progress) -> ImportPlan:
    """Put the corrections of all sheets in a folder into one plan; each branch is a sheet of it.

    Files that are no 更正表, are damaged or foreign, come twice or have been overtaken by a later one are told by name
    and left out. Raises `UserError` (`no_forms`) where there is none at all, and `Cancelled`.
    """
    plan.source, plan.folder = None, folder
    found = _read_all(office, plan, sorted(p for p in folder.iterdir() if p.is_file()), progress)
    kept = _newest(plan, _single(plan, found))
    if not found:
        raise UserError(
            "no_forms",
            f"文件夹“{folder.name}”里没有更正表。",
            effect="没有导入任何内容。",
            advice="请选放着书记交回的更正表的那个文件夹。",
        )
    seen: dict[str, tuple[str, int]] = {}
    called = _called(office, kept)
    for number, came in enumerate(kept):
        progress.report(number, len(kept), f"正在核对 {came.path.name}")
        returned_form.add_form(office, plan, came.form, called[came.path], seen)
    plan.returned = f"文件夹“{folder.name}”里的 {len(kept)} 份更正表"
    return plan


def _read_all(office: Office, plan: ImportPlan, paths: list[Path], progress: Progress) -> list[_Came]:
    found: list[_Came] = []
    contents: dict[bytes, str] = {}
    for number, path in enumerate(paths[:_MOST]):
        progress.report(number, len(paths), f"正在读 {path.name}")
        if path.name.startswith(("~$", ".")):
            continue  # what Excel and WPS leave beside an open file
        if path.suffix.lower() not in _TABLES:
            plan.note(path.name, _FIRST, "", f"“{path.name}”不是表格，没有读")
            continue
        try:
            digest = sha256(path.read_bytes()).digest()
            if digest in contents:
                plan.note(path.name, _FIRST, "", f"“{path.name}”和“{contents[digest]}”一模一样，只核对一份")
                continue
            contents[digest] = path.name
            sheets = sources.read_source(path)
            if not returned_form.recognises(plan.kind, sheets):
                plan.note(path.name, _FIRST, "", f"“{path.name}”不是更正表，没有读；是花名册的请单独导入")
                continue
            found.append(_Came(path, returned_form.own_form(office, sheets, path.name)))
        except UserError as error:
            plan.note(path.name, _FIRST, "", f"{error.message.rstrip('。')}，没有读")
        except OSError:
            plan.note(path.name, _FIRST, "", f"“{path.name}”打不开，没有读；可能正在别处打开着")
    if len(paths) > _MOST:
        plan.note(paths[_MOST].name, _FIRST, "", f"文件太多，只读了前{_MOST}个")
    return found


def _single(plan: ImportPlan, found: Iterable[_Came]) -> list[_Came]:
    """One file for each sheet that was sent out; two that say different things are both left out."""
    by_form: dict[str, list[_Came]] = {}
    for came in found:
        by_form.setdefault(came.form.about.get("form", ""), []).append(came)
    kept = []
    for same in by_form.values():
        first, *others = same
        if all(other.said == first.said for other in others):
            kept.append(first)
            for other in others:
                plan.note(
                    other.path.name,
                    _FIRST,
                    "",
                    f"“{other.path.name}”和“{first.path.name}”是同一张，填的也一样，只核对一份",
                )
            continue
        for came in same:
            names = "、".join(f"“{each.path.name}”" for each in same)
            plan.note(came.path.name, _FIRST, "", f"{names}是同一张更正表，填的不一样，都没有核对；请只留下算数的一份")
    return kept


def _newest(plan: ImportPlan, found: list[_Came]) -> list[_Came]:
    """Of several sheets that were sent to one branch the last sent."""
    newest: dict[str, str] = {}
    for came in found:
        scope, on = came.form.about.get("scope", ""), came.form.about.get("on", "")
        newest[scope] = max(newest.get(scope, ""), on)
    kept = []
    for came in found:
        on, last = came.form.about.get("on", ""), newest[came.form.about.get("scope", "")]
        if on == last:
            kept.append(came)
            continue
        sent = f"“{came.path.name}”是{format_date(on)}发出的"
        plan.note(came.path.name, _FIRST, "", f"{sent}，{format_date(last)}又发过一张，旧的没有核对")
    return kept


def _called(office: Office, kept: list[_Came]) -> Mapping[Path, str]:
    """The branch of each file, as its rows are grouped; several of one branch are told apart by their files."""
    names = {came.path: returned_form.unit_of(office, came.form.about) for came in kept}
    several = {name for name in names.values() if list(names.values()).count(name) > 1}
    return {path: f"{name}（{path.stem}）" if name in several else name for path, name in names.items()}
