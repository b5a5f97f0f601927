//! What was looked at and found, in a few lines for people.

use super::scope::Scope;
use crate::{
    diag::Safety,
    engine::{Checked, Finding, Silenced},
    facts,
    lint::release_words,
    lints,
    model::State,
    report::{Summary, plural},
};
use std::{collections::BTreeSet, time::Duration};

pub(super) fn summary(
    checked: &Checked,
    shown: &[&Finding],
    silenced: &[&Finding],
    scope: &Scope,
) -> Summary {
    let count = |paths: &[String]| paths.iter().filter(|path| scope.holds(path)).count();
    let files = checked.repo.files.iter().filter(|file| file.carrier.is_none());
    let files =
        files.filter(|file| matches!(file.state, State::Read | State::Lines | State::Branches));
    let read = files.filter(|file| scope.holds(&file.source.path)).count();
    let clusters = checked.repo.clusters.iter();
    let clusters = clusters.filter(|cluster| cluster.paths().any(|path| scope.holds(path)));
    let releases: BTreeSet<String> =
        clusters.clone().map(|cluster| release_words(&cluster.releases)).collect();
    let templates_unread = count(&checked.templates);
    let is_baselined = |it: &&&Finding| it.silenced == Some(Silenced::Baselined);
    let baselined = silenced.iter().filter(is_baselined).count();
    let mut summary = Summary {
        files_checked: read,
        files_unread: count(&checked.unread) + templates_unread,
        templates_unread,
        clusters: clusters.clone().count(),
        releases: releases.into_iter().collect(),
        is_newer: clusters.clone().any(|cluster| cluster.releases.beyond_tables()),
        rules: lints::all().count(),
        suppressed: silenced.len() - baselined,
        baselined,
        ..Summary::default()
    };
    for finding in shown {
        summary.count(finding.diagnostic.level);
        let mut fixes = finding.diagnostic.fixes.iter().map(|fix| fix.safety);
        let is_safe = fixes.clone().any(|safety| safety == Safety::Safe);
        summary.fixable += usize::from(is_safe);
        summary.unsafely_fixable += usize::from(!is_safe && fixes.next().is_some());
    }
    summary
}

pub(super) fn print_summary(summary: &Summary, elapsed: Duration) {
    if summary.is_empty() && summary.errors + summary.warnings + summary.notes == 0 {
        eprintln!("Found no RKE2 configuration. `--show-files` tells what was left, and why.");
        return;
    }
    let releases = match summary.releases.as_slice() {
        [] => String::new(),
        [one] => format!(" for {one}"),
        all => format!(" for {} releases", all.len()),
    };
    let millis = elapsed.as_millis();
    eprintln!(
        "Checked {} in {}{releases}, {}, in {millis} ms.",
        plural(summary.files_checked, "file"),
        plural(summary.clusters, "cluster"),
        plural(summary.rules, "rule"),
    );
    if summary.is_newer {
        let newest = facts::newest_known();
        eprintln!("The release is newer than {newest}, the newest one that this version knows.");
    }
    if summary.files_unread > 0 {
        let templates = plural(summary.templates_unread, "template");
        let files = plural(summary.files_unread, "file");
        eprintln!(
            "{files} not read ({templates} without a YAML tree): what they hold isn't checked."
        );
    }
    let (errors, warnings, notes) = (summary.errors, summary.warnings, summary.notes);
    let counts = [(errors, "error"), (warnings, "warning"), (notes, "note")];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, word)| plural(*count, word)).collect();
    let silent =
        [(summary.suppressed, "allowed by comments"), (summary.baselined, "in the baseline")];
    let silent = silent.iter().filter(|(count, _)| *count > 0);
    let silent: Vec<String> = silent.map(|(count, words)| format!("{count} {words}")).collect();
    let silent = match silent.as_slice() {
        [] => String::new(),
        silent => format!(" ({})", silent.join(", ")),
    };
    let (safe, unsure) = (summary.fixable, summary.unsafely_fixable);
    if counts.is_empty() {
        eprintln!("Found nothing to report{silent}.");
        return;
    }
    if safe + unsure > 0 {
        let more = match unsure {
            0 => String::new(),
            _ if safe == 0 => format!("{unsure} fixable with `--fix --unsafe-fixes`."),
            _ => format!("; {unsure} more with `--unsafe-fixes`."),
        };
        let safe = match safe {
            0 => String::new(),
            _ if more.is_empty() => format!("{safe} fixable with `--fix` [*]."),
            _ => format!("{safe} fixable with `--fix` [*]"),
        };
        eprintln!("Found {}{silent}. {safe}{more}", counts.join(", "));
    } else {
        eprintln!("Found {}{silent}. `rke2lint explain RULE` tells more.", counts.join(", "));
    }
}
