"""Version 1: the first released layout. Frozen: a later change is a later module."""

from __future__ import annotations

from sqlalchemy import Connection, text

from . import m0001_log

STATEMENTS = (
    """
    CREATE TABLE account (
        name VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        scope VARCHAR,
        disabled BOOLEAN NOT NULL,
        slot VARCHAR,
        created_at VARCHAR NOT NULL,
        PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE attachment (
        rid INTEGER NOT NULL,
        record VARCHAR NOT NULL,
        "key" VARCHAR NOT NULL,
        secret VARCHAR NOT NULL,
        title VARCHAR,
        size INTEGER,
        type VARCHAR,
        restricted BOOLEAN,
        PRIMARY KEY (rid)
    )
    """,
    """
    CREATE INDEX ix_attachment_record ON attachment (record)
    """,
    """
    CREATE TABLE attendance (
        rid INTEGER NOT NULL,
        record VARCHAR NOT NULL,
        "key" VARCHAR NOT NULL,
        presence VARCHAR NOT NULL,
        reason VARCHAR,
        PRIMARY KEY (rid)
    )
    """,
    """
    CREATE INDEX ix_attendance_key ON attendance ("key")
    """,
    """
    CREATE INDEX ix_attendance_record ON attendance (record)
    """,
    """
    CREATE TABLE audit_event (
        id INTEGER NOT NULL,
        at VARCHAR NOT NULL,
        account VARCHAR NOT NULL,
        action VARCHAR NOT NULL,
        detail VARCHAR NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE category (
        rid INTEGER NOT NULL,
        record VARCHAR NOT NULL,
        "key" VARCHAR NOT NULL,
        category VARCHAR NOT NULL,
        from_on VARCHAR,
        to_on VARCHAR,
        reason VARCHAR,
        PRIMARY KEY (rid)
    )
    """,
    """
    CREATE INDEX ix_category_record ON category (record)
    """,
    """
    CREATE TABLE former (
        rid INTEGER NOT NULL,
        record VARCHAR NOT NULL,
        "key" VARCHAR NOT NULL,
        attribute VARCHAR NOT NULL,
        value VARCHAR,
        until VARCHAR NOT NULL,
        PRIMARY KEY (rid)
    )
    """,
    """
    CREATE INDEX ix_former_record ON former (record)
    """,
    """
    CREATE TABLE ledger_entry (
        rid INTEGER NOT NULL,
        id VARCHAR NOT NULL,
        op INTEGER NOT NULL,
        binned BOOLEAN NOT NULL,
        template VARCHAR NOT NULL,
        organisation VARCHAR,
        number VARCHAR,
        "values" JSON,
        originals JSON,
        due_on VARCHAR,
        title VARCHAR,
        state VARCHAR,
        opened_on VARCHAR,
        state_on VARCHAR,
        settled_on VARCHAR,
        PRIMARY KEY (rid),
        UNIQUE (id)
    )
    """,
    """
    CREATE INDEX ix_ledger_entry_organisation ON ledger_entry (organisation)
    """,
    """
    CREATE INDEX ix_ledger_entry_template ON ledger_entry (template)
    """,
    """
    CREATE TABLE meeting (
        rid INTEGER NOT NULL,
        id VARCHAR NOT NULL,
        op INTEGER NOT NULL,
        binned BOOLEAN NOT NULL,
        meeting_kind VARCHAR NOT NULL,
        also_kinds VARCHAR,
        organisation VARCHAR,
        "group" VARCHAR,
        number INTEGER,
        title VARCHAR,
        started_at VARCHAR,
        ended_at VARCHAR,
        place VARCHAR,
        chair VARCHAR,
        recorder VARCHAR,
        guests VARCHAR,
        topics VARCHAR,
        resolutions VARCHAR,
        minutes VARCHAR,
        entered_on VARCHAR,
        note VARCHAR,
        originals JSON,
        PRIMARY KEY (rid),
        UNIQUE (id)
    )
    """,
    """
    CREATE INDEX ix_meeting_organisation ON meeting (organisation)
    """,
    """
    CREATE INDEX ix_meeting_started_at ON meeting (started_at)
    """,
    """
    CREATE TABLE member (
        rid INTEGER NOT NULL,
        id VARCHAR NOT NULL,
        op INTEGER NOT NULL,
        binned BOOLEAN NOT NULL,
        name VARCHAR NOT NULL,
        former_name VARCHAR,
        sex VARCHAR,
        id_number VARCHAR,
        birth_on VARCHAR,
        ethnic_group VARCHAR,
        native_place VARCHAR,
        birthplace VARCHAR,
        education VARCHAR,
        degree VARCHAR,
        school VARCHAR,
        graduated_on VARCHAR,
        fulltime_education VARCHAR,
        fulltime_degree VARCHAR,
        fulltime_school VARCHAR,
        inservice_education VARCHAR,
        inservice_degree VARCHAR,
        inservice_school VARCHAR,
        member_class VARCHAR,
        admission_type VARCHAR,
        joined_on VARCHAR,
        branch_at_joining VARCHAR,
        sponsors VARCHAR,
        confirmed_on VARCHAR,
        confirmation VARCHAR,
        extended_to VARCHAR,
        seniority_adjustment INTEGER,
        employer VARCHAR,
        occupation VARCHAR,
        social_stratum VARCHAR,
        front_line VARCHAR,
        professional_title VARCHAR,
        title VARCHAR,
        rank VARCHAR,
        work_started_on VARCHAR,
        migrant_worker BOOLEAN,
        taiwan_origin BOOLEAN,
        marital VARCHAR,
        health VARCHAR,
        phone VARCHAR,
        landline VARCHAR,
        address VARCHAR,
        registered_address VARCHAR,
        archive_holder VARCHAR,
        reported_to VARCHAR,
        photo VARCHAR,
        note VARCHAR,
        originals JSON,
        organisation VARCHAR,
        "group" VARCHAR,
        entered_on VARCHAR,
        entered_kind VARCHAR,
        entered_from VARCHAR,
        left_on VARCHAR,
        left_kind VARCHAR,
        left_to VARCHAR,
        standing VARCHAR,
        categories VARCHAR,
        name_key VARCHAR,
        seniority VARCHAR,
        PRIMARY KEY (rid),
        UNIQUE (id)
    )
    """,
    """
    CREATE INDEX ix_member_id_number ON member (id_number)
    """,
    """
    CREATE INDEX ix_member_name_key ON member (name_key)
    """,
    """
    CREATE INDEX ix_member_organisation ON member (organisation)
    """,
    """
    CREATE TABLE membership (
        rid INTEGER NOT NULL,
        record VARCHAR NOT NULL,
        "key" VARCHAR NOT NULL,
        organisation VARCHAR,
        "group" VARCHAR,
        from_on VARCHAR,
        in_kind VARCHAR,
        to_on VARCHAR,
        out_kind VARCHAR,
        counterpart VARCHAR,
        destination VARCHAR,
        doc_no VARCHAR,
        note VARCHAR,
        PRIMARY KEY (rid)
    )
    """,
    """
    CREATE INDEX ix_membership_organisation ON membership (organisation)
    """,
    """
    CREATE INDEX ix_membership_record ON membership (record)
    """,
    """
    CREATE TABLE organisation (
        rid INTEGER NOT NULL,
        id VARCHAR NOT NULL,
        op INTEGER NOT NULL,
        binned BOOLEAN NOT NULL,
        name VARCHAR NOT NULL,
        short_name VARCHAR,
        code VARCHAR,
        kind VARCHAR NOT NULL,
        field VARCHAR,
        parent VARCHAR,
        stage VARCHAR,
        street_counted BOOLEAN,
        setup_mode VARCHAR,
        founded_on VARCHAR,
        founding_doc VARCHAR,
        dissolved_on VARCHAR,
        committee BOOLEAN,
        committee_planned INTEGER,
        premises_address VARCHAR,
        premises_area INTEGER,
        contact VARCHAR,
        phone VARCHAR,
        postcode VARCHAR,
        grids INTEGER,
        buildings VARCHAR,
        units VARCHAR,
        note VARCHAR,
        originals JSON,
        term_elected_on VARCHAR,
        term_years INTEGER,
        term_extended_to VARCHAR,
        term_method VARCHAR,
        term_due INTEGER,
        term_present INTEGER,
        term_doc VARCHAR,
        term_expiry VARCHAR,
        term_ends_on VARCHAR,
        PRIMARY KEY (rid),
        UNIQUE (id)
    )
    """,
    """
    CREATE INDEX ix_organisation_parent ON organisation (parent)
    """,
    """
    CREATE TABLE passage (
        rid INTEGER NOT NULL,
        record VARCHAR NOT NULL,
        "key" VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        day VARCHAR NOT NULL,
        "by" VARCHAR,
        due VARCHAR,
        reason VARCHAR,
        PRIMARY KEY (rid)
    )
    """,
    """
    CREATE INDEX ix_passage_record ON passage (record)
    """,
    """
    CREATE TABLE post (
        rid INTEGER NOT NULL,
        id VARCHAR NOT NULL,
        op INTEGER NOT NULL,
        binned BOOLEAN NOT NULL,
        organisation VARCHAR,
        member VARCHAR,
        person_name VARCHAR,
        post VARCHAR,
        from_on VARCHAR,
        to_on VARCHAR,
        doc_no VARCHAR,
        note VARCHAR,
        originals JSON,
        PRIMARY KEY (rid),
        UNIQUE (id)
    )
    """,
    """
    CREATE INDEX ix_post_member ON post (member)
    """,
    """
    CREATE INDEX ix_post_organisation ON post (organisation)
    """,
    """
    CREATE TABLE setting (
        "key" VARCHAR NOT NULL,
        value VARCHAR NOT NULL,
        PRIMARY KEY ("key")
    )
    """,
    """
    CREATE TABLE term (
        rid INTEGER NOT NULL,
        record VARCHAR NOT NULL,
        "key" VARCHAR NOT NULL,
        elected_on VARCHAR,
        years INTEGER,
        extended_to VARCHAR,
        method VARCHAR,
        due INTEGER,
        present INTEGER,
        doc VARCHAR,
        PRIMARY KEY (rid)
    )
    """,
    """
    CREATE INDEX ix_term_record ON term (record)
    """,
    """
    CREATE TABLE shared_item (
        rid INTEGER NOT NULL,
        id VARCHAR NOT NULL,
        op INTEGER NOT NULL,
        binned BOOLEAN NOT NULL,
        topic VARCHAR NOT NULL,
        item VARCHAR NOT NULL,
        unit VARCHAR,
        content VARCHAR,
        PRIMARY KEY (rid),
        UNIQUE (id)
    )
    """,
    """
    CREATE INDEX ix_shared_item_topic ON shared_item (topic)
    """,
    """
    CREATE VIRTUAL TABLE member_find USING fts5(
        name, letters, content='', contentless_delete=1, prefix='2', tokenize='unicode61'
    )
    """,
)


def upgrade(connection: Connection) -> None:
    """Create every table of version 1."""
    for statement in (*STATEMENTS, *m0001_log.STATEMENTS):
        connection.execute(text(statement))
