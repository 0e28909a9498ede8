//! Forms for other programs to look at: blank, and filled in with marks. With `POSTROOM_FORMS_OUT` naming a folder they are written
//! there with what must be found in them, for `tests/forms/check`.

use std::fs;
use std::path::Path;

use super::*;

const DIGITAL: &str = include_str!("../../config/surveys/digital-2018.toml");

/// By item key: what is filled in, and what is wrong with it.
type Filled<'a> = &'a [(&'a str, &'a str, &'a str)];

const FOUNDING_ROWS: [Filled<'_>; 2] = [
    &[
        ("name", "示例智能科技有限公司", ""),
        ("position", "国内工业视觉检测领域前十，省内第一；\n为三十余家制造企业提供产线质检服务", ""),
        ("technology", "=HYPERLINK(\"http://a.example\") 及 <小样本> & “缺陷检测”算法平台，日均处理图像二百万张", ""),
        ("products", "", "请补填主要产品、专利、标准等情况；确实没有的请填“无”。"),
        ("direction", "端侧大模型推理加速", ""),
        ("revenue", "1200", "请注明单位，例如“1200万元”。"),
    ],
    &[
        ("name", "样板数据技术有限公司", ""),
        ("position", "区内唯一的医疗影像数据平台", ""),
        ("technology", "+86 影像标注平台", ""),
        ("products", "无", ""),
        ("direction", "无", ""),
        ("revenue", "0.35亿元", ""),
    ],
];

const DIGITAL_ROWS: [Filled<'_>; 2] = [
    &[
        ("name", "航标制造有限公司", ""),
        ("code", "91990000MA0000001B", ""),
        ("founded", "2009年6月18日", ""),
        ("sector", "", "请选一项。"),
        ("employees", "约120人", ""),
        ("revenue", "3500", "请注明单位，例如“1200万元”。"),
        ("share", "12.5%", ""),
        ("applications", "云计算、人工智能", ""),
        ("plant", "是", ""),
        ("demand", "-1 人才\n@ 资金", ""),
        ("phone", "0757-80001234", ""),
        ("email", "office@hangbiao.example", ""),
    ],
    &[("name", "青木制造有限公司", ""), ("code", "", "请补填统一社会信用代码。"), ("phone", "13800000000", "")],
];

fn row(filled: &Filled<'_>) -> Row {
    let pairs = |of: fn(&(&str, &str, &str)) -> (String, String)| -> BTreeMap<String, String> {
        filled.iter().map(of).filter(|(_, text)| !text.is_empty()).collect()
    };
    let texts = pairs(|(key, text, _)| ((*key).to_owned(), (*text).to_owned()));
    let notes = pairs(|(key, _, note)| ((*key).to_owned(), (*note).to_owned()));
    Row { texts, notes }
}

/// What must be found: the labels, and under or beside them texts and notes, row by row.
fn expected(survey: &Survey, rows: &[Row]) -> serde_json::Value {
    let labels: BTreeMap<_, _> = survey.items.iter().map(|item| (&item.key, &item.label)).collect();
    let rows: Vec<_> = rows.iter().map(|row| serde_json::json!({ "texts": row.texts, "notes": row.notes })).collect();
    serde_json::json!({ "title": survey.title, "labels": labels, "rows": rows })
}

#[test]
fn forms_are_packages_for_other_programs_to_open() {
    let surveys = [Survey::founding().unwrap(), Survey::from_toml(DIGITAL).unwrap()];
    for (survey, filled) in surveys.iter().zip([FOUNDING_ROWS, DIGITAL_ROWS]) {
        let filled: Vec<Row> = filled.iter().map(row).collect();
        for (name, rows) in [("blank", &[][..]), ("filled", &filled)] {
            for (extension, bytes) in [("docx", docx(survey, rows)), ("xlsx", xlsx(survey, rows))] {
                assert!(bytes.starts_with(b"PK"), "{} {name} {extension}", survey.id);
                let Some(out) = std::env::var_os("POSTROOM_FORMS_OUT") else { continue };
                let file = Path::new(&out).join(format!("{}-{name}.{extension}", survey.id));
                fs::write(&file, bytes).unwrap();
                fs::write(file.with_extension("json"), expected(survey, rows).to_string()).unwrap();
            }
        }
    }
}
