use super::*;

/// Whether a query finds a text, and what of it is marked, as the snippet shows it.
fn marked(query: &str, text: &str) -> String {
    let query = Query::parse(query).unwrap();
    let (found, different) = query.found_in(text);
    if different < query.len() { "-".to_owned() } else { Snippet::of(text, &found).marked("«", "»") }
}

#[track_caller]
fn check(query: &str, text: &str, expected: &str) {
    assert_eq!(marked(query, text), expected, "{query} in {text}");
}

#[test]
fn words_of_one_two_and_more_characters_are_found_wherever_they_stand() {
    check("智", "人工智能", "人工«智»能");
    check("能", "人工智能", "人工智«能»");
    check("人工", "人工智能", "«人工»智能");
    check("智能", "人工智能。", "人工«智能»。");
    check("工智能", "人工智能", "人«工智能»");
    check("人工智能", "做人工智能的", "做«人工智能»的");
    check("人智", "人工智能", "-");
    check("能源", "人工智能，源头", "-");
}

#[test]
fn white_space_of_a_layout_is_nothing_and_a_sign_is_a_boundary() {
    check("人工智能", "人工 智能", "«人工 智能»");
    check("人工智能", "人工\n智能", "«人工 智能»");
    check("张三", "联系人：张　三", "联系人：«张　三»");
    check("人工、智能", "人工与智能", "«人工»与«智能»");
}

#[test]
fn latin_words_and_numbers_are_found_in_any_width_and_case() {
    check("ai", "AI平台", "«AI»平台");
    check("ＡＩ平台", "ai 平台", "«ai 平台»");
    check("ai", "paid", "-");
    check("5G", "全国首个5g网络", "全国首个«5g»网络");
    check("5G网", "首个5G网络", "首个«5G网»络");
    check("网5", "5G网 5 个", "5G«网 5» 个");
    check("1200", "营业收入1,200万元", "营业收入«1,200»万元");
    check("1，200", "１２００", "-");
    check("１２００", "1200", "«1200»");
    check("ZL201710123456.7", "专利号：ZL 201710123456.7", "专利号：«ZL 201710123456.7»");
    check("201710123456", "ZL201710123456.7", "ZL«201710123456».7");
    check("GB/T 1234-2017", "按GB/T1234—2017执行", "按«GB/T1234—2017»执行");
    check("café", "CAFE\u{301}与cafe", "«CAFE\u{301}»与«cafe»");
    check("m2", "100㎡", "100«㎡»");
    check("一", "⼀期", "«⼀»期");
    check("2017", "①2017年", "①«2017»年");
}

#[test]
fn several_words_are_all_wanted_and_quotes_make_a_phrase() {
    check("芯片 机器人", "机器人与芯片", "«机器人»与«芯片»");
    check("芯片　机器人", "机器人", "-");
    check("“deep learning”", "deep learning", "«deep learning»");
    check("\"learning deep\"", "deep learning", "-");
    check("learning deep", "deep learning", "«deep» «learning»");
    check("\"人工 智能", "人工智能", "«人工智能»");
}

#[test]
fn nothing_typed_is_an_operator_of_the_index() {
    for typed in
        ["a\" OR b*", "AND", "NEAR(a b)", "col:x", "-x", "^a", "a* \"\" ''", "'; DROP TABLE x; --", "\u{0}x", "{a}+b"]
    {
        let expression = Query::parse(typed).unwrap().expression();
        let bare = expression.replace(" AND ", " ").replace("\" *", "\"");
        let inside: Vec<&str> =
            bare.split('"').enumerate().filter(|(at, _)| at % 2 == 1).map(|(_, part)| part).collect();
        assert!(
            inside.iter().all(|part| part.chars().all(|c| c.is_alphanumeric() || c == ' ')),
            "{typed}: {expression}"
        );
        let outside: String = bare.split('"').enumerate().filter(|(at, _)| at % 2 == 0).map(|(_, part)| part).collect();
        assert!(outside.trim().is_empty(), "{typed}: {expression}");
    }
    assert_eq!(Query::parse("，。*\"\""), Err(QueryError::Empty));
    assert_eq!(Query::parse(""), Err(QueryError::Empty));
    assert_eq!(Query::parse(&"智".repeat(401)), Err(QueryError::TooLong));
    assert_eq!(Query::parse(&(0..17).map(|n| format!("{n} ")).collect::<String>()), Err(QueryError::TooLong));
}

#[test]
fn a_character_stands_at_one_position_of_the_index() {
    assert_eq!(indexed(["人工 智能，AI5G网", "能"]), "人工 工智 智能 能 ai 5 g 网 ¶ 能 ¶ ");
    let expression = |typed: &str| Query::parse(typed).unwrap().expression();
    assert_eq!(expression("智"), "\"智\" *");
    assert_eq!(expression("人工智能"), "\"人工 工智 智能\"");
    assert_eq!(expression("5G网 智能AI"), "\"5 g 网\" * AND \"智能 能 ai\"");
}

#[test]
fn a_snippet_shows_where_most_of_the_words_stand_together() {
    let text = format!("芯片{}机器人芯片{}", "字".repeat(200), "尾".repeat(100));
    let shown = marked("芯片 机器人", &text);
    assert!(shown.contains("«机器人芯片»") && shown.starts_with('…') && shown.ends_with('…'), "{shown}");
    assert_eq!(shown.chars().count(), 90 + 4, "{shown}");
    assert_eq!(marked("尾", &format!("{}尾", "字".repeat(100))), format!("…{}«尾»", "字".repeat(89)));
    check("b", "a\u{1b}[31m b", "a [31m «b»");
}
