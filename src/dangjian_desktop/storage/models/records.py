"""Tables of the shared records; one row a record, one row a member of a keyed set.

`rid` is the small number that derived tables point to; `id` is what the world sees. `op` is the
operation that created the record: until a field moves on, that operation is the field's head.
Columns marked derived are computed by `storage.derive` from the keyed sets and never logged.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


def _map() -> Any:
    return Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))


class Organisation(SQLModel, table=True):
    """A Party organisation (党组织), planned or actual; dissolved ones stay."""

    rid: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    op: int
    binned: bool = False
    name: str
    short_name: str | None = None
    code: str | None = None
    kind: str
    field: str | None = None
    parent: str | None = Field(default=None, index=True)
    stage: str | None = None
    street_counted: bool | None = None
    setup_mode: str | None = None
    founded_on: str | None = None
    founding_doc: str | None = None
    dissolved_on: str | None = None
    committee: bool | None = None
    committee_planned: int | None = None
    premises_address: str | None = None
    premises_area: int | None = None
    contact: str | None = None
    phone: str | None = None
    postcode: str | None = None
    grids: int | None = None
    buildings: str | None = None
    units: str | None = None
    note: str | None = None
    originals: dict[str, Any] | None = _map()
    term_elected_on: str | None = Field(default=None, description="derived: of the newest term, as all that follow")
    term_years: int | None = Field(default=None, description="derived")
    term_extended_to: str | None = Field(default=None, description="derived")
    term_method: str | None = Field(default=None, description="derived")
    term_due: int | None = Field(default=None, description="derived")
    term_present: int | None = Field(default=None, description="derived")
    term_doc: str | None = Field(default=None, description="derived")
    term_expiry: str | None = Field(default=None, description="derived: the end of the term without an extension")
    term_ends_on: str | None = Field(default=None, description="derived: 届满日")


class ElectedTerm(SQLModel, table=True):
    """One term of an organisation (届), under the day on which it was first said to have begun."""

    __tablename__ = "term"
    rid: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    key: str
    elected_on: str | None = None
    years: int | None = None
    extended_to: str | None = None
    method: str | None = None
    due: int | None = None
    present: int | None = None
    doc: str | None = None


class Member(SQLModel, table=True):
    """A Party member (党员) with the facts of `domain/members.md` §1."""

    rid: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    op: int
    binned: bool = False
    name: str
    former_name: str | None = None
    sex: str | None = None
    id_number: str | None = Field(default=None, index=True)
    birth_on: str | None = None
    ethnic_group: str | None = None
    native_place: str | None = None
    birthplace: str | None = None
    education: str | None = None
    degree: str | None = None
    school: str | None = None
    graduated_on: str | None = None
    fulltime_education: str | None = None
    fulltime_degree: str | None = None
    fulltime_school: str | None = None
    inservice_education: str | None = None
    inservice_degree: str | None = None
    inservice_school: str | None = None
    member_class: str | None = None
    admission_type: str | None = None
    joined_on: str | None = None
    branch_at_joining: str | None = None
    sponsors: str | None = None
    confirmed_on: str | None = None
    confirmation: str | None = None
    extended_to: str | None = None
    seniority_adjustment: int | None = None
    employer: str | None = None
    occupation: str | None = None
    social_stratum: str | None = None
    front_line: str | None = None
    professional_title: str | None = None
    title: str | None = None
    rank: str | None = None
    work_started_on: str | None = None
    migrant_worker: bool | None = None
    taiwan_origin: bool | None = None
    marital: str | None = None
    health: str | None = None
    phone: str | None = None
    landline: str | None = None
    address: str | None = None
    registered_address: str | None = None
    archive_holder: str | None = None
    reported_to: str | None = None
    photo: str | None = Field(default=None, description="key of the attachment, hexadecimal")
    note: str | None = None
    originals: dict[str, Any] | None = _map()
    organisation: str | None = Field(default=None, index=True, description="derived")
    group: str | None = Field(default=None, description="derived")
    entered_on: str | None = Field(default=None, description="derived")
    entered_kind: str | None = Field(default=None, description="derived")
    entered_from: str | None = Field(default=None, description="derived")
    left_on: str | None = Field(default=None, description="derived")
    left_kind: str | None = Field(default=None, description="derived")
    left_to: str | None = Field(default=None, description="derived")
    standing: str | None = Field(default=None, description="derived: member_status.csv 党籍状态")
    categories: str | None = Field(default=None, description="derived: open categories, joined by ；")
    name_key: str | None = Field(default=None, index=True, description="derived: pinyin for sorting")
    seniority: str | None = Field(
        default=None, description="derived: the day from which 党龄 counts, for who is in force"
    )


class Membership(SQLModel, table=True):
    """One stay of a member in a branch (组织关系), with how it began and ended."""

    rid: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    key: str
    organisation: str | None = Field(default=None, index=True)
    group: str | None = None
    from_on: str | None = None
    in_kind: str | None = None
    to_on: str | None = None
    out_kind: str | None = None
    counterpart: str | None = None
    destination: str | None = None
    doc_no: str | None = None
    note: str | None = None


class Category(SQLModel, table=True):
    """One classification of a member (困难、流动、无职 …) from a day to a day, with its reason."""

    rid: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    key: str
    category: str
    from_on: str | None = None
    to_on: str | None = None
    reason: str | None = None


class Former(SQLModel, table=True):
    """A value that a dated field had until (not including) a day; as-of queries read it."""

    rid: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    key: str
    attribute: str
    value: str | None = None
    until: str


class Post(SQLModel, table=True):
    """A post held in an organisation (任职) by a member, or by a named person from elsewhere."""

    rid: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    op: int
    binned: bool = False
    organisation: str | None = Field(default=None, index=True)
    member: str | None = Field(default=None, index=True)
    person_name: str | None = None
    post: str | None = None
    from_on: str | None = None
    to_on: str | None = None
    doc_no: str | None = None
    note: str | None = None
    originals: dict[str, Any] | None = _map()


class Meeting(SQLModel, table=True):
    """A meeting of organisational life (三会一课、主题党日)."""

    rid: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    op: int
    binned: bool = False
    meeting_kind: str
    also_kinds: str | None = None
    organisation: str | None = Field(default=None, index=True)
    group: str | None = None
    number: int | None = None
    title: str | None = None
    started_at: str | None = Field(default=None, index=True)
    ended_at: str | None = None
    place: str | None = None
    chair: str | None = None
    recorder: str | None = None
    guests: str | None = None
    topics: str | None = None
    resolutions: str | None = None
    minutes: str | None = None
    entered_on: str | None = None
    note: str | None = None
    originals: dict[str, Any] | None = _map()


class Attendance(SQLModel, table=True):
    """Whether one member was at one meeting; `key` is the member's id."""

    rid: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    key: str = Field(index=True)
    presence: str
    reason: str | None = None


class LedgerEntry(SQLModel, table=True):
    """One row of a ledger (台账条目): typed by its template, columns under immutable keys."""

    __tablename__ = "ledger_entry"
    rid: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    op: int
    binned: bool = False
    template: str = Field(index=True)
    organisation: str | None = Field(default=None, index=True)
    number: str | None = None
    values: dict[str, Any] | None = _map()
    originals: dict[str, Any] | None = _map()
    due_on: str | None = Field(default=None, description="derived: the template's due column")
    title: str | None = Field(default=None, description="derived: the template's title column")
    state: str | None = Field(default=None, description="derived: that of the last passage")
    opened_on: str | None = Field(default=None, description="derived: the day of the first passage")
    state_on: str | None = Field(default=None, description="derived: the day of the last passage")
    settled_on: str | None = Field(default=None, description="derived: since when in states that settle the matter")


class SharedItem(SQLModel, table=True):
    """One thing that the office shares beside its records: a template, a form, words; `content` is JSON."""

    __tablename__ = "shared_item"
    rid: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    op: int
    binned: bool = False
    topic: str = Field(index=True)
    item: str
    unit: str | None = None
    content: str | None = None


class Attachment(SQLModel, table=True):
    """A file that belongs to a record of any kind; `key` names the file and `secret` opens it."""

    rid: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    key: str
    secret: str
    title: str | None = None
    size: int | None = None
    type: str | None = None
    restricted: bool | None = None


class Passage(SQLModel, table=True):
    """When a ledger entry came into a state, by whom, with what deadline and why; `day` is a partial date."""

    rid: int | None = Field(default=None, primary_key=True)
    record: str = Field(index=True)
    key: str
    state: str
    day: str
    by: str | None = None
    due: str | None = None
    reason: str | None = None
