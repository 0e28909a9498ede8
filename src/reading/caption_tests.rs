//! What stands in a form beside its answers: headings of parts, sample sheets, instructions left in, forms side by side.

use super::layout_tests::{Rows, check, check_table, grid, line, sheet};
use crate::document::{Block, Origin};

const HEADER: &[&str] = &["企业名称", "行业地位", "核心技术", "主要产品", "攻关方向", "2017年营业收入（万元）"];
const FIRST: &[&str] = &["甲有限公司", "B", "C", "D", "E", "1200"];
const SECOND: &[&str] = &["乙有限公司", "B", "C", "D", "E", "800"];
const READ: &[&str] = &[
    "direction=E name=甲有限公司 position=B products=D revenue=1200 technology=C ! ",
    "direction=E name=乙有限公司 position=B products=D revenue=800 technology=C ! ",
];

#[test]
fn the_heading_of_a_part_is_no_return() {
    for heading in ["二、技术平台", "企业二"] {
        let heading: &[&str] = &[heading, "", "", "", "", ""];
        check_table(&[HEADER, FIRST, heading, HEADER, SECOND], READ);
    }
    let numbered: Rows<'_> = &[
        &["序号", "企业名称", "行业地位", "核心技术", "主要产品", "攻关方向", "2017年营业收入（万元）"],
        &["一", "禾塘街道", "", "", "", "", ""],
        &["1", "甲有限公司", "B", "C", "D", "E", "1200"],
        &["二", "莲湖街道", "", "", "", "", ""],
        &["1", "乙有限公司", "B", "C", "D", "E", "800"],
    ];
    check_table(numbered, READ);
}

#[test]
fn a_row_that_counts_the_enterprises_is_no_return() {
    check_table(&[HEADER, FIRST, SECOND, &["共2家企业", "", "", "", "", "2000"]], READ);
}

#[test]
fn a_sample_sheet_is_no_return() {
    let named = |name: &str, rows| Block::Grid(sheet(Origin::Sheet { name: name.to_owned(), hidden: false }, rows));
    check(vec![named("调查表", &[HEADER, FIRST]), named("填写示例", &[HEADER, SECOND])], &READ[..1]);
    let shown =
        vec![Block::Grid(grid(1, &[HEADER, FIRST])), line(1, "填写示例："), Block::Grid(grid(2, &[HEADER, SECOND]))];
    check(shown, &READ[..1]);
}

#[test]
fn an_instruction_left_in_is_no_answer() {
    let row: &[&str] = &["甲有限公司", "请填写企业在行业中的地位", "（不超过200字）", "D", "E", "1200"];
    check_table(
        &[HEADER, row],
        &["direction=E name=甲有限公司 products=D revenue=1200 ! position:missing technology:missing"],
    );
    let hints: &[&str] = &["（企业填写）", "（200字以内）", "", "", "", ""];
    check_table(&[HEADER, hints, FIRST], &READ[..1]);
}

#[test]
fn a_name_that_repeats_its_label_is_the_name() {
    check_table(&[HEADER, &["企业名称：甲有限公司", "B", "C", "D", "E", "1200"]], &READ[..1]);
}

#[test]
fn a_column_of_units_is_no_answer() {
    let rows: Rows<'_> = &[
        &["项目", "单位", "内容"],
        &["企业名称", "—", "甲有限公司"],
        &["行业地位", "—", "B"],
        &["核心技术", "—", "C"],
        &["主要产品", "—", "D"],
        &["攻关方向", "—", "E"],
        &["2017年营业收入", "万元", "1200"],
    ];
    check_table(rows, &READ[..1]);
}

#[test]
fn what_stands_below_the_answers_is_no_return() {
    for below in [
        &["平均", "", "", "", "", "1000"],
        &["以下空白", "", "", "", "", ""],
        &["（可加行）", "", "", "", "", ""],
        &["————", "————", "", "", "", ""],
        &["填表单位盖章：", "", "", "", "", "2017年12月18日"],
        &["单位负责人签字：", "王某", "", "填表日期：", "2017/12/18", ""],
    ] {
        check_table(&[HEADER, FIRST, SECOND, below], READ);
    }
    for above in [&["A", "B", "C", "D", "E", "F"], &["文本", "文本", "文本", "文本", "文本", "数字"]] {
        check_table(&[HEADER, above, FIRST], &READ[..1]);
    }
}

#[test]
fn a_name_with_a_colon_behind_it_is_a_return_all_the_same() {
    let one = "direction=E name=甲甲 position=B products=D revenue=1200 technology=C ! ";
    check_table(&[HEADER, &["甲甲：", "B", "C", "D", "E", "1200"]], &[one]);
}

#[test]
fn a_remark_that_calls_a_row_a_sample_makes_it_none() {
    let header = [HEADER, &["备注"]].concat();
    let sample = [SECOND, &["填写示例，请勿删除"]].concat();
    let own = [FIRST, &[""]].concat();
    check_table(&[&header, &sample, &own], &READ[..1]);
}

#[test]
fn a_row_with_its_own_label_belongs_to_the_form() {
    let rows: Rows<'_> = &[
        &["企业名称", "甲有限公司"],
        &["行业地位", "B"],
        &["核心技术", "C"],
        &["主要产品", "D"],
        &["攻关方向", "E"],
        &["2017年营业收入（万元）：1200", "…"],
    ];
    check_table(rows, &READ[..1]);
}

#[test]
fn a_form_in_several_tables_is_one_return() {
    let parts = |third: Rows<'_>| {
        vec![
            line(1, "一、基本情况"),
            Block::Grid(grid(1, &[&["企业名称", "甲有限公司"], &["行业地位", "B"]])),
            line(2, "二、技术情况"),
            Block::Grid(grid(2, &[&["核心技术", "C"], &["主要产品", "D"]])),
            line(3, "三、其他情况"),
            Block::Grid(grid(3, third)),
        ]
    };
    check(parts(&[&["攻关方向", "E"], &["2017年营业收入（万元）", "1200"]]), &READ[..1]);
    let lone = &["name=甲有限公司 position=B products=D revenue=1200 technology=C ! direction:missing"];
    check(parts(&[&["2017年营业收入（万元）", "1200"]]), lone);
}

#[test]
fn forms_side_by_side_are_a_return_each() {
    let rows: Vec<Vec<&str>> = HEADER
        .iter()
        .zip(FIRST.iter().zip(SECOND))
        .map(|(label, (one, other))| vec![*label, *one, "", *label, *other])
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    check_table(&rows, READ);
}
