"""The manual tells what the program has: its lists come from the code, its pictures are there, every page has help."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from dangjian_desktop.ui.shell.page_registry import PAGES

ROOT = Path(__file__).resolve().parents[2]
LARGEST_PICTURE = 200 * 1024


@pytest.fixture(scope="module")
def lists() -> ModuleType:
    """The script that writes the generated parts."""
    spec = importlib.util.spec_from_file_location("manual_tables", ROOT / "scripts" / "manual_tables.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_generated_parts_are_those_of_the_code(lists: ModuleType) -> None:
    for document, made in ((lists.MANUAL, lists.tables()), (lists.FIGURES, lists.figure_tables())):
        for name, table in made.items():
            written = lists.part(document.read_text(encoding="utf-8"), name)
            assert written == table, "python scripts/manual_tables.py 重写手册里的表"


@pytest.mark.parametrize("name", ["共同参数", "全部命令"])
def test_every_command_and_option_is_in_its_document(lists: ModuleType, name: str) -> None:
    written = lists.part(lists.COMMAND_LINE.read_text(encoding="utf-8"), name)
    assert written == lists.command_tables()[name], "python scripts/manual_tables.py 重写命令行说明里的表"


def test_every_figure_is_listed_once_under_its_key(lists: ModuleType) -> None:
    written = lists.part(lists.FIGURES.read_text(encoding="utf-8"), "统计数")
    keys = re.findall(r"\| `(\w+)` \|", written)
    assert keys == [figure.key for figure in lists.registry()]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", ["docs/使用手册.md", "README.md"])
def test_pictures_and_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert targets
    for target in targets:
        file = page.parent / target
        assert file.exists(), f"{name} 指向 {target}，没有这个文件"
        if file.suffix == ".png":
            assert file.stat().st_size < LARGEST_PICTURE, target


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
def test_every_page_says_what_it_is_for(spec: object) -> None:
    page = spec.load()  # type: ignore[attr-defined]
    assert page is not None
    assert len(page.help) >= 40
    assert page.help.endswith("。")
