//! The entries of a packaged chart's values, each beside what is known of it
//! in the versions of the chart that the cluster may have.

use super::{Chart, Cluster};
use crate::{
    facts::{
        Accepted, Answer, Releases,
        paths::{self, Mask, Paths, Row, Shape, View},
    },
    text::{self, Span},
    yaml::{Entry, Kind, Node, Scalar},
};

/// What the repository writes at a path of a chart's values.
#[derive(Clone, Debug)]
pub struct ChartEntry {
    /// `None` for an item of a list.
    pub key: Option<Node>,
    pub value: Node,
    /// As `facts::paths` writes it.
    pub path: String,
    /// As a person writes it: `ipPools[0].cidr`.
    pub name: String,
    /// Where the path is looked up.
    pub view: View,
    /// All that is known of the path.
    pub rows: Vec<&'static Row>,
    /// Not in any version that the cluster may have, where all keys are known.
    pub unknown: Option<Unknown>,
}

/// Why a chart has no such value.
#[derive(Clone, Debug)]
pub enum Unknown {
    /// The chart's own name, above its values.
    Nested,
    /// A path with dots in it, in place of keys in keys.
    Dotted,
    /// Versions before those had it, of these releases.
    Gone(Accepted),
    /// Versions after those have it.
    Later(Accepted),
    /// No version has it, or it came and went.
    Never,
}

impl ChartEntry {
    /// Of its key, or of the item.
    pub fn span(&self) -> Span {
        self.key.as_ref().unwrap_or(&self.value).span()
    }

    /// `None` for an item of a list.
    pub fn entry(&self) -> Option<Entry> {
        Some(Entry { key: self.key.clone()?, value: self.value.clone() })
    }

    /// The path of the mapping that holds it.
    pub fn parent(&self) -> &str {
        paths::parent(&self.path)
    }

    /// Another entry has its name but for case and dashes, and the chart has
    /// that one: who writes both means releases that differ in it.
    pub fn has_twin(&self, all: &[ChartEntry]) -> bool {
        let known = !self.view.paths.at(&self.path).is_empty();
        let name = text::folded(&self.name);
        let twin = |it: &ChartEntry| {
            it.unknown.is_none() && it.name != self.name && text::folded(&it.name) == name
        };
        known && all.iter().any(twin)
    }

    /// Nothing is lost without it: where the chart has it, all that it says is
    /// what the chart does anyway.
    pub fn is_idle(&self) -> bool {
        let after = matches!(self.unknown, Some(Unknown::Later(_)));
        is_idle(self.view.paths, &self.path, &self.value, after)
    }

    /// Shown to Kubernetes' API, which refuses what it doesn't know.
    pub fn is_of_api(&self) -> bool {
        self.view.paths.chart() == paths::CRDS
    }

    /// A row of each version, if all say the same.
    pub fn agreed<T: PartialEq>(&self, of: impl Fn(&'static Row) -> T) -> Option<T> {
        self.said(of).filter(|_| self.is_everywhere())
    }

    /// What the versions that have it say of it, if it is the same.
    pub fn said<T: PartialEq>(&self, of: impl Fn(&'static Row) -> T) -> Option<T> {
        let mut all = self.rows.iter().map(|row| of(row));
        let first = all.next()?;
        all.all(|next| next == first).then_some(first)
    }

    /// Each version that the cluster may have has it.
    pub fn is_everywhere(&self) -> bool {
        self.view.having(&self.path) == self.view.versions
    }
}

/// As the oldest version has it that has it, or the newest.
fn is_idle(paths: &Paths, path: &str, value: &Node, oldest: bool) -> bool {
    let rows = paths.at(path).iter();
    let row = match oldest {
        true => rows.min_by_key(|row| row.versions().trailing_zeros()),
        false => rows.max_by_key(|row| row.versions().ilog2()),
    };
    let default = row.and_then(Row::default);
    let off = default != Some("true");
    match value.kind() {
        Kind::Map => value.entries().all(|entry| {
            let path = entry.key.as_str().map(|key| paths::join(path, key));
            path.is_some_and(|path| is_idle(paths, &path, &entry.value, oldest))
        }),
        Kind::Seq => value.items().next().is_none(),
        Kind::Scalar => match (value.scalar(), value.as_str()) {
            (Some(Scalar::Null), _) => true,
            (Some(Scalar::Bool(false)), _) | (Some(Scalar::Text), Some("")) if off => true,
            (Some(Scalar::Bool(value)), _) => default == Some(if value { "true" } else { "false" }),
            (Some(Scalar::Text), Some(text)) => default == Some(&format!("{text:?}")),
            (Some(Scalar::Int(number)), _) => default == Some(&number.to_string()),
            _ => false,
        },
    }
}

impl Cluster {
    /// The entries of the HelmChartConfigs of a packaged chart, as far as
    /// something is known of their paths. None if the chart isn't deployed, if
    /// its version may be one that the tables don't know, or if a template
    /// writes its values.
    pub fn chart_entries(&self, chart: &str) -> Vec<ChartEntry> {
        let mut found = Vec::new();
        if self.has_helm_chart(chart) || self.deploys(chart) == Answer::No {
            return found;
        }
        let configs: Vec<&Chart> = self.configs_of(chart).map(|config| &config.chart).collect();
        if configs.is_empty() {
            return found;
        }
        let Some(view) = paths::view(chart, &self.releases) else { return found };
        let crds = paths::view(paths::CRDS, &self.releases).filter(|_| chart == "rke2-calico");
        for root in configs.iter().flat_map(|config| config.roots(&self.releases)) {
            if root.tree().is_open() {
                continue;
            }
            let text = root.tree().file().text.as_str();
            let walk = Walk { text, chart, releases: &self.releases, found: &mut found };
            walk.root(&root, view, crds);
        }
        found
    }
}

struct Walk<'a> {
    /// Of the file, where templates in strings may name values.
    text: &'a str,
    chart: &'a str,
    releases: &'a Releases,
    found: &'a mut Vec<ChartEntry>,
}

/// A mapping or a list on the way.
#[derive(Clone, Copy)]
struct At<'a> {
    path: &'a str,
    name: &'a str,
    view: View,
    /// The versions in which all its keys are known.
    closed: Mask,
    /// The versions that have no such path, so that they read nothing below.
    dead: Mask,
}

impl Walk<'_> {
    fn root(mut self, root: &Node, view: View, crds: Option<View>) {
        for entry in root.entries() {
            let Some(key) = entry.key.as_str().filter(|key| *key != "global") else { continue };
            let view = crds.filter(|crds| crds.having(&paths::escaped(key)) != 0).unwrap_or(view);
            self.entry(
                &entry,
                key,
                At { path: "", name: "", view, closed: view.versions, dead: 0 },
            );
        }
    }

    fn entry(&mut self, entry: &Entry, key: &str, at: At<'_>) {
        if entry.is_merge() {
            return;
        }
        let path = paths::join(at.path, key);
        let name = if at.name.is_empty() { key.to_owned() } else { format!("{}.{key}", at.name) };
        let star = paths::join(at.path, "*");
        let all = at.view.versions;
        let (own, free) = (at.view.having(&path), at.view.having(&star));
        let path = if own == 0 && free != 0 { star } else { path };
        let rows: Vec<&Row> = at.view.at(&path).collect();
        let dead = at.dead | at.closed & !(own | free);
        let mut unknown = None;
        if dead == all {
            if at.dead == all || entry.value.is_null() || self.is_spared(entry, key) {
                return;
            }
            unknown = Some(self.why_unknown(key, &path, at));
        }
        self.below(&entry.value, At { path: &path, name: &name, dead, ..at }, &rows);
        let (key, value) = (Some(entry.key.clone()), entry.value.clone());
        self.found.push(ChartEntry { key, value, path, name, view: at.view, rows, unknown });
    }

    fn below(&mut self, value: &Node, at: At<'_>, rows: &[&'static Row]) {
        let of = |shape| {
            let rows = rows.iter().filter(|row| row.shape() == shape);
            rows.fold(0, |mask, row| mask | row.versions() & at.view.versions)
        };
        match value.kind() {
            _ if value.is_unknown() => {}
            Kind::Map => {
                let at = At { closed: of(Shape::Closed), ..at };
                if at.closed | of(Shape::Keyed) != 0 && at.dead != at.view.versions {
                    for entry in value.entries() {
                        if let Some(key) = entry.key.as_str() {
                            self.entry(&entry, key, at);
                        }
                    }
                }
            }
            Kind::Seq if of(Shape::List) != 0 => {
                let path = paths::join(at.path, "*");
                for (index, item) in value.items().enumerate() {
                    let name = format!("{}[{index}]", at.name);
                    let rows: Vec<&Row> = at.view.at(&path).collect();
                    self.below(&item, At { path: &path, name: &name, ..at }, &rows);
                    let (path, value) = (path.clone(), item);
                    let (view, unknown) = (at.view, None);
                    self.found.push(ChartEntry {
                        key: None,
                        value,
                        path,
                        name,
                        view,
                        rows,
                        unknown,
                    });
                }
            }
            Kind::Seq | Kind::Scalar => {}
        }
    }

    /// Keys that are there for the author's own use, or for a template in
    /// another value.
    fn is_spared(&self, entry: &Entry, key: &str) -> bool {
        let (before, after) = (entry.key.span(), entry.value.span());
        let between = Span { start: before.end, end: after.start.max(before.end), ..before };
        let file = entry.key.tree().file();
        key.starts_with(['.', '_'])
            || key.starts_with("x-")
            || entry.value.is_alias()
            || file.slice(between).contains('&')
            || self.text.contains(".Values") && self.text.contains(&format!(".{key}"))
    }

    fn why_unknown(&self, key: &str, path: &str, at: At<'_>) -> Unknown {
        let own = key == self.chart || Some(key) == self.chart.strip_prefix("rke2-");
        if own && at.path.is_empty() {
            return Unknown::Nested;
        }
        if let Some((section, rest)) = key.split_once('.') {
            let section = paths::join(at.path, section);
            let holds = |row: &Row| row.shape() != Shape::Scalar;
            if !rest.split('.').any(str::is_empty) && at.view.at(&section).any(holds) {
                return Unknown::Dotted;
            }
        }
        let paths = at.view.paths;
        let real = paths.at(path).iter().filter(|row| row.is_real());
        let mask = real.fold(0, |mask, row| mask | row.versions());
        let accepted = if mask == 0 { None } else { paths.releases(mask) };
        let Some(accepted) = accepted else { return Unknown::Never };
        let gone = |release| accepted.removed.as_ref().is_some_and(|gate| gate.holds(release));
        match (self.releases.all(gone), self.releases.answer(&accepted.since)) {
            (Answer::Yes, _) => Unknown::Gone(accepted),
            (Answer::No, Answer::No) => Unknown::Later(accepted),
            _ => Unknown::Never,
        }
    }
}
