//! Telling others that a run has ended: a post to a webhook, a ping to a dead man's switch. The
//! address may hold a secret token, so it is shown to nobody: not in errors, not in logs.

use std::fmt;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Url};

use super::address::is_loopback;
use super::network::{Network, NetworkError, innermost};

/// An address that is told of runs. Only its host is ever shown.
#[derive(Clone, PartialEq, Eq)]
pub struct HookUrl(Url);

/// An address that cannot be used; it is not repeated, since it may hold a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HookUrlError {
    /// It is no URL.
    #[error("it is not a URL")]
    NotAUrl,
    /// Neither HTTPS, nor HTTP to this machine.
    #[error("it would be sent unencrypted: use https://")]
    Unencrypted,
}

impl fmt::Debug for HookUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "(address at {})", self.host())
    }
}

impl HookUrl {
    /// Takes HTTPS anywhere, HTTP to this machine only.
    pub fn parse(text: &str) -> Result<Self, HookUrlError> {
        let url = Url::parse(text.trim()).map_err(|_| HookUrlError::NotAUrl)?;
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_loopback(&url) => Ok(Self(url)),
            "http" => Err(HookUrlError::Unencrypted),
            _ => Err(HookUrlError::NotAUrl),
        }
    }

    /// The host, which is no secret.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The same address with one more step at the end of its path; a query stays.
    #[must_use]
    pub fn below(&self, step: &str) -> Self {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(step);
        }
        Self(url)
    }
}

/// Posts and pings, each once and not for long.
#[derive(Debug, Clone)]
pub struct Messenger {
    network: Network,
    timeout: Duration,
}

impl Messenger {
    /// `timeout` bounds each message as a whole.
    pub fn new(network: Network, timeout: Duration) -> Self {
        Self { network, timeout }
    }

    /// Posts a JSON document. `Err` says why it did not arrive, without the address.
    pub async fn post(&self, to: &HookUrl, json: String) -> Result<(), String> {
        let json_type = HeaderValue::from_static("application/json; charset=utf-8");
        let request = self.client(to)?.post(to.0.clone());
        deliver(request.header(CONTENT_TYPE, json_type).body(json)).await
    }

    /// Gets the address, as a sign of life. `Err` as with [`Self::post`].
    pub async fn ping(&self, to: &HookUrl) -> Result<(), String> {
        deliver(self.client(to)?.get(to.0.clone())).await
    }

    /// A client for one address: a proxy that one needs must not see another.
    fn client(&self, to: &HookUrl) -> Result<Client, String> {
        let builder = self.network.builder(&to.0);
        let client = builder.and_then(|builder| {
            // A redirect would hand the token on to somebody else: none is followed.
            let built = builder.referer(false).timeout(self.timeout).build();
            built.map_err(|error| NetworkError::of(&error))
        });
        client.map_err(|error| error.to_string())
    }
}

async fn deliver(request: reqwest::RequestBuilder) -> Result<(), String> {
    match request.send().await {
        Ok(response) if response.status().is_success() => Ok(()),
        Ok(response) => Err(format!("HTTP {}", response.status().as_u16())),
        Err(error) if error.is_timeout() => Err("no answer in time".to_owned()),
        Err(error) => Err(innermost(&error.without_url())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_its_host_only() {
        let hook = HookUrl::parse("https://hooks.example.com/services/T0KEN?key=T0KEN").unwrap();
        assert_eq!(format!("{hook:?}"), "(address at hooks.example.com)");
        for wrong in [
            "http://hooks.example.com/T0KEN",
            "ftp://T0KEN/",
            "T0KEN",
            "",
        ] {
            let error = HookUrl::parse(wrong).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("T0KEN"));
        }
        assert!(HookUrl::parse("http://127.0.0.1:1/x").is_ok());
    }

    #[test]
    fn a_step_goes_before_the_query() {
        let below = |text: &str| HookUrl::parse(text).unwrap().below("fail").0.to_string();
        assert_eq!(
            below("https://hc.example/uuid"),
            "https://hc.example/uuid/fail"
        );
        assert_eq!(
            below("https://hc.example/uuid/?a=b"),
            "https://hc.example/uuid/fail?a=b"
        );
    }
}
