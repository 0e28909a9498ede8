//! Tokens become mentions: each amount that a text tells, and what the words around it say of it.

use rust_decimal::Decimal;

use super::lexicon::Word;
use super::scan::{Figure, Token, bare_year};
use super::unit::Unit;

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

/// A number so near to the year asked for may be a year that somebody speaks of.
const YEARS_AROUND: i16 = 20;

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

    fn figure(&mut self, figure: &Figure) {
        if self.is_start_of_period(figure) {
            return;
        }
        if let Some(year) = bare_year(figure).filter(|year| self.has_unit_elsewhere() && !self.begins_range(*year)) {
            self.year(Year::Number(year));
            return;
        }
        let is_bound = self.near.bound.is_some()
            || self.near.about
            || matches!(self.peek(0), Some(Token::Word(Word::OrMore | Word::OrLess | Word::OrSo)));
        if figure.quantity.lone && !is_bound {
            let currency = figure.currency.flatten().map(str::to_owned);
            self.told.units.push(Unit { factor: figure.quantity.value, currency });
            return;
        }
        let mention = match self.range_end() {
            Some(end) => self.range(figure, &end),
            None => self.single(figure),
        };
        match mention.filter(|_| !self.is_cut_off()) {
            Some(mention) => self.told.mentions.push(mention),
            None => self.told.bad = true,
        }
        self.near = Near { compared: self.near.compared, ..Near::default() };
    }

    /// Whether what may be a year is the lower end of an amount: 2050—2800万元. Years near to the one asked for stay doubtful,
    /// at either end: 2016—2800万元, 2000—2017万元.
    fn begins_range(&self, low: i16) -> bool {
        let Some(asked) = self.reference_year else { return false };
        let (Some(Token::Dash(_) | Token::Word(Word::To)), Some(Token::Figure(end))) = (self.peek(0), self.peek(1))
        else {
            return false;
        };
        let is_far = |number: Decimal| (number - Decimal::from(asked)).abs() > Decimal::from(YEARS_AROUND);
        let has_unit = end.currency.is_some() || end.quantity.big > Decimal::ONE;
        let numeral = end.quantity.value.checked_div(end.quantity.tail);
        has_unit && is_far(Decimal::from(low)) && numeral.is_some_and(is_far)
    }

    /// Whether some figure of the text bears a unit, so that a bare one beside it is less likely an amount.
    fn has_unit_elsewhere(&self) -> bool {
        let has_unit = |figure: &Figure| figure.currency.is_some() || figure.quantity.big > Decimal::ONE;
        self.tokens
            .iter()
            .any(|token| matches!(token, Token::Figure(figure) if has_unit(figure) && !figure.quantity.lone))
    }

    /// 1 in 1-11月, 2016 in 2016-2017年: no amount, but the beginning of a time.
    fn is_start_of_period(&mut self, figure: &Figure) -> bool {
        let plain = figure.currency.is_none() && figure.quantity.big == Decimal::ONE;
        let joined = plain && matches!(self.peek(0), Some(Token::Dash(_) | Token::Word(Word::To)));
        match self.peek(1) {
            Some(Token::Month(_)) if joined => self.near.until = figure.quantity.value == Decimal::ONE,
            Some(Token::Quarter) if joined => {}
            Some(Token::Year(_)) if joined && figure.quantity.value >= Decimal::from(1990) => {
                self.scope.year = Year::Other;
                self.at += 1;
            }
            _ => return false,
        }
        // The dash goes with it; the month or quarter is then read as the end. Two years have no single one.
        self.at += 1;
        true
    }

    /// The figure that ends a range which begins with the one just taken.
    fn range_end(&mut self) -> Option<Figure> {
        if !matches!(self.peek(0), Some(Token::Dash(_) | Token::Word(Word::To))) {
            return None;
        }
        let skip =
            usize::from(matches!(self.peek(1), Some(Token::Dash(_) | Token::Currency(_) | Token::Word(Word::About))));
        let Some(Token::Figure(end)) = self.peek(1 + skip).cloned() else { return None };
        self.at += 2 + skip;
        Some(end)
    }

    fn single(&mut self, figure: &Figure) -> Option<Mention> {
        let sign = if self.near.negative { -Decimal::ONE } else { Decimal::ONE };
        let value = figure.quantity.value * sign;
        let (mut low, mut high) = (Some(value), Some(figure.quantity.high.unwrap_or(value)));
        if self.near.negative && figure.quantity.high.is_some() {
            return None;
        }
        let bounds = self.bounds(figure);
        match bounds.as_slice() {
            [] => {}
            [Word::AtLeast] => high = None,
            [Word::AtMost] => low = None,
            _ => return None,
        }
        if !bounds.is_empty() && (self.near.negative || figure.quantity.high.is_some()) {
            return None;
        }
        let approximate = self.near.about | figure.quantity.around | self.takes_or_so();
        let mut mention = self.mention(figure, low, high)?;
        mention.approximate = approximate;
        Some(mention)
    }

    /// Bounds before, within and behind an amount. 1亿以上 and 超1亿以上 are the same one.
    fn bounds(&mut self, figure: &Figure) -> Vec<Word> {
        let over_is_at_least = |word| if word == Word::Over { Word::AtLeast } else { word };
        let mut bounds: Vec<Word> = self.near.bound.map(over_is_at_least).into_iter().collect();
        if figure.quantity.open {
            bounds.push(Word::AtLeast);
        }
        while let Some(bound) = self.bound_behind() {
            bounds.push(bound);
            self.at += 1;
        }
        bounds.dedup();
        bounds
    }

    /// The bound that the next token sets for the amount before it: 以上, and 不到 where no other amount follows.
    fn bound_behind(&self) -> Option<Word> {
        let amount_follows = matches!(self.peek(1), Some(Token::Figure(_) | Token::Currency(_)));
        match self.peek(0)? {
            Token::Word(Word::OrMore) => Some(Word::AtLeast),
            Token::Word(Word::OrLess) => Some(Word::AtMost),
            Token::Word(Word::AtMost) if !amount_follows => Some(Word::AtMost),
            _ => None,
        }
    }

    /// 1200万元至: a range without its end.
    fn is_cut_off(&self) -> bool {
        let ends = matches!(self.peek(1), None | Some(Token::Comma | Token::Stop | Token::Close));
        ends && self.peek(0) == Some(&Token::Word(Word::To))
    }

    fn takes_or_so(&mut self) -> bool {
        let found = self.peek(0) == Some(&Token::Word(Word::OrSo));
        self.at += usize::from(found);
        found
    }

    fn range(&mut self, first: &Figure, end: &Figure) -> Option<Mention> {
        let vague = |figure: &Figure| figure.quantity.open || figure.quantity.high.is_some() || figure.quantity.lone;
        if self.near.bound.is_some() || self.near.negative || vague(first) || vague(end) {
            return None;
        }
        let high = end.quantity.value;
        let low = low_end(first, end)?;
        let shared = Figure { quantity: end.quantity.clone(), currency: end.currency.or(first.currency) };
        if matches!((first.currency.flatten(), end.currency.flatten()), (Some(one), Some(other)) if one != other) {
            return None;
        }
        let approximate = self.near.about | self.takes_or_so();
        let mut mention = self.mention(&shared, Some(low), Some(high))?;
        mention.approximate = approximate;
        Some(mention)
    }

    fn mention(&self, figure: &Figure, low: Option<Decimal>, high: Option<Decimal>) -> Option<Mention> {
        let (before, behind) = (self.near.currency, figure.currency);
        let currency = match (before.flatten(), behind.flatten()) {
            (Some(one), Some(other)) if one != other => return None,
            // 元 behind a currency's code says the same again, yet $ and 元 do not go together.
            (one, other) => one.or(other),
        };
        let scaled = figure.quantity.big > Decimal::ONE;
        let said = Said {
            aside: self.scope.aside || self.near.change || self.near.compared,
            total: self.near.total,
            ..self.scope.clone()
        };
        let bare = !scaled && before.is_none() && behind.is_none();
        Some(Mention {
            low,
            high,
            bare,
            mark_only: before.is_some() && behind.is_none() && !scaled,
            scaled,
            names_main_unit: before.is_some() || behind.is_some(),
            currency,
            approximate: false,
            weak: bare && figure.quantity.chinese,
            said,
        })
    }
}

/// The lower end of a range whose unit may stand only behind the upper one: 300-500万, 1-2千万, 800至一千万.
fn low_end(first: &Figure, end: &Figure) -> Option<Decimal> {
    let (low, high) = (first.quantity.value, end.quantity.value);
    let in_order = |low: Decimal| (low <= high).then_some(low);
    let has_unit = first.quantity.big > Decimal::ONE || first.currency.is_some();
    let end_has_unit = end.quantity.big > Decimal::ONE || end.currency.is_some();
    if has_unit {
        // 300万-500: whether the end shares the unit is not said.
        return if end_has_unit { in_order(low) } else { None };
    }
    if end.quantity.big == Decimal::ONE || low.is_zero() {
        return in_order(low);
    }
    let shared = |factor: Decimal| low.checked_mul(factor).and_then(in_order);
    if first.quantity.small {
        shared(end.quantity.big)
    } else {
        shared(end.quantity.tail).or_else(|| shared(end.quantity.big))
    }
}
