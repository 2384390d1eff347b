"""Encrypted attachment files in `NAME.djd.files/`: a key of its own for each, a name that tells nothing."""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.files import replace_file

NAME = re.compile(r"[0-9a-f]{64}")
_MAGIC = b"DJA1"
_NONCE = 12
# A file is put before the operation that refers to it is committed; a day is far more than any form stays open.
_GRACE_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Stored:
    """What the row of an attachment keeps: without the key the file is noise."""

    name: str
    key: bytes
    size: int


class Attachments:
    """The attachment folder of one data file. The keys do not depend on the data key: rotating leaves it alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> Stored:
        """Encrypt and store a content, durable on return; the same content twice gives two unrelated files."""
        key = secrets.token_bytes(32)
        name = name_of(key)
        nonce = secrets.token_bytes(_NONCE)
        box = _MAGIC + nonce + AESGCM(key).encrypt(nonce, content, name.encode())

        def write(target: Path) -> None:
            target.write_bytes(box)

        replace_file(self.folder / name, write)
        return Stored(name, key, len(content))

    def get(self, key: bytes) -> bytes:
        """The content that belongs to a row's key; raises `UserError` `attachment_missing` or `attachment_damaged`."""
        name = name_of(key)
        try:
            box = (self.folder / name).read_bytes()
        except FileNotFoundError as error:
            raise UserError(
                "attachment_missing", "附件文件找不到了。", effect="其他内容不受影响。", advice="可以从备份恢复。"
            ) from error
        try:
            if not box.startswith(_MAGIC):
                raise InvalidTag
            nonce = box[len(_MAGIC) : len(_MAGIC) + _NONCE]
            return AESGCM(key).decrypt(nonce, box[len(_MAGIC) + _NONCE :], name.encode())
        except (InvalidTag, ValueError) as error:
            raise UserError(
                "attachment_damaged", "附件文件已损坏。", effect="其他内容不受影响。", advice="可以从备份恢复。"
            ) from error

    def names(self) -> list[str]:
        """The names of all stored files, sorted."""
        if not self.folder.is_dir():
            return []
        return sorted(entry.name for entry in self.folder.iterdir() if NAME.fullmatch(entry.name))

    def delete(self, names: Iterable[str]) -> None:
        """Delete files for good; who has one open keeps it until it is swept."""
        for name in names:
            with suppress(OSError):
                (self.folder / name).unlink(missing_ok=True)

    def delete_unreferenced(self, referenced: Iterable[str], *, grace_seconds: float = _GRACE_SECONDS) -> int:
        """Delete files that no row names, rows in the bin and in the log included; returns how many.

        Younger files are spared, because their operation may not be committed yet.
        """
        keep, deleted = set(referenced), 0
        newest = time.time() - grace_seconds
        for name in self.names():
            path = self.folder / name
            if name in keep:
                continue
            with suppress(OSError):
                if path.stat().st_mtime <= newest:
                    path.unlink()
                    deleted += 1
        return deleted


def files_path(data_file: Path) -> Path:
    """Where the attachments of a data file lie."""
    return data_file.with_name(data_file.name + ".files")


def name_of(key: bytes) -> str:
    """The file name of an attachment; it tells nothing to who does not have the key."""
    return hmac.digest(key, b"dangjian attachment 1", "sha256").hex()
