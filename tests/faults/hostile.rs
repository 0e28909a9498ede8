//! Files that break, hang or swell what reads them: named to their sender, and no harm to other mail.

use std::io::Write;

use rustix::process::{Signal, kill_process};

use super::{EVER, letter};
use crate::support::daemon::Postroom;
use crate::support::letter::Letter;
use crate::support::post::{Post, REPLIES};

/// A daemon with narrow limits.
fn start(post: &Post, reader: &str) -> Postroom {
    Postroom::start(&format!("{EVER}{}{REPLIES}[reader]\n{reader}\n", post.mailbox("main", "")))
}

/// A zip file with one member.
fn archive(name: &str, mut fill: impl FnMut(&mut dyn Write)) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    fill(&mut writer);
    writer.finish().unwrap().into_inner()
}

/// A workbook whose one sheet has millions of cells.
fn endless_workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..150_000 {
        for column in 0..8 {
            sheet.write_number(row, column, 1).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_bomb_is_named_to_its_sender_and_other_mail_goes_on() {
    let post = Post::start();
    let postroom = start(&post, "time = \"10s\"\nmemory_mib = 400\nunpacked_mib = 64\ncells = 100000");
    let bomb = archive("表.csv", |to| (0..100).for_each(|_| to.write_all(&vec![b' '; 1 << 20]).unwrap()));
    let nested = "<div><table><tr><td>".repeat(100_000);
    let inner = |file: Vec<u8>, _| archive("内层.zip", |to| to.write_all(&file).unwrap());
    let nested_archives = (0..40).fold(b"deep".to_vec(), inner);
    for (name, file, bytes) in [
        ("bomb", "调查表.zip", bomb),
        ("deep", "调查表.html", nested.into_bytes()),
        ("wide", "调查表.xlsx", endless_workbook()),
        ("matryoshka", "层层打包.zip", nested_archives),
    ] {
        post.dovecot.deliver("collect", &Letter::new(&format!("{name}@corp.example")).file(file, bytes).bytes());
    }
    for number in 0..5 {
        post.dovecot.deliver("collect", &letter(number));
    }
    postroom.wait_count(&[" sent ", "kind=receipt"], 5);
    for name in ["bomb", "deep", "wide", "matryoshka"] {
        postroom.wait(&[" correction ", name, "too_large"]);
        postroom.wait(&[" sent ", "kind=correction", name]);
    }
    assert_eq!(postroom.count(&["failed"]), 0, "{}", postroom.log());
    postroom.until("SELECT state, count(*) FROM message GROUP BY 1", &["read|9"]);
}

#[test]
fn a_reader_that_dies_between_two_mails_costs_neither() {
    let post = Post::start();
    let postroom = start(&post, "readers = 1");
    post.dovecot.deliver("collect", &letter(1));
    postroom.wait(&[" sent ", "user1@corp.example"]);
    for reader in postroom.readers() {
        kill_process(reader, Signal::KILL).unwrap();
    }
    post.dovecot.deliver("collect", &letter(2));
    postroom.wait(&[" m2 "]);
    postroom.until("SELECT state, count(*) FROM message GROUP BY 1", &["read|2"]);
    postroom.wait(&[" sent ", "user2@corp.example"]);
}

#[test]
fn a_reader_that_hangs_is_replaced_and_the_mail_is_read() {
    let post = Post::start();
    let postroom = start(&post, "readers = 1\ntime = \"2s\"");
    post.dovecot.deliver("collect", &letter(1));
    postroom.wait(&[" sent ", "user1@corp.example"]);
    for reader in postroom.readers() {
        kill_process(reader, Signal::STOP).unwrap();
    }
    post.dovecot.deliver("collect", &letter(2));
    post.dovecot.deliver("collect", &letter(3));
    postroom.wait(&[" sent ", "user3@corp.example"]);
    postroom.wait(&[" sent ", "user2@corp.example"]);
}
