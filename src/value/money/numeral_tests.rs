use super::*;

fn shown(text: &str) -> String {
    match scan(text) {
        None => "-".to_owned(),
        Some(Scanned::Malformed(rest)) => format!("? {rest}").trim().to_owned(),
        Some(Scanned::Quantity(quantity, rest)) => {
            let high = quantity.high.map(|high| format!("..{}", high.normalize())).unwrap_or_default();
            let open = if quantity.open { "+" } else { "" };
            format!("{}{high}{open} {rest}", quantity.value.normalize()).trim().to_owned()
        }
    }
}

#[test]
fn every_notation_of_a_number_is_that_number() {
    let cases = [
        ("1200", "1200"),
        ("1,200.5", "1200.5"),
        ("1 200", "1200"),
        ("1'200", "1200"),
        ("1234。5", "1234.5"),
        ("1200.", "1200 ."),
        ("1200万", "12000000"),
        ("1.2亿", "120000000"),
        ("1.2个亿", "120000000"),
        ("1亿2千万", "120000000"),
        ("1.2千万", "12000000"),
        ("3百万", "3000000"),
        ("12000w", "120000000"),
        ("3万亿", "3000000000000"),
        ("1万2000元", "12000 元"),
        ("2亿3千万元", "230000000 元"),
        ("一千二百万", "12000000"),
        ("壹仟贰佰万元整", "12000000 元整"),
        ("壹佰贰拾万元整", "1200000 元整"),
        ("一亿二千万", "120000000"),
        ("两千", "2000"),
        ("三点五亿", "350000000"),
        ("二〇二五年", "2025 年"),
        ("三千五", "3500"),
        ("两亿三", "230000000"),
        ("十二万", "120000"),
        ("一千零五十万", "10500000"),
        ("一万零五百元", "10500 元"),
        ("玖仟陆佰陆拾伍圆", "9665 圆"),
        ("一千八百万", "18000000"),
        ("三千零五", "3005"),
        ("一百零五万", "1050000"),
        ("拾贰元", "12 元"),
        ("5百元", "500 元"),
        ("120,000千元", "120000000 元"),
        ("一亿零五百万", "105000000"),
        ("3千5百万", "35000000"),
        ("1千2百万元", "12000000 元"),
    ];
    for (written, number) in cases {
        assert_eq!(shown(written), number, "{written}");
    }
}

#[test]
fn vague_numbers_stay_vague() {
    let cases = [
        ("十几万", "100000..200000"),
        ("三十几万元", "300000..400000 元"),
        ("二百余万", "2000000+"),
        ("一千多万元", "10000000+ 元"),
        ("500多亿", "50000000000+"),
        ("1亿多元", "100000000+ 元"),
        ("十多万", "100000+"),
        ("几百万", "?"),
        ("数千万元", "? 元"),
    ];
    for (written, number) in cases {
        assert_eq!(shown(written), number, "{written}");
    }
}

#[test]
fn figures_that_follow_no_rule_are_no_number() {
    for written in
        ["12,34", "1.2.3", "12 34", "1,2345", "0757", "1,200 300'400", "二百五万", "99999999999999999999999999999999"]
    {
        assert_eq!(shown(written), "?", "{written}");
    }
    for written in ["公司", "元", "百货", "千方百计", "点"] {
        assert_eq!(shown(written), "-", "{written}");
    }
    assert_eq!(shown("800万1200万"), "8000000 1200万");
    assert_eq!(shown("1亿2000"), "100000000 2000");
}

#[test]
fn small_change_counts() {
    assert_eq!(small_change("壹角捌分"), (Decimal::new(18, 2), ""));
    assert_eq!(small_change("整"), (Decimal::ZERO, "整"));
}
