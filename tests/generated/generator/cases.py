"""One case: who sends what in which way, and the truth of how it is to be read."""
import random
from dataclasses import dataclass, field

from . import amounts, clients, labels, layouts, respondents, words
from .clients import Attachment, Mail
from .model import Line, Page, Table, lines_of
from .producers import PRODUCERS
from .producers.texts import html_blocks
from .respondents import issue

FILE_NAMES = ["调查表", "附件1：人工智能产业相关企业、技术平台调查表", "{name}调查表", "人工智能企业调查表（{name}）", "调查表(1)", "新建文档", "附件2 调查表-{person}", "副本调查表", "20171219{name}"]
SUBJECTS = ["人工智能企业调查表", "{name}调查表", "报送人工智能产业调查表-{name}", "调查表", "关于报送人工智能产业情况的材料", "{name}"]
PARKS = ["青榕区科技园管理处", "石桥镇经济发展办", "澄溪市软件行业协会"]


@dataclass
class File:
    """A file to be made: by a producer from pages; `within` are the containers around it, the outermost first."""
    name: str
    producer: str
    pages: list
    within: list = field(default_factory=list)
    damage: str | None = None

    def path(self):
        """How the truth names it."""
        return "/".join([*(w for w, _ in self.within), self.name])


@dataclass
class Case:
    """A message to be made, with its truth."""
    number: int
    seed: str
    kind: str
    truth: dict
    client: object
    sender: str
    subject: str
    text: str
    html: str
    files: list = field(default_factory=list)
    quotes: bool = False
    logo: bool = False
    dmarc: str = "pass"
    headers: list = field(default_factory=list)
    forwarded: bool = False
    report: str | None = None
    card: list = field(default_factory=list)
    disclaimer: str = ""

    @property
    def message(self):
        return f"{self.number:05d}.eml"


def pick(rng, options):
    return rng.choices(options, [o.weight for o in options])[0]


def suited(layout, where):
    return where in layout.kinds.split()


def unit_plan(rng, producer):
    """Where the amounts' unit stands, and which it is."""
    places = ["cell"] * 9 + ["label"] * 6 + ["line"] * 4 + (["format"] * 4 if producer and producer.formats else [])
    place = rng.choice(places)
    return place, rng.choice(["万元"] * 8 + ["元", "元", "亿元", "千元"]) if place in ("label", "line") else None


def make_form(rng, layout, producer):
    """The form with its respondents, none of them at fault yet."""
    place, unit = unit_plan(rng, producer)
    if layout.name in {"line": ("label_lines", "layout_table", "above"), "format": ("in_one_cell",)}.get(place, ()):
        place, unit = "cell", None
    wording, style = labels.choose(rng)
    lines = layout.name in ("label_lines", "in_one_cell")
    marked = labels.decorate(rng, wording, unit if place == "label" else None, lines)
    if layout.name == "name_outside":
        marked.pop("name")
        marked = {"name": "", **marked}
    many = [respondents.invent(rng, unit, place == "format", layout.name == "in_one_cell" or (lines and rng.random() < 0.7)) for _ in range(rng.randint(layout.least, layout.most))]
    return layouts.Form(marked, many, unit, place, list(labels.KEYS)), style


def drop_column(rng, form):
    """An item whose column or row is not there at all."""
    form.keys.remove(rng.choice(labels.KEYS[1:]))


def spoil(rng, form, layout):
    """Faults for one of the respondents, or a column left out; nothing to be told twice."""
    if rng.random() < 0.15 and layout.name not in ("merged", "head_of_two_rows", "head_of_three_rows", "name_outside", "pairs"):
        drop_column(rng, form)
        return
    respondents.spoil(rng, rng.choice(form.respondents), form.unit is not None or form.unit_place == "format")


def file_name(rng, producer, name):
    return rng.choice(FILE_NAMES).format(name=name.replace("/", ""), person=words.person(rng)) + "." + producer.extension


def accepted_or_not(returns, issues):
    errors = any(i["severity"] == "error" for r in returns for i in r["issues"]) or any(i["severity"] == "error" for i in issues)
    return "correction" if errors else "accepted"


def truth_of(case_name, tags, returns, issues=(), narratives=(), disposition=None, note=""):
    return {
        "message": case_name, "tags": tags, "disposition": disposition or accepted_or_not(returns, issues), "returns": list(returns),
        "narratives": list(narratives), "issues": list(issues), "note": note,
    }


class Maker:
    """Makes one case from its seed and number alone."""

    def __init__(self, seed, number):
        self.rng = random.Random(f"{seed}/{number}")
        self.seed, self.number = seed, number
        self.client = self.rng.choice(clients.CLIENTS)
        self.tags = [f"client:{self.client.name}"]
        self.files, self.issues, self.narratives = [], [], []
        self.returns, self.disposition, self.html = [], None, ""
        self.text = "\n".join(t for t in (self.rng.choice(words.GREETINGS), self.rng.choice(words.MESSAGES), self.rng.choice(words.CLOSINGS)) if t)
        self.more, self.labels = {}, []
        self.sender = words.person(self.rng)

    def case(self):
        kinds = {
            self.plain: 62, self.in_body: 9, self.as_lines: 6, self.with_narrative: 5, self.twice: 3, self.conflicting: 3, self.several_files: 4, self.forwarded: 3, self.blank: 2,
            self.question: 2, self.narrative_only: 1, self.locked: 2, self.broken: 2, self.picture: 1, self.automatic: 4, self.held: 2, self.prose_beside: 2,
        }
        kind = self.rng.choices(list(kinds), list(kinds.values()))[0]
        self.tags.append(f"kind:{kind.__name__}")
        kind()
        name = f"{self.number:05d}.eml"
        truth = truth_of(name, self.tags, self.returns, self.issues, self.narratives, self.disposition, f"seed {self.seed}, number {self.number}: {' | '.join(self.labels)}")
        first = next((r["answers"].get("name") for r in self.returns), None) or words.enterprise(self.rng)
        subject = self.more.pop("subject", None) or self.rng.choice(SUBJECTS).format(name=first)
        html = self.html or "".join(f"<div>{line or '<br>'}</div>" for line in self.text.replace("&", "&amp;").replace("<", "&lt;").split("\n"))
        quotes = self.more.pop("quotes", self.rng.random() < 0.2)
        if not self.disposition and self.rng.random() < 0.2:
            self.more["card"] = self.card(first)
        if self.rng.random() < 0.07:
            self.more["disclaimer"] = words.DISCLAIMER
        return Case(self.number, self.seed, kind.__name__, truth, self.client, self.sender, subject, self.text, html, self.files, quotes, self.rng.random() < 0.08, **self.more)

    def card(self, name):
        """A signature with lines that look like a form's."""
        lines = [self.sender, f"{self.rng.choice(['公司：', '单位：', ''])}{name}", f"{self.rng.choice(['电话：', 'Tel: ', '手机：'])}{words.phone(self.rng)}"]
        return lines + self.rng.choice([[], ["地址：澄溪市青榕区科技路8号"], ["邮箱：office@corp.example"], ["职务：行政主管", "部门：综合办公室"]])

    def form_pages(self, where, faults=0.14, producer=None, only=None):
        """Pages of a form in a layout that fits `where`, with the form; tags what it is."""
        options = [l for l in layouts.LAYOUTS if suited(l, where) and (only is None or l.most <= only or l.least <= only)]
        if producer and producer.extension == "pdf":
            options = [l for l in options if l.name not in ("in_one_cell", "layout_table", "above")] or options
        # pandoc writes no merged cells into RTF.
        if producer and producer.name == "pandoc-rtf":
            options = [l for l in options if l.name in ("horizontal", "vertical", "rows", "numbered", "hints", "more_rows")]
        layout = pick(self.rng, options)
        form, style = make_form(self.rng, layout, producer)
        if only:
            del form.respondents[only:]
        if self.rng.random() < faults:
            spoil(self.rng, form, layout)
            self.tags.append("faulty")
        pages = layout.make(self.rng, form)
        self.remember(form)
        self.tags += [f"layout:{layout.name}", f"wording:{style}", f"unit:{form.unit_place}"]
        return pages, form

    def remember(self, form):
        """Labels and amounts for the truth's note, for whoever looks at a failure."""
        self.labels += [label.replace("\n", "⏎") for label in form.labels.values()]
        self.labels += [f"“{r.answers['revenue'].text}”" for r in form.respondents]

    def form_file(self, faults=0.14, only=None, kinds=("sheet", "text", "docx", "csv")):
        producer = pick(self.rng, [p for p in PRODUCERS if p.kind in kinds])
        self.tags.append(f"producer:{producer.name}")
        pages, form = self.form_pages(producer.kind, faults, producer, only)
        return File(file_name(self.rng, producer, form.respondents[0].name), producer.name, pages), form

    def returned(self, form):
        self.returns += [r.truth(form.keys) for r in form.respondents]

    def pack(self, files):
        """Puts the files into an archive, or two."""
        kind = self.rng.choice(["zip-gbk", "zip-utf8", "7z"])
        name = self.rng.choice(["调查表", "材料", "附件"]) + (".7z" if kind == "7z" else ".zip")
        within = [(name, kind)]
        if kind == "zip-gbk" and self.rng.random() < 0.2:
            within.append(("内层.zip", "zip-utf8"))
        for file in files:
            file.within = within
        self.tags.append(f"archive:{kind}")

    # What people send.

    def plain(self):
        """A form in a file."""
        file, form = self.form_file()
        self.returned(form)
        self.files = [file]
        if self.rng.random() < 0.12:
            self.pack(self.files)

    def in_body(self):
        """A form as a table in the body."""
        pages, form = self.form_pages("body")
        self.returned(form)
        self.tags.append("producer:body-html")
        lead = self.rng.choice(words.BODY_LEADS)
        self.text = "\n".join([self.rng.choice(words.GREETINGS), lead])
        self.html = f"<div>{self.text.replace(chr(10), '</div><div>')}</div>" + "".join(html_blocks(p.blocks) for p in pages) + f"<div>{self.rng.choice(words.CLOSINGS) or '<br>'}</div>"
        self.text += "\n" + "\n".join("\t".join(c.text for c in row) for p in pages for t in p.blocks if isinstance(t, Table) for row in t.rows)

    def as_lines(self):
        """Label lines in the body."""
        pages, form = self.form_pages("lines", faults=0.1)
        self.returned(form)
        self.tags.append("producer:body-lines")
        lines = lines_of(pages)
        gap = "\n\n" if self.rng.random() < 0.1 else "\n"
        self.text = "\n".join([self.rng.choice(words.GREETINGS), self.rng.choice(words.BODY_LEADS), "", gap.join(lines)])
        closing = self.rng.choice(words.CLOSINGS)
        self.text += f"\n\n{closing}" if closing else ""

    def with_narrative(self):
        """A form and a written document; now and then the form refers to it."""
        file, form = self.form_file(faults=0.05, only=1)
        respondent = form.respondents[0]
        if self.rng.random() < 0.3 and "technology" in form.keys:
            self.refer(respondent, file, form)
        self.returned(form)
        document = self.document(respondent.name)
        self.files = [file, document]
        if self.rng.random() < 0.3:
            self.pack(self.files)
        self.narratives = [{"attachment": document.path(), "respondent": respondent.name}]

    def refer(self, respondent, file, form):
        """The products are told in the written document; the layout is made again with that answer."""
        old = respondent.answers["products"].text
        new = self.rng.choice(["详见附件", "见附件"])
        for _, _, cell in [spot for page in file.pages for b in page.blocks if isinstance(b, Table) for spot in b.placed()]:
            if cell.text == old and old:
                cell.text = new
                respondent.answers["products"] = respondents.Answer(new, new, ["see_attachment"])

    def document(self, name):
        producer = self.rng.choice([p for p in PRODUCERS if p.name in ("python-docx", "libreoffice-doc", "libreoffice-writer-pdf", "docx-npm", "pandoc-docx")])
        title = self.rng.choice(["企业简介", "公司介绍材料", "重点项目情况", "文字材料"])
        return File(f"{title}.{producer.extension}", producer.name, [Page("", [Line(t) for t in words.narrative(self.rng, name)])])

    def prose_beside(self):
        """Form and written material in one file."""
        file, form = self.form_file(faults=0, only=1, kinds=("text",))
        self.returned(form)
        file.pages[-1].blocks += [Line(t) for t in words.narrative(self.rng, form.respondents[0].name)]
        self.files = [file]
        self.narratives = [{"attachment": file.path(), "respondent": form.respondents[0].name}]

    def twin(self):
        """The same answers in two files: a workbook or a document, and a PDF."""
        respondent = respondents.invent(self.rng)
        one, two = self.rng.choice([("openpyxl", "libreoffice-calc-pdf"), ("python-docx", "libreoffice-writer-pdf"), ("libreoffice-xls", "chromium-pdf"), ("libreoffice-doc", "libreoffice-writer-pdf"), ("exceljs", "python-docx")])
        self.tags += ["layout:twin", f"producer:{one}", f"producer:{two}"]
        form = layouts.Form(labels.decorate(self.rng, labels.choose(self.rng)[0], None), [respondent], None, "cell", list(labels.KEYS))
        return form, one, two

    def twin_files(self, form, one, two, other):
        extension = {p.name: p.extension for p in PRODUCERS}
        self.remember(form)
        make = self.rng.choice([layouts.horizontal, layouts.vertical])
        self.files = [File(f"调查表.{extension[one]}", one, make(self.rng, form)), File(f"调查表（盖章）.{extension[two]}", two, make(self.rng, other))]

    def twice(self):
        """A file and its copy in another format: one return."""
        form, one, two = self.twin()
        self.returned(form)
        self.twin_files(form, one, two, form)

    def conflicting(self):
        """Two files of one respondent that disagree about an item."""
        form, one, two = self.twin()
        respondent = form.respondents[0]
        key = self.rng.choice(["direction", "position", "revenue"])
        other = respondents.Respondent(respondent.name, dict(respondent.answers))
        if key == "revenue":
            respondent.answers[key] = respondents.revenue(amounts.exact(f"{self.rng.randint(100, 400)}万元", 0))
            value = self.rng.randint(100, 400)
            respondent.answers[key] = respondents.revenue(amounts.exact(f"{value}万元", value * 10000))
            other.answers[key] = respondents.revenue(amounts.exact(f"{value + 37}万元", (value + 37) * 10000))
        else:
            respondent.answers[key] = respondents.text_answer("专注机器视觉与智能检测")
            other.answers[key] = respondents.text_answer("主要面向语音交互与服务机器人")
        self.twin_files(form, one, two, layouts.Form(form.labels, [other], None, "cell", form.keys))
        respondent.answers[key].codes.append("conflict")
        self.returned(form)

    def several_files(self):
        """A park sends a file of each enterprise, often in one archive."""
        self.sender = self.rng.choice(PARKS)
        used = set()
        for _ in range(self.rng.randint(2, 3)):
            file, form = self.form_file(faults=0.06, only=1)
            if file.name in used:
                file.name = f"{len(used)}-{file.name}"
            used.add(file.name)
            self.files.append(file)
            self.returned(form)
        if self.rng.random() < 0.7:
            self.pack(self.files)

    def forwarded(self):
        """Somebody forwards the enterprise's mail."""
        self.plain()
        self.more |= {"forwarded": True, "quotes": False, "subject": "转发：调查表"}

    # What is no return.

    def blank(self):
        """The form came back as it was sent out."""
        producer = pick(self.rng, [p for p in PRODUCERS if p.kind in ("sheet", "text")])
        empty = respondents.Respondent("", {k: respondents.Answer("", None) for k in labels.KEYS})
        layout = self.rng.choice([layouts.horizontal, layouts.vertical])
        self.tags += ["layout:blank", f"producer:{producer.name}"]
        pages = layout(self.rng, layouts.Form(dict(labels.OFFICIAL), [empty], None, "cell", list(labels.KEYS)))
        self.files = [File(f"调查表.{producer.extension}", producer.name, pages)]
        self.issues = [issue("blank_form")]

    def question(self):
        """A question, or an attachment forgotten."""
        self.text = "\n".join([self.rng.choice(words.GREETINGS), self.rng.choice(["请问我司是软件企业，是否也需要填报？", "请问表格中的营业收入是否含子公司？", "材料能否延后两天报送？", "调查表见附件。"]), self.rng.choice(words.CLOSINGS)])
        self.issues = [issue("no_table")]

    def narrative_only(self):
        """Written material without the table."""
        document = self.document(words.enterprise(self.rng))
        self.files = [document]
        self.tags.append(f"producer:{document.producer}")
        self.issues = [issue("no_table")]
        self.narratives = [{"attachment": document.path()}]

    def locked(self):
        """An archive with a password."""
        file, _ = self.form_file(faults=0, kinds=("sheet", "text"))
        name, kind = self.rng.choice([("调查表.zip", "zip-locked"), ("材料.7z", "7z-locked"), ("材料.7z", "7z-locked-names")])
        file.within = [(name, kind)]
        self.files = [file]
        self.issues = [issue("encrypted", attachment=name)]

    def broken(self):
        """A file cut off on its way, or empty."""
        file, _ = self.form_file(faults=0, kinds=("sheet", "text"))
        while file.name.rsplit(".", 1)[1] not in ("docx", "xlsx", "ods", "odt") or "html" in file.producer:
            file, _ = self.form_file(faults=0, kinds=("sheet", "text"))
        file.damage = self.rng.choice(["truncated", "empty"])
        self.files = [file]
        self.issues = [issue("unreadable", attachment=file.name)]

    def picture(self):
        """A picture of the filled form."""
        pages, _ = self.form_pages("text", faults=0, only=1)
        self.tags.append("producer:chromium-png")
        self.files = [File(self.rng.choice(["扫描件.png", "调查表.png"]), "chromium-png", pages)]
        self.issues = [issue("scan_only")]

    def automatic(self):
        """Mail that no person wrote."""
        self.text = self.rng.choice(["您好，您的邮件我已收到，会尽快回复。", "我正在出差，12月25日返回，急事请致电办公室。", "您发来的信件已经收到。"])
        self.disposition = "ignored"
        marks = [("自动回复：关于提供人工智能情况材料的函", []), ("Automatic reply: 调查表", []), ("来信收悉", ["Auto-Submitted: auto-replied"]), ("回复：调查", ["X-QQ-AUTO-REPLY: true"]), ("收到", ["X-Autoreply: yes"]), ("外出", ["Precedence: bulk"])]
        subject, headers = self.rng.choice(marks)
        self.more |= {"subject": subject, "headers": headers, "quotes": False}
        if self.rng.random() < 0.35:
            self.more["report"] = self.rng.choice(["bounce", "receipt"])

    def held(self):
        """A return from an automaton, or from a sender who is not who he says."""
        file, form = self.form_file(only=1)
        self.returned(form)
        self.files = [file]
        self.disposition = "held"
        self.more |= {"dmarc": "fail"} if self.rng.random() < 0.6 else {"headers": ["Auto-Submitted: auto-generated"]}
        self.more["quotes"] = False


def make(seed, number):
    return Maker(seed, number).case()


def as_mail(case, attachments):
    """The case as a mail for its client."""
    return Mail(case.sender, f"office{case.number % 97}@{case.client.domain}", case.subject, case.text, case.html, attachments, case.quotes, case.logo, case.dmarc, case.headers, case.card, case.disclaimer)


__all__ = ["Attachment", "Case", "File", "as_mail", "make"]
