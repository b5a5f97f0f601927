use crate::{
    diag::{Confidence, Level},
    facts::{Release, Releases},
    lint::{Check, Cx, Lint},
    model::{By, Cluster, Role, Statement},
};

pub static LINT: Lint =
    Lint::new(include_str!("release-statements-disagree.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let said: Vec<&Statement> =
        cluster.statements.iter().filter(|statement| tells(statement)).collect();
    let installs: Vec<&Statement> =
        said.iter().copied().filter(|said| said.by != By::Plan).collect();
    let plans: Vec<&Statement> = said.iter().copied().filter(|said| said.by == By::Plan).collect();
    if agents_newer(&installs, cx) || agents_newer(&plans, cx) {
        return;
    }
    declared(cluster, &installs, cx);
    installed(&installs, cx);
    planned(&installs, &plans, cx);
}

fn tells(statement: &Statement) -> bool {
    // A host's variables of Ansible's overrule its group's.
    !matches!(statement.by, By::Ansible | By::Managed) && !statement.is_aside()
}

fn in_one_folder(diagnostic: &mut crate::diag::Diagnostic) {
    diagnostic.assume(Confidence::Medium, "by their folder, these files belong to one cluster");
}

/// The only minor of all candidates.
fn minor(releases: &Releases) -> Option<u16> {
    let first = releases.iter().next()?.minor;
    releases.iter().all(|release| release.minor == first).then_some(first)
}

fn agents_newer(said: &[&Statement], cx: &mut Cx) -> bool {
    let of = |role| said.iter().filter(move |said| said.role == Some(role));
    let newest = of(Role::Server).filter_map(|said| Some((minor(&said.releases)?, *said)));
    let Some((server_minor, server)) = newest.max_by_key(|(minor, _)| *minor) else {
        return false;
    };
    let newer = |said: &&&Statement| minor(&said.releases).is_some_and(|m| m > server_minor);
    let Some(agent) = of(Role::Agent).find(newer) else { return false };
    let message = format!("agents get {}, newer than {} of the servers", agent.text, server.text);
    let diagnostic = cx.report(agent.span, message);
    diagnostic
        .level(Level::Error)
        .label(server.span, "the servers' release")
        .why("Kubernetes supports no kubelet that is newer than the API server it talks to: servers are upgraded first")
        .fix("give agents the release of the servers, or an older one");
    in_one_folder(diagnostic);
    true
}

fn declared(cluster: &Cluster, installs: &[&Statement], cx: &mut Cx) {
    let Some((releases, span)) = &cluster.declared_release else { return };
    // A declaration may name a minor only.
    let differs = |said: &&&Statement| {
        minor(&said.releases).is_some_and(|said| minor(releases).is_some_and(|own| own != said))
    };
    let Some(other) = installs.iter().find(differs) else { return };
    cx.report(
        other.span,
        format!("this installs {}, and the cluster is declared to run {releases}", other.text),
    )
    .label(*span, "declared here")
    .why("the cluster is checked for the declared release, and machines get the other one")
    .fix("correct the one that is out of date");
}

fn installed(installs: &[&Statement], cx: &mut Cx) {
    // A script that names several may choose between them.
    let alone = |said: &&&Statement| {
        let in_file = installs.iter().filter(|other| other.path == said.path);
        in_file.count() == 1
    };
    let alone: Vec<&Statement> = installs.iter().filter(alone).copied().collect();
    let same_role = |a: &Statement, b: &Statement| a.role == b.role && a.by == b.by;
    for (index, later) in alone.iter().enumerate() {
        let differs =
            |said: &&&Statement| same_role(said, later) && !meet(&said.releases, &later.releases);
        let Some(first) = alone[..index].iter().find(differs) else { continue };
        let machines = match later.role {
            Some(Role::Server) => "servers",
            Some(Role::Agent) => "agents",
            Some(Role::Unknown) | None => "machines",
        };
        let message = format!(
            "{machines} of one cluster get {} here, and {} elsewhere",
            later.text, first.text
        );
        let diagnostic = cx.report(later.span, message);
        diagnostic
            .label(first.span, "the other release")
            .why("which of them a machine runs depends on the file that it was installed with; both are checked for, and what holds for one of them only isn't reported")
            .fix("name one release in all of them");
        in_one_folder(diagnostic);
        return;
    }
}

fn planned(installs: &[&Statement], plans: &[&Statement], cx: &mut Cx) {
    let newest = |said: &Statement| -> Option<Release> { said.releases.iter().last() };
    for plan in plans {
        let newer = |said: &&&Statement| {
            let fits = said.role.is_none() || plan.role.is_none() || said.role == plan.role;
            fits && said.releases.iter().next() > newest(plan)
        };
        let Some(install) = installs.iter().find(newer) else { continue };
        let message = format!(
            "this plan is for {}, older than {} that machines are installed with",
            plan.text, install.text
        );
        let diagnostic = cx.report(plan.span, message);
        diagnostic
            .label(install.span, "installed")
            .why("system-upgrade-controller brings each node to the plan's release, and Kubernetes supports no way back to an older one")
            .fix("raise the plan's release to the installed one");
        in_one_folder(diagnostic);
        return;
    }
}

fn meet(a: &Releases, b: &Releases) -> bool {
    a.iter().any(|release| b.iter().any(|other| other == release))
}
