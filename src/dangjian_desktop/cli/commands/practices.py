"""The practices of offices and where the program keeps, counts and prints them."""

from __future__ import annotations

from typing import Any

from dangjian_desktop.domain.ledgers.practices import STATUSES, Practice, practices

from .. import output
from ..output import Reply
from ..session import Request


def list_practices(_request: Request) -> Reply:
    """Every practice of the checklist, one line each; it is the program's own list and needs no file."""
    found = practices()
    rows = [(each.id, STATUSES[each.status], each.title, each.missing) for each in found]
    counts = "，".join(f"{label}{sum(e.status == key for e in found)}项" for key, label in STATUSES.items())
    lines = [*output.table(["编号", "情况", "做法", "还差什么"], rows), f"共{len(found)}项：{counts}。"]
    return Reply({"practices": [_told(each) for each in found]}, lines)


def _told(practice: Practice) -> dict[str, Any]:
    return {
        "id": practice.id,
        "weight": practice.weight,
        "title": practice.title,
        "recorded": list(practice.recorded),
        "computed": list(practice.computed),
        "printed": list(practice.printed),
        "not_owed": list(practice.not_owed),
        "missing": practice.missing,
        "status": practice.status,
    }
