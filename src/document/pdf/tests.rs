use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::document::testing::{attachments, check_cuts, document, read, show};
use crate::document::{Budget, Content, Fault, Limits, open};

/// A PDF of these objects, numbered from 1; the first is the catalog.
fn file(objects: &[String]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).into_bytes());
    }
    let start = bytes.len();
    let trailer = format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    bytes.extend((table + &trailer).into_bytes());
    bytes
}

fn stream(content: &str) -> String {
    format!("<</Length {}>>stream\n{content}\nendstream", content.len())
}

/// Pages 600 points wide and 400 high. Their Chinese font is named, not embedded; `F2` does not tell its characters.
fn pages(contents: &[String]) -> Vec<u8> {
    let kids: String = (0..contents.len()).map(|page| format!("{} 0 R ", 6 + 2 * page)).collect();
    let font = "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>";
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[{kids}]/Count {}>>", contents.len()),
        font.to_owned(),
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>"
            .to_owned(),
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/FirstChar 65/LastChar 65/Widths[1]\
         /Encoding<</Differences[65/x1]>>/CharProcs<<>>>>"
            .to_owned(),
    ];
    for (page, content) in contents.iter().enumerate() {
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 400]/Contents {} 0 R/Resources<</Font<</F1 3 0 R/F2 5 0 R>>>>>>",
            7 + 2 * page
        ));
        objects.push(stream(content));
    }
    file(&objects)
}

/// Text of 10 points at a place counted from the upper left corner.
fn text(x: u32, y: u32, text: &str) -> String {
    let codes: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    format!("BT /F1 10 Tf {x} {} Td <{codes}> Tj ET\n", 400 - y)
}

fn line(x0: u32, y0: u32, x1: u32, y1: u32) -> String {
    format!("{x0} {} m {x1} {} l S\n", 400 - y0, 400 - y1)
}

/// The lines of a table that is drawn in full.
fn raster(columns: &[u32], rows: &[u32]) -> String {
    let (left, right) = (columns[0], columns[columns.len() - 1]);
    let (top, bottom) = (rows[0], rows[rows.len() - 1]);
    let across = rows.iter().map(|y| line(left, *y, right, *y));
    across.chain(columns.iter().map(|x| line(*x, top, *x, bottom))).collect()
}

fn check(contents: &[String], expected: &str) {
    assert_eq!(show(&document(&pages(contents))), expected);
}

fn check_scan(content: String) {
    let document = document(&pages(&[content]));
    assert!(document.has_pictures && document.blocks.is_empty(), "{}", show(&document));
}

#[test]
fn a_cell_holds_the_text_between_its_lines() {
    let table = raster(&[50, 150, 250], &[50, 70, 90])
        + &text(55, 64, "名称")
        + &text(155, 64, "收入")
        + &text(55, 84, "某公司");
    check(
        &[text(50, 30, "调查表") + &table + &text(50, 120, "填表人")],
        "1: 调查表\npages 1\nA1 名称\nB1 收入\nA2 某公司\nB2 \n2: 填表人\n",
    );
}

#[test]
fn where_no_line_stands_cells_are_one() {
    let lines = line(50, 50, 250, 50) + &line(50, 70, 250, 70) + &line(150, 90, 250, 90) + &line(50, 110, 250, 110);
    let lines = lines + &line(50, 50, 50, 110) + &line(250, 50, 250, 110) + &line(150, 70, 150, 110);
    let texts = text(55, 64, "标题") + &text(55, 94, "名称") + &text(155, 84, "甲") + &text(155, 104, "乙");
    check(&[lines + &texts], "pages 1\nA1+1x2 标题\nA2+2x1 名称\nB2 甲\nB3 乙\n");
}

#[test]
fn text_that_runs_out_over_the_border_stays_in_its_cell() {
    let table = raster(&[50, 122, 200], &[50, 70, 90]);
    let star =
        text(55, 64, "攻关的方向★") + &text(55, 84, "上年营业收入★") + &text(127, 64, "语音") + &text(127, 84, "800");
    check(&[table.clone() + &star], "pages 1\nA1 攻关的方向★\nB1 语音\nA2 上年营业收入★\nB2 800\n");
    let long = text(55, 64, "已有的技术和平台建设情况")
        + &text(127, 64, "语音识别平台")
        + &text(127, 84, "单位（公章）及负责人签字");
    check(
        &[table + &long],
        "pages 1\nA1 已有的技术和平台建设情况\nB1 语音识别平台\nA2 \nB2 单位（公章）及负责人签字\n",
    );
}

#[test]
fn a_text_that_fills_its_cell_does_not_run_into_the_next_one() {
    let table = raster(&[50, 120, 200], &[50, 70, 90]);
    // Without room between border and text; as one text with spaces in it; cut off at the border.
    let full = text(50, 64, "七个字的标签名") + &text(120, 64, "语音") + &text(52, 84, "收入        800");
    let expected = "pages 1\nA1 七个字的标签名\nB1 语音\nA2 收入\nB2    800\n";
    check(&[table.clone() + &full], expected);
    let cut = format!("q 50 330 70 20 re W n {}Q\n", text(53, 64, "七个字的标签名")) + &text(123, 64, "语音");
    check(&[table + &cut], "pages 1\nA1 七个字的标签名\nB1 语音\nA2 \nB2 \n");
}

#[test]
fn a_double_border_is_one_line() {
    let texts = text(55, 64, "甲") + &text(155, 64, "乙");
    check(
        &[raster(&[50, 150, 250], &[50, 70]) + &raster(&[48, 148, 252], &[48, 72]) + &texts],
        "pages 1\nA1 甲\nB1 乙\n",
    );
}

#[test]
fn a_wrapped_line_goes_on_and_an_ended_one_stays() {
    let table = raster(&[50, 122, 200], &[50, 130]);
    let first = text(55, 64, "研发工业机器") + &text(55, 76, "人；") + &text(55, 88, "语音平台");
    let number = text(127, 64, "123456") + &text(127, 76, "000元");
    check(&[table + &first + &number], "pages 1\nA1 研发工业机器人；|语音平台\nB1 123456000元\n");
}

#[test]
fn a_centred_title_does_not_go_on_in_the_line_below() {
    let lines = text(150, 20, "调查表") + &text(50, 36, "单位名称：甲") + &text(50, 52, "电话：乙");
    check(&[lines], "1: 调查表\n2: 单位名称：甲\n3: 电话：乙\n");
    let lines = text(70, 20, "研发工业机") + &text(50, 32, "器人语音平台");
    check(&[lines], "1: 研发工业机器人语音平台\n");
}

#[test]
fn struck_out_text_does_not_count() {
    let table = raster(&[50, 150, 250], &[50, 80]) + &text(155, 69, "甲");
    check(&[table + &text(55, 69, "800950万元") + &line(55, 66, 85, 66)], "pages 1\nA1 950万元\nB1 甲\n");
}

#[test]
fn a_row_that_breaks_over_the_page_is_one_row() {
    let head = |y: u32| text(55, y, "名称") + &text(155, y, "技术");
    let first =
        raster(&[50, 150, 208], &[340, 360, 380]) + &head(354) + &text(55, 374, "某公司") + &text(155, 374, "研发机器");
    let second = raster(&[50, 150, 208], &[20, 40, 60, 80])
        + &head(34)
        + &text(155, 54, "人的平台")
        + &text(55, 74, "另一公司")
        + &text(155, 74, "乙");
    let document = document(&pages(&[first, text(280, 12, "第2页") + &second]));
    assert_eq!(
        show(&document),
        "pages 1 2\nA1 名称\nB1 技术\nA2 某公司\nB2 研发机器人的平台\nA3 另一公司\nB3 乙\n1: 第2页\n"
    );
    let crate::document::Block::Grid(grid) = &document.blocks[0] else { panic!("{document:?}") };
    assert_eq!(grid.place("表.pdf", 2, 1).to_string(), "表.pdf!page 2!table 1!B3");
}

#[test]
fn a_row_without_a_line_at_its_end_goes_on_and_a_frameless_table_does_not() {
    let rows = |lines: &str, cells: [(u32, &str); 4]| {
        cells.iter().zip([55, 155, 55, 155]).fold(lines.to_owned(), |page, ((y, cell), x)| page + &text(x, *y, cell))
    };
    let down = |from: u32, to: u32| [50, 150, 250].map(|x| line(x, from, x, to)).concat();
    let across = |y: u32| line(50, y, 250, y);
    let first = rows(
        &(across(340) + &across(360) + &down(340, 390)),
        [(354, "名称"), (354, "收入"), (374, "某公司"), (374, "")],
    );
    let second =
        rows(&(across(40) + &across(60) + &down(20, 60)), [(34, ""), (34, "5万元"), (54, "乙"), (54, "6万元")]);
    check(&[first, second], "pages 1 2\nA1 名称\nB1 收入\nA2 某公司\nB2 5万元\nA3 乙\nB3 6万元\n");
    let first = rows(&(across(360) + &down(340, 390)), [(354, "名称"), (354, "收入"), (374, "甲"), (374, "5万元")]);
    let second = rows(&(across(40) + &down(20, 60)), [(34, "乙"), (34, "6万元"), (54, "丙"), (54, "7万元")]);
    check(&[first, second], "pages 1 2\nA1 名称\nB1 收入\nA2 甲\nB2 5万元\nA3 乙\nB3 6万元\nA4 丙\nB4 7万元\n");
}

#[test]
fn another_form_on_the_next_page_is_another_table() {
    let form = |name: &str| raster(&[50, 150, 250], &[50, 70, 90]) + &text(55, 64, "名称") + &text(155, 64, name);
    check(&[form("甲"), form("乙")], "pages 1\nA1 名称\nB1 甲\nA2 \nB2 \npages 2\nA1 名称\nB1 乙\nA2 \nB2 \n");
}

#[test]
fn a_table_printed_in_strips_is_one_table() {
    let first = raster(&[50, 150, 250], &[50, 70, 110]) + &text(55, 64, "名称") + &text(55, 84, "某公司");
    let second = raster(&[50, 150], &[50, 70, 110])
        + &raster(&[150, 200], &[50, 70, 110])
        + &text(55, 64, "收入")
        + &text(55, 84, "5万元");
    let document = document(&pages(&[first, second]));
    assert_eq!(show(&document), "pages 1 2\nA1 名称\nB1 \nC1 收入\nD1 \nA2 某公司\nB2 \nC2 5万元\nD2 \n");
    let crate::document::Block::Grid(grid) = &document.blocks[0] else { panic!("{document:?}") };
    assert_eq!(grid.place("表.pdf", 1, 2).to_string(), "表.pdf!page 2!table 1!A2");
}

#[test]
fn what_cannot_be_told_is_a_scan_and_never_an_answer() {
    let table = raster(&[50, 150, 250], &[50, 70]);
    check_scan(table.clone() + &text(55, 64, "收入") + "BT /F2 10 Tf 155 336 Td (AAA) Tj ET\n");
    check_scan(table + &text(55, 64, "收入一千万元") + &text(57, 67, "名称某某公司"));
}

#[test]
fn text_behind_a_scan_is_not_read() {
    let document = document(&pages(&[format!("3 Tr {}", text(50, 50, "机器读出的字"))]));
    assert!(document.blocks.is_empty());
}

#[test]
fn a_watermark_is_no_text() {
    let mark = "BT /F1 40 Tf 0.7 0.7 -0.7 0.7 100 200 Tm <673A5BC6> Tj ET\n";
    check(&[text(50, 50, "正文") + mark], "1: 正文\n");
}

#[test]
fn a_page_printed_sideways_is_read_upright() {
    let turned = "q 0 1 -1 0 600 0 cm\n".to_owned()
        + &raster(&[50, 150, 250], &[50, 70]).replace("350", "300").replace("330", "280");
    let turned = turned + "BT /F1 10 Tf 55 286 Td <7532> Tj ET BT /F1 10 Tf 155 286 Td <4E59> Tj ET Q\n";
    check(&[turned], "pages 1\nA1 甲\nB1 乙\n");
}

#[test]
fn a_cut_or_damaged_file_is_never_taken_for_a_whole_one() {
    check_cuts(&attachments("0106.eml")[0]);
    check_cuts(&pages(&[text(50, 50, "甲"), text(50, 50, "乙")]));
    let missing = String::from_utf8(pages(&[text(50, 50, "甲")])).unwrap().replace("/Count 1", "/Count 2");
    assert!(matches!(read(missing.as_bytes()), Err(Fault::Unreadable(_))));
}

#[test]
fn a_file_made_of_noise_never_panics() {
    let mut seed = 1_u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize
    };
    let whole = pages(&[raster(&[50, 150, 250], &[50, 70]) + &text(55, 64, "甲")]);
    for _ in 0..300 {
        let mut bytes = whole.clone();
        for _ in 0..6 {
            let at = noise() % bytes.len();
            bytes[at] = noise() as u8;
        }
        let _ = read(&bytes).is_ok();
    }
}

#[test]
fn pages_in_a_circle_end() {
    let circle = file(&[
        "<</Type/Catalog/Pages 2 0 R>>".into(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".into(),
        "<</Type/Pages/Kids[2 0 R 3 0 R]/Count 1>>".into(),
    ]);
    assert!(matches!(read(&circle), Err(Fault::Unreadable(_))));
}

#[test]
fn forms_drawn_in_forms_stay_in_bounds() {
    let form = |next: usize| {
        let content = format!("/X{next} Do ").repeat(40);
        format!(
            "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X{next} {next} 0 R>>>>/Length {}>>stream\n{content}\nendstream",
            content.len()
        )
    };
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".into(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".into(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X5 5 0 R>>>>>>".into(),
        stream("/X5 Do"),
    ];
    objects.extend((6..16).map(form));
    let mut budget = Budget::new(Limits { cells: 20_000, ..Limits::default() });
    assert_eq!(open("x.pdf", &file(&objects), &mut budget), Err(Fault::TooLarge("things drawn".into())));
}

#[test]
fn a_bomb_is_too_large() {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![b' '; 1 << 20]).unwrap();
    let packed: String = packed.finish().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    let content =
        format!("<</Filter[/ASCIIHexDecode/FlateDecode]/Length {}>>stream\n{packed}\nendstream", packed.len());
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".into(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".into(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>".into(),
        content,
    ];
    let mut budget = Budget::new(Limits { unpacked: 1 << 19, ..Limits::default() });
    assert_eq!(open("x.pdf", &file(&objects), &mut budget), Err(Fault::TooLarge("unpacked size".into())));
}

#[test]
fn a_file_with_an_opening_password_says_so_and_one_without_is_read() {
    assert_eq!(read(&attachments("0151.eml").pop().unwrap()), Err(Fault::Encrypted));
    assert!(show(&document(&attachments("0112.eml")[0])).contains("pages 1\n"));
}

#[test]
fn a_scan_has_pictures_and_no_text() {
    let Ok(Content::Document(scan)) = read(&attachments("0118.eml")[0]) else { panic!("no document") };
    assert!(scan.has_pictures && scan.blocks.is_empty());
}

#[test]
fn the_corpus_tables_keep_their_grid() {
    for (message, at, lines) in [
        ("0106.eml", 0, &["D2 AI烤箱、智能电饭煲；参与GB 4706系列标准修订讨论", "F2 3300万元"][..]),
        ("0107.eml", 0, &["B3 岭泽市红蜻蜓点智能装备有限公司", "G5 4600万元"]),
        ("0108.eml", 0, &["A6 2017年营业收入(预估)", "B6 512万元", "1: 禾塘区人工智能产业相关企业、技术平台调查表"]),
        ("0109.eml", 0, &["A2 广东铜豆芽微电子（岭泽）有限公司", "F2 2,345万元"]),
    ] {
        let shown = show(&document(&attachments(message)[at]));
        for line in lines {
            assert!(shown.lines().any(|shown| shown == *line), "{message}: {line} not in\n{shown}");
        }
    }
}

#[test]
fn list_items_begin_lines_of_their_own() {
    let table = raster(&[50, 122, 200], &[50, 130]) + &text(127, 64, "乙");
    let items = text(55, 64, "（1）视觉；") + &text(55, 76, "（2）语音；") + &text(55, 88, "合成。");
    check(&[table + &items], "pages 1\nA1 （1）视觉；|（2）语音；合成。\nB1 乙\n");
}
