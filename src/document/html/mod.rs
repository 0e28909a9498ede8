//! HTML, as the body of a message or as a file: tables become grids, and what stands outside them lines.
//!
//! A line is what a browser shows as one (without wrapping): blocks and `<br>` end it. What is not shown is left out.

mod charset;
mod lines;
mod nesting;
mod table;
#[cfg(test)]
mod tests;

use scraper::node::Element;
use scraper::{Html, Node};

use self::lines::Lines;
use self::table::Table;
use super::{Block, Budget, Document, Fault, Format, Paragraph};

pub(crate) use charset::decode;

/// Elements without text that is shown.
const UNSEEN: [&str; 11] =
    ["head", "script", "style", "title", "template", "noscript", "iframe", "object", "select", "svg", "math"];

/// Elements that begin and end a line.
const BLOCKS: [&str; 37] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "td",
    "tr",
    "ul",
];

/// Reads HTML. Tables are numbered in document order, nested ones included; lines outside tables are numbered too.
///
/// # Errors
/// [`Fault::TooLarge`] when elements are nested too deep or cells are more than the budget.
pub(crate) fn read(source: &str, html: &str, budget: &mut Budget) -> Result<Document, Fault> {
    nesting::check(html)?;
    let tree = Html::parse_document(html).tree;
    let mut walk = Walk::new(budget);
    let mut node = tree.root();
    loop {
        walk.open(node.value())?;
        if let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        walk.close(node.value());
        while node.next_sibling().is_none() {
            let Some(parent) = node.parent() else { return Ok(walk.finish(source)) };
            node = parent;
            walk.close(node.value());
        }
        node = node.next_sibling().unwrap_or(node);
    }
}

/// Where the walk through the tree stands.
struct Walk<'a> {
    budget: &'a mut Budget,
    blocks: Vec<Block>,
    /// Lines outside tables.
    lines: Lines,
    line_number: u32,
    /// Open tables, the innermost last, each with the index of its block.
    tables: Vec<(usize, Table)>,
    table_number: u32,
    /// How deep inside an element that is not shown.
    unseen: usize,
    /// How deep inside elements whose line breaks count.
    preformatted: usize,
    has_pictures: bool,
}

impl<'a> Walk<'a> {
    fn new(budget: &'a mut Budget) -> Self {
        Self {
            budget,
            blocks: Vec::new(),
            lines: Lines::default(),
            line_number: 0,
            tables: Vec::new(),
            table_number: 0,
            unseen: 0,
            preformatted: 0,
            has_pictures: false,
        }
    }

    fn open(&mut self, node: &Node) -> Result<(), Fault> {
        match node {
            Node::Element(element) if self.unseen > 0 || is_unseen(element) => self.unseen += 1,
            Node::Element(element) => self.open_element(element)?,
            Node::Text(text) if self.unseen == 0 => {
                let is_preformatted = self.preformatted > 0;
                self.target().push(text, is_preformatted);
            }
            _ => {}
        }
        Ok(())
    }

    fn open_element(&mut self, element: &Element) -> Result<(), Fault> {
        let name = element.name();
        if BLOCKS.contains(&name) || name == "th" {
            self.target().end();
        }
        self.preformatted += usize::from(is_preformatted(element));
        match name {
            "br" => self.target().break_line(),
            "img" => self.has_pictures |= is_picture(element),
            "table" => self.open_table(),
            "tr" => self.in_table(Table::open_row),
            "td" | "th" => {
                if let Some((_, table)) = self.tables.last_mut() {
                    table.open_cell(element, self.budget)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, node: &Node) {
        let Node::Element(element) = node else { return };
        if self.unseen > 0 {
            self.unseen -= 1;
            return;
        }
        let name = element.name();
        if BLOCKS.contains(&name) || name == "th" {
            self.target().end();
        }
        self.preformatted -= usize::from(is_preformatted(element));
        match name {
            "td" | "th" => self.in_table(Table::close_cell),
            "thead" | "tbody" | "tfoot" => self.in_table(Table::close_section),
            "table" => self.close_table(),
            _ => {}
        }
    }

    /// Where text goes: the innermost open cell, or the lines outside tables.
    fn target(&mut self) -> &mut Lines {
        let cell = self.tables.iter_mut().rev().find_map(|(_, table)| table.cell_lines());
        cell.unwrap_or(&mut self.lines)
    }

    fn in_table(&mut self, act: fn(&mut Table)) {
        if let Some((_, table)) = self.tables.last_mut() {
            act(table);
        }
    }

    /// Keeps the table's place among the blocks, before those of the tables nested in it.
    fn open_table(&mut self) {
        self.flush();
        self.table_number += 1;
        let table = Table::new(self.table_number);
        self.tables.push((self.blocks.len(), table));
        self.blocks.push(Block::Grid(Table::new(self.table_number).into_grid()));
    }

    fn close_table(&mut self) {
        let Some((index, table)) = self.tables.pop() else { return };
        if let Some(block) = self.blocks.get_mut(index) {
            *block = Block::Grid(table.into_grid());
        }
    }

    /// Hands over the lines outside tables that are complete.
    fn flush(&mut self) {
        for text in self.lines.take() {
            self.line_number += 1;
            self.blocks.push(Block::Paragraph(Paragraph { text, number: self.line_number, page: None }));
        }
    }

    fn finish(mut self, source: &str) -> Document {
        self.lines.end();
        self.flush();
        let (blocks, has_pictures) = (self.blocks, self.has_pictures);
        Document { source: source.to_owned(), format: Format::Html, blocks, has_pictures }
    }
}

/// The declarations of a `style` attribute, in lower case and without white space.
fn style(element: &Element) -> String {
    let style = element.attr("style").unwrap_or_default();
    style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

fn is_unseen(element: &Element) -> bool {
    if UNSEEN.contains(&element.name()) || element.attr("hidden").is_some() {
        return true;
    }
    let style = style(element);
    style.contains("display:none") || style.contains("mso-hide:all")
}

fn is_preformatted(element: &Element) -> bool {
    matches!(element.name(), "pre" | "textarea") || style(element).contains("white-space:pre")
}

/// A picture that came along, other than one on some server (a counter's pixel, a logo).
fn is_picture(element: &Element) -> bool {
    let address = element.attr("src").unwrap_or_default();
    address.starts_with("cid:") || address.starts_with("data:image")
}
