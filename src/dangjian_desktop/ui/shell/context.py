"""What a page is given and what it gives: the contract between the window and its pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from dangjian_desktop.domain.records.changes import ChangeSet

from ..widgets.dialogs import DialogService
from ..widgets.job import JobRunner
from ..widgets.lookups import Lookups
from ..widgets.pdf_preview import PdfPages

if TYPE_CHECKING:
    from dangjian_desktop.services.office.office import Office

Offer = tuple[str, Callable[[], object]]
"""A button: its words and what it does."""


class Shell(Protocol):
    """What a page may ask of the window around it."""

    def open_page(self, key: str, arguments: Mapping[str, Any] | None = None) -> None:
        """Go to a page; `arguments` are handed to its `enter`."""
        ...

    def open_record(self, kind: str, record: str) -> None:
        """Go to the page of this kind and open the record there."""
        ...

    def scope(self) -> str | None:
        """The organisation chosen in the tree, or None for everything."""
        ...

    def scope_name(self) -> str:
        """Full name of the chosen organisation."""
        ...

    def set_scope(self, organisation: str | None) -> None:
        """Choose an organisation in the tree."""
        ...

    def reload_tree(self) -> None:
        """Read the tree anew where something other than an operation changed it."""
        ...

    def done(self, text: str, *, undo: bool = True, offers: Sequence[Offer] = ()) -> None:
        """Show in the undo bar what was just done."""
        ...

    def banner(self, text: str, level: str = "info", offers: Sequence[Offer] = ()) -> None:
        """Show a line above the page that stays until it is closed."""
        ...

    def end_banner(self) -> None:
        """Take the line above the page away: what it asked for has been done."""
        ...

    def preview(self, pages: PdfPages) -> None:
        """Show a PDF and offer to print it."""
        ...

    def choose_colours(self, mode: str) -> None:
        """Take other colours: one of `theme.MODES`."""
        ...

    def action(self, key: str) -> QAction:
        """A declared action, for the page's buttons and menus."""
        ...

    def remembered(self, key: str, default: Any = None) -> Any:
        """A local setting of this file on this PC (columns, saved views, drafts); kept in memory, quick."""
        ...

    def remember(self, key: str, value: Any) -> None:
        """Keep a local setting; written in the background."""
        ...


@dataclass(frozen=True, slots=True)
class PageContext:
    """Handed to each page when it is made."""

    office: Office
    runner: JobRunner
    dialogs: DialogService
    lookups: Lookups
    shell: Shell


class Page(QWidget):
    """Base of every page. A page reads through `context.runner.fetch` and never blocks the window.

    `help` is shown by F1. The shell calls `enter` every time the page comes to the front, `scope_changed`
    when the tree moved and `refresh` after each committed operation (for a page that is hidden: once, when
    it comes to the front again, with all change sets in between). A page that `fills` tells by `filled` when
    what it shows first is there.
    """

    filled = Signal()
    fills = False
    help = ""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.setObjectName("paper")
        # The page takes the focus when it comes to the front; set a focus proxy for a field or table.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """The page came to the front; `arguments` come from `open_page`."""

    def place(self) -> Mapping[str, Any]:
        """Where the person is on this page, as arguments that bring `enter` there again; `open` is a record's id."""
        return {}

    def step_back(self) -> None:
        """The person chose this page at the left while it was in front: show its list again, and lose nothing."""

    def scope_changed(self, organisation: str | None) -> None:
        """Another organisation was chosen."""

    def refresh(self, changes: Sequence[ChangeSet]) -> None:
        """Records changed; look at `changes` and fetch what is stale."""

    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Handlers of the declared page actions that this page offers now."""
        return {}

    def open_record(self, kind: str, record: str) -> None:
        """Open one record of a kind this page is registered for."""

    def may_leave(self) -> bool:
        """Asked before another page comes or the window closes; keep a draft rather than refuse."""
        return True


def when_filled(page: QWidget, then: Callable[[], None]) -> None:
    """Call `then` once what a page shows first stands on the screen; for a page that does not tell, a moment later."""

    def laid_out() -> None:
        page.window().repaint()
        then()

    if isinstance(page, Page) and page.fills:
        once = Qt.ConnectionType.SingleShotConnection
        page.filled.connect(lambda: QTimer.singleShot(0, page, laid_out), once)
    else:
        QTimer.singleShot(900, page, then)
