"""系统 › 设置: the custom of naming is shown, chosen, and the tree follows at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.units import naming
from dangjian_desktop.ui.pages.system.naming_box import NamingBox
from dangjian_desktop.ui.shell.context import PageContext
from dangjian_desktop.ui.shell.service_lookups import ServiceLookups
from office_kit import new_office
from ui.page_stage import RecordingShell
from ui.ui_fakes import ScriptedDialogs


class TreeShell(RecordingShell):
    """Counts how often the tree was asked to be read anew."""

    reloads = 0

    def reload_tree(self) -> None:
        self.reloads += 1


def test_the_choice_is_kept_and_the_tree_read_anew(qtbot: Any, tmp_path: Path, runner: Any) -> None:
    office, shell = new_office(tmp_path), TreeShell()
    box = NamingBox(PageContext(office, runner, ScriptedDialogs(), ServiceLookups(office), shell))
    qtbot.addWidget(box)
    box.enter()
    qtbot.waitUntil(lambda: box.choices.currentData() == naming.STANDARD)
    place = box.choices.findData("grid")
    box.choices.setCurrentIndex(place)
    box.choices.activated.emit(place)
    qtbot.waitUntil(lambda: shell.reloads == 1)
    assert naming.current(office).key == "grid"
    assert shell.said == [("层级叫法已改", False)]
    runner.close()
    office.close()


def test_only_an_administrator_finds_the_list_open(qtbot: Any, tmp_path: Path, runner: Any) -> None:
    office = new_office(tmp_path)
    office.actor = Actor("看", "clerk")
    box = NamingBox(PageContext(office, runner, ScriptedDialogs(), ServiceLookups(office), TreeShell()))
    qtbot.addWidget(box)
    assert not box.choices.isEnabled()
    runner.close()
    office.close()
