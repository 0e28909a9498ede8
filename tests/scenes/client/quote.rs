//! What each client puts below an answer.

use postroom::mail::Message;

use super::{Client, Draft};

/// The text with what is answered below it.
pub(super) fn text(client: Client, draft: &Draft<'_>) -> String {
    let own = &draft.words.text;
    let Some(answered) = quoted(draft) else { return format!("{own}{}\r\n", signature(client)) };
    let Original { from, subject, date, text, .. } = Original::of(answered);
    let to = draft.address;
    let below = match client {
        Client::Qq => format!(
            "\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人:&nbsp;{from}\n发送时间:&nbsp;{date}\n\
             收件人:&nbsp;{to}\n主题:&nbsp;{subject}\n\n{text}"
        ),
        Client::Foxmail => format!("\n\n发件人： {from}\n发送时间： {date}\n收件人： {to}\n主题： {subject}\n{text}"),
        Client::NetEase => format!("\n\n\n\n\n在 {date}，{from} 写道：\n\n{text}"),
        Client::Outlook => format!(
            "\n\n-----邮件原件-----\n发件人: {from} \n发送时间: {date}\n收件人: {to}\n主题: {subject}\n\n{text}"
        ),
        Client::Phone => {
            let lines: String = text.lines().map(|line| format!("> {line}\n")).collect();
            format!("{}\n\n> 在 {date}，{from} 写道：\n> \n{lines}", signature(client))
        }
    };
    format!("{own}{below}").replace("\r\n", "\n").replace('\n', "\r\n")
}

/// The same as HTML.
pub(super) fn html(client: Client, draft: &Draft<'_>) -> String {
    let own = paragraphs(&draft.words.text);
    let below = quoted(draft).map(|answered| html_below(client, answered, draft.address)).unwrap_or_default();
    format!("<html><head></head><body>{own}<div><br></div>{below}</body></html>\r\n")
}

fn html_below(client: Client, answered: &Message, to: &str) -> String {
    let Original { from, subject, date, html, .. } = Original::of(answered);
    let from = escaped(&from);
    let head = format!(
        "<div><b>发件人:</b>&nbsp;{from}</div><div><b>发送时间:</b>&nbsp;{date}</div>\
         <div><b>收件人:</b>&nbsp;{to}</div><div><b>主题:</b>&nbsp;{}</div>",
        escaped(subject)
    );
    match client {
        Client::Qq => format!(
            "<div style=\"font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;\">\
             ------------------&nbsp;原始邮件&nbsp;------------------</div>\
             <div style=\"font-size: 12px;background:#efefef;padding:8px;\">{head}</div><div><br></div>{html}"
        ),
        Client::Foxmail => format!(
            "<blockquote style=\"margin-Top: 0px; margin-Bottom: 0px; margin-Left: 0.5em\"><div>&nbsp;</div>\
             <div style=\"border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm\">\
             <div style=\"PADDING-RIGHT: 8px; FONT-SIZE: 12px; BACKGROUND: #efefef\">{head}</div></div>{html}</blockquote>"
        ),
        Client::NetEase => format!(
            "<p>在 {date}，{from} 写道：</p><blockquote id=\"isReplyContent\" style=\"PADDING-LEFT: 1ex; \
             BORDER-LEFT: #ccc 1px solid\">{html}</blockquote>"
        ),
        Client::Outlook | Client::Phone => format!(
            "<div><div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\">\
             <p class=\"MsoNormal\">{head}</p></div></div>{html}"
        ),
    }
}

fn quoted<'a>(draft: &Draft<'a>) -> Option<&'a Message> {
    draft.answered.filter(|_| !draft.words.without_quote)
}

fn signature(client: Client) -> &'static str {
    if client == Client::Phone { "\n\n发自我的 iPhone" } else { "" }
}

/// What a quote shows of a mail.
struct Original<'a> {
    from: String,
    subject: &'a str,
    date: String,
    text: String,
    html: String,
}

impl<'a> Original<'a> {
    fn of(message: &'a Message) -> Self {
        let envelope = &message.envelope;
        let date = envelope.date.expect("a notice has a date").in_tz("Asia/Shanghai").unwrap();
        Self {
            from: format!("\"{}\" <{}>", envelope.from_name, envelope.from),
            subject: &envelope.subject,
            date: date.strftime("%Y年%m月%d日 %H:%M").to_string(),
            text: [message.body.text.as_str(), &message.body.quoted_text].concat(),
            html: [message.body.html.as_str(), &message.body.quoted_html].concat(),
        }
    }
}

fn paragraphs(text: &str) -> String {
    text.lines().map(|line| format!("<div>{}</div>", escaped(line))).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
