"""Kill the program at random moments of import, edit, undo and backup, and look at the file every time.

`python benchmarks/kill.py [--times 200] [--seed 1]` prints what the kills met and everything that was wrong;
ends with 1 if anything was. SIGKILL proves the program and the database; a power cut is beyond it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from kill_kit import Outcome, rounds  # noqa: E402


def main() -> int:
    """Run the kills and print the outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.perf_counter()

    def each(outcome: Outcome) -> None:
        if outcome.kills % 10 == 0:
            print(f"{outcome.kills} kills, {outcome.reported} reported, {len(outcome.problems)} problems", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = os.environ["LOCALAPPDATA"] = folder
        outcome = rounds(Path(folder), options.times, options.seed, each=each)
    print(
        f"{outcome.kills} kills in {time.perf_counter() - begun:.0f} s; {outcome.reported} pieces of work reported done"
    )
    for met, count in sorted(outcome.met.items()):
        print(f"  under way when killed: {met}: {count}")
    for problem in outcome.problems:
        print(f"  PROBLEM {problem}")
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
