//! How commands print: text for people, JSON for programs, errors with what would mend them.

use std::io::{self, Write};

use serde::Serialize;

use crate::visible;

/// Prints a line to standard output. Whatever a mail brought into it, it stays one line that commands nothing.
pub(super) fn line(text: impl AsRef<str>) {
    raw(visible::line(text.as_ref()));
}

/// Prints lines, with the line breaks that are in them.
pub(super) fn lines(text: impl AsRef<str>) {
    raw(visible::lines(text.as_ref()));
}

/// Prints what is ours and for the terminal itself, or for another program. A reader that has gone away (`| head`) is no error.
pub(super) fn raw(text: impl AsRef<str>) {
    let _ = writeln!(io::stdout().lock(), "{}", text.as_ref());
}

/// Prints a value as one line of JSON.
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    raw(visible::json(&serde_json::to_string(value)?));
    Ok(())
}

/// Prints what is worth knowing, to standard error.
pub(super) fn remark(text: &str) {
    let _ = writeln!(io::stderr().lock(), "postroom: {}", visible::lines(text));
}

/// Prints an error and its causes to standard error.
pub(super) fn error(error: &anyhow::Error) {
    let _ = writeln!(io::stderr().lock(), "postroom: {}", visible::lines(&format!("{error:#}")));
}

/// Prints rows under headings, columns aligned; Chinese characters count twice.
pub(super) fn table(headings: &[&str], rows: &[Vec<String>]) {
    let heading: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
    let all: Vec<&Vec<String>> = std::iter::once(&heading).chain(rows).collect();
    let columns = headings.len();
    let widest =
        |column: usize| all.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    for row in all {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, &wide)| format!("{cell}{}", " ".repeat(wide.saturating_sub(width(cell)))));
        line(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// Columns that a text takes on a terminal.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if u32::from(letter) >= 0x1100 { 2 } else { 1 }).sum()
}

/// The first characters of a text on one line.
pub(super) fn short(text: &str, most: usize) -> String {
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= most { flat } else { flat.chars().take(most.saturating_sub(1)).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_answer_does_not_break_the_listing() {
        assert_eq!(short("一二三四五\n六", 4), "一二三…");
        assert_eq!(short("一 二", 4), "一 二");
        assert_eq!(width("营收 12"), 7);
    }
}
