//! Who may into the console: passwords hashed and compared, sessions begun and found. The only file that sees a
//! password in the clear, and the only one that names `argon2`. No pages here, no rules: those are `domain/account`.

use std::{sync::Arc, time::Duration};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use super::{Clock, random};
use crate::{
    domain::{
        account::{Account, AccountId, AccountName, Password, PasswordHash, Post, Refusal, Verdict},
        words::silent_debug,
    },
    store::{
        Store, StoreError,
        console::{ConsoleWrite, Credentials, Digest, Written},
    },
};

/// Passwords hashed at once: each takes 19 MiB and a processor for a while (RELIABILITY T16).
const AT_ONCE: usize = 2;
/// Who waits longer for their turn is asked to come again.
const WAIT: Duration = Duration::from_secs(10);
/// Compared with where there is no account, so that this takes as long as a wrong password. Nothing hashes to it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bGlhbnhpbmxpYW54aW4$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What a browser holds: 256 random bits. The store knows its hash.
#[derive(Clone, Copy)]
pub struct Key([u8; 32]);

silent_debug! { Key Login }

impl Key {
    /// A new one.
    pub fn fresh() -> Self {
        Self(random())
    }

    /// From a cookie.
    pub fn parse(hex: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// For the cookie.
    pub fn cookie(&self) -> String {
        hex(&self.0)
    }

    /// For the forms of this session: nobody who has not the cookie can know it, and it does not tell the cookie.
    pub fn form_token(&self) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length is a key");
        mac.update(b"form");
        hex(&mac.finalize().into_bytes())
    }

    /// Compares a form's token in constant time.
    pub fn is_form_token(&self, token: &str) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.form_token().as_bytes(), token.as_bytes()).into()
    }

    fn digest(&self) -> Digest {
        Sha256::digest(self.0).into()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What becomes of a sign-in.
pub enum Login {
    /// A session began; its key.
    Welcome(Key),
    /// No such name, not its password, or closed: which of them is not told.
    Wrong,
    /// Too many tries; not even compared.
    Locked,
}

/// Why nothing could be said about an account.
#[derive(Debug, thiserror::Error)]
pub enum AccountFault {
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// A password could not be hashed.
    #[error("a password could not be hashed")]
    Hashing,
    /// Too many passwords wait to be hashed.
    #[error("too many passwords wait to be hashed")]
    Busy,
}

/// An answer, or why an account is not changed as asked; outside of it, what failed.
pub type Outcome<T> = Result<Result<T, Refusal>, AccountFault>;

/// The accounts of a store.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    clock: Clock,
    hashing: Arc<Semaphore>,
}

impl Accounts {
    /// The accounts of a store.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, hashing: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// All accounts.
    pub async fn all(&self) -> Result<Vec<Account>, AccountFault> {
        Ok(self.store.accounts().await?)
    }

    /// An account by its name.
    pub async fn named(&self, name: &str) -> Outcome<AccountId> {
        Ok(self.store.account_named(name.trim().to_owned()).await?.ok_or(Refusal::NoSuchAccount))
    }

    /// Makes an account.
    pub async fn add(&self, name: &str, post: Post, password: String, by: Option<AccountId>) -> Outcome<()> {
        let (name, password) = match AccountName::parse(name)
            .and_then(|name| Password::fit(password, &name).map(|password| (name, password)))
        {
            Ok(both) => both,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let hash = self.hash(password).await?;
        self.write(ConsoleWrite::Add(name, post, hash, by)).await
    }

    /// Sets a password and ends the account's sessions.
    pub async fn set_password(&self, id: AccountId, password: String, by: Option<AccountId>) -> Outcome<()> {
        let accounts = self.all().await?;
        let Some(account) = accounts.iter().find(|account| account.id == id) else {
            return Ok(Err(Refusal::NoSuchAccount));
        };
        let password =
            match AccountName::parse(account.name.as_str()).and_then(|name| Password::fit(password, &name)) {
                Ok(password) => password,
                Err(refusal) => return Ok(Err(refusal)),
            };
        let hash = self.hash(password).await?;
        self.write(ConsoleWrite::Password(id, hash, by)).await
    }

    /// Sets one's own password, which needs the old one.
    pub async fn change_password(
        &self,
        own: &Account,
        old: String,
        new: String,
        address: &str,
    ) -> Outcome<()> {
        match self.compare(own.name.as_str(), old, address).await? {
            Compared::Right(_) => self.set_password(own.id, new, Some(own.id)).await,
            Compared::Wrong { last: false } => Ok(Err(Refusal::PasswordWrong)),
            Compared::Wrong { last: true } | Compared::Locked => Ok(Err(Refusal::Locked)),
        }
    }

    /// Gives a post.
    pub async fn set_post(&self, id: AccountId, post: Post, by: Option<AccountId>) -> Outcome<()> {
        if by == Some(id) {
            return Ok(Err(Refusal::NotOneself));
        }
        self.write(ConsoleWrite::Post(id, post, by)).await
    }

    /// Closes an account and ends its sessions, or opens it again.
    pub async fn set_disabled(&self, id: AccountId, disabled: bool, by: Option<AccountId>) -> Outcome<()> {
        if by == Some(id) {
            return Ok(Err(Refusal::NotOneself));
        }
        self.write(ConsoleWrite::Disabled(id, disabled, by)).await
    }

    /// Signs in. A session always begins with a key of its own.
    pub async fn login(&self, name: &str, password: String, address: &str) -> Result<Login, AccountFault> {
        let found = match self.compare(name, password, address).await? {
            Compared::Right(found) => found,
            Compared::Wrong { last: false } => return Ok(Login::Wrong),
            Compared::Wrong { last: true } | Compared::Locked => return Ok(Login::Locked),
        };
        let key = Key::fresh();
        let begin = ConsoleWrite::Begin(found.account, found.password, key.digest(), address.to_owned());
        if let Err(_refusal) = self.write(begin).await? {
            return Ok(Login::Wrong);
        }
        Ok(Login::Welcome(key))
    }

    /// Whose session a key is, if it still holds.
    pub async fn session(&self, key: &Key) -> Result<Option<Account>, AccountFault> {
        let now = self.clock.now();
        let Some((account, times)) = self.store.session(key.digest()).await? else { return Ok(None) };
        if !times.holds(now) {
            return Ok(None);
        }
        if times.is_stale(now) {
            self.store.console(ConsoleWrite::Touch(key.digest())).await?;
        }
        Ok(Some(account))
    }

    /// Signs out.
    pub async fn logout(&self, account: AccountId, key: &Key) -> Result<(), AccountFault> {
        self.store.console(ConsoleWrite::End(account, key.digest())).await?;
        Ok(())
    }

    /// Compares a password: counted first, so that of many at once no more are compared than of many in a row.
    async fn compare(&self, name: &str, password: String, address: &str) -> Result<Compared, AccountFault> {
        let name = name.trim();
        let keys = [digest_of("name", name), digest_of("address", address)];
        let last = match self.store.console(ConsoleWrite::Try(keys.to_vec())).await? {
            Written::Tried(Verdict::Locked) => return Ok(Compared::Locked),
            Written::Tried(Verdict::Last) => true,
            Written::Tried(Verdict::Compared) | Written::Done | Written::Refused(_) => false,
        };
        let found = self.store.credentials(name.to_owned()).await?;
        let hash = found.as_ref().map_or_else(|| PasswordHash(NOBODY.into()), |found| found.password.clone());
        let matches = self.matches(Password::typed(password), hash).await?;
        match found {
            Some(found) if matches && !found.disabled => {
                let [of_name, of_address] = keys;
                self.store.console(ConsoleWrite::Right { of_name, of_address }).await?;
                Ok(Compared::Right(found))
            }
            found => {
                let account = found.map(|found| found.account);
                self.store.console(ConsoleWrite::Wrong(account, address.to_owned(), last)).await?;
                Ok(Compared::Wrong { last })
            }
        }
    }

    async fn write(&self, write: ConsoleWrite) -> Outcome<()> {
        Ok(match self.store.console(write).await? {
            Written::Refused(refusal) => Err(refusal),
            Written::Done | Written::Tried(_) => Ok(()),
        })
    }

    async fn hash(&self, password: Password) -> Result<PasswordHash, AccountFault> {
        self.with_argon(move |argon| {
            let salt: [u8; 16] = random();
            argon.hash_password_with_salt(password.bytes(), &salt).map(|hash| PasswordHash(hash.to_string()))
        })
        .await?
        .map_err(|_| AccountFault::Hashing)
    }

    async fn matches(&self, password: Password, hash: PasswordHash) -> Result<bool, AccountFault> {
        self.with_argon(move |argon| argon.verify_password(password.bytes(), hash.0.as_str()).is_ok()).await
    }

    /// Argon2id with 19 MiB, two passes, one lane: the crate's own choice, asserted by a test.
    async fn with_argon<T: Send + 'static>(
        &self,
        work: impl FnOnce(Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T, AccountFault> {
        let turn = tokio::time::timeout(WAIT, self.hashing.clone().acquire_owned()).await;
        let permit = turn.map_err(|_| AccountFault::Busy)?.map_err(|_| AccountFault::Busy)?;
        tokio::task::spawn_blocking(move || {
            let done = work(Argon2::default());
            drop(permit);
            done
        })
        .await
        .map_err(|_| AccountFault::Hashing)
    }
}

/// What became of a comparison.
enum Compared {
    Right(Credentials),
    Wrong { last: bool },
    Locked,
}

fn digest_of(what: &str, text: &str) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(what);
    hasher.update([0]);
    hasher.update(text);
    hasher.finalize().into()
}
