"""What must be settled before Qt starts: input method, scaling, and the hooks of the environment."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

# A worker that computes lets the window's thread in this often (seconds); Python's own 5 ms would be felt.
SWITCH_EVERY = 0.001


@dataclass(frozen=True, slots=True)
class StartOptions:
    """What the window was started with; the password comes from the environment only."""

    file: Path | None = None
    account: str = ""
    on: date | None = None
    sample: bool = False
    password: str = ""
    exit_after_paint: bool = False
    screenshot: Path | None = None


def read_options(words: Sequence[str], environment: Mapping[str, str], password: str = "") -> StartOptions:
    """Options of a window start; raises `UsageError` for a day that is none. `password` was in the environment."""
    given: dict[str, str] = {}
    waiting = ""
    for word in words:
        if waiting:
            given[waiting], waiting = word, ""
        elif word == "--sample":
            given["--sample"] = "yes"
        else:
            name, equals, value = word.partition("=")
            if equals:
                given[name] = value
            else:
                waiting = name
    picture = environment.get("DANGJIAN_SCREENSHOT", "")
    return StartOptions(
        file=Path(given["--file"]) if given.get("--file") else None,
        account=given.get("--account") or environment.get("DANGJIAN_ACCOUNT", ""),
        on=_day(given.get("--on", "")),
        sample="--sample" in given,
        password=password or environment.get("DANGJIAN_PASSWORD", ""),
        exit_after_paint=environment.get("DANGJIAN_EXIT_AFTER_PAINT", "") == "1",
        screenshot=Path(picture) if picture else None,
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("bad_date", f"“{text}”不是日期，请写成 2026-09-30。") from None


def choose_input_method(environment: MutableMapping[str, str], platform: str = sys.platform) -> None:
    """Make Chinese input work under fcitx: the bundled Qt has an ibus plugin only, and fcitx5 answers it.

    Must run before the `QApplication` is made. A person's own choice of ibus or another method stays.
    """
    if not platform.startswith("linux"):
        return
    chosen = environment.get("QT_IM_MODULE", "")
    signs = (environment.get("XMODIFIERS", ""), environment.get("GTK_IM_MODULE", ""), chosen)
    if any("fcitx" in sign for sign in signs) and chosen in ("", "fcitx", "fcitx5"):
        environment["QT_IM_MODULE"] = "ibus"


def prepare() -> None:
    """Settle everything that comes before Qt."""
    choose_input_method(os.environ)
    sys.setswitchinterval(SWITCH_EVERY)
    # Nothing made while starting is garbage; looking for it would only delay the first paint. It stays off for
    # good: `start.Desk` collects in the window's thread, the only one in which Qt's objects may end.
    gc.disable()


def settle() -> None:
    """After the first paint: what the start has made is never walked when circles are looked for."""
    gc.freeze()
