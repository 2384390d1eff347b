"""What a person waits for after the double click, as whole processes: home page and commands, against their floors.

`python benchmarks/starts.py home|info|find FOLDER PEOPLE [TIMES]` (with a display for `home`). Ours and the floor
take turns; both are timed from the start of the process to its end. The floors do what nobody can leave out: a bare
window where there is one, Argon2id with the program's effort, the raw encrypted file opened, the same query.

The home page counts as painted when its whole frame, the numbers at its head and what is due or overdue (topics with
counts, the five most pressing) stand on the screen, all computed in this start and for its day: nothing is kept from an
earlier one. The quarter, the charts and what the rules say of every single record follow into room that is kept.
"""

from __future__ import annotations

import compileall
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from kit import PASSWORD, Found

HERE = Path(__file__).resolve().parent
_OPEN = """
import sys
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
hash_secret_raw(b"password", b"0123456789abcdef", 3, 64 * 1024, 4, 32, Type.ID)
import sqlcipher3.dbapi2 as sqlcipher
connection = sqlcipher.connect(sys.argv[1])
connection.execute(f"PRAGMA key = \\"x'{sys.argv[2]}'\\"")
"""
_WINDOW = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, app.quit)
window = Window()
window.resize(1366, 768)
window.show()
app.exec()
"""
_INFO = """
for table in ("organisation", "member", "post", "meeting", "ledger_entry"):
    connection.execute(f"SELECT count(*) FROM {table} WHERE NOT binned").fetchone()
"""
_FIND = """
connection.execute(
    "SELECT m.id, m.name, m.organisation FROM member_find f JOIN member m ON m.rid = f.rowid"
    " WHERE member_find MATCH ? AND NOT m.binned LIMIT 20", ('letters : "zh" *',)
).fetchall()
"""
FLOORS = {
    "home": _OPEN + "connection.execute('SELECT count(*) FROM member').fetchone()\n" + _WINDOW,
    "info": _OPEN + _INFO,
    "find": _OPEN + _FIND,
}
OURS = {"home": [], "info": ["info", "--json"], "find": ["find", "zh", "--json"]}


def measure(what: str, folder: Path, people: int, times: int) -> Found:
    """Medians in seconds, and the median of the ratios of neighbours; `peak` is our memory in MB."""
    path = folder / f"street{people}.djd"
    environment = os.environ | {
        "DANGJIAN_EXIT_AFTER_PAINT": "1",
        "DANGJIAN_PASSWORD": PASSWORD,
        "XDG_DATA_HOME": str(folder),
        "LOCALAPPDATA": str(folder),
    }
    # As installed: with compiled bytecode, whatever this shell says about writing it.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(str(HERE.parent / "src"), quiet=2)
    ours = [sys.executable, "-m", "dangjian_desktop", "--file", str(path), "--on", "2026-09-30", *OURS[what]]
    floor = [sys.executable, "-c", FLOORS[what], str(path), _key(path)]
    _run(floor, environment), _run(ours, environment)
    pairs = [(_run(floor, environment), _run(ours, environment)) for _ in range(times)]
    return {
        "ours": statistics.median(b for _, (b, _peak) in pairs),
        "floor": statistics.median(a for (a, _peak), _ in pairs),
        "ratio": statistics.median(b / a for (a, _), (b, _) in pairs),
        "peak": statistics.median(peak for _, (_, peak) in pairs),
    }


def _key(path: Path) -> str:
    """The raw key of the file, as the floor opens it."""
    from dangjian_desktop.storage import keys

    return keys.read(keys.keys_path(path)).unlock("", PASSWORD)[0].hex()


def _run(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Wall time of one process, and the most memory it had (0 where the system does not tell)."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = usage.ru_maxrss / 1024
    else:
        process.wait()
        peak = 0.0
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(f"{command[:6]} failed")
    return seconds, peak


if __name__ == "__main__":
    told = measure(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 7)
    print(json.dumps(told))
