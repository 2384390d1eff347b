"""The page of 台账: the overview, one ledger, its import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from dangjian_desktop.domain.records.changes import ChangeSet

from ...records.list_exports import import_review
from ...shell.context import Page, PageContext
from .overview import ALL, Overview
from .view import LedgerView, commands_of

if TYPE_CHECKING:
    from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
    from dangjian_desktop.services.ledgers.standings import LedgerStanding

    from ...records.import_review import ImportReview

_FAVOURITES, _CHOSEN = "ledgers.favourites", "ledgers.chosen"


class LedgersPage(Page):
    """Shows the ledgers by class and opens one at a time."""

    help = (
        "先选一本台账：可以按名称、用途找，把常用的点星收藏，也可以只看自己办过的。打开以后上面一行是统计数，点一下就只看那些条目，停在上面能看口径。"
        "“▲ 超期”的条目是时限已过还没有办结的。双击或按回车打开一条，改状态的按钮在抽屉上面；"
        "按不动的按钮下面写着还差什么。导入先核对再写入，可以整批撤销。"
    )

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._templates = self._known()
        self._views: dict[str, LedgerView] = {}
        self._review: ImportReview | None = None
        self._token = 0
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        box.addWidget(self.stack)
        self.overview = self._overview()
        self.stack.addWidget(self.overview)

    def _known(self) -> dict[str, LedgerTemplate]:
        from dangjian_desktop.services.ledgers import ledgers

        return {template.key: template for template in ledgers.templates(self.context.office)}

    def _overview(self) -> Overview:
        shell = self.context.shell
        made = Overview(
            list(self._templates.values()), shell.remembered(_FAVOURITES) or (), shell.remembered(_CHOSEN) or ALL
        )
        made.kept.connect(lambda keys: shell.remember(_FAVOURITES, keys or None))
        made.narrowed.connect(lambda what: shell.remember(_CHOSEN, what))
        made.opened.connect(self.open_ledger)
        return made

    def _learn(self) -> None:
        """Templates that were made, changed or taken away since the page was built."""
        known, before = self._known(), self._templates
        if known == before:
            return
        self._templates = known
        shown = self.current()
        front = shown.template.key if shown is not None else None
        for key in [key for key in self._views if known.get(key) != before.get(key)]:
            view = self._views.pop(key)
            view.drawer.keep_draft()
            self.stack.removeWidget(view)
            view.deleteLater()
        old, self.overview = self.overview, self._overview()
        self.stack.addWidget(self.overview)
        self.stack.removeWidget(old)
        old.deleteLater()
        if front in known:
            self.open_ledger(front)
        elif self._review is None:
            self.stack.setCurrentWidget(self.overview)

    # What the window asks

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show where the person was, or the entries asked for by `ids` (with `title`), or `template`."""
        self._learn()
        if arguments.get("ids"):
            self._show_behind(list(arguments["ids"]), str(arguments.get("title", "")))
        elif arguments.get("template") in self._templates:
            self.open_ledger(str(arguments["template"]))
        elif self.current() is None:
            self._fetch_standings()

    def step_back(self) -> None:
        """Show all ledgers; what was typed stays as a draft."""
        if self.current() is not None:
            self._back()

    def scope_changed(self, organisation: str | None) -> None:  # noqa: ARG002 (the contract's signature)
        """Another part of the tree."""
        self._reload()

    def refresh(self, changes: Sequence[ChangeSet]) -> None:
        """Fetch again what changed."""
        if any(change.touches("shared_item") for change in changes):
            self._learn()
        if not any(change.touches(kind) for change in changes for kind in ("ledger_entry", "organisation")):
            return
        view = self.current()
        if view is not None:
            view.take(changes)
        else:
            self._reload()

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What the open ledger offers; each looks which one that is when it is called."""
        names = ("new", "open", "save", "filter", "columns", "print", "export", "import", "remove", "fill_down")
        return {"refresh": self._reload} | {name: self._caller(name) for name in names}

    def open_record(self, kind: str, record: str) -> None:  # noqa: ARG002 (the contract's signature)
        """Open one entry in its ledger."""
        self._with_template([record], lambda key: self.open_ledger(key).open_entry(record))

    def may_leave(self) -> bool:
        """Keep the draft and go."""
        view = self.current()
        if view is not None:
            view.drawer.keep_draft()
        return True

    # Inside

    def current(self) -> LedgerView | None:
        """The ledger in front, or None."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, LedgerView) else None

    def open_ledger(self, key: str) -> LedgerView:
        """Bring a ledger to the front."""
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = LedgerView(self.context, self._templates[key])
            view.back.connect(self._back)
            view.import_wanted.connect(self._import)
            self.stack.addWidget(view)
        self.stack.setCurrentWidget(view)
        view.reload()
        view.table.view.setFocus()
        return view

    def _caller(self, name: str) -> Callable[[], None]:
        def call() -> None:
            view = self.current()
            if view is not None and (run := commands_of(view).get(name)) is not None:
                run()

        return call

    def _reload(self) -> None:
        view = self.current()
        if view is not None:
            view.reload()
        else:
            self._fetch_standings()

    def _back(self) -> None:
        view = self.current()
        if view is not None:
            view.drawer.keep_draft()
        self.stack.setCurrentWidget(self.overview)
        self._fetch_standings()

    def _fetch_standings(self) -> None:
        from dangjian_desktop.services.ledgers.standings import standings

        self._token += 1
        token, office, scope = self._token, self.context.office, self.context.shell.scope()

        def put(found: list[LedgerStanding]) -> None:
            if token == self._token:
                self.overview.put(found)

        self.context.runner.fetch(lambda: standings(office, scope), put, owner=self)

    def _with_template(self, ids: Sequence[str], done: Callable[[str], object]) -> None:
        """Find the ledger that most of these entries belong to."""
        from dangjian_desktop.services.records import records

        office = self.context.office
        titles = {template.title: key for key, template in self._templates.items()}

        def find() -> str:
            seen = Counter(row["template"] for row in records.rows(office, "ledger_entry", ids, ["template"]))
            return titles.get(seen.most_common(1)[0][0], "") if seen else ""

        self.context.runner.fetch(
            find, lambda key: done(key) if key else None, failed=self.context.dialogs.error, owner=self
        )

    def _show_behind(self, ids: list[str], title: str) -> None:
        self._with_template(ids, lambda key: self.open_ledger(key).show_only(ids, title))

    def _import(self, key: str) -> None:
        # The readers of workbooks come along with it; they are imported where nobody waits.
        self.context.runner.fetch(import_review, lambda review: self._review_with(review, key), owner=self)

    def _review_with(self, make: type[ImportReview], key: str) -> None:
        if self._review is not None:
            self._review.deleteLater()
        review = self._review = make(self.context, f"ledger:{key}", self._templates[key].title)
        review.left.connect(lambda: self._leave_import(key))
        self.stack.addWidget(review)
        self.stack.setCurrentWidget(review)

    def _leave_import(self, key: str) -> None:
        if self._review is not None:
            self.stack.removeWidget(self._review)
            self._review.deleteLater()
            self._review = None
        self.open_ledger(key)
