use crate::{
    diag::Confidence,
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Cluster, JoinUrl, Machine, Read, Role, net::parse_ip},
    text::Span,
};

pub static LINT: Lint =
    Lint::new(include_str!("tls-san-missing-registration-address.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for joiner in cluster.servers() {
        let Some(url) = joiner.asks() else { continue };
        if url.scheme != "https" || url.is_loopback() {
            continue;
        }
        let others: Vec<&Machine> = cluster
            .machines
            .iter()
            .filter(|machine| machine.path != joiner.path && machine.role != Role::Agent)
            .collect();
        if let Some(place) = names_it(&others, &url) {
            report(&url, place, cx);
        }
    }
}

/// Where the name had to be; `None` if a certificate may hold it.
fn names_it(servers: &[&Machine], url: &JoinUrl) -> Option<Span> {
    let mut place = None;
    let ip = parse_ip(&url.host);
    for server in servers {
        let strict = match server.words("tls-san-security") {
            Read::Default => {
                server.releases.answer(facts::gate("tls-san-security-default")) == Answer::Yes
            }
            Read::Set(_) => server.flag("tls-san-security") == Some(true),
            Read::Unknown => false,
        };
        let known = strict && server.is_server() && !server.open;
        // A machine's own addresses and name are in its certificate.
        let addressed = matches!(server.words("node-ip"), Read::Set(_)) || ip.is_none();
        let names = match server.words("tls-san") {
            Read::Set(words) => words,
            Read::Default => Vec::new(),
            Read::Unknown => return None,
        };
        let named = names.iter().any(|word| match ip {
            Some(ip) => parse_ip(&word.text) == Some(ip),
            None => word.text.eq_ignore_ascii_case(&url.host),
        });
        // A folder or file called after the machine.
        let label = url.host.split('.').next().unwrap_or("");
        let parts = server.path.split('/').map(|part| part.split('.').next().unwrap_or(""));
        let by_path =
            label != "rke2" && parts.into_iter().any(|part| part.eq_ignore_ascii_case(label));
        if !known || !addressed || named || server.is_called(&url.host) || by_path {
            return None;
        }
        place = place.or(server.key_span("tls-san"));
    }
    // Nobody thought of names: the host may be one machine's own.
    place
}

fn report(url: &JoinUrl, place: Span, cx: &mut Cx) {
    cx.report(url.span, format!("`{}` is in no server's `tls-san`", url.host))
        .label(place, "the names of this server")
        .why("the certificate isn't for that name, so the server that joins exits: \"CA cert validation failed\"; agents ask through an address of their own and join")
        .fix(format!("add `{}` to `tls-san` on all servers", url.host))
        .assume(Confidence::Medium, "it is taken to be no server's own name or address");
}
