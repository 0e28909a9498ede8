//! What the characters of a PDF mean: fonts confuse look-alikes, and programs write which one they met first.

use unicode_normalization::UnicodeNormalization as _;

/// Characters as they were written: radicals become the characters that they look like, what shows nothing goes.
///
/// A font draws the radical ⼈ and the character 人 with one glyph, and the program that made the file names either.
pub(super) fn clean(text: &str) -> String {
    text.chars().filter(|c| !is_unknown(*c)).flat_map(plain).collect()
}

/// Whether a character says that nobody knows: control characters, the replacement character.
fn is_unknown(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{FFFD}' | '\u{FFFE}' | '\u{FFFF}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}')
}

fn plain(c: char) -> Option<char> {
    Some(match c {
        '\u{A0}' | '\u{2002}'..='\u{200A}' => ' ',
        '\u{2E80}'..='\u{2EFF}' => simplified_radical(c).or_else(|| composed(c)).unwrap_or(c),
        '\u{2F00}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}' => composed(c).unwrap_or(c),
        _ => c,
    })
}

fn composed(c: char) -> Option<char> {
    let mut known = c.nfkc();
    known.next().filter(|_| known.next().is_none())
}

/// Radicals of simplified characters, which Unicode does not decompose.
fn simplified_radical(c: char) -> Option<char> {
    Some(match c {
        '⻅' => '见',
        '⻆' => '角',
        '⻉' => '贝',
        '⻋' => '车',
        '⻓' => '长',
        '⻔' => '门',
        '⻘' => '青',
        '⻙' => '韦',
        '⻚' => '页',
        '⻛' => '风',
        '⻜' => '飞',
        '⻝' => '食',
        '⻢' => '马',
        '⻣' => '骨',
        '⻤' => '鬼',
        '⻥' => '鱼',
        '⻦' => '鸟',
        '⻧' => '卤',
        '⻨' => '麦',
        '⻩' => '黄',
        '⻪' => '黾',
        '⻬' => '齐',
        '⻮' => '齿',
        '⻰' => '龙',
        '⻳' => '龟',
        '⺠' => '民',
        '⺟' => '母',
        _ => return None,
    })
}

/// Whether a character is as wide as its font is high, and stands beside its like without a space.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}'
        | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_printed_with_radicals_is_the_name_that_was_written() {
        for (printed, written) in
            [("⼈⼯智能", "人工智能"), ("⻢⻰", "马龙"), ("㈱①", "㈱①"), ("a\u{FFFD}\u{7}\u{A0}b", "a b")]
        {
            assert_eq!(clean(printed), written);
        }
    }
}
