"""The slow part of opening, begun while the program is still loading."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

from dangjian_desktop.base.errors import UserError

from . import keys
from .keys import Effort


class DerivedAhead:
    """What a password derives for one key file, worked out in a thread of its own.

    Argon2id needs no interpreter, so it costs a command nothing while modules are loaded. Nothing is decided here:
    whoever opens the file asks `derive` in place of `Effort.derive` and gets the same bytes, worked out now where the
    question is another one than foreseen. The answer is given away once and then forgotten.
    """

    def __init__(self, data_file: Path, account: str, password: str) -> None:
        self._asked: tuple[Effort, bytes, bytes] | None = None
        self._found = b""
        self._thread = Thread(target=self._work, args=(keys.keys_path(data_file), account, password), daemon=True)
        self._thread.start()

    def derive(self, effort: Effort, secret: bytes, salt: bytes) -> bytes:
        """A 32-byte key, as `Effort.derive` gives it; raises what that raises."""
        self._thread.join()
        asked, found = self._asked, self._found
        self._asked, self._found = None, b""
        return found if asked == (effort, secret, salt) else effort.derive(secret, salt)

    def _work(self, path: Path, account: str, password: str) -> None:
        try:
            foreseen = keys.read(path).question(account, password)
            if foreseen is not None:
                effort, secret, salt = foreseen
                self._found = effort.derive(secret, salt)
                self._asked = foreseen
        except (UserError, OSError, ValueError, RuntimeError, MemoryError):
            # Opening meets the same fault and tells it.
            return
