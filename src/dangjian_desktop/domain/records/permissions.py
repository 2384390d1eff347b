"""Who may do what: one table of every role, kind and act, asked by the unit of work and at the query entry."""

from __future__ import annotations

from dataclasses import dataclass, field

from dangjian_desktop.base.errors import UserError

READ, WRITE, REMOVE, IMPORT, EXPORT, REVEAL, MANAGE, CLEAR = (
    "read",
    "write",
    "remove",
    "import",
    "export",
    "reveal",
    "manage",
    "clear",
)

ROLE_NAMES = {
    "administrator": "管理员",
    "secretary": "支部书记",
    "clerk": "党务干部",
    "grid_worker": "网格员",
    "reader": "只读",
}

ACCOUNTS, AUDIT, FILE, TEMPLATES, LOG = ("accounts", "audit", "file", "templates", "log")
"""What an account may act on beside records: who may open the file, who looked at what, the file as a whole (backup,
recovery key, repair), what is written once for all units (words of reports, forms, names of levels), the operations."""

THINGS = {ACCOUNTS: "账户", AUDIT: "查阅登记", FILE: "整个文件", TEMPLATES: "全文件共用的文稿和表样", LOG: "操作记录"}

WHOLE_FILE = frozenset({FILE, TEMPLATES})
"""Closed to an account that is limited to a unit, whatever its role: they reach beyond every unit."""

_NOTHING: frozenset[str] = frozenset()
_LOOK = frozenset({READ})
_EDIT = frozenset({READ, WRITE, EXPORT})
_KEEP = _EDIT | {REMOVE, IMPORT}
_ALL = _KEEP | {REVEAL}
_OFFICE = _ALL | {CLEAR}
_MANAGE = frozenset({READ, MANAGE})
_SHARED = frozenset({READ, WRITE, REMOVE})

GRANTS: dict[str, dict[str, frozenset[str]]] = {
    kind: dict(zip(ROLE_NAMES, grants, strict=True))
    for kind, grants in {
        #                administrator, secretary, clerk, grid_worker, reader
        "organisation": (_OFFICE, _EDIT, _ALL, _LOOK, _LOOK),
        "member": (_OFFICE, _ALL, _ALL, _LOOK, _LOOK),
        "post": (_OFFICE, _ALL, _ALL, _LOOK, _LOOK),
        "meeting": (_OFFICE, _ALL, _ALL, _EDIT, _LOOK),
        "ledger_entry": (_OFFICE, _ALL, _ALL, _KEEP, _LOOK),
        "shared_item": (_SHARED, _SHARED, _SHARED, _LOOK, _LOOK),
        ACCOUNTS: (_MANAGE, _NOTHING, _NOTHING, _NOTHING, _NOTHING),
        AUDIT: (_MANAGE, _NOTHING, _NOTHING, _NOTHING, _NOTHING),
        FILE: (_MANAGE | {EXPORT}, frozenset({EXPORT}), frozenset({EXPORT}), _NOTHING, _NOTHING),
        TEMPLATES: (_SHARED | {MANAGE}, _SHARED, _SHARED, _LOOK, _LOOK),
        LOG: (_LOOK, _LOOK, _LOOK, _LOOK, _LOOK),
    }.items()
}
"""What each role may do, by kind of record or thing; the one table. A kind that is not in it is closed to all."""

ACTION_NAMES = {
    READ: "查看",
    WRITE: "修改",
    REMOVE: "删除",
    IMPORT: "导入",
    EXPORT: "导出",
    REVEAL: "查看完整信息",
    MANAGE: "管理账户和整个文件",
    CLEAR: "清除资料",
}

SUPERIOR_DECIDES = frozenset(
    {
        "name",
        "kind",
        "parent",
        "stage",
        "street_counted",
        "founded_on",
        "founding_doc",
        "dissolved_on",
        "binned",
    }
)
"""Fields of an organisation that its superior decides; the rest an account limited to the unit may edit itself."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in account for one operation.

    `scope` limits it to these organisation ids (a sub-tree), None means the whole file. The limit is
    enforced by the program, not by keys.
    """

    name: str
    role: str
    scope: frozenset[str] | None = field(default=None)

    def may(self, action: str, kind: str) -> bool:
        """Whether role and unit allow `action` on `kind`; what the table does not name is closed."""
        return self._granted(action, kind) and not (self.scope is not None and kind in WHOLE_FILE)

    def why_not(self, action: str, kind: str) -> str:
        """The sentence that says why `action` is refused; empty where it is allowed."""
        if not self._granted(action, kind):
            return f"账户“{self.name}”是{ROLE_NAMES.get(self.role, self.role)}，不能{ACTION_NAMES[action]}。"
        if not self.may(action, kind):
            return f"账户“{self.name}”只管自己的党组织，{THINGS[kind]}不归它管，不能{ACTION_NAMES[action]}。"
        return ""

    def require(self, action: str, kind: str) -> None:
        """Raise `UserError`: `not_allowed` unless the role allows it, `out_of_scope` where the unit forbids it."""
        if not self._granted(action, kind):
            advice = "请让管理员操作，或请管理员调整这个账户的角色。"
            raise UserError("not_allowed", self.why_not(action, kind), advice=advice)
        if not self.may(action, kind):
            raise UserError("out_of_scope", self.why_not(action, kind), advice="请让管整个文件的账户操作。")

    def _granted(self, action: str, kind: str) -> bool:
        return action in GRANTS.get(kind, {}).get(self.role, _NOTHING)

    def require_unit(self, organisation: str | None) -> None:
        """Raise `UserError` (`out_of_scope`) when the record belongs to a unit outside this account's sub-tree."""
        if self.scope is not None and organisation not in self.scope:
            raise UserError(
                "out_of_scope",
                f"账户“{self.name}”只能管理自己范围内的党组织。",
                advice="请让上级党组织的账户操作。",
            )
