"""Reads the structure of a PDF back, for the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject, PdfReader


@dataclass
class Tag:
    """One element of the structure with everything in it."""

    role: str
    held: Any
    kids: list[Tag] = field(default_factory=list)
    pieces: list[tuple[int, int]] = field(default_factory=list)

    def walk(self) -> Iterator[Tag]:
        """This element and all below it, in reading order."""
        yield self
        for kid in self.kids:
            yield from kid.walk()

    def all(self, role: str) -> list[Tag]:
        """Every element of a role."""
        return [one for one in self.walk() if one.role == role]

    def attribute(self, owner: str, name: str) -> Any:
        """What one owner says of it; None where it says nothing."""
        held = self.held.get("/A")
        for one in held if isinstance(held, list) else [held] if held is not None else []:
            said = one.get_object()
            if said["/O"] == f"/{owner}":
                return said.get(f"/{name}")
        return None


def structure(reader: PdfReader) -> Tag:
    """The document's root element."""
    pages = {page.indirect_reference.idnum: i for i, page in enumerate(reader.pages)}
    root = reader.trailer["/Root"]["/StructTreeRoot"]

    def read(held: Any) -> Tag:
        tag = Tag(held["/S"].lstrip("/"), held)
        for kid in held["/K"]:
            one = kid.get_object()
            if one.get("/Type") == "/MCR":
                tag.pieces.append((pages[one.raw_get("/Pg").idnum], one["/MCID"]))
            else:
                assert one["/P"] == held
                tag.kids.append(read(one))
        return tag

    return read(root["/K"])


def code(page: PageObject) -> str:
    """What draws a page."""
    return page.get_contents().get_data().decode("latin-1")


def marks(page: PageObject) -> list[int]:
    """The numbers of a page's pieces, in the order they are drawn."""
    return [int(one) for one in re.findall(r"/MCID (\d+)", code(page))]
