//! Backups, the way back, and the look through a database.

use std::os::unix::fs::PermissionsExt;

use super::*;

/// An answered return, the notice of which waits to be sent.
fn answered() -> House {
    let house = House::new();
    let id = house.keep(1, 1);
    house.judged(id, reading("a@firm.example", vec![a_return("甲公司", Some("机器人"), Some(1))]));
    house
}

fn settings(house: &House) -> Settings {
    Settings::in_folder(house.dir.path())
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_is_a_whole_archive_and_overwrites_nothing() {
    let house = answered();
    let folder = house.dir.path().join("copy #1 %?");
    private_folder(&folder).unwrap();
    let copied = Settings::in_folder(&folder);
    let made = back_up(&settings(&house), &copied.path, 0, at(5)).unwrap();
    assert_eq!(made.examination.counts["message"], 1);
    assert_eq!(made.examination.copied_at.as_deref(), Some("2017-12-19T00:05:00.000000Z"));
    assert_eq!(names(&folder), ["postroom.db"], "nothing half-made beside it");
    assert_eq!(std::fs::metadata(&copied.path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(matches!(back_up(&settings(&house), &copied.path, 0, at(5)), Err(StoreError::Unusable { .. })));
    let copy = Store::open(&copied).unwrap();
    assert_eq!(copy.status().unwrap(), house.store.status().unwrap());
    assert_eq!(copy.raw(1).unwrap(), house.store.raw(1).unwrap());
}

#[test]
fn a_backup_of_what_is_not_sound_is_none() {
    let house = answered();
    house.alter("UPDATE raw SET sha256 = 'ff'");
    let to = house.dir.path().join("copies/one.db");
    private_folder(to.parent().unwrap()).unwrap();
    let refusal = back_up(&settings(&house), &to, 0, at(5)).unwrap_err();
    assert!(matches!(&refusal, StoreError::Unsound { faults, .. } if faults.len() == 1), "{refusal}");
    assert!(names(to.parent().unwrap()).is_empty());
}

#[test]
fn what_is_wrong_in_a_database_is_named() {
    let check = |sql: &str, said: &[&str]| {
        let house = answered();
        house.alter(sql);
        let faults = examine(house.store.path(), Access::Shared).unwrap().faults;
        assert_eq!(faults.len(), said.len(), "{sql}: {faults:?}");
        for words in said {
            assert!(faults.iter().any(|fault| fault.contains(words)), "{sql}: no {words:?} in {faults:?}");
        }
    };
    check("SELECT 1", &[]);
    check("UPDATE message SET disposition = NULL", &["fate (m1)"]);
    check("UPDATE message SET state = 'failed'", &["says why (m1)"]);
    check("UPDATE raw SET sha256 = 'ff'", &["its hash names (sha256 ff)"]);
    check("UPDATE raw_piece SET bytes = x'00'", &["its hash names"]);
    check("DELETE FROM raw_piece", &["all its bytes (m1)"]);
    check("UPDATE raw_piece SET seq = 1", &["no gap (m1)"]);
    check(
        "INSERT INTO raw (id, sha256, size, begun_at) VALUES (99, 'aa', 0, '')",
        &["belong to a message (sha256 aa)"],
    );
    check("UPDATE cursor SET uid = 0", &["within what was kept of it (m1)"]);
    check("UPDATE answer SET place = ''", &["read from (r1)"]);
    check("UPDATE return_version SET standing = 'superseded'", &["of current returns (r1)"]);
    check("UPDATE return_version SET as_read = '{'", &["as it was read (r1)"]);
    check("UPDATE notice SET state = 'sent'", &["has its time", "taken by a server (n1)"]);
    check("UPDATE notice SET attempts = 3", &["is recorded (n1)"]);
    check("DELETE FROM searched WHERE narrative IS NOT NULL", &["can be searched (m1)"]);
    check("DROP VIEW survey_ai_industry_2017", &["the view survey_ai_industry_2017"]);
    check("DROP INDEX notice_due", &["notice_due is missing"]);
    check("CREATE TABLE mine (a)", &["mine is none of postroom's"]);
    check(
        "PRAGMA foreign_keys = OFF; UPDATE attachment SET message = 77",
        &["1 rows of attachment name rows of message"],
    );
}

#[test]
fn a_damaged_page_is_found() {
    let house = answered();
    let path = house.store.path().to_owned();
    let House { store, dir: _dir } = house;
    drop(store);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 16_384 * 16_384;
    bytes[middle..middle + 4_096].fill(0xA5);
    std::fs::write(&path, bytes).unwrap();
    match examine(&path, Access::Alone) {
        Ok(examination) => assert!(!examination.faults.is_empty()),
        Err(error) => assert!(matches!(error, StoreError::Damaged { .. }), "{error}"),
    }
}

#[test]
fn files_that_others_may_read_are_told_and_closed_at_the_next_start() {
    let house = answered();
    private_folder(house.dir.path()).unwrap();
    assert_eq!(loose(house.store.path()), Vec::<String>::new());
    let open = |path: &std::path::Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let wal = beside(house.store.path(), "-wal");
    open(house.dir.path(), 0o755);
    open(house.store.path(), 0o644);
    open(&wal, 0o644);
    let told = loose(house.store.path());
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("chmod 600") && told[2].contains("chmod 700"), "{told:?}");
    private_folder(house.dir.path()).unwrap();
    let house = house.reopen();
    assert_eq!(loose(house.store.path()), Vec::<String>::new());
}

#[test]
fn a_folder_that_others_share_stays_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    for (mode_before, file, after) in [(0o1777, FILE, 0o1777), (0o755, "letter.txt", 0o755), (0o755, FILE, 0o700)] {
        let folder = dir.path().join(format!("{mode_before:o}-{file}"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join(file), "").unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode_before)).unwrap();
        private_folder(&folder).unwrap();
        assert_eq!(mode(&folder), after, "{mode_before:o} {file}");
    }
    let new = dir.path().join("a/b");
    private_folder(&new).unwrap();
    assert_eq!((mode(&new), mode(new.parent().unwrap())), (0o700, 0o700));
}

/// A backup of a house, and what came after it.
fn backed_up() -> (House, std::path::PathBuf) {
    let house = answered();
    let copies = house.dir.path().join("copies");
    private_folder(&copies).unwrap();
    let backup = copies.join("one.db");
    back_up(&settings(&house), &backup, 0, at(5)).unwrap();
    let later = house.keep(2, 6);
    house.judged(later, reading("b@firm.example", vec![a_return("乙公司", Some("机床"), Some(2))]));
    (house, backup)
}

#[test]
fn a_restored_database_is_the_backup_and_the_other_one_is_put_aside() {
    let (house, backup) = backed_up();
    let House { store, dir } = house;
    drop(store);
    let lock = Lock::take(dir.path()).unwrap();
    let restored = restore(&backup, dir.path(), &lock, false, at(10)).unwrap();
    assert_eq!((restored.backup.counts["message"], restored.before.unwrap()["message"]), (1, 2));
    let aside = restored.aside.unwrap();
    assert_eq!(
        names(dir.path()),
        ["copies", "postroom.db", "postroom.db.before-restore-20171219T001000Z", "postroom.lock"]
    );
    assert_eq!(examine(&aside, Access::Alone).unwrap().counts["message"], 2);
    assert!(backup.exists());
    let store = Store::open(&Settings::in_folder(dir.path())).unwrap();
    assert_eq!(store.status().unwrap().messages, 1);
    let now = examine(store.path(), Access::Shared).unwrap();
    assert_eq!((now.faults, now.copied_at), (Vec::new(), None));
}

#[test]
fn after_a_restore_nothing_goes_twice_until_an_operator_says_so() {
    let (house, backup) = backed_up();
    let House { store, dir } = house;
    drop(store);
    let lock = Lock::take(dir.path()).unwrap();
    let restored = restore(&backup, dir.path(), &lock, false, at(10)).unwrap();
    assert_eq!(restored.held, 1, "what waited to be sent in the backup");
    let store = Store::open(&Settings::in_folder(dir.path())).unwrap();
    let house = House { store, dir };
    let state = |id: i64| house.query(&format!("SELECT state FROM notice WHERE id = {id}"))[0][0].clone();
    assert_eq!(state(1), "held");
    // The mail that came after the backup is fetched again; the one after the restoring is new.
    for (uid, minute, name) in [(2, 6, "乙公司"), (3, 11, "丙公司")] {
        let id = house.keep(uid, minute);
        let sender = format!("u{uid}@firm.example");
        house.judged(id, reading(&sender, vec![a_return(name, Some("机床"), Some(2))]));
    }
    assert_eq!((state(2), state(3)), ("held".into(), "queued".into()));
    let held = house.store.held().unwrap();
    assert!(held.iter().all(|one| one.why.contains("restored")), "{held:?}");
    assert!(house.store.status().unwrap().restored_at.is_some());
    for id in [1, 2] {
        house.store.release(Target::Notice(id), None, at(12)).wait().unwrap();
    }
    assert!(house.store.end_doubt().wait().unwrap() && !house.store.end_doubt().wait().unwrap());
    let id = house.keep(4, 7);
    house.judged(id, reading("d@firm.example", vec![a_return("丁公司", Some("机床"), Some(2))]));
    assert_eq!(state(4), "queued");
}

#[test]
fn an_operator_may_let_everything_go_at_once() {
    let (house, backup) = backed_up();
    let House { store, dir } = house;
    drop(store);
    let lock = Lock::take(dir.path()).unwrap();
    assert_eq!(restore(&backup, dir.path(), &lock, true, at(10)).unwrap().held, 0);
    let store = Store::open(&Settings::in_folder(dir.path())).unwrap();
    assert_eq!(store.status().unwrap().notices["queued"], 1);
    assert_eq!(store.status().unwrap().restored_at, None);
}

#[test]
fn what_is_no_backup_changes_nothing() {
    let (house, backup) = backed_up();
    let folder = house.dir.path().to_owned();
    let broken = folder.join("copies/broken.db");
    let mut bytes = std::fs::read(&backup).unwrap();
    let half = bytes.len() / 2;
    bytes.truncate(half);
    std::fs::write(&broken, &bytes).unwrap();
    let letter = folder.join("copies/letter.txt");
    std::fs::write(&letter, "dear sirs").unwrap();
    let newer = folder.join("copies/newer.db");
    std::fs::copy(&backup, &newer).unwrap();
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let House { store, dir } = house;
    drop(store);
    let before = std::fs::read(folder.join(FILE)).unwrap();
    let lock = Lock::take(dir.path()).unwrap();
    for (file, words) in [
        (broken, "cannot be restored"),
        (letter, "cannot be restored"),
        (newer, "newer postroom"),
        (folder.join("copies/none.db"), "cannot be restored"),
        (folder.join(FILE), "very database"),
    ] {
        let refusal = restore(&file, dir.path(), &lock, false, at(10)).unwrap_err().to_string();
        assert!(refusal.contains(words) && refusal.contains(file.to_str().unwrap()), "{refusal}");
        assert_eq!(names(dir.path()), ["copies", "postroom.db", "postroom.lock"], "{refusal}");
        assert_eq!(std::fs::read(folder.join(FILE)).unwrap(), before);
    }
}

#[test]
fn a_database_that_somebody_has_open_is_not_replaced() {
    let (house, backup) = backed_up();
    let lock = Lock::take(house.dir.path()).unwrap();
    let other = rusqlite::Connection::open(house.store.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refusal = restore(&backup, house.dir.path(), &lock, false, at(10)).unwrap_err();
    assert!(matches!(refusal, StoreError::InUse { .. }), "{refusal}");
    let House { store, dir } = house;
    drop(store);
    let refusal = restore(&backup, dir.path(), &lock, false, at(10)).unwrap_err();
    assert!(matches!(refusal, StoreError::Busy { .. }), "of another program: {refusal}");
    drop(other);
    assert_eq!(Store::open(&Settings::in_folder(dir.path())).unwrap().status().unwrap().messages, 2);
}

#[test]
fn nothing_can_write_to_a_database_while_another_takes_its_place() {
    let (house, backup) = backed_up();
    let House { store, dir } = house;
    drop(store);
    let path = dir.path().join(FILE);
    let restoring = lock::InUse::alone(&path).unwrap();
    let refusals = [
        Store::open(&Settings::in_folder(dir.path())).unwrap_err(),
        back_up(&Settings::in_folder(dir.path()), &dir.path().join("copies/two.db"), 0, at(6)).unwrap_err(),
        examine(&path, Access::Shared).unwrap_err(),
    ];
    for refusal in refusals {
        assert!(refusal.to_string().contains("wait for that command"), "{refusal}");
    }
    drop(restoring);
    let lock = Lock::take(dir.path()).unwrap();
    restore(&backup, dir.path(), &lock, false, at(10)).unwrap();
    assert_eq!(Store::open(&Settings::in_folder(dir.path())).unwrap().status().unwrap().messages, 1);
}

#[test]
fn what_root_makes_in_the_folder_of_a_service_is_the_services() {
    use std::os::unix::fs::{MetadataExt, chown};
    // Nobody else can give anything away.
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let (house, backup) = backed_up();
    let House { store, dir } = house;
    drop(store);
    chown(dir.path(), Some(65_534), Some(65_534)).unwrap();
    std::fs::remove_file(dir.path().join(FILE)).unwrap();
    let lock = Lock::take(dir.path()).unwrap();
    restore(&backup, dir.path(), &lock, false, at(10)).unwrap();
    let store = Store::open(&Settings::in_folder(dir.path())).unwrap();
    store.answers().wait().unwrap();
    private_folder(&dir.path().join("backups")).unwrap();
    back_up(&Settings::in_folder(dir.path()), &dir.path().join("other.db"), 0, at(11)).unwrap();
    for name in [FILE, "postroom.db-wal", "postroom.lock", "backups", "other.db"] {
        assert_eq!(std::fs::metadata(dir.path().join(name)).unwrap().uid(), 65_534, "{name}");
    }
}

#[test]
fn a_damaged_database_is_replaced_and_kept_with_its_log() {
    let (house, backup) = backed_up();
    let House { store, dir } = house;
    drop(store);
    std::fs::write(dir.path().join(FILE), "no database any more, and long enough to look at ".repeat(50)).unwrap();
    std::fs::write(dir.path().join("postroom.db-wal"), "a log").unwrap();
    let lock = Lock::take(dir.path()).unwrap();
    let restored = restore(&backup, dir.path(), &lock, false, at(10)).unwrap();
    let aside = restored.aside.unwrap();
    assert!(restored.before.is_none() && beside(&aside, "-wal").exists());
    assert_eq!(Store::open(&Settings::in_folder(dir.path())).unwrap().status().unwrap().messages, 1);
}
