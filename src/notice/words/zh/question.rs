//! Why a figure looks odd, in Chinese.

use rust_decimal::Decimal;

use crate::notice::words::tongue::Odd;

/// The clause that goes on the sentence 营业收入为1200万元，…
pub(super) fn reason(odd: &Odd) -> String {
    let before = odd.before.as_ref().map(|told| match told {
        Some((figure, times)) => {
            let times = times.map(|times| format!("（约{}）", of_times(times))).unwrap_or_default();
            format!("与上期所报的{figure}相差较大{times}")
        }
        None => "与上期数额相差较大".to_owned(),
    });
    match (before, odd.is_of_other_size) {
        (Some(before), false) => before,
        (Some(before), true) => format!("{before}，也与同等规模企业的通常水平相差较大"),
        (None, true) => "与同等规模企业的通常水平相差较大".to_owned(),
        (None, false) => "与通常情况相差较大".to_owned(),
    }
}

/// 12倍, 5.5倍; of a smaller one 1/12.
fn of_times(times: Decimal) -> String {
    let round = |times: Decimal| times.round_dp(if times < Decimal::TEN { 1 } else { 0 }).normalize();
    match Decimal::ONE.checked_div(times) {
        Some(back) if times < Decimal::ONE => format!("1/{}", round(back)),
        _ => format!("{}倍", round(times)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_times_is_said_in_round_numbers() {
        let check = |times: &str, said: &str| assert_eq!(of_times(times.parse().expect("a decimal")), said);
        for (times, said) in [
            ("12", "12倍"),
            ("12.4", "12倍"),
            ("5.54", "5.5倍"),
            ("0.1", "1/10"),
            ("0.0833", "1/12"),
            ("1000", "1000倍"),
        ] {
            check(times, said);
        }
    }
}
