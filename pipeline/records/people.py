"""Names of people: what can be one, and what of a printed name is a title."""

import re
from typing import Final

from pipeline.surnames import COMPOUND, SURNAMES

_HAN = "\u4e00-\u9fff"
_TITLES: Final = (
    r"(?:常务|执行|名誉|候任)?(?:副|总|代)?(?:主任医师|主任护师|主任药师|主任技师|主治医师|住院医师|主管护师|主任委员|"
    r"党委书记|理事长|董事长|总经理|护士长|研究员|工程师|会长|院长|所长|校长|局长|科长|处长|部长|主任|主席|书记|教授|"
    r"院士|博士|硕士|医生|医师|大夫|护士|老师|专家|国医大师|记者|同志|先生|女士|委员|市长|县长|省长|厅长|经理)"
)
_TITLES_BEHIND = re.compile(rf"^([{_HAN}·]{{2,15}}?)((?:{_TITLES})+)$")
_TITLES_BEFORE = re.compile(rf"^([{_HAN}]*?(?:{_TITLES})+)([{_HAN}·]{{2,15}})$")
_NO_NAME = re.compile(
    r"[病症癌瘤科室院部区县市省局所厅处镇乡村街楼床诊疗药术械症疫菌炎栓梗们该此其每各某的了着是在与及或被把让]|"
    r"中心|医生|医师|护士|大爷|大妈|大娘|奶奶|爷爷|阿姨|专家|团队|患者|主任|院长|教授|书记|委员|先生|女士|同志|大夫|学会|协会|联盟|大学|公司|集团|"
    r"单位|系统|平台|项目|工程|活动|会议|服务|管理|建设|发展|健康|卫生|医疗|医学|医保|血压|血糖|安全|高级|高清|成为|"
    r"成立|成功|成员|成果|时间|时代|方面|方案|全国|全面|全体|全员|全程|向前|关键|关于|何时|金额|路径|明确|应急|应用|"
    r"满意|查房|张罗|连续|原因|边缘|次数|展开|降低|降压|解决|简介|简称|程序|温馨|常规|常态|常务|荣获|荣誉|经验|重点|通过|国家|国际|国内|"
    r"群众|居民|年度|月份|公里|高度|高效|高端|高质|文化|文明|武汉|白血|万元|万人|万例|万余|张床|项|游客|管道|和谐"
)
_OTHER_SCRIPT = re.compile(rf"[{_HAN}]{{1,8}}(?:·[{_HAN}]{{1,8}}){{1,3}}")


def is_person(text: str) -> bool:
    """Whether ``text`` can be a person's full name.

    Two or three characters after a known surname (four after a compound one) and no word of places, posts or
    medicine; or names joined by ``·``. Forms of address (``王先生``) are no full names.
    """
    if _OTHER_SCRIPT.fullmatch(text):
        return True
    if not re.fullmatch(rf"[{_HAN}]{{2,4}}", text):
        return False
    if text.startswith(COMPOUND) and len(text) > 2:
        return _NO_NAME.search(text[2:]) is None
    known = len(text) <= 3 and text[0] in SURNAMES
    return known and _NO_NAME.search(text[1:]) is None and not _NO_NAME.match(text)


def strip_titles(text: str) -> tuple[str, str]:
    """A printed name and its titles: ``陈立教授`` and ``教授陈立`` are both ``("陈立", "教授")``.

    The second is empty where there is no title; a text that is nothing but a title stays as it is.
    """
    name = re.sub(r"[（(][^（()）]*[）)]?", "", text).strip(' \u3000、，。：:“”"')
    name = name.removesuffix("等")
    if behind := _TITLES_BEHIND.match(name):
        return behind[1], behind[2]
    before = _TITLES_BEFORE.match(name)
    if before and is_person(before[2]):
        return before[2], before[1]
    return name, ""
