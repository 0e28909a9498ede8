"""Mail clients: what each writes into header, structure, names and quotes."""
import html
from dataclasses import dataclass, field
from email.utils import formatdate

from . import mime
from .labels import OFFICIAL

COLLECT = "rgzn@collect.example"
OFFICE = "人工智能调查"
SUBJECT = "关于提供人工智能科技创新和产业发展情况材料的函"
QUOTED = ["各有关企业：", "现请各企业提供人工智能科技创新和产业发展情况，填好表格后于2017年12月20日前将电子版发至本邮箱。", "（联系人：罗玉宏，电话：2137957）"]
START = 1513555200


@dataclass
class Attachment:
    name: str
    data: bytes
    type: str = "application/octet-stream"


@dataclass
class Mail:
    """What the sender means: the client makes a message of it."""
    sender: str
    address: str
    subject: str
    text: str
    html: str
    attachments: list = field(default_factory=list)
    quotes: bool = False
    logo: bool = False
    dmarc: str = "pass"
    headers: list = field(default_factory=list)
    card: list = field(default_factory=list)
    disclaimer: str = ""


@dataclass
class Client:
    """The habits of a client. `words` encodes header texts, `named` the two parameters of an attachment."""
    name: str
    domain: str
    charset: str
    words: object
    named: object
    marks: object
    boundary: str
    encoding: str = "base64"
    shape: str = "alternative"
    signature: str = ""
    quote: str = "dashes"
    inline: bool = False
    width: int = 76
    reply: str = "回复："


def number(rng, digits):
    return "".join(rng.choice("0123456789") for _ in range(digits))


def hexes(rng, digits):
    return "".join(rng.choice("0123456789ABCDEF") for _ in range(digits))


def guid(rng):
    return "-".join(hexes(rng, n) for n in (8, 4, 4, 4, 12))


def b(charset, chars=None):
    return lambda text: mime.b_words(text, charset, chars)


def both(encode):
    """name= and filename=, encoded alike."""
    return lambda name: (mime.quoted("name", encode(name)), mime.quoted("filename", encode(name)))


def modern(name):
    """name= as an encoded word, filename= after RFC 2231."""
    return mime.quoted("name", mime.b_words(name, "UTF-8", 12)), mime.extended("filename", name)


def pieces(name):
    return mime.quoted("name", mime.b_words(name, "utf-8", 12)), mime.continued("filename", name)


def raw(charset):
    return both(lambda text: text.encode(charset))


def tencent(mail, rng):
    return [
        b"X-QQ-FEAT: " + hexes(rng, 40).encode(), b"X-QQ-SSF: 00010000000000F000000000000000Z", b"X-HAS-ATTACH: " + (b"yes" if mail.attachments else b"no"), b"X-QQ-BUSINESS-ORIGIN: 2",
        b"X-QQ-mid: webmail" + number(rng, 12).encode(), b"X-Mailer: QQMail 2.x", b"X-QQ-Mailer: QQMail 2.x", b"X-QQ-MIME: TCMime 1.0 by Tencent",
        f"Message-ID: <tencent_{hexes(rng, 32)}@qq.example>".encode(), b"Feedback-ID: webmail:qq.example:bgweb:bgweb1",
    ]


def exmail(mail, rng):
    return [line for line in tencent(mail, rng) if b"Feedback" not in line] + [b"X-BIZMAIL-ID: " + number(rng, 18).encode(), b"Feedback-ID: webmail:corp.example:qybglogicsvrgz:qybglogicsvrgz5a-1"]


def foxmail(mail, rng):
    return [b"X-GUID: " + guid(rng).encode(), b"X-Has-Attach: yes", b"X-Priority: 3", b"X-Mailer: Foxmail 7.2.9.115[cn]", f"Message-ID: <201712200900{number(rng, 14)}@corp.example>".encode(), b"References: <a1@collect.example>, <b2@corp.example>"]


def coremail(mail, rng):
    return [
        b"X-Priority: 3", b"X-Mailer: Coremail Webmail Server Version SP_ntes V3.5 build 20160729(86883.8884) Copyright (c) 2002-2017 www.mailtech.cn 163com", b"X-CM-CTRLDATA: " + hexes(rng, 20).encode(),
        f"Message-ID: <{hexes(rng, 8).lower()}.{hexes(rng, 4).lower()}.16072{hexes(rng, 6).lower()}.Coremail.user@163.example>".encode(), b"X-Coremail-Locale: zh_CN", b"X-CM-TRANSID: " + hexes(rng, 20).encode(),
    ]


def plain_id(mailer):
    return lambda mail, rng: [mailer, f"Message-ID: <{guid(rng)}@corp.example>".encode()]


def outlook(mail, rng):
    return [b"X-Mailer: Microsoft Outlook 16.0", b"Thread-Index: AdN4" + hexes(rng, 20).encode(), b"Content-Language: zh-cn", f"Message-ID: <000001d3784d${hexes(rng, 8).lower()}${hexes(rng, 8).lower()}$@corp.example>".encode()]


def exchange(mail, rng):
    return [b"Thread-Topic: " + mime.b_words(mail.subject, "gb2312", 10), b"Accept-Language: zh-CN, en-US", b"X-MS-Has-Attach: yes", b"X-MS-TNEF-Correlator:", b"X-Auto-Response-Suppress: DR, OOF", f"Message-ID: <{hexes(rng, 32)}@mbx.corp.example>".encode()]


CLIENTS = [
    Client("qq-web", "qq.example", "gb18030", b("gb18030"), both(b("gb18030")), tencent, "----=_NextPart_{hex}"),
    Client("qq-app", "qq.example", "utf-8", b("utf-8"), both(b("utf-8")), tencent, "----=_NextPart_{hex}", signature="发自我的手机", quote="qq"),
    Client("exmail", "corp.example", "utf-8", b("utf-8"), both(b("utf-8")), exmail, "----=_NextPart_{hex}", quote="qq"),
    Client("foxmail", "corp.example", "GB2312", b("gbk"), both(b("gbk")), foxmail, "----=_001_NextPart{num}_=----", quote="header", reply="回复: "),
    Client("netease-web", "163.example", "GBK", b("GBK"), both(b("GBK")), coremail, "----=_Part_{num}_{num}.{num}", width=60, quote="wrote", reply="Re:"),
    Client("netease-cut", "163.example", "GBK", lambda t: mime.cut_words(t, "gbk", 31), both(b("GBK")), coremail, "----=_Part_{num}", width=60, quote="wrote", reply="Re:"),
    Client("mailmaster", "126.example", "utf-8", b("utf-8", 14), both(b("utf-8", 14)), plain_id(b"X-Mailer: MailMasterPC/4.15.6.1016 (Windows 10 20H2)"), "=_mailmaster-{hex}", shape="html", quote="mailmaster", signature="发自网易邮箱大师"),
    Client("alimail", "corp.example", "utf-8", b("UTF-8", 13), both(b("UTF-8")), plain_id(b"X-Mailer: [Alimail-Mailagent revision 794][W4_6085603][DEFAULT|v5ForWebDing][Chrome]"), "----=ALIBOUNDARY_{num}_{hex}", quote="header"),
    Client("outlook", "corp.example", "gb2312", b("gb2312", 15), both(b("gb2312", 10)), outlook, "----=_NextPart_000_{hex}", encoding="quoted-printable", quote="header", reply="答复: "),
    Client("exchange", "corp.example", "utf-8", b("utf-8", 12), both(b("utf-8", 12)), exchange, "_004_{hex}_", quote="header", reply="答复: "),
    Client("apple-mail", "corp.example", "utf-8", b("utf-8", 14), modern, plain_id(b"X-Mailer: Apple Mail (2.3445.5.20)"), "Apple-Mail=_{guid}", encoding="quoted-printable", shape="apple", inline=True, quote="wrote", reply="Re: "),
    Client("iphone", "qq.example", "utf-8", b("utf-8", 14), modern, plain_id(b"X-Mailer: iPhone Mail (15B202)"), "Apple-Mail-{guid}", shape="plain", inline=True, signature="发自我的 iPhone", quote="wrote", reply="Re: "),
    Client("gmail", "mail.example", "UTF-8", b("UTF-8", 14), both(b("UTF-8", 14)), plain_id(b"X-Google-Smtp-Source: AGHT"), "000000000000{hex}", quote="wrote", reply="Re: "),
    Client("thunderbird", "corp.example", "utf-8", b("UTF-8", 14), pieces, plain_id(b"User-Agent: Mozilla/5.0 (Windows NT 6.1; rv:52.0) Gecko/20100101 Thunderbird/52.5.0"), "------------{hex}", encoding="8bit", shape="plain", quote="angle", reply="Re: "),
    Client("mutt", "lab.example", "gb2312", lambda t: mime.q_words(t, "gb2312", 8), lambda n: (b"", mime.extended("filename", n, "gb18030")), plain_id(b"User-Agent: Mutt/1.5.23 (2014-03-12)"), "{hex}", encoding="8bit", shape="plain", quote="angle", reply="Re: "),
    Client("oa-gbk", "oa.example", "GBK", lambda t: t.encode("gb18030"), raw("gb18030"), plain_id(b"X-Mailer: OA Mail 2.0"), "=_oa_{num}", encoding="8bit", shape="html", quote="dashes"),
    Client("oa-utf8", "oa.example", "utf-8", lambda t: t.encode("utf-8"), raw("utf-8"), plain_id(b"X-Mailer: JavaMail"), "----=_Part_{num}", quote="dashes"),
]


def moment(rng):
    return formatdate(START + rng.randrange(3 * 86400), localtime=False).replace("-0000", "+0800")


def blank_form():
    """The letter's form, as it stands in a quote: nobody filled it in."""
    cells = "".join(f"<td>{html.escape(label)}</td>" for label in OFFICIAL.values())
    return f"<table border=1><tr>{cells}</tr><tr>{'<td>&nbsp;</td>' * len(OFFICIAL)}</tr></table>"


def quote_of(client, date):
    """The office's letter as this client quotes it: plain text and HTML."""
    head = [f"发件人: {OFFICE} <{COLLECT}>", "发送时间: 2017年12月18日(星期一) 上午10:00", "收件人: 各有关企业", f"主题: {SUBJECT}"]
    body, inner = "\n".join(QUOTED), "".join(f"<div>{html.escape(q)}</div>" for q in QUOTED) + blank_form()
    lead = {
        "dashes": "------------------ 原始邮件 ------------------\n" + "\n".join(head), "qq": "------------------&nbsp;原始邮件&nbsp;------------------\n" + "\n".join(head).replace(":", ":&nbsp;"),
        "header": "\n".join(head).replace(": ", "："), "wrote": f"在 2017-12-18 10:00:00，\"{OFFICE}\" <{COLLECT}> 写道：", "mailmaster": "---- 回复的原邮件 ----\n" + "\n".join("| " + h.replace(": ", " | ") + " |" for h in head),
        "angle": f"在 2017/12/18 10:00, {OFFICE} 写道:",
    }[client.quote]
    text = f"{lead}\n" + "\n".join(("> " if client.quote in ("angle", "wrote") else "") + q for q in body.split("\n"))
    marked = "<br>".join(html.escape(line).replace("&amp;nbsp;", "&nbsp;") for line in lead.split("\n"))
    block = {
        "wrote": f'<div>{marked}</div><blockquote id="isReplyContent" type="cite">{inner}</blockquote>', "mailmaster": f'<div class="ntes-mailmaster-quote">{marked}<div>{inner}</div></div>',
        "header": f'<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">{marked}</div>{inner}',
    }.get(client.quote, f'<div style="font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;">{marked}</div>{inner}')
    return text, block


def texts_of(client, mail, date):
    """The whole body, with signature and quote, as plain text and HTML."""
    text, rich = mail.text, mail.html
    if mail.card:
        text += "\n\n--\n" + "\n".join(mail.card)
        rich += f"<div><br></div><div>--</div><table><tr><td>{'<br>'.join(html.escape(line) for line in mail.card)}</td></tr></table>"
    if mail.disclaimer:
        text, rich = f"{text}\n\n{mail.disclaimer}", f"{rich}<p style=\"color:gray\">{html.escape(mail.disclaimer)}</p>"
    if client.signature:
        text, rich = f"{text}\n\n{client.signature}", f"{rich}<div><br></div><div>{client.signature}</div>"
    if mail.quotes:
        quoted, block = quote_of(client, date)
        text, rich = f"{text}\n\n{quoted}", f"{rich}<div><br></div>{block}"
    return text, f"<html><body>{rich}</body></html>"


def boundary(client, rng):
    return client.boundary.replace("{guid}", guid(rng)).replace("{hex}", hexes(rng, 16)).replace("{num}", number(rng, 9))


def attached(client, it):
    name, filename = client.named(it.name)
    kind = b"inline" if client.inline else b"attachment"
    headers = [b"Content-Type: " + it.type.encode() + (b";\r\n\t" + name if name else b""), b"Content-Transfer-Encoding: base64", b"Content-Disposition: " + kind + b";\r\n\t" + filename]
    return mime.part(headers, mime.lines64(it.data, client.width))


def logo(rng):
    """A small picture in the signature."""
    data = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000" "1f15c4890000000a49444154789c6360000000020001e221bc330000000049454e44ae426082")
    return mime.part([b"Content-Type: image/png; name=\"logo.png\"", b"Content-ID: <logo@corp>", b"Content-Transfer-Encoding: base64", b"Content-Disposition: inline; filename=\"logo.png\""], mime.lines64(data))


def body_part(client, mail, rng, date):
    """The texts as one part: header lines and body together."""
    text, rich = texts_of(client, mail, date)
    plain = lambda: mime.text_part(text, "plain", client.charset, client.encoding, client.width)
    styled = lambda: mime.text_part(rich, "html", client.charset, client.encoding, client.width)
    if client.shape in ("plain", "apple") and not mail.html.count("<table"):
        return plain()
    if client.shape == "html":
        return styled()
    both_parts = mime.multipart("alternative", boundary(client, rng), [plain(), styled()])
    part = both_parts[0] + mime.CRLF * 2 + both_parts[1]
    if mail.logo:
        head, body = mime.multipart("related", boundary(client, rng), [part, logo(rng)])
        part = head + mime.CRLF * 2 + body
    return part


def content(client, mail, rng, date):
    """Content headers and body of the message."""
    body = body_part(client, mail, rng, date)
    if not mail.attachments:
        head, _, rest = body.partition(mime.CRLF * 2)
        return head, rest
    parts = [body, *[attached(client, it) for it in mail.attachments]]
    if client.name in ("apple-mail", "iphone"):
        parts.append(mime.text_part(client.signature or "", "plain", "us-ascii" if not client.signature else "utf-8", "base64"))
    return mime.multipart("mixed", boundary(client, rng), parts)


def headed(client, mail, rng, date, head, body):
    """Header and body as they arrive at the collection mailbox."""
    address, domain = mail.address.encode(), client.domain.encode()
    subject = client.reply + SUBJECT if mail.quotes else mail.subject
    headers = [
        b"Return-Path: <%s>" % address,
        b"Received: from mail.%s (mail.%s [198.51.100.7])\r\n\tby mx.collect.example (Postfix) with ESMTPS id %s\r\n\tfor <%s>; %s" % (domain, domain, hexes(rng, 10).encode(), COLLECT.encode(), date.encode()),
        b"Authentication-Results: mx.collect.example;\r\n\tspf=pass smtp.mailfrom=%s;\r\n\tdmarc=%s header.from=%s" % (address, mail.dmarc.encode(), domain),
        b"From: \"" + client.words(mail.sender) + b"\" <" + address + b">",
        b"To: " + client.words(OFFICE) + b" <" + COLLECT.encode() + b">",
        b"Subject: " + client.words(subject),
        b"Date: " + date.encode(),
        *client.marks(mail, rng), *[h.encode() for h in mail.headers],
        b"MIME-Version: 1.0",
    ]
    return mime.CRLF.join([*headers, head, b"", body])


def message(client, mail, rng):
    """The message as it arrives at the collection mailbox."""
    date = moment(rng)
    head, body = content(client, mail, rng, date)
    return headed(client, mail, rng, date, head, body)
