"""Compares marked files with their originals: each note on its cell, and nothing else changed.

Usage: compare.py FOLDER, with a folder a file in it: `original.*`, `marked.*`, `marks.json`.
"""

import json
import re
import sys
import zipfile
from pathlib import Path

from docx import Document
from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

AUTHOR = "收发室"
YELLOW = "FFEB9C"


def local(element):
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def attribute(element, name):
    return next((value for key, value in element.attrib.items() if etree.QName(key).localname == name), None)


def canonical(root):
    return etree.tostring(root, method="c14n")


def parts(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


# What marks add to each kind of part; each returns whether the rest is the original.


def same_list(before, after):
    """A list to whose end something was added."""
    before, after = etree.fromstring(before), etree.fromstring(after)
    for extra in list(after)[len(before):]:
        after.remove(extra)
    return canonical(before) == canonical(after)


def same_styles(before, after):
    before, after = etree.fromstring(before), etree.fromstring(after)
    for old, new in zip(before, after):
        if local(old) in ("fills", "cellXfs"):
            for extra in list(new)[len(old):]:
                new.remove(extra)
            for one in (old, new):
                one.attrib.pop("count", None)
    return canonical(before) == canonical(after)


def same_sheet(before, after):
    before, after = without_view(before), without_view(after)
    if not any(local(child) == "legacyDrawing" for child in before):
        for child in [child for child in after if local(child) == "legacyDrawing"]:
            after.remove(child)

    def data(root):
        return next(child for child in root if local(child) == "sheetData")

    styles = {cell.get("r"): cell.get("s") for row in data(before) for cell in row}
    rows = {row.get("r") for row in data(before)}
    for row in list(data(after)):
        for cell in list(row):
            if cell.get("r") not in styles and not len(cell):
                row.remove(cell)
            elif cell.get("s") != styles[cell.get("r")]:
                cell.attrib.pop("s")
                if styles[cell.get("r")] is not None:
                    cell.set("s", styles[cell.get("r")])
        if not len(row) and row.get("r") not in rows:
            data(after).remove(row)
    for root in (before, after):
        # An empty element and one without content are the same.
        for row in data(root):
            row.text = row.text or None
    return canonical(before) == canonical(after)


def without_view(text):
    """A part without what says where a workbook opens."""
    root = etree.fromstring(text)
    for one in [one for one in root.iter() if local(one) in ("sheetView", "workbookView")]:
        one.attrib.pop("tabSelected", None)
        one.attrib.pop("activeTab", None)
        if not any(local(child) == "pane" for child in one):
            for selection in [child for child in one if local(child) == "selection"]:
                one.remove(selection)
        one.text = (one.text or "").strip() or None
    return root


def same_book(before, after):
    return canonical(without_view(before)) == canonical(without_view(after))


def same_drawing(before, after):
    return after.startswith(before[: before.rindex(b"</xml>")])


def same_comments(before, after):
    before, after = etree.fromstring(before), etree.fromstring(after)
    for author in [child for child in after.iter() if local(child) == "author" and child.text == AUTHOR]:
        author.getparent().remove(author)
    kept = len([child for child in before.iter() if local(child) == "comment"])
    for extra in [child for child in after.iter() if local(child) == "comment"][kept:]:
        extra.getparent().remove(extra)
    return canonical(before) == canonical(after)


def same_text(before, after):
    before, after = etree.fromstring(before), etree.fromstring(after)
    old = {attribute(one, "id") for one in before.iter() if local(one) == "commentReference"}
    for one in [one for one in after.iter() if local(one).startswith("comment")]:
        if attribute(one, "id") not in old:
            spot = one.getparent() if local(one) == "commentReference" else one
            spot.getparent().remove(spot)
    marked = []
    for cell_after, cell_before in zip(cells(after), cells(before)):
        shading = shade(cell_after)
        if shading is not None and attribute(shading, "fill") == YELLOW:
            marked.append(cell_before)
            shading.getparent().remove(shading)
            if (own := shade(cell_before)) is not None:
                own.getparent().remove(own)
            for cell in (cell_before, cell_after):
                if len(cell) and local(cell[0]) == "tcPr" and not len(cell[0]):
                    cell.remove(cell[0])
    return canonical(before) == canonical(after)


def cells(root):
    return [one for one in root.iter() if local(one) == "tc"]


def shade(cell):
    return next((one for one in cell.xpath("./*[local-name()='tcPr']/*[local-name()='shd']")), None)


def comparer(name):
    for pattern, compare in [
        (r"\[Content_Types\]\.xml|.*\.rels", same_list),
        (r"xl/.*styles\d*\.xml", same_styles),
        (r"xl/worksheets/.*\.xml", same_sheet),
        (r"xl/workbook\d*\.xml", same_book),
        (r"xl/.*\.vml", same_drawing),
        (r".*comments\d*\.xml", same_comments),
        (r"word/document\d*\.xml", same_text),
    ]:
        if re.fullmatch(pattern, name, re.IGNORECASE):
            return compare
    return None


def package_faults(original, marked):
    before, after = parts(original), parts(marked)
    names = {name.replace("\\", "/"): name for name in before}
    for name, bytes_before in before.items():
        bytes_after = after.get(name, after.get(name.replace("\\", "/")))
        if bytes_after == bytes_before:
            continue
        compare = comparer(name.replace("\\", "/"))
        if bytes_after is None or compare is None or not compare(bytes_before, bytes_after):
            yield f"{name} changed"
    for name in after:
        if name not in before and name not in names and not re.search(r"comments\d*\.xml|vmlDrawing\d+\.vml|\.rels$|styles1\.xml", name):
            yield f"{name} came in"


# Notes, as other programs find them.


def workbook_faults(original, marked, marks):
    before, after = load_workbook(original), load_workbook(marked)
    spots = set()
    for mark in marks:
        spot = mark["place"]["spot"]["Sheet"]
        sheet, row, column = after[spot["name"]], spot["row"] + 1, spot["column"] + 1
        for merged in sheet.merged_cells.ranges:
            left, top, right, bottom = range_boundaries(str(merged))
            if top <= row <= bottom and left <= column <= right:
                row, column = top, left
        spots.add((spot["name"], row, column))
        cell = sheet.cell(row, column)
        if cell.comment is None or mark["note"] not in cell.comment.text:
            yield f"no note at {spot}"
        if cell.fill.fgColor.rgb != f"FF{YELLOW}":
            yield f"no fill at {spot}"
    for sheet in before:
        for row in sheet.iter_rows():
            for cell in row:
                other = after[sheet.title].cell(cell.row, cell.column)
                looks = ["value", "number_format", "font", "border", "alignment", "protection"]
                if (sheet.title, cell.row, cell.column) not in spots:
                    looks += ["fill", "comment"]
                for look in looks:
                    own, now = repr(getattr(cell, look)), repr(getattr(other, look))
                    if own != now:
                        yield f"{look} of {sheet.title}!{cell.coordinate}: {own} became {now}"


def grids(document):
    """Cells of all tables by number, row and column, as Word shows them."""
    found, number = {}, 0
    for table in document.iter("{*}tbl"):
        if any(local(around) == "Fallback" for around in table.iterancestors()):
            continue
        number += 1
        above, at = {}, -1
        rows = [row for row in table.iter("{*}tr") if next(row.iterancestors("{*}tbl")) is table]
        for row in rows:
            if row.xpath("./*[local-name()='trPr']/*[local-name()='del']"):
                continue
            at += 1
            column = int((row.xpath("./*[local-name()='trPr']/*[local-name()='gridBefore']/@*") or [0])[0])
            for cell in [cell for cell in row.iter("{*}tc") if next(cell.iterancestors("{*}tr")) is row]:
                properties = cell.xpath("./*[local-name()='tcPr']")
                span = int((properties and properties[0].xpath("./*[local-name()='gridSpan']/@*") or [1])[0])
                merge = properties and properties[0].xpath("./*[local-name()='vMerge']") or []
                if merge and attribute(merge[0], "val") != "restart":
                    cell = above.get(column, cell)
                above[column] = cell
                for covered in range(column, column + span):
                    found[number, at, covered] = cell
                column += span
    return found


def document_faults(marked, marks):
    told = "\n".join(comment.text for comment in Document(marked).comments if comment.author == AUTHOR)
    yield from (f"python-docx finds no note {mark['note']}" for mark in marks if mark["note"] not in told)
    package = parts(marked)
    document = etree.fromstring(package["word/document.xml"])
    comments = etree.fromstring(next(text for name, text in package.items() if re.fullmatch(r"word/comments\d*\.xml", name)))
    own = [one for one in comments if attribute(one, "author") == AUTHOR]
    notes = {attribute(one, "id"): "\n".join("".join(p.itertext()) for p in one) for one in own}
    found = grids(document)
    for mark in marks:
        if "Table" not in mark["place"]["spot"]:
            if not any(mark["note"] in note for note in notes.values()):
                yield f"no note at {mark['place']['spot']}"
            continue
        spot = mark["place"]["spot"]["Table"]
        cell = found[spot["number"], spot["row"], spot["column"]]
        boxed = any(local(around) == "txbxContent" for around in cell.iterancestors())
        where = document if boxed else cell
        references = [attribute(one, "id") for one in where.iter("{*}commentReference")]
        if not any(mark["note"] in notes.get(reference, "") for reference in references):
            yield f"no note at {spot}"
        if shade(cell) is None or attribute(shade(cell), "fill") != YELLOW:
            yield f"no shading at {spot}"


def main():
    faults, count = [], 0
    for folder in sorted(path for path in Path(sys.argv[1]).iterdir() if (path / "marks.json").exists()):
        marks = json.loads((folder / "marks.json").read_text())
        original, marked = (next(folder.glob(f"{name}.*")) for name in ("original", "marked"))
        count += 1
        try:
            own = list(package_faults(original, marked))
            is_text = marked.suffix.startswith(".do")
            own += document_faults(marked, marks) if is_text else workbook_faults(original, marked, marks)
        except Exception as error:  # noqa: BLE001 - a file that a library cannot open is a fault like any other
            own = [f"{type(error).__name__}: {error}"]
        faults += [f"{folder.name}: {fault}" for fault in own]
    print("\n".join(faults))
    print(f"{count} marked files compared, {len(faults)} faults")
    sys.exit(bool(faults) or not count)


main()
