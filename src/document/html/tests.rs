use super::*;
use crate::document::sheet::corpus;
use crate::document::{Cell, Grid, Limits, Origin};

fn document(html: &str) -> Document {
    read("body", html, &mut Budget::new(Limits::default())).expect("readable")
}

fn lines(html: &str) -> Vec<String> {
    let paragraphs = document(html).blocks.into_iter().filter_map(|block| match block {
        Block::Paragraph(paragraph) => Some(paragraph.text),
        Block::Grid(_) => None,
    });
    paragraphs.collect()
}

fn grids(html: &str) -> Vec<Grid> {
    let grids = document(html).blocks.into_iter().filter_map(|block| match block {
        Block::Grid(grid) => Some(grid),
        Block::Paragraph(_) => None,
    });
    grids.collect()
}

/// Each cell as `row,column[+rows×columns] text`.
fn shape(grid: &Grid) -> Vec<String> {
    let shape = |cell: &Cell| match (cell.row_span, cell.column_span) {
        (1, 1) => format!("{},{} {}", cell.row, cell.column, cell.text),
        (rows, columns) => format!("{},{}+{rows}×{columns} {}", cell.row, cell.column, cell.text),
    };
    grid.cells.iter().map(shape).collect()
}

#[track_caller]
fn check(html: &str, expected: &[&str]) {
    let grids = grids(html);
    assert_eq!(shape(grids.first().expect("a table")), expected, "{html}");
}

#[test]
fn a_cell_keeps_its_line_breaks_and_nothing_else_of_the_layout() {
    check(
        "<table><tr><td> a <br>b<p>c</p><div>d</div></td><td>1&nbsp;200\n 万元</td></tr></table>",
        &["0,0 a\nb\nc\nd", "0,1 1 200 万元"],
    );
    check(
        "<table><tr><td>人工\n   智能</td><td>人工\n智能</td><td>AI\nchip</td></tr></table>",
        &["0,0 人工 智能", "0,1 人工智能", "0,2 AI chip"],
    );
    check("<table><tr><td>&nbsp;</td><td><pre>a\nb</pre></td></tr></table>", &["0,1 a\nb"]);
}

#[test]
fn merged_cells_push_the_others_aside() {
    check(
        "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d</table>",
        &["0,0+2×1 a", "0,1+1×2 b", "1,1 c", "1,2 d"],
    );
    check("<table><tr><td>a<td rowspan=2>b<tr><td colspan=3>c<td>d</table>", &["0,0 a", "0,1+2×1 b", "1,0 c", "1,2 d"]);
    check("<table><tr><td rowspan=0>a<td>b<tr><td>c</table>", &["0,0+2×1 a", "0,1 b", "1,1 c"]);
    check(
        "<table><thead><tr><th rowspan=9>a<th>b</thead><tbody><tr><td>c<td>d</table>",
        &["0,0 a", "0,1 b", "1,0 c", "1,1 d"],
    );
}

#[test]
fn a_nested_table_is_a_grid_of_its_own() {
    let html =
        "<table><tr><td>外<table><tr><td>内</td></tr></table>层</td><td>b</td></tr></table><table><tr><td>三</table>";
    let grids = grids(html);
    let numbers: Vec<&Origin> = grids.iter().map(|grid| &grid.origin).collect();
    assert_eq!(numbers, [&Origin::Table { number: 1 }, &Origin::Table { number: 2 }, &Origin::Table { number: 3 }]);
    let shapes: Vec<Vec<String>> = grids.iter().map(shape).collect();
    assert_eq!(shapes, [vec!["0,0 外\n层", "0,1 b"], vec!["0,0 内"], vec!["0,0 三"]]);
}

#[test]
fn what_a_browser_hides_is_left_out() {
    let html = "<head><title>t</title><style>x</style></head><script>y</script><!-- z -->\
        <div style='DISPLAY: none'>企业名称：甲<br><p>x</p></div><span hidden>h</span>见<b>附</b>件";
    assert_eq!(lines(html), ["见附件"]);
    check(
        "<table><tr style='display:none'><td>x</td></tr><tr><td>a</td><td style='display:none'>y</td><td>b</td></tr></table>",
        &["0,0 a", "0,1 b"],
    );
}

#[test]
fn lines_end_where_a_browser_ends_them() {
    assert_eq!(
        lines("一<br>二<div>三</div><div><br></div>四<p>五<br></p><ul><li>六<li>七</ul>"),
        ["一", "二", "三", "", "四", "五", "六", "七"]
    );
    assert_eq!(
        lines("<div><div><span>企业名称：</span>甲公司</div>\n<div>营业收入：5万元</div></div>"),
        ["企业名称：甲公司", "营业收入：5万元"]
    );
    assert_eq!(lines("前<table><tr><td>x</table>后"), ["前", "后"]);
}

#[test]
fn blocks_stand_in_the_order_of_the_page_and_lines_are_numbered() {
    let document = document("一<table><tr><td>x</table>二<br>三");
    let order: Vec<String> = document
        .blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph(paragraph) => format!("{} {}", paragraph.number, paragraph.text),
            Block::Grid(_) => "grid".to_owned(),
        })
        .collect();
    assert_eq!(order, ["1 一", "grid", "2 二", "3 三"]);
}

#[test]
fn hostile_spans_are_bounded() {
    check(
        "<table><tr><td rowspan=4294967295 colspan=99999999999>a<td>b<tr><td>c</table>",
        &["0,0+2×1000 a", "0,1000 b", "1,1000 c"],
    );
    check("<table><tr><td rowspan=-1 colspan=0>a<td colspan=x>b</table>", &["0,0 a", "0,1 b"]);
    for (cell, fault) in [
        ("<tr><td rowspan=2 colspan=1000>", "number of cells"),
        ("<td rowspan=2 colspan=1000>", "number of columns"),
        ("<tr><td rowspan=65534 colspan=1000>字", "number of columns"),
    ] {
        let table = format!("<table><tr>{}</table>", cell.repeat(3000));
        let mut budget = Budget::new(Limits::default());
        assert_eq!(read("body", &table, &mut budget), Err(Fault::TooLarge(fault.into())), "{cell}");
    }
}

#[test]
fn hostile_nesting_is_refused_before_it_is_parsed() {
    for tag in [
        "<div><table><tr><td></div>",
        "<span><div></span>",
        "<b><div></b>",
        "<li><table><td>",
        "<td><table></td>",
        "<option><foo>",
        "<template>",
        "<object><h1><object></h1>",
        "<div>",
        "<b>",
        "<table><tr><td>",
        "<blockquote style='a>b'>",
        "<font color=\"<x>\">",
    ] {
        let html = tag.repeat(100_000);
        assert!(matches!(read("body", &html, &mut Budget::new(Limits::default())), Err(Fault::TooLarge(_))), "{tag}");
    }
    // Formatting that a block cut off is opened again in every block behind it.
    let reopened: String = (0..2000).map(|size| format!("<p><font size={size}></p>")).collect();
    assert_eq!(nesting::check(&reopened), Err(Fault::TooLarge("nesting of HTML".into())));
    let fostered: String = (0..2000).map(|size| format!("<font size={size}><td></td>")).collect();
    assert_eq!(nesting::check(&format!("<table>{fostered}")), Err(Fault::TooLarge("nesting of HTML".into())));
}

#[test]
fn sloppy_html_is_not_taken_for_deep_nesting() {
    for html in [
        "<p>一".repeat(2000),
        "<table>".to_owned() + &"<tr><td>a<td><font>b".repeat(1000) + "</table>",
        "<table><tr>".to_owned() + &(0..1000).map(|size| format!("<td><font size={size}>b")).collect::<String>(),
        "<p><b>一</p>".repeat(1000),
        "<b><p>一</b></p><span><p>二</p></span><li>三<p>四".repeat(1000),
        "<div><span>一</div>".repeat(1000),
        "<td>一<tr>".repeat(1000),
        "<table><tr><td><p>一<td>二</tr></table>".repeat(1000),
        "<ul>".to_owned() + &"<li>a".repeat(1000),
        "<br/><img src='a>b'><hr>".repeat(1000),
        "<div>a</div>".repeat(1000),
        "<script>'<div>'</script><!-- <div> -->".repeat(1000),
        "a < b <3 <-- ".repeat(1000),
        "</div></table>".repeat(1000),
    ] {
        assert!(nesting::check(&html).is_ok(), "{}", html.chars().take(40).collect::<String>());
    }
}

#[test]
fn a_broken_page_is_read_as_far_as_it_goes() {
    for html in ["", "<", "<table", "<table><td", "<table><tr><td>a", "</", "<!--", "<a href='", "&#xffffffff;", "\0"] {
        assert!(read("body", html, &mut Budget::new(Limits::default())).is_ok(), "{html}");
    }
}

#[test]
fn a_page_is_decoded_as_its_bytes_say() {
    let page = "<html><meta http-equiv=Content-Type content='text/html; charset=gb2312'><td>企业名称</td>";
    let (gbk, ..) = encoding_rs::GB18030.encode(page);
    assert_eq!(decode(&gbk), page);
    assert_eq!(decode(page.as_bytes()), page);
    assert_eq!(decode(&[b"\xef\xbb\xbf", page.as_bytes()].concat()), page);
    let (bare, ..) = encoding_rs::GB18030.encode("<td>企业名称</td>");
    assert_eq!(decode(&bare), "<td>企业名称</td>");
    let big5 = "<meta charset=big5><td>企業名稱</td>";
    assert_eq!(decode(&encoding_rs::BIG5.encode(big5).0), big5);
    let wide: Vec<u8> = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(decode(&wide), page);
}

#[test]
fn tables_in_bodies_of_the_corpus_are_read() {
    for (number, amount) in [
        (91, "1750万元"),
        (92, "2080"),
        (93, "640万元"),
        (94, "1430万元"),
        (95, "1亿2千万元"),
        (96, "310万元"),
        (97, "850"),
    ] {
        let texts: Vec<String> = grids(&corpus::html_body(number)).iter().flat_map(shape).collect();
        assert!(texts.iter().any(|text| text.contains(amount)), "{number}: {texts:?}");
    }
    let grids = grids(&decode(&corpus::attachment(137)));
    assert!(grids.iter().flat_map(shape).any(|text| text.contains("企业")), "{grids:?}");
}
