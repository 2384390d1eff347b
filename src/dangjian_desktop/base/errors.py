"""Errors sorted by whose fault they are: the user's data, the environment, or (anything else) ours."""

from __future__ import annotations


class UserError(Exception):
    """Something the person can mend: bad data, a refused action, a wrong name.

    `code` is stable English for scripts; `message` is one plain Chinese sentence. `effect` says what
    it means for the data and `advice` what to do; windows show the three as three lines.
    """

    exit_code = 1

    def __init__(self, code: str, message: str, *, effect: str = "数据没有改动。", advice: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.effect = effect
        self.advice = advice


class UsageError(UserError):
    """The request itself is malformed (unknown command, field or option)."""

    exit_code = 2


class VaultError(UserError):
    """The data file cannot be opened.

    `code` is one of `wrong_password`, `locked`, `too_new`, `damaged`, `not_found`, `keys_missing`.
    """

    exit_code = 3


class EnvironmentFault(UserError):
    """Disk, permission or another program is in the way.

    `code` is one of `disk_full`, `no_permission`, `file_in_use`.
    """

    exit_code = 4
