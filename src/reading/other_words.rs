//! Words that say of a text that it is not an item's label, however alike they look.

use crate::survey::ItemKind;

/// Words that open an answer which says that there is nothing.
pub(super) const DENIALS: [&str; 8] = ["无", "暂无", "暂未", "尚无", "尚未", "没有", "未产生", "未实现"];

/// Words that make a label mean something else, whatever the item.
pub(super) const OTHER_THINGS: [&str; 17] = [
    "序号",
    "编号",
    "代码",
    "电话",
    "手机",
    "邮箱",
    "地址",
    "联系人",
    "姓名",
    "职务",
    "备注",
    "数量",
    "个数",
    "件数",
    "人数",
    "人员",
    "日期",
];

/// Words that make a label of an amount mean another amount.
const OTHER_AMOUNTS: [&str; 30] = [
    "增长",
    "增速",
    "增幅",
    "同比",
    "环比",
    "占比",
    "比例",
    "比重",
    "率",
    "利润",
    "税",
    "投入",
    "支出",
    "费用",
    "成本",
    "去年",
    "上年",
    "上一年",
    "前年",
    "明年",
    "同期",
    "季度",
    "半年",
    "月",
    "人均",
    "其中",
    "出口",
    "海外",
    "产品",
    "产值",
];

/// Words that make a label of a number or a share mean another one.
const OTHER_FIGURES: [&str; 38] = [
    "增长",
    "增速",
    "增幅",
    "新增",
    "减少",
    "同比",
    "环比",
    "占比",
    "比例",
    "比重",
    "率",
    "其中",
    "去年",
    "上年",
    "上一年",
    "前年",
    "明年",
    "同期",
    "季度",
    "半年",
    "人均",
    "平均",
    "金额",
    "收入",
    "费用",
    "研发",
    "技术",
    "管理",
    "女性",
    "高级",
    "本科",
    "硕士",
    "博士",
    "专职",
    "兼职",
    "外籍",
    "派遣",
    "退休",
];

/// Words that make a label of a date mean another one.
const OTHER_DATES: [&str; 9] = ["填表", "填报", "报送", "截止", "到期", "变更", "注销", "认定", "审核"];

/// Words that make a label of a telephone number, an address or a code mean another one.
const OTHER_CONTACTS: [&str; 10] =
    ["传真", "地址", "网址", "邮编", "邮政", "身份证", "证件", "组织机构", "注册号", "税务"];

/// Words that make a label of a name name somebody or something else.
const OTHER_NAMES: [&str; 17] = [
    "曾用",
    "原名",
    "上级",
    "母公司",
    "控股",
    "合作",
    "客户",
    "供应商",
    "竞争",
    "推荐",
    "主管",
    "开户",
    "项目",
    "产品",
    "专利",
    "代表",
    "负责人",
];

/// Words that make a label of a text mean another text.
const OTHER_TEXTS: [&str; 10] = ["人才", "合同", "交易", "投入", "收入", "合作单位", "金额", "时间", "费用", "工作"];

/// The words that make a label mean something else, by the kind of its item.
pub(super) fn others(kind: &ItemKind) -> &'static [&'static str] {
    match kind {
        ItemKind::Identity => &OTHER_NAMES,
        ItemKind::Money { .. } => &OTHER_AMOUNTS,
        ItemKind::Integer { .. } | ItemKind::Percentage { .. } => &OTHER_FIGURES,
        ItemKind::Date { .. } => &OTHER_DATES,
        ItemKind::Telephone { .. } | ItemKind::Email | ItemKind::CreditCode => &OTHER_CONTACTS,
        _ => &OTHER_TEXTS,
    }
}
