"""The list of figures at every width."""

from __future__ import annotations

from dangjian_desktop.ui.pages.reports.figure_list import DEFINITION, LABEL, FigureList
from ui.bot import Bot


def test_a_narrow_list_leaves_the_definitions_out_and_scrolls_no_more(qtbot: Bot) -> None:
    made = FigureList()
    qtbot.addWidget(made)
    made.resize(900, 400)
    made.show()
    assert not made.isColumnHidden(DEFINITION)
    made.resize(380, 400)
    qtbot.waitUntil(lambda: made.isColumnHidden(DEFINITION))
    qtbot.waitUntil(lambda: made.horizontalScrollBar().maximum() == 0)
    made.resize(900, 400)
    qtbot.waitUntil(lambda: not made.isColumnHidden(DEFINITION))
    assert made.columnWidth(LABEL) < 300
