//! HTML inside RTF: Outlook and Exchange keep the HTML of a message in marked groups of the RTF that they make of it
//! ([MS-OXRTFEX]). The tables stand in the HTML alone.

use super::characters::{CodePages, Units};
use super::tokens::{Token, Tokens};

/// How many tokens from the start the mark may stand ([MS-OXRTFEX] 2.2.3.1 wants ten; fonts may come before it elsewhere).
const MARK_WITHIN: usize = 40;

/// What a group holds.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    is_passed_over: bool,
    is_font_table: bool,
    /// In a stretch that is there for readers of RTF alone.
    is_rtf_only: bool,
    is_html: bool,
    font: Option<i32>,
    replacements: usize,
}

/// The walk through the file.
#[derive(Debug)]
struct Reader {
    state: State,
    outer: Vec<State>,
    is_starred: bool,
    replaced: usize,
    pages: CodePages,
    units: Units,
    bytes: Vec<u8>,
    page: String,
}

/// The HTML that was put into an RTF file; none for any other file.
pub(super) fn html(bytes: &[u8]) -> Option<String> {
    let is_mark = |token| matches!(token, Token::Word("fromhtml", Some(1)));
    if !Tokens::new(bytes).take(MARK_WITHIN).any(is_mark) {
        return None;
    }
    let mut reader = Reader {
        state: State { replacements: 1, ..State::default() },
        outer: Vec::new(),
        is_starred: false,
        replaced: 0,
        pages: CodePages::default(),
        units: Units::default(),
        bytes: Vec::new(),
        page: String::new(),
    };
    for token in Tokens::new(bytes) {
        reader.token(token);
        if matches!(token, Token::Close) && reader.outer.is_empty() {
            return Some(reader.page);
        }
    }
    None
}

impl Reader {
    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Byte(_) | Token::Word("u", _) => {}
            _ => {
                self.flush();
                self.replaced = 0;
            }
        }
        match token {
            Token::Open => self.outer.push(self.state),
            Token::Close => self.state = self.outer.pop().unwrap_or_default(),
            Token::Symbol(b'*') => self.is_starred = true,
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Word(word, number) => self.word(word, number.unwrap_or_default(), number.is_none()),
            Token::Byte(_) if self.replaced > 0 => self.replaced -= 1,
            Token::Byte(byte) => self.bytes.push(byte),
        }
    }

    fn word(&mut self, word: &str, number: i32, is_bare: bool) {
        if std::mem::take(&mut self.is_starred) {
            self.state.is_html = word == "htmltag";
            self.state.is_passed_over |= word != "htmltag";
            return;
        }
        match word {
            "htmlrtf" => self.state.is_rtf_only = is_bare || number != 0,
            "fonttbl" => (self.state.is_font_table, self.state.is_passed_over) = (true, true),
            "colortbl" | "stylesheet" | "info" | "pntext" | "pict" => self.state.is_passed_over = true,
            "ansicpg" => self.pages.set_default(number),
            "f" => self.state.font = Some(number),
            "fcharset" if self.state.is_font_table => {
                self.pages.set_font(self.state.font.unwrap_or_default(), number);
            }
            "uc" => self.state.replacements = usize::try_from(number).unwrap_or_default().min(8),
            "u" => self.unicode(number),
            "par" | "line" => self.push("\n"),
            "tab" => self.push("\t"),
            "lquote" => self.push("‘"),
            "rquote" => self.push("’"),
            "ldblquote" => self.push("“"),
            "rdblquote" => self.push("”"),
            "bullet" => self.push("•"),
            "endash" => self.push("–"),
            "emdash" => self.push("—"),
            _ => {}
        }
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'\\' | b'{' | b'}' => self.bytes.push(symbol),
            b'~' => self.push("&nbsp;"),
            b'_' => self.push("-"),
            _ => {}
        }
    }

    fn unicode(&mut self, number: i32) {
        self.flush();
        if let Some(character) = self.units.push(number) {
            self.push(character.encode_utf8(&mut [0; 4]));
        }
        self.replaced = self.state.replacements;
    }

    fn flush(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if !bytes.is_empty() {
            // The HTML's own letters are in the file's code page, whatever font the text around them has.
            let font = self.state.font.filter(|_| !self.state.is_html);
            let text = self.pages.decode(&bytes, font);
            self.push(&text);
        }
    }

    fn push(&mut self, text: &str) {
        if !self.state.is_passed_over && !self.state.is_rtf_only {
            self.page.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::testing::{document, show};

    fn check(rtf: &[u8], expected: &str) {
        assert_eq!(show(&document(rtf)), expected);
    }

    #[test]
    fn a_table_of_an_outlook_message_is_found() {
        check(
            b"{\\rtf1\\ansi\\ansicpg936\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fcharset134 SimSun;}}\
{\\*\\htmltag18 <html>}{\\*\\htmltag50 <body>}{\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 \\'c4\\'fa\\'ba\\'c3\\htmlrtf \\par}\\htmlrtf0\
{\\*\\htmltag72 </p>}{\\*\\htmltag240 <table><tr>\\par <td>}\\f1 \\'c6\\'f3\\'d2\\'b5\\f0 {\\*\\htmltag248 </td><td>}\
\\uc1\\u30002?\\u-3913?{\\*\\htmltag248 &amp;</td></tr></table>}{\\*\\htmltag58 </body>}{\\*\\htmltag27 </html>}}",
            "1: 您好\ntable 1\nA1 企业\nB1 甲\u{f0b7}&\n",
        );
    }

    #[test]
    fn rtf_of_word_is_read_as_it_is() {
        check(b"{\\rtf1\\ansi\\ansicpg936 \\'c4\\'fa\\'ba\\'c3\\par}", "1: 您好\n");
    }
}
