"""Enum values from printed words."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import words
from schemas.enums import (
    AccreditationStatus,
    EventKind,
    Level,
    MetricKind,
    NoticeKind,
    PartnershipForm,
    ProjectStatus,
    SystemAction,
)


def table(*rows: tuple[object, ...]) -> list[object]:
    """Rows of a table test; the first entry of each is the sentence that names it."""
    return [pytest.param(*values, id=str(sentence)) for sentence, *values in rows]


@pytest.mark.parametrize(
    ("action", "designation", "sentence", "status"),
    table(
        ("a review passed", "通过", "省级胸痛中心", "医院通过省级胸痛中心评审。", "passed"),
        (
            "a recertification is told behind the title",
            "通过",
            "卒中中心",
            "医院通过卒中中心再认证。",
            "renewed",
        ),
        (
            "a title obtained on a plaque is awarded",
            "获得",
            "卒中中心",
            "医院获得“卒中中心”授牌。",
            "awarded",
        ),
        (
            "a title that is a building unit is started",
            "获得",
            "卒中中心建设单位",
            "获得卒中中心建设单位授牌。",
            "started",
        ),
        (
            "a building unit that is applied for",
            "申报",
            "国家创伤医学中心建设项目",
            "医院正在申报国家创伤医学中心建设项目。",
            "applied",
        ),
        (
            "an application is told before the verb",
            "",
            "省级重点专科",
            "心内科积极申报省级重点专科。",
            "applied",
        ),
        ("a stage of the review is an application", "", "五级病历", "已进入五级病历评审阶段。", "applied"),
        ("a plan names what is to be built", "共建", "创伤中心", "两院将共建创伤中心。", "planned"),
        ("the army doctor's first character is no plan", "是", "示范基地", "将军路院区是示范基地。", "held"),
        ("work has begun", "启动", "心衰中心", "心衰中心启动建设。", "started"),
        ("a plaque is awarded", "授牌", "培训基地", "培训基地授牌。", "awarded"),
        ("being told, not how it came", "作为", "省级重点专科", "作为省级重点专科，骨科有床位。", "held"),
        ("a member becomes one", "成为", "骨科联盟成员单位", "医院成为骨科联盟成员单位。", "held"),
        (
            "becoming after a review is passing",
            "成为",
            "国家级胸痛中心",
            "顺利通过认证，成为国家级胸痛中心。",
            "passed",
        ),
        ("approval to become", "获批成为", "区域医疗中心", "医院获批成为区域医疗中心。", "passed"),
        ("created with success", "成功创建", "胸痛中心", "医院成功创建胸痛中心。", "passed"),
        (
            "without a verb the one nearest before the title",
            "",
            "示范基地",
            "依托医院筹建示范基地。",
            "started",
        ),
        (
            "by means of building is started",
            "",
            "卒中中心",
            "该院通过卒中中心、创伤中心等方面的建设，提升能力。",
            "started",
        ),
        ("no word of status", "", "卒中中心", "卒中中心。", None),
    ),
)
def test_accreditation_status(
    action: str, designation: str, sentence: str, status: AccreditationStatus | None
) -> None:
    """The status follows from the verb, the title itself and the words around it."""
    assert words.accreditation_status(action, designation, sentence) == status


@pytest.mark.parametrize(
    ("designation", "level"),
    table(
        ("a national title", "国家级胸痛中心", "national"),
        ("the state's name is national", "中国房颤中心", "national"),
        ("a county's level wins over the province's name", "湖南省县级临床重点专科", "county"),
        ("the state wins over the province that owns it", "湖南省国家重点学科建设单位", "national"),
        ("a province's title", "湖南省重点实验室", "provincial"),
        ("a province's name alone", "湖南卒中中心", "provincial"),
        ("a city under the government is a province", "重庆市临床重点专科", "provincial"),
        ("a city's title", "云河市示范基地", "municipal"),
        ("a county's title", "青石县示范基地", "county"),
        ("a world organization's", "世界卫生组织合作中心", "international"),
        ("a county hospital is no level", "县级医院能力提升单位", None),
        ("a society's name is the issuer, not the level", "中国医师协会培训基地", None),
        ("a grade is no level", "三级甲等医院", None),
        ("a university with a province's name is no level", "湖南大学教学医院", None),
    ),
)
def test_level(designation: str, level: Level | None) -> None:
    """The level word wins over the owner's name; no word, no level."""
    assert words.level(designation) == level


def test_level_of_the_review_and_of_the_issuer() -> None:
    """Where the title is silent, the review that is told speaks before the issuer."""
    assert words.level("电子病历五级", sentence="医院电子病历五级通过省级评审。") == "provincial"
    assert words.level("基层房颤中心", issuer="国家心血管中心") == "national"
    assert words.level("基层房颤中心", issuer="云河市卫健委", sentence="通过国家级验收") == "national"


@pytest.mark.parametrize(
    ("text", "plausible"),
    table(
        ("a centre", "国家级胸痛中心", True),
        ("a member", "骨科联盟成员单位", True),
        ("a grade", "三级甲等", True),
        ("a phrase with a verb", "打造区域医疗中心", False),
        ("a sentence", "医院通过评审，成为基地", False),
        ("a bare word of review", "认证", False),
        ("a slogan of numbers", "“五大中心”", False),
        ("no head noun", "高质量发展", False),
        ("nothing", "", False),
    ),
)
def test_designation_plausible(text: str, plausible: bool) -> None:
    """A status title has a head noun and is no phrase with a verb."""
    assert words.designation_plausible(text) is plausible


@pytest.mark.parametrize(
    ("form", "subject", "sentence", "expected"),
    table(
        ("trusteeship", "托管", "", "", "trusteeship"),
        ("building together", "合作共建", "口腔院区", "", "joint"),
        ("an alliance that is joined", "加入", "骨科联盟", "", "alliance"),
        ("a signed agreement on cooperation", "签订合作协议", "", "", "agreement"),
        ("doctors sent to learn", "", "选派医师进修", "", "assistance"),
        ("contacts kept", "保持业务联系", "", "", "exchange"),
        ("the printed word before the sentence", "共建", "", "双方签约共建心内科", "joint"),
        ("nothing that says it", "", "", "", "other"),
    ),
)
def test_partnership_form(form: str, subject: str, sentence: str, expected: PartnershipForm) -> None:
    """The printed word decides, then the subject, then the sentence."""
    assert words.partnership_form(form, subject, sentence) == expected


@pytest.mark.parametrize(
    ("form", "sentence", "expected"),
    table(
        ("a thing done", "签订", "两院签订协议。", "active"),
        ("a thing intended", "合作共建", "两院将合作共建心脏中心。", "planned"),
        ("an intention of something else", "签署协议", "将军路院区与县医院签署协议。", "active"),
        ("done in a clause of intention", "签署", "双方已签署将于明年生效的协议。", "active"),
    ),
)
def test_partnership_status(form: str, sentence: str, expected: str) -> None:
    """Planned takes a word of intention in the clause, without one that says it is done."""
    assert words.partnership_status(form, "", sentence) == expected


@pytest.mark.parametrize(
    ("status", "name", "sentence", "expected"),
    table(
        ("ground broken", "开工", "门诊楼", "门诊楼开工。", "started"),
        ("under construction", "正在建设", "病房楼", "病房楼正在建设。", "started"),
        ("finished", "竣工", "门诊楼", "门诊楼竣工。", "completed"),
        ("opened to patients", "开诊", "南院区", "南院区开诊。", "in_use"),
        ("intended", "", "门诊楼", "医院拟建门诊楼。", "planned"),
        ("an intention before the verb", "建设", "血透室", "我们将建设血透室。", "planned"),
        ("bought", "购置", "磁共振", "购置磁共振一台。", "completed"),
        ("nothing told", "", "门诊楼", "门诊楼。", None),
    ),
)
def test_project_status(status: str, name: str, sentence: str, expected: str | None) -> None:
    """The status of a project follows from its verb and a word of intention before it."""
    assert words.project_status(status, name, sentence) == expected


@pytest.mark.parametrize(
    ("action", "name", "sentence", "expected"),
    table(
        ("put online", "上线", "预约系统", "预约系统上线。", "launched"),
        ("made better", "升级", "病历系统", "升级病历系统。", "upgraded"),
        ("leant on", "", "互联网医院", "依托互联网医院建设，方便患者。", "in_use"),
        ("it puts other things online", "", "护理平台", "护理平台上线12个项目。", "in_use"),
        ("intended", "上线", "预约系统", "预约系统即将上线。", "planned"),
        ("nothing told", "", "预约系统", "预约系统。", None),
    ),
)
def test_system_action(action: str, name: str, sentence: str, expected: str | None) -> None:
    """What happened to a system follows from its verb, else from its clause."""
    assert words.system_action(action, name, sentence) == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    table(
        ("a ceremony is one, whatever it starts", "项目启动仪式", "ceremony"),
        ("a meeting that starts something", "肿瘤中心启动会", "launch"),
        ("the founding of a unit", "心衰中心成立", "launch"),
        ("a meeting", "云河心血管病论坛", "meeting"),
        ("a meeting that pushes on", "中心建设推进会", "meeting"),
        ("an inspection", "卒中中心现场核查", "review"),
        ("a journey", "赴临江市第二医院考察", "visit"),
        ("a course", "急救技能培训班", "training"),
        ("care given away", "重阳节义诊", "campaign"),
        ("a contest", "急救知识竞赛", "other"),
    ),
)
def test_event_kind(name: str, kind: EventKind) -> None:
    """The kind of a happening follows from its name."""
    assert words.event_kind(name, "") == kind


def test_event_kind_from_the_clause() -> None:
    """A name that tells nothing leaves it to the words around it, and these may tell nothing either."""
    assert words.event_kind("云河之约", "医院举办云河之约培训") == "training"
    assert words.event_kind("云河之约", "云河之约。") == "other"


@pytest.mark.parametrize(
    ("sentence", "printed", "indicator", "kind"),
    table(
        ("a plain amount", "年门诊量达62万人次", "62万人次", "年门诊量", "level"),
        ("a share", "首考通过率达93.4%", "93.4%", "通过率", "share"),
        ("a rise in per cent", "通过率较上年提升22.04%", "22.04%", "通过率", "increase"),
        ("a fall in per cent", "转诊率下降60%", "60%", "转诊率", "decrease"),
        ("a fall by about", "药占比同比下降约3%", "3%", "药占比", "decrease"),
        ("a fall to a level", "平均时间缩短至60分钟", "60分钟", "平均时间", "level"),
        ("a rise to a share", "满意度提升到98%", "98%", "满意度", "share"),
        ("a rise in cases", "手术量增加300例", "300例", "手术量", "increase"),
        ("a multiple", "门诊量是托管前的2.4倍", "2.4倍", "门诊量", "multiple"),
        ("a rate of growth", "人才年增速超10%", "10%", "人才年增速", "increase"),
        ("growth told behind the number", "实现15%的增长", "15%", "手术量", "increase"),
        ("a change in another clause", "费用下降，满意度98%", "98%", "满意度", "share"),
    ),
)
def test_metric_kind(sentence: str, printed: str, indicator: str, kind: MetricKind) -> None:
    """Only the words directly before and after the number decide what it says."""
    assert words.metric_kind(printed, indicator, sentence, sentence.index(printed)) == kind
    assert words.metric_kind(printed, indicator, sentence, -1) == kind


@pytest.mark.parametrize(
    ("subject", "kind"),
    table(
        ("a seal", "公章", "lost_seal"),
        ("a contract", "房屋买卖合同", "lost_document"),
        ("a receipt", "收据", "lost_document"),
        ("a certificate with seals on it", "营业执照", "lost_document"),
        ("a thing", "钥匙", "other"),
    ),
)
def test_notice_kind(subject: str, kind: NoticeKind) -> None:
    """What was lost decides the kind of notice."""
    assert words.notice_kind(subject) == kind


@pytest.mark.parametrize(
    ("position", "organization", "expected"),
    table(
        ("a chair is written out", "主委", None, "主任委员"),
        ("a deputy chair is written out", "副主委", "湖南省医学会", "副主任委员"),
        ("a society's committee member", "常委", "湖南省医学会骨科分会", "常务委员"),
        ("the Party's stays", "县委常委", "青石县医学会", "县委常委"),
        ("the Party's stays in its committee", "常委", "云河市委", "常委"),
        ("a written out post stays", "主任委员", "湖南省医学会", "主任委员"),
        ("another post stays", "院长", "云河市人民医院", "院长"),
    ),
)
def test_full_position(position: str, organization: str | None, expected: str) -> None:
    """Short forms of posts are written out where the organization makes them so."""
    assert words.full_position(position, organization) == expected


@pytest.mark.parametrize(
    ("position", "sentence", "former"),
    table(
        ("the first of its kind", "首任院长", "陈立是医院首任院长。", True),
        ("the post was once held", "副主任", "陈立曾任省人民医院心内科副主任。", True),
        ("a former one by its first character", "主任", "云河市人民医院心内科、原骨科主任陈立", True),
        ("the present one", "院长", "云河市人民医院院长陈立介绍。", False),
        ("now, after once", "院长", "陈立曾任科主任，现任云河市人民医院院长。", False),
        ("a reason is no former post", "院长", "医院，原因何在？院长陈立说。", False),
        ("a post that is not in the sentence", "院长", "陈立介绍。", False),
        ("a place that begins with 原", "院长", "原阳县人民医院院长陈立说。", False),
    ),
)
def test_is_former(position: str, sentence: str, former: bool) -> None:
    """A past post is told by the words before it or by its own first word."""
    assert words.is_former(position, sentence, "陈立") is former


@pytest.mark.parametrize(
    ("text", "expected"),
    table(
        ("marks around a name", "“胸痛中心”", "胸痛中心"),
        ("marks inside a longer name", "临床“五大中心”竞赛", "临床五大中心竞赛"),
        ("a book's marks", "《合作协议》", "合作协议"),
        ("an apostrophe in a word stays", "Crohn's病", "Crohn's病"),
        ("spaces between characters", "云河 市人民 医院", "云河市人民医院"),
        ("spaces beside Latin letters", "VTE 中心", "VTE中心"),
        ("spaces between Latin words stay", "da Vinci 机器人", "da Vinci机器人"),
        ("marks at the ends", "，胸痛中心。", "胸痛中心"),
        ("half a bracket at the end", "胸痛中心（", "胸痛中心"),
        ("a whole bracket stays", "PACS（影像系统）", "PACS（影像系统）"),
    ),
)
def test_clean(text: str, expected: str) -> None:
    """A name is given without marks around or in it, spaces of layout and punctuation at its ends."""
    assert words.clean(text) == expected


def test_names_of_projects_and_units() -> None:
    """A project goes without owner and closing 项目, a unit without 团队 where it has a name of its own."""
    assert words.project_name("门诊综合楼建设项目") == "门诊综合楼"
    assert words.project_name("云河市人民医院南院区项目", "云河市人民医院") == "南院区"
    assert words.project_name("云河市人民医院", "云河市人民医院") == "云河市人民医院"
    assert words.project_name("项目") == "项目"
    assert words.unit_name("“胸痛中心”团队") == "胸痛中心"
    assert words.unit_name("介入团队") == "介入团队"


ANY = st.text(
    st.sampled_from("云河市第二医院中心将拟通过获批的，。；是为12.%倍（）“省级建设单位申报下降至项目原任 A"),
    max_size=40,
)


@given(ANY, ANY, ANY, st.integers(-3, 50))
def test_any_text_has_an_answer(one: str, two: str, three: str, at: int) -> None:
    """No text makes a rule fail, and each answer is a value of its list."""
    assert words.accreditation_status(one, two, three) in (*get_args(AccreditationStatus), None)
    assert words.level(one, two, three) in (*get_args(Level), None)
    assert words.partnership_form(one, two, three) in get_args(PartnershipForm)
    assert words.partnership_status(one, two, three) in ("planned", "active")
    assert words.metric_kind(one, two, three, at) in get_args(MetricKind)
    assert words.event_kind(one, two) in get_args(EventKind)
    assert words.notice_kind(one) in get_args(NoticeKind)
    assert words.project_status(one, two, three) in (*get_args(ProjectStatus), None)
    assert words.system_action(one, two, three) in (*get_args(SystemAction), None)
    assert isinstance(words.is_former(one, two, three), bool)
    assert isinstance(words.designation_plausible(one), bool)
    assert words.clean(words.full_position(one, two)) == words.full_position(one, two)


@given(ANY)
def test_cleaning_again_changes_nothing(text: str) -> None:
    """What is clean stays as it is."""
    assert words.clean(words.clean(text)) == words.clean(text)
