"""党组织: the list in the order of the tree, one unit's form, its posts."""

from .page import OrganisationsPage

__all__ = ["OrganisationsPage"]
