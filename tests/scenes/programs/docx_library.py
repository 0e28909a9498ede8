"""Fills in a form with python-docx: docx_library.py FOLDER EXTENSION.

FOLDER holds before.docx and entries.json: a list of [row below the labels, part of the label above, text], or one text for
every marked cell. after.docx is written.
"""

import json
import sys

import docx
from docx.oxml.ns import qn

# The yellow of a marked cell.
MARK = "FFEB9C"

folder, extension = sys.argv[1:]
document = docx.Document(f"{folder}/before.{extension}")
with open(f"{folder}/entries.json", encoding="utf-8") as file:
    entries = json.load(file)


def row_of_labels(table):
    labels = {label for _, label, _ in entries}
    for number, row in enumerate(table.rows):
        texts = [cell.text for cell in row.cells]
        if all(any(label in text for text in texts) for label in labels):
            return number, texts
    return None


def fill_in(table, number, texts):
    for below, label, text in entries:
        while len(table.rows) <= number + 1 + below:
            table.add_row()
        column = next(at for at, own in enumerate(texts) if label in own)
        table.cell(number + 1 + below, column).text = text


def fill_in_marked():
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    marked = [cell for cell in cells if any(shade.get(qn("w:fill")) == MARK for shade in cell._tc.iter(qn("w:shd")))]
    if not marked:
        sys.exit("no cell is marked")
    for cell in marked:
        cell.text = entries


def fill_in_rows():
    found = [(table, row_of_labels(table)) for table in document.tables]
    table, labels = next((table, labels) for table, labels in found if labels)
    fill_in(table, *labels)


if isinstance(entries, str):
    fill_in_marked()
else:
    fill_in_rows()
document.save(f"{folder}/after.{extension}")
