//! Committing verdicts: versions, duplicates, threads.

use super::*;
use crate::verdict::{Disposition, Standing};

const FIRM: &str = "office@firm.example";

/// What the end state is: every version, every answer, every issue, without the numbers that the order of reading gives.
fn end_state(house: &House) -> Vec<Vec<String>> {
    let mut state = house.query(
        "SELECT message.received_at, respondent.name, standing, number FROM return_version
         JOIN message ON message.id = return_version.message JOIN respondent ON respondent.id = respondent ORDER BY 1",
    );
    state.extend(house.query(
        "SELECT m1.received_at, m2.received_at, item, text, low FROM answer JOIN return_version v1 ON v1.id = version
         JOIN message m1 ON m1.id = v1.message JOIN return_version v2 ON v2.id = source
         JOIN message m2 ON m2.id = v2.message ORDER BY 1, 3",
    ));
    state.extend(house.query(
        "SELECT message.received_at, code, item FROM issue JOIN message ON message.id = issue.message ORDER BY 1, 2, 3",
    ));
    state
}

#[test]
fn the_end_does_not_hang_on_which_mail_was_read_first() {
    let versions = [
        a_return("甲公司", Some("机器人"), None),
        a_return("甲公司", None, Some(300)),
        a_return("甲公司", Some("机器人二代"), Some(400)),
        a_return("甲公司", None, Some(500)),
    ];
    let run = |order: &[usize]| {
        let house = House::new();
        let ids: Vec<i64> = (1..=4).map(|uid| house.keep(uid, i64::from(uid))).collect();
        for index in order {
            house.judged(ids[*index], reading(FIRM, vec![versions[*index].clone()]));
        }
        end_state(&house)
    };
    let expected = run(&[0, 1, 2, 3]);
    let standings: Vec<&str> = expected[..4].iter().map(|row| row[2].as_str()).collect();
    assert_eq!(standings, ["superseded", "superseded", "complete", "pending"]);
    for order in orders(&[0, 1, 2, 3]) {
        assert_eq!(run(&order), expected, "in the order {order:?}");
    }
}

/// Every order of these.
fn orders(of: &[usize]) -> Vec<Vec<usize>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let led_by = |first: usize| {
        let rest: Vec<usize> = of.iter().copied().filter(|one| *one != first).collect();
        orders(&rest).into_iter().map(move |order| [vec![first], order].concat())
    };
    of.iter().copied().flat_map(led_by).collect()
}

#[test]
fn an_answer_merged_in_still_knows_the_mail_it_came_in() {
    let house = House::new();
    let (first, second) = (house.keep(1, 1), house.keep(2, 2));
    house.judged(first, reading(FIRM, vec![a_return("甲公司", Some("机器人"), None)]));
    let judged = house.judged(second, reading(FIRM, vec![a_return("甲公司", None, Some(300))]));
    assert_eq!(judged.returns[0].standing, Standing::Complete);
    let products = house.store.why("甲公司", "products").unwrap().remove(0);
    let revenue = house.store.why("甲公司", "revenue").unwrap().remove(0);
    assert_eq!((products.source.message, revenue.source.message), (first, second));
    assert_eq!(products.answer.place, "表.xlsx!Sheet1!B2");
    assert_eq!(products.source.attachment.unwrap().sha256, "ab");
    assert_eq!(revenue.answer.low.as_deref(), Some("3000000"));
    assert_eq!(revenue.unit.as_deref(), Some("cell"));
    assert_eq!(revenue.source.revision.as_deref(), Some("r1"));
    assert!(house.store.why("公司", "revenue").is_ok(), "a part of the name will do");
    assert_eq!(
        house.store.why("乙公司", "revenue").unwrap_err().to_string(),
        "there is no respondent 乙公司: `postroom roster` lists who is invited, `postroom returns` who answered"
    );
}

#[test]
fn a_message_committed_twice_is_answered_once() {
    let house = House::new();
    let id = house.keep(1, 0);
    let judged = house.judged(id, reading(FIRM, vec![a_return("甲公司", Some("机器人"), Some(1))]));
    assert!(judged.notice.is_some());
    assert_eq!(
        house.commit(id, reading(FIRM, vec![a_return("甲公司", Some("机器人"), Some(2))])),
        Committed::NotWaiting
    );
    house.store.reread(id, at(5)).wait().unwrap();
    let again = house.judged(id, reading(FIRM, vec![a_return("甲公司", Some("机器人"), Some(2))]));
    assert_eq!(again.notice, None, "the key is taken");
    assert_eq!(house.store.notices(Some(id)).unwrap().len(), 1);
    assert_eq!(house.store.show(again.returns[0].id).unwrap().answers[2].low.as_deref(), Some("20000"));
    assert_eq!(house.store.returns(None).unwrap().len(), 1);
}

#[test]
fn a_verdict_lost_before_its_commit_is_reached_again() {
    let house = House::new();
    let id = house.keep(1, 0);
    let lease = SignedDuration::from_mins(5);
    assert_eq!(house.store.claim_unread(1, at(0), lease).wait().unwrap().len(), 1);
    // The program ends here: the message was claimed, and nothing of it committed.
    let house = house.reopen();
    house.store.free_leases(at(60)).wait().unwrap();
    let unread = house.store.claim_unread(1, at(0), lease).wait().unwrap();
    assert_eq!((unread[0].id, unread[0].attempts), (id, 2));
    let judged = house.judged(id, reading(FIRM, vec![a_return("甲公司", Some("机器人"), Some(1))]));
    let house = house.reopen();
    let due = house.claim(9, at(2_000), lease);
    assert_eq!(due.iter().map(|one| one.id).collect::<Vec<_>>(), [judged.notice.unwrap()]);
}

#[test]
fn a_judge_that_panics_leaves_the_message_waiting() {
    let house = House::new();
    let id = house.keep(1, 0);
    let one = reading(FIRM, vec![a_return("甲公司", Some("机器人"), Some(1))]);
    let panics: Judge = Box::new(|_, _| panic!("a fault of ours"));
    assert!(house.store.commit_verdict(id, one.clone(), at(0), panics).wait().is_err());
    assert!(house.store.message("1").unwrap().attachments.is_empty());
    house.judged(id, one);
}

#[test]
fn a_mail_delivered_twice_is_answered_once() {
    let house = House::new();
    let (first, second, third) = (house.keep(1, 1), house.keep(2, 2), house.keep(3, 3));
    let mut one = reading(FIRM, vec![a_return("甲公司", Some("机器人"), Some(1))]);
    one.envelope.message_id = Some("1@firm.example".into());
    house.judged(first, one.clone());
    let disposition = Disposition::Accepted;
    assert_eq!(house.commit(second, one.clone()), Committed::Duplicate { of: first, disposition });
    assert_eq!(house.store.message("2").unwrap().duplicate_of, Some(first));
    // Some mailers give every mail the same Message-ID: what says something else is another mail.
    one.returns = vec![a_return("甲公司", Some("机器人"), Some(2))];
    assert_eq!(house.judged(third, one).returns[0].standing, Standing::Complete);
    assert_eq!(house.store.status().unwrap().notices["queued"], 2);
}

#[test]
fn returns_without_a_name_are_never_taken_for_one_enterprise() {
    let house = House::new();
    let (first, second) = (house.keep(1, 1), house.keep(2, 2));
    let nameless = |products: Option<&str>, revenue| {
        let mut one = a_return("", products, revenue);
        one.answers.remove("name");
        one.issues.push(Issue::of_item("name", Problem::Missing, None));
        one
    };
    house.judged(first, reading("a@firm.example", vec![nameless(Some("机器人"), None)]));
    house.judged(second, reading("a@firm.example", vec![nameless(None, Some(3)), nameless(Some("芯片"), Some(4))]));
    let states: Vec<_> = house.store.returns(None).unwrap().into_iter().map(|row| (row.state, row.errors)).collect();
    assert_eq!(states, [("in_correction".into(), 2), ("in_correction".into(), 2), ("in_correction".into(), 1)]);
}

#[test]
fn a_stranger_does_not_overwrite_an_enterprise() {
    let house = House::new();
    let (first, second) = (house.keep(1, 1), house.keep(2, 2));
    house.judged(first, reading(FIRM, vec![a_return("甲公司", Some("机器人"), Some(1))]));
    let judged = house.judged(second, reading("other@else.example", vec![a_return("甲公司", Some("别的"), Some(2))]));
    assert_eq!(judged.returns[0].standing, Standing::Contested);
    assert_eq!(house.store.why("甲公司", "products").unwrap()[0].answer.text, "机器人");
}

#[test]
fn an_answer_to_a_notice_stays_in_its_thread() {
    let house = House::new();
    let (first, second, third, other) = (house.keep(1, 1), house.keep(2, 2), house.keep(3, 3), house.keep(4, 4));
    house.judged(first, reading(FIRM, vec![a_return("甲公司", Some("机器人"), None)]));
    let token = house.store.message("1").unwrap().token.unwrap();
    let mut by_token = reading(FIRM, vec![a_return("甲公司", None, Some(5))]);
    by_token.envelope.tokens = vec![token.to_lowercase()];
    house.judged(second, by_token);
    let mut by_reference = reading(FIRM, vec![a_return("甲公司", None, Some(6))]);
    by_reference.envelope.references = vec!["reply-1@post.example".into()];
    house.judged(third, by_reference);
    house.judged(other, reading("b@else.example", vec![a_return("乙公司", None, Some(6))]));
    let tokens: Vec<_> = ["2", "3", "4"].map(|id| house.store.message(id).unwrap().token.unwrap()).into();
    assert_eq!(&tokens[..2], [token.clone(), token.clone()]);
    assert_ne!(tokens[2], token);
    assert_eq!(house.store.survey_of_token(&token).unwrap().as_deref(), Some("ai-industry-2017"));
}

#[test]
fn what_is_known_is_told_to_the_judge() {
    let house = House::new();
    let (first, second) = (house.keep(1, 1), house.keep(2, 2));
    house.judged(first, reading(FIRM, vec![a_return("甲公司", Some("机器人"), Some(1))]));
    let (sender, seen) = std::sync::mpsc::channel();
    let mut own = reading(FIRM, vec![a_return("甲公司", Some("机器人"), Some(2))]);
    own.envelope.message_id = Some("reply-1@post.example".into());
    let spy: Judge = Box::new(move |reading, situation| {
        sender.send(situation.clone()).unwrap();
        judge(NoticeState::Queued)(reading, situation)
    });
    house.store.commit_verdict(second, own, at(1_010), spy).wait().unwrap();
    let situation = seen.recv().unwrap();
    let known = situation.known;
    assert_eq!(situation.received_at, at(2));
    assert!(known.sender_is_known && known.is_own_notice);
    assert!(!known.token_is_ours && !known.in_junk && !known.released);
    assert_eq!(known.replies_today, 1);
    let history = known.histories.into_values().next().unwrap();
    assert_eq!((history.versions.len(), history.before), (1, 1));
}

#[test]
fn a_return_of_no_survey_is_an_error_that_names_it() {
    let house = House::new();
    let id = house.keep(1, 0);
    let mut one = reading(FIRM, vec![a_return("甲公司", Some("机器人"), Some(1))]);
    one.survey = Some("energy".into());
    assert!(house.store.commit_verdict(id, one, at(0), judge(NoticeState::Queued)).wait().is_err());
    assert_eq!(house.store.message("1").unwrap().state, "kept");
}
