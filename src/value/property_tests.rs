//! What holds for every answer, however it is written: nothing panics, what was meant is read or asked about, and nothing of a
//! person's number is kept.

use proptest::prelude::*;

use super::*;
use crate::survey::{Choosable, Options, Precision};

fn item(kind: ItemKind) -> Item {
    Item {
        key: "item".into(),
        label: "标签".into(),
        short: "标签".into(),
        aliases: Vec::new(),
        kind,
        required: true,
        previous: None,
        size: None,
    }
}

fn options() -> Options {
    let option = |key: &str, label: &str| Choosable { key: key.into(), label: label.into(), aliases: Vec::new() };
    let options = [("a", "云计算"), ("b", "大数据"), ("c", "物联网"), ("d", "批发、零售")];
    Options { options: options.map(|(key, label)| option(key, label)).to_vec(), other: true }
}

fn kinds() -> Vec<ItemKind> {
    vec![
        ItemKind::Text,
        ItemKind::Identity,
        ItemKind::Money { currency: "CNY".into(), unit: None },
        ItemKind::Integer { unit: Some("人".into()), minimum: 0, maximum: None },
        ItemKind::Percentage { minimum: 0, maximum: 100 },
        ItemKind::Date { precision: Precision::Year },
        ItemKind::Choice(options()),
        ItemKind::Choices(options()),
        ItemKind::Telephone { area_code: None },
        ItemKind::Email,
        ItemKind::CreditCode,
        ItemKind::YesNo,
    ]
}

/// What an answer says: its value or its number in short; the codes of its errors where it says nothing.
fn said(kind: ItemKind, written: &str) -> String {
    let understood = read(&item(kind), written, &Context::default());
    match understood.value {
        Value::Integer(Some(number)) | Value::Percentage(Some(number)) => number.short(),
        value => value
            .typed()
            .value
            .unwrap_or_else(|| understood.problems.iter().map(|problem| problem.code()).collect::<Vec<_>>().join(" ")),
    }
}

/// A number in Chinese numerals, under ten thousand.
fn in_chinese(number: u32) -> String {
    let digit = |digit: u32| "零一二三四五六七八九".chars().nth(digit as usize).unwrap();
    let mut text = String::new();
    let mut skipped = false;
    for (place, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        match number / place % 10 {
            0 => skipped = !text.is_empty(),
            of_place => {
                if std::mem::take(&mut skipped) {
                    text.push('零');
                }
                text.push(digit(of_place));
                text.push_str(name);
            }
        }
    }
    if text.is_empty() { "零".into() } else { text }
}

fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn wide(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xFEE0).unwrap() } else { c })
        .collect()
}

/// An identity number of nobody: the division 000 of a province is given to none.
fn person(year: u32, month: u32, day: u32, serial: u32) -> String {
    let body = format!("440000{year:04}{month:02}{day:02}{serial:03}");
    let number = (0..11).map(|check| format!("{body}{}", if check == 10 { "X".into() } else { check.to_string() }));
    number.into_iter().find(|number| personal::is_identity_number(number)).unwrap()
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in "[ -~□☑☒√×（）、，；：年月日人%％‰成百分之一二十千万亿约近至到以上不足其他转@＠。\\n　０-９]{0,40}") {
        for kind in kinds() {
            let understood = read(&item(kind.clone()), &text, &Context::default());
            let nothing = understood.text.is_none();
            prop_assert_eq!(nothing, understood.problems.contains(&Problem::Missing));
            let is_read = !understood.value.typed().is_empty();
            let wrong = understood.problems.iter().any(|problem| problem.severity() == crate::issue::Severity::Error);
            prop_assert!(!is_read || !wrong, "{:?} of {kind:?}: {understood:?}", text);
            prop_assert!(!kind.is_strict() || is_read || !understood.problems.is_empty(), "{:?} of {kind:?}", text);
        }
    }

    #[test]
    fn a_whole_number_is_read_however_it_is_written(number in 0_u32..10_000_000) {
        let kind = || ItemKind::Integer { unit: Some("人".into()), minimum: 0, maximum: None };
        let plain = number.to_string();
        for written in [plain.clone(), grouped(number), wide(&plain), format!("{plain}人"), format!("共 {plain} 人"), format!("{plain}\n人")] {
            prop_assert_eq!(said(kind(), &written), plain.clone(), "{}", written);
        }
        prop_assert_eq!(said(kind(), &format!("约{plain}人")), format!("~{plain}"));
        let small = number % 10_000;
        prop_assert_eq!(said(kind(), &in_chinese(small)), small.to_string(), "{}", in_chinese(small));
        let ten_thousands = format!("{}.{:02}万人", small, number % 100);
        let expected = u64::from(small) * 10_000 + u64::from(number % 100) * 100;
        prop_assert_eq!(said(kind(), &ten_thousands), expected.to_string(), "{}", ten_thousands);
    }

    #[test]
    fn a_day_is_read_however_it_is_written(year in 1950_u32..2050, month in 1_u32..=12, day in 1_u32..=28) {
        let kind = || ItemKind::Date { precision: Precision::Day };
        let iso = format!("{year}-{month:02}-{day:02}");
        let tens = |number: u32| match number {
            1..=9 => in_chinese(number),
            10..=19 => in_chinese(number).trim_start_matches('一').to_owned(),
            _ => in_chinese(number),
        };
        let of_year: String = year.to_string().chars().map(|c| "〇一二三四五六七八九".chars().nth(c as usize - 48).unwrap()).collect();
        let written = [
            iso.clone(),
            format!("{year}/{month}/{day}"),
            format!("{year}.{month}.{day}"),
            format!("{year}{month:02}{day:02}"),
            format!("{year}年{month}月{day}日"),
            format!("{year} 年 {month:02} 月 {day:02} 日"),
            wide(&format!("{year}年{month}月{day}日")),
            format!("{of_year}年{}月{}日", tens(month), tens(day)),
            format!("{iso} 00:00:00"),
        ];
        for written in written {
            prop_assert_eq!(said(kind(), &written), iso.clone(), "{}", written);
        }
        let turned = said(kind(), &format!("{day}/{month}/{year}"));
        prop_assert!(turned == iso || turned == "ambiguous_date", "{}", turned);
    }

    #[test]
    fn what_is_ticked_is_what_was_meant(ticks in proptest::collection::vec(any::<bool>(), 4), style in 0_usize..8) {
        let labels = ["云计算", "大数据", "物联网", "批发、零售"];
        let keys = ["a", "b", "c", "d"];
        let meant: Vec<&str> = keys.iter().zip(&ticks).filter(|(_, ticked)| **ticked).map(|(key, _)| *key).collect();
        let boxed = |ticked: bool| match style {
            0 | 1 => if ticked { "☑" } else { "□" },
            2 | 3 => if ticked { "（√）" } else { "（ ）" },
            4 | 5 => if ticked { "■" } else { "□" },
            _ => if ticked { "[x]" } else { "[ ]" },
        };
        let parts = labels.iter().zip(&ticks).map(|(label, ticked)| match style % 2 {
            0 => format!("{}{label}", boxed(*ticked)),
            _ => format!("{label}{}", boxed(*ticked)),
        });
        for between in ["  ", "\n", "；"] {
            let written = parts.clone().collect::<Vec<_>>().join(between);
            // ■ before each of them may be how the form prints its list.
            let may_be_list = meant.len() == keys.len() && matches!(style, 4 | 5);
            let expected = match meant.as_slice() {
                [] => "missing".to_owned(),
                _ if may_be_list => "unclear_choice".to_owned(),
                _ => meant.join(","),
            };
            prop_assert_eq!(said(ItemKind::Choices(options()), &written), expected, "{}", written);
        }
    }

    #[test]
    fn nothing_of_a_persons_number_is_kept(
        year in 1930_u32..2020, month in 1_u32..=12, day in 1_u32..=28, serial in 0_u32..999,
        between in "[ \\-]?", before in "[^0-9Xx]{0,5}", behind in "[^0-9Xx]{0,5}",
    ) {
        let number = person(year, month, day, serial);
        let (division, rest) = number.split_at(6);
        let (date, tail) = rest.split_at(8);
        let written = format!("{before}{division}{between}{date}{between}{tail}{behind}");
        for text in [written.clone(), wide(&written)] {
            for kind in kinds() {
                let understood = format!("{:?}", read(&item(kind), &text, &Context::default()));
                prop_assert!(!understood.contains(date) && !understood.contains(&wide(date)), "{}", understood);
            }
        }
    }
}
