use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::Cluster,
};

pub static LINT: Lint =
    Lint::new(include_str!("join-server-missing-url.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let rivals = cluster.rivals();
    let Some((server, rest)) = rivals.split_first() else { return };
    let Some(first) = cluster.founders().next() else { return };
    let message = format!(
        "{} servers of this cluster have no `server`, and each starts a cluster of its own",
        rivals.len() + 1
    );
    let diagnostic = cx.report(server.head, message);
    diagnostic.text("no `server` here").label(first.head, "nor here");
    for other in rest {
        diagnostic.label(other.head, "nor here");
    }
    diagnostic
        .why("a server without `server` starts with an empty etcd: machines join whichever cluster the address leads to")
        .fix("write `server: https://…:9345` on all servers but the first")
        .assume(Confidence::Medium, "no flag or variable that sets `server` is known");
}
