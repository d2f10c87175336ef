"""What types, fields and values are called on the page, in Chinese; their names in the files stand beside."""

from typing import Final

from schemas import RECORD_TYPES, Article

TYPES: Final = {name: model.label for name, model in RECORD_TYPES.items()} | {"article": Article.label}
"""The record types and ``article``."""

_FIELDS: Final = {
    "action": "进展",
    "age": "年龄",
    "area": "面积",
    "area_measure": "面积单位",
    "authors": "作者",
    "beds": "床位",
    "clinicians": "医护",
    "condition": "病情",
    "date": "日期",
    "date_end": "结束日期",
    "declarant": "声明人",
    "designation": "资格",
    "equipment": "设备",
    "form": "形式",
    "former": "曾任",
    "granted_by": "授予机构",
    "honour": "荣誉",
    "indicator": "指标",
    "investment_cny": "投资（元）",
    "issuer": "认定机构",
    "kind": "种类",
    "level": "级别",
    "measure": "单位",
    "name": "名称",
    "novelty": "首创性",
    "organization": "机构",
    "organizers": "主办",
    "outcome": "结果",
    "owner": "所属机构",
    "participants": "参加",
    "parties": "各方",
    "patient": "患者",
    "period": "时期",
    "person": "姓名",
    "photographers": "摄影",
    "place": "地点",
    "position": "职务",
    "publication": "报刊",
    "qualifier": "精度",
    "rank": "名次",
    "recipient": "获得者",
    "script": "字形",
    "status": "状态",
    "subject": "对象",
    "subject_organizations": "所写机构",
    "subtitle": "副标题",
    "title": "标题",
    "treatment": "治疗",
    "unit": "科室",
    "value": "数值",
    "value_max": "上限",
}
_FIELDS_OF: Final = {("partnership", "subject"): "事项", ("notice", "subject"): "物品"}

_VALUES: Final = {
    "about": "约",
    "active": "已建立",
    "agreement": "协议",
    "alliance": "联盟",
    "applied": "申报",
    "assistance": "帮扶",
    "at_least": "以上",
    "at_most": "以内",
    "awarded": "授牌",
    "campaign": "系列活动",
    "ceremony": "仪式",
    "completed": "建成",
    "county": "县级",
    "decrease": "减少",
    "exact": "确数",
    "exchange": "交流",
    "hans": "简体",
    "hant": "繁体",
    "held": "拥有",
    "in_use": "在用",
    "increase": "增加",
    "international": "国际级",
    "joint": "共建",
    "launch": "启动",
    "launched": "上线",
    "level": "数量",
    "lost_document": "遗失证件",
    "lost_seal": "遗失印章",
    "meeting": "会议",
    "multiple": "倍数",
    "municipal": "市级",
    "national": "国家级",
    "other": "其他",
    "passed": "通过",
    "planned": "计划",
    "provincial": "省级",
    "renewed": "再认证",
    "review": "评审",
    "share": "占比",
    "started": "启动",
    "training": "培训",
    "trusteeship": "托管",
    "upgraded": "升级",
    "visit": "来访考察",
}
_VALUES_OF: Final = {("project", "started"): "开工", ("project", "in_use"): "启用"}

CHECKS: Final = {
    "verbatim": ("✓", "原文照录"),
    "derived": ("≈", "由原文按规则得出"),
    "resolved": ("↪", "由文中别处确定"),
}
"""How a value stands in the document: the sign on the page, and what it means."""

STATES: Final = {
    "answered": "新答",
    "cited": "有记录引用",
    "failed": "失败",
    "not sent": "未提问",
    "replayed": "复用",
    "sent": "已提问，无记录引用",
}
"""What became of a sentence or a question."""


def field_label(type_name: str, field: str) -> str:
    """What a field of a record type, or of ``article``, is called; an unknown one keeps its name."""
    return _FIELDS_OF.get((type_name, field)) or _FIELDS.get(field, field)


def value_label(type_name: str, value: str) -> str:
    """What a value of a closed list is called. Raises ``KeyError`` where it is in none of them."""
    return _VALUES_OF.get((type_name, value)) or _VALUES[value]
