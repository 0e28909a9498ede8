//! Whose a return is, and whose word counts, with a roster and without.

use super::*;
use crate::roster::Invited;
use crate::verdict::{Disposition, Standing};

const SURVEY: &str = "ai-industry-2017";
const FIRM: &str = "广州示例科技有限公司";
const SHORT: &str = "广州示例科技";
const OFFICE: &str = "office@firm.example";
const STRANGER: &str = "10001@qq.com";

fn invited(name: &str, addresses: &[&str]) -> Invited {
    let addresses = addresses.iter().map(|one| (*one).to_owned()).collect();
    Invited { name: name.into(), addresses, ..Invited::default() }
}

fn import(house: &House, roster: &[Invited]) {
    house.store.set_roster(SURVEY, roster.to_vec(), at(500)).wait().unwrap();
}

fn complete(name: &str, products: &str) -> Return {
    a_return(name, Some(products), Some(1))
}

fn with_code(mut one: Return, code: &str) -> Return {
    one.answers.insert("code".into(), answer(code, 3, Value::CreditCode(Some(code.into()))));
    one
}

fn send(house: &House, uid: u32, sender: &str, one: Return) -> (i64, Judged) {
    let id = house.keep(uid, i64::from(uid));
    (id, house.judged(id, reading(sender, vec![one])))
}

fn numbers(house: &House) -> Vec<i64> {
    let zone = jiff::tz::TimeZone::UTC;
    house.store.roster(SURVEY, &zone).unwrap().iter().map(|row| row.respondent).collect()
}

/// Respondent and standing of each return that stands, in order of arrival.
fn standings(house: &House) -> Vec<Vec<String>> {
    house.query("SELECT respondent, standing FROM return_version WHERE rereading IS NULL ORDER BY message, ordinal")
}

fn stand(house: &House) -> Vec<String> {
    standings(house).into_iter().map(|mut row| row.remove(1)).collect()
}

#[test]
fn without_a_roster_the_name_decides() {
    let house = House::new();
    send(&house, 1, OFFICE, complete(FIRM, "机器人"));
    send(&house, 2, OFFICE, complete(SHORT, "机器人"));
    assert_eq!(standings(&house), [["1", "complete"], ["2", "complete"]]);
}

#[test]
fn a_shortened_name_with_the_address_of_the_roster_is_known() {
    for sender in [OFFICE, "wang@firm.example"] {
        let house = House::new();
        import(&house, &[invited(FIRM, &[OFFICE])]);
        let (_, judged) = send(&house, 1, sender, complete(SHORT, "机器人"));
        assert_eq!((judged.verdict.disposition, judged.notice.is_some()), (Disposition::Accepted, true));
        assert_eq!(standings(&house), [["1", "complete"]]);
    }
}

#[test]
fn a_shortened_name_in_answer_to_the_invitation_is_known() {
    let house = House::new();
    import(&house, &[invited(FIRM, &[OFFICE])]);
    let of = FollowUp { respondent: 1, topic: crate::follow_up::Topic::Invitation, number: 1 };
    let letter = Notice {
        key: of.key(SURVEY),
        kind: Kind::Invitation,
        transport: "main".into(),
        recipient: OFFICE.into(),
        token: "BCDEFG".into(),
        message_id: "letter@post.example".into(),
        bytes: b"Subject: x\r\n\r\nhello\r\n".to_vec(),
    };
    house.store.queue_letter(letter, vec![of], 0, NoticeState::Queued, at(500)).wait().unwrap();
    let id = house.keep(1, 501);
    let mut read = reading(STRANGER, vec![complete(SHORT, "机器人")]);
    read.envelope.tokens = vec!["BCDEFG".into()];
    house.judged(id, read);
    // Whose it is the thread says; whether its sender may answer it does not.
    assert_eq!(standings(&house), [["1", "contested"]]);
}

/// A reply to one letter for several respondents, which gives this name.
fn answers_a_letter_for(roster: &[&str], name: &str) -> House {
    let house = House::new();
    let invitations: Vec<Invited> = roster.iter().map(|one| invited(one, &["service@ledger.example"])).collect();
    import(&house, &invitations);
    let topic = crate::follow_up::Topic::NoAnswer;
    let of = numbers(&house).into_iter().map(|respondent| FollowUp { respondent, topic, number: 1 }).collect();
    let letter = Notice {
        key: "reminder".into(),
        kind: Kind::Reminder,
        transport: "main".into(),
        recipient: "service@ledger.example".into(),
        token: "BCDEFG".into(),
        message_id: "letter@post.example".into(),
        bytes: b"Subject: x\r\n\r\nhello\r\n".to_vec(),
    };
    house.store.queue_letter(letter, of, 0, NoticeState::Queued, at(500)).wait().unwrap();
    let id = house.keep(1, 501);
    let mut read = reading(STRANGER, vec![complete(name, "机器人")]);
    read.envelope.tokens = vec!["BCDEFG".into()];
    house.judged(id, read);
    house
}

#[test]
fn of_several_in_one_letter_a_short_name_is_known_where_it_fits_one_and_waits_where_it_fits_two() {
    let one = answers_a_letter_for(&[FIRM, "广州样本科技有限公司"], SHORT);
    // The letter speaks for the only one that is meant; it does not say that whoever answers it may.
    assert_eq!(standings(&one), [[numbers(&one)[0].to_string(), "contested".into()]]);
    let two = answers_a_letter_for(&[FIRM, "广州示例科技股份有限公司"], SHORT);
    assert_eq!(stand(&two), ["held"]);
    let none = answers_a_letter_for(&[FIRM, "广州样本科技有限公司"], "");
    let owner = standings(&none).remove(0).remove(0);
    assert!(numbers(&none).iter().all(|id| owner != id.to_string()), "who names nobody is none of them");
}

#[test]
fn a_shortened_name_from_anywhere_waits_for_a_word_and_is_known_from_then_on() {
    let house = House::new();
    import(&house, &[invited(FIRM, &[OFFICE])]);
    let (id, judged) = send(&house, 1, STRANGER, complete(SHORT, "机器人"));
    assert_eq!((judged.verdict.disposition, judged.notice), (Disposition::Held, None));
    let held = house.store.held().unwrap();
    let number = numbers(&house)[0];
    let why =
        format!("{SHORT} may be 1) {FIRM} (respondent {number}): release it with --respondent N, or --respondent new");
    assert_eq!(held.iter().map(|one| one.why.as_str()).collect::<Vec<_>>(), [why.as_str()]);
    let refusal = house.store.release(Target::Message(id), None, at(5)).wait().unwrap_err();
    assert!(refusal.to_string().contains("--respondent"), "{refusal}");

    let assigned = house.store.assign(Target::Message(id), Some(number), at(6)).wait().unwrap();
    assert_eq!(assigned, Assigned::Released);
    let judged = house.judged(id, reading(STRANGER, vec![complete(SHORT, "机器人")]));
    assert_eq!(judged.returns[0].standing, Standing::Complete);
    assert!(house.store.held().unwrap().is_empty());
    // The name is remembered, whoever writes it.
    send(&house, 2, "other@else.example", complete(SHORT, "芯片"));
    assert_eq!(standings(&house), [[number.to_string(), "complete".into()], [number.to_string(), "contested".into()]]);
    assert_eq!(house.query("SELECT count(*) FROM respondent"), [["1"]]);
}

#[test]
fn one_that_only_looks_alike_becomes_a_respondent_of_its_own() {
    let house = House::new();
    import(&house, &[invited(FIRM, &[OFFICE])]);
    let (id, _) = send(&house, 1, STRANGER, complete(SHORT, "机器人"));
    house.store.assign(Target::Message(id), None, at(6)).wait().unwrap();
    house.judged(id, reading(STRANGER, vec![complete(SHORT, "机器人")]));
    send(&house, 2, STRANGER, complete(SHORT, "芯片"));
    assert_eq!(stand(&house), ["superseded", "complete"]);
    assert_eq!(house.query("SELECT name FROM respondent ORDER BY id"), [[FIRM], [SHORT]]);
}

#[test]
fn a_name_and_a_code_of_two_enterprises_wait_for_a_word() {
    let house = House::new();
    let coded = |name: &str, code: &str| Invited { credit_code: Some(code.into()), ..invited(name, &[]) };
    import(&house, &[coded("甲公司", "91990000MA0000001B"), coded("乙公司", "91990000MA0000002E")]);
    let one = || with_code(complete("甲公司", "机器人"), "91990000MA0000002E");
    let (id, judged) = send(&house, 1, STRANGER, one());
    assert_eq!(judged.verdict.disposition, Disposition::Held);
    let second = numbers(&house)[1];
    house.store.assign(Target::Message(id), Some(second), at(6)).wait().unwrap();
    house.judged(id, reading(STRANGER, vec![one()]));
    assert_eq!(standings(&house), [[second.to_string(), "complete".into()]]);
    // The other's own name stays its own.
    send(&house, 2, "a@else.example", complete("甲公司", "芯片"));
    assert_eq!(standings(&house)[1], [numbers(&house)[0].to_string(), "complete".into()]);
}

#[test]
fn a_former_name_and_a_code_without_a_name_are_known() {
    let house = House::new();
    let mut one = invited(FIRM, &[]);
    one.former_names.push("旧名公司".into());
    one.credit_code = Some("91990000MA0000001B".into());
    import(&house, &[one]);
    send(&house, 1, OFFICE, complete("旧名公司", "机器人"));
    let mut nameless = with_code(complete("", "芯片"), "91990000MA0000001B");
    nameless.answers.remove("name");
    nameless.issues.push(Issue::of_item("name", Problem::Missing, None));
    send(&house, 2, OFFICE, nameless);
    assert_eq!(standings(&house), [["1", "complete"], ["1", "pending"]]);
}

#[test]
fn of_several_returns_in_doubt_each_is_named() {
    let house = House::new();
    import(&house, &[invited(FIRM, &[]), invited("岭泽样本有限公司", &[])]);
    let id = house.keep(1, 1);
    let both = || reading(STRANGER, vec![complete(SHORT, "机器人"), complete("岭泽样本", "芯片")]);
    let judged = house.judged(id, both());
    let refusal = house.store.assign(Target::Message(id), Some(1), at(2)).wait().unwrap_err();
    assert!(refusal.to_string().contains("r1, r2"), "{refusal}");
    let numbers = numbers(&house);
    let assign = |at_: usize| {
        let target = Target::Return(judged.returns[at_].id);
        house.store.assign(target, Some(numbers[at_]), at(3)).wait().unwrap()
    };
    assert_eq!((assign(0), assign(1)), (Assigned::Waiting(1), Assigned::Released));
    house.judged(id, both());
    assert_eq!(stand(&house), ["complete", "complete"]);
}

#[test]
fn a_return_under_a_wrong_respondent_can_be_moved() {
    let house = House::new();
    send(&house, 1, OFFICE, complete(SHORT, "机器人"));
    import(&house, &[invited(FIRM, &[])]);
    let number = numbers(&house)[0];
    assert_eq!(house.store.assign(Target::Return(1), Some(number), at(6)).wait().unwrap(), Assigned::Moved);
    assert_eq!(standings(&house), [[number.to_string(), "complete".into()]]);
    assert_eq!(house.query("SELECT count(*) FROM respondent"), [["1"]]);
    assert!(house.store.assign(Target::Return(1), Some(99), at(6)).wait().is_err());
}

#[test]
fn where_the_roster_names_an_address_a_strangers_return_waits_for_a_word() {
    let house = House::new();
    import(&house, &[invited(FIRM, &[OFFICE])]);
    send(&house, 1, STRANGER, complete(FIRM, "机器人"));
    assert_eq!(stand(&house), ["contested"]);
    let held = house.store.held().unwrap();
    let why: Vec<&str> = held.iter().map(|one| one.why.as_str()).collect();
    assert_eq!(why, ["the roster names other addresses of this respondent"]);
    send(&house, 2, OFFICE, a_return(FIRM, Some("芯片"), None));
    assert_eq!(stand(&house), ["contested", "in_correction"], "nothing of a stranger's is merged in");
    send(&house, 3, STRANGER, complete(FIRM, "语音"));
    assert_eq!(stand(&house), ["contested", "in_correction", "contested"]);
    house.store.discard(Target::Return(1), at(8)).wait().unwrap();
    house.store.release(Target::Return(3), None, at(9)).wait().unwrap();
    assert_eq!(house.query("SELECT address FROM trusted_sender"), [[STRANGER]]);
    assert_eq!(house.store.why(FIRM, "products").unwrap()[0].answer.text, "语音");
    house.store.discard(Target::Return(3), at(10)).wait().unwrap();
    assert!(house.query("SELECT address FROM trusted_sender").is_empty());
    assert_eq!(stand(&house), ["discarded", "in_correction", "discarded"]);
}

#[test]
fn a_strangers_whole_list_is_released_or_put_aside_by_its_message() {
    for (release, end) in [(true, "complete"), (false, "discarded")] {
        let house = House::new();
        let second = "岭泽样本有限公司";
        import(&house, &[invited(FIRM, &[OFFICE]), invited(second, &["yang@sample.example"])]);
        let id = house.keep(1, 1);
        house.judged(id, reading(STRANGER, vec![complete(FIRM, "机器人"), complete(second, "芯片")]));
        assert_eq!(stand(&house), ["contested", "contested"]);
        if release {
            house.store.release(Target::Message(id), None, at(2)).wait().unwrap();
        } else {
            house.store.discard(Target::Message(id), at(2)).wait().unwrap();
        }
        assert_eq!(stand(&house), [end, end]);
        assert!(house.store.held().unwrap().is_empty());
    }
}

#[test]
fn a_roster_says_how_many_returns_it_puts_in_doubt() {
    let house = House::new();
    send(&house, 1, STRANGER, complete(FIRM, "机器人"));
    send(&house, 2, OFFICE, complete("岭泽样本有限公司", "芯片"));
    let roster = vec![invited(FIRM, &[OFFICE]), invited("岭泽样本有限公司", &[OFFICE])];
    let contested = || house.store.set_roster(SURVEY, roster.clone(), at(5)).wait().unwrap().contested;
    assert_eq!([contested(), contested()], [1, 0], "each is told once");
    assert_eq!(stand(&house), ["contested", "complete"]);
}

#[test]
fn whose_a_return_is_does_not_say_which_of_two_senders_is_right() {
    let house = House::new();
    import(&house, &[invited(FIRM, &[OFFICE])]);
    send(&house, 1, OFFICE, complete(FIRM, "机器人"));
    let (_, judged) = send(&house, 2, STRANGER, complete("别名公司", "芯片"));
    let number = numbers(&house)[0];
    let assigned = house.store.assign(Target::Return(judged.returns[0].id), Some(number), at(6)).wait().unwrap();
    assert_eq!(assigned, Assigned::Contested);
    assert_eq!(stand(&house), ["complete", "contested"]);
}

#[test]
fn the_end_is_the_same_whether_the_roster_came_before_the_mails_or_after() {
    let mails = [(1, STRANGER, "机器人"), (2, OFFICE, "芯片"), (3, STRANGER, "语音"), (4, "wang@firm.example", "视觉")];
    let ends = [0, 1, 2, 3, 4].map(|after| {
        let house = House::new();
        for (at, (uid, sender, products)) in mails.into_iter().enumerate() {
            if at == after {
                import(&house, &[invited(FIRM, &[OFFICE])]);
            }
            send(&house, uid, sender, complete(FIRM, products));
        }
        if after == mails.len() {
            import(&house, &[invited(FIRM, &[OFFICE])]);
        }
        stand(&house)
    });
    for end in ends {
        assert_eq!(end, ["contested", "superseded", "contested", "complete"]);
    }
}

#[test]
fn who_answered_before_the_roster_under_a_like_name_is_joined_or_named() {
    let house = House::new();
    send(&house, 1, OFFICE, complete(SHORT, "机器人"));
    send(&house, 2, STRANGER, complete("岭泽样本", "芯片"));
    let roster = vec![invited(FIRM, &[OFFICE]), invited("岭泽样本有限公司", &[])];
    let imported = house.store.set_roster(SURVEY, roster.clone(), at(5)).wait().unwrap();
    let numbers = numbers(&house);
    assert_eq!(standings(&house)[0], [numbers[0].to_string(), "complete".into()]);
    let said: Vec<String> = imported.alike.iter().map(ToString::to_string).collect();
    let wanted = format!(
        "岭泽样本 answered and may be 岭泽样本有限公司 (respondent {}): if so, `postroom release r2 --respondent N`",
        numbers[1]
    );
    assert_eq!(said, [wanted]);
    house.store.assign(Target::Return(2), Some(numbers[1]), at(6)).wait().unwrap();
    assert!(house.store.set_roster(SURVEY, roster, at(7)).wait().unwrap().alike.is_empty());
    assert_eq!(house.store.unlisted(SURVEY).unwrap(), 0);
}

#[test]
fn the_order_in_which_mails_are_read_changes_nothing() {
    let mails = [(STRANGER, FIRM, "机器人"), (OFFICE, FIRM, "芯片"), (STRANGER, FIRM, "语音"), (OFFICE, SHORT, "视觉")];
    let mut orders = vec![vec![]];
    for _ in 0..mails.len() {
        let longer = |order: Vec<usize>| {
            let rest = (0..mails.len()).filter(|at| !order.contains(at)).collect::<Vec<_>>();
            rest.into_iter().map(move |at| [order.clone(), vec![at]].concat())
        };
        orders = orders.into_iter().flat_map(longer).collect();
    }
    assert_eq!(orders.len(), 24);
    for order in orders {
        let house = House::new();
        import(&house, &[invited(FIRM, &[OFFICE])]);
        let ids: Vec<i64> = (1..=4).map(|uid| house.keep(uid, i64::from(uid))).collect();
        for at in &order {
            let (sender, name, products) = mails[*at];
            house.judged(ids[*at], reading(sender, vec![complete(name, products)]));
        }
        assert_eq!(stand(&house), ["contested", "superseded", "contested", "complete"], "{order:?}");
    }
}

/// Respondents of whom the earlier sender is to be told at a minute.
fn disputes(house: &House, minute: i64) -> Vec<Dispute> {
    house.store.disputes(SURVEY, at(0), at(minute)).unwrap()
}

fn told(house: &House, dispute: &Dispute, minute: i64) {
    let notice = Notice {
        transport: "main".into(),
        key: dispute.key.clone(),
        kind: Kind::Dispute,
        recipient: dispute.recipient.clone(),
        token: "K7M2QX".into(),
        message_id: format!("{}@post.example", dispute.key),
        bytes: b"Subject: x\r\n\r\nplease look\r\n".to_vec(),
    };
    house.store.queue_notice(notice, NoticeState::Queued, at(minute)).wait().unwrap();
}

#[test]
fn who_answered_before_is_told_of_a_dispute_once_a_day() {
    let house = House::new();
    send(&house, 1, OFFICE, complete(FIRM, "机器人"));
    assert!(disputes(&house, 2).is_empty());
    send(&house, 2, STRANGER, complete(FIRM, "芯片"));
    let open = disputes(&house, 3);
    let wanted = Dispute { key: "dispute:1:2".into(), respondent: 1, name: FIRM.into(), recipient: OFFICE.into() };
    assert_eq!(open, [wanted]);
    told(&house, &open[0], 3);
    assert!(disputes(&house, 4).is_empty());
    send(&house, 5, STRANGER, complete(FIRM, "语音"));
    assert!(disputes(&house, 6).is_empty(), "not twice a day");
    let next_day = disputes(&house, 2_000);
    assert_eq!(next_day.iter().map(|one| one.key.as_str()).collect::<Vec<_>>(), ["dispute:1:3"]);
    told(&house, &next_day[0], 2_000);
    assert!(disputes(&house, 9_000).is_empty(), "nothing new came since");
}

#[test]
fn a_dispute_that_is_settled_is_told_to_nobody() {
    let house = House::new();
    send(&house, 1, OFFICE, complete(FIRM, "机器人"));
    send(&house, 2, STRANGER, complete(FIRM, "芯片"));
    house.store.discard(Target::Return(2), at(3)).wait().unwrap();
    assert!(disputes(&house, 4).is_empty());
    assert!(house.store.disputes(SURVEY, at(9), at(10)).unwrap().is_empty(), "old mail is never answered");
}
