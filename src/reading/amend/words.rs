//! The words of letters: what is courtesy, what announces an answer or a file, and what makes any sentence a doubt.

/// Words that say nothing of the survey. Longer ones stand before those that begin alike.
const COURTESY: &[&str] = &[
    "尊敬的",
    "敬爱的",
    "各位领导",
    "各位老师",
    "各位同事",
    "各位",
    "领导",
    "老师",
    "主任",
    "科长",
    "同志",
    "大家好",
    "大家",
    "您好",
    "你好",
    "早上好",
    "上午好",
    "中午好",
    "下午好",
    "晚上好",
    "非常感谢",
    "十分感谢",
    "万分感谢",
    "衷心感谢",
    "感谢您",
    "感谢你",
    "感谢",
    "谢谢您",
    "谢谢你",
    "谢谢",
    "多谢",
    "谢了",
    "辛苦了",
    "辛苦您",
    "您辛苦",
    "辛苦",
    "麻烦了",
    "麻烦您了",
    "打扰了",
    "打扰",
    "不好意思",
    "抱歉",
    "对不起",
    "已收到",
    "收到了",
    "邮件收到",
    "回执收到",
    "收到",
    "已知悉",
    "知悉",
    "已知晓",
    "知晓",
    "知道了",
    "明白了",
    "明白",
    "了解了",
    "了解",
    "已阅",
    "好的",
    "好滴",
    "行",
    "嗯嗯",
    "嗯",
    "可以",
    "没问题",
    "收悉",
    "此致",
    "敬礼",
    "祝好",
    "祝您",
    "祝",
    "工作顺利",
    "工作愉快",
    "身体健康",
    "万事如意",
    "生活愉快",
    "新年快乐",
    "元旦快乐",
    "顺颂",
    "顺祝",
    "敬祝",
    "商祺",
    "冬安",
    "谨启",
    "敬上",
    "thank you very much",
    "thank you",
    "thanks a lot",
    "thanks",
    "many thanks",
    "best regards",
    "kind regards",
    "regards",
    "received",
    "noted",
    "okay",
    "ok",
    "hello",
    "hi",
];

/// Small words between the others.
const FILLERS: &[&str] = &[
    "我们公司",
    "我公司",
    "我司",
    "本公司",
    "我们",
    "我方",
    "贵单位",
    "贵局",
    "贵办",
    "您的",
    "你的",
    "的",
    "了",
    "啦",
    "哦",
    "呢",
    "邮件",
    "来信",
    "回信",
    "回复",
    "通知",
    "支持",
    "好",
    "再次",
];

/// Words that announce an answer or a file. Without an answer beside them something did not come along.
const LEADS: &[&str] = &[
    "更正如下",
    "修改如下",
    "补充如下",
    "说明如下",
    "回复如下",
    "如下",
    "已经更正",
    "已经修改",
    "已更正",
    "已修改",
    "已改正",
    "已改好",
    "已改",
    "已补充",
    "已补",
    "已核对",
    "已核实",
    "经核对",
    "经核实",
    "核对后",
    "请查收",
    "请查阅",
    "请审阅",
    "请知悉",
    "请核对",
    "查收",
    "请更新",
    "请更正",
    "请修改",
    "按要求",
    "现更正",
    "现",
    "数据",
    "更正",
];

/// Words that make a sentence a question, a refusal, a promise or a condition: nothing in it is an answer.
const DOUBTS: &[&str] = &[
    "？",
    "?",
    "吗",
    "是否",
    "请问",
    "怎么",
    "怎样",
    "如何",
    "为什么",
    "为何",
    "什么",
    "哪",
    "几时",
    "何时",
    "多少",
    "能否",
    "可否",
    "能不能",
    "可不可以",
    "要不要",
    "是不是",
    "对不对",
    "请教",
    "咨询",
    "不是",
    "并非",
    "不应",
    "不对",
    "有误",
    "错误",
    "写错",
    "填错",
    "稍后",
    "随后",
    "稍晚",
    "待定",
    "待补",
    "待核",
    "再报",
    "再发",
    "再补",
    "后补",
    "尽快",
    "明天",
    "后天",
    "下周",
    "马上",
    "另行",
    "如果",
    "若",
    "假如",
    "或者",
    "可能",
    "大概是",
    "好像",
    "应该没",
    "见附件",
    "见表",
    "同上",
    "不要",
    "不用",
    "无法",
];

/// Takes away courtesy at the beginning of a text.
pub(super) fn without_courtesy(text: &str) -> &str {
    let mut rest = text.trim().trim_start_matches(is_sign);
    while let Some(next) = COURTESY.iter().find_map(|word| stripped(rest, word)) {
        let next = next.trim_start_matches(is_sign);
        // 好的产品 and 祝融科技 begin with a courtesy only by their letters.
        if !next.is_empty() && rest.len() - next.len() < 6 && !is_greeting(rest) {
            return rest;
        }
        rest = next;
    }
    rest
}

fn is_greeting(text: &str) -> bool {
    ["您好", "你好", "好的", "谢谢", "收到", "老师", "领导", "抱歉", "hi", "ok"]
        .iter()
        .any(|word| stripped(text, word).is_some())
}

/// Whether a text is made of courtesy alone.
pub(super) fn is_courtesy(text: &str) -> bool {
    let (rest, said) = eaten(text, &[COURTESY, FILLERS]);
    rest.is_empty() && said
}

/// Whether a text only announces something.
pub(super) fn is_lead(text: &str) -> bool {
    eaten(text, &[LEADS, COURTESY, FILLERS]).0.is_empty()
}

/// Whether a text sends a file along, as the letter of a mail does whose attachment was forgotten: that is told at once, and by no
/// person. Whoever has sent it already, or lets others send it, says something else.
pub(super) fn sends_file(text: &str) -> bool {
    const SENDS: [&str; 9] = ["附件是", "附件为", "附件系", "附上", "随附", "随函附", "随信附", "现将", "现报送"];
    const FILES: [&str; 5] = ["附件", "表", "材料", "文档", "资料"];
    const OTHERWISE: [&str; 5] = ["已", "过", "由", "总部", "稍后"];
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let begins = SENDS.iter().any(|word| text.starts_with(word));
    begins && has(&FILES) && !has(&OTHERWISE) && !text.contains(char::is_numeric)
}

/// Whether nothing in a text makes it a question, a refusal or a promise.
pub(super) fn is_sound(text: &str) -> bool {
    !DOUBTS.iter().any(|word| text.contains(word))
}

/// How a text begins that speaks of an answer instead of giving one: what was done in a file, what stays as it was.
const ABOUT_ANSWERS: &[&str] = &[
    "已补",
    "已填",
    "已改",
    "已修",
    "已更",
    "已在",
    "已按",
    "已完善",
    "已核",
    "已发",
    "已附",
    "详见",
    "请见",
    "如附",
    "附件",
    "不变",
    "无变化",
    "没有变化",
    "没变",
    "保持不变",
    "照旧",
    "如前",
    "同前",
    "按原",
    "不需要",
    "无需",
    "删除",
    "去掉",
    "取消",
    "必填",
    "选填",
    "空着",
    "暂不",
    "不填",
    "未填",
    "同意",
];

/// Whether a text may be an answer.
pub(super) fn is_value(text: &str) -> bool {
    is_sound(text) && !text.contains("附件") && !ABOUT_ANSWERS.iter().any(|word| text.starts_with(word))
}

/// What is left when all words of these lists are taken from the beginning, and whether any was.
fn eaten<'t>(text: &'t str, lists: &[&[&str]]) -> (&'t str, bool) {
    let (mut rest, mut any) = (trimmed(text), false);
    while let Some(next) = lists.iter().flat_map(|list| list.iter()).find_map(|word| stripped(rest, word)) {
        (rest, any) = (trimmed(next), true);
    }
    (rest, any)
}

fn stripped<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    let is_word = !word.is_ascii() || !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    (head.eq_ignore_ascii_case(word) && is_word).then_some(rest)
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(is_sign)
}

fn is_sign(c: char) -> bool {
    c.is_whitespace() || c.is_ascii_punctuation() && c != '(' && c != ')' || SIGNS.contains(&c)
}

const SIGNS: &[char] = &[
    '，',
    '。',
    '！',
    '：',
    '；',
    '、',
    '～',
    '…',
    '·',
    '“',
    '”',
    '—',
    '\u{1F64F}',
    '\u{1F44C}',
    '\u{1F44D}',
    '\u{FE0F}',
];

/// The reason in what follows 情况属实: 因为新增产线, （新增产线）.
pub(super) fn reason(text: &str) -> &str {
    let open = |c: char| c.is_whitespace() || "，,。.；;：:（(）)—-".contains(c);
    let text = text.trim_matches(open);
    let words = ["主要是因为", "主要原因是", "是因为", "因为", "由于", "原因是", "原因为", "原因", "理由是", "理由"];
    let bare = words.iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    bare.trim_matches(open)
}
