use crate::{
    diag::Confidence,
    facts::cni,
    lint::{Check, Cx, Lint},
    model::{Cluster, Read, Repo},
    text::Span,
};

pub static LINT: Lint =
    Lint::new(include_str!("multus-annotation-without-multus.md"), Check::Repo(check));

fn check(repo: &Repo, cx: &mut Cx) {
    if repo.may_bring(&["multus"]) {
        return;
    }
    repo.clusters.iter().for_each(|cluster| check_cluster(cluster, cx));
}

fn check_cluster(cluster: &Cluster, cx: &mut Cx) {
    let Some((place, text)) = without_multus(cluster) else { return };
    let request = cluster.requests.first();
    let attachment = cluster.attachments.first();
    let (span, what) = match (request, attachment) {
        (Some(request), _) => (request.annotation.key.span(), "pods ask for further networks"),
        (None, Some(attachment)) => (attachment.object.name.span, "a further network is defined"),
        (None, None) => return,
    };
    let diagnostic = cx.report(span, format!("{what}, and `cni` has no `multus`"));
    diagnostic.label(place, text);
    if let Some(attachment) = attachment {
        diagnostic.label(attachment.object.name.span, "a NetworkAttachmentDefinition");
    }
    diagnostic
        .why("without Multus there is no kind NetworkAttachmentDefinition: `no matches for kind`; nobody reads the annotations of pods, which start with one interface")
        .fix("`cni: [multus, …]`, with the plugin that the cluster has")
        .assume(Confidence::Medium, "nothing outside of this repository installs Multus");
}

/// Where that is said.
fn without_multus(cluster: &Cluster) -> Option<(Span, &'static str)> {
    if cluster.open {
        return None;
    }
    match cluster.cni() {
        Read::Set((_, found)) if found.multus().is_none() => {
            let word = found.primary()?;
            cni::cni(&word.text)?;
            Some((word.span, "no `multus` here"))
        }
        Read::Default => Some((cluster.servers().next()?.head, "no `cni` in this configuration")),
        Read::Set(_) | Read::Unknown => None,
    }
}
