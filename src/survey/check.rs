//! Whether a survey file's values make a survey that can be collected and stored.

use std::collections::BTreeMap;

use jiff::civil;
use toml::Spanned;

use super::file::{ItemTable, Misfit, SurveyFile, day};
use super::keys::{self, TypeName};
use super::wording::squeeze;

/// Columns that the survey's view in the database has of its own.
const VIEW_COLUMNS: [&str; 5] = ["respondent", "state", "version", "received_at", "message"];

pub(super) fn check(file: &SurveyFile) -> Result<(), Misfit> {
    check_id(&file.id)?;
    check_days(file)?;
    check_items(&file.items)
}

fn check_id(id: &Spanned<String>) -> Result<(), Misfit> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !id.get_ref().is_empty() && id.get_ref().chars().all(fits) {
        return Ok(());
    }
    let message =
        format!("id `{}` has characters that cannot name a survey; use letters a-z, digits, `-`, `_`", id.get_ref());
    Err(Misfit::at(id, message))
}

fn check_days(file: &SurveyFile) -> Result<(), Misfit> {
    let deadline = day(&file.deadline)?;
    if let Some(opens) = &file.opens
        && deadline < day(opens)?
    {
        return Err(out_of_order(&file.deadline, "deadline", deadline, "opens"));
    }
    if let Some(written) = &file.closes {
        let closes = day(written)?;
        if closes < deadline {
            return Err(out_of_order(written, "closes", closes, "deadline"));
        }
    }
    Ok(())
}

fn out_of_order<T>(written: &Spanned<T>, key: &str, day: civil::Date, earlier: &str) -> Misfit {
    Misfit::at(written, format!("{key} {day} lies before {earlier}; put the days in order"))
}

fn check_items(items: &Spanned<Vec<ItemTable>>) -> Result<(), Misfit> {
    let mut identities = items.get_ref().iter().filter(|item| item.kind == TypeName::Identity);
    if identities.next().is_none() {
        return Err(Misfit::at(items, "no item names the respondent; give one item `type = \"identity\"`"));
    }
    if let Some(second) = identities.next() {
        let message = format!(
            "item `{}` is a second one of type identity; only one can name the respondent",
            second.key.get_ref()
        );
        return Err(Misfit::at(&second.key, message));
    }
    items.get_ref().iter().try_for_each(check_item)?;
    check_columns(items.get_ref())?;
    check_labels(items.get_ref())
}

fn check_item(item: &ItemTable) -> Result<(), Misfit> {
    let key = item.key.get_ref();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !key.starts_with(|c: char| c.is_ascii_lowercase()) || !key.chars().all(fits) {
        let message =
            format!("key `{key}` cannot name a column; begin with a letter a-z, go on with a-z, digits and `_`");
        return Err(Misfit::at(&item.key, message));
    }
    Ok(())
}

/// Each key, and each column that a typed item adds, is one column of the view.
fn check_columns(items: &[ItemTable]) -> Result<(), Misfit> {
    let mut taken: BTreeMap<String, &str> =
        VIEW_COLUMNS.iter().map(|name| ((*name).to_owned(), "the view itself")).collect();
    for item in items {
        let key = item.key.get_ref();
        let kind = keys::kind(item)?;
        let extra = kind.facets().iter().map(|facet| format!("{key}{}", facet.suffix()));
        for column in std::iter::once(key.clone()).chain(extra) {
            if let Some(owner) = taken.get(&column) {
                let message =
                    format!("key `{key}` needs the column `{column}`, which {owner} has already; choose another key");
                return Err(Misfit::at(&item.key, message));
            }
            taken.insert(column, key);
        }
    }
    Ok(())
}

/// A label or alias that two items share could not tell them apart.
fn check_labels(items: &[ItemTable]) -> Result<(), Misfit> {
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for item in items {
        let key = item.key.get_ref().as_str();
        for written in std::iter::once(&item.label).chain(&item.aliases) {
            let wording = squeeze(written.get_ref());
            if wording.is_empty() {
                return Err(Misfit::at(
                    written,
                    format!("item `{key}` has an empty label or alias; fill it in or remove it"),
                ));
            }
            if let Some(owner) = owners.get(&wording).filter(|owner| **owner != key) {
                let message = format!(
                    "`{}` is a label of both `{owner}` and `{key}`; keep it for one of them",
                    written.get_ref()
                );
                return Err(Misfit::at(written, message));
            }
            owners.insert(wording, key);
        }
    }
    Ok(())
}
