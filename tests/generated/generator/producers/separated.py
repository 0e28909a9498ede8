"""Text with separators, as spreadsheet programs save it."""
import csv
import io

from ..model import Line


def rows_of(pages):
    out = []
    for block in pages[0].blocks:
        if isinstance(block, Line):
            out.append([block.text])
        else:
            out += [[cell.text for cell in row] for row in block.rows]
    return out


def separated(pages, separator):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows_of(pages))
    return out.getvalue()


def utf8(pages, path):
    path.write_bytes(separated(pages, ",").encode("utf-8-sig"))


def gb18030(pages, path):
    path.write_bytes(separated(pages, ",").encode("gb18030"))


def utf16_tabs(pages, path):
    path.write_bytes(separated(pages, "\t").encode("utf-16"))
