//! Sheets and tables that claim to be larger than any machine.

use super::documents::{docx, package, word_table};
use super::{Case, check, filled, mail};

/// A workbook of one sheet.
pub(super) fn xlsx(sheet: &str, strings: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relationships = "http://schemas.openxmlformats.org/package/2006/relationships";
    let list = |all: &[(&str, &str)]| {
        let one = |(at, (what, target)): (usize, &(&str, &str))| {
            format!("<Relationship Id=\"r{at}\" Type=\"{office}/{what}\" Target=\"{target}\"/>")
        };
        let all: String = all.iter().enumerate().map(one).collect();
        format!("<Relationships xmlns=\"{relationships}\">{all}</Relationships>")
    };
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"表\" sheetId=\"1\" r:id=\"r0\"/></sheets></workbook>"
    );
    package(&[
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &list(&[("officeDocument", "xl/workbook.xml")])),
        ("xl/workbook.xml", &book),
        (
            "xl/_rels/workbook.xml.rels",
            &list(&[("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")]),
        ),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet xmlns=\"{main}\">{sheet}</worksheet>")),
        ("xl/sharedStrings.xml", strings),
    ])
}

/// A workbook with these shared strings.
pub(super) fn with_strings(strings: &str) -> Vec<u8> {
    let cell = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData>";
    xlsx(cell, &format!("<?xml version=\"1.0\"?>{strings}"))
}

/// A mail with the filled-in form in a workbook, with these elements before the rows, among and behind them.
pub(super) fn form(before: &str, rows: &str, behind: &str) -> Vec<u8> {
    let cell = |row: usize, column: usize, text: &str| {
        let letter = char::from(b'A' + u8::try_from(column).unwrap());
        format!("<c r=\"{letter}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let row = |(row, cells): (usize, Vec<String>)| {
        let cells: String = cells.iter().enumerate().map(|(column, text)| cell(row, column, text)).collect();
        format!("<row r=\"{row}\">{cells}</row>")
    };
    let filled: String = (1..).zip(filled()).map(row).collect();
    mail("表.xlsx", xlsx(&format!("{before}<sheetData>{filled}{rows}</sheetData>{behind}"), "<sst/>"))
}

fn merged(ranges: impl Iterator<Item = String>) -> String {
    let ranges: String = ranges.map(|range| format!("<mergeCell ref=\"{range}\"/>")).collect();
    format!("<mergeCells>{ranges}</mergeCells>")
}

/// The name of a column from 0.
fn letters(mut column: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.insert(0, char::from(b'A' + u8::try_from(column % 26).unwrap()));
        column /= 26;
        if column == 0 {
            return name.into_iter().collect();
        }
        column -= 1;
    }
}

/// An OpenDocument sheet with these rows.
fn ods(rows: &str) -> Vec<u8> {
    let office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
    let (table, text) = (office.replace("office:1", "table:1"), office.replace("office:1", "text:1"));
    let content = format!(
        "<office:document-content xmlns:office=\"{office}\" xmlns:table=\"{table}\" xmlns:text=\"{text}\"><office:body>\
         <office:spreadsheet><table:table table:name=\"表\">{rows}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    mail("表.ods", package(&[("mimetype", kind), ("content.xml", &content)]))
}

/// A mail with an XML Spreadsheet 2003 of these rows.
fn sheet_2003(rows: &str) -> Vec<u8> {
    mail("表.xls", sheet_2003_file(rows))
}

/// XML Spreadsheet 2003 with these rows.
pub(super) fn sheet_2003_file(rows: &str) -> Vec<u8> {
    let namespace = "urn:schemas-microsoft-com:office:spreadsheet";
    let sheet = format!(
        "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"{namespace}\" \
         xmlns:ss=\"{namespace}\"><Worksheet ss:Name=\"表\"><Table>{rows}</Table></Worksheet></Workbook>"
    );
    sheet.into_bytes()
}

#[test]
fn sheets_that_claim_to_be_endless_cost_what_they_hold() {
    check(&[
        Case {
            name: "xlsx, cells and dimension up to XFD1048576",
            make: || {
                let last = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
                form("<dimension ref=\"A1:XFD1048576\"/>", last, "")
            },
            wanted: "accepted, 1 return",
        },
        Case {
            name: "xlsx, cells beyond any sheet",
            make: || form("", "<row r=\"4294967295\"><c r=\"ZZZZZZZ99999999999\"><v>1</v></c></row>", ""),
            wanted: "correction, unreadable",
        },
        Case {
            name: "xlsx, far column widths",
            make: || {
                let cols = "<col min=\"1\" max=\"2147483647\" width=\"1000000000\" customWidth=\"1\"/>";
                form(&format!("<cols>{}</cols>", cols.repeat(10_000)), "", "")
            },
            wanted: "accepted, 1 return",
        },
        Case {
            name: "xlsx, 16,384 merged columns",
            make: || {
                let column = |at| format!("{0}4:{0}1048576", letters(at));
                form("", "", &merged((0..16_384).map(column)))
            },
            wanted: "accepted, 1 return",
        },
        Case {
            name: "xlsx, 100,000 ranges merged over all",
            make: || form("", "", &merged((0..100_000).map(|_| "A4:XFD1048576".to_owned()))),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "xlsx, 1,000,000 empty rows",
            make: || form("", &(4..1_000_004).map(|row| format!("<row r=\"{row}\"/>")).collect::<String>(), ""),
            wanted: "accepted, 1 return",
        },
        Case {
            name: "xlsx, 1,000,000 shared strings that are not there",
            make: || {
                let rows = (4..1_000_004)
                    .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>{row}</v></c></row>"));
                form("", &rows.collect::<String>(), "")
            },
            wanted: "correction, unreadable",
        },
        Case {
            name: "ods, a cell repeated over all",
            make: || {
                ods("<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell \
                     table:number-columns-repeated=\"16384\"><text:p>字</text:p></table:table-cell></table:table-row>")
            },
            wanted: "correction, no_table",
        },
        Case {
            name: "xls of 2003, merged and far cells",
            make: || {
                let cell = "<Cell ss:Index=\"2147483647\" ss:MergeAcross=\"2147483647\" ss:MergeDown=\"2147483647\"><Data ss:Type=\"String\">字</Data></Cell>";
                sheet_2003(&format!("<Row ss:Index=\"2147483647\">{}</Row>", cell.repeat(1_000)))
            },
            wanted: "correction, no_table",
        },
    ]);
}

#[test]
fn tables_that_claim_to_be_endless_cost_what_they_hold() {
    check(&[
        Case {
            name: "docx, 1,000,000 empty rows",
            make: || {
                let table = word_table().replace("</w:tbl>", &("<w:tr/>".repeat(1_000_000) + "</w:tbl>"));
                mail("表.docx", docx("", &table, &[]))
            },
            wanted: "accepted, 1 return",
        },
        Case {
            name: "docx, 1,000,000 rows of an empty cell",
            make: || {
                let rows = "<w:tr><w:tc><w:p/></w:tc></w:tr>".repeat(1_000_000);
                mail("表.docx", docx("", &word_table().replace("</w:tbl>", &(rows + "</w:tbl>")), &[]))
            },
            wanted: "accepted, 1 return",
        },
        Case {
            name: "docx, cells of 2,000,000,000 columns",
            make: || {
                let cell = "<w:tc><w:tcPr><w:gridSpan w:val=\"2000000000\"/></w:tcPr><w:p/></w:tc>";
                let rows = format!("<w:tr>{}</w:tr>", cell.repeat(10_000));
                mail("表.docx", docx("", &word_table().replace("</w:tbl>", &(rows + "</w:tbl>")), &[]))
            },
            wanted: "accepted, 1 return",
        },
        Case {
            name: "html, 200,000 empty rows",
            make: || mail("表.html", ("<table>".to_owned() + &"<tr>".repeat(200_000)).into_bytes()),
            wanted: "correction, no_table | correction, too_large",
        },
        Case {
            name: "html, cells of 65,534 rows and 1,000 columns",
            make: || {
                let cell = "<tr><td rowspan=65534 colspan=1000>字";
                mail("表.html", ("<table>".to_owned() + &cell.repeat(20_000)).into_bytes())
            },
            wanted: "correction, too_large",
        },
        Case {
            name: "csv, a line of 10 MB in commas",
            make: || mail("表.csv", ",".repeat(10_000_000).into_bytes()),
            wanted: "correction, no_table | correction, too_large",
        },
        Case {
            name: "csv, a line of 10 MB in letters",
            make: || mail("表.csv", [b"a,b\r\n".to_vec(), vec![b'a'; 10_000_000]].concat()),
            wanted: "correction, no_table | correction, too_large",
        },
        Case {
            name: "csv, a line of 50 MB in a zip",
            make: || {
                let line = "企业名称,".repeat(50_000_000 / 13);
                mail("表.zip", package(&[("表.csv", &line)]))
            },
            wanted: "correction, no_table | correction, too_large",
        },
    ]);
}
