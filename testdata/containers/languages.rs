//! Scripts, Nix modules, Vagrantfiles and pages.

use super::{
    Container, Files,
    machines::{CONFIG, MANIFEST, escaped, on_machine},
    planted::{Mistake, indented},
};

pub(super) const ALL: [Container; 10] = [
    ("here-document", |mistake| Some(script(mistake, here_document))),
    ("here-document-tabs", |mistake| Some(script(mistake, with_tabs))),
    ("tee", |mistake| Some(script(mistake, tee))),
    ("echo-e", |mistake| Some(script(mistake, echo_e))),
    ("echo-lines", |mistake| Some(script(mistake, echo_lines))),
    ("over-ssh", |mistake| Some(script(mistake, over_ssh))),
    ("nixos", nixos),
    ("vagrant", vagrant),
    ("markdown", |mistake| page("docs/page.md", mistake, markdown)),
    ("asciidoc", |mistake| page("docs/page.adoc", mistake, asciidoc)),
];

fn script(mistake: &Mistake, write: impl Fn(&str, &str) -> String) -> Files {
    let files = on_machine(mistake);
    let writes: String = files.iter().map(|(path, text)| write(path, text)).collect();
    vec![("nodes/setup.sh", format!("#!/bin/sh\nset -e\n{writes}"))]
}

fn here_document(path: &str, text: &str) -> String {
    format!("cat > {path} <<'EOF'\n{text}EOF\n")
}

fn with_tabs(path: &str, text: &str) -> String {
    let lines: String = text.lines().map(|line| format!("\t\t{line}\n")).collect();
    format!("setup() {{\n\tcat <<-\"EOF\" | sudo tee {path} > /dev/null\n{lines}\tEOF\n}}\n")
}

fn tee(path: &str, text: &str) -> String {
    format!("DIR={}\nsudo tee \"$DIR/{}\" <<EOF >/dev/null\n{text}EOF\n", folder(path), name(path))
}

fn echo_e(path: &str, text: &str) -> String {
    format!("echo -e \"{}\" > {path}\n", escaped(text.trim_end()).replace("\\\\n", "\\n"))
}

fn echo_lines(path: &str, text: &str) -> String {
    let lines: String = text.lines().map(|line| format!("  echo '{line}'\n")).collect();
    format!("{{\n{lines}}} >{path}\n")
}

fn over_ssh(path: &str, text: &str) -> String {
    let text = text.replace('"', "\\\"");
    format!("ssh root@host \"cat > {path} <<EOF\n{text}EOF\"\n")
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// It is a mistake whatever is set that nobody sees.
fn is_of_what_is_seen(mistake: &Mistake) -> bool {
    const OF_DEFAULTS: [&str; 3] = [
        "cluster-service-cidr-overlap",
        "cluster-dns-outside-service-cidr",
        "max-pods-exceeds-node-cidr",
    ];
    !OF_DEFAULTS.contains(&mistake.rule)
}

fn nixos(mistake: &Mistake) -> Option<Files> {
    if !is_of_what_is_seen(mistake) {
        return None;
    }
    let config = indented(&mistake.config_yaml(), 4);
    let manifest = mistake.manifest_yaml().map_or(String::new(), |text| {
        let text = indented(&text, 4);
        format!(
            "  services.rke2.manifests.extra.source = pkgs.writeText \"extra.yaml\" ''\n{text}  '';\n"
        )
    });
    let module = format!(
        "{{ pkgs, ... }}:\n{{\n  services.rke2 = {{ enable = true; role = \"server\"; }};\n{manifest}  \
         environment.etc.\"rancher/rke2/config.yaml\".text = ''\n{config}  '';\n}}\n"
    );
    Some(vec![("nodes/server.nix", module)])
}

fn vagrant(mistake: &Mistake) -> Option<Files> {
    let config = indented(&mistake.config_yaml(), 6);
    let manifest = mistake.manifest_yaml().map_or(String::new(), |text| {
        let text = indented(&here_document(MANIFEST, &text), 6);
        format!("    node.vm.provision \"shell\", inline: <<~SHELL\n{text}    SHELL\n")
    });
    let text = format!(
        "Vagrant.configure(\"2\") do |config|\n  config.vm.define \"server\" do |node|\n    \
         node.vm.provision \"rke2\", type: \"rke2\" do |rke2|\n    rke2.config = <<~YAML\n{config}    \
         YAML\n    end\n{manifest}  end\nend\n"
    );
    Some(vec![("nodes/Vagrantfile", text)])
}

/// Each listing of a page stands for itself.
fn page(path: &'static str, mistake: &Mistake, block: fn(&str, &str) -> String) -> Option<Files> {
    let text = match mistake.manifest_yaml() {
        Some(text) if mistake.is_of_manifest_alone() => block(MANIFEST, &text),
        Some(_) => return None,
        None if !is_of_what_is_seen(mistake) => return None,
        None => block(CONFIG, &mistake.config_yaml()),
    };
    Some(vec![(path, text)])
}

fn markdown(path: &str, text: &str) -> String {
    let text = indented(text, 3);
    format!("# A cluster\n\n1. Write `{path}`:\n\n   ```yaml\n{text}   ```\n\n2. Start RKE2.\n")
}

fn asciidoc(path: &str, text: &str) -> String {
    format!("= A cluster\n\nA server::\n+\n.`{path}`\n[,yaml]\n----\n{text}----\n")
}
