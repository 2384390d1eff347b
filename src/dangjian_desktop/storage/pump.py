"""Writing a large load from a thread of its own: the database works while Python makes the next rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from typing import Any

from sqlalchemy import Connection

_BOUND = 30_000
"""Values bound by one statement: below the limit of every SQLite in use."""

_KEY = "pump"


class Pump:
    """Inserts in the order given, one batch ahead; while it runs nothing else may use the connection.

    The driver gives the interpreter free for the length of one step. A statement of a thousand rows is one long step,
    a thousand statements of one row would only pass the interpreter to and fro.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor = connection.connection.cursor()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="load")
        self._under_way: list[Future[None]] = []
        self._next: dict[str, int] = {}

    def put(
        self, target: str, marks: Sequence[str], columns: Sequence[Sequence[Any]], fixed: tuple[Any, ...] = ()
    ) -> None:
        """Insert rows given as equally long columns into `target` (“table (columns)”); raises an earlier fault.

        `fixed` are the values of the first columns of `target`, the same for all rows.
        """
        # What waits is held in memory: no more than the tables of one batch.
        while len(self._under_way) > 4:
            self._under_way.pop(0).result()
        self._under_way.append(self._worker.submit(self._insert, target, marks, columns, fixed))

    def first(self, table: str, count: int) -> int:
        """The first of `count` new row numbers of a table, without asking the database in the middle of the load."""
        if table not in self._next:
            self.drain()
            self._next[table] = largest_rid(self._connection, table) + 1
        self._next[table] += count
        return self._next[table] - count

    def drain(self) -> None:
        """Wait until everything given is in; raises the first fault."""
        while self._under_way:
            self._under_way.pop(0).result()

    def close(self) -> None:
        """Let go of the connection, whatever happened."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._cursor.close()

    def _insert(
        self, target: str, marks: Sequence[str], columns: Sequence[Sequence[Any]], fixed: tuple[Any, ...]
    ) -> None:
        rows = list(zip(*columns, strict=True))
        # What all rows share is bound once, by number; the marks without a number go on from the largest so far.
        shared = [f"?{number}" for number in range(1, len(fixed) + 1)]
        one, size = f"({', '.join([*shared, *marks])})", max(1, _BOUND // len(marks))
        for start in range(0, len(rows), size):
            piece = rows[start : start + size]
            statement = f"INSERT INTO {target} VALUES {', '.join([one] * len(piece))}"
            self._cursor.execute(statement, [*fixed, *chain.from_iterable(piece)])


@contextmanager
def pumping(connection: Connection) -> Iterator[None]:
    """Send the inserts of this block through a pump; all of them are in when the block has ended well."""
    pump = connection.info[_KEY] = Pump(connection)
    try:
        yield
        pump.drain()
    finally:
        del connection.info[_KEY]
        pump.close()


def insert(
    connection: Connection,
    target: str,
    marks: Sequence[str],
    columns: Sequence[Sequence[Any]],
    fixed: tuple[Any, ...] = (),
) -> None:
    """Insert rows given as equally long columns into `target`, through the pump where one runs.

    `fixed` are the values of the first columns of `target`, the same for all rows.
    """
    pump = connection.info.get(_KEY)
    if pump is not None:
        pump.put(target, marks, columns, fixed)
    elif rows := [(*fixed, *row) for row in zip(*columns, strict=True)]:
        every = ", ".join([*"?" * len(fixed), *marks])
        connection.exec_driver_sql(f"INSERT INTO {target} VALUES ({every})", rows)


def first_rid(connection: Connection, table: str, count: int) -> int:
    """The first of `count` new row numbers of a table."""
    pump = connection.info.get(_KEY)
    return pump.first(table, count) if pump is not None else largest_rid(connection, table) + 1


def largest_rid(connection: Connection, table: str) -> int:
    """The largest row number of a table, 0 for an empty one."""
    found = connection.exec_driver_sql(f'SELECT coalesce(max(rid), 0) FROM "{table}"').scalar_one()
    return int(found)


def settle(connection: Connection) -> None:
    """Wait until everything given to a pump is in, so that the connection may be asked; nothing where none runs."""
    pump = connection.info.get(_KEY)
    if pump is not None:
        pump.drain()
