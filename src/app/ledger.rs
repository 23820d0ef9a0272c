//! The ledger as it is asked for: pages, figures, files and single tickets, read beside the replies. Here the rules of
//! `domain/ledger`, the store's tickets and the words of `sheet` meet. Whatever shows personal things unhidden is on
//! record, with its reason, before any of it is read.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Instant,
};

use super::Clock;
use crate::{
    domain::{
        account::{AccountId, Sight},
        category::Taxonomy,
        directory::{Directory, Grid},
        fund::{Expense, Fund, FundId},
        ledger::{Background, Counted, Figures, Filter, LedgerRow, Named, Reach, Tally},
        mask::Mask,
        moment::Moment,
        person::Person,
        search,
        ticket::{Ticket, TicketEvent},
        ticket_no::TicketNo,
        words::Words,
    },
    sheet::{Format, Heading, Sheet, SheetError, SheetWords},
    store::{
        Store, StoreError,
        console::{ConsoleWrite, Look},
        ledger::{Happened, Next, Shelf},
    },
};

/// Steps of filling the search index in one go: far behind, it catches up without delaying the clockwork by much.
const STEPS: usize = 32;

/// What rows are made with: data files, and the clock.
#[derive(Debug, Clone)]
pub struct Kit {
    /// Names of columns and codes.
    pub words: Arc<SheetWords>,
    /// Hides what is personal.
    pub mask: Arc<Mask>,
    /// Names of categories.
    pub taxonomy: Arc<Taxonomy>,
    /// The clock.
    pub clock: Clock,
}

/// Ledgers of one store; cheap to clone.
#[derive(Debug, Clone)]
pub struct Ledgers {
    store: Store,
    kit: Kit,
}

/// A page of a ledger, newest first, and the figures of all of it.
pub struct Page {
    /// Its rows.
    pub rows: Vec<LedgerRow>,
    /// Where the next page begins, when there is one.
    pub older: Option<TicketNo>,
    /// Figures of the whole ledger.
    pub figures: Figures,
}

/// One ticket with all that happened to it.
pub struct Whole {
    /// As it is.
    pub ticket: Ticket,
    /// Its row.
    pub row: LedgerRow,
    /// What happened, in order.
    pub happened: Vec<Happened>,
    /// What grids spent on it, in the order of the books.
    pub expenses: Vec<Expense>,
}

/// A file that somebody wants.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Of which tickets.
    pub filter: Filter,
    /// Which kind.
    pub format: Format,
    /// Hidden or not, and why not.
    pub sight: Sight,
    /// The account that asks; `None`: the command line.
    pub account: Option<AccountId>,
    /// The asker's name, as the file tells it.
    pub by: String,
    /// The office, as the title tells it.
    pub office: String,
}

/// A file.
pub struct Exported {
    /// What to call it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its rows.
    pub rows: u32,
}

/// Why there is no ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The file failed.
    #[error("the file failed")]
    Sheet(#[from] SheetError),
    /// The thread failed.
    #[error("the ledger was not finished")]
    Thread(#[from] tokio::task::JoinError),
}

impl Kit {
    /// What rows are made of now.
    fn background<'b>(&'b self, directory: &'b Directory, plain: bool) -> Background<'b> {
        let mask = (!plain).then_some(&*self.mask);
        Background { directory, taxonomy: &self.taxonomy, mask, now: self.clock.now() }
    }
}

impl Ledgers {
    /// Of a store.
    pub fn new(store: Store, kit: Kit) -> Self {
        Self { store, kit }
    }

    /// Names of columns and codes.
    pub fn words(&self) -> &SheetWords {
        &self.kit.words
    }

    /// Names of categories.
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.kit.taxonomy
    }

    /// Hides what is personal.
    pub fn mask(&self) -> &Mask {
        &self.kit.mask
    }

    /// The organisation as it is now.
    pub fn directory(&self) -> Arc<Directory> {
        self.store.directory().borrow().clone()
    }

    /// The time.
    pub fn now(&self) -> Moment {
        self.kit.clock.now()
    }

    /// The newest rows before a number, masked, with the figures of all.
    pub async fn page(
        &self,
        filter: Filter,
        before: Option<TicketNo>,
        limit: usize,
    ) -> Result<Page, LedgerError> {
        self.read(move |store, kit, directory| {
            let background = kit.background(directory, false);
            let mut page = Page { rows: vec![], older: None, figures: Figures::default() };
            let shelf = store.shelf()?;
            meet(&shelf, &filter, background.now, &mut page.figures)?;
            shelf.descending(filter.numbers(), |ticket| {
                if filter.fits(&ticket, directory, background.now) {
                    page.figures.add(&ticket, background.now);
                    if before.is_none_or(|before| ticket.no < before) {
                        match page.rows.len() < limit {
                            true => page.rows.push(LedgerRow::of(&ticket, &background)),
                            false => page.older = page.rows.last().map(|row| row.no),
                        }
                    }
                }
                Ok::<_, LedgerError>(Next::More)
            })?;
            Ok(page)
        })
        .await
    }

    /// The figures of a ledger.
    pub async fn figures(&self, filter: Filter) -> Result<Figures, LedgerError> {
        Ok(self.page(filter, None, 0).await?.figures)
    }

    /// The figures that somebody may be told, and those of the period before, if they are counted by then; `None` for
    /// residents.
    pub async fn counted(
        &self,
        person: &Person,
        named: Named,
        until: Instant,
    ) -> Result<Option<Tally>, LedgerError> {
        let Some(reach) = Reach::of(person, &self.directory()) else { return Ok(None) };
        let figures = self.figures_by(named.filter(reach.clone()), until).await?;
        let before = self.figures_by(named.before().filter(reach.clone()), until).await?;
        let (Some(figures), Some(before)) = (figures, before) else { return Ok(Some(Tally::TooMany)) };
        let funds = match named {
            Named::Month(year, _) | Named::Year(year) => self.funds(&reach, year).await?,
            Named::Week(_) => vec![],
        };
        Ok(Some(Tally::Counted(Box::new(Counted { reach, named, figures, before, funds }))))
    }

    /// The figures of a ledger, unless counting them takes longer than that.
    async fn figures_by(&self, filter: Filter, until: Instant) -> Result<Option<Figures>, LedgerError> {
        self.read(move |store, kit, directory| {
            let now = kit.clock.now();
            let mut figures = Figures::default();
            let mut in_time = true;
            let shelf = store.shelf()?;
            meet(&shelf, &filter, now, &mut figures)?;
            shelf.descending(filter.numbers(), |ticket| {
                if filter.fits(&ticket, directory, now) {
                    figures.add(&ticket, now);
                }
                in_time = Instant::now() < until;
                Ok::<_, LedgerError>(if in_time { Next::More } else { Next::Stop })
            })?;
            Ok(in_time.then_some(figures))
        })
        .await
    }

    /// The grids' funds of a year; of one that is over only those that something was entered in.
    pub async fn funds(&self, reach: &Reach, year: i16) -> Result<Vec<Fund>, LedgerError> {
        let (directory, this_year) = (self.directory(), self.now().year());
        let mut stored = self.store.funds(year).await?;
        let within = |grid: &&Grid| match reach {
            Reach::All => true,
            Reach::Community(id) => grid.community == *id,
            Reach::Grids(grids) => grids.contains(&grid.id),
            Reach::Own(_) => false,
        };
        let fund = |grid: &Grid| {
            let id = FundId { grid: grid.id, year };
            let found = stored.iter().position(|fund| fund.id == id).map(|at| stored.swap_remove(at));
            let known = found.is_some() || year == this_year;
            known.then(|| Fund::allotted(found, id, directory.yearly_fund(grid), this_year).0)
        };
        Ok(directory.grids.iter().filter(within).filter_map(fund).collect())
    }

    /// A file. That it was made is on record before it is.
    pub async fn export(&self, wanted: Wanted) -> Result<Exported, LedgerError> {
        let heading = self.heading(&wanted);
        let what = format!("{} · {}", self.kit.words.period(heading.period), wanted.format.code());
        let look = match wanted.account {
            Some(_) => what,
            None => format!("{} · {what}", wanted.by),
        };
        let write = ConsoleWrite::Looked(Look::Ledger, wanted.account, Words(look), wanted.sight.clone());
        self.store.console(write).await?;
        self.read(move |store, kit, directory| {
            let background = kit.background(directory, heading.plain);
            let mut sheet = Sheet::begin(wanted.format, &heading, &kit.words)?;
            store.shelf()?.ascending(wanted.filter.numbers(), |ticket| {
                if wanted.filter.fits(&ticket, directory, background.now) {
                    sheet.row(&LedgerRow::of(&ticket, &background))?;
                }
                Ok::<_, LedgerError>(Next::More)
            })?;
            let (name, rows) = (kit.words.file_name(&heading, wanted.format), sheet.rows());
            Ok(Exported { name, rows, bytes: sheet.finish()? })
        })
        .await
    }

    fn heading(&self, wanted: &Wanted) -> Heading {
        let directory = self.directory();
        let community = wanted.filter.community.and_then(|id| directory.community(id));
        Heading {
            office: wanted.office.clone(),
            // The bound itself is the first moment after the last day.
            period: (wanted.filter.since, wanted.filter.until.map(|until| until.plus_minutes(-1))),
            community: community.map(|community| community.name.clone()),
            made_at: self.now(),
            made_by: wanted.by.clone(),
            plain: wanted.sight.is_plain(),
        }
    }

    /// A ticket, whole. Looking at it unhidden is on record first.
    pub async fn ticket(
        &self,
        no: TicketNo,
        account: AccountId,
        sight: Sight,
    ) -> Result<Option<Whole>, LedgerError> {
        let Some(ticket) = self.store.ticket(no).await? else { return Ok(None) };
        if sight.is_plain() {
            let write =
                ConsoleWrite::Looked(Look::Ticket(no), Some(account), no.to_string().into(), sight.clone());
            self.store.console(write).await?;
        }
        let happened = self.store.happened(no).await?;
        let directory = self.directory();
        let row = LedgerRow::of(&ticket, &self.kit.background(&directory, sight.is_plain()));
        let expenses = self.store.spent_on(no, ticket.received_at.year()..=self.now().year()).await?;
        Ok(Some(Whole { ticket, row, happened, expenses }))
    }

    /// What rows are made of now.
    pub fn background<'b>(&'b self, directory: &'b Directory, plain: bool) -> Background<'b> {
        self.kit.background(directory, plain)
    }

    /// The newest tickets before a number whose words were typed, masked.
    pub async fn search(
        &self,
        typed: &str,
        before: Option<TicketNo>,
        limit: usize,
    ) -> Result<Vec<LedgerRow>, LedgerError> {
        let Some(query) = search::query(typed) else { return Ok(vec![]) };
        let found = self.store.matching(query, before, limit).await?;
        let directory = self.directory();
        let background = self.kit.background(&directory, false);
        // Made private since its words were put in: it is not found any more.
        let open = found.iter().filter(|ticket| !ticket.private);
        Ok(open.map(|ticket| LedgerRow::of(ticket, &background)).collect())
    }

    /// Goes on filling the index for as long as nobody else writes, a second or so at most.
    pub async fn fill_index_at_leisure(&self) -> Result<(), LedgerError> {
        let turns = || self.store.figures().turns.load(Relaxed);
        let before = turns();
        for _ in 0..STEPS {
            if !self.fill_index().await? || turns() != before {
                break;
            }
        }
        Ok(())
    }

    /// Fills the index with what changed, a few tickets at a time; returns whether there may be more.
    pub async fn fill_index(&self) -> Result<bool, LedgerError> {
        let Some(stale) = self.store.stale().await? else { return Ok(false) };
        let upto = stale.upto;
        let words = self
            .read(move |_, kit, directory| {
                let words = |(ticket, events): &(Ticket, Vec<TicketEvent>)| {
                    let taxonomy = &kit.taxonomy;
                    let words = search::document(ticket, events.iter(), directory, taxonomy, &kit.mask);
                    (ticket.no, words)
                };
                Ok(stale.tickets.iter().map(words).collect())
            })
            .await?;
        self.store.index(upto, words).await?;
        Ok(true)
    }

    /// Reads where waiting harms nobody.
    async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Store, &Kit, &Directory) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let (store, kit, directory) = (self.store.clone(), self.kit.clone(), self.directory());
        tokio::task::spawn_blocking(move || question(&store, &kit, &directory)).await?
    }
}

fn meet(shelf: &Shelf, filter: &Filter, now: Moment, figures: &mut Figures) -> Result<(), LedgerError> {
    shelf.meetings(|meeting| {
        if filter.fits_meeting(meeting, now) {
            figures.meet(meeting);
        }
        Ok(())
    })
}
