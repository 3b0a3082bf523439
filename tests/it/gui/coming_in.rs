//! Who may come in: each demand with what a hostile page, another user's process or a rebinding name
//! would send, and the same request once more as our own page sends it.

use std::io::Read;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tempfile::{TempDir, tempdir};

use super::page::{Page, program};

fn place() -> TempDir {
    tempdir().expect("a place")
}

const LIST: &[u8] = b"Name,Country\nNord,DE\n";

#[test]
fn it_listens_on_loopback_and_nowhere_else() {
    let place = place();
    let page = Page::closed(&place, &[]);
    assert!(page.host.starts_with("127.0.0.1:"), "{}", page.host);
    let port = page.host.rsplit_once(':').unwrap().1;
    let others = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    // The address of this machine in its network, where it has one; nothing is sent.
    if others.connect("192.0.2.1:9").is_ok() {
        let own = others.local_addr().unwrap().ip();
        let asked = std::net::TcpStream::connect(format!("{own}:{port}"));
        assert!(own.is_loopback() || asked.is_err(), "{own}");
    }
}

#[test]
fn a_name_of_somebody_else_that_leads_here_is_refused_before_all_else() {
    let place = place();
    let page = Page::open(&place, &[]);
    let port = page.host.rsplit_once(':').unwrap().1.to_owned();
    for host in [
        format!("evil.example:{port}"),
        format!("localhost:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{port}0"),
        format!("evil.example@127.0.0.1:{port}"),
        String::new(),
    ] {
        for path in ["/", "/base.css", "/page.css", "/api/start", "/nothing"] {
            let headers = [("Host", &*host), ("X-Partner-Import", &*page.secret)];
            let answer = page.ask("GET", path, &headers, b"");
            assert!(
                [400, 403].contains(&answer.status),
                "{host} {path}: {answer:?}"
            );
            assert!(answer.body.is_empty(), "{host} {path}: {answer:?}");
        }
    }
    // Twice, or none at all.
    let twice = [("Host", &*page.host), ("Host", "evil.example")];
    assert!([400, 403].contains(&page.ask("GET", "/", &twice, b"").status));
    assert!([400, 403].contains(&page.ask("GET", "/", &[], b"").status));
    let line = format!(
        "GET http://evil.example/ HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        page.host
    );
    assert_eq!(page.raw(line.as_bytes()).status, 403);
    assert_eq!(page.get("/").status, 200);
}

#[test]
fn without_the_secret_nothing_is_read_and_nothing_is_changed() {
    let place = place();
    let page = Page::open(&place, &[]);
    let list = page.bring("a.csv", LIST);
    let of_list = format!("/api/lists/{list}");
    let rows = format!("/api/lists/{list}/rows?view=all&from=0&count=9");
    for secret in [
        "",
        "x",
        &page.token,
        &page.secret[1..],
        &page.secret.to_uppercase(),
    ] {
        for path in [
            "/api/start",
            "/api/target",
            "/api/template",
            "/events?after=0",
            &of_list,
            &rows,
            "/api/",
            "/api/nothing",
        ] {
            let headers = [("Host", &*page.host), ("X-Partner-Import", secret)];
            let answer = page.ask("GET", path, &headers, b"");
            assert_eq!((answer.status, &*answer.code()), (401, "session"), "{path}");
            assert!(!answer.text().contains("Nord"));
        }
        let origin = page.origin();
        let headers = [
            ("Host", &*page.host),
            ("Origin", &*origin),
            ("Content-Type", "application/json"),
            ("X-Partner-Import", secret),
        ];
        for (method, path) in [
            ("POST", "/api/target"),
            ("POST", "/api/runs"),
            ("DELETE", &*of_list),
        ] {
            assert_eq!(
                page.ask(method, path, &headers, b"{}").status,
                401,
                "{path}"
            );
        }
    }
    // In a cookie or in the address it counts for nothing.
    let cookie = format!("X-Partner-Import={0}; secret={0}", page.secret);
    let headers = [("Host", &*page.host), ("Cookie", &*cookie)];
    let path = format!("/api/start?secret={}", page.secret);
    let answer = page.ask("GET", &path, &headers, b"");
    assert_eq!(answer.status, 401);
    assert!(answer.header("set-cookie").is_none());
    assert_eq!(page.get(&of_list).status, 200);
}

#[test]
fn another_origin_changes_nothing_though_it_knew_the_secret() {
    let place = place();
    let page = Page::open(&place, &[]);
    let port = page.host.rsplit_once(':').unwrap().1.to_owned();
    let localhost = format!("http://localhost:{port}");
    let https = format!("https://{}", page.host);
    let other_port = "http://127.0.0.1:1".to_owned();
    let body = json!({ "mode": "sandbox", "endpoint": "", "partner": "", "user": "", "password": "", "keep": false }).to_string();
    for origin in [
        "http://evil.example",
        "null",
        &localhost,
        &https,
        &other_port,
        "",
    ] {
        let headers = [
            ("Host", &*page.host),
            ("Origin", origin),
            ("Content-Type", "application/json"),
            ("X-Partner-Import", &*page.secret),
        ];
        assert_eq!(
            page.ask("POST", "/api/target", &headers, body.as_bytes())
                .status,
            403,
            "{origin}"
        );
    }
    let headers = [
        ("Host", &*page.host),
        ("Content-Type", "application/json"),
        ("X-Partner-Import", &*page.secret),
    ];
    assert_eq!(
        page.ask("POST", "/api/target", &headers, body.as_bytes())
            .status,
        403,
        "none at all"
    );
    assert_eq!(
        page.get("/api/target").json()["mode"],
        serde_json::Value::Null
    );
}

#[test]
fn what_a_form_could_send_is_no_request_of_ours() {
    let place = place();
    let page = Page::open(&place, &[]);
    let origin = page.origin();
    for (path, kinds) in [
        (
            "/api/target",
            [
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/octet-stream",
                "",
            ],
        ),
        (
            "/api/lists?name=a.csv",
            [
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json",
                "",
            ],
        ),
        (
            "/api/session",
            [
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/octet-stream",
                "",
            ],
        ),
    ] {
        for kind in kinds {
            let headers = [
                ("Host", &*page.host),
                ("Origin", &*origin),
                ("Content-Type", kind),
                ("X-Partner-Import", &*page.secret),
            ];
            assert_eq!(
                page.ask("POST", path, &headers, b"{}").status,
                415,
                "{path} {kind}"
            );
        }
    }
}

#[test]
fn no_other_origin_is_ever_told_that_it_may() {
    let place = place();
    let page = Page::open(&place, &[]);
    for path in ["/", "/api/start", "/api/lists", "/events"] {
        let headers = [
            ("Host", &*page.host),
            ("Origin", "http://evil.example"),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "x-partner-import"),
            ("X-Partner-Import", &*page.secret),
        ];
        for method in ["OPTIONS", "PUT", "PATCH", "TRACE", "HEAD", "PROPFIND"] {
            let answer = page.ask(method, path, &headers, b"");
            assert_eq!(answer.status, 405, "{method} {path}");
            assert!(
                !answer.head.to_lowercase().contains("access-control"),
                "{answer:?}"
            );
        }
    }
    let headers = [
        ("Host", &*page.host),
        ("Origin", "http://evil.example"),
        ("X-Partner-Import", &*page.secret),
    ];
    let answer = page.ask("GET", "/api/start", &headers, b"");
    assert!(!answer.head.to_lowercase().contains("access-control"));
}

#[test]
fn a_browser_that_says_whence_it_asks_is_believed() {
    let place = place();
    let page = Page::open(&place, &[]);
    for (site, status) in [
        ("cross-site", 403),
        ("same-site", 403),
        ("none", 403),
        ("same-origin", 200),
    ] {
        let headers = [
            ("Host", &*page.host),
            ("X-Partner-Import", &*page.secret),
            ("Sec-Fetch-Site", site),
        ];
        assert_eq!(
            page.ask("GET", "/api/start", &headers, b"").status,
            status,
            "{site}"
        );
    }
    let headers = [("Host", &*page.host), ("Sec-Fetch-Site", "cross-site")];
    assert_eq!(
        page.ask("GET", "/", &headers, b"").status,
        200,
        "the shell holds nothing"
    );
    assert_eq!(page.ask("GET", "/events", &headers, b"").status, 403);
}

#[test]
fn a_link_is_good_once_and_few_tries_end_it() {
    let first = place();
    let page = Page::open(&first, &[]);
    let again = page.enter(&page.token);
    assert_eq!((again.status, &*again.code()), (403, "token"));
    let second = place();
    let page = Page::closed(&second, &[]);
    for _ in 0..5 {
        assert_eq!(
            page.enter("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
                .status,
            403
        );
    }
    assert_eq!(page.enter(&page.token).status, 403, "too many were tried");
    assert_eq!(page.token.len(), 43);
}

#[test]
fn every_answer_says_what_a_browser_may_do_with_it() {
    let place = place();
    let page = Page::open(&place, &[]);
    let headers = [("Host", "evil.example")];
    let answers = [
        page.get("/"),
        page.get("/main.js"),
        page.get("/api/start"),
        page.get("/api/nothing"),
        page.get("/nothing"),
        page.post("/api/session", &json!({ "token": "x" })),
        page.ask("GET", "/", &headers, b""),
    ];
    for answer in answers {
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{answer:?}");
        }
    }
}

#[test]
fn no_path_that_comes_from_the_page_is_opened() {
    let place = place();
    std::fs::write(place.path().join("private.csv"), "Name\nGeheim\n").unwrap();
    let page = Page::open(&place, &[]);
    for path in [
        "/../private.csv",
        "/%2e%2e/private.csv",
        "/..%2fprivate.csv",
        "/api/lists/..%2f..%2f..%2fprivate.csv",
        "/api/runs/..%2f..%2fprivate",
        "/api/runs/x/files/..%2f..%2fprivate.csv",
        "/api/lists/x/files/..%2fprivate.csv",
        "//etc/passwd",
        "/page/main.js",
    ] {
        let answer = page.get(path);
        assert!([400, 404].contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.text().contains("Geheim"), "{path}");
    }
    // A name that tries to be a path is a name.
    let list = page.bring("..%2f..%2f..%2fescaped.csv", LIST);
    assert_eq!(
        page.get(&format!("/api/lists/{list}")).json()["name"],
        "escaped.csv"
    );
    assert!(!place.path().join("escaped.csv").exists());
    let kept = place
        .path()
        .join("state/page/lists")
        .join(&list)
        .join("input/escaped.csv");
    assert!(kept.is_file());
    // What it would be told to read is only ever a value.
    let asked = page.post(
        &format!("/api/lists/{list}/understood"),
        &json!({ "path": "/etc/passwd" }),
    );
    assert_eq!(asked.status, 422);
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = place();
    let page = Page::open(&place, &[]);
    let list = page.bring("a.csv", LIST);
    let root = place.path().join("state/page");
    for (path, mode) in [
        ("", 0o700),
        ("running.json", 0o600),
        ("running.lock", 0o600),
        ("lists", 0o700),
        (&*format!("lists/{list}"), 0o700),
        (&*format!("lists/{list}/input/a.csv"), 0o600),
        (&*format!("lists/{list}/mends.jsonl"), 0o600),
    ] {
        let own = std::fs::metadata(root.join(path))
            .unwrap()
            .permissions()
            .mode()
            & 0o777;
        assert_eq!(own, mode, "{path}");
    }
}

#[test]
fn a_second_process_opens_the_page_of_the_first_and_needs_its_key() {
    let place = place();
    let first = Page::open(&place, &[]);
    let list = first.bring("a.csv", LIST);
    let mut second = program(place.path())
        .args(["gui", "--no-open", "--state-dir", "state"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut link = String::new();
    second
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut link)
        .unwrap();
    assert!(second.wait().unwrap().success());
    let (origin, token) = link.trim().split_once("/#").expect("a link");
    assert_eq!(origin, first.origin());
    let entered = first.enter(token);
    assert_eq!(
        entered.json()["secret"],
        first.secret.as_str(),
        "of the same process"
    );
    assert_eq!(first.get(&format!("/api/lists/{list}")).status, 200);
    for key in ["", "x", &first.secret, &first.token] {
        let asked = first.post("/api/launch", &json!({ "key": key }));
        assert_eq!((asked.status, &*asked.code()), (401, "session"), "{key}");
    }
}

#[test]
fn a_second_process_leaves_the_first_link_good() {
    let place = place();
    let first = Page::closed(&place, &[]);
    let second = program(place.path())
        .args(["gui", "--no-open", "--state-dir", "state"])
        .output()
        .unwrap();
    assert!(second.status.success());
    let link = String::from_utf8(second.stdout).unwrap();
    let (_, token) = link.trim().split_once("/#").expect("a link");
    assert_ne!(token, first.token);
    for token in [token, &first.token] {
        assert_eq!(first.enter(token).status, 200);
        assert_eq!(first.enter(token).status, 403, "each is good once");
    }
}

#[test]
fn the_link_is_all_that_is_printed_and_stands_in_no_log() {
    let place = place();
    let mut child = program(place.path())
        .args(["gui", "--no-open", "--state-dir", "state", "-vv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let (out, err) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert_eq!(out.lines().count(), 1, "{out}");
    let token = out.trim().split_once("/#").expect("a link").1;
    assert!(!err.contains(token), "{err}");
    for entry in std::fs::read_dir(place.path().join("state/page")).unwrap() {
        let text = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&text).contains(token));
    }
}

#[test]
fn requests_that_are_too_large_or_no_json_are_refused() {
    let place = place();
    let page = Page::open(&place, &[]);
    let origin = page.origin();
    let headers = [
        ("Host", &*page.host),
        ("Origin", &*origin),
        ("Content-Type", "application/json"),
        ("X-Partner-Import", &*page.secret),
    ];
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{\"mode\":1}",
        "{\"mode\":\"sandbox\",\"path\":\"/etc\"}",
    ] {
        let answer = page.ask("POST", "/api/target", &headers, body.as_bytes());
        assert_eq!((answer.status, &*answer.code()), (422, "value"), "{body}");
    }
    let line = format!(
        "POST /api/target HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nContent-Type: application/json\r\nX-Partner-Import: {1}\r\nContent-Length: 99999999\r\nConnection: close\r\n\r\n{{}}",
        page.host, page.secret
    );
    assert_eq!(page.raw(line.as_bytes()).status, 413);
}
