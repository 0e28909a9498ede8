use super::*;

fn shown(code: &str, value: f64) -> String {
    NumberFormat::parse(code).render(value, Epoch::Since1900)
}

#[track_caller]
fn check(code: &str, value: f64, expected: &str) {
    assert_eq!(shown(code, value), expected, "{value} under {code}");
}

#[test]
fn a_unit_in_the_format_is_part_of_the_text() {
    check("0\"万元\"", 1200.0, "1200万元");
    check("#,##0.00\"元\"", 8_800_000.0, "8,800,000.00元");
    check("0.00\"亿元\"", 0.45, "0.45亿元");
    check("General\"万元\"", 1200.5, "1200.5万元");
    check("G/通用格式\"万元\"", 1200.0, "1200万元");
    check("#,##0万元", 1200.0, "1,200万元");
    check("\"约\"0\"万元\"", 1200.0, "约1200万元");
    check("0_ \"万元\"", 1200.0, "1200万元");
}

#[test]
fn a_scaled_amount_is_the_one_that_is_seen() {
    check("0!.0,\"万元\"", 12_000_000.0, "1200.0万元");
    check("0\\.0,\"万\"", 12_000_000.0, "1200.0万");
    check("0\".\"0,\"万\"", 12_345_678.0, "1234.6万");
    check("0!.0000\"万元\"", 12_345_678.0, "1234.5678万元");
    check("0!.0,", 500.0, "0.1");
    check("#,##0!.0000\"万元\"", 12_000_000.0, "1200.0000万元");
    check("#,##0,\"千元\"", 12_000_000.0, "12,000千元");
    check("0.00,,\"百万\"", 12_340_000.0, "12.34百万");
    check("0,.00", 1234.0, "1.23");
    check("[>=100000000]0!.00,,\"亿\";[>=10000]0!.0,\"万\";0\"元\"", 120_000_000.0, "1.20亿");
    check("[>=100000000]0!.00,,\"亿\";[>=10000]0!.0,\"万\";0\"元\"", 12_000_000.0, "1200.0万");
    check("[>=100000000]0!.00,,\"亿\";[>=10000]0!.0,\"万\";0\"元\"", 800.0, "800元");
    check("[>=10000]0!.0,\"万\";0\"元\"", -800.0, "-800元");
}

#[test]
fn a_currency_sign_is_kept() {
    check("\"￥\"#,##0.00", 12_000_000.0, "￥12,000,000.00");
    check("[$￥-804]#,##0.00", 12_000_000.0, "￥12,000,000.00");
    check("[$-804]#,##0.00", 1200.0, "1,200.00");
    check("[$USD] #,##0", 500_000.0, "USD 500,000");
    check("\\$#,##0;\\-\\$#,##0", -5.0, "-$5");
}

#[test]
fn a_loss_is_not_read_as_a_profit() {
    check("#,##0;[Red]-#,##0", -1200.0, "-1,200");
    check("#,##0;[Red]#,##0", -1200.0, "-1,200");
    check("#,##0_);(#,##0)", -1200.0, "-1,200");
    check("0.00\"万元\"", -3.5, "-3.50万元");
    check("0", -0.2, "0");
    check("#,##0_);(#,##0)", -0.2, "0");
    check("0;-0;\"零\"", -1.0, "-1");
}

#[test]
fn a_zero_drawn_as_a_dash_is_zero() {
    check("_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", 0.0, "0");
    check("_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", 1200.0, "1,200.00");
    check("0;-0;\"-\"", 0.0, "0");
    check("0;-0;;@", 0.0, "");
}

#[test]
fn plain_numbers_keep_their_digits() {
    for (value, expected) in [
        (1200.0, "1200"),
        (13_800_138_000.0, "13800138000"),
        (0.1 + 0.2, "0.3"),
        (3450.5, "3450.5"),
        (-0.045, "-0.045"),
        (0.0, "0"),
        (440_106_199_001_011_200.0, "440106199001011000"),
        (1e-7, "0.0000001"),
        (999_999_999_999_999.9, "1000000000000000"),
    ] {
        assert_eq!(general(value), expected);
    }
    check("General", 1200.0, "1200");
    check("@", 1200.0, "1200");
    check("", 1200.0, "1200");
    check("0.00E+00", 12_000_000.0, "12000000");
    check("# ?/?", 0.5, "0.5");
}

#[test]
fn digits_are_rounded_grouped_and_padded() {
    check("0.00", 2.675, "2.68");
    check("0.0", 9.96, "10.0");
    check("000", 7.0, "007");
    check("#,##0.##", 1200.0, "1,200");
    check("#,##0.##", 1200.5, "1,200.5");
    check("#.00", 0.5, ".50");
    check("0.00%", 0.3, "30.00%");
    check("0%", 1.234, "123%");
    check("#,##0", 1_234_567.0, "1,234,567");
    check("#,##0", 999.5, "1,000");
    check("#", 0.0, "0");
    check("0.000", 0.0004, "0.000");
    check("0.000", 0.0005, "0.001");
    check("0.000", 0.045, "0.045");
    check("0\"、\"00", 1234.0, "12、34");
    check("#,##0,", 400.0, "0");
    check("[DBNum2][$-804]General\"元整\"", 1200.0, "1200元整");
}

#[test]
fn a_date_is_a_date() {
    check("yyyy/m/d", 43089.0, "2017-12-20");
    check("yyyy\"年\"m\"月\"d\"日\"", 43089.0, "2017-12-20");
    check("[$-804]yyyy\"年\"m\"月\"", 43089.0, "2017年12月");
    check("yyyy\"年\"", 43089.0, "2017年");
    check("yyyy-mm-dd hh:mm", 43089.5, "2017-12-20 12:00");
    check("h:mm:ss AM/PM", 0.75, "18:00:00");
    check("[h]:mm", 1.5, "36:00");
    check("mm:ss", 0.5, "12:00:00");
    check("e\"年\"m\"月\"d\"日\"", 43089.0, "2017-12-20");
    check("yyyy/m/d", 59.0, "1900-02-28");
    check("yyyy/m/d", -1.0, "-1");
    check("yyyy/m/d", 1e9, "1000000000");
    assert_eq!(NumberFormat::parse("yyyy/m/d").render(41627.0, Epoch::Since1904), "2017-12-20");
    for id in [14, 22, 31, 57, 58] {
        let code = builtin_code(id).expect("a date format");
        assert!(shown(code, 43089.0).starts_with("2017"), "{id}");
    }
}

#[test]
fn a_text_format_adds_its_unit_to_text() {
    assert_eq!(NumberFormat::parse("@\"万元\"").render_text("1200"), "1200万元");
    assert_eq!(NumberFormat::parse("0;-0;0;@\"元\"").render_text("约5"), "约5元");
    for code in ["@", "General", "0\"万元\"", "0;-0;;"] {
        assert_eq!(NumberFormat::parse(code).render_text("无"), "无", "{code}");
    }
}

#[test]
fn odd_codes_and_numbers_show_something() {
    for code in [
        "[", "\"", "\\", "!", "_", "*", ";;;", "[>", "0.0.0", ",,,", "%%%", "[$", "E+", "0E+", "y", "上午", "é",
        ";;;;;;",
    ] {
        for value in [0.0, 1.0, -1.0, 1e300, -1e-300, f64::NAN, f64::INFINITY] {
            let format = NumberFormat::parse(code);
            assert!(format.render(value, Epoch::Since1904).len() < 2000, "{value} under {code}");
            assert!(format.render_text("x").len() < 10);
        }
    }
}
