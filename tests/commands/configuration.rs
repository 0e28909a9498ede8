//! Configurations that are written by the program, and such as no program would write.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::outcome;
use crate::support::daemon::Postroom;

#[test]
fn a_broken_configuration_is_named_with_file_line_and_remedy() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        // The first line is a comment with the words that the error must hold.
        let (first, _) = text.split_once('\n').unwrap();
        let wanted: Vec<&str> = first.trim_start_matches("# ").split(" | ").collect();
        let postroom = Postroom::new(&text);
        let (code, words) = outcome(&postroom, &["check"]);
        assert_eq!(code, 1, "{}: {words}", path.display());
        assert!(words.contains("postroom.toml"), "{}: {words}", path.display());
        for word in wanted {
            assert!(words.contains(word), "{}: no {word:?} in: {words}", path.display());
        }
        assert_eq!(outcome(&postroom, &["run"]).0, 1);
        seen += 1;
    }
    assert!(seen >= 12, "{seen} configurations");
}

#[test]
fn what_init_writes_can_be_used_at_once() {
    for provider in ["qq", "exmail", "163", "126", "aliyun", "gmail", "custom"] {
        let postroom = Postroom::new("");
        let written = postroom.say(&["init", provider, "--user", "collect@district.example"]);
        std::fs::write(postroom.home().join("postroom.toml"), &written).unwrap();
        let (code, words) = outcome(&postroom, &["check"]);
        assert!(code == 1 && words.contains("secrets/mail"), "{provider} without a password: {words}");
        let secrets = postroom.home().join("secrets");
        std::fs::create_dir(&secrets).unwrap();
        std::fs::write(secrets.join("mail"), "authorisation\n").unwrap();
        std::fs::set_permissions(secrets.join("mail"), std::fs::Permissions::from_mode(0o600)).unwrap();
        let (code, words) = outcome(&postroom, &["check"]);
        assert!(code == 0 && words.contains("collect@district.example"), "{provider}: {words}");
    }
    let (code, words) = outcome(&Postroom::new(""), &["init", "hotmail"]);
    assert!(code == 2 && words.contains("qq") && words.contains("custom"), "{words}");
}

#[test]
fn a_wrong_command_line_is_told_from_a_failure() {
    let postroom = Postroom::new("");
    let wrong: [&[&str]; 7] =
        [&[], &["fly"], &["show"], &["status", "--yaml"], &["why", "one"], &["release"], &["files", "m1"]];
    for arguments in wrong {
        let (code, words) = outcome(&postroom, arguments);
        assert!(code == 2 && words.contains("Usage"), "{arguments:?}: {code} {words}");
    }
    let ill_written: [(&[&str], &str); 6] = [
        (&["replay", "--since", "yesterday"], "write it like 2017-12-18"),
        (&["replay", "x17"], "write m17"),
        (&["release", "17x"], "write m17"),
        (&["show", "n1"], "`postroom returns` lists them"),
        (&["export", "returns.pdf"], ".json or .parquet"),
        (&["init", "qq", "--user", "a\"b@c.example"], "by hand"),
    ];
    for (arguments, remedy) in ill_written {
        let (code, words) = outcome(&postroom, arguments);
        assert!(code == 2 && words.contains(remedy), "{arguments:?}: {code} {words}");
    }
    assert_eq!(outcome(&postroom, &["--help"]).0, 0);
    assert_eq!(outcome(&postroom, &["--version"]).0, 0);
    let (code, words) = outcome(&postroom, &["completions", "bash"]);
    assert!(code == 0 && words.contains("complete -F") && words.contains("postroom"), "{words}");
}

#[test]
fn the_sample_configuration_is_true() {
    let postroom = Postroom::new(include_str!("../../config/postroom.toml"));
    std::fs::create_dir(postroom.home().join("secrets")).unwrap();
    let file = postroom.home().join("secrets/mail");
    std::fs::write(&file, "secret\n").unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let (code, words) = outcome(&postroom, &["check"]);
    assert_eq!(code, 0, "{words}");
}

#[test]
fn the_environment_overrules_the_file_and_is_checked_like_it() {
    let postroom = Postroom::new("notices = \"on\"\n");
    let check = |name: &str, value: &str| {
        let output = postroom.program().arg("check").env(name, value).output().unwrap();
        let words = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        (output.status.code(), words.into_owned())
    };
    let (code, words) = check("POSTROOM_NOTICES", "hold");
    assert!(code == Some(0) && words.contains("notices: hold"), "{words}");
    let (code, words) = check("POSTROOM_NOTICES", "maybe");
    assert!(code == Some(1) && words.contains("POSTROOM_NOTICES") && words.contains("on, hold or off"), "{words}");
    let (code, words) = check("POSTROOM_ANSWERS_SINCE", "2017-12-18");
    assert!(code == Some(1) && words.contains("did you mean POSTROOM_ANSWER_SINCE"), "{words}");
}

#[test]
fn what_figures_are_compared_with_has_to_be_there() {
    const SURVEY: &str = include_str!("../../config/surveys/ai-industry-2017.toml");
    let check = |revenue: &str, wanted: &[&str]| {
        let postroom = Postroom::new("surveys = [\"now.toml\", \"other.toml\"]\n");
        let now = SURVEY.replace("key = \"revenue\"\n", &format!("key = \"revenue\"\n{revenue}\n"));
        let line = 1 + now.lines().position(|line| revenue.starts_with(line) && !line.is_empty()).unwrap();
        std::fs::write(postroom.home().join("now.toml"), &now).unwrap();
        let other = include_str!("../surveys/digital-2025.toml");
        std::fs::write(postroom.home().join("other.toml"), other).unwrap();
        let (code, words) = outcome(&postroom, &["check"]);
        assert_eq!(code, i32::from(!wanted.is_empty()), "{revenue}: {words}");
        let line = format!("line {line}: ");
        for wanted in wanted.iter().chain((!wanted.is_empty()).then_some(&line.as_str())) {
            assert!(words.contains(wanted), "{revenue}: no {wanted:?} in: {words}");
        }
    };
    let of = |survey: &str, item: &str| format!("previous = {{ survey = \"{survey}\", item = \"{item}\" }}");
    check(&of("digital-2025", "spending"), &[]);
    check(&of("digital-2025", "revenue"), &["now.toml", "no item `revenue`", "with figures: spending"]);
    check(&of("digital-2025", "systems"), &["now.toml", "of another type than revenue"]);
    check(&of("ai-industry-2017", "revenue"), &["now.toml", "this very survey"]);
    check(&of("ai-industry-2016", "revenue"), &["`ai-industry-2016`", "neither configured nor in the database"]);
    check("previous = { roster = \"2016年营业收入（万元）\", factor = 1.0 }", &["now.toml", "above 1"]);
    let size = |interval: &str| format!("size = {{ roster = \"规模\", classes = {{ \"小型\" = \"{interval}\" }} }}");
    check(&size("300万元-2000万元"), &[]);
    check(&size("300-2000"), &["now.toml", "`300-2000` of `小型`", "4亿元以上"]);
}
