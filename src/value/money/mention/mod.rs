//! Tokens become mentions: each amount that a text tells, and what the words around it say of it.

use rust_decimal::Decimal;

use super::lexicon::Word;
use super::scan::Token;
use super::unit::Unit;

mod amount;

/// One amount in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// Lower end, in the currency's main unit, or in a unit still to be found where `bare`.
    pub(super) low: Option<Decimal>,
    /// Upper end.
    pub(super) high: Option<Decimal>,
    /// No unit stands with it.
    pub(super) bare: bool,
    /// Its only unit is the mark of a currency before it (¥1200), as number formats print it.
    pub(super) mark_only: bool,
    /// 万 or 亿 stands with it.
    pub(super) scaled: bool,
    /// 元 or another currency's word stands with it.
    pub(super) names_main_unit: bool,
    pub(super) currency: Option<&'static str>,
    pub(super) approximate: bool,
    /// Chinese digits without a unit, which are often part of a word.
    pub(super) weak: bool,
    pub(super) said: Said,
}

/// What the words around an amount say of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Said {
    pub(super) year: Year,
    pub(super) span: Span,
    pub(super) subject: Subject,
    /// A part of another amount (其中), a change, or something to compare with.
    pub(super) aside: bool,
    /// The sum of those before it.
    pub(super) total: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Year {
    #[default]
    Untold,
    Number(i16),
    Asked,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Span {
    #[default]
    Untold,
    Whole,
    Part,
    /// What was reached when it was written; the whole year's, unless that is told too.
    SoFar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Subject {
    #[default]
    Untold,
    Asked,
    Other,
}

/// All that a text tells of amounts.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) mentions: Vec<Mention>,
    /// Units that no figure stands before: 1200（万元）.
    pub(super) units: Vec<Unit>,
    /// Some figures follow no rule.
    pub(super) bad: bool,
}

/// Reads the tokens. `is_asked` tells whether a thing (营业收入, 利润) is what the item asks for.
pub(super) fn read(tokens: &[Token], is_asked: &dyn Fn(&str) -> bool, reference_year: Option<i16>) -> Told {
    let mut reader = Reader {
        tokens,
        is_asked,
        reference_year,
        at: 0,
        scope: Said::default(),
        near: Near::default(),
        open: Vec::new(),
        told: Told::default(),
    };
    while let Some(token) = reader.peek(0) {
        let token = token.clone();
        reader.at += 1;
        reader.take(&token);
    }
    let words = tokens.contains(&Token::Other);
    reader.told.mentions.retain(|mention| !(mention.weak && words));
    reader.told
}

struct Reader<'a> {
    tokens: &'a [Token],
    is_asked: &'a dyn Fn(&str) -> bool,
    reference_year: Option<i16>,
    at: usize,
    /// What holds for the amounts to come.
    scope: Said,
    /// What holds for the next amount only.
    near: Near,
    /// Scopes outside the open brackets, with the number of mentions before them.
    open: Vec<(Said, usize)>,
    told: Told,
}

#[derive(Debug, Clone, Default)]
struct Near {
    bound: Option<Word>,
    about: bool,
    negative: bool,
    change: bool,
    compared: bool,
    until: bool,
    total: bool,
    currency: Option<Option<&'static str>>,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead)
    }

    fn take(&mut self, token: &Token) {
        match token {
            Token::Figure(figure) => self.figure(figure),
            Token::Currency(code) => self.currency(*code),
            Token::Year(year) => self.year(Year::Number(*year)),
            Token::Years => self.year(Year::Other),
            Token::Month(month) => self.month(*month),
            Token::Quarter => self.scope.span = Span::Part,
            Token::Word(word) => self.word(*word),
            Token::Dash(sign) => self.dash(*sign),
            Token::Open => self.open.push((self.scope.clone(), self.told.mentions.len())),
            Token::Close => self.close(),
            Token::Comma => self.near = Near::default(),
            Token::Stop => {
                self.near = Near::default();
                self.scope.subject = Subject::Untold;
                self.scope.aside = false;
            }
            Token::Bad => self.told.bad = true,
            Token::Explained | Token::Colon => {}
            Token::Other => {
                self.near.negative = false;
                // 上市 and 超额 are no bounds.
                self.near.bound = self.near.bound.filter(|bound| *bound != Word::Over);
                self.near.about = false;
            }
        }
    }

    fn year(&mut self, year: Year) {
        if !self.near.compared {
            (self.scope.year, self.scope.span) = (year, Span::Untold);
        }
    }

    fn month(&mut self, month: u32) {
        // 截至12月 and 1-12月 are the whole year; 12月 alone is a month.
        let whole = month == 12 && self.near.until;
        self.scope.span = if whole { Span::Whole } else { Span::Part };
    }

    fn word(&mut self, word: Word) {
        match word {
            Word::AtLeast | Word::Over | Word::AtMost => self.near.bound = Some(word),
            Word::About => self.near.about = true,
            Word::Negative => self.near.negative = true,
            Word::Change => self.near.change = true,
            Word::To => (self.near.change, self.near.compared) = (false, false),
            Word::Level => self.near = Near { total: self.near.total, until: self.near.until, ..Near::default() },
            Word::Compared => self.near.compared = true,
            Word::PartOf => self.scope.aside = true,
            Word::Total => (self.near.total, self.scope.aside) = (true, false),
            Word::Until => self.near.until = true,
            Word::WholeYear => self.scope.span = Span::Whole,
            Word::PartYear => self.scope.span = Span::Part,
            Word::SoFar => self.scope.span = Span::SoFar,
            Word::ThisYear => self.year(Year::Asked),
            Word::OtherTime => self.year(Year::Other),
            Word::Thing(thing) => {
                self.scope.subject = if (self.is_asked)(thing) { Subject::Asked } else { Subject::Other };
            }
            // Bounds right behind an amount are taken with it. Behind its bracket they may be meant for it or not.
            Word::OrMore | Word::OrLess => {
                self.told.bad |= self.at.checked_sub(2).and_then(|at| self.tokens.get(at)) == Some(&Token::Close)
            }
            Word::OrSo => {}
        }
    }

    /// A bracket without an amount speaks of the amount before it: 800万元（2016年）.
    fn close(&mut self) {
        let Some((outside, count)) = self.open.pop() else { return };
        let inside = std::mem::replace(&mut self.scope, outside);
        if self.told.mentions.len() == count
            && let Some(last) = self.told.mentions.last_mut()
        {
            if inside.year != self.scope.year {
                last.said.year = inside.year;
            }
            if inside.span != self.scope.span {
                last.said.span = inside.span;
            }
            if inside.subject == Subject::Other && !inside.aside {
                last.said.subject = Subject::Other;
            }
        }
        self.near = Near::default();
    }

    fn currency(&mut self, code: Option<&'static str>) {
        let next = self.peek(usize::from(matches!(self.peek(0), Some(Token::Colon | Token::Dash('-')))));
        let before_amount = matches!(
            next,
            Some(
                Token::Figure(_)
                    | Token::Word(Word::About | Word::AtLeast | Word::Over | Word::AtMost | Word::Negative)
            )
        );
        if before_amount {
            self.near.currency = Some(code);
        } else {
            self.told.units.push(Unit { factor: Decimal::ONE, currency: code.map(str::to_owned) });
        }
    }

    /// A dash that joins no two amounts: a minus where an amount can begin, a doubt right behind one.
    fn dash(&mut self, sign: char) {
        let before = self.at.checked_sub(2).and_then(|at| self.tokens.get(at));
        let figure_next = matches!(self.peek(0), Some(Token::Figure(_) | Token::Currency(_)));
        match before {
            None | Some(Token::Open | Token::Comma | Token::Stop | Token::Colon | Token::Currency(_))
                if figure_next =>
            {
                match sign {
                    '-' => self.near.negative = true,
                    '~' => self.near.about = true,
                    _ => self.told.bad = true,
                }
            }
            Some(Token::Month(1)) => self.near.until = true,
            Some(Token::Figure(_)) => self.told.bad = true,
            // 净利润-50万元 is another thing's loss or a dash; it is not the answer either way.
            Some(Token::Word(Word::Thing(_))) if self.scope.subject == Subject::Other => {}
            Some(Token::Dash(_)) if figure_next && self.at == 2 => self.told.bad = true,
            _ if figure_next && sign != '—' => self.told.bad = true,
            _ => {}
        }
    }
}
