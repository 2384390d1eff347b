"""What a password has to be where one is set; never asked where one is typed to open a file."""

from __future__ import annotations

import unicodedata

from dangjian_desktop.base.errors import UserError

SHORTEST_PASSWORD = 8
"""Characters, composed."""


def refuse_short(password: str) -> None:
    """Raise `UserError` (`empty_password`, `short_password`) for a password that is guessed too soon."""
    if not password.strip():
        raise UserError("empty_password", "密码不能为空。", effect="密码没有改动。", advice="请另想一个密码。")
    if len(unicodedata.normalize("NFC", password)) < SHORTEST_PASSWORD:
        raise UserError(
            "short_password",
            f"密码太短，至少{SHORTEST_PASSWORD}个字符。",
            effect="密码没有改动。",
            advice="请另想一个，一句自己记得住的话最好。",
        )
