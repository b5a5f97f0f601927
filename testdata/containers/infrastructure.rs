//! Ansible and Terraform: variables, tasks, templates, modules.

use super::{
    Container, Files,
    machines::{CONFIG, on_machine},
    planted::{Manifest, Mistake, Value, indented},
};

pub(super) const ALL: [Container; 9] = [
    ("ansible-role", ansible_role),
    ("ansible-keys", ansible_keys),
    ("ansible-tasks", ansible_tasks),
    ("jinja", jinja),
    ("terraform-rancher", terraform_rancher),
    ("terraform-page", terraform_page),
    ("terraform-objects", terraform_objects),
    ("terraform-user-data", terraform_user_data),
    ("terraform-template", terraform_template),
];

const INVENTORY: &str = "[masters]\nnode1\n\n[workers]\nnode2\n\n\
                         [k8s_cluster:children]\nmasters\nworkers\n";

/// Files of a folder with a playbook and its inventory.
fn with_inventory(variables: &str, mistake: &Mistake) -> Files {
    let mut files = vec![
        ("inventory/hosts.ini", INVENTORY.to_owned()),
        ("inventory/group_vars/masters.yml", variables.to_owned()),
    ];
    files.extend(mistake.manifest_yaml().map(|text| ("inventory/manifests/extra.yaml", text)));
    files
}

/// Variables that lablabs' role has; it can't be told all that RKE2 takes, and
/// whatever else its templates write is unknown.
fn ansible_role(mistake: &Mistake) -> Option<Files> {
    let mut variables = "rke2_version: v1.33.5+rke2r1\n".to_owned();
    for (key, value) in mistake.config {
        let name = match *key {
            "cni" => "rke2_cni",
            "cluster-cidr" => "rke2_cluster_cidr",
            "service-cidr" => "rke2_service_cidr",
            _ => return None,
        };
        let items: String = value.all().iter().map(|value| format!("  - {value}\n")).collect();
        variables += &format!("{name}:\n{items}");
    }
    Some(with_inventory(&variables, mistake))
}

/// A dictionary of RKE2's own keys.
fn ansible_keys(mistake: &Mistake) -> Option<Files> {
    let variables = format!("group_rke2_config:\n{}", indented(&mistake.config_yaml(), 2));
    Some(with_inventory(&variables, mistake))
}

fn ansible_tasks(mistake: &Mistake) -> Option<Files> {
    let tasks = on_machine(mistake).into_iter().map(|(path, text)| {
        format!(
            "- name: Write {path}\n  ansible.builtin.copy:\n    dest: {path}\n    mode: '0600'\n    \
             content: |\n{}",
            indented(&text, 6)
        )
    });
    Some(vec![("roles/servers/tasks/main.yml", tasks.collect())])
}

fn jinja(mistake: &Mistake) -> Option<Files> {
    let config = format!(
        "{{# for servers #}}\n{}{{% if join %}}\nserver: https://{{{{ vip }}}}:9345\n{{% endif %}}\n",
        mistake.config_yaml()
    );
    let mut files = vec![("roles/rke2/templates/config.yaml.j2", config)];
    files.extend(
        mistake.manifest_yaml().map(|text| ("roles/rke2/templates/manifests/extra.yaml.j2", text)),
    );
    Some(files)
}

fn rancher_module(rke_config: &str) -> Files {
    let text = format!(
        "resource \"rancher2_cluster_v2\" \"edge\" {{\n  name = \"edge\"\n  \
         kubernetes_version = \"v1.33.5+rke2r1\"\n  rke_config {{\n{rke_config}  }}\n}}\n"
    );
    vec![("modules/edge/main.tf", text)]
}

fn heredoc(name: &str, text: &str) -> String {
    format!("    {name} = <<-EOT\n{}    EOT\n", indented(text, 6))
}

fn terraform_rancher(mistake: &Mistake) -> Option<Files> {
    let config = heredoc("machine_global_config", &mistake.config_yaml());
    let manifest = mistake.manifest_yaml().map(|text| heredoc("additional_manifest", &text));
    Some(rancher_module(&format!("{config}{}", manifest.unwrap_or_default())))
}

/// A listing below an item of Markdown.
fn terraform_page(mistake: &Mistake) -> Option<Files> {
    let module = terraform_rancher(mistake)?.remove(0).1;
    let listing = indented(&format!("```hcl\n{module}```"), 2);
    Some(vec![("docs/edge.md", format!("# Edge\n\n- Apply é:\n\n{listing}"))])
}

/// Objects of Terraform's in place of text; manifests are the values of charts.
fn terraform_objects(mistake: &Mistake) -> Option<Files> {
    let charts = match &mistake.manifest {
        None => String::new(),
        Some(Manifest::Chart { name, namespace: "kube-system", values }) => {
            format!("    chart_values = yamlencode({{ \"{name}\" = {} }})\n", object(values)?)
        }
        Some(_) => return None,
    };
    let quoted = |value: &Value| match value {
        Value::One(value) => format!("\"{value}\""),
        Value::Many(values) => {
            let items: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
            format!("[{}]", items.join(", "))
        }
    };
    let entries: Vec<String> = mistake
        .config
        .iter()
        .map(|(key, value)| format!("\"{key}\" = {}", quoted(value)))
        .collect();
    let config = format!("    machine_global_config = yamlencode({{ {} }})\n", entries.join(", "));
    Some(rancher_module(&format!("{config}{charts}")))
}

/// The mapping of one key on each line as an object.
fn object(values: &str) -> Option<String> {
    let mut text = String::new();
    for line in values.lines() {
        let (key, value) = line.trim().split_once(':')?;
        text += &match value.trim() {
            "" => format!("{{ \"{key}\" = "),
            value => format!("{{ \"{key}\" = \"{value}\""),
        };
    }
    Some(format!("{text}{}", " }".repeat(values.lines().count())))
}

fn write_files(mistake: &Mistake) -> String {
    let entries = on_machine(mistake)
        .into_iter()
        .map(|(path, text)| format!("  - path: {path}\n    content: |\n{}", indented(&text, 6)));
    format!("#cloud-config\nwrite_files:\n{}", entries.collect::<String>())
}

fn terraform_user_data(mistake: &Mistake) -> Option<Files> {
    let text = format!(
        "resource \"openstack_compute_instance_v2\" \"server\" {{\n  name = \"server\"\n  \
         user_data = <<-EOT\n{}  EOT\n}}\n",
        indented(&write_files(mistake), 4)
    );
    Some(vec![("modules/edge/main.tf", text)])
}

fn terraform_template(mistake: &Mistake) -> Option<Files> {
    let entries = on_machine(mistake).into_iter().map(|(path, text)| {
        let text = match path {
            CONFIG => format!("{text}token: ${{token}}\n%{{ if vip != \"\" ~}}\n%{{ endif ~}}\n"),
            _ => text,
        };
        format!("  - path: {path}\n    content: |\n{}", indented(&text, 6))
    });
    let text = format!("#cloud-config\nwrite_files:\n{}", entries.collect::<String>());
    Some(vec![("modules/edge/cloud-init.yaml.tftpl", text)])
}
