//! Every conversation in `fixtures/transcripts` through the real doors. All differences are printed; `BLESS=1` rewrites
//! the expectations. And the test of the test: a transcript that is wrong in any one way fails.

mod support;

use std::path::{Path, PathBuf};

use lianxin::{
    playground,
    transcript::{self, Outcome},
};
use support::SHIPPED;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "chat") {
            found.push(path);
        }
    }
}

async fn played(name: &str, text: &str) -> Outcome {
    let script = transcript::parse(name, text).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>())
    });
    let world = playground::seed(&script.seed).unwrap_or_else(|problems| panic!("{name}: {}", problems[0]));
    transcript::run(&SHIPPED, &world, &script).await.expect("the world runs")
}

#[tokio::test]
async fn all_conversations_go_as_written() {
    let mut paths = vec![];
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/transcripts"), &mut paths);
    paths.sort();
    assert!(paths.len() >= 25, "transcripts went missing: {}", paths.len());
    let bless = std::env::var_os("BLESS").is_some();
    let mut report = String::new();
    for path in paths {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).expect("a transcript");
        let outcome = played(&name, &text).await;
        if bless {
            std::fs::write(&path, &outcome.blessed).expect("it can be rewritten");
        } else if !outcome.differences.is_empty() {
            report.push_str(&format!("{name}\n    {}\n", outcome.differences.join("\n    ")));
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

const RIGHT: &str = "\
# 路灯    seed lingwu    clock 2024-03-13 09:00
张婶> 3号楼路灯不亮
  bot> 收到，单号 $a=LX240313001。
    …
  小马< 新单 $a 路灯
    …
@ticket $a dispatched 小马
";

/// Each way to be wrong, as a change of the right one; and what the difference must tell.
#[tokio::test]
async fn a_wrong_transcript_fails() {
    assert_eq!(played("right", RIGHT).await.differences, [""; 0]);
    let wrongs = [
        ("  小马< 新单 $a 路灯\n    …\n", "", "not mentioned"),
        ("收到，单号 $a=LX240313001。\n", "好的，单号 $a=LX240313001。\n", "expected bot>"),
        ("$a=LX240313001。\n    …\n", "$a=LX240313001。\n", "expected bot>"),
        ("    …\n@ticket", "    …\n  老高< 新单 $a\n@ticket", "did not come"),
        ("小马<", "小丁<", "expected 小丁<"),
        ("dispatched 小马", "in_progress 小马", "LX240313001 is"),
        ("dispatched 小马", "dispatched 小丁", "LX240313001 is"),
        ("@ticket $a", "@ticket LX240313002", "there is no LX240313002"),
        ("$a=LX240313001。\n", "$a=LX240313009。\n", "expected bot>"),
    ];
    for (right, wrong, told) in wrongs {
        let text = RIGHT.replacen(right, wrong, 1);
        assert_ne!(text, RIGHT, "{right:?} is not in the transcript");
        let differences = played("wrong", &text).await.differences.join("\n");
        assert!(differences.contains(told), "{wrong:?} should tell {told:?}, told {differences:?}");
    }
}

/// What is rewritten passes, and rewriting it again changes nothing.
#[tokio::test]
async fn a_blessed_transcript_passes() {
    let wrong = RIGHT
        .replace("新单 $a 路灯", "旧单")
        .replace("收到，单号 $a=LX240313001。", "没收到 $a=LX240313001。");
    let blessed = played("wrong", &wrong).await.blessed;
    let again = played("blessed", &blessed).await;
    assert_eq!(again.differences, [""; 0], "{blessed}");
    assert_eq!(again.blessed, blessed);
}
