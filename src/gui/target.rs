//! Where to: the sandbox of this process or the service. The password goes to the client, to the
//! system's keyring only where that was asked for, and never back to the page.

use std::sync::{Arc, Mutex, PoisonError};

use super::fault::{Fault, sentence};
use super::setup::Setup;
use super::wire::{Root, Target as Body, TargetAsk};
use crate::api::watched::{Exchanges, Keep};
use crate::api::{Credentials, Secret};
use crate::flow::event::Silence;
use crate::flow::failure::Failure;
use crate::flow::host::first_patience;
use crate::flow::target::{Target, connect_watched};
use crate::flow::{credentials, vault};
use crate::journal::record::Mode;
use crate::settings::table::{ENDPOINT, PARTNER, SANDBOX, USERNAME};
use crate::settings::{Access, Account, Content, PasswordSource, Resolved, Settings, Typed};
use crate::submit::reads::{log_in_patiently, patiently};

/// The target that is chosen.
#[derive(Default)]
pub struct Chosen {
    connected: Mutex<Option<Arc<Connected>>>,
    /// What was typed last of the service: kept for as long as this process lives.
    login: Mutex<Option<(Account, Secret)>>,
}

/// A client that is logged in, and what it was made of.
pub struct Connected {
    /// What it speaks to.
    pub target: Target,
    /// What has passed lately: the service's clock and certificate.
    pub seen: Exchanges,
    /// Who one is logged in as.
    pub root: Root,
    /// What it was made of.
    pub typed: Typed,
    /// The same with everything else that counts.
    pub resolved: Resolved,
}

impl Connected {
    /// The rate limit.
    pub fn rate(&self) -> String {
        let rate = self.target.limit();
        rate.unwrap_or_else(|| "no limit".to_owned())
    }

    /// The rate limit in requests a second; 0 is none.
    pub fn allowed(&self) -> f64 {
        let rate = self.resolved.access.rate;
        rate.map_or(0.0, |rate| {
            f64::from(rate.requests()) / rate.window().as_secs_f64()
        })
    }

    /// Whether it is the sandbox of this process.
    pub fn is_own_sandbox(&self) -> bool {
        self.resolved.access.is_sandbox()
    }

    /// What commands repeat that are to go there.
    pub fn flags(&self) -> Vec<String> {
        let account = &self.resolved.access.account;
        if self.is_own_sandbox() {
            return vec!["--sandbox".to_owned()];
        }
        let mut flags = vec!["--endpoint".to_owned(), account.endpoint.clone()];
        for (flag, text) in [
            ("--partner", &account.partner),
            ("--username", &account.username),
        ] {
            if let Some(text) = text {
                flags.extend([flag.to_owned(), text.clone()]);
            }
        }
        flags
    }
}

impl Chosen {
    /// The target, where one is connected.
    pub fn connected(&self) -> Option<Arc<Connected>> {
        self.connected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// As it is shown.
    pub fn body(&self, settings: &Settings) -> Body {
        let connected = self.connected();
        let live = connected.as_ref().filter(|one| !one.is_own_sandbox());
        // What the profile knows is in the form also where the sandbox was tried first.
        let resolved = match live {
            Some(one) => Some(one.resolved.clone()),
            None => settings.with(&Typed::default()).ok(),
        };
        let access = resolved.map(|one| one.access);
        let account = access.as_ref().map(|access| &access.account);
        let known = self.login.lock().unwrap_or_else(PoisonError::into_inner);
        let typed = known.as_ref().map(|(account, _)| account);
        let account = typed.filter(|_| live.is_none()).or(account);
        let text = |text: Option<&Option<String>>| text.cloned().flatten().unwrap_or_default();
        Body {
            mode: connected.as_ref().map(|one| {
                if one.is_own_sandbox() {
                    "sandbox"
                } else {
                    "live"
                }
            }),
            real: connected
                .as_ref()
                .is_some_and(|one| one.target.mode() == Mode::Live),
            endpoint: account.map_or_else(String::new, |one| one.endpoint.clone()),
            partner: text(account.map(|one| &one.partner)),
            user: text(account.map(|one| &one.username)),
            password: known.is_some()
                || access.is_some_and(|access| access.password != PasswordSource::Keyring),
            keyring: Some(vault::name().trim_start_matches("the ").to_owned()),
            root: connected.map(|one| one.root.clone()),
        }
    }

    /// Whether this is what is chosen already: the sandbox needs no second login.
    pub fn is(&self, ask: &TargetAsk) -> bool {
        let own = self.connected().is_some_and(|one| one.is_own_sandbox());
        own && ask.mode == "sandbox"
    }

    /// Logs in; reads only.
    ///
    /// # Errors
    /// Where the login is refused, or nobody answers.
    pub async fn choose(&self, setup: &Setup, ask: TargetAsk) -> Result<Body, Fault> {
        let settings = &setup.settings;
        let mut typed = Typed::default();
        match ask.mode.as_str() {
            "sandbox" => typed.add(&SANDBOX, Content::Text("true".to_owned())),
            "live" => {
                for (setting, text) in [
                    (&ENDPOINT, &ask.endpoint),
                    (&PARTNER, &ask.partner),
                    (&USERNAME, &ask.user),
                ] {
                    if !text.trim().is_empty() {
                        typed.add(setting, Content::Text(text.trim().to_owned()));
                    }
                }
            }
            _ => return Err(Fault::value("There is no such target.")),
        }
        let resolved = settings.with(&typed).map_err(Failure::from)?;
        let password = (!ask.password.is_empty()).then(|| Secret::new(ask.password));
        let connected = self
            .log_in(setup, typed, resolved, password.clone())
            .await
            .map_err(|failure| Fault::of_target(&failure))?;
        if let Some(password) = password {
            self.remember(&connected, password, ask.keep)?;
        }
        *self
            .connected
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(connected));
        Ok(self.body(settings))
    }

    /// Keeps the password that has just been good, for this process or also for later ones.
    ///
    /// # Errors
    /// Where the keyring does not take it.
    pub fn remember(
        &self,
        connected: &Connected,
        password: Secret,
        keep: bool,
    ) -> Result<(), Fault> {
        let account = connected.resolved.access.account.clone();
        if keep {
            vault::set(&account, &password).map_err(|failure| {
                let text = format!("the password was not stored: {}", failure.message);
                Fault::value(sentence(&text))
            })?;
        }
        let mut login = self.login.lock().unwrap_or_else(PoisonError::into_inner);
        *login = Some((account, password));
        Ok(())
    }

    /// A client for the service or the sandbox that settings name.
    pub async fn log_in(
        &self,
        setup: &Setup,
        typed: Typed,
        resolved: Resolved,
        password: Option<Secret>,
    ) -> Result<Connected, Failure> {
        let known = self
            .login
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let find = |access: &Access| {
            let account = access.account.canonical();
            let kept = known.filter(|(of, _)| of.canonical() == account);
            let Some(password) = password.or(kept.map(|(_, password)| password)) else {
                let given = |source: &PasswordSource| (setup.password)(source);
                return credentials::find(access, given, &Silence);
            };
            let Some(username) = access.account.username.clone() else {
                return Err(Failure::usage("the user's name is missing"));
            };
            Ok(Credentials {
                partner: access.account.partner.clone(),
                username,
                password,
            })
        };
        let connections = resolved.running.concurrency.get();
        let latest = (connections, Keep::Latest);
        let (target, seen) = connect_watched(&resolved, latest, find, &Silence).await?;
        let patience = first_patience(setup.control.clone(), &resolved.running);
        let client = &target.client;
        let failed = |error| Failure::of_reading(error, &target.name);
        let id = log_in_patiently(client, &patience).await.map_err(failed)?;
        let own = patiently(client, &patience, || client.partner(id)).await;
        let root = Root {
            name: match own {
                Ok(own) if !own.name.trim().is_empty() => own.name.into(),
                _ => target.partner.clone(),
            },
            id: id.get(),
            user: resolved.access.account.username.clone().unwrap_or_default(),
        };
        Ok(Connected {
            target,
            seen,
            root,
            typed,
            resolved,
        })
    }
}
