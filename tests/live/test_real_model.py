"""The embedded model itself, outside CI: ``make live``."""

import json
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.model.local import ENGINE

pytest.importorskip(ENGINE)
pytestmark = pytest.mark.live

ARTICLE = """江州日报记者 吴桐

2022年5月，云岭市中心医院卒中中心通过国家高级卒中中心评审。云岭市中心医院院长沈一舟介绍，医院全年开展介入手术1200余例。
2021年6月，医院门诊综合楼开工建设，总投资3.2亿元，设床位600张。
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh run over the article above, with the installed model; one for all tests."""
    folder = tmp_path_factory.mktemp("live")
    article = folder / "article.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    assert main(["run", str(article), "--fresh", "--out", str(folder / "out")]) == 0
    return folder / "out"


def test_the_real_model_fills_a_table_from_an_article_it_has_never_seen(out: Path) -> None:
    """What the article states comes out as typed records, normalised."""
    records = [json.loads(line) for line in (out / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    by_type = {record["type"]: record for record in records}
    accreditation, project = by_type["accreditation"], by_type["project"]
    assert (accreditation["unit"], accreditation["status"], accreditation["date"]) == (
        "卒中中心",
        "passed",
        "2022-05",
    )
    assert (project["investment_cny"], project["beds"], project["date"]) == (320_000_000, 600, "2021-06")
    metrics = [record for record in records if record["type"] == "metric"]
    assert any((one["value"], one["qualifier"]) == (1200, "at_least") for one in metrics)


def test_every_record_of_the_real_model_stands_in_the_file(out: Path) -> None:
    """Offsets point into the article as it was written."""
    for line in (out / "records.jsonl").read_text(encoding="utf-8").splitlines():
        for one in json.loads(line)["evidence"]:
            assert ARTICLE[one["start"] : one["end"]] == one["text"]


def test_the_real_model_is_asked_live_and_answers_are_counted(out: Path) -> None:
    """The run says what was live, and what it took in tokens."""
    summary = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert summary["calls"]["live"] > 0
    assert summary["calls"]["replayed"] == 0
    assert summary["tokens"]["completion"] > 0
