//! Tables for tests: rows as enterprises fill them in.

use jiff::tz::TimeZone;

use super::{Cell, Made, Row, Scope, Table};
use crate::survey::Survey;
use crate::value::Typed;
use crate::verdict::Standing;

/// An amount as it is stored.
pub(super) fn money(text: &str, low: Option<&str>, high: Option<&str>, currency: &str) -> Cell {
    let says = Typed {
        low: low.map(|low| low.parse().unwrap()),
        high: high.map(|high| high.parse().unwrap()),
        currency: Some(currency.to_owned()),
        approximate: Some(text.starts_with('约')),
        ..Typed::default()
    };
    Cell { text: text.to_owned(), says, ..Cell::default() }
}

pub(super) fn text(text: &str) -> Option<Cell> {
    Some(Cell { text: text.to_owned(), ..Cell::default() })
}

pub(super) fn made() -> Made {
    Made { at: "2017-12-22T08:05:00Z".parse().unwrap(), zone: TimeZone::get("Asia/Shanghai").unwrap() }
}

/// A row of the founding survey; its number is its place as well.
pub(super) fn row(id: i64, name: &str, texts: [&str; 4], revenue: Option<Cell>) -> Row {
    let texts = texts.map(|one| if one.is_empty() { None } else { text(one) });
    let cells = std::iter::once(text(name)).chain(texts).chain([revenue]).collect();
    Row {
        id,
        respondent_id: id,
        respondent: name.to_owned(),
        state: Standing::Complete,
        version: 1,
        received_at: "2017-12-19T08:05:00.123456Z".parse().unwrap(),
        message: id,
        cells,
    }
}

/// Words that fill a cell of so many characters.
pub(super) fn prose(letters: usize) -> String {
    let words = "基于深度学习的工业视觉缺陷检测平台，日均处理图像二百万张，已在三十余家制造企业部署；支持ResNet、Transformer等模型。";
    words.chars().cycle().take(letters).collect()
}

/// A table of so many complete returns of the founding survey, some with long texts and figures of every kind.
pub(super) fn table(rows: usize) -> Table {
    let survey = Survey::founding().unwrap();
    let rows = (1..=rows).map(|number| {
        let revenue = match number % 10 {
            1 => money("1200万元", Some("12000000"), Some("12000000"), "CNY"),
            2 => money("0.12亿元", Some("12000000"), Some("12000000"), "CNY"),
            3 => money("300-500万元", Some("3000000"), Some("5000000"), "CNY"),
            4 => money("1亿元以上", Some("100000000"), None, "CNY"),
            5 => money("约1200万元", Some("12000000"), Some("12000000"), "CNY"),
            6 => money("USD 500,000", Some("500000"), Some("500000"), "USD"),
            7 => Cell { text: "涉及商业秘密，不便透露".into(), is_withheld: true, ..Cell::default() },
            8 => money("5000万元以下", None, Some("50000000"), "CNY"),
            9 if number == 29 => Cell {
                is_odd: true,
                ..money("12,345万亿元", Some("12345000000000000"), Some("12345000000000000"), "CNY")
            },
            9 => money("12,345,678.9元", Some("12345678.9"), Some("12345678.9"), "CNY"),
            _ => money("0", Some("0"), Some("0"), "CNY"),
        };
        let length = [20, 60, 120, 300, 1200][number % 5];
        let texts = [prose(length / 3), prose(length), prose(length / 2), "小样本学习\n边缘计算".to_owned()];
        let name = format!("岭泽市禾塘区示例智能科技有限公司第{number}分公司");
        let id = i64::try_from(number).unwrap();
        row(id, &name, [&texts[0], &texts[1], &texts[2], &texts[3]], Some(revenue))
    });
    Table { rows: rows.collect(), survey, scope: Scope::complete() }
}

/// A table of a survey with an item of every type, one of its returns after the deadline.
pub(super) fn digital() -> Table {
    let survey = Survey::from_toml(include_str!("../../config/surveys/digital-2018.toml")).unwrap();
    let number = |text: &str, low: &str, high: Option<&str>| Cell {
        says: Typed { currency: None, ..money(text, Some(low), high, "CNY").says },
        ..money(text, Some(low), high, "CNY")
    };
    let of_item = |item: &crate::survey::Item| match item.key.as_str() {
        "name" => text("航标制造有限公司"),
        "code" => text("91990000MA0000001B"),
        "founded" => text("2009年6月18日"),
        "employees" => Some(number("约120人", "120", Some("120"))),
        "revenue" => Some(money("3500", Some("35000000"), Some("35000000"), "CNY")),
        "share" => Some(number("10%以上", "10", None)),
        "phone" => text("0757-80001234转801"),
        "email" => text("office@hangbiao.example"),
        "demand" => text(&prose(200)),
        "plant" => text("是"),
        _ => None,
    };
    let cells: Vec<_> = survey.items.iter().map(of_item).collect();
    let of_row = |id: i64| Row { cells: cells.clone(), ..row(id, "航标制造有限公司", ["", "", "", ""], None) };
    let mut rows: Vec<Row> = (1..=9).map(of_row).collect();
    rows[8].received_at = "2018-12-31T08:05:00Z".parse().unwrap();
    Table { rows, survey, scope: Scope::complete() }
}
