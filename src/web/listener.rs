//! The listener: HTTP/1.1 connections with limits, a graceful end, and the one thing that axum's own cannot do: close a
//! connection without any answer ([`HangUp`]).

use crate::domain::problem::chain;
use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{ConnectInfo, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::ServiceExt;

/// Open connections at most; more wait in the kernel's queue.
const CONNECTIONS: usize = 4096;
/// A client that has not sent its headers by then is cut off; an idle connection may stay as long.
const HEADERS_WITHIN: Duration = Duration::from_secs(30);
/// Requests under way at the end get this long.
const DRAIN: Duration = Duration::from_secs(10);

/// Marks a response that is not to be sent: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub struct HangUp;

impl IntoResponse for HangUp {
    fn into_response(self) -> Response {
        // The status is only seen by tests that call the router without a connection.
        let mut response = StatusCode::GATEWAY_TIMEOUT.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The connection was closed on purpose.
#[derive(Debug, thiserror::Error)]
#[error("hung up without an answer")]
struct HungUp;

/// Serves until `stop` is done, then finishes what is under way.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &connections) => accepted,
            () = &mut stop => break,
        };
        let (stream, peer, permit) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, most likely: breathing beats spinning.
                tracing::warn!(error = chain(&error), "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let router = router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            let router = router.clone();
            request.extensions_mut().insert(ConnectInfo(peer));
            async move {
                let answered: Result<Response, Infallible> = router.oneshot(request).await;
                match answered {
                    Ok(response) if response.extensions().get::<HangUp>().is_some() => Err(HungUp),
                    Ok(response) => Ok(response),
                    Err(never) => match never {},
                }
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = chain(&error), "connection ended");
            }
            drop(permit);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = connections.clone().acquire_owned().await.expect("the semaphore is never closed");
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer, permit))
}
