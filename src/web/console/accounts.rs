//! Accounts: who there is, making one, and one account's post, password and closing.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    Access, Console, Method, Route,
    entrance::After,
    guard::Signed,
    page::{Notice, Trouble},
    redirect,
};
use crate::{
    app::accounts::Outcome,
    domain::account::{Account, AccountId, AuditKind, Password, Post, Refusal, Right},
};

pub(super) const PATH: &str = "/console/accounts";

const ACCESS: Access = Access::Needs(Right::ManageAccounts);

pub(super) const ROUTES: &[Route] = &[
    Route { method: Method::Get, path: PATH, access: ACCESS, handler: || get(list) },
    Route { method: Method::Post, path: PATH, access: ACCESS, handler: || post(add) },
    Route { method: Method::Get, path: "/console/accounts/{id}", access: ACCESS, handler: || get(one) },
    Route {
        method: Method::Post,
        path: "/console/accounts/{id}/post",
        access: ACCESS,
        handler: || post(set_post),
    },
    Route {
        method: Method::Post,
        path: "/console/accounts/{id}/password",
        access: ACCESS,
        handler: || post(set_password),
    },
    Route {
        method: Method::Post,
        path: "/console/accounts/{id}/disabled",
        access: ACCESS,
        handler: || post(set_disabled),
    },
];

#[derive(Deserialize)]
struct NewAccount {
    #[serde(default)]
    name: String,
    post: Post,
    #[serde(default)]
    password: String,
}

#[derive(Deserialize)]
struct PostField {
    post: Post,
}

#[derive(Deserialize)]
struct PasswordField {
    #[serde(default)]
    password: String,
}

#[derive(Deserialize)]
struct DisabledField {
    disabled: bool,
}

async fn list(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(after): Query<After>,
) -> Response {
    let notice = console.pages.done(after.done.as_deref());
    show_list(&console, &signed, StatusCode::OK, context! { notice }).await
}

async fn add(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(new): Form<NewAccount>,
) -> Response {
    let by = Some(signed.account.id);
    match console.app.accounts.add(&new.name, new.post, new.password, by).await {
        Ok(Ok(())) => redirect(&format!("{PATH}?done={}", AuditKind::AccountAdded)),
        Ok(Err(refusal)) => {
            let notice = console.pages.refused(refusal);
            let values = context! { notice, typed => context! { name => new.name, post => new.post.code() } };
            show_list(&console, &signed, StatusCode::UNPROCESSABLE_ENTITY, values).await
        }
        Err(fault) => console.pages.fault(&fault),
    }
}

async fn one(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<i64>,
    Query(after): Query<After>,
) -> Response {
    let notice = console.pages.done(after.done.as_deref());
    show_one(&console, &signed, AccountId(id), StatusCode::OK, notice).await
}

async fn set_post(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<i64>,
    Form(field): Form<PostField>,
) -> Response {
    let id = AccountId(id);
    let outcome = console.app.accounts.set_post(id, field.post, Some(signed.account.id)).await;
    after(&console, &signed, id, outcome, AuditKind::AccountPost).await
}

async fn set_password(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<i64>,
    Form(field): Form<PasswordField>,
) -> Response {
    let id = AccountId(id);
    // One's own takes the old one too, and that has its own page.
    let outcome = if id == signed.account.id {
        Ok(Err(Refusal::NotOneself))
    } else {
        console.app.accounts.set_password(id, field.password, Some(signed.account.id)).await
    };
    after(&console, &signed, id, outcome, AuditKind::AccountPassword).await
}

async fn set_disabled(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Path(id): Path<i64>,
    Form(field): Form<DisabledField>,
) -> Response {
    let id = AccountId(id);
    let outcome = console.app.accounts.set_disabled(id, field.disabled, Some(signed.account.id)).await;
    let done = if field.disabled { AuditKind::AccountDisabled } else { AuditKind::AccountEnabled };
    after(&console, &signed, id, outcome, done).await
}

/// Back to the account, with what was done; or the account again, with why not.
async fn after(
    console: &Console,
    signed: &Signed,
    id: AccountId,
    outcome: Outcome<()>,
    done: AuditKind,
) -> Response {
    match outcome {
        Ok(Ok(())) => redirect(&format!("{PATH}/{}?done={done}", id.0)),
        Ok(Err(refusal)) => {
            let notice = console.pages.refused(refusal);
            show_one(console, signed, id, StatusCode::UNPROCESSABLE_ENTITY, Some(notice)).await
        }
        Err(fault) => console.pages.fault(&fault),
    }
}

async fn show_list(console: &Console, signed: &Signed, status: StatusCode, values: Value) -> Response {
    let accounts = match console.app.accounts.all().await {
        Ok(accounts) => accounts,
        Err(fault) => return console.pages.fault(&fault),
    };
    let accounts: Vec<_> = accounts.iter().map(|account| row(account, signed)).collect();
    let values = context! { accounts, posts => posts(), shortest => Password::SHORTEST, ..values };
    console.page(status, signed, PATH, "accounts.html", values)
}

async fn show_one(
    console: &Console,
    signed: &Signed,
    id: AccountId,
    status: StatusCode,
    notice: Option<Notice>,
) -> Response {
    let accounts = match console.app.accounts.all().await {
        Ok(accounts) => accounts,
        Err(fault) => return console.pages.fault(&fault),
    };
    let Some(account) = accounts.iter().find(|account| account.id == id) else {
        return console.pages.trouble(Trouble::Nowhere);
    };
    let account = row(account, signed);
    let values = context! { account, posts => posts(), shortest => Password::SHORTEST, notice };
    console.page(status, signed, PATH, "account.html", values)
}

fn row(account: &Account, signed: &Signed) -> Value {
    context! {
        id => account.id.0,
        name => account.name.as_str(),
        post => account.post.code(),
        disabled => account.disabled,
        created_at => account.created_at.to_string(),
        password_at => account.password_at.to_string(),
        login_at => account.login_at.map(|at| at.to_string()),
        own => account.id == signed.account.id,
    }
}

fn posts() -> Vec<Value> {
    let rights = |post: Post| post.rights().iter().map(|right| right.code()).collect::<Vec<_>>();
    Post::ALL.iter().map(|post| context! { code => post.code(), rights => rights(*post) }).collect()
}
