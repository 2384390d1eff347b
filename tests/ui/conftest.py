"""What every window test needs: no display, the look applied, a runner that is closed again."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dangjian_desktop.ui import theme
from dangjian_desktop.ui.widgets.job import JobRunner
from ui.bot import Bot


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen display tells of what it cannot do (raise a window, grab keys); that is no fault of ours."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(scope="session", autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    theme.register_fonts()
    theme.apply(qapp, dark=False)
    yield
    # The offscreen display lets go of what was copied only after Python has ended, and that crashes.
    qapp.clipboard().clear()


@pytest.fixture(autouse=True)
def _collect_here() -> Iterator[None]:
    """As in the program, circles are collected in the window's thread only: a window that ends in another aborts."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture(scope="module", autouse=True)
def _leave_no_window() -> Iterator[None]:
    """Nothing of these windows is left for a thread of other tests to collect."""
    yield
    gc.collect()


@pytest.fixture
def qtbot(qtbot: QtBot) -> Bot:
    """The hands of a test, patient and with types."""
    return Bot(qtbot)


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[JobRunner]:
    """Runs background work; closed after the test, so no thread outlives it."""
    made = JobRunner()
    yield made
    made.close()
