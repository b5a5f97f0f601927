//! Terraform and OpenTofu: clusters of Rancher's provider, and texts and
//! objects that are RKE2's files.
//!
//! Nobody follows which machine gets a text: it is one of RKE2's files by the
//! path beside it or by what it says, and belongs to the module's folder.

mod cluster;
mod found;
mod locals;

use super::{
    carrier::{Carried, Container},
    path,
};
use crate::{
    lang::hcl,
    text::{SourceFile, Span},
};
use locals::Locals;
use std::sync::Arc;

const KIND: &str = "Terraform";

/// A file in HCL: of a module, its variables, or Terragrunt's. JSON's form of
/// it is left alone.
pub fn is_hcl(path: &str) -> bool {
    let name = path::name(path);
    [".tf", ".tofu", ".tfvars", ".hcl"].iter().any(|end| name.ends_with(end))
}

pub(super) fn carried(container: &Container<'_>) -> Vec<Carried> {
    if !is_hcl(container.path) {
        return Vec::new();
    }
    let Some(source) = source(container) else { return Vec::new() };
    let container = &Container { source: &source, ..*container };
    let body = hcl::parse(container.source);
    let locals = Locals::of(&body);
    let mut all = Vec::new();
    let mut read: Vec<Span> = Vec::new();
    for block in &body.blocks {
        if let Some(cluster) = cluster::Cluster::of(container.source, block, &locals) {
            read.extend(cluster.pieces.iter().map(|piece| piece.span));
            all.extend(cluster.carried(container));
        }
    }
    all.extend(found::carried(container, &body, &locals, &read));
    all
}

/// The file, or what another one carries of HCL.
fn source(container: &Container<'_>) -> Option<Arc<SourceFile>> {
    if container.path == container.source.path {
        return Some(Arc::clone(container.source));
    }
    container.text.alone_in(container.source).map(Arc::new)
}

#[cfg(test)]
mod tests;
