//! Notices in Chinese.

use jiff::Zoned;
use jiff::civil;

use super::tongue::{Asked, Files, Lists, Odd, Places, Sentences, Tongue, Values};
use crate::calendar;
use crate::issue::Problem;
use crate::notice::remedy::Cause;
use crate::value::date::Date;
use crate::value::{Money, Number, amount};

mod answer;
mod item;
mod quantity;
mod question;
mod remedy;

/// The Chinese of an office.
pub(super) struct Zh;

impl Tongue for Zh {}

impl Sentences for Zh {
    fn of_item(&self, problem: &Problem, asked: &Asked<'_>) -> String {
        item::sentence(problem, asked)
    }

    fn of_files(&self, cause: &Cause, files: &Files) -> String {
        let more =
            if files.count > files.named.len() { format!(" 等 {} 个文件", files.count) } else { String::new() };
        format!("附件{}{more}{}", files.named.join("、"), remedy::clause(cause))
    }

    fn of_message(&self, problem: &Problem, linked: &[String]) -> String {
        match problem {
            Problem::NoTable => {
                "来信中没有找到填好的调查表，请把填好的表格（Word 或 Excel 文件）作为附件发来".to_owned()
            }
            Problem::BlankForm => "收到的调查表是空表，还没有填写，请填好后发来".to_owned(),
            Problem::ScanOnly => "调查表是图片或扫描件，无法登记，请发来可以编辑的 Word 或 Excel 文件".to_owned(),
            Problem::LinkedAttachment { .. } => format!(
                "超大附件（云附件）{}只有下载链接，没有文件，我们无法打开，链接到期后也会失效，请作为普通附件重发；文件太大时，请先单独发调查表",
                linked.join("、")
            ),
            _ => "来信无法处理，请检查后重发".to_owned(),
        }
    }

    fn note(&self, line: &str) -> String {
        format!("{line}。")
    }

    fn attachments(&self) -> &'static str {
        "附件"
    }

    fn message(&self) -> &'static str {
        "来信"
    }

    fn reason(&self, odd: &Odd) -> String {
        question::reason(odd)
    }

    fn of_enterprise(&self, label: &str, name: &str) -> String {
        format!("{label}：{name}，")
    }

    fn plain_reply(&self, label: &str, example: Option<&str>) -> String {
        format!("{label}：{}", example.unwrap_or("（应填写的内容）"))
    }
}

impl Places for Zh {
    fn body(&self) -> &'static str {
        "邮件正文"
    }

    fn body_as_file(&self) -> &'static str {
        "邮件正文"
    }

    fn inside(&self, inner: &str, outer: &str) -> String {
        format!("“{outer}”中的“{inner}”")
    }

    fn file(&self, quoted: &str) -> String {
        format!("文件{quoted}")
    }

    fn sheet(&self, source: &str, name: &str) -> String {
        format!("{source}，工作表“{name}”")
    }

    fn table(&self, source: &str, number: u32) -> String {
        format!("{source}，第{number}个表格")
    }

    fn page(&self, source: &str, page: u32, table: Option<u32>) -> String {
        let table = table.map(|table| format!("第{table}个表格")).unwrap_or_default();
        format!("{source}，第{page}页{table}")
    }

    fn cell(&self, row: u64, column: u64) -> String {
        format!("第{row}行第{column}列")
    }

    fn line(&self, number: u32) -> String {
        format!("第{number}行")
    }

    fn paragraph(&self, number: u32) -> String {
        format!("第{number}段")
    }

    fn cells(&self, names: &[String], of_sheet: bool) -> String {
        format!("{}{}", prefix(of_sheet), names.join("、"))
    }

    fn run(&self, first: &str, last: &str, of_sheet: bool) -> String {
        format!("{}{first} 至 {last}", prefix(of_sheet))
    }

    fn first_of(&self, first: &str, count: usize, of_sheet: bool) -> String {
        format!("{}{first} 等 {count} 处", prefix(of_sheet))
    }

    fn within(&self, container: &str, cells: &str) -> String {
        format!("{container}，{cells}")
    }

    fn both(&self, one: &str, other: &str) -> String {
        format!("{one}；{other}")
    }

    fn one_of(&self, place: &str, count: usize) -> String {
        format!("{place} 等 {count} 处")
    }

    fn earlier(&self, place: &str) -> String {
        format!("此前来信的{place}")
    }
}

fn prefix(of_sheet: bool) -> &'static str {
    if of_sheet { "单元格 " } else { "" }
}

impl Values for Zh {
    fn amount(&self, money: &Money) -> String {
        amount::in_words(money)
    }

    fn told(&self, _: &str, understood: String) -> String {
        understood
    }

    fn number(&self, number: &Number, unit: &str) -> String {
        quantity::number(number, unit)
    }

    fn date(&self, date: Date) -> String {
        let month = date.month.map(|month| format!("{month}月")).unwrap_or_default();
        let day = date.day.map(|day| format!("{day}日")).unwrap_or_default();
        format!("{}年{month}{day}", date.year)
    }

    fn yes_no(&self, yes: bool) -> &'static str {
        if yes { "是" } else { "否" }
    }

    fn other(&self, said: Option<&str>) -> String {
        said.map_or_else(|| "其他".to_owned(), |said| format!("其他（{said}）"))
    }

    fn choices(&self, labels: &[String]) -> String {
        labels.join("、")
    }

    fn nothing(&self, is_amount: bool) -> &'static str {
        if is_amount { "未填写金额" } else { "未填写" }
    }

    fn day(&self, day: civil::Date) -> String {
        calendar::day_in_words(day)
    }

    fn moment(&self, at: &Zoned) -> String {
        calendar::in_words(at.timestamp(), at.time_zone())
    }
}

impl Lists for Zh {
    fn list(&self, things: &[String]) -> String {
        things.join("、")
    }

    fn first_enterprises(&self, names: &[String], count: usize) -> String {
        format!("{}等 {count} 家企业", names.join("、"))
    }

    fn nameless(&self, is_only: bool) -> &'static str {
        if is_only { "所报单位" } else { "未写名称的单位" }
    }

    fn the_enterprise(&self) -> &'static str {
        "该单位"
    }

    fn item_of(&self, label: &str, name: &str) -> String {
        format!("{name}的{label}")
    }
}
