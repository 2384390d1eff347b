"""Backups: where they lie, making one, checking the file, restoring elsewhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout

from dangjian_desktop.domain.records.permissions import EXPORT, FILE
from dangjian_desktop.services.office import backups, integrity
from dangjian_desktop.services.office.backups import BackupFile

from ....base.clock import local_time
from ....base.progress import Progress
from ... import theme
from ...shell.context import PageContext
from ...widgets.allowed import allowed
from ...widgets.file_kinds import OPEN_BACKUPS, SAVE_BACKUP, SAVE_DATA
from ...widgets.flow import FlowLayout
from ...widgets.labels import button, label
from .parts import Pane, chosen, fill, offer_on_rows, plain_table

SUFFIX = ".djb"


class BackupsPane(Pane):
    """The bundles found in the backup folder, and what can be done with them."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(10), 0, px(8))
        box.setSpacing(px(8))
        self.state = label("", wrap=True)
        self.place = label("", "soft", wrap=True)
        box.addWidget(self.state)
        box.addWidget(self.place)
        self.table = plain_table("备份", ("时间", "大小", "文件"), (170, 100))
        box.addWidget(self.table, 1)
        now = button("现在备份", self.now, role="primary", icon_name="backup")
        elsewhere = button("备份到U盘或别处…", self.elsewhere)
        folder = button("换备份文件夹…", self.choose_folder)
        for made in (now, elsewhere, folder):
            allowed(made, context.office.actor, EXPORT, FILE)
        row = FlowLayout(gap=px(8))
        restore = button("恢复成另一个文件…", self.restore)
        offer_on_rows(self.table, [restore])
        for made in (now, elsewhere, restore, folder, button("检查数据文件", self.check)):
            row.addWidget(made)
        box.addLayout(row)

    def enter(self) -> None:
        """Look into the backup folder."""
        office = self.context.office

        def look() -> tuple[list[BackupFile], Path, object, object]:
            last, failure = backups.last_backup(office), backups.last_failure(office)
            return backups.listing(office), backups.folder(office), last, failure

        self.context.runner.fetch(look, lambda found: self._show(*found), owner=self)

    def now(self) -> None:
        """Make the automatic backup at once."""
        office = self.context.office
        folder = backups.folder(office)
        name = f"{office.path.stem}-{office.clock.now().astimezone():%Y%m%d-%H%M%S}{SUFFIX}"
        self._back_up(folder / name)

    def elsewhere(self) -> None:
        """Make a backup where the person says."""
        name = f"{self.context.office.path.stem}-{self.context.office.today():%Y%m%d}{SUFFIX}"
        path = self.context.dialogs.save_file("备份到", name, SAVE_BACKUP)
        if path is not None:
            self._back_up(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))

    def restore(self) -> None:
        """Unpack a bundle beside everything else; the open file is not touched."""
        found = chosen(self.table)
        bundle = found[0].path if found and isinstance(found[0], BackupFile) else None
        if bundle is None:
            bundle = self.context.dialogs.open_file("选择备份文件", OPEN_BACKUPS)
        if bundle is None:
            return
        target = self.context.dialogs.save_file("恢复成哪个文件", f"{bundle.stem}.djd", SAVE_DATA)
        if target is None:
            return
        to = target if target.suffix == ".djd" else target.with_name(target.name + ".djd")
        self.context.runner.start(
            "恢复备份",
            lambda progress: backups.restore(bundle, to, progress),
            lambda _path: self.context.dialogs.message(
                f"已恢复成“{to.name}”。",
                "现在打开的文件没有动。",
                "退出后在开始窗口打开它，用原来的密码。",
                level="good",
            ),
            failed=self.context.dialogs.error,
            owner=self,
            writes=False,
        )

    def choose_folder(self) -> None:
        """Keep automatic backups elsewhere from now on."""
        chosen_folder = self.context.dialogs.folder("自动备份放在哪个文件夹")
        if chosen_folder is None:
            return
        office = self.context.office
        self.context.runner.fetch(
            lambda: backups.choose_folder(office, chosen_folder),
            lambda _none: self.enter(),
            failed=self.context.dialogs.error,
            owner=self,
            writes=True,
        )

    def check(self) -> None:
        """Look through the whole file."""
        office = self.context.office
        self.context.runner.start(
            "检查数据文件",
            lambda _progress: integrity.check(office),
            self._checked,
            failed=self.context.dialogs.error,
            owner=self,
            writes=False,
            cancellable=False,
        )

    def _checked(self, problems: list[integrity.FileProblem]) -> None:
        if not problems:
            self.context.dialogs.message("数据文件完好。", "内容、操作记录和索引都核对过，没有问题。", level="good")
            return
        told = "\n".join(problem.message for problem in problems[:5])
        self.context.dialogs.message(
            f"查出 {sum(problem.count for problem in problems)} 处问题。",
            told,
            "请先不要继续录入，用最近的备份恢复成另一个文件核对。",
            level="error",
        )

    def _back_up(self, target: Path) -> None:
        office = self.context.office

        def work(progress: Progress) -> backups.BackupResult:
            target.parent.mkdir(parents=True, exist_ok=True)
            return backups.backup(office, target, progress)

        def done(result: backups.BackupResult) -> None:
            self.context.shell.done(f"已备份到“{result.path.name}”，并试开过", undo=False)
            self.enter()

        self.context.runner.start("备份", work, done, failed=self.context.dialogs.error, owner=self)

    def _show(self, found: list[BackupFile], folder: Path, last: object, failure: object) -> None:
        fill(
            self.table,
            [(f"{item.made_at:%Y-%m-%d %H:%M}", _size(item.size), item.path.name) for item in found],
            found,
        )
        self.place.setText(f"备份文件夹：{folder}　退出时有改动、导入之前都会自动备份。")
        if isinstance(failure, dict):
            said = failure.get("message") or failure.get("error") or ""
            self.state.setText(f"× 最近一次自动备份没有成功。{said}")
        elif isinstance(last, dict):
            self.state.setText(f"✓ 最近一次备份：{local_time(str(last.get('at', '')))}，试开过，没有问题。")
        else:
            self.state.setText("▲ 还没有备份过。")


def _size(number: int) -> str:
    return f"{number / 1_048_576:.1f} MB" if number >= 1_048_576 else f"{max(1, number // 1024)} KB"
