//! Files as they are, and what brings files to a machine.

use super::{
    Container, Files,
    planted::{Mistake, indented},
    unmarked,
};
use base64::prelude::{BASE64_STANDARD, Engine};
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

pub(super) const ALL: [Container; 10] = [
    ("plain", plain),
    ("drop-in", drop_in),
    ("cloud-init", |mistake| Some(cloud_init(mistake, block))),
    ("cloud-init-quoted", |mistake| Some(cloud_init(mistake, quoted))),
    ("cloud-init-b64", |mistake| {
        Some(cloud_init(mistake, |text| encoded(text, "b64", |bytes| bytes.to_vec())))
    }),
    ("cloud-init-gz", |mistake| {
        Some(cloud_init(mistake, |text| encoded(text, "gz+b64", compressed)))
    }),
    ("runcmd", runcmd),
    ("butane", butane),
    ("ignition", ignition),
    ("edge-image", edge_image),
];

pub(super) const CONFIG: &str = "/etc/rancher/rke2/config.yaml";
pub(super) const MANIFEST: &str = "/var/lib/rancher/rke2/server/manifests/extra.yaml";

/// The files of a machine, with their paths there.
pub(super) fn on_machine(mistake: &Mistake) -> Vec<(&'static str, String)> {
    let manifest = mistake.manifest_yaml().map(|text| (MANIFEST, text));
    [(CONFIG, mistake.config_yaml())].into_iter().chain(manifest).collect()
}

fn plain(mistake: &Mistake) -> Option<Files> {
    let manifest = mistake.manifest_yaml().map(|text| ("cluster/manifests/extra.yaml", text));
    let config = ("cluster/config.yaml", mistake.config_yaml());
    Some([config].into_iter().chain(manifest).collect())
}

fn drop_in(mistake: &Mistake) -> Option<Files> {
    let mut files = plain(mistake)?;
    files[0].0 = "cluster/config.yaml.d/50-network.yaml";
    files.push(("cluster/config.yaml", "write-kubeconfig-mode: \"0640\"\n".to_owned()));
    Some(files)
}

/// `encoding` and `content` of a file.
fn cloud_init(mistake: &Mistake, content: impl Fn(&str) -> String) -> Files {
    let entries = on_machine(mistake).into_iter().map(|(path, text)| {
        format!("  - path: {path}\n    permissions: '0600'\n{}", content(&text))
    });
    let files: String = entries.collect();
    vec![("nodes/user-data.yaml", format!("#cloud-config\nwrite_files:\n{files}"))]
}

/// Commands that write the files once the machine runs.
fn runcmd(mistake: &Mistake) -> Option<Files> {
    let commands = on_machine(mistake).into_iter().map(|(path, text)| {
        let here = format!("cat > {path} <<'EOF'\n{}\nEOF\n", text.trim_end());
        format!("  - |\n{}", indented(&here, 4))
    });
    let commands: String = commands.collect();
    let text = format!("#cloud-config\nruncmd:\n{commands}  - systemctl start rke2-server\n");
    Some(vec![("nodes/user-data.yaml", text)])
}

fn block(text: &str) -> String {
    format!("    content: |\n{}", indented(text, 6))
}

fn quoted(text: &str) -> String {
    format!("    content: \"{}\"\n", escaped(text))
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// All of it is the place of what is in it.
fn encoded(text: &str, encoding: &str, pack: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let (text, place) = unmarked(text);
    let code = BASE64_STANDARD.encode(pack(text.as_bytes()));
    let code = if place.is_some() { format!("«{code}»") } else { code };
    format!("    encoding: {encoding}\n    content: {code}\n")
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn butane(mistake: &Mistake) -> Option<Files> {
    let entries = on_machine(mistake).into_iter().map(|(path, text)| {
        format!("    - path: {path}\n      contents:\n        inline: |\n{}", indented(&text, 10))
    });
    let files: String = entries.collect();
    let text = format!("variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n{files}");
    Some(vec![("nodes/server.bu", text)])
}

/// Percent-encoded as a URL's data.
fn ignition(mistake: &Mistake) -> Option<Files> {
    let code = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let url = |text: &str| match text.split_once('«') {
        None => format!("data:,{}", code(text)),
        Some((before, rest)) => {
            let (marked, after) = rest.split_once('»').expect("a mark has an end");
            format!("data:,{}«{}»{}", code(before), code(marked), code(after))
        }
    };
    let entries: Vec<String> = on_machine(mistake)
        .into_iter()
        .map(|(path, text)| {
            format!(r#"{{"path": "{path}", "contents": {{"source": "{}"}}}}"#, url(&text))
        })
        .collect();
    let text = format!(
        r#"{{"ignition": {{"version": "3.4.0"}}, "storage": {{"files": [{}]}}}}"#,
        entries.join(", ")
    );
    Some(vec![("nodes/server.ign", text)])
}

fn edge_image(mistake: &Mistake) -> Option<Files> {
    let definition = "apiVersion: 1.3\nimage:\n  imageType: iso\n  arch: x86_64\n  \
                      baseImage: base.iso\n  outputImageName: site.iso\nkubernetes:\n  \
                      version: v1.33.5+rke2r1\n";
    let mut files = vec![
        ("site.yaml", definition.to_owned()),
        ("kubernetes/config/server.yaml", mistake.config_yaml()),
    ];
    files.extend(mistake.manifest_yaml().map(|text| ("kubernetes/manifests/extra.yaml", text)));
    Some(files)
}
