"""How a form is laid out: each layout makes pages of one form and its respondents.

A layout says which kinds of file can hold it: `sheet` for workbooks, `text` for documents, `body` for the mail itself
(an HTML table there), `csv` for text with separators, `lines` for label lines in the body or a text file.
"""
from dataclasses import dataclass

from . import labels, words
from .model import Cell, Line, Page, Table
from .respondents import Answer

TITLES = ["人工智能产业相关企业、技术平台调查表", "青榕区人工智能产业相关企业、技术平台调查表", "附件1\n人工智能产业相关企业、技术平台调查表", "人工智能企业情况表", "人工智能产业情况摸底表"]
NOTES = [
    "注：重点企业、项目请单独附文字材料", "重点企业、项目请单独附文字材料", "填表说明：1.本表由企业如实填写；2.营业收入按合并口径填报。", "说明：本表一式一份，加盖公章后报送。",
    "备注：各项内容请控制在300字以内。", "注：请于2017年12月20日前报送。",
]


@dataclass
class Form:
    """Labels, respondents and where the unit stands: `cell`, `label`, `line`, `format` or `none`."""
    labels: dict
    respondents: list
    unit: str | None
    unit_place: str
    keys: list

    def label(self, key):
        return Cell(self.labels[key], head=True)

    def value(self, respondent, key, **spans):
        answer = respondent.answers[key]
        return Cell(answer.text, amount=answer.amount, **spans)


def unit_line(rng, form):
    if form.unit_place != "line":
        return []
    return [Line(rng.choice(labels.UNIT_LINES).format(u=form.unit))]


def foot(rng):
    """Signature and notes below the table, or nothing."""
    out = []
    if rng.random() < 0.3:
        out.append(Line(rng.choice(NOTES)))
    if rng.random() < 0.25:
        gap = rng.choice(["    ", "\u3000\u3000", "\t"])
        out.append(Line(f"填表人：{words.person(rng)}{gap}联系电话：{words.phone(rng)}{gap}填表日期：2017年12月{rng.randint(18, 20)}日"))
    return out


def framed(rng, form, table, name="Sheet1", title=0.6):
    """The usual page: title, unit line, table, notes."""
    head = [Line(rng.choice(TITLES), title=True)] if rng.random() < title else []
    return Page(name, [*head, *unit_line(rng, form), table, *foot(rng)])


def head_row(form):
    return [form.label(k) for k in form.keys]


def value_row(form, respondent):
    return [form.value(respondent, k) for k in form.keys]


def horizontal(rng, form):
    """The form as it was sent out: six columns, one row."""
    return [framed(rng, form, Table([head_row(form), value_row(form, form.respondents[0])]))]


def rows(rng, form):
    """Several respondents, one a row, often with a serial number."""
    serial = rng.random() < 0.6
    table = [([Cell("序号", head=True)] if serial else []) + head_row(form)]
    for at, respondent in enumerate(form.respondents, 1):
        table.append(([Cell(str(at))] if serial else []) + value_row(form, respondent))
    if rng.random() < 0.3:
        table += [[Cell("") for _ in table[0]] for _ in range(rng.randint(1, 3))]
    return [framed(rng, form, Table(table))]


def ditto(rng, form):
    """Several in rows, one of whose answers is that of the row above."""
    above, below = form.respondents[:2]
    key = rng.choice([k for k in form.keys[1:5]])
    if above.answers[key].truth is not None:
        below.answers[key] = Answer("同上", above.answers[key].truth, ["ditto"])
    return rows(rng, form)


def vertical(rng, form):
    """Labels down the left, answers beside them."""
    respondent = form.respondents[0]
    return [framed(rng, form, Table([[form.label(k), form.value(respondent, k)] for k in form.keys], widths=[1, 3]))]


def pairs(rng, form):
    """Two labels with their answers in a row, some answers over the whole width."""
    respondent, out, keys = form.respondents[0], [], list(form.keys)
    short = ["name", "revenue"] if rng.random() < 0.6 else keys
    keys.sort(key=lambda k: k not in short)
    while keys:
        if len(keys) > 1 and keys[0] in short and keys[1] in short:
            out.append([c for k in (keys.pop(0), keys.pop(0)) for c in (form.label(k), form.value(respondent, k))])
        else:
            k = keys.pop(0)
            out.append([form.label(k), form.value(respondent, k, columns=3)])
    if rng.random() < 0.4:
        out.insert(rng.choice([1, len(out)]), [Cell("联系人", head=True), Cell(words.person(rng)), Cell("联系电话", head=True), Cell(words.phone(rng))])
    return [framed(rng, form, Table(out, widths=[1, 2, 1, 2]))]


def head_of_two_rows(rng, form):
    """Groups of columns under merged headings."""
    texts = [k for k in form.keys if k not in ("name", "revenue")]
    top = [Cell(form.labels["name"], rows=2, head=True), Cell(rng.choice(["技术情况", "人工智能有关情况", "基本情况", "技术与产品"]), columns=len(texts), head=True)]
    below = [form.label(k) for k in texts]
    group = rng.random() < 0.4
    top.append(Cell(rng.choice(["经营情况", "财务数据"]), head=True) if group else Cell(form.labels["revenue"], rows=2, head=True))
    below += [form.label("revenue")] if group else []
    order = ["name", *texts, "revenue"]
    return [framed(rng, form, Table([top, below] + [[form.value(r, k) for k in order] for r in form.respondents]))]


def head_of_three_rows(rng, form):
    """The title or a unit row inside the table, then two rows of headings."""
    page = head_of_two_rows(rng, form)[0]
    table = next(b for b in page.blocks if isinstance(b, Table))
    width = table.size()[1]
    top = rng.choice(labels.UNIT_LINES).format(u=form.unit) if form.unit_place == "line" else rng.choice(TITLES)
    table.rows.insert(0, [Cell(top, columns=width, head=True)])
    page.blocks = [b for b in page.blocks if isinstance(b, Table) or not b.title]
    page.blocks = [b for b in page.blocks if isinstance(b, Table) or "单位" not in b.text or "填表" in b.text]
    return [page]


HINTS = {
    "name": "与公章一致", "position": "简述在行业中的位置", "technology": "列明名称及水平", "products": "列明名称、数量", "direction": "简述计划", "revenue": "据实填写",
}


def hints(rng, form):
    """序号, 项目, 填写要求, 填写内容."""
    respondent = form.respondents[0]
    heads = ["序号", rng.choice(["项目", "调查项目", "指标", "内容"]), rng.choice(["填写要求", "填报要求", "填写说明"]), rng.choice(["填写内容", "填报内容", "企业填写"])]
    body = [[Cell(str(at)), form.label(k), Cell(HINTS[k]), form.value(respondent, k)] for at, k in enumerate(form.keys, 1)]
    return [framed(rng, form, Table([[Cell(h, head=True) for h in heads], *body], widths=[1, 3, 3, 6]))]


def numbered(rng, form):
    """序号, 项目, 内容 without hints."""
    respondent = form.respondents[0]
    heads = ["序号", rng.choice(["项目", "调查内容", "指标名称"]), rng.choice(["内容", "填报情况", "企业情况"])]
    body = [[Cell(str(at)), form.label(k), form.value(respondent, k)] for at, k in enumerate(form.keys, 1)]
    return [framed(rng, form, Table([[Cell(h, head=True) for h in heads], *body], widths=[1, 3, 6]))]


def above(rng, form):
    """Each label in a row of its own, its answer in the row below."""
    respondent = form.respondents[0]
    return [framed(rng, form, Table([[cell] for k in form.keys for cell in (form.label(k), form.value(respondent, k))]))]


def in_one_cell(rng, form):
    """Label and answer share a cell."""
    respondent, colon = form.respondents[0], rng.choice(["：", "：", ":"])
    cells = [Cell(f"{form.labels[k]}{colon}{respondent.answers[k].text}") for k in form.keys]
    if rng.random() < 0.4:
        return [framed(rng, form, Table([cells[i:i + 2] for i in range(0, len(cells), 2)]))]
    return [framed(rng, form, Table([[c] for c in cells]))]


def layout_table(rng, form):
    """A table of one cell around title and form, as web editors and old templates make it."""
    inner = rng.choice([horizontal, vertical, rows])(rng, form)[0]
    return [Page("Sheet1", [Table([[Cell("", inner=inner.blocks)]])])]


def beside_another(rng, form):
    """The form, and a second table that has nothing to do with it."""
    page = rng.choice([horizontal, vertical, rows])(rng, form)[0]
    kind = rng.choice(["patents", "people", "holders"])
    if kind == "patents":
        body = [["序号", "专利名称", "专利号", "类型"]] + [[str(n), f"一种{rng.choice(words.GOODS)}", f"ZL2016{rng.randrange(10**8):08d}.X", rng.choice(["发明", "实用新型"])] for n in range(1, 4)]
    elif kind == "people":
        body = [["姓名", "职务", "电话"]] + [[words.person(rng), rng.choice(["总经理", "技术总监", "办公室主任"]), words.phone(rng)] for _ in range(2)]
    else:
        body = [["股东", "出资额（万元）", "占比"]] + [[words.person(rng), str(rng.randint(1, 9) * 100), f"{rng.randint(10, 60)}%"] for _ in range(2)]
    other = Table([[Cell(t) for t in row] for row in body])
    caption = Line(rng.choice(["附：", "附表"]) + {"patents": "专利清单", "people": "联系人名单", "holders": "股东情况"}[kind])
    if rng.random() < 0.3:
        page.blocks = [caption, other, *page.blocks]
    else:
        page.blocks += [caption, other]
    return [page]


def one_per_page(rng, form):
    """A sheet or a page for every respondent, each with the whole form."""
    one = rng.choice([horizontal, vertical, numbered])
    out = []
    for at, respondent in enumerate(form.respondents, 1):
        page = one(rng, Form(form.labels, [respondent], form.unit, form.unit_place, form.keys))[0]
        page.name = rng.choice([f"Sheet{at}", f"企业{at}"])
        out.append(page)
    return out


def transposed(rng, form):
    """Labels down the left, a column for each of several respondents."""
    body = [[form.label(k), *[form.value(r, k) for r in form.respondents]] for k in form.keys]
    if rng.random() < 0.3:
        body.insert(0, [Cell(rng.choice(["项目", "填报内容"]), head=True), *[Cell(f"企业{'一二三四五六'[n]}", head=True) for n in range(len(form.respondents))]])
    return [framed(rng, form, Table(body))]


LETTER = [
    "关于提供人工智能科技创新和产业发展情况材料的函", "各有关企业：",
    "近日，工业和信息化部印发了《促进新一代人工智能产业发展三年行动计划（2018-2020年）》，现请各企业提供人工智能科技创新和产业发展情况，以及相关企业情况材料。",
    "2017年12月18日", "（联系人：罗玉宏，电话：2137957）", "附件1",
]


def letter(rng, form):
    """The office's letter and the filled form in one file."""
    page = rng.choice([horizontal, vertical, pairs])(rng, form)[0]
    page.blocks = [Line(text) for text in LETTER] + page.blocks
    return [page]


def merged(rng, form):
    """An answer in pieces over several rows under one merged name."""
    out = [head_row(form)]
    for respondent in form.respondents:
        split = rng.choice(["technology", "products", "direction"])
        pieces = rng.sample(words.METHODS, rng.choice([2, 3]))
        respondent.answers[split] = Answer("\n".join(pieces), "\n".join(pieces))
        spare = [form.value(respondent, k, rows=len(pieces)) if k != split else Cell(pieces[0]) for k in form.keys]
        out += [spare] + [[Cell(p)] for p in pieces[1:]]
    return [framed(rng, form, Table(out))]


def wide(rng, form):
    """Labels and answers over several merged columns, as in forms drawn on a grid."""
    respondent = form.respondents[0]
    a, b = rng.choice([(2, 4), (1, 5), (2, 3)])
    return [framed(rng, form, Table([[Cell(form.labels[k], columns=a, head=True), form.value(respondent, k, columns=b)] for k in form.keys]))]


def more_columns(rng, form):
    """Columns of the sender's own between, and the form's in another order."""
    extra = rng.sample(list(labels.OTHERS), rng.randint(2, 4))
    order = form.keys[1:] + extra
    rng.shuffle(order)
    order = ["name", *order] if rng.random() < 0.8 else order + ["name"]
    table = [[form.label(k) if k in form.labels else Cell(k, head=True) for k in order]]
    for r in form.respondents:
        table.append([form.value(r, k) if k in form.labels else Cell(labels.other(rng, k, words)) for k in order])
    return [framed(rng, form, Table(table))]


def more_rows(rng, form):
    """A vertical form with rows of the sender's own between."""
    respondent = form.respondents[0]
    order = form.keys[1:] + rng.sample(list(labels.OTHERS), rng.randint(2, 4))
    rng.shuffle(order)
    out = [[form.label(k) if k in form.labels else Cell(k, head=True), form.value(respondent, k) if k in form.labels else Cell(labels.other(rng, k, words))] for k in ["name", *order]]
    return [framed(rng, form, Table(out, widths=[1, 3]))]


def name_outside(rng, form):
    """The name stands in a line above the table, not in it."""
    respondent = form.respondents[0]
    keys = [k for k in form.keys if k != "name"]
    bare = Form(form.labels, form.respondents, form.unit, form.unit_place, keys)
    line = Line(f"{rng.choice(['填报单位', '填报单位（盖章）', '企业名称', '单位名称', '填报企业'])}{rng.choice(['：', ':'])}{respondent.name}")
    page = framed(rng, bare, Table([head_row(bare), value_row(bare, respondent)]) if rng.random() < 0.5 else Table([[form.label(k), form.value(respondent, k)] for k in keys], widths=[1, 3]))
    at = next(n for n, b in enumerate(page.blocks) if isinstance(b, Table))
    page.blocks.insert(at, line)
    return [page]


def cut(rng, form):
    """One table cut in two: the second part with the header again, or without."""
    table = [head_row(form)] + [value_row(form, r) for r in form.respondents]
    half = len(table) // 2 + 1
    again = [head_row(form)] if rng.random() < 0.5 else []
    page = framed(rng, form, Table(table[:half]))
    at = next(n for n, b in enumerate(page.blocks) if isinstance(b, Table))
    gap = [Line("")] if rng.random() < 0.5 else [Line("续表")] if again else []
    page.blocks[at + 1:at + 1] = [*gap, Table(again + table[half:])]
    return [page]


def repeated(rng, form):
    """The header row comes again in the middle of the table, as it is pasted together."""
    table = [head_row(form)] + [value_row(form, r) for r in form.respondents]
    table.insert(len(table) // 2 + 1, head_row(form))
    return [framed(rng, form, Table(table))]


def total(rng, form):
    """A sample row and a total row around the rows of respondents."""
    table = [head_row(form)] + [value_row(form, r) for r in form.respondents]
    if rng.random() < 0.5:
        table.insert(1, [Cell("示例" if k == "name" else "略" if k != "revenue" else "1000万元") for k in form.keys])
    if rng.random() < 0.7:
        table.append([Cell("合计" if k == "name" else f"{rng.randint(1, 9)}000万元" if k == "revenue" else "") for k in form.keys])
    return [framed(rng, form, Table(table))]


def boxed(rng, form):
    """Title and notes in text boxes beside the table."""
    page = vertical(rng, form)[0]
    for block in page.blocks:
        if isinstance(block, Line) and "单位" not in block.text:
            block.boxed = True
    if not any(isinstance(b, Line) and b.boxed for b in page.blocks):
        page.blocks.insert(0, Line(rng.choice(NOTES), boxed=True))
    return [page]


def controls(rng, form):
    """The answers stand in content controls."""
    page = rng.choice([horizontal, vertical, numbered])(rng, form)[0]
    for table in page.blocks:
        if isinstance(table, Table):
            for _, _, cell in table.placed():
                cell.control = not cell.head and bool(cell.text)
    return [page]


def label_lines(rng, form):
    """`label：value`, a line each, some answers over several lines."""
    respondent, colon = form.respondents[0], rng.choice(["：", "：", "：", ":", ": "])
    lines = [Line(f"{form.labels[k]}{colon}{respondent.answers[k].text}") for k in form.keys]
    return [Page("", lines)]


def plain_rows(rng, form):
    """Nothing but the header and the rows."""
    return [Page("Sheet1", [*unit_line(rng, form), Table([head_row(form)] + [value_row(form, r) for r in form.respondents])])]


@dataclass
class Layout:
    """A layout, the kinds of file it fits, and how many respondents it holds."""
    make: object
    kinds: str
    least: int = 1
    most: int = 1
    weight: int = 3

    @property
    def name(self):
        return self.make.__name__


LAYOUTS = [
    Layout(horizontal, "sheet text body", weight=8), Layout(rows, "sheet text body", 2, 6, 5), Layout(vertical, "sheet text body", weight=6), Layout(pairs, "sheet text body", weight=5),
    Layout(head_of_two_rows, "sheet text body", 1, 3), Layout(head_of_three_rows, "sheet text", 1, 3, 2), Layout(hints, "sheet text"), Layout(numbered, "sheet text body"),
    Layout(above, "sheet text", weight=2), Layout(in_one_cell, "sheet text body"), Layout(layout_table, "text body", weight=2), Layout(beside_another, "sheet text"),
    Layout(one_per_page, "sheet text", 2, 4), Layout(transposed, "sheet text", 2, 3), Layout(letter, "text"), Layout(merged, "sheet text", 1, 2, 2), Layout(wide, "sheet text", weight=2),
    Layout(more_columns, "sheet text body", 1, 3, 4), Layout(more_rows, "sheet text"), Layout(name_outside, "sheet text", weight=2), Layout(cut, "sheet text", 3, 5, 2),
    Layout(ditto, "sheet text", 2, 4, 2), Layout(repeated, "sheet text", 3, 5, 1), Layout(total, "sheet text", 2, 4, 2), Layout(boxed, "docx", weight=1), Layout(controls, "docx", weight=2), Layout(label_lines, "lines", weight=6),
    Layout(plain_rows, "csv", 1, 4, 3),
]
