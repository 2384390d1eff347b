"""Saved views of a list: columns, order and filters under a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QMenu

from ..shell.context import PageContext
from ..widgets.page_parts import fill_menu
from ..widgets.record_table import RecordTable


class SavedViews:
    """Keeps views of one table under `key`; fills the menu that offers them. `usual` are its default columns."""

    def __init__(self, context: PageContext, table: RecordTable, key: str, usual: Sequence[str], menu: QMenu) -> None:
        self._context, self._table, self._key, self._usual, self._menu = context, table, key, usual, menu
        menu.aboutToShow.connect(self._fill)

    def use(self, state: Mapping[str, Any]) -> None:
        """Take up a view."""
        self._table.restore(state, filters=True)
        self._table.reload(None)

    def save(self) -> None:
        """Keep columns, order and filters under a name."""
        name = self._context.dialogs.ask("视图叫什么名字？", detail="会记住现在的列、次序和筛选条件。")
        if name:
            self._context.shell.remember(self._key, self._kept() | {name: self._table.state(filters=True)})
            self._context.shell.done(f"已保存视图“{name}”", undo=False)

    def drop(self) -> None:
        """Forget a view."""
        views = self._kept()
        gone = self._context.dialogs.choose("删除哪个视图？", [(name, name) for name in views], danger=True)
        if gone:
            self._context.shell.remember(self._key, {n: v for n, v in views.items() if n != gone} or None)

    def _kept(self) -> dict[str, Any]:
        return dict(self._context.shell.remembered(self._key, {}) or {})

    def _fill(self) -> None:
        views = self._kept()
        entries: list[tuple[str, Callable[[], object]] | None] = []
        for name, state in views.items():
            entries.append((name, partial(self.use, state)))
        entries += [None] if entries else []
        entries.append(("保存当前视图…", self.save))
        if views:
            entries.append(("删除视图…", self.drop))
        entries.append(("选择列…", self._table.choose_columns))
        entries.append(("恢复默认列", lambda: self._table.set_columns(self._usual)))
        fill_menu(self._menu, entries)
