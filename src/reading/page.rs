//! Searches one document for a survey's forms, in tables and in label lines, and reads them into drafts.

use std::collections::BTreeSet;
use std::ops::Range;

use super::answer::{fill, is_unit_line};
use super::caption;
use super::draft::{Draft, Piece};
use super::found::{Found, Layout};
use super::header::{Header, header_at};
use super::label::{Labels, are_sure};
use super::lines::{self, Line, labelled};
use super::parts;
use super::rows;
use super::table::{Table, text_of};
use super::vertical::{self, Side};
use crate::document::{Block, Document, Format, Origin};
use crate::place::{BODY, Place, Spot};
use crate::survey::ItemKind;

/// Prose of at most so many characters may stand between two pages of one table (a page number, a running title).
pub(super) const BETWEEN_PAGES: usize = 30;

/// What a survey's forms in one document hold.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Returns as they stand, blank ones too, in document order.
    pub(super) entries: Vec<Entry>,
    /// The forms that they are of, blank ones too.
    pub(super) forms: Vec<Found>,
    /// Whether a form was recognised, filled in or not.
    pub(super) has_form: bool,
    /// How many items the best of its forms has.
    pub(super) items: usize,
    /// Whether a filled-in table asks for most of the items and tells nowhere whose answers they are.
    pub(super) is_nameless: bool,
    /// Whether a table had to be left unread because merged cells cover too much.
    pub(super) too_large: bool,
}

/// One draft with what surrounds it.
#[derive(Debug)]
pub(super) struct Entry {
    /// The draft.
    pub(super) draft: Draft,
    /// Lines around it that name a unit.
    pub(super) unit_lines: Vec<String>,
    /// Whether it stands on a hidden sheet.
    pub(super) hidden: bool,
}

/// A form in one table.
struct GridForm {
    drafts: Vec<Draft>,
    /// The forms that the drafts are of.
    found: Vec<Found>,
    /// The last header, where the form is horizontal and may go on in the next table.
    header: Option<Header>,
    items: usize,
    has_name: bool,
}

impl GridForm {
    /// Whether anybody answered anything in it.
    fn is_filled_in(&self, labels: &Labels<'_>) -> bool {
        let entry = |draft: &Draft| Entry { draft: draft.clone(), unit_lines: Vec::new(), hidden: false };
        self.drafts.iter().any(|draft| fill(&entry(draft), labels).is_some())
    }
}

/// Searches a document.
pub(super) fn search(document: &Document, labels: &Labels<'_>) -> Page {
    let mut page = Page::default();
    search_tables(document, labels, &mut page, false);
    search_tables(document, labels, &mut page, true);
    if !page.has_form {
        let mut records = lines::records(&lines::of_document(document), labels);
        // Written material has a line or two with a colon as well; a form in it has most of the items.
        if document.format != Format::Text {
            let least = labels.len().div_ceil(2);
            records.retain(|record| is_body(document) || record.pieces.len() >= least);
        }
        page.has_form = !records.is_empty();
        page.items = records.iter().map(|record| record.pieces.len()).max().unwrap_or_default();
        let unit_lines = unit_paragraphs(document, 0..document.blocks.len());
        page.forms.extend(records.iter().map(|record| Found::in_lines(Layout::Lines, record, labels)));
        let entries = (0..).zip(records).map(|(form, draft)| Draft { form, ..draft });
        page.entries.extend(entries.map(|draft| Entry { draft, unit_lines: unit_lines.clone(), hidden: false }));
    }
    page
}

impl Page {
    /// Keeps the forms of a grid; its drafts then know theirs among all of the document.
    fn note_forms(&mut self, found: Vec<Found>, block: usize, mut drafts: Vec<Draft>) -> Vec<Draft> {
        let known = self.forms.len();
        self.forms.extend(found.into_iter().map(|found| Found { block: Some(block), ..found }));
        drafts.iter_mut().for_each(|draft| draft.form += known);
        drafts
    }

    /// A row that breaks over a page is one row: its second half has no name, and no amount where the first has one.
    fn join_broken_row(&mut self, drafts: Vec<Draft>, labels: &Labels<'_>) -> Vec<Draft> {
        let mut drafts = drafts.into_iter();
        let Some(half) = drafts.next() else { return Vec::new() };
        let Some(last) = self.entries.last_mut().filter(|_| is_second_half(&half, labels)) else {
            return std::iter::once(half).chain(drafts).collect();
        };
        // Only a text goes on behind the break of a page.
        let is_whole = |item: &usize| labels.survey.items.get(*item).is_some_and(|item| item.kind != ItemKind::Text);
        let twice = half.pieces.iter().any(|(item, piece)| {
            is_whole(item)
                && !piece.text.is_empty()
                && last.draft.pieces.get(item).is_some_and(|known| !known.text.is_empty())
        });
        if twice {
            return std::iter::once(half).chain(drafts).collect();
        }
        for (item, piece) in half.pieces {
            match last.draft.pieces.get_mut(&item) {
                Some(known) if known.text.is_empty() => *known = piece,
                Some(known) => known.join(&piece.text, "\n", &piece.place),
                None => _ = last.draft.pieces.insert(item, piece),
            }
        }
        drafts.collect()
    }
}

fn is_second_half(draft: &Draft, labels: &Labels<'_>) -> bool {
    draft.pieces.get(&labels.identity).is_none_or(|name| name.text.is_empty())
}

/// Whether it is a message's own text.
fn is_body(document: &Document) -> bool {
    document.source == BODY || document.source.ends_with(&format!("/{BODY}"))
}

fn search_tables(document: &Document, labels: &Labels<'_>, page: &mut Page, hidden: bool) {
    // The header of the table before, if it may go on in the next one: its block, its columns' extent.
    let mut before: Option<(usize, u32, Header)> = None;
    for (index, block) in document.blocks.iter().enumerate() {
        let Block::Grid(grid) = block else { continue };
        let is_hidden = matches!(grid.origin, Origin::Sheet { hidden: true, .. });
        if is_hidden != hidden || grid.cells.is_empty() || caption::is_sample(document, index, grid) {
            continue;
        }
        let Some(table) = Table::of(&document.source, grid) else {
            page.too_large = true;
            continue;
        };
        let (_, extent) = grid.extent();
        let form = read_grid(&table, labels);
        let asks_for_most =
            form.as_ref().is_some_and(|form| form.items * 2 >= labels.len() && form.is_filled_in(labels));
        let form = form.and_then(|form| named(form, document, index, &table, labels, page));
        page.is_nameless |= asks_for_most && form.is_none() && !hidden;
        let (drafts, found, header) = match form {
            Some(form) => {
                page.has_form = true;
                page.items = page.items.max(form.items);
                (form.drafts, form.found, form.header)
            }
            None => match before.clone().filter(|(block, width, header)| {
                *width == extent
                    && !matches!(grid.origin, Origin::Sheet { .. })
                    && prose_between(document, *block, index) <= BETWEEN_PAGES
                    && rows::may_continue(&table, header, labels)
            }) {
                Some((_, _, header)) => {
                    let earlier: Vec<Draft> =
                        page.entries.last().map(|entry| entry.draft.clone()).into_iter().collect();
                    let section = rows::read(&table, labels, &header, 0..table.rows.len(), &earlier);
                    let labels = page.forms.last().map(|form| form.labels.clone()).unwrap_or_default();
                    let found = Found { labels, passed: section.passed, ..Found::new(Layout::Continued) };
                    (section.drafts, vec![found], Some(header))
                }
                None => {
                    parts::add_lone_answer(document, index, &table, labels, page);
                    continue;
                }
            },
        };
        let mut unit_lines = unit_lines(document, index, &table, &drafts);
        let drafts = page.note_forms(found, index, drafts);
        let drafts = match before.take().filter(|(block, width, known)| {
            let same_columns = header.as_ref().is_some_and(|header| header.columns == known.columns);
            same_columns && *width == extent && prose_between(document, *block, index) <= BETWEEN_PAGES
        }) {
            Some(_) => {
                // A unit line above the first page of a table speaks for its next pages too.
                if unit_lines.is_empty() {
                    unit_lines.extend(page.entries.last().into_iter().flat_map(|entry| entry.unit_lines.clone()));
                }
                page.join_broken_row(drafts, labels)
            }
            None => drafts,
        };
        page.entries.extend(drafts.into_iter().map(|draft| Entry { draft, unit_lines: unit_lines.clone(), hidden }));
        before = header.map(|header| (index, extent, header));
    }
}

/// Reads a grid in the layout that recognises the most items; among equals the plainer one.
fn read_grid(table: &Table<'_>, labels: &Labels<'_>) -> Option<GridForm> {
    let sections = sections(table, labels);
    let hits = vertical::hits(table, labels);
    let in_cells = lines::records(&cell_lines(table), labels);
    let best_side = [Side::Right, Side::Below].map(|side| {
        let forms = vertical::forms(table, &hits, side);
        (forms.iter().map(|form| form.hits.len()).max().unwrap_or_default(), forms)
    });
    let horizontal = sections.iter().map(|(header, _)| header.columns.len()).max().unwrap_or_default();
    let cells = in_cells.iter().map(|record| record.pieces.len()).max().unwrap_or_default();
    let [(right, right_forms), (below, below_forms)] = best_side;
    let most = horizontal.max(right).max(below).max(cells);
    if most < 2 {
        let blank = GridForm { drafts: Vec::new(), found: Vec::new(), header: None, items: 0, has_name: true };
        return vertical::are_a_blank_form(&hits, labels).then_some(blank);
    }
    if horizontal == most {
        return Some(read_sections(table, labels, &sections));
    }
    if right == most || below == most {
        let forms = if right == most { right_forms } else { below_forms };
        let has_name = forms.iter().any(|form| form.hits.iter().any(|hit| hit.item == labels.identity));
        let is_sure = |form: &&vertical::Form<'_>| {
            form.hits.len() >= 2 && are_sure(&form.hits.iter().map(|hit| hit.score).collect::<Vec<_>>())
        };
        let (mut drafts, mut found) = (Vec::new(), Vec::new());
        for (at, form) in forms.iter().filter(is_sure).enumerate() {
            let read = vertical::read(table, labels, form, &hits);
            drafts.extend(read.into_iter().map(|draft| Draft { form: at, ..draft }));
            found.push(Found::beside(form, table));
        }
        parts::add_own_rows(table, labels, &mut drafts);
        let has_name = has_name || drafts.iter().all(|draft| draft.pieces.contains_key(&labels.identity));
        return (!drafts.is_empty()).then_some(GridForm { drafts, found, header: None, items: most, has_name });
    }
    let found = in_cells.iter().map(|record| Found::in_lines(Layout::InCells, record, labels)).collect();
    let drafts = (0..).zip(in_cells).map(|(form, draft)| Draft { form, ..draft }).collect();
    Some(GridForm { drafts, found, header: None, items: most, has_name: true })
}

/// Headers with the rows under them.
fn sections(table: &Table<'_>, labels: &Labels<'_>) -> Vec<(Header, Range<usize>)> {
    let mut headers: Vec<Header> = Vec::new();
    let mut index = 0;
    while index < table.rows.len() {
        match header_at(table, labels, index) {
            Some(header) => {
                index = header.below();
                headers.push(header);
            }
            None => index += 1,
        }
    }
    let ends = headers.iter().skip(1).map(|header| header.top).chain([table.rows.len()]).collect::<Vec<_>>();
    headers.into_iter().zip(ends).map(|(header, end)| (header.clone(), header.below()..end)).collect()
}

fn read_sections(table: &Table<'_>, labels: &Labels<'_>, sections: &[(Header, Range<usize>)]) -> GridForm {
    let named = sections.iter().any(|(header, _)| header.names_respondent(labels));
    let (mut drafts, mut found) = (Vec::new(), Vec::new());
    let mut items = 0;
    let mut last = None;
    for (header, rows) in sections.iter().filter(|(header, _)| header.names_respondent(labels) == named) {
        items = items.max(header.columns.len());
        let section = rows::read(table, labels, header, rows.clone(), &drafts);
        drafts.extend(section.drafts.into_iter().map(|draft| Draft { form: found.len(), ..draft }));
        found.push(Found { passed: section.passed, ..Found::under(header, table) });
        last = Some(header.clone());
    }
    GridForm { drafts, found, header: last, items, has_name: named }
}

/// The lines of every cell, a border between cells so that no answer runs into the next cell.
fn cell_lines<'t>(table: &Table<'t>) -> Vec<Line<'t>> {
    let cells = table.rows.iter().flat_map(|row| row.filled().filter(|cell| cell.row == row.number));
    cells
        .filter(|cell| cell.text.contains(['：', ':']))
        .flat_map(|cell| {
            let place = table.place(cell);
            let lines = text_of(cell).split('\n').chain([lines::BORDER]);
            lines.map(move |text| Line { text, place: place.clone() }).collect::<Vec<_>>()
        })
        .collect()
}

/// Gives a form without a name the one that a label line around it tells; without any it is no form.
fn named(
    mut form: GridForm,
    document: &Document,
    index: usize,
    table: &Table<'_>,
    labels: &Labels<'_>,
    page: &Page,
) -> Option<GridForm> {
    if form.has_name {
        return Some(form);
    }
    let name = name_in_grid(table, labels)
        .or_else(|| name_around(document, index, labels))
        .or_else(|| parts::name_before(document, index, page, labels))?;
    for draft in &mut form.drafts {
        draft.pieces.entry(labels.identity).or_insert_with(|| name.clone());
    }
    form.found.iter_mut().for_each(|found| found.add_name(&name, labels));
    form.items += 1;
    form.has_name = true;
    Some(form)
}

fn name_in_grid(table: &Table<'_>, labels: &Labels<'_>) -> Option<Piece> {
    let cells = table.rows.iter().flat_map(|row| row.filled().filter(|cell| cell.row == row.number));
    let inside =
        cells.filter_map(|cell| text_of(cell).lines().find_map(|line| name_of(line, table.place(cell), labels)));
    let hits = vertical::hits(table, labels);
    let beside = vertical::forms(table, &hits, Side::Right)
        .into_iter()
        .flat_map(|form| vertical::read(table, labels, &form, &hits));
    let beside =
        beside.filter_map(|mut draft| draft.pieces.remove(&labels.identity)).filter(|piece| !piece.text.is_empty());
    inside.chain(beside).next()
}

/// The name in a line before the table, the nearest first, else in one after it.
fn name_around(document: &Document, index: usize, labels: &Labels<'_>) -> Option<Piece> {
    let is_grid = |block: &&Block| matches!(block, Block::Grid(_));
    let before = document.blocks.iter().take(index).rev().take_while(|block| !is_grid(block));
    let after = document.blocks.iter().skip(index + 1).take_while(|block| !is_grid(block));
    let in_line = before.chain(after).find_map(|block| {
        let Block::Paragraph(paragraph) = block else { return None };
        let place = Place { source: document.source.clone(), spot: Spot::Line(paragraph.number) };
        let mut piece = paragraph.text.lines().find_map(|line| name_of(line, place.clone(), labels))?;
        if let Some(rest) = rest_of_name(document, paragraph.number, &piece.text) {
            piece.text.push_str(rest);
        }
        Some(piece)
    });
    in_line.or_else(|| name_in_table_before(document, index, labels))
}

/// The end of a name that a narrow cell or page has broken in two: a short line of its own right below, with which only the
/// name is one.
fn rest_of_name<'d>(document: &'d Document, number: u32, name: &str) -> Option<&'d str> {
    let ends_name =
        |text: &str| ["公司", "厂", "院", "中心", "平台", "集团", "大学"].iter().any(|end| text.ends_with(end));
    let mut paragraphs = document.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(paragraph) => Some(paragraph),
        Block::Grid(_) => None,
    });
    let next = paragraphs.find(|paragraph| paragraph.number == number + 1).map(|paragraph| paragraph.text.trim())?;
    let is_rest = next.chars().count() <= 12 && ends_name(next) && !next.contains(lines::COLONS);
    (is_rest && !ends_name(name)).then_some(next)
}

/// The name in the table right before: a frame for the heading, or the first page of the same form.
fn name_in_table_before(document: &Document, index: usize, labels: &Labels<'_>) -> Option<Piece> {
    let before = document.blocks.iter().take(index).rposition(|block| matches!(block, Block::Grid(_)))?;
    let Some(Block::Grid(grid)) = document.blocks.get(before) else { return None };
    let is_near = prose_between(document, before, index) <= BETWEEN_PAGES;
    if !is_near || matches!(grid.origin, Origin::Sheet { .. }) {
        return None;
    }
    let table = Table::of(&document.source, grid)?;
    name_in_grid(&table, labels)
}

fn name_of(line: &str, place: Place, labels: &Labels<'_>) -> Option<Piece> {
    let (item, label, value) = labelled(line.trim(), labels)?;
    let value = lines::first_value(value);
    (item == labels.identity && !value.is_empty() && !is_unit_line(line)).then(|| Piece::new(value, place, label))
}

/// Characters of prose between two blocks.
pub(super) fn prose_between(document: &Document, from: usize, to: usize) -> usize {
    let blocks = document.blocks.iter().take(to).skip(from + 1);
    blocks
        .map(|block| match block {
            Block::Paragraph(paragraph) => paragraph.text.chars().filter(|c| !c.is_whitespace()).count(),
            Block::Grid(_) => 0,
        })
        .sum()
}

/// Lines of the table, and of the prose between it and its neighbours, that name a unit.
fn unit_lines(document: &Document, index: usize, table: &Table<'_>, drafts: &[Draft]) -> Vec<String> {
    let answered: BTreeSet<&Place> =
        drafts.iter().flat_map(|draft| draft.pieces.values()).map(|piece| &piece.place).collect();
    let cells = table.rows.iter().flat_map(|row| row.filled().filter(|cell| cell.row == row.number));
    let mut lines: Vec<String> = cells
        .filter(|cell| is_unit_line(text_of(cell)) && !answered.contains(&table.place(cell)))
        .map(|cell| text_of(cell).to_owned())
        .collect();
    if !matches!(table.grid.origin, Origin::Sheet { .. }) {
        let is_grid = |index: &usize| matches!(document.blocks.get(*index), Some(Block::Grid(_)));
        let from = (0..index).rev().find(is_grid).map_or(0, |at| at + 1);
        let to = (index + 1..document.blocks.len()).find(is_grid).unwrap_or(document.blocks.len());
        // A line above a table is its own; one below is that of the table after it, if there is one.
        let above = unit_paragraphs(document, from..index);
        let is_last = to == document.blocks.len();
        lines.extend(if above.is_empty() && is_last { unit_paragraphs(document, index..to) } else { above });
    }
    lines
}

fn unit_paragraphs(document: &Document, blocks: Range<usize>) -> Vec<String> {
    let blocks = document.blocks.get(blocks).unwrap_or_default().iter();
    let lines = blocks.flat_map(|block| match block {
        Block::Paragraph(paragraph) => paragraph.text.lines().collect::<Vec<_>>(),
        Block::Grid(_) => Vec::new(),
    });
    lines.filter(|line| is_unit_line(line)).map(str::to_owned).collect()
}
