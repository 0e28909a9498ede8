//! What is kept of written material: its text with places, on documents built by hand.

use super::layout_tests::{grid, line, read_blocks, sheet};
use super::*;
use crate::document::{Block, Origin, Paragraph};

fn on_page(number: u32, page: u32, text: &str) -> Block {
    Block::Paragraph(Paragraph { text: text.into(), number, page: Some(page) })
}

/// The places of the only narrative, each with the line that it begins at and that line.
fn places(blocks: Vec<Block>) -> Vec<String> {
    let mut narratives = read_blocks(blocks).narratives;
    assert_eq!(narratives.len(), 1);
    let Narrative { text, places, .. } = narratives.remove(0);
    let lines: Vec<&str> = text.split('\n').collect();
    places.iter().map(|one| format!("{} {}", one.spot, lines[one.line as usize - 1])).collect()
}

#[test]
fn a_paragraph_knows_its_page_and_its_number_there() {
    let long = "公司成立于二〇〇九年，多年从事工业机器人的研发与生产工作";
    let blocks = vec![
        on_page(1, 1, "第一段"),
        on_page(2, 1, long),
        on_page(3, 1, "  "),
        on_page(4, 1, "第三段"),
        on_page(5, 2, "次页"),
    ];
    assert_eq!(
        places(blocks),
        [
            "page 1!paragraph 1 第一段",
            &format!("page 1!paragraph 2 {long}"),
            "page 1!paragraph 3 第三段",
            "page 2!paragraph 1 次页"
        ]
    );
}

#[test]
fn lines_within_a_paragraph_and_cells_have_their_places_too() {
    let cells: layout_tests::Rows<'_> = &[&["项目", "进展"], &["视觉检测平台\n二期", "已验收"]];
    let blocks = vec![
        line(3, "公司情况介绍如下：\n一、概况。本公司专注视觉检测"),
        Block::Grid(sheet(Origin::Sheet { name: "情况".into(), hidden: false }, cells)),
        Block::Grid(grid(2, &[&["备注"]])),
    ];
    assert_eq!(
        places(blocks),
        [
            "line 3 公司情况介绍如下：",
            "情况!A1 项目",
            "情况!B1 进展",
            "情况!A2 视觉检测平台",
            "情况!B2 已验收",
            "table 2!A1 备注"
        ]
    );
}

#[test]
fn material_without_end_is_kept_in_part_and_says_so() {
    let paragraph = "本公司从事数字化车间的建设。".repeat(10);
    let all =
        |count: u32| read_blocks((1..=count).map(|number| line(number, &paragraph)).collect()).narratives.remove(0);
    assert!(!all(300 * 30).is_cut, "300 pages of 30 paragraphs");
    let cut = all(20_000);
    assert!(cut.is_cut && cut.text.len() <= 4 << 20 && cut.text.len() > 4_000_000);
}

#[test]
fn answers_of_a_form_are_no_passages_and_the_surveys_own_words_neither() {
    let rows: layout_tests::Rows<'_> = &[
        &["企业(平台)名称", "拥有的主要人工智能产品、专利、标准等情况", "2017年营业收入(预估)"],
        &["甲有限公司", "发明专利7项", "1200万元"],
    ];
    let prose = format!("{}。获得授权发明专利12项。", "本公司多年从事数字化车间的建设与改造工作".repeat(20));
    let reading = read_blocks(vec![Block::Grid(grid(1, rows)), line(1, &prose)]);
    let passages = &reading.narratives[0].passages;
    assert_eq!(passages.iter().map(|one| one.sentence.as_str()).collect::<Vec<_>>(), ["获得授权发明专利12项。"]);
}

#[test]
fn headings_are_told_from_sentences() {
    for heading in ["一、企业概况", "（二）主要产品", "第三章 发展规划", "十二、知识产权"] {
        assert!(is_heading(heading), "{heading}");
    }
    for text in
        ["一、企业概况，如下；", "公司成立于2009年", "（一期工程）已完工", "第一名", "一", "一家从事机器人的企业"]
    {
        assert!(!is_heading(text), "{text}");
    }
}
