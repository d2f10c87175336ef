"""Write ``answers.ndjson``: the embedded model's answers about the bundled articles, taken from the answer cache.

After a live run (``python -m pipeline run --fresh``) every answer is in the cache; this copies those that a run of
the bundled articles asks for, one a line in the order of their keys. ``make record`` does both.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from pipeline.config import cache_folder, load
from pipeline.document import prepare, read
from pipeline.errors import DocumentError
from pipeline.extract import plan, question
from pipeline.model.cache import AnswerCache
from pipeline.model.client import Client, Decoding
from pipeline.run import RECORDED, SEEDS, EmbeddedModel


def main() -> int:
    """Copy the answers; the exit code is 1 where one is missing."""
    settings = load({"profile": "embedded"})
    profile, model = settings.chosen_profile, EmbeddedModel(settings)
    lines, missing = {}, 0
    with AnswerCache(cache_folder()) as cache:
        client = Client(
            model.identity(),
            model.connect,
            cache,
            decoding=Decoding(max_tokens=profile.max_tokens),
            concurrency=1,
            offline=True,
        )
        for source in read([str(SEEDS)]):
            if isinstance(source, DocumentError):
                raise source
            for asking in plan(prepare(source), profile, settings.types):
                key = client.key(question(asking, profile))
                if (entry := cache.get(key)) is None:
                    missing += 1
                    continue
                lines[key] = json.dumps({"key": key, **asdict(entry)}, ensure_ascii=False, sort_keys=True)
    Path(RECORDED).write_text("".join(lines[key] + "\n" for key in sorted(lines)), encoding="utf-8")
    print(
        f"{len(lines)} answers in {RECORDED.relative_to(RECORDED.parent.parent)}, {missing} missing",
        file=sys.stderr,
    )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
