//! The transport over HTTP: reqwest with rustls. No retries, no redirects: both would repeat a call
//! behind the journal's back.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER, SERVER};
use reqwest::{Client, Url, redirect, retry};

use super::transport::{Attempt, Failure, Reply, Transport};

/// The longest answer that is read, in bytes: half a million customers with all their fields.
const LONGEST_ANSWER: usize = 1 << 30;

/// Posts to one endpoint, over connections that are kept open.
#[derive(Debug)]
pub struct HttpTransport {
    client: Client,
    endpoint: Url,
}

/// Why an endpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// It is no URL.
    #[error("\"{text}\" is not a URL")]
    NotAUrl {
        /// What was given.
        text: String,
    },
    /// Neither HTTPS, nor HTTP to this machine.
    #[error("\"{text}\" would send the password unencrypted: use https://")]
    Unencrypted {
        /// What was given.
        text: String,
    },
    /// The URL carries a user name or password, which would end up in logs.
    #[error("the endpoint must not carry a user name or password")]
    CarriesSecret,
    /// The HTTP client cannot be set up.
    #[error("cannot set up the HTTP client")]
    Client(#[source] reqwest::Error),
}

impl HttpTransport {
    /// Sets up a client for `endpoint`. `connect_timeout` bounds name look-up, connecting and TLS;
    /// `connections` is how many idle connections are kept.
    pub fn new(
        endpoint: &str,
        connect_timeout: Duration,
        connections: usize,
    ) -> Result<Self, EndpointError> {
        let url = parse_endpoint(endpoint)?;
        use_ring();
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        );
        let client = Client::builder()
            .user_agent(concat!("partner-import/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .connect_timeout(connect_timeout)
            .pool_max_idle_per_host(connections)
            // Shorter than the usual keep-alive of servers and middleboxes, so that a request is
            // seldom written into a connection that is being closed.
            .pool_idle_timeout(Duration::from_secs(20))
            .tcp_nodelay(true)
            .build()
            .map_err(EndpointError::Client)?;
        Ok(Self {
            client,
            endpoint: url,
        })
    }
}

/// Sees to it that TLS has a provider of its cryptography.
pub(super) fn use_ring() {
    // Someone else may have installed a provider already: any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Takes HTTPS anywhere, HTTP to this machine only.
pub fn parse_endpoint(text: &str) -> Result<Url, EndpointError> {
    let url = Url::parse(text.trim()).map_err(|_| EndpointError::NotAUrl {
        text: text.to_owned(),
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::CarriesSecret);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(EndpointError::Unencrypted {
            text: text.to_owned(),
        }),
        _ => Err(EndpointError::NotAUrl {
            text: text.to_owned(),
        }),
    }
}

/// One spelling for all addresses that mean the same service: `LOCALHOST:80/jsonapi/` is
/// `http://127.0.0.1/jsonapi`. For comparing; what cannot be read stays as it is.
///
/// The vendor's older host answers for the same service (observed), so it counts as the newer one.
pub fn canonical(endpoint: &str) -> String {
    let text = endpoint.trim();
    let Ok(url) = Url::parse(text) else {
        return text.to_lowercase();
    };
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let host = match host {
        _ if is_loopback(&url) => "127.0.0.1",
        "cloudbackup.management" => "api.backup.management",
        other => other,
    };
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    let path = url.path().trim_end_matches('/');
    format!("{}://{host}{port}{path}", url.scheme())
}

pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

impl Transport for HttpTransport {
    fn post(&self, body: Vec<u8>) -> Attempt<'_> {
        Box::pin(async move {
            let sent = self
                .client
                .post(self.endpoint.clone())
                .body(body)
                .send()
                .await;
            let mut response = sent.map_err(|error| failure(&error))?;
            let mut reply = describe(&response);
            if let Some(length) = response.content_length() {
                reply
                    .body
                    .reserve(usize::try_from(length).unwrap_or(0).min(1 << 20));
            }
            while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
                if reply.body.len() + chunk.len() > LONGEST_ANSWER {
                    return Err(Failure::Broken("the answer is longer than 1 GiB".into()));
                }
                reply.body.extend_from_slice(&chunk);
            }
            Ok(reply)
        })
    }
}

fn describe(response: &reqwest::Response) -> Reply {
    let text = |name| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    Reply {
        status: response.status().as_u16(),
        body: Vec::new(),
        retry_after: text(RETRY_AFTER).and_then(parse_retry_after),
        content_type: text(CONTENT_TYPE).unwrap_or_default().to_owned(),
        location: text(LOCATION).map(str::to_owned),
        from_sandbox: text(SERVER) == Some("partner-import-sandbox"),
    }
}

/// `Retry-After` in seconds. The form with a date is left alone: the pause then is our own.
fn parse_retry_after(value: &str) -> Option<Duration> {
    value.trim().parse().ok().map(Duration::from_secs)
}

/// What a failed attempt tells: only a failure to connect is certain not to have reached anybody.
fn failure(error: &reqwest::Error) -> Failure {
    let text = innermost(error);
    if error.is_connect() || error.is_builder() {
        Failure::NotSent(text)
    } else {
        Failure::Broken(text)
    }
}

/// The last cause in the chain: the one that says something. The URL is not part of it.
pub(super) fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for fine in [
            "https://api.backup.management/jsonapi",
            "http://127.0.0.1:8080/jsonapi",
            "http://localhost:1/jsonapi",
            "http://[::1]:1/jsonapi",
        ] {
            assert!(parse_endpoint(fine).is_ok(), "{fine}");
        }
        for wrong in [
            "http://api.backup.management/jsonapi",
            "http://10.0.0.1/jsonapi",
            "http://localhost.example.com/",
            "ftp://127.0.0.1/",
            "api.backup.management",
            "https://user:pass@api.backup.management/",
        ] {
            assert!(parse_endpoint(wrong).is_err(), "{wrong}");
        }
    }
}
