"""The editor of every date: typed as offices write them, partly known too, or picked from a small calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QLocale, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.domain.values.clock_text import spelled, split_span
from dangjian_desktop.domain.values.partial_dates import EARLIEST_YEAR, LATEST_YEAR

from .. import theme
from .editors import ReadEditor
from .icons import icon
from .labels import button, label
from .lookups import Lookups, Reading

_BARE = re.compile(r"\d{3,4}")
_NEAR_YEARS = 1


class CalendarPopup(QFrame):
    """A month to pick a day from; `picked(date)`. Arrows and Page keys move, Enter picks, Esc leaves."""

    picked = Signal(object)

    def __init__(self, day: date, today: date, title: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("popup")
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(8), px(8), px(8), px(8))
        box.setSpacing(px(6))
        self.calendar = _calendar(title)
        self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self.calendar.clicked.connect(self._take)
        self.calendar.activated.connect(self._take)
        box.addWidget(self.calendar)
        row = QHBoxLayout()
        row.addWidget(label("只知道年月的，直接写在格里", "small"), 1)
        row.addWidget(button("今天", lambda: self._take(QDate(today.year, today.month, today.day))))
        box.addLayout(row)
        self.setFocusProxy(self.calendar)

    def open_under(self, editor: QWidget) -> None:
        """Show below the field, or above it where the screen ends."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        below = editor.mapToGlobal(QPoint(0, editor.height() + 2))
        above = editor.mapToGlobal(QPoint(0, -self.height() - 2))
        place = below if below.y() + self.height() <= room.bottom() else above
        self.move(max(room.left(), min(place.x(), room.right() - self.width())), max(room.top(), place.y()))
        self.show()
        self.calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves without a change."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _take(self, day: QDate) -> None:
        self.picked.emit(date(day.year(), day.month(), day.day()))
        self.close()


def _calendar(title: str) -> QCalendarWidget:
    px, look = theme.current().px, theme.current()
    made = QCalendarWidget()
    # Beyond these years no day is taken when it is typed either, and Qt's first years are none of Python's.
    made.setDateRange(QDate(EARLIEST_YEAR, 1, 1), QDate(LATEST_YEAR, 12, 31))
    made.setLocale(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    made.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
    made.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    made.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
    made.setAccessibleName(f"{title}：日历")
    made.setFixedSize(px(336), px(268))
    plain = QTextCharFormat()
    plain.setForeground(look.colour("ink"))
    for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        made.setWeekdayTextFormat(day, plain)
    for name, sign, said in (
        ("qt_calendar_prevmonth", "chevron-left", "上个月"),
        ("qt_calendar_nextmonth", "chevron-right", "下个月"),
    ):
        turn = made.findChild(QToolButton, name)
        if turn is not None:
            turn.setIcon(icon(sign, "ink_soft", 16))
            turn.setIconSize(QSize(px(16), px(16)))
            turn.setToolTip(said)
            turn.setAccessibleName(said)
    return made


class DateEditor(ReadEditor):
    """A date; F4, Alt+↓ or the sign at its end opens the calendar."""

    def __init__(self, spec: FieldSpec, lookups: Lookups, parent: QWidget | None = None) -> None:
        super().__init__(spec, lookups, parent)
        self._sign = self.addAction(icon("calendar", "ink_faint", 16), QLineEdit.ActionPosition.TrailingPosition)
        self._sign.setText("日历")
        self._sign.setToolTip("从日历里选（F4）")
        self._sign.triggered.connect(self.open_calendar)
        self.popup: CalendarPopup | None = None

    def setReadOnly(self, read_only: bool) -> None:
        """Without the sign where nothing can be picked."""
        super().setReadOnly(read_only)
        self._sign.setVisible(not read_only)

    def open_calendar(self) -> None:
        """Offer the month of what stands here, or this month."""
        if self.isReadOnly() or not self.isEnabled():
            return
        today = self._lookups.today()
        self.popup = CalendarPopup(self.known_day() or today, today, self.spec.label, self)
        self.popup.picked.connect(self._pick)
        self.popup.open_under(self)

    def known_day(self) -> date | None:
        """The day that stands here, the first of a month or year; None while it cannot be read."""
        text = str(self.value() or "")[:10]
        try:
            return date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text)
        except ValueError:
            return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F4 and Down open the calendar."""
        if event.key() in (Qt.Key.Key_F4, Qt.Key.Key_Down):
            self.open_calendar()
        else:
            super().keyPressEvent(event)

    def _pick(self, day: date) -> None:
        self.setText(self._with_day(day))
        self.setModified(True)
        self.changed.emit()
        self.editingFinished.emit()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _with_day(self, day: date) -> str:
        return day.isoformat()


class MomentEditor(DateEditor):
    """A day with an hour; an hour alone (下午3点, 1430, 14:30-16:00) is of the day that is known, else of today.

    `day` tells that day where another field does. After a span was read `until` is its end, `2026-09-03T16:00`.
    """

    def __init__(self, spec: FieldSpec, lookups: Lookups, parent: QWidget | None = None) -> None:
        super().__init__(spec, lookups, parent)
        self.day: Callable[[], date | None] = lambda: None
        self.until = ""
        self._last: date | None = None

    def put(self, value: object, shown: str) -> None:
        """Show a stored moment; its day stays known when only the hour is typed anew."""
        super().put(value, shown)
        self.until = ""
        self._last = self.known_day()

    def _read(self, text: str) -> Reading:
        today = self._lookups.today()
        if _BARE.fullmatch(text) and abs(int(text) - today.year) > _NEAR_YEARS:
            text = spelled(text)
        span = split_span(text)
        if span.start and not span.day:
            text = f"{(self.day() or self._last or today).isoformat()} {text}"
        return super()._read(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The end of a span is told once, before the field is written the one way it is kept."""
        if self.isModified():
            text = self.text().strip()
            self.until = self._read(text).until if text else ""
        super().focusOutEvent(event)

    def _with_day(self, day: date) -> str:
        clock = str(self.value() or "")[11:16] or (split_span(self.text()).start or "")
        self._last = day
        return f"{day.isoformat()} {clock}".strip()
