"""Reading files, folders, globs and standard input: encodings, ids and what is refused."""

import hashlib
import json
import os
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.document import Source, prepare, read
from pipeline.document.names import Names, clean
from pipeline.errors import DocumentError, UsageError

SHORT = "医院公告"
PROSE = "市人民医院获批国家级胸痛中心，患者在家门口就能得到及时救治。"
HANT = "市人民醫院獲批國家級胸痛中心，患者在家門口就能得到及時救治。"

TEXTS = {"short": SHORT, "line": PROSE, "long": PROSE * 50, "mixed": "2023年，VTE中心（ICU）通过评审。\r\n"}


def one(path: Path | str, stdin: bytes = b"") -> Source | DocumentError:
    (found,) = read([str(path)], BytesIO(stdin))
    return found


def sources(*paths: Path | str, stdin: bytes = b"") -> list[Source]:
    found = list(read([str(path) for path in paths], BytesIO(stdin)))
    assert all(isinstance(each, Source) for each in found), found
    return [each for each in found if isinstance(each, Source)]


def refusal(path: Path | str, stdin: bytes = b"") -> str:
    found = one(path, stdin)
    assert isinstance(found, DocumentError)
    assert found.next_step
    return found.message


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_simplified_text_is_read_in_its_encoding(tmp_path: Path, text: str, codec: str, name: str) -> None:
    """The text is what was written, a byte order mark its first character, line ends untouched."""
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(codec))
    (found,) = sources(path)
    assert found.encoding == name
    assert found.text.removeprefix("\ufeff") == text
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("codec", ["big5", "gb18030", "utf-8"])
@pytest.mark.parametrize("text", ["醫院公告", HANT, HANT * 50], ids=["short", "line", "long"])
def test_traditional_text_in_big5_and_gb18030_is_told_apart(tmp_path: Path, text: str, codec: str) -> None:
    """The same characters in either encoding come back."""
    path = tmp_path / "a.md"
    path.write_bytes(text.encode(codec))
    (found,) = sources(path)
    assert (found.encoding, found.text) == (codec, text)


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        "市人民医院心脏中心获批国家级胸痛患者得到及时救治，。、“”（）2023年月日", min_size=6, max_size=80
    ),
    st.booleans(),
)
def test_made_texts_come_back_from_gb18030_and_utf_8(text: str, legacy: bool) -> None:
    """Any text of common characters is decoded as it was encoded."""
    text = "医院" + text
    found = one("-", text.encode("gb18030" if legacy else "utf-8"))
    assert isinstance(found, Source)
    assert found.text == text


BROKEN = {
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00", "a.txt", "not text"),
    "bytes of no encoding": (b"\xff\xff\xff\xff\x80", "a.txt", "not text"),
    "another language's encoding": ("Приказ о больнице города".encode("cp1251"), "a.txt", "not text"),
    "another kind of file": (PROSE.encode(), "a.doc", "not a kind of file"),
    "larger than any document": (b"a" * 8_000_005, "a.txt", "larger than"),
}


@pytest.mark.parametrize(("data", "name", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_text_is_refused_by_name(tmp_path: Path, data: bytes, name: str, reason: str) -> None:
    """The message names the file and the reason."""
    path = tmp_path / name
    path.write_bytes(data)
    message = refusal(path)
    assert message.startswith(f"{path}: ")
    assert reason in message


def test_an_oversized_input_is_not_read_to_its_end() -> None:
    """Of an endless standard input only a little more than the limit is taken."""

    class Endless(BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            assert size is not None and size >= 0
            self.taken += size
            return b"a" * size

        def readline(self, size: int | None = -1) -> bytes:
            return b"text\n"

    stream = Endless()
    (found,) = read(["-"], stream)
    assert isinstance(found, DocumentError) and "larger than" in found.message
    assert stream.taken < 9_000_000


@pytest.mark.parametrize("name", ["missing.txt", "*.none", "gone.jsonl"])
def test_a_missing_path_is_one_refused_document_beside_others(tmp_path: Path, name: str) -> None:
    """The path, or the glob that matches nothing, is named; the text beside it is read."""
    (tmp_path / "a.txt").write_text(PROSE)
    found = list(read([str(tmp_path / name), str(tmp_path / "a.txt")]))
    assert [each.document for each in found if isinstance(each, Source)] == ["a.txt"]
    (error,) = (each for each in found if isinstance(each, DocumentError))
    assert error.document == str(tmp_path / name) and error.next_step


def test_paths_that_are_all_missing_stop_everything_before_work_starts(tmp_path: Path) -> None:
    """The error comes at the call, not with the first document, and names each of them."""
    with pytest.raises(UsageError, match=r"missing\.txt: there is no such file.*none: no file matches"):
        read([str(tmp_path / "missing.txt"), str(tmp_path / "*.none")])


def test_a_missing_path_beside_standard_input_is_one_refused_document(tmp_path: Path) -> None:
    """Standard input is always there to be read."""
    first, second = read([str(tmp_path / "missing.txt"), "-"], BytesIO(PROSE.encode()))
    assert isinstance(first, DocumentError)
    assert isinstance(second, Source) and second.document == "stdin"


@pytest.mark.parametrize("paths", [["*.none"], ["empty"], []], ids=["glob", "empty folder", "no path"])
def test_nothing_to_read_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paths: list[str]
) -> None:
    """A glob without a match, a folder without texts, no path at all."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError):
        read(paths)


def test_folders_and_globs_are_read_in_order_and_each_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders are searched through; other kinds of file and hidden ones are passed over."""
    monkeypatch.chdir(tmp_path)
    for name in ("b/2.txt", "a/1.md", "a/3.jsonl", "a/x.png", "a/.hidden.txt", "a/SUMS"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"id": "3", "text": PROSE}) if name.endswith("jsonl") else PROSE)
    os.symlink(tmp_path / "b" / "2.txt", tmp_path / "a" / "link.txt")
    found = [each.document for each in sources("b", "a", "*/*", "a/../a/1.md")]
    assert found == ["1.md", "3", "2.txt"]


def test_equal_names_get_their_folders_whatever_the_order(tmp_path: Path) -> None:
    """The ids of a run do not depend on the order of its arguments."""
    paths = [tmp_path / "top" / folder / "a.txt" for folder in ("x/z", "y/z", "z")]
    for path in paths:
        path.parent.mkdir(parents=True)
        path.write_text(PROSE)
    forward = {each.path: each.document for each in sources(*paths)}
    assert forward == {each.path: each.document for each in sources(*reversed(paths))}
    assert sorted(forward.values()) == ["a.txt", "a.txt~top~z", "a.txt~z"]


NAMES = {
    "a path": ("../../etc/passwd", ".._.._etc_passwd"),
    "a direction mark": ("a\u202etxt.b", "atxt.b"),
    "control characters": ("a\x00\x1b[31m\nb", "a[31mb"),
    "dots only": ("..", "document"),
    "half a character": ("a\ud800.txt", "a\ufffd.txt"),
    "bytes that are no text": (os.fsdecode(b"\xff.txt"), "\ufffd.txt"),
    "a private number": ("李某 13812345678.txt", "李某 ***********.txt"),
    "a private number with a hidden character": ("1381234\u200b5678", "***********"),
    "a day and a hash": ("20231205_782a82d5f213a7c1", "20231205_782a82d5f213a7c1"),
    "a backslash": ("a\\b", "a_b"),
    "an ordinary name": ("000_新闻.txt", "000_新闻.txt"),
}


@pytest.mark.parametrize(("name", "expected"), NAMES.values(), ids=NAMES)
def test_an_id_is_harmless_in_a_path_and_on_a_terminal(name: str, expected: str) -> None:
    """Separators, control and direction marks are taken out."""
    assert clean(name) == expected


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(max_size=200) | st.sampled_from(["a", "a/b", "a" * 300, "a" * 299 + "b"]), max_size=12)
)
def test_ids_are_unique_short_and_clean(names: list[str]) -> None:
    """Whatever the names, no two ids are equal, none is long, none holds a separator."""
    given_out = Names()
    ids = [given_out.of_line(name, "folder/file.jsonl") for name in names]
    assert len(set(ids)) == len(ids)
    assert all(0 < len(each) <= 120 and each.isprintable() and not set("/\\") & set(each) for each in ids)


def test_json_lines_are_read_and_broken_ones_named(tmp_path: Path) -> None:
    """Each broken line is an error with its number; the others are read."""
    path = tmp_path / "a.jsonl"
    lines = [
        json.dumps({"id": 7, "text": PROSE, "date": "2023", "metadata": {"paper": "日报", "pages": [1]}}),
        "{broken",
        "",
        json.dumps({"id": "x"}),
        json.dumps([1]),
        json.dumps({"id": "7", "text": HANT}, ensure_ascii=False),
        "[" * 100_000,
    ]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    found = list(read([str(path)]))
    texts = [each for each in found if isinstance(each, Source)]
    errors = [each.document for each in found if isinstance(each, DocumentError)]
    assert [each.document for each in texts] == ["7", "7~a.jsonl"]
    assert texts[0].metadata == {"date": "2023", "paper": "日报"}
    assert texts[0].sha256 == hashlib.sha256(PROSE.encode()).hexdigest()
    assert errors == [f"{path}:{number}" for number in (2, 4, 5, 7)]


def test_an_overlong_json_line_is_refused_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is passed over without being held."""
    monkeypatch.setattr(import_module("pipeline.document.read"), "_LONGEST_LINE", 200)
    path = tmp_path / "a.jsonl"
    good = json.dumps({"id": "b", "text": SHORT})
    path.write_text(json.dumps({"id": "a", "text": "医" * 100}) + "\n" + good + "\n")
    first, second = read([str(path)])
    assert isinstance(first, DocumentError) and "longer than" in first.message
    assert isinstance(second, Source) and second.document == "b"


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        (PROSE.encode(), ["stdin"]),
        (b"\n\n" + PROSE.encode(), ["stdin"]),
        (b'\n{"id": "a", "text": "\xe5\x8c\xbb"}\n{"id": "b", "text": "x"}', ["a", "b"]),
        (b"", ["stdin"]),
        (b"\n\n", ["stdin"]),
        ("{医院}".encode(), ["stdin"]),
    ],
    ids=["text", "empty lines first", "json lines", "nothing", "empty lines only", "a brace"],
)
def test_standard_input_is_text_or_json_lines(data: bytes, ids: list[str]) -> None:
    """It is JSONL where its first line is a JSON object, and nothing of a text is lost."""
    found = sources("-", stdin=data)
    assert [each.document for each in found] == ids
    if ids == ["stdin"]:
        assert found[0].text == data.decode()


def test_links_that_loop_pipes_and_unreadable_folders_are_refused(tmp_path: Path) -> None:
    """Each has its reason, and the text beside them is read."""
    (tmp_path / "a.txt").write_text(PROSE)
    os.symlink(tmp_path, tmp_path / "again")
    os.symlink(tmp_path / "self.txt", tmp_path / "self.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    found = list(read([str(tmp_path)]))
    assert [each.document for each in found if isinstance(each, Source)] == ["a.txt"]
    errors = {Path(each.document).name: each.message for each in found if isinstance(each, DocumentError)}
    assert set(errors) == {"again", "self.txt", "pipe.txt"}
    assert "back into a folder" in errors["again"]
    assert "pipe" in errors["pipe.txt"]


def test_a_file_that_vanishes_is_one_refused_document(tmp_path: Path) -> None:
    """A file removed between the listing and the reading does not stop the others."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(PROSE)
    documents = read([str(tmp_path)])
    (tmp_path / "a.txt").unlink()
    first, second = documents
    assert isinstance(first, DocumentError) and "cannot be read" in first.message
    assert isinstance(second, Source) and second.document == "b.txt"


ID = "110101199003070118"
"""Region, birthday and check digit of a national ID that nobody was given."""


def test_ids_that_differ_in_a_private_number_stay_apart(tmp_path: Path) -> None:
    """Two lines named by their phone numbers have two ids, and neither number is in them."""
    path = tmp_path / "a.jsonl"
    phones = [f"1381234567{last}" for last in range(3)]
    path.write_text("\n".join(json.dumps({"id": phone, "text": PROSE}) for phone in phones))
    ids = [each.document for each in sources(path)]
    assert len(set(ids)) == 3
    assert all(each.startswith("*" * 11) for each in ids)


def test_a_long_name_is_not_told_apart_by_a_hash_of_its_private_number() -> None:
    """The hash is of the masked name, so that no one can try numbers until it fits."""
    names = ["院" * 200 + phone for phone in ("13812345678", "13812345679")]
    assert clean(names[0]) == clean(names[1])


def test_metadata_hold_no_private_number(tmp_path: Path) -> None:
    """A value is masked by its form, or by the word that its key is; other values stay."""
    path = tmp_path / "a.jsonl"
    given = {"title": f"患者身份证{ID}送医", "电话": "2345678", "phone": 13812345678, "date": "2023-05-06"}
    path.write_text(json.dumps({"id": "a", "text": PROSE, **given, "metadata": {"病案号123456": "1"}}))
    (found,) = sources(path)
    assert found.metadata == {
        "title": f"患者身份证{'*' * 18}送医",
        "电话": "*" * 7,
        "phone": "*" * 11,
        "date": "2023-05-06",
        "病案号******": "1",
    }


def test_halves_of_characters_in_metadata_and_ids_become_writable(tmp_path: Path) -> None:
    """What no encoding can write is replaced by the sign for it."""
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "x\udfff", "text": PROSE, "title": "\ud800x", "\ud801": "y"}))
    (found,) = sources(path)
    assert found.document == "x\ufffd"
    assert found.metadata == {"title": "\ufffdx", "\ufffd": "y"}


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".docx", ".md"])
def test_paths_in_messages_are_writable_and_masked(tmp_path: Path, suffix: str) -> None:
    """Whatever is refused, its name can be written out and holds no private number."""
    path = os.fsencode(tmp_path) + b"/\xff 13812345678" + suffix.encode()
    if suffix == ".md":
        os.mkfifo(path)
    else:
        Path(os.fsdecode(path)).write_bytes(b"\xff\xff\xff\xff\x80")
    found = one(os.fsdecode(path))
    assert isinstance(found, DocumentError)
    for text in (found.document, found.message):
        assert f"\ufffd {'*' * 11}{suffix}" in text
        assert text.encode()


def test_the_path_of_an_empty_file_is_writable_and_masked(tmp_path: Path) -> None:
    """The refusal of a text that was read names it as the others do."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff13812345678.txt"))
    path.touch()
    (found,) = sources(path)
    with pytest.raises(DocumentError) as caught:
        prepare(found)
    assert caught.value.document == f"{tmp_path}/\ufffd{'*' * 11}.txt"
    assert caught.value.message.encode()


def test_a_missing_path_is_named_without_its_private_number(tmp_path: Path) -> None:
    """The message on wrong usage is masked too."""
    with pytest.raises(UsageError) as caught:
        read([str(tmp_path / "13812345678.txt")])
    assert "1381234" not in str(caught.value) and "*" * 11 in str(caught.value)
