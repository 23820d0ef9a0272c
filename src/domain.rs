//! The rule-book: pure, synchronous values and functions. It names nothing but itself; `now` is an argument.
//! Never here: async, SQL, sockets, clocks, random numbers, log lines.

pub mod account;
pub mod calendar;
pub mod category;
pub mod clock;
pub mod command;
pub mod compose;
pub mod decide;
pub mod dialogue;
pub mod dictionary;
pub mod directory;
pub mod effect;
pub mod fund;
pub mod ladder;
pub mod ledger;
pub mod limits;
pub mod mask;
pub mod meeting;
pub mod message;
pub mod moment;
pub mod money;
pub mod patrol;
pub mod person;
pub mod place;
pub mod problem;
pub mod project;
pub mod reply_key;
pub mod route;
pub mod search;
pub mod slip;
pub mod ticket;
pub mod ticket_no;
pub mod understanding;
pub mod whistle;
pub mod words;
pub mod world;
