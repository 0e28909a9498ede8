//! Replies as people write them, and what may be made of them. Every third is a trap: nothing in it may become a value.

use super::*;
use crate::document::Limits;
use crate::reading::{Prepared, Request};
use crate::survey::Survey;

/// What a whole message with this plain text says, as one line: `revenue=1200万元`, `#6=无`, `?=1200万元`, `unit:万元`,
/// `name:…`, `confirms:…`, `withdraws`, `courtesy`, `unclear`, or nothing.
fn said_in(raw: &str) -> String {
    let survey = Survey::founding().unwrap();
    let prepared = Prepared::new(&survey);
    let request =
        Request { surveys: vec![&prepared], authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
    let reading = crate::reading::read(raw.as_bytes(), &request, &mut |_| {});
    assert!(reading.returns.is_empty(), "a return was read");
    in_short(&reading.plain)
}

fn in_short(reply: &PlainReply) -> String {
    if reply.unclear.is_some() {
        return "unclear".to_owned();
    }
    let mut words = Vec::new();
    words.extend(reply.respondent.iter().map(|said| format!("name:{}", said.text)));
    words.extend(reply.amendments.iter().map(|one| match &one.target {
        Target::Item(key) => format!("{key}={}", one.said.text),
        Target::Number(number) => format!("#{number}={}", one.said.text),
        Target::Open => format!("?={}", one.said.text),
    }));
    words.extend(reply.unit.iter().map(|unit| match &unit.item {
        Some(item) => format!("unit({item}):{}", unit.said.text),
        None => format!("unit:{}", unit.said.text),
    }));
    words.extend(reply.confirms.iter().map(|one| format!("confirms:{}", one.reason)));
    words.extend(reply.withdraws.then(|| "withdraws".to_owned()));
    words.extend(reply.is_courtesy.then(|| "courtesy".to_owned()));
    words.join(" ")
}

fn mail(text: &str) -> String {
    format!(
        "From: li@firm.example\r\nTo: collect@office.example\r\nSubject: Re: [K7M2QX]\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    )
}

fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(text, expected)| {
            let said = said_in(&mail(text));
            (said != *expected).then(|| format!("{text:?}\n    {said:?} instead of {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} are read otherwise:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn an_answer_in_plain_words_mends_its_item() {
    check(&[
        ("营业收入：1200万元", "revenue=1200万元"),
        ("营业收入:1200万元", "revenue=1200万元"),
        ("营业收入： １，２００ 万元", "revenue=１，２００ 万元"),
        ("您好，营业收入：1200万元，谢谢！", "revenue=1200万元"),
        ("您好！\n营业收入：1200万元\n谢谢", "revenue=1200万元"),
        ("2017年营业收入（预估）：1200万元", "revenue=1200万元"),
        ("营收：1200万", "revenue=1200万"),
        ("营业收入改为1200万元", "revenue=1200万元"),
        ("营业收入应为1200万元。", "revenue=1200万元"),
        ("营业收入应该是1200万元", "revenue=1200万元"),
        ("营业收入是1200万元", "revenue=1200万元"),
        ("营业收入为约1200万元", "revenue=约1200万元"),
        ("营业收入更正为：1200万元", "revenue=1200万元"),
        ("请将营业收入改为1200万元，谢谢", "revenue=1200万元"),
        ("我司营业收入应为1200万元，请查收", "revenue=1200万元"),
        ("老师您好，营业收入应为1,200万元", "revenue=1,200万元"),
        ("第6项：1200万元", "#6=1200万元"),
        ("第6项:1200万元", "#6=1200万元"),
        ("第六项：1200万元", "#6=1200万元"),
        ("第6项应为1200万元", "#6=1200万元"),
        ("第6项改为1200万元", "#6=1200万元"),
        ("6. 1,200 万", "#6=1,200 万"),
        ("6、1200万元", "#6=1200万元"),
        ("（6）1200万元", "#6=1200万元"),
        ("1. 1200万元", "#1=1200万元"),
        ("6、营业收入：1200万元", "revenue=1200万元"),
        ("第6项营业收入：1200万元", "revenue=1200万元"),
        ("第3项：无；第6项：1200万元", "#3=无 #6=1200万元"),
        ("第3项：无\n第6项：1200万元", "#3=无 #6=1200万元"),
        ("应为1200万元", "?=1200万元"),
        ("您好，应为1200万元。", "?=1200万元"),
        ("1200万元", "?=1200万元"),
        ("一千二百万元", "?=一千二百万元"),
        ("单位是万元", "unit:万元"),
        ("单位：万元", "unit:万元"),
        ("您好，单位为万元，谢谢。", "unit:万元"),
        ("金额单位：人民币万元", "unit:万元"),
        ("营业收入的单位是万元", "unit(revenue):万元"),
        ("营业收入单位：亿元", "unit(revenue):亿元"),
        ("以万元为单位", "unit:万元"),
        ("万元", "unit:万元"),
        ("核心技术：机器视觉；语音识别。", "technology=机器视觉；语音识别"),
        (
            "掌握的人工智能核心技术、建设的技术平台：机器视觉平台\n营业收入：1200万元",
            "technology=机器视觉平台 revenue=1200万元",
        ),
        ("核心技术：\n1、机器视觉\n2、语音识别", "technology=1、机器视觉\n2、语音识别"),
        ("更正如下：\n营业收入：1200万元", "revenue=1200万元"),
        ("营业收入：1200", "revenue=1200"),
        ("营业收入：1200万元\n\n张敏\n岭泽市示例科技有限公司\n电话：0757-12345678", "revenue=1200万元"),
        ("营业收入：1200万元\n发自我的iPhone", "revenue=1200万元"),
        ("营业收入：1200万元\n--\n张敏 13800000000\n2017年12月19日", "revenue=1200万元"),
    ]);
}

#[test]
fn odd_but_true_and_withdrawn_are_told_from_what_sounds_alike() {
    check(&[
        ("情况属实", "confirms:"),
        ("您好，情况属实。", "confirms:"),
        ("情况属实，因为新增产线", "confirms:新增产线"),
        ("情况属实（新增产线，产能翻番）", "confirms:新增产线，产能翻番"),
        ("经核实，情况属实，原因：并购一家企业。", "confirms:并购一家企业"),
        ("数据无误，谢谢", "confirms:"),
        // As a question about one of several enterprises puts it.
        ("企业名称：岭泽市示例科技有限公司，情况属实", "name:岭泽市示例科技有限公司 confirms:"),
        ("企业名称：岭泽市示例科技有限公司，情况属实，新增产线", "name:岭泽市示例科技有限公司 confirms:新增产线"),
        ("企业名称：岭泽市示例科技有限公司，营业收入：1200万元", "name:岭泽市示例科技有限公司 revenue=1200万元"),
        ("撤回", "withdraws"),
        ("作废", "withdraws"),
        ("请撤回我司的报送", "withdraws"),
        ("您好，请将我公司上次报送的数据撤回，谢谢！", "withdraws"),
        ("上一封邮件作废", "withdraws"),
        ("申请撤回", "withdraws"),
        ("情况不属实", "unclear"),
        ("情况是否属实？", "unclear"),
        ("请不要撤回", "unclear"),
        ("可以撤回吗？", "unclear"),
        ("撤回后还能重新填报吗", "unclear"),
        ("上一封邮件作废，以此为准", "unclear"),
        ("撤回营业收入一项", "unclear"),
        ("情况属实，营业收入是否含税？", "unclear"),
    ]);
}

#[test]
fn courtesy_is_nothing_and_a_promised_file_is_no_courtesy() {
    check(&[
        ("谢谢", "courtesy"),
        ("收到，谢谢！", "courtesy"),
        ("好的，已收到", "courtesy"),
        ("您好，邮件收到，辛苦了。", "courtesy"),
        ("收到\n\n张敏\n岭泽市示例科技有限公司", "courtesy"),
        ("OK, thanks", "courtesy"),
        ("好的好的", "courtesy"),
        ("谢谢老师🙏", "courtesy"),
        ("请查收", ""),
        ("您好，已更正，请查收，谢谢。", ""),
        ("您好！\n附件是我单位的调查表，请查收。\n谢谢！", ""),
        ("您好，现将我公司调查表发给贵局，请查收。", ""),
        ("附上我司填好的表格，谢谢", ""),
        ("", ""),
    ]);
}

#[test]
fn no_trap_becomes_a_value() {
    check(&[
        ("第6项没有", "unclear"),
        ("第6项不清楚", "unclear"),
        ("营业收入是否含税？", "unclear"),
        ("营业收入：含税吗？", "unclear"),
        ("请问营业收入填1200万元可以吗？", "unclear"),
        ("营业收入不是1200万元", "unclear"),
        ("不是1200万元", "unclear"),
        ("营业收入：不是1200万元，是1300万元", "unclear"),
        ("营业收入应为1300万元，不是1200万元", "unclear"),
        ("营业收入稍后提供", "unclear"),
        ("营业收入：稍后提供", "unclear"),
        ("核心技术：见附件", "unclear"),
        ("营业收入：见附件", "unclear"),
        ("附件已于昨日由总部报送", "unclear"),
        ("附件是空白的，无法填写", "unclear"),
        ("附件是去年的表，营业收入有变化", "unclear"),
        ("附上的表第3行有误", "unclear"),
        ("营业收入如为1200万元，需要提供什么材料", "unclear"),
        ("如果营业收入是1200万元要交什么材料？", "unclear"),
        ("2016年营业收入：800万元", "unclear"),
        ("营业收入增长率：30%", "unclear"),
        ("我们上周开会定的是9:30", "unclear"),
        ("12月20日前报送", "unclear"),
        ("电话：0757-12345678", ""),
        ("收到\n张敏\n13800000000", "courtesy"),
        ("谢谢\n2017年12月19日", "courtesy"),
        ("收到\n\n联系电话：0757-12345678\n地址：岭泽市示例路6号", "courtesy"),
        ("我司已搬迁，今年没有营业收入数据", "unclear"),
        ("这个表我们不用填", "unclear"),
        ("我公司不属于人工智能企业", "unclear"),
        ("请给我打电话", "unclear"),
        ("1200", "unclear"),
        ("营业收入", "unclear"),
        ("营业收入：", "unclear"),
        ("营业收入可能是1200万元", "unclear"),
        ("6.12亿可以吗", "unclear"),
        ("营业收入：1200万元\n截止日期是哪天？", "unclear"),
        ("收到。另外，名称填错了", "unclear"),
        ("> 营业收入：1200万元\n谢谢", "courtesy"),
        ("谢谢\n营业收入：1200万元\n（系统自动回复）", "revenue=1200万元"),
        ("谢谢\n\n回复：【请更正】调查表 [收K7M2QX]\n第6项：1200万元", "courtesy"),
        ("撤回营业收入：1200万元", "unclear"),
        ("收到\n张敏\n营业收入：1200万元", "unclear"),
        ("我们的上级单位是示例集团", "unclear"),
        ("填报单位：示例科技", "name:示例科技"),
        ("技术是我们自主研发的", "unclear"),
        ("核心技术是机器视觉", "unclear"),
        ("营业收入为1200万元以上的企业才填报", "unclear"),
        ("营业收入是去年的两倍", "unclear"),
        ("第3项为选填", "unclear"),
        ("第6项为必填项", "unclear"),
        ("1. 已补充，请查收", ""),
        ("1. 已补充核心技术", "unclear"),
        ("核心技术：不变", "unclear"),
        ("核心技术：已在表中填写", "unclear"),
        ("核心技术：请看附件", "unclear"),
        ("营业收入：1200万元，是否含税？", "unclear"),
        ("把营业收入删除", "unclear"),
    ]);
}

/// The notice as clients quote it, with figures in it that nobody wrote.
const QUOTED: &str = "您好：\n来信已收到，编号 [收K7M2QX]。有 1 处需要更正或补充：\n1. “营业收入”填写的是“1200”，没有写单位，请注明，例如“1200万元”。";

#[test]
fn what_a_client_quotes_is_never_an_answer() {
    let marked: String = QUOTED.lines().map(|line| format!("> {line}\n")).collect();
    let quotes = [
        format!(
            "------------------ 原始邮件 ------------------\n发件人: \"收发室\" <collect@office.example>;\n发送时间: 2017年12月19日 10:32\n收件人: \"李\" <li@firm.example>;\n主题: 【请更正】\n\n{QUOTED}"
        ),
        format!("发件人： 收发室\n发送时间： 2017-12-19 10:32\n收件人： 李\n主题： 【请更正】\n{QUOTED}"),
        format!("在 2017-12-19 10:32:00，\"收发室\" <collect@office.example> 写道：\n{marked}"),
        format!("At 2017-12-19 10:32:00, \"收发室\" <collect@office.example> wrote:\n{marked}"),
        format!(
            "-----邮件原件-----\n发件人: 收发室 [mailto:collect@office.example]\n发送时间: 2017年12月19日 10:32\n收件人: 李\n主题: 【请更正】\n\n{QUOTED}"
        ),
        format!(
            "---- 回复的原邮件 ----\n| 发件人 | 收发室 |\n| 日期 | 2017年12月19日 10:32 |\n| 收件人 | 李 |\n| 主题 | 【请更正】 |\n{QUOTED}"
        ),
        format!("发自我的iPhone\n\n> 在 2017年12月19日，10:32，收发室 <collect@office.example> 写道：\n> \n{marked}"),
        format!(
            "---Original---\nFrom: \"收发室\"<collect@office.example>\nDate: Tue, Dec 19, 2017 10:32\nTo: \"李\"<li@firm.example>\nSubject: 【请更正】\n\n{QUOTED}"
        ),
    ];
    for quote in &quotes {
        for (own, expected) in [
            ("营业收入：1300万元", "revenue=1300万元"),
            ("单位是万元", "unit:万元"),
            ("收到，谢谢", "courtesy"),
            ("", ""),
        ] {
            assert_eq!(said_in(&mail(&format!("{own}\n\n{quote}"))), expected, "{own} above {quote}");
        }
    }
}

/// A reply in text and HTML, as programs write both.
fn both(text: &str, html: &str) -> String {
    format!(
        "From: li@firm.example\r\nTo: collect@office.example\r\nSubject: Re: [K7M2QX]\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{html}\r\n--b--\r\n"
    )
}

/// The notice below, and what the programs of phones and desks put around an answer. None of it says anything.
#[test]
fn what_the_usual_programs_put_around_an_answer_is_passed_over() {
    let head = "发件人: \"收发室\" <collect@office.example>\n发送时间: 2017年12月19日(星期二) 10:32\n收件人: \"李\" <li@firm.example>\n主题: 回复：【请更正】调查表 [收K7M2QX]";
    let wide = head.replace(": ", "：");
    let html_head = format!(
        "<div>{}</div><div><br></div><div>{}</div>",
        head.replace('\n', "</div><div>"),
        QUOTED.replace('\n', "<br>")
    );
    let marked: String = QUOTED.lines().map(|line| format!("> {line}\n")).collect();
    let own = "营业收入：1200万元";
    let shapes: Vec<(&str, String)> = vec![
        (
            "QQ Mail with its signature",
            both(
                &format!(
                    "{own}\n\n\n------------------\n张敏\n岭泽市示例科技有限公司\n\n&nbsp;\n\n\n\n------------------&nbsp;原始邮件&nbsp;------------------\n{head}\n\n{QUOTED}"
                ),
                &format!(
                    "<div>{own}</div><div><br></div><div><div style=\"color:#909090;font-family:Arial Narrow;font-size:12px\">------------------</div><div style=\"font-size:14px;font-family:Verdana;color:#000;\">张敏<div>岭泽市示例科技有限公司</div></div></div><div>&nbsp;</div><div><includetail><div style=\"font:Verdana normal 14px;color:#000;\"><div style=\"FONT-SIZE: 12px;FONT-FAMILY: Arial Narrow;padding:2px 0 2px 0;\">------------------&nbsp;原始邮件&nbsp;------------------</div>{html_head}</div></includetail></div>"
                ),
            ),
        ),
        (
            "the new QQ Mail",
            both(
                &format!(
                    "{own}\n\n\n\n         原始邮件\n         \n       \n发件人：收发室 &lt;collect@office.example&gt;\n发件时间：2017年12月19日 10:32\n收件人：李 &lt;li@firm.example&gt;\n主题：回复：【请更正】调查表 [收K7M2QX]\n\n{QUOTED}"
                ),
                &format!(
                    "<div>{own}</div><div style=\"position: relative;\"><div style=\"padding-top: 1px;padding-bottom: 1px;\"></div><div style=\"color:#959DA6;font-size:12px;height:22px;line-height:22px;\">原始邮件</div><hr style=\"margin: 0;border:none;\"><table data-uneditable=\"true\"><tbody><tr><td>发件人：收发室</td></tr></tbody></table><div>{html_head}</div></div>"
                ),
            ),
        ),
        (
            "QQ Mail on an iPhone",
            mail(&format!(
                "{own}\n\n\n发自我的iPhone\n\n\n------------------ Original ------------------\nFrom: 收发室 <collect@office.example>\nDate: Tue,Dec 19,2017 10:32 AM\nTo: li <li@firm.example>\nSubject: Re: 回复：【请更正】调查表 [收K7M2QX]\n\n{QUOTED}"
            )),
        ),
        (
            "Foxmail with its rule and address",
            both(
                &format!("{own}\n\n\n\nli@firm.example\n \n{wide}\n{QUOTED}"),
                &format!(
                    "<div><span></span>{own}</div><div><br></div><hr style=\"width: 210px; height: 1px;\" color=\"#b5c4df\" size=\"1\" align=\"left\"><div><span><div style=\"MARGIN: 10px; FONT-FAMILY: verdana; FONT-SIZE: 10pt\"><div>li@firm.example</div></div></span></div><blockquote style=\"margin-Top: 0px; margin-Bottom: 0px; margin-Left: 0.5em\"><div>&nbsp;</div><div style=\"border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><div style=\"PADDING-RIGHT: 8px; FONT-SIZE: 12px; BACKGROUND: #efefef\">{html_head}</div></div></blockquote>"
                ),
            ),
        ),
        (
            "163 Mail with a signature",
            both(
                &format!(
                    "{own}\n\n\n\n\n--\n\n张敏\n财务部\n\n\n\n\n\n在 2017-12-19 10:32:00，\"收发室\" <collect@office.example> 写道：\n\n{QUOTED}"
                ),
                &format!(
                    "<div style=\"line-height:1.7;color:#000000;font-size:14px;font-family:Arial\"><div style=\"margin: 0;\">{own}</div><br><br><br><div style=\"position:relative;zoom:1\">--<br><div>张敏</div><div>财务部</div><div style=\"clear:both\"></div></div><div id=\"divNeteaseMailCard\"></div><br><pre><br>在 2017-12-19 10:32:00，\"收发室\" &lt;collect@office.example&gt; 写道：<br></pre><blockquote id=\"isReplyContent\" style=\"PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; BORDER-LEFT: #ccc 1px solid\">{html_head}</blockquote></div>"
                ),
            ),
        ),
        (
            "MailMaster with its card",
            both(
                &format!(
                    "{own}\n\n\n| |\n张敏\n|\n|\nli@163.example\n|\n签名由网易邮箱大师定制\n---- 回复的原邮件 ----\n| 发件人 | 收发室 |\n| 日期 | 2017年12月19日 10:32 |\n| 收件人 | 李 |\n| 主题 | 【请更正】 |\n{QUOTED}"
                ),
                &format!(
                    "<div>{own}</div><div><br></div><div class=\"ntes-mailmaster-quote\"><div>---- 回复的原邮件 ----</div>{html_head}</div>"
                ),
            ),
        ),
        (
            "Outlook with a block of signature",
            both(
                &format!(
                    "老师您好，\n\n{own}。\n\n此致\n敬礼\n\n张敏\n岭泽市示例科技有限公司 财务部\nTel: 0757-12345678\nE-mail: li@firm.example\n\n发件人: 收发室 [mailto:collect@office.example] \n发送时间: 2017年12月19日 10:32\n收件人: 李\n主题: 回复：【请更正】调查表 [收K7M2QX]\n\n{QUOTED}"
                ),
                &format!(
                    "<div class=\"WordSection1\"><p class=\"MsoNormal\">老师您好，</p><p class=\"MsoNormal\">&nbsp;</p><p class=\"MsoNormal\">{own}。</p><p class=\"MsoNormal\">此致</p><p class=\"MsoNormal\">敬礼</p><p class=\"MsoNormal\">张敏</p><p class=\"MsoNormal\">岭泽市示例科技有限公司 财务部</p><div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p class=\"MsoNormal\"><b>发件人<span lang=\"EN-US\">:</span></b> 收发室<br><b>发送时间:</b> 2017年12月19日 10:32<br></p></div>{html_head}</div>"
                ),
            ),
        ),
        (
            "an iPhone",
            mail(&format!(
                "{own}\n\n发自我的 iPhone\n\n> 在 2017年12月19日，10:32，收发室 <collect@office.example> 写道：\n> \n{marked}"
            )),
        ),
        (
            "a Huawei phone",
            mail(&format!(
                "{own}\n\n发自我的华为手机\n\n\n-------- 原始邮件 --------\n发件人： 收发室 <collect@office.example>\n日期： 2017年12月19日周二 10:32\n收件人： li@firm.example\n主题： 回复：【请更正】调查表 [收K7M2QX]\n{QUOTED}"
            )),
        ),
        (
            "a Xiaomi phone",
            mail(&format!(
                "{own}\n发自我的小米手机\n在 收发室 <collect@office.example>，2017年12月19日 上午10:32写道：\n\n{QUOTED}"
            )),
        ),
        (
            "Gmail on Android",
            mail(&format!("{own}\n\n收发室 <collect@office.example> 于 2017年12月19日周二 10:32写道：\n\n{marked}")),
        ),
        (
            "DingTalk",
            mail(&format!(
                "{own}\n\n------------------------------------------------------------------\n发件人：收发室<collect@office.example>\n发送时间：2017年12月19日(星期二) 10:32\n收件人：李<li@firm.example>\n主　题：回复：【请更正】调查表 [收K7M2QX]\n\n{QUOTED}"
            )),
        ),
        (
            "the mail app of Windows",
            mail(&format!(
                "{own}\n\n发送自 Windows 10 版邮件应用\n\n发件人: 收发室\n发送时间: 2017年12月19日 10:32\n收件人: li@firm.example\n主题: 回复：【请更正】调查表 [收K7M2QX]\n\n{QUOTED}"
            )),
        ),
        ("a name with a number below", mail(&format!("{own}\n\n张敏 13800000000"))),
        ("a department and a name below", mail(&format!("{own}\n\n财务部 张敏\n0757-12345678"))),
        ("an enterprise and a name below", mail(&format!("{own}\n\n岭泽市示例科技有限公司 张敏"))),
        ("wishes below", mail(&format!("{own}\n顺祝商祺！\n张敏"))),
        ("other wishes below", mail(&format!("{own}\n祝工作顺利，身体健康！"))),
    ];
    let wrong: Vec<String> = shapes
        .iter()
        .map(|(name, raw)| (name, said_in(raw)))
        .filter(|(_, said)| said != "revenue=1200万元")
        .map(|(name, said)| format!("{name}: {said:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {} are read otherwise:\n{}", wrong.len(), shapes.len(), wrong.join("\n"));
}

#[test]
fn an_amount_is_written_in_many_ways() {
    check(&[
        ("营业收入 1200万元", "revenue=1200万元"),
        ("营业收入1200万元", "revenue=1200万元"),
        ("2017年营业收入1200万元。", "revenue=1200万元"),
        ("我司营业收入1200万元", "revenue=1200万元"),
        ("营业收入（万元）：1200", "revenue=1200万元"),
        ("营业收入：1200（万元）", "revenue=1200（万元）"),
        ("营业收入：1200万元（壹仟贰佰万元整）", "revenue=1200万元（壹仟贰佰万元整）"),
        ("营业收入：人民币1200万元", "revenue=人民币1200万元"),
        ("6：1200万元", "#6=1200万元"),
        ("第1点：1200万元", "#1=1200万元"),
        ("1、营业收入单位为万元", "unit(revenue):万元"),
        ("营业收入(单位：万元)：1,200", "revenue=1,200万元"),
        ("营业收入（万元）：1200元", "revenue=1200元"),
        ("2016年营业收入1200万元", "unclear"),
        ("利润1200万元", "unclear"),
        ("补充如下：\n1. 营业收入：1200万元\n2. 行业地位：省内前五", "revenue=1200万元 position=省内前五"),
        ("以上情况属实。", "confirms:"),
        ("营业收入1200万元以上", "unclear"),
        ("营业收入增长1200万元", "unclear"),
        ("营业收入约为去年1200万元的两倍", "unclear"),
        ("营业收入没有1200万元", "unclear"),
        ("人员1200人，营业收入1200万元", "unclear"),
    ]);
}

proptest::proptest! {
    /// Whatever surrounds it, a question is never an answer.
    #[test]
    fn a_question_gives_no_value(before in "[营业收入单位是为：0-9万元，。 ]{0,20}", after in "[万元吗呢？]{0,4}") {
        let text = format!("{before}是否{after}？");
        let said = said_in(&mail(&text));
        proptest::prop_assert!(said == "unclear", "{text:?}: {said}");
    }
}
