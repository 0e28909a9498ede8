//! The notes below a consolidated table: how many returns of which moment, and how their figures are to be read.

use std::collections::BTreeMap;

use super::{Cell, Made, Row, Table, dictionary, words};
use crate::calendar;
use crate::survey::{Item, ItemKind};
use crate::value::amount;

/// So many enterprises are named at most in a note.
const NAMED: usize = 10;

/// The notes, numbered.
pub(super) fn notes(table: &Table, made: &Made) -> Vec<String> {
    let figures = table.survey.items.iter().enumerate().filter(|(_, item)| item.kind.is_figure());
    let of_items =
        figures.flat_map(|(at, item)| of_item(item, &cells(table, at)).into_iter().chain(odd(table, at, item)));
    let all: Vec<String> =
        [count(table, made), scope(table)].into_iter().flatten().chain(of_items).chain(blanks(table)).collect();
    (1..)
        .zip(&all)
        .map(|(number, note)| format!("{}{number}. {note}", if number == 1 { "注：" } else { "　　" }))
        .collect()
}

fn cells(table: &Table, at: usize) -> Vec<&Cell> {
    table.rows.iter().filter_map(|row| row.cells.get(at)?.as_ref()).collect()
}

/// How many returns, of which moment, and how many of them were late.
fn count(table: &Table, made: &Made) -> Option<String> {
    let moment = calendar::in_words(made.at, &made.zone);
    let deadline = table.survey.deadline;
    let late = table.rows.iter().filter(|row| calendar::is_late(row.received_at, deadline, &made.zone)).count();
    let late = if late > 0 { format!("，其中{late}份在截止日期之后收到") } else { String::new() };
    let deadline = calendar::day_in_words(deadline);
    let states = table.scope.standings().into_iter().map(words::state).collect::<Vec<_>>().join("、");
    let number = table.rows.len();
    Some(format!("本表为截至{moment}{states}的答复，共{number}份，一行一份。报送截止日期为{deadline}{late}。"))
}

/// What the table was narrowed to, where it was.
fn scope(table: &Table) -> Option<String> {
    let scope = &table.scope;
    let is_narrow = !scope.tags.is_empty() || scope.since.is_some() || scope.until.is_some();
    is_narrow.then(|| format!("汇总范围：{}。", dictionary::filters(scope)))
}

/// How the figures of an item are written, and how many are no plain figures.
fn of_item(item: &Item, cells: &[&Cell]) -> Vec<String> {
    let name = &item.short;
    let mut notes = vec![units(item, name)];
    let number = |holds: &dyn Fn(&Cell) -> bool| cells.iter().filter(|cell| holds(cell)).count();
    let is_range = |cell: &Cell| matches!((cell.says.low, cell.says.high), (Some(low), Some(high)) if low != high);
    let kinds = [
        (number(&is_range), "填写的是区间，按原文列出，未取中间值"),
        (number(&|cell| cell.says.low.is_some() && cell.says.high.is_none()), "只写了下限（如“以上”）"),
        (number(&|cell| cell.says.low.is_none() && cell.says.high.is_some()), "只写了上限（如“以下”“不超过”）"),
        (number(&|cell| cell.says.approximate == Some(true)), "填写的是约数"),
        (number(&|cell| cell.is_withheld), "表示不便透露"),
    ];
    let kinds = kinds.iter().filter(|(number, _)| *number > 0).map(|(number, words)| format!("{number}家{words}"));
    let kinds = kinds.collect::<Vec<_>>().join("；");
    if !kinds.is_empty() {
        notes.push(format!("“{name}”中，{kinds}。"));
    }
    notes.extend(other_currencies(item, cells));
    notes.retain(|note| !note.is_empty());
    notes
}

/// Whose figure looks odd and was not confirmed: it is shown as written, and who adds figures up has to know.
fn odd(table: &Table, at: usize, item: &Item) -> Option<String> {
    let is_odd = |row: &&Row| row.cells.get(at).is_some_and(|cell| cell.as_ref().is_some_and(|cell| cell.is_odd));
    let names: Vec<&str> = table.rows.iter().filter(is_odd).map(|row| row.respondent.as_str()).collect();
    let listed = names.iter().take(NAMED).copied().collect::<Vec<_>>().join("、");
    let more = if names.len() > NAMED { format!("等{}家", names.len()) } else { String::new() };
    (!names.is_empty()).then(|| format!("“{}”中，{listed}{more}所填数额异常，尚未经企业核实，请慎用。", item.short))
}

fn units(item: &Item, name: &str) -> String {
    match &item.kind {
        ItemKind::Money { currency, .. } => {
            let unit = amount::currency_name(currency);
            let unit = unit.trim_start();
            format!("“{name}”按企业填写的原文列出；原文不是以万{unit}写的，括号内是折合的万{unit}数。")
        }
        _ => match words::unit_of(item) {
            unit if unit.is_empty() => String::new(),
            unit => format!("“{name}”的单位为{unit}，按企业填写的原文列出。"),
        },
    }
}

fn other_currencies(item: &Item, cells: &[&Cell]) -> Option<String> {
    let ItemKind::Money { currency: home, .. } = &item.kind else { return None };
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    for code in cells.iter().filter_map(|cell| cell.says.currency.as_deref()).filter(|code| code != home) {
        *others.entry(code).or_default() += 1;
    }
    let each: Vec<String> =
        others.iter().map(|(code, number)| format!("{}{number}家", amount::currency_name(code).trim_start())).collect();
    let home = amount::currency_name(home);
    (!each.is_empty()).then(|| {
        let each = each.join("、");
        format!("“{}”以其他币种填写的：{each}，按原币列出，未折算为{}。", item.short, home_name(home.trim_start()))
    })
}

fn home_name(unit: &str) -> &str {
    if unit == "元" { "人民币" } else { unit }
}

/// What an empty cell means, where there is one.
fn blanks(table: &Table) -> Option<String> {
    let has_blank = table.rows.iter().any(|row| row.cells.iter().any(Option::is_none));
    has_blank.then(|| "空格为企业未填写。".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::{digital, made, table};

    #[test]
    fn the_notes_tell_how_figures_are_to_be_read() {
        let mut narrow = table(40);
        narrow.scope.tags = vec![("所属镇街".into(), "东街".into())];
        insta::assert_snapshot!(notes(&narrow, &made()).join("\n"));
        insta::assert_snapshot!(notes(&digital(), &made()).join("\n"));
        assert_eq!(notes(&table(1), &made()).len(), 2, "nothing is said of what there is none of");
    }
}
