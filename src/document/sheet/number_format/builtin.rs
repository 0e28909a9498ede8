//! The codes behind the format numbers that files do not spell out.

/// The code of a built-in format, as ECMA-376 part 1, 18.8.30 lists them, with those of Chinese editions (27 to 36, 50 to 58).
///
/// The currency ones (5 to 8, 42, 44) are the yuan's in a Chinese edition, which the file does not say; their sign is left
/// out rather than guessed.
pub(in crate::document::sheet) fn builtin_code(id: u32) -> Option<&'static str> {
    Some(match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5 | 6 | 37 | 38 | 41 | 42 => "#,##0;-#,##0",
        7 | 8 | 39 | 40 | 43 | 44 => "#,##0.00;-#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 | 48 => "0.00E+00",
        12 | 13 => "# ?/?",
        // Those that show no year are given one.
        14..=16 | 28..=30 | 51 | 53 | 54 | 58 => "yyyy-mm-dd",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
        17 => "yyyy-mm",
        18..=21 => "h:mm",
        32 => "h\"时\"mm\"分\"",
        33 => "h\"时\"mm\"分\"ss\"秒\"",
        34 | 55 => "上午/下午h\"时\"mm\"分\"",
        35 | 56 => "上午/下午h\"时\"mm\"分\"ss\"秒\"",
        22 => "yyyy-mm-dd h:mm",
        45 | 47 => "mm:ss",
        46 => "[h]:mm:ss",
        49 => "@",
        _ => return None,
    })
}
