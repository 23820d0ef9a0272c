//! 党群连心: a resident's sentence becomes a ticket, and the ticket comes to its end.
//!
//! Three rings. A pure middle ([`domain`], [`understand`]), adapters round it ([`channel`], [`store`], [`reply`],
//! [`sheet`], [`web`]), and a shell that joins them ([`app`], [`cli`], `main`). Everything that changes the world is a value
//! ([`domain::effect::Effect`]) made by one pure function ([`domain::decide::decide`]) and committed by one writer
//! together with the reply and the notices that it causes.

pub mod app;
pub mod channel;
pub mod cli;
pub mod config;
pub mod domain;
pub mod playground;
pub mod reply;
pub mod sheet;
pub mod store;
pub mod transcript;
pub mod understand;
pub mod web;
pub mod workshop;
