"""The real programs that write the files, each with what it can hold and what its files are called."""
from dataclasses import dataclass

from . import browser, node, office, pandoc, separated, sheets, texts


@dataclass
class Producer:
    """`write(jobs)` takes (pages, path) for a whole batch; `kind` is the kind of layout it can hold."""
    name: str
    kind: str
    extension: str
    write: object
    weight: int = 3
    formats: bool = False


def each(write):
    """A writer of one file as a writer of a batch."""
    return lambda jobs: [write(pages, path) for pages, path in jobs]


PRODUCERS = [
    Producer("openpyxl", "sheet", "xlsx", each(sheets.openpyxl_book), 5, True),
    Producer("xlsxwriter", "sheet", "xlsx", each(sheets.xlsxwriter_book), 4, True),
    Producer("exceljs", "sheet", "xlsx", node.exceljs, 4, True),
    Producer("xlwt", "sheet", "xls", each(sheets.xlwt_book), 3, True),
    Producer("odfpy-ods", "sheet", "ods", each(sheets.odfpy_book), 2),
    Producer("libreoffice-xls", "sheet", "xls", office.through("xlsx", sheets.openpyxl_book, "xls:MS Excel 97"), 4, True),
    Producer("libreoffice-xlsx", "sheet", "xlsx", office.through("xls", sheets.xlwt_book, "xlsx:Calc MS Excel 2007 XML"), 3, True),
    Producer("libreoffice-ods", "sheet", "ods", office.through("xlsx", sheets.openpyxl_book, "ods"), 2, True),
    Producer("libreoffice-calc-pdf", "sheet", "pdf", office.through("xlsx", sheets.openpyxl_book, "pdf:calc_pdf_Export"), 2, True),
    Producer("html-xls", "sheet", "xls", each(texts.html_file), 2),
    Producer("python-docx", "text", "docx", each(texts.word), 6),
    Producer("docx-npm", "text", "docx", node.docx, 4),
    Producer("odfpy-odt", "text", "odt", each(texts.odfpy_text), 2),
    Producer("libreoffice-docx", "text", "docx", office.through("odt", texts.odfpy_text, "docx:MS Word 2007 XML"), 3),
    Producer("libreoffice-doc", "text", "doc", office.through("docx", texts.word, "doc:MS Word 97"), 5),
    Producer("libreoffice-wps", "text", "wps", office.through("docx", texts.word, "doc:MS Word 97"), 2),
    Producer("libreoffice-odt", "text", "odt", office.through("docx", texts.word, "odt"), 2),
    Producer("libreoffice-rtf", "text", "rtf", office.through("docx", texts.word, "rtf:Rich Text Format"), 2),
    Producer("libreoffice-writer-pdf", "text", "pdf", office.through("docx", texts.word, "pdf:writer_pdf_Export"), 3),
    Producer("pandoc-docx", "text", "docx", pandoc.to("docx"), 2),
    Producer("pandoc-odt", "text", "odt", pandoc.to("odt"), 1),
    Producer("pandoc-rtf", "text", "rtf", pandoc.to("rtf"), 1),
    Producer("chromium-pdf", "text", "pdf", each(browser.to_pdf), 2),
    Producer("html", "text", "html", each(texts.html_file), 1),
    Producer("html-doc", "text", "doc", each(texts.html_file), 1),
    Producer("python-docx-parts", "docx", "docx", each(texts.word), 3),
    Producer("csv-utf8", "csv", "csv", each(separated.utf8), 2),
    Producer("csv-gb18030", "csv", "csv", each(separated.gb18030), 3),
    Producer("tsv-utf16", "csv", "txt", each(separated.utf16_tabs), 1),
    Producer("csv-libreoffice", "csv", "csv", office.through("xlsx", sheets.openpyxl_book, "csv:Text - txt - csv (StarCalc):44,34,76,1"), 1),
]
BY_NAME = {p.name: p for p in PRODUCERS}
