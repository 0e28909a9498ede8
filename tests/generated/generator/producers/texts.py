"""Documents: python-docx, odfpy and plain HTML."""
import html

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from odf import opendocument, table as odf_table, text as odf_text

from ..model import Line, Table
from .sheets import odf_rows

BOX = (
    '<w:r {ns} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape style="width:300pt;height:60pt" type="#_x0000_t202"><v:textbox><w:txbxContent>'
    '<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>'
)


def write_cell(spot, cell):
    if cell.inner:
        for block in cell.inner:
            if isinstance(block, Line):
                spot.add_paragraph(block.text)
            else:
                inner = spot.add_table(*block.size())
                inner.style = "Table Grid"
                fill_table(inner, block)
        spot.add_paragraph("")
        return
    for n, line in enumerate(cell.text.split("\n")):
        paragraph = spot.paragraphs[0] if n == 0 else spot.add_paragraph()
        run = paragraph.add_run(line)
        run.bold = cell.head
        if cell.control:
            wrap = parse_xml(f'<w:sdt {nsdecls("w")}><w:sdtPr><w:text/></w:sdtPr><w:sdtContent/></w:sdt>')
            run._r.addprevious(wrap)
            wrap.find(qn("w:sdtContent")).append(run._r)


def fill_table(target, source):
    for r, c, cell in source.placed():
        spot = target.cell(r, c)
        if cell.rows > 1 or cell.columns > 1:
            spot = spot.merge(target.cell(r + cell.rows - 1, c + cell.columns - 1))
        write_cell(spot, cell)


def write_line(document, line):
    if line.boxed:
        for text in line.text.split("\n"):
            document.add_paragraph()._p.append(parse_xml(BOX.format(ns=nsdecls("w"), text=html.escape(text))))
        return
    for text in line.text.split("\n"):
        paragraph = document.add_paragraph(text)
        if line.title:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def word(pages, path):
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    for at, page in enumerate(pages):
        if at:
            document.add_page_break()
        for block in page.blocks:
            if isinstance(block, Line):
                write_line(document, block)
            else:
                table = document.add_table(*block.size())
                table.style = "Table Grid"
                fill_table(table, block)
    document.save(str(path))


def odfpy_text(pages, path):
    document = opendocument.OpenDocumentText()
    for page in pages:
        for at, block in enumerate(page.blocks):
            if isinstance(block, Line):
                for text in block.text.split("\n"):
                    document.text.addElement(odf_text.P(text=text))
            else:
                document.text.addElement(odf_grid(block, f"{page.name}-{at}"))
        document.text.addElement(odf_text.P())
    document.save(str(path))


def odf_grid(block, name):
    """A table for odfpy, with tables inside its cells."""
    grid = odf_table.Table(name=name)
    odf_rows(list(block.placed()), grid, odf_table.CoveredTableCell)
    inner = [cell for _, _, cell in block.placed() if cell.inner]
    for cell, spot in zip(inner, grid.getElementsByType(odf_table.TableCell)):
        for at, part in enumerate(cell.inner):
            spot.addElement(odf_text.P(text=part.text) if isinstance(part, Line) else odf_grid(part, f"{name}-{at}"))
    return grid


def escaped(text):
    return html.escape(text).replace("\n", "<br>")


def html_table(table, style=' border="1" cellspacing="0" cellpadding="4" style="border-collapse:collapse"'):
    out = [f"<table{style}>"]
    for row in table.rows:
        cells = []
        for cell in row:
            spans = (f' colspan="{cell.columns}"' if cell.columns > 1 else "") + (f' rowspan="{cell.rows}"' if cell.rows > 1 else "")
            cells.append(f"<td{spans}>{html_blocks(cell.inner) if cell.inner else escaped(cell.text) or '&nbsp;'}</td>")
        out.append("<tr>" + "".join(cells) + "</tr>")
    return "\n".join([*out, "</table>"])


def html_blocks(blocks):
    return "\n".join(html_table(b) if isinstance(b, Table) else f"<p{' align=center' if b.title else ''}>{escaped(b.text)}</p>" for b in blocks)


def html_page(pages):
    body = '\n<div style="page-break-before:always"></div>\n'.join(html_blocks(p.blocks) for p in pages)
    return f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style>body,td{{font-family:"WenQuanYi Micro Hei",sans-serif}}</style></head><body>\n{body}\n</body></html>\n'


def html_file(pages, path):
    path.write_text(html_page(pages), encoding="utf-8")
