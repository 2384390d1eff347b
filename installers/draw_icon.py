"""Draws the program's icon (a sheet with a heading, rows and a tick on the accent red) as SVG, PNG and ICO.

python installers/draw_icon.py      rewrites resources/icons/app.svg, app.png, app.ico
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

OUT = Path(__file__).resolve().parents[1] / "resources" / "icons"
RED, WHITE, GREY = "#B5261E", "#FFFFFF", "#C9BFB8"
# Rounded bars on a 64 × 64 field: left, top, right, bottom, radius, colour.
BARS = [
    (2, 2, 62, 62, 13, RED),
    (15, 10, 49, 54, 3.5, WHITE),
    (21, 17, 43, 21.5, 1.2, RED),
    (21, 27, 43, 29.8, 1.2, GREY),
    (21, 34, 43, 36.8, 1.2, GREY),
    (21, 41, 30, 43.8, 1.2, GREY),
]
TICK = [(32, 43.5), (36.5, 48), (44.5, 38.5)]
TICK_WIDTH = 3.6


def draw(size: int) -> Image.Image:
    """The icon at `size` pixels, drawn eight times larger and reduced."""
    scale = size * 8 / 64
    image = Image.new("RGBA", (size * 8, size * 8), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for left, top, right, bottom, radius, colour in BARS:
        box = (left * scale, top * scale, right * scale, bottom * scale)
        pen.rounded_rectangle(box, radius * scale, fill=colour)
    points = [(x * scale, y * scale) for x, y in TICK]
    pen.line(points, fill=RED, width=round(TICK_WIDTH * scale), joint="curve")
    half = TICK_WIDTH * scale / 2
    for x, y in points:
        pen.ellipse((x - half, y - half, x + half, y + half), fill=RED)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def svg() -> str:
    """The same drawing as SVG text."""
    bars = "".join(
        f'  <rect x="{a}" y="{b}" width="{c - a:g}" height="{d - b:g}" rx="{r}" fill="{colour}"/>\n'
        for a, b, c, d, r, colour in BARS
    )
    points = " ".join(f"{x},{y}" for x, y in TICK)
    tick = f'  <polyline points="{points}" fill="none" stroke="{RED}" stroke-width="{TICK_WIDTH}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">\n{bars}{tick} '
        'stroke-linecap="round" stroke-linejoin="round"/>\n</svg>\n'
    )


def main() -> None:
    """Writes the three files."""
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "app.svg").write_text(svg(), encoding="utf-8", newline="\n")
    draw(256).save(OUT / "app.png", optimize=True)
    sizes = [16, 20, 24, 32, 40, 48, 64, 128, 256]
    images = [draw(size) for size in sizes]
    images[-1].save(OUT / "app.ico", sizes=[(s, s) for s in sizes], append_images=images[:-1])


if __name__ == "__main__":
    main()
