//! What must hold at the end of a campaign. Each check reads the database itself, or the post, and compares with what the world
//! knows; each fault is a sentence.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use postroom::verdict::Progress;
use rusqlite::Connection;

use super::enterprise::{Answers, KEYS};
use super::ledger::{self, Expected};
use super::office::Caps;
use super::post::Received;
use super::world::{DEADLINE, Nature, Who, World, on};

/// How each enterprise has to end.
pub(super) fn expected(world: &World) -> Vec<Expected> {
    world.told.iter().map(|told| ledger::expected(told, deadline_end())).collect()
}

/// The first instant at which a return is late.
pub(super) fn deadline_end() -> Timestamp {
    on(DEADLINE.tomorrow().unwrap(), 0, 0)
}

/// Everything that is wrong.
pub(super) fn faults(world: &World, caps: Caps) -> Vec<String> {
    let database = Connection::open(world.office.store.path()).unwrap();
    let mut faults = world.faults.clone();
    faults.extend(ends(world, &database));
    faults.extend(one_notice_a_message(world));
    faults.extend(automatic_mail_unanswered(world));
    faults.extend(caps_hold(&world.outgoing, caps));
    faults.extend(first_mail_at_once(world, &database));
    faults.extend(every_mail_answered_once(world, &database));
    faults.extend(answered_together(world));
    faults.extend(nothing_left_behind(&database));
    faults
}

/// States and answers are those that the world expects.
fn ends(world: &World, database: &Connection) -> Vec<String> {
    let states: BTreeMap<String, Progress> =
        world.office.roster().into_iter().map(|row| (row.invited.name, row.state)).collect();
    let stored = stored(database);
    let mut faults = Vec::new();
    for (number, expected) in expected(world).into_iter().enumerate() {
        let name = &world.firms[number].enterprise.name;
        let state = states.get(name).copied();
        if state != Some(expected.end) {
            faults.push(format!("{}: {state:?} instead of {:?}", told(world, number), expected.end));
        }
        let (found, given) = (stored.get(name), expected.answers.as_ref().map(given_texts));
        if found != given.as_ref() {
            faults.push(format!("{}: stored {found:?}, given {given:?}", told(world, number)));
        }
    }
    faults
}

/// The story of an enterprise, for a fault.
pub(super) fn told(world: &World, number: usize) -> String {
    let firm = &world.firms[number];
    let told: Vec<_> = world.told[number].iter().map(|(at, told)| format!("{at} {told:?}")).collect();
    let about = |notice: &&Received| {
        world.owners.get(&notice.to).is_some_and(|who| *who == Who::Firm(number) || *who == Who::Colleague(number))
    };
    let notices: Vec<_> =
        world.outgoing.iter().filter(about).map(|notice| format!("{} a {}", notice.at, notice.kind)).collect();
    let told = [told, notices].concat().join("\n  ");
    format!("{} <{}> {:?}\n  {told}\n ", firm.enterprise.name, firm.enterprise.address, firm.behaviour)
}

fn given_texts(answers: &Answers) -> BTreeMap<String, String> {
    let given = KEYS.iter().zip(answers).filter_map(|(key, text)| Some(((*key).to_owned(), text.clone()?)));
    given.collect()
}

/// The answers of the current returns, by the name on the roster.
fn stored(database: &Connection) -> BTreeMap<String, BTreeMap<String, String>> {
    let sql = "SELECT invited.name, answer.item, answer.text FROM return_version
               JOIN invited ON invited.respondent = return_version.respondent
               JOIN answer ON answer.version = return_version.id
               WHERE return_version.standing IN ('complete', 'in_correction')";
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for row in rows {
        let (name, item, text): (String, String, String) = row.unwrap();
        found.entry(name).or_default().insert(item, text);
    }
    found
}

/// No message is answered twice, whatever it was.
fn one_notice_a_message(world: &World) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let answers = world.outgoing.iter().filter(|notice| is_answer(notice));
    let twice = answers.filter(|notice| !seen.insert(notice.in_reply_to.clone()));
    twice.map(|notice| format!("a second notice to one message: {notice:?}")).collect()
}

/// Whether a notice answers a message.
pub(super) fn is_answer(notice: &Received) -> bool {
    !matches!(notice.kind.as_str(), "invitation" | "reminder" | "dispute" | "digest")
}

/// What no person wrote is not answered, and each notice says that no person wrote it.
fn automatic_mail_unanswered(world: &World) -> Vec<String> {
    let automatic: BTreeSet<&str> = world
        .incoming
        .iter()
        .filter(|mail| mail.nature == Nature::Automatic)
        .map(|mail| mail.message_id.as_str())
        .collect();
    let answered = |notice: &&Received| {
        is_answer(notice) && notice.in_reply_to.as_deref().is_some_and(|id| automatic.contains(id))
    };
    let mut faults: Vec<String> = world
        .outgoing
        .iter()
        .filter(answered)
        .map(|notice| format!("automatic mail was answered: {notice:?}"))
        .collect();
    let unmarked = world.outgoing.iter().filter(|notice| notice.auto_submitted.is_none());
    faults.extend(unmarked.map(|notice| format!("a notice does not say that it is automatic: {notice:?}")));
    faults
}

/// The bounds of the configuration hold in every hour and every day, wherever those begin.
fn caps_hold(outgoing: &[Received], caps: Caps) -> Vec<String> {
    let (hour, day) = (SignedDuration::from_hours(1), SignedDuration::from_hours(24));
    let domain = |notice: &Received| notice.to.rsplit('@').next().unwrap().to_owned();
    let answers: Vec<Received> = outgoing.iter().filter(|notice| is_answer(notice)).cloned().collect();
    [
        beyond(outgoing, day, caps.per_day, |_| String::new()),
        beyond(outgoing, hour, caps.per_domain_hour, domain),
        beyond(&answers, day, caps.per_sender_day, |notice| notice.to.clone()),
    ]
    .concat()
}

/// Who got more than `most` notices within some span of this length.
fn beyond(notices: &[Received], span: SignedDuration, most: u32, to: impl Fn(&Received) -> String) -> Vec<String> {
    let mut by: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
    for notice in notices {
        by.entry(to(notice)).or_default().push(notice.at);
    }
    let most = most as usize;
    let broken = by
        .into_iter()
        .filter(|(_, times)| times.windows(most + 1).any(|window| window[most].duration_since(window[0]) < span));
    broken.map(|(to, _)| format!("more than {most} notices to “{to}” within {span:#}")).collect()
}

/// Who writes for the first time does not wait: the answer is in the outbox the moment the mail is there.
fn first_mail_at_once(world: &World, database: &Connection) -> Vec<String> {
    let sql = "SELECT message.message_id, notice.queued_at FROM notice JOIN message ON message.id = notice.message";
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let queued: BTreeMap<String, String> = rows.map(Result::unwrap).collect();
    let mut known = BTreeSet::new();
    let first = world.incoming.iter().filter(|mail| mail.nature == Nature::Matter && known.insert(&mail.from));
    let slow = first.filter(|mail| {
        let queued = queued.get(&mail.message_id).map(|text| text.parse::<Timestamp>().unwrap());
        queued.is_none_or(|queued| queued > mail.at)
    });
    slow.map(|mail| {
        let about = match world.owners.get(&mail.from) {
            Some(Who::Firm(number) | Who::Colleague(number) | Who::Accountant(number) | Who::Stranger(number)) => {
                told(world, *number)
            }
            _ => String::new(),
        };
        format!("the first mail of {} at {} was not answered at once {about}", mail.from, mail.at)
    })
    .collect()
}

/// Whoever wrote about the survey is answered by one notice, alone or together with other mails of the sender.
fn every_mail_answered_once(world: &World, database: &Connection) -> Vec<String> {
    let sql = "SELECT message.message_id, count(DISTINCT told.notice) FROM message LEFT JOIN (
                   SELECT message, id AS notice FROM notice WHERE message IS NOT NULL AND state <> 'cancelled'
                   UNION SELECT answered.message, answered.notice FROM answered) AS told ON told.message = message.id
               WHERE message.message_id IS NOT NULL GROUP BY message.id";
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let answers: BTreeMap<String, u32> = rows.map(Result::unwrap).collect();
    let wrong = world.incoming.iter().filter_map(|mail| {
        let number = answers.get(&mail.message_id).copied().unwrap_or_default();
        let is_right = match mail.nature {
            Nature::Matter => number == 1,
            Nature::Courtesy => number <= 1,
            Nature::Automatic => number == 0,
        };
        (!is_right).then(|| format!("{number} notices answer a {:?} of {} at {}", mail.nature, mail.from, mail.at))
    });
    wrong.collect()
}

/// What one sender sends within minutes is answered at once, and then once more for all the rest: never three answers in that time.
fn answered_together(world: &World) -> Vec<String> {
    let answers: Vec<Received> = world.outgoing.iter().filter(|notice| is_answer(notice)).cloned().collect();
    beyond(&answers, SignedDuration::from_mins(5), 2, |notice| notice.to.clone())
}

/// At the end nothing waits to be read or failed, and no notice was refused.
fn nothing_left_behind(database: &Connection) -> Vec<String> {
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let unread = count("SELECT count(*) FROM message WHERE state <> 'read'");
    let refused = count("SELECT count(*) FROM notice WHERE state = 'refused'");
    let contested_amounts = count(
        "SELECT count(*) FROM answer JOIN return_version ON return_version.id = answer.version
         JOIN message ON message.id = return_version.message
         WHERE message.sender LIKE '%@elsewhere.example' AND return_version.standing IN ('complete', 'in_correction')",
    );
    [(unread, "messages not read"), (refused, "notices refused"), (contested_amounts, "answers of strangers count")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect()
}
