//! The rule-book: pure, synchronous values and functions. It names nothing but itself; `now` is an argument.
//! Never here: async, SQL, sockets, clocks, random numbers, log lines.

pub mod calendar;
pub mod category;
pub mod command;
pub mod message;
pub mod moment;
pub mod place;
pub mod problem;
pub mod ticket_no;
pub mod understanding;
