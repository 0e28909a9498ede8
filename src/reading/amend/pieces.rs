//! Cuts a line of a reply into pieces that may each say something: `第3项：无；第6项：1200万元，谢谢！`.

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    /// Its words.
    pub(super) text: &'t str,
    /// The sign that ends it; empty at the end of the line.
    pub(super) delimiter: &'t str,
}

/// The pieces of a line, empty ones left out. A comma or full stop between digits belongs to the number, and what stands in
/// brackets to what is before them.
pub(super) fn cut(line: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut rest, mut depth, mut at) = (line, 0_u32, 0);
    let mut before = ' ';
    while let Some(c) = rest.get(at..).and_then(|text| text.chars().next()) {
        let next = at + c.len_utf8();
        match c {
            '（' | '(' | '“' => depth += 1,
            '）' | ')' | '”' => depth = depth.saturating_sub(1),
            _ if depth == 0
                && (ends(c, before, rest.get(next..).unwrap_or_default()) || ends_sentence(rest, at, next)) =>
            {
                // The space behind a Latin sign goes with it, so that an answer that goes on keeps it.
                let behind = rest.get(next..).unwrap_or_default();
                let spaces = if c.is_ascii() { behind.len() - behind.trim_start_matches(' ').len() } else { 0 };
                let next = next + spaces;
                push(&mut pieces, rest, at, next);
                rest = rest.get(next..).unwrap_or_default();
                (at, before) = (0, ' ');
                continue;
            }
            _ => {}
        }
        (at, before) = (next, c);
    }
    push(&mut pieces, rest, rest.len(), rest.len());
    pieces
}

fn push<'t>(pieces: &mut Vec<Piece<'t>>, text: &'t str, end: usize, next: usize) {
    let piece = text.get(..end).unwrap_or_default();
    if !piece.trim().is_empty() {
        pieces.push(Piece { text: piece, delimiter: text.get(end..next).unwrap_or_default() });
    }
}

fn ends(c: char, before: char, after: &str) -> bool {
    match c {
        '；' | ';' | '。' | '！' | '!' | '，' | '~' => !(c == '，' && between_digits(before, after)),
        ',' => !between_digits(before, after) && !is_form_of_company(after),
        _ => false,
    }
}

/// Whether a full stop in Latin letters ends a sentence: a capital follows, and there is more before it than a list's number.
fn ends_sentence(text: &str, at: usize, next: usize) -> bool {
    let (before, behind) = (text.get(..at).unwrap_or_default(), text.get(next..).unwrap_or_default());
    let is_stop = text.get(at..next) == Some(".");
    let follows = behind.trim_start_matches(' ');
    // Mr. Lin and Co. Ltd go on.
    let last = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    let is_short = ["mr", "mrs", "ms", "dr", "prof", "co", "no", "ltd", "inc"].contains(&last.as_str());
    let is_sentence = before.trim_end().contains(' ') || before.chars().filter(|c| c.is_ascii_alphabetic()).count() > 3;
    is_stop
        && is_sentence
        && !is_short
        && follows.len() < behind.len()
        && follows.starts_with(|c: char| c.is_ascii_uppercase())
}

/// X Co., Ltd. is one name.
fn is_form_of_company(after: &str) -> bool {
    let word: String = after.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    ["Ltd", "Limited", "Inc", "LLC", "Corp", "LLP"].iter().any(|form| word.eq_ignore_ascii_case(form))
}

fn between_digits(before: char, after: &str) -> bool {
    before.is_numeric() && after.starts_with(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_thousands_is_not_cut_and_a_bracket_not_opened() {
        let texts = |line| -> Vec<&str> { cut(line).iter().map(|piece| piece.text).collect() };
        assert_eq!(texts("第6项：1,200万元，谢谢！"), ["第6项：1,200万元", "谢谢"]);
        assert_eq!(texts("情况属实（新增产线，产能翻番）。"), ["情况属实（新增产线，产能翻番）"]);
        assert_eq!(texts("第3项：无；第6项：1200万元"), ["第3项：无", "第6项：1200万元"]);
        assert_eq!(texts("That is correct. Thanks."), ["That is correct", "Thanks."]);
        assert_eq!(texts("6. Revenue: RMB 12,000,000.5"), ["6. Revenue: RMB 12,000,000.5"]);
        assert_eq!(texts("Dear Mr. Lin, thanks"), ["Dear Mr. Lin", "thanks"]);
        assert_eq!(texts("Name: X Co., Ltd.; that is correct"), ["Name: X Co., Ltd.", "that is correct"]);
    }
}
