//! The house rules that a reader of the code relies on, read off the sources themselves.
//!
//! A failure names the file and the rule; the rules are in the map at the top of `src/lib.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A source file of the library: its module (`mail`, `document`, …) and its text without tests.
struct Source {
    path: PathBuf,
    module: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 30, "the sources were not found");
    files.into_iter().map(|path| source(&root, path)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn source(root: &Path, path: PathBuf) -> Source {
    let inside = path.strip_prefix(root).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy();
    let module = first.trim_end_matches(".rs").to_owned();
    let text = fs::read_to_string(&path).unwrap();
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap().to_owned();
    Source { path, module, text }
}

/// Whether a file is part of the tests: its parent declares it under `#[cfg(test)]`.
fn is_test(path: &Path) -> bool {
    let name = path.file_stem().unwrap().to_string_lossy();
    let folder = path.parent().unwrap();
    let parents = [folder.join("mod.rs"), folder.join("lib.rs"), folder.with_extension("rs")];
    let declares = |text: &str| {
        let modules = text.split("#[cfg(test)]\n").skip(1).filter_map(|rest| rest.lines().next());
        modules.map(|line| line.trim_start_matches("pub(crate) ")).any(|line| line == format!("mod {name};"))
    };
    let own = parents.iter().filter_map(|parent| fs::read_to_string(parent).ok()).any(|text| declares(&text));
    // A file may also be declared by a sibling of its name's stem, such as `file.rs` and `file_tests.rs`.
    own || name.ends_with("_tests") || is_test_folder(folder)
}

/// Whether a whole folder is part of the tests.
fn is_test_folder(folder: &Path) -> bool {
    let Some(parent) = folder.parent() else { return false };
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = fs::read_to_string(parent.join("mod.rs")).unwrap_or_default();
    text.contains(&format!("#[cfg(test)]\nmod {name};"))
        || text.contains(&format!("#[cfg(test)]\npub(crate) mod {name};"))
}

/// The modules in the order of the map, each with the number of its layer.
fn layers() -> (Vec<String>, BTreeMap<String, usize>) {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let mut order = Vec::new();
    let mut layer_of = BTreeMap::new();
    let list = map.split("//! ## Layers").nth(1).unwrap().split("//! ## Invariants").next().unwrap();
    for (layer, lines) in list.split("\n//! - ").skip(1).enumerate() {
        let named = lines.split(['.', ';']).next().unwrap();
        for name in named.split("[`").skip(1).filter_map(|rest| rest.split('`').next()) {
            order.push(name.to_owned());
            layer_of.insert(name.to_owned(), layer);
        }
    }
    assert!(order.len() > 15, "the map lists no modules: {order:?}");
    (order, layer_of)
}

/// The modules of the crate that a text names.
fn imports(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    code.split("crate::")
        .skip(1)
        .flat_map(|rest| {
            let group = rest.strip_prefix('{').and_then(|rest| rest.split('}').next()).unwrap_or_else(|| head(rest));
            group.split(',').map(|path| head(path.trim()).to_owned()).collect::<Vec<_>>()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

fn head(path: &str) -> &str {
    path.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default()
}

#[test]
fn a_module_imports_only_from_modules_above_it_in_the_map() {
    let (order, layer_of) = layers();
    let rim = layer_of["store"];
    let position = |name: &str| order.iter().position(|other| other == name);
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| !is_test(&source.path)) {
        let Some(own) = position(&source.module) else {
            assert!(["lib", "main"].contains(&source.module.as_str()), "{} is not in the map", source.path.display());
            continue;
        };
        for import in imports(&source.text).iter().filter(|import| **import != source.module) {
            let Some(other) = position(import) else { continue };
            let beside = layer_of[&source.module] == rim && layer_of[import] == rim;
            if other > own || beside {
                faults.push(format!("{} imports {import}", source.path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "against the layers of src/lib.rs:\n{}", faults.join("\n"));
}

#[test]
fn a_library_is_named_only_where_the_map_says() {
    let owners = [
        ("imap_proto", &["mailbox/imap"][..]),
        ("mail_parser", &["mail"][..]),
        ("calamine", &["document/sheet"][..]),
        ("lettre", &["transport"][..]),
        ("rusqlite", &["store"][..]),
        ("parquet", &["table"][..]),
        ("minijinja", &["notice", "cli/explain"][..]),
        ("resvg", &["chart"][..]),
        ("hyper", &["http"][..]),
        ("sd_notify", &["tasks/watch"][..]),
        ("clap", &["cli"][..]),
        ("aho_corasick", &["areas"][..]),
        ("mail_auth", &["authenticate"][..]),
        ("hickory_resolver", &["authenticate"][..]),
    ];
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| !is_test(&source.path)) {
        for (library, own) in owners {
            let owned = own.iter().any(|owner| source.path.to_string_lossy().contains(&format!("src/{owner}")));
            let named = source
                .text
                .lines()
                .any(|line| !line.trim_start().starts_with("//") && line.contains(&format!("{library}::")));
            if named && !owned {
                faults.push(format!("{} names {library}", source.path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "libraries outside their module:\n{}", faults.join("\n"));
}

#[test]
fn a_stranger_is_told_what_each_module_is_for() {
    let mute: Vec<_> = sources()
        .iter()
        .filter(|source| !is_test(&source.path) && !source.text.starts_with("//! "))
        .map(|source| source.path.clone())
        .collect();
    assert!(mute.is_empty(), "no paragraph at the top of {mute:?}");
}

#[test]
fn vocabulary_understanding_and_deciding_know_no_clock_no_file_and_no_network() {
    let (_, layer_of) = layers();
    let deciding = layer_of["verdict"];
    let is_pure = |module: &str| layer_of.get(module).is_some_and(|layer| *layer <= deciding);
    let foreign = [
        "std::fs",
        "std::net",
        "tokio::",
        "rustls",
        "Timestamp::now",
        "SystemTime",
        "Instant::now",
        "std::env",
        "tracing::",
    ];
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| is_pure(&source.module) && !is_test(&source.path)) {
        for line in source.text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            faults.extend(
                foreign
                    .iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("{}: {word}", source.path.display())),
            );
        }
    }
    assert!(faults.is_empty(), "not pure:\n{}", faults.join("\n"));
}
