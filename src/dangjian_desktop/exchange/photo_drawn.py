"""In the reader's process: a picture drawn anew as a portrait."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image, ImageOps

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.exchange.apart import wire

_FORMATS = ("JPEG", "PNG", "BMP", "WEBP")
_QUALITY = 88
_MOST_PIXELS = 100_000_000


def drawn(arguments: Mapping[str, Any], content: bytes, _emit: Callable[[Any], None]) -> Any:
    """The picture in `content` as a JPEG that fits `width` × `height`; raises `UserError` (`bad_photo`)."""
    name, size = str(arguments["name"]), (int(arguments["width"]), int(arguments["height"]))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > _MOST_PIXELS:
                    raise unusable(name, "尺寸太大")
                # A phone's picture is read at the size that is needed, not in full.
                image.draft("RGB", (2 * size[0], 2 * size[1]))
                return wire.pack(_drawn(image, size))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise unusable(name, "尺寸太大") from error
    # A damaged picture makes the reader fail in any of these ways.
    except (OSError, ValueError, SyntaxError, TypeError, IndexError, EOFError) as error:
        raise unusable(name, "不是能用的照片文件，或者已经损坏") from error


def _drawn(image: Image.Image, size: tuple[int, int]) -> bytes:
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        clear = upright.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        paper.alpha_composite(clear)
        upright = paper
    plain = upright.convert("RGB")
    plain.thumbnail(size, Image.Resampling.LANCZOS)
    kept = Image.new("RGB", plain.size)
    kept.paste(plain)
    written = io.BytesIO()
    kept.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()


def unusable(name: str, why: str) -> UserError:
    """The refusal of a picture."""
    return UserError("bad_photo", f"“{name}”{why}。", advice="请换一张 JPG 或 PNG 格式的照片。")
