//! How wordings are compared: labels, names and answers that a person would call the same.

use unicode_normalization::UnicodeNormalization;

/// NFKC without white space and zero-width characters. For comparison only; what is kept is the text as written.
#[must_use]
pub fn squeeze(text: &str) -> String {
    let shows = |c: &char| !c.is_whitespace() && !is_invisible(*c);
    // Most texts are such that NFKC, which costs many times as much, comes to this.
    let plainly: Option<String> = text.chars().filter(shows).map(plain).collect();
    plainly.unwrap_or_else(|| text.nfkc().filter(shows).collect())
}

/// Squeezed, without the line to write on and the brackets, colons and full stops around: what is left of a form's prompt.
#[must_use]
pub fn bare(text: &str) -> String {
    let is_frame =
        |c: char| matches!(c, '(' | ')' | '[' | ']' | '【' | '】' | '〔' | '〕' | '<' | '>' | ':' | '。' | '.');
    let mut squeezed = squeeze(text);
    squeezed.retain(|c| c != '_');
    squeezed.trim_matches(is_frame).to_owned()
}

/// The NFKC form of a character that nothing else in a text can change: ASCII, Chinese characters and their punctuation,
/// full-width ASCII.
fn plain(c: char) -> Option<char> {
    const WIDTH: u32 = '！' as u32 - '!' as u32;
    match c {
        '!'..='~' | '\u{3001}'..='\u{301f}' | '\u{4e00}'..='\u{9fff}' => Some(c),
        '！'..='～' => char::from_u32(u32::from(c) - WIDTH),
        _ => None,
    }
}

/// Whether a character leaves no mark on paper: zero-width spaces and joiners, direction marks, the byte order mark, the soft
/// hyphen and the object replacement character, all of which office programs and web mail leave in copied text.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{feff}' | '\u{ad}' | '\u{fffc}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_spaces_and_invisible_characters_make_no_difference() {
        for text in
            ["企业(平台)名称", "企业（平台）名称", "企业 （平台）\n名称", "企业\u{200b}（平台）\u{3000}名称\u{feff}"]
        {
            assert_eq!(squeeze(text), "企业(平台)名称");
        }
    }

    #[test]
    fn the_short_way_comes_to_the_same_as_the_long_one() {
        for c in (' '..='\u{ffff}').filter(|c| plain(*c).is_some()) {
            assert_eq!(plain(c).map(String::from), Some(c.nfkc().collect::<String>()), "{c:?}");
        }
        assert_eq!(squeeze("ｶﾞ １２㎡ e\u{301}"), "ガ12m2é");
    }
}
