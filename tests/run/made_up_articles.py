"""Articles of hospitals that do not exist, in the forms that newspapers print."""

from pathlib import Path
from typing import Final

HOSPITAL: Final = "柳塘市第五医院"

PLAIN: Final = """柳塘市第五医院通过国家级胸痛中心验收

本报记者 杜明哲

2021年5月，柳塘市第五医院通过国家级胸痛中心验收。院长石一鸣介绍，该院年门诊量达12.5万余人次。
“我们还有很多事要做。”党委书记秦可心说。

6月8日，柳塘市区域胸痛救治会议在该院举行。柳塘市第五医院与云岭县中医院签订协议。
该院建成了门诊综合楼，上线了智慧随访系统，开展了冠脉介入手术，推出了夜间门诊。
82岁的庄大爷在这里转危为安，康复出院。
天气很好。
"""

_STORY: Final = (
    "　　2022年3月，云岭县中医院获批省级康复基地，这是该院多年建设的结果，也是全体医护人员的心血。"
    "据副院长顾长宁介绍，"
    "医院年手术量达3200例，群众看病更加方便。"
)
WRAPPED: Final = (
    "云岭县中医院获批省级康复基地\n\n"
    + "\n".join(_STORY[at : at + 18] for at in range(0, len(_STORY), 18))
    + "\n\n柳塘市丰禾商行遗失公章，声明作废。\n"
)
"""Lines of eighteen characters, as a newspaper's column breaks them, and a notice of the same page."""

TRADITIONAL: Final = """雲嶺縣中醫院啟動國家級卒中中心

2023年1月，雲嶺縣中醫院啟動國家級卒中中心建設。黨委書記羅以寧出席啟動儀式，該院年門診量達8萬餘人次。病人都說好。
"""

ALL: Final = {"a-plain.txt": PLAIN, "b-wrapped.md": WRAPPED, "c-traditional.txt": TRADITIONAL}


def write(folder: Path, articles: dict[str, str] | None = None) -> Path:
    """Write articles (all of them) into a new folder, and return it."""
    folder.mkdir(parents=True)
    for name, text in (ALL if articles is None else articles).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
