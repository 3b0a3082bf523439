//! The transport over HTTP: reqwest with rustls. No retries, no redirects: both would repeat a call
//! behind the journal's back.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER, SERVER};
use reqwest::tls::TlsInfo;
use reqwest::{Client, Url};
use tokio::sync::Semaphore;

use super::address::{is_loopback, without_user};
use super::certificate::good_until;
use super::network::{Network, NetworkError, innermost, is_hopeless};
use super::transport::{Attempt, Failure, Hold, Reply, Room, Transport};

/// Posts to one endpoint, over connections that are kept open.
#[derive(Debug)]
pub struct HttpTransport {
    client: Client,
    endpoint: Url,
    /// Whoever reads a large answer; one at a time, until it is understood.
    large: Arc<Semaphore>,
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
    #[error("cannot set up the connection")]
    Network(#[from] NetworkError),
}

impl HttpTransport {
    /// Sets up a client for `endpoint`. `connect_timeout` bounds name look-up, connecting and TLS;
    /// `connections` is how many idle connections are kept.
    pub fn new(
        endpoint: &str,
        network: &Network,
        connect_timeout: Duration,
        connections: usize,
    ) -> Result<Self, EndpointError> {
        let url = parse_endpoint(endpoint)?;
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        );
        let client = network
            .builder(&url)?
            .default_headers(headers)
            .connect_timeout(connect_timeout)
            .pool_max_idle_per_host(connections)
            // Shorter than the usual keep-alive of servers and middleboxes, so that a request is
            // seldom written into a connection that is being closed.
            .pool_idle_timeout(Duration::from_secs(20))
            .tcp_nodelay(true)
            .tls_info(true)
            .build();
        Ok(Self {
            client: client.map_err(|error| NetworkError::of(&error))?,
            endpoint: url,
            large: Arc::new(Semaphore::new(1)),
        })
    }
}

/// Takes HTTPS anywhere, HTTP to this machine only.
pub fn parse_endpoint(text: &str) -> Result<Url, EndpointError> {
    let shown = || without_user(text);
    let url = Url::parse(text.trim()).map_err(|_| EndpointError::NotAUrl { text: shown() })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::CarriesSecret);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(EndpointError::Unencrypted { text: shown() }),
        _ => Err(EndpointError::NotAUrl { text: shown() }),
    }
}

impl Transport for HttpTransport {
    fn post(&self, body: Vec<u8>, room: Room) -> Attempt<'_> {
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
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                reply.body.reserve(length.min(Room::One.bytes()));
            }
            // What is packed arrives here unpacked, so a small answer cannot grow without end.
            while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
                let length = reply.body.len() + chunk.len();
                if length > room.bytes() {
                    let most = room.bytes() >> 20;
                    let text = format!("the answer is longer than {most} MiB");
                    return Err(Failure::Broken(text));
                }
                if length > Room::One.bytes() && reply.hold.is_none() {
                    let large = Arc::clone(&self.large).acquire_owned().await;
                    reply.hold = large.ok().map(|place| Hold { _place: place });
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
    // By the server's own clock, where it tells: ours may be off.
    let now = || {
        let told = text(DATE).and_then(|date| httpdate::parse_http_date(date).ok());
        told.unwrap_or_else(SystemTime::now)
    };
    Reply {
        status: response.status().as_u16(),
        body: Vec::new(),
        retry_after: text(RETRY_AFTER).and_then(|value| parse_retry_after(value, now)),
        content_type: text(CONTENT_TYPE).unwrap_or_default().to_owned(),
        location: text(LOCATION).map(str::to_owned),
        date: text(DATE).and_then(|date| httpdate::parse_http_date(date).ok()),
        certificate_until: response
            .extensions()
            .get::<TlsInfo>()
            .and_then(TlsInfo::peer_certificate)
            .and_then(good_until),
        from_sandbox: text(SERVER) == Some("partner-import-sandbox"),
        hold: None,
    }
}

/// `Retry-After`, in seconds or as a date; a date that has passed is no wait at all.
fn parse_retry_after(value: &str, now: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    Some(until.duration_since(now()).unwrap_or_default())
}

/// What a failed attempt tells: only a failure to connect is certain not to have reached anybody.
fn failure(error: &reqwest::Error) -> Failure {
    let text = innermost(error);
    if !error.is_connect() && !error.is_builder() {
        Failure::Broken(text)
    } else if let Some(why) = is_hopeless(error) {
        Failure::Unusable(why)
    } else {
        Failure::NotSent(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_an_address_has_no_password() {
        for address in [
            "https://me:c4nary@x.example/a",
            "http://me:c4nary@x.example/",
            "me:c4nary@x.example",
            "ftp://c4nary@b@x.example",
        ] {
            let told = parse_endpoint(address).unwrap_err().to_string();
            assert!(!told.contains("c4nary"), "{told}");
            assert!(!without_user(address).contains("c4nary"), "{address}");
        }
        assert_eq!(without_user("https://x.example/a"), "https://x.example/a");
    }

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        let now = || SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
        let wait = |text: &str| parse_retry_after(text, now).map(|wait| wait.as_secs());
        assert_eq!(wait(" 7 "), Some(7));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7));
        assert_eq!(wait("Sunday, 06-Nov-94 08:49:37 GMT"), Some(7));
        assert_eq!(wait("Sun Nov  6 08:49:37 1994"), Some(7));
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        assert_eq!(wait("soon"), None);
    }

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
