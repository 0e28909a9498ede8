"""Raw MIME as clients write it, byte by byte; the email package would write all of them alike."""
import base64
import quopri
from urllib.parse import quote

CRLF = b"\r\n"


def bytes_of(text, charset):
    """The bytes under a charset's name: who writes gb2312 or GBK means GB18030."""
    return text.encode("gb18030" if charset.lower().startswith("gb") else charset)


def b_words(text, charset, chars=None):
    """Encoded words with base64, of at most `chars` characters each, folded."""
    if text.isascii():
        return text.encode()
    pieces = [text[i:i + chars] for i in range(0, len(text), chars)] if chars else [text]
    return b"\r\n ".join(b"=?%s?B?%s?=" % (charset.encode(), base64.b64encode(bytes_of(p, charset))) for p in pieces)


def q_words(text, charset, chars=8):
    if text.isascii():
        return text.encode()
    hexed = lambda p: b"".join(b"=%02X" % b for b in bytes_of(p, charset))
    return b"\r\n ".join(b"=?%s?Q?%s?=" % (charset.encode(), hexed(text[i:i + chars])) for i in range(0, len(text), chars))


def cut_words(text, charset, octets=30):
    """Encoded words that cut characters in two, as some web mails write them."""
    if text.isascii():
        return text.encode()
    raw = bytes_of(text, charset)
    return b"\r\n ".join(b"=?%s?B?%s?=" % (charset.encode(), base64.b64encode(raw[i:i + octets])) for i in range(0, len(raw), octets))


def extended(key, text, charset="utf-8"):
    """A parameter after RFC 2231."""
    return b"%s*=%s''%s" % (key.encode(), charset.encode(), quote(text, safe="", encoding=charset).encode())


def continued(key, text, charset="utf-8", size=40):
    """The same over several continuations."""
    raw = f"{charset}''{quote(text, safe='', encoding=charset)}"
    return b";\r\n\t".join(b"%s*%d*=%s" % (key.encode(), n, raw[i:i + size].encode()) for n, i in enumerate(range(0, len(raw), size)))


def quoted(key, value):
    return b'%s="%s"' % (key.encode(), value)


def lines64(data, width=76):
    encoded = base64.b64encode(data)
    return CRLF.join(encoded[i:i + width] for i in range(0, len(encoded), width)) + CRLF


def printable(data):
    return quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def encoded(data, encoding, width=76):
    return {"base64": lambda d: lines64(d, width), "quoted-printable": printable, "8bit": lambda d: d, "7bit": lambda d: d}[encoding](data)


def part(headers, body):
    return CRLF.join([*headers, b"", body])


def text_part(text, subtype, charset, encoding, width=76):
    raw = bytes_of(text.replace("\n", "\r\n"), charset)
    headers = [b"Content-Type: text/%s; charset=\"%s\"" % (subtype.encode(), charset.encode()), b"Content-Transfer-Encoding: " + encoding.encode()]
    return part(headers, encoded(raw, encoding, width))


def multipart(subtype, boundary, parts, more=b""):
    """Header line and body of a multipart."""
    mark = b"--" + boundary.encode()
    body = CRLF.join(piece for p in parts for piece in (mark, p)) + CRLF + mark + b"--" + CRLF
    return b"Content-Type: multipart/%s;\r\n\tboundary=\"%s\"%s" % (subtype.encode(), boundary.encode(), more), body
