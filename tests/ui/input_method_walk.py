"""Chinese typed with a real input method: run by `scripts/input_methods.sh` under a display with fcitx5 or ibus.

Keys come from the X server (xdotool), go through the input method and arrive as a person's would. What is looked at:
composed words arrive once, and Esc cancels what is being composed and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

PATIENCE = 8.0


class Walk:
    """Types into one place after the other and keeps what was not as it should be."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.wrong: list[str] = []
        self.preedits: list[str] = []

    def wait(self, seconds: float) -> None:
        """Let the window live."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._app.processEvents()
            time.sleep(0.01)

    def until(self, condition: Callable[[], Any]) -> bool:
        """Wait for what a person would see."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if condition():
                return True
            self.wait(0.05)
        return False

    def keys(self, *names: str) -> None:
        """Real keys, at the pace of a person."""
        for name in names:
            subprocess.run(["xdotool", "key", "--clearmodifiers", name], check=True)
            self.wait(0.12)

    def pinyin(self, letters: str) -> bool:
        """Compose; whether the input method took the letters."""
        self.preedits.clear()
        self.keys(*letters)
        return self.until(lambda: any(self.preedits))

    def check(self, what: str, good: bool, seen: object = "") -> None:
        """Tell one outcome."""
        print(f"  {'ok   ' if good else 'WRONG'} {what}" + ("" if good else f": {seen!r}"), flush=True)
        if not good:
            self.wrong.append(what)


def main() -> int:
    """Open the window over a small sample street and type into it."""
    folder = Path(tempfile.mkdtemp())
    os.environ["XDG_DATA_HOME"] = str(folder)
    from dangjian_desktop.app import environment, start

    environment.prepare()
    app = start.make_application()
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtGui import QInputMethodEvent

    walk = Walk(app)

    class Listener(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
                walk.preedits.append(event.preeditString())
            return False

    listener = Listener()
    app.installEventFilter(listener)
    print(f"QT_IM_MODULE={os.environ.get('QT_IM_MODULE')}", flush=True)
    from dangjian_desktop.demo import fill, opening_day
    from dangjian_desktop.ui.shell.gateway import Gateway
    from dangjian_desktop.ui.shell.main_window import MainWindow
    from dangjian_desktop.ui.widgets.job import JobRunner
    from ui.ui_fakes import ScriptedDialogs
    from ui.window_kit import PASSWORD, STREET, TODAY

    gateway = Gateway(TODAY)
    office, _key = gateway.create(
        folder / "a.djd", name=STREET, account="张三", password=PASSWORD, base_date=opening_day(TODAY)
    )
    fill(office, members=60)
    window = MainWindow(office, gateway, JobRunner, lambda _parent: ScriptedDialogs())
    window.show_sized()
    window.activateWindow()
    walk.until(lambda: window.isActiveWindow() and not window.runner._errands)
    try:
        line_edit(walk, window)
        type_ahead(walk, window)
        cell(walk, window)
        words(walk, window)
    finally:
        window.grab().save(os.environ.get("DANGJIAN_SCREENSHOT", str(folder / "last.png")))
    print(f"{len(walk.wrong)} wrong", flush=True)
    sys.stdout.flush()
    # Workers and the office are not wound up: the file is thrown away.
    os._exit(1 if walk.wrong else 0)


def composed(walk: Walk, where: str, text: Callable[[], str], still: Callable[[], bool]) -> None:
    """The same for every place: Esc cancels what is composed and nothing else; words arrive once."""
    before = text()
    if not walk.pinyin("nihao"):
        walk.check(f"{where}: the input method takes the letters", False, text())
        return
    walk.check(f"{where}: letters are composed, not typed", text() == before, text())
    walk.keys("Escape")
    walk.until(lambda: not walk.preedits[-1])
    walk.check(f"{where}: Esc cancels the composition", walk.preedits[-1] == "" and text() == before, text())
    walk.check(f"{where}: and leaves the rest as it was", still(), "left")
    walk.pinyin("nihao")
    walk.keys("space")
    walk.until(lambda: "你好" in text())
    walk.wait(0.5)
    walk.check(f"{where}: composed words arrive once", text().count("你好") == 1 and "nihao" not in text(), text())


def line_edit(walk: Walk, window: Any) -> None:
    """The name in the form of a new member."""
    window.open_page("members")
    walk.until(lambda: not window.runner._errands)
    page = window._pages["members"]
    page.new()
    walk.until(lambda: not window.runner._errands and page.drawer._new_form is not None and page.drawer.isVisible())
    field = page.drawer._new_form.fields["name"].editor
    field.setFocus()
    walk.wait(0.3)
    composed(walk, "form, name", field.text, page.drawer.isVisible)
    field.setText("")
    window.open_page("home")
    window.open_page("members")
    walk.wait(0.5)


def type_ahead(walk: Walk, window: Any) -> None:
    """Letters typed onto the list open the find bar."""
    page = window._pages["members"]
    page.step_back()
    walk.until(lambda: not window.runner._errands)
    view = page.table.view
    view.setCurrentIndex(page.table.model.index(0, 0))
    view.setFocus()
    walk.wait(0.3)
    bar = page.table.find_bar
    walk.pinyin("li")
    walk.check("list: letters are composed, not typed", bar.field.text() == "" and bar.isVisible(), bar.field.text())
    walk.keys("Escape")
    walk.until(lambda: not bar.isVisible())
    walk.check("list: Esc cancels the composition", not bar.isVisible() and view.hasFocus(), bar.field.text())
    walk.pinyin("li")
    walk.keys("1")
    walk.until(bar.field.text)
    walk.wait(0.5)
    found = bar.field.text()
    walk.check("list: the composed word arrives once", len(found) == 1 and not found.isascii(), found)
    walk.keys("BackSpace")
    composed(walk, "list, find bar", bar.field.text, bar.isVisible)
    walk.keys("Escape")
    walk.until(lambda: not bar.isVisible())
    walk.check("list, find bar: the next Esc leaves it", not bar.isVisible())


def cell(walk: Walk, window: Any) -> None:
    """A cell of the list, opened by F2."""
    page = window._pages["members"]
    table = page.table
    table.set_columns([*table.visible_fields(), "native_place"])
    walk.until(lambda: not window.runner._errands)
    table.view.setFocus()
    table.view.setCurrentIndex(table.model.index(0, table.model.fields.index("native_place")))
    walk.wait(0.3)
    walk.keys("F2")
    walk.until(lambda: table.view.editing is not None and table.view.editing.editor is not None)
    editor = table.view.editing.editor
    editor.selectAll()
    walk.keys("Delete")
    composed(walk, "cell", editor.text, lambda: table.view.editing.editor is editor and editor.isVisible())
    walk.keys("Return")
    walk.until(lambda: not window.runner._errands and not table.model.overlay)
    shown = table.model.index(0, table.model.fields.index("native_place")).data()
    walk.check("cell: Enter writes it", shown == "你好", shown)


def words(walk: Walk, window: Any) -> None:
    """The editor of the words of a report."""
    from dangjian_desktop.ui.pages.reports.words.edit import WordsEdit

    window.open_page("reports")
    walk.until(lambda: not window.runner._errands)
    page = window._pages["reports"]
    name = next(key for key, spec in page._specs.items() if spec.has_words)
    page.choose(name)
    walk.until(lambda: not window.runner._errands)
    page._edit_words()
    walk.until(lambda: page.findChild(WordsEdit) is not None and page.findChild(WordsEdit).isVisible())
    walk.until(lambda: not window.runner._errands)
    edit = page.findChild(WordsEdit)
    edit.setFocus()
    walk.wait(0.3)
    composed(walk, "words", edit.toPlainText, edit.isVisible)


if __name__ == "__main__":
    sys.exit(main())
