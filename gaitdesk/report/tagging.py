"""What readers aloud are told of each page: headings, paragraphs, tables, figures, in order.

reportlab draws pages and knows nothing of their structure. Everything here stands in the page's
code between marks of its own; what carries no role, as rules, bands and the watermark, is marked
as decoration.

Source:
    ISO 32000-1:2008, 14.6 to 14.8 (marked content, logical structure, tagged PDF).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFDocument,
    PDFName,
    PDFObjectReference,
    PDFPage,
    PDFString,
)
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table
from reportlab.platypus.tables import TableRenderCB

_DECORATION = "/Artifact BMC"
_END = "EMC"


class Heading(NamedTuple):
    """A heading, for the list of contents beside the pages.

    Attributes:
        words: What it says.
        level: 1 for the title.
        top: Height above its lower edge, points.
    """

    words: str
    level: int
    top: float


class Mark(NamedTuple):
    """A piece of a page's code: page from 0, and its number on that page."""

    page: int
    number: int


@dataclass(eq=False, slots=True)
class Element:
    """One part of the structure.

    Attributes:
        role: Its standard type, as "P" or "TH".
        parent: What it is a part of; None for the document.
        alt: What a figure shows, in words.
        attributes: What else is known of it, by owner.
        kids: Its parts and pieces in reading order.
    """

    role: str
    parent: Element | None = None
    alt: str = ""
    attributes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    kids: list[Element | Mark] = field(default_factory=list)


class TaggedCanvas(Canvas):  # type: ignore[misc]
    """A canvas whose pages carry their structure.

    Attributes:
        document: The root of the structure.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        self.document = Element("Document")
        self._within = self.document
        self._muted = 0
        super().__init__(*given, **named)

    def _restartAccumulators(self) -> None:  # noqa: N802 - reportlab's name
        super()._restartAccumulators()
        self._code.append(_DECORATION)
        self._marked: list[Element] = []
        self._headings: list[tuple[Heading, float]] = []

    @contextlib.contextmanager
    def part(self, element: Element) -> Iterator[None]:
        """What is drawn in this block belongs to a part of the structure."""
        before = self._within
        if element.parent is None:
            element.parent = before
            before.kids.append(element)
        self._within = element
        try:
            yield
        finally:
            self._within = before

    @contextlib.contextmanager
    def piece(self, element: Element) -> Iterator[None]:
        """What is drawn in this block is a part of the structure, and has no parts itself."""
        if self._muted:
            yield
            return
        with self.part(element):
            mark = Mark(self._pageNumber - 1, len(self._marked))
            self._marked.append(element)
            element.kids.append(mark)
            self._code += [_END, f"/{element.role} <</MCID {mark.number}>> BDC"]
            try:
                yield
            finally:
                self._code += [_END, _DECORATION]

    @contextlib.contextmanager
    def muted(self) -> Iterator[None]:
        """What is drawn in this block was there before, as a table's head on its next page."""
        self._muted += 1
        try:
            yield
        finally:
            self._muted -= 1

    @contextlib.contextmanager
    def edge(self, place: str) -> Iterator[None]:
        """What is drawn in this block stands at the edge of each page: "Header" or "Footer"."""
        self._code += [_END, f"/Artifact <</Type /Pagination /Subtype /{place}>> BDC"]
        try:
            yield
        finally:
            self._code += [_END, _DECORATION]

    def note_heading(self, heading: Heading) -> None:
        """List a heading that is drawn here among the contents."""
        if not self._muted:
            _, top = self.absolutePosition(0, heading.top)
            self._headings.append((heading, top))

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        for heading, top in self._headings:
            key = f"heading-{self._pageNumber}-{round(top)}"
            self.bookmarkPage(key, fit="XYZ", left=0, top=top + 8, zoom=0)
            self.addOutlineEntry(heading.words, key, heading.level - 1)
        self._code.append(_END)
        self._code[:] = _without_empty_decoration(self._code)
        marked, number = self._marked, self._pageNumber
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.__NoDefault__ = [*PDFPage.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = number - 1, PDFName("S")
        self._parents = {**getattr(self, "_parents", {}), number - 1: marked}

    def finish_structure(self) -> None:
        """Write the structure into the document; after the last page."""
        _Tree(self._doc, self._parents).write(self.document)


def _without_empty_decoration(code: list[str]) -> list[str]:
    kept: list[str] = []
    for line in code:
        if line == _END and kept and kept[-1] == _DECORATION:
            kept.pop()
        else:
            kept.append(line)
    return kept


@contextlib.contextmanager
def tagged(
    canvas: Canvas,
    role: str,
    *,
    alt: str = "",
    size: tuple[float, float] | None = None,
    heading: Heading | None = None,
) -> Iterator[None]:
    """What is drawn in this block is one piece of the structure.

    Args:
        canvas: Where it is drawn; a plain canvas keeps no structure.
        role: Its standard type.
        alt: What a figure shows, in words.
        size: Width and height of a figure whose lower left corner is the origin, points.
        heading: For a heading, what the list of contents says of it.
    """
    if not isinstance(canvas, TaggedCanvas):
        yield
        return
    attributes: dict[str, dict[str, object]] = {}
    if size is not None:
        left, bottom = canvas.absolutePosition(0, 0)
        right, top = canvas.absolutePosition(*size)
        box = PDFArray([round(left, 2), round(bottom, 2), round(right, 2), round(top, 2)])
        attributes["Layout"] = {"BBox": box, "Placement": PDFName("Block")}
    if heading is not None:
        canvas.note_heading(heading)
    with canvas.piece(Element(role, alt=alt, attributes=attributes)):
        yield


class TableTags(TableRenderCB):  # type: ignore[misc]
    """Tells of a table's rows and cells, on as many pages as it takes.

    Args:
        columns: Leading columns whose cells head their rows.
        summary: What the table is about, in words.
    """

    def __init__(self, columns: int = 0, summary: str = "") -> None:
        self._columns = columns
        self._table = Element(
            "Table", attributes={"Table": {"Summary": PDFString(summary)}} if summary else {}
        )
        self._has_begun = False
        self._is_next_page = False
        self._stack = contextlib.ExitStack()
        self._cell = contextlib.ExitStack()
        self._row = contextlib.ExitStack()

    def __deepcopy__(self, memo: dict[int, object]) -> TableTags:
        return self

    def _canvas(self, table: Table) -> TaggedCanvas | None:
        return table.canv if isinstance(table.canv, TaggedCanvas) else None

    def startTable(self, table: Table) -> None:  # noqa: N802 - reportlab's names, up to the end
        self._is_next_page, self._has_begun = self._has_begun, True
        self._stack = contextlib.ExitStack()
        canvas = self._canvas(table)
        if canvas is not None:
            self._stack.enter_context(canvas.part(self._table))

    def startRow(self, table: Table, row: int) -> None:  # noqa: N802
        self._row = contextlib.ExitStack()
        canvas = self._canvas(table)
        if canvas is None:
            return
        if self._is_next_page and row < table.repeatRows:
            self._row.enter_context(canvas.muted())
        else:
            self._row.enter_context(canvas.part(Element("TR")))

    def startCell(  # noqa: N802
        self, table: Table, row: int, column: int, *_: object
    ) -> None:
        self._cell = contextlib.ExitStack()
        canvas = self._canvas(table)
        if canvas is None or (self._is_next_page and row < table.repeatRows):
            return
        said: dict[str, object] = {}
        right, down = _spans(table, row, column)
        if right > 1:
            said["ColSpan"] = right
        if down > 1:
            said["RowSpan"] = down
        heads_column, heads_row = row < table.repeatRows, column < self._columns
        if heads_column or heads_row:
            said["Scope"] = PDFName("Column" if heads_column else "Row")
        role = "TH" if heads_column or heads_row else "TD"
        cell = Element(role, attributes={"Table": said} if said else {})
        self._cell.enter_context(canvas.part(cell))

    def endCell(self, table: Table) -> None:  # noqa: N802
        self._cell.close()

    def endRow(self, table: Table) -> None:  # noqa: N802
        self._row.close()

    def endTable(self, table: Table) -> None:  # noqa: N802
        self._stack.close()

    def startBG(self, table: Table) -> None:  # noqa: N802
        """Backgrounds are decoration."""

    endBG = startLines = endLines = startBG  # noqa: N815


def _spans(table: Table, row: int, column: int) -> tuple[int, int]:
    """Over how many columns and rows a cell reaches."""
    held = getattr(table, "_spanRanges", {}).get((column, row))
    if held is None:
        return 1, 1
    left, top, right, bottom = held
    return right - left + 1, bottom - top + 1


class _Tree:
    """Writes elements as objects of a document."""

    def __init__(self, document: PDFDocument, parents: Mapping[int, list[Element]]) -> None:
        self._document = document
        self._parents = parents
        self._names: dict[int, str] = {}

    def write(self, root: Element) -> None:
        catalogue = self._document.Catalog
        name = "StructTreeRoot"
        self._write(root, PDFObjectReference(name))
        numbers: list[object] = []
        for page, marked in sorted(self._parents.items()):
            numbers += [page, PDFArray([self._reference(one) for one in marked])]
        parents = PDFDictionary({"Nums": PDFArray(numbers)})
        held = {
            "Type": PDFName("StructTreeRoot"),
            "K": self._reference(root),
            "ParentTree": self._document.Reference(parents, "ParentTree"),
            "ParentTreeNextKey": len(self._parents),
        }
        catalogue.StructTreeRoot = self._document.Reference(PDFDictionary(held), name)
        catalogue.MarkInfo = PDFDictionary({"Marked": "true"})

    def _reference(self, element: Element) -> PDFObjectReference:
        return PDFObjectReference(self._names[id(element)])

    def _write(self, element: Element, parent: PDFObjectReference) -> None:
        name = f"StructElem{len(self._names)}"
        self._names[id(element)] = name
        held: dict[str, object] = {
            "Type": PDFName("StructElem"),
            "S": PDFName(element.role),
            "P": parent,
        }
        if element.alt:
            held["Alt"] = PDFString(element.alt)
        attributes = [
            PDFDictionary({"O": PDFName(owner), **said})
            for owner, said in element.attributes.items()
        ]
        if attributes:
            held["A"] = attributes[0] if len(attributes) == 1 else PDFArray(attributes)
        own = PDFObjectReference(name)
        kids: list[object] = []
        for kid in element.kids:
            if isinstance(kid, Mark):
                kids.append(self._piece(kid))
            else:
                self._write(kid, own)
                kids.append(self._reference(kid))
        held["K"] = PDFArray(kids)
        self._document.Reference(PDFDictionary(held), name)

    def _piece(self, mark: Mark) -> PDFDictionary:
        return PDFDictionary(
            {
                "Type": PDFName("MCR"),
                "Pg": PDFObjectReference(f"Page{mark.page + 1}"),
                "MCID": mark.number,
            }
        )
