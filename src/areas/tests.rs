//! What a respondent or an operator would lose: an area that the words say is missed, one that they deny or leave to others is
//! given, a fault of a taxonomy's file is passed over.

use super::*;

fn plan() -> Taxonomy {
    Taxonomy::built_in().unwrap()
}

/// The areas of one answer, in the plan's order.
fn areas(plan: &Taxonomy, words: &str) -> Vec<String> {
    let found = plan.classify(&[Text { item: "technology", words }]);
    let keys: Vec<&str> = found.iter().map(|found| found.key).collect();
    plan.areas.iter().filter(|area| keys.contains(&area.key.as_str())).map(|area| area.key.clone()).collect()
}

#[test]
fn words_lead_to_their_area_however_they_are_written() {
    let plan = plan();
    for (words, area) in [
        ("扫地机器人", "service_robots"),
        ("扫 地 机 器 人 三款", "service_robots"),
        ("端侧ＮＰＵ，能效比２ＴＯＰＳ／Ｗ", "neural_chips"),
        ("自研lidar", "sensors"),
        ("人脸\u{200b}识别算法", "identity_recognition"),
        ("计划明年投入研发手术机器人", "service_robots"),
    ] {
        assert_eq!(areas(&plan, words), [area], "{words}");
    }
}

#[test]
fn what_is_denied_wished_for_bought_or_a_customers_gives_nothing() {
    let plan = plan();
    for words in [
        "不涉及人脸识别、语音识别",
        "无人脸识别相关产品，暂无语音识别",
        "关注智能网联汽车、无人机",
        "希望有机会应用工业机器人",
        "正在洽谈采购AGV",
        "语音识别模块均向第三方采购",
        "三维测量设备（外购）",
        "无人机业务2016年已停止",
        "影像辅助诊断市场竞争激烈，我司暂不考虑进入",
        "为自动驾驶企业提供废水处理服务",
        "服务于无人机、芯片客户",
        "车间现有焊接机器人12台",
        "无人机培训、机器人租赁",
        "人工智能、大数据、云计算、机器学习",
        "",
    ] {
        assert_eq!(areas(&plan, words), [""; 0], "{words}");
    }
}

#[test]
fn what_stands_beside_a_word_decides_whose_it_is() {
    let plan = plan();
    for (words, expected) in [
        ("智能语音识别外购，翻译模型自研", &["translation"][..]),
        ("无人机用气压传感器", &["sensors"][..]),
        ("面向智能音箱、智能摄像机的低功耗AI芯片", &["neural_chips"][..]),
        ("人脸识别产品的第三方评测", &["testing_ip"][..]),
        ("已交付人脸关键点、车道线、客服对话标注数据1亿条", &["training_data"][..]),
        ("智能网联汽车和智能家居的漏洞挖掘", &["security"][..]),
        ("引入机器人120台，自建数字化车间", &["manufacturing_modes"][..]),
        ("不生产服务机器人，主营六轴工业机器人", &["manufacturing_equipment"][..]),
        ("工业园区巡检机器人", &["service_robots"][..]),
        ("在主干道布设路侧单元，为自动驾驶测试提供网络", &["network_infrastructure"][..]),
    ] {
        assert_eq!(areas(&plan, words), expected, "{words}");
    }
}

#[test]
fn what_is_bought_is_not_its_own_elsewhere_either() {
    let plan = plan();
    let texts =
        [Text { item: "technology", words: "人脸识别模组外购" }, Text { item: "products", words: "人脸识别智能门锁" }];
    let found = plan.classify(&texts);
    assert_eq!(found.iter().map(|area| area.key).collect::<Vec<_>>(), ["smart_home"]);
    assert_eq!(found[0].evidence, [Evidence { item: "products", words: "智能门锁" }]);
}

#[test]
fn evidence_is_what_was_written() {
    let plan = plan();
    let found = plan.classify(&[Text { item: "products", words: "主要产品：ＡＧＶ 小 车（３款）" }]);
    assert_eq!(found[0].evidence[0].words, "ＡＧＶ 小 车");
    assert!((THRESHOLD..=1.0).contains(&found[0].score));
}

#[test]
fn the_plan_has_its_four_tasks_and_seventeen_areas() {
    let plan = plan();
    assert_eq!((plan.id.as_str(), plan.tasks.len(), plan.areas.len()), (BUILT_IN, 4, 17));
    let of = |task: &str| plan.areas.iter().filter(|area| area.task == task).count();
    assert_eq!(["products", "core", "manufacturing", "support"].map(of), [8, 3, 2, 4]);
    let shared = include_str!("../../tests/areas/labelled.jsonl");
    assert!(plan.areas.iter().all(|area| shared.contains(&format!("\"{}\"", area.key))));
}

#[test]
fn an_operator_is_told_what_is_wrong_in_a_taxonomy() {
    let file = "id = \"a\"\ntitle = \"甲\"\n[words]\nplace = [\"家\"]\n[[task]]\nkey = \"t\"\nname = \"任务\"\n[[area]]\nkey = \"home\"\nname = \"家\"\ntask = \"t\"\nstrong = [\"{place}机\", \"灯…泡\"]\n";
    assert!(Taxonomy::from_toml(file).is_ok());
    for (from, to, says) in [
        ("strong =", "strnog =", "line 12: unknown key `strnog`; did you mean `strong`?"),
        ("task = \"t\"", "task = \"tt\"", "line 11: no task is called `tt`; known: t"),
        ("{place}机", "{plaec}机", "line 12: `{plaec}机`: [words] has no list `plaec`; did you mean {place}?"),
        ("{place}机", "{place机", "line 12: `{place机` lacks a `}`; close the list's name"),
        ("灯…泡", "灯…", "line 12: `灯…` does not begin and end with words; write it like 巡检…机器人"),
        ("灯…泡", "{place}机", "line 12: `{place}机` stands twice in area `home`; keep one"),
        ("\"{place}机\", \"灯…泡\"", "", "line 12: area `home` has no words that lead to it; name some under `strong`"),
        (
            "key = \"home\"",
            "key = \"Home\"",
            "line 9: key `Home` cannot be stored; begin with a letter a-z, go on with a-z, digits and `_`",
        ),
    ] {
        let broken = file.replacen(from, to, 1);
        assert_eq!(Taxonomy::from_toml(&broken).unwrap_err().to_string(), says);
    }
}
