//! One figure, or two that make a range, becomes an amount with its bounds, its unit and what was said of it before.

use rust_decimal::Decimal;

use super::super::lexicon::Word;
use super::super::scan::{Figure, Token, bare_year};
use super::super::unit::Unit;
use super::{Mention, Near, Reader, Said, Year};

/// A number so near to the year asked for may be a year that somebody speaks of.
const YEARS_AROUND: i16 = 20;

impl Reader<'_> {
    pub(super) fn figure(&mut self, figure: &Figure) {
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
            Some(Token::Month(_) | Token::Word(Word::WholeYear)) if joined => {
                self.near.until = figure.quantity.value == Decimal::ONE
            }
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
