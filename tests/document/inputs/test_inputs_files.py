"""Files of other kinds than text, as a run reads them: by name and first bytes, limited, in a process of their own."""

import errno
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from pipeline.document import Source, prepare, read
from pipeline.document.inputs import pdf
from pipeline.document.inputs.apart import Apart
from pipeline.document.inputs.extracted import Refused
from pipeline.document.inputs.glyphs import Glyph, pieces
from pipeline.document.inputs.kinds import DOCX, HTML, PDF, Kind, kind_of
from pipeline.document.inputs.page import Area
from pipeline.errors import DocumentError
from tests.document.inputs.web_pages import PAGES, TITLE

_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_LINE = b"BT /F 9 Tf 10 10 Td (%s) Tj ET\n"


def made_pdf(
    content: bytes = b"",
    *,
    pages: int = 1,
    packed: bool = False,
    trailer: bytes = b"",
    info: bytes = b"",
    font: bytes = _FONT,
) -> bytes:
    """A PDF with a page, or the same one several times, written by hand; ``info`` is what it says of itself."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b"3 0 R " * pages),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), b"/Filter/FlateDecode" * packed, content),
        font,
        b"<<%s>>" % info,
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    root = b"trailer<</Size 7/Root 1 0 R/Info 6 0 R%s>>" % trailer
    return out + b"xref\n0 7\n" + table + root + b"startxref\n%d\n%%%%EOF" % len(out)


_KEYS = b"/ID[(0123456789abcdef)(0123456789abcdef)]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(%s)/U(%s)>>"
LOCKED = made_pdf(_LINE % b"secret", trailer=_KEYS % (b"o" * 32, b"u" * 32))
PROSE = "市人民医院获批国家级胸痛中心，患者在家门口就能得到及时救治。"

REFUSED = {
    "encrypted": ("a.pdf", LOCKED, "encrypted"),
    "damaged": ("a.pdf", b"%PDF-1.7 and nothing else", "damaged"),
    "empty": ("a.pdf", b"", "empty"),
    "no PDF at all": ("a.pdf", PROSE.encode(), "damaged"),
    "without text": ("a.pdf", made_pdf(), "no text layer: 1 page without text"),
    "with more pages than any newspaper": ("a.pdf", made_pdf(pages=501), "501 pages"),
    "a Word file of the old kind": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "old kind"),
    "larger than any page": ("a.html", b"<html>" + bytes(16 << 20), "larger than 16 MiB"),
}


def test_what_cannot_be_read_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    """Each message names the file and the reason; one process serves the whole run."""
    for at, (name, data, _) in enumerate(REFUSED.values()):
        (tmp_path / f"{at}-{name}").write_bytes(data)
    (tmp_path / "z.html").write_bytes(PAGES["news_site"].data)
    *errors, last = read([str(tmp_path)])
    for at, ((name, _, reason), error) in enumerate(zip(REFUSED.values(), errors, strict=True)):
        assert isinstance(error, DocumentError) and error.next_step
        assert error.message.startswith(f"{tmp_path}/{at}-{name}: ") and reason in error.message
    assert isinstance(last, Source) and last.document == "z.html"


KINDS = {
    "a PDF called text": ("a.txt", b"%PDF-1.4\n", PDF),
    "a PDF behind other bytes": ("-", b"\r\n\r\n%PDF-1.4\n", PDF),
    "a Word file called text": ("a.md", b"PK\x03\x04....", DOCX),
    "a page on standard input": ("-", b"<!DOCTYPE html>\n", HTML),
    "a page behind a mark and a comment": ("a.txt", b"\xef\xbb\xbf<!-- saved -->\n<HTML lang=zh>", HTML),
    "a page that begins with its head": ("a.htm", b"<head><title>", HTML),
    "a page called PDF": ("a.pdf", b"<html>", HTML),
    "capital letters": ("A.PDF", b"", PDF),
    "text": ("a.txt", PROSE.encode(), None),
    "text about markup": ("a.md", "在<html>标签里".encode(), None),
    "JSONL": ("a.jsonl", b'{"id": 1}', None),
}


@pytest.mark.parametrize(("name", "head", "kind"), KINDS.values(), ids=KINDS)
def test_a_kind_is_told_by_first_bytes_then_by_name(name: str, head: bytes, kind: Kind | None) -> None:
    """What a file is counts more than what it is called."""
    assert kind_of(name, head) is kind


def test_comments_before_a_page_take_no_time() -> None:
    """A hundred of them, and then no page, are told to be text at once (the time doubled with each before)."""
    assert kind_of("a.txt", b"<!---->" * 100 + b"text") is None
    assert kind_of("a", b"<!-- a --> <!-- b -->\n<!DOCTYPE html>") is HTML


def test_standard_input_may_be_a_page() -> None:
    """A page that is piped in is read like a file."""
    (found,) = read(["-"], BytesIO(PAGES["portal"].data.replace(b"<html>", b"\n<html>\n")))
    assert isinstance(found, Source)
    assert (found.document, found.encoding, found.whole) == ("stdin", "gb18030", True)
    assert found.text.startswith(TITLE)


def test_private_numbers_of_a_page_are_masked(tmp_path: Path) -> None:
    """In its text, and in what it says of itself."""
    body = f"<p>{PROSE}联系电话：13800138000。</p>" * 3
    told = "<meta name=author content='林小满 13800138000'><meta property='og:site_name' content='电话：13800138000'>"
    (tmp_path / "a.html").write_text(
        f"<html><head>{told}</head><body><h1>{TITLE}</h1>{body}</body></html>", "utf-8"
    )
    (found,) = read([str(tmp_path)])
    assert isinstance(found, Source)
    assert found.metadata == {
        "title": TITLE,
        "author": "林小满 ***********",
        "publication": "电话：***********",
    }
    document = prepare(found)
    assert "13800138000" in found.text and document.masked == 33
    assert "13800138000" not in document.public + "".join(each.text for each in document.sentences)


@pytest.fixture
def apart() -> Iterator[Apart]:
    """The process with little patience."""
    with Apart(seconds=1.0) as one:
        yield one


def test_a_file_that_takes_hours_is_given_up(apart: Apart) -> None:
    """Markup on which a parser spends time without end costs the limit; the next file is read."""
    endless = b"<html><p " + b" ".join(b"a%d=1" % at for at in range(200_000)) + b">"
    with pytest.raises(Refused, match="longer than 1 seconds"):
        apart.extract(HTML, endless, 1000)
    assert _patient(apart).extract(HTML, PAGES["news_site"].data, 9999).text.startswith(TITLE)


def test_a_file_that_unpacks_without_end_is_given_up(apart: Apart) -> None:
    """A page's content of some kilobytes that unpacks to a gigabyte is not waited for."""
    packer = zlib.compressobj(9)
    head = packer.compress(b" ") + packer.flush(zlib.Z_FULL_FLUSH)
    # What follows a full flush stands alone, and may be repeated.
    bomb = head + (packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)) * (1 << 10)
    with pytest.raises(Refused, match=r"longer than 1 seconds|broke down|no text layer|taken apart"):
        apart.extract(PDF, made_pdf(bomb, packed=True), 1000)


def test_a_library_that_breaks_down_costs_one_file(
    apart: Apart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The process is gone with that file, and a new one reads the next."""
    broken = tmp_path / "mammoth.py"
    broken.write_text("import os\nos._exit(139)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    patient = _patient(apart)
    with pytest.raises(Refused, match="broke down"):
        patient.extract(DOCX, b"PK\x03\x04", 1000)
    assert patient.extract(HTML, PAGES["news_site"].data, 9999).text.startswith(TITLE)


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL], ids=["here", "on Windows"])
def test_a_process_that_is_gone_costs_one_file(apart: Apart, number: int) -> None:
    """Whatever a system makes of writing to a process that has ended, it is the library that broke down."""

    class Gone(BytesIO):
        def write(self, _: object) -> int:
            raise OSError(number, os.strerror(number))

    apart._process = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    apart._process.stdin = Gone()
    with pytest.raises(Refused, match="broke down"):
        apart.extract(PDF, LOCKED, 1000)
    assert apart._process is None


def test_without_its_package_a_kind_names_the_extra(
    apart: Apart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Only the kind that needs the package is refused."""
    (tmp_path / "trafilatura.py").write_text("raise ImportError('No module named trafilatura')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    patient = _patient(apart)
    with pytest.raises(Refused, match="HTML files need a package") as refused:
        patient.extract(HTML, b"<html>", 1000)
    assert refused.value.next_step == "Install it: pip install 'hospital-news-records[html]'"
    with pytest.raises(Refused, match="encrypted"):
        patient.extract(PDF, LOCKED, 1000)


def _patient(apart: Apart) -> Apart:
    """The same process with time enough for a slow machine."""
    apart.seconds = 120.0
    return apart


def test_characters_are_put_together_by_their_places_alone() -> None:
    """In whatever order a file holds them: words stay apart, a shadow is dropped, a second column begins a piece."""
    line = [_glyph(each, 10.0 * at) for at, each in enumerate("胸痛中心")]
    words = [_glyph(each, 42.0 + 6 * at + 4 * (at > 1), wide=6.0) for at, each in enumerate("CTMR")]
    shadow = [_glyph("痛", 10.4, lower=0.4)]
    beside = [_glyph("另", 90.0)]
    below = [_glyph("下", 0.0, lower=15.0)]
    glyphs = [*line, *words, *shadow, *beside, *below]
    for order in (glyphs, glyphs[::-1], glyphs[1::2] + glyphs[::2]):
        assert sorted(piece.text for piece in pieces(order)) == ["下", "另", "胸痛中心CT MR"]


def _glyph(character: str, left: float, *, wide: float = 10.0, lower: float = 0.0) -> Glyph:
    return Glyph(character, Area(left, 20 + lower, left + wide, 30 + lower), 10.0)


def test_text_beyond_the_limit_is_refused() -> None:
    """A PDF with more characters than any document may have is not put in order first."""
    with pytest.raises(Refused, match="longer than 30 characters up to page 2"):
        pdf.extract(made_pdf(_LINE % (b"word " * 5), pages=3), 30)
