"""Web pages as news sites, hospitals and authorities make them: an article among navigation, links and footers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.document.inputs.printed_pages import prose, sentences

_MENU: Final = ("首页", "新闻中心", "医院概况", "就医指南", "专家介绍", "科研教学", "党建园地", "联系我们")
_RELATED: Final = (
    "我县启动秋季流感疫苗接种工作",
    "澄江市召开医疗质量提升年推进会",
    "望川区中医院中药房搬迁公告",
    "丰泽镇中心卫生院招聘公告（第二批）",
    "临沧湾妇幼保健院开设孕妇学校周末班",
)
_FOOT: Final = "版权所有 青禾新闻网 网站备案号 青ICP备00000000号 未经书面授权不得转载 技术支持：青禾数据中心"
TITLE: Final = "青禾县人民医院胸痛中心通过省级评审"


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page, and what is to be found on it."""

    html: str
    paragraphs: Sequence[str]
    """The article's body."""
    noise: Sequence[str] = (*_RELATED, _FOOT, "扫一扫分享到微信", "发表评论")
    """What is no part of it."""
    charset: str = "utf-8"

    @property
    def data(self) -> bytes:
        """The page's bytes."""
        return self.html.encode(self.charset)


def share_found(text: str, page: WebPage) -> float:
    """Recall: the share of the body's characters whose sentence is in ``text``."""
    known = [one for one in sentences(page.paragraphs)]
    plain = "".join(text.split())
    return sum(len(one) for one in known if one in plain) / sum(map(len, known))


def share_of_body(text: str, page: WebPage) -> float:
    """Precision: the share of the text's visible characters that are the body's or the title's."""
    plain = "".join(text.split())
    total = len(plain)
    for one in (*sentences(page.paragraphs), TITLE):
        plain = plain.replace(one, "")
    return 1 - len(plain) / total if total else 0.0


def _links(names: Sequence[str], tag: str = "li") -> str:
    return "".join(f"<{tag}><a href='/a/{at}.html'>{name}</a></{tag}>" for at, name in enumerate(names))


def news_site() -> WebPage:
    """A newspaper's site: ``article``, OpenGraph and JSON-LD."""
    body = prose(41, 16)
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": TITLE,
        "datePublished": "2023-03-14T08:30:00+08:00",
        "author": {"@type": "Person", "name": "林小满"},
        "publisher": {"@type": "Organization", "name": "青禾晚报"},
    }
    head = (
        f"<meta charset=utf-8><title>{TITLE}_青禾新闻网</title>"
        f"<meta property='og:title' content='{TITLE}'><meta property='og:type' content='article'>"
        "<meta property='og:site_name' content='青禾晚报'>"
        "<meta property='og:url' content='https://news.example.cn/2023/03/14/1.html'>"
        "<meta property='article:published_time' content='2023-03-14T08:30:00+08:00'>"
        "<meta name='author' content='林小满'>"
        f"<script type='application/ld+json'>{json.dumps(told, ensure_ascii=False)}</script>"
    )
    return WebPage(
        f"<!doctype html><html lang=zh-CN><head>{head}</head><body><header><nav><ul>{_links(_MENU)}</ul></nav></header>"
        f"<main><article><h1>{TITLE}</h1>" + "".join(f"<p>{each}</p>" for each in body) + "</article>"
        f"<aside><h3>相关阅读</h3><ul>{_links(_RELATED)}</ul></aside></main>"
        f"<footer><p>{_FOOT}</p></footer></body></html>",
        body,
    )


def portal() -> WebPage:
    """A portal of the old kind: tables, GB2312, the charset in a ``meta`` element, no other metadata."""
    body = prose(42, 12)
    cells = "".join(f"　　{each}<br><br>" for each in body)
    related = "".join(f"<tr>{_links([one], 'td')}</tr>" for one in _RELATED)
    return WebPage(
        "<html><head><meta http-equiv='Content-Type' content='text/html; charset=gb2312'>"
        f"<title>{TITLE}-青禾健康网</title></head><body><table width=980><tr>{_links(_MENU, 'td')}</tr></table>"
        f"<table><tr><td width=680><h2 align=center>{TITLE}</h2>"
        "<div align=center>2023年03月14日 09:12　来源：青禾日报　作者：林小满　<a href='#'>我要评论</a></div>"
        f"<div id=zoom>{cells}</div><div>【<a href='#'>大 中 小</a>】【<a href='#'>打印</a>】【<a href='#'>关闭</a>】</div></td>"
        f"<td><table><tr><td><b>热点新闻</b></td></tr>{related}</table></td>"
        f"</tr></table><p align=center>{_FOOT}</p></body></html>",
        body,
        charset="gb2312",
    )


def hospital() -> WebPage:
    """A hospital's site: nested ``div`` and ``span`` with styles, as an editor pastes them from Word."""
    body = prose(43, 12)
    text = "".join(
        f"<p style='text-indent:2em'><span style='font-family:仿宋'><span lang=EN-US></span>{each}</span></p>"
        for each in body
    )
    return WebPage(
        f"<!doctype html><html><head><meta charset=utf-8><title>{TITLE}</title></head><body>"
        f"<div class=top><div class=logo>青禾县人民医院</div><div class=nav>{_links(_MENU)}</div></div>"
        f"<div class=wrap><div class=left><h4>栏目导航</h4>{_links(_MENU)}</div><div class=right>"
        "<div class=pos>当前位置：<a href='/'>首页</a> &gt; <a href='/n'>新闻中心</a> &gt; 正文</div>"
        f"<div class=title>{TITLE}</div><div class=info>发布时间：2023-03-14　浏览次数：1024</div>"
        f"<div class=content>{text}</div>"
        "<div class=page>上一篇：<a href='/1'>望川区中医院中药房搬迁公告</a> 下一篇：<a href='/2'>我县启动秋季流感疫苗接种工作</a></div>"
        f"</div></div><div class=foot>{_FOOT}</div></body></html>",
        body,
    )


def authority() -> WebPage:
    """An authority's site: ``meta`` names of its own kind, a table in the article, attachments."""
    body = prose(44, 9, 3)
    rows = [
        ("单位", "床位", "评审结果"),
        ("青禾县人民医院", "620张", "通过"),
        ("望川区中医院", "310张", "整改"),
    ]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return WebPage(
        "<!doctype html><html><head><meta charset=utf-8>"
        f"<meta name=SiteName content='青禾县卫生健康局'><meta name=ArticleTitle content='{TITLE}'>"
        f"<meta name=PubDate content='2023-03-14 10:00'><meta name=ContentSource content='医政科'><title>{TITLE}</title></head><body>"
        f"<div id=header><ul>{_links(_MENU)}</ul></div><div class=article-box><h1>{TITLE}</h1>"
        "<div class=article-info><span>来源：医政科</span><span>发布日期：2023-03-14</span></div>"
        f"<div class=TRS_Editor>{''.join(f'<p>　　{each}</p>' for each in body)}<table border=1>{table}</table></div>"
        "<div class=share>扫一扫分享到微信</div></div>"
        f"<div class=related><h3>相关文章</h3><ul>{_links(_RELATED)}</ul></div><div id=footer><p>{_FOOT}</p></div></body></html>",
        [*body, "青禾县人民医院", "310张"],
    )


def account() -> WebPage:
    """A public account's page: sections in sections, one ``span`` a line, pictures between."""
    body = prose(45, 14, 2)
    text = "".join(
        f"<section><section><p><span>{each}</span></p></section></section><p><img data-src='x.jpg'></p>"
        for each in body
    )
    return WebPage(
        f"<!doctype html><html><head><meta charset=utf-8><meta property='og:title' content='{TITLE}'>"
        "<meta property='og:site_name' content='微信公众平台'><meta property='og:article:author' content='宣传科'>"
        f"<title>{TITLE}</title></head><body><div id=js_article><h1 class=rich_media_title>{TITLE}</h1>"
        f"<div id=meta_content><span>青禾县人民医院</span><em id=publish_time></em></div>"
        f"<div class=rich_media_content id=js_content>{text}</div>"
        "<div class=tool><span>阅读原文</span><span>发表评论</span></div></div></body></html>",
        body,
    )


def briefs() -> WebPage:
    """Short news below each other, each with a heading and a single paragraph."""
    body = [
        part for at, each in enumerate(prose(46, 10, 2)) for part in (f"简讯{at + 1}：门诊有了新变化", each)
    ]
    text = "".join(f"<h3>{head}</h3><p>{each}</p>" for head, each in zip(body[::2], body[1::2], strict=True))
    return WebPage(
        f"<!doctype html><html><head><meta charset=utf-8><title>{TITLE}</title></head><body><nav>{_links(_MENU)}</nav>"
        f"<div class=main><h1>{TITLE}</h1>{text}</div><div class=comments><h3>发表评论</h3><p>写得不错，点赞！</p></div>"
        f"<div class=hot><ul>{_links(_RELATED)}</ul></div><footer>{_FOOT}</footer></body></html>",
        body,
    )


PAGES: Final = {each.__name__: each() for each in (news_site, portal, hospital, authority, account, briefs)}
