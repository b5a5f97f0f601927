//! Ansible's tasks that write a machine's files or apply objects with content
//! of their own.
//!
//! A task may be skipped, so what it writes is one of several possible files.
//!
//! Source: ansible/ansible `lib/ansible/modules/copy.py` and `blockinfile.py`,
//! 2.18; ansible-collections/kubernetes.core `plugins/modules/k8s.py`, 5.0.

use super::carrier::{Carried, Carrier, Container, Content, is_of_interest};
use crate::yaml::{Kind, Maker, Node, Sourced, Tree, embed_yaml};
use std::sync::Arc;

/// How deep blocks nest, at most.
const MAX_NESTING: usize = 8;

pub(super) fn carried(container: &Container<'_>) -> Vec<Carried> {
    let mut found = Vec::new();
    for doc in container.docs.iter().filter(|doc| doc.kind() == Kind::Seq) {
        Search { container, found: &mut found }.list(doc, "", MAX_NESTING);
    }
    found
}

struct Search<'a> {
    container: &'a Container<'a>,
    found: &'a mut Vec<Carried>,
}

impl Search<'_> {
    fn list(&mut self, tasks: &Node, crumb: &str, depth: usize) {
        const LISTS: [&str; 7] =
            ["block", "rescue", "always", "pre_tasks", "tasks", "post_tasks", "handlers"];
        for (index, task) in tasks.items().enumerate().filter(|_| depth > 0) {
            let crumb = format!("{crumb}[{index}]");
            for entry in task.entries() {
                let Some(name) = entry.key.as_str() else { continue };
                let crumb = format!("{crumb}.{name}");
                match name.rsplit('.').next() {
                    _ if LISTS.contains(&name) => self.list(&entry.value, &crumb, depth - 1),
                    Some("copy") => self.file(&entry.value, ["dest", "content"], &crumb),
                    Some("blockinfile") => {
                        self.file(&entry.value, ["path", "block"], &crumb);
                        self.file(&entry.value, ["dest", "block"], &crumb);
                    }
                    Some("k8s") => self.definition(&entry.value, &crumb),
                    _ => {}
                }
            }
        }
    }

    /// A file, or a part of one, by the parameters for its path and its text.
    fn file(&mut self, module: &Node, [path, text]: [&str; 2], crumb: &str) {
        let raw = |name: &str| module.get(name).found().map(|entry| entry.value);
        let (Some(to), Some(content)) = (raw(path), raw(text)) else { return };
        let Some(to) = to.raw().and_then(on_machine).filter(|to| is_of_interest(to)) else {
            return;
        };
        let content = match (text, content.kind()) {
            _ if content.is_unknown() && !content.raw().is_some_and(|text| text.contains('\n')) => {
                return;
            }
            ("content", Kind::Scalar) => Sourced::of_scalar(&content).map(Content::Text),
            ("content", Kind::Map) => Some(Content::Yaml(whole(&content))),
            (_, Kind::Scalar) => part(&content),
            _ => None,
        };
        self.keep(content, &to, format!("{crumb}.{text}"));
    }

    /// Objects that are applied to the cluster as they stand.
    fn definition(&mut self, module: &Node, crumb: &str) {
        let Some(definition) = module.get("definition").found().map(|entry| entry.value) else {
            return;
        };
        let content = match definition.kind() {
            Kind::Scalar if !definition.raw().is_some_and(|text| text.contains('\n')) => return,
            Kind::Scalar => Sourced::of_scalar(&definition).map(Content::Text),
            Kind::Map => Some(Content::Yaml(whole(&definition))),
            Kind::Seq => {
                for (index, object) in definition.items().enumerate() {
                    let content = Some(Content::Yaml(whole(&object)));
                    let crumb = format!("{crumb}.definition[{index}]");
                    self.keep(content, "object.yaml", crumb);
                }
                return;
            }
        };
        self.keep(content, "object.yaml", format!("{crumb}.definition"));
    }

    fn keep(&mut self, content: Option<Content>, to: &str, crumb: String) {
        let Some(content) = content else { return };
        let name = format!("task {}", self.found.len() + 1);
        self.found.push(Carried {
            path: self.container.inside(&name, to),
            content,
            carrier: Carrier::new("Ansible's task", crumb),
        });
    }
}

fn whole(node: &Node) -> Arc<Tree> {
    let mut maker = Maker::beside(node);
    let root = maker.copy(node);
    maker.finish(root)
}

/// Text among other text of a file: there may be more keys.
fn part(node: &Node) -> Option<Content> {
    let doc = embed_yaml(node)?.docs().next()?;
    let mut maker = Maker::beside(&doc);
    maker.open();
    let root = maker.copy(&doc);
    Some(Content::Yaml(maker.finish(root)))
}

/// A path with the folders that roles have in variables. `None` if the rest
/// isn't known.
fn on_machine(path: &str) -> Option<String> {
    const FOLDERS: [(&str, &str); 5] = [
        ("rke2_data_path", "/var/lib/rancher/rke2"),
        ("rke2_data_dir", "/var/lib/rancher/rke2"),
        ("rke2_config_dir", "/etc/rancher/rke2"),
        ("rke2_config_path", "/etc/rancher/rke2/config.yaml"),
        ("rke2_server_manifest_dir", "/var/lib/rancher/rke2/server/manifests"),
    ];
    let full = match path.strip_prefix("{{").and_then(|rest| rest.split_once("}}")) {
        Some((name, rest)) => {
            let (_, folder) = FOLDERS.iter().find(|(variable, _)| *variable == name.trim())?;
            format!("{folder}{rest}")
        }
        None => path.to_owned(),
    };
    (!full.contains("{{")).then_some(full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        text::{FileId, SourceFile},
        yaml,
    };

    fn read(text: &str) -> Vec<Carried> {
        let source = Arc::new(SourceFile::new(FileId(0), "site.yml", text));
        let docs: Vec<Node> = yaml::parse(&source).docs().collect();
        let path = source.path.as_str();
        carried(&Container { source: &source, path, text: &Sourced::default(), docs: &docs })
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let found = read(text);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|carried| (carried.path.as_str(), carried.carrier.crumb.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn content_at_a_path() {
        let text = "\
- hosts: all
  tasks:
    - block:
        - copy: {dest: '{{ rke2_config_dir }}/config.yaml', content: 'cni: canal'}
    - ansible.builtin.copy: {dest: /etc/motd, content: hello}
    - copy: {dest: '{{ x }}/config.yaml', content: 'cni: canal'}
    - copy: {dest: /etc/rancher/rke2/config.yaml, content: '{{ config }}'}
    - copy: {dest: /etc/rancher/rke2/config.yaml, src: config.yaml}
";
        let path = "site.yml:task 1:/etc/rancher/rke2/config.yaml";
        check(text, &[(path, "[0].tasks[0].block[0].copy.content")]);
    }

    #[test]
    fn a_block_is_a_part() {
        let text = "- blockinfile:\n    path: /etc/rancher/rke2/config.yaml\n    block: |\n      cni: canal\n";
        let [carried] = &read(text)[..] else { panic!("one") };
        let Content::Yaml(tree) = &carried.content else { panic!("YAML") };
        assert!(tree.is_open());
        let root = tree.docs().next().expect("a document");
        let cni = root.get("cni").found().expect("it is there").value;
        assert_eq!(tree.file().slice(cni.span()), "canal");
    }

    #[test]
    fn objects() {
        let text = "\
- kubernetes.core.k8s:
    definition:
      apiVersion: helm.cattle.io/v1
      kind: HelmChartConfig
- k8s: {definition: '{{ object }}'}
";
        let path = "site.yml:task 1:/object.yaml";
        check(text, &[(path, "[0].kubernetes.core.k8s.definition")]);
    }
}
