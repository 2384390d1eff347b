"""Sheets of paper that carry a secret, a recovery key or a first password; they go to the printer and to no file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter

from .. import theme
from ..widgets.pdf_preview import PdfPages

A4 = (595.28, 841.89)


def key_pages(street: str, account: str, key: str, on: date) -> PdfPages:
    """One page with the key, for the preview and the printer; `on` is the office's day, printed beside the account."""
    return PdfPages([A4], lambda _index, scale: _draw(street, account, key, on, scale), "恢复密钥")


def in_rows(key: str) -> str:
    """The key in rows of three groups, the way it is easiest to copy by hand."""
    groups = key.split("-")
    return "\n".join("-".join(groups[start : start + 3]) for start in range(0, len(groups), 3))


def slip_pages(street: str, account: str, role: str, password: str, on: date) -> PdfPages:
    """One page with somebody's first password, to be handed over and thrown away; on the upper third of the sheet."""
    lines = [
        (80, 20, True, "党建工作台　账户和初始密码"),
        (122, 12, False, street),
        (144, 12, False, f"账户：{account}　　角色：{role}　　日期：{on.isoformat()}"),
        (182, 26, True, password),
        (232, 12, False, "第一次打开后，请到“系统 › 账户 › 改我的密码”换成自己的密码，"),
        (254, 12, False, "然后把这张纸撕掉。"),
        (276, 12, False, "密码要区分大小写和横线；忘记了，请找管理员重设。"),
    ]
    return PdfPages([A4], lambda _index, scale: _paper(lines, scale), "密码条")


def _draw(street: str, account: str, key: str, on: date, scale: float) -> tuple[int, int, bytes]:
    rows = in_rows(key).split("\n")
    lines = [
        (110, 22, True, "党建工作台　恢复密钥"),
        (160, 12, False, street),
        (182, 12, False, f"账户：{account}　　打印日期：{on.isoformat()}"),
        *((240 + 40 * place, 24, True, row) for place, row in enumerate(rows)),
        (270 + 40 * len(rows), 12, False, "忘记密码，或密码文件（.keys）丢失时，只有它能打开数据。"),
        (292 + 40 * len(rows), 12, False, "请装入信封，由管理员放进保密柜；不要存在电脑上，不要拍照。"),
        (314 + 40 * len(rows), 12, False, "如果可能有别人看过，请在“系统 › 账户”里更换恢复密钥。"),
        (390 + 40 * len(rows), 12, False, "保管人签名：＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿＿＿"),
    ]
    return _paper(lines, scale)


def _paper(lines: Sequence[tuple[int, int, bool, str]], scale: float) -> tuple[int, int, bytes]:
    """A white sheet with centred lines: top and size in points, whether bold, and the words."""
    width, height = round(A4[0] * scale), round(A4[1] * scale)
    page = QImage(width, height, QImage.Format.Format_RGB32)
    page.fill(Qt.GlobalColor.white)
    painter = QPainter(page)
    painter.scale(scale, scale)
    for top, size, bold, text in lines:
        font = QFont()
        font.setFamilies(list(theme.FAMILIES))
        font.setPixelSize(size)
        font.setBold(bold)
        painter.setFont(font)
        painter.drawText(QRectF(72, top, A4[0] - 144, size * 1.8), Qt.AlignmentFlag.AlignHCenter, text)
    painter.end()
    return width, height, bytes(page.constBits())
