//! Whole notices, as their receivers see them.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use mail_parser::{MessageParser, MimeHeaders};
use rust_decimal::Decimal;

use super::*;
use crate::issue::{Figure, Hint, Issue, Problem};
use crate::reading::{Narrative, Return};
use crate::value::{UnitSource, Value};
use crate::verdict::{Disposition, Folded, History, Known, Reply, Ruling, Silence, Standing, Version};

/// One case: what came, and how it stands.
struct Case {
    reading: Reading,
    standings: Vec<Folded>,
    received_at: &'static str,
    rereading: Option<i64>,
    wants_narrative: bool,
    done: Done,
}

impl Case {
    fn of(returns: Vec<(Return, Standing)>) -> Self {
        let standings =
            returns.iter().map(|(one, standing)| Folded { standing: *standing, effective: one.clone() }).collect();
        let reading = sample::reading(returns.into_iter().map(|(one, _)| one).collect());
        Self {
            reading,
            standings,
            received_at: "2017-12-19T10:32:00+08:00",
            rereading: None,
            wants_narrative: false,
            done: Done::default(),
        }
    }

    fn compose(&self) -> Notice {
        self.try_compose().expect("a notice")
    }

    fn try_compose(&self) -> Result<Notice, ComposeError> {
        self.compose_with(&[])
    }

    fn compose_with(&self, enclosures: &[Enclosure]) -> Result<Notice, ComposeError> {
        self.with_occasion(|occasion, reply| composer().compose_with(occasion, reply, enclosures))
    }

    /// The mail that speaks of a file, and what is to be made.
    fn awaiting(&self, known: &Known) -> Option<Awaiting> {
        self.with_occasion(|occasion, _| composer().compose_awaiting(occasion, known)).expect("a notice")
    }

    fn with_occasion<T>(&self, compose: impl FnOnce(&Occasion<'_>, Reply) -> T) -> T {
        let received_at: Timestamp = self.received_at.parse().expect("a time");
        let errors = self.reading.issues.iter().chain(self.reading.returns.iter().flat_map(|one| &one.issues));
        let is_faulty = errors.filter(|issue| issue.is_error()).count() > 0;
        let verdict = Verdict {
            disposition: if is_faulty { Disposition::Correction } else { Disposition::Accepted },
            issues: self.reading.issues.clone(),
            returns: self.standings.clone(),
            remarks: Vec::new(),
            reply: Err(Silence::NoAddress),
            mended: None,
        };
        let occasion = Occasion {
            message: 17,
            rereading: self.rereading,
            received_at,
            now: received_at,
            token: "K7M2QX",
            envelope: &self.reading.envelope,
            reading: &self.reading,
            verdict: &verdict,
            survey: &sample::survey(),
            earlier: &[],
            done: &self.done,
            wants_narrative: self.wants_narrative,
        };
        let reply = if is_faulty { Reply::Correction } else { Reply::Receipt };
        compose(&occasion, reply)
    }

    /// The subject and text of the notice.
    fn text(&self) -> String {
        let notice = self.compose();
        let mail = MessageParser::default().parse(&notice.bytes).expect("a mail");
        let text = mail.body_text(0).expect("a text").replace("\r\n", "\n");
        keep_picture(&text, &mail.body_html(0).expect("HTML"));
        format!("{}\n\n{text}", mail.subject().expect("a subject"))
    }
}

/// Writes the HTML where a browser can take a picture of it, when asked to by `POSTROOM_NOTICE_PAGES`.
pub(super) fn keep_picture(text: &str, html: &str) {
    let Some(folder) = std::env::var_os("POSTROOM_NOTICE_PAGES") else { return };
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let name = format!("{:016x}.html", hasher.finish());
    std::fs::write(std::path::Path::new(&folder).join(name), html).expect("a page");
}

fn composer() -> Composer {
    let settings = Settings {
        transport: "main".into(),
        from: "禾塘区调查收发室 <collect@district.example>".into(),
        sign_off: "禾塘区科技和工业信息化局".into(),
        time_zone: TimeZone::fixed(jiff::tz::offset(8)),
    };
    Composer::new(&BTreeMap::new(), settings).expect("shipped templates")
}

const NAME: &str = "岭泽市示例智能科技有限公司";

fn unit_missing(row: u32) -> Issue {
    Issue::of_item("revenue", Problem::UnitMissing { text: "1200".into() }, Some(sample::cell(row, 5)))
}

fn missing(item: &str, column: u32) -> Issue {
    Issue::of_item(item, Problem::Missing, Some(sample::cell(3, column)))
}

#[test]
fn a_receipt_is_a_proof_in_a_few_lines() {
    let mut case = Case::of(vec![(sample::complete(NAME), Standing::Complete)]);
    case.reading.narratives.push(Narrative {
        attachment: "材料.zip/简介.docx".into(),
        respondent: Some(NAME.into()),
        ..Narrative::default()
    });
    insta::assert_snapshot!(case.text());
}

#[test]
fn a_key_enterprise_is_asked_for_written_material_in_its_receipt() {
    let asked = |standing: Standing| {
        let case = Case::of(vec![(sample::complete(NAME), standing)]);
        Case { wants_narrative: true, ..case }.text().contains("贵单位是重点企业，请另附文字材料")
    };
    assert!(asked(Standing::Complete));
    assert!(!asked(Standing::Contested), "what is not registered is not said to be");
}

#[test]
fn a_receipt_for_many_enterprises_stays_short() {
    let names = (1..=30).map(|n| (sample::complete(&format!("示例企业{n}号有限公司")), Standing::Complete));
    insta::assert_snapshot!(Case::of(names.collect()).text());
}

#[test]
fn the_same_again_gets_a_short_receipt() {
    insta::assert_snapshot!(Case::of(vec![(sample::complete(NAME), Standing::Duplicate)]).text());
}

#[test]
fn an_answer_after_a_rereading_says_so_and_is_a_mail_of_its_own() {
    for errors in [Vec::new(), vec![unit_missing(3)]] {
        let first = Case::of(vec![(sample::faulty(NAME, errors), Standing::InCorrection)]);
        let again = Case { rereading: Some(2), ..first };
        let (notice, text) = (again.compose(), again.text());
        assert!(text.contains("我们重新核读了您"), "{text}");
        let first = Case { rereading: None, ..again };
        assert!(!first.text().contains("重新核读"));
        assert_eq!((first.compose().key.as_str(), notice.key.as_str()), ("reply:17", "replay:17:2"));
        assert_ne!(first.compose().message_id, notice.message_id);
    }
}

#[test]
fn a_contested_return_is_said_to_wait() {
    insta::assert_snapshot!(Case::of(vec![(sample::complete(NAME), Standing::Contested)]).text());
}

#[test]
fn a_return_without_a_name_is_spoken_of_in_whole_sentences() {
    let mut nameless = sample::complete(NAME);
    nameless.answers.remove("name");
    let case = Case::of(vec![(nameless, Standing::Contested)]);
    let mail = case.compose();
    let parsed = MessageParser::default().parse(&mail.bytes).expect("a mail");
    for said in [parsed.body_text(0).expect("a text"), parsed.body_html(0).expect("HTML")] {
        assert!(said.contains("所报单位：来信邮箱不是该单位登记的报送邮箱"), "{said}");
        assert!(!said.contains("（未写名称）："), "{said}");
    }
}

/// What plain replies did, as [`together()`] gathers it.
fn done() -> Done {
    let change = |item: &str, before: Option<&str>, after: &str| {
        let before = before.map(str::to_owned);
        (NAME.to_owned(), crate::verdict::Changed { item: item.into(), before, after: after.into() })
    };
    Done {
        changes: vec![change("position", None, "省内前五"), change("revenue", Some("1200"), "1200万元")],
        confirmed: vec![(NAME.to_owned(), "revenue".to_owned())],
        withdrawn: Vec::new(),
        unread: vec!["照片.jpg".to_owned()],
        is_handed_over: true,
    }
}

#[test]
fn a_receipt_tells_what_plain_replies_did_and_what_was_not_read() {
    let case = Case::of(vec![(sample::complete(NAME), Standing::Complete)]);
    insta::assert_snapshot!(Case { done: done(), ..case }.text());
}

#[test]
fn a_correction_tells_what_plain_replies_did_besides_what_is_left() {
    let case = Case::of(vec![(sample::faulty(NAME, vec![missing("products", 3)]), Standing::InCorrection)]);
    insta::assert_snapshot!(Case { done: done(), ..case }.text());
}

#[test]
fn what_says_the_same_as_something_discarded_is_not_said_to_be_registered() {
    insta::assert_snapshot!(Case::of(vec![(sample::complete(NAME), Standing::Discarded)]).text());
}

#[test]
fn a_late_receipt_says_so() {
    let case = Case::of(vec![(sample::complete(NAME), Standing::Complete)]);
    insta::assert_snapshot!(Case { received_at: "2017-12-21T00:00:00+08:00", ..case }.text());
}

#[test]
fn the_last_minute_of_the_deadline_is_in_time() {
    let case = Case::of(vec![(sample::complete(NAME), Standing::Complete)]);
    let text = Case { received_at: "2017-12-20T23:59:59+08:00", ..case }.text();
    assert!(!text.contains("逾期"), "{text}");
}

#[test]
fn narratives_alone_get_a_receipt() {
    let mut case = Case::of(Vec::new());
    case.reading.narratives.push(Narrative { attachment: "简介.docx".into(), ..Narrative::default() });
    insta::assert_snapshot!(case.text());
}

#[test]
fn an_amount_out_of_proportion_is_pointed_out() {
    let mut one = sample::complete(NAME);
    one.issues.push(Issue::of_item("revenue", Problem::Implausible, Some(sample::cell(3, 5))));
    let text = Case::of(vec![(one, Standing::Complete)]).text();
    assert!(text.contains("营业收入为1200万元，与通常情况相差较大"), "{text}");
    assert!(!text.contains("请核对数额"), "it is asked once: {text}");
}

/// A figure of this mail that was compared with others.
fn odd(problems: Vec<Problem>) -> Return {
    let mut one = sample::complete(NAME);
    one.issues.extend(problems.into_iter().map(|one| Issue::of_item("revenue", one, Some(sample::cell(3, 5)))));
    one
}

fn unlike_before(times: Option<&str>, hint: Hint) -> Problem {
    let end = "1000000".parse().ok();
    let before = Figure { low: end, high: end, currency: Some("CNY".into()) };
    Problem::UnlikeBefore { before, times: times.map(|times| times.parse().expect("a decimal")), hint }
}

fn unlike_size(hint: Hint) -> Problem {
    Problem::UnlikeSize { class: "微型".into(), times: Decimal::from(6), hint }
}

#[test]
fn a_figure_unlike_last_years_is_put_as_a_question() {
    insta::assert_snapshot!(
        Case::of(vec![(odd(vec![unlike_before(Some("12"), Hint::Figure)]), Standing::Complete)]).text()
    );
}

#[test]
fn a_figure_is_asked_about_once_with_all_reasons_that_its_sender_may_hear() {
    let check = |problems: Vec<Problem>, says: &str| {
        let text = Case::of(vec![(odd(problems), Standing::Complete)]).text();
        let asked: Vec<&str> = text.lines().filter(|line| line.contains("情况属实")).collect();
        match (asked.as_slice(), says) {
            ([], "") => {}
            ([line], says) => assert!(line.starts_with(&format!("营业收入为1200万元，{says}。如确实如此")), "{line}"),
            _ => panic!("{asked:?} instead of {says:?}"),
        }
    };
    check(vec![unlike_before(Some("0.0833"), Hint::Figure)], "与上期所报的100万元相差较大（约1/12）");
    check(vec![unlike_before(None, Hint::Figure)], "与上期所报的100万元相差较大");
    check(vec![unlike_before(Some("12"), Hint::Unlike)], "与上期数额相差较大");
    check(vec![unlike_before(Some("12"), Hint::Nothing)], "");
    check(vec![unlike_size(Hint::Unlike)], "与同等规模企业的通常水平相差较大");
    check(vec![unlike_size(Hint::Nothing)], "");
    let both = vec![unlike_before(Some("12"), Hint::Figure), unlike_size(Hint::Unlike)];
    check(both, "与上期所报的100万元相差较大（约12倍），也与同等规模企业的通常水平相差较大");
    let all = vec![Problem::Implausible, unlike_before(Some("12"), Hint::Unlike), unlike_size(Hint::Unlike)];
    check(all, "与上期数额相差较大，也与同等规模企业的通常水平相差较大");
    check(vec![Problem::Implausible, unlike_size(Hint::Nothing)], "与通常情况相差较大");
}

#[test]
fn of_several_enterprises_the_question_names_one_and_how_to_answer_for_it() {
    let other = (sample::complete("岭泽市另一家有限公司"), Standing::Complete);
    let text = Case::of(vec![(odd(vec![unlike_size(Hint::Unlike)]), Standing::Complete), other]).text();
    assert!(text.contains(&format!("{NAME}的营业收入为1200万元")), "{text}");
    assert!(text.contains(&format!("“企业名称：{NAME}，情况属实”")), "{text}");
}

#[test]
fn who_is_contested_is_asked_to_confirm_nothing() {
    for problem in [Problem::Implausible, unlike_before(Some("12"), Hint::Figure)] {
        let text = Case::of(vec![(odd(vec![problem]), Standing::Contested)]).text();
        assert!(!text.contains("情况属实"), "{text}");
    }
}

#[test]
fn a_correction_asks_about_odd_figures_as_well() {
    let mut one = odd(vec![unlike_before(Some("12"), Hint::Figure)]);
    one.answers.remove("products");
    one.issues.push(missing("products", 3));
    insta::assert_snapshot!(Case::of(vec![(one, Standing::InCorrection)]).text());
}

#[test]
fn a_correction_names_each_issue_and_what_to_write() {
    let issues = vec![unit_missing(3), missing("products", 3)];
    insta::assert_snapshot!(Case::of(vec![(sample::faulty(NAME, issues), Standing::InCorrection)]).text());
}

#[test]
fn a_correction_of_many_issues_says_five_and_counts_the_rest() {
    let items = [("position", 1), ("technology", 2), ("products", 3), ("direction", 4)];
    let mut issues: Vec<Issue> = items.map(|(item, column)| missing(item, column)).into();
    issues.push(unit_missing(3));
    let mut case = Case::of(vec![(sample::faulty(NAME, issues), Standing::InCorrection)]);
    case.reading.issues.push(Issue::of_attachment("专利.rar", Problem::Encrypted));
    case.reading.issues.push(Issue::of_attachment("合影.doc", Problem::Unreadable { why: "truncated".into() }));
    insta::assert_snapshot!(case.text());
}

#[test]
fn a_correction_for_many_enterprises_says_each_cause_once() {
    let returns = (0..30).map(|row| {
        let products = Issue::of_item("products", Problem::Missing, None);
        (
            sample::faulty(&format!("示例企业{row}号有限公司"), vec![unit_missing(row + 3), products]),
            Standing::InCorrection,
        )
    });
    insta::assert_snapshot!(Case::of(returns.collect()).text());
}

#[test]
fn a_correction_beside_a_complete_return_says_that_it_stands() {
    insta::assert_snapshot!(Case::of(vec![(sample::faulty(NAME, vec![unit_missing(3)]), Standing::Pending)]).text());
}

#[test]
fn a_file_that_cannot_be_opened_does_not_ask_for_the_table_again() {
    let mut case = Case::of(vec![(sample::complete(NAME), Standing::Complete)]);
    case.reading.issues.push(Issue::of_attachment("专利.rar", Problem::Encrypted));
    insta::assert_snapshot!(case.text());
}

#[test]
fn a_mail_without_a_table_is_told_what_to_send() {
    let mut case = Case::of(Vec::new());
    case.reading.issues.push(Issue::of_message(Problem::NoTable));
    insta::assert_snapshot!(Case { received_at: "2017-12-22T09:00:00+08:00", ..case }.text());
}

#[test]
fn what_was_mended_by_parts_is_not_asked_for_again() {
    let issues =
        ["position", "technology", "products", "direction"].map(|item| Issue::of_item(item, Problem::Missing, None));
    let mut case = Case::of(vec![(sample::faulty(NAME, issues.into()), Standing::Complete)]);
    case.standings[0].effective = sample::complete(NAME);
    assert_eq!(case.compose().kind, Kind::Receipt);
    insta::assert_snapshot!(case.text());
}

#[test]
fn an_older_answer_is_never_shown_to_whoever_mends_another_item() {
    let mut case = Case::of(vec![(sample::faulty(NAME, vec![unit_missing(3)]), Standing::InCorrection)]);
    case.reading.returns[0].issues = vec![Issue::of_item("revenue", Problem::Missing, None)];
    case.reading.returns[0].answers.remove("revenue");
    let text = case.text();
    assert!(text.contains("位置：此前来信的文件“调查表.xlsx”"), "{text}");
    assert!(!text.contains("填写的是"), "{text}");
}

#[test]
fn the_headers_thread_the_notice_and_stop_loops() {
    let notice = Case::of(vec![(sample::complete(NAME), Standing::Complete)]).compose();
    let mail = String::from_utf8(notice.bytes.clone()).expect("ASCII");
    let headers = mail.split_once("\r\n\r\n").expect("headers").0;
    // `From` stays on one line whatever its length.
    assert!(mail.is_ascii() && mail.lines().all(|line| line.len() <= 76 || line.starts_with("From:")), "{mail}");
    insta::assert_snapshot!(headers.replace("\r\n", "\n"));
    let parsed = MessageParser::default().parse(&notice.bytes).expect("a mail");
    let from = parsed.from().and_then(|from| from.first()).expect("a sender");
    assert_eq!((from.name(), from.address()), (Some("禾塘区调查收发室"), Some("collect@district.example")));
    let to = parsed.to().and_then(|to| to.first()).expect("a receiver");
    assert_eq!((to.name(), to.address()), (Some("张敏"), Some("zhang@example.cn")));
    assert_eq!(parsed.subject(), Some("回复：调查表 [收K7M2QX]"));
    assert_eq!(parsed.date().map(|date| date.to_rfc3339()), Some("2017-12-19T10:32:00+08:00".into()));
    assert_eq!(parsed.message_id(), Some(notice.message_id.as_str()));
    assert_eq!(parsed.content_type().map(|kind| kind.ctype()), Some("multipart"));
}

#[test]
fn a_notice_composed_again_is_the_same_mail() {
    let case = Case::of(vec![(sample::complete(NAME), Standing::Complete)]);
    assert_eq!(case.compose(), case.compose());
}

#[test]
fn enclosed_files_arrive_as_they_are_under_names_that_every_client_shows() {
    let enclosure = |name: &str, bytes: &[u8]| Enclosure {
        name: name.into(),
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".into(),
        bytes: bytes.into(),
    };
    let files = [enclosure("form.xlsx", &[0, 255, 10, 13].repeat(200)), enclosure("copy.xlsx", b"")];
    let case = Case::of(vec![(sample::complete(NAME), Standing::Complete)]);
    let notice = case.compose_with(&files).expect("a notice");
    let raw = String::from_utf8(notice.bytes.clone()).expect("ASCII");
    // The types of Office's formats are longer than a line should be, and must not be folded.
    assert!(raw.lines().all(|line| line.len() <= 76 || line.starts_with("From:") || line.starts_with("Content-Type:")));
    assert!(raw.contains(" name=\"form.xlsx\"\r\n") && raw.contains(" filename=\"form.xlsx\"\r\n"), "{raw}");
    let mail = MessageParser::default().parse(&notice.bytes).expect("a mail");
    let found: Vec<_> = mail.attachments().map(|part| (part.attachment_name(), part.contents().to_vec())).collect();
    assert_eq!(found, [(Some("form.xlsx"), files[0].bytes.clone()), (Some("copy.xlsx"), Vec::new())]);
    let bare = case.compose();
    let plain = MessageParser::default().parse(&bare.bytes).expect("a mail");
    assert_eq!((mail.body_text(0), mail.body_html(0)), (plain.body_text(0), plain.body_html(0)));
    let ours = crate::mail::parse(&notice.bytes);
    assert_eq!(ours.attachments.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["form.xlsx", "copy.xlsx"]);
}

#[test]
fn the_senders_own_file_is_marked_where_all_that_is_faulty_stands_in_it() {
    let issues = vec![unit_missing(3), missing("products", 3)];
    let mut case = Case::of(vec![(sample::faulty(NAME, issues), Standing::InCorrection)]);
    case.reading.attachments[0].kind = "xlsx".into();
    let file = case.awaiting(&Known::default()).expect("a plan").plan.file.expect("the own file");
    assert_eq!((file.message, file.path.as_str()), (17, "调查表.xlsx"));
    let notes: Vec<_> = file.notes.iter().map(|note| format!("{} {}", note.place, note.text)).collect();
    assert_eq!(
        notes,
        [
            "调查表.xlsx!Sheet1!D4 “主要产品”没有填写，请补填，确实没有的请填“无”。",
            "调查表.xlsx!Sheet1!F4 “营业收入”填写的是“1200”，没有写单位，请写明是“1200万元”还是“1200元”。",
        ]
    );
}

#[test]
fn the_form_goes_where_no_cell_of_the_own_file_could_be_marked() {
    let column = Issue::of_item("products", Problem::Missing, None);
    let elsewhere = Issue { place: Some(crate::place::Place::whole("其他.docx")), ..unit_missing(3) };
    for (kind, issues) in [
        ("pdf", vec![unit_missing(3)]),
        ("xlsx", vec![unit_missing(3), column]),
        ("xlsx", vec![elsewhere, missing("products", 3)]),
    ] {
        let mut case = Case::of(vec![(sample::faulty(NAME, issues.clone()), Standing::InCorrection)]);
        case.reading.attachments[0].kind = kind.into();
        let plan = case.awaiting(&Known::default()).expect("a plan").plan;
        assert_eq!(plan.file, None, "{issues:?}");
        assert_eq!(plan.rows[0].texts.get("name").map(String::as_str), Some(NAME));
        let keys: Vec<&str> = plan.rows[0].notes.keys().map(String::as_str).collect();
        assert!(keys.contains(&"revenue"), "{keys:?}");
    }
    let mut case = Case::of(Vec::new());
    case.reading.issues.push(Issue::of_message(Problem::NoTable));
    assert_eq!(case.awaiting(&Known::default()), None, "nothing was read");
}

#[test]
fn the_form_is_filled_with_nothing_that_another_address_sent() {
    let mut case = Case::of(vec![(sample::faulty(NAME, vec![unit_missing(3)]), Standing::InCorrection)]);
    let read = &mut case.reading.returns[0];
    read.answers.retain(|key, _| key == "name" || key == "revenue");
    let mut earlier = sample::complete(NAME);
    earlier.answers.retain(|key, _| key == "products");
    let texts = |sender: &str| {
        let version = Version {
            act: crate::verdict::Act::Returns,
            sender: sender.into(),
            held: false,
            ruling: Ruling::None,
            vouched: crate::verdict::Vouched::ByNobody,
            as_read: earlier.clone(),
            remarks: Vec::new(),
        };
        let history = History { versions: vec![version], before: 1 };
        let key = crate::verdict::identity_key(&case.reading.returns[0]);
        let known = Known { histories: BTreeMap::from([(key, history)]), ..Known::default() };
        case.awaiting(&known).expect("a plan").plan.rows[0].texts.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(texts("zhang@example.cn"), ["name", "products", "revenue"]);
    assert_eq!(texts("other@example.cn"), ["name", "revenue"]);
    // Whoever writes in another's name, to be answered elsewhere, gets nothing of that one's.
    let mut forged = case;
    forged.reading.envelope.reply_to = "forger@example.cn".into();
    let version = Version {
        act: crate::verdict::Act::Returns,
        sender: "zhang@example.cn".into(),
        held: false,
        ruling: Ruling::None,
        vouched: crate::verdict::Vouched::ByNobody,
        as_read: earlier.clone(),
        remarks: Vec::new(),
    };
    let history = History { versions: vec![version], before: 1 };
    let known = Known { histories: BTreeMap::from([(String::new(), history)]), ..Known::default() };
    let rows = forged.awaiting(&known).expect("a plan").plan.rows;
    assert_eq!(rows[0].texts.keys().collect::<Vec<_>>(), ["name", "revenue"]);
}

#[test]
fn the_form_keeps_the_unit_that_stood_in_the_senders_label() {
    let mut one = sample::faulty(NAME, vec![missing("products", 3)]);
    let revenue = one.answers.get_mut("revenue").expect("an answer");
    let Value::Money(Some(money)) = &mut revenue.value else { panic!("no amount") };
    money.unit = UnitSource::Label;
    revenue.text = "1200".into();
    let plan = Case::of(vec![(one, Standing::InCorrection)]).awaiting(&Known::default()).expect("a plan").plan;
    assert_eq!(plan.rows[0].texts["revenue"], "1200万元");
}

#[test]
fn a_mail_that_speaks_of_a_file_is_the_same_mail_with_it() {
    let case = Case::of(vec![(sample::faulty(NAME, vec![unit_missing(3)]), Standing::InCorrection)]);
    let (bare, awaiting) = (case.compose(), case.awaiting(&Known::default()).expect("a plan"));
    let file = Enclosure { name: "form.docx".into(), media_type: "application/msword".into(), bytes: vec![7; 300] };
    let enclosed = enclose(&awaiting.mail, std::slice::from_ref(&file));
    let mail = MessageParser::default().parse(&enclosed).expect("a mail");
    assert_eq!(mail.message_id(), Some(bare.message_id.as_str()));
    assert_eq!(mail.attachment(0).map(|part| part.contents().to_vec()), Some(file.bytes));
    let text = mail.body_text(0).expect("a text").replace("\r\n", "\n");
    keep_picture(&text, &mail.body_html(0).expect("HTML"));
    insta::assert_snapshot!(text);
    assert_eq!(enclose(&awaiting.mail, &[]), awaiting.mail);
}

#[test]
fn a_name_of_markup_stays_a_name() {
    let notice = Case::of(vec![(sample::complete("<b>某企业</b>\r\n<img src=x>"), Standing::Complete)]).compose();
    let mail = MessageParser::default().parse(&notice.bytes).expect("a mail");
    let html = mail.body_html(0).expect("HTML");
    assert!(html.contains("&lt;b&gt;某企业&lt;") && !html.contains("<img"), "{html}");
}

#[test]
fn another_reply_address_is_not_called_by_the_senders_name() {
    let mut case = Case::of(vec![(sample::complete(NAME), Standing::Complete)]);
    case.reading.envelope.reply_to = "office@example.cn".into();
    let notice = case.compose();
    assert_eq!(notice.recipient, "office@example.cn");
    assert!(String::from_utf8(notice.bytes).expect("ASCII").contains("\r\nTo: office@example.cn\r\n"));
}

#[test]
fn an_address_that_cannot_be_answered_is_an_error() {
    let mut case = Case::of(Vec::new());
    for address in ["", "zhang", "zhang@example.cn\r\nBcc: x@y.example", "张@example.cn"] {
        case.reading.envelope.reply_to = address.into();
        assert!(matches!(case.try_compose(), Err(ComposeError::Recipient { .. })), "{address}");
    }
}
