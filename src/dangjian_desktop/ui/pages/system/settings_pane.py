"""Settings: how large everything is, and what this file says about itself."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.services.office import about
from dangjian_desktop.services.office.about import About

from ....base.userdirs import data_dir
from ... import theme
from ...shell.context import PageContext
from ...widgets.labels import ToolButton, button, label, rule
from .naming_box import NamingBox
from .parts import Pane


class SettingsPane(Pane):
    """Size of the window's type, and facts about file and PC."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        px = theme.current().px
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area, body = QScrollArea(), QWidget()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        body.setObjectName("paper")
        area.setWidget(body)
        outer.addWidget(area)
        box = QVBoxLayout(body)
        box.setContentsMargins(0, px(14), px(8), px(8))
        box.setSpacing(px(10))
        box.addWidget(label("界面", "heading"))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self.scale = label(f"现在 {round(theme.current().scale * 100)}%")
        row.addWidget(self.scale)
        for key in ("smaller", "larger"):
            made = ToolButton()
            made.setDefaultAction(context.shell.action(key))
            row.addWidget(made)
        row.addWidget(label("可在 100%、110%、125%、150% 之间调整，马上生效并记住。", "soft"))
        row.addStretch(1)
        box.addLayout(row)
        box.addLayout(self._build_colours())
        box.addWidget(rule())
        self.naming = NamingBox(context)
        box.addWidget(self.naming)
        box.addWidget(rule())
        box.addWidget(label("这个数据文件", "heading"))
        self.facts = QFormLayout()
        self.facts.setHorizontalSpacing(px(20))
        self.facts.setVerticalSpacing(px(6))
        box.addLayout(self.facts)
        box.addWidget(rule())
        box.addWidget(label("故障报告", "heading"))
        report = QHBoxLayout()
        report.addWidget(label("程序出意外时会留下一份报告，不含姓名和证件号码，可以发给维护人员。", "soft"))
        report.addWidget(button("打开所在文件夹", self._open_reports, icon_name="folder"))
        report.addStretch(1)
        box.addLayout(report)
        box.addStretch(1)

    def _build_colours(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current().px(14))
        row.addWidget(label("界面颜色"))
        for mode, (words, _dark) in theme.MODES.items():
            made = QRadioButton(words)
            made.setChecked(mode == theme.mode())
            made.clicked.connect(lambda _checked, mode=mode: self.context.shell.choose_colours(mode))
            row.addWidget(made)
        row.addWidget(label("打印和导出不受影响。", "soft"))
        row.addStretch(1)
        return row

    def enter(self) -> None:
        """Fetch the facts."""
        office = self.context.office
        self.naming.enter()
        self.context.runner.fetch(lambda: about.about(office), self._show, owner=self)

    def _show(self, found: About) -> None:
        while self.facts.rowCount():
            self.facts.removeRow(0)
        counts = "　".join(f"{KINDS[kind].label} {number}" for kind, number in found.counts.items())
        for name, value in (
            ("名称", found.name),
            ("文件", str(self.context.office.path)),
            ("建账日", found.base_date),
            ("资料", counts),
            ("本机", found.device_name),
            ("文件格式", f"第 {found.schema} 版，加密"),
        ):
            self.facts.addRow(label(name, "soft"), label(value, wrap=True))

    def _open_reports(self) -> None:
        folder = data_dir() / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
