"""Fills in a form with LibreOffice: libreoffice.py FOLDER EXTENSION.

FOLDER holds before.EXTENSION and entries.json: a list of [row below the labels, part of the label above, text], or one text
for every marked cell. after.EXTENSION is written. LibreOffice runs with a profile of its own in FOLDER and ends with this program.
"""

import json
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "xls": "MS Excel 97",
    "docx": "MS Word 2007 XML",
    "doc": "MS Word 97",
}
PATIENCE = 90
MARK = 0xFFEB9C

folder, extension = sys.argv[1:]
pipe = "scene" + "".join(c for c in folder if c.isalnum())


def start():
    return subprocess.Popen(
        [
            "soffice",
            "--headless",
            "--norestore",
            "--nologo",
            f"-env:UserInstallation=file://{folder}/profile",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def connect():
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            office = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return office.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", office)
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def option(name, value):
    return PropertyValue(Name=name, Value=value)


def grids(document):
    """The document's tables, each as a function from column and row to a cell or None."""
    if document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
        for sheet in document.Sheets:
            yield sheet.getCellByPosition, 30, 60
    else:
        for table in document.TextTables:
            columns, rows = table.Columns.Count, table.Rows.Count
            yield table.getCellByPosition, columns, rows


def columns_of_labels(cell_at, columns, rows):
    """Row of the labels and the column of each, where all of them stand in one row."""
    labels = {label for _, label, _ in entries}
    for row in range(min(rows, 20)):
        texts = [cell_at(column, row).String for column in range(columns)]
        where = {label: at for label in labels for at, text in reversed(list(enumerate(texts))) if label in text}
        if len(where) == len(labels):
            return row, where
    return None


def colour(cell):
    return getattr(cell, "CellBackColor", None) or getattr(cell, "BackColor", None)


def fill_in_marked(document):
    cells = (cell_at(column, row) for cell_at, columns, rows in grids(document) for row in range(rows) for column in range(columns))
    marked = [cell for cell in cells if colour(cell) == MARK]
    if not marked:
        sys.exit("no cell is marked")
    for cell in marked:
        cell.String = entries


def fill_in_rows(document):
    for cell_at, columns, rows in grids(document):
        found = columns_of_labels(cell_at, columns, rows)
        if found:
            labels, where = found
            for below, label, text in entries:
                cell_at(where[label], labels + 1 + below).String = text
            return
    sys.exit("no table has these labels")


with open(f"{folder}/entries.json", encoding="utf-8") as file:
    entries = json.load(file)
process = start()
try:
    desktop = connect()
    document = desktop.loadComponentFromURL(f"file://{folder}/before.{extension}", "_blank", 0, (option("Hidden", True),))
    fill_in_marked(document) if isinstance(entries, str) else fill_in_rows(document)
    document.storeToURL(f"file://{folder}/after.{extension}", (option("FilterName", FILTERS[extension]),))
    document.close(True)
    try:
        desktop.terminate()
    except Exception:  # It ends before it has said so.
        pass
    process.wait(PATIENCE)
finally:
    if process.poll() is None:
        process.kill()
