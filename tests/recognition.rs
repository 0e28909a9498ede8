//! Scans: the sender is answered as ever, and where the models are installed the text is kept for review.
//!
//! The models come from the wheel that `tests/run` fetches; `RECOGNITION_MODELS` may name another place.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postroom::document::Limits;
use postroom::reader::recogniser::{self, Scan, Settings};
use rustix::process::{Pid, Signal, kill_process};
use sha2::{Digest, Sha256};

use crate::support::daemon::{Postroom, program};
use crate::support::letter::Letter;
use crate::support::post::REPLIES;

const SENT: &str = "SELECT kind, state, count(*) FROM notice GROUP BY 1, 2";
const STATES: &str =
    "SELECT path, state, attempts FROM recognition JOIN attachment USING (sha256) ORDER BY attachment.id";

/// The wheel with the models.
fn wheel() -> PathBuf {
    let fetched = "target/recognition/rapidocr_onnxruntime-1.4.4-py3-none-any.whl";
    let wheel = std::env::var_os("RECOGNITION_MODELS").map(PathBuf::from);
    let wheel = wheel.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(fetched));
    assert!(wheel.exists(), "{} is missing: deploy/install-recognition --fetch target/recognition", wheel.display());
    wheel
}

pub(crate) fn sample(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recognition").join(name)).unwrap()
}

/// An installation with a mailbox; nothing runs yet.
fn installation() -> Postroom {
    let mails = "[[mailbox]]\nname = \"m\"\nkind = \"maildir\"\npath = \"mails\"\n";
    let mut postroom = Postroom::new(&format!("answer_since = \"2010-01-01\"\n{mails}{REPLIES}"));
    postroom.patience = Duration::from_secs(240);
    for part in ["new", "cur", "tmp"] {
        fs::create_dir_all(postroom.home().join("mails").join(part)).unwrap();
    }
    postroom
}

/// A daemon that recognises scans.
pub(crate) fn recognising() -> Postroom {
    let mut postroom = installation();
    let told = postroom.say(&["models", "install", wheel().to_str().unwrap()]);
    assert!(told.contains("PP-OCRv4 installed"), "{told}");
    assert!(postroom.say(&["check"]).contains("recognition of scans: PP-OCRv4 in"));
    postroom.run();
    postroom
}

pub(crate) fn deliver(postroom: &Postroom, number: u32, letter: &Letter) {
    let at = |folder: &str| postroom.home().join(format!("mails/{folder}/{number:04}.a.b"));
    fs::write(at("tmp"), letter.bytes()).unwrap();
    fs::rename(at("tmp"), at("new")).unwrap();
}

/// A mail with nothing but a scan.
pub(crate) fn scan(name: &str, bytes: Vec<u8>) -> Letter {
    Letter::new("li@corp.example").text("").file(name, bytes)
}

/// A PDF as a scanner makes it: pages that are a picture each.
fn pdf(jpeg: &[u8], (width, height): (u32, u32), pages: usize) -> Vec<u8> {
    let page = "0.5 0 0 0.5 0 0 cm";
    let draw = format!("{page} {width} 0 0 {height} 0 0 cm /Scan Do");
    let image = format!(
        "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray /BitsPerComponent 8 \
         /Filter /DCTDecode /Length {} >>\nstream\n",
        jpeg.len()
    );
    let size = format!("[0 0 {} {}]", width / 2, height / 2);
    let kids: String = (0..pages).map(|page| format!("{} 0 R ", page + 5)).collect();
    let one = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox {size} /Contents 3 0 R /Resources << /XObject << /Scan 4 0 R >> >> >>"
    );
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {pages} >>").into_bytes(),
        format!("<< /Length {} >>\nstream\n{draw}\nendstream", draw.len()).into_bytes(),
        [image.as_bytes(), jpeg, b"\nendstream"].concat(),
    ];
    objects.resize(4 + pages, one.into_bytes());
    let (mut file, mut table) = (b"%PDF-1.4\n".to_vec(), String::from("0000000000 65535 f \n"));
    for (number, object) in (1..).zip(&objects) {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.extend(format!("{number} 0 obj\n").bytes().chain(object.iter().copied()).chain(*b"\nendobj\n"));
    }
    let (start, count) = (file.len(), objects.len() + 1);
    file.extend(
        format!("xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n")
            .bytes(),
    );
    file
}

#[test]
fn without_the_models_a_scan_is_answered_and_nothing_else_happens() {
    let mut postroom = installation();
    postroom.run();
    deliver(&postroom, 1, &scan("盖章扫描.png", sample("form.png")));
    postroom.until(SENT, &["correction|sent|1"]);
    assert_eq!(postroom.rows("SELECT code FROM issue"), ["scan_only"]);
    postroom.stop();
    assert_eq!(postroom.rows("SELECT count(*) FROM recognition"), ["0"]);
    assert!(postroom.say(&["check"]).contains("recognition of scans: not installed"));
    assert!(!postroom.say(&["show", "m1"]).contains("UNCONFIRMED"));
    let refused = postroom.command(&["models", "install", "postroom.toml"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("rapidocr-onnxruntime 1.4.4"));
}

#[test]
fn the_text_of_a_scan_is_kept_for_review_and_is_no_return() {
    let postroom = recognising();
    deliver(&postroom, 1, &scan("盖章扫描.png", sample("form.png")));
    deliver(&postroom, 2, &scan("扫描件.pdf", pdf(&sample("photo.jpg"), photo_size(), 1)));
    postroom.until(SENT, &["correction|sent|2"]);
    postroom.wait_count(&[" recognised "], 2);
    assert_eq!(postroom.rows(STATES), ["盖章扫描.png|done|1", "扫描件.pdf|done|1"]);
    let wanted = "SELECT count(DISTINCT sha256) FROM recognised_line WHERE text LIKE '%1280.5万元%'";
    assert_eq!(postroom.rows(wanted), ["2"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM return_version"), ["0"]);
    for message in ["m1", "m2"] {
        let shown = postroom.say(&["show", message]);
        assert!(shown.contains("UNCONFIRMED") && shown.contains("岭泽市梧桐树科技有限公司"), "{shown}");
        let json = postroom.json(&["show", message]).remove(0);
        assert!(json["recognised"][0]["lines"].as_array().unwrap().len() > 10, "{json}");
    }
    let lines = "SELECT * FROM recognised_line ORDER BY 1, 2, 3";
    let before = postroom.rows(lines);
    postroom.say(&["replay", "m1", "--apply"]);
    deliver(&postroom, 3, &scan("再发一次.png", sample("form.png")));
    postroom.until("SELECT count(*) FROM message WHERE state = 'read'", &["3"]);
    assert_eq!(postroom.rows(lines), before, "what is recognised stays, and the same file is recognised once");
    assert!(postroom.say(&["show", "m3"]).contains("UNCONFIRMED"));
}

/// Width and height that the photo's header tells (ITU-T T.81, B.2.2).
fn photo_size() -> (u32, u32) {
    let photo = sample("photo.jpg");
    let at = photo.windows(4).position(|window| window == [0xFF, 0xC0, 0, 11]).expect("a grey baseline JPEG");
    let number = |at: usize| u32::from(u16::from_be_bytes([photo[at], photo[at + 1]]));
    (number(at + 7), number(at + 5))
}

#[test]
fn broken_scans_cost_their_own_text_only() {
    let postroom = recognising();
    let mut bomb = sample("form.png");
    // A header that tells of 60,000 by 60,000 pixels; its checksum is wrong as well.
    bomb[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let mut stump = sample("photo.jpg");
    stump.truncate(300);
    deliver(&postroom, 1, &scan("bomb.png", bomb));
    deliver(&postroom, 2, &scan("stump.jpg", stump));
    deliver(&postroom, 3, &scan("sound.png", sample("form.png")));
    postroom.until(SENT, &["correction|sent|3"]);
    postroom.wait(&["m3 recognised"]);
    assert_eq!(postroom.rows(STATES), ["bomb.png|failed|1", "stump.jpg|failed|1", "sound.png|done|1"]);
    println!("{:?}", postroom.rows("SELECT reason FROM recognition WHERE state = 'failed'"));
    assert_eq!(postroom.count(&["not recognised"]), 2);
}

#[test]
fn a_recogniser_that_is_killed_is_told_of_and_the_next_scan_is_recognised() {
    let postroom = recognising();
    // Some ten seconds of work.
    deliver(&postroom, 1, &scan("first.pdf", pdf(&sample("photo.jpg"), photo_size(), 8)));
    kill_process(working_recogniser(&postroom), Signal::KILL).unwrap();
    postroom.wait(&["m1 not recognised", "SIGKILL"]);
    deliver(&postroom, 2, &scan("second.png", sample("form.png")));
    postroom.wait(&["m2 recognised"]);
    assert_eq!(postroom.rows(STATES), ["first.pdf|failed|1", "second.png|done|1"]);
    postroom.until(SENT, &["correction|sent|2"]);
}

/// The recogniser, once it is at work: it has spent more processor time than loading the models takes.
fn working_recogniser(postroom: &Postroom) -> Pid {
    let is_it = |pid: &Pid| {
        let name = fs::read_to_string(format!("/proc/{}/comm", pid.as_raw_nonzero())).unwrap_or_default();
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
        // The 14th field, in hundredths of a second (proc(5)).
        let spent: u32 = stat.split(' ').nth(13).and_then(|spent| spent.parse().ok()).unwrap_or_default();
        name.trim() == "postroom-scan" && spent > 150
    };
    let deadline = std::time::Instant::now() + postroom.patience;
    loop {
        if let Some(pid) = postroom.readers().into_iter().find(is_it) {
            return pid;
        }
        assert!(std::time::Instant::now() < deadline, "no recogniser works: {}", postroom.log());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_scan_that_was_at_hand_when_the_daemon_stopped_is_recognised_at_the_next_start() {
    let mut postroom = recognising();
    deliver(&postroom, 1, &scan("first.pdf", pdf(&sample("photo.jpg"), photo_size(), 2)));
    working_recogniser(&postroom);
    postroom.stop();
    assert_eq!(postroom.rows(STATES), ["first.pdf|begun|0"]);
    postroom.run();
    postroom.wait(&["m1 recognised"]);
}

#[test]
fn a_scan_that_takes_too_long_is_ended_at_its_time() {
    let wheel = wheel();
    let postroom = installation();
    postroom.say(&["models", "install", wheel.to_str().unwrap()]);
    // Some ten seconds of work.
    let file = pdf(&sample("photo.jpg"), photo_size(), 8);
    let message = scan("scan.pdf", file.clone()).bytes();
    let settings = Settings {
        program: program(),
        models: postroom.home().join("data/models"),
        limits: Limits::default(),
        time: Duration::from_secs(3),
        memory: 2 << 30,
        may_lack: Vec::new(),
    };
    let scan = Scan {
        source: Box::new(move |to| to.write_all(&message)),
        path: "scan.pdf".into(),
        sha256: Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let recognised = runtime.block_on(recogniser::recognise(&settings, scan)).unwrap();
    assert!(
        recognised.fault.is_some_and(|why| why.contains("not done in 3s of processor time"))
            && recognised.pages.len() < 8
    );
}
