//! Senders that pass for one of the roster.

use super::{Office, form_from};
use crate::support::letter::Letter;

const COMPANY: &str = "某市青松机器人有限公司";
const ROSTER: [&str; 2] = ["某市青松机器人有限公司,zhang@qingsong.example", "某市云帆软件有限公司,10001@qq.com"];
const PASS: &str = "Authentication-Results: mx.collect.example; dmarc=pass";
const TABLE: &str = "SELECT respondent, state FROM survey_ai_industry_2017 ORDER BY 1";

fn held_with(office: &Office, from: &str, company: &str, words: &[&str]) {
    assert_eq!(office.settles(&form_from(from, company, &[PASS])), ("held".into(), String::new()), "{from}");
    let shown = office.shows();
    assert!(words.iter().all(|word| shown.contains(word)), "{words:?}: {shown}");
    assert!(office.postroom.say(&["held"]).contains(words[0]));
}

/// Nothing that the true owner of such a domain could not pass: DKIM, SPF and DMARC are in order.
#[test]
fn a_domain_that_looks_like_the_rosters_waits_and_nobody_is_told() {
    let office = Office::open("").invited(&ROSTER);
    for domain in
        ["qingsong-mail.example", "qingsonq.example", "qing-song.example", "qingsong.test", "xn--qingsng-ejg.example"]
    {
        held_with(&office, &format!("zhang@{domain}"), COMPANY, &[domain, "qingsong.example of the roster"]);
    }
    assert!(office.postroom.rows("SELECT id FROM notice").is_empty(), "no notice to anybody");
    assert!(office.postroom.rows(TABLE).is_empty());
    office.postroom.wait_count(&["sender", "looks like qingsong.example"], 5);
    // An operator looks, and asks on: whether it counts for the enterprise is a question of its own.
    office.postroom.say(&["release", "m2"]);
    office.postroom.until("SELECT standing FROM return_version WHERE message = 2", &["contested"]);
    office.postroom.say(&["release", "m2"]);
    office.postroom.until(TABLE, &[&format!("{COMPANY}|complete")]);
}

/// Once an operator let a return of a sender count, nobody is asked again for it; for another enterprise it is.
#[test]
fn a_sender_that_an_operator_trusted_is_not_held_again() {
    let office = Office::open("").invited(&ROSTER);
    let from = "zhang@qingsong-mail.example";
    held_with(&office, from, COMPANY, &[from.split_once('@').unwrap().1]);
    office.postroom.say(&["release", "m1"]);
    office.postroom.until("SELECT standing FROM return_version WHERE message = 1", &["contested"]);
    office.postroom.say(&["release", "m1"]);
    office.postroom.until(TABLE, &[&format!("{COMPANY}|complete")]);
    let mail = Letter::with_form(from, COMPANY, "310万元").bytes();
    let again = [format!("{PASS}\r\n").into_bytes(), mail].concat();
    assert_eq!(office.settles(&again), ("accepted".into(), from.into()), "{}", office.shows());
    assert!(!office.shows().contains("looks like"), "{}", office.shows());
    // A question without a return is the trusted sender's as well.
    let question =
        [format!("{PASS}\r\n").into_bytes(), Letter::new(from).text("请问截止日期是哪天？").bytes()].concat();
    office.receives(&question);
    assert!(!office.shows().contains("looks like"), "{}", office.shows());
    let colleague = "li@qingsong-mail.example";
    held_with(&office, colleague, COMPANY, &["qingsong-mail.example", "looks like"]);
}

#[test]
fn the_enterprise_itself_and_whoever_answers_for_others_are_not_stopped() {
    let office = Office::open("").invited(&ROSTER);
    let own = office.settles(&form_from("li@mail.qingsong.example", COMPANY, &[PASS]));
    assert_eq!(own, ("accepted".into(), "li@mail.qingsong.example".into()));
    // Another enterprise under a like name answers for itself alone.
    let other = office.settles(&form_from("a@qingsonq.example", "某市无名智能有限公司", &[PASS]));
    assert_eq!(other, ("accepted".into(), "a@qingsonq.example".into()));
    let provider = office.settles(&form_from("10001@163.com", "某市海棠智能有限公司", &[PASS]));
    assert_eq!(provider, ("accepted".into(), "10001@163.com".into()));
}

#[test]
fn a_name_that_claims_an_address_of_the_roster_waits() {
    let office = Office::open("").invited(&ROSTER);
    let says = ["zhang@qingsong.example, which is the roster's", "x@evil.example"];
    held_with(&office, "\"zhang@qingsong.example\" <x@evil.example>", "某市无名智能有限公司", &says);
    let harmless = office.settles(&form_from("\"y@evil.example\" <y@evil.example>", "某市无名智能有限公司", &[PASS]));
    assert_eq!(harmless, ("accepted".into(), "y@evil.example".into()));
}

#[test]
fn two_senders_in_one_mail_wait() {
    let office = Office::open("");
    let second = "From: zhang@qingsong.example";
    assert_eq!(office.settles(&form_from("x@evil.example", COMPANY, &[PASS, second])), ("held".into(), String::new()));
    assert!(office.shows().contains("several From"), "{}", office.shows());
}

#[test]
fn where_configuration_says_so_likeness_is_only_noted() {
    let office = Office::open("suspicious = \"answer\"").invited(&ROSTER);
    let (became, to) = office.settles(&form_from("zhang@qingsonq.example", COMPANY, &[PASS]));
    assert_eq!((became.as_str(), to.as_str()), ("accepted", "zhang@qingsonq.example"));
    assert!(office.shows().contains("looks like qingsong.example"), "{}", office.shows());
    assert!(office.postroom.rows(TABLE).is_empty(), "the roster names another address: it is contested");
}
