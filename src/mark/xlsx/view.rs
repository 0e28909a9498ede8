//! Lets a workbook open on its first mark: the sheet in front, the cell selected.

use std::ops::Range;

use super::Book;
use crate::document::Fault;
use crate::document::parts::Parts;
use crate::document::xml::{Node, Xml};
use crate::mark::edits::Edits;
use crate::mark::outline::Outline;
use crate::place::cell_name;

/// Opens a workbook on a cell of a sheet.
///
/// Where that takes more than a changed attribute or two (several windows, sheets that are hidden or are charts) the view is
/// left as it is.
///
/// # Errors
/// [`Fault`] when a part is damaged.
pub(super) fn open_on(
    parts: &mut Parts<'_>,
    main: &str,
    book: &Book,
    sheet: &str,
    cell: (u32, u32),
) -> Result<(), Fault> {
    if !bring_to_front(parts, main, book, sheet)? {
        return Ok(());
    }
    for (name, path) in &book.sheets {
        let text = parts.read(path)?;
        let Some(view) = View::find(&text)? else { continue };
        let mut edits = Edits::new(&text);
        if name == sheet {
            edits.set_attribute(view.tag.clone(), "tabSelected", "1");
            view.select(&mut edits, &cell_name(cell.0, cell.1));
        } else if view.is_chosen {
            // Sheets chosen together are filled in together.
            edits.set_attribute(view.tag.clone(), "tabSelected", "0");
        } else {
            continue;
        }
        parts.write(path, edits.finish()?)?;
    }
    Ok(())
}

/// Makes a sheet the one that is seen first; says whether it is now.
fn bring_to_front(parts: &mut Parts<'_>, main: &str, book: &Book, sheet: &str) -> Result<bool, Fault> {
    let text = parts.read(main)?;
    let outline = Outline::read(&text)?;
    let all: Vec<_> = outline.named("sheet").collect();
    let own = all.iter().position(|tag| tag.attribute("name").as_deref() == Some(sheet));
    let Some((index, own)) = own.and_then(|index| Some((index, all.get(index)?))) else { return Ok(false) };
    let is_hidden = own.attribute("state").is_some_and(|state| state != "visible");
    if is_hidden || all.len() != book.sheets.len() {
        return Ok(false);
    }
    let mut windows = outline.named("workbookView");
    match (windows.next(), windows.next()) {
        (Some(window), None) => {
            let front = window.attribute("activeTab").and_then(|tab| tab.parse().ok()).unwrap_or(0);
            if front != index {
                let mut edits = Edits::new(&text);
                edits.set_attribute(window.open.clone(), "activeTab", &index.to_string());
                parts.write(main, edits.finish()?)?;
            }
            Ok(true)
        }
        (None, _) => Ok(index == 0),
        _ => Ok(false),
    }
}

/// How a sheet is shown.
#[derive(Debug)]
struct View {
    /// The bytes of the tag that says so.
    tag: Range<usize>,
    prefix: String,
    is_empty: bool,
    /// Whether the sheet is among those chosen.
    is_chosen: bool,
    /// Whether it is split: then there is a selection in each pane.
    has_panes: bool,
    /// The bytes of the selection's tag.
    selection: Option<Range<usize>>,
}

impl View {
    /// The view of a sheet; none when it says nothing of one, or shows several.
    fn find(text: &str) -> Result<Option<Self>, Fault> {
        let mut xml = Xml::new(text);
        let mut found: Option<Self> = None;
        while let Some(node) = xml.next()? {
            let Node::Start(element) = node else { continue };
            match (element.name(), &mut found) {
                ("sheetData", _) => break,
                ("sheetView", Some(_)) => return Ok(None),
                ("sheetView", None) => {
                    let tag = xml.span();
                    let is_chosen = element.attribute("tabSelected").is_some_and(|on| on == "1" || on == "true");
                    found = Some(Self {
                        is_empty: text.get(tag.clone()).is_some_and(|tag| tag.ends_with("/>")),
                        tag,
                        prefix: element.prefix().to_owned(),
                        is_chosen,
                        has_panes: false,
                        selection: None,
                    });
                }
                ("pane", Some(view)) => view.has_panes = true,
                ("selection", Some(view)) => view.selection = Some(xml.span()),
                _ => {}
            }
        }
        Ok(found)
    }

    fn select(&self, edits: &mut Edits<'_>, cell: &str) {
        let colon = if self.prefix.is_empty() { "" } else { ":" };
        let name = format!("{}{colon}", self.prefix);
        let selection = format!("<{name}selection activeCell=\"{cell}\" sqref=\"{cell}\"/>");
        match &self.selection {
            _ if self.has_panes => {}
            Some(own) => edits.replace(own.clone(), selection),
            None if self.is_empty => {
                edits.open_up(self.tag.clone());
                edits.insert(self.tag.end, format!("{selection}</{name}sheetView>"));
            }
            None => edits.insert(self.tag.end, selection),
        }
    }
}
