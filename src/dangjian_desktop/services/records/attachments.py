"""Files attached to a record of any kind: taken in, listed, opened, taken off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.attachments import ATTACHMENTS
from dangjian_desktop.domain.records.permissions import READ, REVEAL, WRITE
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import read_records

from . import attached, records
from .policies import policy_of
from .records import Saved

_NOTHING = "没有附上，数据没有改动。"
_PATH = ATTACHMENTS.name


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One attached file; `key` names it, `restricted` tells that it shows certificates and opens with a reason."""

    key: str
    title: str
    size: int
    type: str
    restricted: bool


def attach(office: Office, kind: str, record: str, path: Path, *, restricted: bool = False) -> Saved:
    """Attach the file at `path`, encrypted; one undo takes it off again.

    Raises `UserError` (`not_allowed`, `out_of_scope`, `not_found`, `removed`, `file_not_found`, `attachment_too_big`,
    `attachment_empty`) and `EnvironmentFault`.
    """
    office.actor.require(WRITE, kind)
    row = _row(office, kind, record)
    if row["binned"]:
        raise UserError("removed", "这条记录在回收站里，不能加附件。", effect=_NOTHING, advice="请先恢复它。")
    name, kept = attached.take_file(office, path, restricted=restricted)
    with office.operation(f"给{policy_of(kind).called(office, row)}加附件") as work:
        work.change(kind, record, {f"{_PATH}.{name}": kept})
    return Saved(record, work.change_set)


def detach(office: Office, kind: str, record: str, key: str) -> Saved:
    """Take a file off; it can be undone, so the file itself stays until it is cleared."""
    office.actor.require(WRITE, kind)
    row = _row(office, kind, record)
    _kept(row, key)
    with office.operation(f"取下{policy_of(kind).called(office, row)}的附件") as work:
        work.change(kind, record, {f"{_PATH}.{key}": None})
    return Saved(record, work.change_set)


def listed(office: Office, kind: str, record: str) -> list[AttachedFile]:
    """What is attached to a record, in the order in which it came."""
    office.actor.require(READ, kind)
    return [
        AttachedFile(
            key, kept.get("title") or "", kept.get("size") or 0, kept.get("type") or "", bool(kept.get("restricted"))
        )
        for key, kept in _row(office, kind, record)[_PATH].items()
    ]


def content(office: Office, kind: str, record: str, key: str, *, reason: str = "") -> bytes:
    """An attached file. One that shows certificates needs the right to reveal and a reason, which is logged.

    Raises `UserError` (`not_allowed`, `out_of_scope`, `not_found`, `reason`, `attachment_missing`,
    `attachment_damaged`).
    """
    office.actor.require(READ, kind)
    kept = _kept(_row(office, kind, record), key)
    if kept.get("restricted"):
        office.actor.require(REVEAL, kind)
        if not reason.strip():
            raise UserError("reason", "打开含证件的附件要写明原因。", effect="没有打开。", advice="请填写原因。")
        office.audit("reveal", {"kind": kind, "record": record, "field": _PATH, "reason": reason})
    return attached.content(office, kept["secret"])


def _row(office: Office, kind: str, record: str) -> dict[str, Any]:
    with office.database.read() as connection:
        try:
            row = read_records(connection, SHAPES[kind], [record])[record]
        except KeyError:
            raise UserError("not_found", f"没有找到这条记录（{record}）。", effect=_NOTHING) from None
    records.require_visible(office, kind, row)
    return row


def _kept(row: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = row[_PATH].get(key)
    if found is None:
        raise UserError("not_found", "这条记录没有这个附件。", effect="什么也没有做。")
    return found
