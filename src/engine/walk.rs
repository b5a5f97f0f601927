//! Which files are read: the only door to the file system's folders.
//!
//! One parallel walk reads each candidate once. A search for words that only
//! RKE2's configuration has leaves the rest of a repository's YAML unparsed.

use super::{BASELINE_NAME, Options};
use crate::{
    config::{Config, Told},
    facts::{ansible, flags},
    model::{
        holds_files, inventory, is_hcl, is_page, manifest, may_be_user_data, service, stray,
        system, untemplated,
    },
};
use aho_corasick::{AhoCorasick, MatchKind};
use ignore::{DirEntry, WalkBuilder, WalkState};
use std::{
    borrow::Cow,
    ffi::OsStr,
    fs,
    io::{self, Read},
    path::{MAIN_SEPARATOR, Path},
    str::Utf8Error,
    sync::{LazyLock, mpsc},
};

/// Larger files of ours are a finding; no RKE2 configuration comes near.
pub const MAX_FILE_LEN: u64 = 8 << 20;

/// Files that may be parsed.
pub(super) struct Walked {
    /// Sorted by path.
    pub(super) texts: Vec<(String, String)>,
    /// Paths with the reason.
    pub(super) unread: Vec<(String, String)>,
    /// Those that were left, with the reason, if it was asked for.
    pub(super) left: Vec<(String, &'static str)>,
}

enum Outcome {
    Text(String, String),
    Unread(String, String),
    Left(String, &'static str),
}

/// Why a file is left that has no word of ours.
const FOREIGN: &str = "nothing of RKE2's";

/// Parts of words, one of which every file of ours has, whatever its name. A
/// few dozen, so that the search can compare many bytes at once; a test says
/// that no key is forgotten.
#[rustfmt::skip]
const ROUGH: &[&str] = &[
    "-arg", "-cidr", "-dns", "-domain", "-extra-env", "-extra-mount", "-image", "-kernel",
    "-limits", "-probe-", "-provider", "-registry", "-requests", "-runtime-endpoint",
    "audit-policy", "cluster-reset", "cni\"", "cni+:", "cni:", "datastore-", "disable-",
    "egress-selector", "etcd-", "ingress-controller", "kubelet-path", "lb-server", "node-",
    "nonroot-devices", "pod-security", "secrets-encryption", "servicelb", "supervisor-metrics",
    "tls-san", "write-kubeconfig",
    "HelmChart", "NetworkAttachmentDefinition", "RKE2Con", "machineGlobalConfig", "provisioning.cattle.io/",
    "INSTALL_RKE2_", "get.rke2.io", "rancher/rke2/", "rke2r", ":9345", "argoproj.io/", "toolkit.fluxcd.io", "cni.cncf.io/networks", "multus", "whereabouts", "run/cni", "sriov", "nic-ids", "ExtraNICs", "kernelVersion", "kernel-version", "os: windows", "os: \"windows", "os: 'windows", "os\": \"windows",
    "metallb.io/", "CiliumLoadBalancerIPPool", "kubevip", "kind: IPPool",
    "calico-apiserver", "kind: APIServer", "kubernetes-services-endpoint",
    "rke2::", "rke2_", "disable_kube_proxy", "k8s_node_label", "manifest_config_file_path",
];

/// What a file has to have beside keys to be one of ours.
#[rustfmt::skip]
const MARKS: &[&str] = &[
    "machineGlobalConfig", "provisioning.cattle.io/", "INSTALL_RKE2_", "get.rke2.io", "rancher/rke2/", "+rke2r", "-rke2r", ":9345", "argoproj.io/", "kustomize.toolkit.fluxcd.io", "k8s.v1.cni.cncf.io/networks",
    "multus", "whereabouts", "run/cni", "sriovnetwork.openshift.io/", "supported-nic-ids", "supportedExtraNICs",
    "kernelVersion", "kernel-version.full",
    "kubernetes.io/os: windows", "kubernetes.io/os: \"windows", "kubernetes.io/os: 'windows",
    "kubernetes.io/os\": \"windows",
    "metallb.io/", "CiliumLoadBalancerIPPool", "kubevip", "kind: IPPool",
    "calico-apiserver", "kind: APIServer", "kubernetes-services-endpoint",
    "rke2::config", "rke2::version",
];

/// Kinds of objects, as values are written: prose about them is no object.
const KINDS: [&str; 4] =
    ["HelmChart", "NetworkAttachmentDefinition", "RKE2ControlPlane", "RKE2Config"];

/// Leftmost semantics let the search use vector instructions.
static ROUGHLY: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::LeftmostFirst);
    builder.build(ROUGH).expect("a few dozen short words make an automaton")
});

/// Slower, for what passed: a mark, or a key as a key is written.
static EXACTLY: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let mut words: Vec<String> = MARKS.iter().map(|mark| (*mark).to_owned()).collect();
    for kind in KINDS {
        words.extend([": ", "  ", "\"", "'", "\t"].map(|start| format!("{start}{kind}")));
    }
    for flag in flags::all().filter(|flag| flag.specific) {
        words.extend([":", "+:", "\"", "+\"", "'", " :"].map(|end| format!("{}{end}", flag.key)));
    }
    words.extend(ansible::variables().iter().map(|variable| variable.name.to_owned()));
    AhoCorasick::new(words).expect("a few hundred short words make an automaton")
});

/// What a program has that installs RKE2, or writes its files.
static INSTALLS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = [
        "INSTALL_RKE2_",
        "get.rke2.io",
        "rancher/rke2",
        "HelmChartConfig",
        "rke2.",
        "rke2 =",
        "rancher2_cluster_v2",
        "cni:",
    ];
    AhoCorasick::new(words).expect("a few short words make an automaton")
});

/// Words of which a module of Terraform's has one.
static IN_MODULES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let mut words: Vec<String> = MARKS.iter().map(|mark| (*mark).to_owned()).collect();
    words.extend(KINDS.map(str::to_owned));
    words.extend(["rancher2_cluster_v2", "rancher/rke2"].map(str::to_owned));
    for flag in flags::all().filter(|flag| flag.specific) {
        words.extend([":", "+:", " =", "=", "\"", " :"].map(|end| format!("{}{end}", flag.key)));
    }
    AhoCorasick::new(words).expect("a few hundred short words make an automaton")
});

fn may_be_ours(path: &str, text: &[u8]) -> bool {
    if is_hcl(path) {
        return IN_MODULES.is_match(text);
    }
    if is_script(path.rsplit('/').next().unwrap_or(path).as_bytes()) || holds_files(path) {
        return INSTALLS.is_match(text);
    }
    ROUGHLY.is_match(text) && EXACTLY.is_match(text)
}

pub(super) fn walk(root: &Path, config: &Config, options: &Options) -> io::Result<Walked> {
    // A root that isn't there is the caller's mistake, not a finding.
    fs::metadata(root)?;
    let (send, receive) = mpsc::channel();
    let walker = WalkBuilder::new(root)
        .hidden(false)
        .require_git(false)
        .filter_entry(|entry| !is_hidden_folder(entry))
        .threads(rayon::current_num_threads())
        .build_parallel();
    walker.run(|| {
        let send = send.clone();
        let mut buffer = Vec::new();
        Box::new(move |entry| {
            let outcome = match entry {
                Ok(entry) => {
                    let candidate = is_candidate(entry.path(), entry.file_name())
                        || options.pages && entry.path().to_str().is_some_and(is_page);
                    let stray = !candidate && is_stray(entry.path());
                    let known = candidate || stray;
                    if !(known || options.lists) || !is_file(&entry) {
                        return WalkState::Continue;
                    }
                    let path = relative(root, entry.path());
                    if entry.file_name() == crate::config::FILE_NAME {
                        Outcome::Left(path, "what rke2lint is told, not what it checks")
                    } else if is_baseline(&path, config) {
                        Outcome::Left(path, "known findings, not what rke2lint checks")
                    } else if !known {
                        Outcome::Left(path, "not a kind of file that is read")
                    } else if config.exclude.matches(&path) {
                        Outcome::Left(path, "excluded")
                    } else {
                        let told = config.tells(&path) != Told::Nothing;
                        let declared = told || is_ours_by_name(&path);
                        let read = read(entry.path(), path, declared || stray, &mut buffer);
                        // Whatever else lies in RKE2's folders is none of ours.
                        match read {
                            Outcome::Unread(path, _) if stray => Outcome::Left(path, FOREIGN),
                            read => read,
                        }
                    }
                }
                Err(error) => match unreadable(root, &error) {
                    Some(outcome) => outcome,
                    None => return WalkState::Continue,
                },
            };
            if options.lists || !matches!(outcome, Outcome::Left(..)) {
                // The receiver lives until all senders are gone.
                drop(send.send(outcome));
            }
            WalkState::Continue
        })
    });
    drop(send);
    let mut walked = Walked { texts: Vec::new(), unread: Vec::new(), left: Vec::new() };
    for outcome in receive {
        match outcome {
            Outcome::Text(path, text) => walked.texts.push((path, text)),
            Outcome::Unread(path, reason) => walked.unread.push((path, reason)),
            Outcome::Left(path, reason) => walked.left.push((path, reason)),
        }
    }
    walked.texts.sort();
    walked.unread.sort();
    Ok(walked)
}

fn is_baseline(path: &str, config: &Config) -> bool {
    config.baseline.as_ref().map_or(BASELINE_NAME, |(name, _)| name) == path
}

/// The same decision for a text that doesn't lie on disk; `None` if it is left.
pub(super) fn text_of(path: &str, bytes: &[u8], config: &Config) -> Option<Result<String, String>> {
    let on_disk = Path::new(path);
    let name = on_disk.file_name()?;
    let is_hidden = |part: &str| part.starts_with('.') && part != name;
    let is_known = is_candidate(on_disk, name) || is_stray(on_disk);
    let is_told = path == crate::config::FILE_NAME || is_baseline(path, config);
    if !is_known || is_told || config.exclude.matches(path) || path.split('/').any(is_hidden) {
        return None;
    }
    let declared = config.tells(path) != Told::Nothing || is_ours_by_name(path);
    if !declared && !is_ours_by_path(path) && !may_be_ours(path, bytes) {
        return None;
    }
    let text = std::str::from_utf8(bytes);
    Some(text.map(str::to_owned).map_err(|error| not_text(&error)))
}

/// `.git`, `.terraform`, caches. A hidden file may be a drop-in, which RKE2
/// reads like any other.
fn is_hidden_folder(entry: &DirEntry) -> bool {
    let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let name = entry.file_name().to_string_lossy();
    folder && entry.depth() > 0 && name.starts_with('.')
}

fn is_file(entry: &DirEntry) -> bool {
    match entry.file_type() {
        Some(kind) if kind.is_symlink() => entry.path().is_file(),
        Some(kind) => kind.is_file(),
        None => false,
    }
}

/// With `/` between its parts.
fn relative(root: &Path, path: &Path) -> String {
    slashed(&path.strip_prefix(root).unwrap_or(path).to_string_lossy()).into_owned()
}

fn slashed(path: &str) -> Cow<'_, str> {
    if MAIN_SEPARATOR == '/' { path.into() } else { path.replace(MAIN_SEPARATOR, "/").into() }
}

fn is_candidate(path: &Path, name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    let named = [".yaml", ".yml", ".json", ".env", ".skip", ".tf", ".tofu", ".tfvars", ".hcl"]
        .into_iter()
        .any(|end| ends(name, end))
        && name != crate::config::FILE_NAME.as_bytes();
    named
        || path.to_str().is_some_and(holds_files)
        || is_script(name)
        || is_of_service(path, name)
        || is_hosts(path, name)
        || is_inventory(path, name)
        || is_template(path)
        || path.to_str().is_some_and(may_be_user_data)
}

/// Of a configuration or a manifest.
fn is_template(path: &Path) -> bool {
    path.to_str().is_some_and(|path| {
        let plain = untemplated(path);
        *plain != *path && [".yaml", ".yml", ".json"].iter().any(|end| ends(plain.as_bytes(), end))
    })
}

fn is_script(name: &[u8]) -> bool {
    let builds = [&b"Dockerfile"[..], b"Containerfile"];
    ends(name, ".sh") || ends(name, ".dockerfile") || builds.iter().any(|b| name.starts_with(b))
}

/// Few names pass the first look, which doesn't ask for the folder.
fn is_of_service(path: &Path, name: &[u8]) -> bool {
    let may_be = name.starts_with(b"rke2-") || name.ends_with(b".conf");
    may_be && path.to_str().is_some_and(|path| service::kind_of(&slashed(path)).is_some())
}

fn is_hosts(path: &Path, name: &[u8]) -> bool {
    name == b"hosts" && path.to_str().is_some_and(|path| system::is_hosts(&slashed(path)))
}

fn is_inventory(path: &Path, name: &[u8]) -> bool {
    let may_be = name.starts_with(b"hosts") || name.starts_with(b"inventory");
    may_be && path.to_str().is_some_and(|path| inventory::is_named_ini(&slashed(path)))
}

/// Of another ending than those that RKE2 reads.
fn is_stray(path: &Path) -> bool {
    path.to_str().is_some_and(|path| stray::place(&slashed(path)).is_some())
}

fn ends(name: &[u8], end: &str) -> bool {
    let start = name.len().saturating_sub(end.len());
    name[start..].eq_ignore_ascii_case(end.as_bytes())
}

/// Read whatever they hold: their place makes them ours.
fn is_ours_by_path(path: &str) -> bool {
    let path = &*untemplated(path);
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let drop_in = folder.ends_with(".yaml.d") || folder.ends_with(".yml.d");
    let named = name == "config.yaml" || name == "config.yml";
    let sets_namespace =
        ["kustomization.yaml", "kustomization.yml", "fleet.yaml", "Chart.yaml"].contains(&name);
    !name.ends_with(".json")
        && (path.contains("rancher/rke2/")
            || path.contains("kubernetes/config/")
            || drop_in
            || named && folder.contains("rke2")
            || sets_namespace
            || service::kind_of(path).is_some()
            || system::is_hosts(path)
            || inventory::is_named(path)
            || inventory::is_named_ini(path))
}

/// A manifest that RKE2 takes for its own, whatever it holds.
fn is_ours_by_name(path: &str) -> bool {
    path.contains("server/manifests/") && manifest::name(path).is_some()
}

fn not_text(error: &Utf8Error) -> String {
    format!("byte {} isn't UTF-8", error.valid_up_to())
}

fn read(path: &Path, shown: String, declared: bool, buffer: &mut Vec<u8>) -> Outcome {
    let unread = |shown: String, error: &io::Error| Outcome::Unread(shown, describe(error));
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) => return unread(shown, &error),
    };
    buffer.clear();
    // A limit saves asking for the size of each file.
    if let Err(error) = file.by_ref().take(MAX_FILE_LEN + 1).read_to_end(buffer) {
        return unread(shown, &error);
    }
    if buffer.len() as u64 > MAX_FILE_LEN {
        return read_huge(shown, buffer, file);
    }
    if !declared && !is_ours_by_path(&shown) && !may_be_ours(&shown, buffer) {
        return Outcome::Left(shown, FOREIGN);
    }
    match std::str::from_utf8(buffer) {
        Ok(text) => Outcome::Text(shown, text.to_owned()),
        Err(error) => {
            let reason = not_text(&error);
            Outcome::Unread(shown, reason)
        }
    }
}

/// A file of ours that is too large is a finding; others are left alone.
fn read_huge(shown: String, start: &[u8], rest: fs::File) -> Outcome {
    let limit = MAX_FILE_LEN >> 20;
    let reason = format!("it is larger than {limit} MiB, the most that is read");
    match EXACTLY.stream_find_iter(start.chain(rest)).next() {
        None => Outcome::Left(shown, FOREIGN),
        Some(Ok(_)) => Outcome::Unread(shown, reason),
        Some(Err(error)) => Outcome::Unread(shown, describe(&error)),
    }
}

/// Without the number that the system gives the error.
fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    text[..end].to_lowercase()
}

fn unreadable(root: &Path, error: &ignore::Error) -> Option<Outcome> {
    let mut path = String::new();
    let mut inner = error;
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => {
                path = relative(root, at);
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                inner = err;
            }
            ignore::Error::Io(error) => return Some(Outcome::Unread(path, describe(error))),
            // A mistake in a `.gitignore` is not ours to report.
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_variable_is_forgotten() {
        for variable in ansible::variables() {
            let text = format!("{}: x", variable.name);
            assert!(may_be_ours("a.yaml", text.as_bytes()), "{}", variable.name);
        }
    }

    #[test]
    fn no_key_is_forgotten() {
        for flag in flags::all().filter(|flag| flag.specific) {
            assert!(may_be_ours("a.yaml", format!("{}: x", flag.key).as_bytes()), "{}", flag.key);
            let quoted = format!("\"{}\" = 1", flag.key);
            for text in [format!("  {} = 1", flag.key), quoted, format!("{}: x", flag.key)] {
                assert!(may_be_ours("a.tf", text.as_bytes()), "{text}");
            }
        }
        for mark in MARKS {
            assert!(may_be_ours("a.yaml", mark.as_bytes()), "{mark}");
        }
        assert!(may_be_ours("a.tf", b"resource \"rancher2_cluster_v2\" \"a\" {"));
        assert!(!may_be_ours("a.tf", b"resource \"aws_instance\" \"node\" {\n  subnet = 1\n}"));
    }
}
