"""Running commands inside the test's own process, and small files for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dangjian_desktop.cli.main import main
from dangjian_desktop.domain.values.id_numbers import check_character
from dangjian_desktop.services.office.opening import FIRST_ACCOUNT
from office_template import Start, new_file

STREET = "测试街道党工委"
PASSWORD = "合适的密码一二三"
DAY = "2026-09-30"
BASE = "2026-01-01"


def id_number(serial: int = 1, birth: str = "19700101") -> str:
    """A valid number of the unassigned county 429900; an odd serial is a man's."""
    first = f"429900{birth}{serial:03d}"
    return first + check_character(first)


@dataclass
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Mapping[str, Any]:
        """The one JSON object."""
        found = json.loads(self.out)
        assert self.out.count("\n") == 1
        return found  # type: ignore[no-any-return]


class Cli:
    """Runs commands on one file; `run` with --json, `plain` without."""

    def __init__(self, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = file
        self._capsys = capsys

    def plain(self, *words: str | Path) -> Answer:
        """Run a command as it stands."""
        self._capsys.readouterr()
        code = main([str(w) for w in words])
        seen = self._capsys.readouterr()
        return Answer(code, seen.out, seen.err)

    def run(self, *words: str | Path) -> Answer:
        """Run a command on the file, on the day, with --json."""
        return self.plain("--file", self.file, "--on", DAY, *words, "--json")

    def ok(self, *words: str | Path) -> Mapping[str, Any]:
        """Run a command that must work; returns its object."""
        answer = self.run(*words)
        assert answer.code == 0, answer.out
        assert answer.data["ok"] is True
        return answer.data

    def refused(self, exit_code: int, error: str, *words: str | Path) -> Mapping[str, Any]:
        """Run a command that must be refused; returns its object."""
        answer = self.run(*words)
        assert (answer.code, answer.data["error"]) == (exit_code, error), answer.out
        assert answer.data["ok"] is False
        assert answer.data["message"]
        assert "\n" not in answer.data["message"]
        return answer.data

    def new(self) -> str:
        """Make the file; returns its recovery key."""
        return new_file(self.file, Start(STREET, FIRST_ACCOUNT, PASSWORD, date.fromisoformat(BASE)))

    def branch(self, name: str = "第一党支部", **values: str) -> str:
        """A branch below the root; returns its id."""
        given = [f"{k}={v}" for k, v in values.items()]
        return str(self.ok("add", "organisation", f"name={name}", "kind=党支部", *given)["id"])

    def member(self, name: str = "王小明", branch: str = "第一党支部", serial: int = 1, **values: str) -> str:
        """A full member; returns the id."""
        given = {
            "joined_on": "1995-07-01",
            "confirmed_on": "1996-07-01",
            "entered_on": BASE,
            "entered_kind": "转入" if "entered_on" in values else "建账",
            "member_class": "正式党员",
        }
        words = [f"{k}={v}" for k, v in (given | values).items()]
        return str(
            self.ok(
                "add", "member", f"name={name}", f"id_number={id_number(serial)}", f"organisation={branch}", *words
            )["id"]
        )


def write(folder: Path, name: str, text: str) -> Path:
    """A small text file."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def tamper(file: Path, statement: str) -> None:
    """Change rows behind the program's back."""
    from dangjian_desktop.storage.vault import open_vault

    with open_vault(file, account="管理员", password=PASSWORD) as vault, vault.database.write() as connection:
        connection.exec_driver_sql(statement)
