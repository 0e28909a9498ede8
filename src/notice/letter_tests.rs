//! Whole letters, as their receivers see them.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use mail_parser::{MessageParser, MimeHeaders};

use super::*;
use crate::follow_up::Topic;

const NAME: &str = "岭泽市示例智能科技有限公司";

fn composer() -> Composer {
    let settings = Settings {
        transport: "main".into(),
        from: "禾塘区调查收发室 <collect@district.example>".into(),
        sign_off: "禾塘区科技和工业信息化局".into(),
        time_zone: TimeZone::fixed(jiff::tz::offset(8)),
    };
    Composer::new(&BTreeMap::new(), settings).expect("shipped templates")
}

fn thread() -> Thread {
    let mails = ["postroom.a@district.example", "2@firm.example", "postroom.b@district.example"];
    Thread {
        token: "K7M2QX".into(),
        subject: "回复：【请更正】调查表 [收K7M2QX]".into(),
        mails: mails.map(str::to_owned).to_vec(),
    }
}

fn form() -> Enclosure {
    Enclosure { name: "form.docx".into(), media_type: "application/octet-stream".into(), bytes: b"form".to_vec() }
}

fn compose(topic: Topic, now: &str, thread: &Thread, enclosures: &[Enclosure]) -> Notice {
    compose_for(&[NAME], topic, now, thread, enclosures)
}

fn compose_for(names: &[&str], topic: Topic, now: &str, thread: &Thread, enclosures: &[Enclosure]) -> Notice {
    let mut survey = sample::survey();
    survey.letter = "关于报送材料的函\n\n各有关企业：\n\n请如实填写。".into();
    survey.narratives.request = "重点企业、项目请单独附文字材料".into();
    let letter = Letter {
        key: "reminder:sample:12:1",
        topic,
        now: now.parse().expect("a time"),
        survey: &survey,
        names,
        person: "张敏",
        recipient: "zhang@firm.example",
        thread,
        enclosures,
    };
    composer().compose_letter(&letter).expect("a notice")
}

/// The subject and text of a letter.
fn text(notice: &Notice) -> String {
    let mail = MessageParser::default().parse(&notice.bytes).expect("a mail");
    let text = mail.body_text(0).expect("a text").replace("\r\n", "\n");
    super::tests::keep_picture(&text, &mail.body_html(0).expect("HTML"));
    format!("{}\n\n{text}", mail.subject().expect("a subject"))
}

const BEFORE: &str = "2017-12-15T10:00:00+08:00";
const ON_DAY: &str = "2017-12-20T10:00:00+08:00";
const AFTER: &str = "2017-12-22T10:00:00+08:00";

#[test]
fn an_invitation_says_what_to_do_in_three_lines_and_then_the_letter() {
    let thread = Thread { token: "K7M2QX".into(), ..Thread::default() };
    let notice = compose(Topic::Invitation, "2017-12-18T09:30:00+08:00", &thread, &[form()]);
    assert_eq!(notice.kind, Kind::Invitation);
    insta::assert_snapshot!(text(&notice));
}

#[test]
fn a_reminder_of_silence_says_when_the_deadline_is() {
    for (name, now) in [("before", BEFORE), ("on_day", ON_DAY), ("after", AFTER)] {
        insta::assert_snapshot!(
            format!("no_answer_{name}"),
            text(&compose(Topic::NoAnswer, now, &thread(), &[form()]))
        );
    }
}

#[test]
fn a_reminder_of_a_correction_repeats_no_figure() {
    for (name, now) in [("before", BEFORE), ("after", AFTER)] {
        insta::assert_snapshot!(format!("correction_{name}"), text(&compose(Topic::Correction, now, &thread(), &[])));
    }
}

#[test]
fn a_key_enterprise_is_thanked_and_asked_for_written_material() {
    insta::assert_snapshot!(text(&compose(Topic::Narrative, BEFORE, &thread(), &[])));
}

#[test]
fn a_letter_for_several_enterprises_lists_them_and_says_that_one_table_is_enough() {
    let many: Vec<String> = (1..=23).map(|n| format!("岭泽市示例第{n:02}科技有限公司")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let two = &many[..2];
    for (name, names, topic, now, enclosures) in [
        ("invitation", many.as_slice(), Topic::Invitation, BEFORE, &[form()][..]),
        ("no_answer_before", two, Topic::NoAnswer, BEFORE, &[form()]),
        ("no_answer_after", &many, Topic::NoAnswer, AFTER, &[form()]),
        ("correction", two, Topic::Correction, ON_DAY, &[]),
        ("narrative", two, Topic::Narrative, AFTER, &[]),
    ] {
        let letter = compose_for(names, topic, now, &thread(), enclosures);
        insta::assert_snapshot!(format!("several_{name}"), text(&letter));
    }
}

#[test]
fn a_reminder_goes_on_in_the_thread_and_no_responder_answers_it() {
    let notice = compose(Topic::NoAnswer, BEFORE, &thread(), &[form()]);
    let raw = String::from_utf8(notice.bytes.clone()).expect("ASCII");
    for line in [
        "In-Reply-To: <postroom.b@district.example>\r\n",
        "References: <postroom.a@district.example>\r\n <2@firm.example>\r\n <postroom.b@district.example>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "X-Auto-Response-Suppress: OOF, AutoReply\r\n",
        "X-Postroom-Notice: reminder\r\n",
    ] {
        assert!(raw.contains(line), "{line}");
    }
    let mail = MessageParser::default().parse(&notice.bytes).expect("a mail");
    assert_eq!(mail.attachments().filter_map(|one| one.attachment_name()).collect::<Vec<_>>(), ["form.docx"]);
    assert_eq!(mail.subject(), Some("提醒：调查表 [收K7M2QX]"));
}

#[test]
fn a_letter_that_begins_a_thread_refers_to_nothing() {
    let thread = Thread { token: "K7M2QX".into(), ..Thread::default() };
    let notice = compose(Topic::NoAnswer, BEFORE, &thread, &[]);
    let raw = String::from_utf8(notice.bytes.clone()).expect("ASCII");
    assert!(!raw.contains("In-Reply-To") && !raw.contains("References"), "{raw}");
    assert!(text(&notice).starts_with("提醒：人工智能产业相关企业、技术平台调查表 [收K7M2QX]"));
}

#[test]
fn a_letter_to_nobody_is_an_error_and_no_mail() {
    let survey = sample::survey();
    let thread = thread();
    let letter = Letter {
        key: "invitation:sample:12:1",
        topic: Topic::Invitation,
        now: BEFORE.parse().expect("a time"),
        survey: &survey,
        names: &[NAME],
        person: "",
        recipient: "张敏@firm",
        thread: &thread,
        enclosures: &[],
    };
    assert!(composer().compose_letter(&letter).is_err());
}
