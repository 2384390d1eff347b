"""A monkey at the window: clicks, types, pastes, drags and resizes at random on the sample street, as every role.

    python benchmarks/monkey.py --minutes 30 --seed 1
    python benchmarks/monkey.py --minutes 2 --seed 7 --account reader-limited

Each account has the same share of the time. Ends with 1 if anything was wrong, and then prints seed and last
actions. Memory and the longest stall of the window's thread are told with the outcome; neither ends with 1.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]


def main() -> int:
    """Let the monkey act and print what it met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--account", default="", help="only this one")
    parser.add_argument("--members", type=int, default=2126)
    parser.add_argument("--turn", type=float, default=120, help="seconds of one session")
    options = parser.parse_args()
    faulthandler.enable()
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "USERPROFILE"):
            os.environ[name] = folder
        return _sessions(Path(folder), options)


def _sessions(folder: Path, options: argparse.Namespace) -> int:
    import shutil

    from dangjian_desktop.app import start
    from dangjian_desktop.app.environment import prepare
    from ui.monkey_kit import ACCOUNTS, Monkey, make_street

    prepare()
    app = start.make_application()
    path = folder / "street" / "临江街道.djd"
    make_street(path, options.members)
    samples = sorted((ROOT / "resources" / "samples").glob("*.xlsx"))
    files = tuple(Path(shutil.copy(sample, folder)) for sample in samples)
    accounts = [options.account] if options.account else list(ACCOUNTS)
    begun, first, wrong, turn = time.monotonic(), 0.0, 0, 0
    worst, at = 0.0, ""
    while time.monotonic() - begun < options.minutes * 60:
        account, seed = accounts[turn % len(accounts)], options.seed + turn // len(accounts)
        seconds = min(options.turn, options.minutes * 60 / len(accounts))
        found = Monkey(app, path, account, seed, files=files).run(seconds)
        turn += 1
        memory = _megabytes()
        first = first or memory
        if found.stall > worst:
            worst, at = found.stall, f"{account}, {found.stall_at}"
        print(
            f"{(time.monotonic() - begun) / 60:5.1f} min  {account:22} seed {seed}  {found.actions:5} actions  "
            f"{len(found.dialogs)} dialogs  {len(found.pages)} pages  stall {found.stall:4.0f} ms "
            f"(clock {found.gap:.0f})  {memory:.0f} MB",
            flush=True,
        )
        for milliseconds, words in found.stalls:
            print(f"    stall of {milliseconds} ms: {words}", flush=True)
        if found.faults:
            wrong += 1
            print(found.told(), flush=True)
    print(f"memory {first:.0f} MB after the first session, {memory:.0f} MB after the last: {memory / first - 1:+.0%}")
    print(f"longest stall {worst:.0f} ms: {at}")
    print(f"{turn} sessions, {wrong} with something wrong")
    return 1 if wrong else 0


def _megabytes() -> float:
    """What the process holds now."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


if __name__ == "__main__":
    sys.exit(main())
