"""Cost, area and beds of a project, wherever the text tells them of it."""

from tests.records.answered import grounded

TOLD = """岚溪县中医院新院区项目6月开工。该项目总投资约3.2亿元，占地86亩，总建筑面积5.4万平方米，规划床位400张。
县医院同时启用了急诊综合楼，建筑面积6000平方米。
"""


def test_a_project_is_described_in_the_sentences_that_go_on_about_it() -> None:
    """Cost, building area and beds come from «该项目…», which becomes evidence too; another building's do not."""
    found = grounded(TOLD, "project", "6月开工", name="岚溪县中医院新院区", status="开工")
    assert (found.values["investment_cny"], found.values["area"], found.values["beds"]) == (
        320_000_000,
        54_000,
        400,
    )
    assert found.values["area_measure"] == "平方米"
    assert [each.text[:5] for each in found.evidence] == ["岚溪县中医", "该项目总投"]


def test_what_stands_behind_another_building_is_said_of_that() -> None:
    """Of two buildings in a sentence, each has the figures right behind its own name."""
    text = "该院住院大楼已竣工，肿瘤综合楼建筑面积1.2万平方米，设床位180张，预计明年启用。"
    first = grounded(text, "project", "住院", name="住院大楼", status="竣工")
    second = grounded(text, "project", "住院", name="肿瘤综合楼", status="启用")
    assert (first.values["area"], first.values["beds"]) == (None, None)
    assert (second.values["area"], second.values["beds"]) == (12_000, 180)


def test_a_cost_right_before_the_name_is_the_projects() -> None:
    """«总投资8000万元的外科楼» tells the cost of the building named."""
    found = grounded("总投资8000万元的外科楼竣工启用。", "project", "外科楼", name="外科楼", status="竣工")
    assert found.values["investment_cny"] == 80_000_000


def test_a_machine_has_no_beds() -> None:
    """Beds in a sentence about equipment are those of a ward."""
    found = grounded(
        "添置口腔CT一台，新建的康复病房设床位30张。", "project", "CT", name="口腔CT", status="添置"
    )
    assert found.values["beds"] is None
