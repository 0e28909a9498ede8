//! Texts of others where people see them as they come, in a terminal and in a log: nothing in them commands the terminal, begins a
//! line of its own, or turns the direction of writing so that figures read the other way round.

use crate::survey::is_invisible;

/// Whether a character does something instead of being seen.
fn acts(letter: char) -> bool {
    letter.is_control() || is_invisible(letter) || matches!(letter, '\u{61c}' | '\u{2028}' | '\u{2029}')
}

/// A text on one line; what would act is a space.
#[must_use]
pub fn line(text: &str) -> String {
    text.chars().map(|letter| if acts(letter) { ' ' } else { letter }).collect()
}

/// The same with its line breaks.
#[must_use]
pub fn lines(text: &str) -> String {
    text.chars().map(|letter| if letter != '\n' && acts(letter) { ' ' } else { letter }).collect()
}

/// JSON in which what would act is escaped, so that it says the same and is seen. (RFC 8259 has only the first 32 escaped.)
#[must_use]
pub fn json(written: &str) -> String {
    let mut escaped = String::with_capacity(written.len());
    for letter in written.chars() {
        if letter == '\n' || !acts(letter) {
            escaped.push(letter);
            continue;
        }
        let mut units = [0; 2];
        letter.encode_utf16(&mut units).iter().for_each(|unit| escaped.push_str(&format!("\\u{unit:04x}")));
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_mail_commands_a_terminal() {
        for (text, seen) in [
            ("营收 1,200 万元", "营收 1,200 万元"),
            ("a\u{1b}[31mb\u{9b}2Jc\u{7}", "a [31mb 2Jc "),
            ("甲公司\r\nm17 accepted", "甲公司  m17 accepted"),
            ("甲\u{85}乙\u{2028}丙", "甲 乙 丙"),
            ("一亿\u{202e}001\u{2066}\u{61c}", "一亿 001  "),
        ] {
            assert_eq!(line(text), seen, "{text:?}");
        }
        assert_eq!(lines("甲\n乙\u{1b}"), "甲\n乙 ");
    }

    #[test]
    fn json_says_the_same_and_is_seen() {
        let text = "甲\u{9b}\u{202e}乙\u{feff}\u{7f}🙂\"\\\n";
        let written = serde_json::to_string(text).unwrap();
        let seen = json(&written);
        assert!(!seen.contains(acts), "{seen}");
        assert_eq!(serde_json::from_str::<String>(&seen).unwrap(), text);
        assert!(seen.contains("甲\\u009b\\u202e乙"), "{seen}");
    }
}
