//! Replies and forwards of the clients that enterprises use.

use super::*;

/// Own and quoted part of a text in which `OWN` and `OLD` stand for the two.
fn check_text(text: &str) {
    let split = split_text(text);
    check(&split, text);
}

fn check_html(html: &str) {
    let split = split_html(html);
    let seen = Split { own: visible_text(&split.own), quoted: visible_text(&split.quoted) };
    check(&seen, html);
}

fn check(split: &Split, source: &str) {
    assert!(split.own.contains("OWN") || !source.contains("OWN"), "own text lost in {source}: {split:?}");
    assert!(!split.own.contains("OLD"), "a quote is taken for the sender's own words in {source}: {split:?}");
    assert!(!split.quoted.contains("OWN"), "own words are taken for a quote in {source}: {split:?}");
    assert!(split.quoted.contains("OLD") || !source.contains("OLD"), "quoted text lost in {source}: {split:?}");
}

#[test]
fn the_blank_form_in_a_quoted_letter_is_not_the_senders() {
    check_text("OWN\n\n------------------ 原始邮件 ------------------\n发件人: \"x\" <a@b>;\n发送时间: 2017\n\nOLD");
    check_text("OWN\n------------------ Original ------------------\nFrom: x\n\nOLD");
    check_text("OWN\n\n   Original   \nFrom: x\nSent Time: y\nTo: z\n\nOLD");
    check_text("OWN\n发件人： x\n发送时间： y\n收件人： z\n抄送： w\n主题： v\nOLD");
    check_text("OWN\n在 2026-10-03 18:28:31，\"Name\" <a@b.example> 写道：\n>OLD\n>OLD\n");
    check_text("OWN\n在 2026-10-03 18:28:31，\"Name\" <a@b.example> 写道：\nOLD\n");
    check_text("OWN\nAt 2026-10-03 18:28:31, \"Name\" <a@b.example> wrote:\n\n> OLD\n");
    check_text("OWN\n-----原始邮件-----\nOLD");
    check_text("OWN\n-------- 转发邮件信息 --------\n发件人：x\n发送日期：y\nOLD");
    check_text("OWN\n---- 回复的原邮件 ----\n| 发件人 | x |\n| 日期 | y |\n| 收件人 | z |\nOLD");
    check_text("OWN\n---- Replied Message ----\nOLD");
    check_text("OWN\n________________________________\n发件人: x\n发送时间: y\n收件人: z\n主题: v\n\nOLD");
    check_text(
        "OWN\n------------------------------------------------------------------\n发件人：x\n发送时间：y\n主　题：z\n\nOLD",
    );
    check_text("OWN\n\n下面是被转发的邮件：\n\nOLD");
    check_text("OWN\n---------- Forwarded message ---------\nOLD");
    check_text("OWN\nOn Tue, Jan 9, 2024 at 10:00 AM Name\n<a@b.example> wrote:\n\n> OLD\n> OLD");
    check_text("OWN\n-----邮件原件-----\n发件人: x\nOLD");
}

#[test]
fn words_written_below_the_quote_are_the_senders() {
    check_text("在 2024/1/9 10:00, x 写道:\n> OLD\n>\n> OLD\n\nOWN\nOWN 2");
    check_html(
        "<div class=\"moz-cite-prefix\">在 2024/1/9 10:00, x 写道:<br></div><blockquote type=\"cite\" cite=\"mid:x\">\
         OLD<blockquote type=cite>OLD</blockquote>OLD</blockquote><p>OWN</p>",
    );
}

#[test]
fn an_ordinary_text_is_all_the_senders() {
    for text in [
        "OWN\n企业名称：某某公司\n主题：x\n日期：y",
        "OWN: > 500万元",
        "OWN 他写道：好",
        "OWN\n------\nOWN",
        "OWN 原始邮件",
        "OWN\n发件人：张三\n联系电话：1",
    ] {
        let split = split_text(text);
        assert_eq!((split.own.as_str(), split.quoted.as_str()), (text, ""));
    }
}

#[test]
fn a_quoted_table_is_not_the_senders() {
    for quote in [
        "<div style=\"font-size:12px\">------------------&nbsp;原始邮件&nbsp;------------------</div><div>OLD</div>",
        "<div style=\"color:#959DA6\">原始邮件</div><hr><table><tr><td>发件人：x</td></tr><tr><td>发件时间：y</td></tr>\
         <tr><td>收件人：z</td></tr></table><div>OLD</div>",
        "<div style=\"border:none;border-top:solid #B5C4DF 1.0pt\"><div><b>发件人：</b>x</div><div><b>发送时间：</b>y</div>\
         <div><b>收件人：</b>z</div></div><table><tr><td>OLD</td></tr></table>",
        "<blockquote id=\"isReplyContent\" style=\"x\">OLD</blockquote>",
        "<br>At 2024-01-09 10:00, \"x\" &lt;a@b&gt; wrote:<br><blockquote id=\"isReplyContent\">OLD</blockquote>",
        "<div class=\"ntes-mailmaster-quote\"><div>---- 回复的原邮件 ----</div><table><tr><td>OLD</td></tr></table></div>",
        "<hr id=\"replySplit\"><div id=\"reply139content\">OLD</div>",
        "<div id=\"divRplyFwdMsg\"><b>发件人:</b> x<br><b>主题:</b> y</div><div>OLD</div>",
        "<div id=\"isForwardContent\">OLD</div>",
        "<div>在 2024年1月9日，上午10:00，x &lt;a@b&gt; 写道：</div><blockquote type=\"cite\">OLD</blockquote>",
        "<div class=\"gmail_quote\"><div class=\"gmail_attr\">x</div><blockquote class=\"gmail_quote\">OLD</blockquote></div>",
        "<div>-------- 转发邮件信息 --------</div>发件人：x<br>发送日期：y<br>OLD",
    ] {
        check_html(&format!("<html><head><style>.gmail_quote{{}}</style></head><body><p>OWN</p>{quote}</body></html>"));
    }
}

#[test]
fn layout_that_looks_like_a_quote_is_the_senders() {
    check_html("<blockquote style=\"margin:0\"><table><tr><td>OWN</td></tr></table></blockquote>");
    check_html("<style>blockquote{cite:x} .gmail_quote{}</style><p>OWN &lt;b&gt;</p>");
    check_html("<p title=\"a > b\">OWN</p>");
    check_html("<p>OWN 1 < 2</p>");
}

#[test]
fn broken_html_loses_nothing() {
    for html in
        ["<", "<p", "OWN<!-- x", "OWN<style>", "<div class=\"a>OWN", "</div></div>OWN", "<blockquote type=cite>OLD"]
    {
        let split = split_html(html);
        assert_eq!(split.own.len() + split.quoted.len(), html.len());
    }
}
