use crate::{
    facts::Answer,
    lint::{Check, Cx, Lint},
    model::{ChartValue, Cluster, Read},
    text::Span,
    yaml::Scalar,
};

pub static LINT: Lint = Lint::new(include_str!("ingress-port-conflict.md"), Check::Cluster(check));

const NGINX: &str = "rke2-ingress-nginx";
const TRAEFIK: &str = "rke2-traefik";

/// The ports of nodes that both charts take by default, where nginx has each,
/// and where Traefik.
const PORTS: [(i64, &str, &str); 2] = [(80, "http", "web"), (443, "https", "websecure")];

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Read::Set((_, words)) = cluster.words("ingress-controller") else { return };
    let both = [NGINX, TRAEFIK].iter().all(|chart| cluster.deploys(chart) == Answer::Yes);
    let (Some(last), true) = (words.last(), both && on_all_nodes(cluster)) else { return };
    let shared: Vec<i64> = shared(cluster).iter().map(|(port, _)| *port).collect();
    let Some(first) = shared.first() else { return };
    let ports = match shared[..] {
        [_, second] => format!("ports {first} and {second}"),
        _ => format!("port {first}"),
    };
    let diagnostic = cx.report(
        last.span,
        format!("both ingress controllers are deployed, and both take {ports} of each node"),
    );
    diagnostic
        .why("the pods of one stay Pending on every node: \"didn't have free ports for the requested pod ports\"")
        .fix("give Traefik other ports as long as there are both: `ports.web.hostPort: 8000` and `ports.websecure.hostPort: 8443`");
    for word in &words[..words.len() - 1] {
        diagnostic.label(word.span, "deployed too");
    }
    for (_, span) in self::shared(cluster) {
        if let Some(span) = span {
            diagnostic.label(span, "taken by both");
        }
    }
}

/// Nothing is set that may put them on different nodes, or take their ports away.
fn on_all_nodes(cluster: &Cluster) -> bool {
    let nginx: [&[&str]; 4] = [
        &["controller", "kind"],
        &["controller", "nodeSelector"],
        &["controller", "affinity"],
        &["controller", "hostPort", "enabled"],
    ];
    let traefik: [&[&str]; 3] = [&["deployment"], &["nodeSelector"], &["affinity"]];
    nginx.iter().all(|path| cluster.value(NGINX, path).is_default())
        && traefik.iter().all(|path| cluster.value(TRAEFIK, path).is_default())
}

/// Ports that both take, and where one is written.
fn shared(cluster: &Cluster) -> Vec<(i64, Option<Span>)> {
    let port = |value: ChartValue, default: i64| match value {
        ChartValue::Default(_) => Some((default, None)),
        ChartValue::Set(entry) => match entry.value.scalar()? {
            Scalar::Int(_) => Some((entry.value.raw()?.parse().ok()?, Some(entry.value.span()))),
            _ => None,
        },
        ChartValue::Unknown => None,
    };
    let of_nginx = |key, default| {
        port(cluster.value(NGINX, &["controller", "hostPort", "ports", key]), default)
    };
    let of_traefik =
        |key, default| port(cluster.value(TRAEFIK, &["ports", key, "hostPort"]), default);
    let nginx: Vec<_> = PORTS.iter().filter_map(|(port, key, _)| of_nginx(key, *port)).collect();
    let traefik: Vec<_> =
        PORTS.iter().filter_map(|(port, _, key)| of_traefik(key, *port)).collect();
    let place = |port: i64| traefik.iter().find(|(other, _)| *other == port);
    nginx.iter().filter_map(|(port, at)| Some((*port, place(*port)?.1.or(*at)))).collect()
}
