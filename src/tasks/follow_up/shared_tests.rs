//! Letters for several respondents that share an address: an accountant, a park, a parent company.

use super::tests::{Desk, address, invited, name};
use super::*;
use crate::mail;
use crate::notice::Kind;
use crate::store::Due;

const ACCOUNTANT: &str = "service@ledger.example";

/// So many respondents that one accountant answers for, and one with an address of its own.
fn desk(shared: usize) -> Desk {
    let of = |n| if n <= shared { ACCOUNTANT.to_owned() } else { address(n) };
    let desk = Desk::with(invited(shared + 1, of), Notices::On);
    desk.invite_all();
    desk
}

fn text(due: &Due) -> String {
    mail::parse(&due.bytes).body.text
}

/// The letters that went, by address.
fn to<'a>(sent: &'a [Due], recipient: &str) -> Vec<&'a Due> {
    sent.iter().filter(|one| one.recipient == recipient).collect()
}

#[test]
fn an_accountant_of_thirty_gets_one_invitation_and_one_reminder() {
    let mut desk = desk(30);
    desk.config.follow_up.per_day = 2;
    let invited = desk.round("15 10:00");
    assert_eq!((invited.len(), to(&invited, ACCOUNTANT).len()), (1, 1), "a letter a minute");
    let files = mail::parse(&invited[0].bytes).attachments;
    assert_eq!(files.len(), 2, "the blank form once");
    assert_eq!(desk.round("15 10:01").len(), 1, "thirty in one letter are one of the quota");
    let reminded = [desk.round("19 09:30"), desk.round("19 09:31")].concat();
    let to_accountant = to(&reminded, ACCOUNTANT);
    assert_eq!((reminded.len(), to_accountant.len()), (2, 1));
    let said = text(to_accountant[0]);
    assert!(said.contains("30 家企业") && said.contains(&name(1)) && said.contains("其余 10 家"), "{said}");
    for n in 1..=31 {
        assert_eq!(desk.passed(n).reminders.len(), 1, "as if it had got its own: {}", name(n));
    }
    let [first, second] = [&invited[0], to_accountant[0]].map(|one| mail::parse_headers(&one.bytes));
    assert_eq!(second.references, [first.message_id.unwrap()], "in the thread of the invitation");
    assert!(desk.round("19 15:00").is_empty());
}

#[test]
fn who_answered_is_not_on_the_next_list() {
    let desk = desk(3);
    desk.round("15 10:00");
    desk.store.excuse(desk.respondent(2), "已注销", super::tests::at("16 10:00")).wait().unwrap();
    let reminded = desk.round("19 09:30");
    let said = text(to(&reminded, ACCOUNTANT)[0]);
    assert!(said.contains(&name(1)) && said.contains(&name(3)) && !said.contains(&name(2)), "{said}");
}

#[test]
fn a_list_of_which_one_answered_meanwhile_is_written_anew_for_the_others() {
    let desk = desk(3);
    desk.round("15 10:00");
    assert_eq!(desk.write("19 09:30"), 2);
    desk.store.excuse(desk.respondent(1), "已注销", super::tests::at("19 09:31")).wait().unwrap();
    let sent = desk.send("19 09:32");
    assert!(to(&sent, ACCOUNTANT).is_empty() && sent.len() == 1);
    let anew = desk.round("19 09:33");
    let said = text(to(&anew, ACCOUNTANT)[0]);
    assert!(said.contains(&name(2)) && said.contains(&name(3)) && !said.contains(&name(1)), "{said}");
    assert_eq!([1, 2, 3].map(|n| desk.passed(n).reminders.len()), [0, 1, 1]);
}

#[test]
fn a_list_that_waits_and_is_still_true_goes() {
    let desk = desk(3);
    assert_eq!(desk.write("15 10:00"), 2);
    assert_eq!(desk.send("15 15:00").len(), 2);
    assert_eq!(desk.letters(Kind::Invitation).len(), 2);
}

#[test]
fn one_that_joins_the_roster_later_is_invited_by_itself_and_reminded_with_the_others() {
    let desk = Desk::with(invited(2, |_| ACCOUNTANT.to_owned()), Notices::On);
    desk.invite_all();
    desk.round("14 10:00");
    desk.set_roster(invited(3, |_| ACCOUNTANT.to_owned()));
    desk.invite_all();
    let late = desk.round("15 10:00");
    let said = text(&late[0]);
    assert!(late.len() == 1 && said.contains(&name(3)) && !said.contains(&name(1)), "{said}");
    let reminded = desk.round("19 09:30");
    let said = text(&reminded[0]);
    assert!(reminded.len() == 1 && [1, 2, 3].iter().all(|n| said.contains(&name(*n))), "{said}");
}
