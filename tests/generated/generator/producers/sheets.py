"""Workbooks: openpyxl, XlsxWriter, xlwt, odfpy."""
import openpyxl
import xlsxwriter
import xlwt
from odf import opendocument, table as odf_table, text as odf_text
from openpyxl.styles import Alignment, Border, Font, Side

from ..model import Cell, Line, Table


def spread(page):
    """The page on a sheet: (row, column, cell) with one block below the other."""
    width = max([b.size()[1] for b in page.blocks if isinstance(b, Table)], default=1)
    row, out = 0, []
    for block in page.blocks:
        if isinstance(block, Line):
            out.append((row, 0, Cell(block.text, columns=width if block.title else 1)))
            row += 1
        else:
            out += [(row + r, c, cell) for r, c, cell in block.placed()]
            row += block.size()[0]
    return out, width


def number_of(cell):
    """The number that the cell holds, when it holds one."""
    return None if cell.amount is None or cell.amount.number is None else cell.amount.number


def bounds(r, c, cell):
    return r + cell.rows - 1, c + cell.columns - 1


def heights(cells):
    """Heights of the rows in points, so that what is printed is not cut off."""
    out = {}
    for r, _, cell in cells:
        lines = sum(1 + len(line) // 9 for line in cell.text.split("\n")) if cell.columns == 1 else cell.text.count("\n") + 1
        out[r] = max(out.get(r, 16), 16 * lines / cell.rows)
    return out


def openpyxl_book(pages, path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    thin = Side(style="thin")
    for page in pages:
        sheet = book.create_sheet(page.name)
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
        cells, width = spread(page)
        for column in range(width):
            sheet.column_dimensions[openpyxl.utils.get_column_letter(column + 1)].width = 22
        for r, height in heights(cells).items():
            sheet.row_dimensions[r + 1].height = height
        bordered = {id(cell) for block in page.blocks if isinstance(block, Table) for _, _, cell in block.placed()}
        for r, c, cell in cells:
            spot = sheet.cell(r + 1, c + 1)
            number = number_of(cell)
            spot.value = (float(number) if number is not None else cell.text) or (0 if number is not None else None)
            if number is not None and cell.amount.number_format:
                spot.number_format = cell.amount.number_format
            spot.alignment = Alignment(wrap_text=True, vertical="center")
            spot.font = Font(bold=cell.head)
            last_r, last_c = bounds(r, c, cell)
            if id(cell) in bordered:
                for rr in range(r, last_r + 1):
                    for cc in range(c, last_c + 1):
                        sheet.cell(rr + 1, cc + 1).border = Border(thin, thin, thin, thin)
            if (last_r, last_c) != (r, c):
                sheet.merge_cells(start_row=r + 1, start_column=c + 1, end_row=last_r + 1, end_column=last_c + 1)
    book.save(path)


def xlsxwriter_book(pages, path):
    book = xlsxwriter.Workbook(str(path))
    for page in pages:
        sheet = book.add_worksheet(page.name)
        cells, width = spread(page)
        sheet.set_column(0, width, 20)
        for r, c, cell in cells:
            number = number_of(cell)
            style = {"text_wrap": True, "border": 1, "bold": cell.head}
            if number is not None and cell.amount.number_format:
                style["num_format"] = cell.amount.number_format
            style, last = book.add_format(style), bounds(r, c, cell)
            if last != (r, c):
                sheet.merge_range(r, c, *last, "", style)
            if number is not None:
                sheet.write_number(r, c, float(number), style)
            elif cell.text:
                sheet.write_string(r, c, cell.text, style)
            else:
                sheet.write_blank(r, c, None, style)
    book.close()


def xlwt_book(pages, path):
    book = xlwt.Workbook(encoding="utf-8")
    for page in pages:
        sheet = book.add_sheet(page.name)
        for r, c, cell in spread(page)[0]:
            number = number_of(cell)
            style = xlwt.easyxf("align: wrap on; borders: left thin, right thin, top thin, bottom thin", num_format_str=cell.amount.number_format if number is not None and cell.amount.number_format else "General")
            value, (last_r, last_c) = float(number) if number is not None else cell.text, bounds(r, c, cell)
            if (last_r, last_c) != (r, c):
                sheet.write_merge(r, last_r, c, last_c, value, style)
            else:
                sheet.write(r, c, value, style)
    book.save(str(path))


def odf_lines(element, text):
    """A cell's text as paragraphs."""
    for line in text.split("\n"):
        element.addElement(odf_text.P(text=line))
    return element


def odf_rows(rows, sheet, covered):
    """Rows of cells with their spans for odfpy; `covered` makes what a span hides."""
    width = max([c + cell.columns for _, c, cell in rows], default=1)
    height = max([r + cell.rows for r, _, cell in rows], default=0)
    spots = {(r, c): cell for r, c, cell in rows}
    hidden = {(r + dr, c + dc) for r, c, cell in rows for dr in range(cell.rows) for dc in range(cell.columns)} - set(spots)
    sheet.addElement(odf_table.TableColumn(numbercolumnsrepeated=width))
    for r in range(height):
        line = odf_table.TableRow()
        for c in range(width):
            cell = spots.get((r, c))
            if (r, c) in hidden:
                line.addElement(covered())
            elif cell is None:
                line.addElement(odf_table.TableCell())
            else:
                line.addElement(odf_cell(cell))
        sheet.addElement(line)


def odf_cell(cell):
    spans = {}
    if cell.columns > 1:
        spans["numbercolumnsspanned"] = cell.columns
    if cell.rows > 1:
        spans["numberrowsspanned"] = cell.rows
    number = number_of(cell)
    if number is not None:
        spans |= {"valuetype": "float", "value": str(number)}
    elif cell.text:
        spans["valuetype"] = "string"
    return odf_lines(odf_table.TableCell(**spans), cell.text)


def odfpy_book(pages, path):
    book = opendocument.OpenDocumentSpreadsheet()
    for page in pages:
        sheet = odf_table.Table(name=page.name)
        odf_rows(spread(page)[0], sheet, odf_table.CoveredTableCell)
        book.spreadsheet.addElement(sheet)
    book.save(str(path))
