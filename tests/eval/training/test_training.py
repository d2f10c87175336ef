"""What the embedded model is trained on: made-up sentences whose answers the engine could write, and questions that keep apart."""

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from eval.canonical import canonical_text
from eval.lint import runs
from eval.training.genre import GENRE, printed
from eval.training.packs import packs
from eval.training.sentences import FOLDER, TYPES, Stated, load
from prompts.asked import ASKED, LABELS, answer_model
from prompts.catalog import template

ROOT = Path(__file__).parents[3]
ARTICLES = [*(ROOT / "seeds").glob("*.txt"), *(ROOT / "eval" / "gold" / "dev" / "articles").iterdir()]
ONE = Stated("", "甲院通过验收，乙院获奖。", {"accreditation": [{"机构": "甲院", "称号": "二级"}]})
TWO = Stated("", "丙院开展手术120例。", {})


@pytest.fixture(scope="module")
def stated() -> list[Stated]:
    """All sentences."""
    return load()


def encode(text: str) -> list[int]:
    """A token for each character."""
    return [ord(char) for char in text]


def test_every_type_is_learnt_from_facts_and_from_none(stated: list[Stated]) -> None:
    """A model that never sees an empty answer gives none."""
    told, none = Counter[str](), Counter[str]()
    for each in stated:
        for kind, answer in each.questions():
            (none if answer.endswith(":[]}") else told)[kind] += 1
    assert {*told} == {*none} == {*TYPES}
    assert min(told.values()) > 20
    assert sum(none.values()) > 0.3 * sum(told.values())


def test_every_answer_can_be_written(stated: list[Stated]) -> None:
    """Each value is a copy from its sentence and has its field's shape: the decoding grammar takes no other."""
    wrong = []
    for each in stated:
        for kind, answer in each.questions():
            facts = json.loads(answer)[LABELS[kind]]
            answer_model((kind,), 1).model_validate_json(answer)
            for key, value in ((key, value) for fact in facts for key, value in fact.items()):
                shape = template(kind).shape.get(key, ".*")
                for copy in value if isinstance(value, list) else [value]:
                    if copy not in each.text or not re.fullmatch(shape, copy, re.DOTALL):
                        wrong.append((each.place, kind, key, copy))
            if any(not fact.get(key) for fact in facts for key in template(kind).required):
                wrong.append((each.place, kind, "", "required"))
    assert not wrong


def test_no_fact_is_told_twice_of_a_sentence(stated: list[Stated]) -> None:
    """Else the model would learn to go on and on."""
    for each in stated:
        for _, answer in each.questions():
            (facts,) = json.loads(answer).values()
            assert len({json.dumps(fact) for fact in facts}) == len(facts), each.place


def test_no_sentence_is_from_an_article_that_is_scored(stated: list[Stated]) -> None:
    """The seeds and the synthetic articles stay unseen."""
    texts = [canonical_text(path.read_text("utf-8")) for path in ARTICLES]
    assert len(texts) == 15
    known = {run for text in texts for run in runs(text)}
    assert len(known) > 20_000
    for each in stated:
        assert known.isdisjoint(runs(canonical_text(each.text))), each.place


def test_sentences_are_all_there(stated: list[Stated]) -> None:
    """One for each line of each file, and few of them the same."""
    lines = [line for path in FOLDER.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    assert len(stated) == len(lines) > 2500
    assert len({each.text for each in stated}) > 0.95 * len(stated)


def test_the_lexicon_has_the_same_sentences(stated: list[Stated]) -> None:
    """After a change of them: ``python -m eval.training.genre``."""
    assert GENRE.read_text("utf-8") == printed(stated)


@pytest.mark.parametrize("line", ["{", '{"s": "甲院"}', '{"s": "甲院", "f": {"天气": []}}', '["甲院"]'])
def test_a_line_that_is_no_sentence_is_named(tmp_path: Path, line: str) -> None:
    """File and line, so that it can be found."""
    good = '{"s": "甲院。", "f": {}}'
    (tmp_path / "a.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.jsonl:2"):
        load(tmp_path)


def test_a_fact_is_answered_in_the_order_of_its_shape() -> None:
    """As the decoding grammar has it, whatever the order in the file."""
    each = Stated(
        "", "2021年甲院获批三级。", {"accreditation": [{"时间": "2021年", "称号": "三级", "机构": "甲院"}]}
    )
    ((kind, answer),) = [one for one in each.questions() if one[0] == "accreditation"]
    aliases = [field.alias for field in ASKED[kind].model_fields.values()]
    keys = [*json.loads(answer)["认定"][0]]
    assert keys == sorted(keys, key=aliases.index) == ["机构", "称号", "时间"]


def test_a_token_sees_its_own_branch_alone() -> None:
    """System message, its sentence and its question up to itself: what the engine will show it, nothing else."""
    (pack,) = packs([ONE, TWO], encode, size=10_000)
    seen = pack.seen()
    assert seen.shape == (len(pack), len(pack))
    branches = sorted({branch for branch in pack.branches if branch[1] >= 0})
    assert len(branches) >= 3 and {sentence for sentence, _ in branches} == {0, 1}
    for sentence, question in branches:
        mine = [at for at, branch in enumerate(pack.branches) if branch == (sentence, question)]
        shown = "".join(chr(pack.tokens[at]) for at in np.flatnonzero(seen[mine[-1]]))
        text = (ONE, TWO)[sentence].text
        assert shown.count(text) == 1 and shown.count("抄录") >= 1
        assert (TWO, ONE)[sentence].text not in shown
        assert shown.count("<|im_start|>assistant") == 1 and shown.endswith("}<|im_end|>")
        assert [pack.positions[at] for at in np.flatnonzero(seen[mine[-1]])] == list(range(len(shown)))
        assert "".join(chr(pack.tokens[at]) for at in mine if pack.learnt[at]).startswith("{")


def test_packs_are_of_a_size_and_lose_nothing(stated: list[Stated]) -> None:
    """A sentence that is longer than a pack has one of its own."""
    some = stated[:200]
    made = list(packs(some, encode, size=1500))
    questions = sum(len(list(each.questions())) for each in some)
    assert sum(len({b for b in pack.branches if b[1] >= 0}) for pack in made) == questions
    for pack in made:
        assert len(pack) <= 1500 or len({sentence for sentence, _ in pack.branches}) == 2
