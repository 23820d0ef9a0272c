//! Any text through the XML reader: no panic, and what it accepts survives the writer.
#![no_main]

use lianxin::channel::xml::{self, Writer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(fields) = xml::parse(text) {
        for (path, value) in fields.iter() {
            assert!(path.split('/').count() < 8);
            let written = Writer::default().text("v", value).finish();
            assert_eq!(xml::parse(&written).expect("we wrote it").get("v"), Some(value));
        }
    }
});
