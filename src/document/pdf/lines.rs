//! Characters become lines, and lines become text: a line that had to wrap goes on in the next one, a line that was ended
//! stays a line.

use super::characters::is_wide;
use super::device::Glyph;

/// A run of characters on one baseline.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// What it reads.
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    /// Its baseline, from the top of the page.
    pub(super) baseline: f64,
    /// The size of its largest characters.
    pub(super) size: f64,
    /// How wide its first word is, which would have had to fit into the line before.
    first_word: f64,
    /// How wide its last word is, which the next line may go on with.
    last_word: f64,
}

/// So many characters of a table may lie over others: accents, marks put together of two.
const MOST_COLLISIONS: usize = 2;
/// Gaps wider than so many characters part columns that no ruling parts.
const COLUMN_GAP: f64 = 2.5;

/// Groups characters into lines, from top to bottom.
pub(super) fn of(glyphs: &[&Glyph]) -> Vec<Line> {
    let mut sorted: Vec<&Glyph> = glyphs.to_vec();
    sorted.sort_by(|one, other| one.origin.y.total_cmp(&other.origin.y));
    let mut groups: Vec<(f64, Vec<&Glyph>)> = Vec::new();
    for glyph in sorted {
        match groups.last_mut() {
            Some((baseline, group)) if glyph.origin.y - *baseline <= 0.4 * glyph.size() => group.push(glyph),
            _ => groups.push((glyph.origin.y, vec![glyph])),
        }
    }
    groups.into_iter().filter_map(|(_, group)| line(group)).collect()
}

fn line(mut glyphs: Vec<&Glyph>) -> Option<Line> {
    glyphs.sort_by(|one, other| one.origin.x.total_cmp(&other.origin.x));
    glyphs.dedup_by(|next, known| is_print_twice(known, next));
    let (first, size) = (glyphs.first()?, glyphs.iter().map(|glyph| glyph.size()).fold(0.0, f64::max));
    let mut line = Line {
        text: String::new(),
        left: first.origin.x,
        right: first.origin.x,
        baseline: first.origin.y,
        size,
        first_word: 0.0,
        last_word: 0.0,
    };
    let (mut in_first_word, mut last_word) = (true, line.left);
    for glyph in glyphs {
        let gap = glyph.origin.x - line.right;
        if !line.text.is_empty() && !line.text.ends_with(char::is_whitespace) {
            line.text.push_str(space(&line.text, &glyph.text, gap / size));
        }
        if ends_word(&line.text, &glyph.text) {
            (in_first_word, last_word) = (false, glyph.origin.x);
        }
        line.text.push_str(&glyph.text);
        if !glyph.text.trim().is_empty() {
            line.right = line.right.max(glyph.end());
        }
        if in_first_word {
            line.first_word = line.right - line.left;
        }
    }
    line.last_word = line.right - last_word;
    line.text.truncate(line.text.trim_end().len());
    (!line.text.is_empty()).then_some(line)
}

/// Whether texts are printed over one another in the cells of a table, so that they cannot be told apart.
pub(super) fn is_overprinted(cells: &[Vec<&Glyph>]) -> bool {
    cells.iter().map(|glyphs| collisions(glyphs)).sum::<usize>() > MOST_COLLISIONS
}

/// How many characters of a cell lie over others.
fn collisions(glyphs: &[&Glyph]) -> usize {
    let mut sorted: Vec<&Glyph> = glyphs.iter().filter(|glyph| !glyph.text.trim().is_empty()).copied().collect();
    sorted.sort_by(|one, other| one.origin.x.total_cmp(&other.origin.x));
    let overlaps = |one: &Glyph, other: &Glyph| {
        let width = one.advance.x.min(other.advance.x);
        let across = one.end() - other.origin.x;
        let down = (one.origin.y - other.origin.y).abs();
        across > 0.5 * width && down < 0.8 * one.size().min(other.size()) && !is_print_twice(one, other)
    };
    let widest = sorted.iter().map(|glyph| glyph.advance.x).fold(0.0, f64::max);
    let collisions = sorted.iter().enumerate().filter(|(index, one)| {
        let right = sorted.iter().skip(index + 1).take_while(|other| other.origin.x <= one.origin.x + widest);
        right.into_iter().any(|other| overlaps(one, other))
    });
    collisions.count()
}

/// Bold type is often made by printing every character twice, a hair apart.
fn is_print_twice(known: &Glyph, next: &Glyph) -> bool {
    known.text == next.text && (next.origin - known.origin).hypot() <= 0.12 * known.size()
}

/// What stands for a gap, measured in characters.
fn space(before: &str, after: &str, gap: f64) -> &'static str {
    let wide = before.chars().next_back().is_some_and(is_wide) || after.chars().next().is_some_and(is_wide);
    match gap {
        gap if gap > COLUMN_GAP => "\t",
        gap if gap > if wide { 0.7 } else { 0.2 } && !after.starts_with(char::is_whitespace) => " ",
        _ => "",
    }
}

/// Whether a line may be broken between two characters.
fn ends_word(before: &str, after: &str) -> bool {
    let (Some(before), Some(after)) = (before.chars().next_back(), after.chars().next()) else { return false };
    // Punctuation does not begin a line, so what stands before it moves with it.
    let closes = matches!(
        after,
        '，' | '。' | '、' | '；' | '：' | '）' | '”' | '》' | '！' | '？' | '％' | ',' | '.' | ';' | ')' | '%'
    );
    let opens = matches!(before, '（' | '“' | '《' | '(');
    !closes && !opens && (before.is_whitespace() || after.is_whitespace() || is_wide(before) || is_wide(after))
}

/// Joins the lines of a cell or column of this width. Lines that were full are joined, the others end with a line break.
pub(super) fn text(lines: &[Line], width: f64) -> String {
    let mut text = String::new();
    let mut before: Option<&Line> = None;
    for line in lines {
        if let Some(before) = before {
            text.push_str(if goes_on(before, line, width) { seam(before, line, width) } else { "\n" });
        }
        text.push_str(&line.text);
        before = Some(line);
    }
    text
}

/// Whether the next line's first word had no room in this one.
pub(super) fn goes_on(line: &Line, next: &Line, width: f64) -> bool {
    let begins_item = line.text.ends_with(['。', '；', ';']) && is_list_item(&next.text);
    !begins_item && !opens_with_label(&next.text) && line.right - line.left + next.first_word > width - slack(line)
}

/// Whether a line begins as `label：value` does. The longest of such lines looks full, as no other shows how wide the column is.
fn opens_with_label(text: &str) -> bool {
    text.split_once('：').is_some_and(|(label, _)| {
        (4..=30).contains(&label.chars().count()) && !label.contains(['，', '。', '；', ',', ';'])
    })
}

/// Whether a line begins with a number as lists have it: （1）, 2、, ③.
fn is_list_item(text: &str) -> bool {
    let is_number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let number = text.trim_start_matches(['（', '(']);
    let after = number.trim_start_matches(is_number);
    let is_numbered = after.len() < number.len() && after.starts_with(['）', ')', '、', '.', '．']);
    is_numbered || text.starts_with(|c| ('①'..='⑳').contains(&c))
}

/// What programs keep free at both sides of a cell, and leave over when they space characters evenly.
fn slack(line: &Line) -> f64 {
    line.size.min(11.0) * 1.15
}

/// What joins a full line and the next: nothing among Chinese characters, and nothing inside a word too long for the line.
pub(super) fn seam(line: &Line, next: &Line, width: f64) -> &'static str {
    let ends = (line.text.chars().next_back(), next.text.chars().next());
    let (Some(last), Some(first)) = ends else { return "" };
    let is_broken_word = line.last_word + next.first_word > width - slack(line);
    let joins = is_wide(last) || is_wide(first) || is_broken_word || last == '-' || last == '/';
    if joins { "" } else { " " }
}
