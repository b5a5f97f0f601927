use crate::{
    lint::{Check, Cx, Lint},
    model::{Machine, Role},
};

pub static LINT: Lint = Lint::new(include_str!("join-url-not-https.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Some(url) = machine.asks() else { return };
    if url.scheme == "https" {
        return;
    }
    let text = &url.text;
    let message = if url.scheme.is_empty() {
        format!("`{text}` has no `https://`")
    } else {
        format!("`{text}` isn't asked: RKE2 takes `https://` alone")
    };
    // Go takes what is before a colon for a scheme, if it looks like one.
    let start = text.starts_with(|c: char| c.is_ascii_digit() || c == '[');
    let printed = if url.scheme.is_empty() && text.contains(':') && start {
        "first path segment in URL cannot contain colon"
    } else {
        "only https:// URLs are supported, invalid scheme"
    };
    let why = match machine.role {
        Role::Server => format!("`rke2 server` exits when it joins: \"{printed}\""),
        Role::Agent | Role::Unknown => format!("the machine never joins: \"{printed}\""),
    };
    cx.report(url.span, message).why(why).fix("write `https://`, the host, and `:9345`");
}
