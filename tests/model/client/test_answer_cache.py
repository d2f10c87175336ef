"""The answer cache on disk: text only, for its owner only, with a clear word when it cannot be used."""

import json
import os
import pickle
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.errors import CacheError
from pipeline.model import cache as cache_module
from pipeline.model.cache import AnswerCache, Entry, TextDisk, Usage, key_of
from tests.chaos import long
from tests.model.client.full_disk import no_more_disk

ENTRY = Entry('{"任职":[]}', Usage(10, 5, 3), 1.5)
KEY = key_of({"question": "院长是谁"})


def filled(folder: Path, entries: int = 1) -> Path:
    """A cache with entries, closed; its database file."""
    with AnswerCache(folder) as cache:
        for number in range(entries):
            cache.put(key_of({"question": number}) if number else KEY, ENTRY)
    return folder / "cache.db"


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """The database beneath a cache, to plant something in it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def recorded(path: Path, *lines: str) -> Path:
    """A file of recorded answers."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def line(key: str, entry: Entry = ENTRY) -> str:
    """A line of recorded answers."""
    return json.dumps({"key": key, **json.loads(entry.to_json())}, ensure_ascii=False)


class Planted:
    """A pickle of this creates a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self.path),))


@pytest.mark.parametrize("mode", [1, 2, 3, 4, 5])
def test_a_planted_pickle_is_not_loaded(folder: Path, tmp_path: Path, mode: int) -> None:
    """A row that would be unpickled, whatever its mode says, is absent, does nothing, and is replaced."""
    trap = tmp_path / "sprung"
    with database(filled(folder)) as rows:
        rows.execute("UPDATE Cache SET mode = ?, value = ?", (mode, pickle.dumps(Planted(trap))))
    with AnswerCache(folder) as cache:
        assert cache.get(KEY) is None
        cache.put(KEY, ENTRY)
        assert cache.get(KEY) == ENTRY
    assert not trap.exists()


def test_a_planted_pickle_in_a_file_is_not_loaded(folder: Path, tmp_path: Path) -> None:
    """The same for a value that the row says lies in a file beside the database."""
    trap = tmp_path / "sprung"
    path = filled(folder)
    (folder / "value.val").write_bytes(pickle.dumps(Planted(trap)))
    with database(path) as rows:
        rows.execute("UPDATE Cache SET mode = 4, value = NULL, filename = 'value.val'")
    with AnswerCache(folder) as cache:
        assert cache.get(KEY) is None
    assert not trap.exists()


def test_the_trap_is_one(tmp_path: Path) -> None:
    """The pickle of these tests really does what they say it would."""
    pickle.loads(pickle.dumps(Planted(tmp_path / "sprung")))
    assert (tmp_path / "sprung").exists()


def test_nothing_but_text_can_be_stored(tmp_path: Path) -> None:
    """Neither value nor key of any other type gets in, so no pickle is ever written."""
    disk = TextDisk(str(tmp_path))
    for value in (1, b"x", None, {"a": 1}, ENTRY):
        with pytest.raises(TypeError):
            disk.store(value, read=False)
        with pytest.raises(TypeError):
            disk.put(value)
    with pytest.raises(TypeError):
        disk.store("text", read=True)
    with pytest.raises(ValueError):
        disk.get(b"key", raw=False)


NOT_ENTRIES = {
    "no JSON": "好的",
    "a list": "[]",
    "null": "null",
    "no answer": '{"usage": {}, "seconds": 1}',
    "no usage": '{"answer": "{}", "seconds": 1}',
    "usage of the wrong type": '{"answer": "{}", "usage": [1], "seconds": 1}',
    "usage with an unknown name": '{"answer": "{}", "usage": {"money": 1}, "seconds": 1}',
    "tokens that are no number": '{"answer": "{}", "usage": {"prompt": "many"}, "seconds": 1}',
    "seconds that are no number": '{"answer": "{}", "usage": {}, "seconds": "long"}',
}


@pytest.mark.parametrize("text", NOT_ENTRIES.values(), ids=NOT_ENTRIES.keys())
def test_a_row_that_is_no_entry_is_absent(folder: Path, text: str) -> None:
    """What another program wrote there is not taken for an answer."""
    with database(filled(folder)) as rows:
        rows.execute("UPDATE Cache SET value = ?", (text,))
    with AnswerCache(folder) as cache:
        assert cache.get(KEY) is None


@given(st.text(), st.integers(0), st.integers(0), st.integers(0), st.floats(0, 1e6))
def test_an_entry_comes_back_as_it_was(
    answer: str, prompt: int, cached: int, completion: int, seconds: float
) -> None:
    """Any text survives its one line of JSON."""
    entry = Entry(answer, Usage(prompt, cached, completion), seconds)
    assert "\n" not in entry.to_json()
    assert Entry.from_json(entry.to_json()) == entry


def test_usages_add_up() -> None:
    """Tokens of several answers are their sums."""
    assert sum([Usage(1, 2, 3), Usage(10, 20, 30)], Usage()) == Usage(11, 22, 33)


OTHERS: dict[str, bytes] = {
    "a text": b"no database at all" * 100,
    "a header and rubbish": b"SQLite format 3\0" + b"\xff" * 5000,
    "nothing": b"",
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS.keys())
def test_a_file_that_is_no_database_is_moved_aside(
    folder: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """A new cache takes its place, the old file stays as it is, and where it lies is told once."""
    filled(folder).write_bytes(content)
    with AnswerCache(folder) as cache:
        assert cache.get(KEY) is None
        cache.put(KEY, ENTRY)
        assert cache.get(KEY) == ENTRY
    if content:
        (told,) = caplog.messages
        aside = folder.with_name("cache.damaged-1")
        assert str(aside) in told and "0 answers in it are whole" in told
        assert (aside / "cache.db").read_bytes() == content


def test_a_database_of_another_layout_is_moved_aside_with_its_answers_kept(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Of a cache that another version of diskcache wrote, the answers that can be read are used."""
    with database(filled(folder, entries=3)) as rows:
        rows.execute("DROP INDEX Cache_expire_time")
        rows.execute("ALTER TABLE Cache RENAME COLUMN expire_time TO gone_by")
    with AnswerCache(folder) as cache:
        assert [cache.get(key) for key in keys(3)] == [ENTRY] * 3
    assert "another version: 3 answers" in caplog.text


def keys(entries: int) -> list[str]:
    """The keys of a cache filled with so many entries."""
    return [KEY, *(key_of({"question": number}) for number in range(1, entries))]


MANY = 200
LONG = Entry(json.dumps({"任职": ["长" * 3000]}, ensure_ascii=False), Usage(), 1)
"""An answer that does not fit on a page of the database."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A cache before it is damaged: its answers by key, and its database."""

    entries: dict[str, Entry] = field(repr=False)
    content: bytes = field(repr=False)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """A cache of many answers, each another one."""
    entries = {
        key: LONG if number % 20 == 7 else Entry(f'{{"任职":[{number}]}}', Usage(number, 0, 1), 1.5)
        for number, key in enumerate(keys(MANY))
    }
    folder = tmp_path_factory.mktemp("sound")
    with AnswerCache(folder) as cache:
        for key, entry in entries.items():
            cache.put(key, entry)
    return Sound(entries, (folder / "cache.db").read_bytes())


@settings(max_examples=long(25, 2000))
@given(
    damage=st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=40)), max_size=5),
    cut=st.none() | st.integers(0, 10**6),
)
@example(damage=[(100, b"\xff" * 40)], cut=None)
# Here the table's row number is a column like any other, and no row is found by it.
@example(damage=[(3740, b" A00\t  A")], cut=None)
# Cut here, the rows that SQLite reads have no end.
@example(damage=[], cut=41984)
@example(damage=[], cut=136192)
def test_of_a_database_damaged_at_any_place_what_is_whole_is_used(
    damage: list[tuple[int, bytes]], cut: int | None, sound: Sound
) -> None:
    """Bytes overwritten anywhere, or an end cut off, change no answer; what they do not touch is found, and all can be stored.

    Forty bytes can hit two answers. What is lost beyond those is what lies on more than one page, or was cut off.
    """
    content, entries = sound.content, sound.entries
    spoilt = bytearray(content)
    for place, bytes_ in damage:
        start = place % len(content)
        spoilt[start : start + len(bytes_)] = bytes_[: len(content) - start]
    if cut is not None:
        del spoilt[max(4096, cut % len(content)) :]
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "cache"
        folder.mkdir()
        (folder / "cache.db").write_bytes(spoilt)
        with AnswerCache(folder) as cache:
            answers = {key: cache.get(key) for key in entries}
            assert all(answers[key] in (None, entries[key]) for key in entries)
            if cut is None:
                lost = [key for key, answer in answers.items() if answer is None and entries[key] is not LONG]
                assert len(lost) <= 2 * len(damage)
            cache.put(KEY, ENTRY)
            assert cache.get(KEY) == ENTRY


def test_an_answer_changed_on_the_disk_is_not_used(folder: Path) -> None:
    """One character changed inside an answer, or the answer to another question under its key: absent, not wrong."""
    with database(filled(folder, entries=2)) as rows:
        rows.execute("UPDATE Cache SET value = replace(value, '任', '在') WHERE key = ?", (KEY,))
        ((other,),) = rows.execute("SELECT value FROM Cache WHERE key != ?", (KEY,)).fetchall()
    with AnswerCache(folder) as cache:
        assert cache.get(KEY) is None
    with database(folder / "cache.db") as rows:
        rows.execute("UPDATE Cache SET value = ? WHERE key = ?", (other, KEY))
    with AnswerCache(folder) as cache:
        assert cache.get(KEY) is None and cache.get(keys(2)[1]) == ENTRY


def test_an_answer_stored_before_there_were_seals_is_used(folder: Path) -> None:
    """What earlier versions stored is not asked again."""
    with database(filled(folder)) as rows:
        rows.execute("UPDATE Cache SET value = ?", (ENTRY.to_json(),))
    with AnswerCache(folder) as cache:
        assert cache.get(KEY) == ENTRY


def test_two_that_find_the_damage_mend_it_once(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Of two that have a damaged cache open one mends it; the other goes on with the mended one."""
    path = filled(folder, entries=3)
    with AnswerCache(folder) as one, AnswerCache(folder) as two:
        assert one.get(KEY) == two.get(KEY) == ENTRY
        with path.open("r+b") as file:
            file.seek(100)
            file.write(b"\xff" * (path.stat().st_size - 100 - 4096))
        one.put(KEY, ENTRY)
        two.put(keys(2)[1], ENTRY)
        assert one.get(keys(2)[1]) == two.get(KEY) == ENTRY
    assert len(caplog.messages) <= 1
    assert not folder.with_name("cache.damaged-2").exists()


def test_a_mending_that_was_killed_is_finished_by_the_next(folder: Path, tmp_path: Path) -> None:
    """Killed between the two moves, with no cache in place, the mended one is taken."""
    filled(tmp_path / "cache.mended")
    with AnswerCache(folder) as cache:
        assert cache.get(KEY) == ENTRY


def test_on_a_full_disk_what_is_stored_is_still_found(folder: Path) -> None:
    """A cache that cannot even be opened for writing gives its answers; what it lacks is an error, not a question."""
    filled(folder, entries=3)
    with no_more_disk(0), AnswerCache(folder) as cache:
        assert [cache.get(key) for key in keys(3)] == [ENTRY] * 3
        with pytest.raises(CacheError, match="cannot be used"):
            cache.get("b" * 64)


def test_where_no_cache_can_be_opened_recorded_answers_are_found(tmp_path: Path) -> None:
    """A home that nobody can write to does not hide what ships with the product."""
    path = recorded(tmp_path / "answers.ndjson", line(KEY))
    (tmp_path / "file").write_text("")
    with AnswerCache(tmp_path / "file" / "below", recorded=path) as cache:
        assert cache.get(KEY) == ENTRY
        with pytest.raises(CacheError, match="cannot be used"):
            cache.get("b" * 64)


def test_a_clock_that_is_set_back_hides_no_answer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored in what is now the future is found, and goes on being found."""
    filled(folder)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    with AnswerCache(folder) as cache:
        assert cache.get(KEY) == ENTRY
        cache.put(keys(2)[1], ENTRY)
        assert cache.get(keys(2)[1]) == ENTRY


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file where the folder should be, or a place where nobody may make one."""
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/answers")):
        with AnswerCache(folder) as cache, pytest.raises(CacheError, match="cannot be used"):
            cache.put(KEY, ENTRY)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_is_told(folder: Path) -> None:
    """A cache that cannot be written to is an error before anything is paid twice."""
    folder.mkdir(mode=0o500)
    with AnswerCache(folder) as cache, pytest.raises(CacheError, match="cannot be used"):
        cache.get(KEY)


def test_a_full_disk_is_told_and_what_was_stored_stays(folder: Path) -> None:
    """An answer that cannot be kept is an error; those before it are still there."""
    large = Entry("长" * 2_000_000, Usage(), 1)
    with AnswerCache(folder) as cache:
        cache.put(KEY, ENTRY)
        with no_more_disk(1_000_000), pytest.raises(CacheError, match="cannot be used") as raised:
            cache.put(key_of({"another": 1}), large)
    assert "Free some space" in raised.value.next_step
    with AnswerCache(folder) as cache:
        assert cache.get(KEY) == ENTRY


def test_only_the_owner_can_read_it(folder: Path) -> None:
    """The folder is 0700, every file in it 0600, whatever the user's mask; and the mask is left as it was."""
    before = os.umask(0o000)
    try:
        filled(folder)
        assert os.umask(0o000) == 0o000
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")} == {0o600}


def test_a_folder_of_somebody_else_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that another user may have put there are not read, not even where nothing can be written."""
    filled(folder)
    somebody = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: somebody)
    for fresh in (False, True):
        with pytest.raises(CacheError, match="belongs to another user") as raised:
            AnswerCache(folder, fresh=fresh)
        assert str(folder) in raised.value.message and "PIPELINE_HOME" in raised.value.next_step


def test_an_open_folder_of_ones_own_is_closed(folder: Path) -> None:
    """A folder that others may enter, however it was made, is the owner's alone once it is a cache."""
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    filled(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_entries_of_another_format_are_not_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change of the stored form the same request has another key."""
    monkeypatch.setattr(cache_module, "FORMAT", cache_module.FORMAT + 1)
    assert key_of({"question": "院长是谁"}) != KEY


def test_a_key_is_canonical_and_tells_characters_apart() -> None:
    """The order of a request's parts does not matter; every character does."""
    assert key_of({"a": 1, "b": {"c": "甲", "d": 2}}) == key_of({"b": {"d": 2, "c": "甲"}, "a": 1})
    assert len({key_of({"a": text}) for text in ("\u00e9", "e\u0301", "０", "0", "\\u7532", "甲")}) == 6


def test_nothing_is_ever_evicted(folder: Path) -> None:
    """No policy drops entries, no limit is near, and a thousand of them are all there."""
    with AnswerCache(folder) as cache:
        for number in range(1000):
            cache.put(key_of({"question": number}), ENTRY)
        assert all(cache.get(key_of({"question": number})) for number in range(1000))
    with database(folder / "cache.db") as rows:
        kept = dict(rows.execute("SELECT key, value FROM Settings"))
    assert kept["eviction_policy"] == "none" and kept["size_limit"] >= 1 << 50 and kept["cull_limit"] == 0


def test_recorded_answers_lie_beneath(folder: Path, tmp_path: Path) -> None:
    """A recorded answer is found where the cache has none; the cache's own goes before it."""
    other = Entry('{"任职":[1]}', Usage(), 2)
    path = recorded(tmp_path / "answers.ndjson", line(KEY), "", line("b" * 64))
    with AnswerCache(folder, recorded=path) as cache:
        assert cache.get(KEY) == ENTRY and cache.get("c" * 64) is None
        cache.put(KEY, other)
        assert cache.get(KEY) == other
        assert cache.get("b" * 64) == ENTRY


def test_fresh_looks_nothing_up_and_still_stores(folder: Path, tmp_path: Path) -> None:
    """A fresh run asks everything; the next one replays what it stored."""
    path = recorded(tmp_path / "answers.ndjson", line(KEY))
    with AnswerCache(folder, recorded=path, fresh=True) as cache:
        assert cache.get(KEY) is None
        cache.put("b" * 64, ENTRY)
        assert cache.get("b" * 64) is None
    with AnswerCache(folder) as cache:
        assert cache.get("b" * 64) == ENTRY


def test_a_line_separator_inside_an_answer_ends_no_line(folder: Path, tmp_path: Path) -> None:
    """U+2028 and its like are characters of an answer, not line ends of the file."""
    entry = Entry('{"任职":["\u2028\x85\u2029"]}', Usage(), 1)
    path = recorded(tmp_path / "answers.ndjson", line(KEY, entry))
    with AnswerCache(folder, recorded=path) as cache:
        assert cache.get(KEY) == entry


def test_no_recorded_answers_are_none(folder: Path, tmp_path: Path) -> None:
    """An installed package has no such file, and that is no error."""
    with AnswerCache(folder, recorded=tmp_path / "nothing.jsonl") as cache:
        assert cache.get(KEY) is None


@pytest.mark.parametrize(
    "broken", [*NOT_ENTRIES.values(), line(KEY)[:-9], "1", '"key"', json.dumps({"key": KEY})]
)
def test_a_broken_recorded_line_is_told_by_its_number(folder: Path, tmp_path: Path, broken: str) -> None:
    """Answers that ship with the product are whole, or the run says which line is not."""
    path = recorded(tmp_path / "answers.ndjson", line(KEY), broken)
    with pytest.raises(CacheError, match="line 2") as raised:
        AnswerCache(folder, recorded=path)
    assert str(path) in raised.value.message and raised.value.next_step


def test_recorded_bytes_that_are_no_text_are_told(folder: Path, tmp_path: Path) -> None:
    """A file that is not UTF-8 is a broken file, not a crash."""
    path = tmp_path / "answers.ndjson"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CacheError, match="line 1"):
        AnswerCache(folder, recorded=path)
