"""The page 考核创星."""

from .page import SchemesPage

__all__ = ["SchemesPage"]
