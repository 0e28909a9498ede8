//! What users see: the view of a survey, listings, exports.

use super::*;

const VIEW: &str = "SELECT * FROM survey_ai_industry_2017";

#[test]
fn the_view_shows_the_current_version_of_each_respondent() {
    let house = House::new();
    let ids: Vec<i64> = (1..=4).map(|uid| house.keep(uid, i64::from(uid))).collect();
    house.judged(ids[0], reading("a@firm.example", vec![a_return("甲公司", Some("机器人"), None)]));
    house.judged(ids[1], reading("a@firm.example", vec![a_return("甲公司", Some("机器人"), Some(300))]));
    house.judged(ids[2], reading("x@else.example", vec![a_return("甲公司", Some("假的"), Some(9))]));
    house.judged(ids[3], reading("b@other.example", vec![a_return("乙公司", Some("芯片"), None)]));
    let connection = rusqlite::Connection::open(house.store.path()).unwrap();
    let statement = connection.prepare(VIEW).unwrap();
    assert_eq!(
        statement.column_names(),
        [
            "respondent",
            "state",
            "version",
            "received_at",
            "message",
            "name",
            "products",
            "revenue",
            "revenue_low",
            "revenue_high",
            "revenue_currency"
        ]
    );
    assert_eq!(
        house.query(&format!("{VIEW} ORDER BY message")),
        [
            [
                "甲公司",
                "complete",
                "2",
                "2017-12-19T00:02:00.000000Z",
                "2",
                "甲公司",
                "机器人",
                "3000000元",
                "3000000",
                "3000000",
                "CNY"
            ],
            ["乙公司", "in_correction", "1", "2017-12-19T00:04:00.000000Z", "4", "乙公司", "芯片", "-", "-", "-", "-"],
        ]
    );
    assert_eq!(house.query(&format!("SELECT typeof(revenue_low) FROM ({VIEW}) WHERE message = 2")), [["real"]]);
}

#[test]
fn a_survey_that_gains_an_item_gains_a_column_and_keeps_its_returns() {
    let house = House::new();
    let id = house.keep(1, 1);
    house.judged(id, reading("a@firm.example", vec![a_return("甲公司", Some("机器人"), Some(1))]));
    let mut newer = survey();
    newer.revision = "r2".into();
    let message = Item { key: "message".into(), kind: ItemKind::Text, ..newer.items[1].clone() };
    newer.items.push(message);
    house.store.register_surveys(&[newer], at(9)).wait().unwrap();
    assert_eq!(
        house.query("SELECT respondent, message, item_message FROM survey_ai_industry_2017"),
        [["甲公司", "1", "-"]]
    );
    assert_eq!(house.query("SELECT revision FROM survey_revision ORDER BY 1"), [["r1"], ["r2"]]);
    assert_eq!(house.query("SELECT revision FROM return_version"), [["r1"]]);
}

#[test]
fn two_surveys_with_one_view_are_refused_by_name() {
    let house = House::new();
    let other = Survey { id: "ai_industry_2017".into(), ..survey() };
    let refusal = house.store.register_surveys(&[other], at(0)).wait().unwrap_err();
    assert!(matches!(refusal, StoreError::SameView { .. }), "{refusal}");
}

#[test]
fn the_table_has_the_items_in_the_forms_order_and_exact_amounts() {
    let house = House::new();
    let id = house.keep(1, 1);
    house.judged(id, reading("a@firm.example", vec![a_return("甲公司", None, Some(300))]));
    let table = house.table();
    let row = &table.rows[0];
    assert_eq!(row.cells[0].as_ref().unwrap().text, "甲公司");
    assert_eq!(row.cells[1], None);
    assert_eq!(row.cells[2].as_ref().unwrap().says.low, Some(Decimal::from(3_000_000)));
    assert_eq!(
        house.store.table("energy", &Scope::default(), &TimeZone::UTC).unwrap_err().to_string(),
        "there is no survey energy: `postroom check` lists those that are configured"
    );
}

#[test]
fn listings_tell_what_became_of_a_message() {
    let house = House::new();
    let id = house.keep(1, 1);
    let mut one = reading("a@firm.example", vec![a_return("甲公司", Some("机器人"), None)]);
    let fault = Problem::Unreadable { why: "cut off".into() };
    one.issues.push(Issue::of_attachment("坏.doc", fault));
    house.judged(id, one);
    let view = house.store.message("1").unwrap();
    assert_eq!(house.store.message(view.sha256.get(..8).unwrap()).unwrap(), view);
    assert_eq!(view.disposition.as_deref(), Some("correction"));
    assert_eq!(view.issues[0].code, "unreadable");
    assert_eq!(view.narratives, ["材料.docx"]);
    assert_eq!(view.returns[0].errors, 1);
    assert_eq!(view.notices[0].kind, "correction");
    assert_eq!(
        house.store.message("ffffff").unwrap_err().to_string(),
        "there is no message ffffff: `postroom returns` lists what came, `postroom held` what waits"
    );
    let shown = house.store.show(view.returns[0].id).unwrap();
    assert_eq!(shown.issues[0].item.as_deref(), Some("revenue"));
    assert_eq!(shown.issues[0].issue.problem, Problem::Missing);
    let status = house.store.status().unwrap();
    assert_eq!((status.messages, status.waiting, status.dispositions["correction"]), (1, 0, 1));
    assert_eq!((status.surveys[0].complete, status.surveys[0].in_correction), (0, 1));
    assert!(serde_json::to_string(&view).unwrap().contains(r#""folder":"INBOX""#));
}
