"""Beside the list: the pictures, and one score with its marks, reasons and the arithmetic of its total."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from dangjian_desktop.domain.schemes.scoring import Mark, shown
from dangjian_desktop.domain.schemes.standing import Standing

from ... import theme
from ...widgets.labels import label


class SheetPane(QScrollArea):
    """Shows the newest score of whoever is chosen, below what stands `above`; on a low window all of it scrolls."""

    def __init__(self, above: Sequence[QWidget]) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setObjectName("paper")
        box = QVBoxLayout(body)
        px = theme.current().px
        box.setContentsMargins(0, 0, px(8), 0)
        box.setSpacing(px(6))
        for each in above:
            box.addWidget(each)
        self.head = label("", "heading")
        self.text = label("", wrap=True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.addWidget(self.head)
        box.addWidget(self.text)
        box.addStretch(1)
        self.setWidget(body)

    def put(self, one: Standing | None) -> None:
        """Show a standing; None: nothing is chosen."""
        self.head.setText(one.name if one else "")
        self.text.setText("\n".join(_lines(one)) if one else "")


def _lines(one: Standing) -> list[str]:
    newest = one.newest
    if newest is None:
        return ["这个期间没有打分。没有打分的不当作零分，也不排名次。"]
    found = newest.score
    lines = [_mark(mark) for mark in found.marks]
    lines += [found.arithmetic] if found.arithmetic else []
    lines += [f"等次：{one.level or '待补'}"]
    if len(one.trend) > 1:
        lines.append(f"各次：{'、'.join(map(shown, one.trend))}；上面逐项是最近一次的")
    lines += [f"{star}：差在{'、'.join(short)}" for star, short in found.failing.items() if short]
    lines += [f"奖金：{found.paid_text}"] if found.paid_text else []
    lines += [f"{found.consequence}（由党工委按程序决定，程序不会自动去做）"] if found.consequence else []
    lines += [f"没有算进去：“{'”“'.join(found.strange)}”不是方案里的指标"] if found.strange else []
    lines += [f"不能评优：{one.barred}"] if one.barred else []
    return [*lines, f"{newest.number}　{newest.on}　{'' if newest.confirmed else '未评定'}".rstrip()]


def _mark(mark: Mark) -> str:
    given = "缺" if mark.points is None else shown(mark.points)
    why = "；".join(line.reason for line in mark.lines if line.reason)
    ratio = f"（{mark.ratio.text}）" if mark.ratio else ""
    return f"{mark.indicator.label}　{given}/{shown(mark.indicator.full)}{ratio}" + (f"　{why}" if why else "")
