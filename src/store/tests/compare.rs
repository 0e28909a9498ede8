//! Figures beside those of the period before and of the enterprise's size: what is remarked, who may hear of it, and what no later
//! roster and no rereading changes.

use super::*;
use crate::reading::amend::{Amendment, Confirmation, PlainReply, Said, Target};
use crate::roster::Invited;
use crate::survey::{Class, Previous, Size, Source};
use crate::verdict::Standing;
use crate::verdict::senders::{Policy, ReplyTo};

const NOW: &str = "ai-industry-2017";
const BEFORE: &str = "ai-industry-2016";
const NAME: &str = "岭泽市示例科技有限公司";
const FIRM: &str = "li@firm.example";
const STRANGER: &str = "wang@elsewhere.example";
const CODE: &str = "91990000MA0000001B";

/// Whoever asks for revenue compares it with what this says.
fn this_year(previous: Option<Source>) -> Survey {
    let mut survey = Survey { revision: "r2".into(), ..survey() };
    let class = |name: &str, interval: &str| Class { name: name.into(), interval: interval.into(), line: 1 };
    let revenue = survey.items.last_mut().unwrap();
    let factor = Decimal::from(5);
    revenue.previous = previous.map(|source| Previous { source, factor, line: 1 });
    revenue.size = Some(Size {
        roster: "规模".into(),
        classes: vec![class("小型", "300万元-2000万元"), class("大型", "4亿元以上")],
        factor,
    });
    survey
}

fn last_years() -> Source {
    Source::Answer { survey: BEFORE.into(), item: "revenue".into() }
}

/// An office that collected last year as well.
struct Office {
    house: House,
    surveys: Vec<Survey>,
}

impl Office {
    fn new(previous: Source) -> Self {
        Self::under(Policy::default(), previous)
    }

    fn under(senders: Policy, previous: Source) -> Self {
        let surveys = vec![this_year(Some(previous)), Survey { id: BEFORE.into(), ..survey() }];
        let house = House::under(senders);
        house.store.register_surveys(&surveys, at(1)).wait().unwrap();
        Self { house, surveys }
    }

    /// Last year's return, in ten thousand yuan.
    fn had(&self, sender: &str, name: &str, revenue: i64) {
        let one = a_return(name, Some("机器视觉"), Some(revenue));
        self.reads(Reading { survey: Some(BEFORE.into()), ..reading(sender, vec![one]) });
    }

    fn invites(&self, survey: &str, one: Invited) {
        self.house.store.set_roster(survey, vec![one], at(500)).wait().unwrap();
    }

    fn gets(&self, sender: &str, revenue: i64) -> Judged {
        self.reads(reading(sender, vec![a_return(NAME, Some("机器视觉"), Some(revenue))]))
    }

    fn reads(&self, read: Reading) -> Judged {
        let uid = u32::try_from(self.house.query("SELECT id FROM message").len()).unwrap() + 1;
        let message = self.house.keep(uid, uid.into());
        let committed = self.house.store.commit_verdict(message, read, at(1_000), self.judge()).wait().unwrap();
        match committed {
            Committed::Judged(judged) => *judged,
            other => panic!("not judged: {other:?}"),
        }
    }

    fn judge(&self) -> Judge {
        let surveys = self.surveys.clone();
        Box::new(move |reading, situation| {
            let id = reading.survey.as_ref().unwrap_or(&reading.plain.survey);
            let survey = surveys.iter().find(|survey| survey.id == *id);
            let verdict = verdict::judge(reading, &situation.known, survey);
            Decision { verdict, notice: None, notice_state: NoticeState::Queued, sending: Sending::default() }
        })
    }

    fn again(&self, message: i64, read: Reading) -> Replayed {
        let rereading = Rereading { message, reading: read, notify: false, now: at(2_000) };
        self.house.store.replay(vec![(rereading, self.judge())]).remove(0).wait().unwrap()
    }

    /// The plain reply to the last message.
    fn hears(&self, sender: &str, plain: PlainReply) -> Judged {
        let token = self.house.query("SELECT token FROM message ORDER BY id DESC LIMIT 1")[0][0].clone();
        let mut read = reading(sender, Vec::new());
        read.envelope.tokens = vec![token];
        let issues = vec![Issue::of_message(Problem::NoTable)];
        let plain = PlainReply { survey: NOW.into(), opening: "reply".into(), ..plain };
        self.reads(Reading { survey: None, attachments: vec![], narratives: vec![], issues, plain, ..read })
    }

    /// The remarks on the return that counts this year: code and hint.
    fn remarks(&self) -> String {
        let sql = "SELECT code || ' ' || json_extract(value, '$.hint') FROM issue, json_each(document, '$.problem')
                   WHERE version IN (SELECT return_version.id FROM return_version
                       JOIN respondent ON respondent.id = return_version.respondent
                       WHERE standing IN ('complete', 'in_correction') AND survey = 'ai-industry-2017')
                   ORDER BY issue.id";
        self.house.query(sql).concat().join(", ")
    }
}

fn invited(name: &str, addresses: &[&str], tags: &[(&str, &str)]) -> Invited {
    Invited {
        name: name.into(),
        addresses: addresses.iter().map(|one| (*one).to_owned()).collect(),
        tags: tags.iter().map(|(tag, value)| ((*tag).to_owned(), (*value).to_owned())).collect(),
        ..Invited::default()
    }
}

fn amends(text: &str) -> PlainReply {
    let place = Place { source: "body".into(), spot: Spot::Line(1) };
    let said = Said { text: text.into(), place };
    PlainReply { amendments: vec![Amendment { target: Target::Item("revenue".into()), said }], ..PlainReply::default() }
}

fn confirms(reason: &str) -> PlainReply {
    PlainReply { confirms: Some(Confirmation { reason: reason.into() }), ..PlainReply::default() }
}

#[test]
fn a_figure_of_another_survey_is_told_to_the_address_that_gave_it() {
    let office = Office::new(last_years());
    office.had(FIRM, NAME, 100);
    let judged = office.gets(FIRM, 1200);
    assert_eq!(office.remarks(), "unlike_before figure");
    assert!(judged.verdict.returns[0].effective.issues.iter().any(|issue| issue.problem.asks()), "it is asked");
    let stored = office.house.query(
        "SELECT json_extract(remarks, '$[0].problem.UnlikeBefore.before.low'),
             json_extract(remarks, '$[0].problem.UnlikeBefore.times') FROM remarked",
    );
    assert_eq!(stored, [["1000000", "12"]]);
}

#[test]
fn who_comes_first_and_is_vouched_for_by_nobody_learns_nothing() {
    let office = Office::new(last_years());
    office.had(FIRM, NAME, 100);
    let judged = office.gets(STRANGER, 1200);
    assert_eq!(judged.returns[0].standing, Standing::Complete);
    assert_eq!(office.remarks(), "unlike_before nothing", "the operator sees it");
    assert!(!judged.verdict.returns[0].effective.issues.iter().any(|issue| issue.problem.asks()));
}

#[test]
fn whom_the_roster_vouches_for_hears_that_it_is_unlike_and_no_figure() {
    let office = Office::new(last_years());
    office.had(STRANGER, NAME, 100);
    office.invites(NOW, invited(NAME, &[FIRM], &[]));
    office.gets("chen@firm.example", 1200);
    assert_eq!(office.remarks(), "unlike_before unlike");
    // Written in the name of the enterprise, to be answered elsewhere: the enterprise hears it, or nobody.
    for (reply_to, wanted) in [(ReplyTo::Known, "unlike_before figure"), (ReplyTo::Always, "unlike_before nothing")] {
        let office = Office::under(Policy { reply_to, ..Policy::default() }, last_years());
        office.had(FIRM, NAME, 100);
        office.invites(NOW, invited(NAME, &[FIRM], &[]));
        let mut forged = reading(FIRM, vec![a_return(NAME, Some("机器视觉"), Some(1200))]);
        forged.envelope.reply_to = STRANGER.into();
        office.reads(forged);
        assert_eq!(office.remarks(), wanted);
    }
}

#[test]
fn the_same_respondent_is_found_by_former_name_and_credit_code() {
    let former = |office: &Office| {
        let one = Invited { former_names: vec!["岭泽市旧名有限公司".into()], ..invited(NAME, &[FIRM], &[]) };
        office.had(FIRM, "岭泽市旧名有限公司", 100);
        office.invites(NOW, one);
    };
    let by_rosters = |office: &Office| {
        let code = || Some(CODE.to_owned());
        office.invites(BEFORE, Invited { credit_code: code(), ..invited("岭泽市旧名有限公司", &[], &[]) });
        office.had(FIRM, "岭泽市旧名有限公司", 100);
        office.invites(NOW, Invited { credit_code: code(), ..invited(NAME, &[FIRM], &[]) });
    };
    let by_answer = |office: &Office| {
        let mut one = a_return("岭泽市旧名有限公司", Some("机器视觉"), Some(100));
        one.answers.insert("code".into(), answer(CODE, 3, Value::CreditCode(Some(CODE.into()))));
        office.reads(Reading { survey: Some(BEFORE.into()), ..reading(FIRM, vec![one]) });
        office.invites(NOW, Invited { credit_code: Some(CODE.into()), ..invited(NAME, &[FIRM], &[]) });
    };
    for known in [&former as &dyn Fn(&Office), &by_rosters, &by_answer] {
        let office = Office::new(last_years());
        known(&office);
        office.gets(FIRM, 1200);
        assert_eq!(office.remarks(), "unlike_before figure");
    }
    // A name and a code that belong to two are a doubt.
    let office = Office::new(last_years());
    by_rosters(&office);
    office.had(FIRM, NAME, 100);
    office.gets(FIRM, 1200);
    assert_eq!(office.remarks(), "");
}

#[test]
fn what_was_never_complete_is_compared_with_nothing() {
    let office = Office::new(last_years());
    let one = a_return(NAME, None, Some(100));
    office.reads(Reading { survey: Some(BEFORE.into()), ..reading(FIRM, vec![one]) });
    office.gets(FIRM, 1200);
    assert_eq!(office.remarks(), "");
}

#[test]
fn the_roster_says_figure_and_size() {
    let office = Office::new(Source::Roster("2016年营业收入（万元）".into()));
    let tags = [("2016年营业收入（万元）", "100"), ("规模", "小型")];
    office.invites(NOW, invited(NAME, &[FIRM], &tags));
    office.gets(FIRM, 12_000);
    assert_eq!(office.remarks(), "unlike_before unlike, unlike_size unlike");
    // Who has left the roster has no size there any more.
    let office = Office::new(Source::Roster("2016年营业收入（万元）".into()));
    office.invites(NOW, invited(NAME, &[FIRM], &tags));
    office.invites(NOW, invited("岭泽市另一家有限公司", &[], &[]));
    office.gets(FIRM, 12_000);
    assert_eq!(office.remarks(), "");
}

#[test]
fn a_figure_that_was_confirmed_is_not_asked_about_again_and_another_one_is() {
    let office = Office::new(last_years());
    office.had(FIRM, NAME, 100);
    office.gets(FIRM, 1200);
    let confirmed = office.hears(FIRM, confirms("新增产线"));
    assert_eq!(confirmed.returns[0].standing, Standing::Complete);
    assert_eq!(office.remarks(), "");
    assert_eq!(office.house.query("SELECT act, words FROM amendment"), [["confirms", "新增产线"]]);
    let mut same = a_return(NAME, Some("机器视觉、语音"), Some(1200));
    same.answers.get_mut("revenue").unwrap().text = "1,200 万元".into();
    office.reads(reading(FIRM, vec![same]));
    assert_eq!(office.remarks(), "", "the same figure, however it is written");
    office.gets(FIRM, 1300);
    assert_eq!(office.remarks(), "unlike_before figure");
}

#[test]
fn a_figure_given_by_plain_reply_is_compared_as_well() {
    let office = Office::new(last_years());
    office.had(FIRM, NAME, 100);
    office.gets(FIRM, 1200);
    office.hears(FIRM, amends("120万元"));
    assert_eq!(office.remarks(), "", "the right figure is nothing to ask about");
    office.hears(FIRM, amends("9800万元"));
    assert_eq!(office.remarks(), "unlike_before figure");
}

#[test]
fn a_bare_figure_answers_the_question_however_many_reasons_it_has() {
    let office = Office::new(last_years());
    office.had(FIRM, NAME, 100);
    office.invites(NOW, invited(NAME, &[FIRM], &[("规模", "小型")]));
    office.gets(FIRM, 12_000);
    assert_eq!(office.remarks(), "unlike_before figure, unlike_size unlike");
    let open = PlainReply {
        amendments: vec![Amendment { target: Target::Open, ..amends("120万元").amendments.remove(0) }],
        ..PlainReply::default()
    };
    office.hears(FIRM, open);
    assert_eq!(office.remarks(), "");
    let current = "SELECT low FROM answer JOIN return_version ON return_version.id = answer.version
                   JOIN amendment ON amendment.version = answer.version
                   WHERE item = 'revenue' AND standing = 'complete'";
    assert_eq!(office.house.query(current), [["1200000"]]);
}

#[test]
fn a_later_roster_and_a_rereading_change_no_remark() {
    let office = Office::new(Source::Roster("2016年营业收入（万元）".into()));
    office.invites(NOW, invited(NAME, &[FIRM], &[("2016年营业收入（万元）", "100")]));
    let first = || reading(FIRM, vec![a_return(NAME, Some("机器视觉"), Some(1200))]);
    office.reads(first());
    office.invites(NOW, invited(NAME, &[FIRM], &[("2016年营业收入（万元）", "1100"), ("规模", "大型")]));
    assert_eq!(office.remarks(), "unlike_before unlike");
    assert_eq!(office.again(1, first()), Replayed::Unchanged);
    assert_eq!(office.remarks(), "unlike_before unlike");
    // Another item reads otherwise now.
    let better = reading(FIRM, vec![a_return(NAME, Some("机器视觉、语音"), Some(1200))]);
    let Replayed::Changed(change) = office.again(1, better) else { panic!("unchanged") };
    assert_eq!(office.remarks(), "unlike_before unlike");
    assert!(change.returns[0].issues_gone.is_empty() && change.returns[0].issues_new.is_empty(), "{change:?}");
    // The figure itself does: it is compared with what is known by now.
    let better = reading(FIRM, vec![a_return(NAME, Some("机器视觉、语音"), Some(1300))]);
    let Replayed::Changed(change) = office.again(1, better) else { panic!("unchanged") };
    assert_eq!(office.remarks(), "unlike_size unlike");
    let codes = |rows: &[IssueRow]| rows.iter().map(|row| row.code.clone()).collect::<Vec<_>>();
    let one = &change.returns[0];
    assert_eq!(
        (codes(&one.issues_gone), codes(&one.issues_new)),
        (vec!["unlike_before".into()], vec!["unlike_size".into()])
    );
    assert!(office.house.query("SELECT id FROM notice").is_empty(), "nobody is told");
}

#[test]
fn a_survey_that_compares_nothing_any_more_drops_no_remark() {
    let mut office = Office::new(last_years());
    office.had(FIRM, NAME, 100);
    office.gets(FIRM, 1200);
    office.surveys[0] = Survey { revision: "r3".into(), ..survey() };
    office.house.store.register_surveys(&office.surveys, at(1_500)).wait().unwrap();
    let better = reading(FIRM, vec![a_return(NAME, Some("机器视觉、语音"), Some(1200))]);
    let Replayed::Changed(_) = office.again(2, better) else { panic!("unchanged") };
    assert_eq!(office.remarks(), "unlike_before figure");
    office.had(FIRM, NAME, 90);
    office.gets(FIRM, 1300);
    assert_eq!(office.remarks(), "");
}

#[test]
fn a_replaced_return_still_shows_what_was_remarked_on_it() {
    let office = Office::new(last_years());
    office.had(FIRM, NAME, 100);
    office.gets(FIRM, 1200);
    let better = reading(FIRM, vec![a_return(NAME, Some("机器视觉、语音"), Some(1200))]);
    let Replayed::Changed(_) = office.again(2, better) else { panic!("unchanged") };
    let shown = office.house.store.show(2).unwrap();
    assert_eq!(shown.issues.iter().map(|issue| issue.code.as_str()).collect::<Vec<_>>(), ["unlike_before"]);
}
