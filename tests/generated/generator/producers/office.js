// Writes workbooks with exceljs and documents with docx: node office.js exceljs|docx JOBS.json
"use strict";
const fs = require("fs");
const { createRequire } = require("module");
// Beside the cache's node_modules, not beside this file.
const need = createRequire(process.env.POSTROOM_GENERATED_CACHE + "/package.json");

async function exceljs(job) {
  const ExcelJS = need("exceljs");
  const book = new ExcelJS.Workbook();
  for (const { name, cells } of job.sheets) {
    const sheet = book.addWorksheet(name);
    for (const cell of cells) {
      const spot = sheet.getCell(cell.row, cell.column);
      spot.value = cell.number ?? (cell.text || null);
      if (cell.format) spot.numFmt = cell.format;
      if (cell.head) spot.font = { bold: true };
      if (cell.rows > 1 || cell.columns > 1) {
        sheet.mergeCells(cell.row, cell.column, cell.row + cell.rows - 1, cell.column + cell.columns - 1);
      }
    }
  }
  await book.xlsx.writeFile(job.path);
}

function paragraphs(text, head) {
  const { Paragraph, TextRun } = need("docx");
  return text.split("\n").map((line) => new Paragraph({ children: [new TextRun({ text: line, bold: head })] }));
}

function block(it) {
  const { Table, TableRow, TableCell, WidthType } = need("docx");
  if (it.line !== undefined) return paragraphs(it.line, false);
  const cell = (c) => new TableCell({
    children: c.inner ? [...c.inner.flatMap(block), ...paragraphs("", false)] : paragraphs(c.text, c.head),
    columnSpan: c.columns,
    rowSpan: c.rows,
  });
  const rows = it.table.map((row) => new TableRow({ children: row.map(cell) }));
  return [new Table({ rows, width: { size: 100, type: WidthType.PERCENTAGE } })];
}

async function docx(job) {
  const { Document, Packer } = need("docx");
  const sections = job.pages.map((page) => ({ children: page.flatMap(block) }));
  fs.writeFileSync(job.path, await Packer.toBuffer(new Document({ sections })));
}

async function main() {
  const [kind, file] = process.argv.slice(2);
  for (const job of JSON.parse(fs.readFileSync(file, "utf8"))) await { exceljs, docx }[kind](job);
}

main();
