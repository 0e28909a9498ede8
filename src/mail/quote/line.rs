//! The lines by which clients begin a quote.

/// How many lines behind `发件人：` the other headers of its block are looked for. A table puts each cell on a line.
const BLOCK_LINES: usize = 14;

/// Longest line, in bytes, that is taken for a client's own.
const LONGEST: usize = 400;

/// One line of text as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it begins in the source.
    pub(super) start: usize,
    /// What it says.
    pub(super) text: String,
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it bears the sign `>` of a quoted line.
    pub(super) fn is_marked(&self) -> bool {
        self.text.trim_start().starts_with('>')
    }

    /// Lower-cased and without blanks; empty for lines too long to be a client's.
    fn compact(&self) -> String {
        if self.text.len() > LONGEST {
            return String::new();
        }
        self.text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
    }
}

/// What ends a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// The end of the text.
    WithText,
    /// The end of the lines or the element that are marked as quoted.
    WithQuote,
}

/// Lines that begin a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) ends: Ends,
}

/// The first marker at or behind line `from`.
pub(super) fn find(lines: &[Line], from: usize) -> Option<Marker> {
    let rest = || lines.iter().enumerate().skip(from);
    rest().find_map(|(at, line)| {
        let compact = line.compact();
        if compact.is_empty() {
            return None;
        }
        let whole = |first| Some(Marker { first, last: at, ends: Ends::WithText });
        if is_dashed_title(&compact) || is_forward_title(&compact) {
            whole(at)
        } else if begins_header_block(lines, at, &compact) {
            whole(title_before(lines, at, from))
        } else if is_attribution(&compact) {
            Some(Marker { first: attribution_start(lines, at, from, &compact), last: at, ends: Ends::WithQuote })
        } else {
            None
        }
    })
}

const TITLES: [&str; 16] = [
    "原始邮件",
    "原邮件",
    "原始信件",
    "原始郵件",
    "原始消息",
    "邮件原件",
    "邮件原文",
    "转发邮件",
    "转发的邮件",
    "转发信息",
    "轉寄",
    "original",
    "forwardedmessage",
    "forwardedby",
    "repliedmessage",
    "forwardmessage",
];

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '—' | '_' | '=' | '－' | '─' | '*' | '>')
}

/// `-------- 原始邮件 --------`, in all its forms.
fn is_dashed_title(compact: &str) -> bool {
    let title = compact.trim_matches(is_dash);
    let dashes = |side: &str| side.chars().filter(|c| *c != '>').count() >= 2;
    let (Some((before, _)), Some((_, after))) = (compact.split_once(title), compact.rsplit_once(title)) else {
        return false;
    };
    !title.is_empty() && dashes(before) && dashes(after) && is_title(title)
}

/// Whether the words are a title, perhaps with `来自：` and the like around it.
fn is_title(words: &str) -> bool {
    words.chars().count() <= 40 && TITLES.iter().any(|title| words.contains(title))
}

/// Titles that stand without dashes.
fn is_forward_title(compact: &str) -> bool {
    matches!(
        compact.trim_matches(is_dash).trim_end_matches([':', '：']),
        "beginforwardedmessage" | "开始转发的邮件" | "下面是被转发的邮件" | "以下是转发的邮件" | "開始轉寄郵件"
    )
}

/// What a line of quoted mail headers speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    From,
    Sent,
    To,
    Cc,
    Subject,
}

const KEYS: [(&str, Key); 29] = [
    ("发件人", Key::From),
    ("发信人", Key::From),
    ("发送人", Key::From),
    ("寄件者", Key::From),
    ("寄件人", Key::From),
    ("from", Key::From),
    ("发送时间", Key::Sent),
    ("发送日期", Key::Sent),
    ("发件时间", Key::Sent),
    ("发件日期", Key::Sent),
    ("发信时间", Key::Sent),
    ("寄件日期", Key::Sent),
    ("已发送", Key::Sent),
    ("日期", Key::Sent),
    ("时间", Key::Sent),
    ("date", Key::Sent),
    ("senttime", Key::Sent),
    ("sent", Key::Sent),
    ("收件人", Key::To),
    ("收信人", Key::To),
    ("收件者", Key::To),
    ("to", Key::To),
    ("抄送人", Key::Cc),
    ("抄送", Key::Cc),
    ("cc", Key::Cc),
    ("主题", Key::Subject),
    ("主旨", Key::Subject),
    ("标题", Key::Subject),
    ("subject", Key::Subject),
];

/// The key a compact line begins with: followed by a colon, a table's rule, or nothing (a cell of its own).
fn key(compact: &str) -> Option<Key> {
    let words = compact.trim_start_matches(['>', '*', '|', '-', '│']);
    KEYS.iter().find_map(|(word, key)| {
        let next = words.strip_prefix(word)?.trim_start_matches('*').chars().next();
        next.is_none_or(|c| matches!(c, ':' | '：' | '|' | '│')).then_some(*key)
    })
}

/// Whether a block of quoted mail headers begins at line `at`: a sender, and two other headers close behind.
fn begins_header_block(lines: &[Line], at: usize, compact: &str) -> bool {
    if key(compact) != Some(Key::From) {
        return false;
    }
    let mut found: Vec<Key> = Vec::new();
    for line in lines.iter().skip(at + 1).filter(|line| !line.is_blank()).take(BLOCK_LINES) {
        found.extend(key(&line.compact()).filter(|key| *key != Key::From && !found.contains(key)));
    }
    found.len() >= 2
}

/// The line of dashes or the bare title above a header block, if there is one; else the block's own first line.
fn title_before(lines: &[Line], at: usize, from: usize) -> usize {
    let above = (from..at).rev().find(|above| lines.get(*above).is_some_and(|line| !line.is_blank()));
    let is_title_line = |above: &usize| {
        let compact = lines.get(*above).map(Line::compact).unwrap_or_default();
        let words = compact.trim_matches(is_dash);
        if words.is_empty() { compact.chars().count() >= 5 } else { TITLES.contains(&words) }
    };
    above.filter(is_title_line).unwrap_or(at)
}

const ATTRIBUTIONS: [&str; 8] = ["写道：", "写道:", "写到：", "写到:", "寫道：", "寫道:", "wrote:", "wrote："];

/// `在 2026-10-03 18:28:31，"Name" <…> 写道：`, `On … wrote:`: it names a date or an address.
fn is_attribution(compact: &str) -> bool {
    let ends = ATTRIBUTIONS.iter().any(|ending| compact.ends_with(ending));
    ends && !compact.starts_with('>')
}

/// An attribution may run over three lines; the first one begins with `在`, `于`, `On` or `At`, or a date.
fn attribution_start(lines: &[Line], at: usize, from: usize, compact: &str) -> usize {
    if opens_attribution(compact) {
        return at;
    }
    let opens = |above: &usize| lines.get(*above).is_some_and(|line| opens_attribution(&line.compact()));
    (at.saturating_sub(2).max(from)..at).rev().find(opens).unwrap_or(at)
}

fn opens_attribution(compact: &str) -> bool {
    let begins = ["在", "于", "on", "at"].iter().any(|word| compact.starts_with(word));
    compact.starts_with("20") || begins && compact.chars().any(|c| c.is_ascii_digit())
}
