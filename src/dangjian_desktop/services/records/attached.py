"""Files that belong to records: taken in and encrypted, shown, erased; the record keeps the key that opens one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.files import fault_of, no_device
from dangjian_desktop.domain.records.attachments import MOST_BYTES, refuse_name
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import WRITE
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.attachments import name_of
from dangjian_desktop.storage.queries import attached as queries

_MISSING = "attachment"
_NOTHING = "没有附上，数据没有改动。"


def take_photo(office: Office, path: Path) -> str:
    """Read a picture from disk and keep it encrypted, small and without its metadata; returns the key as text.

    Nothing refers to it until an operation writes the key into a record. Raises `UserError` (`not_allowed`,
    `file_not_found`, `photo_too_big`, `bad_photo`) and `EnvironmentFault`.
    """
    office.actor.require(WRITE, "member")
    from dangjian_desktop.exchange.photo import portrait

    return office.vault.attachments.put(portrait(_read(path), path.name)).key.hex()


def take_file(office: Office, path: Path, *, restricted: bool = False) -> tuple[str, dict[str, Any]]:
    """Keep a file encrypted; returns its name and what a record keeps of it.

    A picture is kept smaller and without what a camera wrote beside it (place, time, device). Nothing refers to the
    file until an operation writes it into a record. Raises `UserError` (`file_not_found`, `attachment_too_big`,
    `attachment_empty`, `bad_photo`, `ballot`, `bad_attachment`) and `EnvironmentFault`.
    """
    from dangjian_desktop.exchange.photo import PICTURES, phone_picture, redrawn

    refuse_name(path.name)
    content, kind = _read_file(path), path.suffix.lower()
    if kind not in PICTURES and phone_picture(content):
        redrawn(content, path.name)  # says which picture it is and what to do
    if kind in PICTURES:
        content, kind = redrawn(content, path.name), ".jpg"
    stored = office.vault.attachments.put(content)
    return stored.name, {
        "secret": stored.key.hex(),
        "title": path.with_suffix(kind).name if kind in PICTURES else path.name,
        "size": stored.size,
        "type": kind.lstrip("."),
        "restricted": restricted or None,
    }


def _read_file(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UserError("file_not_found", f"“{path.name}”是文件夹，不是文件。", effect=_NOTHING)
        if no_device(path).stat().st_size > MOST_BYTES:
            advice = "请压缩、拆分后再附，或只附最要紧的几页。"
            raise UserError(
                "attachment_too_big", f"“{path.name}”超过{MOST_BYTES >> 20}MB。", effect=_NOTHING, advice=advice
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise UserError("file_not_found", f"找不到文件“{path.name}”。", effect=_NOTHING) from None
    except OSError as error:
        raise fault_of(error, path) from error
    if not content:
        raise UserError("attachment_empty", f"“{path.name}”是空的。", effect=_NOTHING, advice="请核对选的文件。")
    return content


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(
                "photo_too_big",
                f"“{path.name}”超过{MOST_BYTES >> 20}MB，太大了。",
                advice="请换一张小一些的照片，或先用看图软件缩小。",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UserError("file_not_found", f"找不到照片文件“{path.name}”。", advice="请核对文件夹和文件名。") from error
    except IsADirectoryError as error:
        raise UserError(
            "bad_photo", f"“{path.name}”是文件夹，不是照片。", advice="请选一张 JPG 或 PNG 照片。"
        ) from error
    except OSError as error:
        raise fault_of(error, path) from error


def content(office: Office, key: str) -> bytes:
    """The stored file of a key; raises `UserError` (`attachment_missing`, `attachment_damaged`)."""
    return office.vault.attachments.get(bytes.fromhex(key))


def keys_of(office: Office, members: Collection[str]) -> set[str]:
    """The keys of all photos these members have or had."""
    with office.database.read() as connection:
        return queries.keys(connection, list(members))


def attachments_of(office: Office, records: Collection[str]) -> dict[str, str]:
    """The keys of all files that these records have or had attached, by path."""
    with office.database.read() as connection:
        return queries.attached_keys(connection, list(records))


def erase(office: Office, keys: Collection[str]) -> None:
    """Delete files for good; their keys must have gone from records and log before."""
    office.vault.attachments.delete(name_of(bytes.fromhex(key)) for key in keys)


def sweep(office: Office) -> int:
    """Delete files that no record and no line of the log refers to; returns how many."""
    with office.database.read() as connection:
        known = queries.keys(connection) | set(queries.attached_keys(connection).values())
    return office.vault.attachments.delete_unreferenced(name_of(bytes.fromhex(key)) for key in known)


def problems(office: Office) -> Iterator[tuple[str, str]]:
    """Photos that cannot be read, as (code, Chinese sentence)."""
    with office.database.read() as connection:
        held = queries.photos(connection)
        files = queries.attachments(connection)
    for record, key in held:
        try:
            content(office, key)
        except UserError as error:
            yield _MISSING, f"照片打不开：{KINDS['member'].label}（编号{record}），{error.message}"
    for record, key in files:
        try:
            content(office, key)
        except UserError as error:
            yield _MISSING, f"附件打不开：记录（编号{record}），{error.message}"
