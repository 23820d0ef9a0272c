//! The layers, read from the sources: who may name whom, what a layer must not contain, and that every name in the
//! code has its data and the reverse. One crate has no layers that the compiler enforces; these tests do. Each rule is
//! itself tested with a breach planted in a copy of a source's text.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use lianxin::{
    domain::{category::Category, command::CommandKind, reply_key::ReplyKey},
    reply::Replies,
    understand::Lexicon,
};

/// One layer: a module at the root of the crate with everything below it.
struct Layer {
    name: &'static str,
    /// Modules of the crate that it may name.
    may_name: &'static [&'static str],
    /// Words that must not stand in it.
    never: &'static [&'static str],
}

const ALL: &[&str] = &[
    "app",
    "channel",
    "cli",
    "config",
    "domain",
    "playground",
    "reply",
    "sheet",
    "store",
    "transcript",
    "understand",
    "web",
    "workshop",
];

const IMPURE: &[&str] = &[
    "async",
    "await",
    "tokio",
    "rusqlite",
    "axum",
    "hyper",
    "std::fs",
    "std::net",
    "std::io",
    "std::process",
    "std::env",
    "std::thread",
    "Instant::now",
    "rand",
    "tracing",
    "log",
    "println",
    "eprintln",
    "print",
    "eprint",
];

const LAYERS: &[Layer] = &[
    Layer { name: "domain", may_name: &["domain"], never: IMPURE },
    Layer { name: "understand", may_name: &["understand", "domain"], never: IMPURE },
    Layer {
        name: "channel",
        may_name: &["channel", "domain"],
        never: &[
            "async",
            "await",
            "tokio",
            "axum",
            "hyper",
            "std::fs",
            "std::net",
            "std::io",
            "Instant::now",
        ],
    },
    Layer {
        name: "store",
        may_name: &["store", "domain"],
        never: &["axum", "hyper", "std::net", "Instant::now"],
    },
    Layer {
        name: "reply",
        may_name: &["reply", "domain"],
        never: &[
            "async",
            "await",
            "tokio",
            "axum",
            "hyper",
            "std::fs",
            "std::net",
            "std::io",
            "Instant::now",
        ],
    },
    Layer {
        name: "sheet",
        may_name: &["sheet", "domain"],
        never: &[
            "async",
            "await",
            "tokio",
            "rusqlite",
            "axum",
            "hyper",
            "std::fs",
            "std::net",
            "Instant::now",
        ],
    },
    Layer {
        name: "config",
        may_name: &["config", "channel", "domain"],
        never: &["async", "await", "tokio", "axum", "hyper", "Instant::now"],
    },
    Layer {
        name: "workshop",
        may_name: &["workshop", "store", "understand", "domain", "app"],
        never: &["axum", "hyper", "rusqlite"],
    },
    Layer {
        name: "web",
        may_name: &["web", "app", "channel", "store", "reply", "sheet", "domain", "workshop"],
        never: &[],
    },
    Layer { name: "app", may_name: ALL, never: &["axum", "hyper"] },
    Layer { name: "cli", may_name: ALL, never: &[] },
    Layer { name: "playground", may_name: ALL, never: &[] },
    Layer { name: "transcript", may_name: ALL, never: &[] },
    Layer { name: "lib", may_name: ALL, never: &[] },
    Layer { name: "main", may_name: &["cli"], never: &[] },
];

/// The demo page stands in `web` because it is routes, but what it shows is a playground.
const ALSO_MAY_NAME: &[(&str, &[&str])] = &[("src/web/simulator", &["playground", "config"])];

/// Words that belong to one place: beginnings of paths where they may stand.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("rusqlite", &["src/store"]),
    ("jieba_rs", &["src/understand/segment.rs"]),
    ("quick_xml", &["src/channel/xml.rs"]),
    ("SystemTime", &["src/app.rs"]),
    ("getrandom", &["src/app.rs"]),
    ("minijinja", &["src/reply", "src/web/console"]),
    ("argon2", &["src/app/accounts.rs"]),
    ("rust_xlsxwriter", &["src/sheet.rs", "src/sheet/xlsx.rs"]),
    ("calamine", &["src/sheet/read.rs"]),
    ("clap", &["src/cli", "src/main.rs"]),
    ("anyhow", &["src/cli", "src/main.rs"]),
    ("unsafe", &[]),
    ("todo", &[]),
    ("unimplemented", &[]),
    ("dbg", &[]),
    // It panics on a closed pipe; the commands print with `say!`.
    ("println", &[]),
];

/// SQL stands in strings, so it is looked for there.
const SQL: &[&str] = &["SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "PRAGMA ", "BEGIN IMMEDIATE"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every `.rs` file below a folder, as (path from the root, text).
fn sources(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let entries = fs::read_dir(folder).expect("a folder of sources");
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = vec![];
    walk(&root().join(folder), &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source in UTF-8");
            let name =
                path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
            (name, text)
        })
        .collect()
}

/// A source without its comments, without what stands in its strings (only that one holds SQL is kept, as `"SQL"`), and
/// without its `#[cfg(test)]` items.
fn read(source: &str) -> String {
    let string = |text: &str| if SQL.iter().any(|sql| text.contains(sql)) { "\"SQL\"" } else { "\"\"" };
    let mut code = String::with_capacity(source.len());
    let text: Vec<char> = source.chars().collect();
    let at = |i: usize| text.get(i).copied().unwrap_or('\0');
    let mut i = 0;
    while i < text.len() {
        let word_before = code.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        if at(i) == '/' && at(i + 1) == '/' {
            while i < text.len() && at(i) != '\n' {
                i += 1;
            }
        } else if at(i) == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= text.len() {
                    break;
                }
            }
        } else if at(i) == 'r' && !word_before && {
            let hashes = text[i + 1..].iter().take_while(|c| **c == '#').count();
            at(i + 1 + hashes) == '"'
        } {
            let hashes = text[i + 1..].iter().take_while(|c| **c == '#').count();
            let start = i + hashes + 2;
            let closes = |j: usize| at(j) == '"' && (1..=hashes).all(|k| at(j + k) == '#');
            let end = (start..text.len()).find(|j| closes(*j)).unwrap_or(text.len());
            code.push_str(string(&text[start..end].iter().collect::<String>()));
            i = end + hashes + 1;
        } else if at(i) == '"' {
            let start = i + 1;
            i = start;
            while i < text.len() && at(i) != '"' {
                i += if at(i) == '\\' { 2 } else { 1 };
            }
            let end = i.min(text.len());
            code.push_str(string(&text[start..end].iter().collect::<String>()));
            i += 1;
        } else if at(i) == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            // A character, not a lifetime.
            let escaped = at(i + 1) == '\\';
            i += if escaped { 3 } else { 2 };
            while i < text.len() && at(i) != '\'' {
                i += 1;
            }
            i += 1;
            code.push_str("' '");
        } else {
            code.push(at(i));
            i += 1;
        }
    }
    without_tests(&code)
}

/// Takes out items under `#[cfg(test)]`: up to their `;`, or to the end of their braces.
fn without_tests(code: &str) -> String {
    let Some((before, after)) = code.split_once("#[cfg(test)]") else { return code.to_owned() };
    let mut depth = 0_usize;
    let mut rest = "";
    for (index, c) in after.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(c, '}' | ';') {
            rest = &after[index + 1..];
            break;
        }
    }
    format!("{before}{}", without_tests(rest))
}

/// Whether a word or path stands in the code as whole words.
fn stands_in(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        !code[..at].chars().next_back().is_some_and(part)
            && !code[at + word.len()..].chars().next().is_some_and(part)
    })
}

/// The modules at the crate's root that a file names, by `crate::…` or by as many `super::` as lead there.
fn named_modules(path: &str, code: &str) -> BTreeSet<String> {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs");
    let depth = if matches!(inside, "lib" | "main") { 0 } else { inside.split('/').count() };
    let squeezed: String =
        code.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ::", "::").replace(":: ", "::");
    let mut roots = vec!["crate::".to_owned(), "lianxin::".to_owned()];
    if depth > 0 {
        roots.push("super::".repeat(depth));
    }
    let mut named = BTreeSet::new();
    for root in roots {
        for (at, _) in squeezed.match_indices(root.as_str()) {
            let before = squeezed[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &squeezed[at + root.len()..];
            match rest.strip_prefix('{') {
                Some(group) => named.extend(heads(group)),
                None => named.extend(word(rest)),
            }
        }
    }
    named
}

fn word(text: &str) -> Option<String> {
    let word: String = text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!word.is_empty() && word != "super").then_some(word)
}

/// The first words of the members of a `use` group, up to its closing brace.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut start, mut found) = (0_usize, 0, vec![]);
    for (index, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.extend(word(&group[start..index]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.extend(word(&group[start..index]));
                start = index + 1;
            }
            _ => {}
        }
    }
    found
}

/// Everything wrong with one source.
fn breaches(path: &str, source: &str) -> Vec<String> {
    let mut found = vec![];
    let mut breach = |text: String| found.push(format!("{path}: {text}"));
    if !source.starts_with("//!") {
        breach("does not open with //!".into());
    }
    if path.starts_with("src/") && path.ends_with("/mod.rs") {
        breach("is a mod.rs; write foo.rs beside foo/".into());
    }
    if !path.starts_with("src/") {
        return found;
    }
    let code = read(source);
    let name = path["src/".len()..].split(['/', '.']).next().unwrap_or_default();
    let Some(layer) = LAYERS.iter().find(|layer| layer.name == name) else {
        breach(format!("`{name}` is no layer; give it a row in LAYERS and in docs/ARCHITECTURE.md"));
        return found;
    };
    let also = ALSO_MAY_NAME.iter().find(|(at, _)| path.starts_with(at)).map_or(&[][..], |(_, names)| names);
    for module in named_modules(path, &code) {
        if ALL.contains(&module.as_str())
            && !layer.may_name.contains(&module.as_str())
            && !also.contains(&module.as_str())
        {
            breach(format!("`{name}` must not name `{module}`"));
        }
    }
    for word in layer.never {
        if stands_in(&code, word) {
            breach(format!("`{word}` must not stand in `{name}`"));
        }
    }
    for (word, places) in ONLY_IN {
        if stands_in(&code, word) && !places.iter().any(|place| path.starts_with(place)) {
            breach(format!("`{word}` belongs to {places:?}"));
        }
    }
    if name != "store" && code.contains("\"SQL\"") {
        breach("SQL belongs to `store`".into());
    }
    if code.contains(".unwrap()") {
        breach("unwrap() outside tests".into());
    }
    found
}

#[test]
fn the_sources_keep_to_their_layers() {
    let mut found = vec![];
    for (path, source) in ["src", "tests", "fuzz/fuzz_targets"].iter().flat_map(|folder| sources(folder)) {
        found.extend(breaches(&path, &source));
    }
    assert!(found.is_empty(), "{} breaches:\n{}", found.len(), found.join("\n"));
}

/// A breach of every rule, planted in a copy of a real source, is found; the same words in a comment, in a string or in
/// a test are not.
#[test]
fn a_planted_breach_is_found() {
    let planted = [
        ("src/domain/ticket.rs", "use crate::store::Store;", "must not name `store`"),
        ("src/domain/ticket.rs", "use crate::{domain::moment, reply::Replies};", "must not name `reply`"),
        ("src/domain/decide/desk.rs", "use super::super::super::app::App;", "must not name `app`"),
        ("src/domain/decide.rs", "fn f() { crate::web::router(); }", "must not name `web`"),
        ("src/domain/ticket.rs", "async fn f() {}", "`async`"),
        ("src/domain/ticket.rs", "fn f() { x.await; }", "`await`"),
        ("src/domain/ticket.rs", "use tokio::sync::mpsc;", "`tokio`"),
        ("src/domain/ticket.rs", "use rusqlite::Connection;", "`rusqlite`"),
        ("src/domain/ticket.rs", "use axum::Router;", "`axum`"),
        ("src/domain/ticket.rs", "use std::fs::File;", "`std::fs`"),
        ("src/domain/ticket.rs", "use std::net::IpAddr;", "`std::net`"),
        ("src/domain/ticket.rs", "use std::time::SystemTime;", "`SystemTime`"),
        ("src/domain/ticket.rs", "fn f() { Instant::now(); }", "`Instant::now`"),
        ("src/domain/ticket.rs", "use rand::Rng;", "`rand`"),
        ("src/domain/ticket.rs", "fn f() { getrandom::fill(b); }", "`getrandom`"),
        ("src/domain/ticket.rs", "fn f() { tracing::info!(1); }", "`tracing`"),
        ("src/understand/classify.rs", "use crate::channel::WireError;", "must not name `channel`"),
        ("src/understand/classify.rs", "use std::{fs, io}; fn f() { std::fs::read(); }", "`std::fs`"),
        ("src/understand/classify.rs", "use jieba_rs::Jieba;", "`jieba_rs`"),
        ("src/channel/bridge.rs", "use crate::store::Store;", "must not name `store`"),
        ("src/channel/bridge.rs", "use quick_xml::Reader;", "`quick_xml`"),
        ("src/channel/bridge.rs", "async fn f() {}", "`async`"),
        ("src/channel/bridge.rs", "use axum::Router;", "`axum`"),
        ("src/channel/bridge.rs", "use rusqlite::Connection;", "`rusqlite`"),
        ("src/channel/bridge.rs", "fn f() { SystemTime::now(); }", "`SystemTime`"),
        ("src/store/apply.rs", "use crate::reply::Replies;", "must not name `reply`"),
        ("src/store/apply.rs", "use axum::Router;", "`axum`"),
        ("src/store/apply.rs", "use quick_xml::Reader;", "`quick_xml`"),
        ("src/store/apply.rs", "use jieba_rs::Jieba;", "`jieba_rs`"),
        ("src/reply.rs", "use crate::store::Store;", "must not name `store`"),
        ("src/reply.rs", "use std::fs::File;", "`std::fs`"),
        ("src/config.rs", "use crate::app::App;", "must not name `app`"),
        ("src/web/webhook.rs", "use rusqlite::Connection;", "`rusqlite`"),
        ("src/web/webhook.rs", "const Q: &str = \"SELECT no FROM ticket\";", "SQL"),
        ("src/web/webhook.rs", "const Q: &str = r#\"DELETE FROM ticket\"#;", "SQL"),
        ("src/web/webhook.rs", "use crate::playground::Playground;", "must not name `playground`"),
        ("src/web/webhook.rs", "use crate::understand::understand;", "must not name `understand`"),
        ("src/app.rs", "use axum::Router;", "`axum`"),
        ("src/cli/serve.rs", "fn f() { SystemTime::now(); }", "`SystemTime`"),
        ("src/playground.rs", "fn f() { getrandom::fill(b); }", "`getrandom`"),
        ("src/cli/serve.rs", "fn f() { x.unwrap(); }", "unwrap()"),
        ("src/cli/serve.rs", "fn f() { todo!() }", "`todo`"),
        ("src/cli/serve.rs", "fn f() { unimplemented!() }", "`unimplemented`"),
        ("src/cli/serve.rs", "fn f() { unsafe { x() } }", "`unsafe`"),
        ("src/cli/serve.rs", "fn f() { println!(\"x\"); }", "`println`"),
    ];
    for (path, line, expected) in planted {
        let source = fs::read_to_string(root().join(path)).expect("a source");
        let known = breaches(path, &source);
        let found = |planted: String| -> Vec<String> {
            breaches(path, &planted).into_iter().filter(|b| !known.contains(b)).collect()
        };
        let plain = found(format!("{source}\n{line}\n"));
        assert!(plain.iter().any(|b| b.contains(expected)), "{path} with {line:?}: {plain:?}");
        let hidden = [
            format!("{source}\n// {line}\n"),
            format!("{source}\n/* {line} */\n"),
            format!("{source}\n#[cfg(test)]\nmod planted {{ {line} }}\n"),
        ];
        for hidden in hidden {
            assert_eq!(found(hidden), Vec::<String>::new(), "{path} with {line:?} hidden");
        }
    }
    let of_a_new_layer = breaches("src/novelty.rs", "//! New.\n");
    assert!(of_a_new_layer.iter().any(|b| b.contains("is no layer")), "{of_a_new_layer:?}");
    assert!(breaches("tests/x.rs", "fn f() {}").iter().any(|b| b.contains("does not open with //!")));
    assert!(breaches("src/web/mod.rs", "//! Web.").iter().any(|b| b.contains("mod.rs")));
}

/// What `read` takes for code and what it does not.
#[test]
fn sources_are_read_as_rust_reads_them() {
    let source = r##"let c = '"'; let s = "a \" // b"; fn f<'a>(x: &'a str) {} // tail
let e = '\''; let r = r#"""#; let q = "SELECT no"; /* a /* b */ */ done"##;
    let code = r#"let c = ' '; let s = ""; fn f<'a>(x: &'a str) {} 
let e = ' '; let r = ""; let q = "SQL";  done"#;
    assert_eq!(read(source), code);
    assert_eq!(without_tests("a #[cfg(test)] mod t { fn f() { } } b #[cfg(test)] mod u; c"), "a  b  c");
}

fn table(file: &str) -> toml::Table {
    let text = fs::read_to_string(root().join("dictionaries").join(file)).expect("a dictionary");
    toml::from_str(&text).expect("TOML")
}

#[test]
fn every_wording_has_its_name_and_the_reverse() {
    if let Err(problems) = Replies::shipped() {
        panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>());
    }
    let texts = table("replies.toml");
    let texts: BTreeSet<&str> =
        texts["replies"].as_table().expect("[replies]").keys().map(String::as_str).collect();
    let names: BTreeSet<&str> = ReplyKey::ALL.iter().map(|key| key.code()).collect();
    assert_eq!(texts, names);
}

/// Wordings that nothing says any more are dead weight for whoever edits the file.
#[test]
fn every_wording_is_said_somewhere() {
    let code: String = sources("src")
        .iter()
        .filter(|(path, _)| !path.ends_with("reply_key.rs"))
        .map(|(_, s)| read(s))
        .collect();
    let unsaid: Vec<_> = ReplyKey::ALL
        .iter()
        .filter(|key| !["Key", "ReplyKey"].iter().any(|name| stands_in(&code, &format!("{name}::{key:?}"))))
        .map(|key| key.code())
        .collect();
    assert!(unsaid.is_empty(), "no source says {unsaid:?}");
}

#[test]
fn every_command_has_its_words_and_the_reverse() {
    let rows = table("commands.toml");
    let mut with_words = BTreeSet::new();
    for row in rows["command"].as_array().expect("[[command]]") {
        let kind = row["kind"].as_str().expect("kind");
        let kind = CommandKind::from_code(kind).unwrap_or_else(|| panic!("{kind} is no command"));
        assert!(!row["words"].as_array().expect("words").is_empty(), "{kind} has no words");
        assert!(with_words.insert(kind), "{kind} has two rows");
    }
    let missing: Vec<_> = CommandKind::ALL.iter().filter(|kind| !with_words.contains(kind)).collect();
    assert!(missing.is_empty(), "commands without words: {missing:?}");
}

/// What happened to a ticket is shown by its name in the console.
#[test]
fn every_step_of_a_ticket_has_its_words() {
    let source = fs::read_to_string(root().join("src/domain/ticket/event.rs")).expect("the events");
    let names = source.split("pub fn name(&self)").nth(1).expect("names of events");
    let names = names.split("\n    }\n").next().unwrap_or_default();
    let names: Vec<&str> = names.split('"').skip(1).step_by(2).collect();
    assert!(names.len() > 20, "{names:?}");
    let words = table("console.toml");
    let words = words["events"].as_table().expect("[events]");
    let missing: Vec<_> = names.iter().filter(|name| !words.contains_key(**name)).collect();
    assert!(missing.is_empty(), "steps without words in console.toml [events]: {missing:?}");
}

#[test]
fn every_category_has_its_file_and_the_reverse() {
    if let Err(problems) = Lexicon::shipped() {
        panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>());
    }
    let folder = root().join("dictionaries/categories");
    let files: BTreeSet<String> = fs::read_dir(folder)
        .expect("dictionaries/categories")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let expected: BTreeSet<String> = Category::ALL.iter().map(|c| format!("{}.toml", c.code())).collect();
    assert_eq!(files, expected);
    for category in Category::ALL {
        let file = table(&format!("categories/{}.toml", category.code()));
        assert_eq!(file["category"]["code"].as_str(), Some(category.code()));
    }
}
