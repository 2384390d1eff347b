"""The append-only audit trail: log-ins, reveals with their reason, exports, clearings."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, select, text

from dangjian_desktop.base.clock import Clock

from . import tables

_EVENT = tables.audit_event


def write(connection: Connection, clock: Clock, account: str, action: str, detail: dict[str, Any]) -> None:
    """Append one line inside the caller's transaction."""
    connection.execute(
        text("INSERT INTO audit_event(at, account, action, detail) VALUES (:at, :account, :action, :detail)"),
        {
            "at": clock.now().isoformat(),
            "account": account,
            "action": action,
            "detail": json.dumps(detail, ensure_ascii=False),
        },
    )


def listing(
    connection: Connection,
    limit: int | None = 200,
    *,
    account: str | None = None,
    within: Collection[str] | None = None,
    actions: Sequence[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    before: int | None = None,
) -> list[dict[str, Any]]:
    """The newest lines first: `id`, `at`, `account`, `action`, `detail`.

    `within` keeps the acts of these accounts only. `since` and `until` (exclusive) are moments as they are stored;
    `before` pages on from a line's id.
    """
    statement = select(_EVENT).order_by(_EVENT.c.id.desc()).limit(limit)
    if account is not None:
        statement = statement.where(_EVENT.c.account == account)
    if within is not None:
        statement = statement.where(_EVENT.c.account.in_(within))
    if actions is not None:
        statement = statement.where(_EVENT.c.action.in_(actions))
    if since is not None:
        statement = statement.where(_EVENT.c.at >= since)
    if until is not None:
        statement = statement.where(_EVENT.c.at < until)
    if before is not None:
        statement = statement.where(_EVENT.c.id < before)
    rows = connection.execute(statement).mappings()
    return [dict(r) | {"detail": json.loads(r["detail"])} for r in rows]


def accounts(connection: Connection) -> list[str]:
    """The names that occur, in the order of their first line: accounts that were since taken away included."""
    return list(connection.execute(text("SELECT account FROM audit_event GROUP BY account ORDER BY min(id)")).scalars())
