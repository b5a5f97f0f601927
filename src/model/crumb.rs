//! Where a place of a file lies, in the file's own words.

use super::{
    File, State,
    object::{Embedded, Object},
};
use crate::text::Span;

impl File {
    /// Where a place lies, in the words of the file: `cni[1]`, or, in a document
    /// inside of another,
    /// `HelmChartConfig kube-system/rke2-cilium › valuesContent › cni.exclusive`.
    pub fn breadcrumb(&self, span: Span) -> String {
        let crumb =
            |file: &File| file.carrier.as_ref().map_or("", |carrier| &carrier.crumb).to_owned();
        let around = self.cargo.iter().filter(|file| file.span.contains(span));
        let named = around.filter(|file| !crumb(file).is_empty());
        // One that is put together may reach around others.
        if let Some(file) = named.min_by_key(|file| file.span.end - file.span.start) {
            return joined(&[crumb(file), file.breadcrumb(span)]);
        }
        for (object, embedded) in self.embedded() {
            if embedded.entry.value.span().contains(span) {
                let mut docs = embedded.tree.docs();
                let doc = docs.find(|doc| doc.span().contains(span));
                let inner = doc.map_or(String::new(), |doc| doc.path_to(span));
                let parts = [object.title(), embedded.path.to_owned(), inner];
                return joined(&parts);
            }
        }
        let services = self.service.iter().flat_map(|service| service.roots().cloned());
        let docs = self.tree.docs().chain(self.tree.hidden_docs());
        let mut docs = docs.chain(services.collect::<Vec<_>>());
        docs.find(|doc| doc.span().contains(span)).map_or(String::new(), |doc| doc.path_to(span))
    }

    /// The Kubernetes object that a place lies in, such as
    /// `HelmChartConfig kube-system/rke2-cilium`; empty if it lies in none.
    pub fn identity(&self, span: Span) -> String {
        let around = self.cargo.iter().filter(|file| file.span.contains(span));
        let inner = around.min_by_key(|file| file.span.end - file.span.start);
        let inner = inner.map_or(String::new(), |file| file.identity(span));
        let docs = self.tree.docs().chain(self.tree.hidden_docs());
        let mut objects = docs.filter(|doc| doc.span().contains(span));
        let objects = objects.next().map_or(Vec::new(), |doc| Object::of_document(&doc));
        let own = objects.iter().find(|object| object.node.span().contains(span));
        joined(&[own.map_or(String::new(), Object::title), inner])
    }

    /// Nothing in it is broken, or a template that has no tree.
    pub fn is_whole(&self) -> bool {
        let is_read = self.state != State::Template && self.tree.errors.is_empty();
        is_read && self.cargo.iter().all(|file| file.is_whole())
    }

    fn embedded(&self) -> impl Iterator<Item = (&Object, &Embedded)> {
        let charts = self.charts.iter().chain(&self.hidden_charts);
        let charts = charts.filter_map(|chart| Some((&chart.object, chart.content.as_ref()?)));
        let attachments =
            self.attachments.iter().filter_map(|nad| Some((&nad.object, nad.config.as_ref()?)));
        charts.chain(attachments)
    }
}

/// Steps that say something.
fn joined(parts: &[String]) -> String {
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts.cloned().collect::<Vec<_>>().join(" › ")
}
