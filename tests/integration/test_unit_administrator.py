"""An administrator of one unit manages that unit's accounts and nothing beyond: no whole file, no other's account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli_kit import PASSWORD, Cli, write
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.forms import filling
from dangjian_desktop.services.office import accounts, backups, handover, integrity, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports import report_templates
from dangjian_desktop.services.units import naming
from dangjian_desktop.storage import keys
from office_kit import add_branch, new_office

OTHER = "另一个密码 2026"


@dataclass
class Street:
    """An office signed in as the administrator of the first branch, and who else there is."""

    office: Office
    chief: str
    first: str
    second: str


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    office = new_office(tmp_path)
    chief = office.actor.name
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    accounts.add(office, "甲管", "administrator", OTHER, scope=first)
    accounts.add(office, "甲员", "clerk", OTHER, scope=first)
    accounts.add(office, "乙员", "clerk", OTHER, scope=second)
    accounts.add(office, "全员", "clerk", OTHER)
    office.close()
    limited = opening.open_office(office.path, account="甲管", password=OTHER)
    yield Street(limited, chief, first, second)
    limited.close()


def refusal(call: object) -> str:
    with pytest.raises(UserError) as caught:
        call()  # type: ignore[operator]
    return caught.value.code


def test_it_sees_and_manages_the_accounts_of_its_unit(street: Street) -> None:
    office = street.office
    assert [a.name for a in accounts.listing(office)] == ["甲管", "甲员"]
    accounts.passwd(office, "甲员", "新的密码 20260")
    accounts.set_role(office, "甲员", "reader", scope=street.first)
    accounts.add(office, "甲新", "clerk", OTHER, scope="甲支部")
    accounts.disable(office, "甲新")
    accounts.passwd(office, "甲管", "自己的密码 2026", old=OTHER)
    assert {a.name: (a.role, a.disabled) for a in accounts.listing(office)} == {
        "甲管": ("administrator", False),
        "甲员": ("reader", False),
        "甲新": ("clerk", True),
    }


@pytest.mark.parametrize("who", ["chief", "乙员", "全员"])
def test_it_does_not_touch_an_account_beyond_its_unit(street: Street, who: str) -> None:
    office, name = street.office, street.chief if who == "chief" else who
    before = keys.keys_path(office.path).read_bytes()
    assert refusal(lambda: accounts.passwd(office, name, "新的密码 20260")) == "out_of_scope"
    assert refusal(lambda: accounts.passwd(office, name, "新的密码 20260", old=OTHER)) == "out_of_scope"
    assert refusal(lambda: accounts.disable(office, name)) == "out_of_scope"
    assert refusal(lambda: accounts.set_role(office, name, "reader", scope=street.first)) == "out_of_scope"
    assert refusal(lambda: handover.preview(office, name, "接手的人")) == "out_of_scope"
    assert keys.keys_path(office.path).read_bytes() == before


def test_it_changes_neither_its_own_role_nor_its_own_unit(street: Street) -> None:
    office = street.office
    assert refusal(lambda: accounts.set_role(office, "甲管", "administrator")) == "out_of_scope"
    assert refusal(lambda: accounts.set_role(office, "甲管", "clerk", scope=street.first)) == "out_of_scope"
    assert refusal(lambda: accounts.disable(office, "甲管")) == "out_of_scope"


@pytest.mark.parametrize("scope", [None, "乙支部"])
def test_it_gives_nobody_more_than_its_unit(street: Street, scope: str | None) -> None:
    office = street.office
    assert refusal(lambda: accounts.add(office, "新人", "administrator", OTHER, scope=scope)) == "out_of_scope"
    assert refusal(lambda: accounts.set_role(office, "甲员", "administrator", scope=scope)) == "out_of_scope"
    assert [a.name for a in accounts.listing(office)] == ["甲管", "甲员"]


def test_it_has_no_hand_on_the_whole_file(street: Street, tmp_path: Path) -> None:
    office = street.office
    tries = [
        lambda: backups.backup(office, tmp_path / "b.djb"),
        lambda: backups.choose_folder(office, tmp_path),
        lambda: accounts.rotate_recovery_key(office),
        lambda: accounts.disable(office, "甲员", new_key=True),
        lambda: integrity.check(office, repair=True),
        lambda: report_templates.put(office, "quarterly", "一句话"),
        lambda: report_templates.put(office, "quarterly", None),
        lambda: naming.choose(office, "standard"),
        lambda: filling.forget(office, "x"),
    ]
    assert [refusal(attempt) for attempt in tries] == ["out_of_scope"] * len(tries)
    assert not (tmp_path / "b.djb").exists()


def test_the_last_who_manages_the_whole_file_stays(street: Street) -> None:
    street.office.close()
    office = opening.open_office(street.office.path, account=street.chief, password=PASSWORD)
    assert refusal(lambda: accounts.disable(office, street.chief)) == "last_administrator"
    assert refusal(lambda: accounts.set_role(office, street.chief, "clerk")) == "last_administrator"
    own_unit = {"scope": street.first}
    assert refusal(lambda: accounts.set_role(office, street.chief, "administrator", **own_unit)) == "last_administrator"
    accounts.set_role(office, "全员", "administrator")
    accounts.disable(office, street.chief)
    office.close()


def test_the_recovery_key_signs_in_who_manages_the_whole_file(tmp_path: Path) -> None:
    office, printed = opening.create_office(tmp_path / "a.djd", name="街道党工委", password=PASSWORD)
    branch = add_branch(office, "甲支部")
    accounts.set_role(office, office.actor.name, "administrator")
    accounts.add(office, "二号", "administrator", OTHER)
    accounts.set_role(office, office.actor.name, "administrator", scope=branch)
    office.close()
    again = opening.open_office(office.path, recovery_key=printed)
    assert (again.actor.name, again.scope) == ("二号", None)
    again.close()


def test_the_commands_refuse_the_same(
    street: Street, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    street.office.close()
    cli = Cli(street.office.path, capsys)
    secret = write(tmp_path, "p", OTHER)
    signed = ("--account", "甲管", "--password-file", secret)
    for words in (
        ("backup", "-o", tmp_path / "b.djb"),
        ("recovery-key", "rotate"),
        ("account", "passwd", street.chief, "--new-password-file", secret),
        ("account", "add", "新人", "--role", "reader", "--new-password-file", secret),
        ("account", "disable", "全员"),
        ("account", "role", "甲管", "--role", "administrator"),
        ("check", "--repair"),
    ):
        cli.refused(1, "out_of_scope", *words, *signed)
    clerk = ("--account", "甲员", "--password-file", secret)
    new = write(tmp_path, "n", "自己换的密码 1")
    cli.ok("account", "passwd", "--new-password-file", new, *clerk)
    cli.ok("info", "--account", "甲员", "--password-file", new)


def test_no_account_is_limited_to_a_group(tmp_path: Path) -> None:
    office = new_office(tmp_path)
    branch = add_branch(office, "甲支部")
    add_branch(office, "一组", kind="小组", parent=branch)
    with pytest.raises(UserError, match="一组") as refused:
        accounts.add(office, "组员", "clerk", OTHER, scope="一组")
    assert refused.value.code == "not_a_branch"
    assert "“甲支部”" in refused.value.advice
    accounts.add(office, "组员", "clerk", OTHER, scope=branch)
    office.close()
