//! What the templates of a digest see. Every name here may stand in a template.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::lines::{ForPerson, Lines, NewReturn, ToMend, moment};
use super::picture::PictureView;
use super::trend::{self, WeekView};
use super::{Digest, amount};
use crate::calendar;
use crate::figures::{Class, Totals};
use crate::notice::clean;

/// Longest title that is repeated, in characters.
const TITLE: usize = 60;

/// The variables of the templates of a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::notice) struct DigestView {
    /// Title of the survey.
    survey: String,
    /// Name of the district; may be empty.
    district: String,
    /// Of whom it speaks where it does not speak of all; may be empty.
    scope: String,
    /// Token of the thread, without brackets.
    token: String,
    /// The moment of its data, such as 2017年12月25日 08:30.
    data_at: String,
    /// The moment that it compares with.
    before_at: String,
    /// When it was due, where it comes late; else empty.
    due_at: String,
    /// Last day on which a return is in time.
    deadline: String,
    /// Days until then; negative when it is over.
    days_left: i32,
    /// The figures at the top.
    totals: Vec<Total>,
    /// Whether there is a roster, so that a rate can be told.
    has_roster: bool,
    /// Response in percent, such as 48.3; empty without a roster.
    rate: String,
    /// The same at the moment that it compares with.
    rate_before: String,
    /// How far the survey was at the digests before, and is now; empty for the first digest.
    weeks: Vec<WeekView>,
    /// Returns that came since, the latest first.
    new_returns: Vec<NewReturn>,
    /// How many more there are.
    new_rest: usize,
    /// Returns that were renewed or completed since.
    renewed: usize,
    /// Returns that have to be mended, the longest first.
    to_mend: Vec<ToMend>,
    /// How many more there are.
    to_mend_rest: usize,
    /// What waits for a person.
    waiting: Vec<ForPerson>,
    /// How many more there are.
    waiting_rest: usize,
    /// The column of the roster by which response is shown; may be empty.
    by: String,
    /// Response by its values.
    groups: Vec<GroupView>,
    /// What the item of amounts is called; empty for a survey without one.
    amount_label: String,
    /// All amounts together; empty where nobody gave one.
    sum: String,
    /// How many gave one.
    sum_given: usize,
    /// How many gave one in another currency, which is not in the sum.
    sum_foreign: usize,
    /// How many gave one that looks odd and has not been confirmed, so that it is not in the sum.
    sum_odd: usize,
    /// How many complete returns give none.
    sum_withheld: usize,
    /// Returns by how large their amount is.
    classes: Vec<ClassView>,
    /// The tasks of the taxonomy with the areas that somebody answers for.
    tasks: Vec<TaskView>,
    /// Names of areas that nobody answers for.
    gaps: Vec<String>,
    /// Complete returns that are of no area.
    without_area: usize,
    /// Pictures that stand in it, by name.
    pictures: BTreeMap<&'static str, PictureView>,
    /// Names of the files that go with it.
    files: Vec<String>,
    /// The organisation that signs; may be empty.
    sign_off: String,
}

/// A figure at the top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Total {
    /// Its key, by which it is explained: `postroom digest --explain returned`.
    key: &'static str,
    /// Its name.
    label: &'static str,
    /// The figure.
    number: usize,
    /// By how much it has grown; negative when it fell.
    change: i64,
}

/// The response of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct GroupView {
    value: String,
    invited: usize,
    returned: usize,
    complete: usize,
    /// In percent.
    rate: String,
}

/// A class of amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct ClassView {
    label: String,
    number: usize,
    /// Their amounts together; may be empty.
    sum: String,
}

/// A task and its areas that somebody answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct TaskView {
    task: String,
    areas: Vec<AreaView>,
}

/// A focus area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct AreaView {
    name: String,
    number: usize,
    /// By how many it has grown since the last digest; negative when it fell.
    change: i64,
    sum: String,
    /// How many gave an amount.
    given: usize,
    examples: Vec<String>,
}

impl DigestView {
    /// What the templates are told.
    pub(in crate::notice) fn of(digest: &Digest<'_>, sign_off: &str, zone: &TimeZone) -> Self {
        let Digest { survey, facts, figures, .. } = digest;
        let lines = Lines { survey, facts, figures, zone, amount: digest.amount };
        let (new_returns, new_rest) = lines.new_returns();
        let (to_mend, to_mend_rest) = lines.to_mend();
        let (waiting, waiting_rest) = lines.for_person();
        let amount_item = digest.amount.and_then(|key| survey.item(key));
        Self {
            survey: clean::line(&survey.title, TITLE),
            district: clean::line(digest.district, TITLE),
            scope: digest.scope.map(|scope| clean::line(scope, TITLE)).unwrap_or_default(),
            token: digest.token.to_owned(),
            data_at: moment(figures.at, zone),
            before_at: moment(figures.before_at, zone),
            due_at: digest.due.map(|due| moment(due, zone)).unwrap_or_default(),
            deadline: calendar::day_in_words(survey.deadline),
            days_left: figures.days_left,
            has_roster: !figures.totals.invited.is_empty(),
            rate: percent(&figures.totals),
            rate_before: percent(&figures.before),
            totals: totals(figures),
            weeks: trend::weeks(digest.earlier, figures, zone),
            new_returns,
            new_rest,
            renewed: figures.week.renewed.number(),
            to_mend,
            to_mend_rest,
            waiting,
            waiting_rest,
            by: digest.by.map(|by| clean::line(by, TITLE)).unwrap_or_default(),
            groups: figures.groups.iter().map(group).collect(),
            amount_label: amount_item.map(|item| item.short.clone()).unwrap_or_default(),
            sum: amount::sum(&figures.sum),
            sum_given: figures.sum.given.number(),
            sum_foreign: figures.sum.foreign.number(),
            sum_odd: figures.sum.odd.number(),
            sum_withheld: figures.sum.withheld.number(),
            classes: figures.classes.iter().map(class).collect(),
            tasks: tasks(digest, &lines),
            gaps: figures
                .areas
                .iter()
                .filter(|one| one.respondents.is_empty())
                .map(|one| one.area.name.clone())
                .collect(),
            without_area: figures.without_area.number(),
            pictures: digest.pictures.iter().map(|picture| (picture.name, picture.view())).collect(),
            files: digest.enclosures.iter().map(|file| file.name.clone()).collect(),
            sign_off: sign_off.to_owned(),
        }
    }
}

/// The figures at the top. Without a roster nobody is invited, outstanding or unlisted.
fn totals(figures: &crate::figures::Figures) -> Vec<Total> {
    let (now, before) = (&figures.totals, &figures.before);
    let total = |key, label, of: fn(&Totals) -> usize| {
        let change = i64::try_from(of(now)).unwrap_or(i64::MAX) - i64::try_from(of(before)).unwrap_or(i64::MAX);
        Total { key, label, number: of(now), change }
    };
    let waiting = Total { key: "waiting", label: "待人工处理", number: figures.waiting.len(), change: 0 };
    let mut totals = vec![
        total("returned", "已回收", |it| it.returned.number()),
        total("complete", "填写完整", |it| it.complete.number()),
        total("in_correction", "待更正", |it| it.in_correction.number()),
        total("late", "逾期收到", |it| it.late.number()),
        waiting,
    ];
    if !now.invited.is_empty() {
        totals.insert(0, total("invited", "应报", |it| it.invited.number()));
        totals.insert(4, total("outstanding", "未报", |it| it.outstanding.number()));
    }
    totals
}

pub(super) fn percent(totals: &Totals) -> String {
    totals.per_mille().map(|per_mille| format!("{}.{}", per_mille / 10, per_mille % 10)).unwrap_or_default()
}

fn group(of: &crate::figures::Group) -> GroupView {
    let (part, whole) = (of.returned.number(), of.invited.number());
    let per_mille = (part * 2000 + whole) / (whole * 2).max(1);
    GroupView {
        value: if of.value.is_empty() { "（未填）".to_owned() } else { clean::line(&of.value, clean::NAME) },
        invited: whole,
        returned: part,
        complete: of.complete.number(),
        rate: format!("{}.{}", per_mille / 10, per_mille % 10),
    }
}

fn class(of: &Class) -> ClassView {
    let sum = match of {
        Class::Between { sum, .. } => amount::sum(sum),
        Class::Undecided(_) | Class::Odd(_) | Class::Unknown(_) => String::new(),
    };
    ClassView { label: amount::name(of), number: of.respondents().number(), sum }
}

/// Areas that somebody answers for, under their tasks in the taxonomy's order.
fn tasks(digest: &Digest<'_>, lines: &Lines<'_>) -> Vec<TaskView> {
    let mut tasks: Vec<TaskView> = Vec::new();
    for one in digest.figures.areas.iter().filter(|one| !one.respondents.is_empty()) {
        let view = AreaView {
            name: one.area.name.clone(),
            number: one.respondents.number(),
            change: trend::change(digest.earlier, one).unwrap_or_default(),
            sum: amount::sum(&one.sum),
            given: one.sum.given.number(),
            examples: one.examples.iter().map(|id| lines.name(*id)).collect(),
        };
        match tasks.last_mut().filter(|task| task.task == one.area.task) {
            Some(task) => task.areas.push(view),
            None => tasks.push(TaskView { task: one.area.task.clone(), areas: vec![view] }),
        }
    }
    tasks
}
