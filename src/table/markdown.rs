//! Tables in Markdown.

use super::dictionary::Part;

/// Tables under a title.
pub(super) fn write(title: &str, parts: &[Part]) -> String {
    let parts: String = parts.iter().map(part).collect();
    format!("# {}\n{parts}", cell(title))
}

fn part(part: &Part) -> String {
    let pair = ["", ""];
    let headings = if part.headings.is_empty() { pair.as_slice() } else { part.headings };
    let head = line(headings.iter().map(|heading| (*heading).to_owned()));
    let rule = line(headings.iter().map(|_| "---".to_owned()));
    let rows: String = part.rows.iter().map(|row| line(row.iter().map(|text| cell(text)))).collect();
    format!("\n## {}\n\n{head}{rule}{rows}", part.title)
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

/// A text on one line, none of it a sign of Markdown's own.
fn cell(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if "\\|`*<>[]#".contains(letter) {
            safe.push('\\');
        }
        safe.push(letter);
    }
    safe
}
