//! How wordings are compared: labels, names and answers that a person would call the same.

use unicode_normalization::UnicodeNormalization;

/// NFKC without white space and zero-width characters. For comparison only; what is kept is the text as written.
#[must_use]
pub fn squeeze(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect()
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
}
