"""Every page fits an old PC's screen of 1366x768 at 150 %: one page that wants more pushes the whole window out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from dangjian_desktop.services.office.office import Office
from dangjian_desktop.ui import theme
from dangjian_desktop.ui.shell.page_registry import PAGES
from office_kit import add_branch, add_member, new_office
from ui.bot import Bot
from ui.page_stage import Stage

WIDTH, HEIGHT = 1366 - 120 - 240, 768 - 132  # beside the icons and the tree; below title bar, top bar, margins


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    add_member(made, "王小明", add_branch(made, "第一党支部"), 1)
    yield made
    made.close()


@pytest.fixture
def _large(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, dark=False, scale=150)
    yield
    theme.apply(qapp, dark=False, scale=100)


@pytest.mark.usefixtures("_large")
@pytest.mark.parametrize("spec", [spec for spec in PAGES if spec.load() is not None], ids=lambda spec: spec.key)
def test_a_page_asks_for_no_more_than_there_is(qtbot: Bot, office: Office, runner: Any, spec: Any) -> None:
    stage = Stage(qtbot, office, runner, spec.load())
    stage.page.enter({})
    qtbot.waitUntil(lambda: not runner.jobs)
    least = stage.page.minimumSizeHint()
    assert (least.width() <= WIDTH, least.height() <= HEIGHT) == (True, True), least
