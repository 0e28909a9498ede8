//! The columns of a roster by their headings, in Chinese and English, with the variants that offices use.

use crate::survey::squeeze;

/// What a column of a roster holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// The name.
    Name,
    /// Names it had before.
    FormerNames,
    /// Unified social credit code.
    CreditCode,
    /// Addresses, several in one cell or in columns of their own.
    Addresses,
    /// The person to ask.
    Contact,
    /// Telephone number.
    Phone,
    /// Whether it is a key enterprise.
    IsKey,
    /// A running number, which says nothing.
    Number,
    /// Anything else, by its heading.
    Tag(String),
}

/// The headings of a new roster, each with a word on what to write there.
pub const TEMPLATE: [(&str, &str); 10] = [
    ("企业名称", "必填。营业执照上的全称，每户一行。"),
    ("曾用名", "选填。曾用名称或常用简称；多个用顿号分隔。"),
    ("统一社会信用代码", "选填。18位代码，单元格请设为文本格式。"),
    ("邮箱", "用于发送通知；多个用分号分隔。"),
    ("联系人", "选填。"),
    ("电话", "选填。单元格请设为文本格式。"),
    ("重点企业", "填“是”或“否”；不填按“否”处理。"),
    ("所属镇街", "选填。本列及以下各列用于筛选，可改名、增减。"),
    ("行业", "选填。"),
    ("规模", "选填。如：大型、中型、小型、微型。"),
];

const WORDS: [(Column, &[&str]); 8] = [
    (
        Column::Name,
        &[
            "企业名称",
            "单位名称",
            "企业单位名称",
            "公司名称",
            "机构名称",
            "名称",
            "企业",
            "单位",
            "公司",
            "企业全称",
            "单位全称",
            "被调查单位",
            "调查对象",
            "name",
            "enterprise",
            "company",
            "companyname",
            "enterprisename",
            "respondent",
        ],
    ),
    (
        Column::FormerNames,
        &[
            "曾用名",
            "曾用名称",
            "原名",
            "原名称",
            "旧名",
            "旧名称",
            "别名",
            "简称",
            "其他名称",
            "formername",
            "formernames",
            "oldname",
            "alias",
            "aliases",
        ],
    ),
    (
        Column::CreditCode,
        &[
            "统一社会信用代码",
            "社会信用代码",
            "统一信用代码",
            "信用代码",
            "creditcode",
            "unifiedsocialcreditcode",
            "uscc",
        ],
    ),
    (
        Column::Addresses,
        &[
            "邮箱",
            "邮箱地址",
            "电子邮箱",
            "电子邮件",
            "电子邮件地址",
            "邮件",
            "邮件地址",
            "联系邮箱",
            "企业邮箱",
            "备用邮箱",
            "联系人邮箱",
            "email",
            "emails",
            "mail",
            "address",
            "addresses",
            "emailaddress",
            "emailaddresses",
        ],
    ),
    (Column::Contact, &["联系人", "联系人姓名", "经办人", "填报人", "负责人", "contact", "contactperson"]),
    (
        Column::Phone,
        &[
            "电话",
            "联系电话",
            "电话号码",
            "联系人电话",
            "手机",
            "手机号",
            "手机号码",
            "联系手机",
            "座机",
            "固定电话",
            "联系方式",
            "phone",
            "telephone",
            "tel",
            "mobile",
            "phonenumber",
        ],
    ),
    (
        Column::IsKey,
        &["重点企业", "是否重点企业", "重点", "是否重点", "是否为重点企业", "key", "iskey", "keyenterprise"],
    ),
    (Column::Number, &["序号", "编号", "no", "number", "id", "#"]),
];

/// Whether a row is the heading: it has a column for names.
pub(super) fn is_heading(cells: &[String]) -> bool {
    cells.iter().any(|text| known(text) == Some(Column::Name))
}

/// The columns of a heading row; none for one without a heading.
///
/// # Errors
/// When two columns are for names, or two tags are called the same.
pub(super) fn columns(cells: &[String]) -> Result<Vec<Option<Column>>, String> {
    let columns: Vec<Option<Column>> = cells.iter().map(|text| column(text)).collect();
    for (at, one) in columns.iter().enumerate() {
        let is_single = matches!(one, Some(Column::Name | Column::CreditCode | Column::IsKey | Column::Tag(_)));
        if is_single && columns.iter().skip(at + 1).any(|other| other == one) {
            let heading = cells.get(at).map(String::as_str).unwrap_or_default().trim();
            return Err(format!("two columns are for {heading}; keep one, or give the other another heading"));
        }
    }
    Ok(columns)
}

fn column(text: &str) -> Option<Column> {
    let heading = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if heading.is_empty() { None } else { Some(known(text).unwrap_or(Column::Tag(heading))) }
}

fn known(text: &str) -> Option<Column> {
    let plain: String = squeeze(text).to_lowercase().chars().filter(|c| !matches!(c, '_' | '-' | '*' | ':')).collect();
    let outside = plain.split_once('(').map_or(plain.as_str(), |(before, _)| before);
    let inside: String = plain.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    let candidates = [inside.as_str(), outside, outside.trim_end_matches(|c: char| c.is_ascii_digit())];
    let is = |word: &&str| candidates.contains(word);
    WORDS.iter().find(|(_, words)| words.iter().any(is)).map(|(column, _)| column.clone())
}
