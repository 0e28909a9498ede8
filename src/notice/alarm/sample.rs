//! An alarm on sample data: what templates are tried with, and what a preview shows.

use jiff::{SignedDuration, Timestamp};

use super::{AlarmView, Told};
use crate::health::{Condition, Finding, Plan};

/// Two things that are wrong, one of them new, and one that is over.
pub(in crate::notice) fn sampled(now: Timestamp) -> Plan {
    let ago = |minutes: i64| Some(now - SignedDuration::from_mins(minutes));
    let refused = Condition::LoginRefused {
        place: "mailbox main".to_owned(),
        account: "collect@district.example".to_owned(),
        why: "535 Login Fail. Please enter your authorization code to login.".to_owned(),
    };
    let stuck =
        Condition::OutboxStuck { transport: "main".to_owned(), count: 12, why: "connection refused".to_owned() };
    Plan {
        holds: vec![
            (Finding { condition: refused, since: ago(45) }, true),
            (Finding { condition: stuck, since: ago(130) }, false),
        ],
        over: vec![Finding { condition: Condition::MessagesFailed { count: 2 }, since: None }],
    }
}

/// The views that templates are tried with: all there can be, and the least of each side.
pub(in crate::notice) fn samples() -> [AlarmView; 3] {
    let told = Told {
        title: "示例".to_owned(),
        what: "示例".to_owned(),
        since: "2017年12月19日 10:32".to_owned(),
        remedy: "示例。".to_owned(),
        is_new: true,
    };
    let bare = Told { since: String::new(), is_new: false, ..told.clone() };
    let full = AlarmView {
        token: "K7M2QX".to_owned(),
        at: "2017年12月19日 10:32".to_owned(),
        holds: vec![told.clone(), bare.clone()],
        over: vec![told, bare.clone()],
        sign_off: "示例区收发室".to_owned(),
    };
    let holds = AlarmView { holds: vec![bare.clone()], over: Vec::new(), sign_off: String::new(), ..full.clone() };
    let over = AlarmView { holds: Vec::new(), over: vec![bare], ..full.clone() };
    [full, holds, over]
}
