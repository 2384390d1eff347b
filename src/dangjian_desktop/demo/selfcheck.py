"""Does this installation work? Every step of this version in a temporary folder, without a display."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dangjian_desktop import demo
from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.base.resources import resource
from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office import backups, integrity, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import exporting, reports
from dangjian_desktop.services.reports import figures as figure_service
from dangjian_desktop.services.reports.request import ReportRequest

MEMBERS = 200
_DAY = date(2026, 9, 30)
_SECRET = "自检-self-check-1"  # noqa: S105
_REASON = "自检"
_SIGNATURES = {".pdf": b"%PDF-", ".docx": b"PK\x03\x04", ".xlsx": b"PK", ".csv": b"\xef\xbb\xbf"}


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One step: its name, whether it worked, and one sentence where it did not."""

    name: str
    ok: bool
    detail: str = ""


class _Failed(Exception):
    """A step came to an end and its result is not what it must be."""


def run(progress: Progress | None = None) -> list[CheckStep]:
    """Do every step and tell which worked; leaves nothing behind and does not touch what this PC remembers."""
    progress = progress or Progress()
    steps: list[CheckStep] = []
    with (
        tempfile.TemporaryDirectory(prefix="党建工作台 自检 ", ignore_cleanup_errors=True) as folder,
        _own_memory(Path(folder) / "home"),
    ):
        rounds = _Round(Path(folder))
        for name, action in rounds.steps():
            progress.report(len(steps), 0, name)
            steps.append(_try(name, action))
        rounds.close()
    return steps


def _try(name: str, action: Callable[[], None]) -> CheckStep:
    try:
        action()
    except (_Failed, UserError) as error:
        return CheckStep(name, False, str(error))
    # Whatever it is, the other steps are still worth knowing.
    except Exception as error:
        return CheckStep(name, False, f"程序出错（{type(error).__name__}）")
    return CheckStep(name, True)


@contextmanager
def _own_memory(home: Path) -> Iterator[None]:
    """Keep the list of files used lately, and what tells copies apart, out of this person's own folder."""
    name = "LOCALAPPDATA" if os.name == "nt" else "XDG_DATA_HOME"
    before = os.environ.get(name)
    os.environ[name] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@dataclass
class _Round:
    """One round through the program; a step that needs an earlier one fails with it."""

    folder: Path
    clock: Clock = field(default_factory=lambda: Clock(fixed_today=_DAY))
    office: Office | None = None
    bundle: Path | None = None

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        """The steps in their order."""
        return [
            ("新建数据文件", self._new),
            ("填入示例街道", self._fill),
            ("关闭再打开", self._reopen),
            ("导入名册", self._import),
            ("修改和撤销", self._edit),
            ("统计指标", self._figures),
            ("季度报表 PDF 和 Excel", self._report),
            ("工作总结 PDF 和 Word", self._summary),
            ("导出表格", self._export),
            ("导出的表格再导入", self._import_again),
            ("备份", self._backup),
            ("恢复", self._restore),
            ("检查数据", self._check),
        ]

    def close(self) -> None:
        """Release the file, so that the folder can be taken away."""
        if self.office is not None:
            with suppress(UserError, OSError):
                self.office.close()

    @property
    def _open(self) -> Office:
        if self.office is None:
            raise _Failed("前面的步骤没有完成。")
        return self.office

    def _new(self) -> None:
        path = self.folder / "自检 街道.djd"
        self.office, _ = opening.create_office(
            path,
            name="自检街道党工委",
            password=_SECRET,
            base_date=demo.opening_day(_DAY),
            clock=self.clock,
        )

    def _fill(self) -> None:
        counts = demo.fill(self._open, members=MEMBERS, seed=1)
        _expect(counts["member"] >= MEMBERS, "示例街道没有填满。")

    def _reopen(self) -> None:
        path = self._open.path
        self._open.close()
        self.office = None
        self.office = opening.open_office(path, password=_SECRET, clock=self.clock)

    def _import(self) -> None:
        before = records.counts(self._open)["member"]
        plan = importing.prepare(self._open, "roster", _sample(), create_orgs_under=self._open.name)
        importing.apply(self._open, plan)
        new = plan.counts[importing.NEW]
        _expect(new > 0, "名册里没有一行能导入。")
        _expect(records.counts(self._open)["member"] == before + new, "导入的人数不对。")

    def _edit(self) -> None:
        member = records.query(self._open, "member", on=_DAY)[0]
        before = records.get(self._open, "member", member).values["note"]
        records.edit(self._open, "member", member, {"note": "自检改过"})
        _expect(records.get(self._open, "member", member).values["note"] == "自检改过", "修改没有存下来。")
        history.undo(self._open)
        _expect(records.get(self._open, "member", member).values["note"] == before, "撤销没有还原。")

    def _figures(self) -> None:
        found = {f.key: f.value for f in figure_service.compute(self._open, on=_DAY)}
        people = len(records.query(self._open, "member", on=_DAY))
        _expect(found["members"] == people, "统计的党员数与名单不一致。")

    def _report(self) -> None:
        asked = ReportRequest("quarterly", period="2026Q3", on=_DAY)
        for path in reports.make(self._open, asked, self.folder / "报表").paths:
            _expect_file(path)

    def _summary(self) -> None:
        asked = ReportRequest("work-summary", period="2026Q3", on=_DAY)
        for path in reports.make(self._open, asked, self.folder / "报表").paths:
            _expect_file(path)

    def _export(self) -> None:
        for name in ("花名册.xlsx", "花名册.csv"):
            made = exporting.export(self._open, "member", self.folder / name, masked=False, reason=_REASON)
            _expect_file(made.path)

    def _import_again(self) -> None:
        plan = importing.prepare(self._open, "roster", self.folder / "花名册.xlsx")
        _expect(plan.counts[importing.UNCHANGED] > 0, "导出的表格读不回来。")
        _expect(plan.counts[importing.NEW] == 0, "导出的表格读回来多了人。")

    def _backup(self) -> None:
        self.bundle = backups.backup(self._open, self.folder / "备份.djb").path

    def _restore(self) -> None:
        if self.bundle is None:
            raise _Failed("前面的步骤没有完成。")
        path = backups.restore(self.bundle, self.folder / "恢复 街道.djd")
        restored = opening.open_office(path, password=_SECRET, clock=self.clock)
        try:
            _expect(records.counts(restored) == records.counts(self._open), "恢复出来的内容与原来不同。")
        finally:
            restored.close()

    def _check(self) -> None:
        problems = integrity.check(self._open)
        _expect(not problems, problems[0].message if problems else "")


def _sample() -> Path | str:
    """The shipped messy workbook, or a block as it is copied from a sheet."""
    shipped = sorted(resource("samples").glob("*.xls*")) if resource("samples").is_dir() else []
    rosters = [path for path in shipped if "花名册" in path.name or "名册" in path.name]
    return rosters[0] if rosters else _BLOCK


_BLOCK = (
    "姓名\t性别\t公民身份号码\t民族\t学历\t人员类别\t入党日期\t转正日期\t所在党支部\n"
    "自检一\t男\t429900198001010019\t汉族\t大学本科\t正式党员\t2005.7.1\t2006.7.1\t自检街道第一党支部\n"
)


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise _Failed(otherwise)


def _expect_file(path: Path) -> None:
    _expect(path.read_bytes().startswith(_SIGNATURES[path.suffix]), f"“{path.name}”没有写成。")
