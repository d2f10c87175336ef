"""The twelve record types.

Field values stay in Chinese as the article writes them, in simplified characters; enums, dates and numbers
are normalised. A field without a default is required: where the document does not state it, there is no
record. None means that the document does not say.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, Strict, model_validator

from schemas.base import Record
from schemas.dates import PartialDate, date_bounds
from schemas.enums import (
    AccreditationStatus,
    EventKind,
    Level,
    MetricKind,
    NoticeKind,
    PartnershipForm,
    PartnershipStatus,
    ProjectStatus,
    Qualifier,
    SystemAction,
)
from schemas.fields import (
    BY_BOOLEAN,
    BY_DATE,
    BY_ENUM,
    BY_NUMBER,
    BY_ORGANIZATION,
    BY_PERSON,
    BY_PERSON_OR_ORGANIZATION,
    BY_TEXT,
    KEY_DATE,
    KEY_ENUM,
    KEY_NUMBER,
    KEY_ORGANIZATION,
    KEY_PERSON,
    KEY_PERSON_OR_ORGANIZATION,
    KEY_TEXT,
)
from schemas.values import Amount, Number, Parties, Text, TextList


class Appointment(Record):
    """任职: a named person's post, title or membership; one record per person and post."""

    label: ClassVar[str] = "任职"
    type: Literal["appointment"] = Field(default="appointment", description="记录类型：任职")
    person: Annotated[Text, KEY_PERSON, Field(description="姓名")]
    position: Annotated[
        Text,
        KEY_TEXT,
        Field(
            description="职务、职称或会员身份，简称写全：主委写作主任委员，学会的常委写作常务委员；创建人不算"
        ),
    ]
    organization: Annotated[
        Text | None,
        KEY_ORGANIZATION,
        Field(description="任职的机构，用文中最全的名称；学会任职填学会；职称只在文中连同机构写出时才填"),
    ] = None
    unit: Annotated[
        Text | None,
        KEY_ORGANIZATION,
        Field(description="机构内的科室、中心或团队；学会任职填其分会或专业委员会"),
    ] = None
    former: Annotated[
        bool, Strict(), BY_BOOLEAN, Field(description="是否为曾任职务（首任院长等），现任为 false")
    ] = False


class Accreditation(Record):
    """认定: an organization or unit obtains, seeks or builds towards a recognised status."""

    label: ClassVar[str] = "认定"
    type: Literal["accreditation"] = Field(default="accreditation", description="记录类型：认定")
    organization: Annotated[
        Text, KEY_ORGANIZATION, Field(description="获得或争取该资格的机构，用文中最全的名称")
    ]
    unit: Annotated[
        Text | None, KEY_ORGANIZATION, Field(description="持有该资格的科室或中心，只在文中点明时才填")
    ] = None
    designation: Annotated[
        Text,
        KEY_TEXT,
        Field(description="资格的名称，如认证中心、重点专科、等级、培训基地、示范点；并列时共用的修饰语补全"),
    ]
    level: Annotated[
        Level | None,
        BY_ENUM,
        Field(
            description=(
                "写明的级别：international 国际 · national 国家 · provincial 省 · municipal 市 · county 县"
            )
        ),
    ] = None
    status: Annotated[
        AccreditationStatus,
        KEY_ENUM,
        Field(
            description=(
                "planned 计划 · started 启动、筹建，以及名称本身就是建设单位、建设项目、创建单位的 · "
                "applied 申报 · passed 通过评审、验收、认证，获批，获得，创建成功 · "
                "awarded 授牌、挂牌、揭牌 · renewed 再认证 · "
                "held 拥有、系、是、作为、建成、成为，未写评审经过"
            )
        ),
    ]
    date: Annotated[PartialDate | None, BY_DATE, Field(description="该状态的日期")] = None
    issuer: Annotated[
        Text | None, BY_ORGANIZATION, Field(description="认定机构；资格名称以其名开头时可由此读出")
    ] = None


class Honour(Record):
    """荣誉: a prize, commendation or ranking."""

    label: ClassVar[str] = "荣誉"
    type: Literal["honour"] = Field(default="honour", description="记录类型：荣誉")
    recipient: Annotated[
        Text, KEY_PERSON_OR_ORGANIZATION, Field(description="获得者：个人、机构，或机构与科室连写")
    ]
    honour: Annotated[Text, KEY_TEXT, Field(description="奖项、称号，或排名的项目")]
    rank: Annotated[Text | None, BY_TEXT, Field(description="等次或名次，照原文：二等奖、第三、榜首")] = None
    granted_by: Annotated[Text | None, BY_ORGANIZATION, Field(description="授予机构")] = None
    date: Annotated[PartialDate | None, KEY_DATE, Field(description="获得日期或排名所属时期")] = None


class Metric(Record):
    """指标: a number that measures an organization, place, team or programme as it is or was."""

    label: ClassVar[str] = "指标"
    type: Literal["metric"] = Field(default="metric", description="记录类型：指标")
    subject: Annotated[
        Text, KEY_ORGANIZATION, Field(description="所衡量的机构、地区、团队或项目，用文中最全的名称")
    ]
    indicator: Annotated[Text, KEY_TEXT, Field(description="所计的事物，用原文的词，如年门诊量")]
    value: Annotated[Number, KEY_NUMBER, Field(description="数值，1.5万写作 15000；范围取下限")]
    value_max: Annotated[Number | None, BY_NUMBER, Field(description="范围的上限，不是范围则无")] = None
    measure: Annotated[Text | None, BY_TEXT, Field(description="单位：例、%、分钟、元")] = None
    kind: Annotated[
        MetricKind,
        KEY_ENUM,
        Field(description="level 数量 · increase 增加 · decrease 减少 · multiple 倍数 · share 占整体的比例"),
    ]
    qualifier: Annotated[
        Qualifier,
        BY_ENUM,
        Field(description="exact 确数 · about 约 · at_least 余、多、以上 · at_most 近、不足、以内"),
    ] = "exact"
    period: Annotated[PartialDate | None, BY_DATE, Field(description="数值所属的时期")] = None

    @model_validator(mode="after")
    def _range_rises(self) -> Self:
        if self.value_max is not None and self.value_max < self.value:
            raise ValueError(f"value_max {self.value_max} is less than value {self.value}")
        return self


class Partnership(Record):
    """合作: two or more named organizations, teams or governments bound by an arrangement."""

    label: ClassVar[str] = "合作"
    type: Literal["partnership"] = Field(default="partnership", description="记录类型：合作")
    parties: Annotated[
        Parties,
        KEY_ORGANIZATION,
        Field(description="同一合作的各方（两个以上的机构、团队或政府），用文中最全的名称"),
    ]
    form: Annotated[
        PartnershipForm,
        KEY_ENUM,
        Field(
            description=(
                "trusteeship 托管 · joint 合作共建、合办、互为合作单位 · alliance 联盟、医联体 · "
                "agreement 签约、协议 · assistance 帮扶、支援、派驻、进修 · "
                "exchange 业务联系、学术交流 · other 其他"
            )
        ),
    ]
    subject: Annotated[Text | None, BY_TEXT, Field(description="合作的内容，用原文的词")] = None
    date: Annotated[PartialDate | None, BY_DATE, Field(description="合作的日期")] = None
    status: Annotated[
        PartnershipStatus | None, BY_ENUM, Field(description="planned 计划中 · active 已建立")
    ] = None


class Event(Record):
    """活动: a dated or named happening, or the founding of an organization or unit."""

    label: ClassVar[str] = "活动"
    type: Literal["event"] = Field(default="event", description="记录类型：活动")
    name: Annotated[Text, KEY_TEXT, Field(description="活动名称，简短，用原文的词")]
    kind: Annotated[
        EventKind,
        BY_ENUM,
        Field(
            description=(
                "meeting 会议 · visit 参观、考察、来访 · ceremony 仪式 · launch 启动、成立 · training 培训 · "
                "review 评审、核查 · campaign 系列活动、义诊、宣教 · other 其他"
            )
        ),
    ]
    date: Annotated[PartialDate | None, KEY_DATE, Field(description="日期或开始日期；定期的论坛不填")] = None
    date_end: Annotated[PartialDate | None, BY_DATE, Field(description="结束日期")] = None
    place: Annotated[Text | None, BY_TEXT, Field(description="地点")] = None
    organizers: Annotated[
        TextList, BY_PERSON_OR_ORGANIZATION, Field(description="主办、承办的机构或个人")
    ] = ()
    participants: Annotated[
        TextList, BY_PERSON_OR_ORGANIZATION, Field(description="写活动的句子里点名的参加者：个人和机构")
    ] = ()

    @model_validator(mode="after")
    def _ends_after_its_beginning(self) -> Self:
        begins = date_bounds(self.date) if self.date else None
        ends = date_bounds(self.date_end) if self.date_end else None
        if begins and ends and ends[1] < begins[0]:
            raise ValueError(f"date_end {self.date_end} lies before date {self.date}")
        return self


class Project(Record):
    """建设项目: something being built or set up, or a purchase of equipment."""

    label: ClassVar[str] = "建设项目"
    type: Literal["project"] = Field(default="project", description="记录类型：建设项目")
    name: Annotated[
        Text,
        KEY_TEXT,
        Field(
            description="楼宇、院区、科室、病区、实验室、工作站或设备购置的名称，不带所有者，不带结尾的项目、建设项目"
        ),
    ]
    owner: Annotated[Text | None, BY_ORGANIZATION, Field(description="所属机构，用文中最全的名称")] = None
    status: Annotated[
        ProjectStatus,
        KEY_ENUM,
        Field(
            description=(
                "planned 将、拟、谋划 · started 开工、正在建设、筹建中 · "
                "completed 建成、竣工、建立 · in_use 启用、开诊"
            )
        ),
    ]
    date: Annotated[PartialDate | None, BY_DATE, Field(description="该状态的日期")] = None
    investment_cny: Annotated[Amount | None, BY_NUMBER, Field(description="投资额（人民币元）")] = None
    area: Annotated[Amount | None, BY_NUMBER, Field(description="面积的数值")] = None
    area_measure: Annotated[Text | None, BY_TEXT, Field(description="面积的单位：平方米、亩")] = None
    beds: Annotated[Amount | None, BY_NUMBER, Field(description="床位数")] = None
    equipment: Annotated[TextList, BY_TEXT, Field(description="设备，逐项照原文：磁共振机一台")] = ()


class System(Record):
    """信息系统: a named information system, platform or digital service."""

    label: ClassVar[str] = "信息系统"
    type: Literal["system"] = Field(default="system", description="记录类型：信息系统")
    organization: Annotated[
        Text, KEY_ORGANIZATION, Field(description="使用或建设该系统的机构，用文中最全的名称")
    ]
    name: Annotated[Text, KEY_TEXT, Field(description="系统、平台或数字化服务的名称")]
    action: Annotated[
        SystemAction | None,
        BY_ENUM,
        Field(description="launched 上线 · upgraded 升级 · in_use 在用 · planned 计划"),
    ] = None
    date: Annotated[PartialDate | None, BY_DATE, Field(description="日期")] = None


class Technique(Record):
    """技术: a clinical technique, operation or device therapy that an organization or unit performs."""

    label: ClassVar[str] = "技术"
    type: Literal["technique"] = Field(default="technique", description="记录类型：技术")
    organization: Annotated[Text, KEY_ORGANIZATION, Field(description="开展该技术的机构，用文中最全的名称")]
    unit: Annotated[Text | None, BY_ORGANIZATION, Field(description="开展该技术的科室或中心")] = None
    name: Annotated[Text, KEY_TEXT, Field(description="临床技术、手术或器械治疗的名称")]
    novelty: Annotated[Text | None, BY_TEXT, Field(description="首创性，照原文：全市首例")] = None
    date: Annotated[PartialDate | None, BY_DATE, Field(description="日期")] = None


class Service(Record):
    """服务举措: a named patient-facing service or convenience measure."""

    label: ClassVar[str] = "服务举措"
    type: Literal["service"] = Field(default="service", description="记录类型：服务举措")
    organization: Annotated[Text, KEY_ORGANIZATION, Field(description="提供该服务的机构，用文中最全的名称")]
    name: Annotated[Text, KEY_TEXT, Field(description="面向患者的服务或便民举措的名称")]
    date: Annotated[PartialDate | None, BY_DATE, Field(description="日期")] = None


class Case(Record):
    """病例: one patient's story; the patient stays a description as printed."""

    label: ClassVar[str] = "病例"
    type: Literal["case"] = Field(default="case", description="记录类型：病例")
    patient: Annotated[Text, KEY_TEXT, Field(description="患者，照原文的称呼，不含证件、电话等号码")]
    age: Annotated[Amount | None, BY_NUMBER, Field(description="年龄（岁）")] = None
    condition: Annotated[Text | None, BY_TEXT, Field(description="病情或诊断")] = None
    treatment: Annotated[Text | None, BY_TEXT, Field(description="治疗")] = None
    organization: Annotated[Text | None, BY_ORGANIZATION, Field(description="救治机构，用文中的全称")] = None
    unit: Annotated[Text | None, BY_ORGANIZATION, Field(description="救治科室或中心")] = None
    clinicians: Annotated[TextList, BY_PERSON, Field(description="参与救治的医护人员的姓名")] = ()
    date: Annotated[PartialDate | None, BY_DATE, Field(description="就诊或治疗的日期")] = None
    outcome: Annotated[Text | None, BY_TEXT, Field(description="结果")] = None


class Notice(Record):
    """公告声明: a classified notice on the page; private people are not named."""

    label: ClassVar[str] = "公告声明"
    type: Literal["notice"] = Field(default="notice", description="记录类型：公告声明")
    kind: Annotated[
        NoticeKind,
        KEY_ENUM,
        Field(description="lost_document 遗失证件、票据、合同 · lost_seal 遗失印章 · other 其他"),
    ]
    subject: Annotated[Text, KEY_TEXT, Field(description="所遗失的物品，不含号码")]
    declarant: Annotated[
        Text | None, KEY_ORGANIZATION, Field(description="声明机构的名称；私人一律写作个人")
    ] = None
    date: Annotated[PartialDate | None, BY_DATE, Field(description="声明的日期，不是其中合同的日期")] = None
