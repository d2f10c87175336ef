"""The adapted model: the sum of the publisher's file and the adapter, written once, known by what it is made of."""

import asyncio
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import gguf
import numpy as np
import pytest

from eval.training.sentences import SENTENCES_KEY, digest
from pipeline.errors import ModelCorrupt, ModelError, ModelMissing
from pipeline.model.adapter import ADAPTER, BASE_KEY, adapted, drop_earlier, found, identity
from pipeline.model.files import ADAPTED_NAME, DEFAULT_MODEL, HOME_VARIABLE, ModelFile, models_folder
from pipeline.model.local import LocalEngine

RANK, ALPHA = 4, 8.0
WIDTH = 64


def write_adapter(
    path: Path,
    base_sha256: str,
    *,
    tensor: str = "blk.0.attn_q.weight",
    width: int = WIDTH,
    seed: int = 0,
) -> Path:
    """An adapter of one tensor, in llama.cpp's form."""
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, ALPHA)
    writer.add_string(BASE_KEY, base_sha256)
    writer.add_tensor(f"{tensor}.lora_a", random.normal(size=(RANK, width)).astype(np.float16))
    writer.add_tensor(f"{tensor}.lora_b", random.normal(size=(WIDTH, RANK)).astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def small(tmp_path: Path, home: Path, tiny: ModelFile) -> Path:
    """An adapter for the tiny model."""
    return write_adapter(tmp_path / "adapter.gguf", tiny.sha256)


def weights(path: Path) -> dict[str, np.ndarray]:
    """The tensors of a GGUF file, in floats."""
    return {each.name: gguf.dequantize(each.data, each.tensor_type) for each in gguf.GGUFReader(path).tensors}


def test_the_sum_is_what_base_and_adapter_say(tiny: ModelFile, small: Path) -> None:
    """W + alpha / rank x B A where there is an adapter, to the last bit what it was elsewhere."""
    made, base, low = adapted(tiny, small), weights(tiny.path), weights(small)
    name = "blk.0.attn_q.weight"
    wanted = base[name] + ALPHA / RANK * low[f"{name}.lora_b"] @ low[f"{name}.lora_a"]
    found = weights(made.path)
    assert np.abs(found[name] - wanted).max() <= np.abs(wanted).max() / 127
    assert np.abs(base[name] - wanted).max() > 1
    assert {*found} == {*base}
    for other in {*base} - {name}:
        assert np.array_equal(found[other], base[other])


def test_what_the_file_says_of_itself_is_kept(tiny: ModelFile, small: Path) -> None:
    """Vocabulary, shape, chat template: the engine reads them."""
    told = [
        {field.name: field.contents() for field in gguf.GGUFReader(path).fields.values()}
        for path in (tiny.path, adapted(tiny, small).path)
    ]
    for fields in told:
        for name in [name for name in fields if name.startswith("GGUF.")]:
            del fields[name]
    assert told[0] == told[1] and "tokenizer.chat_template" in told[0]


def test_the_engine_takes_it(tiny: ModelFile, small: Path) -> None:
    """It starts with the file, which it does not know for a whole one, and names the model."""

    async def start() -> str:
        async with LocalEngine(adapted(tiny, small)) as engine:
            return (await engine.start()).model_name

    assert asyncio.run(start()) == ADAPTED_NAME


def test_it_is_known_by_what_it_is_made_of(tiny: ModelFile, small: Path, tmp_path: Path) -> None:
    """Answers of one adapter are not taken for another's; the default model's are known without its file."""
    made = adapted(tiny, small)
    other = write_adapter(tmp_path / "other.gguf", tiny.sha256, seed=1)
    assert made.sha256 == identity(tiny.sha256, small)
    known = (made.sha256, identity(tiny.sha256, other), identity(DEFAULT_MODEL.sha256, small), identity())
    assert len({*known}) == 4


def test_it_is_written_once(tiny: ModelFile, small: Path) -> None:
    """A gigabyte and half a minute each time otherwise; anew where the file is not what was written."""
    path = adapted(tiny, small).path
    first, content = path.stat().st_mtime_ns, path.read_bytes()
    assert adapted(tiny, small).path.stat().st_mtime_ns == first
    path.write_bytes(content[:-100])
    assert adapted(tiny, small).path.read_bytes() == content


def test_a_file_that_only_looks_untouched_is_found_by_its_hash(tiny: ModelFile, small: Path) -> None:
    """``model install --full`` asks for that."""
    path = adapted(tiny, small).path
    status, content = path.stat(), path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert adapted(tiny, small).path.read_bytes() != content
    assert adapted(tiny, small, full=True).path.read_bytes() == content


def test_a_copy_elsewhere_is_taken_as_it_is(
    tiny: ModelFile, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another time of change, and in a folder where nothing can be written: an image that was baked."""
    adapted(tiny, small)
    home = tmp_path / "baked"
    shutil.copytree(models_folder(), home / "models", copy_function=shutil.copy)
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    before = {path.name: path.stat().st_ino for path in models_folder().iterdir()}
    os.utime(next(models_folder().glob("*.gguf")), ns=(0, 0))
    models_folder().chmod(0o500)
    try:
        assert adapted(tiny, small).path.parent == models_folder().resolve()
    finally:
        models_folder().chmod(0o700)
    assert {path.name: path.stat().st_ino for path in models_folder().iterdir()} == before


def test_two_adapters_live_side_by_side_until_one_is_installed(
    tiny: ModelFile, small: Path, tmp_path: Path
) -> None:
    """Two checkouts share a home. What is installed stays alone; a user's own files stay in any case."""
    earlier = adapted(tiny, small)
    later = adapted(tiny, write_adapter(tmp_path / "later.gguf", tiny.sha256, seed=1))
    own = [models_folder() / name for name in ("mine.gguf", f"{ADAPTED_NAME}-mine.gguf")]
    for path in own:
        path.write_bytes(b"GGUF")
    assert earlier.path.is_file() and later.path.is_file()
    drop_earlier(later)
    assert not earlier.path.exists() and later.path.is_file() and all(path.is_file() for path in own)
    assert adapted(tiny, small).path == earlier.path


def test_processes_that_want_it_at_once_get_one_whole_file(tiny: ModelFile, small: Path) -> None:
    """One writes, the others wait."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: adapted(tiny, small), range(8)))
    assert len({*found}) == 1
    assert {*weights(found[0].path)} == {*weights(tiny.path)}


def test_an_adapter_for_another_model_is_refused(tiny: ModelFile, tmp_path: Path, home: Path) -> None:
    """By what it says itself, by a tensor that is not there or has another shape; nothing is left of the sum."""
    wrong = [
        write_adapter(tmp_path / "0.gguf", "0" * 64),
        write_adapter(tmp_path / "1.gguf", tiny.sha256, tensor="blk.7.attn_q.weight"),
        write_adapter(tmp_path / "2.gguf", tiny.sha256, width=32),
    ]
    for path in wrong:
        with pytest.raises(ModelCorrupt, match="does not fit"):
            adapted(tiny, path)
    assert {path.suffix for path in models_folder().iterdir()} == {".lock"}


@pytest.mark.parametrize("share", [0, 0.001, 0.02, 0.5, 0.99])
def test_a_damaged_adapter_is_told(tiny: ModelFile, small: Path, share: float) -> None:
    """Wherever it was cut off, and where there is none."""
    content = small.read_bytes()
    cut = small.with_name("cut.gguf")
    cut.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ModelCorrupt) as raised:
        adapted(tiny, cut)
    assert "Reinstall" in raised.value.next_step
    with pytest.raises(ModelCorrupt, match="cannot be read"):
        identity(tiny.sha256, small.with_name("gone.gguf"))


def test_a_disk_that_is_full_is_told(tiny: ModelFile, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before or while it is written; nothing is left, and the next run writes it."""
    with monkeypatch.context() as patched, pytest.raises(ModelError, match="needs"):
        patched.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
        adapted(tiny, small)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(ModelError, match="No space left"):
        patched.setattr(gguf.GGUFWriter, "write_tensors_to_file", full)
        adapted(tiny, small)
    assert {path.suffix for path in models_folder().iterdir()} == {".lock"}
    assert adapted(tiny, small).path.is_file()


def test_without_the_base_nothing_is_adapted(home: Path) -> None:
    """The error says what to install."""
    for ask in (adapted, found):
        with pytest.raises(ModelMissing) as raised:
            ask()
        assert "model install" in raised.value.next_step


def test_the_shipped_adapter_is_of_the_default_model_and_of_these_sentences() -> None:
    """After a change of the sentences it is trained anew, or they are not what it was trained on."""
    file = gguf.GGUFReader(ADAPTER)
    told = {name: file.fields[name].contents() for name in (BASE_KEY, SENTENCES_KEY, "adapter.type")}
    assert told == {BASE_KEY: DEFAULT_MODEL.sha256, SENTENCES_KEY: digest(), "adapter.type": "lora"}
    wide = {"attn_q": 1536, "attn_k": 256, "attn_v": 256, "attn_output": 1536, "ffn_down": 1536}
    shapes = {tensor.name: tensor.data.shape for tensor in file.tensors}
    rank = shapes["blk.0.attn_q.weight.lora_a"][0]
    assert shapes == {
        f"blk.{layer}.{part}.weight.lora_{side}": shape
        for layer in range(28)
        for part, out in wide.items()
        for side, shape in (("a", (rank, 8960 if part == "ffn_down" else 1536)), ("b", (out, rank)))
    }
    assert all(np.isfinite(tensor.data).all() and np.abs(tensor.data).max() > 0 for tensor in file.tensors)
