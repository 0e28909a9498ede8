//! What is concluded of senders, under each policy.

use super::*;

fn server(dmarc: &str, is_certain: bool) -> ServerWord {
    ServerWord { dmarc: Some(dmarc.to_owned()), is_certain, from: None }
}

fn here(dmarc: &str) -> Evaluated {
    Evaluated { dmarc: dmarc.into(), spf: "none".into(), dkim: "none".into() }
}

fn evidence<'a>(address: &'a str, server: &'a ServerWord) -> Evidence<'a> {
    let has_failed = server.dmarc.as_deref() == Some("fail");
    Evidence { address, server, has_failed, evaluated: None, suspicion: None }
}

fn conclude(policy: &Policy, server: &ServerWord, evaluated: Option<&Evaluated>) -> Sender {
    policy.conclude(Evidence { evaluated, ..evidence("li@firm.example", server) })
}

fn check(server: &ServerWord, evaluated: Option<&Evaluated>, is_failure: bool) {
    let sender = conclude(&Policy::default(), server, evaluated);
    assert_eq!(matches!(sender.treatment, Treatment::Hold(_)), is_failure, "{server:?} {evaluated:?}");
    assert_eq!(sender.findings.iter().any(|finding| finding.is_notable), is_failure, "{sender:?}");
}

#[test]
fn the_servers_word_goes_before_ours() {
    let silent = ServerWord::default();
    check(&server("fail", true), None, true);
    check(&server("fail", false), Some(&here("pass")), true);
    check(&server("pass", true), Some(&here("fail")), false);
    check(&server("none", true), None, false);
    check(&silent, Some(&here("fail")), true);
    check(&silent, Some(&here("pass")), false);
    check(&silent, None, false);
}

#[test]
fn a_word_that_the_sender_may_have_written_does_not_vouch_for_it() {
    check(&server("pass", false), Some(&here("fail")), true);
    check(&server("pass", false), Some(&here("pass")), false);
    check(&server("pass", false), None, false);
}

/// The server read another `From` than we did, of which there is more than one way.
#[test]
fn a_word_on_another_sender_does_not_vouch_for_this_one() {
    let of = |domain: &str| ServerWord { from: Some(domain.to_owned()), ..server("pass", true) };
    check(&of("evil.example"), None, true);
    check(&of("evil.example"), Some(&here("fail")), true);
    check(&of("evil.example"), Some(&here("pass")), false);
    check(&ServerWord { from: Some("evil.example".into()), ..server("none", true) }, None, true);
    for own in ["firm.example", "Firm.example", "mail.firm.example", "example"] {
        check(&of(own), None, false);
        check(&of(own), Some(&here("fail")), false);
    }
    let (idn, word) = ("li@企业.example", of("xn--vhquv.example"));
    assert_eq!(Policy::default().conclude(evidence(idn, &word)).treatment, Treatment::Ordinary);
    assert_eq!(Policy::default().conclude(evidence("", &of("evil.example"))).treatment, Treatment::Ordinary);
}

#[test]
fn nobody_fails_for_a_question_without_an_answer() {
    for dmarc in ["none", "temperror", "permerror"] {
        check(&ServerWord::default(), Some(&here(dmarc)), false);
        check(&server(dmarc, true), None, false);
    }
}

#[test]
fn each_policy_does_what_it_says() {
    let failed = server("fail", true);
    let treatment = |policy: Policy| conclude(&policy, &failed, None).treatment;
    let on = |on_failure| Policy { on_failure, ..Policy::default() };
    assert_eq!(treatment(on(OnFailure::Hold)), Treatment::Hold("the collection server says dmarc=fail".into()));
    assert_eq!(treatment(on(OnFailure::Answer)), Treatment::Ordinary);
    assert_eq!(treatment(on(OnFailure::Ignore)), Treatment::Ignore(Silence::NotAuthentic));
}

#[test]
fn who_is_allowed_is_taken_as_authentic_and_who_is_denied_is_not_heard() {
    let mut list = List::default();
    list.add("firm.example").unwrap();
    let failed = server("fail", true);
    let allowing = Policy { on_failure: OnFailure::Ignore, allow: list.clone(), ..Policy::default() };
    assert_eq!(conclude(&allowing, &failed, None).treatment, Treatment::Ordinary);
    let both = Policy { deny: list, ..allowing };
    assert_eq!(conclude(&both, &server("pass", true), None).treatment, Treatment::Ignore(Silence::Denied));
}

#[test]
fn whoever_looks_like_another_waits_for_a_person_whatever_the_server_says() {
    let suspicion = Suspicion::SeveralFrom;
    let conclude = |policy: &Policy, server: &ServerWord| {
        let evidence = Evidence { suspicion: Some(&suspicion), ..evidence("x@evil.example", server) };
        policy.conclude(evidence).treatment
    };
    let why = suspicion.to_string();
    assert_eq!(conclude(&Policy::default(), &server("pass", true)), Treatment::Hold(why.clone()));
    let both = Treatment::Hold(format!("the collection server says dmarc=fail; {why}"));
    assert_eq!(conclude(&Policy::default(), &server("fail", true)), both);
    let lenient = Policy { on_suspicion: OnSuspicion::Answer, ..Policy::default() };
    assert_eq!(conclude(&lenient, &server("pass", true)), Treatment::Ordinary);
}
