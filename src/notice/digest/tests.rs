//! What officials read.

use std::collections::BTreeMap;

use super::*;
use crate::notice::{Composer, Notice, Preview, Settings};

const OFFICE: &str = "office@district.example";

fn composer() -> Composer {
    let settings = Settings {
        transport: "main".into(),
        from: "收发室 <collect@district.example>".into(),
        sign_off: "岭泽市禾塘区经济和科技促进局".into(),
        time_zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(),
    };
    Composer::new(&BTreeMap::new(), settings).unwrap()
}

fn composed(change: impl FnOnce(&mut Digest<'_>)) -> Notice {
    let survey = Survey::founding().unwrap();
    let sampled = sampled(&survey, OFFICE, "K7M2QX", "2017-12-25T00:30:00Z".parse().unwrap());
    let mut digest = sampled.digest();
    change(&mut digest);
    composer().compose_digest(&digest).unwrap()
}

#[test]
fn a_digest_says_totals_first_and_names_the_moment_of_its_data() {
    insta::assert_snapshot!(Preview::of(&composed(|_| ())).text);
}

#[test]
fn a_digest_that_comes_late_says_so() {
    let preview = Preview::of(&composed(|digest| digest.due = Some("2017-12-18T00:30:00Z".parse().unwrap())));
    assert!(preview.subject.contains("补发"), "{}", preview.subject);
    assert!(preview.text.contains("本期应于 2017年12月18日 08:30 发出"), "{}", preview.text);
}

#[test]
fn a_week_without_anything_is_told_all_the_same() {
    let facts = Facts::default();
    let survey = Survey::founding().unwrap();
    let zone = jiff::tz::TimeZone::UTC;
    let at = "2017-12-25T00:30:00Z".parse().unwrap();
    let question = crate::figures::Question {
        at,
        before: crate::figures::Question::a_week_before(at),
        zone: &zone,
        opens: None,
        deadline: survey.deadline,
        by: None,
        amount: None,
        bounds: &[],
        areas: &[],
    };
    let figures = crate::figures::figures(&facts, &question);
    let sampled = sampled(&survey, OFFICE, "K7M2QX", at);
    let digest = Digest {
        facts: &facts,
        figures: &figures,
        earlier: &[],
        by: None,
        amount: None,
        district: "",
        ..sampled.digest()
    };
    insta::assert_snapshot!(Preview::of(&composer().compose_digest(&digest).unwrap()).text);
}

#[test]
fn pictures_stand_in_the_mail_itself_and_are_told_in_words() {
    let picture = Picture {
        name: "days",
        alt: "每日回收：共 2 份".into(),
        width: 640,
        height: 220,
        png: b"\x89PNG\r\n\x1a\n".to_vec(),
    };
    let survey = Survey::founding().unwrap();
    let sampled = sampled(&survey, OFFICE, "K7M2QX", "2017-12-25T00:30:00Z".parse().unwrap());
    let digest = Digest { pictures: std::slice::from_ref(&picture), ..sampled.digest() };
    let notice = composer().compose_digest(&digest).unwrap();
    let html = Preview::of(&notice).html;
    assert!(html.contains("src=\"cid:days@postroom\"") && html.contains("每日回收：共 2 份"), "{html}");
    assert!(!html.contains("http"), "nothing is fetched from elsewhere");
    let mail = String::from_utf8(notice.bytes).unwrap();
    let (_, inline) = mail.split_once("Content-ID: <days@postroom>").expect("the picture's own part");
    assert!(inline.contains("Content-Disposition: inline") && inline.contains("iVBORw0KGgo="), "{inline}");
}

#[test]
fn nobody_writes_markup_or_lines_into_a_digest() {
    let survey = Survey::founding().unwrap();
    let sampled = sampled(&survey, OFFICE, "K7M2QX", "2017-12-25T00:30:00Z".parse().unwrap());
    let mut facts = sampled.digest().facts.clone();
    for one in &mut facts.respondents {
        one.name = "<script>x</script>{{ token }}\r\nBcc: y\u{202e}".into();
    }
    let digest = Digest { facts: &facts, ..sampled.digest() };
    let preview = Preview::of(&composer().compose_digest(&digest).unwrap());
    assert!(!preview.html.contains("<script>") && preview.html.contains("&lt;script&gt;"), "{}", preview.html);
    assert!(!preview.text.contains("\nBcc") && !preview.text.contains('\u{202e}'), "{}", preview.text);
}
