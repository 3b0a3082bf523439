//! The service's address: what it is compared by, shown as, and whether it is this machine.

use std::net::IpAddr;

use reqwest::Url;

/// An address without the user name and password that may stand in it, also where it is no URL.
pub fn without_user(address: &str) -> String {
    let Some((before, behind)) = address.rsplit_once('@') else {
        return address.to_owned();
    };
    let scheme = before.find("://").map_or(0, |at| at + 3);
    format!("{}(secret)@{behind}", &before[..scheme])
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

/// Whether the address is this machine's own.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
