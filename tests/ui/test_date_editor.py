"""The one date widget: typed as offices write, partly known too, or picked; an hour alone has a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.values import codes
from dangjian_desktop.domain.values.clock_text import Span, split_span
from dangjian_desktop.domain.values.values import read_cell
from dangjian_desktop.ui.widgets.date_editor import DateEditor, MomentEditor
from dangjian_desktop.ui.widgets.lookups import Reading
from ui.bot import Bot
from ui.ui_fakes import FakeLookups

DAY = FieldSpec("on", "交办日期", FieldType.DATE)
START = FieldSpec("started_at", "开始时间", FieldType.MOMENT)


class ReadingLookups(FakeLookups):
    """Reads as the program does."""

    def read(self, spec: FieldSpec, text: str) -> Reading:
        found = read_cell(spec, text, codes.load(resource("codes")), on=self.today())
        if found.error:
            return Reading(None, text, found.error)
        return Reading(found.value, str(found.value), until=found.until or "")


def shown(qtbot: Bot, made: Any) -> Any:
    qtbot.addWidget(made)
    made.show()
    made.setFocus()
    return made


def typed(qtbot: Bot, editor: Any, text: str) -> Any:
    editor.setText(text)
    editor.setModified(True)
    QApplication.sendEvent(editor, QFocusEvent(QEvent.Type.FocusOut))
    return editor.value()


def test_keys_open_the_calendar_and_pick_a_day(qtbot: Bot) -> None:
    editor = shown(qtbot, DateEditor(DAY, ReadingLookups()))
    told: list[bool] = []
    editor.changed.connect(lambda: told.append(True))
    qtbot.keyClick(editor, Qt.Key.Key_F4)
    assert editor.popup is not None
    calendar = editor.popup.calendar
    assert calendar.accessibleName() == "交办日期：日历"
    assert calendar.selectedDate().toPython() == date(2026, 9, 30), "this month at first"
    calendar.activated.emit(calendar.selectedDate().addDays(-1))
    assert (editor.text(), editor.value(), told) == ("2026-09-29", "2026-09-29", [True])


def test_escape_leaves_the_calendar_and_what_stands_there(qtbot: Bot) -> None:
    editor = shown(qtbot, DateEditor(DAY, ReadingLookups()))
    assert typed(qtbot, editor, "2021.7") == "2021-07"
    editor.open_calendar()
    assert editor.popup is not None
    assert editor.popup.calendar.selectedDate().toPython() == date(2021, 7, 1)
    qtbot.keyClick(editor.popup, Qt.Key.Key_Escape)
    assert editor.value() == "2021-07"


@pytest.mark.parametrize(("years", "end"), [(-9000, date(1850, 1, 1)), (9000, date(2099, 12, 31))])
def test_the_calendar_ends_where_typed_dates_end(qtbot: Bot, years: int, end: date) -> None:
    editor = shown(qtbot, DateEditor(DAY, ReadingLookups()))
    editor.open_calendar()
    assert editor.popup is not None
    calendar = editor.popup.calendar
    calendar.setSelectedDate(calendar.selectedDate().addYears(years))
    calendar.activated.emit(calendar.selectedDate())
    assert editor.value() in ("2026-09-30", end.isoformat())
    assert (calendar.minimumDate().toPython(), calendar.maximumDate().toPython()) == (
        date(1850, 1, 1),
        date(2099, 12, 31),
    )


def test_what_cannot_be_changed_offers_no_calendar(qtbot: Bot) -> None:
    editor = shown(qtbot, DateEditor(DAY, ReadingLookups()))
    editor.setReadOnly(True)
    editor.open_calendar()
    assert editor.popup is None
    assert not editor._sign.isVisible()


@pytest.mark.parametrize(
    ("text", "value", "until"),
    [
        ("下午3点", "2026-09-30T15:00", ""),
        ("14：30", "2026-09-30T14:30", ""),
        ("1430", "2026-09-30T14:30", ""),
        ("930", "2026-09-30T09:30", ""),
        ("1930", "2026-09-30T19:30", ""),
        ("14:30-16:00", "2026-09-30T14:30", "2026-09-30T16:00"),
        ("1430-1600", "2026-09-30T14:30", "2026-09-30T16:00"),
        ("9月3日 1430", "2026-09-03T14:30", ""),
        ("9月3日下午2:30至4:00", "2026-09-03T14:30", "2026-09-03T16:00"),
        ("2026-09-03", "2026-09-03", ""),
    ],
)
def test_a_beginning_is_taken_as_it_is_typed(qtbot: Bot, text: str, value: str, until: str) -> None:
    editor = shown(qtbot, MomentEditor(START, ReadingLookups()))
    assert typed(qtbot, editor, text) == value
    assert (editor.until, editor.problem()) == (until, "")


def test_an_hour_alone_is_of_the_day_that_stood_there(qtbot: Bot) -> None:
    editor = shown(qtbot, MomentEditor(START, ReadingLookups()))
    editor.put("2026-09-03T14:30", "2026-09-03 14:30")
    assert typed(qtbot, editor, "下午4点") == "2026-09-03T16:00"
    editor.open_calendar()
    assert editor.popup is not None
    editor.popup.picked.emit(date(2026, 9, 8))
    assert editor.value() == "2026-09-08T16:00"


@pytest.mark.parametrize("text", ["2026", "2027", "25点", "2561", "第三次"])
def test_what_is_no_time_is_told(qtbot: Bot, text: str) -> None:
    editor = shown(qtbot, MomentEditor(START, ReadingLookups()))
    editor.setText(text)
    assert editor.problem()


def test_a_number_alone_is_no_time_in_a_sheet() -> None:
    assert split_span("1998") == Span("1998", None)
    assert split_span("2026-09-03 1430") == Span("2026-09-03", "14:30")
