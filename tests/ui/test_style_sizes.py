"""Sizes of the style sheet that hang together, at every scale."""

from __future__ import annotations

import re

import pytest

from dangjian_desktop.ui import theme


@pytest.mark.parametrize("scale", [1.0, 1.1, 1.25, 1.5])
def test_a_radio_button_is_round_chosen_or_not(scale: float) -> None:
    """Qt draws no radius that is more than half of the whole, and a square is a box to tick."""
    look = theme.Theme()
    look.scale = scale
    sheet = theme.style_sheet(look)
    plain = re.search(r"QTreeView::indicator \{ width: (\d+)px.*?border: (\d+)px", sheet, re.DOTALL)
    chosen = re.search(r"QRadioButton::indicator:checked \{.*?border: (\d+)px.*?width: (\d+)px", sheet)
    radius = re.search(r"QRadioButton::indicator \{ border-radius: (\d+)px", sheet)
    assert plain and chosen and radius
    wholes = {int(plain[1]) + 2 * int(plain[2]), int(chosen[2]) + 2 * int(chosen[1])}
    assert len(wholes) == 1 and wholes.pop() // 2 == int(radius[1])
