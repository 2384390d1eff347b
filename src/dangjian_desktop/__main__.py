"""Entry of the program: `--version`, a command of the command line, or the window."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from . import __version__

# Options a window start understands; each of the first group takes a value.
_WITH_VALUE = frozenset({"--file", "--account", "--on"})
_FLAGS = frozenset({"--sample"})
# The program as a reader of strangers' files, started by itself: `exchange.apart.parent.READER`.
_READER = "--read-apart"
# How many new objects a command makes before circles of unused ones are looked for; Python's own number is 700.
_NEW_OBJECTS = 200_000


def wants_window(argv: Sequence[str]) -> bool:
    """Whether these arguments name no command, so that the window opens."""
    position = 0
    while position < len(argv):
        word = argv[position]
        if word in _WITH_VALUE:
            position += 2
        elif word in _FLAGS or word.partition("=")[0] in _WITH_VALUE:
            position += 1
        else:
            return False
    return True


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code.

    Nothing heavy is imported before it is known what is wanted: `--version` loads neither the window
    nor the database, a command loads no Qt, the window loads no database before its first paint.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["--version"]:
        print(__version__)
        return 0
    if words == [_READER]:
        from .exchange.apart.child import run as read_apart

        return read_apart()
    from .base import given_password

    given_password.take()
    try:
        if wants_window(words):
            from .app.start import run

            return run(words)
        # A command is a short life: walking through what loading has made would only delay its answer.
        gc.set_threshold(_NEW_OBJECTS)
        from .cli.main import main as run_command

        return run_command(words)
    finally:
        given_password.forget()


if __name__ == "__main__":
    sys.exit(main())
