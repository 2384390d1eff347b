"""系统: accounts, backups, log of operations, recycle bin, settings."""

from .page import SystemPage

__all__ = ["SystemPage"]
