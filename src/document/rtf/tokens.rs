//! RTF as tokens: groups, control words, bytes (RTF specification 1.9.1, "Conventions of an RTF reader").

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `{`
    Open,
    /// `}`
    Close,
    /// A control word and its number.
    Word(&'a str, Option<i32>),
    /// A control symbol, such as `~`.
    Symbol(u8),
    /// A character of text, in the encoding of the font.
    Byte(u8),
}

/// Cuts a file into tokens.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    /// At the start of a file.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let (first, rest) = self.rest.split_first()?;
        if first.is_ascii_alphabetic() {
            return Some(self.word());
        }
        self.rest = rest;
        Some(match first {
            b'\'' => Token::Byte(self.hex()),
            // A line break with a backslash is a paragraph mark.
            b'\r' | b'\n' => Token::Word("par", None),
            symbol => Token::Symbol(*symbol),
        })
    }

    fn word(&mut self) -> Token<'a> {
        let name = self.take_while(u8::is_ascii_alphabetic);
        let is_negative = self.rest.first() == Some(&b'-');
        let digits_at = usize::from(is_negative);
        let has_number = self.rest.get(digits_at).is_some_and(u8::is_ascii_digit);
        let number = has_number.then(|| self.number(is_negative));
        if self.rest.first() == Some(&b' ') {
            self.advance(1);
        }
        if name == "bin" {
            self.advance(number.and_then(|length| usize::try_from(length).ok()).unwrap_or_default());
        }
        Token::Word(name, number)
    }

    fn number(&mut self, is_negative: bool) -> i32 {
        self.advance(usize::from(is_negative));
        let number = self.take_while(u8::is_ascii_digit).parse::<i32>().unwrap_or(i32::MAX);
        if is_negative { -number } else { number }
    }

    fn hex(&mut self) -> u8 {
        let digit = |at: usize| self.rest.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let value = digit(0).zip(digit(1)).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        if value.is_some() {
            self.advance(2);
        }
        value.unwrap_or(b'?')
    }

    fn take_while(&mut self, belongs: impl Fn(&u8) -> bool) -> &'a str {
        let end = self.rest.iter().position(|byte| !belongs(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        self.rest = rest;
        std::str::from_utf8(taken).unwrap_or_default()
    }

    fn advance(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let (first, rest) = self.rest.split_first()?;
            self.rest = rest;
            return Some(match first {
                b'{' => Token::Open,
                b'}' => Token::Close,
                b'\\' => return self.control(),
                b'\r' | b'\n' | 0 => continue,
                byte => Token::Byte(*byte),
            });
        }
    }
}
