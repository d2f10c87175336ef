"""The small, verbatim shapes the model is asked for.

They are not the record classes. Each string is a copy of the printed text (``1.5万余例``, ``当年12月``, ``该院``), an empty
string means that the sentence does not say, and ``句`` cites sentence numbers of the chunk. Code turns them into records.
"""

from functools import cache
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

MAX_SENTENCES = 60
"""Largest number of sentences a chunk may hold; the schema allows these numbers in every call, so that it never changes."""
MAX_RECORDS = 60
"""Largest number of records of one type in one answer: a bound on loops, far above what one chunk states."""
MAX_LIST = 12
"""Largest number of entries of a list field."""

MAX_CITED = 4
"""Largest number of sentences one fact may cite."""

Copies = Annotated[tuple[str, ...], Field(max_length=MAX_LIST)]
Number = Annotated[int, Field(strict=True, ge=1, le=MAX_SENTENCES)]


class Asked(BaseModel):
    """One fact as the model copies it; subclasses add the fields of one record type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentences: Annotated[tuple[Number, ...], Field(alias="句", min_length=1, max_length=MAX_CITED)] = (1,)
    """The first where nothing is cited: so a question of one sentence need not ask for it."""


class AskedAppointment(Asked):
    """任职."""

    person: str = Field(default="", alias="人")
    position: str = Field(alias="职务")
    organization: str = Field(default="", alias="机构")
    unit: str = Field(default="", alias="科室")


class AskedAccreditation(Asked):
    """认定."""

    organization: str = Field(default="", alias="机构")
    unit: str = Field(default="", alias="科室")
    designation: str = Field(alias="称号")
    action: str = Field(default="", alias="动作")
    date: str = Field(default="", alias="时间")
    issuer: str = Field(default="", alias="颁发")


class AskedHonour(Asked):
    """荣誉."""

    recipient: str = Field(default="", alias="得主")
    honour: str = Field(alias="荣誉")
    rank: str = Field(default="", alias="名次")
    granted_by: str = Field(default="", alias="授予")
    date: str = Field(default="", alias="时间")


class AskedMetric(Asked):
    """指标."""

    indicator: str = Field(alias="指标")
    value: str = Field(alias="数值")
    subject: str = Field(default="", alias="对象")
    period: str = Field(default="", alias="时间")


class AskedPartnership(Asked):
    """合作."""

    parties: Copies = Field(alias="各方")
    form: str = Field(default="", alias="方式")
    subject: str = Field(default="", alias="事项")
    date: str = Field(default="", alias="时间")


class AskedEvent(Asked):
    """活动."""

    name: str = Field(alias="名称")
    date: str = Field(default="", alias="时间")
    place: str = Field(default="", alias="地点")
    organizers: Copies = Field(default=(), alias="主办")
    participants: Copies = Field(default=(), alias="参加")


class AskedProject(Asked):
    """建设项目."""

    name: str = Field(alias="名称")
    owner: str = Field(default="", alias="业主")
    status: str = Field(default="", alias="进展")
    date: str = Field(default="", alias="时间")
    investment: str = Field(default="", alias="投资")
    area: str = Field(default="", alias="面积")
    beds: str = Field(default="", alias="床位")
    equipment: Copies = Field(default=(), alias="设备")


class AskedSystem(Asked):
    """信息系统."""

    organization: str = Field(default="", alias="机构")
    name: str = Field(alias="名称")
    action: str = Field(default="", alias="动作")
    date: str = Field(default="", alias="时间")


class AskedTechnique(Asked):
    """技术."""

    organization: str = Field(default="", alias="机构")
    unit: str = Field(default="", alias="科室")
    name: str = Field(alias="名称")
    novelty: str = Field(default="", alias="首创")
    date: str = Field(default="", alias="时间")


class AskedService(Asked):
    """服务举措."""

    organization: str = Field(default="", alias="机构")
    name: str = Field(alias="名称")
    date: str = Field(default="", alias="时间")


class AskedCase(Asked):
    """病例."""

    patient: str = Field(alias="患者")
    condition: str = Field(default="", alias="病情")
    treatment: str = Field(default="", alias="治疗")
    organization: str = Field(default="", alias="机构")
    unit: str = Field(default="", alias="科室")
    clinicians: Copies = Field(default=(), alias="医生")
    date: str = Field(default="", alias="时间")
    outcome: str = Field(default="", alias="结果")


class AskedNotice(Asked):
    """公告声明."""

    subject: str = Field(alias="物品")
    declarant: str = Field(default="", alias="声明人")
    date: str = Field(default="", alias="时间")


class AskedArticle(Asked):
    """篇头, asked once per document over its heading lines."""

    title: str = Field(alias="标题")
    subtitle: str = Field(alias="副标题")
    authors: Copies = Field(alias="作者")
    photographers: Copies = Field(alias="摄影")
    publication: str = Field(alias="报刊")
    date: str = Field(alias="时间")


ASKED: dict[str, type[Asked]] = {
    "appointment": AskedAppointment,
    "accreditation": AskedAccreditation,
    "honour": AskedHonour,
    "metric": AskedMetric,
    "partnership": AskedPartnership,
    "event": AskedEvent,
    "project": AskedProject,
    "system": AskedSystem,
    "technique": AskedTechnique,
    "service": AskedService,
    "case": AskedCase,
    "notice": AskedNotice,
    "article": AskedArticle,
}
"""The shape asked for each record type, and for the article's own header."""

LABELS: dict[str, str] = {
    "appointment": "任职",
    "accreditation": "认定",
    "honour": "荣誉",
    "metric": "指标",
    "partnership": "合作",
    "event": "活动",
    "project": "建设",
    "system": "系统",
    "technique": "技术",
    "service": "服务",
    "case": "病例",
    "notice": "声明",
    "article": "篇头",
}
"""The key under which an answer lists its facts of a type."""


class Answer(BaseModel):
    """An answer to one question: a list of asked facts per record type, in fields named by type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    last: ClassVar[int] = MAX_SENTENCES
    """The chunk's last sentence number: the schema is the same for all chunks, what lies beyond is refused on receipt."""

    def facts(self) -> tuple[tuple[str, Asked], ...]:
        """Every (type, fact) of the answer, in the order given."""
        return tuple((kind, fact) for kind in type(self).model_fields for fact in getattr(self, kind))

    @model_validator(mode="after")
    def _inside_the_chunk(self) -> Self:
        beyond = sorted(
            {number for _, fact in self.facts() for number in fact.sentences if number > self.last}
        )
        if beyond:
            raise ValueError(f"句 {beyond} 不存在，句子编号只有 1 到 {self.last}")
        if self.last > 1 and any("sentences" not in fact.model_fields_set for _, fact in self.facts()):
            raise ValueError("每条都要写明句子编号（句）")
        return self


@cache
def answer_model(types: tuple[str, ...], last: int = MAX_SENTENCES) -> type[Answer]:
    """The pydantic model of an answer about ``types`` for a chunk of ``last`` sentences, keyed by the types' Chinese labels."""
    fields: dict[str, Any] = {
        kind: (tuple[ASKED[kind], ...], Field(alias=LABELS[kind], max_length=MAX_RECORDS))  # type: ignore[valid-type]
        for kind in types
    }
    model = create_model("Answer", __base__=Answer, **fields)
    model.last = last
    return model
