"""One report for each of many organisations, as one piece of work that can be stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from dangjian_desktop.base.errors import EnvironmentFault, UsageError, UserError
from dangjian_desktop.base.progress import Cancelled, Progress
from dangjian_desktop.domain.figures.census import GROUP_KIND
from dangjian_desktop.domain.records.permissions import EXPORT
from dangjian_desktop.domain.values import periods
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations

from . import reports
from .figures import reading_kept
from .paper_files import MissingGlyph, missing_words, write
from .reports import ReportSpec
from .request import ReportRequest

_TOLD = 10
# A full or closed disk refuses every file that is still to come; a file that is open elsewhere only itself.
_ENDS_ALL = ("disk_full", "no_permission")


@dataclass(frozen=True, slots=True)
class BatchUnit:
    """An organisation that may get a report of its own; `own` counts its own members, `members` all below it too."""

    id: str
    name: str
    depth: int
    own: int
    members: int


@dataclass(slots=True)
class Batch:
    """What was written: whole files only, whatever happened.

    `done` organisations have all their files, of `asked` ones; `failed` says for the others by name why not.
    `stopped` is true where somebody or a full disk ended it early.
    """

    folder: Path
    asked: int
    paths: list[Path] = field(default_factory=list)
    done: int = 0
    stopped: bool = False
    failed: list[tuple[str, UserError]] = field(default_factory=list)
    missing: list[MissingGlyph] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """已停下：73个党组织完成了31个，写好62个文件，都是完整的。"""
        count = f"写好{len(self.paths)}个文件"
        if self.stopped:
            return f"已停下：{self.asked}个党组织完成了{self.done}个，{count}，都是完整的。"
        if self.failed:
            return f"{self.asked}个党组织完成了{self.done}个，{count}。"
        return f"已为{self.done}个党组织生成，{count}。"

    @property
    def warnings(self) -> list[str]:
        """Which organisations have none and why, and characters without a shape."""
        told = [f"{name}：{fault.message}" for name, fault in self.failed[:_TOLD]]
        if len(self.failed) > _TOLD:
            told.append(f"另有{len(self.failed) - _TOLD}个党组织没有生成。")
        return told + missing_words(self.missing)


def can_be_batched(spec: ReportSpec) -> bool:
    """Whether a report is one that every organisation may get: no record of its own, no words left to write."""
    return not spec.needs_id and "xlsx" in spec.formats


def choices(office: Office, scope: str | None = None, on: date | None = None) -> list[BatchUnit]:
    """The established organisations of a scope that have members of their own or below them, in tree order.

    A 党小组 is no organisation: of one its branch is offered.
    """
    unit, group = organisations.unit_and_group(office, scope)
    scope = unit.id if unit is not None and group is not None else scope
    below = organisations.scope_ids(office, scope, on)
    nodes = [
        node
        for node in organisations.tree(office, on)
        if (below is None or node.id in below)
        and node.stage != "planned"
        and node.kind != GROUP_KIND
        and node.members_total
    ]
    top = min((node.depth for node in nodes), default=0)
    return [BatchUnit(n.id, n.name, n.depth - top, n.members, n.members_total) for n in nodes]


def folder_name(office: Office, spec: ReportSpec, period: str | None, on: date | None) -> str:
    """党员花名册_2026-09-30: a folder for the files of one batch."""
    when = periods.parse_period(period).label if period and spec.needs_period else (on or office.today()).isoformat()
    return reports.file_name(spec.title, when)


def make_each(
    office: Office,
    asked: ReportRequest,
    folder: Path,
    scopes: Sequence[str],
    *,
    formats: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Write the report of each organisation in `scopes` into `folder`, as `reports.make` writes one.

    Stopping through `progress` raises nothing: the result says how far it came, and only whole files are left. A
    file that cannot be written because it is open elsewhere is passed over and named. The export is audited, with
    what was really written. Raises what `reports.make` raises before the first file.
    """
    spec = reports.spec_of(office, asked.name)
    if not can_be_batched(spec):
        raise UsageError("not_in_batches", f"{spec.title}不能一次为许多党组织生成。", effect="没有生成任何内容。")
    wanted = reports.formats_of(spec, formats)
    office.actor.require(EXPORT, spec.kind)
    reports.check_reason(office, spec.kind, masked=asked.masked, reason=asked.reason)
    units = list(dict.fromkeys(scopes))
    batch = Batch(folder, len(units))
    work = _Work(office, asked, batch, wanted, progress or Progress())
    try:
        with reading_kept(office):
            work.run(units)
    finally:
        if batch.paths:
            office.audit(
                "export",
                {"report": spec.name, "scopes": units, "period": asked.period, "masked": asked.masked,
                 "reason": asked.reason, "files": [path.name for path in batch.paths]},
            )  # fmt: skip
    return batch


class _Work:
    """The files of a batch one after the other."""

    def __init__(
        self,
        office: Office,
        asked: ReportRequest,
        batch: Batch,
        formats: Sequence[str],
        progress: Progress,
    ) -> None:
        self._office, self._asked, self._batch, self._formats = office, asked, batch, formats
        self._progress = progress
        self._names = organisations.names(office)
        self._taken: set[str] = set()

    def run(self, units: Sequence[str]) -> None:
        """Everything, until the end or until it is stopped."""
        for number, unit in enumerate(units):
            try:
                self._progress.report(number, len(units), f"第{number + 1}个，共{len(units)}个：{self._name(unit)}")
                self._one(unit)
            except (Cancelled, KeyboardInterrupt):
                self._batch.stopped = True
                return
            except UserError as fault:
                self._batch.failed.append((self._name(unit), fault))
                if isinstance(fault, EnvironmentFault) and fault.code in _ENDS_ALL:
                    self._batch.stopped = True
                    return
        self._progress.report(len(units), len(units), self._batch.sentence)

    def _one(self, unit: str) -> None:
        made = reports.prepare(self._office, replace(self._asked, scope=unit))
        file_name = self._free_name(made.file_name, self._name(unit))
        for form in self._formats:
            path = self._batch.folder / f"{file_name}.{form}"
            glyphs = write(made.document, path, form, _Quiet(self._progress))
            self._batch.missing += [replace(glyph, where=f"{self._name(unit)}的{glyph.where}") for glyph in glyphs]
            self._batch.paths.append(path)
        self._batch.done += 1

    def _name(self, unit: str) -> str:
        return self._names.get(unit, unit)

    def _free_name(self, file_name: str, unit: str) -> str:
        """The usual name; with the full name of the organisation where another one had the same short one."""
        for wanted in self._wishes(file_name, unit):
            # Windows does not tell capitals apart.
            if wanted.casefold() not in self._taken:
                self._taken.add(wanted.casefold())
                return wanted
        raise AssertionError("the numbers never end")

    @staticmethod
    def _wishes(file_name: str, unit: str) -> Iterator[str]:
        yield file_name
        _, _, rest = file_name.partition("_")
        yield reports.file_name(unit, rest)
        number = 2
        while True:
            yield reports.file_name(f"{unit}（{number}）", rest)
            number += 1


class _Quiet(Progress):
    """Lets one file be stopped in its middle without telling its rows and pages."""

    def __init__(self, outer: Progress) -> None:
        super().__init__()
        self._outer = outer

    def report(self, done: int, total: int, text: str) -> None:  # noqa: ARG002 (the contract's signature)
        """Raise `Cancelled` when the whole was asked to stop."""
        if self._outer.cancelled:
            raise Cancelled
