//! An explanation as one web page that needs nothing else: each grid drawn as a table, labels and answers in their item's colour.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use serde::Serialize;
use serde_json::Value as Json;

use super::{answer_in, field, item_lines, plain_line, value_of, words};
use crate::place::cell_name;
use crate::reading::explain::{
    BlockSeen, CellSeen, Explained, Explanation, FormSeen, ItemSeen, ReturnSeen, Role, SourceSeen, TextSeen,
};

const TEMPLATE: &str = include_str!("page.html.j2");

/// A table that would have more places than this is drawn as a list of its cells: a cell at XFD1048576 is a few bytes.
const MOST_PLACES: usize = 100_000;

/// A page that grows message by message.
#[derive(Debug, Default, Serialize)]
pub(in crate::cli) struct Page {
    messages: Vec<MessageView>,
}

#[derive(Debug, Serialize)]
struct MessageView {
    name: String,
    disposition: String,
    from: String,
    subject: String,
    surveys: Vec<String>,
    files: Vec<String>,
    issues: Vec<String>,
    narratives: Vec<String>,
    sources: Vec<SourceView>,
    returns: Vec<ReturnView>,
}

#[derive(Debug, Serialize)]
struct SourceView {
    path: String,
    format: String,
    about: String,
    forms: Vec<FormView>,
    blocks: Vec<BlockView>,
    /// Whether it is worth opening: a form, or something like a label, stands in it.
    open: bool,
}

#[derive(Debug, Serialize)]
struct FormView {
    about: String,
    unit_lines: Vec<String>,
    passed: Vec<String>,
}

#[derive(Debug, Default, Serialize)]
struct BlockView {
    /// A line outside tables.
    line: Option<TextView>,
    /// What places in the table begin with.
    table: Option<String>,
    hidden: bool,
    /// Names of the table's columns.
    columns: Vec<String>,
    rows: Vec<RowView>,
    /// So many texts are left out.
    left_out: usize,
}

#[derive(Debug, Serialize)]
struct RowView {
    number: u64,
    /// Places from left to right, those that merged cells cover left out; none: no cell stands there.
    cells: Vec<Option<CellView>>,
}

#[derive(Debug, Clone, Serialize)]
struct CellView {
    rows: usize,
    columns: usize,
    seen: TextView,
}

#[derive(Debug, Clone, Serialize)]
struct TextView {
    place: String,
    text: String,
    /// The classes that colour it.
    class: String,
    /// Its item's hue, where it is an item's.
    hue: Option<usize>,
    tags: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ReturnView {
    number: usize,
    items: Vec<ItemView>,
    issues: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ItemView {
    item: String,
    hue: usize,
    answered: bool,
    text: String,
    value: String,
    how: Vec<String>,
}

/// The hues of a message's items.
struct Hues(BTreeMap<String, usize>);

impl Page {
    /// Adds a message.
    pub(in crate::cli) fn add(&mut self, name: &str, explained: &Explained) {
        let Explained { reading, explanation } = explained;
        let line = plain_line(name, explained);
        let hues = Hues::of(explanation);
        let returns = explanation.returns.iter().zip(&reading.returns).enumerate();
        self.messages.push(MessageView {
            name: name.to_owned(),
            disposition: field(&line, "disposition").to_owned(),
            from: reading.envelope.from.clone(),
            subject: reading.envelope.subject.clone(),
            surveys: words::surveys(explanation),
            files: words::files(reading),
            issues: reading.issues.iter().map(words::issue).collect(),
            narratives: reading.narratives.iter().map(|narrative| narrative.attachment.clone()).collect(),
            sources: explanation.sources.iter().map(|source| source_view(source, &hues)).collect(),
            returns: returns
                .map(|(of, (seen, one))| ReturnView {
                    number: of + 1,
                    items: item_views(of, seen, explanation, &line, &hues),
                    issues: one.issues.iter().map(words::issue).collect(),
                })
                .collect(),
        });
    }

    /// The page as HTML; every text of the mail is escaped.
    pub(in crate::cli) fn render(&self) -> anyhow::Result<String> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        Ok(environment.template_from_str(TEMPLATE)?.render(Serde(self))?)
    }
}

impl Hues {
    /// Hues far apart for items that stand side by side.
    fn of(explanation: &Explanation) -> Self {
        let answered = explanation.returns.iter().flat_map(|one| &one.items).map(|item| &item.item);
        let forms = explanation.sources.iter().flat_map(|source| &source.forms);
        let labelled = forms.flat_map(|form| &form.labels).map(|label| &label.item);
        let mut hues = BTreeMap::new();
        for item in answered.chain(labelled) {
            let next = (210 + hues.len() * 137) % 360;
            hues.entry(item.clone()).or_insert(next);
        }
        Self(hues)
    }

    fn hue(&self, item: &str) -> Option<usize> {
        self.0.get(item).copied()
    }
}

fn source_view(source: &SourceSeen, hues: &Hues) -> SourceView {
    let blocks: Vec<BlockView> = source.blocks.iter().flat_map(|block| block_views(block, hues)).collect();
    let tagged = |text: &TextView| !text.tags.is_empty();
    let open = blocks.iter().any(|block| {
        let cells = block.rows.iter().flat_map(|row| row.cells.iter().flatten()).map(|cell| &cell.seen);
        cells.chain(&block.line).any(tagged)
    });
    SourceView {
        path: source.path.clone(),
        format: source.format.clone(),
        about: words::source(source),
        forms: source.forms.iter().map(form_view).collect(),
        blocks,
        open,
    }
}

fn form_view(form: &FormSeen) -> FormView {
    FormView {
        about: words::form(form),
        unit_lines: form.unit_lines.clone(),
        passed: form.passed.iter().map(|row| format!("row {}: {}", row.row, words::passed(row.why))).collect(),
    }
}

fn block_views(block: &BlockSeen, hues: &Hues) -> Vec<BlockView> {
    match block {
        BlockSeen::Line(line) => vec![BlockView { line: Some(text_view(line, hues)), ..BlockView::default() }],
        BlockSeen::LeftOut(count) => vec![BlockView { left_out: *count, ..BlockView::default() }],
        BlockSeen::Grid { name, hidden, cells } => grid_views(name, *hidden, cells, hues),
    }
}

fn grid_views(name: &str, hidden: bool, cells: &[CellSeen], hues: &Hues) -> Vec<BlockView> {
    let columns: BTreeSet<u32> = cells.iter().map(|cell| cell.column).collect();
    let rows: BTreeSet<u32> = cells.iter().map(|cell| cell.row).collect();
    if columns.len() * rows.len() > MOST_PLACES {
        let line = |cell: &CellSeen| BlockView { line: Some(text_view(&cell.seen, hues)), ..BlockView::default() };
        return cells.iter().map(line).collect();
    }
    let column_name = |column: &u32| cell_name(0, *column).trim_end_matches('1').to_owned();
    vec![BlockView {
        table: Some(name.to_owned()),
        hidden,
        columns: columns.iter().map(column_name).collect(),
        rows: row_views(cells, &rows, &columns, hues),
        ..BlockView::default()
    }]
}

/// Rows and columns in which no cell begins are not drawn.
fn row_views(cells: &[CellSeen], rows: &BTreeSet<u32>, columns: &BTreeSet<u32>, hues: &Hues) -> Vec<RowView> {
    let mut places: BTreeMap<(u32, u32), Option<CellView>> = BTreeMap::new();
    for cell in cells {
        let down = rows.range(cell.row..cell.row.saturating_add(cell.row_span.max(1)));
        let across = || columns.range(cell.column..cell.column.saturating_add(cell.column_span.max(1)));
        let view =
            CellView { rows: down.clone().count(), columns: across().count(), seen: text_view(&cell.seen, hues) };
        // What a merged cell covers is noted, so that nothing is drawn there.
        for place in down.flat_map(|row| across().map(|column| (*row, *column))) {
            places.entry(place).or_insert(None);
        }
        places.insert((cell.row, cell.column), Some(view));
    }
    let row_view = |row: &u32| RowView {
        number: u64::from(*row) + 1,
        cells: columns
            .iter()
            .filter_map(|column| match places.get(&(*row, *column)) {
                Some(None) => None,
                Some(Some(cell)) => Some(Some(cell.clone())),
                None => Some(None),
            })
            .collect(),
    };
    rows.iter().map(row_view).collect()
}

fn text_view(seen: &TextSeen, hues: &Hues) -> TextView {
    let classes: BTreeSet<&str> = seen.roles.iter().map(class).collect();
    let hue = seen.roles.iter().filter_map(item_of).find_map(|item| hues.hue(item));
    TextView {
        place: seen.place.clone(),
        text: seen.text.trim().to_owned(),
        class: classes.into_iter().collect::<Vec<_>>().join(" "),
        hue,
        tags: seen.roles.iter().map(words::role).collect(),
    }
}

fn class(role: &Role) -> &'static str {
    match role {
        Role::Label { .. } => "label",
        Role::Answer { .. } => "answer",
        Role::NoAnswer { .. } => "blank",
        Role::Unit => "unit",
        Role::Doubted(_) => "doubt",
        Role::Passed(_) => "passed",
    }
}

fn item_of(role: &Role) -> Option<&str> {
    match role {
        Role::Label { item, .. } | Role::Answer { item, .. } | Role::NoAnswer { item } => Some(item),
        Role::Unit | Role::Doubted(_) | Role::Passed(_) => None,
    }
}

fn item_views(of: usize, one: &ReturnSeen, explanation: &Explanation, line: &Json, hues: &Hues) -> Vec<ItemView> {
    let view = |item: &ItemSeen| {
        let answer = answer_in(line, of, &item.item);
        ItemView {
            item: item.item.clone(),
            hue: hues.hue(&item.item).unwrap_or_default(),
            answered: item.answered,
            text: answer.map(|answer| field(answer, "text").to_owned()).unwrap_or_default(),
            value: answer.map(value_of).unwrap_or_default(),
            how: item_lines(item, explanation),
        }
    };
    one.items.iter().map(view).collect()
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
