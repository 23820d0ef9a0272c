//! What is taken out of a message beside its category: places, numbers in places, urgency and danger.

pub mod number;
pub mod place;
pub mod urgency;
