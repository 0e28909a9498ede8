//! What an operator relies on when figures are compared: the right ones are asked about, and no others.

use super::*;

fn item(kind: ItemKind) -> Item {
    Item {
        key: "figure".into(),
        label: "2017年营业收入(预估)".into(),
        short: "营业收入".into(),
        aliases: Vec::new(),
        kind,
        required: true,
        previous: None,
        size: None,
    }
}

fn money() -> Item {
    item(ItemKind::Money { currency: "CNY".into(), unit: Some("万元".into()) })
}

fn people() -> Item {
    item(ItemKind::Integer { unit: Some("人".into()), minimum: 0, maximum: None })
}

fn share() -> Item {
    item(ItemKind::Percentage { minimum: -100, maximum: 1000 })
}

fn of(item: &Item, text: &str) -> Figure {
    let understood = read(item, text, &Context::default());
    Figure::of(&understood.value).unwrap_or_else(|| panic!("{text} is no figure"))
}

/// How many times the other one is, and the larger end; `-` where they touch or are not compared.
fn check(item: &Item, one: &str, other: &str, expected: &str) {
    let apart = of(item, one).apart(&of(item, other));
    let said = apart.map_or("-".to_owned(), |apart| {
        let times = apart.times.map_or("none".to_owned(), |times| times.round_dp(3).normalize().to_string());
        format!("{times} of {}", apart.larger.normalize())
    });
    assert_eq!(said, expected, "{one} beside {other}");
}

#[test]
fn the_nearest_ends_are_compared() {
    let money = money();
    check(&money, "1200万元", "100万元", "12 of 12000000");
    check(&money, "100万元", "1200万元", "0.083 of 12000000");
    check(&money, "1200万元", "1200万元", "-");
    check(&money, "1000-1200万元", "100-200万元", "5 of 10000000");
    check(&money, "1000-1200万元", "1100-3000万元", "-");
    check(&money, "1亿元以上", "1000万元", "10 of 100000000");
    check(&money, "1亿元以上", "2亿元", "-");
    check(&money, "不足500万元", "1亿元", "0.05 of 100000000");
    check(&money, "不足500万元", "300万元", "-");
    check(&people(), "1200人", "100人", "12 of 1200");
    check(&share(), "60%", "10%", "6 of 60");
}

#[test]
fn nothing_has_no_multiple_and_neither_have_losses() {
    let money = money();
    check(&money, "0", "1200万元", "none of 12000000");
    check(&money, "1200万元", "0", "none of 12000000");
    check(&money, "0", "0", "-");
    check(&money, "-1200万元", "100万元", "none of 12000000");
    check(&money, "-1200万元", "-100万元", "12 of 12000000");
    check(&money, "-100万元", "-1200万元", "0.083 of 12000000");
}

#[test]
fn other_currencies_are_not_compared() {
    check(&money(), "1200万美元", "100万元", "-");
    check(&money(), "1200万美元", "100万美元", "12 of 12000000");
}

#[test]
fn a_factor_is_exceeded_upwards_and_downwards() {
    let exceeds = |one: &str, other: &str, factor: &str| {
        let apart = of(&money(), one).apart(&of(&money(), other)).expect("they are apart");
        apart.exceeds(factor.parse().expect("a decimal"))
    };
    for (one, other, factor, expected) in [
        ("500万元", "100万元", "5", false),
        ("501万元", "100万元", "5", true),
        ("100万元", "500万元", "5", false),
        ("100万元", "501万元", "5", true),
        ("160万元", "100万元", "1.5", true),
        ("140万元", "100万元", "1.5", false),
        ("0", "100万元", "5", true),
    ] {
        assert_eq!(exceeds(one, other, factor), expected, "{one} beside {other}, {factor}");
    }
}

#[test]
fn a_column_of_the_roster_is_read_by_its_heading() {
    let read = |item: &Item, heading: &str, text: &str| match in_column(item, heading, text) {
        Ok(Some(figure)) => figure.low.or(figure.high).expect("an end").normalize().to_string(),
        Ok(None) => "nothing".to_owned(),
        Err(Unreadable) => "unreadable".to_owned(),
    };
    for (heading, text, expected) in [
        ("2016年营业收入（万元）", "1200", "12000000"),
        ("2016年营业收入(单位：亿元)", "1.2", "120000000"),
        ("2016年营业收入", "1200万元", "12000000"),
        ("2016年营业收入（万元）", "1200元", "1200"),
        ("2016年营业收入（万元）", "0", "0"),
        ("2016年营业收入（万元）", "约1,200", "12000000"),
        ("2016年营业收入（万元）", "-", "nothing"),
        ("2016年营业收入（万元）", "无", "nothing"),
        ("2016年营业收入（万元）", "保密", "nothing"),
        ("2016年营业收入（万元）", "未统计", "unreadable"),
        // The unit of the survey's form is not the roster's.
        ("2016年营业收入", "1200", "unreadable"),
    ] {
        assert_eq!(read(&money(), heading, text), expected, "{text} under {heading}");
    }
    assert_eq!(read(&people(), "2016年从业人数（人）", "120"), "120");
    assert_eq!(read(&people(), "2016年从业人数", "约120人"), "120");
    assert_eq!(read(&share(), "2016年研发投入占比（%）", "12.5"), "12.5");
}

#[test]
fn a_size_is_written_as_answers_are() {
    let ends = |item: &Item, interval: &str| {
        let class = Class { name: "小型".into(), interval: interval.into(), line: 1 };
        let figure = in_class(item, &class)?;
        let end = |end: Option<Decimal>| end.map(|end| end.normalize().to_string()).unwrap_or_default();
        Some(format!("{}..{}", end(figure.low), end(figure.high)))
    };
    for (item, interval, expected) in [
        (money(), "300万元以下", Some("..3000000")),
        (money(), "300万元-2000万元", Some("3000000..20000000")),
        (money(), "300-2000万元", Some("3000000..20000000")),
        (money(), "2000万元至4亿元", Some("20000000..400000000")),
        (money(), "4亿元以上", Some("400000000..")),
        (money(), "300-2000", None),
        (money(), "300万元", None),
        (money(), "很大", None),
        (money(), "", None),
        (people(), "20人以下", Some("..20")),
        (people(), "20-300人", Some("20..300")),
        (people(), "300人以上", Some("300..")),
        (share(), "5%-10%", Some("5..10")),
    ] {
        assert_eq!(ends(&item, interval).as_deref(), expected, "{interval}");
    }
}

#[test]
fn an_interval_that_cannot_be_read_is_named_with_line_and_remedy() {
    let text = include_str!("../../tests/surveys/digital-2025.toml");
    let check = |interval: &str| {
        let size =
            format!("type = \"money\"\nsize = {{ roster = \"规模\", classes = {{ \"小型\" = \"{interval}\" }} }}\n");
        let text = text.replacen("type = \"money\"\n", &size, 1);
        let line = 1 + text.lines().position(|line| line.starts_with("size")).expect("the line");
        let survey = Survey::from_toml(&text).expect("its keys are right");
        checked(survey).map(|_| ()).map_err(|fault| (fault.line == line, fault.message))
    };
    assert_eq!(check("100万元以下"), Ok(()));
    for interval in ["100以下", "很小", "100万元"] {
        let (is_there, message) = check(interval).expect_err("it cannot be read");
        assert!(is_there && message.contains(interval) && message.contains("300万元以下"), "{message}");
    }
}
