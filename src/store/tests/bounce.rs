//! Mail that came back finds its notice, and the roster hears of addresses that there are not.

use super::*;
use crate::mail::{Automatic, Bounce};

const SENDER: &str = "a@firm.example";

/// A house with one notice, sent to [`SENDER`], which is on the roster; its identifier and token.
fn house() -> (House, String, String) {
    let house = House::new();
    let id = house.keep(1, 0);
    house.judged(id, reading(SENDER, vec![a_return("示例公司", Some("机器人"), Some(1))]));
    house.claim(9, at(1_000), SignedDuration::from_mins(5));
    house.store.record_sent(1, "250".into(), at(1_000)).wait().unwrap();
    let insert = "INSERT INTO respondent_address (respondent, address, domain, source, added_at)
                  VALUES (1, ?1, 'firm.example', 'roster', 'x')";
    house.store.write(move |connection| Ok(connection.execute(insert, [SENDER])?)).wait().unwrap();
    let row = house.query("SELECT message_id, token FROM notice").swap_remove(0);
    (house, row[0].clone(), row[1].clone())
}

fn report(bounce: Bounce) -> Reading {
    let automatic = Some(Automatic { sign: "Return-Path: <>".into(), weak: false });
    Reading {
        automatic,
        bounce: Some(bounce),
        narratives: Vec::new(),
        ..reading("mailer-daemon@mx.example", Vec::new())
    }
}

fn check(find: impl FnOnce(&str, &str) -> Bounce, is_found: bool, is_marked: bool) {
    let (house, id, token) = house();
    let message = house.keep(2, 1);
    let bounce = Bounce { words: "550 5.1.1".into(), permanent: true, ..find(&id, &token) };
    let judged = house.judged(message, report(bounce.clone()));
    assert_eq!(
        judged.bounced.map(|back| (back.notice, back.recipient)),
        is_found.then(|| (1, SENDER.into())),
        "{bounce:?}"
    );
    let state = house.store.notices(None).unwrap().swap_remove(0).state;
    assert_eq!(state, if is_found { "bounced" } else { "sent" });
    let marked = house.query("SELECT bounce FROM respondent_address");
    assert_eq!(marked, [[if is_marked { "550 5.1.1" } else { "-" }]]);
}

#[test]
fn a_notice_is_found_by_its_identifier_or_its_token() {
    let of = |bounce: Bounce| bounce;
    check(|id, _| of(Bounce { of_message_ids: vec!["x@y".into(), id.into()], ..Bounce::default() }), true, true);
    check(|_, token| of(Bounce { tokens: vec![token.into()], ..Bounce::default() }), true, true);
    let both = |one: &str, other: &str| vec![one.to_owned(), other.to_owned()];
    check(
        |_, token| {
            of(Bounce {
                tokens: vec![token.into()],
                recipients: both("c@d.example", "A@Firm.example"),
                ..Bounce::default()
            })
        },
        true,
        true,
    );
}

/// Anybody can write a report that names an address of the roster.
#[test]
fn a_report_that_knows_nothing_of_a_notice_is_ignored() {
    let names = |address: &str| vec![address.to_owned()];
    check(|_, _| Bounce { recipients: names(SENDER), ..Bounce::default() }, false, false);
    let guessed = |_: &str, _: &str| Bounce {
        of_message_ids: names("x@post.example"),
        tokens: names("ABCDEF"),
        recipients: names(SENDER),
        ..Bounce::default()
    };
    check(guessed, false, false);
    // Nor does one that knows a notice to somebody else.
    let other = || names("b@firm.example");
    check(|id, _| Bounce { of_message_ids: vec![id.into()], recipients: other(), ..Bounce::default() }, false, false);
    check(|_, token| Bounce { tokens: vec![token.into()], recipients: other(), ..Bounce::default() }, false, false);
}

#[test]
fn a_report_of_a_notice_of_long_ago_is_ignored() {
    let (house, id, _) = house();
    let day = 24 * 60;
    for (uid, days, is_found) in [(2, 13, true), (3, 15, false)] {
        let message = house.keep(uid, 1_000 + days * day);
        let bounce = Bounce { of_message_ids: vec![id.clone()], ..Bounce::default() };
        let judged = house.judged(message, Reading { content: uid.to_string(), ..report(bounce) });
        assert_eq!(judged.bounced.is_some(), is_found, "{days} days after");
    }
}

#[test]
fn a_full_mailbox_is_no_wrong_address_and_a_mail_from_it_clears_what_was_said() {
    let (house, id, _) = house();
    let back =
        |permanent| Bounce { of_message_ids: vec![id.clone()], permanent, words: "no".into(), ..Bounce::default() };
    let bounced = "SELECT bounce FROM respondent_address";
    let full = house.keep(2, 1);
    house.judged(full, report(back(false)));
    assert_eq!(house.query(bounced), [["-"]]);
    let gone = house.keep(3, 2);
    house.judged(gone, Reading { content: "2".into(), ..report(back(true)) });
    assert_eq!(house.query(bounced), [["no"]]);
    let alive = house.keep(4, 3);
    house.judged(alive, reading(SENDER, vec![a_return("示例公司", Some("语音"), Some(1))]));
    assert_eq!(house.query(bounced), [["-"]]);
}
