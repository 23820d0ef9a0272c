//! The command line as an administrator meets it: every command explains itself, machine-readable output keeps its
//! contract, faults are told all at once, and a one-time code gives a role.

#![allow(clippy::unwrap_used)]

mod support;

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};

use lianxin::{app::Clock, playground, store::organisation::Organisation};
use serde_json::Value;
use support::{
    Door, GROUP, LI, MA, SHIPPED, Service, World, ZHANG, deliver, key, lingwu, over_tcp, program, run,
    settings, stderr, stdout, text,
};

const SECONDS: i64 = 1_710_291_600;

fn lianxin(arguments: &[&str], input: &str) -> Output {
    run(program().args(arguments), input)
}

fn repository(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

#[test]
fn every_command_explains_itself() {
    let mut waiting: Vec<Vec<String>> = vec![vec![]];
    let mut seen = 0;
    while let Some(command) = waiting.pop() {
        let output = run(program().args(&command).arg("--help"), "");
        let help = stdout(&output);
        assert!(output.status.success() && help.contains("Usage: lianxin"), "{command:?}: {help}");
        seen += 1;
        let commands = help.split("Commands:\n").nth(1).unwrap_or("");
        let names: Vec<_> = commands
            .lines()
            .take_while(|line| line.starts_with("  "))
            .filter_map(|line| line.split_whitespace().next())
            .filter(|name| *name != "help")
            .collect();
        assert!(!names.is_empty() || help.contains("Example:"), "{command:?} shows no example");
        waiting.extend(names.iter().map(|name| [&command[..], &[(*name).to_owned()]].concat()));
    }
    assert!(seen >= 13, "commands went missing: {seen}");
    assert_eq!(lianxin(&["no-such-command"], "").status.code(), Some(2));
    assert_eq!(lianxin(&[], "").status.code(), Some(2));
}

#[test]
fn classify_keeps_its_contract() {
    let input = "3号楼路灯不亮\n\n{\"text\":\"我家门口有煤气味好大\",\"id\":7}\n  麻烦您，灵武新村三号楼2单元501漏水😀了\n";
    let output = lianxin(&["classify", "--json"], input);
    assert!(output.status.success(), "{}", stderr(&output));
    let out = stdout(&output);
    let rows: Vec<Value> =
        out.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let texts = ["3号楼路灯不亮", "", "我家门口有煤气味好大", "  麻烦您，灵武新村三号楼2单元501漏水😀了"];
    assert_eq!(rows.len(), texts.len(), "one output per line, blank ones included");
    let promised: BTreeSet<_> = "text act category subcategory score confidence secondary kind sphere urgency places evidence lexicon"
        .split(' ')
        .collect();
    for (row, given) in rows.iter().zip(texts) {
        let keys: BTreeSet<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, promised);
        assert_eq!(row["text"], given);
        let characters: Vec<char> = given.chars().collect();
        let spanned = |of: &Value| -> String {
            let (from, to) =
                (of["span"][0].as_u64().unwrap() as usize, of["span"][1].as_u64().unwrap() as usize);
            assert!(from < to, "an empty span");
            characters[from..to].iter().collect()
        };
        for place in row["places"].as_array().unwrap() {
            assert_eq!(place["text"], spanned(place), "a place's span is its text");
        }
        for evidence in row["evidence"].as_array().unwrap() {
            spanned(evidence);
        }
    }
    assert_eq!((&rows[0]["act"], &rows[0]["places"][0]["building"]), (&"report".into(), &"3".into()));
    assert!(!rows[0]["evidence"].as_array().unwrap().is_empty());
    assert_eq!(rows[2]["urgency"], "emergency");
    assert_eq!(rows[3]["places"][0]["room"], "501");
    let broken = lianxin(&["classify", "--json"], "好\n{\"txt\":1}\n");
    assert_eq!(broken.status.code(), Some(1));
    assert!(stderr(&broken).contains("line 2"), "{}", stderr(&broken));
    assert_eq!(lianxin(&["classify", "/no/such/file"], "").status.code(), Some(1));
}

#[test]
fn dict_eval_measures() {
    let file = repository("dictionaries/golden/seed.jsonl");
    let output = lianxin(&["dict", "eval", "--json", &file], "");
    assert!(output.status.success(), "{}", stderr(&output));
    let result: Value = serde_json::from_str(&stdout(&output)).expect("one object");
    let keys: Vec<_> = result.as_object().unwrap().keys().collect();
    assert!(keys.len() >= 3, "{keys:?}");
    let text = result.to_string();
    assert!(text.contains("accuracy") || text.contains("f1"), "{keys:?}");
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.jsonl");
    std::fs::write(&broken, "{\"text\":\"好\",\"primary\":\"other\"}\n\nrubbish\n").unwrap();
    let output = lianxin(&["dict", "eval", &broken.display().to_string()], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("broken.jsonl:3"), "{}", stderr(&output));
}

/// What a handler puts right goes out masked, teaches a layer of the office's own, and settings take it in.
#[tokio::test]
async fn corrections_teach_a_layer_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let settings = office(folder.path());
    let beside = |arguments: &[&str], learned: Option<&str>| {
        let mut program = program();
        program.args(arguments).args(["--config", &settings]);
        program.envs(learned.map(|path| ("LIANXIN_DICTIONARIES__LEARNED", path)));
        run(&mut program, "")
    };
    assert!(beside(&["org", "import", &repository("fixtures/seed/lingwu.toml")], None).status.success());
    let served = Served::open(&settings).await;
    let said = served.say(1, ZHANG, "灵武新村3号楼前的大喇叭太吵，我电话13900001234").await;
    let no = said.split("单号 ").nth(1).and_then(|rest| rest.split('。').next()).expect("a number");
    let code = stdout(&beside(&["bind", "小马"], None)).trim().to_owned();
    served.say(2, MA, &format!("绑定 {code}")).await;
    let refiled = served.say(3, MA, &format!("改类 {no} 公共设施")).await;
    assert!(refiled.contains("公共设施"), "{refiled}");
    let output = beside(&["dict", "lessons", "-o", &at("ours.jsonl")], None);
    assert!(output.status.success(), "{}", stderr(&output));
    let lessons = std::fs::read_to_string(at("ours.jsonl")).unwrap();
    let row: Value = serde_json::from_str(lessons.trim()).expect("one row");
    assert_eq!(row["primary"], "facility");
    assert!(!lessons.contains("13900001234") && lessons.contains("大喇叭"), "{lessons}");

    let taught = repository("fixtures/classify/taught/golden.jsonl");
    let output = lianxin(&["dict", "learn", &at("ours.jsonl"), &taught, "-o", &at("learned.toml")], "");
    assert!(output.status.success(), "{}", stderr(&output));
    let lexicon = |learned: Option<&str>| {
        let output = beside(&["dict", "try", "路灯不亮", "--json"], learned);
        assert!(output.status.success(), "{}", stderr(&output));
        serde_json::from_str::<Value>(&stdout(&output)).unwrap()["live"]["lexicon"].clone()
    };
    assert_ne!(lexicon(None), lexicon(Some(&at("learned.toml"))), "another layer is another dictionary");

    std::fs::write(at("broken.toml"), "[line]\nrows = 1\n").unwrap();
    for (name, told) in [("broken.toml", "learned.toml"), ("missing.toml", "missing.toml")] {
        let output = beside(&["doctor"], Some(&at(name)));
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(told), "{}", stderr(&output));
    }
    served.app.stop();
}

/// Settings of an office in a folder of its own.
fn office(folder: &Path) -> String {
    let file = folder.join("lianxin.toml");
    let database = folder.join("lianxin.db").display().to_string();
    let text = std::fs::read_to_string(repository("fixtures/demo.toml")).expect("the demo's settings");
    std::fs::write(
        &file,
        format!("{text}\n[store]\npath = {database:?}\n").replace("127.0.0.1:8080", "127.0.0.1:0"),
    )
    .expect("a file that can be written");
    file.display().to_string()
}

#[test]
fn an_erroneous_organisation_is_told_whole() {
    let folder = tempfile::tempdir().unwrap();
    let settings = office(folder.path());
    let text = std::fs::read_to_string(repository("fixtures/seed/lingwu.toml")).unwrap();
    let broken = folder.path().join("broken.toml");
    let wrong = text
        .replacen("catch_all = \"laozhou\"", "catch_all = \"nobody-a\"", 1)
        .replacen("worker = \"xiaoma\"", "worker = \"nobody-b\"", 1)
        .replacen("mediator = \"chenjie\"", "mediator = \"nobody-c\"", 1);
    std::fs::write(&broken, wrong).unwrap();
    let output = lianxin(&["org", "import", &broken.display().to_string(), "--config", &settings], "");
    assert_eq!(output.status.code(), Some(1));
    for name in ["nobody-a", "nobody-b", "nobody-c", "broken.toml:"] {
        assert!(stderr(&output).contains(name), "{name} is not told:\n{}", stderr(&output));
    }
    assert!(!folder.path().join("lianxin.db").exists(), "something was taken in");
    let right = repository("fixtures/seed/lingwu.toml");
    for _ in 0..2 {
        let output = lianxin(&["org", "import", &right, "--config", &settings], "");
        assert!(output.status.success(), "{}", stderr(&output));
    }
    let output = lianxin(&["doctor", "--config", &settings], "");
    assert!(output.status.success() && stdout(&output).contains("通过"), "{}", stderr(&output));
    assert!(stdout(&output).contains("社区和村 6 个"), "imported twice, held once: {}", stdout(&output));
    let output = lianxin(&["verify", "--config", &settings], "");
    assert!(output.status.success(), "{}", stdout(&output));
}

/// Before a file takes something away, it is told by name; `--dry-run` tells it and leaves everything as it is.
#[test]
fn an_import_tells_what_it_takes_away() {
    let folder = tempfile::tempdir().unwrap();
    let settings = office(folder.path());
    let whole = repository("fixtures/seed/lingwu.toml");
    let import = |file: &str, dry: bool| {
        let mut arguments = vec!["org", "import", file, "--config", &settings];
        arguments.extend(dry.then_some("--dry-run"));
        let output = lianxin(&arguments, "");
        assert!(output.status.success(), "{}", stderr(&output));
        (stdout(&output), stderr(&output))
    };
    let database = folder.path().join("lianxin.db");
    assert!(import(&whole, true).0.contains("没有导入") && !database.exists(), "a trial made a database");
    let (_, told) = import(&whole, false);
    assert!(!told.contains("注意"), "{told}");
    assert!(import(&whole, true).0.contains("不会丢掉什么"));

    // Without one worker with their grid and its estate; another is no longer at work.
    let text = std::fs::read_to_string(&whole).unwrap();
    let (mut kept, mut estate) = (vec![], false);
    for block in text.split("\n\n") {
        let head = block.lines().find(|l| l.starts_with("[[")).unwrap_or("");
        let is = |kind: &str, line: &str| head == kind && block.lines().any(|l| l == line);
        estate |= is("[[estate]]", "name = \"沙滩村\"");
        let dropped = is("[[grid]]", "name = \"沙滩村网格\"")
            || is("[[estate]]", "name = \"沙滩村\"")
            || is("[[person]]", "key = \"laotian\"")
            || block.contains("estate = \"沙滩村\"");
        if !dropped {
            kept.push(block.to_owned());
        }
    }
    assert!(estate, "the seed has changed");
    let smaller = folder.path().join("smaller.toml");
    std::fs::write(&smaller, kept.join("\n\n")).unwrap();
    let smaller = smaller.display().to_string();
    let names = ["老田", "沙滩村（沙滩村）", "沙滩村网格"];
    let (told, _) = import(&smaller, true);
    assert!(names.iter().all(|name| told.contains(name)) && told.contains("没有导入"), "{told}");
    assert!(!told.contains("小马") && !told.contains("育才街"), "{told}");
    assert!(stdout(&lianxin(&["doctor", "--config", &settings], "")).contains("网格 6 个"), "taken in");
    let (_, told) = import(&smaller, false);
    assert!(names.iter().all(|name| told.contains(name)), "{told}");
    assert!(stdout(&lianxin(&["doctor", "--config", &settings], "")).contains("网格 5 个"));
    let (_, told) = import(&smaller, false);
    assert!(!told.contains("注意"), "told twice: {told}");
}

/// `lianxin … | head -1`: whoever has read enough closes the pipe. That is no fault, and nothing panics.
#[test]
fn a_closed_pipe_is_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let settings = office(folder.path());
    let organisation = repository("fixtures/seed/lingwu.toml");
    let labelled = repository("dictionaries/golden/seed.jsonl");
    let transcript = repository("fixtures/transcripts/seed/a1-road.chat");
    let commands: [&[&str]; 9] = [
        &["demo", "--port", "0"],
        &["classify", &labelled],
        &["classify", "--json", &labelled],
        &["dict", "eval", "--json", &labelled],
        &["org", "import", &organisation, "--config", &settings],
        &["bind", "小马", "--config", &settings],
        &["verify", "--config", &settings],
        &["doctor", "--config", &settings],
        &["sim", &transcript],
    ];
    for arguments in commands {
        let mut child = program()
            .args(arguments)
            .env("LIANXIN_LOG", "off")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        let told = stderr(&output);
        assert!(output.status.success() && !told.contains("panicked"), "{arguments:?}: {told}");
    }
}

#[test]
fn serve_refuses_what_it_lacks_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lianxin.toml");
    std::fs::write(&file, "[office]\nname = \"某街道\"\n[bridge]\nsecret = \"short\"\n").unwrap();
    for command in ["serve", "doctor"] {
        let output = lianxin(&[command, "--config", &file.display().to_string()], "");
        assert_eq!(output.status.code(), Some(1));
        let told = stderr(&output);
        for what in ["duty_phone", "token", "app_id", "encoding_aes_key", "secret"] {
            assert!(told.contains(what), "{command} does not tell {what}:\n{told}");
        }
        assert!(!told.contains("short"), "the secret is shown:\n{told}");
    }
    std::fs::write(&file, "[office]\nname = \"某街道\"\nduty_phon = \"1\"\n").unwrap();
    let output = lianxin(&["serve", "--config", &file.display().to_string()], "");
    assert!(stderr(&output).contains("lianxin.toml:3"), "a slip in a key has its line: {}", stderr(&output));
}

#[test]
fn data_directories_are_not_mixed() {
    let folder = tempfile::tempdir().unwrap();
    let settings_file = office(folder.path());
    let import =
        lianxin(&["org", "import", &repository("fixtures/seed/lingwu.toml"), "--config", &settings_file], "");
    assert!(import.status.success(), "{}", stderr(&import));
    let data = folder.path().display().to_string();
    let output = lianxin(&["demo", "--port", "0", "--data", &data], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("serve"), "{}", stderr(&output));

    let other = tempfile::tempdir().unwrap();
    let door = Door::new(&settings(&[]));
    let complaint = door.post(&key(ZHANG, SECONDS, "1"), &text("3号楼路灯不亮"));
    let post = |service: &Service| {
        let answered = over_tcp(service.address, &complaint, Duration::from_secs(10)).unwrap().unwrap();
        door.shown(&answered).unwrap()
    };
    let service = Service::demo(other.path());
    let shown = post(&service);
    service.kill();
    let database = playground::database_in(other.path());
    let count = || {
        ["person", "ticket", "history", "organisation", "account"]
            .map(|table| support::rows(&database, table))
    };
    let [person, ticket, history, organisation, account] = count();
    let service = Service::demo(other.path());
    assert!(service.greeting.iter().any(|line| line.contains("http://")));
    // One row of history more: the console's demo account has another password at each start.
    assert_eq!(count(), [person, ticket, history + 1, organisation, account], "seeded again");
    assert_eq!(post(&service), shown, "the world goes on");
    drop(service);
    let settings_file = office(other.path());
    let output = lianxin(&["serve", "--config", &settings_file], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("demo"), "{}", stderr(&output));
}

/// From the shell to the phone: the code of `lianxin bind` makes a stranger a grid worker, once.
#[tokio::test]
async fn a_code_gives_a_role() {
    let folder = tempfile::tempdir().unwrap();
    let settings_file = office(folder.path());
    let import =
        lianxin(&["org", "import", &repository("fixtures/seed/lingwu.toml"), "--config", &settings_file], "");
    assert!(import.status.success(), "{}", stderr(&import));
    let nobody = lianxin(&["bind", "没有这个人", "--config", &settings_file], "");
    assert_eq!(nobody.status.code(), Some(1));
    assert!(stderr(&nobody).contains("小马"), "it names who there is: {}", stderr(&nobody));
    let served = Served::open(&settings_file).await;
    let mut serial = 0;
    let mut say = async |sender: &str, words: &str| {
        serial += 1;
        served.say(serial, sender, words).await
    };
    // The code is made by another process while this one runs.
    let output = lianxin(&["bind", "小马", "--config", &settings_file], "");
    let code = stdout(&output).trim().to_owned();
    assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code:?}");
    let before = say("oNewPhone", "我的").await;
    let bound = say("oNewPhone", &format!("绑定 {code}")).await;
    assert!(bound.contains("网格员小马"), "{bound}");
    let after = say("oNewPhone", "我的").await;
    assert_ne!(after, before, "the role changes what one may do");
    let again = say("oSecondPhone", &format!("绑定 {code}")).await;
    assert!(again.contains("绑定码不对"), "a code is good once: {again}");
    served.app.stop();
}

/// An office is served, not played with: its doors are opened on the same settings and the machine's clock.
struct Served {
    app: std::sync::Arc<lianxin::app::App>,
    router: axum::Router,
    door: Door,
}

impl Served {
    async fn open(settings_file: &str) -> Self {
        let config = lianxin::config::Config::load(
            "lianxin.toml",
            &std::fs::read_to_string(settings_file).unwrap(),
            std::iter::empty(),
            None,
        )
        .expect("good settings");
        let (account, bridge) = config.doors("lianxin.toml").expect("good settings");
        let setup = lianxin::app::Setup {
            database: config.store.path.clone(),
            purpose: lianxin::store::Purpose::Serve,
            office: config.office(),
            account,
            bridge,
            clock: Clock::System,
            wording: None,
        };
        let app = lianxin::app::App::start(&SHIPPED, setup).await.expect("it starts");
        let paths =
            lianxin::web::Paths { account: "/wechat".into(), bridge: Some("/bridge".into()), metrics: false };
        let router = lianxin::web::router(app.clone(), &paths);
        Self { app, router, door: Door::new(&config) }
    }

    /// The answer to a line; every line has a serial of its own.
    async fn say(&self, serial: u32, sender: &str, words: &str) -> String {
        let delivery = self.door.post(&key(sender, SECONDS, &serial.to_string()), &text(words));
        self.door.shown(&deliver(&self.router, &delivery).await).unwrap_or_default()
    }
}

async fn world_with_code(code: &str) -> World {
    let world = World::new().await;
    let store = &world.play.app.store;
    let ma = store.person_by_key("xiaoma".into()).await.expect("a store that answers").expect("小马");
    store.issue_code(code.into(), ma, world.clock.now().plus_minutes(10)).await.expect("a code");
    world
}

#[tokio::test]
async fn five_wrong_codes_lock() {
    let world = world_with_code("135790").await;
    for left in (0..5).rev() {
        let said = world.say("oThief", "绑定 000000").await;
        assert!(said.contains(&format!("还能试{left}次")), "{said}");
    }
    let locked = world.say("oThief", "绑定 135790").await;
    assert!(locked.contains("试错太多次"), "the right code comes too late: {locked}");
    // Being forgotten does not give new tries.
    let said = world.say("oThief", "删除我的信息").await;
    assert!(said.contains("已经删除"), "{said}");
    let locked = world.say("oThief", "绑定 135790").await;
    assert!(locked.contains("试错太多次"), "forgetting unlocked: {locked}");
    assert!(world.say("oHonest", "绑定 135790").await.contains("网格员小马"), "others are not locked");
    world.assert_sound().await;
}

#[tokio::test]
async fn a_code_expires_and_is_typed_privately() {
    let world = world_with_code("135790").await;
    let said = world.say_in_group("lishu", "李叔", "绑定 135790", true).await;
    assert!(said.contains("私下"), "{said}");
    world.clock.set(world.clock.now().plus_minutes(10));
    assert!(world.say("oLate", "绑定 135790").await.contains("过期"));
    for sender in [LI, MA, ZHANG] {
        assert!(!world.say(sender, "绑定 135790").await.contains("绑定好了"));
    }
    assert_eq!(lingwu().groups[0].gateway.as_deref(), Some(GROUP));
    let file: Result<Organisation, _> = Organisation::from_toml("empty.toml", "");
    assert!(file.is_err_and(|problems| !problems.is_empty()));
}
