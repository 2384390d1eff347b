"""How everything looks: colours, type, spacing and the style sheet, for light and dark, at 100-150 %.

The look is printed matter: white paper on warm grey, thin rules, one accent red for the current place
and the primary action. Widgets take colours and sizes from here and hold none of their own.

This module is on the way to the first paint, so it does not touch the `Qt` namespace: making all its
enumerations costs 15 ms. The same holds for `widgets/labels.py` and `shell/unlock.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from string import Template

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from ..base.resources import resource

FAMILIES = ("Noto Sans SC", "Microsoft YaHei UI", "Microsoft YaHei", "WenQuanYi Zen Hei", "HanaMinB")
BASE_SIZE = 14
SCALES = (100, 110, 125, 150)
MODES: dict[str, tuple[str, bool | None]] = {
    "system": ("跟随系统", None),
    "light": ("浅色", False),
    "dark": ("深色", True),
}
"""Colours that a person may choose: words, and whether they are dark."""


@dataclass(frozen=True, slots=True)
class Colours:
    """One set of colours; every pair used for text keeps a contrast of at least 4.5:1."""

    desk: str  # behind the paper: navigation, tree, window
    paper: str  # where people read and write
    sunken: str  # table head, read-only fields
    line: str
    line_strong: str
    ink: str
    ink_soft: str
    ink_faint: str  # placeholders and disabled words; on desk, paper and sunken only
    accent: str  # text and marks in the accent
    accent_fill: str  # primary button
    accent_fill_hover: str
    accent_soft: str  # ground of the current place
    on_accent: str
    hover: str
    selected: str
    focus: str
    amber: str
    amber_soft: str
    danger: str
    danger_soft: str
    good: str
    good_soft: str


LIGHT = Colours(
    desk="#F5F2ED",
    paper="#FFFFFF",
    sunken="#F8F6F2",
    line="#E4DED5",
    line_strong="#C9C1B5",
    ink="#211E1A",
    ink_soft="#655E55",
    ink_faint="#736B61",
    accent="#B5261E",
    accent_fill="#B5261E",
    accent_fill_hover="#971D16",
    accent_soft="#F8E9E6",
    on_accent="#FFFFFF",
    hover="#ECE7DF",
    selected="#F6E3DF",
    focus="#B5261E",
    amber="#875300",
    amber_soft="#FDF2DC",
    danger="#8C1010",
    danger_soft="#FBE9E7",
    good="#2C6638",
    good_soft="#E9F3EA",
)

DARK = Colours(
    desk="#1D1B19",
    paper="#272523",
    sunken="#2E2B28",
    line="#3D3935",
    line_strong="#5A544D",
    ink="#EDE8E1",
    ink_soft="#B3ABA0",
    ink_faint="#9D958A",
    accent="#F08A80",
    accent_fill="#B9332A",
    accent_fill_hover="#CC4238",
    accent_soft="#46302C",
    on_accent="#FFFFFF",
    hover="#38342F",
    selected="#4A3430",
    focus="#F08A80",
    amber="#E9B45A",
    amber_soft="#3D3220",
    danger="#F29A90",
    danger_soft="#452A27",
    good="#8CC79A",
    good_soft="#26382A",
)


class Theme(QObject):
    """The look in force; `changed` fires after colours or scale moved, for widgets that paint themselves."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.colours = LIGHT
        self.dark = False
        self.applied = False
        self.follows = True
        self.scale = 1.0

    def colour(self, name: str) -> QColor:
        """One colour by its name in `Colours`."""
        return QColor(getattr(self.colours, name))

    def px(self, size: float) -> int:
        """A size of the 100 % design in pixels at the chosen scale."""
        return round(size * self.scale)

    def font(self, size: float = BASE_SIZE, *, bold: bool = False) -> QFont:
        """The one type family at a size of the 100 % design."""
        font = QFont()
        font.setFamilies(list(FAMILIES))
        font.setPixelSize(self.px(size))
        font.setBold(bold)
        return font


_theme: Theme | None = None


def current() -> Theme:
    """The theme in force; made on first use."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def mode() -> str:
    """Which of `MODES` is in force."""
    theme = current()
    return "system" if theme.follows else "dark" if theme.dark else "light"


def register_fonts() -> None:
    """Load the bundled type; a few milliseconds, so it is done before the first paint and nothing jumps."""
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
        path = resource("fonts", name)
        if path.exists():
            QFontDatabase.addApplicationFont(str(path))


def register_rare_fonts() -> None:
    """Load the type for rare names (plane 2), which the first paint never needs."""
    path = resource("fonts", "HanaMinB.ttf")
    if path.exists():
        QFontDatabase.addApplicationFont(str(path))


def apply(app: QApplication, *, scale: int | None = None, dark: bool | None = None) -> None:
    """Set the look of the whole program: `scale` in percent, `dark` None to follow the system from now on."""
    theme = current()
    theme.follows = dark is None
    if scale is not None:
        theme.scale = max(1.0, min(1.5, scale / 100))
    if dark is None:
        # Once our palette is in force it would only tell of itself; the other question costs the first paint time.
        dark = _scheme_is_dark(app) if theme.applied else system_is_dark()
    if not theme.applied:
        # Once only: below a style sheet the style has another name, and setting it anew lays out every widget twice.
        app.setStyle("Fusion")
    theme.dark, theme.applied = dark, True
    theme.colours = DARK if theme.dark else LIGHT
    app.setPalette(_palette(theme))
    app.setFont(theme.font())
    app.setStyleSheet(style_sheet(theme))
    theme.changed.emit()


def follow_system(app: QApplication) -> None:
    """Change with the system between light and dark, as long as the person has not chosen."""
    from PySide6.QtCore import Qt

    def take(scheme: Qt.ColorScheme) -> None:
        dark = scheme == Qt.ColorScheme.Dark
        if current().follows and dark != current().dark:
            apply(app)

    app.styleHints().colorSchemeChanged.connect(take)


def system_is_dark() -> bool:
    """Whether the desktop asks for dark windows, told by its own palette before ours is set."""
    return QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128


def _scheme_is_dark(app: QApplication) -> bool:
    from PySide6.QtCore import Qt

    return app.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _palette(theme: Theme) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    pairs = {
        role.Window: "desk",
        role.WindowText: "ink",
        role.Base: "paper",
        role.AlternateBase: "sunken",
        role.Text: "ink",
        role.Button: "paper",
        role.ButtonText: "ink",
        role.BrightText: "on_accent",
        role.Highlight: "accent_fill",
        role.HighlightedText: "on_accent",
        role.Link: "accent",
        role.LinkVisited: "accent",
        role.ToolTipBase: "paper",
        role.ToolTipText: "ink",
        role.PlaceholderText: "ink_faint",
        role.Accent: "accent_fill",
        role.Mid: "line_strong",
        role.Light: "paper",
        role.Dark: "line_strong",
    }
    for key, name in pairs.items():
        palette.setColor(key, theme.colour(name))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, key, theme.colour("ink_faint"))
    return palette


def style_sheet(theme: Theme) -> str:
    """The style sheet: `$name` is a colour, `$p<n>` a size of the 100 % design in scaled pixels."""
    values = {item.name: getattr(theme.colours, item.name) for item in fields(Colours)}
    values |= {f"p{size}": f"{theme.px(size)}px" for size in range(1, 65)}
    values["icons"] = resource("icons", "ui").as_posix()
    # A radius above half of what it rounds is not drawn at all: a chosen button was a square at 125 %.
    whole = theme.px(14) + 2
    values |= {"radio_radius": f"{whole // 2}px", "radio_core": f"{whole - 2 * theme.px(4)}px"}
    return Template(resource("style", "window.qss").read_text(encoding="utf-8")).substitute(values)
