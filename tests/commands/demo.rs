//! `postroom demo`, the first thing that a newcomer sees.

use crate::support::daemon::Postroom;

#[test]
fn a_newcomer_sees_the_table_a_receipt_and_a_correction_line_by_line() {
    let postroom = Postroom::new("");
    let said = postroom.say(&["demo", "--to", "demo"]);
    let lines: Vec<&str> = said.lines().collect();
    for heading in ["--- a receipt ---", "--- a correction ---"] {
        let at = lines.iter().position(|line| *line == heading).unwrap_or_else(|| panic!("no {heading} in {said}"));
        let mail = lines[at + 1..].iter().take_while(|line| !line.starts_with("--- ")).collect::<Vec<_>>();
        assert!(mail[0].starts_with("To: ") && mail[1].starts_with("Subject: "), "{mail:?}");
        assert!(mail.len() > 8 && mail.iter().any(|line| line.contains("您好")), "{mail:?}");
    }
    assert!(lines.iter().any(|line| line.contains("企业名称") && line.contains("营业收入")), "{said}");
    for place in ["replies:  demo/replies", "database: demo/"] {
        assert!(said.contains(place), "no {place} in {said}");
    }
}
