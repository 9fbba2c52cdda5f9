"""The clinic on the report: its logo, name, address, and a line at the foot of each page."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from gaitdesk.domain.errors import LogoUnreadable
from gaitdesk.domain.os_words import os_words
from gaitdesk.i18n import tr

MOST_MEGABYTES = 20
MOST_MEGAPIXELS = 50
KEPT_PX = (1200, 480)
"""A logo is kept no larger: fine enough for print at the size it is drawn in."""

MOST_LINES = 4
"""Lines of address that the head of the first page has room for."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that can be printed.

    Attributes:
        png: The picture, without transparency.
        width, height: Pixels.
    """

    png: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a report says of the clinic; empty where nothing is said.

    Attributes:
        clinic: Its name.
        lines: Address and the like, one line each.
        footer: Stands at the foot of every page.
        logo: Its picture.
    """

    clinic: str = ""
    lines: tuple[str, ...] = ()
    footer: str = ""
    logo: Logo | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the first page needs no room for it."""
        return not (self.clinic or self.lines or self.logo)


def read_logo(path: Path) -> Logo:
    """A picture as it is printed: upright, on white, and not larger than print can show.

    Raises:
        LogoUnreadable: The file is missing, too large, damaged, or no picture.
    """
    try:
        size = path.stat().st_size
        if size > MOST_MEGABYTES * 1_000_000:
            raise LogoUnreadable(
                path,
                tr("the file has {size} MB, and at most {most} MB are read").format(
                    size=size // 1_000_000, most=MOST_MEGABYTES
                ),
            )
        with warnings.catch_warnings():
            # How large is too large is said here.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")) as opened:
                return _printable(path, opened)
    except UnidentifiedImageError as error:
        raise LogoUnreadable(path, tr("it is no picture that can be read")) from error
    except Image.DecompressionBombError as error:
        raise LogoUnreadable(path, _too_many()) from error
    except OSError as error:
        raise LogoUnreadable(path, os_words(error)) from error
    except (SyntaxError, ValueError, EOFError) as error:
        raise LogoUnreadable(path, tr("the picture is damaged")) from error


def _printable(path: Path, opened: Image.Image) -> Logo:
    if opened.width * opened.height > MOST_MEGAPIXELS * 1_000_000:
        raise LogoUnreadable(path, _too_many())
    upright = ImageOps.exif_transpose(opened).convert("RGBA")
    upright.thumbnail(KEPT_PX)
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright.getchannel("A"))
    held = io.BytesIO()
    flat.save(held, "PNG", optimize=True)
    return Logo(held.getvalue(), flat.width, flat.height)


def _too_many() -> str:
    return tr("it has more than {most} million pixels").format(most=MOST_MEGAPIXELS)
