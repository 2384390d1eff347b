"""Ledgers of tests: templates put into a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dangjian_desktop.services.ledgers import own_templates
from dangjian_desktop.services.office.office import Office


def put_template(office: Office, folder: Path, template: dict[str, Any]) -> None:
    """Put a street's own template into the file, as the command does."""
    path = folder / "template.json"
    path.write_text(json.dumps(template, ensure_ascii=False), encoding="utf-8")
    own_templates.put(office, own_templates.look(office, path))
