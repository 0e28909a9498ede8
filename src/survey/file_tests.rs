use super::*;
use crate::survey::{ItemKind, Source};

const DIGITAL: &str = include_str!("../../tests/surveys/digital-2025.toml");

/// The second survey with one text replaced by another.
fn changed(from: &str, to: &str) -> String {
    assert!(DIGITAL.contains(from), "{from} is not in the survey");
    DIGITAL.replacen(from, to, 1)
}

fn check_refused(text: &str, says: &[&str]) {
    let error = read(text).expect_err("the survey should be refused").to_string();
    for words in says {
        assert!(error.contains(words), "{error:?} should say {words:?}");
    }
}

#[test]
fn the_founding_survey_asks_what_its_form_asks() {
    let survey = Survey::founding().unwrap();
    let asked: Vec<_> = survey.items.iter().map(|item| (item.key.as_str(), item.label.as_str())).collect();
    let form = [
        ("name", "企业(平台)名称"),
        ("position", "所从事的人工智能行业地位描述"),
        ("technology", "掌握的人工智能核心技术、建设的技术平台"),
        ("products", "拥有的主要人工智能产品、专利、标准等情况"),
        ("direction", "下一阶段主要的技术攻关方向"),
        ("revenue", "2017年营业收入(预估)"),
    ];
    assert_eq!(asked, form);
    assert!(survey.items.iter().all(|item| item.required));
    let unitless = ItemKind::Money { currency: "CNY".into(), unit: None };
    assert_eq!(survey.item("revenue").unwrap().kind, unitless);
    assert_eq!(survey.identity().unwrap().key, "name");
    assert_eq!(survey.reference_year, Some(2017));
    assert_eq!(survey.opens, Some(civil::date(2017, 12, 18)));
    assert_eq!(survey.deadline, civil::date(2017, 12, 20));
    assert_eq!((survey.contact.name.as_str(), survey.contact.phone.as_str()), ("罗玉宏", "2137957"));
    assert_eq!((survey.narratives.prose_from, survey.narratives.text_from), (300, 20));
    assert!(survey.letter.contains(&survey.title));
}

#[test]
fn a_survey_with_other_items_is_read_as_well() {
    let survey = read(DIGITAL).unwrap();
    let kind = |key: &str| survey.item(key).unwrap().kind.clone();
    assert_eq!(kind("spending"), ItemKind::Money { currency: "CNY".into(), unit: Some("万元".into()) });
    assert_eq!(kind("employees"), ItemKind::Text);
    assert!(!survey.item("systems").unwrap().required);
    assert_eq!(survey.identity().unwrap().short, "单位名称", "the label stands in for a short name");
    assert_eq!(survey.opens, None);
    assert_eq!(survey.closes, Some(civil::date(2025, 10, 15)));
}

#[test]
fn any_change_of_the_file_is_another_revision() {
    let survey = read(DIGITAL).unwrap();
    let other = read(&changed("梅小禾", "梅大禾")).unwrap();
    assert_eq!(survey.revision.len(), 64);
    assert_ne!(survey.revision, other.revision);
    assert_eq!(survey.revision, read(DIGITAL).unwrap().revision);
}

#[test]
fn a_mistyped_key_is_named_with_its_line_and_the_right_one() {
    check_refused(&changed("deadline", "dedline"), &["line 4", "`dedline`", "did you mean `deadline`?"]);
    check_refused(&changed("aliases", "alias"), &["line 29", "`alias`", "did you mean `aliases`?"]);
    check_refused(&changed("phone", "zzz"), &["line 18", "`zzz`", "known here: name, phone"]);
}

#[test]
fn broken_toml_is_named_with_its_line() {
    check_refused(&changed("\"digital-2025\"", "\"digital-2025"), &["line 2"]);
    check_refused(&changed("type = \"text\"", "type = \"number\""), &["line 35", "number"]);
    check_refused(&changed("deadline = 2025-09-30", "deadline = \"2025-09-30\""), &["line 4"]);
    check_refused(&changed("label = \"单位名称\"\n", ""), &["label"]);
}

#[test]
fn a_survey_that_could_not_be_stored_is_refused() {
    check_refused(&changed("id = \"digital-2025\"", "id = \"数字 2025\""), &["line 2", "id"]);
    check_refused(&changed("key = \"employees\"", "key = \"state\""), &["line 32", "`state`", "choose another key"]);
    check_refused(&changed("key = \"employees\"", "key = \"Employees\""), &["line 32", "`Employees`"]);
    check_refused(&changed("key = \"systems\"", "key = \"company\""), &["`company`", "choose another key"]);
    check_refused(&changed("key = \"systems\"", "key = \"spending_low\""), &["`spending_low`", "choose another key"]);
}

#[test]
fn items_that_could_not_be_told_apart_are_refused() {
    check_refused(&changed("\"员工人数\"", "\"单 位名称\""), &["line 36", "`company`", "`employees`"]);
    check_refused(&changed("\"员工人数\"", "\" \""), &["line 36", "empty"]);
}

#[test]
fn exactly_one_item_names_the_respondent() {
    check_refused(&changed("\"identity\"", "\"text\""), &["type = \"identity\""]);
    check_refused(&changed("type = \"text\"", "type = \"identity\""), &["line 32", "`employees`", "only one"]);
}

#[test]
fn days_are_whole_days_in_order() {
    check_refused(&changed("deadline = 2025-09-30", "deadline = 2025-10-30"), &["line 5", "closes", "order"]);
    check_refused(&changed("2025-09-30", "2025-09-30T12:00:00"), &["line 4", "without a time"]);
    let opens_late = changed("deadline = ", "opens = 2025-12-01\ndeadline = ");
    check_refused(&opens_late, &["line 5", "deadline", "opens"]);
}

#[test]
fn money_keys_are_checked() {
    check_refused(&changed("unit = \"万元\"", "unit = \"箱\""), &["`箱`", "万元"]);
    check_refused(&changed("unit = \"万元\"", "currency = \"rmb\""), &["`rmb`", "ISO 4217"]);
    check_refused(&changed("short = \"人数\"", "unit = \"万元\""), &["`unit`", "`employees`"]);
}

const TYPED: &str = include_str!("../../config/surveys/digital-2018.toml");

/// The survey of every type with one text replaced by another.
fn typed(from: &str, to: &str) -> String {
    assert!(TYPED.contains(from), "{from} is not in the survey");
    TYPED.replacen(from, to, 1)
}

#[test]
fn a_survey_may_ask_for_every_type() {
    let survey = read(TYPED).unwrap();
    let kind = |key: &str| survey.item(key).unwrap().kind.clone();
    assert_eq!(kind("employees"), ItemKind::Integer { unit: Some("人".into()), minimum: 0, maximum: Some(500_000) });
    assert_eq!(kind("share"), ItemKind::Percentage { minimum: 0, maximum: 100 });
    assert_eq!(kind("founded"), ItemKind::Date { precision: crate::survey::Precision::Month });
    assert_eq!(kind("phone"), ItemKind::Telephone { area_code: Some("0757".into()) });
    let ItemKind::Choices(options) = kind("applications") else { panic!("no choices") };
    assert!(options.other && options.options.len() == 5);
}

#[test]
fn a_mistyped_type_or_precision_is_named_with_the_right_one() {
    check_refused(&typed("\"integer\"", "\"intger\""), &["line", "`intger`", "did you mean `integer`?"]);
    check_refused(&typed("\"month\"", "\"monht\""), &["`monht`", "did you mean `month`?"]);
    check_refused(&typed("precision", "presicion"), &["`presicion`", "did you mean `precision`?"]);
    check_refused(
        &typed("{ key = \"cloud\", label", "{ key = \"cloud\", lable"),
        &["`lable`", "did you mean `label`?"],
    );
}

#[test]
fn keys_of_a_type_belong_to_its_items() {
    check_refused(&typed("precision = \"month\"", "maximum = 3"), &["`maximum`", "integer or percentage", "`founded`"]);
    check_refused(&typed("maximum = 500000", "maximum = -1"), &["below the minimum 0"]);
    check_refused(&typed("unit = \"人\"", "unit = \"万人\""), &["`万人`", "what is counted"]);
    check_refused(&typed("area_code = \"0757\"", "area_code = \"757\""), &["`757`", "with its 0"]);
    check_refused(&typed("type = \"yes_no\"", "type = \"choice\""), &["`plant`", "`options`"]);
    check_refused(&typed("key = \"trade\"", "key = \"other\""), &["`other`", "remove one"]);
    check_refused(&typed("key = \"trade\"", "key = \"software\""), &["`software` is there twice"]);
    check_refused(&typed("\"商贸业\"", "\"软件业\""), &["`软件业`", "`software`", "`trade`"]);
    check_refused(&typed("key = \"demand\"", "key = \"code_value\""), &["`code_value`", "choose another key"]);
}

/// The second survey, with these lines below its money item.
fn comparing(lines: &str) -> String {
    changed("type = \"money\"\n", &format!("type = \"money\"\n{lines}\n"))
}

#[test]
fn figures_may_be_compared_with_another_survey_with_the_roster_and_with_sizes() {
    let read = |lines: &str| read(&comparing(lines)).unwrap().item("spending").unwrap().clone();
    let previous = read("previous = { survey = \"digital-2024\", item = \"spending\" }").previous.unwrap();
    assert_eq!(previous.source, Source::Answer { survey: "digital-2024".into(), item: "spending".into() });
    assert_eq!(previous.factor.to_string(), "5", "where nothing is said");
    let previous = read("previous = { roster = \"2024年投入（万元）\", factor = 2.5 }").previous.unwrap();
    assert_eq!(
        (previous.source, previous.factor.to_string()),
        (Source::Roster("2024年投入（万元）".into()), "2.5".into())
    );
    let inline = "size = { roster = \"规模\", classes = { \"小型\" = \"100万元以下\" } }";
    let over_lines = "size = {\n  roster = \"规模\",\n  classes = {\n    \"小型\" = \"100万元以下\",\n  },\n}";
    for written in [inline, over_lines] {
        let size = read(written).size.unwrap();
        assert_eq!((size.roster.as_str(), size.factor.to_string()), ("规模", "5".into()));
        assert_eq!(size.class(" 小型").unwrap().interval, "100万元以下");
        assert_eq!(size.class("微型"), None);
    }
}

#[test]
fn a_comparison_that_means_nothing_is_refused() {
    let check = |lines: &str, says: &[&str]| check_refused(&comparing(lines), says);
    let line = "line ";
    check("previous = { survey = \"digital-2024\" }", &[line, "`survey` and `item`", "`roster` alone"]);
    check("previous = { roster = \"投入\", survey = \"digital-2024\", item = \"spending\" }", &["`roster` alone"]);
    check("previous = { roster = \" \" }", &[line, "`roster` is empty"]);
    check("previous = { roster = \"投入\", factor = 1 }", &[line, "factor 1", "above 1"]);
    check("previous = { roster = \"投入\", factor = 0.2 }", &["above 1"]);
    check("previous = { roster = \"投入\", facter = 3 }", &["`facter`", "did you mean `factor`?"]);
    check("size = { roster = \"规模\", classes = {} }", &[line, "`classes` names no size"]);
    check(
        "size = { roster = \"规模\", classes = { \"小型\" = \"1万元以下\", \" 小型\" = \"2万元以上\" } }",
        &["there twice"],
    );
    let of_text = changed("short = \"人数\"", "previous = { roster = \"人数\" }");
    check_refused(&of_text, &["`previous`", "money or integer or percentage", "`employees`"]);
}

#[test]
fn the_comparisons_that_the_founding_survey_shows_can_be_used() {
    let text = include_str!("../../config/surveys/ai-industry-2017.toml");
    for previous in ["# previous = { survey", "# previous = { roster"] {
        let used = |line: &str| line.starts_with(previous) || line.starts_with("# size = {");
        let lines: Vec<&str> =
            text.lines().map(|line| if used(line) { line.trim_start_matches("# ") } else { line }).collect();
        let survey = crate::value::figure::checked(read(&lines.join("\n")).unwrap()).unwrap();
        let revenue = survey.item("revenue").unwrap();
        assert!(revenue.previous.is_some() && revenue.size.as_ref().unwrap().classes.len() == 4);
    }
}
