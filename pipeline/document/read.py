"""Documents from files, folders, globs and standard input, one after the other, in memory one at a time.

Text and JSONL are read here; PDF, HTML and DOCX by :mod:`pipeline.document.inputs`, whatever the file is called.
"""

import hashlib
import itertools
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import BinaryIO
from urllib.parse import unquote

from pipeline.document.encoding import decode
from pipeline.document.inputs.apart import Apart
from pipeline.document.inputs.extracted import Refused
from pipeline.document.inputs.kinds import HEAD, Kind, kind_of
from pipeline.document.names import Names, shown, writable
from pipeline.document.paths import STDIN, expand, unreadable
from pipeline.document.redact import hide
from pipeline.document.text import Source
from pipeline.errors import DocumentError

MOST_CHARACTERS = 2_000_000
"""Code points of the longest document; an article has a few thousand."""

_MOST_BYTES = 4 * MOST_CHARACTERS + 4
_LONGEST_LINE = 12 * MOST_CHARACTERS
"""Bytes of a JSONL line: JSON may write a code point as two escapes of six bytes."""
_BLOCK = 1 << 20


def read(paths: Sequence[str], stdin: BinaryIO | None = None) -> Iterator[Source | DocumentError]:
    """The documents that ``paths`` name, sorted by path; what cannot be read stands there as its error.

    ``-`` is standard input (``stdin``, or that of the process): PDF, HTML, DOCX or text, or JSONL where its first
    line is a JSON object. A path that does not exist is such an error too, so that the others are read; where none exists,
    ``UsageError`` is raised before anything is read.
    """
    return _documents(expand(paths), stdin)


def _documents(items: list[str | DocumentError], stdin: BinaryIO | None) -> Iterator[Source | DocumentError]:
    names = Names()
    with Apart() as apart:
        for item in items:
            if isinstance(item, DocumentError):
                yield item
            elif item == STDIN:
                yield from _standard_input(stdin or sys.stdin.buffer, names, apart)
            else:
                yield from _file(item, names, apart)


def _file(path: str, names: Names, apart: Apart) -> Iterator[Source | DocumentError]:
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD)
            file.seek(0)
            size = os.fstat(file.fileno()).st_size
            if kind := kind_of(path, head):
                yield _taken_apart(file, path, names, kind, apart, size=size)
            elif path.lower().endswith(".jsonl"):
                yield from _json_lines(file, path, names)
            else:
                yield _text(file, path, names, size=size)
    except OSError as error:
        yield unreadable(path, error)


def _standard_input(stream: BinaryIO, names: Names, apart: Apart) -> Iterator[Source | DocumentError]:
    head = line = stream.readline(_LONGEST_LINE)
    while line and not head.strip() and len(head) < _LONGEST_LINE:
        line = stream.readline(_LONGEST_LINE)
        head += line
    if kind := kind_of(STDIN, head):
        yield _taken_apart(stream, STDIN, names, kind, apart, head=head)
    elif _is_json_object(head):
        yield from _json_lines(stream, STDIN, names, head)
    else:
        yield _text(stream, STDIN, names, head=head)


def _is_json_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line.removeprefix(b"\xef\xbb\xbf")), dict)
    except (ValueError, RecursionError):
        return False


def _taken_apart(
    stream: BinaryIO, path: str, names: Names, kind: Kind, apart: Apart, *, head: bytes = b"", size: int = 0
) -> Source | DocumentError:
    """One document of another kind than text, from the whole of ``stream``, of which ``head`` is read already."""
    most = kind.most_bytes
    data = b"" if size > most else head + stream.read(max(0, most + 1 - len(head)))
    if size > most or len(data) > most:
        return DocumentError(
            shown(path),
            f"it is larger than {most >> 20} MiB.",
            next_step="Split it into one file for each article or page.",
        )
    try:
        found = apart.extract(kind, data, MOST_CHARACTERS)
    except Refused as refused:
        return DocumentError(shown(path), refused.message, next_step=refused.next_step)
    return Source(
        document=names.of_file(path),
        path=shown(path),
        text=found.text,
        encoding=found.encoding or kind.name,
        sha256=hashlib.sha256(data).hexdigest(),
        metadata=dict(_entry(key, value) for key, value in found.metadata.items()),
        pages=found.pages,
        whole=True,
    )


def _text(
    stream: BinaryIO, path: str, names: Names, *, head: bytes = b"", size: int = 0
) -> Source | DocumentError:
    """One document from the whole of ``stream``, of which ``head`` is read already."""
    data = b"" if size > _MOST_BYTES else head + stream.read(max(0, _MOST_BYTES + 1 - len(head)))
    if size > _MOST_BYTES or len(data) > _MOST_BYTES:
        return DocumentError(
            shown(path),
            f"it is larger than {_MOST_BYTES:,} bytes ({MOST_CHARACTERS:,} characters).",
            next_step="Split it into one file for each article, or into the lines of a .jsonl file.",
        )
    decoded = decode(data)
    if decoded is None:
        return DocumentError(
            shown(path),
            "it is not text in UTF-8, GB18030 or Big5.",
            next_step="Save it as UTF-8 text, PDF, HTML or .docx.",
        )
    return Source(
        document=names.of_file(path),
        path=shown(path),
        text=decoded.text,
        encoding=decoded.encoding,
        sha256=hashlib.sha256(data).hexdigest(),
        metadata={},
    )


def _json_lines(
    stream: BinaryIO, path: str, names: Names, head: bytes = b""
) -> Iterator[Source | DocumentError]:
    for number, line in enumerate(_lines(stream, head), 1):
        where = f"{shown(path)}:{number}"
        if line is None:
            yield DocumentError(
                where, f"the line is longer than {_LONGEST_LINE:,} bytes.", next_step="Split the document."
            )
        elif line.strip(b" \t\r\n\xef\xbb\xbf"):
            yield _json_line(line, where, path, names)


def _lines(stream: BinaryIO, head: bytes) -> Iterator[bytes | None]:
    """Each line; None for one that is too long, which is passed over without being held."""
    for first in itertools.chain(BytesIO(head), iter(lambda: stream.readline(_LONGEST_LINE + 1), b"")):
        if len(first) <= _LONGEST_LINE or first.endswith(b"\n"):
            yield first
            continue
        rest = stream.readline(_BLOCK)
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(_BLOCK)
        yield None


def _json_line(line: bytes, where: str, path: str, names: Names) -> Source | DocumentError:
    decoded = decode(line)
    if decoded is None:
        return DocumentError(
            where, "the line is not text in UTF-8, GB18030 or Big5.", next_step="Save it as UTF-8."
        )
    try:
        value = json.loads(decoded.text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        return DocumentError(
            where,
            f"the line is not valid JSON ({error}).",
            next_step='Write {"id": …, "text": …} on one line.',
        )
    if not isinstance(value, dict) or not isinstance(value.get("text"), str) or not _is_id(value.get("id")):
        return DocumentError(
            where, "the line has no id and text.", next_step='Write {"id": …, "text": …} on one line.'
        )
    text = value["text"]
    return Source(
        document=names.of_line(str(value["id"]), path),
        path=where,
        text=text,
        encoding=decoded.encoding,
        sha256=hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest(),
        metadata=_metadata(value),
    )


_ESCAPED = re.compile("%[0-9A-Fa-f]{2}")


def _is_id(value: object) -> bool:
    return (isinstance(value, str) and bool(value.strip())) or (
        isinstance(value, int) and not isinstance(value, bool)
    )


def _metadata(value: Mapping[str, object]) -> dict[str, str]:
    """The plain values of the line's other fields and of its ``metadata`` object, as writable, masked strings."""
    inner = value.get("metadata")
    fields = {key: item for key, item in value.items() if key not in ("id", "text", "metadata")}
    fields |= inner if isinstance(inner, dict) else {}
    return dict(_entry(key, str(item)) for key, item in fields.items() if isinstance(item, str | int | float))


def _entry(key: str, value: str) -> tuple[str, str]:
    """Both without private numbers; the key may be the word that tells what the value is (``电话``).

    An address is kept as it reads: what is written in percents there may be such a word.
    """
    head = writable(key) + "："
    entry = hide(head + writable(unquote(value) if _ESCAPED.search(value) else value))
    return entry[: len(head) - 1], entry[len(head) :]
