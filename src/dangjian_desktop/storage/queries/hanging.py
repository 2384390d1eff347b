"""What refers to records: posts, marks of attendance, ledger entries; told before they are removed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, text

_COUNTS = {
    "member": {
        "posts": "SELECT count(*) FROM post WHERE member IN :ids AND NOT binned",
        "attendance": "SELECT count(*) FROM attendance a JOIN meeting m ON m.id = a.record"
        " WHERE a.key IN :ids AND NOT m.binned",
        "entries": 'SELECT count(DISTINCT e.id) FROM ledger_entry e, json_each(e."values") v'
        " WHERE v.value IN :ids AND NOT e.binned AND e.template NOT IN :closed",
    },
    "organisation": {
        "posts": "SELECT count(*) FROM post WHERE organisation IN :ids AND NOT binned",
        "meetings": "SELECT count(*) FROM meeting WHERE organisation IN :ids AND NOT binned",
        "entries": "SELECT count(*) FROM ledger_entry"
        " WHERE organisation IN :ids AND NOT binned AND template NOT IN :closed",
        "left_members": "SELECT count(DISTINCT s.record) FROM membership s JOIN member m ON m.id = s.record"
        " WHERE s.organisation IN :ids AND NOT m.binned",
    },
}
_AT_ONCE = 500


def counts(connection: Connection, kind: str, ids: Sequence[str], closed: Collection[str] = ()) -> dict[str, int]:
    """How many standing records refer to any of `ids`, by what they are; entries of `closed` ledgers are left out."""
    found: dict[str, int] = {}
    for name, query in _COUNTS.get(kind, {}).items():
        lists = {"ids": list(ids)} | ({"closed": list(closed)} if ":closed" in query else {})
        statement = text(query).bindparams(*(bindparam(key, expanding=True) for key in lists))
        for at in range(0, len(ids), _AT_ONCE):
            values = lists | {"ids": list(ids[at : at + _AT_ONCE])}
            found[name] = found.get(name, 0) + int(connection.execute(statement, values).scalar_one())
    return found
