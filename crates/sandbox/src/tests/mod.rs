//! Tests of the pretended service's rules, through its one way in.

use serde_json::{Value, json};

mod adding;
mod deployment;
mod devices;
mod faults;
mod login;
mod roles;
mod shapes;
mod tree;
mod users;

use super::*;

const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// A sandbox with a caller who is logged in.
struct Caller {
    sandbox: Sandbox,
    visa: String,
    now: Timestamp,
}

fn caller(config: Config) -> Caller {
    let sandbox = Sandbox::new(config).unwrap();
    let mut caller = Caller {
        sandbox,
        visa: String::new(),
        now: NOW,
    };
    let login = caller.raw("Login", &login_params());
    caller.visa = login["visa"].as_str().unwrap().to_owned();
    caller
}

fn plain() -> Caller {
    caller(Config::default())
}

fn with_fault(fault: &str) -> Caller {
    caller(Config {
        faults: vec![fault.parse().unwrap()],
        ..Config::default()
    })
}

fn login_params() -> Value {
    json!({"partner": ACCOUNT_PARTNER, "username": ACCOUNT_USER, "password": ACCOUNT_PASSWORD})
}

fn customer(name: &str) -> Value {
    json!({"ParentId": 1000, "Name": name, "Level": "EndCustomer", "ServiceType": "AllInclusive"})
}

/// `base` with the members of `other` put over it; null takes a member away.
fn with(mut base: Value, other: &Value) -> Value {
    for (key, value) in other.as_object().unwrap() {
        base[key] = value.clone();
    }
    base.as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    base
}

impl Caller {
    fn send(&mut self, method: &str, params: &Value) -> Reply {
        let mut body = json!({"jsonrpc": "2.0", "id": "t", "method": method, "params": params});
        if !self.visa.is_empty() {
            body["visa"] = json!(self.visa);
        }
        let body = body.to_string();
        let request = Request {
            body: body.as_bytes(),
            authorization: None,
        };
        self.sandbox.handle(&request, self.now)
    }

    fn raw(&mut self, method: &str, params: &Value) -> Value {
        serde_json::from_slice(&self.send(method, params).body).unwrap()
    }

    /// The value of a call that has to succeed.
    fn call(&mut self, method: &str, params: &Value) -> Value {
        let answer = self.raw(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"]["result"].clone()
    }

    /// The number of a call that has to be refused.
    fn refused(&mut self, method: &str, params: &Value) -> i64 {
        let answer = self.raw(method, params);
        assert_eq!(answer["error"]["code"], -32603, "{method}: {answer}");
        assert!(answer.get("visa").is_none() && answer.get("result").is_none());
        answer["error"]["data"].as_i64().unwrap()
    }

    fn add(&mut self, info: &Value) -> i64 {
        self.call("AddPartner", &json!({"partnerInfo": info}))
            .as_i64()
            .unwrap()
    }

    fn not_added(&mut self, info: &Value) -> i64 {
        let before = self.sandbox.partners().len();
        let number = self.refused("AddPartner", &json!({"partnerInfo": info}));
        assert_eq!(self.sandbox.partners().len(), before);
        number
    }

    fn by_id(&mut self, id: i64) -> Value {
        self.call("GetPartnerInfoById", &json!({"partnerId": id}))
    }

    /// Logs in as somebody else of the same password.
    fn become_user(&mut self, partner: &str, username: &str) {
        let params =
            json!({"partner": partner, "username": username, "password": ACCOUNT_PASSWORD});
        self.visa = self.raw("Login", &params)["visa"]
            .as_str()
            .unwrap()
            .to_owned();
    }

    fn names(&self) -> Vec<String> {
        let partners = self.sandbox.partners().into_iter();
        partners
            .filter(|one| !one.original && !one.removed)
            .map(|one| one.name)
            .collect()
    }
}
