use crate::{
    diag::{Confidence, Fix, Level},
    facts::defaults,
    lint::{Check, Cx, Lint},
    model::{Cluster, JoinUrl, Machine},
    text::Edit,
};

pub static LINT: Lint = Lint::new(include_str!("join-url-wrong-port.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for machine in &cluster.machines {
        let Some(url) = machine.asks() else { continue };
        if url.scheme == "https" {
            check_url(cluster, &url, cx);
        }
    }
}

fn check_url(cluster: &Cluster, url: &JoinUrl, cx: &mut Cx) {
    let (wrong, right): (u16, u16) =
        (defaults::number("apiserver-port"), defaults::number("join-port"));
    let machine = cluster.servers().find(|server| server.is_called(&url.host));
    let named = |server: &Machine| server.key_span("node-ip").or(server.key_span("node-name"));
    let host = &url.host;
    let diagnostic = match url.port {
        Some(port) if port == wrong => {
            let diagnostic = cx.report(
                url.span,
                format!("port {wrong} is the API server's; machines join at port {right}"),
            );
            diagnostic
                .why("the API server doesn't let in a machine that joins, which never gets further: \"failed to get CA certs\"");
            if machine.is_none() {
                diagnostic.level(Level::Warning).assume(
                    Confidence::Medium,
                    format!(
                        "no load balancer is known that leads port {wrong} of `{host}` to {right}"
                    ),
                );
            }
            diagnostic
        }
        None => {
            let diagnostic =
                cx.report(url.span, format!("`{}` has no port, which is 443", url.text));
            diagnostic
                .level(Level::Warning)
                .why(format!("RKE2's servers wait at port {right} for machines that join"))
                .assume(
                    Confidence::Medium,
                    format!("no load balancer is known that leads port 443 of `{host}` to {right}"),
                );
            diagnostic
        }
        Some(_) => return,
    };
    diagnostic.fix(format!("write `:{right}`"));
    if url.port == Some(wrong) {
        let new = url.text.replacen(&format!(":{wrong}"), &format!(":{right}"), 1);
        let edits = vec![Edit::new(url.span, &*url.text, new)];
        diagnostic.repair(Fix::unsure(format!("write port {right}"), edits));
    }
    if let Some(span) = machine.and_then(named) {
        diagnostic.label(span, "this server");
    }
}
