//! Names of enterprises that may mean the same one: with and without the place before it, the legal form behind it, the brackets
//! within.
//!
//! An enterprise's name is made of place, trade name, trade and legal form (rules on the registration of enterprise names, State
//! Council Decree 734 of 2020, article 6). Trade name and trade tell enterprises apart, and are compared as they are; so do 集团 and
//! whatever names a branch. Likeness is no proof: [`super::who`] asks for a second sign.

use std::sync::LazyLock;

use crate::value::identity;

/// Legal forms, the longest first.
const FORMS: [&str; 9] =
    ["有限责任公司", "股份有限公司", "股份公司", "有限公司", "公司", "(有限合伙)", "(普通合伙)", "co.,ltd", "ltd"];

/// What the name of a part of an enterprise ends in: it is another respondent than the whole.
const PARTS: [&str; 10] = ["分公司", "子公司", "支公司", "分店", "分行", "支行", "分厂", "办事处", "事业部", "分部"];

/// What a division is called, behind its name.
const DIVISIONS: [&str; 9] = ["特别行政区", "自治区", "自治州", "地区", "省", "市", "区", "县", "镇"];

/// Words that end like a division and are none.
const NO_DIVISIONS: [&str; 12] =
    ["城市", "超市", "股市", "门市", "夜市", "上市", "园区", "社区", "小区", "景区", "厂区", "校区"];

static REGIONS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("regions.txt").lines().filter(|line| !line.starts_with('#'));
    let mut names: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
});

/// A name taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Places before the trade name, from the largest, without 省 and 市.
    places: Vec<String>,
    /// Trade name, trade, and what tells a part from the whole.
    core: String,
}

impl Parts {
    /// Takes a name apart.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let key = identity::key(name).to_lowercase();
        let bare = without_form(&key);
        let flat: String = bare.chars().filter(|c| !matches!(c, '(' | ')')).collect();
        let mut places = Vec::new();
        let mut rest = flat.as_str();
        while let Some((place, after)) = place(rest).filter(|(_, after)| after.chars().count() >= 2) {
            places.push(place.to_owned());
            rest = after;
        }
        Self { places, core: rest.to_owned() }
    }

    /// Whether two names may be the same enterprise's.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        if self.core == other.core {
            return self.has_all_places_of(other) || other.has_all_places_of(self);
        }
        // 岭泽示例 beside 岭泽市示例: a place that stands in no list is part of the trade name until a 市 behind it tells.
        self.tails().any(|tail| tail == other.core && other.places.is_empty())
            || other.tails().any(|tail| tail == self.core && self.places.is_empty())
    }

    fn has_all_places_of(&self, other: &Self) -> bool {
        other.places.iter().all(|place| self.places.contains(place))
    }

    /// The name with its last places written without what they are called.
    fn tails(&self) -> impl Iterator<Item = String> {
        (0..self.places.len())
            .map(|from| self.places.iter().skip(from).chain([&self.core]).map(String::as_str).collect())
    }
}

/// The name without its legal form. Of a part, such as 甲公司岭泽分公司, the form of the whole goes, and what makes it a part stays.
fn without_form(key: &str) -> String {
    let key = key.trim_end_matches('.');
    if PARTS.iter().any(|part| key.ends_with(part)) {
        let whole = FORMS.iter().find_map(|form| key.split_once(form).filter(|(_, part)| !part.is_empty()));
        return whole.map_or_else(|| key.to_owned(), |(whole, part)| format!("{whole}{part}"));
    }
    FORMS.iter().find_map(|form| key.strip_suffix(form)).unwrap_or(key).to_owned()
}

/// The place that a name begins with, without what it is called, and the rest of the name.
fn place(name: &str) -> Option<(&str, &str)> {
    if let Some(region) = REGIONS.iter().find(|region| name.starts_with(**region)) {
        let rest = name.strip_prefix(region)?;
        return Some((region, DIVISIONS.iter().find_map(|called| rest.strip_prefix(called)).unwrap_or(rest)));
    }
    // A division that is in no list shows by what it is called, after two to four characters.
    for (end, _) in name.char_indices().skip(2).take(3) {
        let (place, rest) = name.split_at_checked(end)?;
        let Some(called) = DIVISIONS.iter().find(|called| rest.starts_with(**called)) else { continue };
        let whole = name.split_at_checked(end + called.len())?.0;
        let is_place = !NO_DIVISIONS.iter().any(|word| whole.ends_with(word));
        return rest.strip_prefix(called).filter(|_| is_place).map(|rest| (place, rest));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_like(one: &str, other: &str) -> bool {
        let (one, other) = (Parts::of(one), Parts::of(other));
        assert_eq!(one.is_like(&other), other.is_like(&one), "{one:?} {other:?}");
        one.is_like(&other)
    }

    #[test]
    fn one_enterprise_is_known_however_its_name_is_shortened() {
        let pairs = [
            ("广州示例科技有限公司", "广州示例科技"),
            ("广州示例科技有限公司", "广州示例科技股份有限公司"),
            ("广州示例科技有限公司", "广州示例科技有限责任公司"),
            ("广州示例科技有限公司", "广州示例科技公司"),
            ("广州示例科技有限公司", "示例科技有限公司"),
            ("广州示例科技有限公司", "示例科技"),
            ("广州示例科技有限公司", "广州市示例科技有限公司"),
            ("广州示例科技有限公司", "广东广州示例科技有限公司"),
            ("广州示例科技有限公司", "广东省广州市示例科技有限公司"),
            ("广州市天河区示例科技有限公司", "广州示例科技有限公司"),
            ("广州市天河区示例科技有限公司", "天河区示例科技有限公司"),
            ("示例（广州）科技有限公司", "示例(广州)科技有限公司"),
            ("示例（广州）科技有限公司", "示例广州科技有限公司"),
            ("示例【广州】科技有限公司", "示例（广州）科技"),
            ("（广州）示例科技有限公司", "广州示例科技有限公司"),
            ("岭泽市示例科技有限公司", "岭泽示例科技有限公司"),
            ("岭泽市示例科技有限公司", "岭泽示例科技"),
            ("广东省岭泽市示例科技有限公司", "岭泽示例科技有限公司"),
            ("广东省岭泽市示例科技有限公司", "岭泽市示例科技"),
            ("岭泽市东街镇示例机械厂", "岭泽市示例机械厂"),
            ("示例控股集团有限公司", "示例控股集团"),
            ("示例（集团）有限公司", "示例集团有限公司"),
            ("示例集团公司", "示例集团股份有限公司"),
            ("北京示例智能科技有限公司", "北京市示例智能科技有限公司"),
            ("内蒙古自治区示例软件有限公司", "内蒙古示例软件"),
            ("成都示例网络科技有限公司", "成都市示例网络科技有限公司"),
            ("盐城市示例机器人有限公司", "盐城示例机器人有限公司"),
            ("岭泽示例投资合伙企业（有限合伙）", "岭泽示例投资合伙企业"),
            ("示例科技有限公司（盖章）", "示例科技"),
            ("ＡＢＣ科技有限公司", "abc科技"),
            ("ABC Robotics Co., Ltd.", "abc robotics"),
            ("岭泽 示例科技 有限公司", "岭泽示例科技"),
            ("示例科技有限公司岭泽分公司", "示例科技岭泽分公司"),
            ("上海示例数据服务有限公司", "示例数据服务有限公司"),
            ("重庆示例芯片设计股份有限公司", "重庆市示例芯片设计有限公司"),
            ("香港特别行政区示例科技有限公司", "香港示例科技有限公司"),
            ("深圳市南山区示例传感有限公司", "深圳市示例传感有限公司"),
            ("智慧城市示例科技有限公司", "智慧城市示例科技"),
            ("佛山市顺德区示例电子有限公司", "佛山示例电子"),
        ];
        let missed: Vec<_> = pairs.into_iter().filter(|(one, other)| !is_like(one, other)).collect();
        assert!(missed.is_empty(), "{missed:?}");
    }

    #[test]
    fn enterprises_that_only_look_alike_are_never_taken_for_one() {
        let pairs = [
            ("广州云智", "广州云智达"),
            ("广州云智科技有限公司", "广州云智达科技有限公司"),
            ("广州云智科技有限公司", "广州智云科技有限公司"),
            ("广州云智科技有限公司", "广州云智信息有限公司"),
            ("广州云智科技有限公司", "广州云智有限公司"),
            ("广州云智科技有限公司", "深圳云智科技有限公司"),
            ("广州市云智科技有限公司", "深圳市云智科技有限公司"),
            ("广东省云智科技有限公司", "湖南省云智科技有限公司"),
            ("广州市天河区云智科技有限公司", "广州市黄埔区云智科技有限公司"),
            ("云智科技有限公司", "云智科技有限公司广州分公司"),
            ("云智科技有限公司", "云智科技广州分公司"),
            ("云智科技有限公司广州分公司", "云智科技有限公司深圳分公司"),
            ("广州云智科技有限公司", "广州云智科技有限公司分公司"),
            ("云智集团有限公司", "云智有限公司"),
            ("云智集团有限公司", "云智集团广州有限公司"),
            ("云智集团有限公司", "云智集团财务有限公司"),
            ("云智（集团）股份有限公司", "云智股份有限公司"),
            ("云智科技有限公司", "云智（中国）科技有限公司"),
            ("云智（广州）科技有限公司", "云智（深圳）科技有限公司"),
            ("云智（广州）科技有限公司", "云智科技有限公司"),
            ("岭泽市云智科技有限公司", "岭南市云智科技有限公司"),
            ("广州云智机器人有限公司", "广州云智机器人研究院"),
            ("广州云智一号合伙企业（有限合伙）", "广州云智二号合伙企业（有限合伙）"),
            ("云智科技", "云智科技园区"),
            ("智慧城市科技有限公司", "科技有限公司"),
            ("北京云智银行股份有限公司", "北京云智银行广州分行"),
            ("云智超市有限公司", "有限公司"),
            ("ABC Robotics Co., Ltd.", "ABC Robot Co., Ltd."),
            ("上海云智数据有限公司", "上海云智数据服务有限公司"),
            ("广州大学城云智有限公司", "广州云智有限公司"),
        ];
        let mistaken: Vec<_> = pairs.into_iter().filter(|(one, other)| is_like(one, other)).collect();
        assert!(mistaken.is_empty(), "{mistaken:?}");
    }
}
