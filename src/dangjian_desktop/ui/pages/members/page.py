"""The page 党员."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from datetime import date
from typing import Any

from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.permissions import REMOVE, WRITE
from dangjian_desktop.domain.values.partial_dates import last_day
from dangjian_desktop.services.records import members
from dangjian_desktop.services.records.records import ShownRecord
from dangjian_desktop.services.reports import figures
from dangjian_desktop.services.units import organisations

from ... import theme
from ...records.correction_dialog import send_corrections
from ...records.drawer import RecordDrawer
from ...records.removing import remove_records
from ...records.source import AGE
from ...records.table_page import RecordPage
from ...shell.context import PageContext
from ...widgets.allowed import allowed_entries
from ...widgets.date_editor import DateEditor
from ...widgets.empty_state import EmptyState
from ...widgets.labels import label
from ...widgets.page_parts import fill_menu, menu_button
from ...widgets.record_model import ColumnFilter
from ...widgets.search_field import make_clearable
from . import moves, short_form
from .categories import CategoriesPane
from .photo import PhotoBox
from .stays import StaysList

IN_FORCE, GONE, EVERYONE = "在册", "已离开", "全部"
_DAY = FieldSpec("on", "截至日期", FieldType.DATE)
_NOT_STANDING = ColumnFilter("standing", "ne", "A")


class MembersPage(RecordPage):
    """All members in the chosen scope as of a day."""

    kind = "member"
    noun = "人"
    words = "党员"
    import_kind = "roster"
    whole, whole_report = "整份党员花名册", "roster"
    search_hint = "查找：姓名、拼音、证号"
    columns = (
        "name",
        "sex",
        "organisation",
        "member_class",
        "birth_on",
        "education",
        "joined_on",
        "confirmed_on",
        "id_number",
        "phone",
        "ethnic_group",
        "employer",
        "standing",
    )
    help = (
        "这里是左边所选党组织里的党员。点列头排序，点列头右边的小三角筛选（键盘按 Alt+↓）；在姓名上直接打字查找；"
        "在别的格里直接打字或按 F2 就改那一格，回车向下，Tab 向右，Esc 不改；Ctrl+D 向下填充，Delete 清空选中的格；"
        "从表格软件复制一块，选中起点按 Ctrl+V 粘贴，多于几格先预览再写入。双击或按回车打开一个人。"
        "“截至日期”填过去的一天，就看那一天在册的人，筛选、排序和显示也按那一天。"
        "“导出 › 发放更正表”一个支部一份，书记改好交回来，在“导入”里选它，自动认出。"
    )

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.source.on = self.context.office.today()
        self._summary_token = 0

    # Building

    def make_drawer(self) -> RecordDrawer:
        """Form, classifications, stays and history of one member, with the two moves."""
        drawer = RecordDrawer(
            self.context,
            self.kind,
            fields=moves.form_fields(),
            new_fields=short_form.new_fields(),
            fixed=("organisation", "categories"),
            details=self._details,
            follows=(members.SOURCES, lambda values: members.following(self.context.office, values)),
        )
        self._categories = CategoriesPane(self.context)
        drawer.add_tab("党员分类", self._categories, self._categories.load)
        self._stays = StaysList()
        drawer.add_tab("组织关系", self._stays, lambda _record: self._fill_stays())
        self._photo = PhotoBox(self.context)
        drawer.set_corner(self._photo)
        drawer.shown.connect(self._photo.show_for)
        drawer.started.connect(self._photo.clear)
        first = drawer.menu.actions()[0]
        for words, act in (("转出、离开…", self._leave_one), ("调整支部…", self._move_one)):
            action = drawer.menu.addAction(words)
            action.triggered.connect(lambda _checked=False, done=act: done())
            drawer.menu.insertAction(first, action)
        drawer.menu.insertSeparator(first)
        allowed_entries(drawer.menu, self.context.office.actor, {"转出": WRITE, "调整": WRITE}, self.kind)
        return drawer

    def make_empty(self) -> EmptyState:
        """What an empty list says."""
        return EmptyState(
            "这里还没有党员。",
            "导入花名册，或按 Ctrl+N 新增。",
            (("导入花名册…", self.start_import), ("新增党员", self.new)),
            icon_name="member",
        )

    def default_values(self) -> tuple[dict[str, Any], dict[str, str]]:
        """A new member belongs to the branch or group chosen in the tree."""
        return short_form.prefilled(self.context.office, self.context.shell.scope())

    def _fill_head(self) -> None:
        super()._fill_head()
        _button = menu_button("人员类别")
        menu = _button.menu()
        entries: list[tuple[str, Callable[[], object]] | None] = [("全部", lambda: self._keep("member_class", None))]
        for choice in self.context.lookups.choices("member_class"):
            entries.append((choice.label, lambda picked=choice: self._keep_class(picked.value, picked.label)))  # type: ignore[misc]
        fill_menu(menu, entries)
        self._class_button = _button
        self.head.add_tool(_button)
        self.head.add_tool(self._age_button())
        self._state_box = QComboBox()
        self._state_box.addItems([IN_FORCE, GONE, EVERYONE])
        self._state_box.setAccessibleName("状态")
        self._state_box.activated.connect(lambda _index: self._show_state())
        self.head.add_tool(self._state_box)
        self._day = DateEditor(_DAY, self.context.lookups)
        self._day.setPlaceholderText("截至今天")
        self._day.setAccessibleName("截至日期")
        self._day.setFixedWidth(theme.current().px(160))
        make_clearable(self._day)
        self._day.editingFinished.connect(self._day_typed)
        self._day.textChanged.connect(lambda text: None if text else self._day_typed())
        self.head.add_tool(self._day)
        self._day_fault = label("", "error")
        self._day_fault.hide()
        self.head.add_tool(self._day_fault)
        _more = menu_button("选中的人")
        many = _more.menu()
        fill_menu(
            many,
            [
                ("转出、离开…", self._leave_many),
                ("调整支部…", self._move_many),
                None,
                ("移到回收站…", self._remove_many),
            ],
        )
        actor = self.context.office.actor
        allowed_entries(many, actor, {"转出": WRITE, "调整": WRITE, "移到": REMOVE}, self.kind)
        self.head.add_tool(_more)

    def _age_button(self) -> QWidget:
        made = menu_button("年龄")
        menu = made.menu()
        entries: list[tuple[str, Callable[[], object]] | None] = [("全部", lambda: self._keep("birth_on", None))]
        for band in figures.default_bands().ages:
            kept = ColumnFilter("birth_on", AGE, (band.least, band.most), f"年龄：{band.label}")
            entries.append((band.label, lambda item=kept: self._keep("birth_on", item)))  # type: ignore[misc]
        fill_menu(menu, entries)
        return made

    def view_menu_entries(self) -> Sequence[tuple[str, Callable[[], object]] | None]:
        """Sheets for secretaries who have no computer."""
        return (None, ("发放更正表（书记改好交回）…", lambda: send_corrections(self.context, self)))

    def row_entries(self) -> Sequence[tuple[str, Callable[[], object]] | None]:
        """What may happen to the people who are selected."""
        return (("转出、离开…", self._leave_many), ("调整支部…", self._move_many))

    def restrict_rows(self, menu: QMenu) -> None:
        """Both are writing."""
        allowed_entries(menu, self.context.office.actor, {"转出": WRITE, "调整": WRITE}, self.kind)

    def limits(self) -> Sequence[str]:
        """The state and the day too."""
        state, day = self._state_box.currentText(), self.source.on
        standing = f"截至{day}在册" if day else "已离开" if state == GONE else ""
        return [*super().limits(), *([standing] if standing else [])]

    def outer_limits(self) -> Sequence[str]:
        """Who has left, and another day."""
        state, day = self._state_box.currentText(), self._day.text().strip()
        told = [state] if state == GONE else []
        return [*super().outer_limits(), *told, *([f"截至{day}"] if day and state == IN_FORCE else [])]

    def clear_outer(self) -> None:
        """Those in force today."""
        self._state_box.setCurrentText(IN_FORCE)
        self._day.clear()
        self._show_state()
        super().clear_outer()

    # Filters

    def _keep_class(self, code: str, name: str) -> None:
        self._keep("member_class", ColumnFilter("member_class", "in", (code,), f"人员类别：{name}"))

    def _keep(self, field: str, item: ColumnFilter | None) -> None:
        others = [kept for kept in self.table.model.filters if kept.field != field]
        self.table.set_filters([*others, *([item] if item else [])])

    def _show_state(self) -> None:
        state = self._state_box.currentText()
        # Who was in is told by the stays of a day, today's too; those gone meanwhile by their standing.
        self.source.on = (self._chosen_day() or self.context.office.today()) if state == IN_FORCE else None
        self.source.fixed = (_NOT_STANDING,) if state == GONE else ()
        self._day.setEnabled(state == IN_FORCE)
        self.table.reload()

    def _chosen_day(self) -> date | None:
        text = self._day.text().strip()
        self._day_fault.hide()
        if not text:
            return None
        reading = self.context.lookups.read(_DAY, text)
        if reading.problem:
            self._day_fault.setText(f"× {reading.problem}")
            self._day_fault.show()
            return None
        day = last_day(str(reading.value))
        self._day.setText(day.isoformat())
        return day

    def _day_typed(self) -> None:
        day = self._chosen_day() or self.context.office.today()
        if day != self.source.on and self._state_box.currentText() == IN_FORCE and self._day_fault.isHidden():
            self._show_state()

    def before_behind(self) -> None:
        """People behind a figure may have left meanwhile."""
        self.source.fixed, self.source.on = (), None

    def after_behind(self) -> None:
        """Back to what the state and day say."""
        self._show_state()

    # The status line

    def summarise(self, count: int) -> None:
        """正式 and 预备 of the list as it stands."""
        self._summary_token += 1
        token, source = self._summary_token, copy(self.source)
        filters, text = list(self.table.model.filters), self.table.model.text

        def work() -> tuple[int, int]:
            full, probationary = (
                source.count(filters, text, ColumnFilter("member_class", "eq", code)) for code in ("1", "2")
            )
            return full, probationary

        def show(found: tuple[int, int]) -> None:
            if token == self._summary_token:
                other = count - sum(found)
                rest = f"　未填 {other}" if other > 0 else ""
                self.table.set_summary(f"正式 {found[0]}　预备 {found[1]}{rest}" if count else "")

        self.context.runner.fetch(work, show, owner=self)

    # One person

    def _details(self, view: ShownRecord) -> str:
        printed = view.printed
        branch = printed.get("organisation", "")
        if view.values.get("standing") not in (None, "A"):
            return f"{printed.get('left_on', '')} 已离开（{printed.get('left_kind', '')}）　原在{branch}"
        return f"{printed.get('member_class', '')}　{branch}"

    def _fill_stays(self) -> None:
        view, office = self.drawer.view, self.context.office
        if view is not None:
            self.context.runner.fetch(
                lambda: organisations.names(office),
                lambda names: self._stays.fill(view, names, office.codes),
                owner=self,
            )

    def _leave_one(self) -> None:
        if self.drawer.view is not None:
            moves.leave(self.context, [self.drawer.record], f"“{self.drawer.view.title}”")

    def _move_one(self) -> None:
        if self.drawer.view is not None:
            moves.move(self.context, [self.drawer.record], f"“{self.drawer.view.title}”")

    def _leave_many(self) -> None:
        chosen = self._chosen()
        moves.leave(self.context, chosen, f"{len(chosen)}名党员")

    def _move_many(self) -> None:
        chosen = self._chosen()
        moves.move(self.context, chosen, f"{len(chosen)}名党员")

    def _remove_many(self) -> None:
        remove_records(self.context, self.kind, self._chosen(), self, done=self._removed)

    def _chosen(self) -> Sequence[str]:
        chosen = self.table.selected_ids()
        if not chosen:
            self.context.dialogs.message("还没有选中党员。", "数据没有改动。", "请先在表里选中一行或几行。")
        return chosen
