use crate::document::testing::{check_cuts, document, docx, read, show, zip};
use crate::document::{Budget, Fault, Limits, open};

fn check(body: &str, expected: &str) {
    assert_eq!(show(&document(&docx(body))).trim_end(), expected.trim_end(), "{body}");
}

/// A run in a paragraph.
fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn cell(properties: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text))
}

#[test]
fn paragraphs_keep_their_order_and_number() {
    check(&format!("{}<w:p/>{}", p("一"), p("二")), "1: 一\n3: 二");
}

#[test]
fn a_text_cut_up_into_runs_is_one_text() {
    check(
        "<w:p><w:r><w:t>企业</w:t></w:r><w:proofErr/><w:r><w:rPr><w:b/></w:rPr><w:t>名称</w:t></w:r></w:p>",
        "1: 企业名称",
    );
}

#[test]
fn tabs_breaks_and_hyphens_are_kept() {
    check(
        "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/>\
         <w:t>c</w:t><w:softHyphen/><w:t>d</w:t></w:r></w:p>",
        "1: a\tb-cd",
    );
    check(
        &format!(
            "<w:tbl><w:tr><w:tc>{}<w:p><w:r><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
            p("a")
        ),
        "table 1\nA1 a|b|c",
    );
}

#[test]
fn entities_are_characters() {
    check(&p("A&amp;B &lt;9% &#x2611;"), "1: A&B <9% ☑");
}

#[test]
fn merged_cells_keep_every_answer_in_its_column() {
    let body = format!(
        "<w:tbl><w:tr>{}{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
        cell("<w:vMerge w:val=\"restart\"/>", "名称"),
        cell("", "b"),
        cell("", "c"),
        cell("<w:vMerge/>", ""),
        cell("", "e"),
        cell("", "f"),
        cell("", "g"),
        cell("<w:gridSpan w:val=\"2\"/>", "h"),
    );
    check(&body, "table 1\nA1+2x1 名称\nB1 b\nC1 c\nB2 e\nC2 f\nA3 g\nB3+1x2 h");
}

#[test]
fn a_row_that_begins_further_right_keeps_its_columns() {
    let row = format!("<w:tr><w:trPr><w:gridBefore w:val=\"2\"/></w:trPr>{}</w:tr>", cell("", "x"));
    check(&format!("<w:tbl>{row}</w:tbl>"), "table 1\nC1 x");
}

#[test]
fn an_old_horizontal_merge_is_one_cell() {
    let row = format!(
        "<w:tr>{}{}{}</w:tr>",
        cell("<w:hMerge w:val=\"restart\"/>", "a"),
        cell("<w:hMerge w:val=\"continue\"/>", ""),
        cell("", "c")
    );
    check(&format!("<w:tbl>{row}</w:tbl>"), "table 1\nA1+1x2 a\nC1 c");
}

#[test]
fn a_table_in_a_cell_is_a_table_of_its_own() {
    let inner = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", cell("", "内"));
    let body =
        format!("<w:tbl><w:tr><w:tc>{}{inner}{}</w:tc>{}</w:tr></w:tbl>{}", p("前"), p("后"), cell("", "b"), p("尾"));
    check(&body, "table 1\nA1 前|后\nB1 b\ntable 2\nA1 内\n1: 尾");
}

#[test]
fn content_controls_are_walked_wherever_they_stand() {
    let sdt = |content: &str| {
        format!("<w:sdt><w:sdtPr><w:alias w:val=\"x\"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>")
    };
    let run = sdt("<w:r><w:t>run</w:t></w:r>");
    let body = format!(
        "{}<w:tbl>{}<w:tr>{}{}</w:tr></w:tbl>",
        sdt(&format!("<w:p>{run}</w:p>")),
        sdt(&format!("<w:tr>{}{}</w:tr>", cell("", "a"), cell("", "b"))),
        sdt(&cell("", "c")),
        cell("", "d"),
    );
    check(&body, "1: run\ntable 1\nA1 a\nB1 b\nA2 c\nB2 d");
}

#[test]
fn a_prompt_is_no_answer() {
    let body = "<w:p><w:r><w:t>名称：</w:t></w:r><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击此处输入</w:t></w:r>\
                </w:sdtContent></w:sdt><w:r><w:t>。</w:t></w:r></w:p>";
    check(body, "1: 名称：。");
}

#[test]
fn struck_out_text_is_gone_and_inserted_text_stays() {
    let body = "<w:p><w:del><w:r><w:delText>800</w:delText></w:r></w:del><w:ins><w:r><w:t>950</w:t></w:r></w:ins>\
                <w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>新</w:t></w:r></w:moveTo><w:r><w:rPr><w:rPrChange>\
                <w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>万元</w:t></w:r></w:p>";
    check(body, "1: 950新万元");
}

#[test]
fn a_struck_out_row_is_no_row() {
    let body = format!(
        "<w:tbl><w:tr>{}</w:tr><w:tr><w:trPr><w:del w:id=\"1\"/></w:trPr>{}</w:tr><w:tr>{}</w:tr></w:tbl>",
        cell("", "a"),
        cell("", "gone"),
        cell("", "b")
    );
    check(&body, "table 1\nA1 a\nA2 b");
}

#[test]
fn a_struck_out_paragraph_mark_joins_two_paragraphs() {
    let body = format!("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>一</w:t></w:r></w:p>{}", p("二"));
    check(&body, "1: 一二");
}

#[test]
fn hidden_text_is_not_read() {
    let run = |vanish: &str, text: &str| format!("<w:r><w:rPr>{vanish}</w:rPr><w:t>{text}</w:t></w:r>");
    let body = format!("<w:p>{}{}{}</w:p>", run("<w:vanish/>", "x"), run("<w:vanish w:val=\"0\"/>", "y"), run("", "z"));
    check(&body, "1: yz");
}

#[test]
fn a_field_shows_its_result_alone() {
    let body = "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>HYPERLINK</w:instrText><w:t>code</w:t></w:r>\
                <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>结果</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>\
                <w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:fldSimple><w:r><w:t>域</w:t></w:r></w:fldSimple></w:p>";
    check(body, "1: 结果链接域");
}

#[test]
fn a_field_never_closed_hides_no_later_paragraph() {
    check(&format!("<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r></w:p>{}", p("还在")), "2: 还在");
}

#[test]
fn form_fields_show_their_state() {
    let field = |data: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData>{data}</w:ffData></w:fldChar></w:r><w:r><w:instrText>X</w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let body = format!(
        "<w:p>{}{}{}{}</w:p>",
        field("<w:checkBox><w:default w:val=\"0\"/><w:checked/></w:checkBox>"),
        field("<w:checkBox><w:default w:val=\"1\"/></w:checkBox>"),
        field("<w:checkBox><w:default w:val=\"1\"/><w:checked w:val=\"0\"/></w:checkBox>"),
        field("<w:ddList><w:result w:val=\"1\"/><w:listEntry w:val=\"是\"/><w:listEntry w:val=\"否\"/></w:ddList>"),
    );
    check(&body, "1: ☑☑☐否");
}

#[test]
fn check_boxes_of_every_make_show_whether_they_are_ticked() {
    let control = |state: &str, glyph: &str| {
        format!(
            "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"{state}\"/><w14:checkedState w14:val=\"2612\"/></w14:checkbox></w:sdtPr>\
             <w:sdtContent><w:r><w:t>{glyph}</w:t></w:r></w:sdtContent></w:sdt>"
        )
    };
    let body = format!(
        "<w:p>{}{}<w:r><w:sym w:font=\"Wingdings\" w:char=\"F0FE\"/><w:sym w:font=\"Wingdings\" w:char=\"F0A8\"/>\
         <w:sym w:font=\"Wingdings 2\" w:char=\"F052\"/></w:r><w:r><w:rPr><w:rFonts w:ascii=\"Wingdings\"/></w:rPr><w:t>þ</w:t></w:r></w:p>",
        control("1", "☒"),
        control("0", "☐")
    );
    check(&body, "1: ☑☐☑☐☑☑");
}

#[test]
fn a_text_box_is_read_once() {
    let inner = format!("<w:txbxContent>{}<w:tbl><w:tr>{}</w:tr></w:tbl></w:txbxContent>", p("框"), cell("", "格"));
    let body = format!(
        "<w:p><w:r><w:t>前</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\">{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback>\
         </mc:AlternateContent></w:r><w:r><w:t>后</w:t></w:r></w:p>"
    );
    check(&body, "1: 框\ntable 1\nA1 格\n2: 前后");
}

#[test]
fn another_prefix_is_the_same_vocabulary() {
    let main = r#"<ns0:document xmlns:ns0="http://purl.oclc.org/ooxml/wordprocessingml/main"><ns0:body><ns0:p><ns0:r><ns0:t>严格</ns0:t></ns0:r></ns0:p></ns0:body></ns0:document>"#;
    let bytes = zip(&[("[Content_Types].xml", b"<Types/>"), ("word\\document.xml", main.as_bytes())]);
    assert_eq!(show(&document(&bytes)), "1: 严格\n");
}

#[test]
fn a_scan_is_known_by_its_picture_alone() {
    let scan = document(&docx("<w:p><w:r><w:drawing><a:blip r:embed=\"rId1\"/></w:drawing></w:r></w:p>"));
    assert!(scan.has_pictures && scan.blocks.is_empty());
    assert!(!document(&docx(&p("x"))).has_pictures);
}

#[test]
fn a_document_around_another_is_not_taken_for_an_empty_one() {
    assert!(matches!(read(&docx("<w:altChunk r:id=\"x\"/>")), Err(Fault::Unsupported { could_hold_table: true, .. })));
}

#[test]
fn absurd_spans_do_not_break_the_grid() {
    let row = format!(
        "<w:tr>{}{}</w:tr>",
        cell("<w:gridSpan w:val=\"4294967295\"/>", "a"),
        cell("<w:gridSpan w:val=\"99999999999999999999\"/>", "b")
    );
    check(&format!("<w:tbl>{row}</w:tbl>"), "table 1\nA1+1x1000 a\nALM1 b");
}

#[test]
fn hostile_xml_is_refused() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><w:document>&b;</w:document>";
    let deep = "<w:tbl><w:tr><w:tc>".repeat(33_334);
    let broken = "<w:document><w:p></w:q></w:document>";
    let entity = "<w:document>&nbsp;</w:document>";
    for main in [bomb, &deep, broken, entity] {
        let bytes = zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", main.as_bytes())]);
        assert!(matches!(read(&bytes), Err(Fault::Unreadable(_) | Fault::TooLarge(_))));
    }
}

#[test]
fn tables_nested_without_end_cost_no_stack() {
    let depth = 3_000;
    let body = format!("{}<w:p/>{}", "<w:tbl><w:tr><w:tc>".repeat(depth), "</w:tc></w:tr></w:tbl>".repeat(depth));
    assert_eq!(document(&docx(&body)).blocks.len(), depth);
}

#[test]
fn too_many_cells_are_too_large() {
    let body = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", cell("", "x").repeat(20));
    let mut budget = Budget::new(Limits { cells: 10, ..Limits::default() });
    assert_eq!(open("x", &docx(&body), &mut budget), Err(Fault::TooLarge("number of cells".into())));
}

#[test]
fn a_cut_off_file_is_never_taken_for_a_whole_one() {
    check_cuts(&docx(&format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", cell("", "x").repeat(200))));
}

#[test]
fn no_arrangement_of_elements_makes_it_panic() {
    let names = [
        "w:p",
        "w:r",
        "w:t",
        "w:tbl",
        "w:tr",
        "w:tc",
        "w:trPr",
        "w:tcPr",
        "w:rPr",
        "w:pPr",
        "w:del",
        "w:sdt",
        "w:sdtPr",
        "w:fldChar",
        "w:showingPlcHdr",
        "w14:checkbox",
        "w14:checked",
        "w:txbxContent",
        "mc:AlternateContent",
        "mc:Choice",
        "w:vMerge",
        "w:hMerge",
        "w:gridSpan",
        "w:gridBefore",
        "w:vanish",
        "w:ffData",
        "w:checkBox",
    ];
    let kinds = ["begin", "separate", "end", "1"];
    let mut seed = 7_u32;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize % below
    };
    for _ in 0..300 {
        let (mut body, mut open) = (String::new(), Vec::new());
        for _ in 0..80 {
            if next(3) == 0 {
                body += &open.pop().map(|name| format!("</{name}>")).unwrap_or_default();
            } else {
                let name = names[next(names.len())];
                body += &format!("<{name} w:val=\"1\" w:fldCharType=\"{}\">x", kinds[next(kinds.len())]);
                open.push(name);
            }
        }
        body.extend(open.iter().rev().map(|name| format!("</{name}>")));
        assert!(read(&docx(&body)).is_ok(), "{body}");
    }
}
