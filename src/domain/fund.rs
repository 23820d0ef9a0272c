//! 网格经费: what a grid may spend in a year, and what it spent. The books of one grid and year are the fold of their
//! events: an entry is never deleted or changed, a mistake is put right by an opposite entry, and what would take the
//! balance below zero waits for somebody's word. Who may do what, and who is told, is decided in `decide`.

use serde::{Deserialize, Serialize};

use super::{
    category::codes, directory::GridId, message::Media, moment::Moment, money::Fen, person::PersonId,
    ticket_no::TicketNo, words::Words,
};

/// What a grid gets for a year where the organisation file says nothing else: 3000 元 (seed case A9).
pub const YEARLY: Fen = Fen(300_000);

/// Whose books, and of which year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FundId {
    /// The grid.
    pub grid: GridId,
    /// The civil year.
    pub year: i16,
}

impl FundId {
    /// As the history names it: grid 12 in 2024 is 122024.
    pub fn row(self) -> i64 {
        self.grid.0 * 10_000 + i64::from(self.year)
    }

    /// From the history's name of it.
    pub fn from_row(row: i64) -> Self {
        // A remainder by ten thousand always fits.
        Self { grid: GridId(row / 10_000), year: (row % 10_000) as i16 }
    }
}

/// Number of an entry, over all grids and years: 支012.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExpenseId(pub i64);

impl std::fmt::Display for ExpenseId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

codes! {
    /// Where an entry stands.
    ExpenseState {
        /// It counts.
        Booked = "expense_booked",
        /// More than what was left: it counts once somebody agrees.
        Asked = "expense_asked",
        /// Nobody agreed: it never counted.
        Refused = "expense_refused",
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expense {
    /// 支012
    pub id: ExpenseId,
    /// What was spent; an opposite entry's is below zero.
    pub amount: Fen,
    /// For what, in the worker's words; of an opposite entry, why.
    pub purpose: Words,
    /// For which ticket.
    pub ticket: Option<TicketNo>,
    /// Who entered it.
    pub by: PersonId,
    /// When.
    pub at: Moment,
    /// Whether it counts.
    pub state: ExpenseState,
    /// Who agreed that it goes beyond what was left, or did not.
    pub decided_by: Option<PersonId>,
    /// The entry that it takes back.
    pub reverses: Option<ExpenseId>,
    /// The entry that takes it back.
    pub reversed_by: Option<ExpenseId>,
    /// Photos of receipts.
    pub receipts: u32,
}

/// What is entered as spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number.
    pub id: ExpenseId,
    /// How much, above zero.
    pub amount: Fen,
    /// For what.
    pub purpose: Words,
    /// For which ticket.
    pub ticket: Option<TicketNo>,
}

/// What happened in the books. Stored as written, so a variant is never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum FundEvent {
    /// The year's amount: the first event of all books, and another one when the organisation gives another amount.
    Allotted {
        /// How much.
        yearly: Fen,
    },
    /// An expense that what is left can bear.
    Spent(Entry),
    /// An expense beyond what is left.
    Asked(Entry),
    /// Somebody else agreed: Asked → Booked, whatever is left.
    Approved {
        /// Which.
        id: ExpenseId,
    },
    /// Somebody did not: Asked → Refused.
    Refused {
        /// Which.
        id: ExpenseId,
        /// Why.
        text: Words,
    },
    /// 冲销: an opposite entry, once for an entry.
    Reversed {
        /// Its number.
        id: ExpenseId,
        /// What it takes back.
        original: ExpenseId,
        /// Why.
        text: Words,
    },
    /// A photo of a receipt.
    Receipt {
        /// Of which entry.
        id: ExpenseId,
        /// Where it is kept.
        media: Media,
    },
}

impl FundEvent {
    /// The event's name in the history.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Allotted { .. } => "fund_allotted",
            Self::Spent(_) => "fund_spent",
            Self::Asked(_) => "fund_asked",
            Self::Approved { .. } => "fund_approved",
            Self::Refused { .. } => "fund_refused",
            Self::Reversed { .. } => "fund_reversed",
            Self::Receipt { .. } => "fund_receipt",
        }
    }

    /// The number that it gives to an entry.
    pub fn numbers(&self) -> Option<ExpenseId> {
        match self {
            Self::Spent(entry) | Self::Asked(entry) => Some(entry.id),
            Self::Reversed { id, .. } => Some(*id),
            Self::Allotted { .. } | Self::Approved { .. } | Self::Refused { .. } | Self::Receipt { .. } => {
                None
            }
        }
    }
}

/// The books of a grid and year: the fold of their events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fund {
    /// Whose, of which year.
    pub id: FundId,
    /// The year's amount.
    pub yearly: Fen,
    /// All entries, in order.
    pub expenses: Vec<Expense>,
}

impl Fund {
    /// Books as [`FundEvent::Allotted`], their first event, makes them.
    pub fn open(id: FundId, yearly: Fen) -> Self {
        Self { id, yearly, expenses: vec![] }
    }

    /// Books as the organisation allots them now, and the event that makes them so where they are not yet. What a year gave
    /// that is over stays as it was.
    pub fn allotted(
        stored: Option<Self>,
        id: FundId,
        yearly: Fen,
        this_year: i16,
    ) -> (Self, Option<FundEvent>) {
        let event = FundEvent::Allotted { yearly };
        match stored {
            None => (Self::open(id, yearly), Some(event)),
            Some(fund) if id.year == this_year && fund.yearly != yearly => {
                (Self { yearly, ..fund }, Some(event))
            }
            Some(fund) => (fund, None),
        }
    }

    /// Folds one event in; `false`, and nothing changed, when that cannot happen.
    pub fn apply(&mut self, at: Moment, actor: PersonId, event: &FundEvent) -> bool {
        if event.numbers().is_some_and(|id| self.expense(id).is_some()) {
            return false;
        }
        let fits = |entry: &Entry| entry.amount <= self.balance();
        match event {
            FundEvent::Allotted { yearly } => self.yearly = *yearly,
            FundEvent::Spent(entry) if entry.amount.0 > 0 && fits(entry) => {
                self.expenses.push(Expense::of(entry.clone(), actor, at, ExpenseState::Booked));
            }
            FundEvent::Asked(entry) if entry.amount.0 > 0 && !fits(entry) => {
                self.expenses.push(Expense::of(entry.clone(), actor, at, ExpenseState::Asked));
            }
            FundEvent::Spent(_) | FundEvent::Asked(_) => return false,
            FundEvent::Approved { id } => return self.decide(*id, actor, ExpenseState::Booked),
            FundEvent::Refused { id, .. } => return self.decide(*id, actor, ExpenseState::Refused),
            FundEvent::Reversed { id, original, text } => {
                let found = self.expenses.iter_mut().find(|e| e.id == *original && e.is_reversible());
                let Some(taken_back) = found else { return false };
                taken_back.reversed_by = Some(*id);
                let entry = Entry {
                    id: *id,
                    amount: -taken_back.amount,
                    purpose: text.clone(),
                    ticket: taken_back.ticket,
                };
                let opposite = Expense::of(entry, actor, at, ExpenseState::Booked);
                self.expenses.push(Expense { reverses: Some(*original), ..opposite });
            }
            FundEvent::Receipt { id, .. } => {
                let Some(expense) = self.expenses.iter_mut().find(|e| e.id == *id) else { return false };
                expense.receipts += 1;
            }
        }
        true
    }

    /// Nobody decides on what they asked for themselves.
    fn decide(&mut self, id: ExpenseId, actor: PersonId, state: ExpenseState) -> bool {
        let waits = |e: &&mut Expense| e.id == id && e.state == ExpenseState::Asked && e.by != actor;
        let Some(expense) = self.expenses.iter_mut().find(waits) else { return false };
        expense.state = state;
        expense.decided_by = Some(actor);
        true
    }

    /// The entry of that number.
    pub fn expense(&self, id: ExpenseId) -> Option<&Expense> {
        self.expenses.iter().find(|e| e.id == id)
    }

    fn booked(&self) -> impl Iterator<Item = &Expense> {
        self.expenses.iter().filter(|e| e.state == ExpenseState::Booked)
    }

    /// What was spent, what was taken back not counted.
    pub fn spent(&self) -> Fen {
        self.booked().map(|e| e.amount).sum()
    }

    /// What is left; below zero only after somebody agreed, or when the year's amount was cut.
    pub fn balance(&self) -> Fen {
        self.yearly - self.spent()
    }

    /// Expenses that count and were not taken back.
    pub fn count(&self) -> usize {
        self.booked().filter(|e| e.is_reversible()).count()
    }

    /// Expenses that wait for somebody's word.
    pub fn waiting(&self) -> impl Iterator<Item = &Expense> {
        self.expenses.iter().filter(|e| e.state == ExpenseState::Asked)
    }
}

impl Expense {
    fn of(entry: Entry, by: PersonId, at: Moment, state: ExpenseState) -> Self {
        let Entry { id, amount, purpose, ticket } = entry;
        Self {
            id,
            amount,
            purpose,
            ticket,
            by,
            at,
            state,
            decided_by: None,
            reverses: None,
            reversed_by: None,
            receipts: 0,
        }
    }

    /// Whether it counts, is no opposite entry and has none.
    pub fn is_reversible(&self) -> bool {
        self.state == ExpenseState::Booked && self.reverses.is_none() && self.reversed_by.is_none()
    }
}
