use crate::document::Fault;
use crate::document::testing::{check_cuts, document, read, show};

fn check(rtf: &[u8], expected: &str) {
    assert_eq!(show(&document(rtf)).trim_end(), expected.trim_end());
}

#[test]
fn chinese_bytes_and_numbers_are_one_text() {
    check(
        b"{\\rtf1\\ansi\\ansicpg936\\uc2 \\'c6\\'f3\\'d2\\'b5 \\u21517\\'c3\\'fb\\u-29712\\'b3\\'c6\\par}",
        "1: 企业 名\u{8bf0}",
    );
    check(
        b"{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset134 SimSun;}}\\f1\\'c6\\'f3\\f0 A\\par}",
        "1: 企A",
    );
    check(b"{\\rtf1\\ansi \xC6\xF3\xD2\xB5\\par}", "1: 企业");
    check(b"{\\rtf1\\uc1\\u-10179?\\u-8704?\\par}", "1: \u{1F600}");
}

#[test]
fn merged_cells_keep_every_answer_in_its_column() {
    let rtf = "{\\rtf1\\ansi\\trowd\\clvmgf\\cellx1000\\cellx2000\\cellx3000\\intbl a\\cell b\\cell c\\cell\\row\
               \\trowd\\clvmrg\\cellx1000\\cellx2010\\cellx3000\\intbl \\cell e\\cell f\\cell\\row\
               \\trowd\\cellx1000\\cellx3000\\intbl g\\cell h\\par i\\cell\\row\\pard end\\par}";
    check(rtf.as_bytes(), "table 1\nA1+2x1 a\nB1 b\nC1 c\nB2 e\nC2 f\nA3 g\nB3+1x2 h|i\n1: end");
}

#[test]
fn cells_merged_sideways_are_one_cell() {
    let rtf =
        "{\\rtf1\\trowd\\clmgf\\cellx1000\\clmrg\\cellx2000\\cellx3000\\intbl a\\cell\\cell c\\cell\\row\\pard\\par}";
    check(rtf.as_bytes(), "table 1\nA1+1x2 a\nC1 c");
}

#[test]
fn rows_without_definitions_still_have_columns() {
    check(
        b"{\\rtf1\\trowd\\cellx100\\intbl a\\cell b\\cell\\row\\trowd\\intbl c\\cell d\\cell\\row}",
        "table 1\nA1 a\nB1 b\nA2 c\nB2 d",
    );
}

#[test]
fn a_row_without_its_mark_of_being_one_is_read() {
    check(b"{\\rtf1\\trowd\\cellx1000\\cellx2000 a\\par a\\cell b\\cell\\row z\\par}", "table 1\nA1 a|a\nB1 b\n1: z");
}

#[test]
fn a_table_in_a_cell_is_a_table_of_its_own() {
    let rtf = "{\\rtf1\\trowd\\cellx5000\\pard\\intbl\\itap2 x\\nestcell y\\nestcell{\\*\\nesttableprops\\trowd\\cellx1000\\cellx2000\\nestrow}\
               {\\nonesttables\\par}\\pard\\intbl\\itap1 out\\cell\\row\\pard\\itap0 end\\par}";
    check(rtf.as_bytes(), "table 1\nA1 out\ntable 2\nA1 x\nB1 y\n1: end");
}

#[test]
fn what_the_page_does_not_show_is_left_out() {
    let rtf = "{\\rtf1{\\info{\\title T}}{\\header H\\par}{\\stylesheet{Normal;}}{\\*\\generator G;}{\\listtext 1.\\tab}\
               {\\deleted 800}950{\\v hidden}{\\field{\\*\\fldinst HYPERLINK}{\\fldrslt link}}{\\footnote N}\\par}";
    check(rtf.as_bytes(), "1: 950link");
}

#[test]
fn form_fields_show_their_state() {
    let rtf = "{\\rtf1{\\field{\\*\\fldinst FORMCHECKBOX{\\*\\formfield{\\fftype1\\ffres1\\ffdefres0}}}{\\fldrslt}}\
               {\\field{\\*\\fldinst FORMCHECKBOX{\\*\\formfield{\\fftype1\\ffres25\\ffdefres0}}}{\\fldrslt}}\
               {\\field{\\*\\fldinst FORMDROPDOWN{\\*\\formfield{\\fftype2\\ffres1{\\*\\ffl yes}{\\*\\ffl no}}}}{\\fldrslt}}\\par}";
    check(rtf.as_bytes(), "1: ☑☐no");
}

#[test]
fn a_text_box_does_not_tear_its_table_apart() {
    let rtf = "{\\rtf1\\trowd\\cellx1000\\cellx2000\\intbl a{\\shp{\\*\\shpinst{\\sp{\\sn n}{\\sv v}}{\\shptxt\\pard box\\par}}}\\cell b\\cell\\row}";
    check(rtf.as_bytes(), "table 1\nA1 box|a\nB1 b");
}

#[test]
fn pictures_are_noticed_and_not_read() {
    let scan = document(b"{\\rtf1{\\*\\shppict{\\pict\\pngblip 89504e47}}\\par}");
    assert!(scan.has_pictures && scan.blocks.is_empty());
}

#[test]
fn hostile_files_are_refused_or_read_in_bounds() {
    let deep = format!("{{\\rtf1{}{}}}", "{".repeat(100_000), "}".repeat(100_000));
    assert!(read(deep.as_bytes()).is_ok());
    let nested = format!("{{\\rtf1{}}}", "\\itap99999 x\\nestcell".repeat(10));
    assert!(read(nested.as_bytes()).is_ok());
    let rows = format!("{{\\rtf1\\trowd{}{}}}", "\\cellx1".repeat(10_000), "\\row".repeat(10_000));
    assert_eq!(read(rows.as_bytes()), Err(Fault::TooLarge("number of cells".into())));
    assert!(read(b"{\\rtf1\\bin99999999 x}").is_err());
}

#[test]
fn a_cut_off_file_is_never_taken_for_a_whole_one() {
    let rows = "\\trowd\\cellx1000\\cellx2000\\intbl a\\cell b\\cell\\row".repeat(10);
    check_cuts(format!("{{\\rtf1{rows}\\pard\\par}}").as_bytes());
}

#[test]
fn no_arrangement_of_words_makes_it_panic() {
    let pieces = [
        "{",
        "}",
        "\\row",
        "\\cell",
        "\\trowd",
        "\\cellx1",
        "\\cellx-2147483648",
        "\\trleft2147483647",
        "\\intbl",
        "\\itap3",
        "\\nestcell",
        "\\nestrow",
        "{\\*\\nesttableprops",
        "{\\shptxt",
        "\\par",
        "\\u-1",
        "\\u55357",
        "\\'b",
        "\\clmrg",
        "\\clvmrg",
        "\\clvmgf",
        "x",
        "\\pard",
        "{\\*\\formfield",
        "\\fftype1",
        "{\\*\\ffl a",
        "\\bin3",
        "\\uc9",
        "{\\fonttbl",
        "\\f1",
        "\\fcharset134",
    ];
    let mut seed = 7_u32;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize % below
    };
    for _ in 0..500 {
        let body: String = (0..100).map(|_| pieces[next(pieces.len())]).collect();
        let closed = format!("{{\\rtf1{body}{}", "}".repeat(200));
        assert!(read(closed.as_bytes()).is_ok(), "{body}");
    }
}
