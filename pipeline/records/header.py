"""The article itself: title, authors and the like, from the header's answer, the metadata and the bylines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pydantic import TypeAdapter, ValidationError

from pipeline.document.text import Document
from pipeline.records.candidate import Candidate
from pipeline.records.names import Names, is_organization
from pipeline.records.people import is_person
from schemas import AnyRecord, Article
from schemas.dates import PartialDate

_HAN: Final = "\u4e00-\u9fff"
_NAMES: Final = rf"[{_HAN}\s、]{{2,}}"
_WRITTEN: Final = re.compile(rf"(?:记者|通讯员|作者[:：]?|撰文[:：]?|文[/／:：]|□)\s*({_NAMES})")
_TAKEN: Final = re.compile(
    rf"由([{_HAN}、\s]{{2,20}}?)(?:拍摄|摄影|摄|提供)|([{_HAN}]{{2,4}})\s?[/／]?摄(?:影)?$|"
    rf"(?:摄影[:：/／]?|[图摄][/／:：])\s*({_NAMES})"
)
_BOTH: Final = re.compile(r"文\s*[/／、]?\s*(?:图|摄影)(?![\u4e00-\u9fff])|文\s*[/／]\s*[图摄]")
_ROLES: Final = re.compile(r"(?:本报|特约|见习|首席)?记者|通讯员|摄影|报道|[\s、]+")
_PUBLICATION: Final = re.compile(
    r"([\u4e00-\u9fff]{2,8}(?:日报|晚报|晨报|都市报|商报|早报|时报|周刊|卫生报))(?:\s*记者|讯\s*[（(])"
)

_SIGNED: Final = re.compile(rf"[（(]\s*({_NAMES})[）)]|({_NAMES})")
"""A line, or a bracket at the end of the text, that is nothing but names."""
_SOURCE: Final = re.compile(r"(?:来源|稿源)\s?[:：]\s*(?:《(?=[^》]+》))?([^\s，。；:：|《》]{2,16})")
_NO_SOURCE: Final = re.compile(r"本[站网院报刊].*|原创|网络|互联网|未知|.*(?:[科部办处室]|病区)")
_DAY: Final = r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})"
_POSTED: Final = re.compile(rf"(?:发布|发表|更新|加入|录入|添加|上传)(?:时间|日期)?\s?[:：]\s*{_DAY}")
_STAMP: Final = re.compile(rf"(?:(?:时间|日期)\s?[:：]\s*)?{_DAY}日?(?:\s*[\d:：]+)?(?:\s*来源\s?[:：].*)?")
"""A day alone in its line, among the first of the article."""
_FIRST: Final = 5
"""Sentences at the beginning of the article among which such a line and the title are looked for."""
_LAST: Final = 3
"""Sentences at the end of the article among which its signature is looked for."""

_DATELINE: Final = re.compile(r"^[^。；]{0,24}[讯电]\s*[（(]([^（）()]{2,40})[）)]")
"""Who wrote a report, in brackets at its beginning."""
_NO_HEADING: Final = re.compile(
    r"发布|来源|编辑|责编|点击|浏览|作者|供图|^\s*\d{4}\s?[-/.年]|\d{4}年\d{1,2}月\d{1,2}日|版[:：]"
)
"""What stands above or below a text and is no title."""
_LONGEST_BYLINE: Final = 60
_LONGEST_HEADING: Final = 80
_PAPER: Final = re.compile(r".{2,10}(报|周刊|杂志|网|客户端|电视台|新华社|通讯社|头条|在线)")
_VALID_DATE: Final[TypeAdapter[str]] = TypeAdapter(PartialDate)


def article(
    document: Document, names: Names, candidates: Sequence[Candidate], records: Sequence[AnyRecord]
) -> Article:
    """The article's own line; what the piece is about is counted from its records.

    Metadata that came with the document goes before print, a byline before the model's copy.
    """
    asked = next((candidate.values for candidate in candidates if candidate.type == "article"), {})
    authors, photographers = (_public(found, document) for found in _bylines(document))
    given = {name: value.strip() for name, value in document.metadata.items()}
    authors = authors or tuple(_people(re.sub("[;；,，/]", " ", given.get("author", ""))))
    title = given.get("title") or _heading(_whole_line(asked.get("title"), document))
    return Article(
        document=document.source.document,
        title=title,
        subtitle=_subtitle(asked.get("subtitle"), title),
        authors=authors
        or _public(_signature(document), document)
        or tuple(name for name in asked.get("authors", ()) if is_person(name)),
        photographers=photographers
        or tuple(name for name in asked.get("photographers", ()) if is_person(name)),
        publication=given.get("publication") or _publication(document) or _paper(asked.get("publication")),
        date=_date(given.get("date", "")) or _posted(document) or asked.get("date"),
        script=document.script,
        subject_organizations=names.subject_organizations(_organizations(records)),
    )


def _public(names: Iterable[str], document: Document) -> tuple[str, ...]:
    """Names without those of private persons of the page's notices."""
    return tuple(name for name in names if name not in document.persons)


def _date(given: str) -> str | None:
    try:
        return _VALID_DATE.validate_python(given)
    except ValidationError:
        return None


def _heading(copied: str | None) -> str | None:
    """A copied title, unless it is a byline or a sentence."""
    byline = copied and any(form.search(copied) for form in (_WRITTEN, _TAKEN, _PUBLICATION, _NO_HEADING))
    return None if not copied or byline or copied.endswith("。") or len(copied) > _LONGEST_HEADING else copied


def _subtitle(copied: str | None, title: str | None) -> str | None:
    """A copied subtitle, unless it is the title again or the name of a body."""
    subtitle = _heading(copied)
    return None if not subtitle or (title and subtitle in title) or is_organization(subtitle) else subtitle


def _whole_line(copied: str | None, document: Document) -> str | None:
    """A copied title with what its line says before and behind it: ``喜报！`` is a sentence, and the beginning of a title."""
    for sentence in document.sentences[:_FIRST]:
        if copied and sentence.text.strip() == copied:
            line = "".join(each.text for each in document.sentences if each.block == sentence.block).strip()
            return line if len(line) <= _LONGEST_HEADING else copied
    return copied


def _paper(copied: str | None) -> str | None:
    """A copied name of a newspaper or site, unless it can be none."""
    return copied if copied and _PAPER.fullmatch(copied) else None


def _bylines(document: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Authors and photographers as printed in bylines."""
    authors: dict[str, None] = {}
    photographers: dict[str, None] = {}
    for sentence in document.sentences:
        if sentence.section == "notice":
            continue
        if dateline := _DATELINE.match(sentence.text):
            authors |= dict.fromkeys(_people(dateline[1]))
        if not (sentence.heading or len(sentence.text) <= _LONGEST_BYLINE):
            continue
        both = _BOTH.search(sentence.text)
        # One mark for all ways to write «text and pictures», so that names are found before and behind it.
        text = _BOTH.sub(" □ ", sentence.text)
        runs = [match[1].strip() for match in _WRITTEN.finditer(text)]
        found = [name for run in runs if not run.endswith(("摄", "摄影")) for name in _people(run)]
        if both and not found:
            found = _people(sentence.text[: both.start()])
        authors |= dict.fromkeys(found)
        photographers |= dict.fromkeys(found if both else ())
        for match in _TAKEN.finditer(text):
            photographers |= dict.fromkeys(_people(next(group for group in match.groups() if group)))
    return tuple(authors), tuple(photographers)


def _people(text: str) -> list[str]:
    """The full names in a run of names; a name of two characters may be printed with a gap (``刘 洋``)."""
    joined = re.sub(rf"(?<![{_HAN}])([{_HAN}])\s([{_HAN}])(?![{_HAN}])", r"\1\2", text)
    return [name for name in _ROLES.split(joined) if is_person(name)]


def _signature(document: Document) -> tuple[str, ...]:
    """Names alone in the last lines of the article, as newspapers sign a short report."""
    last = [sentence for sentence in document.sentences if sentence.section == "article"][-_LAST:]
    for sentence in reversed(last):
        if match := _SIGNED.fullmatch(sentence.text.strip()):
            names = _people(match[1] or match[2])
            # Two words of two characters may be anything; what stands in brackets or is several names is a signature.
            if (
                len("".join(names)) == len(re.sub(r"[\s、]", "", match[1] or match[2]))
                and names[not match[1] :]
            ):
                return tuple(names)
    return ()


def _posted(document: Document) -> str | None:
    """The day on which a site says it put the piece up."""
    article = [sentence for sentence in document.sentences if sentence.section == "article"]
    labelled = (_POSTED.search(sentence.text) for sentence in article)
    alone = (_STAMP.fullmatch(sentence.text.strip()) for sentence in article[:_FIRST] if sentence.heading)
    for match in filter(None, (*labelled, *alone)):
        return _date(f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}")
    return None


def _publication(document: Document) -> str | None:
    for sentence in document.sentences:
        if match := _PUBLICATION.search(sentence.text):
            return match[1]
        if (
            sentence.heading
            and (match := _SOURCE.search(sentence.text))
            and not _NO_SOURCE.fullmatch(match[1])
        ):
            return match[1]
    return None


def _organizations(records: Sequence[AnyRecord]) -> Iterator[str]:
    for record in records:
        for field in ("organization", "owner", "subject", "recipient"):
            if name := getattr(record, field, None):
                yield name
