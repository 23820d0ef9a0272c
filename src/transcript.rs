//! Executable conversations: `.chat` files. A file is parsed into steps, run against a world through its real doors
//! with a clock set by hand, and compared line by line. A line that went out and is not mentioned is a difference.
//!
//! ```text
//! # 标题    seed lingwu    clock 2024-03-13 09:00
//! 张婶> 3号楼路灯不亮             said privately          张婶@育才街党群连心群> …   said in a group
//!   bot> 收到，单号 $a=LX240313001。…                     the answer; … skips the rest of its line,
//!     …                                                  … alone the lines that follow
//!   小马< …                       pushed                  小白<< …   waits for 小白's next message
//! +22h   =2024-03-14 09:00        the clock               !retry   !restart
//! @ticket $a dispatched 小马      asserted
//! ```

mod parse;
mod run;

pub use parse::{Expected, Script, Step, parse};
pub use run::{Outcome, run};
