"""The pages that reading order is scored on: what newspapers do with three and four columns."""

from typing import Final

from tests.document.inputs.printed_pages import Box, Photo, Sheet, Story, columns, prose

_MASTHEAD: Final = (
    ((40, 20, 300, 20), "青禾晚报　2023年3月14日　星期二"),
    ((860, 20, 100, 20), "第A07版"),
)

_THREE: Final = Sheet(
    loose=_MASTHEAD,
    stories=[
        Story(
            "青禾县人民医院胸痛中心通过评审",
            (40, 60, 920, 50),
            [*prose(1, 16), "把专家请到家门口", *prose(2, 18)],
            [
                (40, 130, 293, 640),
                # Above and below the picture in the second column.
                (353, 130, 293, 180),
                (353, 530, 293, 240),
                (666, 130, 293, 440),
            ],
            subheads=[4],
        ),
        Story("便民门诊周末不打烊", (40, 800, 920, 50), prose(3, 22), columns(40, 870, 920, 330, 3)),
    ],
    photos=[Photo((353, 320, 293, 170), "医护人员在演练急救流程　本报通讯员供图")],
    boxes=[Box((666, 600, 293, 170), "相关链接", prose(4, 2, 1))],
)

_FOUR: Final = Sheet(
    loose=_MASTHEAD,
    stories=[
        Story("县域医共体这样建", (40, 60, 920, 50), prose(5, 32), columns(40, 130, 920, 480, 4)),
        Story("老楼里的新门诊", (40, 650, 450, 50), prose(6, 18), columns(40, 720, 450, 560, 2)),
        Story("义诊队进了山", (510, 650, 450, 50), prose(7, 18), columns(510, 720, 450, 560, 2)),
    ],
    rules=[(40, 630, 920, 1), (499, 650, 1, 640)],
)

_AROUND: Final = Sheet(
    loose=_MASTHEAD,
    stories=[
        # Runs down the right side, past the second story, which has the foot of the two left columns.
        Story(
            "五年建成四个专科中心",
            (40, 60, 920, 50),
            prose(8, 54),
            [*columns(40, 130, 450, 480, 2), *columns(510, 130, 450, 1150, 2)],
        ),
        Story("夜间急诊增开三条绿色通道", (40, 650, 450, 50), prose(9, 18), columns(40, 720, 450, 560, 2)),
    ],
)

_INSET: Final = Sheet(
    loose=_MASTHEAD,
    stories=[
        # A picture and a box stand across two columns each, the text runs above and below.
        Story(
            "手术机器人落户区医院",
            (40, 60, 920, 50),
            prose(10, 42),
            [
                (40, 130, 215, 900),
                (275, 130, 215, 250),
                (275, 640, 215, 390),
                (510, 130, 215, 250),
                (510, 640, 215, 390),
                (745, 130, 215, 560),
            ],
        ),
    ],
    photos=[Photo((275, 400, 450, 200), "澄江市第二医院的新手术室　资料图")],
    boxes=[Box((745, 720, 215, 310), "小知识", prose(11, 4, 2))],
)

_CROWDED: Final = Sheet(
    loose=[*_MASTHEAD, ((40, 1330, 920, 20), "责任编辑　林小满　美术编辑　周启明")],
    stories=[
        # Headlines that stand over the first column alone; a box in the middle, across a gutter.
        Story(
            "村医有了新帮手",
            (40, 60, 640, 40),
            prose(12, 19),
            [
                (40, 110, 200, 560),
                (260, 110, 200, 200),
                (260, 480, 200, 190),
                (480, 110, 200, 200),
                (480, 480, 200, 190),
            ],
            letters=24,
        ),
        Story(
            "检验结果一码通看", (40, 700, 640, 40), prose(13, 22), columns(40, 750, 640, 520, 3), letters=24
        ),
        # Briefs below each other, in a column of their own.
        *(
            Story(
                f"简讯：{name}",
                (720, 60 + 400 * at, 240, 30),
                prose(14 + at, 6),
                [(720, 95 + 400 * at, 240, 340)],
                letters=18,
            )
            for at, name in enumerate(("献血屋搬家", "疫苗门诊延时", "食堂换了菜单"))
        ),
    ],
    boxes=[Box((260, 325, 420, 140), "专家提醒", prose(17, 3, 3))],
    rules=[(700, 60, 1, 1230)],
)

SHEETS: Final = {
    "three columns": _THREE,
    "four columns": _FOUR,
    "around": _AROUND,
    "inset": _INSET,
    "crowded": _CROWDED,
}
