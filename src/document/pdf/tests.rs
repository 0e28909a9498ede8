use crate::document::testing::{document, show};

#[test]
fn debug_show() {
    for path in std::env::var("PDFS").unwrap_or_default().split_whitespace() {
        let bytes = std::fs::read(path).unwrap();
        eprintln!("== {path}\n{}", show(&document(&bytes)));
    }
}
