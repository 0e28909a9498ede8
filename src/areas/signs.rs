//! The words by which a clause says whose a thing is: made, denied, wished for, bought, used, or somebody else's.
//!
//! They hold for every taxonomy, as they belong to the language of such answers.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::matcher::Hit;

/// What a word says of the things around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// Made, researched or run by the enterprise itself.
    Own,
    /// Made by itself, said with weight: 自研.
    SelfMade,
    /// Not done, or done no more.
    Not,
    /// Only watched, hoped for or negotiated.
    Wish,
    /// Bought, or taken over from others.
    Bought,
    /// Left to others; what is meant may stand before or behind.
    Uses,
    /// Used, where it stands before the thing; behind it, customers do (已在20家门店使用).
    Employs,
    /// Owned, where a number of pieces follows; else had.
    Has,
    /// Built in or worked with.
    With,
    /// Sold, if nothing says that it is made: 生产、销售.
    Sells,
    /// Customers, cases, guests: what follows is theirs.
    Others,
    /// Opens what a service is for: 为…提供.
    For,
    /// Opens what a thing is for: 面向…的.
    Towards,
    /// Closes what [`Sign::For`] opened; Own otherwise.
    Gives,
}

/// A sign in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) sign: Sign,
    pub(super) bytes: Range<usize>,
}

const SELF_MADE: &str = "
    自研 自主研发 自主研制 自主开发 自主设计 自主生产 自主知识产权 自产 自制 自有 自建 自行研发 自行研制
    自行开发 自行建设 自行设计 独立研发 独立开发 原创 全栈 自主可控 自主掌握 自主创新 完全自主 自己研发
    自己开发
";
const OWN: &str = "
    研发 研制 研究 攻克 攻关 突破 主营 专注 专业从事 从事 主导 掌握 推出 建成 建有 制造商 制造 量产
    流片 样机 样车 转型 致力于 主要产品 主打 发明专利
";
/// What ends 为…提供; elsewhere the enterprise's own doing.
const GIVES: &str = "提供 供应 配套 开发 设计 定制 打造 建设 策划 输送 交付 生产 加工 代工 开展 服务 制作 编制 承接";
const DENIALS: &str = "
    不 未 尚未 暂未 暂不 从未 并未 没有 并不 均不 均未 也不 也未 不再 还未 还没有 目前未 暂时不 暂无
    无
";
const DENIED: &str = "
    生产 研制 研发 开发 做 涉及 涉足 从事 开展 提供 制造 建设 包括 包含 具备 掌握 设计 销售 经营 布局
    进入 考虑 自研 自建 自产 使用 采用 部署 引进 应用 计划 打算 拥有 投入 承接 参与 含 启动 立项 搭载
    支持 自主研发 安排
";
const NOT: &str = "
    没有 暂无 并无 尚无 均无 无自有 无自主 无相关 无任何 无涉及 无关 停止 已停 停产 终止 退出 剥离 关停
    曾经 曾做 曾从事 曾研发 曾生产 搁置 放弃 非本公司 不属于 而非 并非 不是 除外 不含 不对外 不外供
    不公开 仅自用 仅供内部 内部使用
";
const WISH: &str = "
    关注 希望 期待 期望 盼望 有意 意向 感兴趣 兴趣 洽谈 考察 考虑 拟采购 拟引进 拟引入 拟购 拟应用
    拟使用 拟添置 计划采购 计划引进 计划购 计划引入 计划使用 计划应用 计划上 准备采购 准备引进 准备购
    打算采购 打算引进 打算购 观望 探讨 了解 恳请 请求 有机会 学习了解 可能引入 未来引入 适时 待条件成熟
";
const BOUGHT: &str = "
    外购 外采 采购 购买 购自 购入 购置 购进 购得 购有 引进 引入 租用 租赁 外协 委外 外包 代理 经销
    分销 代销 转售 转卖 外部采购 贴牌 添置 更换为 原装进口 进口设备 国外进口 国外品牌
";
const EMPLOYS: &str = "使用 接入 外接 选用 借用 上线了 装备了";
const USES: &str = "
    调用 第三方 合作方 合作伙伴 合作厂商 合作单位 合作企业 合作公司 由供应商 供应商提供 向供应商 由厂家
    厂商提供 厂家提供 市售 现成 授权使用 某公司 某厂商 某厂家 某企业
";
const HAS: &str = "拥有 现有 配备 配有 配置 装备 投入 投用 部署 上线 保有 应用 共有";
const SELLS: &str = "销售 售卖 专卖 专营 经营";
const WITH: &str = "
    采用 基于 利用 运用 搭载 结合 借助 通过 内置 融合 集成 嵌入 依托 配合 用于 兼容 适配 支持 联动
    对接
";
const OTHERS: &str = "
    服务于 客户包括 客户有 客户为 客户涵盖 客户覆盖 客户含 客户主要 主要客户 服务对象 合作客户 客户案例 案例
    下游 供应给 供给 销往 供货 应用于 适用于 投资 招引 招商 孵化 培育 入驻 入园 举办 承办 赋能 助力
    服务客户 客户 代加工 参展 收购意向 招聘 讲授 课程 为主的客户 用户包括 用户有 用户涵盖
";
const FOR: &str = "为 给 向 帮助";
const TOWARDS: &str = "面向 针对";

/// Words that hold a sign's letters and mean something else.
const INNOCENT: &str = "
    进口替代 替代进口 第三方检测 第三方测评 第三方评测 第三方认证 第三方测试 第三方评估 第三方检验 第三方试点
    无人 无线 无损 无创 无感 无需 无源 无刷 无轨 无缝 方向 双向 定向 语向 导向 全向 单向 横向 纵向
    向量 向导 转向 前向 后向 多向 四向 意向客户 行为 作为 成为 分为 认为 人为 极为 较为 为主 为辅
    为核心 供电 供应链 供热 供水 供暖 提供商 供应商之一 不断 不同 不良 不锈钢 不仅 不低于 不超过 不少于
    不足 不限 使用寿命 使用习惯 使用率 易用 开发者 开发板 开发套件 服务器 服务商 服务机构 服务型 可靠性设计
    客户端 用户端 客户关系 了解决 接入网 接入设备 接入率 接入平台 接入开发者 应用层 应用软件 覆盖率 配置文件
    对接会 未知 未来 未成年 给水 给药 给料 给袋 支持向量机 基础研究 合作伙伴计划 外部设备 非接触
    进口品牌竞争 空白市场 国内空白 填补空白 填补省内空白 填补国内空白 填补市内空白 引入深度学习 引入机器学习
    引入注意力 集成电路 集成商 系统集成 集成化 智能网联 培育对象 培育企业 代理商品 投入使用 投入运营 智能制造
    制造业 制造执行 设计院 研究院 研究所 研究中心 关注度 关注点 意向识别 意向订单
";

static LEXICON: LazyLock<Option<(AhoCorasick, Vec<Option<Sign>>)>> = LazyLock::new(|| {
    let mut words: Vec<(String, Option<Sign>)> = Vec::new();
    let lists = [
        (SELF_MADE, Sign::SelfMade),
        (OWN, Sign::Own),
        (GIVES, Sign::Gives),
        (NOT, Sign::Not),
        (WISH, Sign::Wish),
        (BOUGHT, Sign::Bought),
        (USES, Sign::Uses),
        (EMPLOYS, Sign::Employs),
        (HAS, Sign::Has),
        (SELLS, Sign::Sells),
        (WITH, Sign::With),
        (OTHERS, Sign::Others),
        (FOR, Sign::For),
        (TOWARDS, Sign::Towards),
    ];
    for (list, sign) in lists {
        words.extend(list.split_whitespace().map(|word| (word.to_owned(), Some(sign))));
    }
    words.extend(INNOCENT.split_whitespace().map(|word| (word.to_owned(), None)));
    for denial in DENIALS.split_whitespace() {
        words.extend(DENIED.split_whitespace().map(|verb| (format!("{denial}{verb}"), Some(Sign::Not))));
    }
    let spelled = words.iter().map(|(word, _)| word);
    let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(spelled).ok()?;
    Some((automaton, words.iter().map(|(_, sign)| *sign).collect()))
});

/// Whether words that stand between two pieces of a word keep them apart: 车间配有机器人.
pub(super) fn parts(between: &str) -> bool {
    let Some((automaton, signs)) = LEXICON.as_ref() else { return false };
    automaton.find_iter(between).any(|found| {
        let sign = signs.get(found.pattern().as_usize()).copied().flatten();
        let goes_through =
            |sign| matches!(sign, Sign::Own | Sign::SelfMade | Sign::Gives | Sign::With | Sign::Sells | Sign::Others);
        sign.is_some_and(|sign| !goes_through(sign))
    })
}

/// The signs of a plain text that do not overlap one of its words; a sign that holds a word and more hides it (不生产, 生产).
pub(super) fn find(text: &str, words: &mut Vec<Hit>) -> Vec<Found> {
    let Some((automaton, signs)) = LEXICON.as_ref() else { return Vec::new() };
    let found = automaton.find_iter(text).filter_map(|found| {
        let sign = signs.get(found.pattern().as_usize()).copied().flatten()?;
        Some(Found { sign, bytes: found.range() })
    });
    let mut signs: Vec<Found> = found.collect();
    words.retain(|word| {
        let range = word.range();
        let holds = |sign: &Found| {
            sign.bytes.start <= range.start && range.end <= sign.bytes.end && sign.bytes.len() > range.len()
        };
        !signs.iter().any(holds)
    });
    let meets = |sign: &Found, piece: &Range<usize>| piece.start < sign.bytes.end && sign.bytes.start < piece.end;
    signs.retain(|sign| !words.iter().flat_map(|word| &word.pieces).any(|piece| meets(sign, piece)));
    signs
}
