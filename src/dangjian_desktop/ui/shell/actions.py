"""Every action of the window, declared once: menus, tool tips, shortcuts and the sheet of keys come from here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from ..widgets.icons import icon

WINDOW, PAGE, FIELD = "整个窗口", "当前页面", "表格与表单"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action: key, words, shortcut as Qt writes it, icon, group on the sheet of keys.

    `where` is `WINDOW` (always there), `PAGE` (there when the page offers it) or `FIELD` (handled by the
    focused field itself and listed for the sheet only).
    """

    key: str
    text: str
    shortcut: str = ""
    icon: str = ""
    where: str = PAGE
    hint: str = ""


ACTIONS = (
    ActionSpec("search", "搜索", "Ctrl+K", "search", WINDOW, "找党员、党组织、页面"),
    ActionSpec("undo", "撤销", "Ctrl+Z", "undo", WINDOW, "撤销最近一次操作"),
    ActionSpec("redo", "重做", "Ctrl+Y", "redo", WINDOW, "重做刚才撤销的操作"),
    ActionSpec("help", "本页帮助", "F1", "help", WINDOW),
    ActionSpec("keys", "按键一览", "Shift+F1", "help", WINDOW),
    ActionSpec("larger", "放大界面", "Ctrl+=", "zoom-in", WINDOW, "界面 100%–150%"),
    ActionSpec("smaller", "缩小界面", "Ctrl+-", "zoom-out", WINDOW),
    ActionSpec("lock", "锁定", "Ctrl+L", "lock", WINDOW, "离开座位时锁上，回来输密码"),
    ActionSpec("next_page", "下一个页面", "Ctrl+PgDown", "", WINDOW),
    ActionSpec("previous_page", "上一个页面", "Ctrl+PgUp", "", WINDOW),
    ActionSpec("focus_tree", "到组织树", "Ctrl+T", "organisation", WINDOW),
    ActionSpec("new", "新增", "Ctrl+N", "plus"),
    ActionSpec("open", "打开", "Ctrl+O", "edit", hint="打开选中的记录"),
    ActionSpec("save", "保存", "Ctrl+S", "check"),
    ActionSpec("confirm", "确认录入", "Ctrl+Return", "check", hint="会议、导入等整页录入完成"),
    ActionSpec("filter", "查找与筛选", "Ctrl+F", "filter"),
    ActionSpec("columns", "选择列", "Ctrl+Shift+L", "columns"),
    ActionSpec("print", "打印预览", "Ctrl+P", "print"),
    ActionSpec("import", "导入", "Ctrl+I", "import"),
    ActionSpec("export", "导出", "Ctrl+E", "export"),
    ActionSpec("remove", "移到回收站", "Ctrl+Del", "trash", hint="选中的记录，先问一声"),
    ActionSpec("fill_down", "向下填充", "Ctrl+D", hint="把选中块的第一行填到下面各行"),
    ActionSpec("history", "修改记录", "Ctrl+H", "history"),
    ActionSpec("refresh", "刷新", "F5", ""),
    ActionSpec("next_field", "下一个字段", "Return", where=FIELD, hint="正在选字时归输入法"),
    ActionSpec("presence", "切换到会", "Space", where=FIELD, hint="在到会名单里"),
    ActionSpec("leave", "离开，草稿保留", "Esc", where=FIELD),
    ActionSpec("list", "打开下拉列表", "F4", where=FIELD),
    ActionSpec("cell", "修改这一格", "F2", where=FIELD, hint="在列表里；也可以直接打字（姓名、名称列打字是查找）"),
    ActionSpec("empty_cell", "清空选中的格", "Del", where=FIELD, hint="在列表里"),
    ActionSpec("next_cell", "下一格", "Tab", where=FIELD, hint="在格里修改时；回车向下，加 Shift 往回"),
    ActionSpec("column_filter", "筛选、排序这一列", "Alt+Down", where=FIELD, hint="在列表里"),
    ActionSpec("copy", "复制选中的块", "Ctrl+C", where=FIELD, hint="可直接粘贴到表格软件"),
    ActionSpec("paste", "粘贴一块", "Ctrl+V", where=FIELD, hint="一个值可以填满选中的块；多于几格先预览再写入"),
    ActionSpec("all", "全选", "Ctrl+A", where=FIELD),
)


def clashes(specs: tuple[ActionSpec, ...] = ACTIONS) -> list[str]:
    """Shortcuts or keys declared more than once, in whatever spelling."""
    keys = Counter(spec.key for spec in specs)
    shortcuts = Counter(QKeySequence(spec.shortcut).toString() for spec in specs if spec.shortcut)
    return [name for name, count in [*keys.items(), *shortcuts.items()] if count > 1]


class Actions(QObject):
    """The window's actions as Qt actions; the page in front lends its handlers with `set_page`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._handlers: dict[str, Callable[[], object]] = {}
        self._page: Mapping[str, Callable[[], object]] = {}
        for spec in ACTIONS:
            if spec.where != FIELD:
                self._actions[spec.key] = self._make(spec, window)

    def __getitem__(self, key: str) -> QAction:
        """The Qt action of a key, for buttons and menus."""
        return self._actions[key]

    def __iter__(self) -> Iterator[str]:
        """Keys of all window and page actions."""
        return iter(self._actions)

    def bind(self, key: str, handler: Callable[[], object]) -> None:
        """Give a window action its handler."""
        self._handlers[key] = handler
        self._actions[key].setEnabled(True)

    def set_page(self, commands: Mapping[str, Callable[[], object]]) -> None:
        """Let the page in front answer its actions; those it does not offer are switched off."""
        unknown = set(commands) - set(self._actions)
        if unknown:
            raise KeyError(f"undeclared actions: {sorted(unknown)}")
        self._page = dict(commands)
        for spec in ACTIONS:
            if spec.where == PAGE:
                self._actions[spec.key].setEnabled(spec.key in self._page)

    def _make(self, spec: ActionSpec, window: QWidget) -> QAction:
        action = QAction(spec.text, window)
        if spec.icon:
            action.setIcon(icon(spec.icon))
        action.setShortcut(QKeySequence(spec.shortcut))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        shown = QKeySequence(spec.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{spec.hint or spec.text}（{shown}）" if shown else spec.hint or spec.text)
        action.setEnabled(False)
        action.triggered.connect(lambda _checked=False: self._run(spec.key))
        window.addAction(action)
        return action

    def _run(self, key: str) -> None:
        handler = self._page.get(key) or self._handlers.get(key)
        if handler is not None:
            handler()
