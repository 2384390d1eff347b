"""查阅登记: who signed in, saw full numbers, exported, cleared or changed accounts, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from dangjian_desktop.base.clock import local_time
from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.records.permissions import AUDIT, MANAGE
from dangjian_desktop.storage import audit as trail

from . import accounts
from .audit_text import ACT_NAMES, Wording
from .office import Office

NAME = "audit"
TITLE = "查阅登记"

ACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "login": ("登录", ("login",)),
    "reveal": ("查看完整信息", ("reveal",)),
    "search": ("按号码查找", ("search",)),
    "export": ("导出打印", ("export", "print", "handover")),
    "backup": ("备份", ("backup",)),
    "clear": ("按期清除", ("clear",)),
    "account": (
        "账户和密码",
        ("account_add", "account_role", "account_disable", "password", "password_reset", "recovery_key"),
    ),
}
"""The kinds of act a listing may be narrowed to: what each is called, and the lines it means."""

_HEADERS = ("时间", "账户", "事项", "内容", "原因")
_WIDTHS = (18.0, 12.0, 16.0, 60.0, 40.0)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act in words: `what` was seen, exported or changed, `reason` as it was given; no number in full."""

    id: int
    at: str
    account: str
    action: str
    act: str
    what: str
    reason: str


def listing(
    office: Office,
    *,
    who: str | None = None,
    act: str | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int | None = 200,
    before: int | None = None,
) -> list[AuditRow]:
    """The newest acts first, for administrators; of one account, of one kind of act, of days (both included).

    An administrator of a unit sees the acts of the accounts of that unit: what others looked at names their people.
    `act` is a key or name of `ACTS`; `before` pages on from a row's id. Raises `UserError` (`not_allowed`) and
    `UsageError` (`act_unknown`).
    """
    office.actor.require(MANAGE, AUDIT)
    actions = _actions(act)
    with office.database.read() as connection:
        lines = trail.listing(
            connection,
            limit,
            account=who,
            within=accounts.reached(office),
            actions=actions,
            since=_moment(since),
            until=_moment(until + timedelta(days=1)) if until else None,
            before=before,
        )
    return _worded(office, lines)


def people(office: Office) -> list[str]:
    """Everybody whose acts are listed, for administrators."""
    office.actor.require(MANAGE, AUDIT)
    known = accounts.reached(office)
    with office.database.read() as connection:
        return [name for name in trail.accounts(connection) if known is None or name in known]


def export(
    office: Office,
    path: Path,
    *,
    who: str | None = None,
    act: str | None = None,
    since: date | None = None,
    until: date | None = None,
    progress: Progress | None = None,
) -> int:
    """Write the acts that `listing` would give, all of them, to a workbook; how many there were.

    The writing is an act of its own. Raises what `listing` raises, `UsageError` (`bad_format`), `EnvironmentFault`.
    """
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise UsageError("bad_format", "导出的文件名要以 .xlsx 或 .csv 结尾。", effect="没有导出。")
    rows = listing(office, who=who, act=act, since=since, until=until, limit=None)
    from dangjian_desktop.exchange.excel.export_rows import export_rows

    cells = [(local_time(row.at), row.account, row.act, row.what, row.reason) for row in rows]
    written = export_rows(path, _HEADERS, cells, (0,), TITLE, widths=_WIDTHS, progress=progress)
    office.audit("export", {"report": NAME, "rows": written, "masked": True, "files": [path.name]})
    return written


def _actions(act: str | None) -> tuple[str, ...] | None:
    if act is None:
        return None
    for key, (name, actions) in ACTS.items():
        if act in (key, name):
            return actions
    known = "、".join(name for name, _ in ACTS.values())
    raise UsageError("act_unknown", f"没有“{act}”这类事项。可用：{known}。")


def _moment(day: date | None) -> str | None:
    """The first moment of a day of this PC's clock, as moments are stored."""
    return datetime.combine(day, time.min).astimezone().astimezone(UTC).isoformat() if day else None


def _worded(office: Office, lines: Sequence[dict[str, Any]]) -> list[AuditRow]:
    wording = Wording(office, lines)
    return [
        AuditRow(
            line["id"],
            line["at"],
            line["account"],
            line["action"],
            ACT_NAMES.get(line["action"], line["action"]),
            wording.what(line["action"], line["detail"]),
            wording.reason(line["detail"]),
        )
        for line in lines
    ]
