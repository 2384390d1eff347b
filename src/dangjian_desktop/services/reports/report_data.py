"""What the reports need, gathered and masked: rows of the file in, lines of paper out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.ledger import ledger as ledger_document
from dangjian_desktop.documents.minutes import MeetingPaper, RollEntry
from dangjian_desktop.documents.minutes import minutes as minutes_document
from dangjian_desktop.documents.model import Document
from dangjian_desktop.documents.official import OfficialPaper
from dangjian_desktop.documents.organisations import OrganisationLine, organisation_list
from dangjian_desktop.documents.quarterly import Labels
from dangjian_desktop.documents.roster import RosterBranch, RosterLine
from dangjian_desktop.documents.roster import roster as roster_document
from dangjian_desktop.documents.unit_counts import count_people
from dangjian_desktop.documents.wording import MASKED_NOTE, MASKED_PHONES_NOTE, counted, day_text
from dangjian_desktop.domain.figures.census import GROUP_KIND, MOVE, OrganisationRow, UnitTree, is_actual
from dangjian_desktop.domain.figures.figures import FULL, figures_of
from dangjian_desktop.domain.figures.survey import Survey
from dangjian_desktop.domain.ledgers.ledgers import PERIODS, LedgerTemplate
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.values.masking import mask_phone
from dangjian_desktop.domain.values.partial_dates import first_day, format_date
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.printing import Printer
from dangjian_desktop.storage.queries import report_rows
from dangjian_desktop.storage.queries.report_rows import PostRow
from dangjian_desktop.storage.queries.snapshot import organisations_on

from . import ledger_rows

_SECRETARY = "书记"
_NUMERIC = (FieldType.INTEGER, FieldType.MONEY)
P = TypeVar("P", Document, OfficialPaper)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who reports and when: full and short name of the scope's top, the day of filling in, and the top's id."""

    unit: str
    short: str
    filled_on: date
    top: str = ""


def letterhead(office: Office, survey: Survey, scope: str | None, filled_on: date) -> Letterhead:
    """The scope's own name; for the whole file the root's."""
    tree = survey.tree
    top = scope or office.scope or (tree.roots[0] if tree.roots else None)
    row = tree.nodes.get(top or "")
    return Letterhead(row.name if row else office.name, row.title if row else office.name, filled_on, top or "")


def with_holders(paper: P, office: Office, survey: Survey) -> P:
    """The paper with the names of the members and organisations that this account may see in it."""
    members: Mapping[str, str] = survey.snapshot.names
    if office.actor.scope is not None:
        members = {person.id: person.name for person in survey.census.people}
    return replace(paper, holders=(members, *_unit_names(survey.snapshot.organisations)))


def _unit_names(units: Iterable[OrganisationRow]) -> tuple[dict[str, str], dict[str, str]]:
    found = list(units)
    return {unit.id: unit.name for unit in found}, {unit.id: unit.title for unit in found}


def labels(office: Office, survey: Survey) -> Labels:
    """What units and codes of this survey are called."""
    names: dict[str | None, str] = {unit.id: unit.name for unit in survey.snapshot.organisations}
    codes = office.codes
    return Labels(
        names,
        dict(codes.choices("org_kind")),
        dict(codes.choices("org_field")),
        dict(codes.choices("in_kind")) | {MOVE: "街道内调入"},
        dict(codes.choices("out_kind")) | {MOVE: "街道内调出"},
    )


def roster(office: Office, survey: Survey, head: Letterhead, *, masked: bool) -> Document:
    """The roster of everyone in the census, by branch in the order of the tree."""
    census, tree = survey.census, survey.tree
    order = [unit for unit in tree.ordered if unit in census.by_branch]
    order += [unit for unit in census.by_branch if unit is not None and unit not in tree.nodes]
    people = {p.id: p for unit in (*order, None) for p in census.by_branch.get(unit, [])}
    printer = Printer(office, masked=masked)
    lines: dict[str | None, list[RosterLine]] = defaultdict(list)
    with office.database.read() as connection:
        held = report_rows.posts_on(connection, survey.day, members=list(people))
        posts = _posts_by_member(held, survey)
        # Row by row: at 100,000 members what is stored of them and what is printed would not both fit beside the rest.
        for row in report_rows.member_details(connection, list(people), survey.day):
            person = people[row["id"]]
            group = _group_name(tree, person.group)
            lines[person.organisation].append(_roster_line(printer, row, posts.get(person.id, ""), group))
    branches = [
        RosterBranch(tree.nodes[unit].name if unit in tree.nodes else "未编入党组织", lines[unit])
        for unit in (*order, None)
        if lines[unit]
    ]
    return roster_document(
        branches,
        unit=head.unit,
        filled_on=head.filled_on.isoformat(),
        as_of=day_text(survey.day),
        masked_note=MASKED_NOTE if masked else "",
    )


def _posts_by_member(posts: list[PostRow], survey: Survey) -> dict[str, str]:
    """Posts by member: those in the own branch bare, those elsewhere with the name of where."""
    tree = survey.tree
    own = {person.id: (person.organisation, person.group) for person in survey.census.people}
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for post in posts:
        if post.member not in own:
            continue
        branch, group = own[post.member]
        unit = tree.nodes.get(post.organisation or "")
        if unit is not None and unit.id not in (branch, group):
            text = f"{unit.title}{post.post}"
        else:
            text = f"党小组{post.post}" if unit is not None and unit.kind == GROUP_KIND else post.post
        found[post.member][text] = None
    return {member: "、".join(held) for member, held in found.items()}


def _group_name(tree: UnitTree, group: str | None) -> str:
    unit = tree.nodes.get(group or "")
    return unit.title if unit else ""


def _roster_line(printer: Printer, row: Mapping[str, Any], posts: str, group: str) -> RosterLine:
    def text(name: str) -> str:
        return printer.text(KINDS["member"].field(name), row.get(name))

    return RosterLine(
        name=text("name"),
        sex=text("sex"),
        ethnic_group=text("ethnic_group"),
        birth=format_date(row["birth_on"], "month"),
        native_place=text("native_place"),
        education=text("education"),
        joined=format_date(row["joined_on"], "month"),
        confirmed=format_date(row["confirmed_on"], "month"),
        posts=posts,
        employer=text("employer"),
        id_number=text("id_number"),
        phone=text("phone"),
        group=group,
        note=text("note"),
        record=str(row["id"]),
    )


def organisations(office: Office, survey: Survey, head: Letterhead, *, masked: bool) -> Document:
    """The established organisations without groups, and the planned ones apart."""
    tree, names = survey.tree, labels(office, survey)
    units = survey.census.units()
    shown = [unit for unit in units if is_actual(unit) and unit.kind != GROUP_KIND]
    with office.database.read() as connection:
        details = report_rows.unit_details(connection, [unit.id for unit in shown])
        posts = report_rows.posts_on(connection, survey.day, units=[unit.id for unit in shown])
    secretaries = {post.organisation: post.name for post in reversed(posts) if post.post == _SECRETARY}
    terms = {line.unit.id: line.term for line in survey.terms}
    groups: dict[str | None, int] = defaultdict(int)
    for unit in units:
        if unit.kind == GROUP_KIND and is_actual(unit):
            groups[tree.branch_of(unit.id)] += 1
    lines = []
    for unit in shown:
        people = count_people(survey.census.by_branch.get(unit.id, []))
        more, term = details.get(unit.id, {}), terms.get(unit.id)
        lines.append(
            OrganisationLine(
                unit.name,
                _depth(tree, unit.id, survey),
                names.organisation_kinds.get(unit.kind, unit.kind),
                names.fields.get(tree.field_of(unit.id), ""),
                unit.founded_on or "",
                secretaries.get(unit.id, ""),
                people.members,
                people.full,
                people.probationary,
                groups[unit.id],
                unit.term_elected_on or "",
                term.expires_on if term else "",
                more.get("contact") or "",
                (mask_phone if masked else str)(more.get("phone") or ""),
                more.get("note") or "",
                unit.id,
            )
        )
    return organisation_list(
        lines,
        _planned(survey, names),
        unit=head.unit,
        filled_on=head.filled_on.isoformat(),
        as_of=day_text(survey.day),
        summary=_organisation_summary(survey),
        masked_note=MASKED_PHONES_NOTE if masked else "",
    )


def _planned(survey: Survey, names: Labels) -> list[tuple[str, str, str, int]]:
    """Planned organisations as name, kind, superior and planned groups; such groups are not listed themselves."""
    units = {unit.id: unit for unit in survey.census.units() if not is_actual(unit)}
    groups: dict[str | None, int] = defaultdict(int)
    for unit in units.values():
        if unit.kind == GROUP_KIND:
            groups[unit.parent] += 1
    return [
        (
            unit.name,
            names.organisation_kinds.get(unit.kind, unit.kind),
            names.units.get(unit.parent, ""),
            groups[unit.id],
        )
        for unit in units.values()
        if unit.kind != GROUP_KIND or unit.parent not in units
    ]


def _depth(tree: UnitTree, unit: str, survey: Survey) -> int:
    depth, parent = 0, tree.nodes[unit].parent
    # A ring of superiors ends at the depth that no real street has.
    while parent in tree.nodes and survey.census.within(parent) and depth < 9:
        depth, parent = depth + 1, tree.nodes[parent].parent
    return depth


def _organisation_summary(survey: Survey) -> str:
    figures = figures_of(survey)
    kinds = ("committees", "general_branches", "branches", "groups")
    parts = counted(((figures[key].label, figures[key].value) for key in kinds), "个")
    street, statistical = figures["organisations_street"], figures["organisations_statistical"]
    planned, unclassed = figures["organisations_planned"].value, figures["members_class_unknown"].value
    missing = f"另有{unclassed}名党员没有填人员类别，不在正式、预备之内。" if unclassed else ""
    return (
        f"街道口径党组织{street.value}个，统计口径基层党组织{statistical.value}个（{parts}）；拟成立{planned}个，不计入。"
        f"党员数为本级党员，不含下级。{missing}"
    )


def ledger(
    office: Office,
    survey: Survey,
    template: LedgerTemplate,
    head: Letterhead,
    *,
    masked: bool,
    period: str = "",
    only: str | None = None,
) -> Document:
    """The entries of one ledger that belong to the period, in their states of its last day, by number.

    `period` is printed where one was asked for. `only` is the id of the one entry to print, without figures; raises
    `UserError` (`not_found`) where this ledger has no such entry within the scope on that day.
    """
    entries = survey.entries(template.key) if only is None else survey.entry(template.key, only)
    if only is not None and not entries:
        raise UserError(
            "not_found", f"“{template.title}”里没有这一条，或者那一天还没有列入。", effect="没有生成任何内容。"
        )
    units = {unit.id: unit.title for unit in survey.snapshot.organisations}
    rows = ledger_rows.paper_rows(office, template, entries, units, survey.day, masked=masked)
    prefix = f"ledger_{template.key.replace('-', '_')}_"
    figures = [figure for key, figure in figures_of(survey).items() if key.startswith(prefix) and only is None]
    return ledger_document(
        ledger_rows.on_paper(office, template),
        rows,
        figures,
        unit=head.unit,
        filled_on=head.filled_on.isoformat(),
        as_of=day_text(survey.day),
        period=f"{period}{PERIODS[template.period].removeprefix('期间')}" if period else "",
        records=[entry.id for entry in entries],
    )


def minutes(office: Office, meeting: str) -> tuple[Document, str, date]:
    """The minutes of one meeting, with the short name of its unit and its day for the file name."""
    view = records.get(office, "meeting", meeting)
    values, printed = view.values, view.printed
    if office.actor.scope is not None:
        office.actor.require_unit(values.get("organisation"))
    if not values.get("started_at"):
        raise UserError("no_start", "这次会议没有填开始时间，不能打印会议记录。", advice="请先补填开始时间。")
    day = first_day(str(values["started_at"])[:10])
    attendees, names, tree = _attendees(office, values, view.children.get("attendance", {}), day)
    late = f"{printed['entered_on']}补录" if meetings.is_late(values) else ""
    group = tree.nodes.get(values.get("group") or "")
    paper = MeetingPaper(
        kind=printed["meeting_kind"],
        also=_also(office, values.get("also_kinds")),
        organisation=printed["organisation"],
        group=f"　{group.title}" if group else "",
        number=values.get("number"),
        title=printed["title"],
        started=_moment(printed["started_at"]),
        ended=_moment(printed["ended_at"]),
        place=printed["place"],
        chair=printed["chair"],
        recorder=printed["recorder"],
        guests=printed["guests"],
        topics=printed["topics"],
        minutes=printed["minutes"],
        resolutions=printed["resolutions"],
        late=late,
        attendees=attendees,
        record=meeting,
    )
    unit = tree.nodes.get(values.get("organisation") or "")
    document = replace(minutes_document(paper), holders=(names, *_unit_names(tree.nodes.values())))
    return document, unit.title if unit else office.name, day


def _attendees(
    office: Office, values: Mapping[str, Any], recorded: Mapping[str, Mapping[str, Any]], day: date
) -> tuple[list[RollEntry], dict[str, str], UnitTree]:
    """Everyone due by the roster of the meeting day, and those marked who were not on it; their names by id."""
    with office.database.read() as connection:
        tree = UnitTree(organisations_on(connection, day))
    unit, kind = values.get("organisation"), values.get("meeting_kind")
    people = meetings.due_list(
        office, str(unit), day, group=values.get("group"), meeting_kind=kind, attendance=recorded
    )
    shown = [one for one in people if one.due or one.member_id in recorded]
    attendees = [
        RollEntry(one.name, one.presence or "", one.reason, one.member_class == FULL, one.due) for one in shown
    ]
    return attendees, {one.member_id: one.name for one in shown}, tree


def _also(office: Office, text: str | None) -> str:
    if not text:
        return ""
    parts = text.replace("；", "、").replace(";", "、").replace("，", "、").split("、")
    return "、".join(office.codes.name("meeting_kind", part.strip()) for part in parts if part.strip())


def _moment(text: str) -> str:
    """2026-09-03 14:30 as 2026年9月3日14:30."""
    day, _, clock = text.partition(" ")
    return f"{format_date(day)} {clock}".strip() if day else ""
