//! Text recognised in scans: which scans are due, how often they are tried, and what outlasts a new reading.

use super::*;
use crate::recognise::{Frame, Line};

const SENDER: &str = "li@firm.example";

/// What is read of a mail that brings nothing but a picture.
fn scan(sha256: &str) -> Reading {
    let picture = AttachmentFacts { path: "扫描.jpg".into(), size: 9, sha256: sha256.into(), kind: "picture".into() };
    let issues = vec![Issue::of_message(Problem::ScanOnly)];
    Reading { attachments: vec![picture], narratives: Vec::new(), issues, ..reading(SENDER, Vec::new()) }
}

fn claim(house: &House) -> Option<String> {
    house.store.claim_scan(at(0)).wait().unwrap().map(|due| due.sha256)
}

fn recognised(text: &str, fault: Option<&str>) -> Recognition {
    let frame = Frame { left: 0.25, top: 0.5, width: 0.5, height: 0.125 };
    let line = Line { text: text.into(), confidence: 0.75, frame };
    Recognition { pages: vec![Vec::new(), vec![line]], fault: fault.map(str::to_owned) }
}

#[test]
fn a_scan_is_recognised_once_however_often_it_comes_and_is_read() {
    let house = House::new();
    let (first, second) = (house.keep(1, 0), house.keep(2, 1));
    house.judged(first, scan("aa"));
    assert_eq!(claim(&house).as_deref(), Some("aa"));
    house.store.keep_recognised("aa".into(), recognised("1200万元", None), at(1)).wait().unwrap();
    house.judged(second, scan("aa"));
    assert_eq!(claim(&house), None);
    house.store.reread(first, at(2)).wait().unwrap();
    house.judged(first, scan("aa"));
    for message in ["1", "2"] {
        let rows = house.store.message(message).unwrap().recognised;
        assert_eq!((rows[0].attachment.as_str(), rows[0].state.as_str()), ("扫描.jpg", "done"));
        assert_eq!((rows[0].lines[0].page, &rows[0].lines[0].line), (2, &recognised("1200万元", None).pages[1][0]));
    }
    assert_eq!(claim(&house), None);
}

#[test]
fn a_scan_that_breaks_the_daemon_is_left_alone_after_the_second_time() {
    let house = House::new();
    let id = house.keep(1, 0);
    house.judged(id, scan("aa"));
    for wanted in [Some("aa"), Some("aa"), None] {
        assert_eq!(claim(&house).as_deref(), wanted);
    }
    house.store.give_back_scan("aa".into()).wait().unwrap();
    assert_eq!(claim(&house).as_deref(), Some("aa"), "an attempt that was not begun with does not count");
    house.store.keep_recognised("aa".into(), recognised("一", Some("not done in time")), at(1)).wait().unwrap();
    assert_eq!(claim(&house), None);
    let row = house.store.message("1").unwrap().recognised.remove(0);
    assert_eq!((row.state.as_str(), row.reason.as_deref(), row.lines.len()), ("failed", Some("not done in time"), 1));
}

#[test]
fn pictures_beside_a_return_are_nobodys_scan() {
    let house = House::new();
    let id = house.keep(1, 0);
    let with_return = reading(SENDER, vec![a_return("甲公司", Some("机器人"), Some(1))]);
    house.judged(id, Reading { attachments: scan("aa").attachments, ..with_return });
    assert_eq!(claim(&house), None);
}
