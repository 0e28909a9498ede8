//! Words of forms that are neither label nor answer: totals, samples, instructions, signatures.

use crate::survey::Survey;
use crate::value::identity::squeeze;

/// Words that open a total row.
const TOTALS: [&str; 11] = ["平均", "平均值", "合计", "总计", "小计", "共计", "累计", "总和", "汇总", "total", "sum"];

/// Words that open a line of instructions or of signatures.
const ASIDES: [&str; 58] = [
    "以下空白",
    "以下无正文",
    "可加行",
    "(可加行",
    "(可自行加行",
    "(行数不够",
    "Note:",
    "Notes:",
    "Instructions:",
    "注:",
    "注1",
    "注2",
    "备注:",
    "说明:",
    "填表说明",
    "填写说明",
    "填报说明",
    "填表须知",
    "填表要求",
    "填写要求",
    "填报要求",
    "指标解释",
    "填表人",
    "填报人",
    "制表",
    "审核",
    "复核",
    "审批",
    "负责人",
    "单位负责人",
    "企业负责人",
    "联系人",
    "联系电话",
    "联系方式",
    "电话",
    "手机",
    "传真",
    "邮箱",
    "电子邮箱",
    "邮编",
    "地址",
    "日期",
    "填表日期",
    "填报日期",
    "填报时间",
    "填表时间",
    "经办人",
    "签字",
    "签名",
    "盖章",
    "(盖章)",
    "(公章)",
    "单位(盖章)",
    "单位盖章",
    "附件",
    "续表",
    "(续表)",
    "接上表",
];

/// Words that open a prompt where an answer belongs.
const PROMPTS: [&str; 16] = [
    "企业填写",
    "单位填写",
    "请填",
    "请输入",
    "请按",
    "请如实",
    "请简",
    "请写",
    "请注明",
    "填写",
    "填报",
    "应填",
    "须填",
    "须与",
    "应与",
    "按营业执照",
];

/// The same in English, squeezed: those of our own forms, and what others print.
const PROMPTS_IN_ENGLISH: [&str; 13] = [
    "required.",
    "optional.",
    "pleasewrite",
    "pleasefillin",
    "pleaseenter",
    "pleasechoose",
    "pleaseselect",
    "pleasegive",
    "pleaseanswer",
    "pleasespecify",
    "pleaseinsert",
    "youmaychoose",
    "clickheretoenter",
];

/// Words for what is to be written in a column.
const TYPES: [&str; 8] = ["文本", "文字", "数字", "数值", "字符", "文本型", "数值型", "字符型"];

/// Words of a prompt wherever they stand in a short text.
const PROMPTS_INSIDE: [&str; 10] =
    ["请填写", "请简要", "请如实", "营业执照", "字以内", "字左右", "不超过", "必填", "选填", "填写企业全称"];

/// Heads of columns of other tables.
const OTHER_HEADS: [&str; 26] = [
    "序号",
    "名称",
    "日期",
    "时间",
    "类型",
    "类别",
    "编号",
    "号",
    "备注",
    "金额",
    "状态",
    "电话",
    "地址",
    "联系人",
    "职务",
    "姓名",
    "权利人",
    "申请人",
    "发明人",
    "来源",
    "级别",
    "数量",
    "单位",
    "项目",
    "内容",
    "人数",
];

/// Labels of what is usually asked beside a survey's items.
const COMMON_LABELS: [&str; 55] = [
    "联系人",
    "联系人姓名",
    "姓名",
    "联系电话",
    "联系方式",
    "电话",
    "手机",
    "手机号码",
    "手机号",
    "邮箱",
    "电子邮箱",
    "地址",
    "联系地址",
    "注册地址",
    "通讯地址",
    "法人",
    "法人代表",
    "法定代表人",
    "负责人",
    "企业负责人",
    "成立时间",
    "成立日期",
    "注册时间",
    "注册资本",
    "所属行业",
    "行业",
    "统一社会信用代码",
    "信用代码",
    "组织机构代码",
    "传真",
    "职务",
    "职工人数",
    "员工人数",
    "从业人数",
    "人数",
    "企业性质",
    "企业类型",
    "所在地",
    "所属街道",
    "所属镇街",
    "镇街",
    "网址",
    "填表人",
    "填报人",
    "填表日期",
    "填报日期",
    "日期",
    "部门",
    "企业简介",
    "公司简介",
    "企业地址",
    "单位地址",
    "公司地址",
    "企业网址",
    "员工总数",
];

/// Ends of labels of what is often asked beside a survey's items.
const COMMON_ENDS: [&str; 15] = [
    "人数",
    "人员数",
    "数量",
    "信用代码",
    "地址",
    "电话",
    "邮箱",
    "负责人",
    "资本",
    "增长率",
    "净利润",
    "利润总额",
    "纳税额",
    "投入",
    "研发费用",
];

/// The survey's own words of this sort, squeezed.
#[derive(Debug)]
pub(super) struct FormWords {
    notes: Vec<String>,
    samples: Vec<String>,
}

impl FormWords {
    /// Those of a survey.
    pub(super) fn of(survey: &Survey) -> Self {
        let bare = |sample: &String| squeeze(sample).trim_matches(['(', ')', ':']).to_owned();
        Self {
            notes: survey.notes.iter().map(|note| squeeze(note)).collect(),
            samples: survey.sample_names.iter().map(bare).collect(),
        }
    }
}

/// Whether a row that begins with this text is a total row.
pub(super) fn opens_total(text: &str) -> bool {
    let flat = squeeze(text).to_lowercase();
    TOTALS.iter().any(|word| flat.strip_prefix(word).is_some_and(ends_total)) || counts_rows(&flat)
}

/// 共2家企业: how many rows stand above.
fn counts_rows(flat: &str) -> bool {
    let Some(rest) = ["总共", "合共", "共有", "共"].iter().find_map(|word| flat.strip_prefix(word)) else {
        return false;
    };
    let counted = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    counted.len() < rest.len()
        && ["家", "户", "个", "条"].iter().any(|unit| {
            counted.strip_prefix(unit).is_some_and(|rest| ["", "企业", "单位", "公司", "平台"].contains(&rest))
        })
}

/// What may follow the word of a total: nothing, a bracket, or a count such as 12家.
fn ends_total(rest: &str) -> bool {
    let counted = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    ["", "数", "金额", "数量"].contains(&rest)
        || rest.starts_with(['(', ':', '/'])
        || (counted.len() < rest.len() && ["", "家", "户", "个", "条"].contains(&counted))
}

/// Whether a text is an instruction, a unit line or a signature, by its first words.
pub(super) fn is_aside(text: &str, words: &FormWords) -> bool {
    let flat = squeeze(text);
    let bare = flat.trim_start_matches(['*', '★', '※', '●', '◆', '■', '▲']);
    // A word alone or before a colon or bracket: 联系人：张三, but not 附件网络科技有限公司.
    let opens = |word: &str| {
        bare.strip_prefix(word).is_some_and(|rest| {
            word.ends_with(':') || rest.is_empty() || rest.starts_with([':', '(', ')', ';', '、', ',', '_', '1', '2'])
        })
    };
    ASIDES.iter().any(|word| opens(word)) || words.notes.iter().any(|note| opens_note(bare, note))
}

fn opens_note(text: &str, note: &str) -> bool {
    let Some(rest) = text.strip_prefix(note) else { return false };
    note.chars().count() > 8
        || note.ends_with(':')
        || rest.is_empty()
        || rest.starts_with([':', '(', ';', '、', ',', '_'])
}

/// Whether a text, where a name or an answer belongs, is the form's own prompt.
pub(super) fn is_hint(text: &str) -> bool {
    let flat = squeeze(text);
    let flat = flat.trim_start_matches('(').trim_end_matches(')');
    let long = flat.chars().count();
    let lower = flat.to_ascii_lowercase();
    if PROMPTS_IN_ENGLISH.iter().any(|word| lower.starts_with(word)) {
        return true;
    }
    long > 0
        && long <= 60
        && (TYPES.contains(&flat)
            || PROMPTS.iter().any(|word| flat.starts_with(word))
            || PROMPTS_INSIDE.iter().any(|word| flat.contains(word))
            || flat.starts_with("如:")
            || flat.starts_with("例如"))
}

/// Whether a name, or the mark before it, says that its row is a sample.
pub(super) fn is_sample(text: &str, words: &FormWords) -> bool {
    let flat = squeeze(text);
    let bare = flat.trim_matches(['(', ')', '[', ']', '【', '】', ':', '*', '★', '※']);
    if bare.is_empty() {
        return false;
    }
    if words.samples.iter().any(|sample| sample == bare) {
        return true;
    }
    if masks_a_name(&flat) {
        return true;
    }
    let marked =
        ["示例:", "例:", "样例:", "范例:", "举例:", "例如:", "如:", "示例)", "例)", "样例)", "填写示例", "填报示例"];
    marked.iter().any(|mark| bare.starts_with(mark))
        || ["(示例)", "(例)", "(样例)", "(范例)", "(示例", "(样例", "(例"].iter().any(|mark| flat.ends_with(mark))
}

/// Whether a name has a mask (某某, XX) where a respondent's own word belongs.
fn masks_a_name(text: &str) -> bool {
    let masks = ["XX", "xx", "Xx", "××", "某某", "**", "○○", "〇〇", "△△", "□□"];
    let kinds = ["公司", "科技", "有限", "企业", "平台", "集团", "股份", "智能", "信息", "技术", "(", "网络", "电子"];
    masks.iter().flat_map(|mask| text.match_indices(mask)).any(|(at, mask)| {
        let (before, rest) = (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default());
        // MAXX科技 is a name.
        let in_word = mask.is_ascii() && before.ends_with(|c: char| c.is_ascii_alphanumeric());
        let rest = rest.trim_start_matches(['X', 'x', '×', '某', '*', '○', '〇', '△', '□']);
        !in_word && kinds.iter().any(|kind| rest.starts_with(kind))
    })
}

/// Whether a text that stands alone is the caption of something enclosed: 附表：股东情况.
pub(super) fn opens_annex(text: &str) -> bool {
    let flat = squeeze(text);
    let caption = ["附表", "附:", "附件", "附录"].iter().any(|word| flat.starts_with(word));
    caption && !["公司", "厂", "院", "中心", "平台"].iter().any(|end| flat.ends_with(end))
}

/// Whether a row of texts looks like the header of another table.
pub(super) fn looks_like_header<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let texts: Vec<String> = texts.map(squeeze).filter(|text| !text.is_empty()).collect();
    let short = texts.iter().all(|text| text.chars().count() <= 16);
    let heads = texts.iter().filter(|text| OTHER_HEADS.iter().any(|head| text.ends_with(head))).count();
    short && texts.len() >= 2 && heads * 2 >= texts.len()
}

/// Longest heading of a column of hints or answers.
const LONGEST_HEADING: usize = 8;

/// Headings of columns of hints and of answers in English, squeezed.
const HINT_HEADS_IN_ENGLISH: [&str; 6] =
    ["whattowrite", "howtoanswer", "instructions", "requirements", "hint", "hints"];
const ANSWER_HEADS_IN_ENGLISH: [&str; 5] = ["youranswer", "answer", "answers", "yourresponse", "response"];

/// Whether a heading of a column says that hints stand under it.
pub(super) fn heads_hints(text: &str) -> bool {
    let flat = squeeze(text);
    if HINT_HEADS_IN_ENGLISH.contains(&flat.to_lowercase().as_str()) {
        return true;
    }
    if flat.chars().count() > LONGEST_HEADING || flat.starts_with("情况") || flat.starts_with("内容") {
        return false;
    }
    [
        "填写要求",
        "填报要求",
        "填写说明",
        "填报说明",
        "填表说明",
        "要求",
        "说明",
        "提示",
        "备注",
        "示例",
        "类型",
        "必填",
        "是否必填",
        "字数",
    ]
    .iter()
    .any(|word| flat == *word || flat.ends_with(word))
}

/// Whether a heading of a column says that answers stand under it.
pub(super) fn heads_answers(text: &str) -> bool {
    let flat = squeeze(text);
    [
        "填写内容",
        "填报内容",
        "内容",
        "填写",
        "填报",
        "答复",
        "回复",
        "答案",
        "企业填写",
        "情况",
        "企业情况",
        "填写情况",
        "填报情况",
    ]
    .contains(&flat.as_str())
        || ANSWER_HEADS_IN_ENGLISH.contains(&flat.to_lowercase().as_str())
}

/// Whether a text is a label of something that is usually asked beside a survey's items.
pub(super) fn is_common_label(text: &str) -> bool {
    let flat = squeeze(text);
    let bare = flat.trim_end_matches(':').split('(').next().unwrap_or_default();
    COMMON_LABELS.contains(&bare)
}

/// Whether a cell between others is such a label, by its last words too: 研发人员数, 2017年纳税额（万元）.
pub(super) fn is_label_beside(text: &str) -> bool {
    let flat = squeeze(text);
    let bare = flat.trim_end_matches(':').split('(').next().unwrap_or_default();
    let short = bare.chars().count() <= 12 && !bare.contains([',', '。', ';', ':', '、']);
    is_common_label(text) || (short && COMMON_ENDS.iter().any(|end| bare.ends_with(end)))
}

/// Whether a heading of a column says that units stand under it.
pub(super) fn heads_units(text: &str) -> bool {
    let flat = squeeze(text);
    ["单位", "计量单位", "计算单位"].contains(&flat.as_str()) || flat.eq_ignore_ascii_case("unit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_row_is_known_and_a_name_like_it_is_not() {
        for text in ["合计", "合 计", "总计：", "合计（12家）", "合计12家", "Total", "共2家", "共十二家企业"]
        {
            assert!(opens_total(text), "{text}");
        }
        for text in ["合计科技有限公司", "汇总宝科技", "岭泽市总计信息公司", "累计数据科技有限公司", "共一科技有限公司"]
        {
            assert!(!opens_total(text), "{text}");
        }
    }

    #[test]
    fn a_sample_is_known_and_a_respondent_is_not_taken_for_one() {
        let words = FormWords::of(&Survey::founding().unwrap());
        for text in [
            "例",
            "示例：",
            "（例）",
            "XX公司",
            "某某科技有限公司",
            "××有限公司",
            "示例：某某公司",
            "***公司",
            "XXXX（佛山）科技有限公司",
            "岭泽某某公司（示例）",
        ] {
            assert!(is_sample(text, &words), "{text}");
        }
        for text in ["岭泽市荷叶伞科技有限公司", "示例智能科技有限公司", "例外设计有限公司", "岭泽MAXX智能科技有限公司"]
        {
            assert!(!is_sample(text, &words), "{text}");
        }
    }

    #[test]
    fn instructions_are_known_and_a_respondent_is_not_taken_for_one() {
        let words = FormWords::of(&Survey::founding().unwrap());
        for text in [
            "注：以上均为预估",
            "填表说明：",
            "填表人：张三",
            "联系人（电话）",
            "单位：万元",
            "重点企业、项目请单独附文字材料",
            "审核人：",
        ] {
            assert!(is_aside(text, &words), "{text}");
        }
        for text in ["附件网络科技有限公司", "日期树科技有限公司", "说明书科技有限公司"] {
            assert!(!is_aside(text, &words), "{text}");
        }
    }

    #[test]
    fn a_hint_is_no_answer() {
        for text in ["请填写营业执照全称", "（填写企业全称）", "200字以内", "如：行业前十"] {
            assert!(is_hint(text), "{text}");
        }
        assert!(!is_hint("岭泽市荷叶伞科技有限公司"));
        for text in ["Please write a whole number", "Required. Please write the full name", "Click here to enter text."]
        {
            assert!(is_hint(text), "{text}");
        }
        assert!(!is_hint("Pleasewell Trading Ltd"));
    }
}
