"""Lines of the audit trail in the words of the office: what was seen, exported, cleared; never a number in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import ROLE_NAMES
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.domain.values.periods import parse_period
from dangjian_desktop.services.history.change_text import path_label
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.records.policies import policy_of
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.queries import listing

from .office import Office

ACT_NAMES = {
    "login": "登录",
    "reveal": "查看完整信息",
    "search": "按号码查找",
    "export": "导出",
    "print": "打印",
    "handover": "打印交接单",
    "backup": "备份",
    "clear": "按期清除",
    "account_add": "新增账户",
    "account_role": "改账户角色",
    "account_disable": "停用账户",
    "password": "改密码",
    "password_reset": "用恢复密钥重设密码",
    "recovery_key": "更换恢复密钥",
}
"""What each kind of line is called."""

_FILES_TOLD = 6
_OUT_OF_REACH = "您的账户范围以外的记录"
_NAMED_BY = {
    "member": ("name",),
    "organisation": ("name",),
    "meeting": ("title",),
    "ledger_entry": ("number", "template"),
    "shared_item": ("topic", "item"),
}
_OWN_REPORTS = {"audit": "查阅登记", "fill": "上级发来的表", "roster-correction": "党员信息更正表"}

Detail = Mapping[str, Any]


class Wording:
    """Words the lines of one listing; names of records, units and reports are looked up once."""

    def __init__(self, office: Office, lines: Sequence[Mapping[str, Any]]) -> None:
        self._office = office
        self._units = organisations.names(office)
        self._records = _record_names(office, [line["detail"] for line in lines])
        self._reports = _report_titles(office)

    def what(self, action: str, detail: Detail) -> str:
        """What an act was about."""
        worded: dict[str, Callable[[Detail], str]] = {
            "login": lambda d: "用恢复密钥打开" if d.get("by") == "recovery_key" else "用密码打开",
            "reveal": self._reveal,
            "search": lambda d: f"号码“{d.get('number', '')}”，找到{d.get('found', 0)}条",
            "export": self._export,
            "print": self._export,
            "clear": self._clear,
            "handover": lambda d: f"移交人：{d.get('leaving', '')}，接手人：{d.get('taking_over', '')}",
            "backup": lambda d: f"文件：{d.get('file', '')}",
        }
        return mask_numbers(worded.get(action, self._account)(detail))

    def reason(self, detail: Detail) -> str:
        """The reason that was given, on one line."""
        return mask_numbers(" ".join(str(detail.get("reason") or "").split()))

    def _reveal(self, detail: Detail) -> str:
        if "report" in detail:
            return f"{self._report(detail)}{self._within(detail)}，屏幕预览，显示全文"
        kind = str(detail.get("kind"))
        if "record" not in detail:
            return f"{self._kind(detail)} {detail.get('records')} 条，显示全文"
        name, template = self._records.get((kind, str(detail["record"])), ("", None))
        field = path_label(kind, str(detail.get("field")), template)
        return f"{name or _label(kind)}的{field}"

    def _export(self, detail: Detail) -> str:
        parts = [(self._report(detail) if "report" in detail else self._kind(detail)) + self._within(detail)]
        if detail.get("rows") is not None:
            parts.append(f"{detail['rows']} 条")
        if "masked" in detail:
            parts.append("隐去中间位" if detail["masked"] else "显示全文")
        if "scopes" in detail:
            parts.append(f"{len(detail['scopes'])}个党组织各一份")
        files = [str(name) for name in detail.get("files") or ()]
        told = "、".join(files[:_FILES_TOLD]) + (f"等{len(files)}个" if len(files) > _FILES_TOLD else "")
        faces = "、".join(str(face) for face in detail.get("faces") or ())
        return "，".join(parts) + (f"；文件：{told}" if told else "") + (f"；字体：{faces}" if faces else "")

    def _clear(self, detail: Detail) -> str:
        kind = str(detail.get("kind"))
        fields = "、".join(path_label(kind, str(name), None) for name in detail.get("fields") or ())
        return f"{_label(kind)} {detail.get('records')} 条：{fields}"

    def _account(self, detail: Detail) -> str:
        parts = [f"账户“{detail['account']}”"] if "account" in detail else []
        if "role" in detail:
            parts.append(ROLE_NAMES.get(str(detail["role"]), str(detail["role"])))
        if "scope" in detail:
            parts.append(self._units.get(str(detail["scope"]), "整个文件"))
        return "，".join(parts)

    def _report(self, detail: Detail) -> str:
        name = str(detail["report"])
        return f"“{self._reports.get(name, name)}”"

    def _kind(self, detail: Detail) -> str:
        template = self._office.templates.get(str(detail.get("template")))
        return f"“{template.title}”" if template else _label(str(detail.get("kind")))

    def _within(self, detail: Detail) -> str:
        unit = self._units.get(str(detail.get("scope") or ""))
        period = parse_period(str(detail["period"])).label if detail.get("period") else None
        told = "，".join(str(part) for part in (unit, period) if part)
        return f"（{told}）" if told else ""


def _label(kind: str) -> str:
    return KINDS[kind].label if kind in KINDS else kind


def _report_titles(office: Office) -> dict[str, str]:
    from dangjian_desktop.services.reports import reports

    ledgers = {key: found.title for key, found in office.templates.items()}
    return {spec.name: spec.title for spec in reports.catalogue(office)} | ledgers | _OWN_REPORTS


def _record_names(office: Office, details: Sequence[Detail]) -> dict[tuple[str, str], tuple[str, Any]]:
    """What the records that were looked at are called, and of an entry its ledger; an entry by its number."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for detail in details:
        if detail.get("kind") in KINDS and "record" in detail:
            wanted[str(detail["kind"])].append(str(detail["record"]))
    found: dict[tuple[str, str], tuple[str, Any]] = {}
    with office.database.read() as connection:
        for kind, records in wanted.items():
            templates = ledger_templates.templates_of(office, connection, records) if kind == "ledger_entry" else {}
            columns = [*_NAMED_BY.get(kind, ()), "organisation"]
            rows = listing.rows(connection, kind, list(dict.fromkeys(records)), columns)
            for row in rows:
                found[kind, row["id"]] = (_called(office, kind, row), templates.get(row["id"]))
    return found


def _called(office: Office, kind: str, row: Mapping[str, Any]) -> str:
    policy = policy_of(kind)
    if office.actor.scope is not None and policy.unit_of(row) not in office.actor.scope:
        return _OUT_OF_REACH
    return policy.called(office, row)
