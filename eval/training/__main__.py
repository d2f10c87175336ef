"""``python -m eval.training``: train the embedded model's adapter anew, from the sentences in this folder."""

import argparse
import importlib.util
import os
import random
import statistics
import sys
from pathlib import Path
from typing import Final

from eval.training.packs import packs
from eval.training.sentences import FOLDER, digest, load
from pipeline.errors import PipelineError
from pipeline.model.adapter import ADAPTER
from pipeline.model.files import find_model

PACK_TOKENS: Final = 640
TOLD_EVERY: Final = 10


def main(argv: list[str] | None = None) -> int:
    """Train, and write the adapter. The exit code is 2 where that cannot begin."""
    parser = argparse.ArgumentParser(prog="python -m eval.training", description=__doc__)
    parser.add_argument("--sentences", type=Path, default=FOLDER, help="folder of JSON lines")
    parser.add_argument("--out", type=Path, default=ADAPTER, help="the adapter, a GGUF file")
    args = parser.parse_args(argv)
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
        print("Training needs more packages: pip install '.[train]'", file=sys.stderr)
        return 2
    try:
        base, stated = find_model(), load(args.sentences)
    except (PipelineError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    from eval.training import lora

    recipe = lora.Recipe()
    random.Random(recipe.seed).shuffle(stated)
    encode = lora.tokenizer(base.path)
    sequences = list(packs(stated, encode, size=PACK_TOKENS))
    if not sequences:
        print(f"There are no sentences in {args.sentences}.", file=sys.stderr)
        return 2
    losses: list[float] = []

    def told(number: int, loss: float) -> None:
        losses.append(loss)
        if number % TOLD_EVERY == 0 or number == len(sequences) - 1:
            recent = statistics.fmean(losses[-TOLD_EVERY:])
            print(f"{number + 1} of {len(sequences)} packs, loss {recent:.3f}", file=sys.stderr)

    model = lora.opened(base.path)
    lora.train(model, sequences, encode, recipe, told)
    # An adapter that is there is replaced by a whole one only.
    unfinished = args.out.with_name(f".{args.out.name}.unfinished")
    lora.write(model, unfinished, recipe, base_sha256=base.sha256, sentences_sha256=digest(args.sentences))
    os.replace(unfinished, args.out)
    print(f"{len(stated)} sentences, {len(sequences)} packs: {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
