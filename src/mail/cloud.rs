//! Links to files in a provider's store (超大附件, 云附件, 中转站): the mail holds no file, only a way to one.
//!
//! They are known by the host of the link, or by the provider's own markup or heading. What the links give is a page or
//! a login, so they are never fetched; the sender is asked for an ordinary attachment.

use super::LinkedFile;
use super::quote::{unescape, visible_text};
use crate::personal;

/// More files than this are not listed: one is enough to ask for attachments.
const MOST_FILES: usize = 50;

/// How long the tag around a link may be, in bytes.
const LONGEST_TAG: usize = 4096;

/// Hosts of stores, with what a link's path holds there (empty: anything). Subdomains count.
const STORES: [(&str, &str); 24] = [
    ("mail.qq.com", "/ftn"),
    ("exmail.qq.com", "/ftn"),
    ("mail.163.com", "large-attachment"),
    ("mail.126.com", "large-attachment"),
    ("mail.yeah.net", "large-attachment"),
    ("fs.163.com", ""),
    ("u.163.com", ""),
    ("dashi.163.com", "cloud-attachment"),
    ("edisk.qiye.163.com", ""),
    ("mail.sina.com.cn", "filecenter"),
    ("mail.sina.cn", "filecenter"),
    ("cloud.189.cn", ""),
    ("yun.139.com", ""),
    ("caiyun.139.com", ""),
    ("1drv.ms", ""),
    ("onedrive.live.com", ""),
    ("sharepoint.com", ""),
    ("drive.google.com", ""),
    ("pan.baidu.com", ""),
    ("yun.baidu.com", ""),
    ("share.weiyun.com", ""),
    ("docs.qq.com", ""),
    ("kdocs.cn", ""),
    ("alipan.com", ""),
];

/// Markup and headings of providers, in lower case, with the host they stand for.
const MARKS: [(&str, &str); 8] = [
    ("从腾讯企业邮箱发来的超大附件", "exmail.qq.com"),
    ("从qq邮箱发来的超大附件", "mail.qq.com"),
    ("id=\"qqmailbigattach\"", "mail.qq.com"),
    ("class=\"qqmailbgattach\"", "mail.qq.com"),
    ("id=\"divneteasebigattach", "mail.163.com"),
    ("class=\"bigattach-mailmaster", "mail.163.com"),
    ("从网易163邮箱发来的", "mail.163.com"),
    ("从网易126邮箱发来的", "mail.126.com"),
];

/// The links in the sender's own text, or else in the own HTML, each file once.
pub(super) fn find(text: &str, html: &str) -> Vec<LinkedFile> {
    let mut files = links(html, || visible_text(html));
    if files.is_empty() {
        files = links(text, || text.to_owned());
    }
    if files.is_empty() {
        let lower = [text, html].concat().to_lowercase();
        let mark = MARKS.iter().find(|(mark, _)| lower.contains(mark));
        files.extend(mark.map(|(_, host)| LinkedFile { name: None, host: (*host).to_owned() }));
    }
    files
}

/// A link into a store, as found.
struct Link<'a> {
    url: &'a str,
    host: String,
    name: Option<String>,
}

/// The files that `source` links to. Names that stand in no attribute are looked for in what a reader sees.
fn links(source: &str, sees: impl FnOnce() -> String) -> Vec<LinkedFile> {
    let mut found: Vec<Link<'_>> = Vec::new();
    for (start, _) in source.match_indices("://") {
        let Some(url) = source.get(start + 3..).map(url_end) else { continue };
        let Some(host) = store(url) else { continue };
        let name = attribute_name(source, start);
        let known = found.iter().any(|link| link.url == url || (name.is_some() && link.name == name));
        if !known && found.len() < MOST_FILES {
            found.push(Link { url, host, name });
        }
    }
    let unnamed = found.iter().any(|link| link.name.is_none());
    let mut listed = if unnamed { listed_names(&sees()) } else { Vec::new() }.into_iter();
    let named = |link: Link<'_>| {
        let name = link.name.or_else(|| listed.next());
        LinkedFile { name: name.map(|name| personal::redacted(&name).into_owned()), host: link.host }
    };
    found.into_iter().map(named).collect()
}

/// A link without its scheme, up to where it ends in text or markup.
fn url_end(rest: &str) -> &str {
    let end =
        rest.find(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | '\'' | '<' | '>' | ')')).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// The host of a link that leads into a store.
fn store(url: &str) -> Option<String> {
    let (host, path) = url.split_once(['/', '?']).unwrap_or((url, ""));
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let path = format!("/{}", path.to_ascii_lowercase());
    let within = |known: &str| host == known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.'));
    STORES.iter().any(|(known, part)| within(known) && path.contains(part)).then_some(host)
}

/// The file's name from the `filename`, `download` or `title` attribute of the tag the link stands in.
fn attribute_name(source: &str, link: usize) -> Option<String> {
    let bytes = source.as_bytes();
    let near = link.saturating_sub(LONGEST_TAG);
    let tag_start = near + bytes.get(near..link)?.iter().rposition(|byte| *byte == b'<')?;
    let within = bytes.get(tag_start..(tag_start + LONGEST_TAG).min(bytes.len()))?;
    let tag_end = tag_start + within.iter().position(|byte| *byte == b'>')?;
    let tag = source.get(tag_start..tag_end).filter(|_| tag_end > link)?;
    let value = ["filename=\"", "download=\"", "title=\""].into_iter().find_map(|name| tag.split_once(name))?.1;
    let value = unescape(value.split('"').next()?.split(['\n', '\r']).next()?);
    let name = value.split("文件大小").next()?.trim();
    name.contains('.').then(|| name.to_owned())
}

/// File names as providers list them: `NAME (128.03M, 2020年11月27日 21:59 到期)`, `NAME` above or before `(…)`.
fn listed_names(sees: &str) -> Vec<String> {
    let lines: Vec<&str> = sees.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let size_of = |line: &str| {
        line.split_once(['(', '（']).filter(|(_, rest)| is_size(rest)).map(|(name, _)| name.trim().to_owned())
    };
    let mut names = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = size_of(line) else { continue };
        let above = at.checked_sub(1).and_then(|above| lines.get(above)).copied().unwrap_or_default();
        let name = if name.is_empty() { above.to_owned() } else { name };
        names.extend((!name.is_empty()).then_some(name));
    }
    names
}

/// Whether the text begins with a file's size: `20.61M`.
fn is_size(text: &str) -> bool {
    let rest = text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    rest.len() < text.trim_start().len() && rest.trim_start().starts_with(['K', 'M', 'G', 'B', 'k', 'm', 'g'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, html: &str, expected: &[(Option<&str>, &str)]) {
        let found = find(text, html);
        let found: Vec<_> = found.iter().map(|file| (file.name.as_deref(), file.host.as_str())).collect();
        assert_eq!(found, expected, "{text}{html}");
    }

    #[test]
    fn a_file_left_in_a_store_is_noticed() {
        check(
            "从QQ邮箱发来的超大附件\n调查表.xlsx (128.03M, 2020年11月27日 21:59 到期)进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=0&code=0",
            "",
            &[(Some("调查表.xlsx"), "mail.qq.com")],
        );
        check(
            "",
            "<div id=\"QQMailBigAttach\"><a href=\"https://wx.mail.qq.com/ftn/download?func=3&amp;key=0\" title=\"表.rar\n\n文件大小：20.61M\">表.rar</a>\
             <a href=\"https://wx.mail.qq.com/ftn/download?func=3&amp;key=0\">下载</a></div>",
            &[(Some("表.rar"), "wx.mail.qq.com")],
        );
        check(
            "",
            "<div id=\"divNeteaseBigAttach\"><div>从网易163邮箱发来的云附件</div><div>表.zip</div><span> (80.96M, 2099年12月31日 23:59 到期)</span>\
             <a href=\"https://mail.163.com/large-attachment-download/index.html?p=X\">下载</a></div>",
            &[(Some("表.zip"), "mail.163.com")],
        );
        check("链接：https://pan.baidu.com/s/1abc 提取码：ab12", "", &[(None, "pan.baidu.com")]);
        check("", "<div id=\"QQMailBigAttach\">x</div>", &[(None, "mail.qq.com")]);
    }

    #[test]
    fn nothing_of_a_persons_number_in_a_linked_files_name_is_kept() {
        let text = "从QQ邮箱发来的超大附件\n林晓440000199003070016.xlsx (128.03M, 2020年11月27日 21:59 到期)进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?k=0";
        let name = format!("林晓{}.xlsx", personal::REMOVED);
        check(text, "", &[(Some(&name), "mail.qq.com")]);
    }

    #[test]
    fn ordinary_links_and_style_sheets_are_no_files() {
        check("https://mail.qq.com/ http://www.corp.example/ftn", "<style>.cloudAttachStyle{}</style>", &[]);
        check("http://notpan.baidu.com.evil.example/s/1", "", &[]);
    }
}
