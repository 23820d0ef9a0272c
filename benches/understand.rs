//! How fast lines are understood, and how much memory the dictionaries take: `cargo bench --bench understand`. Prints
//! figures; nothing passes or fails by them.
#![allow(clippy::print_stdout, missing_docs)]

use std::{hint::black_box, time::Instant};

use lianxin::{app::Shipped, understand::understand};

const SHORT: [&str; 5] = [
    "3号楼路灯不亮好几天了",
    "麻烦你来看看,3号楼的自来水管架子掉落,导致自来水管在污水池中。",
    "我家门口有煤气味好大",
    "不满意 还是漏",
    "小区物业服务质量不高、小区内停车困难、车多位少",
];

fn main() {
    let before = resident_mib();
    let start = Instant::now();
    let shipped = Shipped::load().expect("the shipped dictionaries load");
    let lexicon = shipped.demo_lexicon();
    println!("loaded in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    if let (Some(before), Some(after)) = (before, resident_mib()) {
        println!("dictionaries and everything beside them: {:.1} MiB", after - before);
    }
    let long: String = SHORT.iter().cycle().take(70).copied().collect();
    println!("long message: {} characters", long.chars().count());
    for (name, lines, rounds) in [("short", SHORT.to_vec(), 4000), ("long", vec![long.as_str()], 200)] {
        let mut times = vec![];
        for _ in 0..5 {
            let start = Instant::now();
            for _ in 0..rounds {
                for line in &lines {
                    black_box(understand(black_box(line), &lexicon));
                }
            }
            times.push(start.elapsed().as_secs_f64() * 1e6 / (rounds * lines.len()) as f64);
        }
        times.sort_by(f64::total_cmp);
        println!("{name}: {:.1} µs a message, {:.0} a second on one thread", times[2], 1e6 / times[2]);
    }
}

/// What the process holds, where the system tells.
fn resident_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()? / 1024.0)
}
