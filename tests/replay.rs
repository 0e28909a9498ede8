//! The archive read again: what an earlier survey file misread is shown, mended and told, and nothing else is touched.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use serde_json::Value;

use crate::support::daemon::{PATIENCE, Postroom};
use crate::support::letter::{Letter, form, sample, words as words_of};
use crate::support::post::REPLIES;

/// The founding survey as it should be.
pub(crate) fn right() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/surveys/ai-industry-2017.toml")
}

/// The founding survey as an earlier office wrote it: it knows the turnover by a name that no form uses.
pub(crate) fn wrong() -> String {
    let text = std::fs::read_to_string(right()).unwrap();
    let (head, tail) = text.split_once("key = \"revenue\"").unwrap();
    let is_kept = |line: &&str| line.starts_with("type") || line.starts_with("currency");
    let kept: Vec<&str> = tail.lines().filter(is_kept).collect();
    format!("{head}key = \"revenue\"\nlabel = \"上缴利税总额\"\n{}\n", kept.join("\n"))
}

fn configuration(survey: &Path, top: &str) -> String {
    let mailbox = "[[mailbox]]\nname = \"m\"\nkind = \"maildir\"\npath = \"mails\"\n";
    let top = format!("surveys = [\"{}\"]\nanswer_since = \"2010-01-01\"\n{top}", survey.display());
    format!("{top}\n{mailbox}{REPLIES}")
}

/// An installation that has read these mails under the wrong survey and stands still; with further top-level keys.
fn misread(mails: &[Vec<u8>], top: &str) -> Postroom {
    let mut postroom = Postroom::new("");
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(postroom.home().join("mails").join(part)).unwrap();
    }
    std::fs::write(postroom.home().join("wrong.toml"), wrong()).unwrap();
    configure(&postroom, &postroom.home().join("wrong.toml"), top);
    for (number, mail) in (1..).zip(mails) {
        deliver(&postroom, number, mail);
    }
    postroom.run();
    postroom.until("SELECT count(*) FROM message WHERE state = 'read'", &[&mails.len().to_string()]);
    postroom.until("SELECT count(*) FROM notice WHERE state = 'queued'", &["0"]);
    postroom.stop();
    postroom
}

fn configure(postroom: &Postroom, survey: &Path, top: &str) {
    std::fs::write(postroom.home().join("postroom.toml"), configuration(survey, top)).unwrap();
}

fn deliver(postroom: &Postroom, number: usize, mail: &[u8]) {
    let at = |folder: &str| postroom.home().join(format!("mails/{folder}/{number:04}.a.b"));
    // A daemon that watches sees the whole mail or none.
    std::fs::write(at("tmp"), mail).unwrap();
    std::fs::rename(at("tmp"), at("new")).unwrap();
}

/// Runs a replay; its exit code and all its words.
fn replay(postroom: &Postroom, arguments: &[&str]) -> (i32, String) {
    let output = postroom.command(&[&["replay"], arguments].concat());
    let words = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), words.into_owned())
}

/// A replay's report.
fn report(postroom: &Postroom, arguments: &[&str]) -> Value {
    let output = postroom.command(&[&["replay", "--json"], arguments].concat());
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// Everything that is stored but the mails themselves.
fn stored(postroom: &Postroom) -> Vec<String> {
    let tables = [
        "message ORDER BY id",
        "return_version ORDER BY id",
        "answer ORDER BY version, item",
        "issue ORDER BY message, version, id",
        "respondent ORDER BY id",
        "rereading ORDER BY id",
        "notice ORDER BY id",
        "survey ORDER BY id",
        "event ORDER BY id",
    ];
    tables.iter().flat_map(|table| postroom.rows(&format!("SELECT * FROM {table}"))).collect()
}

/// How each return stands, and what it says of the turnover.
const STANDINGS: &str = "SELECT respondent.name, message, number, standing, return_version.ruling,
        (SELECT low FROM answer WHERE version = return_version.id AND item = 'revenue')
    FROM return_version JOIN respondent ON respondent.id = respondent
    WHERE rereading IS NULL ORDER BY message, ordinal";

const WORD: &str = "岭泽市禾塘区荷叶伞视觉检测有限公司";

#[test]
fn what_was_misread_is_shown_by_respondent_and_mended_without_a_mail() {
    // A Word form, a park's workbook, an automatic reply, a held message, a question.
    let question = Letter::new("wen@corp.example").text("人工智能产业调查表的截止日期能延后吗？").bytes();
    let postroom = misread(&[sample(1), sample(43), sample(174), sample(189), question], "");
    let old = postroom.rows("SELECT id FROM return_version WHERE message = 1").remove(0);
    let (code, words) = replay(&postroom, &[]);
    assert!(code == 0 && words.contains("5 messages read again, nothing is otherwise"), "{words}");

    configure(&postroom, &right(), "");
    let before = stored(&postroom);
    let (code, words) = replay(&postroom, &[]);
    assert_eq!(code, 3, "{words}");
    for told in [
        &format!("{WORD} (ai-industry-2017): in_correction -> complete"),
        "m1 from 3287570000@qq.example at",
        "correction -> accepted",
        &format!("r{old} (version 1, in_correction) -> return (version 2, complete)"),
        "revenue: 1200万元  [= 12000000 CNY] (new)",
        "no more: missing revenue",
        "ai-industry-2017 was changed since",
        "nothing is written",
    ] {
        assert!(words.contains(told), "{told:?} is not in:\n{words}");
    }
    assert!(!words.contains("wen@corp.example"), "the question is read as before: {words}");
    let seen = report(&postroom, &[]);
    assert_eq!((&seen["applied"], &seen["read"], &seen["notices"]), (&false.into(), &5.into(), &0.into()));
    let one = seen["respondents"].as_array().unwrap().iter().find(|one| one["respondent"] == WORD).unwrap();
    assert_eq!(one["state"], serde_json::json!({"before": "in_correction", "after": "complete"}));
    let change = &one["messages"][0];
    assert_eq!(change["disposition"]["after"], "accepted");
    assert_eq!(change["returns"][0]["answers"][0]["after"]["low"], "12000000");
    assert_eq!(change["returns"][0]["issues_gone"][0]["code"], "missing");
    assert_eq!(stored(&postroom), before, "a look writes nothing");

    let notices = postroom.rows("SELECT * FROM notice");
    let (code, words) = replay(&postroom, &["--apply"]);
    assert!(code == 0 && words.contains(" renewed, 0 notices queued"), "{words}");
    assert_eq!(postroom.rows("SELECT * FROM notice"), notices);
    let row = format!("SELECT state, version, revenue_low FROM survey_ai_industry_2017 WHERE respondent = '{WORD}'");
    assert_eq!(postroom.rows(&row), ["complete|2|12000000"]);
    assert_eq!(postroom.rows("SELECT disposition FROM message WHERE id = 1"), ["accepted"]);

    // What stood before is still there to be seen.
    let new = postroom.rows("SELECT id FROM return_version WHERE message = 1 AND rereading IS NULL").remove(0);
    let shown = postroom.say(&["show", &format!("r{old}")]);
    assert!(shown.contains("superseded, version 1") && shown.contains(&format!("replaced by r{new}")), "{shown}");
    assert!(shown.contains("error missing: revenue"), "{shown}");
    assert!(postroom.say(&["show", &format!("r{new}")]).contains(&format!("as it was read before: r{old}")));
    let why = postroom.say(&["why", WORD, "revenue"]);
    assert!(why.contains(&format!("formerly  nothing (r{old}, until it was read anew at")), "{why}");
    let former = postroom.rows("SELECT number, json_extract(former, '$.disposition') FROM rereading WHERE message = 1");
    assert_eq!(former, ["1|correction"]);

    let after = stored(&postroom);
    assert_eq!(replay(&postroom, &[]).0, 0);
    assert!(replay(&postroom, &["--apply", "--notify"]).1.contains("nothing is otherwise"));
    assert_eq!(stored(&postroom), after, "a second replay finds nothing to do");
}

#[test]
fn a_part_of_the_archive_can_be_chosen() {
    let mails = [
        Letter::with_form("li@corp.example", "第一科技有限公司", "300万元").bytes(),
        Letter::with_form("wu@corp.example", "第二科技有限公司", "400万元").bytes(),
    ];
    let postroom = misread(&mails, "");
    configure(&postroom, &right(), "");
    let read = |arguments: &[&str]| report(&postroom, arguments)["read"].clone();
    assert_eq!(read(&["m2"]), 1);
    let first = postroom.rows("SELECT 'r' || id FROM return_version WHERE message = 1").remove(0);
    assert_eq!(read(&[&first, "m2"]), 2);
    assert_eq!(read(&["--since", "2099-01-01"]), 0);
    assert_eq!(read(&["--since", "2010-01-01", "--survey", "ai-industry-2017"]), 2);
    let (code, words) = replay(&postroom, &["--survey", "census"]);
    assert!(code == 1 && words.contains("configured: ai-industry-2017"), "{words}");
    let (code, words) = replay(&postroom, &["--since", "yesterday"]);
    assert!(code == 2 && words.contains("write it like 2017-12-18"), "{words}");
    assert_eq!(replay(&postroom, &["m9"]).0, 1);
    replay(&postroom, &["--apply", "m2"]);
    assert_eq!(
        postroom.rows("SELECT respondent FROM survey_ai_industry_2017 WHERE state = 'complete'"),
        ["第二科技有限公司"]
    );
}

#[test]
fn with_notify_each_sender_is_told_once_and_only_what_still_counts() {
    let mails = [
        Letter::with_form("li@corp.example", "第一科技有限公司", "300万元").bytes(),
        // Corrected by the next one: nobody need be told of the first any more.
        Letter::with_form("wu@corp.example", "第二科技有限公司", "400").bytes(),
        Letter::with_form("wu@corp.example", "第二科技有限公司", "450").bytes(),
        Letter::new("wen@corp.example").text("人工智能产业调查表的截止日期能延后吗？").bytes(),
    ];
    let mut postroom = misread(&mails, "");
    configure(&postroom, &right(), "");
    assert!(replay(&postroom, &["--notify"]).1.contains("2 notices would be queued"));
    let (code, words) = replay(&postroom, &["--apply", "--notify"]);
    assert!(code == 0 && words.contains("notice: receipt to li@corp.example"), "{words}");
    let replayed = "SELECT key, kind, recipient, state FROM notice WHERE key LIKE 'replay:%' ORDER BY id";
    let told = ["replay:1:1|receipt|li@corp.example|queued", "replay:3:1|correction|wu@corp.example|queued"];
    assert_eq!(postroom.rows(replayed), told);
    assert!(replay(&postroom, &["--apply", "--notify"]).1.contains("nothing is otherwise"));
    assert_eq!(postroom.rows(replayed), told);
    postroom.run();
    postroom.until("SELECT count(*) FROM notice WHERE state = 'queued'", &["0"]);
    postroom.stop();
    let sent = std::fs::read(postroom.home().join("replies/replay-1-1.eml")).unwrap();
    assert!(words_of(&sent).1.contains("我们重新核读了您此前的来信"));
    assert_eq!(postroom.rows("SELECT count(DISTINCT token) FROM notice WHERE message = 1"), ["1"], "one thread");
}

#[test]
fn notices_of_a_replay_obey_the_configuration() {
    let mail =
        |number: usize| Letter::with_form("park@corp.example", &format!("第{number}科技有限公司"), "300万元").bytes();
    let states = "SELECT state, count(*) FROM notice WHERE key LIKE 'replay:%' GROUP BY 1 ORDER BY 1";
    for (top, wanted) in [
        ("notices = \"hold\"", &["held|3"][..]),
        ("notices = \"off\"", &[]),
        // Three went out within the day already.
        ("[caps]\nper_sender_day = 5", &["held|1", "queued|2"]),
    ] {
        let postroom = misread(&[mail(1), mail(2), mail(3)], "");
        configure(&postroom, &right(), top);
        let (code, words) = replay(&postroom, &["--apply", "--notify"]);
        assert_eq!((code, postroom.rows(states)), (0, wanted.iter().map(ToString::to_string).collect()), "{words}");
    }
}

#[test]
fn decisions_duplicates_and_the_order_of_arrival_stay_right() {
    let again = Letter::with_form("li@corp.example", "第一科技有限公司", "300万元").id("<a@corp.example>");
    let held = |name: &str| {
        Letter::with_form("auto@corp.example", name, "90万元").header("Auto-Submitted", "auto-replied").bytes()
    };
    let mails = [
        again.clone().bytes(),
        // The same mail by another way, and another one's word on the same enterprise.
        again.header("X-Way", "round about").bytes(),
        Letter::with_form("someone@other.example", "第一科技有限公司", "1元").bytes(),
        Letter::with_form("wu@corp.example", "第二科技有限公司", "500万元").bytes(),
        held("第三科技有限公司"),
        held("第四科技有限公司"),
        held("第五科技有限公司"),
    ];
    let mut postroom = misread(&mails, "");
    assert_eq!(postroom.rows("SELECT duplicate_of FROM message WHERE id = 2"), ["1"]);
    let contested = postroom.rows("SELECT 'r' || id FROM return_version WHERE standing = 'contested'").remove(0);
    let second = postroom.rows("SELECT 'r' || id FROM return_version WHERE message = 4").remove(0);
    postroom.say(&["discard", &second]);
    postroom.say(&["discard", "m5"]);
    postroom.say(&["release", "m6"]);
    postroom.run();
    postroom.until("SELECT count(*) FROM message WHERE state = 'kept'", &["0"]);
    postroom.stop();
    configure(&postroom, &right(), "");
    assert_eq!(replay(&postroom, &["--apply"]).0, 0);
    let wanted = [
        "第一科技有限公司|1|2|complete|none|3000000",
        "第一科技有限公司|3|4|contested|none|-",
        "第二科技有限公司|4|2|discarded|discarded|-",
        "第三科技有限公司|5|2|discarded|discarded|-",
        "第四科技有限公司|6|2|complete|none|900000",
        "第五科技有限公司|7|2|held|none|-",
    ];
    assert_eq!(postroom.rows(STANDINGS), wanted, "{contested}");
    assert_eq!(postroom.rows("SELECT duplicate_of FROM message WHERE id = 2"), ["1"]);
    assert_eq!(replay(&postroom, &[]).0, 0);
}

#[test]
fn a_return_of_a_message_that_reads_as_before_keeps_its_number() {
    let without = "企业名称,核心技术,主要产品,攻关方向\r\n第二科技有限公司,视觉算法,检测设备,小样本学习\r\n";
    let letter = Letter::new("park@corp.example").file("一.csv", form("第一科技有限公司", "300万元"));
    let letter = letter.file("二.csv", without.as_bytes().to_vec());
    let postroom = misread(&[letter.bytes()], "");
    let id = |name: &str| {
        let sql = "SELECT return_version.id FROM return_version JOIN respondent ON respondent.id = respondent
                   WHERE rereading IS NULL AND name = ";
        postroom.rows(&format!("{sql}'{name}'"))
    };
    let before = (id("第一科技有限公司"), id("第二科技有限公司"));
    configure(&postroom, &right(), "");
    replay(&postroom, &["--apply"]);
    let after = (id("第一科技有限公司"), id("第二科技有限公司"));
    assert_ne!(after.0, before.0);
    assert_eq!(after.1, before.1);
    assert_eq!(postroom.rows("SELECT count(*) FROM return_version"), ["3"]);
}

/// Mails of one turnover each; some enterprises write twice.
fn many(count: usize) -> Vec<Vec<u8>> {
    let letter = |number: usize| {
        let who = number % (count * 2 / 3);
        let (from, name) = (format!("u{who}@corp.example"), format!("第{who}科技有限公司"));
        Letter::with_form(&from, &name, &format!("{}万元", 100 + number)).bytes()
    };
    (0..count).map(letter).collect()
}

#[test]
fn a_replay_that_was_killed_is_finished_by_the_next_one() {
    const MAILS: usize = 120;
    let postroom = misread(&many(MAILS), "");
    configure(&postroom, &right(), "");
    let deadline = Instant::now() + PATIENCE;
    let mut command = postroom.program();
    let mut child =
        command.args(["replay", "--apply", "--notify"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let done = || postroom.rows("SELECT count(*) FROM rereading").remove(0).parse::<usize>().unwrap();
    while done() == 0 {
        assert!(Instant::now() < deadline && child.try_wait().unwrap().is_none(), "it was to be killed at work");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let killed_at = done();
    println!("killed after {killed_at} of {MAILS}");
    assert!((1..MAILS).contains(&killed_at));
    // Each rereading that is there is whole: one notice, one return in the place of another.
    let half = "SELECT count(*) FROM return_version WHERE rereading IS NOT NULL AND NOT EXISTS (SELECT 1
        FROM return_version AS new WHERE new.message = return_version.message AND new.rereading IS NULL)";
    assert_eq!(postroom.rows(half), ["0"]);

    let (code, words) = replay(&postroom, &["--apply", "--notify"]);
    assert!(code == 0 && words.contains(&format!("{} renewed", MAILS - killed_at)), "{words}");
    assert_eq!(postroom.rows("SELECT count(*), count(DISTINCT message) FROM rereading"), [format!("{MAILS}|{MAILS}")]);
    let rows = "SELECT count(*), count(DISTINCT respondent) FROM survey_ai_industry_2017 WHERE state = 'complete'";
    assert_eq!(postroom.rows(rows), [format!("{0}|{0}", MAILS * 2 / 3)]);
    let keys = "SELECT count(*), count(DISTINCT message) FROM notice WHERE key LIKE 'replay:%'";
    let notices = postroom.rows(keys);
    println!("notices: {notices:?}");
    assert!(replay(&postroom, &["--apply", "--notify"]).1.contains("nothing is otherwise"));
    assert_eq!(postroom.rows(keys), notices);
    assert_eq!(postroom.rows("PRAGMA integrity_check"), ["ok"]);
    assert!(postroom.rows("PRAGMA foreign_key_check").is_empty());
}

#[test]
fn a_replay_works_beside_the_daemon() {
    const MAILS: usize = 60;
    let mut postroom = misread(&many(MAILS), "");
    configure(&postroom, &right(), "");
    postroom.run();
    let child = postroom.program().args(["replay", "--apply", "--notify"]).stdout(Stdio::piped()).spawn().unwrap();
    for number in 0..20 {
        let letter = Letter::with_form(&format!("n{number}@corp.example"), &format!("新{number}有限公司"), "7万元");
        deliver(&postroom, 1_000 + number, &letter.bytes());
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    postroom.until("SELECT state, count(*) FROM message GROUP BY 1", &[&format!("read|{}", MAILS + 20)]);
    postroom.until("SELECT count(*) FROM notice WHERE state <> 'sent'", &["0"]);
    let complete = "SELECT count(*) FROM survey_ai_industry_2017 WHERE state = 'complete'";
    assert_eq!(postroom.rows(complete), [(MAILS * 2 / 3 + 20).to_string()]);
    assert_eq!(replay(&postroom, &[]).0, 0);
    postroom.stop();
}
