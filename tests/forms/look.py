"""Looks for labels, texts, and notes in the cells of forms: under their label in a form with columns, else at the end of its line.

Usage: look.py FOLDER, with `NAME.docx`, `NAME.xlsx` and for both what they must say, `NAME.json`.
"""

import json
import re
import sys
from pathlib import Path

from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

YELLOW = "FFEB9C"
# A choice that is still open has boxes to tick, in a document.
BOX = "□"


class Cell:
    """A cell as a program finds it."""

    def __init__(self, text, note, fill):
        self.text, self.note, self.fill = text or "", note, fill


def of_documents(path):
    """Title and tables."""
    document = Document(path)
    notes = {str(note.comment_id): note.text for note in document.comments}

    def cell(found):
        references = [one.get(qn("w:id")) for one in found._tc.iter(qn("w:commentReference"))]
        fills = [shade.get(qn("w:fill")) for shade in found._tc.iter(qn("w:shd"))]
        return Cell(found.text, "".join(notes[one] for one in references) or None, fills[0] if fills else None)

    tables = [[[cell(one) for one in row.cells] for row in table.rows] for table in document.tables]
    return document.paragraphs[0].text, tables


def of_workbooks(path):
    """Title and tables; the line after the last is one that is merged."""
    book = load_workbook(path)

    def cell(found):
        if found.data_type == "f":
            raise ValueError(f"{found.coordinate} is a formula")
        fill = found.fill.fgColor.rgb[2:] if found.fill.fill_type == "solid" else None
        return Cell(found.value, found.comment and found.comment.text, fill)

    tables = []
    for sheet in book:
        merged = {one.min_row for one in sheet.merged_cells.ranges}
        rows = [row for row in sheet.iter_rows() if row[0].row not in merged and row[0].border.left.style]
        tables.append([[cell(one) for one in row] for row in rows])
    return book.worksheets[0]["A1"].value, tables


def answers(tables, labels):
    """By row of the form: cells by key."""
    keys = {label: key for key, label in labels.items()}
    head = [cell.text for cell in tables[0][0]]
    if set(head) == set(keys):
        return [{keys[label]: cell for label, cell in zip(head, row)} for table in tables for row in table[1:]]
    return [{keys[row[1].text]: row[-1] for row in table[1:]} for table in tables]


def flat(text):
    return re.sub(r"\s+", "\n", text or "")


def faults(path, wanted):
    title, tables = (of_documents if path.suffix == ".docx" else of_workbooks)(path)
    if title != wanted["title"]:
        yield f"the title is {title!r}"
    found = answers(tables, wanted["labels"])
    # A blank form has empty rows.
    rows = wanted["rows"] or [{"texts": {}, "notes": {}}] * len(found)
    if len(found) != len(rows) or not found:
        yield f"{len(found)} rows for {len(rows)}"
    for at, (row, cells) in enumerate(zip(rows, found)):
        if set(cells) != set(wanted["labels"]):
            yield f"row {at} has {sorted(cells)}"
        for key, cell in cells.items():
            text, note = row["texts"].get(key, ""), row["notes"].get(key)
            is_open = not text and cell.text.startswith(BOX)
            if not is_open and flat(cell.text) != flat(text):
                yield f"row {at} {key} says {cell.text!r}"
            if flat(cell.note) != flat(note):
                yield f"row {at} {key} is noted {cell.note!r}"
            if (cell.fill == YELLOW) != (note is not None):
                yield f"row {at} {key} is filled with {cell.fill}"


def main():
    paths = sorted(path for path in Path(sys.argv[1]).iterdir() if path.suffix in (".docx", ".xlsx"))
    found = []
    for path in paths:
        try:
            own = list(faults(path, json.loads(path.with_suffix(".json").read_text())))
        except Exception as error:  # noqa: BLE001 - a file that a library cannot open is a fault like any other
            own = [f"{type(error).__name__}: {error}"]
        found += [f"{path.parent.name}/{path.name}: {fault}" for fault in own]
    print("\n".join(found) if found else f"{len(paths)} forms looked at, no faults")
    sys.exit(bool(found) or not paths)


main()
