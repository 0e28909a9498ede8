//! The checker: what a story ended in, told so that two tellings of it can be compared, and what must hold of every database and of
//! every mail that went out, whatever happened on the way.

use std::collections::BTreeMap;

use crate::support::daemon::Postroom;
use crate::support::letter::header;
use crate::support::post::Post;

/// How all the mail of one mailbox ended: messages with their places, the cursor, returns and answers, notices, and the marks at the
/// server. `name` is the mailbox, its user and the beginning of every address and company in it; it is told as `#`.
pub(crate) fn of(postroom: &Postroom, post: &Post, name: &str) -> Vec<String> {
    let queries = [
        format!(
            "SELECT 'message', sender, state, disposition, folder, uid, settled, (SELECT size FROM raw WHERE id = raw)
             FROM location JOIN message ON message.id = location.message WHERE mailbox = '{name}' ORDER BY sender, uid"
        ),
        format!("SELECT 'cursor', folder, uid FROM cursor WHERE mailbox = '{name}' ORDER BY folder"),
        format!(
            "SELECT 'return', respondent.name, number, standing, item, answer.text, low
             FROM return_version JOIN respondent ON respondent.id = respondent
                 JOIN answer ON answer.version = return_version.id
             WHERE respondent.name LIKE '{name}%' AND rereading IS NULL ORDER BY respondent.name, number, item"
        ),
        format!(
            "SELECT 'notice', kind, recipient, state, (SELECT count(*) FROM attempt WHERE notice = id AND outcome = 'sent')
             FROM notice WHERE recipient LIKE '{name}-%' ORDER BY kind, recipient"
        ),
    ];
    let told = queries.iter().flat_map(|sql| postroom.rows(sql));
    let marks = ["", ".Done"].map(|folder| format!("marks {folder}: {:?}", post.dovecot.flags(name, folder)));
    told.chain(marks).map(|row| row.replace(name, "#")).collect()
}

/// What must hold of a database whose daemon has nothing left to do and stands still.
pub(crate) fn check_whole(postroom: &Postroom) {
    let check = |sql: &str, wanted: &[&str]| assert_eq!(postroom.rows(sql), wanted, "{sql}\n{}", postroom.log());
    check("PRAGMA integrity_check", &["ok"]);
    check("PRAGMA foreign_key_check", &[]);
    check("SELECT id, state, reason FROM message WHERE state <> 'read'", &[]);
    // Pieces that a kill left behind are swept at a start an hour later: another program may be taking mail in by pieces.
    let behind = "sha256 IS NULL AND begun_at < strftime('%Y-%m-%dT%H:%M:%S', 'now', '-1 hour')";
    check(&format!("SELECT id FROM raw WHERE {behind}"), &[]);
    check("SELECT sha256 FROM raw WHERE sha256 IS NOT NULL GROUP BY 1 HAVING count(*) > 1", &[]);
    check("SELECT raw FROM message GROUP BY 1 HAVING count(*) > 1", &[]);
    check("SELECT message.id FROM message WHERE lease_until IS NOT NULL", &[]);
    check("SELECT notice.id FROM notice WHERE lease_until IS NOT NULL", &[]);
    check("SELECT notice FROM enclosing WHERE lease_until IS NOT NULL", &[]);
    check("SELECT id, state, words FROM notice WHERE state <> 'sent'", &[]);
    check("SELECT key FROM notice GROUP BY 1 HAVING count(*) > 1", &[]);
    // Exactly one attempt of each notice was a success, and none is left open but those that a kill cut off.
    check("SELECT notice FROM attempt WHERE outcome = 'sent' GROUP BY 1 HAVING count(*) > 1", &[]);
    check("SELECT mailbox, uid FROM location WHERE settled = 0", &[]);
    let beyond = "SELECT * FROM location JOIN cursor USING (mailbox, folder, validity) WHERE location.uid > cursor.uid";
    check(beyond, &[]);
}

/// How often each notice lies at the server, by its address and Message-ID.
pub(crate) fn copies(post: &Post) -> BTreeMap<(String, String), usize> {
    let mut copies = BTreeMap::new();
    for mail in post.mails("corp") {
        let to = header(&mail, "Delivered-To");
        *copies.entry((to, header(&mail, "Message-ID"))).or_default() += 1;
    }
    copies
}

/// Receipts at the server are notices sent: none is missing, and one is there twice only if a kill cut off an attempt, or `may_repeat`
/// says so of its address. How many are there more than once.
pub(crate) fn check_copies(postroom: &Postroom, post: &Post, may_repeat: impl Fn(&str) -> bool) -> usize {
    let copies = copies(post);
    let cut_off =
        postroom.rows("SELECT recipient FROM notice WHERE id IN (SELECT notice FROM attempt WHERE ended_at IS NULL)");
    let mut twice = 0;
    for row in postroom.rows("SELECT recipient, '<' || message_id || '>' FROM notice WHERE state = 'sent'") {
        let (recipient, id) = row.split_once('|').unwrap();
        let count = copies.get(&(recipient.to_owned(), id.to_owned())).copied().unwrap_or(0);
        assert!(count > 0, "{recipient}: {id} is recorded as sent and did not arrive");
        let may = may_repeat(recipient) || cut_off.iter().any(|other| other == recipient);
        assert!(count == 1 || may, "{recipient}: {id} arrived {count} times");
        twice += usize::from(count > 1);
    }
    twice
}
