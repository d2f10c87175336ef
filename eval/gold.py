"""Gold on disk: one file per document, a manifest of their hashes, the splits, and the articles beside."""

import hashlib
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from eval.errors import GoldError
from eval.texts import Text, load_text
from pipeline.run import REPOSITORY, SEEDS
from schemas.gold import GoldDocument, load_gold

FOLDER: Final = Path(__file__).resolve().parent / "gold"
SPLITS: Final = Path(__file__).resolve().parent / "splits.toml"
HOME: Final = (REPOSITORY if SEEDS.is_dir() else Path()) / "eval"
"""Where runs and the baseline are kept: with the sources, or, for an installed package, in the working directory."""
MANIFEST: Final = "SHA256SUMS"
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Split:
    """A named part of the gold: patterns of document names, and where gold and articles lie.

    ``synthetic``: the articles were written for development; figures about them say so.
    """

    patterns: tuple[str, ...]
    folder: Path
    articles: Path
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Gold:
    """The gold documents of one split, by name in order, and where their articles lie.

    ``hash`` is of the files as they are, so that a score names the gold that it was made with.
    """

    documents: tuple[GoldDocument, ...]
    hash: str
    articles: Path
    synthetic: bool = False

    @property
    def guides(self) -> tuple[int, ...]:
        """The versions of the record guide that were followed."""
        return tuple(sorted({one.guide for one in self.documents}))

    def path(self, gold: GoldDocument) -> Path:
        """Where the article of a gold document lies."""
        return self.articles / gold.document

    def text(self, gold: GoldDocument) -> Text | None:
        """The article of a gold document, None where there is none. GoldError where it was changed."""
        return load_text(self.path(gold), gold.sha256)


def load(folder: Path | None = None, articles: Path | None = None, split: str = ALL) -> Gold:
    """The gold documents of a split; its own folders, where none are named.

    Raises:
        GoldError: no such folder or split, a file that is not valid, or one that the manifest knows
        otherwise.
    """
    named = _named(split)
    folder = folder or named.folder
    files = sorted(folder.glob("*.json"))
    if not files:
        raise GoldError(f"There is no gold in {folder}.", next_step="Name a folder with --gold.")
    _against_manifest(folder)
    chosen = [(path, _one(path)) for path in files]
    wanted = [
        (path, gold)
        for path, gold in chosen
        if any(fnmatchcase(gold.document, pattern) for pattern in named.patterns)
    ]
    if not wanted:
        raise GoldError(f"No gold document of {folder} is in the split {split}.")
    names = [gold.document for _, gold in wanted]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise GoldError(f"{folder} has more than one file for {', '.join(twice)}.")
    lines = sorted(f"{gold.document} {sha256(path)}" for path, gold in wanted)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    documents = tuple(sorted((gold for _, gold in wanted), key=lambda one: one.document))
    return Gold(documents, digest, articles or named.articles, named.synthetic)


def sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def splits() -> dict[str, Split]:
    """The named splits."""
    listed = tomllib.loads(SPLITS.read_text(encoding="utf-8"))
    return {name: _split(**one) for name, one in listed.items()}


def places() -> list[tuple[Path, Path]]:
    """Every folder of gold that a split names, with the folder of its articles."""
    return list(dict.fromkeys((one.folder, one.articles) for one in splits().values()))


def _split(patterns: list[str], folder: str = "", synthetic: bool = False) -> Split:
    articles = FOLDER / folder / "articles" if folder else SEEDS
    return Split(tuple(patterns), FOLDER / folder, articles, synthetic)


def _named(split: str) -> Split:
    known = splits()
    if split not in known:
        raise GoldError(f"There is no split {split}; there are {', '.join(known)}.")
    return known[split]


def _one(path: Path) -> GoldDocument:
    try:
        return load_gold(path)
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path} cannot be read: {error}.") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise GoldError(
            f"{path} is not valid at {place}: {first['msg']}.",
            next_step="python -m eval lint lists all faults.",
        ) from None


def differing(folder: Path) -> list[str] | None:
    """Gold files that are not what the manifest says, absent ones too; None where there is no manifest."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return None
    lines = manifest.read_text(encoding="utf-8", errors="replace").splitlines()
    known = {line[66:].strip(): line[:64] for line in lines if line.strip()}  # As sha256sum writes them.
    here = {path.name: sha256(path) for path in folder.glob("*.json")}
    return sorted(name for name in known.keys() | here.keys() if known.get(name) != here.get(name))


def _against_manifest(folder: Path) -> None:
    if names := differing(folder):
        raise GoldError(
            f"{', '.join(names)}: not what {folder / MANIFEST} says.",
            next_step="Restore the files; where the change is meant, write the manifest anew: "
            f"(cd {folder} && sha256sum *.json > {MANIFEST}).",
        )
