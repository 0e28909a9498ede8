//! The headers of each client.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Zoned;

use super::{Client, Draft};

/// Numbers the mails of a scene, so that no two have the same identifier.
static WRITTEN: AtomicU64 = AtomicU64::new(1);

/// All headers but the media type.
pub(super) fn fields(client: Client, draft: &Draft<'_>) -> String {
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let now = Zoned::now().in_tz("Asia/Shanghai").unwrap();
    let mut head = format!(
        "Date: {}\r\nFrom: \"{}\" <{}>\r\nTo: <{}>\r\nSubject: {}\r\nMIME-Version: 1.0\r\n",
        now.strftime("%a, %d %b %Y %H:%M:%S %z"),
        client.word(draft.name),
        draft.address,
        draft.to,
        client.word(&subject(client, draft)),
    );
    let id = identifier(client, draft, number, &now);
    head.push_str(&format!("Message-ID: <{id}>\r\n"));
    head.push_str(&marks(client, draft, number, &now));
    head.push_str(&thread(client, draft));
    head
}

fn subject(client: Client, draft: &Draft<'_>) -> String {
    let prefix = match client {
        _ if draft.answered.is_none() => "",
        Client::Qq => "回复：",
        Client::Foxmail => "回复: ",
        Client::NetEase => "Re:",
        Client::Outlook => "答复: ",
        Client::Phone => "Re: ",
    };
    format!("{prefix}{}", draft.subject)
}

fn identifier(client: Client, draft: &Draft<'_>, number: u64, now: &Zoned) -> String {
    let domain = draft.address.split('@').next_back().unwrap();
    let seconds = now.timestamp().as_second();
    match client {
        Client::Qq => format!("tencent_{seconds:016X}{number:024X}@qq.example"),
        Client::Foxmail => format!("{}{number:06}@{domain}", now.strftime("%Y%m%d%H%M%S%f")),
        Client::NetEase => format!("{number:x}.3e8e.{seconds:x}.Coremail.{}", draft.address),
        Client::Outlook => format!("{number:012x}${seconds:08x}$610545b0$@{domain}"),
        Client::Phone => format!("01234567-89AB-CDEF-{number:04X}-{seconds:012X}@{domain}"),
    }
}

/// What only this client writes.
fn marks(client: Client, draft: &Draft<'_>, number: u64, now: &Zoned) -> String {
    let has_file = if draft.words.files.is_empty() { "no" } else { "yes" };
    let seconds = now.timestamp().as_second();
    match client {
        Client::Qq => format!(
            "X-QQ-mid: webmail333t{seconds}t{number}\r\nX-QQ-SSF: 00000000000000\r\nX-HAS-ATTACH: {has_file}\r\n\
             X-QQ-BUSINESS-ORIGIN: 2\r\nX-QQ-MIME: TCMime 1.0 by Tencent\r\nX-Mailer: QQMail 2.x\r\n\
             X-QQ-Mailer: QQMail 2.x\r\nFeedback-ID: webmail:qq.example:bgweb:bgweb1\r\n"
        ),
        Client::Foxmail => format!(
            "X-Priority: 3\r\nX-GUID: 01234567-89AB-CDEF-0123-{seconds:012X}\r\nX-Has-Attach: {has_file}\r\n\
             X-Mailer: Foxmail 7.2.25.178[cn]\r\n"
        ),
        Client::NetEase => "X-Originating-IP: [192.0.2.7]\r\nX-Priority: 3\r\n\
             X-Mailer: Coremail Webmail Server Version XT5.0.14 build 20230109(dcb5de15) Copyright (c) 2002-2023 \
             www.mailtech.example 163com\r\nX-Coremail-Locale: zh_CN\r\n"
            .to_owned(),
        Client::Outlook => {
            "X-Mailer: Microsoft Outlook 16.0\r\nThread-Index: AdZqO0123456789abcdef==\r\nContent-Language: zh-cn\r\n"
                .to_owned()
        }
        Client::Phone => "X-Mailer: iPhone Mail (22A3354)\r\n".to_owned(),
    }
}

/// What the mail answers.
fn thread(client: Client, draft: &Draft<'_>) -> String {
    let Some(answered) = draft.answered.filter(|_| !draft.words.without_thread) else { return String::new() };
    let id = answered.envelope.message_id.as_ref().expect("a notice has an identifier");
    let mut chain: Vec<String> = answered.envelope.references.iter().map(|older| format!("<{older}>")).collect();
    chain.push(format!("<{id}>"));
    match client {
        Client::Foxmail => format!("References: {}\r\n", chain.join(",\r\n\t")),
        _ => format!("In-Reply-To: <{id}>\r\nReferences: {}\r\n", chain.join("\r\n\t")),
    }
}
