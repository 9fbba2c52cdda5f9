"""The clinic on the report: a logo that can be printed is, and any other is refused by name."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from pypdf import PdfReader

from gaitdesk.domain.errors import LogoUnreadable
from gaitdesk.report import letterhead
from gaitdesk.report.letterhead import KEPT_PX, Letterhead, read_logo
from gaitdesk.report.pdf import Setup, write_pdf
from tests.report import made


def picture(path, mode="RGB", size=(60, 20), colour=(0, 90, 160)):
    Image.new(mode, size, colour).save(path)
    return path


def shown(logo):
    return Image.open(io.BytesIO(logo.png))


def test_what_shines_through_is_white(tmp_path):
    logo = read_logo(picture(tmp_path / "logo.png", "RGBA", (8, 4), (255, 0, 0, 0)))
    assert shown(logo).mode == "RGB"
    assert shown(logo).getpixel((0, 0)) == (255, 255, 255)


def test_a_large_logo_is_kept_as_fine_as_print_shows(tmp_path):
    logo = read_logo(picture(tmp_path / "logo.jpg", size=(4800, 960)))
    assert (logo.width, logo.height) == (KEPT_PX[0], KEPT_PX[0] // 5)


def test_a_picture_that_claims_to_be_huge_is_never_unpacked(tmp_path):
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(kind, content):
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b""))
    with pytest.raises(LogoUnreadable, match=r"bomb\.png.*50 million pixels"):
        read_logo(path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("words.png", b"no picture", "no picture"),
        ("empty.png", b"", "no picture"),
        ("drawing.svg", b"<svg/>", "no picture"),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LogoUnreadable, match=rf"{name}.*{reason}.*PNG or JPEG"):
        read_logo(tmp_path / name)


def test_a_damaged_picture_is_refused(tmp_path):
    whole = picture(tmp_path / "logo.png", size=(200, 200)).read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LogoUnreadable, match=r"half\.png"):
        read_logo(tmp_path / "half.png")


def test_a_missing_or_heavy_file_is_refused(tmp_path, monkeypatch):
    with pytest.raises(LogoUnreadable, match="No such file"):
        read_logo(tmp_path / "logo.png")
    monkeypatch.setattr(letterhead, "MOST_MEGABYTES", 0)
    with pytest.raises(LogoUnreadable, match="at most 0 MB"):
        read_logo(picture(tmp_path / "logo.png"))


def test_logo_name_address_and_foot_stand_on_the_pages(tmp_path):
    head = Letterhead(
        "Northfield 北田儿童医院",
        ("12 Mill Lane", "NF1 2AB"),
        "Confidential",
        read_logo(picture(tmp_path / "logo.png")),
    )
    path = tmp_path / "report.pdf"
    write_pdf(made.analysis(frames=4), path, setup=Setup(letterhead=head))
    pages = PdfReader(path).pages
    first = "".join(pages[0].extract_text().split())
    assert "Northfield北田儿童医院" in first
    assert "12MillLane" in first
    assert len(pages[0].images) == 1
    assert all("Confidential" in page.extract_text() for page in pages)
    assert "12 Mill Lane" not in pages[1].extract_text()
