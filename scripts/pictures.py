"""Pictures of every page at three sizes into docs/images, from the synthetic street; made anew after a change of look.

    python scripts/pictures.py            all of them, light
    python scripts/pictures.py --to DIR   elsewhere, to look at first

`members.png` is 1366×768 at 100 %, `members-150.png` the same screen at 150 %, `members-1920.png` a large screen.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

TODAY = date(2026, 9, 30)
STREET = "临江街道党工委"
PASSWORD = "合适的密码一二三"
BAR = 40  # what a desktop keeps for itself
SIZES = (("", 1366, 768, 100), ("-150", 1366, 768, 150), ("-1920", 1920, 1080, 100))
PATIENCE = 120.0


def main() -> int:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "images")
    target: Path = parser.parse_args().to
    target.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA", "APPDATA"):
            os.environ[name] = folder
        _Pictures(Path(folder), target).make()
    # The window's workers are not wound up.
    sys.stdout.flush()
    os._exit(0)


class _Pictures:
    def __init__(self, folder: Path, target: Path) -> None:
        from dangjian_desktop.app import environment, start
        from dangjian_desktop.app.words import speak_chinese
        from dangjian_desktop.demo import fill, opening_day
        from dangjian_desktop.ui import theme
        from dangjian_desktop.ui.shell.gateway import Gateway

        environment.prepare()
        self._app, self._target = start.make_application(), target
        theme.register_rare_fonts()
        speak_chinese(self._app)
        self._gateway = Gateway(TODAY)
        self._office, _key = self._gateway.create(
            folder / "临江街道.djd", name=STREET, account="张三", password=PASSWORD, base_date=opening_day(TODAY)
        )
        fill(self._office)

    def make(self) -> None:
        """All pages at all sizes."""
        from dangjian_desktop.ui import theme
        from dangjian_desktop.ui.shell.main_window import MainWindow
        from dangjian_desktop.ui.widgets.dialogs import WindowDialogs
        from dangjian_desktop.ui.widgets.job import JobRunner

        for end, width, height, scale in SIZES:
            theme.apply(self._app, scale=scale, dark=False)
            window = MainWindow(self._office, self._gateway, JobRunner, WindowDialogs)
            window.show_sized()
            window.showNormal()
            window.resize(width, height - BAR)
            for name, go in self._places(window):
                go()
                self._settle(window)
                self._keep(window, f"{name}{end}.png")
                print(f"{name}{end}.png", flush=True)
            window.release()
            window.hide()
            window.deleteLater()

    def _places(self, window: Any) -> list[tuple[str, Callable[[], object]]]:
        def open_page(key: str, **arguments: Any) -> Callable[[], object]:
            return lambda: window.open_page(key, arguments or None)

        return [
            ("workbench", open_page("home")),
            ("organisations", open_page("organisations")),
            ("members", open_page("members")),
            ("member", lambda: self._first_member(window)),
            ("meetings", open_page("meetings")),
            ("meeting", lambda: self._new_meeting(window)),
            ("ledgers", open_page("ledgers")),
            ("ledger", lambda: window._pages["ledgers"].open_ledger("rectification")),
            ("schemes", open_page("schemes")),
            ("report", lambda: self._quarter(window)),
            ("log", open_page("system", tab="log")),
            ("accounts", open_page("system", tab="accounts")),
        ]

    def _first_member(self, window: Any) -> None:
        page = window._pages["members"]
        self._settle(window)
        page.open_record("member", page.table.model.id_at(3))

    def _new_meeting(self, window: Any) -> None:
        """A member meeting of the first branch, not saved."""
        from dangjian_desktop.services.units import organisations

        nodes = organisations.tree(self._office)
        branch = next(node for node in nodes if node.name.endswith("党支部") and node.members_total > 10)
        window._pages["meetings"].new(branch.id, "DYDH")

    def _quarter(self, window: Any) -> None:
        window.open_page("reports")
        self._settle(window)
        page = window._pages["reports"]
        page.choose(next(name for name, spec in page._specs.items() if spec.has_words))

    def _keep(self, window: Any, name: str) -> None:
        """With few colours, since nothing in the window needs more: a third of the size."""
        from PIL import Image
        from PySide6.QtGui import QImage

        grabbed = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        size, line = (grabbed.width(), grabbed.height()), grabbed.bytesPerLine()
        picture = Image.frombuffer("RGB", size, bytes(grabbed.constBits()), "raw", "RGB", line, 1)
        picture.quantize(128, dither=Image.Dither.NONE).save(self._target / name, optimize=True)

    def _settle(self, window: Any) -> None:
        """Until nothing is asked any more and everything is painted."""
        end, quiet = time.monotonic() + PATIENCE, 0
        while quiet < 40 and time.monotonic() < end:
            self._app.processEvents()
            quiet = 0 if window.runner._errands else quiet + 1
            time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main())
