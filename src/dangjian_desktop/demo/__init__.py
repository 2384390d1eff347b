"""A synthetic street: the shape of a real one, seeded, repeatable, from a few hundred to a million members."""

from .fill import fill
from .generate import DemoStreet, opening_day, street
from .street import BASE_MEMBERS

__all__ = ["BASE_MEMBERS", "DemoStreet", "fill", "opening_day", "street"]
