"""What a data file says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangjian_desktop.services.records import records
from dangjian_desktop.storage import identity, migrations

from . import backups
from .office import Office


@dataclass(frozen=True, slots=True)
class About:
    """Layout version, who writes here, what is in it, and the last good backup (`at`, `path`, `sha256`, `reason`)."""

    name: str
    schema: int
    device: str
    device_name: str
    incarnation: str
    base_date: str
    counts: dict[str, int]
    last_backup: dict[str, Any] | None
    backup_failure: dict[str, str] | None


def about(office: Office) -> About:
    """Everything `info` tells; changes nothing."""
    with office.database.read() as connection:
        schema = migrations.version(connection)
        writer = identity.writer(connection, office.identity)
    return About(
        office.name,
        schema,
        writer.device,
        writer.name,
        writer.incarnation,
        office.base_date.isoformat(),
        counts(office),
        backups.last_backup(office),
        backups.last_failure(office),
    )


def counts(office: Office) -> dict[str, int]:
    """How much the file holds, by kind; members are those in force today, as every list counts them."""
    return records.counts(office) | {"member": records.members_on(office, office.today())}
