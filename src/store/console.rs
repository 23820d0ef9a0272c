//! Accounts, sessions and tries: what the console writes through the writer, with the history row that each write
//! leaves, and what it reads. Passwords come hashed and session ids too; no secret is seen here.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Store, StoreError, apply::Bench};
use crate::domain::{
    account::{
        Account, AccountId, AccountName, AuditKind, AuditNote, IDLE_MINUTES, LOCK_MINUTES, PasswordHash,
        Post, Refusal, SESSION_HOURS, SessionTimes, Sight, Tries, Verdict,
    },
    moment::Moment,
    person::PersonId,
    ticket_no::TicketNo,
    words::Words,
};

/// A SHA-256: of a session id, of a name, of an address.
pub type Digest = [u8; 32];

/// Something that the console writes. `by` is who does it; `None`: the command line.
pub enum ConsoleWrite {
    /// A new account.
    Add(AccountName, Post, PasswordHash, Option<AccountId>),
    /// Another password; ends the account's sessions.
    Password(AccountId, PasswordHash, Option<AccountId>),
    /// Another post.
    Post(AccountId, Post, Option<AccountId>),
    /// Closes an account and ends its sessions, or opens it again.
    Disabled(AccountId, bool, Option<AccountId>),
    /// A try, counted under all keys before its password is compared.
    Try(Vec<Digest>),
    /// The try was right after all: the name begins anew, the address gets this one back.
    Right {
        /// The name's key.
        of_name: Digest,
        /// The address's key.
        of_address: Digest,
    },
    /// It was not: whose, from where, and whether it was the last.
    Wrong(Option<AccountId>, String, bool),
    /// Somebody signed in with this password: the new session, and from where. Refused when the password is another by
    /// now, or the account closed: whatever ended all sessions has ended this one too.
    Begin(AccountId, PasswordHash, Digest, String),
    /// A session was used.
    Touch(Digest),
    /// Somebody signed out.
    End(AccountId, Digest),
    /// Tickets were looked at, or taken out as a file: who, what it was in words, and whether unhidden.
    Looked(Look, Option<AccountId>, Words, Sight),
}

/// What somebody looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A ledger, as a file.
    Ledger,
    /// One ticket.
    Ticket(TicketNo),
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is so now.
    Done,
    /// It is not, and why.
    Refused(Refusal),
    /// What becomes of a try.
    Tried(Verdict),
}

/// What a sign-in is checked against.
pub struct Credentials {
    /// The account.
    pub account: AccountId,
    /// Whether nobody can sign in with it.
    pub disabled: bool,
    /// Its password.
    pub password: PasswordHash,
}

/// One row of the history that the audit shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// What.
    pub kind: String,
    /// To which account, or other subject of the kind; 0 for none.
    pub subject: i64,
    /// The rest, as JSON.
    pub body: String,
}

pub(super) fn write(bench: &mut Bench<'_>, write: ConsoleWrite) -> Result<Written, StoreError> {
    let now = bench.now;
    let connection = bench.connection;
    match write {
        ConsoleWrite::Add(name, post, password, by) => {
            if id_of(connection, name.as_str())?.is_some() {
                return Ok(Written::Refused(Refusal::NameTaken));
            }
            connection.execute(
                "INSERT INTO account (name, post, password, created_at, password_at) VALUES (?1, ?2, ?3, ?4, ?4)",
                params![name.as_str(), post.code(), password.0, now.millis()],
            )?;
            let id = AccountId(connection.last_insert_rowid());
            bench.audit(
                AuditKind::AccountAdded,
                id,
                &AuditNote { by, post: Some(post), ..Default::default() },
            )
        }
        ConsoleWrite::Password(id, password, by) => {
            let changed = connection.execute(
                "UPDATE account SET password = ?2, password_at = ?3 WHERE id = ?1",
                params![id.0, password.0, now.millis()],
            )?;
            end_all(connection, id)?;
            bench.audit_change(
                changed,
                AuditKind::AccountPassword,
                id,
                AuditNote { by, ..Default::default() },
            )
        }
        ConsoleWrite::Post(id, post, by) => {
            let changed = connection
                .execute("UPDATE account SET post = ?2 WHERE id = ?1", params![id.0, post.code()])?;
            let note = AuditNote { by, post: Some(post), ..Default::default() };
            bench.audit_change(changed, AuditKind::AccountPost, id, note)
        }
        ConsoleWrite::Disabled(id, disabled, by) => {
            let changed = connection
                .execute("UPDATE account SET disabled = ?2 WHERE id = ?1", params![id.0, disabled])?;
            end_all(connection, id)?;
            let kind = if disabled { AuditKind::AccountDisabled } else { AuditKind::AccountEnabled };
            bench.audit_change(changed, kind, id, AuditNote { by, ..Default::default() })
        }
        ConsoleWrite::Try(keys) => attempt(connection, &keys, now).map(Written::Tried),
        ConsoleWrite::Right { of_name, of_address } => {
            connection.execute("DELETE FROM login_try WHERE key = ?1", [of_name.as_slice()])?;
            // Only this one try: a good password of one's own must not buy new tries at others' names.
            connection
                .execute("UPDATE login_try SET count = count - 1 WHERE key = ?1", [of_address.as_slice()])?;
            Ok(Written::Done)
        }
        ConsoleWrite::Wrong(account, address, last) => {
            let kind = if last { AuditKind::LoginLocked } else { AuditKind::LoginFailed };
            let note = AuditNote { address: Some(address), ..Default::default() };
            bench.audit(kind, account.unwrap_or(AccountId(0)), &note)
        }
        ConsoleWrite::Begin(id, password, session, address) => {
            let sql = "SELECT 1 FROM account WHERE id = ?1 AND password = ?2 AND NOT disabled";
            let so = connection.query_row(sql, params![id.0, password.0], |_| Ok(())).optional()?;
            if so.is_none() {
                return Ok(Written::Refused(Refusal::PasswordWrong));
            }
            sweep(connection, now)?;
            connection.execute(
                "INSERT INTO session (hash, account, began_at, seen_at) VALUES (?1, ?2, ?3, ?3)",
                params![session.as_slice(), id.0, now.millis()],
            )?;
            connection
                .execute("UPDATE account SET login_at = ?2 WHERE id = ?1", params![id.0, now.millis()])?;
            let note = AuditNote { by: Some(id), address: Some(address), ..Default::default() };
            bench.audit(AuditKind::Login, id, &note)
        }
        ConsoleWrite::Touch(session) => {
            connection.execute(
                "UPDATE session SET seen_at = ?2 WHERE hash = ?1",
                params![session.as_slice(), now.millis()],
            )?;
            Ok(Written::Done)
        }
        ConsoleWrite::End(id, session) => {
            connection.execute("DELETE FROM session WHERE hash = ?1", [session.as_slice()])?;
            bench.audit(AuditKind::Logout, id, &AuditNote { by: Some(id), ..Default::default() })
        }
        ConsoleWrite::Looked(look, by, what, sight) => {
            let (subject, plain, masked) = match look {
                Look::Ledger => (0, AuditKind::LedgerUnmasked, AuditKind::LedgerExported),
                Look::Ticket(no) => (no.row(), AuditKind::TicketUnmasked, AuditKind::TicketUnmasked),
            };
            let (kind, reason) = match sight {
                Sight::Masked => (masked, None),
                Sight::Plain(reason) => (plain, Some(reason.words().clone())),
            };
            let note = AuditNote { by, what: Some(what), reason, ..Default::default() };
            bench.audit_of(kind, subject, &note)
        }
    }
}

impl Bench<'_> {
    /// A history row that the audit shows.
    fn audit(&mut self, kind: AuditKind, id: AccountId, note: &AuditNote) -> Result<Written, StoreError> {
        self.audit_of(kind, id.0, note)
    }

    /// The same, of any subject.
    fn audit_of(&mut self, kind: AuditKind, subject: i64, note: &AuditNote) -> Result<Written, StoreError> {
        // The actor's column counts people of the organisation; an account stands in the note.
        self.record_by(PersonId(0), kind.code(), subject, &serde_json::to_string(note)?)?;
        self.connection.execute("INSERT INTO audited (seq) VALUES (?1)", [self.heads.history.0])?;
        Ok(Written::Done)
    }

    /// The row for a table that was taken in.
    pub(super) fn organisation_changed(&mut self, by: AccountId, what: Words) -> Result<(), StoreError> {
        let note = AuditNote { by: Some(by), what: Some(what), ..Default::default() };
        self.audit_of(AuditKind::OrganisationChanged, 0, &note).map(|_| ())
    }

    fn audit_change(
        &mut self,
        changed: usize,
        kind: AuditKind,
        id: AccountId,
        note: AuditNote,
    ) -> Result<Written, StoreError> {
        if changed == 0 { Ok(Written::Refused(Refusal::NoSuchAccount)) } else { self.audit(kind, id, &note) }
    }
}

fn attempt(connection: &Connection, keys: &[Digest], now: Moment) -> Result<Verdict, StoreError> {
    connection.execute(
        "DELETE FROM login_try WHERE count < 1 OR since < ?1",
        [now.plus_minutes(-LOCK_MINUTES).millis()],
    )?;
    let mut next = Vec::with_capacity(keys.len());
    let mut worst = Verdict::Compared;
    for key in keys {
        let before = connection
            .query_row("SELECT count, since FROM login_try WHERE key = ?1", [key.as_slice()], |r| {
                Ok(Tries { count: r.get(0)?, since: Moment::from_millis(r.get(1)?) })
            })
            .optional()?
            .unwrap_or(Tries::NONE);
        let (after, verdict) = before.attempt(now);
        worst = worst.max(verdict);
        next.push((key, after));
    }
    // A try that is not made does not count: else one locked key would lock the other too.
    if worst != Verdict::Locked {
        for (key, tries) in next {
            connection.execute(
                "INSERT OR REPLACE INTO login_try (key, count, since) VALUES (?1, ?2, ?3)",
                params![key.as_slice(), tries.count, tries.since.millis()],
            )?;
        }
    }
    Ok(worst)
}

fn end_all(connection: &Connection, id: AccountId) -> Result<(), StoreError> {
    connection.execute("DELETE FROM session WHERE account = ?1", [id.0])?;
    Ok(())
}

fn sweep(connection: &Connection, now: Moment) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM session WHERE began_at < ?1 OR seen_at < ?2",
        [now.plus_minutes(-SESSION_HOURS * 60).millis(), now.plus_minutes(-IDLE_MINUTES).millis()],
    )?;
    Ok(())
}

fn id_of(connection: &Connection, name: &str) -> Result<Option<AccountId>, StoreError> {
    let id =
        connection.query_row("SELECT id FROM account WHERE name = ?1", [name], |r| r.get(0)).optional()?;
    Ok(id.map(AccountId))
}

/// Columns of an account, in the order of [`account`].
const ACCOUNT: &str = "SELECT a.id, a.name, a.post, a.disabled, a.created_at, a.password_at, a.login_at";

fn account(row: &Row<'_>) -> Result<Account, StoreError> {
    let post: String = row.get(2)?;
    Ok(Account {
        id: AccountId(row.get(0)?),
        name: Words(row.get(1)?),
        // A post of a newer version: nobody knows what it may do, so it is the one that changes nothing.
        post: Post::from_code(&post).unwrap_or(Post::Auditor),
        disabled: row.get(3)?,
        created_at: Moment::from_millis(row.get(4)?),
        password_at: Moment::from_millis(row.get(5)?),
        login_at: row.get::<_, Option<i64>>(6)?.map(Moment::from_millis),
    })
}

impl Store {
    /// Writes for the console; answers after the COMMIT.
    pub async fn console(&self, write: ConsoleWrite) -> Result<Written, StoreError> {
        self.alone(move |writer| writer.console(write)).await
    }

    /// All accounts, in the order they were made.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached(&format!("{ACCOUNT} FROM account a ORDER BY a.id"))?;
            let mut rows = statement.query([])?;
            let mut accounts = vec![];
            while let Some(row) = rows.next()? {
                accounts.push(account(row)?);
            }
            Ok(accounts)
        })
        .await
    }

    /// An account by its name.
    pub async fn account_named(&self, name: String) -> Result<Option<AccountId>, StoreError> {
        self.read(move |connection| id_of(connection, &name)).await
    }

    /// What a sign-in under a name is checked against.
    pub async fn credentials(&self, name: String) -> Result<Option<Credentials>, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT id, disabled, password FROM account WHERE name = ?1";
            let found = connection.query_row(sql, [name], |r| {
                Ok(Credentials {
                    account: AccountId(r.get(0)?),
                    disabled: r.get(1)?,
                    password: PasswordHash(r.get(2)?),
                })
            });
            Ok(found.optional()?)
        })
        .await
    }

    /// A session and whose it is.
    pub async fn session(&self, session: Digest) -> Result<Option<(Account, SessionTimes)>, StoreError> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "{ACCOUNT}, s.began_at, s.seen_at FROM session s JOIN account a ON a.id = s.account
                 WHERE s.hash = ?1 AND NOT a.disabled"
            ))?;
            let mut rows = statement.query([session.as_slice()])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let times = SessionTimes {
                began_at: Moment::from_millis(row.get(7)?),
                seen_at: Moment::from_millis(row.get(8)?),
            };
            Ok(Some((account(row)?, times)))
        })
        .await
    }

    /// Rows that the audit shows before a number, newest first.
    pub async fn audit_before(&self, before: i64, limit: usize) -> Result<Vec<AuditRow>, StoreError> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT h.seq, h.at, h.kind, h.subject, h.body FROM audited a JOIN history h ON h.seq = a.seq
                 WHERE a.seq < ?1 ORDER BY a.seq DESC LIMIT ?2",
            )?;
            let rows = statement.query_map(params![before, limit as i64], |r| {
                Ok(AuditRow {
                    seq: r.get(0)?,
                    at: Moment::from_millis(r.get(1)?),
                    kind: r.get(2)?,
                    subject: r.get(3)?,
                    body: r.get(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
