//! What mail clients draw. Outlook for Windows draws with Word's engine, which knows tables, fonts, borders and little else; QQ Mail
//! and other webmail put a mail into a page of their own and take out what could leave its place: style sheets, scripts, positions.
//! A mail keeps to what all of them draw. The few properties beside it help on a telephone, and a mail is looked at without them too.
//!
//! Sources: Microsoft, “Word 2007 HTML and CSS rendering capabilities in Outlook 2007”; caniemail.com for Outlook and the webmails.

use scraper::{ElementRef, Html, Selector};

/// Elements that all clients draw.
const ELEMENTS: &[&str] = &[
    "html", "head", "meta", "title", "body", "table", "tbody", "tr", "td", "th", "div", "p", "span", "b", "br", "img",
    "a", "ul", "ol", "li",
];
/// Attributes that all clients heed or that do no harm.
const ATTRIBUTES: &[&str] = &[
    "align",
    "alt",
    "border",
    "cellpadding",
    "cellspacing",
    "charset",
    "content",
    "height",
    "href",
    "lang",
    "name",
    "role",
    "src",
    "style",
    "valign",
    "width",
];
/// Properties that Word's engine draws and webmail keeps.
const DRAWN: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-left",
    "border-top",
    "color",
    "font-family",
    "font-size",
    "font-weight",
    "height",
    "line-height",
    "margin",
    "padding",
    "text-align",
    "width",
];
/// Properties that some client drops: telephones need them, and nobody misses them elsewhere.
const DROPPED: &[&str] = &["display", "max-width", "overflow-wrap", "white-space", "word-break"];

/// What of a page some client would not draw, one sentence each.
pub(super) fn faults(name: &str, html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let all = Selector::parse("*").unwrap();
    page.select(&all).flat_map(|element| of_element(element)).map(|fault| format!("{name}: {fault}")).collect()
}

fn of_element(element: ElementRef<'_>) -> Vec<String> {
    let tag = element.value().name();
    let mut faults = Vec::new();
    if !ELEMENTS.contains(&tag) {
        faults.push(format!("<{tag}>"));
    }
    for (attribute, value) in element.value().attrs() {
        if !ATTRIBUTES.contains(&attribute) {
            faults.push(format!("<{tag} {attribute}>"));
        }
        if attribute == "style" {
            let unknown =
                properties(value).filter(|(property, _)| !DRAWN.contains(property) && !DROPPED.contains(property));
            faults.extend(unknown.map(|(property, value)| format!("<{tag} style=\"{property}:{value}\">")));
        }
    }
    if tag == "img" && (element.attr("width").is_none() || element.attr("alt").is_none_or(str::is_empty)) {
        // Word's engine goes by the attribute, and who sees no pictures goes by the words.
        faults.push("<img> without width or alt".into());
    }
    faults
}

fn properties(style: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = style.split(';').filter(|one| !one.trim().is_empty());
    pairs.map(|one| one.split_once(':').map_or((one.trim(), ""), |(name, value)| (name.trim(), value.trim())))
}

/// The page as a client draws it that drops all that it may.
pub(super) fn plain(html: &str) -> String {
    let mut plain = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("style=\"") {
        let (style, after) = after.split_once('"').expect("a style ends");
        let kept: Vec<String> = properties(style)
            .filter(|(property, _)| DRAWN.contains(property))
            .map(|(property, value)| format!("{property}:{value}"))
            .collect();
        plain += &format!("{before}style=\"{}\"", kept.join(";"));
        rest = after;
    }
    plain + rest
}
