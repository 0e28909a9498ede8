//! The main way: a respondent mails a form, the row stands in the database, the receipt lies in the respondent's mailbox.

mod heavy;
mod quiet;
mod servers;

use crate::support::daemon::Postroom;
use crate::support::letter::{Letter, header, sample_from, words};
use crate::support::post::Post;

const VIEW: &str = "SELECT respondent, state, revenue, revenue_low, revenue_high, revenue_currency
                    FROM survey_ai_industry_2017 ORDER BY respondent";

/// The token `[收…]` of a subject.
fn token(subject: &str) -> &str {
    let (_, rest) = subject.split_once("[收").unwrap_or_else(|| panic!("no token in {subject}"));
    rest.split(']').next().unwrap()
}

#[test]
fn a_form_in_word_is_a_row_and_its_sender_has_a_receipt() {
    let post = Post::start();
    let postroom = Postroom::start(&post.configuration(""));
    postroom.wait(&["connected", "idle=true"]);
    post.send("zhang@corp.example", &sample_from(1, "zhang@corp.example"));
    let receipt = post.await_mails("zhang", 1).swap_remove(0);

    let row = "岭泽市禾塘区荷叶伞视觉检测有限公司|complete|1200万元|12000000|12000000|CNY";
    assert_eq!(postroom.rows(VIEW), [row]);
    let (subject, text) = words(&receipt);
    assert!(subject.starts_with("回复：") && token(&subject).len() == 6, "{subject}");
    assert!(text.contains(token(&subject)) && text.contains("岭泽市禾塘区荷叶伞视觉检测有限公司"), "{text}");
    let id = "<tencent_69CC522E6D70F4C1CEDB2A260348A79C@qq.example>";
    assert_eq!(header(&receipt, "In-Reply-To"), id);
    assert!(header(&receipt, "References").contains(id));
    assert_eq!(header(&receipt, "Auto-Submitted"), "auto-replied");
    assert_eq!(header(&receipt, "X-Postroom-Notice"), "receipt");
    assert!(header(&receipt, "From").ends_with("<collect@collect.example>"));
    assert_eq!(header(&receipt, "Delivered-To"), "zhang@corp.example");
    postroom.until("SELECT settled FROM location", &["1"]);
    assert_eq!(post.dovecot.flags("collect", ""), ["S"]);
}

#[test]
fn a_correction_is_answered_and_the_return_is_complete() {
    let post = Post::start();
    let postroom = Postroom::start(&post.configuration(""));
    let from = "li@corp.example";
    post.send(from, &Letter::with_form(from, "岭泽市梧桐树科技有限公司", "1200").id("<first@corp.example>").bytes());
    let correction = post.await_mails("li", 1).swap_remove(0);
    assert_eq!(header(&correction, "X-Postroom-Notice"), "correction");
    let (subject, text) = words(&correction);
    assert!(subject.contains("【请更正】"), "{subject}");
    assert!(text.contains("营业收入") && text.contains("调查表.csv") && text.contains("1200"), "{text}");
    assert!(postroom.rows(VIEW)[0].contains("|in_correction|1200|"), "{:?}", postroom.rows(VIEW));

    let again = Letter::with_form(from, "岭泽市梧桐树科技有限公司", "1200万元")
        .subject(&format!("回复：{subject}"))
        .header("In-Reply-To", &header(&correction, "Message-ID"));
    post.send(from, &again.bytes());
    let receipt = post.await_mails("li", 2).swap_remove(1);
    assert_eq!(header(&receipt, "X-Postroom-Notice"), "receipt");
    assert_eq!(token(&words(&receipt).0), token(&subject), "the thread keeps its token");
    assert_eq!(postroom.rows(VIEW), ["岭泽市梧桐树科技有限公司|complete|1200万元|12000000|12000000|CNY"]);
    assert_eq!(
        postroom.rows("SELECT number, standing FROM return_version ORDER BY number"),
        ["1|superseded", "2|complete"]
    );
}

/// The only file that goes with a mail: its name and bytes.
fn enclosure(mail: &[u8]) -> (String, Vec<u8>) {
    let mut files = postroom::mail::parse(mail).attachments.into_iter().map(|one| (one.name, one.bytes));
    let file = files.next().expect("a file goes with it");
    assert!(files.next().is_none());
    file
}

#[test]
fn a_correction_brings_the_senders_own_file_back_with_the_faulty_cells_marked() {
    let post = Post::start();
    let postroom = Postroom::start(&post.configuration("answer_since = \"2010-01-01\""));
    // A workbook, a text document, a workbook in an archive.
    for (at, (number, name, place)) in [
        (47, "form.xlsx", "form.xlsx!Sheet1!F3"),
        (28, "form.docx", "form.docx!table 1!D2"),
        (126, "form.xlsx", "form.xlsx!Sheet1!F3"),
    ]
    .into_iter()
    .enumerate()
    {
        let from = format!("user{number}@corp.example");
        post.send(&from, &sample_from(number, &from));
        let correction = post.await_mails("corp", at + 1).swap_remove(at);
        let (subject, text) = words(&correction);
        assert!(subject.contains("【请更正】") && text.contains("附件是已填有您所报内容的表格"), "{subject} {text}");
        let (found, bytes) = enclosure(&correction);
        assert_eq!(found, name);
        std::fs::write(postroom.home().join(name), bytes).unwrap();
        let again = postroom.say(&["read", name]);
        assert!(again.contains(&format!("\"place\":\"{place}\"")), "it reads as it did: {again}");
    }
    assert_eq!(postroom.count(&["goes without a file"]), 0, "{}", postroom.log());
    assert_eq!(postroom.rows("SELECT count(*) FROM enclosing"), ["0"]);
}

#[test]
fn a_form_without_a_name_gives_way_to_the_one_that_has_it() {
    let post = Post::start();
    let postroom = Postroom::start(&post.configuration(""));
    let from = "li@corp.example";
    post.send(from, &Letter::with_form(from, "", "1200万元").bytes());
    let correction = post.await_mails("li", 1).swap_remove(0);
    assert_eq!(header(&correction, "X-Postroom-Notice"), "correction");
    let again = Letter::with_form(from, "岭泽市梧桐树科技有限公司", "1200万元")
        .header("In-Reply-To", &header(&correction, "Message-ID"));
    post.send(from, &again.bytes());
    let receipt = post.await_mails("li", 2).swap_remove(1);
    assert_eq!(header(&receipt, "X-Postroom-Notice"), "receipt");
    assert_eq!(postroom.rows(VIEW), ["岭泽市梧桐树科技有限公司|complete|1200万元|12000000|12000000|CNY"]);
    assert_eq!(postroom.json(&["returns"]).len(), 1, "nobody is left to be asked");
}

#[test]
fn of_ten_mails_at_once_none_is_lost_or_answered_to_the_wrong_one() {
    let post = Post::start();
    let postroom = Postroom::start(&post.configuration(""));
    std::thread::scope(|scope| {
        for number in 0..10 {
            let post = &post;
            scope.spawn(move || {
                let from = format!("user{number}@corp.example");
                post.send(&from, &Letter::with_form(&from, &format!("第{number}科技有限公司"), "300万元").bytes());
            });
        }
    });
    let receipts = post.await_mails("corp", 10);
    assert_eq!(postroom.rows(VIEW).len(), 10);
    for receipt in receipts {
        let to = header(&receipt, "Delivered-To");
        let number = to.trim_start_matches("user").trim_end_matches("@corp.example");
        assert!(words(&receipt).1.contains(&format!("第{number}科技有限公司")), "{to}");
    }
    postroom.until("SELECT count(*) FROM location WHERE settled = 0", &["0"]);
    assert_eq!(post.dovecot.flags("collect", ""), ["S"; 10]);
}
