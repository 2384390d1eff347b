"""The append-only audit trail: log-ins, reveals with their reason, exports, clearings."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, text

from dangjian_desktop.base.clock import Clock


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


def listing(connection: Connection, limit: int = 200) -> list[dict[str, Any]]:
    """The newest lines first: `at`, `account`, `action`, `detail`."""
    rows = connection.execute(
        text("SELECT at, account, action, detail FROM audit_event ORDER BY id DESC LIMIT :limit"), {"limit": limit}
    ).mappings()
    return [dict(r) | {"detail": json.loads(r["detail"])} for r in rows]
