//! Health and metrics over HTTP, for monitoring on the same machine: `/health` says what is wrong and the remedy (200 or 503), `/metrics`
//! is text for Prometheus.
//!
//! Only the loopback interface is listened on, and only requests that name this machine are answered: a web page cannot have a browser
//! here ask under a name of its own (DNS rebinding). Nothing can be changed by a request, and no answer names a respondent.

mod metrics;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::health::{Finding, Signs};

/// The longest that a request may take, from its first byte to the last of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Requests that are answered at a time.
const AT_ONCE: usize = 8;
/// Bytes of a request's head at most (hyper takes no less than 8 KiB).
const HEAD: usize = 16 << 10;

/// Has a look at how things stand; it may take a moment, and is done on a thread of its own.
pub type Look = Arc<dyn Fn() -> (Signs, Vec<Finding>) + Send + Sync>;

/// Listens on an address of this machine.
///
/// # Errors
/// When the address is another one, or is taken.
pub async fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    if !address.ip().is_loopback() {
        return Err(io::Error::other("only 127.0.0.1 and ::1 are listened on"));
    }
    TcpListener::bind(address).await
}

/// Answers requests until it is told to stop.
pub async fn run(listener: TcpListener, look: Look, stop: CancellationToken) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            // Short of descriptors: trying again at once would keep a core busy.
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        };
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { return };
        let look = Arc::clone(&look);
        tokio::spawn(async move {
            // Who is slow or hangs up gets no answer.
            let _ = tokio::time::timeout(PATIENCE, serve(stream, look)).await;
            drop(turn);
        });
    }
}

async fn serve(stream: TcpStream, look: Look) -> hyper::Result<()> {
    let service = service_fn(move |request| answer(request, Arc::clone(&look)));
    http1::Builder::new().keep_alive(false).max_buf_size(HEAD).serve_connection(TokioIo::new(stream), service).await
}

async fn answer(request: Request<Incoming>, look: Look) -> Result<Response<Full<Bytes>>, Infallible> {
    if !names_this_machine(request.headers().get(HOST)) {
        let words = "ask by 127.0.0.1, [::1] or localhost: requests under other names are refused\n";
        return Ok(plain(StatusCode::MISDIRECTED_REQUEST, words));
    }
    let page = match request.uri().path() {
        "/health" => health,
        "/metrics" => metrics,
        _ => return Ok(plain(StatusCode::NOT_FOUND, "there are /health and /metrics\n")),
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refusal = plain(StatusCode::METHOD_NOT_ALLOWED, "only to be looked at: GET\n");
        refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Ok(refusal);
    }
    Ok(match tokio::task::spawn_blocking(move || look()).await {
        Ok((signs, findings)) => page(&signs, &findings),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "the look broke off: please report it\n"),
    })
}

/// Whether a request's `Host` is this machine.
fn names_this_machine(host: Option<&HeaderValue>) -> bool {
    let Some(host) = host.and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// What `/health` says of one thing that is wrong.
#[derive(Serialize)]
struct Told {
    condition: &'static str,
    about: String,
    since: Option<String>,
    what: String,
    remedy: &'static str,
}

#[derive(Serialize)]
struct Health {
    healthy: bool,
    at: String,
    findings: Vec<Told>,
}

fn health(signs: &Signs, findings: &[Finding]) -> Response<Full<Bytes>> {
    let told = |one: &Finding| Told {
        condition: one.condition.kind(),
        about: one.condition.about().to_owned(),
        since: one.since.map(|since| since.to_string()),
        what: one.condition.without_respondents().what(),
        remedy: one.condition.remedy(),
    };
    let findings: Vec<Told> = findings.iter().map(told).collect();
    let page = Health { healthy: findings.is_empty(), at: signs.at.to_string(), findings };
    let status = if page.healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    // Texts and truths are always JSON.
    let body = serde_json::to_string(&page).unwrap_or_default() + "\n";
    typed(status, "application/json", body)
}

fn metrics(signs: &Signs, findings: &[Finding]) -> Response<Full<Bytes>> {
    typed(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", metrics::page(signs, findings))
}

fn plain(status: StatusCode, words: &str) -> Response<Full<Bytes>> {
    typed(status, "text/plain; charset=utf-8", words.to_owned())
}

fn typed(status: StatusCode, media_type: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_that_name_this_machine_are_answered() {
        let check = |host: &str, expected: bool| {
            assert_eq!(names_this_machine(Some(&HeaderValue::from_str(host).unwrap())), expected, "{host}");
        };
        check("localhost", true);
        check("LOCALHOST:9187", true);
        check("127.0.0.1:9187", true);
        check("[::1]:9187", true);
        check("evil.example:9187", false);
        check("localhost.evil.example", false);
        check("127.0.0.1.evil.example", false);
        check("192.0.2.1", false);
        check("", false);
        assert!(!names_this_machine(None));
    }

    #[tokio::test]
    async fn an_address_that_others_reach_is_not_listened_on() {
        assert!(listen(([0, 0, 0, 0], 0).into()).await.is_err());
        assert!(listen(([127, 0, 0, 1], 0).into()).await.is_ok());
    }
}
