"""The hands of a window test: pytest-qt's robot with types, and one generous limit for everything waited for.

There is no waiting for a time: a test waits for what a person would see. The limit only ends a test that hangs.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

from PySide6.QtCore import QAbstractItemModel, QPoint, Qt, SignalInstance
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

PATIENCE = 60_000
"""Milliseconds; a loaded machine is slow, not wrong."""


class Caught(Protocol):
    """A signal that came: what it carried."""

    args: list[Any]


class ModelTester(Protocol):
    """Qt's own check of a model, as pytest-qt's fixture `qtmodeltester` offers it."""

    def check(self, model: QAbstractItemModel) -> None:
        """Raise where the model breaks a rule."""


class Bot:
    """Clicks, types and waits; by the names of pytest-qt."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot: Any = qtbot

    def addWidget(self, widget: QWidget | None) -> None:
        """Close the widget after the test."""
        assert widget is not None
        self._qtbot.addWidget(widget)

    def waitUntil(self, condition: Callable[[], bool | None]) -> None:
        """Go on once it holds."""
        self._qtbot.waitUntil(condition, timeout=PATIENCE)

    def waitSignal(self, signal: SignalInstance) -> AbstractContextManager[Caught]:
        """The block must make the signal come."""
        return cast("AbstractContextManager[Caught]", self._qtbot.waitSignal(signal, timeout=PATIENCE))

    def assertNotEmitted(self, signal: SignalInstance) -> AbstractContextManager[None]:
        """The block must not make the signal come."""
        return cast("AbstractContextManager[None]", self._qtbot.assertNotEmitted(signal))

    def waitActive(self, widget: QWidget) -> AbstractContextManager[None]:
        """The block must bring the window to the front."""
        return cast("AbstractContextManager[None]", self._qtbot.waitActive(widget, timeout=PATIENCE))

    def keyClick(
        self,
        widget: QWidget,
        key: Qt.Key | str,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Press one key."""
        self._qtbot.keyClick(widget, key, modifier)

    def keyClicks(self, widget: QWidget, text: str) -> None:
        """Type a text."""
        self._qtbot.keyClicks(widget, text)

    def mouseClick(
        self,
        widget: QWidget | None,
        button: Qt.MouseButton,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        pos: QPoint | None = None,
    ) -> None:
        """Click, in the middle unless told."""
        assert widget is not None
        self._qtbot.mouseClick(widget, button, modifier, pos or QPoint())

    def mouseDClick(self, widget: QWidget, button: Qt.MouseButton, pos: QPoint | None = None) -> None:
        """Click twice, in the middle unless told."""
        self._qtbot.mouseDClick(widget, button, pos=pos or QPoint())
