//! Why a figure looks odd, in English.

use rust_decimal::Decimal;

use super::quantity::grouped;
use crate::notice::words::tongue::Odd;

/// The clause that goes on the sentence "Revenue is given as RMB 12,000,000, …".
pub(super) fn reason(odd: &Odd) -> String {
    const OF_SIZE: &str = "what enterprises of this size usually report";
    let before = odd.before.as_ref().map(|told| match told {
        Some((figure, times)) => {
            let times = times.map(|times| format!(" ({})", of_times(times))).unwrap_or_default();
            format!("which is far from the {figure} reported for the period before{times}")
        }
        None => "which is far from the figure of the period before".to_owned(),
    });
    match (before, odd.is_of_other_size) {
        (Some(before), false) => before,
        (Some(before), true) => format!("{before}, and also from {OF_SIZE}"),
        (None, true) => format!("which is far from {OF_SIZE}"),
        (None, false) => "which is far from what is usual".to_owned(),
    }
}

/// About 12 times as much, about 5.5 times as much; of a smaller one about 1/12 of it.
fn of_times(times: Decimal) -> String {
    let round = |times: Decimal| grouped(times.round_dp(if times < Decimal::TEN { 1 } else { 0 }));
    match Decimal::ONE.checked_div(times) {
        Some(back) if times < Decimal::ONE => format!("about 1/{} of it", round(back)),
        _ => format!("about {} times as much", round(times)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_said_that_the_sender_may_hear() {
        let check = |before: Option<Option<(&str, Option<&str>)>>, is_of_other_size, expected: &str| {
            let times = |times: &str| times.parse().unwrap();
            let before = before.map(|told| told.map(|(figure, by)| (figure.to_owned(), by.map(times))));
            assert_eq!(reason(&Odd { before, is_of_other_size }), expected);
        };
        let figure = "RMB 1,000,000";
        let of_before = "which is far from the RMB 1,000,000 reported for the period before";
        check(Some(Some((figure, Some("12.4")))), false, &format!("{of_before} (about 12 times as much)"));
        check(Some(Some((figure, Some("5.54")))), false, &format!("{of_before} (about 5.5 times as much)"));
        check(Some(Some((figure, Some("0.0833")))), false, &format!("{of_before} (about 1/12 of it)"));
        check(Some(Some((figure, Some("1000")))), false, &format!("{of_before} (about 1,000 times as much)"));
        check(Some(Some((figure, None))), false, of_before);
        let of_size = "what enterprises of this size usually report";
        check(Some(None), true, &format!("which is far from the figure of the period before, and also from {of_size}"));
        check(None, true, &format!("which is far from {of_size}"));
        check(None, false, "which is far from what is usual");
    }
}
