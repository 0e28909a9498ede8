use crate::document::testing::{docx, read, show as show_document, zip};
use crate::document::{Content, Fault};

/// An attribute: its level, identifier, data and sum.
fn attribute(level: u8, identifier: u32, data: &[u8]) -> Vec<u8> {
    let size = u32::try_from(data.len()).unwrap().to_le_bytes();
    let sum = data.iter().fold(0_u16, |sum, byte| sum.wrapping_add(u16::from(*byte))).to_le_bytes();
    [&[level][..], &identifier.to_le_bytes(), &size, data, &sum].concat()
}

fn tnef(attributes: &[Vec<u8>]) -> Vec<u8> {
    let version = attribute(1, 0x0008_9006, &[0, 0, 1, 0]);
    [b"\x78\x9F\x3E\x22\x01\0".to_vec(), version, attributes.concat()].concat()
}

/// A property of variable size, its one value filled up to four bytes.
fn property(kind: u16, id: u16, value: &[u8]) -> Vec<u8> {
    let size = u32::try_from(value.len()).unwrap().to_le_bytes();
    let filling = vec![0; value.len().wrapping_neg() % 4];
    [&kind.to_le_bytes()[..], &id.to_le_bytes(), &[1, 0, 0, 0], &size, value, &filling].concat()
}

fn properties(properties: &[Vec<u8>]) -> Vec<u8> {
    [u32::try_from(properties.len()).unwrap().to_le_bytes().to_vec(), properties.concat()].concat()
}

fn unicode(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

const CODE_PAGE: [u8; 8] = [0xA8, 3, 0, 0, 0, 0, 0, 0];
const LONG_NAME: u16 = 0x3707;

fn begin() -> Vec<u8> {
    attribute(2, 0x0006_9002, &[0; 14])
}

fn title(title: &[u8]) -> Vec<u8> {
    attribute(2, 0x0001_8010, title)
}

fn data(data: &[u8]) -> Vec<u8> {
    attribute(2, 0x0006_800F, data)
}

fn attached(list: &[Vec<u8>]) -> Vec<u8> {
    attribute(2, 0x0006_9005, &properties(list))
}

fn message(list: &[Vec<u8>]) -> Vec<u8> {
    attribute(1, 0x0006_9003, &properties(list))
}

/// Members as text, those that can be read with what they hold.
fn show(bytes: &[u8]) -> String {
    let members = match read(bytes) {
        Ok(Content::Container(members)) => members,
        other => return format!("{other:?}"),
    };
    let mut shown = String::new();
    for member in members {
        let held = match member.bytes {
            Ok(bytes) => match read(&bytes) {
                Ok(Content::Document(document)) => show_document(&document),
                Ok(Content::Container(_)) => format!("[{}]", show(&bytes)),
                other => format!("{other:?}"),
            },
            Err(fault) => format!("{fault:?}"),
        };
        shown += &format!("{}: {}\n", member.name, held.trim_end().replace('\n', "; "));
    }
    shown
}

fn check(attributes: &[Vec<u8>], expected: &str) {
    assert_eq!(show(&tnef(attributes)), expected);
}

#[test]
fn attachments_keep_their_chinese_names() {
    let form = docx("<w:p><w:r><w:t>表</w:t></w:r></w:p>");
    // 调查表.doc
    let short = title(b"\xB5\xF7\xB2\xE9\xB1\xED.doc\0");
    check(
        &[
            attribute(1, 0x0006_9007, &CODE_PAGE),
            [begin(), short.clone(), data(&form)].concat(),
            [
                begin(),
                title(b"DIAOCH~1.DOC\0"),
                data(&form),
                attached(&[property(0x1F, LONG_NAME, &unicode("企业调查表.docx"))]),
            ]
            .concat(),
            [begin(), short, data(&form), attached(&[property(0x1E, LONG_NAME, b"\xC6\xF3\xD2\xB5.docx\0")])].concat(),
            [begin(), data(&form)].concat(),
        ],
        "调查表.doc: 1: 表\n企业调查表.docx: 1: 表\n企业.docx: 1: 表\n附件4: 1: 表\n",
    );
}

#[test]
fn the_text_of_the_message_is_read_whatever_form_it_has() {
    let page = "<html><body><table><tr><td>名称</td><td>甲</td></tr></table></body></html>";
    let rtf = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 bw\x05\
\xb0ld}\x0a\x80\x0f\xa0";
    check(&[message(&[property(0x102, 0x1013, page.as_bytes())])], "body: table 1; A1 名称; B1 甲\n");
    let gbk = encoding_rs::GBK.encode(page).0.into_owned();
    let code_page = [&3_u16.to_le_bytes()[..], &0x3FDE_u16.to_le_bytes(), &936_u32.to_le_bytes()].concat();
    check(&[message(&[code_page, property(0x102, 0x1013, &gbk)])], "body: table 1; A1 名称; B1 甲\n");
    check(&[message(&[property(0x102, 0x1009, rtf)])], "body: 1: hello world\n");
    check(&[message(&[property(0x1F, 0x1000, &unicode("您好\r\n名称：<甲>"))])], "body: 1: 您好; 2: 名称：<甲>\n");
    check(&[attribute(1, 0x0002_800C, b"\xC4\xFA\xBA\xC3\0")], "body: 1: 您好\n");
}

#[test]
fn an_attached_message_is_opened_as_well() {
    let inner = tnef(&[begin(), title(b"a.txt\0"), data(b"inner")]);
    let object = [&b"\x07\x03\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"[..], &inner].concat();
    check(
        &[[begin(), title(b"mail\0"), attached(&[property(0x0D, 0x3701, &object)])].concat()],
        "mail: [a.txt: 1: inner; ]\n",
    );
}

#[test]
fn an_attachment_without_data_is_named() {
    check(
        &[begin(), title(b"a.doc\0"), begin(), title(b"b.txt\0"), data(b"b")],
        "a.doc: Unreadable(\"TNEF: an attachment without data\")\nb.txt: 1: b\n",
    );
}

#[test]
fn a_picture_that_the_text_shows_is_no_attachment() {
    let page = property(0x102, 0x1013, b"<html><p>text<img src=\"cid:image001.png@01\"></p></html>");
    let picture =
        |id| [begin(), data(b"\x89PNG\r\n\x1A\n"), attached(&[property(0x1F, 0x3712, &unicode(id))])].concat();
    check(&[message(&[page]), picture("image001.png@01"), picture("other")], "附件2: Ok(Picture)\nbody: 1: text\n");
}

#[test]
fn a_file_that_breaks_off_or_was_changed_is_not_taken_for_a_whole_one() {
    let file = zip(&[("a", b"b")]);
    let bytes =
        tnef(&[begin(), title(b"a.zip\0"), data(&file), attached(&[property(0x1F, LONG_NAME, &unicode("a.zip"))])]);
    // Nothing in the format tells that there is no attribute more.
    let ends = [6, 21, 46, 63, 74 + file.len()];
    for at in 4..bytes.len() {
        let cut = read(&bytes[..at]);
        assert!(ends.contains(&at) || matches!(cut, Err(Fault::Unreadable(_))), "cut at {at}: {cut:?}");
    }
    for at in 6..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        let _ = read(&changed);
    }
    let mut changed = bytes;
    changed[70] ^= 1;
    assert!(matches!(read(&changed), Err(Fault::Unreadable(_))));
}
