//! The JSON Schema of config.yaml, held against what RKE2 takes and refuses.

use crate::{clean, oracle};
use boon::{Compiler, SchemaIndex, Schemas};
use rke2lint::{
    facts::{Releases, flags::FlagRole},
    model::{File, Repo, Role},
    report::write_schema,
    text::{FileId, SourceFile},
    yaml::{self, Kind, Node, Scalar, Tree},
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// Cases that a schema can't know: keys of no meaning that RKE2 lets pass, and
/// how a number was written, or how large a number is.
const BEYOND: [&str; 5] = [
    "key-with-an-equals-sign",
    "unknown-key-of-nothing",
    "number-of-a-million",
    "duration-too-long",
    "number-too-large",
];

/// Compiled schemas by role and release.
#[derive(Default)]
struct Validator {
    schemas: Schemas,
    known: BTreeMap<(bool, String), SchemaIndex>,
}

impl Validator {
    /// What is wrong with a file as RKE2's reader sees it, if anything.
    fn refusal(&mut self, role: FlagRole, release: &str, read: &Value) -> Option<String> {
        let key = (role == FlagRole::Agent, release.to_owned());
        let index = match self.known.get(&key) {
            Some(index) => *index,
            None => {
                let mut bytes = Vec::new();
                let releases = Releases::parse(release).expect("a release of the tables");
                write_schema(role, &releases, &mut bytes).expect("memory takes all");
                let schema = serde_json::from_slice(&bytes).expect("it is JSON");
                let url = format!("mem://{}/{release}.json", key.0);
                let mut compiler = Compiler::new();
                compiler.enable_format_assertions();
                compiler.add_resource(&url, schema).expect("a fresh name");
                let index = compiler.compile(&url, &mut self.schemas).expect("it is a schema");
                self.known.insert(key, index);
                index
            }
        };
        self.schemas.validate(read, index).err().map(|error| format!("{error:#}"))
    }
}

fn cases() -> impl Iterator<Item = oracle::Case> {
    oracle::cases().into_iter().filter(|case| !BEYOND.contains(&case.id.as_str()))
}

/// The first document as RKE2's reader sees it.
fn document(text: &str) -> Value {
    let tree = yaml::parse(&Arc::new(SourceFile::new(FileId(0), "config.yaml", text)));
    first(&tree)
}

fn first(tree: &Arc<Tree>) -> Value {
    tree.docs().next().map_or(Value::Null, |node| value(&node))
}

fn value(node: &Node) -> Value {
    match node.kind() {
        Kind::Seq => node.items().map(|item| value(&item)).collect(),
        Kind::Map => {
            // Merge keys are lost, and what nobody knows.
            let known =
                |entry: &yaml::Entry| entry.key.raw() != Some("<<") && !entry.value.is_unknown();
            let entries = node.entries().filter(known);
            let pair = |entry: yaml::Entry| {
                (entry.key.raw().unwrap_or("").to_owned(), value(&entry.value))
            };
            Value::Object(entries.map(pair).collect::<Map<String, Value>>())
        }
        Kind::Scalar => match node.scalar() {
            Some(Scalar::Null) => Value::Null,
            Some(Scalar::Bool(truth)) => json!(truth),
            Some(Scalar::Int(number)) => json!(i64::try_from(number).unwrap_or(i64::MAX)),
            Some(Scalar::Float(number)) => json!(number),
            Some(Scalar::Text) | None => json!(node.raw().unwrap_or("")),
        },
    }
}

#[test]
fn what_starts_is_taken() {
    let mut validator = Validator::default();
    let mut failures = Vec::new();
    let mut tried = 0;
    for case in cases() {
        let Some(release) = case.release.as_deref().filter(|_| case.outcome == "starts") else {
            continue;
        };
        // What a later file or a unit mends isn't the schema's to know.
        let mends = |path: &str| path.contains("config.yaml.d/") || path.contains("/rke2-");
        let mended = case.files.iter().any(|(path, _)| mends(path));
        for (path, text) in &case.files {
            let role = if path.starts_with("servers") { FlagRole::Server } else { FlagRole::Agent };
            // On Windows some values aren't looked at.
            let linux = !path.starts_with("windows");
            if path.ends_with("/config.yaml") && linux && !mended {
                tried += 1;
                let refusal = validator.refusal(role, release, &document(text));
                failures.extend(refusal.map(|refusal| format!("{}: {path}: {refusal}", case.id)));
            }
        }
    }
    for (name, repo) in clean::repos() {
        for cluster in &repo.clusters {
            let release = cluster.releases.iter().last().expect("never empty").to_string();
            for machine in &cluster.machines {
                let file = file(&repo, &machine.path).filter(|file| !file.tree.template);
                let Some(file) = file else { continue };
                let role =
                    if machine.role == Role::Agent { FlagRole::Agent } else { FlagRole::Server };
                tried += 1;
                let refusal = validator.refusal(role, &release, &first(&file.tree));
                failures
                    .extend(refusal.map(|refusal| format!("{name} {}: {refusal}", machine.path)));
            }
        }
    }
    assert!(tried > 150, "{tried}");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// None for a machine that has drop-ins alone.
fn file(repo: &Repo, path: &str) -> Option<Arc<File>> {
    repo.files.iter().flat_map(File::all).find(|file| file.path == path)
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    let mut validator = Validator::default();
    for case in cases() {
        let words = case.words.as_deref().unwrap_or("");
        let types = [
            "invalid boolean value",
            "invalid value \"",
            "--profile flag",
            "--ingress-controller flag",
        ];
        let Some(release) = case.release.as_deref() else { continue };
        if case.outcome == "fatal" && types.iter().any(|start| words.contains(start)) {
            let main = case.files.iter().find(|(path, _)| path.ends_with("/config.yaml"));
            // The value may stand in a unit.
            let Some((path, text)) = main else { continue };
            let role = if path.starts_with("servers") { FlagRole::Server } else { FlagRole::Agent };
            assert!(validator.refusal(role, release, &document(text)).is_some(), "{}", case.id);
        }
    }
    let server = FlagRole::Server;
    for text in [
        "cni: [canal, calico]",
        "cni: Cilium",
        "cni: [multus, canal, cilium]",
        "debug: \"yes\"",
        "debug:",
        "disable:",
        "etcd-snapshot-retention: five",
        "etcd-s3-timeout: 5",
        "kubelet-arg: {max-pods: 200}",
        "node-label: [[a=b, c=d]]",
        "cluster_cidr: 10.0.0.0/8",
        "flannel-iface: eth0",
        "- cni: canal",
    ] {
        assert!(validator.refusal(server, "v1.34.2+rke2r1", &document(text)).is_some(), "{text}");
    }
}

#[test]
fn keys_come_and_go_with_the_release() {
    let mut validator = Validator::default();
    let mut takes =
        |role, release, text| validator.refusal(role, release, &document(text)).is_none();
    assert!(!takes(FlagRole::Server, "v1.28.6+rke2r1", "cni: flannel"));
    assert!(takes(FlagRole::Server, "v1.28.7+rke2r1", "cni: flannel"));
    assert!(!takes(FlagRole::Server, "v1.29.6+rke2r1", "ingress-controller: ingress-nginx"));
    assert!(takes(FlagRole::Server, "v1.29.7+rke2r1", "ingress-controller: ingress-nginx"));
    assert!(!takes(FlagRole::Agent, "v1.34.2+rke2r1", "cni: canal"));
    assert!(takes(FlagRole::Agent, "v1.34.2+rke2r1", "server: https://a:9345\nnode-label+: x=y"));
}
