"""Where a member has been, from when to when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QListWidget, QWidget

from dangjian_desktop.domain.values.codes import CodeTables
from dangjian_desktop.services.records.records import ShownRecord

from ... import theme


class StaysList(QListWidget):
    """组织关系 with from and to, newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setSpacing(theme.current().px(2))
        self.setAccessibleName("组织关系")

    def fill(self, view: ShownRecord, names: Mapping[str, str], codes: CodeTables) -> None:
        """Show the keyed sets of one member; `names` are units by id."""
        self.clear()
        for stay in _newest_first(view.children.get("memberships", {})):
            self.addItem(_stay(stay, names, codes))
        if not self.count():
            self.addItem("还没有组织关系记录。")


def _newest_first(members: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(members.values(), key=lambda one: str(one.get("from_on") or ""), reverse=True)


def _stay(stay: Mapping[str, Any], names: Mapping[str, str], codes: CodeTables) -> str:
    branch = names.get(str(stay.get("organisation")), "（党组织未填）")
    came, went = codes.name("in_kind", stay.get("in_kind")), codes.name("out_kind", stay.get("out_kind"))
    how = "　".join(
        text
        for text in (_way("进入", came, stay.get("counterpart")), _way("离开", went, stay.get("destination")))
        if text
    )
    return f"{branch}\n{_span(stay)}" + (f"\n{how}" if how else "")


def _way(word: str, kind: str, other: str | None) -> str:
    """How a stay began or ended, with the unit on the other side."""
    return f"{word}：{kind}{f'（{other}）' if other else ''}" if kind else ""


def _span(one: Mapping[str, Any]) -> str:
    return f"{one.get('from_on') or '建账'} 起" + (f"，至 {one['to_on']}" if one.get("to_on") else "")
