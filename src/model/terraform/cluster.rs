//! `rancher2_cluster_v2`: the object that Rancher's provider makes of it.
//!
//! Source: rancher/terraform-provider-rancher2
//! `rancher2/structure_cluster_v2_rke_config.go`,
//! `…_system_config.go`, `…_machine_pool.go`, v1.25 to v15.0.

use super::{KIND, Locals};
use crate::{
    lang::hcl::{Block, Body, Expr, Value},
    model::{
        carrier::{self, Carried, Container},
        object::Object,
        provisioned,
    },
    text::{SourceFile, Span},
    yaml::{Kind, Made, Maker, Sourced, is_placeholder, parse_text},
};
use std::{ops::Range, sync::Arc};

/// A text or an object that the cluster is given.
pub(super) struct Piece {
    /// Such as `rke_config.chart_values`.
    crumb: String,
    pub(super) span: Span,
}

pub(super) struct Cluster {
    address: String,
    object: Object,
    pub(super) pieces: Vec<Piece>,
    /// It has manifests that can't be seen.
    open: bool,
}

impl Cluster {
    pub(super) fn of(
        file: &Arc<SourceFile>,
        block: &Block,
        locals: &Locals<'_>,
    ) -> Option<Cluster> {
        let [kind, name] = block.labels.as_slice() else { return None };
        if block.kind != "resource" || kind != "rancher2_cluster_v2" {
            return None;
        }
        let config = block.body.blocks_of("rke_config").next()?;
        let maker = Maker::over(file);
        let mut builder = Builder { file, locals, maker, pieces: Vec::new(), open: false };
        let root = builder.object(block, config);
        let tree = builder.maker.finish(root);
        let object = Object::of_document(&tree.docs().next()?).into_iter().next()?;
        let (pieces, open) = (builder.pieces, builder.open);
        Some(Cluster { address: format!("{kind}.{name}"), object, pieces, open })
    }

    pub(super) fn carried(&self, container: &Container<'_>) -> Vec<Carried> {
        let mut all = provisioned::carried(container, std::slice::from_ref(&self.object));
        for carried in &mut all {
            let span = carrier::span(&carried.content, container.source);
            let piece = self.pieces.iter().find(|piece| piece.span.contains(span));
            let crumb = piece.map_or(String::new(), |piece| format!(" › {}", piece.crumb));
            carried.carrier.crumb = format!("{}{crumb}", self.address);
            carried.carrier.open |= self.open;
            carried.carrier.kinds.insert(0, KIND);
        }
        all
    }
}

struct Builder<'a> {
    file: &'a Arc<SourceFile>,
    locals: &'a Locals<'a>,
    maker: Maker,
    pieces: Vec<Piece>,
    open: bool,
}

type Entries = Vec<(Made, Made)>;

struct Structure {
    made: Made,
    /// Keys may exist that nobody sees.
    open: bool,
}

impl Builder<'_> {
    fn object(&mut self, block: &Block, config: &Block) -> Made {
        let at = block.head.range();
        let name = block.labels.last().map_or("", String::as_str);
        let metadata = vec![self.said("name", name, &at)];
        let metadata = self.maker.map(&metadata, at.clone());
        let mut spec = Entries::new();
        if let Some(version) = block.body.attribute("kubernetes_version") {
            spec.push(self.copied("kubernetesVersion", &version.value, version.key));
        }
        let config = (self.key("rkeConfig", config.head), self.config(config));
        spec.push(config);
        let spec = self.maker.map(&spec, block.span.range());
        let entries = [
            self.said("apiVersion", "provisioning.cattle.io/v1", &at),
            self.said("kind", "Cluster", &at),
            (self.maker.plain("metadata", at.clone()), metadata),
            (self.maker.plain("spec", at.clone()), spec),
        ];
        self.maker.map(&entries, block.span.range())
    }

    fn config(&mut self, block: &Block) -> Made {
        let mut entries = Entries::new();
        if let Some(global) = block.body.attribute("machine_global_config") {
            let value =
                self.structure(&global.value, "rke_config.machine_global_config".to_owned());
            entries.extend(
                value.map(|value| (self.key("machineGlobalConfig", global.key), value.made)),
            );
        }
        if let Some(charts) = block.body.attribute("chart_values")
            && let Some(value) = self.structure(&charts.value, "rke_config.chart_values".to_owned())
        {
            self.open |= value.open;
            entries.push((self.key("chartValues", charts.key), value.made));
        }
        if let Some(manifest) = block.body.attribute("additional_manifest") {
            let text = self.text(&manifest.value, "rke_config.additional_manifest");
            entries.extend(text.map(|text| (self.key("additionalManifest", manifest.key), text)));
        }
        entries.extend(self.list(&block.body, "machine_selector_config", Builder::selected));
        entries.extend(self.list(&block.body, "machine_pools", Builder::pool));
        self.maker.map(&entries, block.span.range())
    }

    /// All blocks of a kind as the items of a list that is called likewise.
    fn list(
        &mut self,
        body: &Body,
        kind: &str,
        item: fn(&mut Self, &Block, usize) -> Made,
    ) -> Option<(Made, Made)> {
        let blocks: Vec<&Block> = body.blocks_of(kind).collect();
        let first = blocks.first()?;
        let whole = first.span.to(blocks.last()?.span).range();
        let items = blocks.iter().enumerate().map(|(index, block)| item(self, block, index));
        let items: Vec<Made> = items.collect();
        let list = self.maker.seq(&items, whole);
        Some((self.key(&camel_case(kind), first.head), list))
    }

    fn selected(&mut self, block: &Block, index: usize) -> Made {
        let mut entries = Entries::new();
        if let Some(config) = block.body.attribute("config") {
            let crumb = format!("rke_config.machine_selector_config[{index}].config");
            let value = self.structure(&config.value, crumb);
            entries.extend(value.map(|value| (self.key("config", config.key), value.made)));
        }
        let selector = block.body.blocks_of("machine_label_selector").next();
        // There may be as many of a dynamic block as its list has items.
        let is_dynamic = block.kind == "content";
        match selector {
            Some(selector) if !is_dynamic => {
                let labels = selector.body.attribute("match_labels");
                let labels =
                    labels.map(|labels| self.copied("matchLabels", &labels.value, labels.key));
                let labels: Entries = labels.into_iter().collect();
                let value = self.maker.map(&labels, selector.span.range());
                entries.push((self.key("machineLabelSelector", selector.head), value));
            }
            None if !is_dynamic => {}
            _ => {
                let value = self.maker.unknown(block.head.range());
                entries.push((self.key("machineLabelSelector", block.head), value));
            }
        }
        self.maker.map(&entries, block.span.range())
    }

    fn pool(&mut self, block: &Block, _: usize) -> Made {
        let fields = [("name", "name"), ("machine_os", "machineOS"), ("machine_labels", "labels")];
        let mut entries = Entries::new();
        for (name, field) in fields {
            if let Some(attribute) = block.body.attribute(name) {
                entries.push(self.copied(field, &attribute.value, attribute.key));
            }
        }
        self.maker.map(&entries, block.span.range())
    }

    /// What a string of YAML, or what makes one, says. `None` if that is nothing.
    fn structure(&mut self, expr: &Expr, crumb: String) -> Option<Structure> {
        let expr = self.locals.resolve(expr);
        self.pieces.push(Piece { crumb, span: expr.span });
        if matches!(&expr.value, Value::Literal(text) if text == "null") {
            return None;
        }
        let inner = encoded(&expr);
        if matches!(inner.value, Value::Object(_)) || inner.call("merge").is_some() {
            let open = !matches!(inner.value, Value::Object(_));
            return Some(Structure { made: inner.write(self.file, &mut self.maker), open });
        }
        match expr.text() {
            Some(text) => self.parsed(&text, expr.span),
            None => Some(self.unknown(expr.span)),
        }
    }

    /// The provider refuses what isn't YAML, so that is left to it.
    fn parsed(&mut self, text: &Sourced, span: Span) -> Option<Structure> {
        let tree = parse_text(self.file, text);
        let root = tree.docs().next().filter(|root| !root.is_null())?;
        if root.kind() != Kind::Map || !tree.branches().is_empty() || !tree.errors.is_empty() {
            return Some(self.unknown(span));
        }
        let offset = self.maker.append(text);
        Some(Structure { made: self.maker.copy_appended(&root, offset), open: tree.is_open() })
    }

    /// A mapping of which nothing is known.
    fn unknown(&mut self, span: Span) -> Structure {
        let at = span.range();
        let entry = (self.maker.unknown(at.clone()), self.maker.unknown(at.clone()));
        Structure { made: self.maker.map(&[entry], at), open: true }
    }

    fn text(&mut self, expr: &Expr, crumb: &str) -> Option<Made> {
        let expr = self.locals.resolve(expr);
        let Some(text) = expr.text() else {
            self.open = true;
            return None;
        };
        if text.text.trim().is_empty() {
            return None;
        }
        self.open |= is_placeholder(&text.text);
        self.pieces.push(Piece { crumb: crumb.to_owned(), span: expr.span });
        Some(self.maker.lines(&text, expr.span.start as usize))
    }

    fn said(&mut self, key: &str, value: &str, at: &Range<usize>) -> (Made, Made) {
        (self.maker.plain(key, at.clone()), self.maker.text(value, at.clone()))
    }

    fn key(&mut self, name: &str, span: Span) -> Made {
        self.maker.plain(name, span.range())
    }

    fn copied(&mut self, name: &str, expr: &Expr, key: Span) -> (Made, Made) {
        let value = self.locals.resolve(expr).write(self.file, &mut self.maker);
        (self.key(name, key), value)
    }
}

/// What `yamlencode` makes text of, or the value itself.
fn encoded(expr: &Expr) -> &Expr {
    let Value::Call(call) = &expr.value else { return expr };
    match (call.name.as_str(), call.args.as_slice()) {
        ("sensitive" | "nonsensitive", [inner]) => encoded(inner),
        ("yamlencode" | "jsonencode", [inner]) => inner,
        _ => expr,
    }
}

/// `machine_pools` as `machinePools`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or("").to_owned();
    words.fold(first, |all, word| {
        let (head, rest) = word.split_at(word.len().min(1));
        format!("{all}{}{rest}", head.to_ascii_uppercase())
    })
}
