use crate::{
    diag::Confidence,
    facts::{self, Answer, Releases, cni},
    lint::{Check, Cx, Lint},
    model::{Cluster, Machine, Selected},
    text::Span,
    yaml::Kind,
};

pub static LINT: Lint =
    Lint::new(include_str!("windows-unsupported-cni.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(sign) = cluster.windows_sign() else { return };
    let cni = cluster.cni().map(|(_, found)| found);
    let Some(Selected { name, span: word }) = cni.selected() else { return };
    let releases = &cluster.releases;
    let runs = match cni::cni(&name) {
        Some(plugin) => &plugin.windows,
        None if name == cni::NONE => facts::gate("windows-other-cni"),
        None => return,
    };
    // A server that doesn't have the plugin starts no cluster.
    let starts = cni::cni(&name).is_none_or(|cni| releases.answer(&cni.gate) != Answer::No);
    if releases.answer(runs) != Answer::No || !starts {
        return;
    }
    let on = if releases.is_supported_set() { String::new() } else { format!(" on {releases}") };
    let diagnostic = match word {
        Some(span) => {
            let message = format!("Windows machines can't run with `{name}`{on}");
            // Of a list the whole is wrong, not the line of one entry.
            let list = cluster.servers().find_map(|server| list_with(server, span));
            let diagnostic = cx.report(list.unwrap_or(span), message);
            diagnostic.label(span, "selected here").label(sign.span, sign.text.clone());
            diagnostic
        }
        None => {
            let message = format!(
                "Windows machines can't run with `{name}`{on}, the default where nothing sets `cni`"
            );
            let diagnostic = cx.report(sign.span, message);
            diagnostic.text(sign.text.clone());
            if let Some(server) = cluster.servers().next() {
                diagnostic.label(server.head, "no `cni` in this configuration");
            }
            diagnostic.assume(Confidence::Medium, "no flag or variable that sets `cni` is known")
        }
    };
    let others: Vec<&str> = cni::all()
        .filter(|cni| releases.answer(&cni.windows) != Answer::No)
        .map(|cni| cni.name)
        .collect();
    let why = match printed(&name, releases) {
        Some(printed) => format!("the agent on the Windows machine exits: \"{printed}\""),
        None => "the agent on the Windows machine exits, or sets up another plugin's network: the node never joins".to_owned(),
    };
    diagnostic.why(why).fix(format!(
        "build the cluster with {}; the plugin of a running cluster can't be changed",
        others.join(" or ")
    ));
    if let Some(doubt) = sign.doubt {
        diagnostic.assume(Confidence::Medium, doubt);
    }
}

/// The key of a list of plugins that has an entry at a place.
fn list_with(server: &Machine, span: Span) -> Option<Span> {
    let mut writes = server.settings.get("cni")?.writes.iter();
    let write = writes.find(|write| write.value.span().contains(span))?;
    (write.value.kind() == Kind::Seq).then(|| write.key.span())
}

/// `None` if nothing looks, or it isn't known.
fn printed(name: &str, releases: &Releases) -> Option<String> {
    let answer = |gate| releases.answer(facts::gate(gate));
    if answer("windows-other-cni") == Answer::No {
        return Some("calico chart was not found".to_owned());
    }
    match (answer("windows-cni-check"), answer("windows-cni-message")) {
        (Answer::Yes, Answer::No) => Some(format!("Unsupported CNI: {name}")),
        (Answer::Yes, _) => Some(format!("unsupported CNI {name}")),
        _ if answer("windows-cni-unchecked") == Answer::No => {
            Some(format!("the CNI {name} isn't supported on Windows"))
        }
        _ => None,
    }
}
