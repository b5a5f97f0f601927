use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::{
        Attachment, Cluster, Ipam, Plugin, Pool,
        attach::{field, text},
        plan::{self, Claim, Owner},
    },
    yaml::Lookup,
};

pub static LINT: Lint = Lint::new(include_str!("nad-range-overlap.md"), Check::Cluster(check));

/// A pool with what gives it out.
struct Source<'a> {
    attachment: &'a Attachment,
    plugin: &'a Plugin,
    ipam: &'a Ipam,
    pool: &'a Pool,
}

fn check(cluster: &Cluster, cx: &mut Cx) {
    let claims = plan::claims(&cluster.plans());
    let machines = cluster.machine_claims();
    let sources: Vec<Source> = cluster.attachments.iter().flat_map(sources).collect();
    for (at, source) in sources.iter().enumerate() {
        with_cluster(cluster, &claims, source, cx);
        with_machines(&machines, source, cx);
        for other in &sources[..at] {
            with_other(other, source, cx);
        }
    }
}

fn sources(attachment: &Attachment) -> Vec<Source<'_>> {
    let plugins = attachment.plugins();
    let ipams = plugins.filter_map(|plugin| Some((plugin, plugin.ipam.as_ref()?)));
    ipams
        .flat_map(|(plugin, ipam)| {
            ipam.pools.iter().map(move |pool| Source { attachment, plugin, ipam, pool })
        })
        .collect()
}

/// The route to the network hides those to pods or Services.
fn with_cluster(cluster: &Cluster, claims: &[Claim], source: &Source, cx: &mut Cx) {
    let range = source.pool.range.stretch();
    let Some(own) = claims.iter().find(|claim| claim.stretch.overlaps(&range)) else { return };
    let whose = if own.owner == Owner::Pods { "pods" } else { "Services" };
    let message = format!(
        "`{}` of `{}` lies in the range of {whose} ({})",
        source.pool.word.text,
        source.attachment.object.name.text,
        own.shown()
    );
    let diagnostic = cx.report(source.pool.word.span, message);
    if let Some(span) = own.span {
        diagnostic.label(span, format!("the range of {whose}"));
    } else if let Some(server) = cluster.servers().next() {
        diagnostic.label(server.head, format!("{whose} have the default here"));
    }
    diagnostic
        .why(format!("a pod with this network sends what is for these addresses to it, and reaches no {whose} there"))
        .fix("choose a range that the cluster hasn't");
    if !own.sure {
        diagnostic.assume(Confidence::Medium, "the machines have IPv4, as almost all do");
    }
}

/// A pod may get a machine's own address.
fn with_machines(machines: &[Claim], source: &Source, cx: &mut Cx) {
    let hit = |machine: &&Claim| machine.stretch.overlaps(&source.pool.stretch);
    let Some(machine) = machines.iter().find(hit).filter(|_| source.ipam.is_whole()) else {
        return;
    };
    let message = format!(
        "`{}` of `{}` gives out {}, which is a machine's",
        source.pool.word.text, source.attachment.object.name.text, machine.text
    );
    let diagnostic = cx.report(source.pool.word.span, message);
    diagnostic
        .why("a pod gets this address, and neither it nor the machine is reached for sure")
        .fix("leave the machines' addresses out");
    if let Some(span) = machine.span {
        diagnostic.label(span, "the machine's address");
    }
    diagnostic.assume(Confidence::Medium, "the network was taken to be the machines'");
}

/// Two allocators on one wire that don't know of each other.
fn with_other(a: &Source, b: &Source, cx: &mut Cx) {
    let ids = |source: &Source| {
        let object = &source.attachment.object;
        (object.namespace_name(), object.name.text.clone())
    };
    let wire = b.plugin.wire().filter(|wire| a.plugin.wire().as_ref() == Some(wire));
    let Some(wire) = wire.filter(|_| ids(a) != ids(b)) else { return };
    if !a.pool.stretch.overlaps(&b.pool.stretch) || !independent(a, b) {
        return;
    }
    let names = [&a.attachment.object.name.text, &b.attachment.object.name.text];
    let message = format!(
        "`{}` and `{}` give out the same addresses on {wire} (`{}`, `{}`)",
        names[0], names[1], a.pool.word.text, b.pool.word.text
    );
    cx.report(b.pool.word.span, message)
        .label(a.pool.word.span, format!("the addresses of `{}`", names[0]))
        .why("each keeps its own list of what is taken: two pods get one address")
        .fix("set ranges apart, or let Whereabouts give out both")
        .assume(Confidence::Medium, "the interface is of one network on all machines");
}

fn independent(a: &Source, b: &Source) -> bool {
    match (a.ipam.kind.text.as_str(), b.ipam.kind.text.as_str()) {
        // Fixed addresses are chosen by hand.
        ("static", _) | (_, "static") => false,
        ("whereabouts", "whereabouts") => false,
        // Its list is of the network's name.
        ("host-local", "host-local") => store(a).is_some_and(|name| store(b) != Some(name)),
        _ => true,
    }
}

fn store(source: &Source) -> Option<String> {
    let root = &source.attachment.network.as_ref()?.root;
    match field(root, "name") {
        Lookup::Found(_) => text(root, "name").map(|word| word.text),
        Lookup::Absent => Some(source.attachment.object.name.text.clone()),
        Lookup::Unknown => None,
    }
}
