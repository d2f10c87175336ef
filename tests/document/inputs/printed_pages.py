"""Newspaper pages that a headless Chromium prints: text poured into columns, with headlines, boxes and captions.

Every sentence on them is made up and stands on its page once, so that the order in which it is found can be
scored. A story is poured into its frames (one for each column, in reading order) as a newspaper does it: lines
are justified, a paragraph begins with two characters of white space, and goes on at the head of the next column.
"""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

Frame = tuple[float, float, float, float]
"""Left, top, width, height on the page, in CSS pixels."""

_WHO: Final = ("青禾县人民医院", "澄江市第二医院", "望川区中医院", "临沧湾妇幼保健院", "丰泽镇中心卫生院")
_WHEN: Final = ("今年以来", "上个月", "据介绍", "与此同时", "在随后的半年里", "目前", "按照计划", "3月12日")
_WHAT: Final = (
    "新建成的门诊楼投入使用",
    "胸痛中心通过了省级评审，全年救治患者{n}人",
    "开展新技术{n}项，其中{m}项填补了当地的空白",
    "与邻近的{m}家乡镇卫生院签订了帮扶协议",
    "选派{m}名医师到上级医院进修（为期半年）",
    "投入{n}万元添置设备，CT检查的等候时间缩短了{m}天",
    "为{n}位居民做了义诊，并建立了健康档案",
    "上线了“掌上诊间”系统，挂号、缴费、查询都能在手机上办理",
)
_FONTS: Final = {"serif": "'Noto Serif CJK SC'", "sans": "'Noto Sans CJK SC'"}


def prose(seed: int, sentences: int, each: int = 4) -> list[str]:
    """Paragraphs of ``each`` sentences, the same ones for a seed; no sentence comes twice on a page."""
    draw = random.Random(seed)
    made = [
        f"{draw.choice(_WHEN)}，{draw.choice(_WHO)}"
        + draw.choice(_WHAT).format(n=draw.randint(100, 999), m=draw.randint(2, 9))
        + f"，这是第{seed}批的第{number}件实事。"
        for number in range(1, sentences + 1)
    ]
    return ["".join(made[at : at + each]) for at in range(0, sentences, each)]


def sentences(paragraphs: Sequence[str]) -> list[str]:
    """The sentences of some paragraphs, each with its stop."""
    return [one for paragraph in paragraphs for one in re.findall("[^。]+。|[^。]+$", paragraph)]


@dataclass(frozen=True, slots=True)
class Story:
    """Paragraphs poured into frames, under a headline that stands across them."""

    headline: str
    at: Frame
    """Where the headline stands."""
    paragraphs: Sequence[str]
    frames: Sequence[Frame]
    size: float = 13
    subheads: Sequence[int] = ()
    """Paragraphs that are headings in the column."""
    letters: float = 34
    """The headline's size; a small one stands on the left."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture with its caption below."""

    at: Frame
    caption: str


@dataclass(frozen=True, slots=True)
class Box:
    """A framed text with a title of its own."""

    at: Frame
    title: str
    paragraphs: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a newspaper."""

    stories: Sequence[Story]
    photos: Sequence[Photo] = ()
    boxes: Sequence[Box] = ()
    loose: Sequence[tuple[Frame, str]] = field(default=())
    """Other short text: masthead, page number."""
    rules: Sequence[Frame] = ()
    width: float = 1000
    height: float = 1400

    def runs(self) -> list[list[str]]:
        """What belongs together in reading order: each story with its headline, each box, each caption."""
        stories = [[story.headline, *sentences(story.paragraphs)] for story in self.stories]
        boxes = [[box.title, *sentences(box.paragraphs)] for box in self.boxes]
        return [*stories, *boxes, *([photo.caption] for photo in self.photos)]

    def html(self) -> str:
        """The page for the browser; a script pours the stories and then sets ``window.poured``."""
        parts = [_text(frame, text, "loose") for frame, text in self.loose]
        parts += [_text(rule, "", "rule") for rule in self.rules]
        for photo in self.photos:
            left, top, width, height = photo.at
            parts.append(_text(photo.at, "", "photo"))
            parts.append(_text((left, top + height + 4, width, 16), photo.caption, "caption"))
        for box in self.boxes:
            inside = f"<b>{box.title}</b>" + "".join(f"<p>{each}</p>" for each in box.paragraphs)
            parts.append(_text(box.at, inside, "box"))
        parts += [
            _text(story.at, f"<span style='font-size:{story.letters}px'>{story.headline}</span>", kind)
            for story in self.stories
            for kind in ["headline" if story.letters > 30 else "'headline left'"]
        ]
        poured = [
            {
                "paragraphs": list(story.paragraphs),
                "frames": list(story.frames),
                "size": story.size,
                "subheads": list(story.subheads),
            }
            for story in self.stories
        ]
        style = _STYLE.replace("WIDTH", f"{self.width}px").replace("HEIGHT", f"{self.height}px")
        script = _POUR.replace("STORIES", json.dumps(poured, ensure_ascii=False))
        return f"<!doctype html><meta charset=utf-8><style>{style}</style>{''.join(parts)}<script>{script}</script>"


def columns(
    left: float, top: float, width: float, height: float, number: int, gap: float = 20
) -> list[Frame]:
    """Frames side by side."""
    each = (width - gap * (number - 1)) / number
    return [(left + at * (each + gap), top, each, height) for at in range(number)]


def in_order(found: str, runs: Sequence[Sequence[str]]) -> float:
    """The share of neighbouring sentences of the known text that are neighbours in ``found``, in that order.

    White space is not looked at. A sentence that is torn or missing has no neighbour.
    """
    plain = re.sub(r"\s", "", found)
    pairs = [pair for run in runs for pair in pairwise(run)]
    joined = sum(re.sub(r"\s", "", before + after) in plain for before, after in pairs)
    return joined / len(pairs)


def _text(frame: Frame, inside: str, kind: str) -> str:
    left, top, width, height = frame
    return f"<div class={kind} style='left:{left}px;top:{top}px;width:{width}px;height:{height}px'>{inside}</div>"


_STYLE: Final = f"""
@page {{ size: WIDTH HEIGHT; margin: 0 }}
body {{ margin: 0; width: WIDTH; height: HEIGHT; position: relative; overflow: hidden }}
div {{ position: absolute; box-sizing: border-box }}
p {{ margin: 0; text-indent: 2em; text-align: justify }}
p.on {{ text-indent: 0 }}
p.cut {{ text-align-last: justify }}
p.subhead {{ text-indent: 0; font-family: {_FONTS["sans"]}; font-weight: bold; text-align: center }}
.frame {{ font-family: {_FONTS["serif"]}; line-height: 1.5; overflow: hidden }}
.headline {{ font: bold 34px/1.2 {_FONTS["sans"]}; text-align: center }}
.left {{ text-align: left }}
.loose {{ font: 12px {_FONTS["sans"]} }}
.photo {{ background: linear-gradient(#8ac, #354) }}
.caption {{ font: 11px/1.3 {_FONTS["sans"]} }}
.rule {{ background: #000 }}
.box {{ border: 1px solid #000; padding: 8px; font: 12px/1.5 {_FONTS["sans"]}; overflow: hidden }}
.box b {{ display: block; font-size: 16px }}
"""

_POUR: Final = """
for (const story of STORIES) {
  const frames = story.frames.map(([left, top, width, height]) => {
    const frame = document.body.appendChild(document.createElement("div"));
    frame.className = "frame";
    frame.style.cssText = `left:${left}px;top:${top}px;width:${width}px;height:${height}px;font-size:${story.size}px`;
    return frame;
  });
  let frame = frames.shift();
  const full = () => frame.scrollHeight > frame.clientHeight;
  story.paragraphs.forEach((text, number) => {
    for (let begun = false; text; begun = true) {
      const piece = frame.appendChild(document.createElement("p"));
      if (story.subheads.includes(number)) piece.className = "subhead";
      if (begun) piece.classList.add("on");
      piece.textContent = text;
      if (!full()) break;
      if (!frames.length) throw new Error("the frames are too small for the story");
      let least = 0, most = text.length;
      while (least < most) {
        const middle = (least + most + 1) >> 1;
        piece.textContent = text.slice(0, middle);
        if (full()) most = middle - 1; else least = middle;
      }
      // What does not begin a line must not: the sign goes down with the character before it.
      while (least && "，。、；：）”》％%".includes(text[least])) least--;
      while (least && /[0-9A-Za-z]/.test(text[least]) && /[0-9A-Za-z]/.test(text[least - 1])) least--;
      piece.textContent = text.slice(0, least);
      if (least) piece.classList.add("cut"); else piece.remove();
      text = text.slice(least);
      frame = frames.shift();
    }
  });
}
// The file holds the parts of a page in the order in which they were made, which need not be that of reading.
[...document.querySelectorAll("div")].map((part, at) => [at * 7 % 11, part]).sort((a, b) => b[0] - a[0])
  .forEach(([_, part]) => document.body.appendChild(part));
window.poured = true;
"""
