"""Open, create and close a data file: the six refusals, the lock, the upgrade, the key slots.

Opening checks in this order and writes nothing into the data before it is through: the file exists, the
key file can be read, the password opens it, nobody else has it, the cipher answers, the version is known,
the content is sound. Only then it is upgraded, after a backup.
"""

from __future__ import annotations

import json
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UserError, VaultError
from dangjian_desktop.base.files import beside_name, is_file, move_over
from dangjian_desktop.base.files import fault_of as file_fault_of
from dangjian_desktop.domain.values.passwords import refuse_short

from . import backup, keys, leftovers, lock, migrations, recovery_key, settings
from .attachments import Attachments, files_path
from .database import Database, connect, fault_of
from .identity import RESTORED
from .keys import KeyFile
from .lock import FileLock
from .slots import SETTING, Register, Slots

# Below this size the whole file is looked through at every opening; above it only after a crash.
_ALWAYS_CHECKED_BYTES = 4 * 1024 * 1024


class Vault:
    """One open data file with its keys and its lock; close it, or use it in a `with` block."""

    def __init__(self, path: Path, account: str, data_key: bytes, key_file: KeyFile, file_lock: FileLock) -> None:
        self.path = path
        self.account = account
        self.file_id = key_file.file_id
        self.data_key = data_key
        self.database = Database(path, data_key)
        self.attachments = Attachments(files_path(path))
        self.after_crash = file_lock.taken_over
        """Whether the last session did not end properly."""
        self.by_recovery_key = False
        """Whether this opening went around the password: the account should be given a new one."""
        self.upgraded_from: int | None = None
        self.backup_failure: dict[str, str] | None = None
        """The last failed backup, kept here too in case the file itself cannot be written."""
        self._keys = key_file
        self._slots = Slots(key_file, self.database, self._store_keys)
        self._lock = file_lock
        self._changing_keys = threading.Lock()

    def __enter__(self) -> Vault:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def has_slot(self, account: str) -> bool:
        """Whether this account has a password; one that was disabled or reset away has none."""
        return self._slots.has(account)

    def add_slot(self, account: str, password: str) -> str:
        """Give a new account its password; returns the slot's label. Refuses an account that has one."""
        with self._changing_keys:
            if self.has_slot(account):
                raise UserError("exists", f"账户“{account}”已经有密码了。", advice="要换密码请用“修改密码”。")
            return self._slots.put(account, password, self.data_key)

    def change_password(self, account: str, password: str) -> str:
        """Set a (new) password, whether or not there was one; the caller has asked for the old one where due."""
        with self._changing_keys:
            return self._slots.put(account, password, self.data_key)

    def check_password(self, account: str, password: str) -> None:
        """Raise `VaultError` `wrong_password` unless this is the account's password."""
        self._keys.unlock(account, password)

    def remove_slot(self, account: str) -> None:
        """Take an account's password away: it opens this file no more, also with a key file kept from before.

        Copies and backups made before are not reached, nor who noted the data key: rotate the recovery key for that.
        """
        with self._changing_keys:
            self._slots.remove(account)

    @contextmanager
    def keys_at_rest(self) -> Iterator[None]:
        """Nobody changes a slot meanwhile: for a copy in which key file and register belong together."""
        with self._changing_keys:
            yield

    def rotate_recovery_key(self, new: str | None = None) -> str:
        """Rewrite the data into a new file with a new data key; returns the new recovery key.

        Every account that has a slot keeps its password, since the new key is sealed to its public half;
        an account without one, and anybody holding the old recovery key or an old key file, is shut out
        of the new file (not of older copies and backups). Pass a key from `recovery_key.generate()` that
        the person has already written down, so that a power cut cannot leave a key that nobody saw.
        A cut at any moment leaves one file that opens: the key file holds both keys until it is over.
        """
        text = new or recovery_key.generate()
        old, fresh = self.data_key, recovery_key.data_key(recovery_key.parse(text))
        if fresh == old:
            raise UserError("exists", "新的恢复密钥与原来的相同。", advice="请生成一个新的再换。")
        target = beside_name(self.path, leftovers.REWRITE)

        def make() -> Path:
            backup.copy_database(self.path, old, target, fresh)
            self._keys.begin_rotation(old, fresh)
            self._keys.write(keys.keys_path(self.path), old, fresh)
            return target

        with self._changing_keys:
            self._slots.prune()
            try:
                self.database.swap(make, fresh)
                self.data_key = fresh
            except OSError as error:
                raise file_fault_of(error, self.path) from error
            finally:
                with suppress(OSError):
                    target.unlink(missing_ok=True)
                if self._keys.rotating:
                    self._keys.finish_rotation(self.data_key)
                    self._store_keys()
        return text

    def check_integrity(self) -> list[str]:
        """What is wrong with the file itself, as Chinese sentences; reads every page."""
        with self.database.read() as connection:
            pages = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
            # A query makes FTS5 look whether its index moved on since this connection last read it; the check alone
            # does not, and would call a sound file damaged.
            connection.exec_driver_sql("SELECT rowid FROM member_find LIMIT 1").fetchall()
            rows = connection.exec_driver_sql("PRAGMA quick_check(20)").fetchall()
        found = [f"数据页校验不符：{row[0]}" for row in pages]
        return found + [f"数据结构有误：{row[0]}" for row in rows if row[0] != "ok"]

    def close(self) -> None:
        """Release the file; harmless twice."""
        self.database.close()
        self._lock.release()

    def _store_keys(self) -> None:
        self._keys.write(keys.keys_path(self.path), self.data_key)

    # -- opening ----------------------------------------------------------------------------------

    def _settle(self, *, keys_lost: bool, clock: Clock, backup_folder: Path | None) -> None:
        """Everything that writes when a file is opened: checks are through by now."""
        self.database.start_wal()
        self._slots.settle(self.account)
        leftovers.remove_unfinished(self.path)
        if keys_lost or self._keys.restored:
            self._forget_origin()
            self._keys.restored = False
            self._store_keys()
        if self._keys.rotating:
            self._keys.finish_rotation(self.data_key)
            self._store_keys()
        with self.database.read() as connection:
            version = migrations.version(connection)
        if version < migrations.CURRENT:
            folder = backup_folder or backup.default_folder(self.path)
            backup.automatic(self, folder, "upgrade", clock=clock)
            with self.database.write() as connection:
                migrations.upgrade(connection)
            self.upgraded_from = version

    def _forget_origin(self) -> None:
        """A restored copy must not go on with the numbers of the file it came from: its next write starts anew."""
        with self.database.write() as connection:
            settings.put(connection, RESTORED, True)


def create(
    path: Path,
    *,
    file_name: str,
    account: str,
    password: str,
    prepare: Callable[[Connection], None],
    clock: Clock | None = None,
    printed: str | None = None,
) -> tuple[Vault, str]:
    """Make a new data file and open it; returns it with the recovery key to be printed.

    `prepare` lays the tables and first rows in one transaction; `file.id` and `file.name` are then put into
    the settings. `printed` is a recovery key generated before. Refuses to overwrite (`UserError` `exists`);
    if anything fails, no data file appears.
    """
    refuse_short(password)
    text = printed or recovery_key.generate()
    data_key = recovery_key.data_key(recovery_key.parse(text))
    leftovers.refuse_place(path)
    _make_folder(path)
    _refuse_existing(path)
    file_lock = lock.acquire(path, clock or Clock())
    beside, former = beside_name(path, leftovers.REWRITE), None
    try:
        _refuse_existing(path)
        former = leftovers.SetAside(path)
        key_file = KeyFile.new(uuid.uuid4().hex, data_key)
        label = key_file.put_slot(account, password, data_key)
        register = Register(key_file.generation, {account: [key_file.slots[label].fingerprint]})

        def lay(connection: Connection) -> None:
            prepare(connection)
            settings.put(connection, "file.id", key_file.file_id)
            settings.put(connection, "file.name", file_name)
            register.store(connection)

        _lay(beside, data_key, lay)
        key_file.write(keys.keys_path(path), data_key)
        move_over(beside, path)
        vault = Vault(path, account, data_key, key_file, file_lock)
        vault.database.start_wal()
    except BaseException as error:
        if former is not None:
            leftovers.discard(path)
            former.put_back()
        file_lock.release()
        if isinstance(error, OSError):
            raise file_fault_of(error, path) from error
        raise
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return vault, text


def open_vault(
    path: Path,
    *,
    account: str,
    password: str | None = None,
    recovery_key: str | None = None,
    clock: Clock | None = None,
    backup_folder: Path | None = None,
    other_pc_is_off: bool = False,
    derive: keys.Derive = keys.Effort.derive,
) -> Vault:
    """Open a data file with an account's password or with the recovery key, which also heals a lost key file.

    Raises `VaultError` with one of the six codes, or `EnvironmentFault`; nothing was changed then. An older
    file is upgraded after a backup into `backup_folder`. `other_pc_is_off` takes over the lock of another
    PC. Whether the account is known and enabled is the caller's to check: the key file has no names.
    """
    if (password is None) == (recovery_key is None):
        raise ValueError("either a password or a recovery key")
    clock = clock or Clock()
    if not is_file(path):
        raise VaultError("not_found", f"找不到数据文件“{path.name}”。", advice="请检查U盘是否插好，或重新选择文件。")
    try:
        key_file, candidates = _unlock(path, account, password, recovery_key, derive)
        file_lock = lock.acquire(path, clock, other_pc_is_off=other_pc_is_off)
    except OSError as error:
        raise file_fault_of(error, path) from error
    vault = None
    try:
        found = _probe(path, candidates, keys_lost=key_file is None, after_crash=file_lock.taken_over)
        data_key, file_id, register = found
        if key_file is not None and key_file.file_id != file_id:
            raise keys.damaged_keys()
        if key_file is not None and password is not None:
            register.refuse_unknown(key_file, account)
        lost = key_file is None
        vault = Vault(path, account, data_key, key_file or KeyFile.new(file_id, data_key), file_lock)
        vault.by_recovery_key = recovery_key is not None
        if lost:
            _set_aside(keys.keys_path(path))
        vault._settle(keys_lost=lost, clock=clock, backup_folder=backup_folder)
    except BaseException as error:
        if vault is not None:
            vault.database.close()
        file_lock.release()
        if isinstance(error, OSError):
            raise file_fault_of(error, path) from error
        raise
    return vault


def _unlock(
    path: Path, account: str, password: str | None, recovery: str | None, derive: keys.Derive
) -> tuple[KeyFile | None, list[bytes]]:
    """The key file (None: lost, and the recovery key must do) and the data keys to try."""
    if recovery is None:
        key_file = keys.read(keys.keys_path(path))
        return key_file, key_file.unlock(account, password or "", derive)
    data_key = recovery_key.data_key(recovery_key.parse(recovery))
    try:
        key_file = keys.read(keys.keys_path(path))
    except VaultError as error:
        if error.code not in ("keys_missing", "damaged"):
            raise
        return None, [data_key]
    key_file.recognise(data_key)
    return key_file, [data_key]


def _probe(path: Path, candidates: list[bytes], *, keys_lost: bool, after_crash: bool) -> tuple[bytes, str, Register]:
    """Which key the data answers to, the file's id and its register; looks only, refuses damage and newer versions."""
    # A rollback journal must be played back before anything can be read, which needs writing.
    mode = "rw" if path.with_name(path.name + "-journal").exists() else "ro"
    thorough = after_crash or path.stat().st_size <= _ALWAYS_CHECKED_BYTES
    for data_key in candidates:
        connection = connect(path, data_key, mode=mode)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > migrations.CURRENT:
                raise VaultError(
                    "too_new", "这个数据文件是更新版本的软件保存的。", advice="请先升级本机的党建工作台，再打开。"
                )
            row = connection.execute("SELECT value FROM setting WHERE key = 'file.id'").fetchone()
            if version < 1 or row is None:
                raise _damaged()
            if thorough and connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise _damaged()
            known = connection.execute("SELECT value FROM setting WHERE key = ?", (SETTING,)).fetchone()
            return data_key, str(json.loads(row[0])), Register.of(json.loads(known[0]) if known else None)
        except sqlcipher.Error as error:
            fault = fault_of(error, path)
            if fault is not None and fault.code != "damaged":
                raise fault from error
        finally:
            connection.close()
    if keys_lost:
        raise VaultError(
            "wrong_password",
            "恢复密钥打不开这个数据文件：不是它的密钥，或者文件已损坏。",
            advice="请核对这份恢复密钥是不是这个文件最近一次打印的；确认无误时请从备份恢复。",
        )
    raise _damaged()


def _damaged() -> VaultError:
    return VaultError(
        "damaged",
        "数据文件已损坏，无法打开。",
        effect="文件没有改动。",
        advice="请不要反复尝试，保留原文件，从最近的备份恢复。",
    )


def _lay(path: Path, data_key: bytes, prepare: Callable[[Connection], None]) -> None:
    database = Database(path, data_key, create=True)
    try:
        with database.write() as connection:
            prepare(connection)
    finally:
        database.close()


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise file_fault_of(error, path) from error


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise UserError("exists", f"“{path.name}”已经存在，没有覆盖。", advice="请换一个名称，或者直接打开它。")


def _set_aside(path: Path) -> None:
    """Keep a key file that has lost its data file, or cannot be read, under another name: it may be missed."""
    if path.exists():
        move_over(path, path.with_name(f"{path.name}.{secrets.token_hex(3)}.old"))
