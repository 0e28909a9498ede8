//! The lines that the sender wrote, apart from signature, client's own words and what looks quoted though no client marked it.

use super::clause::{Clause, classify};
use crate::document::{Block, Document};
use crate::place::{BODY, Place, Spot};
use crate::reading::gather::Gathered;
use crate::reading::label::Labels;

/// Most lines that are looked at: nobody mends a return in more.
const MOST: usize = 60;

/// A line with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnLine {
    /// Its text.
    pub(super) text: String,
    /// Where it stands.
    pub(super) place: Place,
}

/// The sender's own lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Own {
    /// What was written.
    pub(super) lines: Vec<OwnLine>,
    /// The signature.
    pub(super) below: Vec<OwnLine>,
}

/// The lines above the quote. Of HTML and plain text the shorter one is taken: what only one of them has for the sender's own
/// may be quoted.
pub(super) fn own(gathered: &Gathered, labels: &Labels<'_>) -> Own {
    let texts = gathered.texts.iter().flat_map(|text| &text.own);
    let forms = texts.map(|source| &source.document).filter(|document| document.source == BODY).map(lines);
    let forms = forms.filter(|lines| !lines.is_empty());
    let length = |lines: &Vec<OwnLine>| lines.iter().map(|line| line.text.chars().count()).sum::<usize>();
    split(forms.min_by_key(length).unwrap_or_default(), labels)
}

fn lines(document: &Document) -> Vec<OwnLine> {
    let mut lines = Vec::new();
    for (number, block) in (1..).zip(&document.blocks) {
        match block {
            Block::Paragraph(paragraph) => push(&mut lines, &paragraph.text, paragraph.number),
            Block::Grid(grid) => grid.cells.iter().for_each(|cell| push(&mut lines, &cell.text, number)),
        }
    }
    lines
}

fn push(lines: &mut Vec<OwnLine>, text: &str, number: u32) {
    let place = Place { source: BODY.to_owned(), spot: Spot::Line(number) };
    let texts = text.split('\n').map(str::trim).filter(|text| !text.is_empty());
    lines.extend(texts.map(|text| OwnLine { text: text.to_owned(), place: place.clone() }));
}

fn split(lines: Vec<OwnLine>, labels: &Labels<'_>) -> Own {
    let mut own = Own::default();
    let mut signed = false;
    for line in lines.into_iter().take_while(|line| !is_of_notice(&line.text)).take(MOST) {
        if line.text.starts_with('>') || is_of_client(&line.text) {
            continue;
        }
        signed |= begins_signature(&line.text, labels);
        if signed { own.below.push(line) } else { own.lines.push(line) }
    }
    own
}

/// Whether a line is of a notice of ours: a quote that was not marked as one.
fn is_of_notice(text: &str) -> bool {
    let has_token = text.split("[收").nth(1).and_then(|rest| rest.split_once(']'));
    has_token.is_some_and(|(token, _)| token.trim().chars().count() == 6) || text.contains("系统自动回复")
}

/// 发自我的iPhone and the like.
fn is_of_client(text: &str) -> bool {
    let text = text.to_lowercase();
    [
        "发自",
        "发送自",
        "来自我的",
        "从我的",
        "来自qq邮箱",
        "签名由",
        "sent from",
        "获取 outlook",
        "获取outlook",
        "get outlook",
    ]
    .iter()
    .any(|sign| text.starts_with(sign))
}

/// Labels of a signature's lines.
const CONTACTS: &[&str] = &[
    "联系人",
    "联系电话",
    "联系方式",
    "电话",
    "手机",
    "传真",
    "邮箱",
    "电子邮箱",
    "邮件",
    "地址",
    "网址",
    "邮编",
    "职务",
    "部门",
    "微信",
    "qq",
    "tel",
    "mobile",
    "mob",
    "fax",
];

/// Common family names: a line of two to four characters that begins with one is a name.
const FAMILY: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧";

fn begins_signature(text: &str, labels: &Labels<'_>) -> bool {
    let bare = text.trim_end_matches(['，', ',', '。', '.', '!', '！']);
    let length = bare.chars().count();
    if !bare.is_empty() && bare.chars().all(|c| matches!(c, '-' | '—' | '_' | '=' | '*' | '─' | ' ')) {
        return length >= 2;
    }
    is_contact(bare) || (length <= 40 && is_signed(bare, length) && classify(text, labels) == Clause::Unclear)
}

fn is_contact(text: &str) -> bool {
    let text = text.to_lowercase();
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (label, _) = squeezed.split_once(['：', ':']).unwrap_or((&squeezed, ""));
    CONTACTS.contains(&label)
        || CONTACTS.iter().any(|word| begins_with_number(&squeezed, word))
        || is_number(&text)
        || is_address(&text)
}

fn is_number(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= 7
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '+' | '(' | ')' | '—'))
}

fn is_address(text: &str) -> bool {
    text.contains('@') && !text.contains(char::is_whitespace) && text.is_ascii()
}

/// 电话0757-12345678.
fn begins_with_number(text: &str, label: &str) -> bool {
    text.strip_prefix(label).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// A name, an organisation or a date that stands alone, or several of them and a number: 财务部 张敏 13800000000.
fn is_signed(text: &str, length: usize) -> bool {
    let parts: Vec<&str> = text.split([' ', '\u{3000}', '/', '|', '｜']).filter(|part| !part.is_empty()).collect();
    let is_part = |part: &&str| is_one_signed(part, part.chars().count()) || is_number(part) || is_address(part);
    is_one_signed(text, length) || (parts.len() > 1 && parts.iter().all(is_part))
}

fn is_one_signed(text: &str, length: usize) -> bool {
    let is_name = (2..=4).contains(&length)
        && text.starts_with(|c| FAMILY.contains(c))
        && !text
            .contains(['不', '没', '无', '未', '对', '错', '改', '是', '的', '等', '产', '度', '万', '元', '亿', '位']);
    let is_house =
        ["公司", "中心", "研究院", "研究所", "协会", "集团", "办公室", "财务部", "综合部", "行政部", "分公司"]
            .iter()
            .any(|ending| text.ends_with(ending))
            && !text.contains(['：', ':', '，', ',', '是', '为', '我']);
    is_name || is_house || is_date(text)
}

/// 2017年12月19日, 2017-12-19, 12/19 10:32.
fn is_date(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let signs = "年月日时分秒/-.: 星期周一二三四五六上下午";
    let parts = text.chars().filter(|c| "年月日/-".contains(*c)).count();
    digits >= 2 && parts >= 2 && text.chars().all(|c| c.is_ascii_digit() || signs.contains(c))
}
