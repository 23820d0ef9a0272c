//! Console accounts: names, posts and what each may do, what makes a password, when tries are over and when a session
//! ends. Values and rules only: hashing stands in `app/accounts`, rows in the store, pages in `web/console`.

use serde::{Deserialize, Serialize};

use super::{
    category::codes,
    moment::Moment,
    words::{Words, silent_debug},
};

/// Row id of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub i64);

codes! {
    /// A post in the console (DOMAIN §2). Administration, keys and audit are apart.
    Post {
        /// 词典编辑
        DictionaryEditor = "dictionary_editor",
        /// 业务管理员
        CommunityAdmin = "community_admin",
        /// 系统管理员
        SystemAdmin = "system_admin",
        /// 安全管理员
        SecurityAdmin = "security_admin",
        /// 审计员
        Auditor = "auditor",
        /// 街道督办
        Supervisor = "supervisor",
    }
}

codes! {
    /// What somebody may do in the console.
    Right {
        /// Look at the dictionaries.
        ViewDictionary = "view_dictionary",
        /// Draft changes to them.
        EditDictionary = "edit_dictionary",
        /// Put a draft into force, or take it back.
        PublishDictionary = "publish_dictionary",
        /// Accounts and posts.
        ManageAccounts = "manage_accounts",
        /// What was done by whom.
        ReadAudit = "read_audit",
        /// Tickets and their figures, with personal things hidden.
        ViewLedger = "view_ledger",
        /// Personal things in tickets, for a reason that is recorded.
        SeePersonal = "see_personal",
        /// Take in tables of people and buildings.
        ManageOrganisation = "manage_organisation",
    }
}

impl Post {
    /// What this post may do.
    pub const fn rights(self) -> &'static [Right] {
        match self {
            Self::DictionaryEditor => &[Right::ViewDictionary, Right::EditDictionary],
            Self::CommunityAdmin => &[
                Right::ViewLedger,
                Right::SeePersonal,
                Right::ManageOrganisation,
                Right::ViewDictionary,
                Right::EditDictionary,
                Right::PublishDictionary,
            ],
            Self::SystemAdmin | Self::SecurityAdmin => &[Right::ManageAccounts],
            Self::Auditor => &[Right::ReadAudit],
            Self::Supervisor => &[Right::ViewLedger],
        }
    }

    /// Whether this post may do something.
    pub fn may(self, right: Right) -> bool {
        self.rights().contains(&right)
    }
}

codes! {
    /// What the audit knows of the console; the kind of a history row.
    AuditKind {
        /// An account was made.
        AccountAdded = "account_added",
        /// A password was set.
        AccountPassword = "account_password",
        /// A post was given.
        AccountPost = "account_post",
        /// An account was closed.
        AccountDisabled = "account_disabled",
        /// An account was opened again.
        AccountEnabled = "account_enabled",
        /// Somebody signed in.
        Login = "login",
        /// A name and a password that do not belong together.
        LoginFailed = "login_failed",
        /// The failure after which nothing more is tried for a while.
        LoginLocked = "login_locked",
        /// Somebody signed out.
        Logout = "logout",
        /// A ledger was taken out as a file.
        LedgerExported = "ledger_exported",
        /// The same, with personal things unhidden.
        LedgerUnmasked = "ledger_unmasked",
        /// A ticket was looked at with personal things unhidden.
        TicketUnmasked = "ticket_unmasked",
        /// A table of people or buildings was taken in.
        OrganisationChanged = "organisation_changed",
    }
}

/// What a history row of the console says besides its kind and subject. Never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditNote {
    /// Who did it; absent: the command line or nobody known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AccountId>,
    /// The post given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Post>,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What was looked at or taken out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<Words>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
}

/// Why somebody wants to see personal things: 2 to 200 characters, none of them invisible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(Words);

impl Reason {
    /// A reason from what somebody typed.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let reason = typed.trim();
        let fits = (2..=200).contains(&reason.chars().count()) && !reason.chars().any(is_hidden);
        if fits { Ok(Self(reason.into())) } else { Err(Refusal::ReasonUnfit) }
    }

    /// The text.
    pub fn words(&self) -> &Words {
        &self.0
    }
}

/// Whether personal things are hidden from whoever looks. Unhidden never without a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// Hidden.
    Masked,
    /// Not hidden, and why.
    Plain(Reason),
}

impl Sight {
    /// Whether nothing is hidden but what is private.
    pub fn is_plain(&self) -> bool {
        match self {
            Self::Masked => false,
            Self::Plain(_) => true,
        }
    }
}

codes! {
    /// Why an account is not changed as asked. What each says stands in `dictionaries/console.toml`.
    Refusal {
        /// Empty, too long, or with characters that cannot be seen.
        NameUnfit = "name_unfit",
        /// Another account has it.
        NameTaken = "name_taken",
        /// No account of that name or number.
        NoSuchAccount = "no_such_account",
        /// Fewer than ten characters.
        PasswordShort = "password_short",
        /// More than any password needs.
        PasswordLong = "password_long",
        /// Everybody's first guess.
        PasswordCommon = "password_common",
        /// The name is part of it.
        PasswordIsName = "password_is_name",
        /// The repetition differs.
        PasswordsDiffer = "passwords_differ",
        /// The old password is not that.
        PasswordWrong = "password_wrong",
        /// Too many wrong passwords.
        Locked = "locked",
        /// Nobody changes their own post, nor closes their own account.
        NotOneself = "not_oneself",
        /// No reason, or none that can be read.
        ReasonUnfit = "reason_unfit",
    }
}

/// A name that can be shown and typed: 1 to 32 characters, none of them invisible.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountName(String);

silent_debug! { AccountName Password PasswordHash }

impl AccountName {
    /// Longest name.
    const LONGEST: usize = 32;

    /// A name from what somebody typed.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let name = typed.trim();
        let fits = (1..=Self::LONGEST).contains(&name.chars().count()) && !name.chars().any(is_hidden);
        if fits { Ok(Self(name.to_owned())) } else { Err(Refusal::NameUnfit) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character is not seen, or changes how others are seen: controls, zero-width and bidirectional marks.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A password as typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Fewest characters of a new one.
    pub const SHORTEST: usize = 10;
    /// Most characters of any.
    const LONGEST: usize = 128;

    /// What somebody typed, whatever it is; to be compared, not to be set.
    pub fn typed(text: String) -> Self {
        Self(text)
    }

    /// A password good enough to be set.
    pub fn fit(text: String, name: &AccountName) -> Result<Self, Refusal> {
        let length = text.chars().count();
        let low = text.to_lowercase();
        let core = low.trim_matches(|c: char| !c.is_alphabetic());
        let common =
            || include_str!("../../dictionaries/passwords.txt").lines().filter(|line| !line.starts_with('#'));
        if length < Self::SHORTEST {
            Err(Refusal::PasswordShort)
        } else if length > Self::LONGEST {
            Err(Refusal::PasswordLong)
        } else if is_even(&low) || common().any(|word| word == low || word == core) {
            Err(Refusal::PasswordCommon)
        } else if low.contains(&name.0.to_lowercase()) {
            Err(Refusal::PasswordIsName)
        } else {
            Ok(Self(text))
        }
    }

    /// The bytes to hash; a password longer than any that can be set is cut, and so never matches.
    pub fn bytes(&self) -> &[u8] {
        let bytes = self.0.as_bytes();
        bytes.get(..Self::LONGEST * 4 + 1).unwrap_or(bytes)
    }
}

/// Whether a text is one character over and over, or a run of neighbours (0123456789, abcdefghij).
fn is_even(text: &str) -> bool {
    let steps = |by: i64| {
        text.chars()
            .zip(text.chars().skip(1))
            .all(|(a, b)| i64::from(u32::from(b)) - i64::from(u32::from(a)) == by)
    };
    steps(0) || steps(1) || steps(-1)
}

/// A hash of a password, in the PHC format.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its row.
    pub id: AccountId,
    /// Its name.
    pub name: Words,
    /// Its post.
    pub post: Post,
    /// Whether nobody can sign in with it.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Moment,
    /// When its password was set.
    pub password_at: Moment,
    /// When somebody last signed in with it.
    pub login_at: Option<Moment>,
}

/// Wrong passwords for one name, or from one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// Tries not known to be right.
    pub count: i64,
    /// The first of them.
    pub since: Moment,
}

/// Tries within the window.
pub const TRIES: i64 = 5;
/// How long tries count, and how long nothing is tried after the last one.
pub const LOCK_MINUTES: i64 = 15;

/// What becomes of a try, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The password is compared.
    Compared,
    /// The password is compared; if it is wrong, nothing more is tried for a while.
    Last,
    /// Not even compared.
    Locked,
}

impl Tries {
    /// Before the first.
    pub const NONE: Self = Self { count: 0, since: Moment::from_millis(0) };

    /// Counts a try before its password is compared, so that many at once do not slip through.
    pub fn attempt(self, now: Moment) -> (Self, Verdict) {
        let over = self.count == 0 || now >= self.since.plus_minutes(LOCK_MINUTES);
        let before = if over { Self { count: 0, since: now } } else { self };
        let count = before.count + 1;
        match count {
            // The lock lasts from its last try on.
            TRIES => (Self { count, since: now }, Verdict::Last),
            ..TRIES => (Self { count, ..before }, Verdict::Compared),
            _ => (before, Verdict::Locked),
        }
    }
}

/// Without a request a session ends after this long.
pub const IDLE_MINUTES: i64 = 30;
/// Every session ends after this long.
pub const SESSION_HOURS: i64 = 12;

/// A session's times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// When it began.
    pub began_at: Moment,
    /// The last request, to the minute.
    pub seen_at: Moment,
}

impl SessionTimes {
    /// Whether it still holds.
    pub fn holds(self, now: Moment) -> bool {
        now < self.seen_at.plus_minutes(IDLE_MINUTES) && now < self.began_at.plus_minutes(SESSION_HOURS * 60)
    }

    /// Whether a request is to be noted; not each one, which would be a write for every page.
    pub fn is_stale(self, now: Moment) -> bool {
        now >= self.seen_at.plus_minutes(1)
    }
}
