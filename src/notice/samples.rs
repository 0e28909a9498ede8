//! Sample data that every template is rendered with when it is loaded: one view with nothing but the necessary, one with
//! everything there can be.

use serde_json::Value;

use crate::follow_up::Topic;
use crate::notice::Kind;
use crate::notice::alarm;
use crate::notice::digest;
use crate::notice::dispute::DisputeView;
use crate::notice::letter::LetterView;
use crate::notice::mended::Change;
use crate::notice::question::Question;
use crate::notice::view::{Amount, Count, ReturnView, View};
use crate::notice::words::Line;

/// The views of a kind that its templates are tried with.
pub(super) fn of(kind: Kind) -> Vec<Value> {
    let views = match kind {
        Kind::Receipt | Kind::Correction | Kind::Handover => {
            [full(), bare()].iter().map(serde_json::to_value).collect()
        }
        Kind::Digest => digest::samples().iter().map(serde_json::to_value).collect(),
        Kind::Alarm => alarm::samples().iter().map(serde_json::to_value).collect(),
        Kind::Dispute | Kind::Infected => disputes().iter().map(serde_json::to_value).collect(),
        Kind::Invitation | Kind::Reminder => letters().iter().map(serde_json::to_value).collect(),
    };
    // Texts, numbers and lists are values always.
    let views: Result<Vec<Value>, _> = views;
    views.unwrap_or_default()
}

/// The notice of a dispute, signed and not.
fn disputes() -> [DisputeView; 2] {
    let bare = DisputeView {
        survey: "示例调查表".to_owned(),
        subject: "示例".to_owned(),
        token: "K7M2QX".to_owned(),
        name: "示例智能科技有限公司".to_owned(),
        contact_name: "示例".to_owned(),
        contact_phone: "0757-00000000".to_owned(),
        sign_off: String::new(),
    };
    [DisputeView { sign_off: "示例区收发室".to_owned(), ..bare.clone() }, bare]
}

/// A letter about everything that one can be about, before the deadline and after it.
fn letters() -> Vec<LetterView> {
    let bare = LetterView {
        survey: "示例调查表".to_owned(),
        subject: "示例".to_owned(),
        token: "K7M2QX".to_owned(),
        name: "示例智能科技有限公司".to_owned(),
        names: vec!["示例智能科技有限公司".to_owned()],
        name_count: 1,
        person: String::new(),
        letter: Vec::new(),
        topic: Topic::Invitation.as_str(),
        phase: "before",
        deadline: "2017年12月20日".to_owned(),
        days_left: 5,
        narrative_request: String::new(),
        has_files: false,
        contact_name: "示例".to_owned(),
        contact_phone: "0757-00000000".to_owned(),
        sign_off: String::new(),
    };
    let full = LetterView {
        person: "示例".to_owned(),
        letter: vec!["示例".to_owned(), String::new(), "示例".to_owned()],
        phase: "after",
        narrative_request: "请附文字材料".to_owned(),
        has_files: true,
        sign_off: "示例区收发室".to_owned(),
        ..bare.clone()
    };
    let several = LetterView {
        name: "示例甲有限公司、示例乙有限公司".to_owned(),
        names: vec!["示例甲有限公司".to_owned(), "示例乙有限公司".to_owned()],
        name_count: 30,
        ..full.clone()
    };
    let topics = [Topic::Invitation, Topic::NoAnswer, Topic::Correction, Topic::Narrative];
    topics
        .into_iter()
        .flat_map(|topic| [&bare, &full, &several].map(|view| LetterView { topic: topic.as_str(), ..view.clone() }))
        .collect()
}

fn bare() -> View {
    View {
        survey: "示例调查表".to_owned(),
        subject: "示例".to_owned(),
        token: "K7M2QX".to_owned(),
        received_at: "2017年12月19日 10:32".to_owned(),
        mail_count: 1,
        deadline: "2017年12月20日".to_owned(),
        is_late: false,
        is_reread: false,
        deadline_is_over: false,
        contact_name: "示例".to_owned(),
        contact_phone: "0757-00000000".to_owned(),
        sign_off: String::new(),
        files: Vec::new(),
        file_count: 0,
        returns: Vec::new(),
        return_count: 0,
        narratives: Vec::new(),
        narrative_count: 0,
        wants_narrative: false,
        narrative_request: String::new(),
        is_duplicate: false,
        complete: String::new(),
        duplicates: String::new(),
        contested: String::new(),
        pending: String::new(),
        merged: String::new(),
        part_is_enough: false,
        is_enclosed: false,
        plain_reply: String::new(),
        lines: Vec::new(),
        issue_count: 0,
        rest: Vec::new(),
        rest_count: 0,
        changes: Vec::new(),
        withdrawn: String::new(),
        confirmed: Vec::new(),
        unread: Vec::new(),
        is_handed_over: false,
        discarded: String::new(),
        questions: Vec::new(),
    }
}

fn full() -> View {
    let name = "示例智能科技有限公司".to_owned();
    let amount = Amount { label: "营业收入".to_owned(), text: "1200万元".to_owned(), is_odd: true };
    let question = Question {
        label: "营业收入".to_owned(),
        text: "1200万元".to_owned(),
        name: "示例智能科技有限公司".to_owned(),
        whose: "企业名称：示例智能科技有限公司，".to_owned(),
        reason: "与通常情况相差较大".to_owned(),
    };
    let change = Change { label: "营业收入".to_owned(), before: "1200".to_owned(), after: "1200万元".to_owned() };
    View {
        mail_count: 3,
        is_late: true,
        is_reread: true,
        deadline_is_over: true,
        sign_off: "示例区收发室".to_owned(),
        files: vec!["调查表.xlsx".to_owned()],
        file_count: 9,
        returns: vec![ReturnView { name: name.clone(), answered: 5, asked: 6, amounts: vec![amount] }],
        return_count: 30,
        narratives: vec!["“材料.docx”".to_owned()],
        narrative_count: 7,
        wants_narrative: true,
        narrative_request: "请附文字材料".to_owned(),
        complete: name.clone(),
        duplicates: name.clone(),
        contested: name.clone(),
        pending: name.clone(),
        merged: name,
        part_is_enough: true,
        is_enclosed: true,
        plain_reply: "营业收入：1200万元".to_owned(),
        lines: vec![Line { text: "“营业收入”没有写单位".to_owned(), place: "单元格 F4".to_owned() }],
        issue_count: 8,
        rest: vec![Count { label: "主要产品".to_owned(), count: 7 }],
        rest_count: 7,
        changes: vec![change],
        withdrawn: "示例智能科技有限公司".to_owned(),
        confirmed: vec!["营业收入".to_owned()],
        unread: vec!["“照片.jpg”".to_owned()],
        is_handed_over: true,
        discarded: "示例智能科技有限公司".to_owned(),
        questions: vec![question],
        ..bare()
    }
}
