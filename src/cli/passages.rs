//! What written material names, under a return: found passages, and no answers.

use super::print;
use crate::store::PassageRow;

/// Prints the passages, each sentence once.
pub(super) fn print(passages: &[PassageRow]) {
    if !passages.is_empty() {
        print::line("found in written material, for review; no answers:");
        lines(passages).iter().for_each(print::line);
    }
}

fn lines(passages: &[PassageRow]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut last: Option<&PassageRow> = None;
    for row in passages {
        let is_same = last.is_some_and(|last| {
            (last.message, &last.attachment, &last.place, &last.sentence)
                == (row.message, &row.attachment, &row.place, &row.sentence)
        });
        if !is_same {
            let place = row.place.replace('!', " ");
            lines.push(format!("  m{} {}, {place}: {}", row.message, row.attachment, row.sentence));
        }
        lines.push(format!("      {}", named(row)));
        last = Some(row);
    }
    lines
}

/// What is named, as `patent 发明专利 ZL201710123456.7` or `figure 营业收入 [= 12000000 CNY]`.
fn named(row: &PassageRow) -> String {
    let role = row.role.as_deref().map(|role| format!(" ({})", role.replace('_', " "))).unwrap_or_default();
    let identifier = row.identifier.as_deref().map(|number| format!(" {number}")).unwrap_or_default();
    let currency = row.currency.as_deref().map(|code| format!(" {code}")).unwrap_or_default();
    let number = match (&row.low, &row.high) {
        (Some(low), Some(high)) if low == high => format!("  [= {low}{currency}]"),
        (Some(low), Some(high)) => format!("  [= {low} to {high}{currency}]"),
        (Some(low), None) => format!("  [= {low}{currency} or more]"),
        (None, Some(high)) => format!("  [= up to {high}{currency}]"),
        (None, None) => String::new(),
    };
    format!("{} {}{role}{identifier}{number}", row.kind, row.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_shown_once_with_all_that_it_names() {
        let row = |kind: &str, name: &str| PassageRow {
            kind: kind.into(),
            name: name.into(),
            role: None,
            identifier: None,
            low: None,
            high: None,
            currency: None,
            message: 17,
            attachment: "材料.docx".into(),
            place: "page 3!paragraph 2".into(),
            sentence: "获发明专利（ZL201710123456.7）等3项，营收超1亿元。".into(),
        };
        let patent = PassageRow { identifier: Some("ZL201710123456.7".into()), ..row("patent", "发明专利") };
        let three = |number: &str| Some(number.to_owned());
        let count =
            PassageRow { role: three("granted"), low: three("3"), high: three("3"), ..row("patent", "发明专利") };
        let revenue = PassageRow { low: three("100000000"), currency: three("CNY"), ..row("figure", "营收") };
        let other = PassageRow {
            sentence: "荣获广东省科学技术奖。".into(), ..row("award", "广东省科学技术奖")
        };
        insta::assert_snapshot!(lines(&[patent, count, revenue, other]).join("\n"));
    }
}
