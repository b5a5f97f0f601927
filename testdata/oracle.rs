//! What RKE2 does with a configuration, and whether the linter agrees.
//!
//! The cases come from RKE2's source and from no rule of ours: they say how a
//! release ends, not who reports it. `today` marks one that the linter gets
//! wrong; once it gets it right, the mark has to go.

use rke2lint::{
    config,
    diag::{Diagnostic, Level},
    engine::Workspace,
    text::{FileId, SourceFile},
    yaml::{self, Node},
};
use std::{collections::BTreeSet, sync::Arc};

const FILES: [(&str, &str); 19] = [
    ("cni.yaml", include_str!("oracle/cni.yaml")),
    ("cidr.yaml", include_str!("oracle/cidr.yaml")),
    ("windows.yaml", include_str!("oracle/windows.yaml")),
    ("charts.yaml", include_str!("oracle/charts.yaml")),
    ("addresses.yaml", include_str!("oracle/addresses.yaml")),
    ("servers.yaml", include_str!("oracle/servers.yaml")),
    ("flags.yaml", include_str!("oracle/flags.yaml")),
    ("services.yaml", include_str!("oracle/services.yaml")),
    ("helm.yaml", include_str!("oracle/helm.yaml")),
    ("values.yaml", include_str!("oracle/values.yaml")),
    ("values-of-charts.yaml", include_str!("oracle/values-of-charts.yaml")),
    ("refused-values.yaml", include_str!("oracle/refused-values.yaml")),
    ("manifests.yaml", include_str!("oracle/manifests.yaml")),
    ("starts.yaml", include_str!("oracle/starts.yaml")),
    ("fields.yaml", include_str!("oracle/fields.yaml")),
    ("multus.yaml", include_str!("oracle/multus.yaml")),
    ("files.yaml", include_str!("oracle/files.yaml")),
    ("hunt.yaml", include_str!("oracle/hunt.yaml")),
    ("types.yaml", include_str!("oracle/types.yaml")),
];

/// One item of a file. The keys are those of [`Case::read`].
#[derive(Default)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) release: Option<String>,
    role: Option<String>,
    /// Path and text.
    pub(crate) files: Vec<(String, String)>,
    pub(crate) outcome: String,
    /// A piece of what RKE2 prints, and a finding has to quote.
    pub(crate) words: Option<String>,
    /// The findings, as [`answer`] writes them, where one mistake could be two.
    once: Option<String>,
    because: String,
    source: String,
    /// What the linter says instead, as [`answer`] writes it.
    today: Option<String>,
}

#[test]
fn findings_agree_with_what_rke2_does() {
    let cases = cases();
    let mut failures = Vec::new();
    for case in &cases {
        let found = check(case);
        let (says, complaint) = (answer(&found), complaint(case, &found));
        let wrong = match (&case.today, complaint) {
            (None, None) => continue,
            (None, Some(complaint)) => complaint,
            (Some(today), Some(_)) if *today == says => continue,
            (Some(today), Some(_)) => format!("is still wrong, but not by saying {today}"),
            (Some(_), None) => "agrees now: take `today` out".to_owned(),
        };
        let release = case.release.as_deref().unwrap_or("any release");
        failures.push(format!("{} ({release}) {wrong}\n  found: {says}", case.id));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn cases_are_whole() {
    let cases = cases();
    assert!(cases.len() >= 90, "{} cases", cases.len());
    let mut ids = BTreeSet::new();
    for case in &cases {
        let id = &case.id;
        assert!(ids.insert(id), "{id}: two cases of one name");
        assert!(!case.files.is_empty(), "{id}: no file");
        assert!(!case.because.is_empty() && !case.source.is_empty(), "{id}: no reason");
        let outcomes = ["fatal", "misbehaves", "warns", "starts"];
        assert!(outcomes.contains(&case.outcome.as_str()), "{id}: {}", case.outcome);
    }
}

/// In what the linter does not do as RKE2 does; `None` if they agree.
fn complaint(case: &Case, found: &[Diagnostic]) -> Option<String> {
    let worst = found.iter().map(|diagnostic| diagnostic.level).max();
    let agrees = match case.outcome.as_str() {
        "fatal" => worst == Some(Level::Error),
        "starts" => worst != Some(Level::Error),
        _ => worst >= Some(Level::Warning),
    };
    if !agrees {
        return Some(format!("{}: {}", case.outcome, case.because));
    }
    let says = answer(found);
    if case.once.as_ref().is_some_and(|once| *once != says) {
        return Some("is one mistake, and not one finding".to_owned());
    }
    let words = case.words.as_deref()?;
    let quotes = |diagnostic: &Diagnostic| {
        diagnostic.message.contains(words) || diagnostic.why.iter().any(|why| why.contains(words))
    };
    (!found.iter().any(quotes)).then(|| format!("prints `{words}`, and no finding quotes it"))
}

/// `error cni-unknown-value, warning cidr-host-bits`, or `nothing`.
fn answer(found: &[Diagnostic]) -> String {
    let line = |diagnostic: &Diagnostic| format!("{} {}", diagnostic.level.name(), diagnostic.rule);
    let lines: Vec<String> =
        found.iter().filter(|diagnostic| diagnostic.level > Level::Note).map(line).collect();
    if lines.is_empty() { "nothing".to_owned() } else { lines.join(", ") }
}

fn check(case: &Case) -> Vec<Diagnostic> {
    let mut workspace = Workspace::new();
    let release = case.release.as_ref().map(|release| format!("    release: {release}\n"));
    let cluster = [
        "clusters:\n  - name: oracle\n",
        release.as_deref().unwrap_or(""),
        "    servers: servers\n    agents: agents\n    windows-agents: windows\n",
        "    manifests: manifests\n",
    ];
    workspace.set(config::FILE_NAME, &cluster.concat());
    for (path, text) in &case.files {
        workspace.set(path, text);
    }
    let checked = workspace.check();
    assert!(!checked.config_is_wrong, "{}: no such release", case.id);
    checked.findings.into_iter().map(|finding| finding.diagnostic).collect()
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, text) in FILES {
        let tree = yaml::parse(&Arc::new(SourceFile::new(FileId(0), name, text)));
        assert!(tree.errors.is_empty(), "{name}: {:?}", tree.errors);
        for doc in tree.docs() {
            cases.extend(doc.items().map(|item| Case::read(&item)));
        }
    }
    cases
}

impl Case {
    fn read(node: &Node) -> Case {
        let mut case = Case::default();
        let mut config = None;
        let mut server = None;
        let mut drop_ins = Vec::new();
        for entry in node.entries() {
            let text = || entry.value.raw().unwrap_or("").to_owned();
            let key = entry.key.raw().unwrap_or("");
            match key {
                "id" => case.id = text(),
                "release" => case.release = Some(text()),
                // Of the machine that `config` and `drop-ins` are for.
                "role" => case.role = Some(text()),
                "config" => config = Some(text()),
                // Of the server that a machine of another role joins.
                "server" => server = Some(text()),
                "drop-ins" => drop_ins = files(&entry.value),
                "files" => case.files = files(&entry.value),
                "outcome" => case.outcome = text(),
                "words" => case.words = Some(text()),
                "once" => case.once = Some(text()),
                "because" => case.because = text(),
                "source" => case.source = text(),
                "today" => case.today = Some(text()),
                _ => panic!("{}: unknown key `{key}`", case.id),
            }
        }
        let folder = match case.role.as_deref() {
            None | Some("server") => "servers",
            Some("agent") => "agents",
            Some("windows") => "windows",
            Some(role) => panic!("{}: no role `{role}`", case.id),
        };
        let path = |folder: &str| format!("{folder}/a/etc/rancher/rke2/config.yaml");
        let main = path(folder);
        case.files.extend(server.map(|text| (path("servers"), text)));
        case.files.extend(config.map(|text| (main.clone(), text)));
        case.files
            .extend(drop_ins.into_iter().map(|(name, text)| (format!("{main}.d/{name}"), text)));
        case
    }
}

/// A mapping from paths to texts.
fn files(node: &Node) -> Vec<(String, String)> {
    let text = |node: &Node| node.raw().unwrap_or("").to_owned();
    node.entries().map(|entry| (text(&entry.key), text(&entry.value))).collect()
}
