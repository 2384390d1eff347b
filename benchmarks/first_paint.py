"""First paint of a usable unlock window against a bare PySide6 window, as a ratio in one run.

Both programs are started alternately as processes of their own and timed from the start of the process to
its end, which comes right after the first paint. Run with a display: `python benchmarks/first_paint.py [N]`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

BARE = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, app.quit)
window = Window()
window.resize(864, 544)
window.show()
app.exec()
"""


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Wall time of one process."""
    begun = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def measure(runs: int = 15) -> dict[str, float]:
    """Medians in milliseconds, and their ratio."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"DANGJIAN_EXIT_AFTER_PAINT": "1", "XDG_DATA_HOME": home, "LOCALAPPDATA": home}
        bare = [sys.executable, "-c", BARE]
        ours = [sys.executable, "-m", "dangjian_desktop"]
        seconds(bare, environment), seconds(ours, environment)
        times = [(seconds(bare, environment), seconds(ours, environment)) for _ in range(runs)]
    bare_ms = statistics.median(pair[0] for pair in times) * 1000
    ours_ms = statistics.median(pair[1] for pair in times) * 1000
    ratio = statistics.median(pair[1] / pair[0] for pair in times)
    return {"bare_ms": bare_ms, "ours_ms": ours_ms, "ratio": ratio}


if __name__ == "__main__":
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
    print(f"bare {found['bare_ms']:.0f} ms, unlock window {found['ours_ms']:.0f} ms, ratio {found['ratio']:.2f}")
