//! Serves an empty tenant on a free port of this machine until it is stopped.

#![expect(clippy::print_stdout, reason = "what the example is for")]

use sandbox::{ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config, Sandbox, bind};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::new(Config::default())?;
    let server = bind(([127, 0, 0, 1], 0).into(), sandbox, None).await?;
    println!("SANDBOX at {}", server.endpoint());
    println!("partner {ACCOUNT_PARTNER:?}, user {ACCOUNT_USER:?}, password {ACCOUNT_PASSWORD:?}");
    server.serve(std::future::pending()).await;
    Ok(())
}
