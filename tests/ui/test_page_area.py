"""The message lies over the page, where it covers no button that is wanted next."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dangjian_desktop.ui.shell.page_area import PageArea
from ui.bot import Bot


class Foot(QWidget):
    """A page with a row of buttons across its lower edge, as a drawer has at a large size."""

    def __init__(self) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addStretch(1)
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        self.buttons = [QPushButton(words) for words in ("上一步", "更多", "保存")]
        for made in self.buttons:
            row.addWidget(made, 1)
        box.addWidget(self.foot)


@pytest.fixture
def area(qtbot: Bot) -> PageArea:
    made = PageArea()
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.stack.addWidget(Foot())
    made.show()
    return made


def foot(area: PageArea) -> Foot:
    page = area.stack.currentWidget()
    assert isinstance(page, Foot)
    return page


def covers(area: PageArea) -> bool:
    spots = [QRect(made.mapTo(area, QPoint(0, 0)), made.size()) for made in foot(area).buttons if made.isVisible()]
    return any(area.undo_bar.geometry().intersects(spot) for spot in spots)


def test_the_message_stands_above_buttons(qtbot: Bot, area: PageArea) -> None:
    area.undo_bar.tell("修改党员“李四”")
    qtbot.waitUntil(lambda: area.undo_bar.isVisible() and not covers(area))
    assert area.rect().contains(area.undo_bar.geometry())


def test_it_goes_up_when_buttons_come_and_stays_there(qtbot: Bot, area: PageArea) -> None:
    foot(area).foot.hide()
    area.undo_bar.tell("修改党员“李四”")
    qtbot.waitUntil(lambda: area.undo_bar.isVisible() and area.undo_bar.geometry().bottom() > area.height() - 30)
    foot(area).foot.show()
    with qtbot.waitActive(area):
        area.activateWindow()
    foot(area).buttons[2].setFocus()
    qtbot.waitUntil(lambda: not covers(area))
    high = area.undo_bar.geometry()
    foot(area).foot.hide()
    area.setFocus()
    assert area.undo_bar.geometry() == high


def test_what_scrolls_does_not_push_it(qtbot: Bot, area: PageArea) -> None:
    scroll, tall = QScrollArea(), QWidget()
    column = QVBoxLayout(tall)
    for number in range(40):
        column.addWidget(QPushButton(str(number)))
    scroll.setWidget(tall)
    scroll.setWidgetResizable(True)
    area.stack.addWidget(scroll)
    area.stack.setCurrentWidget(scroll)
    area.undo_bar.tell("已导出")
    qtbot.waitUntil(area.undo_bar.isVisible)
    assert area.undo_bar.geometry().bottom() > area.height() - 30
