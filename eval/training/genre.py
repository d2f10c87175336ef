"""``python -m eval.training.genre``: what the sentences print, for the lexicon by which torn columns are put in order."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from eval.training.sentences import Stated, load
from pipeline.document.seams import NUMBER

GENRE: Final = Path(__file__).parents[2] / "pipeline" / "lexicon" / "genre.txt"


def printed(stated: Sequence[Stated]) -> str:
    """The sentences as the lexicon has them, a line each."""
    return "".join(NUMBER.sub("0", each.text) + "\n" for each in stated)


if __name__ == "__main__":
    GENRE.write_text(printed(load()), encoding="utf-8")
