"""Is the log as its writers signed it: births, headers, chain, leaves, and what this PC noted outside the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, text

from dangjian_desktop.domain.records.changes import OpId
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.sync.header import FIRST, Header, decode, header_hash
from dangjian_desktop.sync.leaves import encode, partial_root
from dangjian_desktop.sync.signing import Birth, device_id, header_signed

from . import changelog, identity, tables
from .device import Profile
from .log_whole import UNREADABLE
from .log_writer import change_node, first_nodes, structure_content
from .originals import makers_of

_CHANGE, _OPERATION, _ORIGIN = tables.change, tables.operation, tables.origin
_REMAINDER, _BARE = tables.remainder, tables.bare

CHAIN, CONTENT, BEHIND = "chain", "content", "behind"


def names(connection: Connection) -> dict[int, OpId]:
    """The name in every file of each operation of this one."""
    rows = connection.execute(
        text("SELECT o.id, g.incarnation, o.seq FROM operation o JOIN origin g ON g.id = o.origin")
    )
    return {number: OpId(incarnation, seq) for number, incarnation, seq in rows}


def problems(connection: Connection, names: Mapping[int, OpId]) -> Iterator[tuple[str, str]]:
    """What is wrong with the log, as (code, Chinese sentence)."""
    births: dict[int, Birth] = {}
    for row in connection.execute(select(_ORIGIN)):
        births[row.id] = Birth(row.incarnation, row.key, row.device_key, row.started_at, row.signature)
        if not _holds(births[row.id]) or row.device != device_id(row.device_key):
            yield CHAIN, f"写入身份{str(row.incarnation)[:8]}的签名不对：不能确定是哪台电脑写的。"
    previous: dict[int, tuple[int, bytes]] = defaultdict(lambda: (0, b""))
    headers: dict[OpId, tuple[int, Header]] = {}
    for row in connection.execute(select(_OPERATION).order_by(_OPERATION.c.origin, _OPERATION.c.seq)).all():
        seq, hashed = previous[row.origin]
        if type(row.seq) is int:
            if row.seq != seq + 1:
                yield CHAIN, f"操作记录缺号：第{seq + 1}号操作不见了。"
            previous[row.origin] = (row.seq, row.hash)
        birth = births.get(row.origin)
        header = _header(row, names, hashed if row.seq == seq + 1 else None)
        if header is None or birth is None:
            yield CHAIN, f"{_which(row)}被改动过：与校验值不符。"
            continue
        headers[names[row.id]] = (row.id, header)
        if not _signed(birth, row):
            yield CHAIN, f"{_which(row)}的签名不对：不是写它的电脑签的。"
        try:
            yield from _leaves(connection, row, header, names)
        except UNREADABLE:
            yield CONTENT, _changed(row)
    yield from _order(headers)


def _holds(birth: Birth) -> bool:
    try:
        return birth.holds()
    except UNREADABLE:
        return False


def _signed(birth: Birth, row: Any) -> bool:
    try:
        return header_signed(birth.key, row.header, row.signature)
    except UNREADABLE:
        return False


def _order(headers: Mapping[OpId, tuple[int, Header]]) -> Iterator[tuple[str, str]]:
    """Nothing comes before what its writer had seen, and all that he had seen is here."""
    last: dict[str, int] = defaultdict(int)
    for incarnation, seq in headers:
        last[incarnation] = max(last[incarnation], seq)
    for name, (place, header) in headers.items():
        seen = [OpId(incarnation, number) for incarnation, number in header.depends.items()]
        if any(number > last[incarnation] for incarnation, number in seen):
            yield CHAIN, f"{_told(name.seq, header.at)}写的时候见过的操作，有的已经不在文件里。"
        before = [headers[each] for each in (*seen, OpId(name.origin, name.seq - 1)) if each in headers]
        if any(earlier >= place or past.lamport >= header.lamport for earlier, past in before):
            yield CHAIN, f"{_told(name.seq, header.at)}的先后次序被改动过。"


def _which(row: Any) -> str:
    """An operation without a word of its label, which may hold a name."""
    return _told(row.seq, row.at)


def _told(seq: Any, at: Any) -> str:
    return f"第{seq if type(seq) is int else '？'}号操作（{str(at)[:10]}）"


def _changed(row: Any) -> str:
    return f"{_which(row)}的内容被改动过：与签过名的校验值不符。"


def _header(row: Any, names: Mapping[int, OpId], previous: bytes | None) -> Header | None:
    """The header of an operation, if it is whole and says what the row says."""
    try:
        header, hashed = decode(row.header), header_hash(row.header)
    except UNREADABLE:
        return None
    if row.id not in names or (row.undoes is not None and row.undoes not in names):
        return None
    undoes = None if row.undoes is None else names[row.undoes]
    told = (*names[row.id], row.lamport, row.at, row.nature, undoes, row.hash)
    same = (
        header.incarnation,
        header.number,
        header.lamport,
        header.at,
        header.nature,
        header.undoes,
        hashed,
    ) == told
    return header if same and previous in (None, header.previous) else None


def _leaves(connection: Connection, row: Any, header: Header, names: Mapping[int, OpId]) -> Iterator[tuple[str, str]]:
    """The root over the leaves of one operation, of which some may stand bare."""
    nodes = dict(enumerate(first_nodes(row.seal, row.label, row.account)))
    moves: list[Any] = []
    for entry in connection.execute(select(_CHANGE).where(_CHANGE.c.operation == row.id)):
        if entry.path is None:
            nodes[entry.ordinal] = entry.node
        else:
            moves.append(entry)
            if len(moves) >= 5_000:
                nodes.update(_nodes(connection, moves, names))
                moves.clear()
    nodes.update(_nodes(connection, moves, names))
    for ordinal, node in connection.execute(
        select(_REMAINDER.c.ordinal, _REMAINDER.c.node).where(_REMAINDER.c.operation == row.id)
    ):
        nodes[ordinal] = node
    bare = {
        (entry.ordinal, entry.width): entry.node
        for entry in connection.execute(select(_BARE).where(_BARE.c.operation == row.id))
    }
    known = len(nodes) + sum(width for _, width in bare)
    try:
        whole = known == header.leaves >= FIRST and partial_root(header.leaves, nodes, bare) == header.root
    except ValueError:
        whole = False
    if not whole:
        yield CONTENT, _changed(row)


def _nodes(connection: Connection, moves: Sequence[Any], names: Mapping[int, OpId]) -> dict[int, bytes]:
    makers = makers_of(connection, moves)
    found = {}
    for entry in moves:
        replaced = changelog.load(entry.replaces) or [makers.get(entry.record, 0)]
        portable = sorted(list(names.get(number, OpId("", 0))) for number in replaced)
        structure = structure_content(entry.kind, entry.record, entry.path, portable)
        values = encode([changelog.load(entry.before), changelog.load(entry.after)])
        try:
            found[entry.ordinal] = change_node(entry.seal, structure, values)
        except UNREADABLE:
            found[entry.ordinal] = b""
    return found


def compared(connection: Connection, profile: Profile) -> Iterator[tuple[str, str]]:
    """What this PC saw committed and the file no longer has."""
    note = profile.note()
    gone = list(note.lost) if note is not None else []
    now = identity.lost(connection, profile)
    for one in [*gone, *([now] if now else [])]:
        yield BEHIND, identity.missing_sentence(one)


def named(kind: str, record: str) -> str:
    """A record without a word of what it says: problems are sent to whoever maintains the program."""
    return f"{KINDS[kind].label}（编号{record}）"


def field(kind: str, path: str) -> str:
    name = path.partition(".")[0]
    return KINDS[kind].field(name).label if name in KINDS[kind].names() else path
