use crate::{
    lint::{Check, Cx, Lint},
    model::Cluster,
};

pub static LINT: Lint = Lint::new(include_str!("manifest-on-agent.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let placed = cluster.folder.iter().filter(|manifest| manifest.in_data_dir);
    for manifest in placed.filter(|manifest| manifest.skips().is_none()) {
        let Some(agent) = cluster.agent_with(manifest) else { continue };
        let message = format!("`{}` lies on an agent, which applies no manifests", manifest.name);
        cx.report(manifest.span, message)
            .label(agent.head, "this machine is an agent")
            .why("only servers look into `server/manifests`")
            .fix("put it on the servers, on all of them");
    }
}
