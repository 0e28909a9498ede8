"""Reads exports with other programs and compares them with the view in the database: look.py FOLDER DATABASE VIEW.

FOLDER holds returns.json, returns.parquet, returns.csv, returns.xlsx and returns.docx of all current returns. LibreOffice opens what a
spreadsheet opens, and control.csv, in which formulas do run."""

import csv
import datetime
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

import docx
import duckdb
import openpyxl

folder, database, view = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
STATES = {"complete": "已完成", "in_correction": "待更正"}
CHINA = datetime.timezone(datetime.timedelta(hours=8))

connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
cursor = connection.execute(f"SELECT * FROM {view} ORDER BY received_at, message, name")
names = [column[0] for column in cursor.description]
rows = cursor.fetchall()
assert rows, "the view is empty"
state, received = names.index("state"), names.index("received_at")


def same(what, found, wanted):
    assert found == wanted, f"{what}:\n{found!r}\nis not\n{wanted!r}"


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def for_people(row):
    """A row of the view as people read it: words for states, local times to the second."""
    shown = ["" if value is None else value for value in row]
    shown[state] = STATES[row[state]]
    shown[received] = moment(row[received]).astimezone(CHINA).replace(microsecond=0, tzinfo=None)
    return shown


# JSON: the view's names and values.
objects = json.loads((folder / "returns.json").read_text("utf-8"))
same("json", [list(one.keys()) for one in objects], [names] * len(rows))
same("json", [list(one.values()) for one in objects], [list(row) for row in rows])

# Parquet: the same, with types.
table = duckdb.sql(f"SELECT * FROM '{folder / 'returns.parquet'}'")
same("parquet", table.columns, names)
kinds = dict(zip(table.columns, map(str, table.types)))
same("parquet", kinds["received_at"], "TIMESTAMP WITH TIME ZONE")
same("parquet", (kinds["respondent"], kinds["version"], kinds["message"]), ("VARCHAR", "BIGINT", "BIGINT"))
same("parquet", {kinds[name] for name in names if name.endswith("revenue_low")}, {"DOUBLE"})
microseconds = duckdb.sql(f"SELECT epoch_us(received_at) FROM '{folder / 'returns.parquet'}'").fetchall()
same("parquet", [one[0] for one in microseconds], [round(moment(row[received]).timestamp() * 1e6) for row in rows])
without_time = ", ".join(f'"{name}"' for name in names if name != "received_at")
found = duckdb.sql(f"SELECT {without_time} FROM '{folder / 'returns.parquet'}'").fetchall()
same("parquet", found, [row[:received] + row[received + 1 :] for row in rows])

# CSV: the same columns under the form's headings; an apostrophe keeps a text from being run.
with open(folder / "returns.csv", encoding="utf-8-sig", newline="") as file:
    head, *lines = csv.reader(file)
same("csv", len(head), len(names))
same("csv", len(lines), len(rows))
guarded = 0
for line, row in zip(lines, rows):
    for cell, value in zip(line, for_people(row)):
        if cell.startswith("'") and not str(value).startswith("'"):
            cell, guarded = cell[1:], guarded + 1
        if isinstance(value, (int, float)):
            same("csv", float(cell), float(value))
        else:
            same("csv", cell, str(value))
assert guarded > 0, "nothing was guarded"

# XLSX: the same as cells, texts as texts, and the dictionary on a second sheet.
book = openpyxl.load_workbook(folder / "returns.xlsx")
same("xlsx", book.sheetnames, ["汇总表", "数据字典"])
sheet = book["汇总表"]
same("xlsx", [cell.value for cell in sheet[2]], head)
cells = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3)]
same("xlsx", [["" if value is None else value for value in line] for line in cells], [for_people(row) for row in rows])
kinds = {cell.data_type for line in book["汇总表"].iter_rows() for cell in line}
assert "f" not in kinds, kinds
words = {str(cell.value) for line in book["数据字典"].iter_rows() for cell in line}
assert set(names) <= words and set(head) <= words, "the dictionary lacks a column"

# DOCX: the form's own layout.
document = docx.Document(folder / "returns.docx")
labels = [row.text for row in document.tables[0].rows[0].cells]
same("docx", labels, [head[names.index(name)] for name in ("name", "position", "technology", "products", "direction", "revenue")])
same("docx", len(document.tables[0].rows) - 1, len(rows))
for line, row in zip(document.tables[0].rows[1:], rows):
    position = line.cells[1].text
    same("docx", position, row[names.index("position")] or "")
    assert ("待更正" in line.cells[0].text) == (row[state] == "in_correction"), line.cells[0].text

# LibreOffice takes no text of a respondent for a formula.
with tempfile.TemporaryDirectory() as work:
    def opened(file, *filters):
        profile = f"-env:UserInstallation=file://{work}/profile"
        command = ["soffice", "--headless", profile, *filters, "--convert-to", "fods", "--outdir", work, str(file)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        return (pathlib.Path(work) / (file.stem + ".fods")).read_text("utf-8")

    as_csv = "--infilter=CSV:44,34,76,1"
    assert "table:formula" in opened(folder / "control.csv", as_csv), "LibreOffice runs no formula at all"
    hostile = [str(value) for row in rows for value in row if str(value)[:1] in "=+-@＝＋－＠"]
    assert hostile, "no text to be run"
    for text in opened(folder / "returns.csv", as_csv), opened(folder / "returns.xlsx"):
        assert "table:formula" not in text, re.findall(r'table:formula="[^"]*"', text)
        for one in hostile:
            plain = one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            assert plain in text or plain.replace("'", "&apos;").replace('"', "&quot;") in text, one

print(f"{len(rows)} returns")
