//! The sample mails of the demo, compiled in. They come from the corpus of the tests, and everything in them is invented.

/// The mails, in the order in which they arrive.
pub(super) const MAILS: [&[u8]; 14] = [
    // The form in Word, one row.
    include_bytes!("../../../tests/corpus/messages/0001.eml"),
    // Excel: 1200 under the number format 0"万元".
    include_bytes!("../../../tests/corpus/messages/0043.eml"),
    // Excel 97.
    include_bytes!("../../../tests/corpus/messages/0066.eml"),
    // Word 97.
    include_bytes!("../../../tests/corpus/messages/0031.eml"),
    // WPS Spreadsheets.
    include_bytes!("../../../tests/corpus/messages/0073.eml"),
    // RTF in GBK.
    include_bytes!("../../../tests/corpus/messages/0084.eml"),
    // CSV as a Chinese Excel saves it, in GBK.
    include_bytes!("../../../tests/corpus/messages/0087.eml"),
    // A table in the mail's own text.
    include_bytes!("../../../tests/corpus/messages/0091.eml"),
    // Lines of label and answer.
    include_bytes!("../../../tests/corpus/messages/0098.eml"),
    // An archive with names in GBK, and written material.
    include_bytes!("../../../tests/corpus/messages/0123.eml"),
    // A park sends eight enterprises in one sheet.
    include_bytes!("../../../tests/corpus/messages/0048.eml"),
    // An amount without a unit: a correction.
    include_bytes!("../../../tests/corpus/messages/0021.eml"),
    // Several things to mend.
    include_bytes!("../../../tests/corpus/messages/0057.eml"),
    // An automatic reply: never answered.
    include_bytes!("../../../tests/corpus/messages/0174.eml"),
];
