"""Files attached to a record of any kind: taken in, listed, opened, taken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import EnvironmentFault, UserError
from dangjian_desktop.base.files import replace_file
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.records.attachments import ATTACHMENTS
from dangjian_desktop.domain.records.fields import VALUES
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import EXPORT, READ, REVEAL, WRITE
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage import log_history
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import read_records

from . import attached, records
from .policies import policy_of
from .records import Saved

_NOTHING = "没有附上，数据没有改动。"
_PATH = ATTACHMENTS.name


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One attached file; `key` names it, `restricted` tells that it shows certificates and opens with a reason.

    `at` and `by` say when it came and from which account.
    """

    key: str
    title: str
    size: int
    type: str
    restricted: bool
    at: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """What came of attaching several files: one operation for those that could be kept, a reason for each other."""

    record: str
    titles: tuple[str, ...]
    refused: tuple[UserError, ...] = field(default=())
    saved: Saved | None = None


def attach_all(
    office: Office, kind: str, record: str, files: Sequence[tuple[Path, bool]], *, progress: Progress | None = None
) -> Attached:
    """Attach several files, each with whether it shows certificates; one undo takes all of them off again.

    What cannot be kept is left out and told in `refused`. Raises as `attach` for the record itself, and
    `EnvironmentFault` (a full disk), after which nothing was attached.
    """
    office.actor.require(WRITE, kind)
    row = _open_row(office, kind, record)
    values: dict[str, Any] = {}
    refused: list[UserError] = []
    telling = progress or Progress()
    for place, (path, restricted) in enumerate(files):
        telling.report(place, len(files), path.name)
        try:
            name, kept = attached.take_file(office, path, restricted=restricted)
        except EnvironmentFault:
            raise
        except UserError as error:
            refused.append(error)
            continue
        values[f"{_PATH}.{name}"] = kept
    titles = tuple(str(kept["title"]) for kept in values.values())
    if not values:
        return Attached(record, titles, tuple(refused))
    with office.operation(f"给{policy_of(kind).called(office, row)}加{len(values)}个附件") as work:
        work.change(kind, record, values)
    return Attached(record, titles, tuple(refused), Saved(record, work.change_set))


def attach(office: Office, kind: str, record: str, path: Path, *, restricted: bool = False) -> Saved:
    """Attach the file at `path`, encrypted; one undo takes it off again.

    Raises `UserError` (`not_allowed`, `out_of_scope`, `not_found`, `removed`, `file_not_found`, `attachment_too_big`,
    `attachment_empty`) and `EnvironmentFault`.
    """
    office.actor.require(WRITE, kind)
    row = _open_row(office, kind, record)
    name, kept = attached.take_file(office, path, restricted=restricted)
    with office.operation(f"给{policy_of(kind).called(office, row)}加附件") as work:
        work.change(kind, record, {f"{_PATH}.{name}": kept})
    return Saved(record, work.change_set)


def detach(office: Office, kind: str, record: str, key: str) -> Saved:
    """Take a file off; it can be undone, so the file itself stays until it is cleared."""
    office.actor.require(WRITE, kind)
    row = _row(office, kind, record)
    _kept(office, kind, row, key)
    with office.operation(f"取下{policy_of(kind).called(office, row)}的附件") as work:
        work.change(kind, record, {f"{_PATH}.{key}": None})
    return Saved(record, work.change_set)


def listed(office: Office, kind: str, record: str) -> list[AttachedFile]:
    """What is attached to a record, in the order in which it came.

    Files that show certificates are not there for an account that may not see full numbers (`unseen` counts them),
    nor those of ledger columns that its role does not see.
    """
    office.actor.require(READ, kind)
    row = _row(office, kind, record)
    came = _came(office, kind, record)
    found = [
        AttachedFile(
            key,
            one.get("title") or "",
            one.get("size") or 0,
            one.get("type") or "",
            _closed(one),
            *came.get(key, came[""]),
        )
        for key, one in _files(office, kind, row).items()
        if not _closed(one) or office.actor.may(REVEAL, kind)
    ]
    return sorted(found, key=lambda each: each.at)


def unseen(office: Office, kind: str, record: str) -> int:
    """How many files that show certificates this account does not see."""
    office.actor.require(READ, kind)
    if office.actor.may(REVEAL, kind):
        return 0
    return sum(_closed(one) for one in _files(office, kind, _row(office, kind, record)).values())


def content(office: Office, kind: str, record: str, key: str, *, reason: str = "") -> bytes:
    """An attached file. One that shows certificates needs the right to reveal and a reason, which is logged.

    Raises `UserError` (`not_allowed`, `out_of_scope`, `not_found`, `reason`, `attachment_missing`,
    `attachment_damaged`).
    """
    office.actor.require(READ, kind)
    kept = _kept(office, kind, _row(office, kind, record), key)
    if kept.get("restricted"):
        office.actor.require(REVEAL, kind)
        if not reason.strip():
            raise UserError("reason", "打开含证件的附件要写明原因。", effect="没有打开。", advice="请填写原因。")
        office.audit("reveal", {"kind": kind, "record": record, "field": _PATH, "reason": reason})
    return attached.content(office, kept["secret"])


def save_copy(office: Office, kind: str, record: str, key: str, path: Path, *, reason: str = "") -> Path:
    """Write an attached file to disk in the clear; it is audited. Raises as `content`, and `EnvironmentFault`."""
    office.actor.require(EXPORT, kind)
    found = content(office, kind, record, key, reason=reason)
    replace_file(path, lambda target: _put(target, found))
    office.audit("export", {"kind": kind, "record": record, "files": [path.name], "reason": reason})
    return path


def _put(target: Path, found: bytes) -> None:
    target.write_bytes(found)


def _closed(kept: Mapping[str, Any]) -> bool:
    return bool(kept.get("restricted"))


def _came(office: Office, kind: str, record: str) -> dict[str, tuple[str, str]]:
    """When each file came and from which account, by key: the first change that names it; under "" the record's."""
    with office.database.read() as connection:
        lines = log_history.history(connection, kind, record)
    found = {"": (lines[0].at, lines[0].by) if lines else ("", "")}
    for line in lines:
        if line.path and line.path.startswith(f"{_PATH}."):
            found.setdefault(line.path.removeprefix(f"{_PATH}."), (line.at, line.by))
    return found


def _open_row(office: Office, kind: str, record: str) -> dict[str, Any]:
    row = _row(office, kind, record)
    if row["binned"]:
        raise UserError("removed", "这条记录在回收站里，不能加附件。", effect=_NOTHING, advice="请先恢复它。")
    return row


def _row(office: Office, kind: str, record: str) -> dict[str, Any]:
    with office.database.read() as connection:
        try:
            row = read_records(connection, SHAPES[kind], [record])[record]
        except KeyError:
            raise UserError("not_found", f"没有找到这条记录（{record}）。", effect=_NOTHING) from None
    records.require_visible(office, kind, row)
    return row


def _files(office: Office, kind: str, row: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The files by key, without those of ledger columns that this role does not see."""
    files: dict[str, Mapping[str, Any]] = row[_PATH]
    if not files or VALUES not in KINDS[kind].maps:
        return files
    seen = policy_of(kind).held(office, row)
    hidden = repr([value for name, value in (row[VALUES] or {}).items() if name not in seen])
    return {key: one for key, one in files.items() if key not in hidden}


def _kept(office: Office, kind: str, row: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = _files(office, kind, row).get(key)
    if found is None:
        raise UserError("not_found", "这条记录没有这个附件。", effect="什么也没有做。")
    return found
