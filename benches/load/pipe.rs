//! The whole way as bare as it can be, the measure for Postroom's own: fetch, parse, find the table, hash, compress, commit in
//! groups. One process, nothing normalised, nothing checked, nobody answered.

use std::io::{BufRead, Cursor, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};

use calamine::Reader as _;
use mail_parser::{MessageParser, MimeHeaders};
use quick_xml::events::Event;
use sha2::{Digest, Sha256};

use crate::forms::LABELS;
use crate::imap::{Server, fetch};

/// Bytes that are handed on at once.
const GROUP: usize = 1 << 20;
/// Messages of one transaction.
const COMMIT: usize = 64;

/// A message as it is stored.
struct Row {
    sha256: Vec<u8>,
    packed: Vec<u8>,
    returns: Vec<Vec<String>>,
}

/// Reads INBOX into a new database; prints how many messages and returns there were.
pub(crate) fn run(server: &Server, database: &Path) {
    let (groups, waiting) = sync_channel::<Vec<Vec<u8>>>(4);
    let waiting = Arc::new(Mutex::new(waiting));
    let (rows, done) = channel();
    let parsers: Vec<_> = (0..2)
        .map(|_| {
            let (waiting, rows) = (Arc::clone(&waiting), rows.clone());
            std::thread::spawn(move || parse(&waiting, &rows))
        })
        .collect();
    drop(rows);
    let path = database.to_owned();
    let writer = std::thread::spawn(move || write(&path, &done));
    receive(server, &groups);
    drop(groups);
    parsers.into_iter().for_each(|parser| parser.join().unwrap());
    let (messages, returns) = writer.join().unwrap();
    println!("messages {messages} returns {returns}");
}

fn receive(server: &Server, groups: &SyncSender<Vec<Vec<u8>>>) {
    let (mut group, mut bytes) = (Vec::new(), 0);
    fetch(server, |size, from: &mut dyn BufRead| {
        let mut message = Vec::with_capacity(usize::try_from(size).unwrap());
        from.take(size).read_to_end(&mut message).unwrap();
        bytes += message.len();
        group.push(message);
        if bytes > GROUP || group.len() == COMMIT {
            bytes = 0;
            groups.send(std::mem::take(&mut group)).unwrap();
        }
    });
    groups.send(group).unwrap();
}

fn parse(waiting: &Mutex<Receiver<Vec<Vec<u8>>>>, rows: &Sender<Vec<Row>>) {
    loop {
        let group = waiting.lock().unwrap().recv();
        let Ok(group) = group else { return };
        rows.send(group.iter().map(|message| row(message)).collect()).unwrap();
    }
}

fn row(message: &[u8]) -> Row {
    let sha256 = Sha256::digest(message).to_vec();
    let packed = zstd::bulk::compress(message, 1).unwrap();
    let parsed = MessageParser::default().parse(message).unwrap();
    let mut returns = Vec::new();
    for file in parsed.attachments() {
        let bytes = file.contents();
        returns.extend(match file.attachment_name().unwrap_or_default().rsplit('.').next() {
            Some("docx") => docx(bytes),
            Some("xlsx") => book(calamine::Xlsx::new(Cursor::new(bytes)).unwrap()),
            Some("xls") => book(calamine::Xls::new(Cursor::new(bytes)).unwrap()),
            _ => Vec::new(),
        });
    }
    if returns.is_empty() {
        returns.extend(parsed.body_text(0).map(|text| lines(&text)));
    }
    Row { sha256, packed, returns }
}

/// Rows below the one that holds the labels.
fn below_labels(rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let is_header =
        |row: &Vec<String>| LABELS.iter().filter(|label| row.iter().any(|cell| cell == *label)).count() >= 4;
    rows.into_iter().skip_while(|row| !is_header(row)).skip(1).filter(|row| row.len() == LABELS.len()).collect()
}

fn docx(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    zip.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let mut reader = quick_xml::Reader::from_str(&xml);
    let mut rows: Vec<Vec<String>> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == "w:tr" => rows.push(Vec::new()),
            Event::Start(tag) if tag.name().as_ref() == "w:tc" => rows.last_mut().unwrap().push(String::new()),
            Event::Text(text) => {
                if let Some(cell) = rows.last_mut().and_then(|row| row.last_mut()) {
                    cell.push_str(&text.xml10_content());
                }
            }
            Event::Eof => return below_labels(rows),
            _ => {}
        }
    }
}

fn book<R: calamine::Reader<Cursor<T>>, T>(mut book: R) -> Vec<Vec<String>>
where
    Cursor<T>: Read + std::io::Seek,
{
    let sheets = book.worksheets();
    let row = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect();
    sheets.iter().flat_map(|(_, range)| below_labels(range.rows().map(row).collect())).collect()
}

/// A text's table with tabulators, or its lines of label and answer.
fn lines(text: &str) -> Vec<String> {
    let table = below_labels(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect());
    let answer =
        |label: &&str| text.lines().find_map(|line| line.strip_prefix(*label)?.strip_prefix('：')).map(str::to_owned);
    table.into_iter().next().unwrap_or_else(|| LABELS.iter().filter_map(answer).collect())
}

/// Commits what comes, in groups; counts messages and complete returns.
fn write(path: &Path, done: &Receiver<Vec<Row>>) -> (usize, usize) {
    let database = rusqlite::Connection::open(path).unwrap();
    database.pragma_update(None, "journal_mode", "WAL").unwrap();
    database.pragma_update(None, "synchronous", "FULL").unwrap();
    let schema = "CREATE TABLE message (id INTEGER PRIMARY KEY, sha256 BLOB UNIQUE, packed BLOB);
        CREATE TABLE answer (message INTEGER, item INTEGER, text TEXT);
        CREATE TABLE outbox (message INTEGER, text TEXT);";
    database.execute_batch(schema).unwrap();
    let (mut messages, mut returns) = (0, 0);
    let mut rows = done.iter().flatten();
    loop {
        let group: Vec<Row> = rows.by_ref().take(COMMIT).collect();
        if group.is_empty() {
            return (messages, returns);
        }
        messages += group.len();
        returns += group.iter().flat_map(|row| &row.returns).filter(|answers| answers.len() == LABELS.len()).count();
        let transaction = database.unchecked_transaction().unwrap();
        group.iter().for_each(|row| insert(&transaction, row));
        transaction.commit().unwrap();
    }
}

fn insert(database: &rusqlite::Connection, row: &Row) {
    let mut message = database.prepare_cached("INSERT INTO message (sha256, packed) VALUES (?1, ?2)").unwrap();
    let id = message.insert((&row.sha256, &row.packed)).unwrap();
    let mut answer = database.prepare_cached("INSERT INTO answer VALUES (?1, ?2, ?3)").unwrap();
    for (item, text) in row.returns.iter().flat_map(|answers| answers.iter().enumerate()) {
        answer.execute((id, i64::try_from(item).unwrap(), text)).unwrap();
    }
    let mut outbox = database.prepare_cached("INSERT INTO outbox VALUES (?1, ?2)").unwrap();
    outbox.execute((id, "received with thanks")).unwrap();
}
