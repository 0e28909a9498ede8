//! Texts from a mail made fit to be repeated in a notice: one line, bounded, without characters that are not seen.
//!
//! A notice may go to somebody whose address was forged, so it never carries a stranger's text at length.

/// Longest name of an enterprise or a person that is repeated, in Chinese characters; Latin letters are half as wide.
pub(super) const NAME: usize = 40;
/// Longest file name that is repeated, in characters.
pub(super) const FILE: usize = 60;
/// Longest answer that is repeated, in Chinese characters.
pub(super) const ANSWER: usize = 30;

/// The text as one line that is no wider than so many Chinese characters; what is cut off is marked by an ellipsis.
pub(super) fn line(text: &str, most: usize) -> String {
    let visible: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_seen(*c)).collect();
    let words: Vec<&str> = visible.split(' ').filter(|word| !word.is_empty()).collect();
    let joined = words.join(" ");
    let most = most.saturating_mul(2);
    let width = |c: char| if c.is_ascii() { 1 } else { 2 };
    if joined.chars().map(width).sum::<usize>() <= most {
        return joined;
    }
    let mut room = most.saturating_sub(2);
    let fits = |c: &char| room.checked_sub(width(*c)).map(|left| room = left).is_some();
    let kept: String = joined.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

/// A file name of at most [`FILE`] characters, cut in the middle so that the extension stays.
pub(super) fn file_name(name: &str) -> String {
    let name = line(name, usize::MAX);
    let length = name.chars().count();
    if length <= FILE {
        return name;
    }
    let tail = 12;
    let head: String = name.chars().take(FILE - tail - 1).collect();
    let end: String = name.chars().skip(length - tail).collect();
    format!("{head}…{end}")
}

/// Whether a reader sees the character: no control, no zero width, nothing that turns the direction of writing.
fn is_seen(c: char) -> bool {
    let hidden = matches!(c, '\u{00ad}' | '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !c.is_control() && !hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_cannot_write_lines_into_a_notice() {
        assert_eq!(line("某公司\r\nBcc: x\u{202e}\u{0}@y", NAME), "某公司 Bcc: x@y");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(line("一二三四五六", 4), "一二三…");
        assert_eq!(line("一二三四", 4), "一二三四");
        assert_eq!(line("a name of Latin letters", 12), "a name of Latin letters");
        assert_eq!(line("a name of Latin letters", 8), "a name of Lati…");
        assert_eq!(line("甲a乙b丙", 4), "甲a乙b丙");
        assert_eq!(line("甲a乙b丙丁", 4), "甲a乙b…");
    }

    #[test]
    fn a_long_file_name_keeps_its_extension() {
        let name = file_name(&format!("{}.xlsx", "调查表".repeat(40)));
        assert_eq!(name.chars().count(), FILE);
        assert!(name.ends_with(".xlsx"), "{name}");
    }
}
