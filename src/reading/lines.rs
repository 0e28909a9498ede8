//! Lines of `label：value` in a body, a text file, a text document or the lines of one cell.

use std::collections::BTreeSet;

use super::draft::{Draft, Piece};
use super::label::{LIKELY, Labels, Score, VOUCHING};
use super::word::is_common_label;
use crate::document::{Block, Document};
use crate::place::{Place, Spot};
use crate::survey::ItemKind;
use crate::value::text::clean;
use crate::value::tick::has_marks;

/// A label before a colon has to fit well: prose has colons too.
const FITS: Score = LIKELY + 100;
/// Among lines of a form already begun, a label that is likely is one: taken for prose it would end in another's answer.
const FITS_IN_FORM: Score = LIKELY;
/// Longest label before a colon, in characters.
const LONGEST: usize = 40;

/// Signs that part a label from its answer.
pub(super) const COLONS: [char; 5] = ['：', ':', '∶', '︰', '﹕'];

/// Words before a colon that end an answer above them: what follows is about the sender, not the survey.
const SENDERS: [&str; 24] = [
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
    "日期",
    "职务",
    "部门",
    "微信",
    "qq",
    "tel",
    "mobile",
    "email",
    "e-mail",
    "填表人",
    "填报人",
    "填报日期",
];

/// Whole lines that close a letter.
const CLOSINGS: [&str; 12] = [
    "此致",
    "敬礼",
    "谢谢",
    "多谢",
    "感谢",
    "顺颂商祺",
    "祝好",
    "祝工作顺利",
    "以上",
    "特此报送",
    "请查收",
    "如有问题请联系",
];

/// A line with its place.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// Its text.
    pub(super) text: &'a str,
    /// Where it stands.
    pub(super) place: Place,
}

/// The lines outside a document's tables.
pub(super) fn of_document(document: &Document) -> Vec<Line<'_>> {
    let paragraphs = document.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(paragraph) => Some(paragraph),
        Block::Grid(_) => None,
    });
    paragraphs
        .flat_map(|paragraph| {
            let place = Place { source: document.source.clone(), spot: Spot::Line(paragraph.number) };
            paragraph.text.split('\n').map(move |text| Line { text, place: place.clone() })
        })
        .collect()
}

/// Records of label lines: each begins with a label that the one before has already, and holds the name and at least one other
/// item.
pub(super) fn records(lines: &[Line<'_>], labels: &Labels<'_>) -> Vec<Draft> {
    let least = least_fit(lines, labels);
    let mut reader = Reader { labels, least, records: Vec::new(), open: None, apart: None };
    for line in lines {
        reader.line(line);
    }
    reader.records.retain(|record| record.pieces.contains_key(&labels.identity) && record.pieces.len() >= 2);
    reader.records
}

/// How well a label has to fit in these lines: several that are likely vouch for one another.
fn least_fit(lines: &[Line<'_>], labels: &Labels<'_>) -> Score {
    let found = lines.iter().filter_map(|line| labelled_from(line.text.trim(), labels, FITS_IN_FORM));
    let items: BTreeSet<usize> = found.map(|(item, ..)| item).collect();
    if items.contains(&labels.identity) && items.len() > VOUCHING { FITS_IN_FORM } else { FITS }
}

struct Reader<'b> {
    labels: &'b Labels<'b>,
    /// How well a label has to fit.
    least: Score,
    records: Vec<Draft>,
    /// The item whose answer may go on in the next line.
    open: Option<usize>,
    /// The item whose answer an empty line ended, and the lines since: its further paragraphs if another label follows.
    apart: Option<(usize, Vec<(String, Place)>)>,
}

/// A line that ends an answer for good, such as the border between two cells.
pub(super) const BORDER: &str = "\u{c}";

impl Reader<'_> {
    fn line(&mut self, line: &Line<'_>) {
        let text = line.text.trim();
        if text.is_empty() && line.text != BORDER {
            if let Some(item) = self.open.take() {
                self.apart = Some((item, Vec::new()));
            }
            return;
        }
        if (ends_answer(text) && !self.is_asked(text)) || self.is_of_another_thing(text) {
            self.end();
            return;
        }
        let Some((item, label, value)) = self.labelled(text) else {
            if self.is_next_number(text) || self.resembles_missing(text) {
                self.end()
            } else {
                self.go_on(text, &line.place)
            }
            return;
        };
        let (value, rest) = cut_at_next_label(value);
        self.take_paragraphs(item);
        let piece = Piece::new(without_blanks(&clean(value)), line.place.clone(), label);
        match self.records.last_mut() {
            Some(record) if !record.pieces.contains_key(&item) => {
                record.pieces.insert(item, piece);
            }
            _ => self.records.push(Draft { pieces: [(item, piece)].into(), ..Draft::default() }),
        }
        self.open = Some(item);
        if let Some(rest) = rest {
            self.line(&Line { text: rest, place: line.place.clone() });
        }
    }

    fn end(&mut self) {
        self.open = None;
        self.apart = None;
    }

    /// Whether a line in a form of numbered labels has the next number and a colon: a label, though not known as the survey's.
    fn is_next_number(&self, text: &str) -> bool {
        let last = self.open.or(self.apart.as_ref().map(|(item, _)| *item));
        let Some(piece) = self.records.last().and_then(|record| record.pieces.get(&last?)) else { return false };
        let is_label = text.split_once(COLONS).is_some_and(|(label, _)| label.chars().count() <= LONGEST);
        let (Some(before), Some(next)) = (number(&piece.label), number(text)) else { return false };
        // An answer that counts its own points in the same way goes on with the next of them.
        let counts = piece.text.lines().any(|line| number(line) == Some(before));
        is_label && !counts && next == Number { value: before.value + 1, ..before }
    }

    /// Whether a line with a colon begins much like the label of an item that the form has not answered yet: a doubt, which
    /// must not end in the answer above.
    fn resembles_missing(&self, text: &str) -> bool {
        let label = text.split_once(COLONS).map(|(label, _)| label).filter(|label| label.chars().count() <= LONGEST);
        let item = label.and_then(|label| self.labels.resembled(label));
        // What is not asked for would be lost without a word.
        let is_required = |item: &usize| self.labels.survey.items.get(*item).is_some_and(|item| item.required);
        let is_open = |item: usize| self.records.last().is_some_and(|record| !record.pieces.contains_key(&item));
        item.filter(is_required).is_some_and(is_open)
    }

    /// Whether a line answers what the survey does not ask, though its label is like one of the survey's.
    fn is_of_another_thing(&self, text: &str) -> bool {
        text.split_once(COLONS)
            .is_some_and(|(label, _)| label.chars().count() <= LONGEST && self.labels.names_another_thing(label))
    }

    /// Whether a line that would close most letters answers a survey that asks for just that: 联系电话：…
    fn is_asked(&self, text: &str) -> bool {
        self.labelled(text).and_then(|(item, ..)| self.kind(item)).is_some_and(ItemKind::is_strict)
    }

    fn kind(&self, item: usize) -> Option<&ItemKind> {
        self.labels.survey.items.get(item).map(|item| &item.kind)
    }

    /// The item of a line. In a form that has a name, a label that fits less well counts for an item not yet answered.
    fn labelled<'t>(&self, text: &'t str) -> Option<(usize, &'t str, &'t str)> {
        labelled_from(text, self.labels, self.least).or_else(|| {
            let record = self.records.last().filter(|record| record.pieces.contains_key(&self.labels.identity))?;
            labelled_from(text, self.labels, FITS_IN_FORM).filter(|(item, ..)| !record.pieces.contains_key(item))
        })
    }

    /// Adds to an answer the paragraphs between it and the next label of the same form. After the last label they are the
    /// letter's closing words.
    fn take_paragraphs(&mut self, next: usize) {
        let Some((item, paragraphs)) = self.apart.take() else { return };
        let Some(record) = self.records.last_mut().filter(|record| !record.pieces.contains_key(&next)) else { return };
        let is_text = self.labels.survey.items.get(item).is_some_and(|item| item.kind == ItemKind::Text);
        let Some(piece) = record.pieces.get_mut(&item).filter(|piece| is_text || piece.text.is_empty()) else { return };
        for (paragraph, place) in &paragraphs {
            piece.join(paragraph, "\n", place);
        }
    }

    fn go_on(&mut self, text: &str, place: &Place) {
        let Some(item) = self.open else {
            if let Some((_, lines)) = self.apart.as_mut().filter(|_| is_prose(text)) {
                lines.push((clean(text), place.clone()));
            }
            return;
        };
        // A name or an amount stands on one line; what follows it is the sender's signature.
        let kind = self.kind(item);
        let on_one_line = kind.is_some_and(|kind| *kind != ItemKind::Text);
        let goes_on = kind.is_some_and(|kind| kind.is_ticked() && goes_on_with_ticks(text));
        if on_one_line
            && !goes_on
            && self
                .records
                .last()
                .and_then(|record| record.pieces.get(&item))
                .is_some_and(|piece| !piece.text.is_empty())
        {
            self.open = None;
            return;
        }
        if let Some(piece) = self.records.last_mut().and_then(|record| record.pieces.get_mut(&item)) {
            piece.join(&clean(text), "\n", place);
        }
    }
}

/// Whether a line belongs to the options of the line above: it has boxes, or is the one of one's own.
fn goes_on_with_ticks(text: &str) -> bool {
    has_marks(text) || ["其他", "其它"].iter().any(|word| text.starts_with(word))
}

/// The number that a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    /// Its first row of signs: 1, 一 or ①.
    style: char,
    /// Whether it stands in brackets, as points within an answer do.
    in_brackets: bool,
    value: usize,
}

fn number(text: &str) -> Option<Number> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || "*＊★※".contains(c));
    let inner = text.trim_start_matches(['（', '(']);
    let first = inner.chars().next()?;
    let arabic: String = inner.chars().take_while(char::is_ascii_digit).collect();
    let (style, value, rest) = if !arabic.is_empty() {
        ('1', arabic.parse().ok()?, inner.strip_prefix(arabic.as_str())?)
    } else {
        let rows = [('一', "一二三四五六七八九十"), ('①', "①②③④⑤⑥⑦⑧⑨⑩")];
        let found = rows.iter().find_map(|(style, row)| Some((*style, row.chars().position(|c| c == first)? + 1)))?;
        (found.0, found.1, inner.strip_prefix(first)?)
    };
    // 一种方法 and 3个 are no numbers of labels.
    let delimited = style == '①' || rest.starts_with(['、', '.', '．', '）', ')', ' ', ',', '，', ':', '：']);
    (delimited && value < 100).then_some(Number { style, in_brackets: inner.len() < text.len(), value })
}

/// Whether a line after a gap is a paragraph, not the heading of the form's next part.
fn is_prose(text: &str) -> bool {
    let heading = text.chars().count() <= 15
        && text.starts_with(|c: char| "一二三四五六七八九十第（(【".contains(c))
        && !text.contains(['。', '；', '，', ';', ',']);
    !heading
}

/// The item, label and value of a line that begins with an item's label and a colon.
pub(super) fn labelled<'t>(text: &'t str, labels: &Labels<'_>) -> Option<(usize, &'t str, &'t str)> {
    labelled_from(text, labels, FITS)
}

fn labelled_from<'t>(text: &'t str, labels: &Labels<'_>, at_least: Score) -> Option<(usize, &'t str, &'t str)> {
    let bracketed = text.strip_prefix('【').and_then(|rest| rest.split_once('】'));
    if let Some((label, value)) = bracketed
        && let Some((item, _)) = labels.item_of(label, at_least)
    {
        return Some((item, label, value.trim_start().trim_start_matches(COLONS)));
    }
    // The first colon may be one inside the label's brackets: 营业收入（单位：万元）：1200.
    for (at, colon) in text.char_indices().filter(|(_, c)| COLONS.contains(c)).take(3) {
        let (label, rest) = text.split_at_checked(at)?;
        let value = rest.strip_prefix(colon)?;
        if label.chars().count() > LONGEST {
            return None;
        }
        let depth = label.matches(['(', '（']).count() > label.matches([')', '）']).count();
        if depth {
            continue;
        }
        if let Some((item, _)) = labels.item_of(label, at_least) {
            return Some((item, label, value));
        }
    }
    None
}

/// Cuts a value where, after a gap, another label follows: `某公司    联系人：张三`.
fn cut_at_next_label(value: &str) -> (&str, Option<&str>) {
    let gaps = value.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at);
    for at in gaps {
        let Some((before, after)) = value.split_at_checked(at) else { continue };
        let next = after.trim_start();
        let wide = after.chars().count() - next.chars().count() >= 2 || after.starts_with(['\t', '\u{3000}']);
        let label = next.split_once(COLONS).map(|(label, _)| label);
        if wide
            && !before.trim().is_empty()
            && label.is_some_and(|label| label.chars().count() <= 20 && !label.contains(char::is_whitespace))
        {
            return (before, Some(next));
        }
    }
    (value, None)
}

/// The value of a label line up to a further label on the same line, without the form's own underscores.
pub(super) fn first_value(value: &str) -> String {
    without_blanks(&clean(cut_at_next_label(value).0))
}

/// Takes away the line of underscores that a form prints where an answer goes.
fn without_blanks(text: &str) -> String {
    text.trim_matches(|c: char| c == '_' || c == '＿' || c.is_whitespace()).to_owned()
}

fn ends_answer(text: &str) -> bool {
    let bare = text.trim_end_matches(['!', '！', '。', '~', '，', ',', '：', ':']).to_lowercase();
    if text.is_empty() || bare.chars().all(|c| matches!(c, '-' | '—' | '_' | '=' | '*')) {
        return text.is_empty() || text.chars().count() >= 2;
    }
    let of_sender = text.split_once(COLONS).is_some_and(|(label, _)| {
        let label: String = label.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
        SENDERS.contains(&label.as_str()) || is_common_label(&label)
    });
    of_sender
        || CLOSINGS.contains(&bare.as_str())
        || ["发自我的", "来自我的", "从我的", "sent from", "发自 ", "获取 outlook"]
            .iter()
            .any(|sign| bare.starts_with(sign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::Survey;

    fn check(text: &str, expected: &[&[(&str, &str)]]) {
        let survey = Survey::founding().unwrap();
        let labels = Labels::new(&survey);
        let lines: Vec<Line<'_>> = (1..)
            .zip(text.split('\n'))
            .map(|(number, text)| Line { text, place: Place { source: "body".into(), spot: Spot::Line(number) } })
            .collect();
        let read: Vec<Vec<(String, String)>> = records(&lines, &labels)
            .iter()
            .map(|record| {
                record
                    .pieces
                    .iter()
                    .map(|(item, piece)| (survey.items[*item].key.clone(), piece.text.clone()))
                    .collect()
            })
            .collect();
        let expected: Vec<Vec<(String, String)>> = expected
            .iter()
            .map(|record| record.iter().map(|(key, text)| ((*key).into(), (*text).into())).collect())
            .collect();
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn label_lines_are_read_and_the_greeting_is_not() {
        check(
            "陶科长：您好！\n\n企业名称：甲公司\n2017年营收：100万元\n\n谢谢！",
            &[&[("name", "甲公司"), ("revenue", "100万元")]],
        );
    }

    #[test]
    fn an_answer_goes_on_over_lines_and_ends_before_the_signature() {
        check(
            "企业名称：甲公司\n核心技术：（1）视觉；\n（2）语音\n-- \n张三\n公司：甲公司\n电话：1",
            &[&[("name", "甲公司"), ("technology", "（1）视觉；\n（2）语音")]],
        );
    }

    #[test]
    fn a_numbered_label_that_is_not_known_ends_the_answer_above_it() {
        for [one, two, three] in [["1、", "2、", "3、"], ["（一）", "（二）", "（三）"], ["①", "②", "③"]]
        {
            check(
                &format!("{one}企业名称：甲公司\n{two}核心技术：视觉\n{three}获奖及荣誉：一等奖"),
                &[&[("name", "甲公司"), ("technology", "视觉")]],
            );
        }
        check(
            "企业名称：甲公司\n核心技术：两项：\n1、视觉：自研\n2、语音：自研",
            &[&[("name", "甲公司"), ("technology", "两项：\n1、视觉：自研\n2、语音：自研")]],
        );
    }

    #[test]
    fn a_line_like_a_missing_label_is_no_part_of_the_answer_above_it() {
        check(
            "企业名称：甲公司\n行业地位：前列\n平台建设与技术情况综述：自研视觉平台",
            &[&[("name", "甲公司"), ("position", "前列")]],
        );
    }

    #[test]
    fn a_further_paragraph_of_an_answer_is_not_lost() {
        check(
            "企业名称：甲公司\n\n核心技术：自研视觉算法。\n\n另建有数据标注平台，已服务20家企业。\n\n二、经营情况\n\n2017年营收：100万元\n\n以上材料请查收。",
            &[&[
                ("name", "甲公司"),
                ("technology", "自研视觉算法。\n另建有数据标注平台，已服务20家企业。"),
                ("revenue", "100万元"),
            ]],
        );
    }

    #[test]
    fn points_within_an_answer_are_not_taken_for_the_next_label() {
        check(
            "1、企业名称：甲公司\n2、核心技术：\n（1）视觉：自研\n（2）语音：自研\n（3）平台：自建\n3、攻关方向：力控",
            &[&[
                ("name", "甲公司"),
                ("technology", "（1）视觉：自研\n（2）语音：自研\n（3）平台：自建"),
                ("direction", "力控"),
            ]],
        );
        check(
            "企业名称：甲公司\n1、核心技术：\n1、视觉：自研\n2、语音：自研\n2、攻关方向：力控",
            &[&[("name", "甲公司"), ("technology", "1、视觉：自研\n2、语音：自研"), ("direction", "力控")]],
        );
    }

    #[test]
    fn another_years_amount_is_no_part_of_the_answer_above() {
        check(
            "企业名称：甲公司\n攻关方向：力控\n2016年营业收入：800万元\n2017年营业收入：1200万元",
            &[&[("name", "甲公司"), ("direction", "力控"), ("revenue", "1200万元")]],
        );
    }

    #[test]
    fn labels_in_lenticular_brackets_are_labels() {
        check("【企业名称】甲公司\n【行业地位】：前十", &[&[("name", "甲公司"), ("position", "前十")]]);
    }

    #[test]
    fn a_reworded_label_does_not_end_in_the_answer_above() {
        check(
            "企业名称：甲公司\n核心技术：视觉\n拥有产品、专利情况：机器人\n行业地位、市场份额：前十",
            &[&[("name", "甲公司"), ("position", "前十"), ("technology", "视觉"), ("products", "机器人")]],
        );
    }

    #[test]
    fn two_labels_on_one_line_are_two() {
        check("企业名称：甲公司　　联系人：张三\n行业地位：前十", &[&[("name", "甲公司"), ("position", "前十")]]);
    }

    #[test]
    fn a_unit_in_the_label_is_no_end_of_it() {
        check("企业名称：甲公司\n营业收入（单位：万元）：1200", &[&[("name", "甲公司"), ("revenue", "1200")]]);
    }

    #[test]
    fn several_respondents_one_after_another_are_several() {
        check(
            "企业名称：甲\n行业地位：一\n\n企业名称：乙\n行业地位：二",
            &[&[("name", "甲"), ("position", "一")], &[("name", "乙"), ("position", "二")]],
        );
    }

    #[test]
    fn a_signature_is_no_return() {
        check("张三\n公司：甲公司\n电话：123", &[]);
        check("您好：\n请问单位：万元还是元？", &[]);
    }
}
