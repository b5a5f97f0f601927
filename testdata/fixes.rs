//! What fixes make of the pages' examples, and that they touch nothing else.

use crate::{
    cli::Folder,
    docs::{Example, examples, without_assertion},
};
use rke2lint::{
    diag::Safety,
    engine::{Checked, Workspace},
    lint::Lint,
    lints,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::{Command, Stdio},
    thread,
    time::Instant,
};

type Texts = BTreeMap<String, String>;

fn workspace(example: &Example) -> Workspace {
    let mut workspace = Workspace::new();
    example.files.iter().for_each(|(path, text)| workspace.set(path, text));
    workspace
}

/// The rule's own fixes, made; `None` if it has none there.
fn repaired(lint: &Lint, example: &Example) -> Option<(Workspace, Texts)> {
    let mut workspace = workspace(example);
    let files = workspace.repair(Safety::Unsafe, |_, it| it.diagnostic.rule == lint.id()).files;
    let texts: Texts = files.into_iter().map(|(path, texts)| (path, texts.new)).collect();
    (!texts.is_empty()).then_some((workspace, texts))
}

fn plain(text: &str) -> String {
    text.lines().map(|line| without_assertion(line).trim_end().to_owned() + "\n").collect()
}

fn rules(checked: &Checked) -> BTreeSet<&'static str> {
    checked.findings.iter().map(|finding| finding.diagnostic.rule).collect()
}

/// Writes what is made into the page, between its bad and its good examples.
fn update(lint: &Lint, made: &[Texts], safety: Option<&str>) {
    let (id, group) = (lint.id(), &lint.meta().group);
    let path = format!("{}/lints/{group}/{id}.md", env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(&path).expect("a page");
    let (bad, rest) = page.split_once("\n## Good").expect("a good example");
    let bad = bad.split("\n## Fixed\n").next().expect("a part").trim_end();
    let sign = |path: &str| match path.rsplit('.').next() {
        Some("json") => "json",
        Some("sh") => "sh",
        _ => "yaml",
    };
    let block = |(path, text): (&String, &String)| {
        format!("\n`{path}`:\n\n```{}\n{}```\n", sign(path), plain(text))
    };
    let blocks: Vec<String> = made.iter().map(|texts| texts.iter().map(block).collect()).collect();
    let fixed = blocks.join("\nThe other:\n");
    let mut page = format!("{bad}\n\n## Fixed\n{fixed}\n## Good{rest}");
    if let (Some(safety), None) = (safety, lint.meta().fix) {
        page = page.replacen("\nreleases:", &format!("\nfix: {safety}\nreleases:"), 1);
    }
    fs::write(path, page).expect("the page is ours");
}

#[test]
fn fixes_make_what_pages_say() {
    let mut failures = Vec::new();
    for lint in lints::all() {
        let (id, all) = (lint.id(), examples(lint.text()));
        let of = |section: &'static str| all.iter().filter(move |it| it.section == section);
        let mut fixed = of("Fixed");
        let mut offered = BTreeSet::new();
        let mut all_made = Vec::new();
        for bad in of("Bad") {
            let findings = workspace(bad).check().findings;
            let own = findings.iter().filter(|finding| finding.diagnostic.rule == id);
            offered.extend(
                own.flat_map(|finding| &finding.diagnostic.fixes).map(|fix| fix.safety.name()),
            );
            let Some((after, texts)) = repaired(lint, bad) else { continue };
            all_made.push(texts.clone());
            let show = || texts.iter().map(|(path, text)| format!("`{path}`:\n{}", plain(text)));
            let Some(expected) = fixed.next() else {
                failures.push(format!("{id}: no `## Fixed` for\n{}", show().collect::<String>()));
                continue;
            };
            let expected: Texts =
                expected.files.iter().map(|(path, text)| (path.clone(), plain(text))).collect();
            let made: Texts =
                texts.iter().map(|(path, text)| (path.clone(), plain(text))).collect();
            if made != expected {
                failures.push(format!("{id}: `## Fixed` isn't\n{}", show().collect::<String>()));
            }
            let (before, now) = (workspace(bad).check(), after.check());
            let left: Vec<_> = rules(&now).difference(&rules(&before)).copied().collect();
            let is_silent = !now
                .findings
                .iter()
                .any(|it| it.diagnostic.rule == id && !it.diagnostic.fixes.is_empty());
            if !left.is_empty() || !is_silent {
                failures.push(format!("{id}: after the fix there is {left:?}"));
            }
        }
        if fixed.next().is_some() {
            failures.push(format!("{id}: `## Fixed` of nothing"));
        }
        if std::env::var_os("UPDATE").is_some() && !all_made.is_empty() {
            update(lint, &all_made, offered.first().copied());
        }
        let said: BTreeSet<&str> = lint.meta().fix.iter().map(|fix| fix.name()).collect();
        if !said.is_subset(&offered) || said.is_empty() != offered.is_empty() {
            failures.push(format!("{id}: the page says {said:?}, and there are {offered:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// A repository with something for most rules that have fixes.
const FILES: [(&str, &str); 6] = [
    (
        "server/config.yaml",
        "# Ä\r\ncni: \"canal,multus\"  # first?\r\ncluster-cidr: 10.42.7.0/16\r\n",
    ),
    ("a b/rke2/config.yaml", "token: hunter2\ntls_san: [a.example.org] # no\ncni: Canal"),
    (
        "server/manifests/canal.yaml",
        "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata:\n  name: \
        rke2-canal\n  namespace: 'canal'\nspec:\n  valuesContent: |2-\n      # é☕\n      flannel:\n        \
        ifacee: eth1\n",
    ),
    (
        "user-data",
        "#cloud-config\nwrite_files:\n- path: /etc/rancher/rke2/config.yaml\n  content: |\n    \
        cni: [canal, multus]\n- path: /etc/rancher/rke2/config.yaml.d/1.yaml\n  content: \"service-cidr: \
        10.43.9.0/16\\n\"\n",
    ),
    ("docs/README.md", "```yaml\ncni: [canal, multus]\n```\n"),
    ("c/rke2/config.yaml.j2", "{% if x %}\ncni: [canal, multus]\n{% endif %}\ntls-san: [b]\n"),
];

fn texts(folder: &Folder) -> Texts {
    let read = |(path, _): &(&str, &str)| {
        let text = fs::read_to_string(folder.path().join(path)).expect("a file of the test");
        ((*path).to_owned(), text)
    };
    FILES.iter().map(read).collect()
}

#[test]
fn fixes_touch_their_bytes_alone() {
    let folder = Folder::new("fix-bytes", &FILES);
    let (_, err) = folder.run(&["--fix", "--unsafe-fixes", "--output", "concise"], 1);
    assert!(err.starts_with("Repaired 8 findings in 4 files."), "{err}");
    let now = texts(&folder);
    for (path, old) in FILES {
        let expected = match path {
            "server/config.yaml" => {
                old.replace("canal,multus", "multus,canal").replace("42.7.0", "42.0.0")
            }
            "a b/rke2/config.yaml" => old.replace("tls_san", "tls-san").replace("Canal", "canal"),
            "server/manifests/canal.yaml" => {
                old.replace("'canal'", "'kube-system'").replace("ifacee", "iface")
            }
            "user-data" => {
                old.replace("canal, multus", "multus, canal").replace("43.9.0", "43.0.0")
            }
            _ => old.to_owned(),
        };
        assert_eq!(now[path], expected, "{path}");
    }
    // Twice is once.
    let (_, err) = folder.run(&["--fix", "--unsafe-fixes"], 1);
    assert!(!err.contains("Repaired") && texts(&folder) == now, "{err}");
}

#[test]
fn safe_fixes_come_first_and_alone() {
    let folder = Folder::new("fix-safe", &FILES);
    folder.run(&["--fix"], 1);
    let now = texts(&folder);
    assert!(
        now["a b/rke2/config.yaml"].contains("tls_san")
            && now["server/config.yaml"].contains("multus,")
    );
    let (_, err) = folder.run(&[], 1);
    assert!(err.contains("fixable with `--fix --unsafe-fixes`"), "{err}");
}

/// Files that get another name, or are made.
const MOVED: [(&str, &str); 5] = [
    (".rke2lint.yaml", "rke2-version: v1.33.5+rke2r1\n"),
    ("a/etc/rancher/rke2/config.yaml", "cni: [cilium, multus]\n"),
    ("a/etc/rancher/rke2/config.yaml.d/ä b.conf", "cluster-cidr: 10.42.7.0/16\n"),
    ("a/etc/rancher/rke2/config.yaml.d/x.yaml.bak", "node-name: a\n"),
    (
        "a/var/lib/rancher/rke2/server/manifests/b_.yaml",
        "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata:\n  name: rke2-multus\n",
    ),
];

/// All files of a folder, by their paths in it.
fn tree(folder: &Folder) -> Texts {
    let mut found = Texts::new();
    let mut folders = vec![folder.path().to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(folder.path()).expect("it lies in it");
            let name = name.to_string_lossy().into_owned();
            match path.is_dir() {
                true => folders.push(path),
                false => drop(found.insert(name, fs::read_to_string(path).expect("text"))),
            }
        }
    }
    found
}

#[test]
fn files_are_made_and_renamed_once() {
    let folder = Folder::new("fix-moved", &MOVED);
    let (_, err) = folder.run(&["--fix", "--unsafe-fixes"], 0);
    assert!(err.contains("Repaired"), "{err}");
    let now = tree(&folder);
    let drop_in = "a/etc/rancher/rke2/config.yaml.d/ä b.yaml";
    assert_eq!(now[drop_in], "cluster-cidr: 10.42.0.0/16\n", "{now:#?}");
    let made = "a/var/lib/rancher/rke2/server/manifests/rke2-cilium-config.yaml";
    assert!(now[made].contains("      exclusive: false\n"), "{now:#?}");
    let (_, err) = folder.run(&["--fix", "--unsafe-fixes"], 0);
    assert!(!err.contains("Repaired") && tree(&folder) == now, "{err}");
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let taken = "a/var/lib/rancher/rke2/server/manifests/rke2-cilium-config.yaml";
    let folder = Folder::new("fix-taken", &MOVED);
    // What git ignores isn't read.
    folder.write(".gitignore", taken.as_bytes());
    folder.write(taken, b"\x00\x01");
    let (_, err) = folder.run(&["--fix", "--unsafe-fixes"], 2);
    assert!(err.contains("is there; nothing is changed in it"), "{err}");
    assert_eq!(fs::read(folder.path().join(taken)).expect("it is there"), b"\x00\x01");
}

#[test]
fn a_patch_is_what_is_written() {
    for (tool, files) in
        [("git", &FILES[..]), ("patch", &FILES[..]), ("git", &MOVED[..]), ("patch", &MOVED[..])]
    {
        let name = format!("{tool}-{}", files.len());
        let patched = Folder::new(&format!("fix-patch-{name}"), files);
        let written = Folder::new(&format!("fix-written-{name}"), files);
        let args = ["--unsafe-fixes", "--select", "addressing,cni,charts,files,multus"];
        let (patch, err) = patched.run(&[&["--diff"], &args[..]].concat(), 1);
        assert!(err.contains("would repair"), "{err}");
        assert_eq!(tree(&patched), tree(&Folder::new("fix-untouched", files)));
        patched.write("../fix.patch", patch.as_bytes());
        let mut command = Command::new(tool);
        let args_of: &[&str] = match tool {
            "git" => &["apply", "--unsafe-paths", "--directory=."],
            _ => &["-p1", "--binary", "--silent", "--input"],
        };
        let path = patched.path().join("../fix.patch");
        let ceiling = patched.path().parent().expect("a parent").to_owned();
        command.current_dir(patched.path()).env("GIT_CEILING_DIRECTORIES", ceiling);
        drop(fs::remove_dir(patched.path().join(".git")));
        let output = command.args(args_of).arg(path).output().expect("the tool runs");
        assert!(
            output.status.success(),
            "{tool} {}\n{patch}",
            String::from_utf8_lossy(&output.stderr)
        );
        let left = i32::from(files.len() == FILES.len());
        written.run(&[&["--fix"], &args[..]].concat(), left);
        assert_eq!(tree(&patched), tree(&written), "{tool}\n{patch}");
    }
}

#[test]
fn a_patch_shows_no_secret() {
    let near = "cni: [canal, multus]\ntoken: hunter2\n";
    let far = "cni: [canal, multus]\na: 1\nb: 2\ntoken: hunter2\n";
    let folder = Folder::new("fix-secret", &[("a/config.yaml", near), ("b/config.yaml", far)]);
    let (patch, err) = folder.run(&["--diff"], 1);
    assert!(
        patch.contains("+++ b/b/config.yaml") && !patch.contains("a/config.yaml\n+++ b/a"),
        "{patch}"
    );
    assert!(err.contains("a/config.yaml: left out of the patch"), "{err}");
    assert!(!patch.contains("hunter") && !err.contains("hunter"), "{patch}{err}");
}

#[test]
fn fixes_in_reports_show_no_secret() {
    let values = "    rke2-coredns:\n      podAnnotations:\n        my-token: hunter2\n";
    let chart = format!(
        "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata:\n  name: rke2-coredns\n  \
        namespace: kube-system\nspec:\n  valuesContent: |-\n{values}"
    );
    let flow = "cni: canal\n{a: 1, tls_san: [b], token: hunter2}\n";
    let files = [("manifests/a.yaml", chart.as_str()), ("config.yaml", flow)];
    let folder = Folder::new("fix-report-secret", &files);
    for format in ["human", "json", "jsonl", "sarif", "rdjson"] {
        let (out, err) = folder.run(&["--output", format], 1);
        assert!(!out.contains("hunter") && !err.contains("hunter"), "{format}: {out}{err}");
    }
}

#[test]
fn nothing_to_repair_is_no_patch() {
    let folder = Folder::new("fix-nothing", &[("config.yaml", "cni: canal\n")]);
    let (patch, _) = folder.run(&["--diff"], 0);
    assert_eq!(patch, "");
    folder.run(&["--fix", "--diff"], 2);
    folder.run(&["--diff", "--output", "json"], 2);
}

#[cfg(unix)]
#[test]
fn what_is_written_keeps_its_permissions_and_its_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("fix-links", &[("base/config.yaml", "cni: [canal, multus]\n")]);
    let other = Folder::new("fix-links-other", &[("out.yaml", "cni: [canal, multus]\n")]);
    let base = folder.path().join("base/config.yaml");
    fs::set_permissions(&base, fs::Permissions::from_mode(0o640)).expect("it is ours");
    fs::create_dir(folder.path().join("a")).expect("a folder");
    symlink("../base/config.yaml", folder.path().join("a/config.yaml")).expect("a link");
    folder.run(&["--fix", "base"], 0);
    assert_eq!(fs::metadata(&base).expect("it is there").permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_to_string(&base).expect("text"), "cni: [multus, canal]\n");
    assert!(folder.path().join("a/config.yaml").is_symlink());
    fs::create_dir(folder.path().join("b")).expect("a folder");
    symlink(other.path().join("out.yaml"), folder.path().join("b/config.yaml")).expect("a link");
    let (_, err) = folder.run(&["--fix", "b"], 2);
    assert!(err.contains("a link that leaves the repository"), "{err}");
    assert_eq!(
        fs::read_to_string(other.path().join("out.yaml")).expect("text"),
        "cni: [canal, multus]\n"
    );
}

/// Whenever it is killed, a file is old or new.
#[cfg(unix)]
#[test]
fn a_killed_run_leaves_whole_files() {
    let old = format!("cni: [canal, multus]\n{}", "# A long comment.\n".repeat(20_000));
    let new = old.replace("canal, multus", "multus, canal");
    let folder = Folder::new("fix-killed", &[]);
    let start = || {
        folder.write("config.yaml", old.as_bytes());
        Command::new(env!("CARGO_BIN_EXE_rke2lint"))
            .current_dir(folder.path())
            .args(["--fix", "--quiet", "--output", "concise"])
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary runs")
    };
    let began = Instant::now();
    start().wait().expect("it ends");
    let whole = began.elapsed();
    let (mut before, mut after) = (0, 0);
    for round in 0..200 {
        let mut child = start();
        // The end is where files are written.
        thread::sleep(whole.mul_f64(0.6 + 0.004 * f64::from(round)));
        drop(child.kill());
        drop(child.wait());
        match fs::read_to_string(folder.path().join("config.yaml")).expect("a file") {
            text if text == old => before += 1,
            text if text == new => after += 1,
            text => panic!("{} bytes of {}", text.len(), old.len()),
        }
    }
    assert!(before > 0 && after > 0, "{before} {after}");
}
