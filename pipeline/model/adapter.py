"""The embedded model as it was trained for this genre: the publisher's file with the low-rank adapter that ships here.

The adapter is a LoRA in llama.cpp's GGUF form, trained by ``python -m eval.training``. OpenVINO takes none beside a GGUF file, so the
sum of both is written once, into the models folder; the publisher's file stays as it is. What it is made of is its identity in
cache keys: the last bit of a sum of floats may differ from machine to machine.

Source: llama.cpp, ``convert_lora_to_gguf.py``; Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models" (2021).
"""

import contextlib
import hashlib
import importlib
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any, Final

from pipeline.errors import ModelCorrupt, ModelError, ModelMissing
from pipeline.model.alone import alone
from pipeline.model.assembly import put_in_place
from pipeline.model.files import (
    ADAPTED_NAME,
    DEFAULT_MODEL,
    INSTALL_STEP,
    ModelFile,
    find_model,
    intact,
    models_folder,
    sha256_of,
)
from pipeline.model.progress import Report, silent

ADAPTER: Final = Path(__file__).with_name("adapter.gguf")
BASE_KEY: Final = "adapter.base.sha256"
"""Where an adapter says which file it was trained on."""
_MADE: Final = re.compile(rf"{re.escape(ADAPTED_NAME)}-[0-9a-f]{{12}}\.gguf(\.sha256\.json)?")
_GROWTH: Final = 1.4
"""The size of the sum is at most so many times that of its base: what is adapted is kept in eight bits."""
_REINSTALL: Final = "Reinstall this package, and the model: python -m pipeline model install --full"


def identity(base_sha256: str = DEFAULT_MODEL.sha256, adapter: Path = ADAPTER) -> str:
    """What stands for the model in cache keys and run records: SHA-256 of the two hashes of what it is made of.

    Raises:
        ModelCorrupt: the adapter cannot be read.
    """
    return hashlib.sha256(f"{base_sha256}+{_sha256(adapter)}".encode()).hexdigest()


def found() -> ModelFile:
    """The adapted default model, where it is written. Raises ModelMissing where it is not, ModelCorrupt as :func:`identity`."""
    model = _model(DEFAULT_MODEL.sha256, ADAPTER)
    if not intact(model.path):
        raise ModelMissing(f"The model {ADAPTED_NAME} is not installed.", next_step=INSTALL_STEP)
    return model


def adapted(
    base: ModelFile | None = None, adapter: Path = ADAPTER, *, report: Report = silent, full: bool = False
) -> ModelFile:
    """The model of ``base`` (the default model) and ``adapter``, written unless it is there.

    ``full`` hashes a file that is there even if it looks untouched, and replaces it if it is not what was written.

    Raises:
        ModelMissing: the base model, or the package ``gguf``, is not installed.
        ModelCorrupt: base or adapter is not what it should be.
        ModelError: the sum cannot be written.
    """
    base = base or find_model()
    model = _model(base.sha256, adapter)
    target = model.path
    if intact(target, full=full):
        return model
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = target.with_name(f".{ADAPTED_NAME}.lock")
        with alone(lock, base.path.stat().st_size, "waiting for another that adds the adapter", report):
            if not intact(target, full=full):
                _write(base, adapter, target, report)
    except OSError as error:
        raise ModelError(
            f"The adapted model {target} cannot be written: {error.strerror or error}.",
            next_step="Make room (1.4 GB), or put it elsewhere with the environment variable PIPELINE_HOME.",
        ) from error
    return model


def drop_earlier(kept: ModelFile) -> None:
    """Remove what other adapters made: a gigabyte each."""
    for path in kept.path.parent.iterdir():
        if _MADE.fullmatch(path.name) and not path.name.startswith(kept.path.name):
            # One that is in use where such a file cannot be removed waits for the next installation.
            with contextlib.suppress(OSError):
                path.unlink()


def _model(base_sha256: str, adapter: Path) -> ModelFile:
    """The sum by its place, where it need not be, and its identity."""
    sha256 = identity(base_sha256, adapter)
    return ModelFile(models_folder().resolve() / f"{ADAPTED_NAME}-{sha256[:12]}.gguf", sha256, ADAPTED_NAME)


def _write(base: ModelFile, adapter: Path, target: Path, report: Report) -> None:
    """Write the sum beside its place, and move it there in one step, safe on the disk."""
    needed = _GROWTH * base.path.stat().st_size
    if shutil.disk_usage(target.parent).free < needed:
        raise ModelError(
            f"The adapted model needs {needed / 1e9:.1f} GB in {target.parent}.",
            next_step="Make room, or put it elsewhere with the environment variable PIPELINE_HOME.",
        )
    unfinished = target.with_name(f".{ADAPTED_NAME}.unfinished")
    try:
        writer = _sum(base, adapter, unfinished, report)
        try:
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_tensors_to_file()
        finally:
            writer.close()
        put_in_place(unfinished, target, sha256_of(unfinished), ADAPTED_NAME)
    finally:
        unfinished.unlink(missing_ok=True)


def _sum(base: ModelFile, adapter: Path, path: Path, report: Report) -> Any:
    """A writer of GGUF that holds all of ``base``, with W + alpha / rank x B A for each W that is adapted."""
    try:
        gguf = importlib.import_module("gguf")
    except ImportError:
        raise ModelMissing(
            "The embedded engine (gguf) is not installed.", next_step="Install it: pip install '.[local]'"
        ) from None
    try:
        there, added = gguf.GGUFReader(base.path), gguf.GGUFReader(adapter)
        made_for = added.fields[BASE_KEY].contents()
        if made_for != base.sha256:
            raise ValueError(f"it was trained on the file with SHA-256 {made_for}")
        low = {tensor.name: tensor.data.astype("float32") for tensor in added.tensors}
        alpha = added.fields["adapter.lora.alpha"].contents()
        writer = gguf.GGUFWriter(path, there.fields["general.architecture"].contents())
        for field in there.fields.values():
            if not field.name.startswith("GGUF.") and field.name != "general.architecture":
                of = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
                writer.add_key_value(field.name, field.contents(), field.types[0], sub_type=of)
        size, done = sum(int(tensor.n_bytes) for tensor in there.tensors), 0
        for tensor in there.tensors:
            values, kind = tensor.data, tensor.tensor_type
            if f"{tensor.name}.lora_a" in low:
                a, b = low.pop(f"{tensor.name}.lora_a"), low.pop(f"{tensor.name}.lora_b")
                weights = gguf.dequantize(values, kind) + alpha / len(a) * (b @ a)
                kind = gguf.GGMLQuantizationType.Q8_0
                values = gguf.quantize(weights, kind)
            writer.add_tensor(tensor.name, values, raw_dtype=kind)
            report(done := done + int(tensor.n_bytes), size, "adding what the model was trained to")
        if low:
            raise ValueError(f"it is for {min(low)}")
    except OSError:
        raise
    except Exception as error:
        # Whatever a damaged file makes the reader raise.
        raise ModelCorrupt(
            f"The adapter {adapter.name} does not fit {base.path.name}: {error}.", next_step=_REINSTALL
        ) from error
    return writer


@cache
def _sha256(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise ModelCorrupt(
            f"The adapter {path.name} cannot be read: {error.strerror}.", next_step=_REINSTALL
        ) from error
