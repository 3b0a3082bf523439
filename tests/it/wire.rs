//! What goes over real sockets: proxies, certificates, packed and endless answers, echoes.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use partner_import::sandbox::{Config, Ids, Method};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

use crate::cli::desk::{Desk, Done, SMALL, Service, end_of};

/// A server that answers every connection with the same bytes, and counts them.
struct Server {
    address: String,
    calls: Arc<AtomicUsize>,
}

impl Server {
    fn answering(answer: &'static str) -> Self {
        Self::with(move |mut stream| {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(answer.as_bytes());
        })
    }

    /// The same over TLS, with a certificate that nobody has signed.
    fn secure(answer: &'static str) -> Self {
        let of = |name: &str| Path::new("tests/fixtures/tls").join(name);
        let certificate =
            CertificateDer::from_pem_file(of("localhost.pem")).expect("a certificate");
        let key = PrivateKeyDer::from_pem_file(of("localhost.key")).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("they belong together");
        let config = Arc::new(config);
        Self::with(move |mut stream| {
            let mut tls = ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let mut stream = Stream::new(&mut tls, &mut stream);
            let mut request = [0; 4096];
            if stream.read(&mut request).is_ok() {
                let _ = stream.write_all(answer.as_bytes());
                let _ = stream.flush();
            }
        })
    }

    fn with(serve: impl Fn(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let calls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&calls);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                count.fetch_add(1, Relaxed);
                serve(stream);
            }
        });
        Self { address, calls }
    }

    fn calls(&self) -> usize {
        self.calls.load(Relaxed)
    }
}

/// `lookup partners` at an address, with the environment given.
fn look_up(desk: &Desk, endpoint: &str, environment: &[(&str, &str)]) -> Done {
    let mut command = desk.tool(&["lookup", "partners", "--rate", "none"]);
    command
        .env("PARTNER_IMPORT_ENDPOINT", endpoint)
        .env("PARTNER_IMPORT_USERNAME", "api")
        .env("PARTNER_IMPORT_PARTNER", "MSP")
        .env("PARTNER_IMPORT_PASSWORD", "canary-4711")
        .envs(environment.iter().copied());
    end_of(command.spawn().expect("it starts"))
}

const NOT_FOUND: &str = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

#[test]
fn what_goes_to_this_machine_passes_no_proxy() {
    let (desk, service) = (Desk::new(), Service::new());
    let proxy = Server::answering("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
    let hook = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    desk.write("in.csv", SMALL);
    desk.write("hooks.txt", format!("http://{}/hook\n", hook.address));
    let address = format!("http://{}", proxy.address);
    desk.write("proxy.toml", format!("[target]\nproxy = \"{address}\"\n"));
    for profile in [&[][..], &["--profile", "proxy.toml"]] {
        let run = [
            "run",
            "in.csv",
            "--yes",
            "--out",
            "out",
            "--notify-file",
            "hooks.txt",
        ];
        let mut command = desk.at(&service, &[&run[..], profile].concat());
        for name in [
            "http_proxy",
            "HTTP_PROXY",
            "https_proxy",
            "HTTPS_PROXY",
            "all_proxy",
            "ALL_PROXY",
        ] {
            command.env(name, &address);
        }
        end_of(command.spawn().expect("it starts")).exits(0);
    }
    assert_eq!((proxy.calls(), hook.calls()), (0, 2));
    let mut sandbox = desk.tool(&["run", "in.csv", "--yes", "--sandbox", "--out", "there"]);
    sandbox
        .env("http_proxy", &address)
        .env("SSL_CERT_FILE", "/nowhere");
    end_of(sandbox.spawn().expect("it starts")).exits(0);
    assert_eq!(proxy.calls(), 0);
}

#[test]
fn a_certificate_of_nobodys_stops_at_once_and_can_be_trusted_by_the_profile() {
    let desk = Desk::new();
    let server = Server::secure(NOT_FOUND);
    let (_, port) = server.address.rsplit_once(':').expect("a port");
    let endpoint = format!("https://localhost:{port}/jsonapi");
    let ca = fs::canonicalize("tests/fixtures/tls/localhost.pem").expect("a path");
    let other = desk.write("other.pem", "");
    let start = Instant::now();
    // Neither the system's store nor an empty one knows it.
    let refused = look_up(&desk, &endpoint, &[]).exits(2);
    assert!(
        refused.err.contains("certificate") || refused.err.contains("CA certificates"),
        "{}",
        refused.err
    );
    let store = other.display().to_string();
    let nobody = look_up(&desk, &endpoint, &[("SSL_CERT_FILE", &store)]).exits(2);
    nobody.says(&["no CA certificates", "ca_file", "SSL_CERT_FILE"]);
    assert!(
        start.elapsed() < Duration::from_secs(90),
        "it is not tried for long"
    );
    let trusted = |environment: &[(&str, &str)]| look_up(&desk, &endpoint, environment);
    let store = ca.display().to_string();
    trusted(&[("SSL_CERT_FILE", &store)])
        .exits(5)
        .says(&["HTTP 404"]);
    desk.trusted(&format!("[target]\nca_file = '{store}'\n"));
    trusted(&[]).exits(5).says(&["HTTP 404"]);
    desk.trusted("[target]\nca_file = 'nowhere.pem'\n");
    trusted(&[]).exits(2).says(&["nowhere.pem", "ca_file"]);
}

#[test]
fn a_proxy_that_asks_for_a_log_in_stops_at_once() {
    let desk = Desk::new();
    let proxy = Server::answering(
        "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n",
    );
    let address = format!("http://{}", proxy.address);
    let ca = fs::canonicalize("tests/fixtures/tls/localhost.pem").expect("a path");
    let store = ca.display().to_string();
    let endpoint = "https://api.example.invalid/jsonapi";
    let environment = [
        ("HTTPS_PROXY", address.as_str()),
        ("SSL_CERT_FILE", store.as_str()),
    ];
    let done = look_up(&desk, endpoint, &environment).exits(2);
    done.says(&["407", "HTTPS_PROXY"]);
    assert_eq!(proxy.calls(), 1);
    desk.trusted(&format!("[target]\nproxy = \"{address}\"\n"));
    look_up(&desk, endpoint, &environment[1..])
        .exits(2)
        .says(&["407"]);
    assert_eq!(proxy.calls(), 2);
    let secret = "[target]\nproxy = \"http://user:canary@proxy:1\"\n";
    desk.write("partner-import.toml", secret);
    let done = look_up(&desk, endpoint, &environment[1..]).exits(2);
    assert!(!done.err.contains("canary"), "{}", done.err);
}

#[test]
fn packed_marked_and_endless_answers_are_lived_with() {
    for (fault, sends) in [
        ("gzip=1", 3),
        ("bom=1", 3),
        ("huge=#2@AddPartner", 3),
        ("echo-after=#2@AddPartner", 3),
        ("429-date=#2@AddPartner", 4),
        ("huge=1@EnumeratePartners", 3),
        ("no-partner-id=1@Login", 3),
    ] {
        let (desk, service) = (Desk::new(), Service::faulty(&[fault]));
        desk.write("in.csv", SMALL);
        desk.import_with(&service, &[]).exits(0);
        let statuses = desk.table("out/results.csv").statuses().join(" ");
        assert_eq!(statuses, "created created created", "{fault}");
        assert_eq!(service.requests(Method::AddPartner), sends, "{fault}");
    }
}

#[test]
fn ids_beyond_32_bits_reach_the_result_files_and_are_undone() {
    let service = Service::with(Config {
        ids: Ids::Wide,
        ..Config::default()
    });
    let desk = Desk::new();
    desk.write("in.csv", SMALL);
    desk.import_with(&service, &[]).exits(0);
    let ids = desk.table("out/results.csv");
    for id in ids.column("ID") {
        assert!(id.parse::<u64>().expect("an id") > 1 << 32, "{id}");
    }
    let summary = desk.summary();
    let run = summary["run_id"].as_str().expect("a run");
    desk.import_with(&service, &[]).exits(0);
    assert_eq!(service.requests(Method::AddPartner), 3);
    desk.run_at(&service, &["undo", run, "--confirm", "3"])
        .exits(0);
    assert_eq!(service.requests(Method::RemovePartner), 3);
}

#[cfg(unix)]
#[test]
fn the_state_directory_is_the_owners_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    fn look(path: &Path, wrong: &mut Vec<String>) {
        let data = fs::metadata(path).expect("it is there");
        let mode = data.permissions().mode() & 0o777;
        let expected = if data.is_dir() { 0o700 } else { 0o600 };
        if mode != expected {
            wrong.push(format!("{} {mode:03o}", path.display()));
        }
        if data.is_dir() {
            for entry in fs::read_dir(path).expect("a directory") {
                look(&entry.expect("an entry").path(), wrong);
            }
        }
    }

    for umask in ["000", "022", "077", "177"] {
        let (desk, service) = (Desk::new(), Service::new());
        desk.write("in.csv", SMALL);
        let run = ["run", "in.csv", "--yes", "--out", "out"];
        let plain = desk.at(&service, &run);
        let mut command = Command::new("sh");
        let program = plain.get_program().to_string_lossy().into_owned();
        // The rate is shared through files as well.
        let arguments = plain
            .get_args()
            .map(|one| one.to_string_lossy().into_owned());
        let arguments = arguments.map(|one| if one == "none" { "500/s".into() } else { one });
        command
            .args([
                "-c",
                &format!("umask {umask}; exec \"$0\" \"$@\""),
                &program,
            ])
            .args(arguments)
            .current_dir(desk.path(""))
            .env_clear();
        for (name, value) in plain.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        let done = command.output().expect("it starts");
        assert!(done.status.success(), "{umask}: {done:?}");
        let mut wrong = Vec::new();
        look(&desk.path("state"), &mut wrong);
        assert!(wrong.is_empty(), "umask {umask}: {wrong:?}");
    }
}
