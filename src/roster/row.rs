//! The rows of a roster: each becomes a respondent, with what is wrong with it.

use std::collections::BTreeMap;

use super::{Column, Fault, Invited, Roster, Row};
use crate::issue::{Misfit, Problem};
use crate::survey::{Item, ItemKind};
use crate::value::{self, Context, Understood, Value, identity};

/// Reads all rows below the heading.
pub(super) fn all(columns: &[Option<Column>], rows: impl Iterator<Item = Row>) -> Roster {
    let mut roster = Roster::default();
    let mut seen = Seen::default();
    for row in rows.filter(|row| row.cells.iter().any(|text| !text.trim().is_empty())) {
        let number = row.number;
        if let Some(invited) = one(columns, &row, &mut roster.faults) {
            seen.check(number, &invited, &mut roster.faults);
            roster.invited.push(invited);
            roster.rows.push(number);
        }
    }
    if roster.invited.is_empty() && roster.is_usable() {
        roster.faults.push(Fault::error(0, "it names nobody; write one enterprise a row below the heading"));
    }
    roster
}

/// Names and codes so far, each with the row that has it.
#[derive(Default)]
struct Seen {
    names: BTreeMap<String, u32>,
    codes: BTreeMap<String, u32>,
}

impl Seen {
    /// A name or a code stands for one respondent alone.
    fn check(&mut self, row: u32, invited: &Invited, faults: &mut Vec<Fault>) {
        let mut own: BTreeMap<String, &str> = BTreeMap::new();
        for name in invited.former_names.iter().chain([&invited.name]) {
            own.insert(identity::key(name), name);
        }
        for (key, name) in own {
            if let Some(other) = self.names.insert(key, row) {
                let message = format!("{name} stands in row {other} as well; keep it in one row");
                faults.push(Fault::error(row, message));
            }
        }
        let Some(code) = &invited.credit_code else { return };
        if let Some(other) = self.codes.insert(code.clone(), row) {
            let message = format!("the credit code {code} stands in row {other} as well; one of them is wrong");
            faults.push(Fault::error(row, message));
        }
    }
}

fn one(columns: &[Option<Column>], row: &Row, faults: &mut Vec<Fault>) -> Option<Invited> {
    let mut invited = Invited::default();
    for (column, text) in columns.iter().zip(&row.cells) {
        let text = text.trim();
        if let Some(column) = column.as_ref().filter(|_| !text.is_empty()) {
            take(column, text, row.number, &mut invited, faults);
        }
    }
    if invited.name.is_empty() {
        faults.push(Fault::error(row.number, "it has no name; write it under 企业名称, or clear the row"));
        return None;
    }
    Some(invited)
}

fn take(column: &Column, text: &str, row: u32, invited: &mut Invited, faults: &mut Vec<Fault>) {
    match column {
        Column::Name => invited.name = identity::read(text, &[]).text.unwrap_or_default(),
        Column::FormerNames => invited.former_names.extend(names(text)),
        Column::CreditCode => invited.credit_code = credit_code(text, row, faults),
        Column::Addresses => {
            for address in addresses(text, row, faults) {
                if !invited.addresses.contains(&address) {
                    invited.addresses.push(address);
                }
            }
        }
        Column::Contact => join(&mut invited.contact, text),
        Column::Phone => join(&mut invited.phone, text),
        Column::IsKey => invited.is_key = yes_or_no(text, row, faults),
        Column::Number => {}
        Column::Tag(tag) => drop(invited.tags.insert(tag.clone(), text.to_owned())),
    }
}

fn names(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(['、', ';', '；', '\n', '/', '|', '，']).map(|part| identity::read(part, &[]));
    parts.filter_map(|understood| understood.text)
}

fn join(into: &mut String, text: &str) {
    if !into.is_empty() {
        into.push('、');
    }
    into.push_str(text);
}

/// Reads a cell as an answer of a kind would be read.
fn read(kind: ItemKind, text: &str) -> Understood {
    let (key, label, short) = (String::new(), String::new(), String::new());
    let item = Item { key, label, short, aliases: Vec::new(), kind, required: false, previous: None, size: None };
    value::read(&item, text, &Context::default())
}

/// A code that does not check is kept with a warning: it may still be what the respondent writes itself.
fn credit_code(text: &str, row: u32, faults: &mut Vec<Fault>) -> Option<String> {
    let understood = read(ItemKind::CreditCode, text);
    let misfit = understood.problems.iter().find_map(|problem| match problem {
        Problem::Misfit { misfit, .. } => Some(misfit),
        _ => None,
    });
    let code = match understood.value {
        Value::CreditCode(code) => code,
        _ => None,
    };
    match (misfit, &code) {
        (Some(Misfit::PersonalNumber), _) => {
            let message = "a person's identity number stands in place of the credit code; it is left out";
            faults.push(Fault::warning(row, message));
        }
        (Some(Misfit::DigitsLost), _) => {
            let message = "the spreadsheet rounded the credit code; format the column as text and write it again";
            faults.push(Fault::warning(row, message));
        }
        (Some(_), Some(code)) => {
            faults.push(Fault::warning(
                row,
                format!("the credit code {code} does not check; compare it with the licence"),
            ));
        }
        (Some(_), None) => {
            let message = format!("{text} is no unified social credit code of 18 characters; it is left out");
            faults.push(Fault::warning(row, message));
        }
        (None, _) => {}
    }
    code
}

fn addresses(text: &str, row: u32, faults: &mut Vec<Fault>) -> Vec<String> {
    match read(ItemKind::Email, text) {
        Understood { value: Value::Email(addresses), problems, .. }
            if !addresses.is_empty() || problems == [Problem::Missing] =>
        {
            addresses
        }
        _ => {
            let message = format!("{text} is no mail address; write name@domain, several with ; between them");
            faults.push(Fault::error(row, message));
            Vec::new()
        }
    }
}

fn yes_or_no(text: &str, row: u32, faults: &mut Vec<Fault>) -> bool {
    match text.to_lowercase().as_str() {
        "是" | "有" | "√" | "✓" | "✔" | "yes" | "y" | "true" | "1" | "重点" | "重点企业" => true,
        "否" | "无" | "不是" | "×" | "no" | "n" | "false" | "0" | "/" | "-" | "—" | "一般" => false,
        other => {
            faults.push(Fault::error(row, format!("`{other}` says neither yes nor no; write 是 or 否 under 重点企业")));
            false
        }
    }
}
