//! Amounts in English words: `12 million yuan`, `about RMB 12,000,000`, `between 3 and 5 million yuan`.
//!
//! A text is turned into the Chinese words that the other modules know, all of it or nothing: one word that is not in the list, and it
//! stays as it is and says no amount, since the word may change everything (12 million users).

use rust_decimal::Decimal;

use super::figure::figure;

/// English words with the Chinese ones for them; longer ones first where one begins another.
const WORDS: &[(&str, &str)] = &[
    ("hundred million", "亿"),
    ("ten thousand", "万"),
    ("millions of", "百万"),
    ("million", "百万"),
    ("thousand", "千"),
    ("yuan", "元"),
    ("renminbi", "人民币"),
    ("us dollars", "美元"),
    ("hong kong dollars", "港元"),
    ("euros", "欧元"),
    ("pounds sterling", "英镑"),
    ("approximately", "约"),
    ("approx.", "约"),
    ("approx", "约"),
    ("about", "约"),
    ("around", "约"),
    ("roughly", "约"),
    ("nearly", "约"),
    ("almost", "约"),
    ("more than", "超过"),
    ("over", "超过"),
    ("no less than", "不低于"),
    ("not less than", "不低于"),
    ("at least", "不低于"),
    ("no more than", "不超过"),
    ("not more than", "不超过"),
    ("at most", "不超过"),
    ("up to", "不超过"),
    ("less than", "不足"),
    ("or more", "以上"),
    ("or less", "以下"),
    ("from", ""),
    ("to", "至"),
    ("per cent", "%"),
    ("percent", "%"),
    ("all amounts in", "单位:"),
    ("amounts in", "单位:"),
    ("unit", "单位"),
    ("in", ""),
];

/// Codes that are known as they are.
const CODES: [&str; 17] = [
    "rmb", "cny", "usd", "us", "hkd", "hk", "eur", "jpy", "gbp", "mop", "aud", "cad", "twd", "krw", "sgd", "chf", "rub",
];

/// A plain text in Chinese words; none where a word is not known, and where no word is English.
pub(super) fn in_chinese(text: &str) -> Option<String> {
    let mut reader = Reader { said: String::with_capacity(text.len()), is_english: false, is_between: false };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = if c.is_ascii_alphabetic() {
            reader.word(rest)?.trim_start_matches(' ')
        } else {
            reader.said.push(c);
            rest.strip_prefix(c)?
        };
    }
    (reader.is_english && !reader.is_between).then_some(reader.said)
}

struct Reader {
    said: String,
    /// Whether a word was turned into Chinese.
    is_english: bool,
    /// Whether `between` waits for its `and`.
    is_between: bool,
}

impl Reader {
    /// Takes the word or words at the beginning of a text, and returns what follows.
    fn word<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let begins = |word: &str| {
            let rest = text.strip_prefix(word)?;
            (!rest.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(rest)
        };
        let code = || CODES.iter().find_map(|code| begins(code));
        let known = WORDS.iter().find_map(|(word, chinese)| Some((chinese, begins(word)?)));
        if let (None, Some(rest)) = (known, code()) {
            self.said.push_str(text.strip_suffix(rest)?);
            return Some(rest);
        }
        self.is_english = true;
        if let Some(rest) = begins("billion") {
            self.billions()?;
            return Some(rest);
        }
        if let Some(rest) = begins("between") {
            self.is_between = true;
            return Some(rest);
        }
        if let Some(rest) = begins("and").filter(|_| self.is_between) {
            self.is_between = false;
            self.said.push('至');
            return Some(rest);
        }
        let (chinese, rest) = known?;
        self.said.push_str(chinese);
        Some(rest)
    }

    /// 1.2 billion is 12亿: Chinese has no word for a thousand millions behind a figure.
    fn billions(&mut self) -> Option<()> {
        let before = self.said.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
        let written = self.said.strip_prefix(before)?.to_owned();
        if written.is_empty() {
            self.said.push_str("十亿");
            return Some(());
        }
        let (value, _) = figure(&written).ok().filter(|(_, rest)| rest.is_empty())?;
        self.said.truncate(before.len());
        self.said.push_str(&format!("{}亿", value.checked_mul(Decimal::TEN)?.normalize()));
        Some(())
    }
}

/// The unit in the last brackets of a plain label, in Chinese words: `revenue(rmb million)`, `revenue(10,000 yuan)`.
pub(super) fn unit_in_brackets(label: &str) -> Option<String> {
    let (_, inside) = label.rsplit_once('(')?;
    let (inside, _) = inside.split_once(')')?;
    let inside = inside.replace("10,000", " ten thousand ").replace("10000", " ten thousand ").replace(',', " ");
    in_chinese(&inside.split_whitespace().collect::<Vec<_>>().join(" "))
}
