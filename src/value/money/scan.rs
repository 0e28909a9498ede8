//! A plain text becomes tokens: quantities with their currency, times, counts, words, signs.
//!
//! Every figure gets a token that explains it, or [`Token::Bad`]: no digit is passed over.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::lexicon::{Word, word};
use super::numeral::{Quantity, Scanned, scan as quantity, small_change};
use super::unit::currency;

/// A piece of a plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A quantity that may be an amount.
    Figure(Figure),
    /// The word or sign of a currency that no figure stands right before.
    Currency(Option<&'static str>),
    /// A year: 2017年.
    Year(i16),
    /// A month of the year: 11月.
    Month(u32),
    /// A quarter, a number of months, or the time up to a day: not the whole year.
    Quarter,
    /// A number of years, which is no single one.
    Years,
    /// A figure that is explained and no amount: 30%, 12项, 31日.
    Explained,
    Word(Word),
    /// A dash or tilde.
    Dash(char),
    Open,
    Close,
    Comma,
    Colon,
    /// End of a statement.
    Stop,
    /// Figures that no rule explains.
    Bad,
    /// A character without a meaning here.
    Other,
}

/// A quantity with the currency behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    pub(super) quantity: Quantity,
    /// The currency behind it; the inner one is none for 元.
    pub(super) currency: Option<Option<&'static str>>,
}

/// Words behind a figure that make it a count, a size or a rank, and no money.
const COUNTED: &[&str] = &[
    "%",
    "‰",
    "个百分点",
    "个点",
    "倍",
    "成",
    "项",
    "家",
    "人",
    "名",
    "位",
    "台",
    "套",
    "件",
    "款",
    "种",
    "类",
    "条",
    "篇",
    "张",
    "次",
    "期",
    "所",
    "层",
    "楼",
    "岁",
    "天",
    "小时",
    "分钟",
    "秒",
    "平方",
    "平米",
    "㎡",
    "亩",
    "吨",
    "公斤",
    "公里",
    "千米",
    "米",
    "辆",
    "部",
    "户",
    "只",
    "支",
    "座",
    "间",
    "门",
    "集",
    "例",
    "批",
    "场",
    "强",
    "级",
    "代",
    "大类",
    "多项",
    "多家",
    "余项",
    "余家",
    "用户",
    "注册用户",
    "客户",
    "度",
    "字",
    "本",
    "号",
    "日",
    "个",
];

/// Splits a plain text into tokens.
pub(super) fn scan(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (token, after) = next(rest, c, &tokens);
        tokens.extend(token);
        rest = after;
    }
    tokens
}

/// Whether all there is is a bare number in brackets: bookkeepers write a loss so, others just like brackets.
pub(super) fn is_accounting_negative(tokens: &[Token]) -> bool {
    let [Token::Open, Token::Figure(figure), Token::Close] = tokens else { return false };
    figure.currency.is_none() && figure.quantity.big == Decimal::ONE
}

fn next<'a>(text: &'a str, c: char, before: &[Token]) -> (Option<Token>, &'a str) {
    let after = text.strip_prefix(c).unwrap_or_default();
    if let Some(rest) = list_number(text, before) {
        return (Some(Token::Stop), rest);
    }
    if c.is_ascii_digit()
        && let Some(rest) = date(text)
    {
        let day = text.strip_suffix(rest).unwrap_or_default();
        let is_part = before.last() == Some(&Token::Word(Word::Until)) && !day.ends_with("31");
        return (Some(if is_part { Token::Quarter } else { Token::Explained }), rest);
    }
    if let Some(rest) = fraction(text) {
        return (Some(Token::Explained), rest);
    }
    if let Some(found) = latin(text) {
        return found;
    }
    if let Some(scanned) = quantity(text) {
        return match scanned {
            Scanned::Quantity(found, rest) => figure(found, rest),
            // 几十家 is a vague count, and no vague amount.
            Scanned::Malformed(rest) if is_counted(rest) => (Some(Token::Explained), rest),
            Scanned::Malformed(rest) => (Some(Token::Bad), rest),
        };
    }
    if let Some((code, rest)) = currency(text) {
        return (Some(Token::Currency(code)), rest);
    }
    if let Some((word, rest)) = word(text) {
        return (Some(Token::Word(word)), rest);
    }
    sign(c).map_or_else(|| (Some(Token::Other), after), |token| (token, after))
}

fn sign(c: char) -> Option<Option<Token>> {
    Some(Some(match c {
        '-' | '~' | '—' => Token::Dash(c),
        '(' => Token::Open,
        ')' => Token::Close,
        ',' | '、' | '/' => Token::Comma,
        ':' | '为' => Token::Colon,
        ';' | '。' | '!' | '\n' => Token::Stop,
        ' ' | '"' | '“' | '”' | '.' | '\'' | '《' | '》' => return Some(None),
        _ => return None,
    }))
}

/// 1、 or (2) or 3. at the beginning of a line that goes on with words.
fn list_number<'a>(text: &'a str, before: &[Token]) -> Option<&'a str> {
    if !matches!(before.last(), None | Some(Token::Stop)) {
        return None;
    }
    let body = text.strip_prefix('(').unwrap_or(text);
    let end = body.find(|c: char| !c.is_ascii_digit()).filter(|end| (1..=2).contains(end))?;
    let (_, rest) = body.split_at_checked(end)?;
    let rest = if body.len() < text.len() { rest.strip_prefix(')')? } else { rest.strip_prefix(['、', '.', ')'])? };
    let words =
        rest.chars().next().is_some_and(|c| c.is_alphabetic()) && currency(rest).is_none() && quantity(rest).is_none();
    (words || rest.starts_with(' ') || begins_with_year(rest)).then_some(rest)
}

fn begins_with_year(text: &str) -> bool {
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit());
    text.len() - after.len() == 4 && after.starts_with('年')
}

/// 2017-12-31 or 2017/12/31 or 2017.12.31.
fn date(text: &str) -> Option<&str> {
    let mut rest = text;
    for (place, lengths) in [4..=4, 1..=2, 1..=2].into_iter().enumerate() {
        if place > 0 {
            rest = rest.strip_prefix(['-', '/', '.'])?;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if !lengths.contains(&end) {
            return None;
        }
        rest = rest.split_at_checked(end)?.1;
    }
    Some(rest)
}

/// 百分之三十: a share, and no amount.
fn fraction(text: &str) -> Option<&str> {
    let rest = ["百分之", "千分之", "万分之"].iter().find_map(|word| text.strip_prefix(word))?;
    match quantity(rest)? {
        Scanned::Quantity(_, rest) | Scanned::Malformed(rest) => Some(rest),
    }
}

/// Latin letters: the code of a currency, a quarter, or a name such as V3 whose digits nobody may take for an amount.
fn latin(text: &str) -> Option<(Option<Token>, &str)> {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    if let Some((code, rest)) = currency(text).filter(|(_, rest)| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    {
        return Some((Some(Token::Currency(code)), rest));
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-')).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let quarter = ["q1", "q2", "q3", "q4", "h1", "h2"].contains(&name);
    let token = if quarter {
        Token::Quarter
    } else if name.contains(|c: char| c.is_ascii_digit()) {
        Token::Bad
    } else {
        Token::Other
    };
    Some((Some(token), rest))
}

/// What a quantity is, by what stands behind it.
fn figure(quantity: Quantity, rest: &str) -> (Option<Token>, &str) {
    if let Some((token, rest)) = time(&quantity, rest) {
        return (Some(token), rest);
    }
    let Some((code, after)) = currency(rest) else { return without_currency(quantity, rest) };
    let (mut quantity, mut after, mut code) = (quantity, after, code);
    let (change, rest) = small_change(after);
    if let Some(value) = quantity.value.checked_add(change) {
        (quantity.value, after) = (value, rest);
    }
    if let Some((named, rest)) = currency(after).filter(|(named, _)| named.is_some() && code.is_none()) {
        (code, after) = (named, rest);
    }
    let after = after.strip_prefix(['整', '正']).unwrap_or(after);
    match after.strip_prefix('/') {
        Some(rest) if rest.starts_with('年') => {
            (Some(Token::Figure(Figure { quantity, currency: Some(code) })), rest.strip_prefix('年').unwrap_or(rest))
        }
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
            (Some(Token::Figure(Figure { quantity, currency: Some(code) })), after)
        }
        // 元/台 and 万元/月 are prices and rates.
        Some(rest) => (Some(Token::Bad), rest),
        None => (Some(Token::Figure(Figure { quantity, currency: Some(code) })), after),
    }
}

fn without_currency(quantity: Quantity, rest: &str) -> (Option<Token>, &str) {
    if is_counted(rest) && !quantity.lone {
        let word = COUNTED.iter().filter(|word| rest.starts_with(**word)).max_by_key(|word| word.len());
        return (Some(Token::Explained), word.and_then(|word| rest.strip_prefix(word)).unwrap_or(rest));
    }
    let after = rest.strip_prefix(['整', '正']).filter(|_| quantity.big > Decimal::ONE).unwrap_or(rest);
    let after = after.strip_prefix("/年").unwrap_or(after);
    if quantity.big > Decimal::ONE && !quantity.lone && counts_something(after) {
        return (Some(Token::Bad), after);
    }
    let in_a_name =
        after.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '*' | '×' | '@' | '^' | '='));
    let next_figure = after.starts_with(|c: char| c.is_ascii_digit()) && quantity.big > Decimal::ONE;
    if in_a_name && !next_figure && !quantity.chinese {
        return (Some(Token::Bad), after);
    }
    (Some(Token::Figure(Figure { quantity, currency: None })), after)
}

/// Whether a word that is none of ours stands right behind a quantity without a currency: 1200万千瓦 may be anything.
fn counts_something(rest: &str) -> bool {
    let harmless = [
        '的', '是', '为', '已', '均', '预', '未', '税', '不', '即', '和', '与', '及', '或', '而', '且', '但', '多',
        '余',
    ];
    let unknown = rest.chars().next().is_some_and(|c| c.is_alphabetic() && !harmless.contains(&c));
    unknown && word(rest).is_none() && currency(rest).is_none() && quantity(rest).is_none()
}

fn is_counted(rest: &str) -> bool {
    COUNTED.iter().any(|word| rest.starts_with(word))
}

/// Years, months, quarters.
fn time<'a>(quantity: &Quantity, rest: &'a str) -> Option<(Token, &'a str)> {
    if quantity.lone || quantity.big > Decimal::ONE {
        return None;
    }
    let number = quantity.value.to_i16().filter(|number| Decimal::from(*number) == quantity.value);
    let rest = rest.strip_prefix('财').filter(|rest| rest.starts_with('年')).unwrap_or(rest);
    if let Some(rest) = rest.strip_prefix('年') {
        let rest = rest.strip_prefix('度').unwrap_or(rest);
        // 2017年底 says when within the year; the word 年底 alone says the whole of it.
        let rest = rest.strip_prefix(['底', '末']).unwrap_or(rest);
        return Some((number.map_or(Token::Bad, year), rest));
    }
    if let Some(rest) = rest.strip_prefix(':').filter(|_| number.is_some_and(is_year)) {
        return Some((number.map_or(Token::Bad, year), rest));
    }
    if let Some(rest) = rest.strip_prefix("个月") {
        return Some((if number == Some(12) { Token::Month(12) } else { Token::Quarter }, rest));
    }
    if let Some(rest) = rest.strip_prefix('月') {
        let month = number.and_then(|month| u32::try_from(month).ok()).filter(|month| (1..=12).contains(month));
        return Some(month.map_or((Token::Bad, rest), |month| within_month(month, rest)));
    }
    ["季度", "个季度", "季报"].iter().find_map(|word| rest.strip_prefix(word)).map(|rest| (Token::Quarter, rest))
}

/// A month as far as it is told: the end of December is the year's, and a day before that is not.
fn within_month(month: u32, rest: &str) -> (Token, &str) {
    let rest = rest.strip_prefix('份').unwrap_or(rest);
    if let Some(rest) = rest.strip_prefix(['底', '末']) {
        return (if month == 12 { Token::Word(Word::WholeYear) } else { Token::Month(month) }, rest);
    }
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let day =
        rest.strip_suffix(after).and_then(|day| day.parse::<u32>().ok()).filter(|_| after.starts_with(['日', '号']));
    (if day.is_some_and(|day| day < 31) { Token::Quarter } else { Token::Month(month) }, rest)
}

/// Whether a bare figure may be a year without its 年: 1200万元（2017）.
pub(super) fn bare_year(figure: &Figure) -> Option<i16> {
    let bare = figure.currency.is_none() && figure.quantity.big == Decimal::ONE && !figure.quantity.small;
    figure.quantity.value.to_i16().filter(|number| bare && is_year(*number) && figure.quantity.value.is_integer())
}

fn is_year(number: i16) -> bool {
    (1990..2100).contains(&number)
}

/// 2017年 or 17年; other numbers count years (成立10年).
fn year(number: i16) -> Token {
    match number {
        number if is_year(number) => Token::Year(number),
        12..=39 => Token::Year(2000 + number),
        _ => Token::Years,
    }
}
