//! Users who may little, and a service whose visas are good once.

use std::time::Duration;

use partner_import::sandbox::{
    Config, LOW_USER, Lockout, Method, SCOPED_PARTNER, SCOPED_USER, VisaChain,
};

use super::desk::{Desk, Done, Service};

fn rows(count: usize) -> String {
    let rows = (0..count).map(|row| format!("Customer {row},EndCustomer,InTrial,DE\n"));
    format!("Name,Level,State,Country\n{}", rows.collect::<String>())
}

#[test]
fn a_role_that_is_too_low_stops_the_run_at_once_and_is_named() {
    let (desk, service) = (Desk::new(), Service::new());
    desk.write("in.csv", rows(40));
    desk.import_with(&service, &["--username", LOW_USER])
        .exits(4)
        .says(&["13501", "its role is too low"]);
    assert!(service.added().is_empty());
    assert!(service.requests(Method::AddPartner) < 40);
}

#[test]
fn a_user_of_one_customer_can_add_its_sites_and_nothing_beside() {
    let (desk, service) = (Desk::new(), Service::new());
    let user = ["--partner", SCOPED_PARTNER, "--username", SCOPED_USER];
    desk.write("in.csv", rows(2));
    desk.import_with(&service, &user).exits(1).says(&["T104"]);
    assert_eq!(service.requests(Method::AddPartner), 0);
    desk.write("in.csv", rows(2).replace("EndCustomer", "Site"));
    desk.import_with(&service, &user).exits(0);
    assert_eq!(service.requests(Method::AddPartner), 2);
}

#[test]
fn a_locked_user_is_told_so_and_not_tried_again() {
    let (desk, service) = (
        Desk::new(),
        Service::with(Config {
            lockout: Some(Lockout {
                attempts: 1,
                time: Duration::from_secs(600),
            }),
            ..Config::default()
        }),
    );
    desk.write("in.csv", rows(1));
    let wrong = |desk: &Desk, password: &str| {
        let mut command = desk.import_command(&service, &[]);
        command.env("PARTNER_IMPORT_PASSWORD", password);
        Done::of(&command.output().expect("the tool starts"))
    };
    wrong(&desk, "wrong").exits(4).says(&["2100"]);
    wrong(&desk, "sandbox").exits(4).says(&["1709"]);
    assert_eq!(service.requests(Method::Login), 2);
}

#[test]
fn a_run_gets_through_where_each_visa_is_good_once() {
    let (desk, service) = (
        Desk::new(),
        Service::with(Config {
            visa_chain: VisaChain::Strict,
            latency: Duration::from_millis(5),
            ..Config::default()
        }),
    );
    desk.write("in.csv", rows(40));
    desk.import_with(&service, &["--concurrency", "4"]).exits(0);
    assert_eq!(service.added().len(), 40);
    let logins = service.requests(Method::Login);
    // How many meet a visa that is used up hangs on how busy the machine is; not each of them does.
    assert!(logins < 40, "{logins} logins");
    let creates = service.requests(Method::AddPartner);
    assert!(creates < 200, "{creates} creates");
}
