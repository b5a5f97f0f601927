//! What a rule is: a page, a function, and the subject that it looks at.
//!
//! A rule is pure: it gets a part of the model and says what it finds. Levels
//! set by the user, order and duplicates are `engine`'s.

use crate::{
    diag::{Confidence, Diagnostic, Label, Level, Safety},
    facts::{Releases, chart_values},
    model::{Cluster, File, Machine, Repo},
    text::{FileId, SourceFile, Span},
    yaml::{self, Node},
};
use std::sync::{Arc, OnceLock};

/// One rule.
pub struct Lint {
    /// The page: front matter and Markdown.
    pub page: &'static str,
    pub check: Check,
    meta: OnceLock<Meta>,
}

/// The subject of a rule, which is called once for each.
pub enum Check {
    File(fn(&File, &mut Cx)),
    Machine(fn(&Machine, &mut Cx)),
    Cluster(fn(&Cluster, &mut Cx)),
    Repo(fn(&Repo, &mut Cx)),
    /// Found by `engine` itself, such as a file that can't be read.
    Engine,
}

/// The front matter of a page.
#[derive(Debug)]
pub struct Meta {
    pub id: &'static str,
    pub summary: String,
    pub level: Level,
    pub group: String,
    /// The version of this tool that brought it.
    pub since: String,
    /// For which releases it says what it says: `all`, or words. Empty if it
    /// is not about RKE2.
    pub releases: String,
    pub sources: Vec<String>,
    /// How safe the fixes are that it offers, if it offers any.
    pub fix: Option<Safety>,
    /// The statements of RKE2's Network Options page that it covers, as
    /// `testdata/statements.tsv` numbers them.
    pub seed: Vec<String>,
}

impl Lint {
    pub const fn new(page: &'static str, check: Check) -> Lint {
        Lint { page, check, meta: OnceLock::new() }
    }

    /// # Panics
    /// If the page has no proper front matter; a test reads all of them.
    pub fn meta(&self) -> &Meta {
        self.meta.get_or_init(|| {
            let Some(meta) = Meta::read(self.page) else {
                panic!("no proper front matter: {}", self.page);
            };
            meta
        })
    }

    pub fn id(&self) -> &'static str {
        self.meta().id
    }

    /// The page without its front matter.
    pub fn text(&self) -> &'static str {
        front_matter(self.page).map_or(self.page, |(_, text)| text).trim_start()
    }
}

fn front_matter(page: &'static str) -> Option<(&'static str, &'static str)> {
    page.strip_prefix("---\n")?.split_once("\n---\n")
}

impl Meta {
    fn read(page: &'static str) -> Option<Meta> {
        let (front, _) = front_matter(page)?;
        let tree = yaml::parse(&Arc::new(SourceFile::new(FileId(0), "front matter", front)));
        let root: Node = tree.docs().next().filter(|_| tree.errors.is_empty())?;
        let text = |key: &str| root.get(key).found()?.value.raw().map(str::to_owned);
        let texts =
            |node: Node| node.items().filter_map(|item| item.raw().map(str::to_owned)).collect();
        let sources = root.get("sources").found()?.value;
        let seed = root.get("seed").found().map_or(Vec::new(), |entry| texts(entry.value));
        let id = text("id")?;
        let at = front.find(&id)?;
        Some(Meta {
            id: &front[at..at + id.len()],
            summary: text("summary")?,
            level: Level::parse(&text("level")?)?,
            group: text("group")?,
            since: text("since")?,
            releases: text("releases")?,
            fix: match text("fix") {
                Some(name) => Some(Safety::parse(&name)?),
                None => None,
            },
            sources: texts(sources),
            seed,
        })
    }
}

/// Where a rule puts what it finds.
pub struct Cx<'a> {
    lint: &'a Lint,
    found: Vec<Diagnostic>,
}

impl Cx<'_> {
    pub fn new(lint: &Lint) -> Cx<'_> {
        Cx { lint, found: Vec::new() }
    }

    /// A finding at the rule's own level, which may be said more of.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.found.push(Diagnostic {
            rule: self.lint.id(),
            level: self.lint.meta().level,
            confidence: Confidence::High,
            message: message.into(),
            primary: Label { span, text: String::new() },
            related: Vec::new(),
            why: Vec::new(),
            fix: Vec::new(),
            fixes: Vec::new(),
            notes: Vec::new(),
        });
        self.found.last_mut().expect("one was pushed")
    }

    pub fn into_found(self) -> Vec<Diagnostic> {
        self.found
    }
}

/// How a message speaks of a cluster's releases: `v1.34.2+rke2r1`, or `every
/// supported release` if nobody says which.
pub fn release_words(releases: &Releases) -> String {
    if releases.is_supported_set() {
        "every supported release".to_owned()
    } else {
        releases.to_string()
    }
}

/// What a chart's value is if nobody sets it: "`cni.exclusive` is `true` by
/// default in rke2-cilium 1.18.103, which v1.34.1+rke2r1 bundles". `None` if
/// the releases have none, or several.
pub fn default_words(chart: &str, path: &str, releases: &Releases) -> Option<String> {
    let defaults = chart_values::defaults(chart, path, releases);
    let [default] = defaults[..] else { return None };
    let is = format!("`{path}` is `{default}` by default in {chart}");
    let versions = chart_values::versions(chart, releases);
    Some(match (versions[..].first()?, versions.last()?) {
        (first, last) if first == last => format!("{is} {first}, which {releases} bundles"),
        _ if releases.is_supported_set() => format!("{is}, whichever version"),
        (first, last) => format!("{is}, from {first} to {last} in {releases}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, release: &str, expected: Option<&str>) {
        let releases = Releases::parse(release).expect(release);
        assert_eq!(default_words("rke2-cilium", path, &releases).as_deref(), expected);
    }

    #[test]
    fn a_default_is_said_with_its_version() {
        let words = "`cni.exclusive` is `true` by default in rke2-cilium 1.18.103, which v1.34.1+rke2r1 bundles";
        check("cni.exclusive", "v1.34.1+rke2r1", Some(words));
        let words = "`cni.exclusive` is `false` by default in rke2-cilium, from 1.18.401 to 1.18.601 in v1.34.3";
        check("cni.exclusive", "v1.34.3", Some(words));
        check("cni.exclusive", "v1.99.0+rke2r1", None);
        check("bpf.masquerade", "v1.34.1+rke2r1", None);
        let all = Releases::of_minor(34).expect("a minor");
        assert_eq!(default_words("rke2-cilium", "cni.exclusive", &all), None);
        let words = "`flannel.backend` is `vxlan` by default in rke2-canal, whichever version";
        let all = Releases::supported();
        assert_eq!(default_words("rke2-canal", "flannel.backend", &all).as_deref(), Some(words));
    }
}
