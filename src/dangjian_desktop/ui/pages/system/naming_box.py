"""What the levels below a community are called here, chosen from the customs that are known."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.permissions import MANAGE, TEMPLATES
from dangjian_desktop.services.units import naming
from dangjian_desktop.services.units.naming import Variant

from ... import theme
from ...shell.context import PageContext
from ...widgets.allowed import allowed
from ...widgets.labels import label


class NamingBox(QWidget):
    """A list of customs with what the choice changes and what it does not."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(6))
        box.addWidget(label("社区以下各级叫什么", "heading"))
        self.choices = QComboBox()
        self.choices.setMaximumWidth(px(560))
        for variant in naming.variants():
            self.choices.addItem(variant.title, variant.key)
        self.choices.activated.connect(self._choose)
        box.addWidget(allowed(self.choices, context.office.actor, MANAGE, TEMPLATES))
        hint = "只改组织树和名单里拟成立组织、功能型组织和党小组的叫法；组织类型、统计数和报表不变，随时可以换。"
        box.addWidget(label(hint, "soft", wrap=True))

    def enter(self) -> None:
        """Show what this file has chosen."""
        office = self.context.office
        self.context.runner.fetch(lambda: naming.current(office), self._show, owner=self)

    def _show(self, variant: Variant) -> None:
        self.choices.setCurrentIndex(self.choices.findData(variant.key))

    def _choose(self, place: int) -> None:
        office, key = self.context.office, str(self.choices.itemData(place))

        def done(_none: None) -> None:
            self.context.shell.reload_tree()
            self.context.shell.done("层级叫法已改", undo=False)

        self.context.runner.fetch(lambda: naming.choose(office, key), done, owner=self, writes=True)
