//! What a respondent's amount is read as: the contract's table, row by row, and what people really write.

use proptest::prelude::*;

use super::*;

const ASKED: [&str; 6] = ["2017年营业收入(预估)", "营业收入", "营收", "营业额", "销售收入", "主营业务收入"];

fn context() -> Context<'static> {
    Context { currency: "CNY", reference_year: Some(2017), asked: &ASKED, ..Context::default() }
}

/// An understood answer in short: `low..high`, the currency unless CNY, and the codes of its problems.
fn shown(understood: &Understood) -> String {
    let codes = understood.problems.iter().map(|problem| problem.code().to_owned());
    let amount = match &understood.value {
        Value::Money(Some(money)) => {
            let end = |end: Option<Decimal>| end.map(|end| end.to_string()).unwrap_or_default();
            let ends = if money.low == money.high {
                end(money.low)
            } else {
                format!("{}..{}", end(money.low), end(money.high))
            };
            let currency = (money.currency != "CNY").then(|| money.currency.clone());
            std::iter::once(ends).chain(currency).collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    };
    std::iter::once(amount).filter(|amount| !amount.is_empty()).chain(codes).collect::<Vec<_>>().join(" ")
}

fn check_in(context: &Context<'_>, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(written, meant)| {
            let got = shown(&read(written, context));
            (got != *meant).then(|| format!("{written:?}: read {got:?}, meant {meant:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(cases: &[(&str, &str)]) {
    check_in(&context(), cases);
}

fn check_all(written: &[&str], meant: &str) {
    check(&written.iter().map(|written| (*written, meant)).collect::<Vec<_>>());
}

fn unit(factor: i64) -> Option<Unit> {
    Some(Unit { factor: Decimal::from(factor), currency: None })
}

#[test]
fn a_single_amount_is_read_in_every_notation_of_the_contract() {
    check_all(
        &[
            "1200万元",
            "1,200 万",
            "１２００万",
            "1200.00万人民币",
            "约1200万元",
            "1200万元左右",
            "预计1200万",
            "一千二百万元",
            "壹仟贰佰万元整",
            "0.12亿元",
            "12000000元",
            "￥12,000,000",
            "RMB 12,000,000",
        ],
        "12000000",
    );
    check_all(&["1亿2千万", "1.2亿", "1.2个亿", "120,000千元", "1.2亿圆整", "12000w"], "120000000");
    check(&[("近3000万元", "30000000")]);
}

#[test]
fn ranges_and_open_ends_of_the_contract_are_kept_open() {
    check_all(&["300-500万元", "300万～500万元", "300至500万"], "3000000..5000000 range");
    check_all(
        &["超1亿元", "1亿元以上", "亿元以上", "不低于1亿", "突破1亿", "1亿多元", "1亿余元", "1亿+", "大于1亿"],
        "100000000.. range",
    );
    check_all(&["不足500万元", "500万以内", "不到500万", "小于500万"], "..5000000 range");
    check(&[("8000万～1亿元", "80000000..100000000 range")]);
}

#[test]
fn the_amount_asked_for_is_told_from_others() {
    check_all(
        &[
            "2017年营业收入约1200万元，同比增长30%",
            "2016年800万元，2017年预计1200万元",
            "截至11月1100万元，全年预计1200万元",
            "1200万元（2016年为800万元）",
            "实现营收1200万元，利润300万元",
            "1200万元，其中软件300万元",
            "营业收入1200万元，研发投入150万元，专利12项，员工85人",
            "1200万元（12000000元）",
            "￥1200万元（大写：壹仟贰佰万元整）",
            "800万元（2016年），1200万元（2017年）",
            "较上年增加200万元，达到1200万元",
            "同比增长50%至1200万元",
            "2016年营业收入800万元，利润100万元；2017年营业收入1200万元",
            "去年800万元，今年预计1200万元",
            "截至2017年12月31日1200万元",
            "1-11月1100万元，全年预计1200万元",
            "前三季度900万元，全年预计1200万元",
            "1、2017年营业收入：1200万元",
            "注册资本500万元，2017年营业收入1200万元",
            "1200万元，较2016年800万元增长50%",
            "2017年：1200万元；2018年预计：1500万元",
            "硬件800万元，软件400万元，合计1200万元",
            "1200万元（含税）",
            "1200万元，占比30%",
            "上市公司，1200万元",
            "二〇一七年一千二百万元",
            "17年1200万元",
            "1-12月1200万元",
            "1200万元/年",
        ],
        "12000000",
    );
}

#[test]
fn amounts_that_nothing_tells_apart_are_asked_back() {
    check_all(
        &[
            "800万元 1200万元",
            "800万元，1200万元",
            "800万元/1200万元",
            "营业收入1200万元，800万元",
            "50万美元（约330万元）",
            "300万，或400万元",
            "1亿 2000万元",
            "2016年800万元",
            "截至11月1100万元",
            "2018年预计1500万元",
            "1200万元 3",
            "2016-2017年1200万元",
        ],
        "ambiguous_amount",
    );
}

#[test]
fn a_range_may_begin_like_a_year_that_nobody_speaks_of() {
    check(&[
        ("2050—2800万元", "20500000..28000000 range"),
        ("约2060至3千万元", "20600000..30000000 range"),
        ("2050-2090元", "2050..2090 range"),
        ("2016—2800万元", "not_an_amount"),
        ("2016—2017万元", "not_an_amount"),
        ("2018-3000万元", "not_an_amount"),
        ("1990—2017万元", "not_an_amount"),
        ("2050—800万元", "not_an_amount"),
        ("2016-2017年", "not_an_amount"),
    ]);
    let any_year = Context { reference_year: None, ..context() };
    check_in(&any_year, &[("2050—2800万元", "not_an_amount")]);
}

#[test]
fn text_without_the_amount_is_no_amount() {
    check_all(
        &[
            "待定",
            "待补充",
            "正在统计",
            "若干",
            "千万级",
            "几百万元",
            "数千万元",
            "较上年增长20%",
            "较上年增加200万元",
            "利润300万元",
            "注册资本1000万元",
            "专利12项",
            "12人",
            "12,34万元",
            "1.2.3万元",
            "12 34万元",
            "RMB 3.5m",
            "1200-",
            "1200万元-",
            "V3.0",
            "1200万元/月",
            "人民币50万美元",
            "同上",
            "详见财务报表",
            "1.2E+07",
            "？",
            "较2016年800万元增长50%",
            "0757-00002011",
            "500-300万元",
            "300万-500",
            "(1,200)",
        ],
        "not_an_amount",
    );
}

#[test]
fn zero_needs_no_unit() {
    check_all(
        &[
            "0",
            "零",
            "0元",
            "无收入",
            "暂无收入",
            "尚未产生收入",
            "0.00",
            "0万元",
            "２０１７年无收入",
            "目前暂无营业收入",
            "公司处于研发阶段，尚未产生收入",
            "没有营收",
        ],
        "0",
    );
    check(&[
        ("暂无收入数据", "not_an_amount"),
        ("去年无收入", "not_an_amount"),
        ("暂无收入，明年预计500万元", "ambiguous_amount"),
    ]);
}

#[test]
fn nothing_told_is_missing_or_withheld() {
    check_all(&["", " ", "无", "暂无", "/", "-", "—", "N/A", "____"], "missing");
    check_all(&["保密", "不便透露", "商业秘密", "涉密", "企业商业机密，不便公开"], "withheld");
    let prompts = ["万元".to_owned(), "请填写".to_owned()];
    let context = Context { prompts: &prompts, ..context() };
    check_in(
        &context,
        &[
            ("万元", "missing"),
            ("（请填写）", "missing"),
            ("    万元", "missing"),
            ("____万元", "missing"),
            ("35万元", "350000"),
        ],
    );
}

#[test]
fn foreign_money_is_kept_and_never_converted() {
    check_all(
        &["50万美元", "USD 500,000", "$500,000", "500,000 USD", "US$500,000", "50万美金", "USD50万"],
        "500000 USD",
    );
    check(&[
        ("港币300万元", "3000000 HKD"),
        ("300万港元", "3000000 HKD"),
        ("200万欧元", "2000000 EUR"),
        ("€2,000,000", "2000000 EUR"),
        ("5亿日元", "500000000 JPY"),
        ("100万英镑", "1000000 GBP"),
        ("人民币1200万元", "12000000"),
        ("1200万元人民币", "12000000"),
    ]);
}

#[test]
fn vague_amounts_stay_vague() {
    check(&[
        ("十几万", "100000..200000 range"),
        ("三十几万元", "300000..400000 range"),
        ("一千多万元", "10000000.. range"),
        ("二百余万元", "2000000.. range"),
        ("500多亿", "50000000000.. range"),
        ("超千万元", "10000000.. range"),
        ("过亿", "100000000.. range"),
        ("上千万元", "10000000.. range"),
        ("近亿元", "100000000"),
        ("不足千万元", "..10000000 range"),
        ("至少500万", "5000000.. range"),
        ("≥500万元", "5000000.. range"),
        ("<500万元", "..5000000 range"),
        ("1.2至1.5亿", "120000000..150000000 range"),
        ("300到500万", "3000000..5000000 range"),
        ("1~2亿", "100000000..200000000 range"),
        ("300—500万元", "3000000..5000000 range"),
        ("300万-500万元", "3000000..5000000 range"),
        ("1-2千万元", "10000000..20000000 range"),
        ("三百至五百万元", "3000000..5000000 range"),
        ("800至一千万元", "8000000..10000000 range"),
        ("约300-500万元左右", "3000000..5000000 range"),
        ("500万元以上，1000万元以下", "5000000..10000000 range"),
        ("不足50万", "..500000 range"),
        ("500万以上", "5000000.. range"),
        ("不超过500万元", "..5000000 range"),
        ("人民币300-500万元", "3000000..5000000 range"),
        ("2017年预计300-500万元", "3000000..5000000 range"),
        ("0-500万元", "0..5000000 range"),
    ]);
}

#[test]
fn numerals_of_every_kind_are_read() {
    check(&[
        ("壹佰贰拾万元整", "1200000"),
        ("1.2千万", "12000000"),
        ("3百万", "3000000"),
        ("两亿三", "230000000"),
        ("玖仟陆佰陆拾伍圆壹角捌分", "9665.18"),
        ("1，２００万元", "12000000"),
        ("1 200万元", "12000000"),
        ("1'200万元", "12000000"),
        ("1234。5万元", "12345000"),
        ("1200\n万元", "12000000"),
        ("1200 万 元", "12000000"),
        ("①1200万元", "12000000"),
        ("≈1200万元", "12000000"),
        ("约合人民币1200万元", "12000000"),
        ("3万亿元", "3000000000000 implausible"),
        ("２３００．５万元", "23005000"),
        ("三点五亿元", "350000000"),
        ("1万2000元", "12000"),
        ("1200万元整", "12000000"),
        ("12000W", "120000000"),
    ]);
}

#[test]
fn a_bare_number_takes_its_unit_from_the_nearest_heading() {
    check(&[
        ("1200", "unit_missing"),
        ("约1,200", "unit_missing"),
        ("300-500", "unit_missing"),
        ("三千五", "unit_missing"),
        ("1200（万元）", "12000000"),
    ]);
    check(&[("单位：万元 1200", "12000000"), ("1200(单位：亿元)", "120000000000")]);
    let all = Context { label_unit: unit(10_000), line_unit: unit(1), survey_unit: unit(1000), ..context() };
    let source = |context: &Context<'_>, written: &str| match read(written, context).value {
        Value::Money(Some(money)) => (money.low, money.unit),
        other => panic!("{other:?}"),
    };
    assert_eq!(source(&all, "1200"), (Some(Decimal::from(12_000_000)), UnitSource::Label));
    assert_eq!(source(&all, "1200元"), (Some(Decimal::from(1200)), UnitSource::Cell));
    assert_eq!(source(&all, "0"), (Some(Decimal::ZERO), UnitSource::Zero));
    let line = Context { label_unit: None, ..all.clone() };
    assert_eq!(source(&line, "1200"), (Some(Decimal::from(1200)), UnitSource::UnitLine));
    let survey = Context { line_unit: None, ..line };
    assert_eq!(source(&survey, "1200"), (Some(Decimal::from(1_200_000)), UnitSource::Survey));
}

#[test]
fn a_unit_in_the_answer_counts_before_the_heading() {
    let context = Context { label_unit: unit(10_000), ..context() };
    check_in(
        &context,
        &[
            ("1200万元", "12000000"),
            ("1 200", "12000000"),
            ("1,200.5", "12005000"),
            ("三千五", "35000000"),
            ("300-500", "3000000..5000000 range"),
            ("1200以上", "12000000.. range"),
            ("约1200", "12000000"),
            ("2017年1200", "12000000"),
            ("￥12,000,000", "12000000"),
            ("￥1,200", "ambiguous_amount"),
            ("12000000", "120000000000"),
            ("-120", "-1200000 implausible"),
            ("12000000（1200万元）", "12000000"),
            ("1200（1500万元）", "ambiguous_amount"),
            ("1，2", "not_an_amount"),
            ("1、234", "ambiguous_amount"),
            ("万元：1200", "12000000"),
        ],
    );
    let dollars =
        Context { label_unit: Some(Unit { factor: Decimal::from(10_000), currency: Some("USD".into()) }), ..context };
    check_in(
        &dollars,
        &[("50", "500000 USD"), ("50万", "500000 USD"), ("50万元", "500000"), ("50万欧元", "500000 EUR")],
    );
}

#[test]
fn amounts_out_of_proportion_are_marked() {
    check(&[
        ("-120万元", "-1200000 implausible"),
        ("负120万元", "-1200000 implausible"),
        ("500元", "500 implausible"),
        ("1000元", "1000"),
        ("1.2万亿元", "1200000000000 implausible"),
        ("1万亿元", "1000000000000"),
        ("USD 500", "500 USD"),
        ("超1.2万亿元", "1200000000000.. range implausible"),
    ]);
}

#[test]
fn an_approximate_amount_is_known_as_such() {
    let approximate =
        |written: &str| matches!(read(written, &context()).value, Value::Money(Some(money)) if money.approximate);
    for written in ["约1200万元", "1200万元左右", "近1200万元", "大概1200万", "十来万元", "≈1200万元"]
    {
        assert!(approximate(written), "{written}");
    }
    assert!(!approximate("1200万元") && !approximate("预计1200万元"));
}

#[test]
fn another_survey_asks_for_another_thing() {
    let asked = ["2025年数字化投入", "数字化投入", "信息化投入"];
    let context = Context { reference_year: Some(2025), survey_unit: unit(10_000), asked: &asked, ..context() };
    check_in(
        &context,
        &[
            ("数字化投入80万元，营业收入1200万元", "800000"),
            ("80", "800000"),
            ("无数字化投入", "0"),
            ("2025年信息化投入80万元", "800000"),
        ],
    );
}

#[test]
fn a_document_in_a_cell_costs_no_time_and_breaks_nothing() {
    for heap in ["几", "1 ", "万", "（", "1200万元，", "零", "约"] {
        let understood = read(&heap.repeat(300_000), &context());
        assert_eq!(understood.value, Value::Money(None), "{heap}");
        let _ = read(&heap.repeat(390), &context());
    }
}

/// A plain amount in many notations.
fn notations(amount: u64) -> Vec<String> {
    let grouped = amount
        .to_string()
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect::<Vec<_>>()
        .join(",");
    let wan = Decimal::from(amount) / Decimal::from(10_000);
    let yi = Decimal::from(amount) / Decimal::from(100_000_000);
    vec![
        format!("{amount}元"),
        format!("￥{grouped}"),
        format!("人民币{grouped}元整"),
        format!("{wan}万元"),
        format!("约 {wan} 万"),
        format!("{yi}亿元"),
        format!("2017年预计{wan}万元"),
        format!("{amount}元").chars().map(wide).collect(),
        format!("RMB {grouped}.00"),
    ]
}

fn wide(c: char) -> char {
    c.to_digit(10).and_then(|digit| char::from_u32(0xff10 + digit)).unwrap_or(c)
}

#[test]
fn an_amount_is_read_in_english_words() {
    check_all(
        &[
            "12 million yuan",
            "RMB 12 million",
            "12 Million Yuan.",
            "RMB 12,000,000",
            "12,000,000 yuan",
            "12000000 yuan RMB",
            "CNY 12,000,000",
            "12,000 thousand yuan",
            "0.012 billion yuan",
            "1200 ten thousand yuan",
        ],
        "12000000",
    );
    check(&[
        ("about RMB 12,000,000", "12000000"),
        ("approx. 12 million yuan", "12000000"),
        ("1.2 billion yuan", "1200000000"),
        ("RMB 3,000,000 to 5,000,000", "3000000..5000000 range"),
        ("3 to 5 million yuan", "3000000..5000000 range"),
        ("between 3 and 5 million yuan", "3000000..5000000 range"),
        ("RMB 100,000,000 or more", "100000000.. range"),
        ("more than 100 million yuan", "100000000.. range"),
        ("up to RMB 5,000,000", "..5000000 range"),
        ("USD 500,000", "500000 USD"),
        ("1.5 million US dollars", "1500000 USD"),
        ("0", "0"),
        ("Confidential", "withheld"),
        ("1200", "unit_missing"),
        ("none", "missing"),
    ]);
}

#[test]
fn an_english_word_that_is_not_known_is_no_amount() {
    check_all(
        &[
            "12 million users",
            "12 million yuan more than last year",
            "12 or 13 million yuan",
            "RMB 12 million and USD 3 million",
            "1,20 billion yuan",
            "12m",
            "a few million yuan",
            "between 3 million yuan",
            "12 million yuan per month",
        ],
        "not_an_amount",
    );
}

proptest! {
    #[test]
    fn an_amount_is_the_same_in_every_notation(amount in 1000_u64..1_000_000_000_000) {
        for written in notations(amount) {
            let understood = read(&written, &context());
            let low = match &understood.value {
                Value::Money(Some(money)) if money.low == money.high => money.low,
                _ => None,
            };
            prop_assert_eq!(low, Some(Decimal::from(amount)), "{}", written);
        }
    }

    #[test]
    fn no_text_breaks_the_reader(written in "\\PC*") {
        let _ = read(&written, &context());
    }

    #[test]
    fn no_heap_of_money_words_breaks_the_reader(
        parts in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..12)
    ) {
        let written = parts.concat();
        let understood = read(&written, &context());
        if let Value::Money(Some(money)) = &understood.value {
            prop_assert!(money.low.is_some() || money.high.is_some());
            prop_assert!(!(money.low > money.high && money.high.is_some()), "{}", written);
        }
    }
}

const PIECES: [&str; 44] = [
    "1",
    "200",
    "1,200",
    "3.5",
    "99999999999999999999999999",
    "2017",
    "年",
    "月",
    "万",
    "亿",
    "千",
    "百",
    "十",
    "元",
    "万元",
    "亿元",
    "美元",
    "￥",
    "RMB",
    "一",
    "二",
    "零",
    "两",
    "几",
    "多",
    "余",
    "约",
    "超",
    "不足",
    "以上",
    "以内",
    "-",
    "~",
    "至",
    "到",
    "（",
    "）",
    "，",
    "。",
    "\n",
    " ",
    "增长",
    "利润",
    "个",
];

/// Each of these was once read as an amount that nobody meant.
#[test]
fn what_only_looks_like_an_amount_is_asked_back() {
    check_all(
        &[
            "1亿3千",
            "1200万千瓦",
            "——200万元",
            "—200万元",
            "1200万元至",
            "用户1200万",
            "营业收入-1200万元",
            "l200万元",
            "120O万元",
            "13800000000元/人",
        ],
        "not_an_amount",
    );
    check(&[
        ("1200万元不到", "..12000000 range"),
        ("1200万元出头", "12000000.. range"),
        ("营业收入为零", "0"),
        ("1200万/年", "12000000"),
        ("2017年度营业收入1200万元，净利润-50万元", "12000000"),
        ("累计1200万元，成立以来共3000万元", "12000000"),
        ("月均100万元", "ambiguous_amount"),
        ("近三年累计3000万元", "ambiguous_amount"),
        ("1200万元（大写：壹仟叁佰万元整）", "ambiguous_amount"),
        ("1. 1200万元", "12000000"),
        ("三四亿", "not_an_amount"),
        ("不低于预计的1亿", "100000000.. range"),
        ("500万元（含）以上", "5000000.. range"),
        ("500万元（不含税）以上", "not_an_amount"),
        ("1200万元多", "12000000.. range"),
        ("1200人民币万元", "ambiguous_amount"),
        ("50万（美元）", "500000 USD"),
        ("1200万元（美元）", "ambiguous_amount"),
        ("上市公司营收1200万元", "12000000"),
        ("2017营收1200万元", "12000000"),
        ("500万（2015），800万（2016），1200万（2017）", "12000000"),
        ("上年同期800万元，本期1200万元", "12000000"),
    ]);
}

#[test]
fn what_the_form_prints_where_an_amount_goes_is_no_answer() {
    check_all(&["2017年    万元", "￥", "￥____元", "人民币      万元", "2017年度预计____万元", "RMB"], "missing");
    check_all(&["2017年", "2017年初创"], "not_an_amount");
}

#[test]
fn what_was_reached_so_far_yields_to_the_whole_year() {
    check_all(&["已完成800万元，预计全年1200万元", "目前800万元，年底预计达到1200万元"], "12000000");
    check_all(
        &[
            "截止2017年12月15日，营业收入1150万元，全年预估1200万元",
            "截至2017.12.15实现1150万元，预计全年1200万元",
            "预计2017年12月底可达1200万元",
            "截至2017年12月31日1200万元",
            "1-12月1200万元",
            "1-11月1100万元，12月底预计达1200万元",
        ],
        "12000000",
    );
    check_all(&["截至12月15日1150万元", "截至2017-12-15实现1150万元"], "ambiguous_amount");
    check(&[("目前1200万元", "12000000"), ("已完成800万元，预计1200万元", "ambiguous_amount")]);
}

#[test]
fn between_two_amounts_is_a_range() {
    check_all(&["800万到1000万之间", "介于800万元和1000万元之间", "800-1000万元之间"], "8000000..10000000 range");
}
