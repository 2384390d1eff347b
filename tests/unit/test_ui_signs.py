"""Signs on the screen are in the bundled type: what is not becomes an empty box on the next PC."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QRawFont

import dangjian_desktop
from dangjian_desktop.base.resources import resource

WINDOW = Path(dangjian_desktop.__file__).parent / "ui"
OBJECT = "\ufffc"  # stands for a number in the editor of words and is drawn as its chip
MODULES = sorted(WINDOW.rglob("*.py"))


def texts(path: Path) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.usefixtures("qapp")
def test_every_character_the_window_says_is_in_the_bundled_type() -> None:
    assert QGuiApplication.instance() is not None
    face = QRawFont(str(resource("fonts", "NotoSansSC-Regular.ttf")), 16)
    missing = {
        char: str(path.relative_to(WINDOW))
        for path in MODULES
        for text in texts(path)
        for char in text
        if ord(char) > 0x7F and char != OBJECT and char.isprintable() and not face.supportsCharacter(ord(char))
    }
    assert missing == {}
