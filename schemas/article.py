"""The article itself: one per document."""

from typing import Annotated, ClassVar

from pydantic import Field

from schemas.base import FactModel
from schemas.dates import PartialDate
from schemas.enums import Script
from schemas.fields import (
    BY_DATE,
    BY_ENUM,
    BY_ORGANIZATION,
    BY_PERSON,
    BY_TEXT,
)
from schemas.values import Text, TextList


class Article(FactModel):
    """文章: who wrote what, where and when it was printed, and which hospitals it is about."""

    label: ClassVar[str] = "文章"

    document: Text | None = Field(default=None, description="文档编号")
    title: Annotated[Text | None, BY_TEXT, Field(description="标题，可能出现在文中任何位置")] = None
    subtitle: Annotated[Text | None, BY_TEXT, Field(description="副标题")] = None
    authors: Annotated[TextList, BY_PERSON, Field(description="作者、记者、通讯员的姓名")] = ()
    photographers: Annotated[TextList, BY_PERSON, Field(description="摄影者的姓名")] = ()
    publication: Annotated[Text | None, BY_TEXT, Field(description="刊载的报刊或网站")] = None
    date: Annotated[PartialDate | None, BY_DATE, Field(description="刊载日期")] = None
    script: Annotated[Script | None, BY_ENUM, Field(description="hans 简体 · hant 繁体")] = None
    subject_organizations: Annotated[
        TextList, BY_ORGANIZATION, Field(description="文章所写的医院，用文中的全称")
    ] = ()
