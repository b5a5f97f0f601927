//! Where a repository says which RKE2 release its clusters run.

use super::object::Object;
use crate::{
    facts::{Release, Releases},
    text::{SourceFile, Span},
    yaml::Node,
};

/// One place that names a release.
#[derive(Clone, Debug)]
pub struct Statement {
    pub releases: Releases,
    pub span: Span,
    pub text: String,
}

/// `INSTALL_RKE2_VERSION`, or `INSTALL_RKE2_CHANNEL`, in a file of variables.
///
/// Source: rancher/rke2 `install.sh`: a version wins over a channel.
pub(super) fn in_environment(source: &SourceFile) -> Vec<Statement> {
    let read = |name: &str| {
        let mut at = 0;
        for line in source.text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let statement = line.trim_start().trim_start_matches("export ");
            let Some(value) = statement.strip_prefix(name).and_then(|rest| rest.strip_prefix('='))
            else {
                continue;
            };
            let value = value.trim().trim_matches(['"', '\'']);
            let offset = start + line.find(value).unwrap_or(0);
            return Some((value.to_owned(), Span::new(source.id, offset, offset + value.len())));
        }
        None
    };
    let version = read("INSTALL_RKE2_VERSION")
        .and_then(|(text, span)| Some(Statement { releases: full(&text)?, span, text }));
    let channel = || {
        let (text, span) = read("INSTALL_RKE2_CHANNEL")?;
        let minor = text.strip_prefix("v1.")?.parse().ok()?;
        Some(Statement { releases: Releases::of_minor(minor)?, span, text })
    };
    version.or_else(channel).into_iter().collect()
}

/// SUSE Edge Image Builder's definition: `kubernetes.version` beside `image`.
pub(super) fn in_document(doc: &Node) -> Vec<Statement> {
    let is_definition = doc.at(&["image", "imageType"]).found().is_some();
    let version = doc.at(&["kubernetes", "version"]).found().filter(|_| is_definition);
    version.and_then(|entry| statement(&entry.value)).into_iter().collect()
}

/// system-upgrade-controller's Plan for RKE2.
pub(super) fn in_object(object: &Object) -> Vec<Statement> {
    if object.kind != "Plan" || !object.api_version.starts_with("upgrade.cattle.io/") {
        return Vec::new();
    }
    let version = object.node.at(&["spec", "version"]).found();
    version.and_then(|entry| statement(&entry.value)).into_iter().collect()
}

fn statement(node: &Node) -> Option<Statement> {
    let text = node.as_str()?;
    Some(Statement { releases: full(text)?, span: node.span(), text: text.to_owned() })
}

/// Only whole tags: `v1.34.2+rke2r1`, and with `-` as images write it.
fn full(text: &str) -> Option<Releases> {
    Release::parse(text)?;
    Releases::parse(&text.replace("-rke2", "+rke2"))
}
