//! Who is asked: invented enterprises with what they truthfully have to tell.

use super::chance::Chance;

/// Items of the founding form, in its order, by their keys.
pub(super) const KEYS: [&str; 6] = ["name", "position", "technology", "products", "direction", "revenue"];
/// Place of the direction of research among the items.
pub(super) const DIRECTION: usize = 4;
/// Place of the revenue among the items.
pub(super) const REVENUE: usize = 5;

/// The answers of one enterprise in the form's order; none where it gives none.
pub(super) type Answers = [Option<String>; 6];

const PLACES: [&str; 8] = ["岭泽", "禾塘", "云麓", "青浦", "石湾", "桂畔", "南屏", "北滘"];
const PLANTS: [&str; 10] = ["荷叶", "雨燕", "海螺", "山雀", "木棉", "白鹭", "榕树", "翠竹", "青石", "金桂"];
const TRADES: [&str; 8] = ["视觉", "智能", "软件", "数据", "电子", "控制", "语音", "影像"];
/// What they work on, one after another.
const TECHNOLOGIES: [&str; 9] = [
    "基于深度学习的检测算法与小样本训练平台",
    "自动驾驶域控制器与智能网联汽车软件",
    "服务机器人自主导航与人机交互",
    "工业级无人机飞控系统",
    "医疗影像辅助诊断算法",
    "人脸识别与视频结构化分析",
    "神经网络芯片与加速卡",
    "多语种机器翻译引擎",
    "MEMS智能传感器",
];
const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// An enterprise.
#[derive(Clone)]
pub(super) struct Enterprise {
    /// Its name; no two are alike.
    pub(super) name: String,
    /// The name that it had before, under which some still answer.
    pub(super) former_name: Option<String>,
    /// The district that it lies in.
    pub(super) district: &'static str,
    /// The address that it is written to.
    pub(super) address: String,
    /// Whether written material is expected of it.
    pub(super) is_key: bool,
    /// What it would answer with care.
    pub(super) truth: Answers,
}

/// The enterprise of this number.
pub(super) fn enterprise(number: usize, chance: &mut Chance) -> Enterprise {
    let (district, plant, trade) = (chance.one(&PLACES), chance.one(&PLANTS), chance.one(&TRADES));
    let counted: String = [1_000, 100, 10, 1].map(|weight| DIGITS[number / weight % 10]).concat();
    let name = format!("{district}{plant}{counted}{trade}有限公司");
    let (share, patents, products) = (5 + chance.below(90), 1 + chance.below(80), 2 + chance.below(20));
    let former_name = (chance.below(100) < 3).then(|| format!("{district}{plant}{counted}科技服务部"));
    let truth = [
        former_name.clone().unwrap_or_else(|| name.clone()),
        format!("细分领域的成长型企业，市场占有率约{share}%"),
        TECHNOLOGIES[number % TECHNOLOGIES.len()].to_owned(),
        format!("智能检测设备{products}款；发明专利{patents}项"),
        format!("轻量化模型在{trade}产品中的部署"),
        amount(chance),
    ]
    .map(Some);
    let (address, is_key) = (address(number, chance), chance.below(100) < 15);
    Enterprise { name, former_name, district, address, is_key, truth }
}

/// Two of five have a domain of their own, the others a mailbox at a provider that many share.
fn address(number: usize, chance: &mut Chance) -> String {
    match chance.below(100) {
        0..40 => format!("office@firm{number}.example"),
        40..75 => format!("{}@qq.example", 200_000_000 + number),
        75..92 => format!("u{number}_office@163.example"),
        _ => format!("box{number}@foxmail.example"),
    }
}

/// An amount as people write it.
pub(super) fn amount(chance: &mut Chance) -> String {
    let number = 100 + chance.below(90_000);
    match chance.below(10) {
        0..6 => format!("{number}万元"),
        6..8 => format!("{},{:03}万元", 1 + number / 1_000, number % 1_000),
        8 => format!("约{number}万元"),
        _ => format!("{}.{:02}亿元", 1 + number / 10_000, number % 100),
    }
}
