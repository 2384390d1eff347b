"""The log's tables of version 1 (format 1 of the log); frozen like the rest of it."""

from __future__ import annotations

STATEMENTS = (
    """
    CREATE TABLE change (
        operation INTEGER NOT NULL,
        ordinal INTEGER NOT NULL,
        kind VARCHAR NOT NULL,
        record VARCHAR NOT NULL,
        path VARCHAR,
        "before" VARCHAR,
        "after" VARCHAR,
        replaces VARCHAR,
        cleared BOOLEAN NOT NULL,
        layout INTEGER,
        leaves VARCHAR,
        seal BLOB,
        node BLOB,
        PRIMARY KEY (operation, ordinal)
    )
     WITHOUT ROWID
    """,
    """
    CREATE INDEX ix_change_record ON change (record) WHERE path IS NOT NULL
    """,
    """
    CREATE TABLE head (
        record VARCHAR NOT NULL,
        path VARCHAR NOT NULL,
        operation INTEGER NOT NULL,
        PRIMARY KEY (record, path, operation)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE leaf_layout (
        id INTEGER NOT NULL,
        kind VARCHAR NOT NULL,
        cut VARCHAR NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (kind, cut)
    )
    """,
    """
    CREATE TABLE bare (
        operation INTEGER NOT NULL,
        ordinal INTEGER NOT NULL,
        width INTEGER NOT NULL,
        node BLOB NOT NULL,
        PRIMARY KEY (operation, ordinal)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE remainder (
        operation INTEGER NOT NULL,
        ordinal INTEGER NOT NULL,
        kind VARCHAR NOT NULL,
        record VARCHAR NOT NULL,
        leaf VARCHAR NOT NULL,
        salt BLOB,
        node BLOB NOT NULL,
        PRIMARY KEY (operation, ordinal)
    )
     WITHOUT ROWID
    """,
    """
    CREATE INDEX ix_remainder_record ON remainder (record)
    """,
    """
    CREATE TABLE operation (
        id INTEGER NOT NULL,
        origin INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        lamport INTEGER NOT NULL,
        at VARCHAR NOT NULL,
        account VARCHAR NOT NULL,
        label VARCHAR NOT NULL,
        nature VARCHAR NOT NULL,
        undoes INTEGER,
        touched VARCHAR NOT NULL,
        seal BLOB NOT NULL,
        header BLOB NOT NULL,
        signature BLOB NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (origin, seq)
    )
    """,
    """
    CREATE INDEX ix_operation_lamport ON operation (lamport)
    """,
    """
    CREATE INDEX ix_operation_undoes ON operation (undoes)
    """,
    """
    CREATE TABLE origin (
        id INTEGER NOT NULL,
        incarnation VARCHAR NOT NULL,
        device VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        started_at VARCHAR NOT NULL,
        "key" BLOB NOT NULL,
        device_key BLOB NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (incarnation)
    )
    """,
)
