//! Rows under a header become drafts of returns, one respondent each. Totals, samples, instructions, headers that come again
//! and empty rows are passed over.

use std::ops::Range;

use super::caption;
use super::draft::{Draft, Piece};
use super::found::Passed;
use super::header::Header;
use super::label::{CERTAIN, Labels};
use super::lines;
use super::table::{Row, Slot, Table, same, text_of};
use super::word;
use crate::document::Cell;
use crate::issue::Problem;
use crate::survey::ItemKind;
use crate::value::identity::squeeze;
use crate::value::text::{clean, is_ditto, says_none};
use crate::value::tick;

/// What a row is.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// An empty one.
    Empty,
    /// Nothing that answers anything.
    PassedOver(Passed),
    /// Another row of the respondent above, under one merged name.
    GoesOn,
    /// A respondent's.
    Answers,
}

/// What the rows of a section hold.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// Returns as they stand.
    pub(super) drafts: Vec<Draft>,
    /// Numbers of the rows that are nobody's return.
    pub(super) passed: Vec<(u32, Passed)>,
}

/// Reads the rows of a section, after `earlier` returns of the same columns.
pub(super) fn read(
    table: &Table<'_>,
    labels: &Labels<'_>,
    header: &Header,
    rows: Range<usize>,
    earlier: &[Draft],
) -> Section {
    let mut reader = Reader { table, labels, header, earlier, drafts: Vec::new(), name_cell: None, open: false };
    let mut passed = Vec::new();
    let mut last_number = rows.start.checked_sub(1).and_then(|index| table.row(index)).map(|row| row.number);
    for index in rows.clone() {
        let Some(row) = table.row(index) else { break };
        let after_gap = last_number.is_some_and(|last| row.number > last + 1);
        let next = table.row(index + 1).filter(|_| rows.contains(&(index + 1)));
        if !reader.repeats_header(row) && heads_other_table(row, next) {
            passed.push((row.number, Passed::OtherTable));
            break;
        }
        if reader.is_caption(row, table.row(index + 1)) {
            passed.push((row.number, Passed::Note));
            reader.pass_over(row);
            continue;
        }
        match reader.kind(row, index == rows.start, after_gap) {
            Kind::Empty => reader.pass_over(row),
            Kind::PassedOver(why) => {
                passed.push((row.number, why));
                if why == Passed::OtherTable {
                    break;
                }
                reader.pass_over(row);
            }
            Kind::GoesOn => reader.go_on(row),
            Kind::Answers => reader.answers(row),
        }
        if !row.is_empty() {
            last_number = Some(row.number);
        }
    }
    Section { drafts: reader.drafts, passed }
}

struct Reader<'a, 'b> {
    table: &'b Table<'a>,
    labels: &'b Labels<'b>,
    header: &'b Header,
    earlier: &'b [Draft],
    drafts: Vec<Draft>,
    /// The name cell last met, which may reach down over further rows.
    name_cell: Option<&'a Cell>,
    /// Whether that cell's row was a respondent's.
    open: bool,
}

impl<'a> Reader<'a, '_> {
    fn name_slot(&self, row: &Row<'a>) -> Option<Slot<'a>> {
        let column = self.header.columns.get(&self.labels.identity)?.first()?;
        row.at(*column)
    }

    /// What a row is. After a gap a few texts without a name are somebody's jottings below the table.
    fn kind(&self, row: &Row<'a>, first: bool, after_gap: bool) -> Kind {
        let Some(lead) = row.filled().next() else { return Kind::Empty };
        if after_gap && word::looks_like_header(row.filled().map(text_of)) {
            return Kind::PassedOver(Passed::OtherTable);
        }
        let name = self.name_slot(row).map(|slot| slot.text()).unwrap_or_default();
        if word::opens_total(text_of(lead)) || word::opens_total(name) {
            return Kind::PassedOver(Passed::Total);
        }
        if self
            .name_slot(row)
            .is_some_and(|slot| !slot.begins && self.name_cell.is_some_and(|cell| same(cell, slot.cell)))
        {
            return if self.open { Kind::GoesOn } else { Kind::PassedOver(Passed::BelowPassed) };
        }
        self.passed(row, name, first, after_gap).map_or(Kind::Answers, Kind::PassedOver)
    }

    /// Why a row with a text in it is nobody's return, if it is not.
    fn passed(&self, row: &Row<'a>, name: &str, first: bool, after_gap: bool) -> Option<Passed> {
        let words = &self.labels.form_words;
        let lead = row.filled().next().map(text_of).unwrap_or_default();
        let others = self.other_texts(row);
        let marks_sample = |cell: &Cell| !self.is_item_cell(cell) && is_sample_mark(cell, words);
        let is_form_word = |text: &&str| word::is_hint(text) || word::is_aside(text, words);
        let asides = || word::is_aside(lead, words) && others.iter().all(|text| word::is_aside(text, words));
        let few = || after_gap && name.is_empty() && others.len() * 2 < self.header.columns.len();
        if word::is_sample(name, words) || row.filled().any(marks_sample) {
            Some(Passed::Sample)
        } else if self.is_lone_sum(row, name) {
            Some(Passed::Sum)
        } else if self.is_line(row) || says_nothing(name, &others) || word::is_aside(name, words) || asides() {
            Some(Passed::Note)
        } else if word::is_hint(name) || (name.is_empty() && others.iter().all(is_form_word)) {
            Some(Passed::Hint)
        } else if first && counts_columns(row) {
            Some(Passed::Count)
        } else if few() {
            Some(Passed::Jotting)
        } else {
            self.repeats_header(row).then_some(Passed::HeaderAgain)
        }
    }

    /// Texts of the row's items besides the name.
    fn other_texts(&self, row: &Row<'a>) -> Vec<&'a str> {
        let columns = self.header.columns.iter().filter(|(item, _)| **item != self.labels.identity);
        columns
            .flat_map(|(_, columns)| columns)
            .map(|column| row.text(*column))
            .filter(|text| !text.is_empty())
            .collect()
    }

    fn is_item_cell(&self, cell: &Cell) -> bool {
        self.header.columns.values().flatten().any(|column| *column == cell.column)
    }

    /// A title, note or unit line: one text that is merged over several items or is a sentence, and nothing beside it.
    fn is_line(&self, row: &Row<'a>) -> bool {
        let mut filled = row.filled();
        let (Some(only), None) = (filled.next(), filled.next()) else { return false };
        let covered = self.header.columns.values().flatten();
        let across = only.column..only.column.saturating_add(only.column_span.max(1));
        let over_several = covered.filter(|column| across.contains(column)).count() >= 2;
        let words = &self.labels.form_words;
        let long = text_of(only).chars().count() > 40 || text_of(only).contains(['，', '。', '；', '：', ':', ';']);
        over_several || word::is_aside(text_of(only), words) || (self.header.columns.len() >= 2 && long)
    }

    /// A name's cell that heads the rows below it: 二、技术平台, or a few words over a header that comes again.
    fn is_caption(&self, row: &Row<'a>, next: Option<&Row<'a>>) -> bool {
        let name = self.name_slot(row).map(|slot| slot.text()).unwrap_or_default();
        let marks: Vec<&str> = row.filled().map(text_of).filter(|text| *text != name).collect();
        if name.is_empty() || !self.other_texts(row).is_empty() || marks.len() > 1 || !caption::may_head_rows(name) {
            return false;
        }
        let counted = marks.first().map_or_else(|| caption::opens_part(name), |mark| caption::is_part_number(mark));
        counted || (marks.is_empty() && next.is_some_and(|next| self.repeats_header(next)))
    }

    /// An amount under the amounts of several returns, and nothing beside it: their sum.
    fn is_lone_sum(&self, row: &Row<'a>, name: &str) -> bool {
        let mut filled = self
            .header
            .columns
            .iter()
            .filter(|(_, columns)| columns.iter().any(|column| !row.text(*column).is_empty()));
        let (Some((item, _)), None) = (filled.next(), filled.next()) else { return false };
        let item = self.labels.survey.items.get(*item);
        name.is_empty()
            && self.drafts.len() >= 2
            && item.is_some_and(|item| matches!(item.kind, ItemKind::Money { .. } | ItemKind::Integer { .. }))
    }

    fn repeats_header(&self, row: &Row<'a>) -> bool {
        let texts = self.header.columns.iter().filter_map(|(item, columns)| {
            let text = columns.first().map(|column| row.text(*column))?;
            (!text.is_empty()).then_some((*item, text))
        });
        let (mut labels, mut all) = (0, 0);
        for (item, text) in texts {
            all += 1;
            labels += usize::from(self.labels.fit_of(text, item) >= 900);
        }
        labels >= 2 && labels * 2 > all
    }

    fn pass_over(&mut self, row: &Row<'a>) {
        if let Some(slot) = self.name_slot(row).filter(|slot| slot.begins) {
            self.name_cell = Some(slot.cell);
            self.open = false;
        }
    }

    fn answers(&mut self, row: &Row<'a>) {
        if let Some(slot) = self.name_slot(row) {
            self.name_cell = Some(slot.cell);
        }
        let mut draft = Draft::default();
        for (item, columns) in &self.header.columns {
            if let Some(piece) = self.piece(row, *item, columns) {
                draft.pieces.insert(*item, piece);
            }
        }
        self.open = draft.pieces.values().any(|piece| !piece.text.is_empty());
        if self.open {
            self.drafts.push(draft);
        }
    }

    fn go_on(&mut self, row: &Row<'a>) {
        let Some(draft) = self.drafts.last_mut() else { return };
        for (item, columns) in &self.header.columns {
            for slot in columns.iter().filter_map(|column| row.at(*column)).filter(|slot| slot.begins) {
                if let Some(piece) = draft.pieces.get_mut(item) {
                    piece.join(&clean(slot.text()), "\n", &self.table.place(slot.cell));
                }
            }
        }
    }

    /// What answers an item in a row.
    fn piece(&self, row: &Row<'a>, item: usize, columns: &[u32]) -> Option<Piece> {
        let kind = self.labels.survey.items.get(item).map(|item| &item.kind)?;
        let named = columns.iter().position(|column| {
            let label = self.header.labels.get(column).map(String::as_str).unwrap_or_default();
            !row.text(*column).is_empty() && self.labels.fit_of(label, item) >= CERTAIN
        });
        let named = named.unwrap_or_default();
        let columns = if *kind == ItemKind::Identity { columns.get(named..=named)? } else { columns };
        let mut slots: Vec<Slot<'a>> = Vec::new();
        for slot in columns.iter().filter_map(|column| row.at(*column)).filter(|slot| !slot.text().is_empty()) {
            if !slots.iter().any(|known| same(known.cell, slot.cell)) {
                slots.push(slot);
            }
        }
        let column = *columns.first()?;
        let place = slots.first().map_or_else(
            || self.table.grid.place(self.table.source, row.number, column),
            |slot| self.table.place(slot.cell),
        );
        let label =
            columns.iter().filter_map(|column| self.header.labels.get(column)).next().cloned().unwrap_or_default();
        let mut piece = Piece::new("", place, label);
        if matches!(kind, ItemKind::Money { .. }) {
            self.one_amount(&mut piece, &slots, columns);
        } else {
            for slot in &slots {
                let option = if kind.is_ticked() && columns.len() > 1 { self.ticked_option(slot) } else { None };
                piece.join(&option.unwrap_or_else(|| clean(slot.text())), "\n", &self.table.place(slot.cell));
            }
        }
        if is_ditto(&piece.text) {
            self.take_from_above(&mut piece, item);
        }
        Some(piece)
    }

    /// The option over a column that holds nothing but ticks, where each option of an item has its own column.
    fn ticked_option(&self, slot: &Slot<'a>) -> Option<String> {
        let ticked = tick::lone(slot.text())?;
        let option = self.header.labels.get(&slot.cell.column)?.split_whitespace().next_back()?;
        Some(format!("{}{option}", if ticked { '☑' } else { '☐' }))
    }

    /// Of several columns of one amount only one may speak.
    fn one_amount(&self, piece: &mut Piece, slots: &[Slot<'a>], columns: &[u32]) {
        let Some(first) = slots.first() else { return };
        piece.text = clean(first.text());
        let column = columns.iter().find(|column| {
            (first.cell.column..first.cell.column.saturating_add(first.cell.column_span.max(1))).contains(column)
        });
        if let Some(label) = column.and_then(|column| self.header.labels.get(column)) {
            piece.label.clone_from(label);
        }
        if slots.iter().any(|slot| squeeze(slot.text()) != squeeze(first.text())) {
            let all: Vec<String> = slots.iter().map(|slot| clean(slot.text())).collect();
            piece.text = all.join("\n");
            piece.further = slots.iter().skip(1).map(|slot| self.table.place(slot.cell)).collect();
            piece.doubt = Some(Problem::AmbiguousAmount { text: piece.text.clone() });
        }
    }

    fn take_from_above(&self, piece: &mut Piece, item: usize) {
        let above = self.drafts.last().or_else(|| self.earlier.last()).and_then(|draft| draft.pieces.get(&item));
        match above {
            Some(above) if !above.text.is_empty() => {
                piece.text.clone_from(&above.text);
                piece.unit.clone_from(&above.unit);
                piece.doubt.clone_from(&above.doubt);
                piece.ditto = true;
            }
            // Nothing stands above: 同上 says nothing.
            _ => piece.text.clear(),
        }
    }
}

/// Whether a row has nothing but strokes, or begins with a label of another thing (单位负责人签字：) and fills hardly anything: a
/// name that a colon stands behind by mistake has answers beside it.
fn says_nothing(name: &str, others: &[&str]) -> bool {
    const SIGNED_AND_DATED: usize = 2;
    let is_label = |text: &str| text.ends_with(lines::COLONS);
    let answers = others.iter().filter(|text| !says_none(text) && !is_label(text)).count();
    let is_other_label = is_label(name) && caption::may_head_rows(name) && answers <= SIGNED_AND_DATED;
    (says_none(name) && answers == 0) || is_other_label
}

/// Longest head of a column of another table, in characters.
const LONGEST_HEAD: usize = 12;

/// Whether another table begins here though no gap parts it from the answers: a row of nothing but heads of columns, or a
/// caption over one.
fn heads_other_table(row: &Row<'_>, next: Option<&Row<'_>>) -> bool {
    let is_head = |row: &Row<'_>| {
        let texts: Vec<&str> = row.filled().map(text_of).collect();
        texts.len() >= 3
            && texts.iter().all(|text| !text.contains(|c: char| c.is_ascii_digit()))
            && word::looks_like_header(texts.into_iter())
    };
    // 附件：请附营业执照 between two returns is a note.
    let may_be_head = |row: &Row<'_>| {
        let is_word = |text: &str| text.chars().count() <= LONGEST_HEAD && !text.contains(|c: char| c.is_ascii_digit());
        row.filled().nth(1).is_some() && row.filled().map(text_of).all(is_word)
    };
    let is_annex = || row.filled().any(|cell| word::opens_annex(text_of(cell))) && next.is_some_and(may_be_head);
    is_head(row) || (row.filled().nth(1).is_none() && (next.is_some_and(is_head) || is_annex()))
}

/// Whether a cell beside the items, a serial number or a remark, marks its row as a sample.
fn is_sample_mark(cell: &Cell, words: &word::FormWords) -> bool {
    const SAYS: [&str; 6] = ["填写示例", "填报示例", "填写样例", "填报样例", "示例行", "本行为示例"];
    let text = text_of(cell);
    SAYS.iter().any(|word| text.starts_with(word))
        || text_of(cell).chars().count() <= 6 && word::is_sample(text_of(cell), words)
}

/// A row that only counts the columns: 1, 2, 3 or 甲, 乙, 丙 or A, B, C.
fn counts_columns(row: &Row<'_>) -> bool {
    let texts: Vec<&str> = row.filled().map(text_of).collect();
    if texts.len() >= 3 && texts.iter().zip('A'..='Z').all(|(text, letter)| text.len() == 1 && text.starts_with(letter))
    {
        return true;
    }
    let numbers: Vec<u32> =
        texts.iter().filter_map(|text| text.trim_matches(['(', ')', '（', '）']).parse().ok()).collect();
    let letters = texts.iter().filter(|text| ["甲", "乙", "丙", "丁", "戊"].contains(text)).count();
    texts.len() >= 3
        && numbers.len() + letters == texts.len()
        && numbers.iter().zip(numbers.iter().skip(1)).all(|(one, next)| *next == one + 1)
}

/// Whether rows without a header may be the next page of a table with these columns: what stands under the name is a name,
/// and what stands under an amount is no head of another table.
pub(super) fn may_continue(table: &Table<'_>, header: &Header, labels: &Labels<'_>) -> bool {
    let Some(first) = table.rows.iter().find(|row| !row.is_empty()) else { return false };
    let widest = header.columns.values().flatten().copied().max().unwrap_or_default();
    let reaches = table.rows.iter().any(|row| row.at(widest).is_some());
    reaches
        && !word::looks_like_header(first.filled().map(text_of))
        && header.columns.get(&labels.identity).and_then(|columns| columns.first()).is_some_and(|name| {
            // Either names go on, or the last row does, whose name stands on the page before.
            let is_name = |row: &Row<'_>| row.text(*name).chars().filter(|c| c.is_alphabetic()).count() >= 4;
            first.text(*name).is_empty() || table.rows.iter().any(is_name)
        })
}
