"""What a roster says of 党籍状态 is only compared: it follows from how a member came and went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dangjian_desktop.domain.records.members import IN_FORCE
from dangjian_desktop.domain.records.spans import STAY_FIELDS
from dangjian_desktop.domain.values.codes import CodeTables

from .plan import PlannedRow
from .reading import ORIGINALS

FIELD = "standing"


def take(row: PlannedRow) -> str | None:
    """Take the code that a row gives off its values, so that nothing of it can be written."""
    row.values.get(ORIGINALS, {}).pop(FIELD, None)
    code: str | None = row.values.pop(FIELD, None)
    return code


def refuse_gone(row: PlannedRow, written: str | None, codes: CodeTables, column: str) -> None:
    """Keep somebody out who is new here and, as the sheet itself says, no member any more."""
    if written not in (None, IN_FORCE):
        shown = codes.name("membership_state", written)
        row.refuse(column, shown, f"党籍状态写的是“{shown}”，不是在册党员，没有新增")


def refuse_outsiders(row: PlannedRow, column: str | None, codes: CodeTables) -> None:
    """Keep out who is no member by the sheet's own word (群众, 积极分子): an empty class would count as a member."""
    for problem in [p for p in row.problems if p.column == column and codes.code_of("not_member", p.value)]:
        row.problems.remove(problem)
        row.refuse(problem.column, problem.value, f"写的是“{problem.value}”，不是党员，不进党员名册")


def compare(row: PlannedRow, member: Mapping[str, Any], written: str | None, codes: CodeTables, column: str) -> None:
    """Tell where the sheet differs from the file; who has left by both of them does not come in again."""
    held = member[FIELD] or IN_FORCE
    if written is None:
        return
    if held != IN_FORCE and written != IN_FORCE:
        for name in STAY_FIELDS:
            row.values.pop(name, None)
    # Who left and stands in the sheet as a member of some branch is told of, as any such row, when that is settled.
    if written == held or (written == IN_FORCE and "organisation" in row.values):
        return
    shown, known = (codes.name("membership_state", code) for code in (written, held))
    reason = f"党籍状态写的是“{shown}”，本机登记的是“{known}”，没有改动，请核对"
    row.warn(column, shown, reason + ("；确已离开的请办理“转出、离开”" if held == IN_FORCE else ""))
