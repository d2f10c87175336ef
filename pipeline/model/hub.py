"""A model file from its publisher's place on the model hub, if the hub's client is there and gets through."""

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pipeline.model.assembly import put_in_place
from pipeline.model.files import ModelFile, ModelSpec, sha256_of
from pipeline.model.progress import Report

REACH_SECONDS: Final = 5.0
REPORT_SECONDS: Final = 0.5


class HubUnavailable(Exception):
    """The file cannot be had from the hub, and why; there are other ways."""


def install_from_hub(spec: ModelSpec, target: Path, report: Report) -> ModelFile:
    """Download the file by the hub's client, which resumes, and put it in place when its hash is right.

    Raises HubUnavailable within seconds when there is no client or no way to the hub.
    """
    hub = _client(spec)
    folder = target.with_name(f".{target.name}.hub")
    try:
        with _reporting(folder, spec, report):
            found = Path(hub.hf_hub_download(spec.hub_repository, spec.hub_file, local_dir=folder))
    except Exception as error:
        raise HubUnavailable(f"the model hub broke off ({type(error).__name__})") from error
    if sha256_of(found) != spec.sha256:
        found.unlink()
        raise HubUnavailable("the model hub has another file under this name")
    return put_in_place(found, target, spec.sha256, spec.name)


def _client(spec: ModelSpec) -> Any:
    """The hub's client, after a short question whether the hub answers and has the file in the right size."""
    try:
        hub: Any = importlib.import_module("huggingface_hub")
    except ImportError:
        raise HubUnavailable("huggingface_hub is not installed") from None
    try:
        address = hub.hf_hub_url(spec.hub_repository, spec.hub_file)
        size = hub.get_hf_file_metadata(address, timeout=REACH_SECONDS).size
    except Exception as error:
        raise HubUnavailable(f"the model hub cannot be reached ({type(error).__name__})") from error
    if size != spec.size:
        raise HubUnavailable("the model hub has another file under this name")
    hub.utils.disable_progress_bars()
    return hub


@contextmanager
def _reporting(folder: Path, spec: ModelSpec, report: Report) -> Iterator[None]:
    """Report the bytes under ``folder`` twice a second; the client writes there, and its own bars are off."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(REPORT_SECONDS):
            there = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            report(min(there, spec.size), spec.size, "from the model hub")

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
