"""Records one by one and in lists: fields, list, find, add, set, remove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.ledgers.columns import choices
from dangjian_desktop.domain.records.fields import TYPE_NAMES, FieldSpec, FieldType
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.services.office.office import Office, default_codes
from dangjian_desktop.services.records import listings, records, search, typing_in
from dangjian_desktop.services.records.records import Filter, Saved

from .. import output
from ..output import Reply
from ..session import Request, assignments, kind_and_ledger, kind_of
from . import attendance, classification, described

SEVERITIES = {"info": "提示", "warning": "提醒", "error": "错误"}


def fields(request: Request) -> Reply:
    """What a kind holds; told without opening a file."""
    kind, ledger = kind_and_ledger(request.args.kind)
    template = described.ledger(request, ledger) if ledger is not None else None
    specs = described.specs(kind, template)
    found = [field_data(s) for s in specs]
    if template is not None:
        states = [{"code": s.key, "name": s.label} for s in template.states]
        found = [f | {"codes": states} if f["field"] == "state" else f for f in found]
    rows = [
        (s.name, s.label, TYPE_NAMES[s.type], "必填" if s.required else "录入时必填" if s.asked else "", _answers(f))
        for s, f in zip(specs, found, strict=True)
    ]
    data = {"kind": kind, "fields": found}
    return Reply(data, output.table(["字段", "名称", "类型", "", "可填"], rows))


def field_data(spec: FieldSpec) -> dict[str, Any]:
    """One field as scripts read it; `codes` is None where any text may be written."""
    return {
        "field": spec.name,
        "label": spec.label,
        "aliases": list(spec.aliases),
        "type": spec.type.value,
        "required": spec.required,
        "asked": spec.asked,
        "codes": _codes(spec),
        "dated": spec.dated,
        "editable": spec.editable,
    }


def _codes(spec: FieldSpec) -> list[dict[str, str]] | None:
    if answers := choices(spec):
        return [{"code": a, "name": a} for a in answers]
    # What a code list only suggests may be any text.
    table = "category" if spec.name == "categories" else spec.codes if spec.type is FieldType.CODE else None
    return [{"code": c, "name": n} for c, n in default_codes().choices(table)] if table else None


def _answers(told: Mapping[str, Any]) -> str:
    return "、".join(c["name"] for c in told["codes"] or [])


def list_records(request: Request) -> Reply:
    """Records of a kind as of the day; members in force that day."""
    args = request.args
    kind, ledger = kind_and_ledger(args.kind)
    masked = request.masked
    wanted = assignments(args.where, "sex=女")
    with request.office() as office:
        ids = _chosen(request, office, kind, ledger, wanted)
        shown = ids[: args.limit] if args.limit else ids
        if not masked:
            listings.reveal_list(office, kind, len(shown), args.reason)
        found = listings.records_on(office, kind, shown, on=office.today(), masked=masked)
    specs = [s for s in KINDS[kind].fields if s.table]
    lines = output.table([s.label for s in specs] + ["编号"], [[r[s.name] for s in specs] + [r["id"]] for r in found])
    return Reply({"total": len(ids), "records": found}, [*lines, f"共{len(ids)}条。"])


def _chosen(request: Request, office: Office, kind: str, ledger: str | None, wanted: Mapping[str, str]) -> list[str]:
    filters: list[Filter] = []
    template = described.template_key(office, ledger) if ledger else None
    for name, value in wanted.items():
        if kind == "ledger_entry" and name == "template":
            template = described.template_key(office, value)
        else:
            filters.append(_filter(office, kind, template, name, value))
    ids = records.query(
        office,
        kind,
        scope=request.scope(office),
        filters=filters,
        on=office.today() if kind in ("member", "organisation", "ledger_entry") else None,
        template=template,
    )
    # Posts that have ended are history worth listing; a day that was asked for leaves only those held then.
    if kind == "organisation" or (kind == "post" and request.args.on is not None):
        return listings.in_force(office, kind, ids, office.today())
    return ids


def _filter(office: Office, kind: str, template: str | None, name: str, value: str) -> Filter:
    spec = described.by_label(office, kind, template).get(name)
    name = spec.name if spec else name
    if not value.strip():
        if spec is None:
            raise UsageError("unknown_field", f"{KINDS[kind].label}没有“{name}”这个字段。")
        return Filter(name, "empty")
    if kind == "ledger_entry" and name == "state":
        value = described.state_key(office, template, value)
    return Filter(name, "eq", value)


def find(request: Request) -> Reply:
    """Members by a piece of what a person remembers."""
    with request.office() as office:
        hits = search.find(office, request.args.text, request.args.limit or 20)
    data = {"records": [{"id": h.id, "name": h.name, "organisation": h.detail} for h in hits]}
    lines = output.table(["姓名", "党组织", "编号"], [(h.name, h.detail, h.id) for h in hits])
    return Reply(data, lines if hits else ["没有找到。"])


def add(request: Request) -> Reply:
    """One new record."""
    kind = kind_of(request.args.kind)
    values = assignments(request.args.values)
    if request.args.since:
        values.setdefault(_since_field(kind), request.args.since)
    with request.office() as office:
        if kind == "meeting":
            plain, marks = attendance.split(values)
            saved = attendance.record(office, plain, marks)
        elif kind == "ledger_entry":
            template = values.pop("template", None) or values.pop("台账", None)
            if not template:
                raise UserError("required", "缺少“台账”（template）。", effect="没有新建，数据没有改动。")
            saved = records.add(office, kind, values, template=described.template_key(office, template))
        else:
            saved = records.add(office, kind, values)
    return saved_reply(saved, "已新建。")


def _since_field(kind: str) -> str:
    try:
        return {"member": "entered_on", "post": "from_on"}[kind]
    except KeyError:
        raise UsageError("usage", f"新建{KINDS[kind].label}时不用 --since。", effect="什么也没有做。") from None


def change(request: Request) -> Reply:
    """One edit."""
    kind = kind_of(request.args.kind)
    values = assignments(request.args.values)
    if not values:
        raise UsageError("usage", "没有写要改什么，请写成 字段=值。", effect="什么也没有做。")
    with request.office() as office:
        plain, marks = attendance.split(values) if kind == "meeting" else (values, {})
        if kind == "member" and classification.asked(values):
            saved = classification.record(office, request.args.id, values, request.args.since)
        elif marks:
            saved = attendance.record(office, plain, marks, meeting=request.args.id)
        else:
            saved = records.edit(office, kind, request.args.id, plain, since=request.args.since)
            if request.args.since:
                request.notice(*_held_no_day(office, kind, plain))
    return saved_reply(saved, "已修改。" if saved.change_set else "没有变化。")


def _held_no_day(office: Office, kind: str, typed: Iterable[str]) -> list[str]:
    names = typing_in.without_days(office, kind, typed)
    return [f"“{'”“'.join(names)}”不记从哪天起，--since 对它没有作用，已按现在的值改。"] if names else []


def remove(request: Request) -> Reply:
    """Into the recycle bin."""
    with request.office() as office:
        saved = records.remove(office, kind_of(request.args.kind), request.args.id)
    return saved_reply(saved, "已放进回收站，可以撤销。" if saved.change_set else "这条资料已经在回收站里。")


def saved_reply(saved: Saved, done: str) -> Reply:
    """The answer to a write: the record, whether anything changed, what the rules say."""
    data = {"id": saved.id, "changed": saved.change_set is not None, "findings": [_finding(f) for f in saved.findings]}
    return Reply(data, [f"{done}编号 {saved.id}", *_finding_lines(saved.findings)])


def _finding(finding: Finding) -> Mapping[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "field": finding.field,
        "message": finding.message,
        "due_on": finding.due_on,
        "article": finding.article,
        "edition": finding.edition,
    }


def _finding_lines(findings: Sequence[Finding]) -> list[str]:
    return [f"{SEVERITIES[f.severity]}：{f.message}" for f in findings]
