//! Notices as a browser draws them: nothing is wider than the screen of a telephone, nothing is fetched, and nothing is used that a
//! mail client would not draw.

mod clients;

use std::fmt::Write as _;
use std::process::Command;

use crate::support::daemon::Postroom;
use crate::support::post::REPLIES;

/// Widths of a telephone and of a desktop, in CSS pixels.
const WIDTHS: [u32; 2] = [390, 1280];

/// What makes a page tell of its frames: the name, by how much the content is wider than the frame, and how many things it fetches.
const MEASURE: &str = "<pre id=found></pre><script>onload = () => {
    for (const frame of document.querySelectorAll('iframe')) {
        const page = frame.contentDocument.scrollingElement;
        const fetched = frame.contentWindow.performance.getEntriesByType('resource').length;
        found.textContent += `${frame.name} ${page.scrollWidth - frame.clientWidth} ${fetched}\\n`;
    }
}</script>";

/// Chromium under either of the names that Debian gives it.
fn chromium() -> Command {
    let names = ["chromium-headless-shell", "chromium"];
    let found = names.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok());
    let mut command = Command::new(found.expect("Chromium; tests/run installs it"));
    // The pages are our own, and no name leads anywhere.
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]);
    command.args(["--disable-background-networking", "--disable-component-update"]);
    command.arg("--host-resolver-rules=MAP * ~NOTFOUND");
    command
}

/// Measures pages at every width in one start of the browser: lines of name, excess in pixels and things fetched.
fn measured(pages: &[(String, String)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut wall = String::from("<!doctype html><meta charset=utf-8>");
    for (name, html) in pages {
        let html = html.replace('&', "&amp;").replace('"', "&quot;");
        for width in WIDTHS {
            let style = format!("border:0;width:{width}px;height:800px");
            writeln!(wall, "<iframe name=\"{name}-{width}\" style=\"{style}\" srcdoc=\"{html}\"></iframe>").unwrap();
        }
    }
    wall.push_str(MEASURE);
    let file = folder.path().join("wall.html");
    std::fs::write(&file, wall).unwrap();
    let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
    let output = chromium().args([&profile, "--dump-dom"]).arg(&file).output().unwrap();
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let found = dom.split_once("id=\"found\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let (lines, _) = found.unwrap_or_else(|| panic!("{dom}\n{}", String::from_utf8_lossy(&output.stderr)));
    lines.lines().map(str::to_owned).collect()
}

/// What is wrong with pages: too wide at some width, something fetched, something that a client does not draw, or too wide on a
/// desktop when all is dropped that a client may drop.
pub(crate) fn faults(pages: &[(String, String)]) -> Vec<String> {
    let plain = pages.iter().map(|(name, html)| (format!("{name}-plain"), clients::plain(html)));
    let all: Vec<(String, String)> = pages.iter().cloned().chain(plain).collect();
    let is_wrong = |line: &String| !line.ends_with(" 0 0") && !line.contains("-plain-390 ");
    let lines = measured(&all);
    assert_eq!(lines.len(), all.len() * WIDTHS.len(), "every page is measured at every width");
    let of_clients = pages.iter().flat_map(|(name, html)| clients::faults(name, html));
    lines.into_iter().filter(is_wrong).chain(of_clients).collect()
}

#[test]
fn a_notice_fits_a_telephone_and_fetches_nothing() {
    let postroom = Postroom::new(REPLIES);
    let long = "Sample".repeat(40);
    std::fs::write(postroom.home().join("roster.csv"), format!("企业名称,邮箱\n{long},a@firm-a.example\n")).unwrap();
    postroom.say(&["roster", "import", "roster.csv"]);
    let page = |kind: &str, about: &[&str]| {
        let arguments = [&["notice", "--preview", kind, "--html", "page.html", "--force"], about].concat();
        postroom.say(&arguments);
        std::fs::read_to_string(postroom.home().join("page.html")).unwrap()
    };
    let kinds = ["receipt", "correction", "handover", "invitation", "reminder", "dispute", "alarm", "infected"];
    let mut pages: Vec<(String, String)> = kinds.map(|kind| (kind.to_owned(), page(kind, &[]))).into();
    pages.extend(kinds.map(|kind| (format!("{kind}-en"), page(kind, &["--language", "en"]))));
    pages.push(("long".to_owned(), page("invitation", &["--for", &long])));
    pages.push(("digest".to_owned(), digest(&postroom)));
    assert_eq!(faults(&pages), [""; 0]);
}

/// A digest of three returns, with its charts.
fn digest(postroom: &Postroom) -> String {
    postroom.say(&["digest", "--preview", "--no-open", "--html", "digest.html"]);
    std::fs::read_to_string(postroom.home().join("digest.html")).unwrap()
}

#[test]
fn what_a_client_would_not_draw_is_seen() {
    let control = |body: &str| vec![("control".to_owned(), format!("<!doctype html><body style=\"margin:0\">{body}"))];
    for (body, seen) in [
        ("<div style=\"width:2000px\">x</div>", "control-390 1610 0"),
        ("<img src=http://remote.example/x.png width=1 alt=x>", "control-390 0 1"),
        ("<div style=\"position:absolute\">x</div>", "control: <div style=\"position:absolute\">"),
        ("<p class=\"x\">x</p>", "control: <p class>"),
        ("<style>p{color:red}</style>", "control: <style>"),
        ("<img src=\"data:,\" alt=x>", "control: <img> without width or alt"),
        ("<div style=\"width:1500px;max-width:100%\">x</div>", "control-plain-1280 220 0"),
    ] {
        let found = faults(&control(body));
        assert!(found.iter().any(|fault| fault == seen), "{body}: {found:?}");
    }
    assert_eq!(faults(&control("<p>x</p>")), [""; 0]);
}
