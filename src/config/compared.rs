//! Whether what a survey's figures are compared with in another survey is there. That one may be no longer configured; then only
//! the database knows it, and `postroom check` looks there.

use std::mem::discriminant;

use crate::survey::{Item, Previous, Source, Survey};
use crate::written::Fault;

/// Checks a survey against those that are configured with it.
pub(super) fn check(survey: &Survey, configured: &[Survey]) -> Result<(), Fault> {
    for (item, previous, other, key) in references(survey) {
        let fault = |message: String| Err(Fault { line: previous.line, message });
        if other == survey.id {
            return fault(format!("`previous` of {} names this very survey; name that of the period before", item.key));
        }
        if let Some(other) = configured.iter().find(|one| one.id == other)
            && let Some(message) = misfit(item, other, key)
        {
            return fault(message);
        }
    }
    Ok(())
}

/// Items that are compared with those of another survey: that survey, and the key there.
pub fn references(survey: &Survey) -> impl Iterator<Item = (&Item, &Previous, &str, &str)> {
    survey.items.iter().filter_map(|item| {
        let previous = item.previous.as_ref()?;
        match &previous.source {
            Source::Answer { survey, item: key } => Some((item, previous, survey.as_str(), key.as_str())),
            Source::Roster(_) => None,
        }
    })
}

/// Why an item cannot be compared with one of another survey.
#[must_use]
pub fn misfit(item: &Item, other: &Survey, key: &str) -> Option<String> {
    let Some(there) = other.item(key) else {
        let figures: Vec<&str> =
            other.items.iter().filter(|one| one.kind.is_figure()).map(|one| one.key.as_str()).collect();
        let known = if figures.is_empty() { "none".to_owned() } else { figures.join(", ") };
        return Some(format!("survey {} has no item `{key}`; its items with figures: {known}", other.id));
    };
    (discriminant(&there.kind) != discriminant(&item.kind)).then(|| {
        format!("`{key}` of survey {} is of another type than {}; name an item of the same type", other.id, item.key)
    })
}
