//! What a form says that its numbers count: ones or ten thousands. A label says it in brackets (从业人员（万人）), a column beside the
//! answer, or a line above the table (单位：万元、万人).

use rust_decimal::Decimal;

use super::{PEOPLE, Rule, THINGS};
use crate::issue::Misfit;
use crate::survey::squeeze;
use crate::value::UnitSource;

/// Words for a scale, the longer ones before those they begin with.
const SCALES: [(&str, i64); 5] = [("亿", 100_000_000), ("百万", 1_000_000), ("万", 10_000), ("千", 1_000), ("百", 100)];

/// Words that open a line which names units. 填报单位：… names an enterprise.
const OPENINGS: [&str; 6] = ["单位:", "计量单位:", "数量单位:", "人数单位:", "以上均为", "均为"];

/// Signs that part one unit from the next.
const SEPARATORS: [char; 12] = ['(', ')', '[', ']', '/', ',', ';', ':', '、', '（', '）', '：'];

/// What a bare number counts; nothing where the form does not say. The label is nearer than a line.
///
/// # Errors
/// Where lines differ.
pub(super) fn of(rule: &Rule<'_>) -> Result<Option<(Decimal, UnitSource)>, Misfit> {
    let label = squeeze(rule.label);
    let inside = label.split(SEPARATORS).skip(1);
    let beside = squeeze(rule.unit_beside);
    let is_unit = |word: &str| rule.unit == Some(word) || PEOPLE.contains(&word) || THINGS.contains(&word);
    let mut near = inside.chain([beside.as_str()]);
    let named = near.find_map(|part| {
        let (scale, word) = parted(part);
        (is_unit(word) || (word.is_empty() && scale > 1)).then_some(scale)
    });
    if let Some(scale) = named {
        return Ok(Some((Decimal::from(scale), UnitSource::Label)));
    }
    let mut scales = rule.unit_lines.iter().flat_map(|line| in_line(line, rule.unit));
    let Some(first) = scales.next() else { return Ok(None) };
    if scales.all(|scale| scale == first) {
        Ok(Some((Decimal::from(first), UnitSource::UnitLine)))
    } else {
        Err(Misfit::AmbiguousNumber)
    }
}

/// Whether a line says that numbers of the table count more than ones: 单位：万人.
#[must_use]
pub fn is_unit_line(line: &str) -> bool {
    in_line(line, None).iter().any(|scale| *scale > 1)
}

/// The scales that a line names for what is counted. A line on money alone says nothing of people.
fn in_line(line: &str, unit: Option<&str>) -> Vec<i64> {
    let flat = squeeze(line);
    let flat = flat.trim_start_matches(['(', '[']);
    if !OPENINGS.iter().any(|opening| flat.starts_with(opening)) {
        return Vec::new();
    }
    let is_meant = |word: &str| match unit {
        Some(unit) => unit == word || (PEOPLE.contains(&unit) && PEOPLE.contains(&word)),
        None => PEOPLE.contains(&word) || THINGS.contains(&word),
    };
    let parts = line.split(|c: char| c.is_whitespace() || SEPARATORS.contains(&c)).map(squeeze);
    let named = parts.filter_map(|part| {
        let (scale, word) = parted(&part);
        is_meant(word).then_some(scale)
    });
    named.collect()
}

/// A unit's scale, and the word for what is counted: 万人, 人, 单位万人.
fn parted(part: &str) -> (i64, &str) {
    let part = ["单位", "以上均为", "均为"].iter().find_map(|word| part.strip_prefix(word)).unwrap_or(part);
    let scaled = SCALES.iter().find_map(|(word, scale)| Some((*scale, part.strip_prefix(word)?)));
    scaled.unwrap_or((1, part))
}
