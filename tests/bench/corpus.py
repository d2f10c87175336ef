"""A corpus of short made-up articles, as many as wanted, no two alike: ``python -m tests.bench.corpus 1000 > corpus.jsonl``."""

import json
import random
import sys
from collections.abc import Iterator
from typing import Final

_SYLLABLES: Final = "松岭柳塘青禾云江平泉和阳临川安定海宁长兴"
_SURNAMES: Final = "赵钱孙李周吴郑王冯陈"
_GIVEN: Final = "建国明华文博思远志强晓东海燕雪梅"
_UNITS: Final = ("心内科", "骨科", "儿科", "神经外科", "急诊科", "妇产科")
_TITLES: Final = ("国家级胸痛中心", "省级卒中中心", "市级创伤中心", "区域医疗中心", "省级重点专科")
_NAMES: Final = ("门诊综合楼", "外科大楼", "康复病区", "儿童院区")
_SYSTEMS: Final = ("智慧病案系统", "互联网诊疗平台", "影像云平台", "床旁结算系统")


def articles(number: int) -> Iterator[dict[str, str]]:
    """So many articles, the same in every run; ``id`` and ``text`` as a line of JSONL has them."""
    draw = random.Random(7)
    for each in range(number):
        yield {"id": f"article-{each:06}", "text": article(draw, each)}


def article(draw: random.Random, number: int) -> str:
    """One article of a title and five to seven sentences."""
    hospital = "".join(draw.sample(_SYLLABLES, 3)) + draw.choice(("县", "市")) + "人民医院"
    date = f"{draw.randint(2015, 2025)}年{draw.randint(1, 12)}月"
    leader = draw.choice(_SURNAMES) + "".join(draw.sample(_GIVEN, 2))
    doctor = draw.choice(_SURNAMES) + "".join(draw.sample(_GIVEN, 2))
    body = [
        f"{date}，{hospital}通过{draw.choice(_TITLES)}验收。",
        f"医院院长{leader}介绍，{draw.choice(_UNITS)}全年手术量达{draw.randint(1000, 90000)}台，同比增长{draw.randint(1, 30)}%。",
        f"{draw.choice(_UNITS)}主任{doctor}表示，第{number}号随访档案已经建立。",
        f"新建的{draw.choice(_NAMES)}已经启用，开放床位{draw.randint(50, 900)}张。",
        f"医院还上线了{draw.choice(_SYSTEMS)}，患者就诊时间平均缩短{draw.randint(5, 60)}分钟。",
        f"{hospital}与{''.join(draw.sample(_SYLLABLES, 2))}大学附属医院签约合作。",
        "来自各地的代表参加了活动，并参观了病房。",
    ]
    title = f"{hospital}{draw.choice(('专科建设再上台阶', '服务能力持续提升', '召开年度工作会议'))}"
    return "\n".join((title, "", "".join(body[: draw.randint(5, 7)])))


def main() -> None:
    """Write the articles as lines of JSON."""
    for each in articles(int(sys.argv[1])):
        print(json.dumps(each, ensure_ascii=False))


if __name__ == "__main__":
    main()
