//! A very large mail, and a mailbox with years of other mail in it.

use crate::support::daemon::{Postroom, number_from};
use crate::support::letter::{Letter, header, words};
use crate::support::post::{Post, REPLIES};

/// Bytes that no compression makes smaller: xorshift from a fixed seed.
fn noise(length: usize) -> Vec<u8> {
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

#[test]
fn a_mail_of_40_mb_costs_pieces_and_is_kept_to_the_byte() {
    let post = Post::start();
    let postroom = Postroom::start(&post.configuration(""));
    let from = "wang@corp.example";
    let letter = Letter::with_form(from, "大文件科技有限公司", "5000万元").file("宣传片.mp4", noise(29 << 20));
    let sent = letter.bytes();
    assert!(sent.len() > 40_000_000);
    post.send(from, &sent);
    let answer = post.await_mails("wang", 1).swap_remove(0);
    let peak = postroom.peak_memory();
    println!("a mail of {} MB: peak memory of the daemon {peak} MiB", sent.len() / 1_000_000);
    assert!(words(&answer).1.contains("大文件科技有限公司"), "{:?}", words(&answer));
    assert_eq!(header(&answer, "X-Postroom-Notice"), "receipt");
    let raw = postroom.command(&["raw", "m1"]).stdout;
    let lies = post.mails("collect").swap_remove(0);
    // IMAP gives lines with CR LF, whatever the server stores.
    assert_eq!(raw.len(), String::from_utf8_lossy(&lies).replace("\r\n", "\n").replace('\n', "\r\n").len());
    assert!(raw.ends_with(&sent), "the mail as it was sent, behind the stamps of its way");
    assert!(peak < 100, "{peak} MiB");
}

/// So many old mails, or as many as `POSTROOM_OLD_MAILS` says: `tests/long mailbox` takes 20,000.
const OLD_MAILS: usize = 3_000;

#[test]
fn of_a_mailbox_full_of_old_mails_only_new_returns_are_answered() {
    let post = Post::start();
    let count = number_from("POSTROOM_OLD_MAILS").map_or(OLD_MAILS, |count| count as usize);
    for number in 0..count {
        let other = match number % 4 {
            0 => format!("From: shop{number}@store.example\r\nSubject: Sale {number}\r\n\r\nEverything must go.\r\n"),
            1 => format!(
                "From: list{}@news.example\r\nList-Id: <n>\r\nSubject: News {number}\r\n\r\nNews.\r\n",
                number % 97
            ),
            2 => format!(
                "From: chen{number}@friend.example\r\nSubject: Lunch {number}\r\n\r\nNoon at the usual place?\r\n"
            ),
            _ => {
                format!("From: li{number}@friend.example\r\nSubject: =?utf-8?B?5Lya6K6u6YCa55+l?=\r\n\r\n{number}\r\n")
            }
        };
        post.dovecot.deliver("collect", other.as_bytes());
    }
    let mut postroom = Postroom::start(&(post.mailbox("main", "") + REPLIES));
    let began = std::time::Instant::now();
    for number in 1..=5 {
        let from = format!("user{number}@corp.example");
        let letter = Letter::with_form(&from, &format!("第{number}科技有限公司"), "300万元");
        post.dovecot.deliver("collect", &letter.bytes());
    }
    postroom.patience = std::time::Duration::from_secs(300);
    postroom.wait_count(&[" sent "], 5);
    let answered = began.elapsed();
    postroom.until("SELECT count(*) FROM message WHERE state = 'read'", &[(count + 5).to_string().as_str()]);
    println!(
        "{count} old mails: five new returns answered in {answered:.1?}, all read in {:.1?}, peak memory {} MiB",
        began.elapsed(),
        postroom.peak_memory()
    );
    let recipients = postroom.rows("SELECT recipient FROM notice ORDER BY 1");
    assert_eq!(recipients, [1, 2, 3, 4, 5].map(|number| format!("user{number}@corp.example")));
    assert!(postroom.peak_memory() < 150, "{} MiB", postroom.peak_memory());
}
