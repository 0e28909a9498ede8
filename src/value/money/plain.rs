//! The plain form of a text in which amounts are looked for: one width, one kind of each sign, no layout spaces.

use unicode_normalization::UnicodeNormalization;

use super::english;
use crate::value::text::clean;

/// NFKC, ASCII signs, lower-case letters, and white space only where it keeps two figures or two words apart. A line
/// break stays one where it may end a statement.
pub(in crate::value) fn plain(text: &str) -> String {
    let one_width: String = clean(text).chars().flat_map(one_width).collect();
    // 500万元（含）以上 says of the bound that it belongs to it, which 以上 says as well.
    let text = without_layout(&one_width).replace("(含)", "").replace("(含本数)", "");
    as_range(english::in_chinese(&text).unwrap_or(text))
}

/// 介于800万元和1000万元之间 is a range.
fn as_range(text: String) -> String {
    if text.contains("介于") && text.contains("之间") {
        return text.replace("介于", "").replacen(['和', '与'], "至", 1);
    }
    text
}

fn one_width(c: char) -> Vec<char> {
    if is_ornamental_number(c) {
        // ① becomes 1 under NFKC and would glue to the figure behind it.
        return vec!['\n'];
    }
    c.nfkc().flat_map(char::to_lowercase).map(one_sign).collect()
}

/// Circled, bracketed and dotted numbers, superscripts and fractions.
fn is_ornamental_number(c: char) -> bool {
    matches!(c, '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}' | '\u{2776}'..='\u{2793}' | '\u{3220}'..='\u{3229}' | '\u{3280}'..='\u{3289}')
        || matches!(c, '²' | '³' | '¹' | '\u{2070}'..='\u{209c}' | '\u{bc}'..='\u{be}' | '\u{2150}'..='\u{215f}')
}

fn one_sign(c: char) -> char {
    match c {
        '〜' | '∼' | '∽' | '≈' | '˜' | '⁓' => '~',
        '−' | '‐' | '‑' | '‒' | '–' | '﹣' => '-',
        '―' | '─' | '━' | 'ー' => '—',
        '≧' | '⩾' => '≥',
        '≦' | '⩽' => '≤',
        '’' | '‘' | '`' | '´' => '\'',
        '[' | '【' | '〔' | '「' => '(',
        ']' | '】' | '〕' | '」' => ')',
        '圓' => '圆',
        '萬' => '万',
        '億' => '亿',
        other => other,
    }
}

/// Drops white space that only spreads a text over its cell.
fn without_layout(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut gap: Option<char> = None;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = if c == '\n' || gap == Some('\n') { Some('\n') } else { Some(' ') };
            continue;
        }
        if let (Some(space), Some(before)) = (gap.take(), kept.chars().next_back()) {
            kept.extend(kept_gap(before, space, c));
        }
        kept.push(c);
    }
    kept
}

/// What of a gap between two characters is kept. A figure and the unit behind it belong together, even over a line
/// break in a narrow cell; two figures never run together.
fn kept_gap(before: char, space: char, after: char) -> Option<char> {
    if after.is_ascii_digit() && (before.is_ascii_digit() || is_scale(before) || matches!(before, '.' | ',' | '\'')) {
        return Some(space);
    }
    if space == '\n' {
        return (!(before.is_ascii_digit() || is_scale(before)) || !is_scale(after)).then_some('\n');
    }
    (before.is_ascii_alphabetic() && after.is_ascii_alphabetic()).then_some(' ')
}

fn is_scale(c: char) -> bool {
    matches!(c, '百' | '千' | '万' | '亿' | '元' | '圆' | '美' | '仟' | '佰' | '拾' | '十' | '整')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_every_way_to_write_it() {
        let cases = [
            ("１，２００．５ 万元", "1,200.5万元"),
            ("壹 仟 贰 佰 万 元 整", "壹仟贰佰万元整"),
            ("1200\n万元", "1200万元"),
            ("800万元\n1200万元", "800万元\n1200万元"),
            ("800万 1200万", "800万 1200万"),
            ("RMB 3.5", "rmb3.5"),
            ("￥1200", "¥1200"),
            ("300～500", "300~500"),
            ("①1200万", "1200万"),
            ("1. 1200万元", "1. 1200万元"),
            ("500万元（含）以上", "500万元以上"),
        ];
        for (written, form) in cases {
            assert_eq!(plain(written).trim_start(), form, "{written}");
        }
    }
}
