use crate::{
    diag::{Diagnostic, Level},
    facts::flags,
    lint::{Check, Cx, Lint},
    model::{File, Given, Install, install::flags_in},
};

pub static LINT: Lint =
    Lint::new(include_str!("install-exec-flags-ignored.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    for install in &file.installs {
        match install.kind {
            Given::Exec => variable("INSTALL_RKE2_EXEC", install, cx),
            Given::Type => variable("INSTALL_RKE2_TYPE", install, cx),
            Given::Arguments => arguments(install, file, cx),
        }
    }
}

fn variable(name: &str, install: &Install, cx: &mut Cx) {
    let text = install.text.as_str();
    if ["", "server", "agent"].contains(&text) {
        return;
    }
    let message = match names(text) {
        Some(names) => format!("RKE2's script drops the flags in `{name}`: {names}"),
        None => format!("`{name}` is `{text}`, and RKE2's script takes `server` or `agent`"),
    };
    let diagnostic = cx.report(install.span, message);
    diagnostic.why("the script takes it for the service's type and makes a package's name of it, which yum and zypper don't find; where it unpacks an archive it doesn't look at it");
    match names(text) {
        Some(_) => flags_lost(diagnostic),
        None => drop(diagnostic.level(Level::Warning).fix("write `server` or `agent`")),
    }
}

fn arguments(install: &Install, file: &File, cx: &mut Cx) {
    let text = install.text.as_str();
    let known = |flag: &str| flags::flag(flag.trim_start_matches('-')).is_some();
    if let Some(names) = names(text) {
        let message = format!("RKE2's script ignores its arguments: {names}");
        let diagnostic = cx.report(install.span, message);
        match flags_in(text).any(known) {
            true => flags_lost(diagnostic),
            false => drop(
                diagnostic
                    .level(Level::Warning)
                    .why("it reads variables only, such as `INSTALL_RKE2_VERSION`")
                    .fix("set a variable for it"),
            ),
        }
        return;
    }
    let typed = |install: &Install| install.kind != Given::Arguments;
    if text == "agent" && !file.installs.iter().any(typed) {
        cx.report(install.span, "RKE2's script ignores its arguments: `agent`")
            .level(Level::Warning)
            .why("from packages it installs the server; from an archive it installs both services")
            .fix("set `INSTALL_RKE2_TYPE=agent` for it");
    }
}

/// Of the flags: their values may be secrets.
fn names(text: &str) -> Option<String> {
    let names: Vec<String> = flags_in(text).map(|flag| format!("`{flag}`")).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn flags_lost(diagnostic: &mut Diagnostic) {
    diagnostic
        .why("unlike K3s' script it writes no flags into the unit: RKE2 starts without them")
        .fix("write them to `/etc/rancher/rke2/config.yaml`, as keys without dashes");
}
