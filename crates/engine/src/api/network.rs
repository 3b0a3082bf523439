//! How connections are made: proxies, certificates, and what is wrong when none can be.
//!
//! Nothing that goes to this machine passes a proxy, which would read the password; and certificates
//! are loaded only where there is something to check.

use std::error::Error;
use std::path::{Path, PathBuf};

// Its version alone chooses the tables behind internationalised host names.
use idna_adapter as _;
use reqwest::{Certificate, Client, ClientBuilder, Proxy, Url, redirect, retry};
use rustls::{CertificateError, ClientConfig, RootCertStore};

use super::address::is_loopback;

/// What the profile says of the network.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// A file of certificates that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
    /// The proxy, in place of the environment's.
    pub proxy: Option<ProxyUrl>,
}

/// The address of a proxy: HTTP or HTTPS, without a user name and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyUrl(Url);

/// An address that is no proxy's. It is not repeated, for it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyUrlError {
    /// It is no URL of a proxy.
    #[error("write http://HOST:PORT")]
    NotAUrl,
    /// A password would stand in the profile, and be shown with it.
    #[error("it must hold no user name and password; HTTPS_PROXY in the environment may")]
    CarriesSecret,
}

impl ProxyUrl {
    /// Takes `http://HOST:PORT`, `https://HOST:PORT` or `HOST:PORT`.
    pub fn parse(text: &str) -> Result<Self, ProxyUrlError> {
        let text = text.trim();
        let with_scheme = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        let url = Url::parse(&with_scheme).map_err(|_| ProxyUrlError::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ProxyUrlError::CarriesSecret);
        }
        let fits = matches!(url.scheme(), "http" | "https") && url.has_host();
        if fits {
            Ok(Self(url))
        } else {
            Err(ProxyUrlError::NotAUrl)
        }
    }
}

/// Why no connection can be set up.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The file of certificates cannot be read.
    #[error("cannot read the certificates in {}", path.display())]
    CaFile {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file holds no certificate.
    #[error("{} holds no certificate (PEM, -----BEGIN CERTIFICATE-----)", path.display())]
    NoCertificate {
        /// Which.
        path: PathBuf,
    },
    /// This machine trusts nobody.
    #[error("this machine has no CA certificates, so no server can be trusted")]
    NoStore,
    /// The HTTP client cannot be set up.
    #[error("cannot set up the HTTP client: {0}")]
    Client(String),
}

impl NetworkError {
    /// What an error of the client's set-up means.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let text = innermost(error);
        if text.contains("No CA certificates") {
            Self::NoStore
        } else {
            Self::Client(text)
        }
    }

    /// What to do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::CaFile { .. } | Self::NoCertificate { .. } => {
                "check ca_file in the profile, under [target]"
            }
            Self::NoStore => {
                "install the system's CA certificates (the package ca-certificates), name a file \
                 of them in SSL_CERT_FILE, or as ca_file in the profile, below [target]"
            }
            Self::Client(_) => "",
        }
    }
}

/// The way to a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// This machine.
    ToThisMachine,
    /// The proxy of the profile.
    ByProxyOfProfile,
    /// The environment or the system may name a proxy.
    AsTheSystemSays,
}

impl Network {
    /// The way to the service at `endpoint`.
    pub fn way_to(&self, endpoint: &str) -> Way {
        match Url::parse(endpoint) {
            Ok(url) if is_loopback(&url) => Way::ToThisMachine,
            _ if self.proxy.is_some() => Way::ByProxyOfProfile,
            _ => Way::AsTheSystemSays,
        }
    }

    /// A client for `url`, to be made with what else it needs. No redirects and no retries.
    pub(super) fn builder(&self, url: &Url) -> Result<ClientBuilder, NetworkError> {
        use_ring();
        let mut builder = Client::builder()
            .user_agent(concat!("partner-import/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(retry::never());
        if is_loopback(url) {
            builder = builder.no_proxy();
        } else if let Some(ProxyUrl(proxy)) = &self.proxy {
            let proxy = Proxy::all(proxy.as_str());
            builder = builder.proxy(proxy.map_err(|error| NetworkError::of(&error))?);
        }
        if url.scheme() == "http" {
            // To this machine: there is nothing to check, and no store is needed.
            let trusts_nobody = ClientConfig::builder()
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth();
            return Ok(builder.tls_backend_preconfigured(trusts_nobody));
        }
        match &self.ca_file {
            Some(path) => Ok(builder.tls_certs_merge(certificates(path)?)),
            None => Ok(builder),
        }
    }
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, NetworkError> {
    let bytes = std::fs::read(path).map_err(|source| NetworkError::CaFile {
        path: path.to_owned(),
        source,
    })?;
    match Certificate::from_pem_bundle(&bytes) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(NetworkError::NoCertificate {
            path: path.to_owned(),
        }),
    }
}

/// Sees to it that TLS has a provider of its cryptography.
fn use_ring() {
    // Someone else may have installed a provider already: any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Why a connection that failed will fail again, however often it is tried.
pub(super) fn is_hopeless(error: &reqwest::Error) -> Option<String> {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(one) = cause {
        if let Some(tls) = tls_error(one) {
            return hopeless_tls(tls);
        }
        // The type of this error is its crate's own.
        if one.to_string() == "tunnel error: proxy authorization required" {
            return Some(
                "the proxy asks for a login (407): give it as \
                 HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
                    .into(),
            );
        }
        cause = one.source();
    }
    None
}

/// An error of TLS, also inside errors of the system, which name only what their content was
/// caused by.
fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref() {
        return Some(tls);
    }
    let inside = error.downcast_ref::<std::io::Error>()?.get_ref()?;
    tls_error(inside)
}

fn hopeless_tls(error: &rustls::Error) -> Option<String> {
    let what = match error {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::UnknownIssuer => {
                "this machine does not trust the issuer of the server's certificate; if a \
                 proxy or the company issued it, name its certificate as ca_file in the profile, under [target], or in SSL_CERT_FILE"
                    .into()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the server's certificate has expired, or this machine's clock is wrong".into()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the server's certificate is not valid yet, or this machine's clock is wrong".into()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "the server's certificate is for another name: check --endpoint".into()
            }
            _ => format!("the server's certificate is refused ({error})"),
        },
        rustls::Error::NoCertificatesPresented | rustls::Error::PeerIncompatible(_) => {
            format!("no secure connection can be agreed upon ({error})")
        }
        _ => return None,
    };
    Some(what)
}

/// The last cause in the chain: the one that says something. The URL is not part of it.
pub(super) fn innermost(error: &dyn Error) -> String {
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
    fn a_proxy_is_an_address_without_a_password() {
        for fine in [
            "http://proxy:3128",
            "https://proxy.example.com",
            "proxy:3128",
        ] {
            assert!(ProxyUrl::parse(fine).is_ok(), "{fine}");
        }
        let refused = |text| ProxyUrl::parse(text).unwrap_err();
        for wrong in ["", "ftp://proxy", "http://"] {
            assert_eq!(refused(wrong), ProxyUrlError::NotAUrl, "{wrong}");
        }
        let secret = refused("http://user:canary@proxy:3128");
        assert_eq!(secret, ProxyUrlError::CarriesSecret);
        assert!(!secret.to_string().contains("canary"));
    }

    #[test]
    fn a_file_of_certificates_is_looked_at_where_it_is_used() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ca.pem");
        let network = Network {
            ca_file: Some(path.clone()),
            proxy: None,
        };
        let https = Url::parse("https://api.example.com/jsonapi").unwrap();
        let missing = network.builder(&https).unwrap_err();
        assert!(missing.to_string().contains("ca.pem"), "{missing}");
        std::fs::write(&path, "no certificate").unwrap();
        let empty = network.builder(&https).unwrap_err();
        assert!(
            empty.to_string().contains("holds no certificate"),
            "{empty}"
        );
        let local = Url::parse("http://127.0.0.1:1/jsonapi").unwrap();
        assert!(network.builder(&local).unwrap().build().is_ok());
    }
}
