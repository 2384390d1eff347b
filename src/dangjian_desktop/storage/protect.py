"""Small secrets in the user's profile: for this user only; on Windows sealed by the system (DPAPI) as well."""

from __future__ import annotations

import ctypes
import os
import secrets
import sys
from pathlib import Path


def write_secret(path: Path, secret: bytes, *, durable: bool = True) -> None:
    """Write a secret whole, readable by this user alone; raises `OSError`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        try:
            os.write(descriptor, _sealed(secret))
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def read_secret(path: Path) -> bytes:
    """A secret written by this user on this PC; raises `OSError` where there is none that opens."""
    return _opened(path.read_bytes())


if sys.platform == "win32":  # pragma: no cover - tried under wine

    class _Blob(ctypes.Structure):
        _fields_ = (("size", ctypes.c_ulong), ("data", ctypes.POINTER(ctypes.c_char)))

    def _through(function: str, given: bytes) -> bytes:
        source = ctypes.create_string_buffer(given, len(given))
        blob = _Blob(len(given), ctypes.cast(source, ctypes.POINTER(ctypes.c_char)))
        answer = _Blob()
        silent = 1
        call = getattr(ctypes.WinDLL("crypt32", use_last_error=True), function)
        if not call(ctypes.byref(blob), None, None, None, None, silent, ctypes.byref(answer)):
            raise OSError(ctypes.get_last_error(), function)
        try:
            return ctypes.string_at(answer.data, answer.size)
        finally:
            free = ctypes.WinDLL("kernel32").LocalFree
            free.argtypes = [ctypes.c_void_p]
            free(ctypes.cast(answer.data, ctypes.c_void_p))

    def _sealed(secret: bytes) -> bytes:
        return _through("CryptProtectData", secret)

    def _opened(sealed: bytes) -> bytes:
        return _through("CryptUnprotectData", sealed)

else:

    def _sealed(secret: bytes) -> bytes:
        return secret

    def _opened(sealed: bytes) -> bytes:
        return sealed
