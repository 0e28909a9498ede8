//! How a survey went from digest to digest: the figures of earlier weeks as they were told then, beside today's.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::view::percent;
use crate::figures::{AreaFigure, Figures};

/// Most weeks that are shown, today's among them.
const WEEKS: usize = 6;

/// The figures of one digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct WeekView {
    /// Day of its data, such as 12月25日.
    day: String,
    returned: usize,
    complete: usize,
    in_correction: usize,
    /// Of a survey without a roster always zero.
    outstanding: usize,
    /// Response in percent, such as 48.3; empty without a roster.
    rate: String,
}

/// The latest weeks, the oldest first and today's last; none while there was no digest before.
pub(super) fn weeks(earlier: &[Figures], now: &Figures, zone: &TimeZone) -> Vec<WeekView> {
    if earlier.is_empty() {
        return Vec::new();
    }
    let shown = earlier.len().saturating_sub(WEEKS - 1);
    earlier.iter().skip(shown).chain([now]).map(|figures| week(figures, zone)).collect()
}

fn week(figures: &Figures, zone: &TimeZone) -> WeekView {
    let (day, totals) = (figures.at.to_zoned(zone.clone()), &figures.totals);
    WeekView {
        day: format!("{}月{}日", day.month(), day.day()),
        returned: totals.returned.number(),
        complete: totals.complete.number(),
        in_correction: totals.in_correction.number(),
        outstanding: totals.outstanding.number(),
        rate: percent(totals),
    }
}

/// By how many enterprises an area has grown since the last digest; none when that did not count it.
pub(super) fn change(earlier: &[Figures], area: &AreaFigure) -> Option<i64> {
    let before = earlier.last()?.areas.iter().find(|one| one.area.key == area.area.key)?;
    let number = |area: &AreaFigure| i64::try_from(area.respondents.number()).unwrap_or(i64::MAX);
    Some(number(area) - number(before))
}
