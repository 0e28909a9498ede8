"""Amounts as people write them, with what they say in yuan.

The forms follow the contract's Money table; its own examples are not among them.
"""
from dataclasses import dataclass, field
from decimal import Decimal

UNITS = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10000), "百万元": Decimal(1000000), "亿元": Decimal(100000000)}
REMARKS = {"range", "withheld", "ditto", "see_attachment", "implausible"}
DIGITS = "零一二三四五六七八九"
CAPITALS = "零壹贰叁肆伍陆柒捌玖"


@dataclass
class Amount:
    """What stands in the cell, what it says, and which issues it makes.

    `low` and `high` are yuan, or None for an open end; `known` tells whether there is an amount at all. `number` and
    `number_format` are for cells that hold a number.
    """
    text: str
    low: Decimal | None = None
    high: Decimal | None = None
    known: bool = True
    currency: str = "CNY"
    codes: list = field(default_factory=list)
    number: Decimal | None = None
    number_format: str | None = None
    form: str = ""

    def truth(self):
        """The entry in the truth's `answers`, None where there is none."""
        if not self.known:
            return None
        plain = lambda n: None if n is None else format(n.normalize(), "f")
        return {"low": plain(self.low), "high": plain(self.high), "currency": self.currency}


def exact(text, yuan, **more):
    return Amount(text, Decimal(yuan), Decimal(yuan), **more)


def no_amount(text, code):
    return Amount(text, known=False, codes=[code])


def plain(number, commas=False):
    """A number as people write it: no exponent, no zeros at the end."""
    text = f"{Decimal(number):,f}" if commas else f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def chinese(number, digits=DIGITS, units=("", "十", "百", "千")):
    """1 to 9999 in Chinese numerals."""
    out, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            out += (digits[0] if gap and out else "") + digits[digit] + units[power]
            gap = False
        else:
            gap = bool(out)
    return out[1:] if out.startswith("一十") else out


def wan(rng):
    """An amount in 万元, as enterprises of all sizes have it."""
    size = rng.choice([10, 100, 100, 1000, 1000, 1000, 10000])
    value = rng.randint(size, size * 10 - 1)
    if rng.random() < 0.25:
        return Decimal(value) + Decimal(rng.randint(1, 99)) / 100
    return Decimal(value // 5 * 5 if value > 50 else value)


def simple(rng):
    """One amount with its unit."""
    value = wan(rng)
    yuan = value * 10000
    w, c = plain(value), plain(value, True)
    whole = int(value)
    forms = [
        f"{w}万元", f"{c}万元", f"{w} 万元", f"{w}万", f"人民币{w}万元", f"{w}万元人民币", f"约{w}万元", f"约为{c}万元", f"大约{w}万元", f"预计{w}万元",
        f"预计可达{w}万元", f"{w}万元（预计）", f"{w}万元(预估)", f"{w}（万元）", f"{w}万元左右", f"{w}万元上下", f"预估{w}万元", f"{w}万人民币", f"RMB {w}万元",
        f"约人民币{c}万元", f"全年预计{w}万元", f"2017年预计营业收入{w}万元", f"预计2017年全年实现营业收入{w}万元", f"{w}万元，同比增长{rng.randint(5, 60)}%",
        f"{w}万元（未审计）", f"{plain(yuan, True)}元", f"{plain(yuan)}元", f"¥{plain(yuan, True)}", f"￥{plain(yuan, True)}.00", f"人民币{plain(yuan, True)}元",
        f"{yuan:,.2f}元", f"{plain(yuan / 100000000)}亿元" if value >= 1000 else f"{w}万元整", f"{plain(yuan / 1000, True)}千元",
        f"{w}万元".translate(str.maketrans("0123456789.", "０１２３４５６７８９．")), f"≈{w}万元", f"约{w}万", f"CNY {plain(yuan, True)}", f"{w}万元。",
        f"{chinese(whole % 10000 or 800)}万元", f"{chinese(whole % 10000 or 800, CAPITALS, ('', '拾', '佰', '仟'))}万元整", f"近{w}万元",
        f"{plain(yuan / 100000000)}亿元人民币" if value >= 1000 else f"{w}万RMB",
    ]
    pick = rng.randrange(len(forms))
    if forms[pick][0] in CAPITALS + DIGITS + "十":
        yuan = Decimal((whole % 10000 or 800) * 10000)
    return exact(forms[pick], yuan)


def of_hundred_millions(rng):
    """亿 and 万 together, in digits and in words."""
    y, q = rng.randint(1, 9), rng.randint(1, 9)
    yuan = y * 100000000 + q * 10000000
    return exact(rng.choice([f"{y}亿{q}千万元", f"{y}亿{q}千万", f"{y}.{q}亿", f"{y}.{q}亿元左右", f"约{y}.{q}亿元", f"{y}亿{q}000万元", f"{DIGITS[y]}亿{DIGITS[q]}千万元", f"{y}.{q}个亿"]), yuan)


def ranged(rng):
    """From one amount to another; 2050—2800万元 is left out, as 2050 may be a year."""
    low = Decimal(rng.choice([n for n in range(2, 81) if not 1990 <= n * 50 < 2100]) * 50)
    high = low + Decimal(rng.randint(1, 20) * 50)
    a, b = plain(low), plain(high)
    text = rng.choice([f"{a}-{b}万元", f"{a}～{b}万元", f"{a}~{b}万元", f"{a}万元至{b}万元", f"{a}至{b}万元", f"{a}—{b}万元", f"{a}万到{b}万元", f"{a}万元到{b}万元之间", f"约{a}-{b}万元", f"预计{a}-{b}万元", f"在{a}万元到{b}万元之间"])
    return Amount(text, low * 10000, high * 10000, codes=["range"])


def open_ended(rng):
    """More than, or less than."""
    value = Decimal(rng.randint(2, 90) * 100)
    w = plain(value)
    if rng.random() < 0.6:
        text = rng.choice([f"{w}万元以上", f"超过{w}万元", f"不低于{w}万元", f"不少于{w}万元", f"突破{w}万元", f"{w}余万元", f"{w}多万元", f"超{w}万", f"逾{w}万元", f"≥{w}万元", f">{w}万元", f"预计{w}万元以上"])
        return Amount(text, value * 10000, None, codes=["range"])
    text = rng.choice([f"{w}万元以下", f"不超过{w}万元", f"不足{w}万元", f"{w}万以内", f"不到{w}万元", f"低于{w}万元", f"少于{w}万元", f"<{w}万元", f"≤{w}万元"])
    return Amount(text, None, value * 10000, codes=["range"])


def of_two_years(rng):
    """Another year's amount beside, or a part of the year before the whole."""
    before, now = rng.randint(3, 90) * 20, rng.randint(91, 190) * 20
    text = rng.choice([
        f"2016年{before}万元，2017年预计{now}万元", f"2016年：{before}万元；2017年（预计）：{now}万元", f"2016年营业收入{before}万元，预计2017年{now}万元",
        f"2017年1-11月{before}万元，全年预计{now}万元", f"截至11月底{before}万元，预计全年{now}万元", f"{now}万元（2016年{before}万元）", f"2017年{now}万元（2016年：{before}万元）",
        f"前三季度{before}万元，预计全年可达{now}万元",
    ])
    return exact(text, now * 10000)


def foreign(rng):
    """Another currency, which is never converted."""
    value = rng.randint(3, 99) * 10
    text, currency = rng.choice([(f"{value}万美元", "USD"), (f"USD {value * 10000:,}", "USD"), (f"{value}万美金", "USD"), (f"{value}万港元", "HKD"), (f"{value}万港币", "HKD"), (f"约{value}万美元", "USD"), (f"{value}万欧元", "EUR"), (f"HKD {value * 10000:,}", "HKD"), (f"美元{value}万元", "USD"), (f"港币{value}万元", "HKD")])
    return exact(text, value * 10000, currency=currency)


def zero(rng):
    return exact(rng.choice(["0", "0元", "零", "0万元", "零元", "无收入", "暂无收入", "尚未产生收入", "0.00", "暂无营业收入", "尚无营业收入", "无营业收入"]), 0)


def withheld(rng):
    return Amount(rng.choice(["保密", "不便透露", "商业秘密", "涉密，不便透露", "保密数据", "涉及商业秘密"]), known=False, codes=["withheld"])


def absent(rng):
    return no_amount(rng.choice(["", "", "", "无", "/", "暂无", "-", "N/A", "万元"]), "missing")


def without_unit(rng):
    value = wan(rng)
    return no_amount(rng.choice([plain(value), plain(value, True), f"约{plain(value)}", f"预计{plain(value)}"]), "unit_missing")


def no_number(rng):
    return no_amount(rng.choice(["待定", "正在统计", "以年报为准", "待审计后提供", "较上年有所增长", "财务核算中"]), "not_an_amount")


def doubtful(rng):
    """Two amounts and nothing that tells them apart."""
    a, b = rng.randint(3, 90) * 20, rng.randint(91, 190) * 20
    return no_amount(rng.choice([f"{a}万元、{b}万元", f"{a}万元，{b}万元", f"{a}万元/{b}万元", f"{a}万元；{b}万元", f"{a}万元或{b}万元"]), "ambiguous_amount")


def bare(rng, unit):
    """A number whose unit stands elsewhere; now and then the cell repeats it."""
    value = wan(rng)
    yuan = value * 10000
    shown = yuan / UNITS[unit]
    text = rng.choice([plain(shown), plain(shown), plain(shown), plain(shown, True), f"约{plain(shown)}", f"{shown:.2f}" if shown == round(shown, 2) else plain(shown), f"{plain(shown)}（预计）", f"{plain(shown)}{unit}", f"预计{plain(shown)}", f"{plain(shown)}左右"])
    number = shown if text == plain(shown) else None
    return exact(text, yuan, number=number)


def formatted(rng):
    """A number under a number format that shows the unit, and all of the number."""
    value = wan(rng)
    yuan = value * 10000
    kinds = ['0.##"万元"', '#,##0.00"万元"', '0.00"万"', '#,##0"元"', '"￥"#,##0.00', '¥#,##0', '0.0000"亿元"', '"人民币"0.00"万元"']
    kind = rng.choice([kind for kind in kinds if "亿" not in kind or value == int(value)])
    shown = yuan / 100000000 if "亿" in kind else value if "万" in kind else yuan
    return exact(plain(shown), yuan, number=shown, number_format=kind)


WITH_UNIT = [(simple, 60), (of_hundred_millions, 8), (ranged, 8), (open_ended, 8), (of_two_years, 6), (foreign, 4), (zero, 4), (withheld, 2)]


def with_unit(rng):
    """Any readable amount that needs no unit from elsewhere."""
    make = rng.choices([m for m, _ in WITH_UNIT], [w for _, w in WITH_UNIT])[0]
    amount = make(rng)
    amount.form = make.__name__
    return amount
