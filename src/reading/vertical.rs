//! Forms whose labels stand beside or above their answers: label|value, label|value|label|value, label above value, a hint
//! column between, several columns of answers.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Draft, Piece};
use super::label::{AS_GOOD, LIKELY, Labels, Score, VOUCHING};
use super::table::{Table, same, text_of};
use super::word;
use crate::document::Cell;
use crate::issue::Problem;
use crate::survey::ItemKind;
use crate::value::identity::squeeze;
use crate::value::text::clean;

/// A label outside a header has to fit a little better than in one, as long as no others vouch for it.
const FITS: Score = LIKELY + 20;

/// More labels than this in one grid are no forms that stand side by side, but a list of them.
const MOST_LABELS: usize = 3000;

/// A cell that is an item's label.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<'a> {
    /// The label's cell.
    pub(super) cell: &'a Cell,
    /// Position of the item.
    pub(super) item: usize,
    /// How surely.
    pub(super) score: Score,
}

/// On which side of their labels the answers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Beside them.
    Right,
    /// Under them.
    Below,
}

/// The labels of one form, and where its answers stand.
#[derive(Debug)]
pub(super) struct Form<'a> {
    /// Labels in reading order, one for each item.
    pub(super) hits: Vec<Hit<'a>>,
    /// The side.
    pub(super) side: Side,
}

/// Every label in a grid, in reading order.
pub(super) fn hits<'a>(table: &Table<'a>, labels: &Labels<'_>) -> Vec<Hit<'a>> {
    let cells = table.rows.iter().flat_map(|row| row.filled().filter(|cell| cell.row == row.number));
    let cells = cells.filter(|cell| !heads_unit_column(table, cell));
    let mut hits: Vec<Hit<'a>> = cells.filter_map(|cell| hit(cell, labels)).take(MOST_LABELS + 1).collect();
    let items: BTreeSet<usize> = hits.iter().filter(|hit| hit.score >= FITS).map(|hit| hit.item).collect();
    if items.len() < VOUCHING || !items.contains(&labels.identity) {
        hits.retain(|hit| hit.score >= FITS);
    }
    if hits.len() > MOST_LABELS { Vec::new() } else { hits }
}

/// Whether 单位 in a cell means the units under it, and no enterprise.
fn heads_unit_column(table: &Table<'_>, cell: &Cell) -> bool {
    let below = || table.rows.iter().filter(|row| row.number > cell.row).map(|row| row.text(cell.column));
    word::heads_units(text_of(cell)) && below().any(is_unit)
}

/// Whether the labels are those of a form, with no room for answers anywhere: what a program saves of a blank one.
pub(super) fn are_a_blank_form(hits: &[Hit<'_>], labels: &Labels<'_>) -> bool {
    let items: BTreeSet<usize> = hits.iter().map(|hit| hit.item).collect();
    items.contains(&labels.identity) && items.len() * 2 > labels.len()
}

fn hit<'a>(cell: &'a Cell, labels: &Labels<'_>) -> Option<Hit<'a>> {
    let text = text_of(cell);
    let (item, score) = labels.item_of(text, LIKELY)?;
    // `企业名称：某某` is a label with its value, no label.
    let inner = text.split_once(['：', ':']).is_some_and(|(label, rest)| {
        !rest.trim().is_empty() && !label.contains(['（', '(']) && labels.fit_of(label, item) >= FITS
    });
    // A hint beside a label often names the item again.
    let unbracketed = text.split(['（', '(']).find(|head| !head.trim().is_empty()).unwrap_or(text);
    let hint = score < AS_GOOD && word::is_hint(unbracketed);
    (!inner && !hint).then_some(Hit { cell, item, score })
}

/// The forms that the labels make with answers on one side. A label that comes again begins the next form.
pub(super) fn forms<'a>(table: &Table<'a>, hits: &[Hit<'a>], side: Side) -> Vec<Form<'a>> {
    let mut forms: Vec<Form<'a>> = Vec::new();
    for hit in one_band_after_another(hits).iter().filter(|hit| has_room(table, hits, hit, side)) {
        match forms.last_mut() {
            Some(form) if form.hits.iter().all(|known| known.item != hit.item) => form.hits.push(*hit),
            _ => forms.push(Form { hits: vec![*hit], side }),
        }
    }
    forms
}

/// The labels in reading order, of forms that stand side by side those of the left one first. Such forms have their names in one
/// row and the same labels.
fn one_band_after_another<'a>(hits: &[Hit<'a>]) -> Vec<Hit<'a>> {
    let mut ordered = hits.to_vec();
    let Some(first) = hits.first() else { return ordered };
    let begins: BTreeSet<u32> = hits
        .iter()
        .filter(|hit| (hit.cell.row, hit.item) == (first.cell.row, first.item))
        .map(|hit| hit.cell.column)
        .collect();
    let band = |hit: &Hit<'_>| begins.range(..=hit.cell.column).count();
    let mut bands: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for hit in hits {
        bands.entry(band(hit)).or_default().push(hit.item);
    }
    let mut labels = bands.values().map(|items| items.iter().collect::<BTreeSet<_>>());
    let one = labels.next().unwrap_or_default();
    if bands.len() > 1 && one.len() >= 2 && labels.all(|other| other == one) {
        ordered.sort_by_key(band);
    }
    ordered
}

/// Whether something other than a label may stand on that side of a label.
fn has_room(table: &Table<'_>, hits: &[Hit<'_>], hit: &Hit<'_>, side: Side) -> bool {
    let is_label = |cell: &Cell| hits.iter().any(|other| same(other.cell, cell));
    match side {
        Side::Right => {
            let from = right_of(hit.cell);
            let (_, width) = table.grid.extent();
            let row = table.at_number(hit.cell.row);
            from < width
                && row.and_then(|row| row.slots.range(from..).next()).is_none_or(|(_, slot)| !is_label(slot.cell))
        }
        Side::Below => {
            let (height, _) = table.grid.extent();
            let below = below(hit.cell);
            let row = table.at_number(below);
            below < height && row.and_then(|row| row.at(hit.cell.column)).is_none_or(|slot| !is_label(slot.cell))
        }
    }
}

fn right_of(cell: &Cell) -> u32 {
    cell.column.saturating_add(cell.column_span.max(1))
}

fn below(cell: &Cell) -> u32 {
    cell.row.saturating_add(cell.row_span.max(1))
}

/// What the columns beside the labels hold, as far as the form's own heading or its first answers tell.
#[derive(Debug, Default)]
struct Sides {
    /// Columns of instructions.
    hints: BTreeSet<u32>,
    /// Columns of units.
    units: BTreeSet<u32>,
    /// Places of labels of what the survey does not ask, though they are like its own: 2016年营业收入.
    others: BTreeSet<(u32, u32)>,
}

/// Reads a form: one draft, or one for each column of answers.
pub(super) fn read(table: &Table<'_>, labels: &Labels<'_>, form: &Form<'_>, all: &[Hit<'_>]) -> Vec<Draft> {
    let sides = sides(table, labels, form, all);
    let name = form.hits.iter().find(|hit| hit.item == labels.identity);
    let names: Vec<&Cell> = name
        .map(|name| values(table, name, form.side, all, &sides).into_iter().flatten().collect())
        .unwrap_or_default();
    let mut drafts = Vec::new();
    if form.side == Side::Right && names.len() > 1 && !has_pairs(table, form, all, &sides) {
        for cell in names.iter().filter(|cell| !word::is_sample(text_of(cell), &labels.form_words)) {
            drafts.push(draft(table, labels, form, all, &sides, Some(cell.column)));
        }
        drafts.extend(nameless(table, labels, form, all, &sides, &names));
    } else if !names.iter().any(|cell| word::is_sample(text_of(cell), &labels.form_words)) {
        drafts.push(draft(table, labels, form, all, &sides, None));
    }
    drafts
}

/// Whether labels stand in more than one column, label|value|label|value: then the cell beside a label is its answer, and what
/// stands further right is another pair. So it is, too, where the answers of most labels are merged over all columns.
fn has_pairs(table: &Table<'_>, form: &Form<'_>, all: &[Hit<'_>], sides: &Sides) -> bool {
    let first = form.hits.iter().map(|hit| hit.cell.column).min().unwrap_or_default();
    let further = |cell: &Cell| cell.column > first;
    let rows = form.hits.iter().filter_map(|hit| table.at_number(hit.cell.row));
    let common = rows.flat_map(|row| row.filled()).any(|cell| {
        further(cell) && (word::is_label_beside(text_of(cell)) || sides.others.contains(&(cell.row, cell.column)))
    });
    common || all.iter().any(|hit| further(hit.cell)) || mostly_merged(table, form)
}

fn mostly_merged(table: &Table<'_>, form: &Form<'_>) -> bool {
    let merged = form.hits.iter().filter(|hit| {
        let row = table.at_number(hit.cell.row);
        row.and_then(|row| row.at(right_of(hit.cell))).is_some_and(|slot| slot.cell.column_span > 1)
    });
    merged.count() * 2 >= form.hits.len()
}

/// Columns that hold answers though no name stands over them: what they say must not be lost.
fn nameless(
    table: &Table<'_>,
    labels: &Labels<'_>,
    form: &Form<'_>,
    all: &[Hit<'_>],
    sides: &Sides,
    names: &[&Cell],
) -> Vec<Draft> {
    let named = |column: u32| names.iter().any(|cell| (cell.column..right_of(cell)).contains(&column));
    let columns: BTreeSet<u32> = form
        .hits
        .iter()
        .flat_map(|hit| values(table, hit, form.side, all, sides))
        .flatten()
        .map(|cell| cell.column)
        .filter(|column| !named(*column))
        .collect();
    columns.into_iter().map(|column| draft(table, labels, form, all, sides, Some(column))).collect()
}

/// Reads the answers of one respondent: those in one column, or all that stand beside the labels.
fn draft(
    table: &Table<'_>,
    labels: &Labels<'_>,
    form: &Form<'_>,
    all: &[Hit<'_>],
    sides: &Sides,
    column: Option<u32>,
) -> Draft {
    let mut draft = Draft::default();
    let pairs = form.side == Side::Right && has_pairs(table, form, all, sides);
    let name = form.hits.iter().find(|hit| hit.item == labels.identity && form.side == Side::Right);
    let name = name.and_then(|name| values(table, name, form.side, all, sides).into_iter().flatten().next());
    for hit in &form.hits {
        let mut rows = values(table, hit, form.side, all, sides);
        if pairs && !is_strict(labels, hit.item) {
            rows.iter_mut().for_each(|row| row.truncate(1));
        }
        let mut aside: Vec<&Cell> = Vec::new();
        if let (None, false, Some(name)) = (column, pairs || is_strict(labels, hit.item), name) {
            aside = set_apart(&mut rows, name);
        }
        if let Some(column) = column {
            for row in &mut rows {
                row.retain(|cell| (cell.column..right_of(cell)).contains(&column));
            }
        }
        let mut piece = piece(table, labels, hit, &rows, form.side);
        piece.unit = unit_beside(table, hit, sides);
        if let Some(cell) = aside.first() {
            let (taken, other) = (piece.text.clone(), clean(text_of(cell)));
            piece.doubt = Some(Problem::Conflict { taken, other, other_place: table.place(cell) });
        }
        draft.pieces.insert(hit.item, piece);
    }
    draft
}

/// Takes out what stands beside an answer but not under the name: it may be the answer's, a remark, or anything.
fn set_apart<'a>(rows: &mut [Vec<&'a Cell>], name: &Cell) -> Vec<&'a Cell> {
    let under = |cell: &Cell| cell.column < right_of(name) && name.column < right_of(cell);
    if !rows.iter().flatten().any(|cell| under(cell)) {
        return Vec::new();
    }
    let apart = rows.iter().flatten().copied().filter(|cell| !under(cell)).collect();
    rows.iter_mut().for_each(|row| row.retain(|cell| under(cell)));
    apart
}

/// The cells that answer a label, by row.
fn values<'a>(table: &Table<'a>, hit: &Hit<'_>, side: Side, all: &[Hit<'_>], sides: &Sides) -> Vec<Vec<&'a Cell>> {
    let is_label = |cell: &Cell| all.iter().any(|other| same(other.cell, cell));
    if side == Side::Below {
        let row = table.at_number(below(hit.cell));
        let cell = row.and_then(|row| row.at(hit.cell.column)).map(|slot| slot.cell);
        return vec![cell.into_iter().filter(|cell| !text_of(cell).is_empty() && !is_label(cell)).collect()];
    }
    let mut seen: Vec<&Cell> = Vec::new();
    let rows = table.rows.iter().filter(|row| (hit.cell.row..below(hit.cell)).contains(&row.number));
    rows.map(|row| {
        let beside = row.slots.range(right_of(hit.cell)..).map(|(column, slot)| (*column, slot.cell));
        let mut cells = Vec::new();
        let is_other =
            |cell: &Cell| word::is_label_beside(text_of(cell)) || sides.others.contains(&(cell.row, cell.column));
        for (column, cell) in beside.take_while(|(_, cell)| !is_label(cell) && !is_other(cell)) {
            let known = seen.iter().any(|known| same(known, cell));
            if known || text_of(cell).is_empty() || sides.hints.contains(&column) || sides.units.contains(&column) {
                continue;
            }
            seen.push(cell);
            cells.push(cell);
        }
        cells
    })
    .collect()
}

/// Joins the cells that answer a label.
fn piece(table: &Table<'_>, labels: &Labels<'_>, hit: &Hit<'_>, rows: &[Vec<&Cell>], side: Side) -> Piece {
    let place = rows.iter().flatten().next().map_or_else(
        || match side {
            Side::Right => table.grid.place(table.source, hit.cell.row, right_of(hit.cell)),
            Side::Below => table.grid.place(table.source, below(hit.cell), hit.cell.column),
        },
        |cell| table.place(cell),
    );
    let mut piece = Piece::new("", place, text_of(hit.cell));
    let cells: Vec<&&Cell> = rows.iter().flatten().collect();
    if is_money(labels, hit.item) {
        amount(&mut piece, &cells);
        piece.further = cells.iter().skip(1).map(|cell| table.place(cell)).collect();
    } else {
        for cell in cells {
            piece.join(&clean(text_of(cell)), "\n", &table.place(cell));
        }
    }
    piece
}

fn is_money(labels: &Labels<'_>, item: usize) -> bool {
    labels.survey.items.get(item).is_some_and(|item| matches!(item.kind, ItemKind::Money { .. }))
}

/// Whether a cell holds nothing but a unit of money.
fn is_unit(text: &str) -> bool {
    ["元", "千元", "万元", "百万元", "亿元", "人民币万元"].contains(&text.trim_matches(['(', ')', '（', '）']))
}

/// An amount in several cells: `1200` and `万元`, or figures that say the same; anything else is a doubt.
fn amount(piece: &mut Piece, cells: &[&&Cell]) {
    let texts: Vec<String> = cells.iter().map(|cell| clean(text_of(cell))).collect();
    // 2016年 | 800 | 2017年 | 1200: the years tell the amounts apart.
    if texts.iter().any(|text| text.ends_with('年') && text.chars().filter(char::is_ascii_digit).count() == 4) {
        piece.text = texts.join(" ");
        return;
    }
    let mut texts = texts.into_iter();
    let Some(first) = texts.next() else { return };
    piece.text = first;
    for text in texts {
        if is_unit(&text) && piece.text.chars().last().is_some_and(|c| c.is_numeric()) {
            piece.text.push_str(text.trim_matches(['(', ')', '（', '）']));
        } else if squeeze(&text) != squeeze(&piece.text) {
            piece.text.push('\n');
            piece.text.push_str(&text);
            piece.doubt = Some(Problem::AmbiguousAmount { text: piece.text.clone() });
        }
    }
    if let Some(Problem::AmbiguousAmount { text }) = &mut piece.doubt {
        text.clone_from(&piece.text);
    }
}

/// Whether the reader of the item's type tells an answer from what else stands beside the label: a unit, a further box.
fn is_strict(labels: &Labels<'_>, item: usize) -> bool {
    labels.survey.items.get(item).is_some_and(|item| item.kind.is_strict())
}

fn unit_beside(table: &Table<'_>, hit: &Hit<'_>, sides: &Sides) -> String {
    let row = table.at_number(hit.cell.row);
    let units = row.into_iter().flat_map(|row| sides.units.iter().map(|column| row.text(*column)));
    units.collect::<Vec<_>>().concat()
}

/// Tells columns of hints and units from columns of answers: by the heading above the first label, else by what stands in
/// the name's row.
fn sides(table: &Table<'_>, labels: &Labels<'_>, form: &Form<'_>, all: &[Hit<'_>]) -> Sides {
    let rows = form.hits.iter().filter_map(|hit| table.at_number(hit.cell.row));
    let others = rows.flat_map(|row| row.filled()).filter(|cell| labels.names_another_thing(text_of(cell)));
    let mut sides = Sides { others: others.map(|cell| (cell.row, cell.column)).collect(), ..Sides::default() };
    let Some(first) = form.hits.iter().find(|_| form.side == Side::Right) else { return sides };
    let is_label = |cell: &Cell| all.iter().any(|other| same(other.cell, cell));
    let from = form.hits.iter().map(|hit| right_of(hit.cell)).min().unwrap_or_default();
    let heading = table.rows.iter().rev().find(|row| row.number < first.cell.row && !row.is_empty());
    let mut headings: BTreeMap<u32, &str> = BTreeMap::new();
    if let Some(row) = heading.filter(|row| row.filled().nth(1).is_some()) {
        headings.extend(
            row.slots
                .range(from..)
                .filter(|(_, slot)| !is_label(slot.cell))
                .map(|(column, slot)| (*column, slot.text())),
        );
    }
    let name = form.hits.iter().find(|hit| hit.item == labels.identity);
    let name_row = name.and_then(|name| table.at_number(name.cell.row));
    let columns: BTreeSet<u32> =
        table.rows.iter().flat_map(|row| row.slots.range(from..).map(|(column, _)| *column)).collect();
    for column in &columns {
        let heading = headings.get(column).copied().unwrap_or_default();
        let beside_name = name_row.and_then(|row| row.at(*column)).filter(|slot| !is_label(slot.cell));
        let hinted = beside_name.is_some_and(|slot| word::is_hint(slot.text())) || mostly_hints(table, form, *column);
        if word::heads_units(heading) {
            sides.units.insert(*column);
        } else if !word::heads_answers(heading) && (word::heads_hints(heading) || hinted) {
            sides.hints.insert(*column);
        }
    }
    // A heading that leaves no column for the answers was none of hints.
    if columns.iter().all(|column| sides.hints.contains(column) || sides.units.contains(column)) {
        sides.hints.retain(|column| mostly_hints(table, form, *column));
    }
    sides
}

fn mostly_hints(table: &Table<'_>, form: &Form<'_>, column: u32) -> bool {
    let rows = table.rows.iter().filter(|row| form.hits.iter().any(|hit| hit.cell.row == row.number));
    let texts: Vec<&str> = rows.map(|row| row.text(column)).filter(|text| !text.is_empty()).collect();
    let hints = texts.iter().filter(|text| word::is_hint(text)).count();
    hints >= 2 && hints * 2 >= texts.len()
}
