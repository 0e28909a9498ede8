//! IMAP against a real Dovecot.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use postroom::arrival::Cursor;
use postroom::mailbox::imap::{self, ImapError, Settings};
use postroom::mailbox::{After, Event, Order, Start};
use postroom::secret::Secret;
use postroom::tls::Tls;

use crate::support::dovecot::{Dovecot, PASSWORD};
use crate::support::hand::{Hand, Taken, read_all};

const USER: &str = "collect";

fn mail(number: usize) -> Vec<u8> {
    format!("From: a{number}@enterprise.example\r\nSubject: {number}\r\n\r\nBody {number}\r\n").into_bytes()
}

fn settings(server: &Dovecot) -> Settings {
    let mut settings = Settings::new("main", "127.0.0.1", server.port, Tls::None, USER, Secret::new(PASSWORD));
    settings.retry_first = Duration::from_millis(10);
    settings
}

fn protected(server: &Dovecot, tls: Tls) -> Settings {
    let mut settings = settings(server);
    settings.tls = tls;
    settings.host = "localhost".into();
    settings.port = if tls == Tls::Implicit { server.tls_port } else { server.port };
    settings.ca_file = Some(server.ca_file());
    settings
}

fn bodies(taken: &[Taken]) -> Vec<Vec<u8>> {
    taken.iter().map(|message| message.bytes.clone()).collect()
}

#[tokio::test]
async fn a_message_goes_from_delivery_to_its_mark_over_every_kind_of_connection() {
    let server = Dovecot::start();
    for tls in [Tls::Implicit, Tls::StartTls, Tls::None] {
        let mut settings = if tls == Tls::None { settings(&server) } else { protected(&server, tls) };
        settings.user = format!("{tls:?}").to_lowercase();
        for number in 0..3 {
            server.deliver(&settings.user, &mail(number));
        }
        let user = settings.user.clone();
        let mut hand = Hand::imap(settings, Start::default());
        let taken = hand.take_all().await;
        assert_eq!(bodies(&taken), [mail(0), mail(1), mail(2)], "{tls:?}");
        hand.settle(vec![taken[0].location.clone(), taken[2].location.clone()]).await;
        assert_eq!(server.flags(&user, ""), ["S", "", "S"]);
        hand.end().await;
    }
}

#[tokio::test]
async fn news_come_by_idle_and_orders_interrupt_it() {
    let server = Dovecot::start();
    let mut hand = Hand::imap(settings(&server), Start::default());
    let idle = hand.until(|event| match event {
        Event::Connected { idle, folders } => Some((*idle, folders.clone())),
        _ => None,
    });
    assert_eq!(idle.await, (true, vec!["INBOX".to_owned(), "Junk".to_owned()]));
    assert!(hand.take_all().await.is_empty());
    for number in 0..3 {
        server.deliver(USER, &mail(number));
        let taken = hand.take(1).await;
        assert_eq!(taken[0].bytes, mail(number));
        hand.settle(vec![taken[0].location.clone()]).await;
    }
    assert_eq!(server.flags(USER, ""), ["S", "S", "S"]);
    hand.end().await;
}

#[tokio::test]
async fn an_answer_in_the_junk_folder_is_found_and_marked() {
    let server = Dovecot::start();
    server.deliver_into(USER, ".Junk", &mail(1));
    let mut settings = settings(&server);
    settings.poll = Duration::from_millis(100);
    let mut hand = Hand::imap(settings, Start::default());
    let first = hand.take(1).await.remove(0);
    assert!(first.junk && first.location.folder == "Junk" && first.bytes == mail(1));
    server.deliver_into(USER, ".Junk", &mail(2));
    let second = hand.take(1).await.remove(0);
    assert_eq!(second.bytes, mail(2));
    hand.settle(vec![first.location, second.location]).await;
    assert_eq!(server.flags(USER, ".Junk"), ["S", "S"]);
    hand.end().await;
}

#[tokio::test]
async fn a_new_start_goes_on_at_its_cursor_and_settles_what_was_left() {
    let server = Dovecot::start();
    (0..5).for_each(|number| server.deliver(USER, &mail(number)));
    let mut hand = Hand::imap(settings(&server), Start::default());
    let taken = hand.take_all().await;
    hand.end().await;
    assert_eq!(server.flags(USER, ""), ["", "", "", "", ""]);
    server.deliver(USER, &mail(5));
    let last = taken[4].location.clone();
    let cursor = Cursor { validity: last.validity, uid: last.uid };
    let start = Start { cursors: [("INBOX".into(), cursor)].into(), unsettled: vec![last], ..Start::default() };
    let mut hand = Hand::imap(settings(&server), start);
    let mut settled = Vec::new();
    let mut arrived = Vec::new();
    while settled.is_empty() || arrived.is_empty() {
        match hand.next().await {
            Event::Settled(locations) => settled = locations,
            Event::Arrived(messages) => arrived = messages,
            _ => {}
        }
    }
    assert_eq!(settled, [taken[4].location.clone()]);
    assert_eq!(arrived.len(), 1);
    assert_eq!(server.flags(USER, ""), ["", "", "", "", "S", ""]);
    hand.end().await;
}

#[tokio::test]
async fn settled_messages_move_into_a_folder_with_a_chinese_name() {
    let server = Dovecot::start();
    (0..3).for_each(|number| server.deliver(USER, &mail(number)));
    let mut settings = settings(&server);
    settings.after = After::Move("已处理".into());
    let mut hand = Hand::imap(settings.clone(), Start::default());
    let taken = hand.take_all().await;
    hand.settle(taken.iter().take(2).map(|message| message.location.clone()).collect()).await;
    hand.end().await;
    assert_eq!(server.flags(USER, "").len(), 1);
    assert_eq!(server.flags(USER, ".&XfJZBHQG-").len(), 2);
    settings.folders = vec!["已处理".into()];
    let mut hand = Hand::imap(settings, Start::default());
    assert_eq!(bodies(&hand.take_all().await), [mail(0), mail(1)]);
    hand.end().await;
}

#[tokio::test]
async fn a_message_of_40_mb_comes_in_pieces_and_is_the_same() {
    let server = Dovecot::start();
    let mut large = b"Subject: large\r\n\r\n".to_vec();
    for line in 0..600_000_u32 {
        large.extend(format!("{:064x}\r\n", u64::from(line) * 2_654_435_761).into_bytes());
    }
    server.deliver(USER, &mail(1));
    server.deliver(USER, &large);
    server.deliver(USER, &mail(2));
    let mut hand = Hand::imap(settings(&server), Start::default());
    let taken = hand.take(3).await;
    assert_eq!([&taken[0].bytes, &taken[2].bytes], [&mail(1), &mail(2)]);
    assert!(taken[1].bytes == large, "{} bytes of {}", taken[1].bytes.len(), large.len());
    assert_eq!(taken[1].pieces, large.len().div_ceil(1 << 20));
    hand.end().await;
}

#[tokio::test]
async fn twenty_thousand_old_messages_each_come_once_and_are_marked_in_sets() {
    let server = Dovecot::start();
    (0..20_000).for_each(|number| server.deliver(USER, &mail(number)));
    let mut hand = Hand::imap(settings(&server), Start::default());
    let mut taken = hand.take(5_000).await;
    let early: Vec<_> = taken.iter().map(|message| message.location.clone()).collect();
    hand.orders.send(Order::Settle(early)).await.unwrap();
    let mut settled_meanwhile = 0;
    loop {
        match hand.next().await {
            Event::Arrived(messages) => taken.extend(read_all(messages).await),
            Event::Settled(locations) => settled_meanwhile += locations.len(),
            Event::CaughtUp { found } => {
                assert_eq!(found, 20_000);
                break;
            }
            _ => {}
        }
    }
    assert!(settled_meanwhile >= 5_000);
    let subjects: BTreeSet<Vec<u8>> = taken.iter().map(|message| message.bytes.clone()).collect();
    assert_eq!((taken.len(), subjects.len()), (20_000, 20_000));
    assert!(taken.is_sorted_by_key(|message| message.location.uid));
    hand.settle(taken.into_iter().map(|message| message.location).collect()).await;
    assert!(server.flags(USER, "").iter().all(|flags| flags == "S"));
    hand.end().await;
}

#[tokio::test]
async fn names_and_passwords_that_need_a_literal_log_in() {
    let server = Dovecot::start_with("auth_username_chars =\n");
    server.deliver("调查 甲", &mail(1));
    let mut settings = settings(&server);
    settings.user = "调查 甲".into();
    let mut hand = Hand::imap(settings, Start::default());
    assert_eq!(bodies(&hand.take_all().await), [mail(1)]);
    hand.end().await;
}

#[tokio::test]
async fn a_restarted_server_is_found_again() {
    let server = Dovecot::start();
    server.deliver(USER, &mail(1));
    let mut hand = Hand::imap(settings(&server), Start::default());
    assert_eq!(hand.take_all().await.len(), 1);
    server.doveadm(&["kick", USER]);
    hand.until(|event| matches!(event, Event::Disconnected { .. }).then_some(())).await;
    server.deliver(USER, &mail(2));
    assert_eq!(bodies(&hand.take(1).await), [mail(2)]);
    hand.end().await;
}

#[tokio::test]
async fn check_tells_what_a_server_can_and_what_lies_in_it() {
    let server = Dovecot::start();
    server.deliver(USER, &mail(1));
    let probe = imap::probe(&protected(&server, Tls::Implicit)).await.unwrap();
    assert!(["IDLE", "MOVE", "ID"].iter().all(|wanted| probe.capabilities.iter().any(|has| has == wanted)));
    assert!(probe.folders.contains(&"Junk".to_owned()));
    let watched: Vec<_> =
        probe.watched.iter().map(|folder| (folder.name.as_str(), folder.junk, &folder.messages)).collect();
    assert_eq!(watched, [("INBOX", false, &Ok(1)), ("Junk", true, &Ok(0))]);
    assert_eq!(server.flags(USER, ""), [""]);
}

#[tokio::test]
async fn check_tells_the_cause_and_the_remedy() {
    let server = Dovecot::start();
    let untrusted = Settings { ca_file: None, ..protected(&server, Tls::Implicit) };
    let no_file = Settings { ca_file: Some("/nonexistent/ca.pem".into()), ..untrusted.clone() };
    let wrong_password = Settings { password: Secret::new("guess"), ..settings(&server) };
    let wrong_tls = Settings { port: server.port, ..protected(&server, Tls::Implicit) };
    let abroad = Settings { host: "192.0.2.1".into(), ..settings(&server) };
    let closed = Settings { port: 1, ..settings(&server) };
    type Expected = fn(&ImapError) -> bool;
    let cases: [(Settings, Expected, &str); 6] = [
        (untrusted, |error| matches!(error, ImapError::Certificate { .. }), "ca_file"),
        (no_file, |error| matches!(error, ImapError::Protection(_)), "/nonexistent/ca.pem"),
        (wrong_password, ImapError::is_login_refused, "授权码"),
        (wrong_tls, |error| matches!(error, ImapError::Tls { .. }), "`tls`"),
        (abroad, |error| matches!(error, ImapError::PlainAbroad { .. }), "implicit"),
        (closed, |error| matches!(error, ImapError::Connect { .. }), "firewall"),
    ];
    for (settings, expected, remedy) in cases {
        let error = imap::probe(&settings).await.unwrap_err();
        let text = error.to_string();
        assert!(expected(&error) && text.contains(remedy), "{text}");
        assert!(
            text.contains(&settings.server()) || settings.ca_file.as_deref() == Some(Path::new("/nonexistent/ca.pem"))
        );
        assert!(!text.contains("guess") && !format!("{settings:?}").contains("guess"));
    }
}
