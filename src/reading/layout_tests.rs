//! Every layout that the contract names, on grids built by hand: what a respondent wrote must come out under its item, and what
//! nobody wrote must not come out at all.

use super::*;
use crate::document::{Block, Cell, Document, Format, Grid, Origin, Paragraph};
use gather::{Gathered, Rank, Source};
use respond::SurveyReading;

/// A cell's text; `…` stands for a place that the cell to the left covers, `^` for one that the cell above covers.
pub(super) type Rows<'a> = &'a [&'a [&'a str]];

pub(super) fn grid(number: u32, rows: Rows<'_>) -> Grid {
    sheet(Origin::Table { number }, rows)
}

pub(super) fn sheet(origin: Origin, rows: Rows<'_>) -> Grid {
    let mut cells: Vec<Cell> = Vec::new();
    for (row, texts) in rows.iter().enumerate() {
        for (column, text) in texts.iter().enumerate() {
            let (row, column) = (row as u32, column as u32);
            let covers = |cell: &Cell, row: u32, column: u32| {
                (cell.row..cell.row + cell.row_span).contains(&row)
                    && (cell.column..cell.column + cell.column_span).contains(&column)
            };
            match *text {
                "…" => {
                    let left = cells.iter_mut().find(|cell| covers(cell, row, column - 1)).unwrap();
                    left.column_span = column - left.column + 1;
                }
                "^" => {
                    let above = cells.iter_mut().find(|cell| covers(cell, row - 1, column)).unwrap();
                    above.row_span = row - above.row + 1;
                }
                text => {
                    cells.push(Cell { row, column, row_span: 1, column_span: 1, text: text.into(), is_number: false })
                }
            }
        }
    }
    Grid { origin, cells }
}

pub(super) fn line(number: u32, text: &str) -> Block {
    Block::Paragraph(Paragraph { text: text.into(), number, page: None })
}

pub(super) fn document(blocks: Vec<Block>) -> Gathered {
    let document = Document { source: "表.docx".into(), format: Format::Docx, blocks, has_pictures: false };
    Gathered { documents: vec![Source { document, rank: Rank::Editable }], ..Gathered::default() }
}

pub(super) fn read_blocks(blocks: Vec<Block>) -> SurveyReading<'static> {
    // What is read refers to what was gathered, and lives as long as the test.
    respond::read(Box::leak(Box::new(document(blocks))), &Prepared::new(&Survey::founding().unwrap()), false)
}

/// Answers of each return as `key=text`, and after `!` the keys and codes of its issues.
pub(super) fn shown(reading: &SurveyReading<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for one in &reading.returns {
        let answers: Vec<String> =
            one.answers.iter().map(|(key, answer)| format!("{key}={}", answer.text.replace('\n', "|"))).collect();
        let issues: Vec<String> = one
            .issues
            .iter()
            .map(|issue| match &issue.about {
                crate::issue::About::Item(item) => format!("{item}:{}", issue.problem.code()),
                _ => issue.problem.code().to_owned(),
            })
            .collect();
        lines.push(format!("{} ! {}", answers.join(" "), issues.join(" ")));
    }
    lines
}

pub(super) fn check(blocks: Vec<Block>, expected: &[&str]) {
    assert_eq!(shown(&read_blocks(blocks)), expected);
}

pub(super) fn check_table(rows: Rows<'_>, expected: &[&str]) {
    check(vec![Block::Grid(grid(1, rows))], expected);
}

const HEADER: &[&str] = &["企业名称", "行业地位", "核心技术", "主要产品", "攻关方向", "2017年营业收入（万元）"];
const FULL: &str = "direction=E name=甲有限公司 position=B products=D revenue=1200 technology=C ! ";

#[test]
fn a_row_under_a_header_is_a_return() {
    check_table(&[HEADER, &["甲有限公司", "B", "C", "D", "E", "1200"]], &[FULL]);
}

#[test]
fn labels_beside_their_answers_are_read() {
    check_table(
        &[
            &["企业名称", "甲有限公司"],
            &["行业地位", "B"],
            &["核心技术", "C"],
            &["主要产品", "D"],
            &["攻关方向", "E"],
            &["营业收入（万元）", "1200"],
        ],
        &[FULL],
    );
}

#[test]
fn two_labels_a_row_are_read() {
    check_table(
        &[
            &["企业名称", "甲有限公司", "营业收入（万元）", "1200"],
            &["行业地位", "B", "…", "…"],
            &["核心技术", "C", "主要产品", "D"],
            &["攻关方向", "E", "", ""],
        ],
        &[FULL],
    );
}

#[test]
fn another_years_amount_beside_is_neither_an_answer_nor_a_respondent() {
    check_table(
        &[
            &["企业名称", "甲有限公司", "2016年营业收入", "900"],
            &["营业收入（万元）", "1200", "2015年营业收入", "700"],
            &["行业地位", "B", "…", "…"],
            &["核心技术（必填）", "C", "…", "…"],
            &["主要产品、专利、标准（必填）", "D", "…", "…"],
            &["攻关方向", "E", "…", "…"],
        ],
        &[FULL],
    );
}

#[test]
fn labels_above_their_answers_are_read() {
    check_table(
        &[
            &["企业名称"],
            &["甲有限公司"],
            &["行业地位"],
            &["B"],
            &["核心技术"],
            &["C"],
            &["主要产品"],
            &["D"],
            &["攻关方向"],
            &["E"],
            &["营业收入（万元）"],
            &["1200"],
        ],
        &[FULL],
    );
    check_table(
        &[
            &["企业名称", "营业收入（万元）"],
            &["甲有限公司", "1200"],
            &["行业地位", "核心技术"],
            &["B", "C"],
            &["主要产品", "攻关方向"],
            &["D", "E"],
        ],
        &[FULL],
    );
}

#[test]
fn a_hint_column_between_label_and_answer_is_no_answer() {
    check_table(
        &[
            &["序号", "项目", "填写要求", "填写内容"],
            &["1", "企业名称", "营业执照全称", "甲有限公司"],
            &["2", "行业地位", "排名情况", "B"],
            &["3", "核心技术", "不超过200字", "C"],
            &["4", "主要产品", "含专利号", "D"],
            &["5", "攻关方向", "简述", "E"],
            &["6", "营业收入（万元）", "预估数", "1200"],
        ],
        &[FULL],
    );
    check_table(&[&["企业名称", "请填写全称", ""], &["行业地位", "请简述", ""], &["核心技术", "请简述", ""]], &[]);
}

#[test]
fn label_and_answer_in_one_cell_are_told_apart() {
    check_table(
        &[
            &["企业名称：甲有限公司"],
            &["行业地位：B"],
            &["核心技术：C"],
            &["主要产品：D"],
            &["攻关方向：E"],
            &["营业收入（万元）：1200"],
        ],
        &[FULL],
    );
}

#[test]
fn several_columns_of_answers_are_several_returns() {
    let second = FULL.replace('甲', "乙");
    check_table(
        &[
            &["项目", "企业一", "企业二"],
            &["企业名称", "甲有限公司", "乙有限公司"],
            &["行业地位", "B", "B"],
            &["核心技术", "C", "C"],
            &["主要产品", "D", "D"],
            &["攻关方向", "E", "E"],
            &["营业收入（万元）", "1200", "1200"],
        ],
        &[FULL, &second],
    );
}

#[test]
fn a_header_of_two_rows_is_read_and_the_reference_year_decides() {
    check_table(
        &[
            &["企业名称", "行业地位", "核心技术", "主要产品", "攻关方向", "营业收入（万元）", "…"],
            &["^", "^", "^", "^", "^", "2016年", "2017年（预估）"],
            &["甲有限公司", "B", "C", "D", "E", "800", "1200"],
        ],
        &[FULL],
    );
    // As a text file gives it: without merged cells.
    check_table(
        &[
            &["企业名称", "行业地位", "核心技术", "主要产品", "攻关方向", "营业收入（万元）", ""],
            &["", "", "", "", "", "2016年", "2017年"],
            &["甲有限公司", "B", "C", "D", "E", "800", "1200"],
        ],
        &[FULL],
    );
}

#[test]
fn the_name_is_taken_from_a_line_around_a_table_without_one() {
    let rows: Rows<'_> = &[&HEADER[1..], &["B", "C", "D", "E", "1200"]];
    check(
        vec![line(1, "填报单位：甲有限公司（盖章）    填报日期：2017年12月19日"), Block::Grid(grid(1, rows))],
        &[FULL],
    );
    check(vec![Block::Grid(grid(1, rows)), line(1, "企业名称：甲有限公司")], &[FULL]);
    let rows: Rows<'_> = &[&["填报单位：甲有限公司", "…", "…", "…", "…"], &HEADER[1..], &["B", "C", "D", "E", "1200"]];
    check_table(rows, &[FULL]);
    check(vec![Block::Grid(grid(1, &[&HEADER[1..], &["B", "C", "D", "E", "1200"]]))], &[]);
}

#[test]
fn a_table_that_goes_on_without_its_header_is_one_table() {
    let second = FULL.replace('甲', "乙");
    check(
        vec![
            Block::Grid(grid(1, &[HEADER, &["甲有限公司", "B", "C", "D", "E", "1200"]])),
            line(1, "第 2 页"),
            Block::Grid(grid(2, &[&["乙有限公司", "B", "C", "D", "E", "1200"]])),
        ],
        &[FULL, &second],
    );
}

#[test]
fn another_table_of_as_many_columns_is_no_further_page() {
    check(
        vec![
            Block::Grid(grid(1, &[HEADER, &["甲有限公司", "B", "C", "D", "E", "1200"]])),
            Block::Grid(grid(
                2,
                &[
                    &["专利名称", "专利号", "类型", "申请日期", "权利人", "备注"],
                    &["一种装置", "ZL1", "发明", "2016", "甲", ""],
                ],
            )),
        ],
        &[FULL],
    );
}

#[test]
fn what_is_no_return_is_passed_over() {
    check_table(
        &[
            &["人工智能产业相关企业、技术平台调查表", "…", "…", "…", "…", "…"],
            &["单位：万元", "…", "…", "…", "…", "…"],
            HEADER,
            &["1", "2", "3", "4", "5", "6"],
            &["某某公司", "前十", "视觉", "相机", "算法", "1000"],
            &["甲有限公司", "B", "C", "D", "E", "1200"],
            HEADER,
            &["", "", "", "", "", ""],
            &["合计", "", "", "", "", "1200"],
            &["注：营业收入为预估数。", "…", "…", "…", "…", "…"],
            &["填表人：张三", "", "审核人：李四", "", "", "2017年12月"],
        ],
        &[FULL],
    );
}

#[test]
fn an_answer_over_several_rows_of_one_name_is_joined() {
    check_table(
        &[HEADER, &["甲有限公司", "B", "C1", "D", "E", "1200"], &["^", "^", "C2", "^", "^", "^"]],
        &[&FULL.replace("technology=C", "technology=C1|C2")],
    );
}

#[test]
fn ditto_takes_the_value_above_and_says_so() {
    check_table(
        &[HEADER, &["甲有限公司", "B", "C", "D", "E", "1200"], &["乙有限公司", "同上", "C", "D", "E", "1200"]],
        &[FULL, &format!("{}position:ditto", FULL.replace('甲', "乙"))],
    );
}

#[test]
fn a_missing_column_and_an_empty_cell_are_asked_for() {
    check_table(
        &[&["企业名称", "行业地位", "核心技术"], &["甲有限公司", "B", ""]],
        &["name=甲有限公司 position=B ! technology:missing products:missing direction:missing revenue:missing"],
    );
}

#[test]
fn two_columns_of_one_amount_that_differ_are_a_doubt() {
    check_table(
        &[&["企业名称", "营业收入", "主营业务收入"], &["甲有限公司", "1200万元", "1000万元"]],
        &[
            "name=甲有限公司 revenue=1200万元|1000万元 ! position:missing technology:missing products:missing direction:missing revenue:ambiguous_amount",
        ],
    );
}

#[test]
fn a_row_without_a_name_is_no_silent_part_of_the_one_above() {
    let reading = read_blocks(vec![Block::Grid(grid(
        1,
        &[HEADER, &["甲有限公司", "B", "C", "D", "E", "1200"], &["", "B2", "C2", "D2", "E2", "1300"]],
    ))]);
    assert_eq!(reading.returns.len(), 2);
    assert!(shown(&reading)[1].contains("name:missing"));
}

#[test]
fn a_blank_form_is_a_form_without_a_return() {
    let forms: [Rows<'_>; 3] = [
        &[HEADER, &["", "", "", "", "", ""]],
        &[&["序号", "企业名称", "营业收入"], &["1", "", ""], &["2", "", ""]],
        &[&["企业名称", ""], &["行业地位", ""], &["营业收入", "万元"]],
    ];
    for rows in forms {
        let reading = read_blocks(vec![Block::Grid(grid(1, rows))]);
        assert!(reading.has_form && reading.returns.is_empty(), "{rows:?}: {:?}", shown(&reading));
    }
}

#[test]
fn signatures_layout_tables_and_other_lists_are_no_returns() {
    let lists: [Rows<'_>; 4] = [
        &[&["张三"], &["公司：甲有限公司"], &["电话：0757-00000000"], &["地址：某路1号"]],
        &[&["公司", "甲有限公司"], &["电话", "0757"], &["地址", "某路1号"]],
        &[&["名称", "单位", "数量", "收入"], &["相机", "台", "3", "100"]],
        &[&["序号", "产品名称", "专利号", "备注"], &["1", "相机", "ZL1", ""]],
    ];
    for rows in lists {
        let reading = read_blocks(vec![Block::Grid(grid(1, rows))]);
        assert!(!reading.has_form, "{rows:?}");
    }
}

#[test]
fn a_hidden_sheet_counts_only_where_no_visible_one_does() {
    let rows = |name: &'static str| -> Vec<Vec<&'static str>> {
        vec![HEADER.to_vec(), vec![name, "B", "C", "D", "E", "1200"]]
    };
    let make = |name: &'static str, hidden: bool| {
        let rows = rows(name);
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        Block::Grid(sheet(Origin::Sheet { name: "Sheet".into(), hidden }, &rows))
    };
    check(vec![make("乙有限公司", true), make("甲有限公司", false)], &[FULL]);
    let blank = Block::Grid(sheet(Origin::Sheet { name: "Blank".into(), hidden: false }, &[HEADER]));
    check(vec![make("甲有限公司", true), blank], &[FULL]);
}

#[test]
fn a_bare_number_takes_its_unit_from_a_line_above_the_table() {
    let header: &[&str] = &["企业名称", "行业地位", "核心技术", "主要产品", "攻关方向", "2017年营业收入"];
    let rows: Rows<'_> = &[header, &["甲有限公司", "B", "C", "D", "E", "1200"]];
    check(vec![line(1, "单位：万元"), Block::Grid(grid(1, rows))], &[FULL]);
    check(vec![Block::Grid(grid(1, rows))], &[&format!("{FULL}revenue:unit_missing")]);
}

#[test]
fn the_same_respondent_in_two_sources_is_one_return_and_a_disagreement_is_told() {
    let other = |amount: &str| Block::Grid(grid(2, &[HEADER, &["甲有限公司", "B", "C", "D", "E", amount]]));
    let first = || Block::Grid(grid(1, &[HEADER, &["甲有限公司", "B", "C", "D", "E", "1200"]]));
    check(vec![first(), other("1200")], &[FULL]);
    check(vec![first(), other("680")], &[&format!("{FULL}revenue:conflict")]);
}

#[test]
fn what_is_asked_beside_the_items_is_neither_answer_nor_respondent() {
    check_table(
        &[
            &["企业名称", "甲有限公司", "联系人", "张三"],
            &["行业地位", "B", "电话", "123"],
            &["核心技术", "C", "…", "…"],
            &["主要产品", "D", "…", "…"],
            &["攻关方向", "E", "…", "…"],
            &["营业收入（万元）", "1200", "成立时间", "2010年"],
        ],
        &[FULL],
    );
    check_table(
        &[
            &["企业名称", "甲有限公司", "商标", "某某"],
            &["行业地位", "B", "…", "…"],
            &["核心技术", "C", "…", "…"],
            &["主要产品", "D", "…", "…"],
            &["攻关方向", "E", "…", "…"],
            &["营业收入（万元）", "1200", "…", "…"],
        ],
        &[FULL],
    );
}

#[test]
fn a_row_that_breaks_over_a_page_is_one_row() {
    check(
        vec![
            Block::Grid(grid(1, &[HEADER, &["甲有限公司", "B", "C1", "D", "", ""]])),
            Block::Grid(grid(2, &[&["", "", "C2", "", "E", "1200"]])),
        ],
        &[&FULL.replace("technology=C", "technology=C1|C2")],
    );
    check(
        vec![
            Block::Grid(grid(1, &[HEADER, &["甲有限公司", "B", "C1", "D", "", ""]])),
            Block::Grid(grid(2, &[HEADER, &["", "", "C2", "", "E", "1200"]])),
        ],
        &[&FULL.replace("technology=C", "technology=C1|C2")],
    );
}

#[test]
fn a_vertical_form_that_breaks_over_a_page_is_one_form() {
    check(
        vec![
            Block::Grid(grid(1, &[&["企业名称", "甲有限公司"], &["行业地位", "B"], &["核心技术", "C"]])),
            Block::Grid(grid(2, &[&["主要产品", "D"], &["攻关方向", "E"], &["营业收入（万元）", "1200"]])),
        ],
        &[FULL],
    );
}

#[test]
fn a_label_with_a_hint_under_it_is_a_label() {
    check_table(
        &[
            &[
                "企业名称\n请填写营业执照上的全称",
                "行业地位\n简述",
                "核心技术",
                "主要产品",
                "攻关方向",
                "2017年营业收入（万元）",
            ],
            &["甲有限公司", "B", "C", "D", "E", "1200"],
        ],
        &[FULL],
    );
}

#[test]
fn a_column_of_units_gives_the_unit() {
    check_table(
        &[
            &["指标", "计量单位", "数值"],
            &["企业名称", "", "甲有限公司"],
            &["行业地位", "", "B"],
            &["核心技术", "", "C"],
            &["主要产品", "", "D"],
            &["攻关方向", "", "E"],
            &["2017年营业收入", "万元", "1200"],
        ],
        &[FULL],
    );
}

#[test]
fn years_beside_their_amounts_tell_them_apart() {
    let reading = read_blocks(vec![Block::Grid(grid(
        1,
        &[
            &["企业名称", "甲有限公司", "…", "…", "…"],
            &["行业地位", "B", "…", "…", "…"],
            &["营业收入", "2016年", "800万元", "2017年", "1200万元"],
        ],
    ))]);
    let Some(crate::value::Value::Money(Some(money))) =
        reading.returns.first().map(|one| one.answers["revenue"].value.clone())
    else {
        panic!("{:?}", shown(&reading));
    };
    assert_eq!(money.low.map(|low| low.to_string()), Some("12000000".into()));
}

#[test]
fn several_columns_of_one_text_are_one_answer() {
    check_table(
        &[
            &[
                "企业名称",
                "行业地位",
                "掌握的人工智能核心技术、建设的技术平台",
                "…",
                "主要产品",
                "攻关方向",
                "2017年营业收入（万元）",
            ],
            &["^", "^", "核心技术", "技术平台", "^", "^", "^"],
            &["甲有限公司", "B", "C1", "C2", "D", "E", "1200"],
        ],
        &[&FULL.replace("technology=C", "technology=C1|C2")],
    );
}

#[test]
fn several_forms_in_one_table_are_several_returns() {
    let second = FULL.replace('甲', "乙");
    let form = |name: &'static str| -> Vec<[&'static str; 2]> {
        vec![
            ["企业名称", name],
            ["行业地位", "B"],
            ["核心技术", "C"],
            ["主要产品", "D"],
            ["攻关方向", "E"],
            ["营业收入（万元）", "1200"],
        ]
    };
    let rows: Vec<[&str; 2]> = form("甲有限公司").into_iter().chain([["", ""]]).chain(form("乙有限公司")).collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    check_table(&rows, &[FULL, &second]);
}

#[test]
fn another_list_below_the_table_is_no_part_of_it() {
    check_table(
        &[
            HEADER,
            &["甲有限公司", "B", "C", "D", "E", "1200"],
            &["", "", "", "", "", ""],
            &["专利名称", "专利号", "类型", "申请日期", "权利人", "备注"],
            &["一种装置", "ZL1", "发明", "2016", "甲", ""],
        ],
        &[FULL],
    );
}

#[test]
fn a_remark_beside_an_answer_is_asked_about_and_never_mixed_in() {
    let reading = read_blocks(vec![Block::Grid(grid(
        1,
        &[&["企业名称", "甲有限公司", ""], &["行业地位", "B", "另有一项"], &["营业收入", "1200万元", ""]],
    ))]);
    let lines = shown(&reading);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("position=B ") && lines[0].contains("position:conflict"), "{lines:?}");
}

#[test]
fn a_sheet_of_many_rows_is_read_row_by_row() {
    let names: Vec<String> = (0..3000).map(|number| format!("岭泽第{number}有限公司")).collect();
    let mut rows: Vec<Vec<&str>> = vec![HEADER.to_vec()];
    rows.extend(
        names.iter().map(|name| vec![name.as_str(), "行业前十", "核心技术与算法平台", "产品一", "方向", "1200"]),
    );
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let reading = read_blocks(vec![Block::Grid(sheet(Origin::Sheet { name: "Sheet1".into(), hidden: false }, &rows))]);
    assert_eq!(reading.returns.len(), 3000);
}

#[test]
fn of_two_surveys_the_one_that_fits_better_gets_the_return() {
    let other = Survey::from_toml(include_str!("../../tests/surveys/digital-2025.toml")).unwrap();
    let founding = Survey::founding().unwrap();
    let gathered = document(vec![Block::Grid(grid(1, &[HEADER, &["甲有限公司", "B", "C", "D", "E", "1200"]]))]);
    for surveys in [[founding.clone(), other.clone()], [other, founding]] {
        let readings: Vec<SurveyReading<'_>> =
            surveys.iter().map(|survey| respond::read(&gathered, &Prepared::new(survey), false)).collect();
        let choice = choose::choose(&readings, &surveys.iter().collect::<Vec<_>>(), &gathered, "");
        assert!(choice.clearly);
        assert_eq!(surveys[choice.best.unwrap()].id, "ai-industry-2017");
    }
}

#[test]
fn between_two_surveys_alike_nothing_is_guessed() {
    let founding = Survey::founding().unwrap();
    let twin = Survey { id: "twin".into(), ..founding.clone() };
    let gathered = document(vec![Block::Grid(grid(1, &[HEADER, &["甲有限公司", "B", "C", "D", "E", "1200"]]))]);
    let surveys = [founding, twin];
    let readings: Vec<SurveyReading<'_>> =
        surveys.iter().map(|survey| respond::read(&gathered, &Prepared::new(survey), false)).collect();
    let choice = choose::choose(&readings, &surveys.iter().collect::<Vec<_>>(), &gathered, "");
    assert_eq!((choice.best.is_some(), choice.clearly), (true, false));
}
