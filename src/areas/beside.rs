//! What stands beside a word and makes its thing somebody else's: business about it, whom it is for, words of other areas.

use std::ops::Range;

use super::Nature;
use super::clause::Clause;
use super::matcher::{Hit, Weight};
use super::role::{Page, Role, is_any};
use super::signs::{Found, Sign};

/// What makes a thing an occasion for other business, standing right behind it: 无人机培训.
const BUSINESS: &str = "
    培训 租赁 出租 维修 维保 保养 保险 经销 代理 贸易 批发 零售 销售 展会 展览 展示 论坛 大赛 竞赛
    赛事 比赛 咨询 招聘 考证 教学 课程 教材 卖场 专卖 回收 二手 行业协会 产业联盟 产业园 法律 股权 基金
    教育企业 教育机构 教育培训
";
/// What may stand between a thing and the business.
const FILLERS: &str = "的 类 等 产品 设备 整机 系统 驾驶员 操作员 行业 领域 企业 产业 相关 配件 技术 与 及";
/// Behind a thing: what is written about it, not the thing.
const DOCUMENTS: &str = "
    标准 团体标准 行业标准 国家标准 地方标准 技术规范 安全要求 技术要求 通用要求 互联互通 白皮书 术语 指南
    研究报告 产业报告
";
/// What goes on with 标准 to another word.
const MORE_THAN_STANDARD: &[char] = &['化', '件', '版', '型', '品', '厂'];
/// Behind a thing that others build into or work with: what is taken from it.
const MATTER: &str = "参数 数据 运行数据 运行参数 工况 状态 日志 图像 影像 照片 画面";
/// Behind a thing: those who make or buy it.
const CUSTOMERS: &str = "厂 客户 车企 主机厂 用户 企业 公司 厂商 厂家";
/// Ends of an enumeration's member that names a whole product.
const PRODUCTS: &str = "
    系统 平台 软件 终端 设备 引擎 仪 器 机 模块 芯片 服务 装置 装备 方案 机器人 app sdk 锁 库
    套装 工具 组件 主机 磁
";
/// Ends of a member that names what is done to all members before it.
const ACTIONS: &str = "挖掘 检测 扫描 评测 测评 测试 标注 采集 评价 验证 加固 认证 评估 检验";

impl Page<'_> {
    /// Whether the thing is but an occasion for other business (无人机培训), what is written about it, or names customers.
    pub(super) fn is_occasion(&self, clause: &Clause, hit: &Hit) -> bool {
        let behind = self.at(&(hit.end()..clause.bytes.end));
        let nature = self.nature(hit);
        let is_document =
            |kind: &str| behind.strip_prefix(kind).is_some_and(|rest| !rest.starts_with(MORE_THAN_STANDARD));
        is_business(behind)
            || self.taxonomy.parts.iter().any(|part| past_fillers(behind).starts_with(part.as_str()))
            || (!nature.takes_objects && is_any(DOCUMENTS, is_document))
            || ((nature.host || nature.component) && is_any(MATTER, |matter| behind.starts_with(matter)))
            || self.is_customer(clause, hit, behind)
    }

    /// Whether those who make or buy the thing are meant, as somebody who is served: 供应智能音箱厂家.
    fn is_customer(&self, clause: &Clause, hit: &Hit, behind: &str) -> bool {
        let serves = |sign: &Found| matches!(sign.sign, Sign::Gives | Sign::Others) && sign.bytes.end == hit.start();
        let is_served = self.signs.iter().any(serves);
        let is_listed = clause.in_brackets && self.at(&clause.bytes).starts_with('含');
        let goes_on = behind.strip_prefix("客户").is_some_and(|rest| !rest.is_empty());
        goes_on || ((is_served || is_listed) && is_any(CUSTOMERS, |word| behind.starts_with(word)))
    }

    /// Whether it stands in 为…提供 or 面向…的.
    pub(super) fn in_zone(&self, clause: &Clause, hit: &Hit) -> Option<Role> {
        let inside = |start: usize, end: usize| start <= hit.start() && hit.end() <= end;
        let within = |sign: &&Found| clause.bytes.contains(&sign.bytes.start);
        for opening in self.signs.iter().filter(within).filter(|sign| matches!(sign.sign, Sign::For | Sign::Towards)) {
            let from = opening.bytes.end;
            let gives =
                self.signs.iter().filter(within).find(|sign| sign.bytes.start >= from && sign.sign == Sign::Gives);
            let of = self
                .at(&(from..clause.bytes.end))
                .find('的')
                .map(|at| from + at)
                .filter(|_| opening.sign == Sign::Towards);
            let close = gives.map(|sign| sign.bytes.start).into_iter().chain(of).min();
            match close {
                Some(close) if inside(from, close) => return Some(Role::Others),
                None if opening.sign == Sign::Towards && inside(from, clause.bytes.end) => {
                    return Some(if self.nature(hit).host { Role::Others } else { Role::Faint });
                }
                _ => {}
            }
        }
        None
    }

    /// What the words of other areas beside it make of it.
    pub(super) fn beside(&self, clause: &Clause, hit: &Hit, nature: Nature) -> Option<Role> {
        let phrase = clause.phrase(hit.start());
        let others = self.hits.iter().filter(|other| other.area != hit.area && clause.bytes.contains(&other.start()));
        let mut role = None;
        for other in others {
            let theirs = self.nature(other);
            let same_phrase = phrase.contains(&other.start());
            let is_behind = other.end() > hit.end() && other.start() >= hit.start();
            if hit.start() < other.start() && other.end() < hit.end() {
                continue;
            }
            let is_apart = self.names_product(&phrase) && !self.names_action(&clause.phrase(other.start()));
            let works_on_it = same_phrase || (is_behind && !is_apart);
            if theirs.takes_objects && other.weight > Weight::Hint && !nature.takes_objects && works_on_it {
                return Some(Role::Others);
            }
            if same_phrase && is_behind && !theirs.takes_objects && other.weight > Weight::Hint {
                if nature.component != theirs.component && (nature.component || nature.host) {
                    return Some(Role::Others);
                }
                role = Some(Role::Faint);
            }
        }
        role
    }

    fn names_action(&self, phrase: &Range<usize>) -> bool {
        is_any(ACTIONS, |action| self.at(phrase).ends_with(action))
    }

    fn names_product(&self, phrase: &Range<usize>) -> bool {
        let words = self.at(phrase);
        is_any(PRODUCTS, |product| words.ends_with(product))
            || words.ends_with(|last: char| last.is_ascii_alphanumeric())
    }
}

/// Whether other business begins here, be it behind words such as 产品 or 设备.
fn is_business(behind: &str) -> bool {
    let mut rest = behind;
    loop {
        if is_any(BUSINESS, |business| rest.starts_with(business)) {
            return true;
        }
        let Some(shorter) = FILLERS.split_whitespace().find_map(|filler| rest.strip_prefix(filler)) else {
            return false;
        };
        rest = shorter;
    }
}

fn past_fillers(mut rest: &str) -> &str {
    while let Some(shorter) = FILLERS.split_whitespace().find_map(|filler| rest.strip_prefix(filler)) {
        rest = shorter;
    }
    rest
}
