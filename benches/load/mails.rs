//! The mails of the mailbox: forms in many formats, two of five with written material, no two alike.
//!
//! The sizes follow the mix of a real collection: median about 65 KB, a tenth above 570 KB, the largest 3 MB.

use std::fmt::Write;

use crate::chance::Chance;
use crate::forms::{Answers, Forms, LABELS};

const PLACES: [&str; 8] = ["岭泽", "禾塘", "云麓", "青浦", "石湾", "桂畔", "南屏", "北滘"];
const PLANTS: [&str; 10] = ["荷叶", "雨燕", "海螺", "山雀", "木棉", "白鹭", "榕树", "翠竹", "青石", "金桂"];
const LINES: [&str; 8] = ["视觉", "智能", "软件", "数据", "电子", "控制", "语音", "影像"];

/// Makes mails, one after another.
pub(crate) struct Mails {
    chance: Chance,
    forms: Forms,
    made: usize,
}

/// What a mail holds besides its headers.
struct Content {
    text: String,
    html: Option<String>,
    files: Vec<(String, Vec<u8>)>,
}

impl Mails {
    pub(crate) fn new(seed: u64) -> Self {
        Self { chance: Chance::new(seed), forms: Forms::new(), made: 0 }
    }

    /// A mail of the mix.
    pub(crate) fn mixed(&mut self) -> Vec<u8> {
        self.made += 1;
        let answers = self.answers();
        let mut content = self.form(&answers);
        if self.chance.below(100) < 40 {
            let size = self.chance.log_normal(250_000.0, 0.65).clamp(20_000.0, 2_150_000.0);
            let narrative = self.forms.narrative(&answers[0], size as usize, &mut self.chance);
            content.files.push((format!("{}项目材料.docx", answers[0]), narrative));
        }
        self.mail(&answers[0], &content)
    }

    /// A small mail, 2.4 KB: the form as lines of text.
    pub(crate) fn small(&mut self) -> Vec<u8> {
        self.made += 1;
        let answers = self.answers();
        let content = Content {
            text: lines(&answers) + &"\n感谢贵局对我司的关心与支持。".repeat(26),
            html: None,
            files: Vec::new(),
        };
        self.mail(&answers[0], &content)
    }

    /// A mail with a form and a picture of so many bytes.
    pub(crate) fn large(&mut self, bytes: usize) -> Vec<u8> {
        self.made += 1;
        let answers = self.answers();
        let mut content = self.form(&answers);
        content.files.push(("产品照片.jpg".into(), [vec![0xff, 0xd8, 0xff, 0xe0], self.chance.bytes(bytes)].concat()));
        self.mail(&answers[0], &content)
    }

    fn form(&mut self, answers: &Answers) -> Content {
        let letter = format!("您好！\n现报送我单位的调查表，请查收。\n\n{}\n2017年12月19日\n", answers[0]);
        let file = |name: &str, bytes| vec![(format!("人工智能产业相关企业、技术平台调查表.{name}"), bytes)];
        match self.chance.below(1_000) {
            0..460 => {
                let docx = self.forms.docx(answers, &mut self.chance);
                Content { text: letter, html: None, files: file("docx", docx) }
            }
            460..760 => Content { text: letter, html: None, files: file("xlsx", self.forms.xlsx(answers)) },
            760..885 => {
                let xls = self.forms.xls(&answers[0], &mut self.chance);
                Content { text: letter, html: None, files: file("xls", xls) }
            }
            885..940 => {
                let row = |cells: &[String]| format!("<tr><td>{}</td></tr>\n", cells.join("</td><td>"));
                let rows = row(&LABELS.map(str::to_owned)) + &row(answers);
                let html = format!(
                    "<html><body><div>您好，调查表如下：</div><table border=\"1\">{rows}</table></body></html>"
                );
                Content { text: LABELS.join("\t") + "\n" + &answers.join("\t"), html: Some(html), files: Vec::new() }
            }
            _ => Content { text: lines(answers), html: None, files: Vec::new() },
        }
    }

    /// Answers that nobody else gives. The name has 14 characters, as the file of Excel 97 needs.
    fn answers(&mut self) -> Answers {
        let chance = &mut self.chance;
        let (place, plant, line) = (chance.one(&PLACES), chance.one(&PLANTS), chance.one(&LINES));
        let mut number = self.made;
        let mut digit = || {
            let digit = number % 10;
            number /= 10;
            char::from_u32(u32::from(['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'][digit])).unwrap()
        };
        let counted: String = (0..4).map(|_| digit()).collect();
        let name = format!("{place}{plant}{counted}{line}有限公司");
        let (share, patents, revenue) = (5 + chance.below(90), 1 + chance.below(80), 100 + chance.below(90_000));
        [
            name,
            format!("细分领域的成长型企业，市场占有率约{share}%，处于行业前列。"),
            format!("基于深度学习的检测算法与小样本训练平台，准确率{}.{}%", 90 + chance.below(10), chance.below(10)),
            format!("智能检测设备、视觉控制器等产品；发明专利{patents}项，软件著作权{}项", 1 + chance.below(60)),
            "轻量化模型在嵌入式端的部署；多传感器融合".to_owned(),
            format!("{revenue}万元"),
        ]
    }

    fn mail(&mut self, name: &str, content: &Content) -> Vec<u8> {
        let number = self.made;
        let mut mail = String::new();
        let second = number % 60;
        let received = format!("Tue, 19 Dec 2017 10:{:02}:{second:02} +0800", number / 60 % 60);
        let server = "mail.qq.example (mail.qq.example [198.51.100.120])";
        writeln!(mail, "Return-Path: <u{number}@qq.example>").unwrap();
        writeln!(
            mail,
            "Received: from {server}\n\tby mx.collect.example (Postfix) with ESMTPS id {:010X}",
            self.chance.below(1 << 40)
        )
        .unwrap();
        writeln!(mail, "\tfor <rgzn@collect.example>; {received} (CST)").unwrap();
        writeln!(mail, "Authentication-Results: mx.collect.example; spf=pass smtp.mailfrom=u{number}@qq.example")
            .unwrap();
        writeln!(mail, "From: =?UTF-8?B?{}?= <u{number}@qq.example>", encode(name.as_bytes())).unwrap();
        writeln!(
            mail,
            "To: rgzn@collect.example\nSubject: =?UTF-8?B?{}?=",
            encode(format!("调查表-{name}").as_bytes())
        )
        .unwrap();
        writeln!(mail, "Date: {received}\nMessage-ID: <load-{number}-{:x}@qq.example>", self.chance.next()).unwrap();
        writeln!(mail, "X-Mailer: QQMail 2.x\nMIME-Version: 1.0").unwrap();
        writeln!(mail, "Content-Type: multipart/mixed; boundary=\"=_next\"\n").unwrap();
        part(&mut mail, "text/plain; charset=utf-8", None, content.text.as_bytes());
        if let Some(html) = &content.html {
            part(&mut mail, "text/html; charset=utf-8", None, html.as_bytes());
        }
        for (name, bytes) in &content.files {
            part(&mut mail, "application/octet-stream", Some(name), bytes);
        }
        mail.push_str("--=_next--\n");
        mail.into_bytes()
    }
}

fn lines(answers: &Answers) -> String {
    let line = |(label, answer): (&&str, &String)| format!("{label}：{answer}\n");
    format!("您好！我司情况如下：\n\n{}\n谢谢！", LABELS.iter().zip(answers).map(line).collect::<String>())
}

fn part(mail: &mut String, media_type: &str, name: Option<&str>, bytes: &[u8]) {
    writeln!(mail, "--=_next\nContent-Type: {media_type}\nContent-Transfer-Encoding: base64").unwrap();
    if let Some(name) = name {
        writeln!(mail, "Content-Disposition: attachment;\n\tfilename=\"=?UTF-8?B?{}?=\"", encode(name.as_bytes()))
            .unwrap();
    }
    mail.push('\n');
    let encoded = encode(bytes);
    for line in encoded.as_bytes().chunks(76) {
        mail.push_str(std::str::from_utf8(line).unwrap());
        mail.push('\n');
    }
}

/// Base64 without line breaks.
fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for at in 0..4 {
            let digit = char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]);
            text.push(if at <= group.len() { digit } else { '=' });
        }
    }
    text
}
