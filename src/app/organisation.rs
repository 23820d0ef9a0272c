//! Tables of people, buildings and routes: what one would change now, and taking one in that was shown.

use super::App;
use crate::{
    domain::{account::AccountId, words::Words},
    sheet::csv_table,
    store::{
        StoreError,
        organisation::{Plan, TableKind, people_table, plan, route_table},
    },
};

/// What became of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is in force.
    In,
    /// It is not: a row cannot stand, or the organisation has changed since the table was shown.
    Not,
}

impl App {
    /// What a table would change, and the version of the organisation that it was laid over; `None` before there is one.
    pub async fn plan_table(
        &self,
        kind: TableKind,
        rows: &[Vec<String>],
    ) -> Result<Option<(Plan, i64)>, StoreError> {
        let current = self.store.organisation().await?;
        let taxonomy = &self.store.standing().taxonomy;
        Ok(current
            .map(|(current, version)| (plan(&current, kind, rows, &self.table_words, taxonomy), version)))
    }

    /// 派单表 as a file that can be taken in again; `None` before there is an organisation.
    pub async fn route_file(&self) -> Result<Option<String>, StoreError> {
        let current = self.store.organisation().await?;
        let taxonomy = &self.store.standing().taxonomy;
        Ok(current.map(|(current, _)| csv_table(&route_table(&current, &self.table_words, taxonomy))))
    }

    /// Everybody at work as a file that can be taken in again; `None` before there is an organisation.
    pub async fn people_file(&self) -> Result<Option<String>, StoreError> {
        let current = self.store.organisation().await?;
        Ok(current.map(|(current, _)| csv_table(&people_table(&current, &self.table_words))))
    }

    /// Takes a table in, if it stands and was shown with the organisation as it is; on record with it.
    pub async fn take_table(
        &self,
        account: AccountId,
        kind: TableKind,
        rows: &[Vec<String>],
        version: i64,
    ) -> Result<Taken, StoreError> {
        let Some((plan, now)) = self.plan_table(kind, rows).await? else { return Ok(Taken::Not) };
        if now != version || !plan.bad.is_empty() {
            return Ok(Taken::Not);
        }
        let what = Words(format!("{} · {}", kind.code(), plan.changes.len()));
        let taken = self.store.import_table(plan.organisation, version, account, what).await?;
        if taken {
            let directory = self.store.directory().borrow().clone();
            self.refresh_places(&directory);
        }
        Ok(if taken { Taken::In } else { Taken::Not })
    }
}
