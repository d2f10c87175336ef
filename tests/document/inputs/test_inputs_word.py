"""Word files: paragraphs, headings, tables, text boxes, changes, properties; archives that unpack without end."""

import zipfile
from io import BytesIO
from typing import Final

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml

from pipeline.document.inputs import docx as word
from pipeline.document.inputs.extracted import Refused

_MOST: Final = 2_000_000
_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BOX: Final = (
    f'<w:r {_W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml">'
    '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing></mc:Choice>'
    "<mc:Fallback><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)


def saved(document: Document) -> bytes:
    """The file's bytes."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def article() -> Document:
    """A Word file with all that an article may have."""
    made = docx.Document()
    made.core_properties.title = "门诊楼启用"
    made.core_properties.author = "林小满"
    made.add_heading("门诊楼启用", 0)
    made.add_heading("一、建设", 1)
    changed = made.add_paragraph("新门诊楼")
    changed._p.append(parse_xml(f'<w:ins {_W} w:id="1" w:author="a"><w:r><w:t>（五层）</w:t></w:r></w:ins>'))
    changed._p.append(
        parse_xml(f'<w:del {_W} w:id="2" w:author="a"><w:r><w:delText>四层</w:delText></w:r></w:del>')
    )
    changed.add_run("已经启用。")
    made.add_paragraph("增设床位", style="List Bullet")
    table = made.add_table(2, 2)
    for at, text in enumerate(("单位", "床位", "青禾县人民医院", "620张")):
        table.cell(at // 2, at % 2).text = text
    inside = "<w:txbxContent><w:p><w:r><w:t>框里的话。</w:t></w:r></w:p></w:txbxContent>"
    made.add_paragraph("图旁有框。")._p.append(parse_xml(_BOX.format(inside=inside)))
    control = "<w:sdtContent><w:p><w:r><w:t>控件里的话。</w:t></w:r></w:p></w:sdtContent>"
    made.element.body.insert(-1, parse_xml(f"<w:sdt {_W}>{control}</w:sdt>"))
    broken = made.add_paragraph("第一行")
    broken.add_run().add_break()
    broken.add_run("第二行")
    frame = made.add_table(1, 1).cell(0, 0)
    frame.text = "表格里的第一段。"
    frame.add_paragraph("表格里的第二段。")
    made.sections[0].header.paragraphs[0].text = "页眉"
    return made


def test_a_word_file_is_read_paragraph_by_paragraph() -> None:
    """Insertions, text boxes and controls are read once, deletions and heads of pages are not; a row is a line."""
    found = word.extract(saved(article()), _MOST)
    assert found.text.splitlines() == [
        "门诊楼启用",
        "一、建设",
        "新门诊楼（五层）已经启用。",
        "增设床位",
        "单位　床位",
        "青禾县人民医院　620张",
        "图旁有框。",
        "框里的话。",
        "控件里的话。",
        "第一行",
        "第二行",
        "表格里的第一段。",
        "表格里的第二段。",
    ]
    assert found.metadata == {"title": "门诊楼启用", "author": "林小满"}


def test_the_title_of_a_template_is_passed_over() -> None:
    """A title that the text does not have is that of another file."""
    made = article()
    made.core_properties.title = "Microsoft Word 模板"
    assert "title" not in word.extract(saved(made), _MOST).metadata


def _archive(*parts: tuple[str, bytes, int]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, times in parts:
            with archive.open(name, "w") as part:
                for _ in range(times):
                    part.write(data)
    return file.getvalue()


REFUSED = {
    "an archive that unpacks to gigabytes": (
        _archive(("word/document.xml", b" " * 1_000_000, 40)),
        "unpacks to",
    ),
    "an archive without a document": (_archive(("a.txt", b"a", 1)), "damaged"),
    "half a file": (saved(article())[:9000], "damaged"),
    "longer than any article": (saved(article()), "longer than 20"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_word_file_is_refused(data: bytes, reason: str) -> None:
    """The message says why, the next step what to do."""
    with pytest.raises(Refused, match=reason) as refused:
        word.extract(data, 20)
    assert refused.value.next_step
