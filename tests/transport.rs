//! Notices over a real Postfix.

use postroom::tls::Tls;
use postroom::transport::smtp::{Deadlines, Settings, Smtp};
use postroom::transport::{Outcome, Outgoing, Transport};

use crate::support::postfix::Postfix;

fn smtp(server: &Postfix) -> Smtp {
    Smtp::new(Settings {
        host: "127.0.0.1".into(),
        port: server.port,
        tls: Tls::None,
        ca_file: None,
        login: None,
        from: "collect@collect.example".into(),
        deadlines: Deadlines::default(),
    })
    .expect("good settings")
}

fn notice(recipient: &str, number: usize) -> Outgoing {
    let bytes = format!("From: <collect@collect.example>\r\nTo: <{recipient}>\r\nSubject: {number}\r\n\r\n.dot\r\n");
    Outgoing { recipient: recipient.into(), bytes: bytes.into(), name: format!("reply-{number}") }
}

#[tokio::test]
async fn notices_arrive_whole_over_one_connection() {
    let server = Postfix::start();
    smtp(&server).probe().await.expect("a server that answers");
    let mut transport = Transport::Smtp(Box::new(smtp(&server)));
    for number in 0..3 {
        let outcome = transport.send(&notice("zhang@corp.example", number)).await;
        assert!(matches!(&outcome, Outcome::Sent(words) if words.contains("queued as")), "{outcome:?}");
    }
    transport.close().await;
    let mails = server.delivered("corp.example", 3);
    assert_eq!(mails.len(), 3);
    for mail in mails {
        let mail = String::from_utf8(mail).expect("ASCII");
        assert!(mail.contains("Delivered-To: zhang@corp.example\n") && mail.ends_with("\n\n.dot\n"), "{mail}");
    }
}

#[tokio::test]
async fn a_recipient_that_is_refused_does_not_hold_up_the_next() {
    let server = Postfix::start();
    let mut transport = Transport::Smtp(Box::new(smtp(&server)));
    let outcome = transport.send(&notice("nobody@", 0)).await;
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    let too_long = format!("{}@corp.example", "x".repeat(900));
    let outcome = transport.send(&notice(&too_long, 1)).await;
    assert!(!matches!(outcome, Outcome::Sent(_)), "{outcome:?}");
    let outcome = transport.send(&notice("zhang@corp.example", 2)).await;
    assert!(matches!(outcome, Outcome::Sent(_)), "{outcome:?}");
    server.delivered("corp.example", 1);
}
