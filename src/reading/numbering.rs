//! Numbers at the beginning of a line: 1、 （二） ③.

/// The number of a label, or of a point within an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// Its first row of signs: 1, 一 or ①.
    pub(super) style: char,
    /// Whether it stands in brackets, as points within an answer do.
    pub(super) in_brackets: bool,
    pub(super) value: usize,
}

/// The number that a line begins with, where it stands apart from the text behind it.
pub(super) fn number(text: &str) -> Option<Number> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || "*＊★※".contains(c));
    let inner = text.trim_start_matches(['（', '(']);
    let first = inner.chars().next()?;
    let arabic: String = inner.chars().take_while(char::is_ascii_digit).collect();
    let (style, value, rest) = if !arabic.is_empty() {
        ('1', arabic.parse().ok()?, inner.strip_prefix(arabic.as_str())?)
    } else {
        let rows = [('一', "一二三四五六七八九十"), ('①', "①②③④⑤⑥⑦⑧⑨⑩")];
        let found = rows.iter().find_map(|(style, row)| Some((*style, row.chars().position(|c| c == first)? + 1)))?;
        (found.0, found.1, inner.strip_prefix(first)?)
    };
    // 一种方法 and 3个 are no numbers of labels.
    let delimited = style == '①' || rest.starts_with(['、', '.', '．', '）', ')', ' ', ',', '，', ':', '：']);
    (delimited && value < 100).then_some(Number { style, in_brackets: inner.len() < text.len(), value })
}
