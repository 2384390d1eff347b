"""From options to an open file: which file, which account, which password, which day."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dangjian_desktop.base import given_password
from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UsageError, UserError, VaultError
from dangjian_desktop.base.files import fault_of, is_file
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.records.kinds import LISTED
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.services.office import backups, opening, practice
from dangjian_desktop.services.office.head_start import DerivedAhead
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations

from . import grammar, output, parser

LEDGER_PREFIX = "ledger:"
STDIN = "-"
_PLURAL = {
    "roster": "member",
    "members": "member",
    "organisations": "organisation",
    "posts": "post",
    "meetings": "meeting",
    "ledger_entries": "ledger_entry",
}


@dataclass(slots=True)
class Request:
    """One command as it was asked for."""

    args: argparse.Namespace
    clock: Clock
    ahead: DerivedAhead | None = None
    """The slow part of opening, where it was begun while loading."""
    piped: str | None = None
    """The password where it came by standard input, which can be read once."""
    notices: list[str] = field(default_factory=list)
    """What opening the file brought up; told on standard error and under the key `notices`."""

    @classmethod
    def of(cls, args: argparse.Namespace, ahead: DerivedAhead | None = None) -> Request:
        """The request behind parsed arguments."""
        piped = secret(args.password_file) if str(args.password_file) == STDIN else None
        return cls(args, Clock(fixed_today=args.on), ahead, piped)

    @property
    def masked(self) -> bool:
        """Whether numbers stay masked; raises `UsageError` for `--full` without a reason."""
        if self.args.full and not (self.args.reason or "").strip():
            raise UsageError("reason", "查看全文要用 --reason 写明原因。", effect="什么也没有做。")
        return not self.args.full

    @property
    def file(self) -> Path:
        """The data file meant: the one named, else the last one used."""
        if self.args.file is not None:
            return Path(self.args.file)
        used = opening.recent_files()
        if not used:
            raise UsageError("no_file", "请用 --file 指明数据文件。", effect="什么也没有做。")
        return used[0].path

    @property
    def names_a_file(self) -> bool:
        """Whether a data file was named and is there, for commands that say something without one too."""
        return self.args.file is not None and is_file(self.file)

    @property
    def account(self) -> str | None:
        """The account named by option or environment."""
        return parser.given_account(self.args) or None

    @property
    def password(self) -> str:
        """The password; raises `UsageError` where none was given."""
        if self.piped is not None:
            return self.piped
        if self.args.password_file is not None:
            return secret(self.args.password_file)
        found = given_password.given()
        if not found and self.args.file and practice.is_the_sample(Path(self.args.file)):
            return practice.PASSWORD
        if not found:
            raise UsageError(
                "no_password",
                "没有给出密码。",
                effect="什么也没有做。",
                advice="请放在环境变量 DANGJIAN_PASSWORD 里，或用 --password-file 指明密码文件。",
            )
        return found

    @contextmanager
    def office(self) -> Iterator[Office]:
        """The data file, open and signed in; closed again, with a backup when it was changed."""
        office = self._open()
        self.notice(*office.notices)
        office.on_close(lambda: _backup_of_the_day(office))
        try:
            yield office
        finally:
            office.close()

    def notice(self, *told: str) -> None:
        """Tell something beside the answer."""
        self.notices += told
        for each in told:
            output.log(each)

    def _open(self) -> Office:
        file = self.file
        if not is_file(file):
            advice = "请检查U盘是否插好，或用 --file 另外指明。"
            raise VaultError("not_found", f"找不到数据文件“{file.name}”。", advice=advice)
        if self.args.recovery_key_file is not None:
            key = secret(self.args.recovery_key_file)
            return opening.open_office(file, account=self.account, recovery_key=key, clock=self.clock)
        if self.account is None and opening.account_needed(file):
            raise UsageError(
                "account_required", "这个文件有不止一个账户，请用 --account 指明。", effect="什么也没有做。"
            )
        return opening.open_office(
            file, account=self.account, password=self.password, clock=self.clock, ahead=self.ahead
        )

    def scope(self, office: Office) -> str | None:
        """The id of the unit given with `--scope` (the first of several), refused out of reach."""
        asked = self.args.scope[0] if isinstance(self.args.scope, list) and self.args.scope else self.args.scope
        found = organisations.resolve(office, asked) if asked else None
        if found is not None:
            office.actor.require_unit(found)
        return found

    def progress(self) -> Progress:
        """Progress that is told on standard error, each stage once and not every page of it."""
        told = ""

        def listener(_done: int, _total: int, text: str) -> None:
            nonlocal told
            stage = "".join(c for c in text if not c.isdigit())
            if stage != told:
                told = stage
                output.log(f"{text}…")

        return Progress(listener)


def _backup_of_the_day(office: Office) -> None:
    """The automatic backup on close; scripts that edit a hundred times a day keep one a day."""
    last = backups.last_backup(office)
    if last and str(last.get("at", ""))[:10] == datetime.now(UTC).date().isoformat():
        return
    backups.on_close(office)
    failure = backups.last_failure(office)
    if failure:
        output.log(f"自动备份没有做成：{failure['message']}")


def secret(path: Path) -> str:
    """The password or key in a file: its first line, in UTF-8 or in the code of old Windows; `-` is standard input."""
    try:
        found = sys.stdin.buffer.readline() if str(path) == STDIN else path.read_bytes()
        text = _decoded(found)
    except FileNotFoundError:
        raise UsageError("no_secret", f"找不到文件“{path.name}”。", effect="什么也没有做。") from None
    except UnicodeDecodeError:
        raise UsageError("no_secret", f"“{path.name}”不是文本文件。", effect="什么也没有做。") from None
    except OSError as error:
        raise fault_of(error, path) from error
    first = text.splitlines()[0].strip() if text.strip() else ""
    if not first:
        raise UserError("empty_secret", f"“{path.name}”是空的。", effect="什么也没有做。")
    return first


def _decoded(found: bytes) -> str:
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError:
        return found.decode("gb18030")


def kind_of(text: str) -> str:
    """The kind of record that a word on the command line means; raises `UsageError`."""
    kind = _PLURAL.get(text, text)
    if kind in grammar.LATER_KINDS:
        raise UsageError("not_yet", f"“{text}”这种资料尚未提供。", effect="什么也没有做。")
    if kind not in LISTED:
        raise UsageError("unknown_kind", f"没有“{text}”这种资料。可用：{'、'.join(LISTED)}。", effect="什么也没有做。")
    return kind


def kind_and_ledger(text: str) -> tuple[str, str | None]:
    """A kind, and the ledger's key where the word was `ledger:KEY`."""
    if text.startswith(LEDGER_PREFIX):
        return "ledger_entry", text.removeprefix(LEDGER_PREFIX)
    return kind_of(text), None


def assignments(words: Sequence[str] | None, example: str = "phone=13800000000") -> dict[str, str]:
    """`FIELD=VALUE` words by field; raises `UsageError` for anything else and for a field named twice."""
    found: dict[str, str] = {}
    for word in words or ():
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise UsageError(
                "usage", f"“{mask_numbers(word)}”应写成 字段=值，例如 {example}。", effect="什么也没有做。"
            )
        if name.strip() in found:
            raise UsageError("usage", f"“{name.strip()}”写了两次。", effect="什么也没有做。")
        found[name.strip()] = value
    return found
