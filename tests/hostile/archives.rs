//! Archives that unpack without end, lie about themselves, or are broken.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Case, check, mail};
use crate::support::letter::form;

/// Zeros, in MiB, that are over the limit on unpacked bytes.
const TOO_MANY: usize = 300;

fn zip(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Zeros as the method of the name packs them, in a zip file of one member.
fn zeros(method: CompressionMethod, mebibytes: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("表.csv", SimpleFileOptions::default().compression_method(method)).unwrap();
    (0..mebibytes).for_each(|_| zip.write_all(&vec![0; 1 << 20]).unwrap());
    zip.finish().unwrap().into_inner()
}

fn deflated(mebibytes: usize) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    (0..mebibytes).for_each(|_| encoder.write_all(&vec![0; 1 << 20]).unwrap());
    encoder.finish().unwrap()
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// A zip file written by hand (APPNOTE 4.3): one member's data, and a directory that names it many times.
fn named_many_times(data: &[u8], declared: u32, times: u16) -> Vec<u8> {
    let sizes = |to: &mut Vec<u8>| {
        for number in [0, u32::try_from(data.len()).unwrap(), declared] {
            to.extend_from_slice(&number.to_le_bytes());
        }
    };
    let mut zip = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0".to_vec();
    sizes(&mut zip);
    zip.extend_from_slice(b"\x05\0\0\0a.csv");
    zip.extend_from_slice(data);
    let directory = zip.len();
    for number in 0..times {
        zip.extend_from_slice(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0");
        sizes(&mut zip);
        zip.extend_from_slice(&[9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        zip.extend_from_slice(format!("{number:05}.csv").as_bytes());
    }
    let size = u32::try_from(zip.len() - directory).unwrap();
    zip.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    zip.extend_from_slice(&[times.to_le_bytes(), times.to_le_bytes()].concat());
    zip.extend_from_slice(&size.to_le_bytes());
    zip.extend_from_slice(&u32::try_from(directory).unwrap().to_le_bytes());
    zip.extend_from_slice(b"\0\0");
    zip
}

/// Archives in archives: each holds so many of the one before.
fn nested(levels: usize, wide: usize) -> Vec<u8> {
    let inner =
        |file: Vec<u8>, _| zip(&(0..wide).map(|number| (format!("{number}.zip"), file.clone())).collect::<Vec<_>>());
    (0..levels).fold(zeros(CompressionMethod::Deflated, 4), inner)
}

/// A form in a zip file, and that file changed.
fn broken(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = zip(&[("调查表.csv".into(), form("甲公司", "3亿元"))]);
    change(&mut bytes);
    mail("调查表.zip", bytes)
}

fn position(bytes: &[u8], signature: &[u8]) -> usize {
    bytes.windows(signature.len()).rposition(|window| window == signature).unwrap()
}

/// A 7z archive of one file, whose sizes say what they are told to.
fn seven_zip(coder: &[u8], packed: &[u8], unpacked: u64) -> Vec<u8> {
    seven_zip_of("a.csv", coder, packed, unpacked)
}

/// The same with a name for the file (7zFormat.txt).
pub(super) fn seven_zip_of(name: &str, coder: &[u8], packed: &[u8], unpacked: u64) -> Vec<u8> {
    let number = |value: u64| [&[0xff][..], &value.to_le_bytes()].concat();
    let name: Vec<u8> = format!("{name}\0").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let header = [
        &[0x01, 0x04, 0x06, 0x00, 0x01, 0x09][..],
        &number(packed.len() as u64),
        &[0x00, 0x07, 0x0b, 0x01, 0x00, 0x01],
        coder,
        &[0x0c],
        &number(unpacked),
        &[0x00, 0x08, 0x00, 0x00, 0x05, 0x01, 0x11, u8::try_from(name.len() + 1).unwrap(), 0x00],
        &name,
        &[0x00, 0x00],
    ]
    .concat();
    let start = [(packed.len() as u64).to_le_bytes(), (header.len() as u64).to_le_bytes()].concat();
    let start = [&start[..], &crc(&header).to_le_bytes()].concat();
    [b"7z\xbc\xaf\x27\x1c\x00\x04", &crc(&start).to_le_bytes()[..], &start, packed, &header].concat()
}

/// A RAR 5 archive of one file, whose size and method say what they are told to.
fn rar(unpacked: u64, method: u64, data: &[u8]) -> Vec<u8> {
    rar_of("a.csv", &[], unpacked, method, data)
}

/// The same with a name for the file, and records beside it (the technical note of RAR 5.0).
pub(super) fn rar_of(name: &str, records: &[u8], unpacked: u64, method: u64, data: &[u8]) -> Vec<u8> {
    let number = |mut value: u64| {
        let mut bytes = Vec::new();
        while value > 0x7f {
            bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    };
    let block = |fields: &[u8]| {
        let sized = [number(fields.len() as u64), fields.to_vec()].concat();
        [&crc(&sized).to_le_bytes()[..], &sized].concat()
    };
    let flags: u8 = if records.is_empty() { 2 } else { 3 };
    let extra = if records.is_empty() { Vec::new() } else { number(records.len() as u64) };
    let file = [
        &[2, flags][..],
        &extra,
        &number(data.len() as u64),
        &[0],
        &number(unpacked),
        &[0],
        &number(method),
        &[1],
        &number(name.len() as u64),
        name.as_bytes(),
        records,
    ]
    .concat();
    [b"Rar!\x1a\x07\x01\x00", &block(&[1, 0, 0])[..], &block(&file), data, &block(&[5, 0, 0])].concat()
}

#[test]
fn archives_made_to_burst_are_named_to_their_sender() {
    check(&[
        Case {
            name: "zip, 300 MiB deflated",
            make: || mail("表.zip", zeros(CompressionMethod::Deflated, TOO_MANY)),
            wanted: "correction, too_large",
        },
        Case {
            name: "zip, 300 MiB by bzip2",
            make: || mail("表.zip", zeros(CompressionMethod::Bzip2, TOO_MANY)),
            wanted: "correction, too_large",
        },
        Case {
            name: "zip, 16 × 16 zips of 4 MiB",
            make: || mail("表.zip", nested(2, 16)),
            wanted: "correction, too_large, unsupported",
        },
        Case { name: "zip, 100 deep", make: || mail("表.zip", nested(100, 1)), wanted: "correction, too_large" },
        Case {
            name: "zip, 1,000 members over one another",
            make: || mail("表.zip", named_many_times(&deflated(8), 8 << 20, 1_000)),
            wanted: "correction, too_large",
        },
        Case {
            name: "zip, 300 MiB said to be 10 bytes",
            make: || mail("表.zip", named_many_times(&deflated(TOO_MANY), 10, 1)),
            wanted: "correction, unreadable",
        },
        Case {
            name: "zip, 10 bytes said to be 4 GiB",
            make: || mail("表.zip", named_many_times(b"0123456789", u32::MAX - 1, 1)),
            wanted: "correction, too_large",
        },
        Case {
            name: "zip, 60,000 members",
            make: || mail("表.zip", named_many_times(&deflated(1), 1 << 20, 60_000)),
            wanted: "correction, too_large",
        },
        Case {
            name: "docx, 300 MiB in its document",
            make: || {
                let parts = ["[Content_Types].xml", "word/document.xml"];
                let zero = vec![b' '; TOO_MANY << 20];
                mail("表.docx", zip(&[(parts[0].into(), b"<Types/>".to_vec()), (parts[1].into(), zero)]))
            },
            wanted: "correction, too_large",
        },
        Case {
            name: "7z, 300 MiB deflated",
            make: || mail("表.7z", seven_zip(&[0x03, 0x04, 0x01, 0x08], &deflated(TOO_MANY), (TOO_MANY as u64) << 20)),
            wanted: "correction, too_large",
        },
        Case {
            name: "7z, 300 MiB said to be 10 bytes",
            make: || mail("表.7z", seven_zip(&[0x03, 0x04, 0x01, 0x08], &deflated(TOO_MANY), 10)),
            wanted: "correction, unreadable",
        },
        Case {
            name: "7z, a dictionary of 1 GiB",
            make: || {
                let lzma = [0x23, 0x03, 0x01, 0x01, 0x05, 0x5d, 0x00, 0x00, 0x00, 0x40];
                mail("表.7z", seven_zip(&lzma, &[0; 64], 64 << 20))
            },
            wanted: "correction, too_large",
        },
        Case {
            name: "rar, 10 bytes said to be 1 TiB",
            make: || mail("表.rar", rar(1 << 40, 0, b"0123456789")),
            wanted: "correction, too_large",
        },
        Case {
            name: "rar, a dictionary of 4 GiB",
            make: || mail("表.rar", rar(64 << 20, (15 << 10) | (3 << 7), &[0; 64])),
            wanted: "correction, too_large",
        },
    ]);
}

#[test]
fn broken_archives_are_named_to_their_sender() {
    check(&[
        Case {
            name: "zip, directory missing",
            make: || broken(|bytes| bytes.truncate(position(bytes, b"PK\x01\x02"))),
            wanted: "correction, unreadable",
        },
        Case {
            name: "zip, cut in half",
            make: || broken(|bytes| bytes.truncate(bytes.len() / 2)),
            wanted: "correction, unreadable",
        },
        Case {
            name: "zip, wrong checksum",
            make: || {
                broken(|bytes| {
                    let directory = position(bytes, b"PK\x01\x02");
                    bytes[directory + 16] ^= 0xff;
                })
            },
            wanted: "correction, unreadable",
        },
        Case {
            name: "zip, wrong packed size",
            make: || {
                broken(|bytes| {
                    let directory = position(bytes, b"PK\x01\x02");
                    bytes[directory + 20] /= 2;
                })
            },
            wanted: "correction, unreadable",
        },
        Case {
            name: "zip, directory beyond its end",
            make: || {
                broken(|bytes| {
                    let end = position(bytes, b"PK\x05\x06");
                    bytes[end + 16..end + 20].fill(0xfe);
                })
            },
            wanted: "correction, unreadable",
        },
        Case {
            name: "gzip garbage under a docx's name",
            make: || mail("表.docx", [b"\x1f\x8b\x08\0".to_vec(), super::noise(100_000)].concat()),
            wanted: "correction, unsupported",
        },
        Case {
            name: "noise behind a zip's signature",
            make: || mail("表.xlsx", [b"PK\x03\x04".to_vec(), super::noise(100_000)].concat()),
            wanted: "correction, unreadable",
        },
        Case {
            name: "rar, noise",
            make: || mail("表.rar", rar(1 << 20, 3 << 7, &super::noise(100_000))),
            wanted: "correction, unreadable",
        },
        Case {
            name: "7z, noise",
            make: || mail("表.7z", seven_zip(&[0x03, 0x04, 0x01, 0x08], &super::noise(100_000), 1 << 20)),
            wanted: "correction, unreadable",
        },
    ]);
}
