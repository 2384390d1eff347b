"""A street's own ledger templates: looked at, put into the file, told what they do to the entries that are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.files import fault_of, no_device, replace_file
from dangjian_desktop.domain.ledgers.columns import LedgerColumn
from dangjian_desktop.domain.ledgers.ledger_templates import read_template
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.fields import TYPE_NAMES, FieldType
from dangjian_desktop.domain.records.permissions import TEMPLATES, WRITE
from dangjian_desktop.services.office import shared
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import ledger_templates as queries
from dangjian_desktop.storage.queries import listing
from dangjian_desktop.storage.queries.listing import ListQuery

from . import ledger_templates

LARGEST = 1_000_000
_EFFECT = "台账和条目都没有改动。"


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """What a template would do: `status` is new, changed or unchanged; columns and states that entries still use.

    Columns that it no longer has are hidden and never dropped; entries in a state that it no longer has are told.
    """

    template: LedgerTemplate
    text: str
    status: str
    entries: int
    hidden_columns: tuple[str, ...]
    lost_states: tuple[str, ...]
    retyped: tuple[ColumnChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column that holds something else than before: `filled` of the entries say something in it."""

    name: str
    label: str
    before: str
    after: str
    filled: int

    def words(self) -> str:
        """In a sentence for whoever decides about it."""
        return f"“{self.label}”由{self.before}改为{self.after}，已填的{self.filled}条照原样保留"


def look(office: Office, path: Path) -> TemplateChange:
    """Read a template from a file and say what it would change; nothing is written.

    Raises `UserError` (`no_such_file`, `ledger_template`) and `EnvironmentFault`.
    """
    return look_text(office, _text(path), path.name)


def look_text(office: Office, text: str, called: str) -> TemplateChange:
    """Say what a template's text would change; raises `UserError` (`ledger_template`)."""
    try:
        template = read_template(text)
    except ValueError as fault:
        raise UserError(
            "ledger_template",
            f"台账模板“{called}”有误：{fault}。",
            effect=_EFFECT,
            advice="请改正模板，再放入一次。",
        ) from fault
    before = office.templates.get(template.key)
    with office.database.read() as connection:
        ids = listing.ids(connection, ListQuery("ledger_entry", template=template.key))
        columns, states = queries.in_use(connection, template.key)
    known = {column.name for column in template.columns}
    moves = {state.key for state in template.states}
    status = "new" if before is None or before.fault else "unchanged" if before == template else "changed"
    return TemplateChange(
        template,
        text,
        status,
        len(ids),
        tuple(name for name in columns if name not in known),
        tuple(state for state in states if state not in moves),
        _retyped(office, before, template) if before is not None and not before.fault else (),
    )


def _retyped(office: Office, before: LedgerTemplate, after: LedgerTemplate) -> tuple[ColumnChange, ...]:
    """The columns of both whose type, or number of decimals, is another one, child rows included."""
    old = dict(_columns(before))
    changed = [
        (path, old[path], new) for path, new in _columns(after) if path in old and _kept_as(old[path]) != _kept_as(new)
    ]
    if not changed:
        return ()
    with office.database.read() as connection:
        filled = queries.filled(connection, after.key)
    return tuple(
        ColumnChange(path, new.label, _kept_as(was), _kept_as(new), filled.get(path, 0)) for path, was, new in changed
    )


def _columns(template: LedgerTemplate) -> Iterator[tuple[str, LedgerColumn]]:
    yield from ((column.name, column) for column in template.columns)
    yield from ((f"{rows.name}.{column.name}", column) for rows in template.rows for column in rows.columns)


def _kept_as(column: LedgerColumn) -> str:
    """What a column holds, in words."""
    called = TYPE_NAMES[column.type]
    return f"{called}（{column.places}位）" if column.type is FieldType.DECIMAL else called


def text_of(office: Office, key: str) -> str:
    """The text of a ledger's template as it holds in this file, to be changed elsewhere and put back.

    Raises `UserError`: `ledger_unknown`, `not_allowed`; `ledger_template` where nobody here has a template for it.
    """
    found = ledger_templates.template(office, key)
    text = office.templates.text(found.key)
    if text is None:
        raise UserError("ledger_template", f"台账“{found.title}”没有模板可取。", effect="什么也没有写出。")
    return text


def take_out(office: Office, key: str, path: Path) -> LedgerTemplate:
    """Write a ledger's template to a file; raises `UserError` as `text_of` and `EnvironmentFault`."""
    found, text = ledger_templates.template(office, key), text_of(office, key)
    replace_file(path, lambda beside: _write(beside, text))
    return found


def put(office: Office, change: TemplateChange) -> None:
    """Use a template in this file from now on, in place of a shipped one with its key; one undo takes it back.

    Raises `UserError`: `not_allowed`, `out_of_scope`; `ledger_states` where entries stand in states that it has not.
    """
    office.actor.require(WRITE, TEMPLATES)
    if change.lost_states:
        raise UserError(
            "ledger_states",
            f"模板里没有条目正处在的状态：{'、'.join(change.lost_states)}。",
            effect=_EFFECT,
            advice="请在模板里保留这些状态，或先把这些条目改为别的状态。",
        )
    shared.put(office, shared.LEDGER_TEMPLATE, change.template.key, change.text)


def _text(path: Path) -> str:
    try:
        if no_device(path).stat().st_size > LARGEST:
            raise UserError("ledger_template", f"“{path.name}”太大，不是台账模板。", effect=_EFFECT)
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError("no_such_file", f"找不到文件“{path.name}”。", effect=_EFFECT) from None
    except UnicodeDecodeError:
        raise UserError("ledger_template", f"“{path.name}”不是 UTF-8 文本，不是台账模板。", effect=_EFFECT) from None
    except OSError as error:
        raise fault_of(error, path) from error


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
