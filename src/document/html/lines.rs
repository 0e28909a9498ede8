//! Text as a browser lays it out: white space collapsed, lines ended by blocks and `<br>`.

/// Lines being collected.
#[derive(Debug, Default)]
pub(super) struct Lines {
    done: Vec<String>,
    line: String,
    space: Space,
}

/// White space that is written only if text follows on the line.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Space {
    #[default]
    None,
    /// Only line breaks of the source, which mean nothing between Chinese characters: programs wrap long lines there.
    Wrapped,
    Written,
}

impl Lines {
    /// Adds text. Line breaks count only in preformatted text.
    pub(super) fn push(&mut self, text: &str, is_preformatted: bool) {
        for character in text.chars() {
            match character {
                '\n' if is_preformatted => self.break_line(),
                '\n' | '\r' => self.space = if self.space == Space::Written { Space::Written } else { Space::Wrapped },
                ' ' | '\t' | '\u{c}' | '\u{a0}' => self.space = Space::Written,
                _ => self.write(character),
            }
        }
    }

    fn write(&mut self, character: char) {
        let is_joined =
            self.space == Space::Wrapped && is_wide(character) && self.line.chars().next_back().is_some_and(is_wide);
        if self.space != Space::None && !is_joined && !self.line.is_empty() {
            self.line.push(' ');
        }
        self.space = Space::None;
        self.line.push(character);
    }

    /// Ends the line if it has text, as the edge of a block does.
    pub(super) fn end(&mut self) {
        self.space = Space::None;
        if !self.line.is_empty() {
            self.done.push(std::mem::take(&mut self.line));
        }
    }

    /// Ends the line even when it is empty, as `<br>` does.
    pub(super) fn break_line(&mut self) {
        self.space = Space::None;
        self.done.push(std::mem::take(&mut self.line));
    }

    /// Takes the complete lines.
    pub(super) fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.done)
    }

    /// All lines as one text, without empty ones at its ends.
    pub(super) fn into_text(mut self) -> String {
        self.end();
        self.done.join("\n").trim().to_owned()
    }
}

/// Chinese characters and full-width punctuation.
fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}
