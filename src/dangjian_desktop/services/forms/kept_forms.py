"""The superior's forms that this office keeps: shared records, emptied of what was filled into them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.forms.form_emptying import filled_cells
from dangjian_desktop.domain.forms.form_formulas import dependents
from dangjian_desktop.domain.forms.form_mapping import FormMapping
from dangjian_desktop.exchange.excel.form_read import FormFile, read_form
from dangjian_desktop.exchange.excel.form_write import filled_form
from dangjian_desktop.services.office import shared
from dangjian_desktop.services.office.office import Office

_LARGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that is kept in this file with its mapping."""

    fingerprint: str
    name: str


def forms(office: Office) -> list[KeptForm]:
    """The forms kept in this file, last saved last."""
    found = shared.items(office, shared.FORM)
    return [KeptForm(key, kept["name"]) for key, kept in sorted(found.items(), key=lambda each: each[1]["saved_at"])]


def find(office: Office, fingerprint: str) -> Mapping[str, Any] | None:
    """What is kept of a form: `name`, `mapping`, `content`; a filled copy is known as the form that it was."""
    found = shared.items(office, shared.FORM)
    direct: Mapping[str, Any] | None = found.get(fingerprint)
    return direct or next((kept for kept in found.values() if fingerprint in kept.get("also", ())), None)


def read(office: Office, fingerprint: str) -> FormFile:
    """A kept form; raises `UserError` (`form_unknown`)."""
    kept = find(office, fingerprint)
    if kept is None:
        raise UserError("form_unknown", "没有保存过这张表样。", effect="没有填写。")
    return read_form(base64.b64decode(kept["content"]), kept["name"])


def keep(office: Office, file: FormFile, mapping: FormMapping, previous: str | None) -> KeptForm:
    """Keep a form with its mapping, emptied; the earlier version (`previous`) is let go in the same operation.

    Raises `UserError` (`form_too_large`).
    """
    if len(file.content) > _LARGEST:
        raise UserError("form_too_large", f"“{file.form.name}”太大，不能保存为表样。", advice="请删去表里的图片再试。")
    empty = _emptied(file, mapping)
    fingerprint, filled = empty.form.fingerprint, file.form.fingerprint
    values: dict[str, Any] = {} if previous in (None, fingerprint) else {str(previous): None}
    values[fingerprint] = {
        "name": file.form.name,
        "mapping": mapping.to_json(),
        "content": base64.b64encode(empty.content).decode("ascii"),
        "also": [] if filled == fingerprint else [filled],
        "saved_at": office.clock.now().isoformat(),
    }
    shared.put_many(office, shared.FORM, values)
    return KeptForm(fingerprint, file.form.name)


def forget(office: Office, fingerprint: str) -> None:
    """Keep a form no longer; one undo brings it back."""
    shared.put(office, shared.FORM, fingerprint, None)


def _emptied(file: FormFile, mapping: FormMapping) -> FormFile:
    cells = filled_cells(file.form, mapping)
    if not cells:
        return file
    content = filled_form(file, cells, {}, frozenset(dependents(file.form, set(cells))))
    return read_form(content, file.form.name)
