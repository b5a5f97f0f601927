use super::{CHART, multus};
use crate::{
    diag::{Confidence, Level},
    facts::{Answer, plugins},
    lint::{Check, Cx, Lint},
    model::{Attachment, Cluster, Repo, Word},
    text::is_slip_of,
};

pub static LINT: Lint = Lint::new(include_str!("nad-plugin-not-available.md"), Check::Repo(check));

const NOTE: &str = "nothing outside of this repository installs a plugin of that name";

fn check(repo: &Repo, cx: &mut Cx) {
    for cluster in &repo.clusters {
        for attachment in &cluster.attachments {
            let called = attachment.plugins().filter_map(|plugin| plugin.kind.as_ref());
            let asked = attachment.ipams().map(|ipam| &ipam.kind);
            for (word, gives_addresses) in
                called.map(|word| (word, false)).chain(asked.map(|word| (word, true)))
            {
                match plugins::plugin(&word.text) {
                    Some(plugin) => came_later(repo, cluster, attachment, word, plugin, cx),
                    None => misspelled(repo, attachment, word, gives_addresses, cx),
                }
            }
        }
    }
}

fn misspelled(
    repo: &Repo,
    attachment: &Attachment,
    word: &Word,
    gives_addresses: bool,
    cx: &mut Cx,
) {
    let text = word.text.as_str();
    let mut known = plugins::all().filter(|plugin| plugin.gives_addresses == gives_addresses);
    // `macvlan2` is a copy of one's own, not a slip.
    let is_copy = |name: &str| text.strip_prefix(name).is_some();
    let near = known.find(|plugin| is_slip_of(text, plugin.name) && !is_copy(plugin.name));
    let Some(near) = near.filter(|_| !repo.may_bring(&[text])) else { return };
    cx.report(word.span, format!("no plugin is called `{text}`"))
        .why(why(attachment, text))
        .fix(format!("`{}`", near.name))
        .assume(Confidence::Medium, NOTE);
}

fn came_later(
    repo: &Repo,
    cluster: &Cluster,
    attachment: &Attachment,
    word: &Word,
    plugin: &plugins::Plugin,
    cx: &mut Cx,
) {
    let Some(multus) = multus(cluster) else { return };
    let lacks = !plugin.gate.is_never() && cluster.releases.answer(&plugin.gate) == Answer::No;
    let own_image = !cluster.value(CHART, &["cniplugins"]).is_default();
    if !lacks || own_image || repo.may_bring(&[plugin.name, "cni"]) {
        return;
    }
    let text = plugin.name;
    let message = format!("`{text}` isn't among the plugins of {}", cluster.releases);
    let diagnostic = cx.report(word.span, message);
    diagnostic.level(Level::Warning).label(multus.span, "Multus");
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
    diagnostic
        .why(why(attachment, text))
        .why(format!("RKE2 brings it with Multus from {}", plugin.gate))
        .assume(Confidence::Medium, NOTE);
}

fn why(attachment: &Attachment, plugin: &str) -> String {
    let name = &attachment.object.name.text;
    format!(
        "each pod of `{name}` stays in ContainerCreating: `failed to find plugin \"{plugin}\" in path`"
    )
}
