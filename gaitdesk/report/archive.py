"""What an archive asks of a report's file: colours and letters defined, and its facts as XMP.

Written after the rules of PDF/A-2a: every font embedded with its meaning, one RGB output intent,
tags, language, no transparency, and the same facts in XMP as in the document's information.

Source:
    ISO 19005-2:2011, 6.1.7 (streams), 6.2.3 (output intent), 6.2.11.7 (letters), 6.6 (metadata).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab.pdfbase.pdfdoc import (
    XMP,
    PDFArray,
    PDFCatalog,
    PDFDictionary,
    PDFDocument,
    PDFImageXObject,
    PDFName,
    PDFStream,
    PDFString,
    PDFZCompress,
)

_STREAM_END = b"endstream\n"

_MEANINGS = "toUnicodeCMap:"
"""How reportlab begins the name of a stream that says what the codes of a font mean."""

_MOST_MEANINGS = 100
"""How many codes one list of meanings holds at the most (Adobe Technical Note 5014, 1.4.1)."""


def prepare(document: PDFDocument) -> None:
    """Let a document that is still empty be one for archives.

    Args:
        document: reportlab's document; its title and the like are set later, by its canvas.
    """
    _mend_streams(document)
    catalogue = document.Catalog
    catalogue.__NoDefault__ = [*PDFCatalog.__NoDefault__, "OutputIntents"]
    catalogue.ViewerPreferences = PDFDictionary({"DisplayDocTitle": "true"})
    profile = PDFStream(PDFDictionary({"N": 3}), _srgb(), [PDFZCompress])
    catalogue.OutputIntents = PDFArray(
        [
            PDFDictionary(
                {
                    "Type": PDFName("OutputIntent"),
                    "S": PDFName("GTS_PDFA1"),
                    "OutputConditionIdentifier": PDFString("sRGB"),
                    "Info": PDFString("sRGB IEC61966-2.1"),
                    "DestOutputProfile": document.Reference(profile, "output profile"),
                }
            )
        ]
    )
    catalogue.Metadata = document.Reference(XMP(creator=_xmp), "metadata")


@cache
def _srgb() -> bytes:
    """The colours of an ordinary screen, as an ICC profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _mend_streams(document: PDFDocument) -> None:
    """Mend what reportlab writes otherwise than archives want it, as it is written.

    Each stream ends before the line that says so, and codes that stand for no letter are not said
    to mean one.
    """
    plain = document.Reference

    def reference(thing: Any, name: str | None = None) -> Any:
        if isinstance(thing, PDFStream) and name is not None and name.startswith(_MEANINGS):
            thing.content = meanings(thing.content)
        if isinstance(thing, PDFStream | PDFImageXObject) and "format" not in vars(thing):
            thing.format = _ended(thing.format)
        return plain(thing, name)

    document.Reference = reference


def meanings(written: str) -> str:
    """What the codes of a font mean, without those that mean nothing.

    Args:
        written: The stream of reportlab, one line a code; one without a letter has the meaning 0.
    """
    head, tail = re.split(r"^\d+ beginbfchar$", written, flags=re.MULTILINE)
    found = re.findall(r"^<(\w+)> <(\w+)>$", tail, re.MULTILINE)
    known = [(code, chr(int(sign, 16))) for code, sign in found if int(sign, 16)]
    lines = [f"<{code}> <{sign.encode('utf-16-be').hex().upper()}>" for code, sign in known]
    lists = [
        "\n".join((f"{len(some)} beginbfchar", *some, "endbfchar"))
        for start in range(0, len(lines), _MOST_MEANINGS)
        if (some := lines[start : start + _MOST_MEANINGS])
    ]
    return head + "\n".join(lists) + tail.partition("endbfchar")[2]


def _ended(written: Callable[[PDFDocument], bytes]) -> Callable[[PDFDocument], bytes]:
    def format_(document: PDFDocument) -> bytes:
        stream = written(document)
        # Two signs end the line: one alone, after a stream that happens to end on the other, would
        # be taken for both.
        return stream.removesuffix(_STREAM_END) + b"\r\n" + _STREAM_END

    return format_


def _xmp(document: PDFDocument) -> bytes:
    """The document's information once more, as XMP."""
    info = document.info
    made = _moment(document)
    language = escape(_plain(document.Catalog.Lang))
    title, author, subject, words, creator, producer = (
        escape(str(one))
        for one in (
            info.title,
            info.author,
            info.subject,
            info.keywords,
            info.creator,
            info.producer,
        )
    )
    text = f"""<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Keywords>{words}</pdf:Keywords>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{made}</xmp:CreateDate>
<xmp:ModifyDate>{made}</xmp:ModifyDate>
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
    return text.encode("utf-8")


def _plain(text: Any) -> str:
    held = text.s if isinstance(text, PDFString) else text
    return held.decode("utf-8") if isinstance(held, bytes) else str(held or "")


def _moment(document: PDFDocument) -> str:
    """When the file was made, as XMP writes it and to the same second as the information does."""
    from reportlab.pdfbase.pdfdoc import PDFDate

    written = PDFDate(ts=document._timeStamp).format(document).decode("latin-1")
    found = re.search(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([+-]\d\d)?'?(\d\d)?", written)
    if found is None:
        raise ValueError(f"reportlab states no time: {written}")
    year, month, day, hour, minute, second, zone, rest = found.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{zone or '+00'}:{rest or '00'}"
