"""Makes the files of many cases by batches, then packs and mails them."""
import io
import subprocess
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path

from . import cases, clients, mime
from .producers import BY_NAME, browser

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "doc": "application/msword",
    "xls": "application/vnd.ms-excel", "pdf": "application/pdf", "zip": "application/zip", "png": "image/png",
}


def make_files(batch, folder):
    """Writes every file of every case; a map from (case number, place in the mail) to its bytes."""
    jobs = defaultdict(list)
    for case in batch:
        for at, file in enumerate(case.files):
            jobs[file.producer].append((case.number, at, file.pages))
    out = {}
    for producer, wanted in sorted(jobs.items()):
        extension = BY_NAME[producer].extension if producer in BY_NAME else "png"
        paths = [Path(folder, f"{producer}-{number}-{at}.{extension}") for number, at, _ in wanted]
        todo = [(pages, path) for (_, _, pages), path in zip(wanted, paths)]
        if producer in BY_NAME:
            BY_NAME[producer].write(todo)
        else:
            for pages, path in todo:
                browser.to_picture(pages, path)
        for (number, at, _), path in zip(wanted, paths):
            out[number, at] = path.read_bytes()
            path.unlink()
    return out


class WindowsName(zipfile.ZipInfo):
    """A member whose name is GBK without the flag, as Windows writes it."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def zipped(files, kind):
    """A zip with its names in GBK or, flagged, in UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            archive.writestr(kind(name, (2017, 12, 19, 10, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def seven(files, options):
    """An archive by 7-Zip."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files:
            Path(folder, name).write_bytes(data)
        kind = options[0]
        target = Path(folder, f"archive.{kind}")
        subprocess.run(["7z", "a", f"-t{kind}", "-bd", "-bso0", *options[1:], str(target), *[n for n, _ in files]], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return target.read_bytes()


PACKERS = {
    "zip-gbk": lambda files: zipped(files, WindowsName), "zip-utf8": lambda files: zipped(files, zipfile.ZipInfo), "7z": lambda files: seven(files, ["7z"]),
    "zip-locked": lambda files: seven(files, ["zip", "-pgeheim"]), "7z-locked": lambda files: seven(files, ["7z", "-pgeheim"]), "7z-locked-names": lambda files: seven(files, ["7z", "-pgeheim", "-mhe=on"]),
}


def damaged(file, data):
    if file.damage == "truncated":
        return data[:len(data) * 2 // 5]
    return b"" if file.damage == "empty" else data


def attachments(case, made):
    """The mail's attachments: files alone, or packed into their containers."""
    files = [(f, damaged(f, made[case.number, at])) for at, f in enumerate(case.files)]
    within = case.files[0].within if case.files else []
    members = [(f.name, data) for f, data in files]
    for name, kind in reversed(within):
        members = [(name, PACKERS[kind](members))]
    return [cases.Attachment(name, data, TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream")) for name, data in members]


def bounce(case):
    """A report of the mail system, or of a reader."""
    kind = b"delivery-status" if case.report == "bounce" else b"disposition-notification"
    sender = b"MAILER-DAEMON@mx.collect.example" if case.report == "bounce" else b"office1@corp.example"
    path = b"Return-Path: <>" if case.report == "bounce" else b"Return-Path: <office1@corp.example>"
    note = "邮件无法送达收件人，请检查地址。" if case.report == "bounce" else "您的邮件已由收件人打开阅读。"
    status = mime.part([b"Content-Type: message/" + kind], b"Final-Recipient: rfc822; office1@corp.example\r\nAction: failed\r\nStatus: 5.1.1\r\n" if case.report == "bounce" else b"Final-Recipient: rfc822;office1@corp.example\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n")
    head, body = mime.multipart("report", "report/mx", [mime.text_part(note, "plain", "gb2312", "base64"), status], b"; report-type=" + kind)
    subject = "系统退信" if case.report == "bounce" else "已读: 调查表"
    return mime.CRLF.join([path, b"From: <" + sender + b">", b"To: <rgzn@collect.example>", b"Subject: " + mime.b_words(subject, "gb2312"), b"Date: Tue, 19 Dec 2017 10:02:19 +0800", b"Message-ID: <report-%d@mx.example>" % case.number, b"MIME-Version: 1.0", head, b"", body])


def forward(case, inner, rng):
    """The message inside another person's, as message/rfc822 or as a file."""
    outer = rng.choice([c for c in clients.CLIENTS if c.name != "mutt"])
    text = rng.choice(["转发企业填报的材料，请查收。", "请处理，谢谢。"])
    mail = clients.Mail("梁晓彤", f"park1@{outer.domain}", case.subject, text, f"<div>{text}</div>")
    date = clients.moment(rng)
    body = clients.body_part(outer, mail, rng, date)
    if rng.random() < 0.5:
        part = mime.part([b"Content-Type: message/rfc822", b"Content-Disposition: attachment"], inner)
    else:
        part = mime.part([b"Content-Type: application/octet-stream; name=\"mail.eml\"", b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment; filename=\"mail.eml\""], mime.lines64(inner))
    head, body = mime.multipart("mixed", clients.boundary(outer, rng), [body, part])
    return clients.headed(outer, mail, rng, date, head, body)


def message(case, made, rng):
    """The bytes of the case's message."""
    if case.report:
        return bounce(case)
    inner = clients.message(case.client, cases.as_mail(case, attachments(case, made)), rng)
    return forward(case, inner, rng) if case.forwarded else inner


__all__ = ["make_files", "message"]
