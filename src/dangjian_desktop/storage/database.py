"""The encrypted SQLite file: many readers, one writer, every write inside one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from dangjian_desktop.base.errors import EnvironmentFault, UserError, VaultError
from dangjian_desktop.base.files import create_private, is_full_beside, move_over

__all__ = ["Connection", "Database", "connect", "fault_of"]

KEY_BYTES = 32

# Sized for office PCs with 4 GB: the cache holds decrypted pages, and SQLCipher cannot map the file instead.
_WRITER_CACHE_KIB = 64 * 1024
_READER_CACHE_KIB = 32 * 1024
_READERS_KEPT = 3
# Only our own process writes (lock file); what can be waited for is a virus scanner or a slow stick.
_BUSY_SECONDS = 10.0

_BUSY, _LOCKED, _PERM, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 3, 8, 10, 11, 13, 14, 26


def fault_of(error: BaseException, path: Path) -> UserError | None:
    """The plain Chinese error for a database failure that is not our fault, or None if it is a bug of ours.

    Takes SQLAlchemy's wrapper as well as the driver's own exception; decides by SQLite's result code,
    never by message text.
    """
    primary, where = _primary_code(error), f"位置：{path.parent}"
    # A quota or a file system's limit is told by the driver as a failed write and nothing more.
    if primary == _FULL or (primary == _IOERR and is_full_beside(path)):
        return EnvironmentFault("disk_full", "磁盘已满，刚才的内容没有保存。", advice=f"请清理磁盘后重试。{where}")
    if primary in (_PERM, _READONLY, _CANTOPEN):
        return EnvironmentFault(
            "no_permission", "没有权限写入数据文件，刚才的内容没有保存。", advice=f"请检查文件是否只读。{where}"
        )
    if primary == _IOERR:
        return EnvironmentFault(
            "no_permission",
            "读写数据文件时出错，刚才的内容没有保存。",
            advice=f"请检查磁盘或U盘是否已断开，再重新打开文件。{where}",
        )
    if primary in (_BUSY, _LOCKED):
        return EnvironmentFault(
            "file_in_use", "数据文件正被其他程序占用，刚才的内容没有保存。", advice="请关闭占用它的程序后重试。"
        )
    if primary in (_CORRUPT, _NOTADB):
        return VaultError(
            "damaged", "数据文件已损坏。", effect="刚才的内容没有保存。", advice="请停止使用，从最近的备份恢复。"
        )
    return None


def connect(path: Path, key: bytes, *, mode: str = "rw") -> Any:
    """A bare driver connection with the key set; `mode` is SQLite's: `ro` or `rw`.

    Nothing is read yet: a wrong key shows at the first statement. Close it yourself.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("data key must be 32 bytes")
    connection = sqlcipher.connect(
        _uri(path, mode), uri=True, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS
    )
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


class Database:
    """One open encrypted file; `create=True` makes an empty one and fails if there is one already.

    While open it is in WAL mode after `start_wal()` (readers never wait for the writer, an import does
    not freeze a table); `close()` folds the log back and returns to a single plain file, so that what
    lies on the disk at rest is one file, and looking at it read-only leaves nothing behind.

    `synchronous = FULL` in both modes: a commit that returned survives a power cut, not only a killed
    process. It costs one flush per operation, and people do single operations; bulk work is one commit.
    """

    def __init__(self, path: Path, key: bytes, *, create: bool = False) -> None:
        self.path = path
        self._key = key
        self._closed = False
        if create:
            create_private(path)
        self._write_lock = threading.RLock()
        self._gate = threading.Lock()
        self._writing = False
        self._writer = self._engine(_WRITER_CACHE_KIB, begin="BEGIN IMMEDIATE", kept=1, query_only=False)
        self._readers = self._engine(_READER_CACHE_KIB, begin="BEGIN", kept=_READERS_KEPT, query_only=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection of its own that sees one consistent state; any write through it raises."""
        with self._explained(reading=True):
            with self._gate:
                connection = self._readers.connect()
            with connection:
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The one write transaction: committed when the block ends well, rolled back on any exception.

        Other threads wait their turn. A second `write()` inside the block is a programming error, because
        nothing below the service that began the operation may commit.
        """
        with self._write_lock:
            if self._writing:
                raise RuntimeError("write() inside write(): nothing below the operation commits")
            self._writing = True
            try:
                with self._explained(), self._writer.connect() as connection, connection.begin():
                    yield connection
            finally:
                self._writing = False

    def start_wal(self) -> None:
        """Switch to write-ahead logging; call once the file is checked, since this writes to it.

        A file system without shared memory keeps the rollback journal, which is as safe and only slower.
        """
        with self._write_lock, self._explained():
            raw = self._writer.raw_connection()
            try:
                raw.cursor().execute("PRAGMA journal_mode = WAL").fetchall()
            finally:
                raw.close()

    def empty_wal(self) -> None:
        """Take what the write-ahead log still holds of former pages away: after a clearing they must be nowhere.

        A reader that is out keeps it for now; it goes with the next clearing, or on closing.
        """
        with self._write_lock, self._explained():
            raw = self._writer.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                raw.close()

    def close(self) -> None:
        """Fold the log into the file and release it; harmless twice. A failure here loses nothing: the log stays."""
        with self._write_lock:
            if self._closed:
                return
            self._closed = True
            self._readers.dispose()
            with suppress(sqlcipher.Error, DBAPIError, OSError):
                self._fold()
            self._writer.dispose()

    def swap(self, make: Callable[[], Path], key: bytes) -> None:
        """Put another file with another key in this one's place: `make` builds it from the closed file.

        Everybody who wants the file meanwhile waits. Raises `EnvironmentFault` (`file_in_use`) and changes
        nothing while a reader is out; if `make` raises, the file is as before.
        """
        with self._write_lock, self._gate:
            if self._writing:
                raise RuntimeError("swap() inside write()")
            with self._explained():
                self._readers.dispose()
                self._fold()
                self._writer.dispose()
            try:
                move_over(make(), self.path)
                self._key = key
            finally:
                self.start_wal()

    def _fold(self) -> None:
        """Fold the log into the file; fails while a reader is out."""
        raw = self._writer.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("PRAGMA busy_timeout = 500")
            cursor.execute("PRAGMA journal_mode = DELETE").fetchall()
            cursor.execute(f"PRAGMA busy_timeout = {int(_BUSY_SECONDS * 1000)}")
        finally:
            raw.close()

    @contextmanager
    def _explained(self, *, reading: bool = False) -> Iterator[None]:
        if self._closed:
            raise RuntimeError("the database is closed")
        try:
            yield
        except (DBAPIError, sqlcipher.Error) as error:
            fault = fault_of(error, self.path)
            # A write through a reader gives the code of a write-protected file, but is a bug of ours.
            if fault is None or (reading and _primary_code(error) == _READONLY):
                raise
            raise fault from error

    def _engine(self, cache_kib: int, *, begin: str, kept: int, query_only: bool) -> Engine:
        def open_one() -> Any:
            connection = connect(self.path, self._key, mode="rw")
            connection.execute(f"PRAGMA cache_size = -{cache_kib}")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = OFF")
            # Cleared personal data must not linger: neither in free bytes of pages nor in pages that are free.
            connection.execute("PRAGMA secure_delete = ON")
            if query_only:
                connection.execute("PRAGMA query_only = ON")
            return connection

        engine = create_engine(
            "sqlite+pysqlite://",
            module=sqlcipher,
            creator=open_one,
            poolclass=QueuePool,
            pool_size=kept,
            max_overflow=-1 if query_only else 0,
            # The connection used last has the warmest cache.
            pool_use_lifo=True,
        )

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine


def _primary_code(error: BaseException) -> int:
    """SQLite's primary result code of a failure, 0 where the driver gives none."""
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlite_errorcode", 0)
    return code & 0xFF if isinstance(code, int) else 0


def _uri(path: Path, mode: str) -> str:
    """SQLite's URI for a path: drive letters, UNC shares, Chinese and blanks alike."""
    text = quote(path.absolute().as_posix(), safe="/:")
    return f"file://{text}?mode={mode}" if text.startswith("/") else f"file:///{text}?mode={mode}"
