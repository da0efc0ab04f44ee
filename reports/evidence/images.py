"""Photographs: checked to be whole and no bomb, and made small. The thumbnail is encoded anew, so that it carries no
place, time or device."""

import io
from typing import IO

from PIL import Image, ImageOps

# A picture is unpacked in the memory of a web worker: 4 bytes for each of these.
MAX_PIXELS = 50_000_000
THUMBNAIL = (320, 320)
_QUALITY = 80
_FORMATS = ("JPEG", "PNG")
_SPOILT = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning)


class TooManyPixels(Exception):
    pass


class SpoiltImage(Exception):
    pass


def thumbnail_of(file: IO[bytes]) -> bytes:
    """A small JPEG of the picture in ``file``, which thereby is shown to be one to its end.

    Raises TooManyPixels before anything is unpacked, SpoiltImage for what is broken.
    """
    try:
        with Image.open(file, formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise TooManyPixels
            picture.draft("RGB", (THUMBNAIL[0] * 2, THUMBNAIL[1] * 2))  # JPEG: unpack an eighth of it
            # Shrunk roughly first: finer ways, and turning it upright, hold a second or third copy of all its pixels.
            picture.thumbnail((THUMBNAIL[0] * 4, THUMBNAIL[1] * 4), Image.Resampling.NEAREST)
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail(THUMBNAIL)
            return _as_jpeg(upright)
    except _SPOILT as error:
        raise (TooManyPixels if isinstance(error, Image.DecompressionBombError) else SpoiltImage) from error


def _as_jpeg(picture: Image.Image) -> bytes:
    """On white where the picture lets the ground through."""
    whole = picture.convert("RGBA")
    ground = Image.new("RGB", whole.size, "white")
    ground.paste(whole, mask=whole.getchannel("A"))
    file = io.BytesIO()
    ground.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()
