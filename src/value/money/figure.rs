//! ASCII figures: 1200, 1,200.5, 1 200, 1'200, 1234。5.

use rust_decimal::Decimal;

/// An ASCII figure: 1200, 1,200.5, 1 200, 1'200, 1234。5. The error is the text behind figures that follow no rule.
pub(super) fn figure(text: &str) -> Result<(Decimal, &str), &str> {
    let (whole, mut rest) = digits(text);
    let mut plain = whole.to_owned();
    let mut separator = None;
    let mut groups_fit = true;
    while let Some((sign, group, after)) = next_group(rest) {
        groups_fit &= group.len() == 3 && whole.len() <= 3 && separator.is_none_or(|known| known == sign);
        separator = Some(sign);
        plain.push_str(group);
        rest = after;
    }
    if let Some(after) = rest.strip_prefix(['.', '。'])
        && after.starts_with(|c: char| c.is_ascii_digit())
    {
        let (fraction, after) = digits(after);
        plain.push('.');
        plain.push_str(fraction);
        rest = after;
    }
    let run_on = rest
        .strip_prefix(['.', ',', '\'', '。', ' '])
        .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()));
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let value = Decimal::from_str_exact(&plain);
    match value {
        Ok(value) if groups_fit && !run_on && !leading_zero => Ok((value, rest)),
        _ => Err(rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | ' '))),
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A separator of thousands and the digits behind it.
fn next_group(text: &str) -> Option<(char, &str, &str)> {
    let sign = text.chars().next().filter(|c| matches!(c, ',' | '\'' | ' '))?;
    let (group, rest) = digits(text.strip_prefix(sign)?);
    (!group.is_empty()).then_some((sign, group, rest))
}
