"""Who may do what: one table, asked by the unit of work and at the query entry."""

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

_EVERYTHING = frozenset({READ, WRITE, REMOVE, IMPORT, EXPORT, REVEAL})

GRANTS: dict[str, dict[str, frozenset[str]]] = {
    "administrator": {"*": _EVERYTHING | {MANAGE, CLEAR}},
    "clerk": {"*": _EVERYTHING},
    "secretary": {"*": _EVERYTHING, "organisation": frozenset({READ, WRITE, EXPORT})},
    "grid_worker": {
        "*": frozenset({READ}),
        "meeting": frozenset({READ, WRITE, EXPORT}),
        "ledger_entry": frozenset({READ, WRITE, REMOVE, IMPORT, EXPORT}),
    },
    "reader": {"*": frozenset({READ})},
}

ACTION_NAMES = {
    READ: "查看",
    WRITE: "修改",
    REMOVE: "删除",
    IMPORT: "导入",
    EXPORT: "导出",
    REVEAL: "查看完整信息",
    MANAGE: "管理账户和系统",
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

    def may(self, action: str, kind: str = "*") -> bool:
        """Whether the role allows `action` on `kind`."""
        grants = GRANTS[self.role]
        return action in grants.get(kind, grants["*"])

    def require(self, action: str, kind: str = "*") -> None:
        """Raise `UserError` (`not_allowed`) unless the role allows it."""
        if not self.may(action, kind):
            raise UserError(
                "not_allowed",
                f"账户“{self.name}”是{ROLE_NAMES[self.role]}，不能{ACTION_NAMES[action]}。",
                advice="请让管理员操作，或请管理员调整这个账户的角色。",
            )

    def require_unit(self, organisation: str | None) -> None:
        """Raise `UserError` (`out_of_scope`) when the record belongs to a unit outside this account's sub-tree."""
        if self.scope is not None and organisation not in self.scope:
            raise UserError(
                "out_of_scope",
                f"账户“{self.name}”只能管理自己范围内的党组织。",
                advice="请让上级党组织的账户操作。",
            )
