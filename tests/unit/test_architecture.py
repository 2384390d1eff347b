"""The bars that keep the house in shape: import contracts, sizes, lock files without addresses."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "dangjian_desktop"
MODULES = sorted(SOURCE.rglob("*.py"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# The house rule is "about 400" and "about 40"; these are where "about" ends.
LONGEST_MODULE = 440
LONGEST_FUNCTION = 55


def test_import_contracts_hold(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_modules_stay_readable_in_one_sitting() -> None:
    lengths = {str(path.relative_to(SOURCE)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_the_description_names_only_what_is_there() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    topics = told[told.index("| 主题 |") : told.index("同一个字两处用")]
    named = re.findall(r"`([a-z_*/]+)`", topics) + re.findall(r"`([a-z_*/]+\.py)`", told)
    assert len(named) > 80
    gone = {name for name in named if not any(SOURCE.rglob(name.rstrip("/"))) and not any(SOURCE.rglob(f"{name}.py"))}
    assert gone == set()


def test_functions_stay_short() -> None:
    long = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long[f"{path.relative_to(SOURCE)}:{node.name}"] = length
    assert long == {}


def test_a_class_name_means_one_thing() -> None:
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(str(path.relative_to(SOURCE)))
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_files_pin_by_hash_and_name_no_index(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert re.search(r"://|--(extra-)?index|--find-links|--trusted-host", text) is None
    pinned = re.findall(r"^[a-z0-9.-]+==\S+", text, re.M)
    hashed = re.findall(r"^[a-z0-9.-]+==[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
    assert pinned
    assert len(pinned) == len(hashed)


@pytest.mark.parametrize("platform", ["linux-x86_64", "linux-aarch64", "windows-amd64"])
def test_every_dependency_is_locked_for_every_platform(platform: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[<>=!~;\[ ]", line)[0].lower() for line in project["dependencies"]}
    lock = (ROOT / "requirements" / f"{platform}.txt").read_text(encoding="utf-8")
    assert wanted <= set(re.findall(r"^([a-z0-9.-]+)==", lock, re.M))


def test_nothing_speaks_to_a_network() -> None:
    names = {"socket", "http", "urllib.request", "requests", "ssl", "ftplib", "smtplib", "asyncio"}
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                imported = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            found += [f"{path.relative_to(SOURCE)}: {name}" for name in imported if name in names]
    assert found == []


def test_the_version_is_told_the_same_in_both_places() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f'__version__ = "{project["version"]}"' in (SOURCE / "__init__.py").read_text(encoding="utf-8")
