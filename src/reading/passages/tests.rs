//! Sentences as enterprises write them, and what they name.

use super::*;

/// What a paragraph names, as `发明专利 granted 12`, `标准 GB/T 1234-2017`, `营业收入 12000000 CNY`; kinds by their first letter.
fn shown(paragraph: &str) -> String {
    let mut found = Vec::new();
    find(paragraph, &Spot::Line(1), &mut found);
    let number = |low: Option<Decimal>, high: Option<Decimal>| match (low, high) {
        (Some(low), Some(high)) if low == high => format!(" {}", low.normalize()),
        (None, None) => String::new(),
        (low, high) => {
            let end = |end: Option<Decimal>| end.map(|end| end.normalize().to_string()).unwrap_or_default();
            format!(" {}..{}", end(low), end(high))
        }
    };
    let one = |Passage { named, .. }: &Passage| {
        let role = named.role.map(|role| format!(" {}", role.as_str())).unwrap_or_default();
        let id = named.number.as_deref().map(|number| format!(" {number}")).unwrap_or_default();
        let currency = named.currency.as_deref().map(|code| format!(" {code}")).unwrap_or_default();
        format!("{}{role}{id}{}{currency}", named.name, number(named.low, named.high))
    };
    found.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[track_caller]
fn check(paragraph: &str, expected: &str) {
    assert_eq!(shown(paragraph), expected, "{paragraph}");
}

#[test]
fn patents_are_found_by_their_numbers() {
    check("获发明专利一种机械臂（专利号：ZL201710123456.7）。", "发明专利 ZL201710123456.7");
    check("实用新型专利ZL 2017 2 0123456.X已授权", "实用新型专利 ZL201720123456.X");
    check("ＺＬ２０１７３０１２３４５６．１", "外观设计专利 ZL201730123456.1");
    check("专利号201710123456.7", "发明专利 ZL201710123456.7");
    check("专利号：2017101234567", "发明专利 ZL201710123456.7");
    check("申请号为201710123456.7，正在实质审查", "发明专利 applied 201710123456.7");
    check("ZL98112345.6", "发明专利 ZL98112345.6");
    check("公开号CN106123456A", "专利 CN106123456A");
    check("PCT/CN2017/101234", "PCT专利 applied PCT/CN2017/101234");
    check("登记号：2017SR123456", "软件著作权 2017SR123456");
    check("软著登字第1234567号", "软件著作权 软著登字第1234567号");
    check("ZL201710123456.7、ZL201720123456.X", "发明专利 ZL201710123456.7; 实用新型专利 ZL201720123456.X");
}

#[test]
fn patents_are_found_by_how_many_there_are() {
    check("公司拥有发明专利12项。", "发明专利 granted 12");
    check("已获得12项发明专利", "发明专利 granted 12");
    check("专利 12 项，其中发明专利 5 项", "专利 12; 发明专利 5");
    check("申请专利30余项，其中授权12项", "专利 applied 30..; 专利 granted 12");
    check("专利申请量多，专利申请15件", "专利 applied 15");
    check("拥有软件著作权近百件", "软件著作权 granted");
    check("软件著作权数十项", "软件著作权");
    check("取得计算机软件著作权28项", "计算机软件著作权 granted 28");
    check("发明专利、实用新型专利共12项", "发明专利、实用新型专利 12");
    check("发明专利3项、实用新型专利8项、外观设计专利2项", "发明专利 3; 实用新型专利 8; 外观设计专利 2");
    check("拥有多项自主知识产权", "自主知识产权 granted");
    check("掌握5项国家发明专利", "发明专利 5");
    check("已授权发明专利十二项", "发明专利 granted 12");
    check("拥有专利29项（其中发明6项）", "专利 granted 29; 发明专利 6");
    check("获授权专利超过50件", "专利 granted 50..");
}

#[test]
fn what_only_speaks_of_patents_is_none() {
    for text in [
        "依据专利法第12条",
        "我司尚无专利。",
        "重视专利布局和专利战略",
        "专利事务所3家",
        "委托专利代理机构办理",
        "第3项专利正在评估",
        "专利2017年获批",
        "联系电话13800000000",
        "统一社会信用代码91440606MA4W123456",
        "型号ZL50装载机",
        "专利号：详见附件",
        "专利费12万元",
    ] {
        check(text, "");
    }
}

#[test]
fn standards_are_found_by_number_and_by_how_many_there_are() {
    check("产品符合GB/T 1234-2017要求", "标准 GB/T 1234-2017");
    check("依据GB/T1234.5—2017", "标准 GB/T 1234.5-2017");
    check("执行GB 50016-2014及YD/T 1234-2015", "标准 GB 50016-2014; 标准 YD/T 1234-2015");
    check("参与起草T/CESA 1034-2019", "标准 took_part T/CESA 1034-2019");
    check("DB44/T 1234-2013", "标准 DB44/T 1234-2013");
    check("企业标准Q/ABC 001-2017", "标准 Q/ABC 001-2017");
    check("通过ISO 9001:2015质量管理体系认证", "标准 ISO 9001:2015");
    check("通过ISO9001认证", "标准 ISO 9001");
    check("支持IEEE 802.11协议", "标准 IEEE 802.11");
    check("ISO/IEC 27001", "标准 ISO/IEC 27001");
    check("主导制定国家标准3项", "国家标准 led 3");
    check("参与制定国家标准3项、行业标准2项", "国家标准 took_part 3; 行业标准 took_part 2");
    check("参与了5项行业标准的编制", "行业标准 took_part 5");
    check("牵头起草多项团体标准", "团体标准 led");
}

#[test]
fn what_only_speaks_of_standards_is_none() {
    for text in [
        "产品符合国家标准",
        "达到国际先进标准",
        "内存16GB-2017款",
        "AI 2016-2017年市场报告",
        "500GB 7200转硬盘",
        "符合多项国家标准的要求",
        "标准厂房2000平方米",
        "MT 2017-2018年度",
        "CPU i7-8700",
    ] {
        check(text, "");
    }
}

#[test]
fn awards_that_were_won_are_found() {
    check("荣获国家科技进步奖二等奖。", "国家科技进步奖二等奖");
    check("2016年获广东省科学技术奖一等奖", "广东省科学技术奖一等奖");
    check("产品获第十八届中国专利优秀奖", "中国专利优秀奖");
    check("荣获“吴文俊人工智能科学技术奖”", "吴文俊人工智能科学技术奖");
    check("获省科学技术奖二等奖、市科技进步奖一等奖", "省科学技术奖二等奖; 市科技进步奖一等奖");
    check("2015年度 佛山市科学技术奖三等奖", "佛山市科学技术奖三等奖");
    check("公司是国家高新技术企业", "国家高新技术企业");
    check("2016年被认定为高新技术企业（证书编号：GR201644001234）", "高新技术企业 GR201644001234");
    check("被评为瞪羚企业", "瞪羚企业");
    check("公司是国家高新技术企业，先后获得市科学技术进步奖3项。", "市科学技术进步奖 3; 国家高新技术企业");
    check("获得高新技术企业、科技型中小企业称号", "高新技术企业; 科技型中小企业");
    check("入选专精特新“小巨人”企业", "专精特新“小巨人”企业");
}

#[test]
fn awards_that_were_not_won_are_none() {
    for text in [
        "争创国家科技进步奖",
        "拟申报国家科技进步奖",
        "力争2018年获得省科学技术奖",
        "尚未获得高新技术企业认定",
        "正在申请高新技术企业",
        "发放年终奖和全勤奖",
        "享受高新技术企业所得税优惠",
        "园区已有30家高新技术企业",
        "获得政府奖励200万元",
        "制定奖惩制度",
        "培育高新技术企业12家",
        "多次获奖",
        "设立创新奖学金",
    ] {
        check(text, "");
    }
}

#[test]
fn figures_are_read_as_answers_are() {
    check("2017年营业收入1200万元。", "营业收入 12000000 CNY");
    check("营业收入约1,200万元，同比增长30%", "营业收入 12000000 CNY");
    check("2017年营业收入突破1亿元", "营业收入 100000000.. CNY");
    check("实现工业总产值3.5亿元，研发投入1800万元", "工业总产值 350000000 CNY; 研发投入 18000000 CNY");
    check("研发费用占比8.5%，达1200万元", "研发费用 12000000 CNY");
    check("年产值300-500万元", "年产值 3000000..5000000 CNY");
    check("销售收入达到５０００万元人民币", "销售收入 50000000 CNY");
    check("现有员工120人，研发人员45名", "员工 120; 研发人员 45");
    check("员工总数达350余人", "员工总数 350..");
    check("拥有80名研发人员", "研发人员 80");
    check("2016年、2017年营业收入分别为800万元、1200万元", "营业收入");
}

#[test]
fn years_shares_and_numbers_of_others_are_no_figures() {
    for text in [
        "营业收入同比增长30%",
        "研发投入占营业收入的8%",
        "营业收入2017年创历史新高",
        "2017年产值目标",
        "服务客户员工120万人",
        "培训员工500人次",
        "员工平均年龄35岁",
        "产值联系电话0757-83331234",
        "员工持股30%",
        "人均产值50万元",
        "营业收入持续增长，利润300万元",
    ] {
        check(text, "");
    }
}

#[test]
fn a_passage_keeps_its_sentence_and_its_place() {
    let mut found = Vec::new();
    let spot = Spot::Paragraph { page: 3, number: 2 };
    find("公司成立于2009年。拥有发明专利12项；员工300人！谢谢。", &spot, &mut found);
    let sentences: Vec<&str> = found.iter().map(|one| one.sentence.as_str()).collect();
    assert_eq!(sentences, ["拥有发明专利12项；", "员工300人！"]);
    assert!(found.iter().all(|one| one.spot == spot));
}

#[test]
fn a_long_listing_is_bounded() {
    let mut found = Vec::new();
    find(&"员工300人，专利3项。".repeat(2_000), &Spot::Whole, &mut found);
    assert_eq!(found.len(), 500);
    let mut found = Vec::new();
    find(&format!("专利3项{}", "，公司".repeat(5_000)), &Spot::Whole, &mut found);
    assert!(found[0].sentence.chars().count() <= 241 && found[0].sentence.ends_with('…'));
}
