//! How long a respondent waits: from the mail in the collection mailbox to the receipt at the mail server.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use crate::support::daemon::Postroom;
use crate::support::letter::sample_from;
use crate::support::post::Post;

const MAILS: usize = 100;
/// Dovecot gathers changes for so long before it tells of them in IDLE (`lib-storage/mailbox-watch.c`).
const DOVECOT: Duration = Duration::from_millis(500);

fn of(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent).div_ceil(100) - 1]
}

#[test]
fn the_wait_for_a_receipt_is_measured() {
    let post = Post::start();
    let configuration = post.configuration("") + "[caps]\nper_sender_day = 1000\nper_domain_hour = 1000\n";
    let postroom = Postroom::start(&configuration);
    postroom.wait(&["connected", "idle=true"]);
    let mut waits = Vec::new();
    for number in 1..=MAILS {
        let sample = [1, 43, 66, 87, 91][number % 5];
        let message = sample_from(sample, &format!("user{number}@corp.example"));
        let delivered = SystemTime::now();
        post.dovecot.deliver("collect", &message);
        let answered = "SELECT count(*) FROM notice WHERE message IS NOT NULL AND state = 'sent'";
        postroom.until(answered, &[&number.to_string()]);
        let sql = "SELECT ended_at FROM attempt JOIN notice ON notice.id = notice WHERE message IS NOT NULL ORDER BY ended_at DESC LIMIT 1";
        let taken: Timestamp = postroom.rows(sql)[0].parse().unwrap();
        waits.push(SystemTime::from(taken).duration_since(delivered).unwrap());
    }
    waits.sort();
    let (median, late) = (of(&waits, 50), of(&waits, 95));
    println!("delivery to receipt at the server, {MAILS} mails: median {median:.0?}, 95th percentile {late:.0?}");
    println!(
        "without Dovecot's own {DOVECOT:.0?}: median {:.0?}, 95th percentile {:.0?}",
        median.saturating_sub(DOVECOT),
        late.saturating_sub(DOVECOT)
    );
    assert_eq!(postroom.rows("SELECT state, count(*) FROM notice WHERE message IS NOT NULL GROUP BY 1"), ["sent|100"]);
}
