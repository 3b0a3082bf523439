//! The target of a run that is there.

use std::sync::Arc;

use crate::api::Secret;
use crate::flow::failure::Failure;
use crate::gui::app::App;
use crate::gui::fault::Fault;
use crate::gui::target::Connected;
use crate::gui::wire::LoginAsk;
use crate::journal::RunInfo;
use crate::settings::table::{ENDPOINT, PARTNER, SANDBOX, USERNAME};
use crate::settings::{Content, Typed};

/// A target for a run that is there: the one that is chosen where it fits, else as its journal says.
/// Where this process has no password for it, the fault says so, and the page asks.
pub(super) async fn target_of(
    app: &App,
    info: &RunInfo,
    login: Option<LoginAsk>,
) -> Result<Arc<Connected>, Fault> {
    if let Some(connected) = app.target.connected()
        && connected.target.is_of(info)
    {
        return Ok(connected);
    }
    let mut typed = Typed::default();
    if info.endpoint == "sandbox" {
        typed.add(&SANDBOX, Content::Text("true".to_owned()));
    } else {
        typed.add(&ENDPOINT, Content::Text(info.endpoint.clone()));
        typed.add(&PARTNER, Content::Text(info.partner.clone()));
    }
    let (mut password, mut keep) = (None, false);
    if let Some(login) = login {
        typed.add(&USERNAME, Content::Text(login.user));
        password = Some(Secret::new(login.password));
        keep = login.keep;
    }
    let resolved = app.setup.settings.with(&typed).map_err(Failure::from)?;
    let (target, given) = (&app.target, password.clone());
    let connected = target.log_in(&app.setup, typed, resolved, given).await;
    let connected = connected.map_err(|failure| Fault::of_login(&failure, info))?;
    connected.target.serves(info, "begun")?;
    if let Some(password) = password {
        target.remember(&connected, password, keep)?;
    }
    Ok(Arc::new(connected))
}
