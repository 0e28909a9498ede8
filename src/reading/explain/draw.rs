//! The searched sources as they can be drawn: every cell and line with what it was taken for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::provenance::label_seen;
use super::{BlockSeen, CellSeen, FormSeen, ItemSeen, Part, PassedRow, ReturnSeen, Role, Rule, Share, SourceSeen};
use super::{TextSeen, Usage, doubt, seen};
use crate::document::{Block, Document, Grid, Origin};
use crate::personal;
use crate::place::{Place, Spot};
use crate::reading::Prepared;
use crate::reading::found::Found;
use crate::reading::gather::{Gathered, Source};
use crate::reading::label::Labels;
use crate::reading::lines::COLONS;
use crate::reading::page::{Entry, Page};
use crate::reading::respond::{Search, Searched};
use crate::reading::table::text_of;
use crate::value;

/// Cells and lines of one source that are drawn though nothing was found in them.
const MOST_BARE: usize = 2_000;
/// Characters of one text that are drawn.
const LONGEST: usize = 2_000;

/// What stands at each place was taken for.
type Roles = BTreeMap<String, Vec<Role>>;

/// Draws all that was searched.
pub(super) fn sources(
    search: &Search<'_>,
    returns: &[ReturnSeen],
    gathered: &Gathered,
    prepared: &Prepared<'_>,
) -> Vec<SourceSeen> {
    let all = search.sources.iter().enumerate();
    all.map(|(at, searched)| {
        let forms = forms(at, searched, returns, &prepared.labels);
        let roles = roles(at, &forms, returns, searched, prepared);
        let drawing = Drawing { searched, labels: &prepared.labels, roles, forms: &forms, bare: 0, left_out: 0 };
        let blocks = drawing.blocks();
        SourceSeen { forms, blocks, ..seen(searched.source, part(searched.source, gathered), Usage::Searched) }
    })
    .collect()
}

fn part(source: &Source, gathered: &Gathered) -> Part {
    let is_in = |sources: &[Source]| sources.iter().any(|one| std::ptr::eq(one, source));
    if is_in(&gathered.documents) {
        Part::Attachment
    } else if gathered.texts.iter().any(|text| is_in(&text.own)) {
        Part::Own
    } else {
        Part::Quoted
    }
}

fn forms(source: usize, searched: &Searched<'_>, returns: &[ReturnSeen], labels: &Labels<'_>) -> Vec<FormSeen> {
    let (document, page) = (&searched.source.document, &searched.page);
    let found = page.forms.iter().enumerate();
    found
        .map(|(at, found)| {
            let read = returns.iter().flat_map(|one| &one.forms);
            let read = read.filter(|form| form.source == source && form.form == at).count();
            let entries: Vec<&Entry> = page.entries.iter().filter(|entry| entry.draft.form == at).collect();
            FormSeen {
                layout: found.layout,
                table: grid_of(document, found).map(|grid| name(document, grid)),
                labels: found.labels.iter().map(|label| label_seen(label, labels.survey)).collect(),
                unit_lines: entries.first().map(|entry| entry.unit_lines.clone()).unwrap_or_default(),
                passed: found.passed.iter().map(|(row, why)| PassedRow { row: row + 1, why: *why }).collect(),
                returns: read,
                unused: entries.len().saturating_sub(read),
            }
        })
        .collect()
}

fn grid_of<'d>(document: &'d Document, found: &Found) -> Option<&'d Grid> {
    match document.blocks.get(found.block?)? {
        Block::Grid(grid) => Some(grid),
        Block::Paragraph(_) => None,
    }
}

/// What places in a grid begin with: `调查表.xlsx!Sheet1`.
fn name(document: &Document, grid: &Grid) -> String {
    let first = grid.place(&document.source, 0, 0).to_string();
    first.rsplit_once('!').map_or(first.clone(), |(name, _)| name.to_owned())
}

/// What the returns say of a source's places: labels, answers, and what stands where an answer goes and is none.
fn roles(
    source: usize,
    forms: &[FormSeen],
    returns: &[ReturnSeen],
    searched: &Searched<'_>,
    prepared: &Prepared<'_>,
) -> Roles {
    let mut roles = Roles::new();
    for label in forms.iter().flat_map(|form| &form.labels) {
        let role = Role::Label { item: label.item.clone(), confidence: label.confidence };
        label.places.iter().for_each(|place| add(&mut roles, place, role.clone()));
    }
    for (of, one) in returns.iter().enumerate() {
        one.items.iter().for_each(|item| add_item(&mut roles, item, of, source));
    }
    // Forms that nobody filled in, and what a hidden sheet says beside a visible form.
    let unread = searched.page.entries.iter().flat_map(|entry| &entry.draft.pieces);
    for (item, piece) in unread.filter(|(_, piece)| !piece.text.is_empty()) {
        let place = piece.place.to_string();
        let answers = |role: &Role| !matches!(role, Role::Label { .. });
        if !roles.get(&place).is_some_and(|known| known.iter().any(answers)) {
            let item = prepared.survey.items.get(*item).map(|item| item.key.clone()).unwrap_or_default();
            add(&mut roles, &place, Role::NoAnswer { item });
        }
    }
    roles
}

fn add_item(roles: &mut Roles, seen: &ItemSeen, of: usize, source: usize) {
    let answer = |share| Role::Answer { item: seen.item.clone(), of, share };
    for rule in &seen.rules {
        if let Rule::Beside { place, .. } = rule {
            add(roles, place, answer(Share::Beside));
        }
    }
    let Some(place) = seen.place.as_ref().filter(|_| seen.form.is_some_and(|form| form.source == source)) else {
        return;
    };
    if seen.answered {
        add(roles, place, answer(Share::Given));
        seen.further.iter().for_each(|place| add(roles, place, answer(Share::Further)));
    } else if !seen.written.is_empty() {
        add(roles, place, Role::NoAnswer { item: seen.item.clone() });
    }
}

fn add(roles: &mut Roles, place: &str, role: Role) {
    let known = roles.entry(place.to_owned()).or_default();
    if !known.contains(&role) {
        known.push(role);
    }
}

/// A source on its way to the paper.
struct Drawing<'a> {
    searched: &'a Searched<'a>,
    labels: &'a Labels<'a>,
    roles: Roles,
    forms: &'a [FormSeen],
    /// Texts drawn in which nothing was found.
    bare: usize,
    /// Texts not drawn since the last block.
    left_out: usize,
}

impl Drawing<'_> {
    fn blocks(mut self) -> Vec<BlockSeen> {
        let document = &self.searched.source.document;
        let mut blocks = Vec::new();
        for (index, block) in document.blocks.iter().enumerate() {
            let drawn = match block {
                Block::Paragraph(paragraph) => {
                    let spot = Spot::Line(paragraph.number);
                    let place = Place { source: document.source.clone(), spot }.to_string();
                    self.line(place, &paragraph.text).map(BlockSeen::Line)
                }
                Block::Grid(grid) => Some(self.grid(index, grid)),
            };
            blocks.extend(drawn);
            if matches!(block, Block::Grid(_)) {
                self.tell_left_out(&mut blocks);
            }
        }
        self.tell_left_out(&mut blocks);
        blocks
    }

    fn tell_left_out(&mut self, blocks: &mut Vec<BlockSeen>) {
        if self.left_out > 0 {
            blocks.push(BlockSeen::LeftOut(std::mem::take(&mut self.left_out)));
        }
    }

    fn line(&mut self, place: String, text: &str) -> Option<TextSeen> {
        let mut roles = self.roles.get(&place).cloned().unwrap_or_default();
        if roles.is_empty() {
            // In prose only a colon makes a label.
            let lines = text.lines().filter(|line| line.contains(COLONS));
            roles.extend(lines.filter_map(|line| self.doubted(line)));
        }
        if text.lines().any(|line| self.is_unit_line(line)) {
            roles.push(Role::Unit);
        }
        self.text(place, text, roles)
    }

    fn grid(&mut self, index: usize, grid: &Grid) -> BlockSeen {
        let document = &self.searched.source.document;
        let page = &self.searched.page;
        let mut cells = Vec::new();
        for cell in &grid.cells {
            let place = grid.place(&document.source, cell.row, cell.column).to_string();
            let mut roles = self.roles.get(&place).cloned().unwrap_or_default();
            if roles.is_empty() && self.is_unit_line(text_of(cell)) {
                roles.push(Role::Unit);
            }
            if roles.is_empty() {
                roles.extend(passed(page, index, cell.row));
            }
            if roles.is_empty() {
                roles.extend(self.doubted(text_of(cell)));
            }
            let (row, column, row_span, column_span) = (cell.row, cell.column, cell.row_span, cell.column_span);
            let seen = self.text(place, &cell.text, roles);
            cells.extend(seen.map(|seen| CellSeen { row, column, row_span, column_span, seen }));
        }
        let hidden = matches!(grid.origin, Origin::Sheet { hidden: true, .. });
        BlockSeen::Grid { name: name(document, grid), hidden, cells }
    }

    /// A text with its roles; nothing when it is one too many of those in which nothing was found.
    fn text(&mut self, place: String, text: &str, roles: Vec<Role>) -> Option<TextSeen> {
        if roles.is_empty() && !text.trim().is_empty() {
            self.bare += 1;
            if self.bare > MOST_BARE {
                self.left_out += 1;
                return None;
            }
        }
        let text = self.redacted(text, &roles);
        let mut drawn: String = text.chars().take(LONGEST).collect();
        if drawn.len() < text.len() {
            drawn.push('…');
        }
        Some(TextSeen { place, text: drawn, roles })
    }

    /// A text without the identity numbers of persons, as the items know them whose answer it is.
    fn redacted(&self, text: &str, roles: &[Role]) -> String {
        let items = roles.iter().filter_map(|role| match role {
            Role::Answer { item, .. } | Role::NoAnswer { item } => self.labels.survey.item(item),
            _ => None,
        });
        let text = items.fold(Cow::Borrowed(text), |text, item| Cow::Owned(value::redacted(item, &text).into_owned()));
        personal::redacted(&text).into_owned()
    }

    fn is_unit_line(&self, text: &str) -> bool {
        self.forms.iter().flat_map(|form| &form.unit_lines).any(|line| line == text)
    }

    /// What a text that was taken for nothing is like.
    fn doubted(&self, text: &str) -> Option<Role> {
        let labels = || self.searched.page.forms.iter().flat_map(|form| &form.labels);
        doubt::of(text, self.labels, &|item| labels().any(|label| label.item == item)).map(Role::Doubted)
    }
}

/// Whether a row of a grid was passed over, and why.
fn passed(page: &Page, block: usize, row: u32) -> Option<Role> {
    let forms = page.forms.iter().filter(|form| form.block == Some(block));
    forms.flat_map(|form| &form.passed).find(|(number, _)| *number == row).map(|(_, why)| Role::Passed(*why))
}
