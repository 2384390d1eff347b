"""One line of the table, and the running of steps in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
SAMPLE = 2_126


@dataclass(frozen=True)
class Row:
    """One line of the table; `value` is None where it was not measured, and `note` says why."""

    what: str
    value: float | None
    unit: str
    must: float
    aim: float
    note: str = ""

    @property
    def verdict(self) -> str:
        """How the value stands to what must be and what is aimed at."""
        if self.value is None:
            return "未测"
        if self.value <= self.aim:
            return "达到目标"
        return "达到必须" if self.value <= self.must else "**未达到**"


@dataclass(frozen=True)
class Bench:
    """Sizes and repetitions of this run."""

    folder: Path
    people: int
    million: int
    times: int

    def step(self, name: str, people: int) -> dict[str, Any]:
        """One step of `steps.py` in a fresh process with a home of its own."""
        command = [sys.executable, str(HERE / "steps.py"), name, str(self.folder), str(people)]
        home = str(self.folder)
        done = subprocess.run(
            command,
            env=os.environ | {"XDG_DATA_HOME": home, "LOCALAPPDATA": home},
            stdout=subprocess.PIPE,
            check=False,
            encoding="utf-8",
        )
        if done.returncode:
            raise SystemExit(f"{name} {people} failed")
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        print(f"  {name} {people}: {found}", flush=True)
        return found

    def turns(self, ours: str, peer: str, people: int) -> tuple[float, list[dict[str, Any]], list[dict[str, Any]]]:
        """Peer and ours in turn; the median of the ratios of neighbours."""
        pairs = [(self.step(peer, people), self.step(ours, people)) for _ in range(self.times)]
        ratio = median(b["seconds"] / a["seconds"] for a, b in pairs) if "seconds" in pairs[0][0] else 0.0
        return ratio, [b for _, b in pairs], [a for a, _ in pairs]
