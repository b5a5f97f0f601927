//! What files of Terraform's carry, by example.

use super::super::File;
use crate::{
    config::Told,
    text::{FileId, SourceFile},
    yaml::{Kind, Node},
};
use std::sync::Arc;

fn read(path: &str, text: &str) -> Arc<File> {
    let source = Arc::new(SourceFile::new(FileId(0), path, text));
    Arc::new(File::read(source, Told::Nothing))
}

/// Paths of what is carried, without the container's.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let files = read("main.tf", text).all();
    let paths = files.iter().skip(1).map(|file| file.path.strip_prefix("main.tf:"));
    let paths: Vec<&str> = paths.map(|path| path.expect("it is in the container")).collect();
    assert_eq!(paths, expected, "{text}");
}

fn cluster(config: &str) -> String {
    format!(
        "resource \"rancher2_cluster_v2\" \"a\" {{\n  kubernetes_version = \"v1.34.2+rke2r1\"\n  \
         rke_config {{\n{config}\n  }}\n}}\n"
    )
}

/// The configuration of `a`: each key and scalar with the slice of the file
/// that it lies on, `?` for what isn't known.
#[track_caller]
fn check_config(text: &str, expected: &str) {
    let file = read("main.tf", text);
    let all = file.all();
    let end = "rancher/rke2/config.yaml";
    let config = all.iter().find(|file| file.path.ends_with(end)).expect("it is carried");
    let root = config.tree.docs().next().expect("a document");
    assert_eq!(shown(&config.source, &root), expected, "{text}");
}

fn shown(source: &SourceFile, node: &Node) -> String {
    let slice = |node: &Node| source.slice(node.span()).to_owned();
    match node.kind() {
        _ if node.is_unknown() => "?".to_owned(),
        Kind::Scalar => format!("{}<{}>", node.raw().unwrap_or(""), slice(node)),
        Kind::Seq => node.items().map(|item| shown(source, &item)).collect::<Vec<_>>().join(" "),
        Kind::Map => {
            let entry = |(key, value): (Node, Node)| {
                format!("{}: {}", shown(source, &key), shown(source, &value))
            };
            let entries = node.entries().map(|it| entry((it.key, it.value)));
            entries.collect::<Vec<_>>().join(", ")
        }
    }
}

#[test]
fn clusters_of_rancher() {
    check_config(
        &cluster("machine_global_config = <<-EOF\n  cni: $${a}\n  mtu: \"1\"\nEOF"),
        "cni<cni>: ?, mtu<mtu>: 1<\"1\">",
    );
    check_config(
        &cluster("machine_global_config = yamlencode({ \"cni\" = \"canal\", debug = true })"),
        "cni<\"cni\">: canal<\"canal\">, debug<debug>: true<true>",
    );
    check_config(
        &cluster("machine_global_config = \"cni: canal\\ndebug: yes\\n\""),
        "cni<cni>: canal<canal>, debug<debug>: yes<yes>",
    );
    // Rancher's own default lies where the configuration would.
    check_config(
        &cluster("chart_values = \"rke2-calico: {}\""),
        "cni<rke_config>: calico<rke_config>",
    );
    check_config(&cluster("machine_global_config = templatefile(\"a\", {})"), "?: ?");
    check_config(
        &cluster("machine_global_config = <<EOF\n%{ if a }\ncni: b\n%{ endif }\nEOF"),
        "?: ?",
    );
}

#[test]
fn locals_stand_for_what_they_are_set_to() {
    let locals = "locals {\n  a = yamlencode({ cni = local.b.c })\n  b = { c = \"canal\" }\n  d = local.d\n}\n";
    let with =
        |value: &str| format!("{locals}{}", cluster(&format!("machine_global_config = {value}")));
    check_config(&with("local.a"), "cni<cni>: canal<\"canal\">");
    check_config(&with("sensitive(local.a)"), "cni<cni>: canal<\"canal\">");
    check_config(&with("local.d"), "?: ?");
    check_config(&with("local.e"), "?: ?");
    check_config(&with("var.a"), "?: ?");
    // What belongs to a cluster is read as nothing else.
    check(&with("local.a"), &["a:/etc/rancher/rke2/config.yaml", "a:/cluster.yaml"]);
}

#[test]
fn all_that_a_cluster_brings() {
    let text = cluster(
        "machine_global_config = <<EOF\ncni: canal\nEOF\n\
         chart_values = jsonencode({ rke2-canal = {} })\n\
         additional_manifest = <<EOF\napiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\n\
         metadata:\n  name: a\nEOF\n\
         machine_selector_config {\n  config = { debug = true }\n}\n\
         machine_selector_config {\n  config = \"debug: false\"\n  machine_label_selector {\n    \
         match_labels = { a = \"b\" }\n  }\n}\n",
    );
    check(
        &text,
        &[
            "a:/etc/rancher/rke2/config.yaml",
            "a:/etc/rancher/rke2/config.yaml.d/000.yaml",
            "a:/etc/rancher/rke2/config.yaml.d/001.yaml",
            "a machineSelectorConfig[1]:/etc/rancher/rke2/config.yaml.d/001.yaml",
            "a machineSelectorConfig[1]:/cluster.yaml",
            "a:/var/lib/rancher/rke2/server/manifests/rancher/managed-chart-config.yaml",
            "a:/var/lib/rancher/rke2/server/manifests/rancher/addons.yaml",
            "a:/cluster.yaml",
        ],
    );
    let k3s = text.replace("rke2r1", "k3s1");
    check(&k3s, &[]);
}

#[test]
fn texts_that_are_files() {
    let config = "<<EOT\ncni: canal\ncluster-cidr: 10.0.0.0/16\nEOT\n";
    check(
        &format!("locals {{\n  rke2_config = {config}}}\n"),
        &["local.rke2_config:/rke2_config.yaml"],
    );
    check(
        &format!(
            "module \"m\" {{\n  servers = [{{\n    name = \"a\"\n    rke2_config = {config}  }}]\n}}\n"
        ),
        &["module.m.servers[0].rke2_config:/rke2_config.yaml"],
    );
    check(
        &format!(
            "resource \"a\" \"b\" {{\n  provisioner \"file\" {{\n    destination = \
             \"/etc/rancher/rke2/config.yaml\"\n    content = {config}  }}\n}}\n"
        ),
        &["a.b.provisioner.content:/etc/rancher/rke2/config.yaml"],
    );
    for block in ["output \"a\"", "variable \"a\""] {
        check(&format!("{block} {{\n  description = {config}}}\n"), &[]);
    }
    check("locals {\n  a = <<EOT\necho cni: canal\ncluster-cidr: 10.0.0.0/16\nEOT\n}\n", &[]);
}

#[test]
fn a_part_of_a_configuration_is_open() {
    let text = "module \"m\" {\n  rke2_config = <<EOT\ncluster-cidr: 10.0.0.0/16\nEOT\n}\n";
    let open = |path: &str, text: &str| {
        let file = read(path, text);
        file.all().last().expect("it is carried").tree.is_open()
    };
    assert!(open("main.tf", text));
    let written = text.replace("rke2_config =", "filename = \"rke2-config.yaml\"\n  content =");
    assert!(!open("main.tofu", &written));
}

#[test]
fn user_data_through_functions() {
    let text = "resource \"a\" \"b\" {\n  c = base64gzip(\"#cloud-config\\n${yamlencode({\n    write_files \
                = [{\n      path = \"/etc/rancher/rke2/config.yaml\"\n      content = yamlencode({ cni = \
                \"canal\" })\n    }]\n  })}\")\n}\n";
    check(text, &["a.b.c:/c.yaml", "a.b.c:/c.yaml:/etc/rancher/rke2/config.yaml"]);
    check_config(text, "cni<cni>: canal<\"canal\">");
}
