//! What the columns of an export mean, what its states mean, which returns it holds and of which moment. It goes along with the
//! table, so that nobody who gets it has to ask.

use super::column::{Column, Holds, Type, columns};
use super::{Made, Scope, Table, markdown, words};
use crate::calendar;

/// How a table shows its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Under headings that people read, a column for each of the view.
    Columns,
    /// The same, where texts that a spreadsheet would run have an apostrophe before them.
    Guarded,
    /// Under the names of the view.
    Names,
    /// In the form's own layout, the answers alone.
    Layout,
}

/// A dictionary: tables under titles.
pub(super) struct Dictionary {
    title: String,
    parts: Vec<Part>,
}

/// One table of a dictionary; without headings its rows are pairs.
pub(super) struct Part {
    pub(super) title: &'static str,
    pub(super) headings: &'static [&'static str],
    pub(super) rows: Vec<Vec<String>>,
}

/// The dictionary of a table as a text in Markdown.
#[must_use]
pub fn dictionary(table: &Table, made: &Made, form: Form) -> String {
    let dictionary = Dictionary::of(table, made, form);
    markdown::write(&dictionary.title, &dictionary.parts)
}

impl Dictionary {
    /// The dictionary of a table.
    pub(super) fn of(table: &Table, made: &Made, form: Form) -> Self {
        let facts = Part { title: "本表", headings: &[], rows: facts(table, made, form) };
        let headings = &["列名", "标题", "类型", "单位", "含义", "在调查文件中的位置"];
        let columns = Part { title: "列", headings, rows: column_rows(table, form) };
        let states =
            Part { title: "状态", headings: &["代码", "名称", "含义"], rows: state_rows(&table.scope) };
        Self { title: format!("数据字典：{}", table.survey.title), parts: vec![facts, columns, states] }
    }

    /// Its tables.
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }
}

fn facts(table: &Table, made: &Made, form: Form) -> Vec<Vec<String>> {
    let survey = &table.survey;
    let zone = made.zone.iana_name().unwrap_or("UTC");
    let times = match form {
        Form::Columns | Form::Guarded => format!("{zone}时间"),
        Form::Names => "UTC，精确到微秒".to_owned(),
        Form::Layout => format!("不列出；以下日期为{zone}日期"),
    };
    let mut facts = vec![
        ("调查", format!("{}（{}）", survey.title, survey.id)),
        ("调查文件版本", survey.revision.clone()),
        ("数据时点", format!("{}（{zone}）", words::time(made.at, &made.zone))),
        ("行数", table.rows.len().to_string()),
        ("筛选", filters(&table.scope)),
        ("截止日期", calendar::day_in_words(survey.deadline)),
        ("行序", "按收到时间先后".to_owned()),
        ("时间", times),
    ];
    if form == Form::Guarded {
        let words = "以=、+、-、@等开头、会被电子表格当作公式的文字，前面加了一个撇号（'），不属于原文";
        facts.push(("公式", words.to_owned()));
    }
    if form == Form::Layout {
        let words = "只列企业填写的各项；金额不是以万元写的，括号内是折合的万元数；不是已完成的，单位名称后注明状态";
        facts.push(("版式", words.to_owned()));
    }
    facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect()
}

/// Which returns were asked for, in words.
pub(super) fn filters(scope: &Scope) -> String {
    let states = scope.standings().into_iter().map(words::state).collect::<Vec<_>>().join("、");
    let tags = scope.tags.iter().map(|(tag, value)| format!("名录中{tag}为{value}"));
    let since = scope.since.map(|day| format!("{}起收到", calendar::day_in_words(day)));
    let until = scope.until.map(|day| format!("{}止收到", calendar::day_in_words(day)));
    let all: Vec<String> = std::iter::once(format!("状态为{states}")).chain(tags).chain(since).chain(until).collect();
    all.join("；")
}

fn column_rows(table: &Table, form: Form) -> Vec<Vec<String>> {
    let columns = columns(&table.survey);
    let listed = columns.iter().filter(|column| form != Form::Layout || matches!(column.holds, Holds::Text(..)));
    let row = |column: &Column<'_>| {
        vec![
            column.name.clone(),
            words::heading(column),
            type_in_words(column.kind()).to_owned(),
            words::unit(column),
            words::meaning(column),
            words::source(column),
        ]
    };
    listed.map(row).collect()
}

fn type_in_words(kind: Type) -> &'static str {
    match kind {
        Type::Text => "文本",
        Type::Whole => "整数",
        Type::Number => "数",
        Type::Time => "时间",
    }
}

fn state_rows(scope: &Scope) -> Vec<Vec<String>> {
    let row = |state: &crate::verdict::Standing| {
        vec![state.as_str().to_owned(), words::state(*state).to_owned(), words::state_meaning(*state).to_owned()]
    };
    scope.standings().iter().map(row).collect()
}
