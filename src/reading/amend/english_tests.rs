//! Replies in English, and the traps among them; and that what an English notice tells one to write is understood.

use super::tests::{mail, said_in_survey};
use crate::survey::{ItemKind, Language, Precision, Survey};

const SURVEY: &str = include_str!("../../../config/surveys/ai-industry-2017-en.toml");

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let survey = Survey::from_toml(SURVEY).unwrap();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(text, expected)| {
            let said = said_in_survey(&mail(text), &survey);
            (said != *expected).then(|| format!("{text:?}\n    {said:?} instead of {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} are read otherwise:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn an_answer_in_english_mends_its_item() {
    check(&[
        ("Revenue: 12 million yuan", "revenue=12 million yuan"),
        ("Revenue: RMB 12,000,000", "revenue=RMB 12,000,000"),
        ("Revenue: RMB 12,000,000.", "revenue=RMB 12,000,000"),
        ("revenue: 12000000 yuan", "revenue=12000000 yuan"),
        ("Dear Sir or Madam,\n\nRevenue: 12 million yuan. Thanks.", "revenue=12 million yuan"),
        ("Dear Ms Luo,\n\nRevenue: 12 million yuan\n\nBest regards,\nZhang Min", "revenue=12 million yuan"),
        (
            "Hello,\nRevenue: 12 million yuan\nThanks\nZhang Min\nLingze Example Technology Co., Ltd.",
            "revenue=12 million yuan",
        ),
        ("Revenue should be 12 million yuan", "revenue=12 million yuan"),
        ("Our revenue is RMB 12,000,000.", "revenue=RMB 12,000,000"),
        ("Revenue in 2017: about RMB 12,000,000", "revenue=about RMB 12,000,000"),
        ("Please change revenue to 12 million yuan, thank you", "revenue=12 million yuan"),
        ("Please correct the revenue to 12 million yuan.", "revenue=12 million yuan"),
        ("Revenue: should be 12 million yuan", "revenue=12 million yuan"),
        ("Item 6: RMB 12,000,000", "#6=RMB 12,000,000"),
        ("6. RMB 12,000,000", "#6=RMB 12,000,000"),
        ("6. Revenue: RMB 12,000,000", "revenue=RMB 12,000,000"),
        ("It should be 12 million yuan", "?=12 million yuan"),
        ("12 million yuan", "?=12 million yuan"),
        ("6 RMB 12,000,000", "#6=RMB 12,000,000"),
        ("The unit is yuan", "unit:yuan"),
        ("Unit: million yuan", "unit:million yuan"),
        ("million yuan", "unit:million yuan"),
        ("RMB", "unit:RMB"),
        ("Core technologies: machine vision, speech recognition", "technology=machine vision, speech recognition"),
        ("Products: none", "products=none"),
        ("Corrected as follows:\nRevenue: 12 million yuan", "revenue=12 million yuan"),
        ("Revenue: 12 million yuan\n\nSent from my iPhone", "revenue=12 million yuan"),
        ("营业收入：1200万元", "unclear"),
    ]);
}

#[test]
fn odd_but_true_and_withdrawn_are_told_from_what_sounds_alike() {
    check(&[
        ("That is correct", "confirms:"),
        ("That is correct.", "confirms:"),
        ("that is correct, thanks", "confirms:"),
        ("That’s correct", "confirms:"),
        ("Yes, that is correct.", "confirms:"),
        ("Dear Sir or Madam,\n\nThat is correct. Thank you.\n\nKind regards\nZhang Min", "confirms:"),
        ("The figure is correct", "confirms:"),
        ("Confirmed as stated", "confirms:"),
        ("We confirm", "confirms:"),
        ("That is correct because of a new production line", "confirms:a new production line"),
        ("That is correct, due to a merger", "confirms:a merger"),
        ("That is correct (new production line)", "confirms:new production line"),
        // As a question about one of several enterprises puts it.
        ("Name of the enterprise: X Co., Ltd.; that is correct", "name:X Co., Ltd. confirms:"),
        (
            "Name of the enterprise: X Co., Ltd.; that is correct, because of a merger",
            "name:X Co., Ltd. confirms:a merger",
        ),
        ("Name of the enterprise: X Co., Ltd.; Revenue: 12 million yuan", "name:X Co., Ltd. revenue=12 million yuan"),
        ("Please withdraw our return", "withdraws"),
        ("We would like to withdraw our submission.", "withdraws"),
        ("Please cancel the previous return, thank you", "withdraws"),
        ("Is that correct?", "unclear"),
        ("That is correct?", "unclear"),
        ("Is that correct", "unclear"),
        ("That is not correct", "unclear"),
        ("That isn't correct", "unclear"),
        ("That is incorrect", "unclear"),
        ("That is correct for 2016", "unclear"),
        ("That is correct once the audit is done", "unclear"),
        ("That is correct, but the unit is wrong", "unclear"),
        ("I think that is correct", "unclear"),
        ("We will confirm tomorrow", "unclear"),
        ("To be confirmed", "unclear"),
        ("Please confirm", "unclear"),
        ("We confirm participation", "unclear"),
        ("Yes", "unclear"),
        ("Yes, thanks", "unclear"),
        ("Correct", "unclear"),
        ("Please do not withdraw our return", "unclear"),
        ("Can we withdraw our return", "unclear"),
        ("Is our return withdrawn", "unclear"),
        ("We may withdraw our return", "unclear"),
        ("Please withdraw the revenue", "unclear"),
        ("Please withdraw our return once you have the new one", "unclear"),
        ("Please withdraw our return\nRevenue: 12 million yuan", "unclear"),
    ]);
}

#[test]
fn courtesy_is_nothing_and_a_promised_file_is_no_courtesy() {
    check(&[
        ("Thanks", "courtesy"),
        ("Thank you very much!", "courtesy"),
        ("Received, thanks.", "courtesy"),
        ("Received with thanks", "courtesy"),
        ("Thank you for your mail.", "courtesy"),
        (
            "Dear Ms. Luo,\n\nWell noted, thank you.\n\nBest regards\nZhang Min\nLingze Example Technology Co., Ltd.",
            "courtesy",
        ),
        ("OK, noted", "courtesy"),
        ("Understood. Many thanks.", "courtesy"),
        ("Please find the form attached.", ""),
        ("Dear Sir or Madam,\n\nPlease find attached our completed form.\n\nKind regards\nZhang Min", ""),
    ]);
}

#[test]
fn no_trap_becomes_a_value() {
    check(&[
        ("Revenue: is it with tax?", "unclear"),
        ("Should revenue be 12 million yuan?", "unclear"),
        ("Revenue is not 12 million yuan", "unclear"),
        ("Not 12 million yuan", "unclear"),
        ("Revenue: not 12 but 13 million yuan", "unclear"),
        ("Revenue will be 12 million yuan", "unclear"),
        ("Revenue: will be reported later", "unclear"),
        ("Revenue: see attachment", "unclear"),
        ("Revenue: as before", "unclear"),
        ("Revenue: unchanged", "unclear"),
        ("Products: (your answer)", "unclear"),
        ("Revenue might be 12 million yuan", "unclear"),
        ("If revenue is 12 million yuan, which documents are needed", "unclear"),
        ("No revenue: 12 million yuan", "unclear"),
        ("Revenue 2016: 8 million yuan", "unclear"),
        ("Revenue growth: 30%", "unclear"),
        ("Profit: 2 million yuan", "unclear"),
        ("Revenue", "unclear"),
        ("Revenue:", "unclear"),
        ("1200", "unclear"),
        ("Products should be listed on our website", "unclear"),
        ("Our products are confidential", "unclear"),
        ("We have moved and have no figures this year", "unclear"),
        ("This survey does not concern us", "unclear"),
        ("Please call me", "unclear"),
        ("The attachment is blank", "unclear"),
        ("Thanks. By the way, the name is wrong", "unclear"),
        ("Revenue: 12 million yuan\nWhen is the deadline?", "unclear"),
        ("Best regards\nZhang Min\nRevenue: 12 million yuan", "unclear"),
        ("Thanks\nNot Correct", "unclear"),
        ("We met at 9:30", "unclear"),
        ("Tel: 0757-12345678", ""),
        ("> Revenue: 12 million yuan\nThanks", "courtesy"),
    ]);
}

/// The notice as clients quote it, with figures in it that nobody wrote.
#[test]
fn what_a_client_quotes_is_never_an_answer() {
    let quoted = "Dear Sir or Madam,\n\nThank you for your mail, reference [收K7M2QX]. 1 point needs to be corrected:\n1. “Revenue” reads “1200”. Please write for example “RMB 12,000,000”.";
    let marked: String = quoted.lines().map(|line| format!("> {line}\n")).collect();
    let quotes = [
        format!("On 19 Dec 2017, at 10:32, Postroom <collect@office.example> wrote:\n{marked}"),
        format!(
            "-----Original Message-----\nFrom: Postroom <collect@office.example>\nSent: 19 December 2017 10:32\nTo: Li <li@firm.example>\nSubject: Re: [Please correct] Survey [收K7M2QX]\n\n{quoted}"
        ),
        format!(
            "From: Postroom <collect@office.example>\nDate: Tuesday, 19 December 2017 at 10:32\nTo: Li <li@firm.example>\nSubject: Re: Survey [收K7M2QX]\n\n{quoted}"
        ),
        quoted.to_owned(),
    ];
    for quote in &quotes {
        for (own, expected) in
            [("Revenue: 13 million yuan", "revenue=13 million yuan"), ("Received, thanks.", "courtesy")]
        {
            check(&[(&format!("{own}\n\n{quote}"), expected)]);
        }
    }
}

/// The example of every type, as the English notices and forms show it, is read as that type's answer without a question.
#[test]
fn every_example_in_english_is_read_as_what_it_is_an_example_of() {
    let kinds = [
        ItemKind::Money { currency: "CNY".into(), unit: None },
        ItemKind::Money { currency: "USD".into(), unit: None },
        ItemKind::Integer { unit: Some("people".into()), minimum: 0, maximum: None },
        ItemKind::Integer { unit: Some("人".into()), minimum: 0, maximum: None },
        ItemKind::Integer { unit: None, minimum: 0, maximum: None },
        ItemKind::Percentage { minimum: 0, maximum: 100 },
        ItemKind::Date { precision: Precision::Day },
        ItemKind::Date { precision: Precision::Month },
        ItemKind::Date { precision: Precision::Year },
        ItemKind::Telephone { area_code: None },
        ItemKind::Email,
    ];
    let mut survey = Survey::from_toml(SURVEY).unwrap();
    for kind in kinds {
        let example = kind.example(Language::En).unwrap();
        let item = survey.items.iter_mut().find(|item| item.key == "products").unwrap();
        item.kind = kind;
        let understood = crate::value::read(item, &example, &crate::value::Context::default());
        assert_eq!(understood.problems, [], "{example}");
        let said = said_in_survey(&mail(&format!("Products: {example}")), &survey);
        assert_eq!(said, format!("products={example}"));
    }
}
