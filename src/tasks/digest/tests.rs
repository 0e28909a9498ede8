//! One digest a week on a real store, whatever the clock and the operators do.

use jiff::SignedDuration;
use tempfile::TempDir;

use super::*;
use crate::calendar::Weekly;
use crate::config::TransportKind;
use crate::notice::Preview;
use crate::store::{Due, Ready};

struct Office {
    config: Config,
    store: Store,
    _dir: TempDir,
}

/// A moment of December 2017 in Shanghai; the 18th is a Monday.
fn at(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap();
    format!("2017-12-{day}T{time}:00+08:00").parse().unwrap()
}

impl Office {
    fn new(recipients: &[&str], notices: Notices) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::built_in(dir.path()).unwrap();
        config.notices = notices;
        config.transports = vec![config::Transport {
            name: "main".into(),
            from: "收发室 <collect@district.example>".into(),
            kind: TransportKind::Folder(dir.path().join("out")),
        }];
        let plain = config::Digest::plain(&config.surveys[0]);
        let to = recipients.iter().map(|one| (*one).to_owned()).collect();
        config.digests = vec![config::Digest { to, at: Weekly::parse("Mon 08:30").unwrap(), ..plain }];
        let store = Store::open(&store::Settings::in_folder(dir.path())).unwrap();
        store.register_surveys(&config.surveys, at("01 00:00")).wait().unwrap();
        Self { config, store, _dir: dir }
    }

    /// A round by a task that has just started, as after a crash; what it made.
    fn round(&self, now: Timestamp) -> usize {
        let task = Digests::new(&self.config, self.store.clone(), Vec::new()).unwrap();
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(task.round(now)).unwrap()
    }

    fn sent(&self, now: Timestamp) -> Vec<Due> {
        let lease = SignedDuration::from_mins(5);
        let sent = |ready: Ready| {
            let due = self.store.claim_notice(ready.id, now, lease).wait().unwrap().unwrap();
            self.store.record_sent(due.id, "taken".into(), now).wait().unwrap();
            due
        };
        std::iter::from_fn(|| self.store.ready_notice("main", now).unwrap().map(sent)).collect()
    }

    fn subjects(&self, now: Timestamp) -> Vec<String> {
        let subject = |due: &Due| crate::mail::parse_headers(&due.bytes).subject;
        self.sent(now).iter().map(subject).collect()
    }
}

const OFFICE: &str = "office@district.example";

#[test]
fn a_digest_goes_out_once_a_week_to_each_reader_and_in_a_quiet_week_too() {
    let office = Office::new(&[OFFICE, "chief@district.example"], Notices::On);
    assert_eq!(office.round(at("15 12:00")), 0, "its moment has not come");
    assert_eq!(office.round(at("18 08:29")), 0);
    assert_eq!(office.round(at("18 08:30")), 1);
    let to: Vec<String> = office.sent(at("18 08:31")).into_iter().map(|due| due.recipient).collect();
    assert_eq!(to, [OFFICE, "chief@district.example"]);
    for moment in ["18 08:30", "18 08:31", "18 23:00", "24 12:00"] {
        assert_eq!(office.round(at(moment)), 0, "{moment}: each week is told once");
    }
    assert_eq!(office.round(at("25 08:30")), 1);
    assert_eq!(office.sent(at("25 08:31")).len(), 2);
}

#[test]
fn a_missed_digest_is_sent_late_and_says_so_and_only_the_last_one_is() {
    let office = Office::new(&[OFFICE], Notices::On);
    assert_eq!(office.round(at("04 00:00")), 0);
    // The machine stood still for two weeks.
    assert_eq!(office.round(at("19 10:00")), 1);
    let subjects = office.subjects(at("19 10:01"));
    assert!(subjects.len() == 1 && subjects[0].contains("补发"), "{subjects:?}");
    assert_eq!(office.round(at("19 10:02")), 0);
    assert_eq!(office.round(at("25 08:31")), 1);
    assert!(!office.subjects(at("25 08:32"))[0].contains("补发"));
}

#[test]
fn nothing_is_made_up_for_of_before_it_was_wanted() {
    let office = Office::new(&[OFFICE], Notices::On);
    assert_eq!(office.round(at("18 09:00")), 0, "it was configured after Monday's moment");
    assert_eq!(office.round(at("25 08:30")), 1);
}

#[test]
fn a_clock_that_jumps_gives_no_week_twice_and_loses_none() {
    let office = Office::new(&[OFFICE], Notices::On);
    assert_eq!(office.round(at("15 12:00")), 0);
    assert_eq!(office.round(at("18 08:30")), 1);
    // Ahead by a week and back again.
    assert_eq!(office.round(at("25 09:00")), 1);
    assert_eq!(office.round(at("18 09:00")), 0);
    assert_eq!(office.round(at("14 09:00")), 0);
    assert_eq!(office.round(at("25 08:30")), 0, "that week was told while the clock was ahead");
    let next: Timestamp = "2018-01-01T08:30:00+08:00".parse().unwrap();
    assert_eq!(office.round(next), 1);
}

#[test]
fn the_switch_for_notices_holds_for_digests() {
    let office = Office::new(&[OFFICE], Notices::Off);
    office.round(at("15 12:00"));
    assert_eq!(office.round(at("18 08:30")), 0);
    let office = Office::new(&[OFFICE], Notices::Hold);
    office.round(at("15 12:00"));
    assert_eq!(office.round(at("18 08:30")), 1);
    assert!(office.sent(at("18 08:31")).is_empty());
    assert_eq!(office.store.held().unwrap().len(), 1, "an operator sees it");
}

#[test]
fn the_digest_shows_its_charts_and_nothing_from_elsewhere() {
    let office = Office::new(&[OFFICE], Notices::On);
    let edition = editions(&office.config).unwrap().remove(0);
    let counted = edition.count(&office.store, at("18 08:30")).unwrap();
    let sample = crate::figures::Day {
        day: jiff::civil::date(2017, 12, 18),
        returned: crate::figures::Count::default(),
        so_far: 0,
    };
    let figures = Figures { days: vec![sample], ..counted.figures.clone() };
    let font = crate::tasks::font::load(&office.config).expect("tests/run installs fonts-wqy-microhei");
    let pictures = edition.pictures(&figures, Some(&font));
    assert_eq!(pictures.iter().map(|picture| picture.name).collect::<Vec<_>>(), ["days"]);
    let slot = edition.slot(at("18 08:30"));
    let notice = edition.compose((&counted, &pictures, &[]), (OFFICE, "K7M2QX"), slot, at("18 08:30")).unwrap();
    let html = standing_alone(&Preview::of(&notice).html, &pictures);
    assert!(html.contains("data:image/png;base64,iVBOR") && !html.contains("cid:"), "the picture stands in it");
    assert!(edition.pictures(&figures, None).is_empty(), "without a font there are tables alone");
}
