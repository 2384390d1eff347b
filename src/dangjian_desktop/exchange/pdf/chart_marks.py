"""Bars, lines and points that are told apart without colour, as PDF operators."""

from __future__ import annotations

from collections.abc import Sequence

_OUTLINE = "0 G 0.6 w"
# A series' ground: grey, and the slant of the hatching on it (0 none, 1 rising, -1 falling).
_GROUNDS = ((0.35, 0), (1.0, 1), (0.8, 0), (1.0, -1))
_SPACING = 4.0
_DASHES = ("[] 0 d", "[5 2.5] 0 d", "[1.5 2] 0 d", "[7 2 1.5 2] 0 d")
_RADIUS = 2.6


def bar(series: int, x: float, y: float, width: float, height: float) -> str:
    """A bar of a series with its lower left corner at (x, y)."""
    grey, slant = _GROUNDS[series]
    area = f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re"
    parts = [f"{grey:g} g {area} f"]
    if slant:
        parts.append(f"q {area} W n 0 G 0.5 w {_hatching(x, y, width, height, slant)} S Q")
    parts.append(f"{_OUTLINE} {area} S")
    return " ".join(parts)


def line(series: int, points: Sequence[tuple[float, float]]) -> str:
    """A line of a series through points."""
    path = " ".join(f"{x:.2f} {y:.2f} {'l' if index else 'm'}" for index, (x, y) in enumerate(points))
    return f"0 G 1.1 w {_DASHES[series]} {path} S"


def marker(series: int, x: float, y: float) -> str:
    """A point of a series: square, open square, triangle, open diamond."""
    r = _RADIUS
    corners = (
        ((-r, -r), (r, -r), (r, r), (-r, r)),
        ((-r, -r), (r, -r), (r, r), (-r, r)),
        ((-r * 1.2, -r), (r * 1.2, -r), (0.0, r * 1.3)),
        ((0.0, -r * 1.4), (r * 1.4, 0.0), (0.0, r * 1.4), (-r * 1.4, 0.0)),
    )[series]
    path = " ".join(f"{x + dx:.2f} {y + dy:.2f} {'l' if index else 'm'}" for index, (dx, dy) in enumerate(corners))
    return f"0 G {'1 g' if series in (1, 3) else '0 g'} 0.8 w {path} b"


def _hatching(x: float, y: float, width: float, height: float, slant: int) -> str:
    """Slanting lines over a rectangle; what stands out of it is clipped."""
    lines = []
    at = x - height
    while at < x + width:
        start, end = (at, at + height) if slant > 0 else (at + height, at)
        lines.append(f"{start:.2f} {y:.2f} m {end:.2f} {y + height:.2f} l")
        at += _SPACING
    return " ".join(lines)
