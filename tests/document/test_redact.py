"""Which numbers are private, and which are not."""

from itertools import pairwise

import pytest

from pipeline.document.numbers import check_digit, luhn
from pipeline.document.redact import find_private, mask, private_offsets

VALID_ID = "11010519491231002X"
"""The example of GB 11643 itself."""


def public(text: str) -> str:
    return mask(text, private_offsets(text))


HIDDEN = {
    "an ID": f"患者{VALID_ID}，",
    "an ID in small letters": "患者11010519491231002x，",
    "an ID in wide digits": "患者１１０１０５１９４９１２３１００２Ｘ。",
    "an ID in blanks": "患者1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X。",
    "an ID in groups": "患者110105 19491231 002X。",
    "an ID over a line end": "患者1101051949\n1231002X。",
    "an ID over an empty line": "（身份证号码：\n\n110105194912310021）",
    "an ID with a wrong check digit": "患者110105194912310021。",
    "an ID of no known region, announced": "身份证号：990105194913310021。",
    "an ID in traditional context": "身份證號碼:990105194913310021。",
    "an ID whose cue is spaced": "（ 身 份 证 号 ：\n990105194913310021 ）",
    "an ID with a digit before it": f"编者按7{VALID_ID}。",
    "an ID of fifteen digits": "患者110105491231002。",
    "a mobile number": "请拨13912345678。",
    "a mobile number in groups": "请拨139 1234 5678或139-1234-5679。",
    "a mobile number with its country": "请拨+8613912345678。",
    "a mobile number before a hospital": "13912345678人民医院",
    "a landline number": "请拨0318-1234567。",
    "a landline number in brackets": "请拨（0318）2345678转801。",
    "a landline number behind a blank": "预约0318 2345678。",
    "a landline number of a large town": "预约010 2345 6789。",
    "a landline number in one": "预约03182345678。",
    "announced phones": "咨询电话：2345678、2345679",
    "a name before the phone": "联系人：王某某 2345678",
    "a bank card": "卡6222021234567890128汇入。",
    "a bank card in groups": "卡4111 1111 1111 1111汇入。",
    "an announced account": "账号：13050123456789012",
    "a contract": "合同编号：购字 AB2020123456。",
    "a contract over a line end": "合同编\n号：AB2020\n123456。",
    "a receipt": "收据号码：123456因个人原因",
    "a receipt without a colon": "收据号\n码 1234567 因个人原因",
    "two seals": "公 章\n1301028306799、 手 章\n1301028306798）",
    "a licence": "广告发布登记证号：某市场监管广登字第123号 排版",
    "a case file": "病案号123456，",
    "a visit": "就诊号：20230001",
    "a deed": "房产证第1234567号遗失",
    "a deed in full": "某市不动产权第0012345号",
    "an insurance card": "医保卡号A1234567，",
    "an insurance card without a letter": "社保卡1234567遗失",
    "an ID of no known region before a noun": "身份证：990105194913人民医院",
    "an ID stuck to a digit over a line end": "编者按711010519491\n231002X。",
    "a mobile number with a prefix": "请拨008613912345678或013912345678。",
    "a mobile number before a festival": "请拨13912345678元旦不休。",
    "a mobile number in a numbered list": "1.13912345678",
    "a landline number over a line end": "请拨0318-123\n4567。",
    "a landline number digit by digit": "请拨0 3 1 8 - 2 3 4 5 6 7 8。",
    "a phone and a person": "电话：2345678张医生，咨询2345679张主任",
    "a phone of Hong Kong": "電話：+852 2345 6789",
    "a receipt before a noun": "收据号码：12345678名下，票号1234567日前",
    "a certificate before a noun": "毕业证书编号12345678人民医院",
    "a certificate over a line end": "证书编号：（2019）\n第123456号",
    "a code of an organization": "組織機構代碼證：123456789",
    "an account and a person": "账号：13050123个人",
    "an invoice": "發票代碼：012345678901，發票號碼：12345678",
}


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_private_numbers_are_masked_whole(text: str) -> None:
    """No two digits of the number in a row are left; the length stays."""
    shown = public(text)
    assert len(shown) == len(text)
    assert not any(a.isdigit() and b.isdigit() for a, b in pairwise(shown)), shown
    assert "*" in shown


KEPT = {
    "a date": "2021年12月30日",
    "an amount": "投资13800000000元，合620202123456789012元",
    "an amount with commas": "共计1,380,000,000.00元",
    "an amount in yuan signs": "￥13912345678",
    "a decimal": "0.13912345678",
    "patients": "年门诊量712345人次，住院31234人次",
    "area and beds": "占地123.5亩，建筑面积70800平方米，床位900张",
    "a postcode": "邮政编码:100000",
    "an area code": "电话区号:0310",
    "emergency numbers": "拨打120、热线12345",
    "a platform's name": "“967890”健康热线平台",
    "years in a table": "2019 2020 2021 2022 2023",
    "figures in a table": "15 20 30 45 60 70 80 90",
    "a sum of eighteen digits": "合计123456789012345678",
    "a contract's sum": "合同金额250000元",
    "a balance": "医保卡余额12345.67元，账户余额12345678.90元",
    "cards handed out": "发放社保卡123456张，就诊卡 23456 张，健康卡注册34567人",
    "people with a certificate": "取得资格证12345人，不动产权证34567份",
    "money behind a date": "0318 2345678元",
    "a decimal in a table": "0.0318 2345678",
    "figures with leading zeros": "0118 2345678；0318 1345678；018 2345678",
    "a date behind a cue": "编号：2021年发布；收据2021年12月",
    "a date behind a phone": "电话回访2021年1月",
    "papers handed out": "发放居住证123456张，办理毕业证2345678份",
    "accounts opened": "开通账号12345678个",
    "calls answered": "热线接听1234567人次，电话随访2345678人",
    "a number with a date": "编号：2021年",
    "an area code in a table": "010 20 30 40 50 60 70",
    "a room": "5#楼2单元603室",
    "a rate": "D-to-B 55分钟，占12.34%",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_ordinary_figures_stay(text: str) -> None:
    """Amounts, dates, counts, areas, postcodes and short public numbers are not masked."""
    assert public(text) == text


def test_a_span_runs_from_the_first_to_the_last_digit_of_the_text_as_it_stands() -> None:
    """Blanks and line ends inside a number are inside its span, and are not masked."""
    text = "卡：\n4111 1111\n1111 1111。"
    assert find_private(text) == ((3, 22),)
    assert public(text) == "卡：\n**** ****\n**** ****。"


def test_the_check_digits_are_those_of_the_standards() -> None:
    """The worked examples of GB 11643 and of ISO/IEC 7812."""
    assert check_digit(VALID_ID[:17]) == VALID_ID[17]
    assert luhn("79927398713") and not luhn("79927398714")


def test_eighteen_digit_sums_are_hardly_ever_taken_for_private_numbers() -> None:
    """Of ten thousand numbers spread evenly, fewer than ten are masked."""
    step = 999_999_999_999_999_999 // 10_000
    texts = [f"合计{100_000_000_000_000_000 + at * step * 9 // 10 + at * 7919}。" for at in range(10_000)]
    assert sum(public(text) != text for text in texts) < 10
