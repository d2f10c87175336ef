"""Pages of newspaper columns whose lines the file holds row by row, made of invented articles."""

import random
from dataclasses import dataclass
from itertools import pairwise

PARAGRAPHS = (
    "青岚县中心医院始建于一九五二年，是全县唯一一所三级综合医院，承担着周边六十万群众的医疗、急救、康复和"
    "健康管理任务。近年来，医院坚持人才强院、科技兴院，先后投入资金更新设备，改善就医环境，服务能力不断提升。",
    "为了让乡镇居民在家门口看上专家，医院与十二所卫生院建立了远程会诊平台，每周安排专家下乡坐诊，帮助基层"
    "医生开展培训。去年一年，专家团队共完成会诊三千多例，手术示教八十余场，受到患者和家属的好评。",
    "心血管内科主任介绍，过去病人突发心肌梗死，往往要转到市里治疗，路上耽误不少时间。如今科室能够独立开展"
    "介入手术，从入院到血管开通平均只需要一个小时，许多危重病人因此得到及时救治，重新回到工作岗位。",
    "在护理工作中，全院推行责任制整体护理，护士从入院宣教、饮食指导到出院随访全程负责。儿科病区还设置了"
    "阅读角和游戏墙，缓解孩子们的紧张情绪，让陪伴的家长也感到温暖，满意度连续三年位居全市前列。",
    "下一步，医院将继续加强学科建设，引进高层次人才，完善分级诊疗制度，推动优质资源向基层延伸，并计划建设"
    "新的门诊大楼和康复中心，为广大群众提供更加便捷、更加优质的医疗服务，守护一方百姓的健康。",
)
"""Of no real place and no real hospital."""


@dataclass(frozen=True, slots=True)
class Page:
    """``text`` as a file would hold it; ``lines`` of the columns in reading order."""

    text: str
    lines: tuple[str, ...]


def page(columns: int, width: int, seed: int, *, between: str = " ") -> Page:
    """The paragraphs set in columns of about ``width`` characters, read row by row.

    ``between`` stands between two fragments of a row: a blank, as where a row became a line, or a line end.
    """
    chance = random.Random(seed)
    lines: list[str] = []
    for paragraph in chance.sample(PARAGRAPHS, len(PARAGRAPHS)):
        lines += _set(paragraph, width, chance)
    height = -(-len(lines) // columns)
    stacks = [lines[at : at + height] for at in range(0, len(lines), height)]
    rows = [[stack[row] for stack in stacks if row < len(stack)] for row in range(height)]
    return Page(between.join(fragment for row in rows for fragment in row) + "\n", tuple(lines))


def ordinary(width: int, seed: int) -> str:
    """The same paragraphs in one column."""
    chance = random.Random(seed)
    return "\n".join(
        line for paragraph in PARAGRAPHS for line in ("　　", *_set(paragraph, width, chance)) if line.strip()
    )


def _set(paragraph: str, width: int, chance: random.Random) -> list[str]:
    """A paragraph's lines: the first indented, stops never at a line's beginning, widths a little uneven."""
    lines: list[str] = []
    rest, indent = paragraph, 2
    while rest:
        end = width - indent + chance.choice((0, 0, 0, 1, -1))
        if end < len(rest) and rest[end] in "，。、；":
            end += 1
        lines.append(rest[:end])
        rest, indent = rest[end:], 0
    return lines


def following(lines: tuple[str, ...], read: str) -> float:
    """Of the lines that end in mid-sentence, the share behind which the next line stands in ``read``."""
    pairs = [(line, after) for line, after in pairwise(lines) if not line.endswith(("。", "！", "？"))]
    return sum(line + after in read for line, after in pairs) / len(pairs)
