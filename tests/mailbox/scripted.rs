//! What real servers were seen to do wrong, or what a network does to them: each as a script.

use std::time::Duration;

use postroom::arrival::{Cursor, Location};
use postroom::mailbox::imap::Settings;
use postroom::mailbox::{After, Event, Order, Start};
use postroom::secret::Secret;
use postroom::tls::Tls;

use crate::support::hand::{Hand, Taken, read, read_all};
use crate::support::scripted::Scripted;

/// Two small messages with UIDs 4 and 5, listed and given.
const TWO: &str = "
SELECT *
  * 2 EXISTS
  * OK [UIDVALIDITY 7] valid
  * OK [UIDNEXT 6] next
  $ OK [READ-WRITE] open
UID FETCH 1:5 (UID INTERNALDATE RFC822.SIZE)
  * 1 FETCH (UID 4 FLAGS () INTERNALDATE \"01-Jan-2018 08:00:00 +0800\" RFC822.SIZE 5)
  * 2 FETCH (UID 5 FLAGS () INTERNALDATE \" 2-Jan-2018 08:00:00 +0800\" RFC822.SIZE 5)
  $ OK done
UID FETCH 6:* *
  * 2 FETCH (UID 5 FLAGS () INTERNALDATE \" 2-Jan-2018 08:00:00 +0800\" RFC822.SIZE 5)
  $ OK done
UID FETCH 4:5 (UID BODY.PEEK[])
  * 1 FETCH (UID 4 BODY[] {5}
  four!)
  * 2 FETCH (UID 5 BODY[] {5}
  five!)
  $ OK done
";

fn settings(server: &Scripted) -> Settings {
    let mut settings =
        Settings::new("main", "127.0.0.1", server.port, Tls::None, "collect@district.example", Secret::new("secret"));
    settings.watch_junk = false;
    settings.command_deadline = Duration::from_millis(300);
    settings.retry_first = Duration::from_millis(10);
    settings.poll = Duration::from_secs(60);
    settings.give_up = Duration::ZERO;
    settings
}

/// A message that was left behind, and why.
fn not_fetched(event: &Event) -> Option<(u32, String)> {
    match event {
        Event::NotFetched { location, why } => Some((location.uid, why.clone())),
        _ => None,
    }
}

fn disconnected(event: &Event) -> Option<String> {
    match event {
        Event::Disconnected { why, .. } => Some(why.clone()),
        _ => None,
    }
}

fn uids(taken: &[Taken]) -> Vec<u32> {
    taken.iter().map(|message| message.location.uid).collect()
}

/// The first connection fails in a way that must be told with these words; the second one serves both messages.
async fn fails_then_serves(first: &str, told: &str) {
    let server = Scripted::start(&[first, TWO]).await;
    let mut hand = Hand::imap(settings(&server), Start::default());
    let why = hand.until(disconnected).await;
    assert!(why.contains(told), "{why}");
    assert!(why.contains(&format!("127.0.0.1:{}", server.port)), "{why}");
    let taken = hand.take_all().await;
    assert_eq!(uids(&taken), [4, 5]);
    assert_eq!(taken[1].bytes, b"five!");
    assert_eq!(taken[1].date.to_string(), "2018-01-02T00:00:00Z");
    hand.end().await;
}

#[tokio::test]
async fn a_server_that_never_greets_is_left() {
    fails_then_serves("greeting\n  hang", "no answer to greeting within 0.3 s").await;
}

#[tokio::test]
async fn a_server_silent_after_its_greeting_is_left() {
    fails_then_serves("CAPABILITY\n  hang", "no answer to CAPABILITY").await;
}

#[tokio::test]
async fn a_hang_up_at_the_greeting_is_told_in_the_servers_words() {
    fails_then_serves("greeting\n  * BYE too many connections", "too many connections").await;
}

#[tokio::test]
async fn a_message_cut_in_its_middle_comes_again_whole() {
    let cut = TWO.replace("five!)", "fi\n  cut");
    fails_then_serves(&cut, "connection ended during UID FETCH (messages)").await;
}

#[tokio::test]
async fn silence_in_the_middle_of_a_message_is_found() {
    let silent = TWO.replace("five!)", "fi\n  hang");
    fails_then_serves(&silent, "no answer to UID FETCH (messages)").await;
}

#[tokio::test]
async fn a_complaint_without_a_tag_is_no_endless_wait() {
    fails_then_serves("UID FETCH *\n  * BAD UID parameters!", "UID FETCH (list) refused (UID parameters!)").await;
}

#[tokio::test]
async fn an_answer_that_is_no_imap_is_left() {
    fails_then_serves("SELECT *\n  HTTP/1.1 400 Bad Request", "SELECT INBOX not understood (\"HTTP/1.1 400").await;
}

#[tokio::test]
async fn the_last_message_is_not_handed_on_again_by_an_open_range() {
    let server = Scripted::start(&[TWO]).await;
    let mut settings = settings(&server);
    settings.poll = Duration::from_millis(20);
    let mut hand = Hand::imap(settings, Start::default());
    assert_eq!(uids(&hand.take_all().await), [4, 5]);
    while server.count("NOOP") < 3 {
        // Polls that find nothing are told, and nothing else is.
        while let Ok(event) = hand.events.try_recv() {
            assert!(matches!(event, Event::Quiet), "{event:?}");
        }
        tokio::task::yield_now().await;
    }
    hand.end().await;
}

#[tokio::test]
async fn a_cursor_goes_on_where_it_stood_unless_the_uids_are_new() {
    for (cursor, expected) in [
        (Cursor { validity: 7, uid: 5 }, &[][..]),
        (Cursor { validity: 6, uid: 5 }, &[4, 5]),
        // The server gives UIDs anew below those that were read.
        (Cursor { validity: 7, uid: 900 }, &[4, 5]),
    ] {
        let server = Scripted::start(&[TWO]).await;
        let start = Start { cursors: [("INBOX".to_owned(), cursor)].into(), ..Start::default() };
        let mut hand = Hand::imap(settings(&server), start);
        assert_eq!(uids(&hand.take_all().await), expected, "{cursor:?}");
        hand.end().await;
    }
}

#[tokio::test]
async fn after_a_break_nothing_taken_comes_again_under_the_same_uids() {
    let dies = TWO.to_owned() + "CAPABILITY\n  * CAPABILITY IMAP4rev1 IDLE\n  $ OK done\nIDLE\n  + idling\n  cut\n";
    let changed = TWO.replace("UIDVALIDITY 7", "UIDVALIDITY 8");
    let server = Scripted::start(&[&dies, &dies, &changed]).await;
    let mut hand = Hand::imap(settings(&server), Start::default());
    assert_eq!(uids(&hand.take_all().await), [4, 5]);
    assert!(hand.until(disconnected).await.contains("waiting for news"));
    assert!(uids(&hand.take_all().await).is_empty());
    hand.until(disconnected).await;
    let again = hand.take_all().await;
    assert_eq!(uids(&again), [4, 5]);
    assert_eq!(again[0].location.validity, 8);
    hand.end().await;
}

#[tokio::test]
async fn an_idle_that_died_silently_is_found_at_the_poll() {
    let dies = "CAPABILITY\n  * CAPABILITY IMAP4rev1 IDLE\n  $ OK done\nIDLE\n  + idling\n  hang\n";
    let server = Scripted::start(&[dies, TWO]).await;
    let mut settings = settings(&server);
    settings.poll = Duration::from_millis(50);
    let mut hand = Hand::imap(settings, Start::default());
    let why = hand.until(disconnected).await;
    assert!(why.contains("no answer to end of IDLE"), "{why}");
    assert_eq!(uids(&hand.take(2).await), [4, 5]);
    hand.end().await;
}

#[tokio::test]
async fn a_refused_login_pauses_and_does_not_lock_the_account() {
    let refusal = "LOGIN *\n  $ NO Login fail. Account is abnormal, service is not open, password is incorrect\n";
    let server = Scripted::start(&[refusal, TWO]).await;
    let mut settings = settings(&server);
    settings.login_pause = Duration::from_millis(400);
    let mut hand = Hand::imap(settings, Start::default());
    let refused = hand.until(|event| match event {
        Event::LoginRefused { why, retry_in } => Some((why.clone(), *retry_in)),
        _ => None,
    });
    let (why, retry_in) = refused.await;
    assert!(why.contains("service is not open") && why.contains("授权码"), "{why}");
    assert!(!why.contains("secret"), "{why}");
    assert_eq!(retry_in, 1);
    let before = std::time::Instant::now();
    assert_eq!(uids(&hand.take_all().await), [4, 5]);
    assert!(before.elapsed() > Duration::from_millis(300));
    assert_eq!(server.count("LOGIN"), 2);
    hand.end().await;
}

#[tokio::test]
async fn an_account_that_was_refused_elsewhere_is_left_alone_until_its_rest_is_over() {
    let idles =
        TWO.to_owned() + "CAPABILITY\n  * CAPABILITY IMAP4rev1 IDLE\n  $ OK done\nIDLE\n  + idling\nDONE\n  cut\n";
    let server = Scripted::start(&[&idles, ""]).await;
    let mut hand = Hand::imap(settings(&server), Start::default());
    assert_eq!(uids(&hand.take_all().await), [4, 5]);
    let before = std::time::Instant::now();
    hand.orders.send(Order::Rest(Duration::from_millis(500))).await.unwrap();
    hand.until(disconnected).await;
    hand.until(|event| matches!(event, Event::Connected { .. }).then_some(())).await;
    assert!(before.elapsed() > Duration::from_millis(400));
    assert_eq!(server.count("LOGIN"), 2);
    hand.end().await;
}

#[tokio::test]
async fn an_unsafe_login_is_a_refused_login() {
    for script in
        ["SELECT *\n  $ NO SELECT Unsafe Login. Please contact kefu@mail.example", "SELECT *\n  * BYE Unsafe Login"]
    {
        let server = Scripted::start(&[script]).await;
        let mut hand = Hand::imap(settings(&server), Start::default());
        let told = hand.until(|event| Some(matches!(event, Event::LoginRefused { .. }))).await;
        assert!(told, "{script}");
        hand.end().await;
    }
}

#[tokio::test]
async fn id_is_sent_before_select_where_it_is_offered_and_nowhere_else() {
    let offers =
        TWO.to_owned() + "CAPABILITY\n  * CAPABILITY IMAP4rev1 ID\n  $ OK done\nID *\n  * ID NIL\n  $ OK done\n";
    for (script, sent) in [(offers, 1), (TWO.to_owned(), 0)] {
        let server = Scripted::start(&[&script]).await;
        let mut hand = Hand::imap(settings(&server), Start::default());
        hand.take_all().await;
        let heard = server.heard();
        assert_eq!(server.count("ID "), sent);
        let position = |start: &str| heard.iter().position(|command| command.starts_with(start));
        assert!(position("ID ").is_none_or(|id| id < position("SELECT").unwrap() && id > position("LOGIN").unwrap()));
        hand.end().await;
    }
}

#[tokio::test]
async fn login_by_sasl_plain_where_login_is_disabled() {
    let script = TWO.to_owned()
        + "CAPABILITY\n  * CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=PLAIN\n  $ OK done\nAUTHENTICATE PLAIN\n  + \n\
           AGNvbGxlY3RAZGlzdHJpY3QuZXhhbXBsZQBzZWNyZXQ=\n  $ OK welcome\nLOGIN *\n  $ NO disabled\n";
    let server = Scripted::start(&[&script]).await;
    let mut hand = Hand::imap(settings(&server), Start::default());
    assert_eq!(uids(&hand.take_all().await), [4, 5]);
    hand.end().await;
}

#[tokio::test]
async fn without_idle_and_move_new_mail_is_found_by_asking_and_settled_by_a_mark() {
    let quiet = "UID FETCH 1:* *\n  $ OK done\nUID FETCH 1:* *\n  $ OK done\n";
    let script = quiet.to_owned()
        + "UID FETCH 1:* *\n  * 1 FETCH (UID 9 INTERNALDATE \"01-Jan-2018 08:00:00 +0800\" RFC822.SIZE 4)\n  $ OK done\n\
           UID FETCH 9 *\n  * 1 FETCH (UID 9 BODY[] {4}\n  nine)\n  $ OK done\n";
    let server = Scripted::start(&[&script]).await;
    let mut settings = settings(&server);
    settings.poll = Duration::from_millis(20);
    settings.after = After::Move("已处理".into());
    let mut hand = Hand::imap(settings, Start::default());
    let taken = hand.take(1).await;
    assert_eq!(taken[0].bytes, b"nine");
    hand.settle(vec![taken[0].location.clone()]).await;
    assert_eq!(server.count("UID STORE 9 +FLAGS.SILENT (\\Seen)"), 1);
    assert_eq!(server.count("UID MOVE") + server.count("CREATE") + server.count("IDLE"), 0);
    hand.end().await;
}

#[tokio::test]
async fn one_message_the_server_cannot_give_keeps_no_other_back() {
    let refuses = TWO.replace("  * 1 FETCH (UID 4 BODY[] {5}\n  four!)\n", "").replace(
        "  five!)\n  $ OK done",
        "  five!)\n  $ NO [SERVERBUG] internal error\nUID FETCH 4 *\n  $ NO [SERVERBUG] internal error\n\
         UID FETCH 5 *\n  * 2 FETCH (UID 5 BODY[] {5}\n  five!)\n  $ OK done",
    );
    let server = Scripted::start(&[&refuses]).await;
    let mut hand = Hand::imap(settings(&server), Start::default());
    let (uid, why) = hand.until(not_fetched).await;
    assert_eq!(uid, 4);
    assert!(why.contains("internal error"), "{why}");
    assert_eq!(uids(&hand.take_all().await), [5]);
    // It was asked for again and again, alone and in pieces, before it was left behind.
    assert_eq!(server.count("(connection)"), 7);
    assert_eq!(server.count("UID FETCH 4 (UID BODY.PEEK[])"), 3);
    assert_eq!(server.count("UID FETCH 4 (UID BODY.PEEK[]<0."), 3);
    hand.end().await;
}

#[tokio::test]
async fn a_server_that_has_a_bad_hour_loses_no_mail() {
    let words = ["[OVERQUOTA] Account exceeded command or bandwidth limits", "[SERVERBUG] Internal error", "busy"];
    let refuse = |words: &str| {
        let start = TWO.find("UID FETCH 4:5").unwrap();
        TWO[..start].to_owned() + &format!("UID FETCH 4*\n  $ NO {words}\n")
    };
    let bad = words.map(refuse);
    let server = Scripted::start(&[&bad[0], &bad[1], &bad[2], &bad[0], TWO]).await;
    let mut hand = Hand::imap(settings(&server), Start::default());
    let taken = hand.take(2).await;
    assert_eq!(uids(&taken), [4, 5]);
    assert_eq!(server.count("(connection)"), 5);
    hand.end().await;
}

#[tokio::test]
async fn a_message_the_server_gives_without_its_bytes_is_told_and_never_kept_as_empty() {
    let given = "  * 1 FETCH (UID 4 BODY[] {5}\n  four!)\n";
    let fifth = "UID FETCH 5 *\n  * 2 FETCH (UID 5 BODY[] {5}\n  five!)\n  $ OK done\n";
    for answer in
        ["", "  * 1 FETCH (UID 4 BODY[] NIL)\n", "  * 1 FETCH (UID 4 BODY[] \"\")\n", "  * 1 FETCH (BODY[] {1}\n  x)\n"]
    {
        let server = Scripted::start(&[&(TWO.replace(given, answer) + fifth)]).await;
        let mut hand = Hand::imap(settings(&server), Start::default());
        assert_eq!(hand.until(not_fetched).await.0, 4, "{answer}");
        assert_eq!(uids(&hand.take_all().await), [5], "{answer}");
        assert_eq!(server.count("UID FETCH 1:5 "), 2, "a new list tells whether it was deleted");
        hand.end().await;
    }
}

#[tokio::test]
async fn a_server_that_gives_no_bytes_of_anything_loses_no_mail() {
    let start = TWO.find("UID FETCH 4:5").unwrap();
    let empty = TWO[..start].to_owned() + "UID FETCH 4*\n  $ OK done\n";
    let server = Scripted::start(&[&empty, TWO]).await;
    let mut hand = Hand::imap(settings(&server), Start::default());
    let why = hand.until(disconnected).await;
    assert!(why.contains("gives no bytes"), "{why}");
    loop {
        match hand.next().await {
            Event::Arrived(messages) => break assert_eq!(uids(&read_all(messages).await), [4, 5]),
            event => assert_eq!(not_fetched(&event), None),
        }
    }
    hand.end().await;
}

#[tokio::test]
async fn a_message_far_longer_than_told_comes_in_pieces_and_keeps_no_other_back() {
    let swollen = TWO.replace("BODY[] {5}\n  four!)", "BODY[] {400}\n  four!)")
        + "UID FETCH 4 (UID BODY.PEEK[]<0.10>)\n  * 1 FETCH (UID 4 BODY[]<0> {5}\n  four!)\n  $ OK done\n\
           UID FETCH 5 (UID BODY.PEEK[]<0.10>)\n  * 2 FETCH (UID 5 BODY[]<0> {5}\n  five!)\n  $ OK done\n";
    let server = Scripted::start(&[&swollen]).await;
    let mut settings = settings(&server);
    (settings.large_from, settings.piece) = (10, 10);
    let mut hand = Hand::imap(settings, Start::default());
    let why = hand.until(disconnected).await;
    assert!(why.contains("too long") && why.contains("400 bytes"), "{why}");
    let taken = hand.take_all().await;
    assert_eq!(uids(&taken), [4, 5]);
    assert_eq!(taken[0].bytes, b"four!");
    hand.end().await;
}

#[tokio::test]
async fn a_large_message_with_a_piece_missing_is_not_passed() {
    let lacking = "UID FETCH 4 (UID BODY.PEEK[]<2.2>)\n  $ OK done\nUID FETCH 4 (UID BODY.PEEK[]<4.2>)\n  $ OK done\n";
    let pieces = "UID FETCH 4 (UID BODY.PEEK[]<0.2>)\n  * 1 FETCH (UID 4 BODY[]<0> {2}\n  fo)\n  $ OK done\n\
                  UID FETCH 4 (UID BODY.PEEK[]<2.2>)\n  * 1 FETCH (UID 4 BODY[]<2> {2}\n  ur)\n  $ OK done\n\
                  UID FETCH 4 (UID BODY.PEEK[]<4.2>)\n  * 1 FETCH (UID 4 BODY[]<4> {1}\n  !)\n  $ OK done\n\
                  UID FETCH 4 *\n  $ OK done\nUID FETCH 5 *\n  $ OK done\n";
    let server = Scripted::start(&[&(lacking.to_owned() + pieces + TWO)]).await;
    let mut settings = settings(&server);
    (settings.large_from, settings.piece) = (2, 2);
    let mut hand = Hand::imap(settings, Start::default());
    let mut ends = Vec::new();
    while ends.len() < 2 {
        if let Event::Arrived(messages) = hand.next().await {
            for message in messages {
                ends.push(read(message).await.map(|taken| taken.bytes));
            }
        }
    }
    assert!(ends[0].as_ref().is_err_and(|why| why.contains("only a part")), "{ends:?}");
    assert_eq!(ends[1].as_deref(), Ok(&b"four!"[..]));
    hand.end().await;
}

#[tokio::test]
async fn the_next_messages_are_asked_for_before_the_last_have_come() {
    let script = TWO.replace("RFC822.SIZE 5", "RFC822.SIZE 3000000").replace(
        "UID FETCH 4:5 (UID BODY.PEEK[])\n  * 1 FETCH (UID 4 BODY[] {5}\n  four!)\n",
        "UID FETCH 4 (UID BODY.PEEK[])\n  next\n  * 1 FETCH (UID 4 BODY[] {5}\n  four!)\n  $ OK done\n\
         UID FETCH 5 (UID BODY.PEEK[])\n",
    );
    let server = Scripted::start(&[&script]).await;
    let mut hand = Hand::imap(settings(&server), Start::default());
    assert_eq!(uids(&hand.take_all().await), [4, 5]);
    assert_eq!(server.count("(connection)"), 1);
    hand.end().await;
}

#[tokio::test]
async fn messages_are_left_as_they_are_where_that_is_asked_for() {
    let server = Scripted::start(&[TWO]).await;
    let mut settings = settings(&server);
    settings.after = After::Keep;
    let mut hand = Hand::imap(settings, Start::default());
    let taken = hand.take_all().await;
    hand.settle(taken.into_iter().map(|message| message.location).collect()).await;
    assert_eq!(server.count("UID STORE"), 0);
    hand.end().await;
}

#[tokio::test]
async fn a_mark_that_was_refused_is_told_and_tried_again() {
    let script = "UID STORE *\n  $ NO quota\nUID STORE *\n  $ OK done\n".to_owned() + TWO;
    let server = Scripted::start(&[&script]).await;
    let mut settings = settings(&server);
    settings.poll = Duration::from_millis(50);
    let mut hand = Hand::imap(settings, Start::default());
    let taken = hand.take_all().await;
    let locations: Vec<_> = taken.into_iter().map(|message| message.location).collect();
    hand.orders.send(Order::Settle(locations.clone())).await.unwrap();
    let told = hand.until(|event| match event {
        Event::NotSettled { count, why } => Some((*count, why.clone())),
        _ => None,
    });
    assert_eq!(told.await, (2, "quota".to_owned()));
    let settled = hand.until(|event| match event {
        Event::Settled(settled) => Some(settled.clone()),
        _ => None,
    });
    assert_eq!(settled.await, locations);
    hand.end().await;
}

#[tokio::test]
async fn a_message_deleted_between_list_and_fetch_is_passed_over() {
    let first = TWO.replace("  * 1 FETCH (UID 4 BODY[] {5}\n  four!)\n", "");
    let listed = "  * 1 FETCH (UID 4 FLAGS () INTERNALDATE \"01-Jan-2018 08:00:00 +0800\" RFC822.SIZE 5)\n";
    let given = "UID FETCH 5 *\n  * 1 FETCH (UID 5 BODY[] {5}\n  five!)\n  $ OK done\n";
    let server = Scripted::start(&[&(first.clone() + given + &first.replace(listed, ""))]).await;
    let mut hand = Hand::imap(settings(&server), Start::default());
    let mut taken = Vec::new();
    loop {
        match hand.next().await {
            Event::Arrived(messages) => taken.extend(read_all(messages).await),
            Event::CaughtUp { .. } => break,
            event => assert_eq!(not_fetched(&event), None),
        }
    }
    assert_eq!(uids(&taken), [5]);
    hand.end().await;
}

#[tokio::test]
async fn the_size_a_server_tells_wrongly_loses_no_byte_of_a_large_message() {
    // 5 bytes in pieces of 2, told as 3, 5, 6 and 9.
    let pieces = "UID FETCH 4 (UID BODY.PEEK[]<0.2>)\n  * 1 FETCH (UID 4 BODY[]<0> {2}\n  fo)\n  $ OK done\n\
                  UID FETCH 4 (UID BODY.PEEK[]<2.2>)\n  * 1 FETCH (UID 4 BODY[]<2> {2}\n  ur)\n  $ OK done\n\
                  UID FETCH 4 (UID BODY.PEEK[]<4.2>)\n  * 1 FETCH (UID 4 BODY[]<4> {1}\n  !)\n  $ OK done\n\
                  UID FETCH 4 *\n  * 1 FETCH (UID 4 BODY[]<6> \"\")\n  $ OK done\n\
                  UID FETCH 5 *\n  $ OK done\n";
    for size in [3, 5, 6, 9] {
        let told = pieces.to_owned() + &TWO.replace("+0800\" RFC822.SIZE 5", &format!("+0800\" RFC822.SIZE {size}"));
        let server = Scripted::start(&[&told]).await;
        let mut settings = settings(&server);
        (settings.large_from, settings.piece) = (2, 2);
        let mut hand = Hand::imap(settings, Start::default());
        let taken = hand.take_all().await;
        assert_eq!(taken[0].bytes, b"four!", "told as {size}");
        assert_eq!(taken.len(), 1);
        hand.end().await;
    }
}

#[tokio::test]
async fn a_large_message_nobody_took_to_its_end_comes_again() {
    let pieces = "UID FETCH 4 (UID BODY.PEEK[]<0.2>)\n  * 1 FETCH (UID 4 BODY[]<0> {2}\n  fo)\n  $ OK done\n\
                  UID FETCH 4 (UID BODY.PEEK[]<2.2>)\n  * 1 FETCH (UID 4 BODY[]<2> {2}\n  ur)\n  $ OK done\n\
                  UID FETCH 4 *\n  * 1 FETCH (UID 4 BODY[]<4> {1}\n  !)\n  $ OK done\nUID FETCH 5 *\n  $ OK done\n";
    let server = Scripted::start(&[&(pieces.to_owned() + TWO)]).await;
    let mut settings = settings(&server);
    (settings.large_from, settings.piece) = (2, 2);
    let mut hand = Hand::imap(settings, Start::default());
    hand.until(|event| matches!(event, Event::Arrived(_)).then_some(())).await;
    assert!(hand.until(disconnected).await.contains("not taken to its end"));
    assert_eq!(hand.take(1).await[0].bytes, b"four!");
    hand.end().await;
}

#[tokio::test]
async fn what_lies_under_an_old_uidvalidity_is_let_go_and_nothing_else_is_marked() {
    let server = Scripted::start(&[TWO]).await;
    let at =
        |validity, uid| Location { mailbox: "main".into(), folder: "INBOX".into(), validity, uid, name: String::new() };
    let cursors = [("INBOX".to_owned(), Cursor { validity: 7, uid: 5 })].into();
    let start = Start { cursors, unsettled: vec![at(6, 1), at(7, 4), at(7, 5)], ..Start::default() };
    let mut hand = Hand::imap(settings(&server), start);
    let mut settled = Vec::new();
    while settled.len() < 3 {
        if let Event::Settled(locations) = hand.next().await {
            settled.extend(locations);
        }
    }
    assert_eq!(settled, [at(6, 1), at(7, 4), at(7, 5)]);
    assert_eq!(server.count("UID STORE"), 1);
    assert_eq!(server.count("UID STORE 4:5 "), 1);
    hand.end().await;
}

#[tokio::test]
async fn a_folder_that_is_missing_is_told_and_the_others_are_watched() {
    let script = "SELECT \"&jANn5Q-\"\n  $ NO no such folder\n".to_owned() + TWO;
    for folders in [["INBOX", "调查"], ["调查", "INBOX"]] {
        let server = Scripted::start(&[&script]).await;
        let mut settings = settings(&server);
        settings.folders = folders.map(str::to_owned).into();
        let mut hand = Hand::imap(settings, Start::default());
        let (mut taken, mut refused) = (Vec::new(), Vec::new());
        while taken.len() < 2 || refused.is_empty() {
            match hand.next().await {
                Event::Arrived(messages) => taken.extend(read_all(messages).await),
                Event::FolderRefused { folder, why } => refused.push((folder, why)),
                _ => {}
            }
        }
        assert_eq!(uids(&taken), [4, 5]);
        assert_eq!(refused, [("调查".to_owned(), "no such folder".to_owned())]);
        hand.end().await;
    }
}

#[tokio::test]
async fn a_mailbox_whose_configured_folder_is_refused_does_not_say_that_all_is_read() {
    let script = "SELECT \"&jANn5Q-\"\n  $ NO no such folder\n".to_owned() + TWO;
    let server = Scripted::start(&[&script]).await;
    let mut settings = settings(&server);
    settings.folders = vec!["调查".into(), "INBOX".into()];
    settings.poll = Duration::from_millis(20);
    let mut hand = Hand::imap(settings, Start::default());
    // Told once the connection is, as that would say that all is well.
    hand.until(|event| matches!(event, Event::Connected { .. }).then_some(())).await;
    hand.until(|event| matches!(event, Event::FolderRefused { .. }).then_some(())).await;
    while server.count("SELECT \"&jANn5Q-\"") < 4 {
        while let Ok(event) = hand.events.try_recv() {
            assert!(matches!(event, Event::Arrived(_)), "{event:?}");
        }
        tokio::task::yield_now().await;
    }
    hand.end().await;
}

#[tokio::test]
async fn a_junk_folder_that_is_made_later_is_watched() {
    let script = "LIST *\n  * LIST () \"/\" INBOX\n  $ OK done\n\
                  LIST *\n  * LIST () \"/\" INBOX\n  * LIST () \"/\" \"a\\b\"\n  * LIST () \"/\" Junk\n  $ OK done\n";
    let server = Scripted::start(&[script]).await;
    let mut settings = settings(&server);
    settings.watch_junk = true;
    settings.poll = Duration::from_millis(5);
    let mut hand = Hand::imap(settings, Start::default());
    while server.count("SELECT \"Junk\"") == 0 {
        drop(hand.next().await);
    }
    assert_eq!(server.count("(connection)"), 1);
    assert_eq!(server.count("LIST"), 2);
    hand.end().await;
}

#[tokio::test]
async fn a_server_that_tells_of_messages_with_each_command_is_not_asked_without_a_pause() {
    let script = "NOOP\n  * 3 EXISTS\n  $ OK done\nUID FETCH 1:* *\n  * 3 EXISTS\n  $ OK done\n";
    let server = Scripted::start(&[script]).await;
    let mut hand = Hand::imap(settings(&server), Start::default());
    hand.take_all().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(server.count("UID FETCH") < 10, "{:?}", server.heard());
    hand.end().await;
}
