"""Portraits as they are kept: a small JPEG that fits a two-inch print, with nothing in it but the picture."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from dangjian_desktop.base.errors import UserError

PRINT_SIZE = (413, 579)
"""Two inches as photo shops cut them (35 × 49 mm) at 300 dots an inch."""

_FORMATS = ("JPEG", "PNG", "BMP")
_QUALITY = 88
_MOST_PIXELS = 100_000_000


def portrait(content: bytes, name: str) -> bytes:
    """A picture turned upright and made to fit `PRINT_SIZE`, never enlarged; `name` is the file's, for the reason.

    It is drawn anew: what a camera wrote beside the picture (place, time, device) is not kept. Raises `UserError`
    `bad_photo`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > _MOST_PIXELS:
                    raise _unusable(name, "尺寸太大")
                # A phone's picture is read at the size that is needed, not in full.
                image.draft("RGB", (2 * PRINT_SIZE[0], 2 * PRINT_SIZE[1]))
                return _drawn(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _unusable(name, "尺寸太大") from error
    # A damaged picture makes the reader fail in any of these ways.
    except (OSError, ValueError, SyntaxError, TypeError, IndexError, EOFError) as error:
        raise _unusable(name, "不是能用的照片文件，或者已经损坏") from error


def _drawn(image: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        clear = upright.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        paper.alpha_composite(clear)
        upright = paper
    plain = upright.convert("RGB")
    plain.thumbnail(PRINT_SIZE, Image.Resampling.LANCZOS)
    kept = Image.new("RGB", plain.size)
    kept.paste(plain)
    written = io.BytesIO()
    kept.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()


def _unusable(name: str, why: str) -> UserError:
    return UserError("bad_photo", f"“{name}”{why}。", advice="请换一张 JPG 或 PNG 格式的照片。")
