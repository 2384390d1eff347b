"""Words can be read in light and dark: 4.5:1 for every pair the style sheet and the painters use, and as painted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from dangjian_desktop.base.resources import resource
from dangjian_desktop.ui import theme
from dangjian_desktop.ui.theme import DARK, LIGHT, Colours
from ui.bot import Bot
from ui.window_kit import every_page, street_window

LEAST = 4.5
GROUNDS = ("desk", "paper", "sunken")
"""What words without a ground of their own may lie on."""
PAINTED = (
    ("ink", "selected"), ("ink", "accent_soft"), ("ink", "hover"), ("ink_soft", "selected"), ("ink_soft", "hover"),
    ("ink_soft", "accent_soft"), ("accent", "accent_soft"), ("accent", "selected"), ("accent", "hover"),
    ("danger", "selected"), ("danger", "danger_soft"), ("amber", "selected"), ("amber", "amber_soft"),
    ("good", "selected"), ("good", "good_soft"), ("on_accent", "accent_fill"), ("ink", "danger_soft"),
    ("ink", "amber_soft"), ("paper", "ink"), ("ink_faint", "desk"), ("ink_faint", "paper"), ("ink_faint", "sunken"),
)  # fmt: skip
"""Words and grounds of what paints itself: lists, trees, headers, chips, chosen text."""
_WORDLESS = re.compile(r"QScrollBar|QProgressBar|indicator|rule|QSplitter|separator|QAbstractScrollArea|tile:|stand:")


def luminance(colour: QColor) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]  # type: ignore[index]
    return float(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def sheet_pairs() -> Iterator[tuple[str, str, str]]:
    """Selector, colour of the words and ground for each rule that sets one of them; the other is inherited."""
    text = re.sub(r"/\*.*?\*/", "", resource("style", "window.qss").read_text("utf-8"), flags=re.S)
    own: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^}]*)\}", text):
        told = dict(re.findall(r"(?<![-\w])(color|background):\s*\$?([\w]+)", body))
        for selector in selectors.split(","):
            own.setdefault(selector.strip(), {}).update(told)
    for selector, told in own.items():
        if not told or _WORDLESS.search(selector):
            continue
        base = own.get(re.sub(r"(?<!:):(?!:)[\w-]+", "", selector), {})
        words = told.get("color") or base.get("color", "ink")
        ground = told.get("background") or base.get("background", "transparent")
        for under in GROUNDS if ground in ("transparent", "none") else (ground,):
            if words != under and not selector.startswith("QWidget#undo"):
                yield selector, words, under


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_of_the_style_sheet_and_the_painters_can_be_read(colours: Colours) -> None:
    pairs = [*sheet_pairs(), *(("painted", words, ground) for words, ground in PAINTED)]
    assert len(pairs) > 60
    weak = {
        f"{selector}: {words} on {ground} {found:.2f}"
        for selector, words, ground in pairs
        if (found := contrast(QColor(getattr(colours, words)), QColor(getattr(colours, ground)))) < LEAST
    }
    assert not weak, "\n".join(sorted(weak))


def told_words(root: QWidget) -> Iterator[tuple[QWidget, str]]:
    """What shows words, can be used, and is wholly in sight."""
    for each in root.findChildren(QWidget):
        if not isinstance(each, QLabel | QAbstractButton | QLineEdit) or not each.isVisible() or not each.isEnabled():
            continue
        words = each.text() or (each.placeholderText() if isinstance(each, QLineEdit) else "")
        if isinstance(each.parentWidget(), QLineEdit):
            continue  # a sign
        whole = each.visibleRegion().boundingRect() == each.rect()
        if words.strip() and whole and not (isinstance(each, QLabel) and "<" in words):
            yield each, words


def painted_contrast(picture: QImage, area: QRect) -> float:
    """Between the commonest colour of the area and the one farthest from it."""
    seen = Counter(
        picture.pixel(x, y) for x in range(area.left(), area.right()) for y in range(area.top(), area.bottom())
    )
    ground = QColor(seen.most_common(1)[0][0])
    return max(contrast(ground, QColor(colour)) for colour in seen)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_can_be_read_as_they_are_painted(qapp: QApplication, qtbot: Bot, tmp_path: Path, dark: bool) -> None:
    theme.apply(qapp, dark=dark)
    weak: dict[str, float] = {}
    looked = 0
    try:
        with street_window(qtbot, tmp_path / "a.djd") as window:
            for name, _page in every_page(qtbot, window):
                picture = window.grab().toImage()
                for each, words in told_words(window):
                    area = QRect(each.mapTo(window, QPoint()), each.size()).adjusted(3, 3, -3, -3)
                    found = painted_contrast(picture, area.intersected(picture.rect()))
                    looked += 1
                    if found < LEAST:
                        weak[f"{name}: {type(each).__name__} {words[:20]!r}"] = round(found, 2)
    finally:
        theme.apply(qapp, dark=False)
    assert looked > 100
    assert not weak, "\n".join(f"{key} {value}" for key, value in weak.items())
