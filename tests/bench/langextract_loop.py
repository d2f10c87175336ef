"""The same number of calls made by LangExtract: ``PYTHON -m tests.bench.langextract_loop URL CALLS IN_FLIGHT``.

It has an environment of its own. A short document for each call, as many workers as calls may be in flight, its own
provider for endpoints of this kind.
"""

import importlib
import sys
import time
import warnings
from typing import Any


def main(url: str, calls: int, in_flight: int) -> None:
    """Print the seconds that it takes."""
    lx: Any = importlib.import_module("langextract")
    tokenizer: Any = importlib.import_module("langextract.core.tokenizer")
    warnings.simplefilter("ignore")
    config = lx.factory.ModelConfig(
        model_id="rule",
        provider="OpenAILanguageModel",
        provider_kwargs={"base_url": url, "api_key": "none", "max_workers": in_flight},
    )
    documents = [
        lx.data.Document(
            f"{each}号楼启用。松岭县医院院长何知远出席会议。会议由副院长主持。", document_id=f"{each}"
        )
        for each in range(calls)
    ]
    example = lx.data.ExampleData(
        text="青禾市医院主任李安到场。",
        extractions=[lx.data.Extraction("appointment", "主任李安", attributes={"person": "李安"})],
    )
    started = time.perf_counter()
    found = lx.extract(
        documents,
        prompt_description="按在文中出现的先后抽取任职。",
        examples=[example],
        config=config,
        batch_length=calls,
        max_workers=in_flight,
        tokenizer=tokenizer.UnicodeTokenizer(),
        show_progress=False,
    )
    assert len(list(found)) == calls
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
