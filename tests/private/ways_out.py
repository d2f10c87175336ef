"""Documents of every kind with private numbers in them, and everything that leaves a run by any of its ways out."""

import html
import json
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

import docx
import duckdb

from tests.batch.batch_server import BatchServer
from tests.document.inputs.test_inputs_files import made_pdf
from tests.private.planted import Planted
from tests.review.desk import review
from tests.review.web import served
from tests.run.command import CommandLine

FIRST: Final = "云岭县中医院通过国家级胸痛中心验收。"
REST: Final = "该院年门诊量达12.5万余人次，上线了智慧随访系统，群众在家门口就能看病。"

SONG: Final = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0"
    b"/Ascent 800/Descent -200/CapHeight 800/StemV 80>>>>]>>"
)
"""A font for Chinese that a PDF need not hold."""


def write_all(folder: Path, made: Sequence[tuple[str, Planted]]) -> None:
    """One document for each of the numbers in each of the kinds: in body, title, author, address, publication."""
    for at, (text, planted) in enumerate(made):
        number = planted.parts[0]
        (folder / f"{at}.html").write_text(web_page(text, planted), "utf-8")
        (folder / f"{at}.docx").write_bytes(word_file(text, planted))
        (folder / f"{at}.pdf").write_bytes(printed_file(number))


def web_page(text: str, planted: Planted) -> str:
    """A page with a number in its body and in all that it says of itself."""
    told = html.escape(f"证件号码：{planted.written}")
    number = planted.parts[0]
    head = (
        f"<title>{told}</title><meta name=author content='{told}'><meta property='og:site_name' content='{told}'>"
        f"<link rel=canonical href='http://news.invalid/证件号码：{number}.html'>"
    )
    paragraphs = "".join(
        f"<p>{html.escape(each)}</p>" for each in (FIRST + REST, text, planted.written, REST)
    )
    return f"<html><head>{head}</head><body><article><h1>{told}</h1>{paragraphs}</article></body></html>"


def word_file(text: str, planted: Planted) -> bytes:
    """A Word file with a number in its text, its table and its properties."""
    made = docx.Document()
    told = f"证件号码：{planted.parts[0]}"
    made.core_properties.title = made.core_properties.author = told
    for each in (told, FIRST + REST, _plain(text)):
        made.add_paragraph(each)
    made.add_table(1, 1).cell(0, 0).text = _plain(planted.written)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def _plain(text: str) -> str:
    """Without what XML has no place for."""
    return "".join(char for char in text if char.isprintable() or char == "\n")


def printed_file(number: str) -> bytes:
    """A PDF with a number in a line, cut by a line's end, in its title and its author."""
    shown = f"身份证号码：{number}"
    lines = (FIRST + REST, shown, shown[:-6], shown[-6:])
    content = b"".join(
        b"BT /F 9 Tf 10 %d Td <%s> Tj ET\n" % (700 - 12 * at, line.encode("utf-16-be").hex().encode())
        for at, line in enumerate(lines)
    )
    title = b"<feff%s>" % shown.encode("utf-16-be").hex().encode()
    return made_pdf(content, info=b"/Title%s/Author%s" % (title, title), font=SONG)


def taken_out(server: BatchServer, cli: CommandLine, articles: Path, out: Path) -> Iterator[str]:
    """A batch, a run, its exports, a review and what is written from it; yields all that was said, sent or shown."""
    server.holds = True
    ways = (
        ("batch", "submit", str(articles)),
        ("batch", "status"),
        ("run", str(articles), "--out", str(out), "--export", "sqlite,csv,xlsx,parquet"),
        ("review", str(out), "--out", str(out / "gold"), "--undecided", "keep"),
        ("review", str(out), "--label-studio", str(out / "tasks.json")),
    )
    for way in ways:
        if way[2:3] == ("--out",) and way[0] == "review":
            with review(out) as decide:
                for document in range(len(decide.desk.run.documents)):
                    decide("rest", document=document)
        told = cli(*way)
        assert told.code in (0, 1), told.err
        yield told.out + told.err
    assert server.requests and server.uploads
    yield from server.questions()
    yield from (upload.decode() for upload in server.uploads)
    yield from (f"{each.name} {json.dumps(list(server.batches.values()))}" for each in server.files.values())
    with served(out) as web:
        for number in range(1, 1 + len((out / "documents.jsonl").read_text("utf-8").splitlines())):
            code, headers, text = web.ask("GET", f"d/{number:04}.html")
            assert code == 200
            yield f"{headers} {text}"


def read_back(path: Path) -> str:
    """What is in a file, unpacked where a format packs it."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    if path.suffix == ".parquet":
        return "\n".join(map(str, duckdb.execute(f"SELECT * FROM '{path}'").fetchall()))
    return path.read_bytes().decode("utf-8", "replace")
