"""What a monkey does to the windows in front of it: clicks, types, pastes, drags and resizes, chosen by a seed.

Events go the way of a person's: through whatever widget lies at the place. A text is typed one letter a turn of the
event loop, so that a stall is that of one letter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import TypeAlias

import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

Key: TypeAlias = Qt.Key
Mod: TypeAlias = Qt.KeyboardModifier
Button: TypeAlias = Qt.MouseButton

TARGETS = (QAbstractButton, QComboBox, QHeaderView, QLineEdit, QPlainTextEdit, QScrollBar, QTabBar, QTextEdit)
TEXTS = (
    "王", "张三", "李建国", "阿依努尔·吐尔逊", "wjg", "zs", "2", "12345678901234567890", "-1", "0", "2026-09-30",
    "2026.9", "1958年7月", "明天",
    "13800000000", "42990019580101001X", "429900195801010011", "不是证件号码", "第一党支部",
    "春天社区", "'; drop table", "<b>粗</b>&amp;", "%_*?[", "\\", "𠮷野家", "ـعربي", "é́", " ", "　",
    "啊" * 120, "x" * 400,
)  # fmt: skip
PASTES = (
    "张三\t男\t2020-01-01\n李四\t女\t2021\n王五\t\t", "一\n二\n三\n四", "\t\t\t\n\t\t", "\n", "", "王\r\n李\r\n",
    "1\t2\t3",
    "很长的一格" * 2000, "甲\t乙\n" * 300, "\x00\x07\ufeff", "2026-13-45\t中共党员",
)  # fmt: skip
KEYS: Sequence[tuple[Key, Mod]] = (
    *((key, Mod.NoModifier) for key in (
        Key.Key_Tab, Key.Key_Tab, Key.Key_Return, Key.Key_Return, Key.Key_Escape, Key.Key_Up, Key.Key_Down,
        Key.Key_Left, Key.Key_Right, Key.Key_F1, Key.Key_F2, Key.Key_F2, Key.Key_F5, Key.Key_Delete,
        Key.Key_Backspace, Key.Key_Home, Key.Key_End, Key.Key_PageUp, Key.Key_PageDown, Key.Key_Space,
        Key.Key_Menu, Key.Key_Insert,
    )),
    *((key, Mod.ControlModifier) for key in (
        Key.Key_A, Key.Key_C, Key.Key_V, Key.Key_X, Key.Key_Z, Key.Key_Y, Key.Key_K, Key.Key_F, Key.Key_N, Key.Key_S,
        Key.Key_P, Key.Key_D, Key.Key_E, Key.Key_I, Key.Key_G, Key.Key_B, Key.Key_H, Key.Key_Return, Key.Key_Home,
        Key.Key_End, Key.Key_Tab, Key.Key_Space, Key.Key_Down,
    )),
    *((key, Mod.ShiftModifier) for key in (Key.Key_Tab, Key.Key_Down, Key.Key_Right, Key.Key_Space, Key.Key_F10)),
    *((key, Mod.AltModifier) for key in (Key.Key_Down, Key.Key_Left, Key.Key_Up)),
)  # fmt: skip
SIZES = (800, 2200), (520, 1300)


class Hands:
    """Does one thing at a time to a window; `said` keeps the last things done, to be read after a fault."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.said: deque[str] = deque(maxlen=40)
        self._waiting: deque[tuple[str, Callable[[], object]]] = deque()
        self._kinds: Sequence[tuple[int, Callable[[QWidget], None]]] = (
            (34, self._aim),
            (14, self._anywhere),
            (18, self._key),
            (12, self._type),
            (5, self._paste),
            (5, self._drag),
            (5, self._wheel),
            (4, self._menu),
            (3, self._resize),
        )

    def act(self, window: QWidget) -> None:
        """Do the next thing to this window."""
        if self._waiting:
            words, call = self._waiting.popleft()
            self.say(words)
            call()
            return
        weights = [weight for weight, _do in self._kinds]
        _weight, do = self.random.choices(self._kinds, weights)[0]
        do(window)

    def forget(self) -> None:
        """Drop the rest of what was being typed."""
        self._waiting.clear()

    def say(self, words: str) -> None:
        """Keep what is done; before it is done, since it may not come back."""
        self.said.append(words)

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Click with the left button."""
        self.say(f"click {told(widget)}")
        QTest.mouseClick(widget, Button.LeftButton, Mod.NoModifier, place or widget.rect().center())

    def press(self, key: Key, modifier: Mod = Mod.NoModifier) -> None:
        """Press a key where the keyboard is."""
        target = _keyboard()
        if target is not None:
            self.say(f"key {modifier.name} {key.name} at {told(target)}")
            QTest.keyClick(target, key, modifier)

    # One of these at a time

    def _aim(self, window: QWidget) -> None:
        """At something that is made to be clicked."""
        found: list[QWidget] = [w for w in window.findChildren(QWidget) if _open(w) and isinstance(w, TARGETS)]
        found += [v.viewport() for v in window.findChildren(QAbstractItemView) if _open(v)]
        if not found:
            self._anywhere(window)
            return
        self._strike(self.random.choice(found))

    def _anywhere(self, window: QWidget) -> None:
        place = QPoint(self.random.randrange(max(1, window.width())), self.random.randrange(max(1, window.height())))
        widget = window.childAt(place) or window
        if widget.isEnabled():
            self._strike(widget, widget.mapFrom(window, place))

    def _strike(self, widget: QWidget, place: QPoint | None = None) -> None:
        random, rect = self.random, widget.rect()
        if place is None:
            place = QPoint(random.randrange(max(1, rect.width())), random.randrange(max(1, rect.height())))
        modifier = random.choices((Mod.NoModifier, Mod.ControlModifier, Mod.ShiftModifier), (90, 5, 5))[0]
        kind = random.choices(("left", "right", "double"), (82, 8, 10))[0]
        self.say(f"{kind} {modifier.name} {told(widget)} at {place.x()},{place.y()}")
        if kind == "double":
            # As the mouse does: the first click may have taken the widget away.
            self._waiting.append(("second click", partial(_double, widget, place)))
            _click(widget, Button.LeftButton, modifier, place)
        elif kind == "left":
            _click(widget, Button.LeftButton, modifier, place)
        else:
            _click(widget, Button.RightButton, modifier, place)

    def _key(self, _window: QWidget) -> None:
        self.press(*self.random.choice(KEYS))

    def _type(self, _window: QWidget) -> None:
        for letter in self.random.choice(TEXTS)[: self.random.choice((3, 10, 40, 400))]:
            self._waiting.append((f"type {letter!r}", partial(_letter, letter)))
        if self.random.random() < 0.4:
            self._waiting.append(("key Return", partial(self.press, Key.Key_Return)))

    def _paste(self, _window: QWidget) -> None:
        text = self.random.choice(PASTES)
        self.say(f"paste {text[:20]!r}")
        QApplication.clipboard().setText(text)
        self.press(Key.Key_V, Mod.ControlModifier)

    def _drag(self, window: QWidget) -> None:
        random = self.random
        found = [w for w in window.findChildren(QWidget) if _open(w) and w.width() > 4 and w.height() > 4]
        if not found:
            return
        widget = random.choice(found)
        self.say(f"drag over {told(widget)}")
        QTest.mousePress(widget, Button.LeftButton, Mod.NoModifier, _within(random, widget))
        for _turn in range(4):
            self._waiting.append(("drag on", partial(_move, widget, _within(random, widget))))
        self._waiting.append(("let go", partial(_let_go, widget, _within(random, widget))))

    def _wheel(self, window: QWidget) -> None:
        place = _within(self.random, window)
        widget = window.childAt(place) or window
        turn = self.random.choice((-120, -600, 120, 600))
        self.say(f"wheel {turn} over {told(widget)}")
        here = QPointF(widget.mapFrom(window, place))
        there = QPointF(window.mapToGlobal(place))
        no = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(here, there, QPoint(), QPoint(0, turn), Button.NoButton, Mod.NoModifier, no, False)
        QApplication.sendEvent(widget, event)

    def _menu(self, window: QWidget) -> None:
        if isinstance(window, QMenu):
            actions = [a for a in window.actions() if a.isEnabled() and not a.isSeparator() and a.isVisible()]
            if actions:
                action = self.random.choice(actions)
                self.say(f"menu {action.text()!r}")
                QTest.mouseClick(window, Button.LeftButton, Mod.NoModifier, window.actionGeometry(action).center())
            return
        self.press(Key.Key_Menu)

    def _resize(self, window: QWidget) -> None:
        if isinstance(window, QMenu) or not window.isWindow():
            return
        (least, most), (low, high) = SIZES
        width, height = self.random.randint(least, most), self.random.randint(low, high)
        self.say(f"resize {told(window)} to {width}x{height}")
        window.showNormal()
        window.resize(width, height)


def told(widget: QWidget) -> str:
    """A widget by class, name and words."""
    words = ""
    if isinstance(widget, QAbstractButton):
        words = widget.text()
    name = widget.accessibleName() or widget.objectName()
    return " ".join(part for part in (type(widget).__name__, name, repr(words) if words else "") if part)


def _click(widget: QWidget, button: Qt.MouseButton, modifier: Qt.KeyboardModifier, place: QPoint) -> None:
    """Press and let go; what the press has ended is not let go at, which would touch freed memory."""
    QTest.mousePress(widget, button, modifier, place)
    if shiboken6.isValid(widget):
        QTest.mouseRelease(widget, button, modifier, place)


def _keyboard() -> QWidget | None:
    popup = QApplication.activePopupWidget()
    if popup is not None:
        return popup.focusWidget() or popup
    modal, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
    if modal is not None:
        # Without a window manager the focus may stay below a dialog, where no key of a person's goes.
        return focus if focus is not None and focus.window() is modal else modal.focusWidget() or modal
    window = QApplication.activeWindow()
    return focus or (window and window.focusWidget()) or window


def _letter(letter: str) -> None:
    """As the keyboard gives it, or as an input method does: first composed, then committed."""
    target = _keyboard()
    if target is None:
        return
    if letter.isascii() and letter.isprintable():
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if _open(target):
                QApplication.sendEvent(target, QKeyEvent(kind, ord(letter.upper()), Mod.NoModifier, letter))
        return
    if target.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
        QApplication.sendEvent(target, QInputMethodEvent("zi", []))
        committed = QInputMethodEvent()
        committed.setCommitString(letter)
        if _open(target):
            QApplication.sendEvent(target, committed)


def _double(widget: QWidget, place: QPoint) -> None:
    if _open(widget):
        QTest.mouseDClick(widget, Button.LeftButton, Mod.NoModifier, place)


def _move(widget: QWidget, place: QPoint) -> None:
    if _open(widget):
        QTest.mouseMove(widget, place)


def _let_go(widget: QWidget, place: QPoint) -> None:
    if _open(widget):
        QTest.mouseRelease(widget, Button.LeftButton, Mod.NoModifier, place)


def _open(widget: QWidget) -> bool:
    """Whether a person could reach it now."""
    return bool(shiboken6.isValid(widget)) and widget.isVisible() and widget.isEnabled()


def _within(random: Random, widget: QWidget) -> QPoint:
    return QPoint(random.randrange(max(1, widget.width())), random.randrange(max(1, widget.height())))
