//! 7z and RAR archives: those in `tests/archives`, those of the corpus, and RAR made here by hand after the published descriptions
//! of its formats.

use super::testing::{archive, attachments, read, zip};
use super::{Budget, Content, Fault, Limits, open};

/// Members as text: a line for each, with its size or its fault.
fn show(opened: Result<Content, Fault>) -> String {
    let members = match opened {
        Ok(Content::Container(members)) => members,
        Ok(other) => return format!("{other:?}"),
        Err(fault) => return short(&fault),
    };
    let show =
        |bytes: Result<Vec<u8>, Fault>| bytes.map_or_else(|fault| short(&fault), |bytes| bytes.len().to_string());
    members.into_iter().map(|member| format!("{} {}\n", member.name, show(member.bytes))).collect()
}

fn short(fault: &Fault) -> String {
    match fault {
        Fault::Unreadable(_) => "unreadable".into(),
        Fault::Unsupported { format, .. } => format!("unsupported {format}"),
        Fault::TooLarge(what) => format!("too large {what}"),
        Fault::Encrypted => "encrypted".into(),
    }
}

fn check(bytes: &[u8], expected: &str) {
    assert_eq!(show(read(bytes)), expected);
}

/// Checks that no cut of an archive makes its reader panic, and that none hides a member: each has its bytes or is named with a
/// fault.
fn check_cuts(bytes: &[u8]) {
    let whole = show(read(bytes));
    for at in 8..bytes.len() {
        let cut = show(read(&bytes[..at]));
        let names =
            |shown: &str| shown.lines().map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect::<Vec<_>>();
        assert!(cut == "unreadable" || names(&cut) == names(&whole), "cut at {at}: {cut}");
    }
}

/// Checks that no change of a single byte makes a reader panic.
fn check_changes(bytes: &[u8]) {
    for at in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[at] ^= 0xFF;
        let _ = read(&changed);
    }
}

const ALL: &str = "材料/调查表.txt 2000\n材料/附件/简介.csv 2000\n材料/附件/空.txt 0\n";

#[test]
fn files_of_a_7z_are_found_however_it_is_compressed() {
    for name in ["solid", "ppmd", "bzip2", "deflate", "bcj2", "nonsolid"] {
        let bytes = archive(&format!("{name}.7z"));
        let mut lines: Vec<String> = show(read(&bytes)).lines().map(|line| format!("{line}\n")).collect();
        lines.sort_by_key(|line| ALL.find(line.as_str()));
        assert_eq!(lines.concat(), ALL, "{name}");
    }
}

#[test]
fn a_7z_that_asks_for_a_password_says_so() {
    check(&archive("encrypted.7z"), "encrypted");
    check(&archive("encrypted-names.7z"), "encrypted");
    assert!(show(read(&archive("mixed.7z"))).contains("锁.txt encrypted\n"));
}

#[test]
fn a_damaged_7z_never_loses_a_file_in_silence() {
    for name in ["solid.7z", "nonsolid.7z", "mixed.7z"] {
        check_cuts(&archive(name));
        check_changes(&archive(name));
    }
    let mut damaged = archive("nonsolid.7z");
    damaged[40] ^= 1;
    assert!(show(read(&damaged)).contains(" unreadable\n"));
}

#[test]
fn the_first_of_several_volumes_is_no_damaged_file() {
    let bytes = archive("solid.7z");
    let opened = open("调查表.7z.001", &bytes[..200], &mut Budget::new(Limits::default()));
    assert_eq!(show(opened), "unsupported 7z volumes");
}

#[test]
fn an_archive_over_the_limits_is_refused() {
    let check = |bytes: &[u8], limits, expected| assert_eq!(show(open("a", bytes, &mut Budget::new(limits))), expected);
    let size = || Limits { unpacked: 3_500, ..Limits::default() };
    let count = || Limits { entries: 1, ..Limits::default() };
    check(&archive("solid.7z"), size(), "too large unpacked size");
    check(&archive("solid.7z"), count(), "too large number of members");
    let rar = rar5(&[("a", &[0; 2_000]), ("b", &[0; 2_000])], 0);
    check(&rar, size(), "too large unpacked size");
    check(&rar, count(), "too large number of members");
}

#[test]
fn archives_in_archives_are_opened_in_turn() {
    let inner = zip(&[("调查表.7z", &archive("solid.7z"))]);
    let rar = rar5(&[("材料.zip", &inner)], 0);
    let Ok(Content::Container(mut members)) = read(&rar) else { panic!("no container") };
    let Ok(Content::Container(mut members)) = read(&members.remove(0).bytes.unwrap()) else { panic!("no container") };
    assert!(show(read(&members.remove(0).bytes.unwrap())).contains("材料/调查表.txt 2000\n"));
}

/// CRC-32, which RAR puts before its headers.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

/// A number of RAR 5: seven bits a byte, the lowest first.
fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7F {
        bytes.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A header of RAR 5: its sum, its length, its fields.
fn block5(fields: &[Vec<u8>]) -> Vec<u8> {
    let fields = fields.concat();
    let sized = [number(fields.len()), fields].concat();
    [crc(&sized).to_le_bytes().to_vec(), sized].concat()
}

/// A RAR 5 archive with its members stored, and flags of the archive.
fn rar5(members: &[(&str, &[u8])], flags: usize) -> Vec<u8> {
    let mut bytes = b"Rar!\x1A\x07\x01\0".to_vec();
    bytes.extend(block5(&[number(1), number(0), number(flags)]));
    for (name, data) in members {
        bytes.extend(block5(&[
            [number(2), number(2), number(data.len())].concat(),
            [number(4), number(data.len()), number(0), crc(data).to_le_bytes().to_vec()].concat(),
            [number(0), number(1), number(name.len()), name.as_bytes().to_vec()].concat(),
        ]));
        bytes.extend(*data);
    }
    bytes.extend(block5(&[number(5), number(0), number(0)]));
    bytes
}

/// A header of RAR 4, with the length of the data after it.
fn block4(kind: u8, flags: u16, fields: &[u8]) -> Vec<u8> {
    let size = u16::try_from(fields.len() + 7).unwrap();
    let sized = [&[kind][..], &flags.to_le_bytes(), &size.to_le_bytes(), fields].concat();
    [&crc(&sized).to_le_bytes()[..2], &sized].concat()
}

/// A RAR 4 archive with its members stored, and flags of the archive and the members.
fn rar4(members: &[(&[u8], &[u8])], flags: u16, member_flags: u16) -> Vec<u8> {
    let mut bytes = b"Rar!\x1A\x07\0".to_vec();
    bytes.extend(block4(0x73, flags, &[0; 6]));
    for (name, data) in members {
        let size = u32::try_from(data.len()).unwrap().to_le_bytes();
        let name_size = u16::try_from(name.len()).unwrap().to_le_bytes();
        let sum = crc(data).to_le_bytes();
        let fields = [&size[..], &size, &[2], &sum, &[0; 4], &[20, 0x30], &name_size, &[0x20, 0, 0, 0], name].concat();
        bytes.extend(block4(0x74, 0x8000 | member_flags, &fields));
        bytes.extend(*data);
    }
    bytes.extend(block4(0x7B, 0x4000, &[]));
    bytes
}

/// 企业\调查表.txt as Chinese Windows writes it.
const GBK_NAME: &[u8] = b"\xC6\xF3\xD2\xB5\\\xB5\xF7\xB2\xE9\xB1\xED.txt";

#[test]
fn files_of_a_rar_are_found_under_their_names() {
    check(&rar5(&[("企业/调查表.txt", b"one"), ("二.txt", b"")], 0), "企业/调查表.txt 3\n二.txt 0\n");
    check(&rar4(&[(GBK_NAME, b"one"), (b"two.txt", b"three")], 0, 0), "企业/调查表.txt 3\ntwo.txt 5\n");
    check(&rar5(&[("Thumbs.db", b"x"), ("a", b"y")], 0), "a 1\n");
    check(&rar5(&[], 0), "unreadable");
}

#[test]
fn a_rar_that_asks_for_a_password_says_so() {
    check(&rar4(&[(b"a", b"sixteen bytes!!!")], 0, 0x04), "encrypted");
    check(&rar4(&[(b"a", b"sixteen bytes!!!")], 0x80, 0), "encrypted");
    let names_locked = [b"Rar!\x1A\x07\x01\0".to_vec(), block5(&[[4, 0, 0, 0, 15].to_vec(), vec![7; 16]]), vec![9; 64]];
    check(&names_locked.concat(), "encrypted");
    check(&attachments("0152.eml").remove(1), "encrypted");
}

#[test]
fn one_of_several_volumes_is_named_as_such() {
    check(&rar5(&[("a", b"one")], 1), "unsupported RAR volumes");
    check(&rar4(&[(b"a", b"one")], 1, 2), "unsupported RAR volumes");
}

#[test]
fn a_damaged_rar_never_loses_a_file_in_silence() {
    for bytes in [
        rar5(&[("一.txt", b"first"), ("二.txt", b"second")], 0),
        rar4(&[(GBK_NAME, b"first"), (b"b", b"second")], 0, 0),
    ] {
        check_cuts(&bytes);
        check_changes(&bytes);
    }
    let mut damaged = rar5(&[("a", b"first"), ("b", b"second")], 0);
    let at = damaged.windows(5).position(|window| window == b"first").unwrap();
    damaged[at] ^= 1;
    check(&damaged, "a unreadable\nb 6\n");
}

#[test]
fn files_compressed_by_their_senders_programs_are_read() {
    for message in ["0130.eml", "0131.eml", "0147.eml", "0148.eml"] {
        let shown = attachments(message).iter().map(|bytes| show(read(bytes))).collect::<String>();
        assert!(shown.contains(".docx ") || shown.contains(".xls"), "{message}: {shown}");
        assert!(!shown.contains("unreadable"), "{message}: {shown}");
    }
}
