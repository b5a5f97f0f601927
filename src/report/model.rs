//! What was understood of a repository, for people who wonder.

use super::plural;
use crate::{
    engine::Workspace,
    lint::release_words,
    model::{Cluster, State, carrier::outermost},
    text::Span,
};
use std::io::{self, Write};

/// Clusters with their machines, releases and charts, each with its place.
/// Values of keys aren't shown: some are secrets.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_model(workspace: &Workspace, out: &mut dyn Write) -> io::Result<()> {
    let repo = workspace.model();
    for cluster in &repo.clusters {
        write_cluster(workspace, cluster, out)?;
    }
    let templates = repo.files.iter().filter(|file| file.state == State::Template);
    for file in templates {
        writeln!(out, "not read, a template without a YAML tree: {}", file.path)?;
    }
    writeln!(
        out,
        "{}, {}",
        plural(repo.clusters.len(), "cluster"),
        plural(repo.files.iter().filter(|file| file.carrier.is_none()).count(), "file")
    )
}

/// `, in Butane in cloud-init`, or nothing.
fn through(kinds: &[&str]) -> String {
    kinds
        .iter()
        .rev()
        .map(|kind| format!(" in {kind}"))
        .reduce(|all, kind| all + &kind)
        .map_or(String::new(), |all| format!(",{all}"))
}

/// Each file below the root that was looked at: what it was read as, or why it
/// was left.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_files(
    workspace: &Workspace,
    shows: impl Fn(&str) -> bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut lines: Vec<(String, String)> =
        workspace.left().map(|(path, why)| (path.to_owned(), format!("left: {why}"))).collect();
    for file in &workspace.model().files {
        let readers = file.readers().join(", ");
        let what = match file.state {
            State::Template => "left: a template that can't be read".to_owned(),
            State::Branches => "a template, of RKE2 in some branches".to_owned(),
            State::Neighbor => "looked at for what lies beside it".to_owned(),
            _ if readers.is_empty() && !file.cargo.is_empty() => "container".to_owned(),
            _ if readers.is_empty() => "read".to_owned(),
            _ => readers,
        };
        let through = through(file.kinds());
        lines.push((file.path.clone(), format!("{what}{}", through.trim_start_matches(','))));
    }
    lines.sort();
    for (path, what) in lines.into_iter().filter(|(path, _)| shows(outermost(path))) {
        writeln!(out, "{path}  {what}")?;
    }
    Ok(())
}

fn write_cluster(workspace: &Workspace, cluster: &Cluster, out: &mut dyn Write) -> io::Result<()> {
    let place = |span: Span| {
        let file = workspace.sources().get(span.file);
        format!("{}:{}", file.path, file.position(span.start).line)
    };
    let how = if cluster.declared { "declared" } else { "by its folder" };
    writeln!(out, "cluster {} ({how})", cluster.name)?;
    let exactly = |span: Span| {
        let file = workspace.sources().get(span.file);
        format!("  {}:{}", place(span), file.position(span.start).column)
    };
    let source = cluster.release_source.map_or(String::new(), exactly);
    let shared = if cluster.release_is_shared { "  (said above several clusters)" } else { "" };
    writeln!(out, "  release {}{source}{shared}", release_words(&cluster.releases))?;
    for statement in &cluster.statements {
        if Some(statement.span) != cluster.release_source {
            writeln!(out, "  release {} is said too{}", statement.text, exactly(statement.span))?;
        }
    }
    for machine in &cluster.machines {
        let open = if machine.open { ", and keys that can't be seen" } else { "" };
        let keys = plural(machine.settings.len(), "key");
        let through = through(&machine.containers);
        writeln!(out, "  {}  {} ({keys}{open}{through})", machine.role, machine.path)?;
        for path in machine.services.iter().filter(|path| **path != machine.path) {
            writeln!(out, "    with {path}")?;
        }
        for (key, setting) in &machine.settings {
            let writes = setting.writes.iter().map(|write| place(write.key.span()));
            let veiled = setting.veiled.then(|| "may be set elsewhere".to_owned());
            let places = writes.chain(veiled).collect::<Vec<_>>().join(", ");
            writeln!(out, "    {key}  {places}")?;
        }
    }
    for sign in &cluster.windows {
        writeln!(out, "  Windows  {}  {}", place(sign.span), sign.text)?;
    }
    for chart in &cluster.helm_charts {
        writeln!(out, "  {}  {}", chart.object.title(), place(chart.object.name.span))?;
    }
    for config in &cluster.chart_configs {
        let object = &config.chart.object;
        let adopted = if config.adopted { "  (taken to belong here)" } else { "" };
        let through = through(&config.containers);
        let through = through.strip_prefix(", ").map(|text| format!("  ({text})"));
        let through = through.unwrap_or_default();
        writeln!(out, "  {}  {}{adopted}{through}", object.title(), place(object.name.span))?;
    }
    for attachment in &cluster.attachments {
        let object = &attachment.object;
        writeln!(out, "  {}  {}", object.title(), place(object.name.span))?;
    }
    for request in &cluster.requests {
        let title = request.object.title();
        writeln!(out, "  {title} asks for networks  {}", place(request.annotation.key.span()))?;
    }
    writeln!(out)
}
