"""exceljs and docx, both of Node: a batch is handed over as JSON."""
import json
import subprocess
import tempfile
from pathlib import Path

from ..model import Line
from .sheets import number_of, spread

SCRIPT = Path(__file__).with_name("office.js")


def run(kind, jobs):
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as batch:
        json.dump(jobs, batch, ensure_ascii=False)
        batch.flush()
        subprocess.run(["node", str(SCRIPT), kind, batch.name], check=True)


def plain(cell):
    number = number_of(cell)
    out = {"text": cell.text, "columns": cell.columns, "rows": cell.rows, "head": cell.head}
    if number is not None:
        out |= {"number": float(number), "format": cell.amount.number_format}
    if cell.inner:
        out["inner"] = blocks(cell.inner)
    return out


def blocks(content):
    return [{"line": b.text} if isinstance(b, Line) else {"table": [[plain(c) for c in row] for row in b.rows], "width": b.size()[1]} for b in content]


def exceljs(jobs):
    run("exceljs", [{"path": str(path), "sheets": [{"name": p.name, "cells": [{"row": r + 1, "column": c + 1, **plain(cell)} for r, c, cell in spread(p)[0]]} for p in pages]} for pages, path in jobs])


def docx(jobs):
    run("docx", [{"path": str(path), "pages": [blocks(p.blocks) for p in pages]} for pages, path in jobs])
