//! The sandbox over real sockets: HTTP, faults on the connection, the request log, restarts.
//!
//! Rules of the service are tested beside the code; here it is about carrying requests and answers.

use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use partner_import::sandbox::{
    ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config, Method, RequestLog, Sandbox,
    ServerError, bind,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// A running server with a client.
struct Live {
    endpoint: String,
    http: reqwest::Client,
    sandbox: std::sync::Arc<std::sync::Mutex<Sandbox>>,
}

/// Runs `test` against a server, stops the server, and waits for its end.
fn serve<F: Future<Output = ()>>(config: Config, log: Option<&Path>, test: impl FnOnce(Live) -> F) {
    // Installed already when another test was first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let log = log.map(|path| RequestLog::open(path).unwrap());
        let sandbox = Sandbox::new(config).unwrap();
        let server = bind("127.0.0.1:0".parse().unwrap(), sandbox, log)
            .await
            .unwrap();
        let live = Live {
            endpoint: server.endpoint(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            sandbox: server.sandbox(),
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(server.serve(async {
            let _ = stopped.await;
        }));
        test(live).await;
        drop(stop);
        serving.await.unwrap();
    });
}

fn faulty(fault: &str) -> Config {
    Config {
        faults: vec![fault.parse().unwrap()],
        ..Config::default()
    }
}

impl Live {
    async fn post(&self, body: &Value) -> Result<reqwest::Response, reqwest::Error> {
        self.http
            .post(&self.endpoint)
            .body(body.to_string())
            .send()
            .await
    }

    async fn call(&self, body: &Value) -> Value {
        let response = self.post(body).await.unwrap();
        assert_eq!(response.status(), 200);
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
    }

    async fn login(&self) -> String {
        let answer = self.call(&login()).await;
        answer["visa"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    fn created(&self) -> Vec<String> {
        let partners = self.sandbox.lock().unwrap().partners().into_iter();
        partners
            .filter(|one| !one.original)
            .map(|one| one.name)
            .collect()
    }
}

fn login() -> Value {
    json!({"jsonrpc": "2.0", "id": "l", "method": "Login", "params": {
        "partner": ACCOUNT_PARTNER, "username": ACCOUNT_USER, "password": ACCOUNT_PASSWORD}})
}

fn add(visa: &str, name: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": "a", "visa": visa, "method": "AddPartner", "params": {
        "partnerInfo": {"ParentId": 1000, "Name": name, "Level": "EndCustomer"},
        "createDefaultAccount": false}})
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_answer_says_sandbox() {
    serve(Config::default(), None, async |live| {
        let root = live.endpoint.replace("/jsonapi", "/");
        let page = live.http.get(&root).send().await.unwrap();
        assert_eq!(page.headers()["x-sandbox"], "SANDBOX");
        assert_eq!(page.headers()["server"], "partner-import-sandbox");
        assert!(page.text().await.unwrap().contains("SANDBOX"));
        let answer = live.post(&login()).await.unwrap();
        assert_eq!(answer.headers()["x-sandbox"], "SANDBOX");
        assert_eq!(answer.headers()["content-type"], "application/json");
        let lost = live
            .http
            .post(format!("{root}elsewhere"))
            .send()
            .await
            .unwrap();
        assert_eq!(lost.status(), 404);
        let put = live.http.put(&live.endpoint).send().await.unwrap();
        assert_eq!(put.status(), 405);
    });
}

#[test]
fn a_customer_is_added_over_http() {
    serve(Config::default(), None, async |live| {
        let visa = live.login().await;
        let answer = live.call(&add(&visa, "Zeus & Sons")).await;
        assert_eq!(answer["id"], "a");
        assert_eq!(answer["result"]["result"], 1001);
        assert_eq!(live.created(), ["Zeus & Sons"]);
        let query = format!("{}?account&AddPartner", live.endpoint);
        let body = add(&visa, "Hera").to_string();
        let answer = live.http.post(query).body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(live.created().len(), 2);
    });
}

#[test]
fn the_visa_may_come_in_the_header() {
    serve(Config::default(), None, async |live| {
        let visa = live.login().await;
        let mut body = add("", "Zeus");
        body.as_object_mut().unwrap().remove("visa");
        let request = live
            .http
            .post(&live.endpoint)
            .bearer_auth(&visa)
            .body(body.to_string());
        request.send().await.unwrap();
        assert_eq!(live.created(), ["Zeus"]);
    });
}

#[test]
fn dropped_requests_and_dropped_answers_look_alike_and_differ() {
    for (fault, created) in [("drop-request=1", 0), ("drop-answer=1", 1)] {
        serve(faulty(&format!("{fault}@AddPartner")), None, async |live| {
            let visa = live.login().await;
            let error = live.post(&add(&visa, "Zeus")).await.unwrap_err();
            assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
            assert_eq!(live.created().len(), created, "{fault}");
        });
    }
}

#[test]
fn a_cut_answer_breaks_off_in_its_body() {
    serve(faulty("cut=1@AddPartner"), None, async |live| {
        let visa = live.login().await;
        let response = live.post(&add(&visa, "Zeus")).await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(response.bytes().await.is_err());
        assert_eq!(live.created(), ["Zeus"]);
    });
}

#[test]
fn late_work_is_done_by_the_clock_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("requests.jsonl");
    serve(
        faulty("late-commit=1:200ms@AddPartner"),
        Some(&path),
        async |live| {
            let visa = live.login().await;
            live.post(&add(&visa, "Zeus")).await.unwrap_err();
            assert!(live.created().is_empty());
            let begun = Instant::now();
            while live.created().is_empty() {
                assert!(begun.elapsed() < Duration::from_secs(10));
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        },
    );
    let lines = lines(&path);
    let adds: Vec<_> = lines
        .iter()
        .filter(|line| line["method"] == "AddPartner")
        .collect();
    assert_eq!(adds.len(), 2);
    assert_eq!(
        (&adds[0]["done"], &adds[0]["status"]),
        (&json!({}), &json!(0))
    );
    assert_eq!(
        (&adds[1]["done"], &adds[1]["late"]),
        (&json!({"created": 1001}), &json!(true))
    );
    let apart = adds[1]["t"].as_f64().unwrap() - adds[0]["t"].as_f64().unwrap();
    assert!(apart >= 0.198, "{apart}");
}

#[test]
fn too_many_requests_and_bad_gateways_are_plain_http() {
    for (fault, status, created) in [
        ("429=1:7", 429, 0),
        ("502=1", 502, 0),
        ("503-after=1", 503, 1),
    ] {
        serve(faulty(&format!("{fault}@AddPartner")), None, async |live| {
            let visa = live.login().await;
            let response = live.post(&add(&visa, "Zeus")).await.unwrap();
            assert_eq!(response.status(), status);
            assert_eq!(response.headers()["content-type"], "text/html");
            let retry = response
                .headers()
                .get("retry-after")
                .map(|value| value.to_str().unwrap());
            assert_eq!(retry, (status == 429).then_some("7"));
            assert!(response.text().await.unwrap().starts_with("<html>"));
            assert_eq!(live.created().len(), created);
        });
    }
}

#[test]
fn latency_and_delay_hold_nobody_else_up() {
    let config = Config {
        latency: Duration::from_millis(300),
        ..Config::default()
    };
    serve(config, None, async |live| {
        let begun = Instant::now();
        let all = futures_of(100, |_| async { live.login().await }).await;
        let took = begun.elapsed();
        assert_eq!(all.len(), 100);
        assert!(took >= Duration::from_millis(300), "{took:?}");
        assert!(took < Duration::from_secs(20), "{took:?}");
    });
}

/// Runs `count` futures at once on this task.
async fn futures_of<T, F: Future<Output = T>>(count: usize, make: impl Fn(usize) -> F) -> Vec<T> {
    let mut running: Vec<_> = (0..count).map(|n| (Box::pin(make(n)), None)).collect();
    std::future::poll_fn(|context| {
        for (future, value) in &mut running {
            if value.is_none()
                && let std::task::Poll::Ready(ready) = future.as_mut().poll(context)
            {
                *value = Some(ready);
            }
        }
        if running.iter().all(|(_, value)| value.is_some()) {
            return std::task::Poll::Ready(());
        }
        std::task::Poll::Pending
    })
    .await;
    running.into_iter().filter_map(|(_, value)| value).collect()
}

#[test]
fn one_name_is_taken_once_however_many_ask() {
    serve(Config::default(), None, async |live| {
        let visa = live.login().await;
        let answers = futures_of(32, |_| async { live.call(&add(&visa, "Zeus")).await }).await;
        let created = answers
            .iter()
            .filter(|one| one["result"]["result"].is_i64())
            .count();
        let refused = answers
            .iter()
            .filter(|one| one["error"]["data"] == 2115)
            .count();
        assert_eq!((created, refused), (1, 31));
        let sandbox = live.sandbox.lock().unwrap();
        assert_eq!(sandbox.requests(Method::AddPartner), 32);
        assert!(sandbox.unknown_members().is_empty());
    });
}

#[test]
fn the_request_log_has_a_line_per_request_soon_and_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("requests.jsonl");
    let before = std::time::SystemTime::now();
    serve(
        faulty("drop-answer=#2@AddPartner"),
        Some(&path),
        async |live| {
            let visa = live.login().await;
            live.call(&add(&visa, "Zeus")).await;
            let begun = Instant::now();
            while lines(&path).len() < 2 {
                assert!(begun.elapsed() < Duration::from_secs(10), "not flushed");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            live.post(&add(&visa, "Hera")).await.unwrap_err();
            live.call(&add(&visa, "Hera")).await;
        },
    );
    let lines = lines(&path);
    let done: Vec<_> = lines.iter().map(|line| line["done"].clone()).collect();
    assert_eq!(
        done,
        [
            json!({"loggedIn": 1000}),
            json!({"created": 1001}),
            json!({"created": 1002}),
            json!({"refused": 2115}),
        ]
    );
    assert_eq!(lines[2]["fault"], "drop-answer");
    assert_eq!(lines[2]["status"], 0);
    let begun = before
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs_f64();
    let times: Vec<_> = lines
        .iter()
        .map(|line| line["t"].as_f64().unwrap())
        .collect();
    assert!(
        times.is_sorted() && times[0] >= begun && times[3] < begun + 20.0,
        "{times:?}"
    );
    assert!(
        times
            .iter()
            .any(|time| (time * 1e6).round() % 1000.0 != 0.0),
        "microseconds"
    );
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        !text.contains("-7001-1-") && !text.contains("\"sandbox\""),
        "{text}"
    );
}

#[test]
fn the_rate_limit_answers_with_the_services_error() {
    let config = Config {
        rate_limit: Some("2/h".parse().unwrap()),
        ..Config::default()
    };
    serve(config, None, async |live| {
        let visa = live.login().await;
        live.call(&add(&visa, "Zeus")).await;
        let answer = live.call(&add(&visa, "Hera")).await;
        assert_eq!(answer["error"]["data"], 2116);
        assert_eq!(live.created(), ["Zeus"]);
    });
}

#[test]
fn a_restart_with_a_database_keeps_customers_and_visas() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config {
        db: Some(dir.path().join("tenant.db")),
        ..Config::default()
    };
    let (send, receive) = std::sync::mpsc::channel();
    serve(config.clone(), None, async |live| {
        let visa = live.login().await;
        live.call(&add(&visa, "Zeus")).await;
        send.send(visa).unwrap();
    });
    let visa = receive.recv().unwrap();
    serve(config, None, async |live| {
        let answer = live.call(&add(&visa, "Zeus")).await;
        assert_eq!(answer["error"]["data"], 2115);
        assert_eq!(
            live.call(&add(&visa, "Hera")).await["result"]["result"],
            1002
        );
    });
}

#[test]
fn requests_may_be_pipelined_and_connections_kept() {
    serve(Config::default(), None, async |live| {
        let address = live
            .endpoint
            .trim_start_matches("http://")
            .trim_end_matches("/jsonapi");
        let mut stream = TcpStream::connect(address).await.unwrap();
        let body = login().to_string();
        let request = format!(
            "POST /jsonapi HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream
            .write_all(request.repeat(3).as_bytes())
            .await
            .unwrap();
        let mut text = String::new();
        while text.matches("\"visa\":\"1000-").count() < 3 {
            let mut bytes = [0; 4096];
            let count = stream.read(&mut bytes).await.unwrap();
            assert!(count > 0, "{text}");
            text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
    });
}

#[test]
fn a_big_tenant_is_listed_whole() {
    let config = Config {
        tenant_size: 20_000,
        ..Config::default()
    };
    serve(config, None, async |live| {
        let visa = live.login().await;
        let list = json!({"jsonrpc": "2.0", "id": 1, "visa": visa, "method": "EnumeratePartners",
            "params": {"parentPartnerId": 1000, "fetchRecursively": true, "fields": [0, 1, 18]}});
        let answer = live.call(&list).await;
        let listed = answer["result"]["result"].as_array().unwrap();
        let ids: std::collections::HashSet<_> =
            listed.iter().map(|one| one["Id"].as_i64()).collect();
        assert_eq!((listed.len(), ids.len()), (20_000, 20_000));
    });
}

/// What the sandbox can is what the reference says of it.
#[test]
fn every_method_stands_in_the_reference() {
    let page = include_str!("../../docs/reference/api.md");
    for method in Method::ALL {
        let name = method.name();
        assert!(
            page.contains(&format!("`{name}`")) || page.contains(&format!("`{name}(")),
            "{name}"
        );
    }
}

#[test]
fn only_this_machine_is_served() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let sandbox = Sandbox::new(Config::default()).unwrap();
    let error = runtime
        .block_on(bind("0.0.0.0:0".parse().unwrap(), sandbox, None))
        .unwrap_err();
    assert!(matches!(error, ServerError::NotLoopback(_)));
}
