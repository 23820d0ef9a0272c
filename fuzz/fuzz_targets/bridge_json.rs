//! Any bytes as a gateway's body: no panic, and an accepted message keeps its promises.
#![no_main]

use lianxin::channel::bridge;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    if let Ok(delivery) = bridge::read(body) {
        let inbound = delivery.inbound;
        assert!(!inbound.key.id.is_empty() && !inbound.key.sender.is_empty());
        assert!(inbound.addressed || inbound.group.is_some());
    }
});
