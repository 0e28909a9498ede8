"""How the labels of the form are worded: the form's own, and wordings that a clerk takes without a doubt.

The own wordings are kept apart from the aliases that ship with the survey: one that has become an alias is left out.
"""
import re
import tomllib
import unicodedata
from pathlib import Path

SURVEY = Path(__file__).resolve().parents[3] / "config/surveys/ai-industry-2017.toml"
KEYS = ["name", "position", "technology", "products", "direction", "revenue"]

OWN = {
    "name": [
        "贵公司名称", "公司（平台）全称", "单位（企业）全称", "企业（平台）全称", "填报企业名称", "企业名称（全称）", "公司名称（全称）", "单位名称（全称）",
        "企业（机构）名称", "报送单位名称", "申报企业名称", "企业（公司）名称", "企业注册名称", "公司注册名称", "企业中文名称", "公司中文全称", "机构全称",
        "单位/平台名称", "平台（单位）名称", "企业或技术平台名称", "所在企业名称", "本企业名称", "企业工商登记名称", "参与企业名称", "填报公司名称", "企业或单位名称",
        "企业法定名称", "单位法定名称", "公司名（全称）", "企业主体名称", "填报主体名称", "申报平台名称", "平台或企业名称", "企业/公司名称", "公司/单位全称", "企业注册全称", "贵单位全称", "我单位名称", "被调研企业名称",
        "受访企业名称", "企业名称（中文）", "组织名称", "单位名（公章）", "企业规范全称", "填报单位全称", "报送单位全称", "企业（单位、平台）名称",
    ],
    "position": [
        "在人工智能行业中的地位", "行业地位概述", "企业在行业中的地位", "本企业在行业内所处地位", "行业地位及优势", "行业地位简述", "公司行业地位介绍",
        "人工智能领域行业地位", "在同行中的地位", "行业地位（描述）", "企业所处行业地位说明", "从事人工智能行业的地位", "所处的人工智能行业地位", "行业影响力及地位",
        "细分行业地位", "细分市场地位", "在本行业的地位", "行业地位简介", "企业行业地位概况", "所从事人工智能行业地位情况", "公司在行业中的地位描述",
        "目前行业地位", "行业内排名及地位", "本单位在同行业的地位", "公司所处行业地位", "企业市场地位描述", "行业地位与竞争优势", "在国内同行业中的地位", "人工智能产业中所处地位", "企业在AI行业的地位", "所属行业中的地位",
        "行业竞争地位", "人工智能行业地位说明", "行业地位（市场占有率等）", "行业地位自述", "产业链地位", "从事人工智能领域的行业地位",
    ],
    "technology": [
        "已掌握的核心技术和平台", "自有核心技术", "核心技术与平台建设情况", "核心技术及研发平台", "人工智能关键核心技术", "主要核心技术及平台建设", "核心技术（平台）",
        "技术平台及核心技术", "自主核心技术", "已有核心技术及技术平台", "公司核心技术、研发平台情况", "掌握的关键技术及建设的平台", "掌握的人工智能关键技术、搭建的技术平台",
        "核心技术/技术平台情况", "核心技术（含技术平台）", "企业掌握的核心技术", "现有核心技术及平台", "AI核心技术及平台", "掌握的核心技术及搭建的平台", "核心技术和平台建设",
        "所掌握核心技术及所建平台", "企业核心技术及技术平台", "人工智能技术和平台情况", "已建技术平台和核心技术", "核心技术、自建平台", "拥有核心技术和技术平台", "关键核心技术及平台建设", "自主研发的核心技术", "主要掌握的核心技术",
        "核心技术掌握情况", "核心技术与研发平台", "人工智能方面的核心技术及平台", "技术平台建设及核心技术掌握情况", "核心算法及技术平台", "已形成的核心技术",
    ],
    "products": [
        "主要AI产品、专利和标准", "产品专利及标准情况", "主要产品、专利及标准", "拥有产品、专利、标准情况", "人工智能产品及知识产权情况", "主要产品（含专利、标准）",
        "产品与专利", "专利、标准和产品情况", "已有产品、专利、标准", "代表性产品、专利、标准", "自有产品及专利标准", "主要产品及所获专利、标准",
        "现有产品、专利和标准情况", "主要人工智能产品及专利标准等", "产品、专利、软著及标准", "AI产品及知识产权", "主要AI产品及专利", "拥有的产品和专利", "产品及标准、专利情况",
        "主要产品和专利情况", "主要产品与知识产权情况", "主要产品、专利、标准（列举）", "人工智能相关产品、专利、标准", "已取得的产品、专利、标准", "产品/专利/标准情况", "拥有的主要产品和知识产权", "产品、专利及参与标准情况",
        "主要产品名称、专利及标准", "专利、软著、标准及产品", "主要产品（专利、标准）", "产品及自主知识产权", "相关产品、专利与标准", "所拥有的专利、标准及产品", "主要人工智能产品及标准",
    ],
    "direction": [
        "下一步技术攻关的主要方向", "下一步拟攻关方向", "未来技术攻关重点", "后续技术攻关方向", "下阶段拟攻关的技术方向", "近期技术攻关方向",
        "下一阶段拟攻克的关键技术", "计划攻关的技术", "下一步重点攻关方向", "后续研发及攻关方向", "下一阶段技术攻关重点方向", "拟重点攻关的技术方向", "未来两年攻关方向",
        "下阶段主攻方向", "下一步研发攻关方向", "2018年技术攻关方向", "明年技术攻关方向", "接下来的技术攻关方向", "下一阶段主攻技术方向", "未来技术攻关的方向",
        "下一步主攻方向", "下阶段主要攻关技术", "后期技术攻关方向", "未来主要攻关方向", "下一阶段技术研发与攻关方向", "拟开展技术攻关方向", "下一步计划攻关技术", "技术攻关方向（下一阶段）", "技术攻关重点方向", "下一阶段重点技术攻关",
        "今后一个时期技术攻关方向", "下一步科技攻关方向", "未来三年技术攻关方向", "企业下一步技术攻关方向", "攻关的主要技术方向", "下阶段研发攻关重点",
    ],
    "revenue": [
        "2017年预计实现营业收入", "2017年预计营收", "2017年全年营业收入", "2017年度预计营业收入", "2017年营业总收入", "2017年营业收入预测", "2017年营业收入（估算）",
        "预计2017年营业收入", "预计全年营业收入", "2017年度营业收入（预计数）", "2017全年营收", "今年营业收入（预估）", "2017年预计销售收入", "2017年营业收入总额",
        "本年度预计营收", "2017年度营业总收入（预估）", "2017年（预计）营业收入", "2017年总营业收入", "全年营业总收入", "2017年营业收入（约）", "2017年度总收入（预估）",
        "2017年预计全年营业收入", "2017年营业收入（预测数）", "2017年度营业额（预估）", "2017年营收情况", "2017年营业收入情况", "2017年公司营业收入", "2017年企业营业收入", "企业2017年营业收入",
        "2017年经营收入", "预计2017年度营收", "2017年全年预计营业收入", "2017年全年营收（预计）", "2017预计营业额", "预计本年营业收入", "2017年实现营业收入", "营业收入（2017年度）", "2017年度预估营收",
        "2017年销售额（预估）", "年度营收",
    ],
}

# Columns and rows that the survey does not ask for, with what stands under them.
OTHERS = {
    "联系人": "person", "联系电话": "phone", "所属镇街": "town", "成立时间": "founded", "员工人数": "count", "研发人员数（人）": "count", "法定代表人": "person",
    "备注": "empty", "注册资本（万元）": "capital", "2016年营业收入（万元）": "capital", "研发投入（万元）": "capital", "所属行业": "trade", "专利数量（件）": "count", "企业类型": "kind",
    "邮箱": "mail", "主营业务": "trade", "通讯地址": "street",
}

NUMBERS = [lambda k: f"{k}、", lambda k: f"{k}.", lambda k: f"{k}．", lambda k: f"（{'一二三四五六七八九十'[k - 1]}）", lambda k: f"{'一二三四五六七八九十'[k - 1]}、", lambda k: f"({k})", lambda k: "①②③④⑤⑥⑦⑧⑨"[k - 1], lambda k: f"{k} "]
HINTS = ["（限200字以内）", "（简要说明）", "（请如实填写）", "（没有请填“无”）", "（可另附页）", "（不超过300字）", "（必填）", "(200字以内)"]
NAME_HINTS = ["（盖章）", "（加盖公章）", "（公章）", "（与营业执照一致）", "（必填）", "（全称）"]
UNIT_MARKS = ["（{u}）", "（单位：{u}）", "({u})", "/{u}", "（人民币{u}）", "\n（{u}）", "[{u}]", "（{u}，预估）"]
UNIT_LINES = ["单位：{u}", "（单位：{u}）", "金额单位：{u}", "金额单位：人民币{u}", "计量单位：{u}", "单位:{u}", "单位：人民币{u}", "货币单位：{u}"]


def normal(text):
    """As a reader may compare labels: width, space and punctuation aside."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def shipped():
    """The form's labels, and the own wordings that are no aliases of the shipped survey."""
    items = {item["key"]: item for item in tomllib.loads(SURVEY.read_text(encoding="utf-8"))["item"]}
    known = {normal(a) for item in items.values() for a in [item["label"], *item.get("aliases", [])]}
    own = {key: [w for w in OWN[key] if normal(w) not in known] for key in KEYS}
    short = [key for key in KEYS if len(own[key]) < 8]
    if short:
        raise SystemExit(f"too few wordings are left that are no shipped aliases, for {', '.join(short)}: add some to labels.py")
    return {key: items[key]["label"] for key in KEYS}, own


OFFICIAL, WORDINGS = shipped()


def choose(rng):
    """One wording for every item: all of the form, all own, or some of each."""
    style = rng.choices(["official", "own", "mixed"], [25, 55, 20])[0]
    own = lambda: style == "own" or (style == "mixed" and rng.random() < 0.5)
    return {key: rng.choice(WORDINGS[key]) if own() else OFFICIAL[key] for key in KEYS}, style


def spaced(rng, label):
    """Spaces or a line break inside, as people lay out narrow cells."""
    if len(label) <= 5:
        return " ".join(label) if rng.random() < 0.5 else "\u3000".join(label)
    cut = rng.randrange(3, len(label) - 1)
    return label[:cut] + rng.choice(["\n", "\n", " "]) + label[cut:]


def decorate(rng, labels, unit, lines=False):
    """Numbers, stars, hints, units and odd spaces around the wordings. `unit` is the amounts' unit where the label names it."""
    number = rng.choice(NUMBERS) if rng.random() < 0.2 else None
    star = rng.choice(["*", "＊", "★"]) if rng.random() < 0.15 else ""
    hints = rng.random() < 0.25
    gaps = not lines and rng.random() < 0.2
    out = {}
    for at, key in enumerate(labels, 1):
        label = spaced(rng, labels[key]) if gaps and rng.random() < 0.6 else labels[key]
        if hints and key != "revenue" and rng.random() < 0.6 and not label.endswith(("）", ")")):
            label += rng.choice(NAME_HINTS if key == "name" else HINTS)
        if key == "revenue" and unit:
            mark = rng.choice(UNIT_MARKS).format(u=unit)
            label += mark.replace("\n", "") if lines else mark
        if star and rng.random() < 0.7:
            label = star + label if rng.random() < 0.6 else label + star
        out[key] = (number(at) if number else "") + label
    return out


def other(rng, label, words):
    """What stands in a column or row that the survey does not ask for."""
    kind = OTHERS[label]
    return {
        "person": lambda: words.person(rng), "phone": lambda: words.phone(rng), "town": lambda: rng.choice(["青榕街道", "石桥镇", "湾头镇"]),
        "founded": lambda: f"{rng.randint(1998, 2016)}年{rng.randint(1, 12)}月", "count": lambda: str(rng.randint(5, 300)), "empty": lambda: "",
        "capital": lambda: str(rng.randint(1, 90) * 100), "trade": lambda: rng.choice(["软件和信息技术服务业", "通用设备制造业", "专用设备制造业"]),
        "kind": lambda: rng.choice(["民营企业", "高新技术企业", "国有控股"]), "mail": lambda: f"office{rng.randint(1, 99)}@corp.example",
        "street": lambda: f"澄溪市青榕区科技路{rng.randint(1, 200)}号",
    }[kind]()
