"""The bar at the top: which street, the search, undo and redo, and who is signed in."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from .. import theme
from ..widgets.icons import icon
from ..widgets.labels import ToolButton, button, label
from .actions import Actions

PRACTICE = "练习，不是真实资料"


class TopBar(QWidget):
    """Shows the office and offers the window's actions."""

    def __init__(self, office_name: str, account: str, role: str, actions: Actions, *, practice: bool = False) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = theme.current().px
        self.setFixedHeight(px(48))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), 0, px(12), 0)
        row.setSpacing(px(6))
        title: QLabel = label("党建工作台", "heading")
        self._title, self._dot = title, label("·", "soft")
        row.addWidget(title)
        row.addWidget(self._dot)
        row.addWidget(label(office_name, "soft"))
        self._practice = label(PRACTICE if practice else "", "accent")
        self._practice.setVisible(practice)
        row.addWidget(self._practice)
        row.addStretch(1)
        self.search: QPushButton = button(
            "搜索 姓名 / 拼音 / 证号　　Ctrl+K", actions["search"].trigger, icon_name="search"
        )
        self.search.setMinimumWidth(px(280))
        self.search.setStyleSheet(f"text-align: left; color: {theme.current().colours.ink_soft};")
        self.search.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(self.search)
        row.addSpacing(px(8))
        for key in ("undo", "redo", "help"):
            made = ToolButton()
            made.setDefaultAction(actions[key])
            made.setIconSize(QSize(px(20), px(20)))
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(made)
        row.addSpacing(px(4))
        self.account = ToolButton()
        self.account.setProperty("role", "account")
        self.account.setText(account)
        self.account.setIcon(icon("member"))
        self.account.setIconSize(QSize(px(20), px(20)))
        self.account.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.account.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.account.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.account.setMenu(self._menu(account, role, actions))
        row.addWidget(self.account)

    def set_compact(self, compact: bool) -> None:
        """Leave the program's name out, where the window is narrow."""
        self._title.setVisible(not compact)
        if self._practice.text():
            self._practice.setText(PRACTICE[:2] if compact else PRACTICE)
        self._dot.setVisible(not compact)
        self.search.setMinimumWidth(theme.current().px(200 if compact else 280))

    def _menu(self, account: str, role: str, actions: Actions) -> QMenu:
        menu = QMenu(self)
        who = menu.addAction(f"{account}（{role}）")
        who.setEnabled(False)
        menu.addSeparator()
        for key in ("lock", "larger", "smaller", "keys"):
            menu.addAction(actions[key])
        menu.addSeparator()
        self.leave = menu.addAction("退出")
        return menu
