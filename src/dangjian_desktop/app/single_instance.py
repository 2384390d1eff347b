"""One window a person: a second start brings the first window to the front and ends."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject

from ..base.userdirs import data_dir

WAIT = 1_000  # ms for the first window to answer


def _mark() -> Path:
    return data_dir() / "window.pid"


def _name() -> str:
    import getpass
    import hashlib

    # Each person and each home has a window of its own.
    own = hashlib.sha256(f"{getpass.getuser()}|{data_dir()}".encode()).hexdigest()[:16]
    return f"dangjian-desktop-{own}"


def hand_over(words: str) -> bool:
    """Send `words` (a file to open, or nothing) to a window that runs already; False when there is none.

    The mark file is looked at first, since loading the network part of Qt would delay the first paint.
    """
    if not _mark().exists():
        return False
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(_name())
    if not socket.waitForConnected(WAIT):
        return False
    socket.write((words + "\n").encode())
    socket.waitForBytesWritten(WAIT)
    heard = socket.waitForReadyRead(WAIT)
    socket.disconnectFromServer()
    return heard


class FirstInstance(QObject):
    """Listens for later starts; `called(words)` runs on the window's thread."""

    def __init__(self, called: Callable[[str], object]) -> None:
        super().__init__()
        from PySide6.QtNetwork import QLocalServer

        self._called = called
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not self._server.listen(_name()):
            # Left behind by a run that was killed.
            QLocalServer.removeServer(_name())
            self._server.listen(_name())
        self._server.newConnection.connect(self._answer)
        with suppress(OSError):
            _mark().parent.mkdir(parents=True, exist_ok=True)
            _mark().write_text(str(os.getpid()), "ascii")

    def close(self) -> None:
        """Stop listening."""
        self._server.close()
        with suppress(OSError):
            _mark().unlink(missing_ok=True)

    def _answer(self) -> None:
        socket = self._server.nextPendingConnection()
        if socket is None:
            return
        socket.readyRead.connect(lambda: self._read(socket))
        socket.disconnected.connect(socket.deleteLater)

    def _read(self, socket: QObject) -> None:
        words = bytes(socket.readAll().data()).decode("utf-8", "replace").strip()  # type: ignore[attr-defined]
        socket.write(b"ok\n")  # type: ignore[attr-defined]
        socket.flush()  # type: ignore[attr-defined]
        self._called(words)
