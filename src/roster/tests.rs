//! What an office relies on when it hands in its list.

use super::*;
use crate::survey::Survey;

const CODE: &str = "91990000MA0000001B";

fn check(text: &str, faults: &[&str]) -> Vec<Invited> {
    let roster = read("roster.csv", text.as_bytes());
    let said: Vec<String> = roster.faults.iter().map(Fault::to_string).collect();
    assert_eq!(said.len(), faults.len(), "{said:?}");
    for (said, wanted) in said.iter().zip(faults) {
        assert!(said.contains(wanted), "{said:?} does not say {wanted:?}");
    }
    roster.invited
}

const LIST: &str = "序号,企业名称,曾用名,统一社会信用代码,邮箱,联系人,电话,重点企业,所属镇街,行业\n\
    1,岭泽示例科技有限公司,岭泽旧名有限公司、示例公司,,li@firm.example;wang@firm.example,李某,020-1,是,东街,软件\n\
    2,岭泽样本有限公司,,,yang@else.example,,,否,,\n";

#[test]
fn every_column_of_a_list_is_taken() {
    let invited = check(LIST, &[]);
    let first = &invited[0];
    assert_eq!(first.name, "岭泽示例科技有限公司");
    assert_eq!(first.former_names, ["岭泽旧名有限公司", "示例公司"]);
    assert_eq!(first.addresses, ["li@firm.example", "wang@firm.example"]);
    assert_eq!((first.contact.as_str(), first.phone.as_str(), first.is_key), ("李某", "020-1", true));
    assert_eq!(first.tags, BTreeMap::from([("所属镇街".into(), "东街".into()), ("行业".into(), "软件".into())]));
    assert_eq!(invited[1].name, "岭泽样本有限公司");
    assert!(invited[1].tags.is_empty() && !invited[1].is_key);
}

#[test]
fn a_list_from_a_windows_office_is_read_in_gbk() {
    let (bytes, _, _) = encoding_rs::GBK.encode(LIST);
    assert_eq!(read("roster.csv", &bytes).invited, check(LIST, &[]));
}

#[test]
fn headings_are_known_as_offices_write_them() {
    for heading in ["单位名称（必填）", "企业(单位)名称", " 公司 名称", "Name", "企业全称*"] {
        let invited = check(&format!("{heading},电子邮箱,E-mail 2\n甲公司,a@firm.example,b@firm.example\n"), &[]);
        assert_eq!(invited[0].name, "甲公司", "{heading}");
        assert_eq!(invited[0].addresses.len(), 2, "{heading}");
    }
}

#[test]
fn a_title_above_and_blank_rows_between_do_no_harm() {
    let invited =
        check("2017年调查企业名录,,\n企业名称,邮箱,规模\n,,\n甲公司,a@firm.example,小型\n,,\n乙公司,,\n", &[]);
    assert_eq!(invited.len(), 2);
}

#[test]
fn a_list_of_names_alone_is_a_roster() {
    assert_eq!(check("企业名称\n甲公司\n乙公司\n", &[]).len(), 2);
}

#[test]
fn what_is_wrong_is_told_with_row_and_remedy() {
    let head = "企业名称,统一社会信用代码,邮箱,重点企业,曾用名\n";
    let check = |rows: &str, faults: &[&str]| drop(check(&format!("{head}{rows}"), faults));
    check("甲公司,,,,\n甲 公 司,,,,\n", &["row 3: 甲公司 stands in row 2"]);
    check("甲公司,,,,\n乙公司,,,,甲公司\n", &["row 3: 甲公司 stands in row 2"]);
    check("甲公司,,a.firm.example,,\n", &["row 2: a.firm.example is no mail address"]);
    check("甲公司,,,也许,\n", &["row 2: `也许` says neither yes nor no"]);
    check(",,a@firm.example,,\n乙公司,,,,\n", &["row 2: it has no name"]);
    check("甲公司,91990000MA00000010,,,\n", &["row 2: the credit code 91990000MA00000010 does not check"]);
    check("甲公司,123,,,\n", &["row 2: 123 is no unified social credit code"]);
    check(&format!("甲公司,{CODE},,,\n乙公司,{CODE},,,\n"), &["row 3: the credit code"]);
}

#[test]
fn a_file_that_is_no_roster_says_what_is_missing() {
    check("单价,数量\n1,2\n", &["企业名称"]);
    check("企业名称,邮箱\n,\n", &["it names nobody"]);
    check("企业名称,单位名称\n甲公司,乙公司\n", &["two columns are for 企业名称"]);
    assert!(!read("a.png", b"\x89PNG\r\n\x1a\n").is_usable());
}

#[test]
fn only_warnings_leave_a_roster_usable() {
    assert!(read("r.csv", "企业名称,信用代码\n甲公司,91990000MA00000010\n".as_bytes()).is_usable());
    assert!(!read("r.csv", "企业名称,邮箱\n甲公司,nowhere\n".as_bytes()).is_usable());
}

/// The second survey, which compares its spending with a column and with sizes.
fn comparing() -> Survey {
    let spending = "type = \"money\"\nprevious = { roster = \"2024年投入（万元）\" }\n\
                    size = { roster = \"规模\", classes = { \"小型\" = \"100万元以下\", \"大型\" = \"1000万元以上\" } }\n";
    let text = include_str!("../../tests/surveys/digital-2025.toml");
    Survey::from_toml(&text.replacen("type = \"money\"\n", spending, 1)).unwrap()
}

#[test]
fn what_figures_cannot_be_compared_with_is_told_with_its_row() {
    let check = |text: &str, faults: &[&str]| {
        let mut roster = read("roster.csv", text.as_bytes());
        roster.check_figures(&comparing());
        let said: Vec<String> = roster.faults.iter().map(Fault::to_string).collect();
        assert_eq!(said.len(), faults.len(), "{said:?}");
        for (said, wanted) in said.iter().zip(faults) {
            assert!(said.contains(wanted), "{said:?} does not say {wanted:?}");
        }
        assert!(roster.is_usable(), "it is no reason not to take the roster in");
    };
    check("企业名称,2024年投入(万元),规模\n甲公司,120,小型\n乙公司,,大 型\n丙公司,-,\n", &[]);
    check(
        "名录\n企业名称,2024年投入（万元）,规模\n甲公司,120,小型\n\n乙公司,未统计,特大型\n",
        &["row 5: `未统计` under 2024年投入（万元）", "row 5: `特大型` under 规模 is none of 大型, 小型"],
    );
    check("企业名称\n甲公司\n", &["no column 2024年投入（万元）", "no column 规模"]);
}
