//! How a team takes the tool up: comments, baselines, changed lines, levels.

use crate::{cli::Folder, repos};
use rke2lint::{
    engine::{Checked, Silenced, Workspace},
    report::write_baseline,
};
use std::{fs, path::Path, process::Command};

const ORDER: &str = "cni: [canal, multus]\n";

fn check(files: &[(&str, &str)]) -> Vec<String> {
    let mut workspace = Workspace::new();
    files.iter().for_each(|(path, text)| workspace.set(path, text));
    described(&workspace, &workspace.check())
}

/// `PATH:LINE RULE`, those that are silenced in brackets.
fn described(workspace: &Workspace, checked: &Checked) -> Vec<String> {
    let of = |finding: &rke2lint::engine::Finding| {
        let span = finding.diagnostic.primary.span;
        let file = workspace.sources().get(span.file);
        let line = file.position(span.start).line;
        let text = format!("{}:{line} {}", file.path, finding.diagnostic.rule);
        match &finding.silenced {
            None => text,
            Some(Silenced::Baselined) => format!("[{text}]"),
            Some(Silenced::Allowed { reason }) => format!("[{text}: {reason}]"),
        }
    };
    checked.findings.iter().chain(&checked.silenced).map(of).collect()
}

#[test]
fn a_comment_allows_a_finding_of_its_line() {
    let text = "cni: [canal, multus]  # rke2lint: allow(multus-not-first): a lab\n";
    assert_eq!(check(&[("config.yaml", text)]), ["[config.yaml:1 multus-not-first: a lab]"]);
    let text = "token: x\n# rke2lint: allow(multus-not-first): a lab\ncni: [canal, multus]\n";
    assert_eq!(check(&[("config.yaml", text)]), ["[config.yaml:3 multus-not-first: a lab]"]);
    let text = "token: x\ncni:\n- canal\n- multus  # rke2lint: allow(multus-not-first): a lab\n";
    assert_eq!(check(&[("config.yaml", text)]), ["[config.yaml:4 multus-not-first: a lab]"]);
}

#[test]
fn a_comment_at_the_top_allows_those_of_a_file() {
    let text = "# rke2lint: allow(multus-not-first, invalid-cidr): a lab\n\ncni: [canal, multus]\ncluster-cidr: x\n";
    let expected =
        ["[config.yaml:3 multus-not-first: a lab]", "[config.yaml:4 invalid-cidr: a lab]"];
    assert_eq!(check(&[("config.yaml", text)]), expected);
}

#[test]
fn comments_work_inside_of_block_scalars() {
    let chart = "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata:\n  name: rke2-cilium\n  \
                 namespace: kube-system\nspec:\n  valuesContent: |-\n    cni:\n      \
                 # rke2lint: allow(multus-cilium-exclusive): until Friday\n      exclusive: true\n";
    let files = [("a/manifests/cilium.yaml", chart), ("a/config.yaml", "cni: [multus, cilium]\n")];
    let expected = ["[a/manifests/cilium.yaml:10 multus-cilium-exclusive: until Friday]"];
    assert_eq!(check(&files), expected);
    let data = "#cloud-config\nwrite_files:\n- path: /etc/rancher/rke2/config.yaml\n  content: |\n    cni:\n    \
                - canal\n    - multus  # rke2lint: allow(multus-not-first): a lab\n";
    assert_eq!(check(&[("user-data", data)]), ["[user-data:7 multus-not-first: a lab]"]);
    let script = "cat > /etc/rancher/rke2/config.yaml <<EOF\ncni: [canal, multus]  \
                  # rke2lint: allow(multus-not-first): a lab\nEOF\n";
    assert_eq!(check(&[("a.sh", script)]), ["[a.sh:2 multus-not-first: a lab]"]);
}

#[test]
fn comments_that_allow_nothing_are_findings() {
    let text = "cni: canal  # rke2lint: allow(multus-not-first): a lab\n";
    assert_eq!(check(&[("config.yaml", text)]), ["config.yaml:1 allow-unused"]);
    let text = "cni: [canal, multus]  # rke2lint: allow(multus-not-frist): a lab\n";
    let expected = ["config.yaml:1 multus-not-first", "config.yaml:1 allow-invalid"];
    assert_eq!(check(&[("config.yaml", text)]), expected);
    let text = "cni: [canal, multus]  # rke2lint: allow(multus-not-first)\n";
    assert_eq!(check(&[("config.yaml", text)]), expected);
    let text = "cni: [canal, multus]  # rke2lint: allow(cni): a lab\n";
    assert_eq!(check(&[("config.yaml", text)]), expected);
    let text = "cni: canal  # rke2lint: allow(allow-unused): a lab\n";
    assert_eq!(check(&[("config.yaml", text)]), ["config.yaml:1 allow-invalid"]);
    // The rest of a comment stays in force.
    let text = "cni: [canal, multus]  # rke2lint: allow(multus-not-first, invalid-cidr): a lab\n";
    let expected = ["config.yaml:1 allow-unused", "[config.yaml:1 multus-not-first: a lab]"];
    assert_eq!(check(&[("config.yaml", text)]), expected);
}

#[test]
fn an_unused_comment_says_where_the_finding_is() {
    let drop_in = "# a\ntoken: x\ncni+: [multus]\n";
    let main = "token: x\ncni: [canal]  # rke2lint: allow(multus-not-first): a lab\n";
    let mut workspace = Workspace::new();
    workspace.set("config.yaml", main);
    workspace.set("config.yaml.d/1.yaml", drop_in);
    let checked = workspace.check();
    let fixes: Vec<&str> =
        checked.findings.iter().flat_map(|it| &it.diagnostic.fix).map(String::as_str).collect();
    assert!(fixes.contains(&"the finding's place is config.yaml.d/1.yaml:3"), "{fixes:?}");
}

#[test]
fn comments_are_not_judged_by_what_could_not_be_read() {
    let text = "cni: {{ x }  # rke2lint: allow(multus-not-first): a lab\ntoken: x: y\n";
    let found = check(&[("rke2/config.yaml", text)]);
    assert!(!found.iter().any(|it| it.contains("allow-unused")), "{found:?}");
    let mut workspace = Workspace::new();
    workspace.set("config.yaml", "cni: canal  # rke2lint: allow(multus-not-first): a lab\n");
    workspace.release = rke2lint::facts::Releases::parse("v1.34.2");
    assert!(workspace.check().findings.is_empty());
}

#[test]
fn a_comment_is_taken_out_whole() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut workspace = Workspace::new();
        workspace.set("config.yaml", text);
        let checked = workspace.check();
        let unused = checked.findings.iter().find(|it| it.diagnostic.rule == "allow-unused");
        let edit = &unused.expect("one").diagnostic.fixes[0].edits[0];
        let mut text = text.to_owned();
        text.replace_range(edit.span.range(), &edit.text);
        assert_eq!(text, expected);
    }
    check("cni: canal # rke2lint: allow(invalid-cidr): x\nx: 1\n", "cni: canal\nx: 1\n");
    check("cni: canal\r\n# rke2lint: allow(invalid-cidr): x\r\nx: 1\r\n", "cni: canal\r\nx: 1\r\n");
    let both = "cni: [canal, multus] # rke2lint: allow(multus-not-first , invalid-cidr): x\n";
    check(both, "cni: [canal, multus] # rke2lint: allow(multus-not-first): x\n");
    let both = "cni: [canal, multus] # rke2lint: allow(invalid-cidr, multus-not-first): x\n";
    check(both, "cni: [canal, multus] # rke2lint: allow(multus-not-first): x\n");
}

#[test]
fn levels_hold_for_paths() {
    let config = "levels: { cni: warning }\nper-path:\n- paths: [lab]\n  levels: { multus-not-first: off }\n\
                  - paths: lab/keep/**\n  levels: { multus-not-first: note }\n";
    let mut workspace = Workspace::new();
    workspace.set(".rke2lint.yaml", config);
    for path in ["config.yaml", "lab/config.yaml", "lab/keep/config.yaml"] {
        workspace.set(path, ORDER);
    }
    let checked = workspace.check();
    let levels: Vec<(&str, &str)> = checked
        .findings
        .iter()
        .map(|it| (it.diagnostic.rule, it.diagnostic.level.name()))
        .collect();
    assert_eq!(levels, [("multus-not-first", "warning"), ("multus-not-first", "note")]);
}

#[test]
fn what_is_not_ignorable_is_silenced_by_nothing() {
    let config = "not-ignorable: cni\n";
    let text = "cni: [canal, multus]  # rke2lint: allow(multus-not-first): a lab\n";
    let files = [(".rke2lint.yaml", config), ("config.yaml", text)];
    let expected = ["config.yaml:1 multus-not-first", "config.yaml:1 allow-invalid"];
    assert_eq!(check(&files), expected);
    let folder = Folder::new("binding", &[(".rke2lint.yaml", config), ("config.yaml", ORDER)]);
    let (_, err) = folder.run(&["--ignore", "multus-not-first"], 2);
    assert!(err.contains("not-ignorable"), "{err}");
    folder.run(&["baseline", "create"], 0);
    let (out, _) = folder.run(&["--output", "concise"], 1);
    assert!(out.contains("multus-not-first"), "{out}");
    folder.write(".rke2lint.yaml", b"not-ignorable: [multus-not-first]\nlevels: { cni: off }\n");
    let (out, _) = folder.run(&["--output", "concise"], 2);
    assert!(out.contains(".rke2lint.yaml:2:16: error[config-invalid]"), "{out}");
    assert!(out.contains("config.yaml:1:14: error[multus-not-first]"), "{out}");
}

#[test]
fn a_baseline_hides_what_is_known_and_tells_what_is_gone() {
    let folder = Folder::new("baseline", &[("config.yaml", ORDER)]);
    folder.write("b/config.yaml", b"cni: canal\ncluster-cidr: x\n");
    folder.run(&["baseline", "update"], 2);
    let (_, err) = folder.run(&["baseline", "create"], 0);
    assert!(err.contains("2 findings known"), "{err}");
    let (_, err) = folder.run(&["baseline", "create"], 2);
    assert!(err.contains("baseline update"), "{err}");
    let (out, err) = folder.run(&["--output", "concise"], 0);
    assert!(out.is_empty() && err.contains("Found nothing to report (2 in the baseline)"), "{err}");
    let (out, _) = folder.run(&["--no-baseline", "--output", "concise"], 1);
    assert_eq!(out.lines().count(), 2);
    // Lines move, and the value stays.
    folder.write("config.yaml", b"# a\ntoken: x\n\ncni: [ canal,  multus ]\n");
    folder.run(&[], 0);
    // One is repaired, another comes.
    folder.write("config.yaml", b"cni: [multus, canal]\nservice-cidr: x\n");
    let (out, _) = folder.run(&["--output", "concise"], 1);
    let rules: Vec<&str> = out.lines().filter_map(|line| line.split(['[', ']']).nth(1)).collect();
    assert_eq!(rules, ["baseline-stale", "invalid-cidr"], "{out}");
    assert!(out.contains(".rke2lint-baseline.json:5:"), "{out}");
    let (_, err) = folder.run(&["baseline", "prune"], 0);
    assert!(err.contains("1 finding known, 1 stale entry removed."), "{err}");
    folder.run(&["--output", "concise"], 1);
    folder.run(&["baseline", "update"], 0);
    folder.run(&[], 0);
    // Elsewhere, and not there.
    folder.run(&["--baseline", "none.json"], 2);
    folder.write(".rke2lint.yaml", b"baseline: known.json\n");
    let (_, err) = folder.run(&[], 2);
    assert!(err.contains("known.json") && err.contains("baseline create"), "{err}");
    folder.run(&["baseline", "create"], 0);
    folder.run(&[], 0);
    let (out, _) = folder.run(&["--show-files", "known.json"], 0);
    assert!(out.contains("left: known findings"), "{out}");
    folder.write("known.json", b"{\"version\": 2}");
    let (out, _) = folder.run(&["--output", "concise"], 2);
    assert!(out.contains("known.json:1:13: error[config-invalid]"), "{out}");
    folder.write("known.json", b"[");
    folder.run(&["baseline", "update"], 2);
    assert_eq!(fs::read(folder.path().join("known.json")).expect("as it was"), b"[");
}

/// Numbers that look random, the same in each run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % below.max(1)
    }
}

/// A comment, a blank line or a document more, or documents in another order:
/// nothing that says anything else.
pub(crate) fn edited(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    match dice.next(4) {
        0 => lines.insert(0, "# A comment.\n".to_owned()),
        1 => lines.insert(0, "\n".to_owned()),
        2 => {
            let at = dice.next(lines.len());
            let key = lines[at].trim_start();
            let is_key = key.split_once(": ").or(key.strip_suffix(":\n").map(|key| (key, "")));
            let is_plain = |key: &str| key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            if is_key.is_some_and(|(key, _)| is_plain(key)) && !key.starts_with('-') {
                let indent = lines[at].len() - key.len();
                lines.insert(at, format!("{}# Another.\n", " ".repeat(indent)));
            }
        }
        _ => {
            let documents: Vec<&str> = text.split("---\n").collect();
            let is_plain = !text.contains("  ---") && text.starts_with("apiVersion");
            if documents.len() == 2 && is_plain && documents[0].ends_with('\n') {
                let last = documents[1].trim_end_matches('\n');
                return format!("{last}\n---\n{}", documents[0]);
            }
        }
    }
    lines.concat()
}

#[test]
fn harmless_edits_bring_nothing_new() {
    let mut dice = Dice(7);
    let mut edits = 0;
    for folder in repos::folders("repos") {
        let mut workspace = repos::open(&folder);
        let checked = workspace.check();
        let mut bytes = Vec::new();
        write_baseline(&workspace.baseline(&checked, true), &mut bytes).expect("memory takes all");
        workspace.set_baseline("known.json", &String::from_utf8(bytes).expect("text"));
        let files: Vec<(String, String)> = workspace
            .model()
            .files
            .iter()
            .filter(|file| file.carrier.is_none() && file.path.ends_with(".yaml"))
            .map(|file| (file.path.clone(), file.source.text.clone()))
            .collect();
        for _ in 0..if files.is_empty() { 0 } else { 50 } {
            let (path, text) = &files[dice.next(files.len())];
            let changed = edited(text, &mut dice);
            edits += usize::from(changed != *text);
            workspace.set(path, &changed);
            let after = workspace.check();
            let rules: Vec<String> = described(&workspace, &after)
                .into_iter()
                .filter(|line| !line.starts_with('['))
                .collect();
            assert!(rules.is_empty(), "{}: {path}: {rules:?}\n{changed}", folder.display());
            workspace.set(path, text);
        }
    }
    assert!(edits > 100, "{edits}");
}

fn git(folder: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@b", "-c"]);
    command.args(["commit.gpgsign=false", "-c", "init.defaultBranch=main"]).args(args);
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let output = command.output().expect("git runs");
    assert!(output.status.success(), "{args:?} {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn changed_lines_are_those_since_a_commit() {
    let text = "token: x\ncni: [canal, multus]\nnode-name: a\ncluster-cidr: 10.42.0.0/16\n";
    let folder = Folder::new("since", &[("a b/config.yaml", text), ("ä/config.yaml", ORDER)]);
    fs::remove_dir(folder.path().join(".git")).expect("it is empty");
    let path = folder.path();
    git(path, &["init", "--quiet"]);
    git(path, &["add", "."]);
    git(path, &["commit", "--quiet", "-m", "a"]);
    let (out, _) = folder.run(&["--since", "HEAD", "--output", "concise"], 0);
    assert_eq!(out, "");
    let (_, err) = folder.run(&["--since", "nowhere"], 2);
    assert!(err.contains("no such commit"), "{err}");
    let (_, err) = folder.run(&["--since", "--output=x"], 2);
    assert!(err.contains("no such commit") || err.contains("--since"), "{err}");
    let changed = text.replace("10.42.0.0/16", "10.42.0.0/99");
    folder.write("a b/config.yaml", changed.as_bytes());
    folder.write("new/config.yaml", ORDER.as_bytes());
    let places = |args: &[&str], code: i32| {
        let args = [args, &["--output", "concise"]].concat();
        let (out, _) = folder.run(&args, code);
        out.lines()
            .filter_map(|line| line.split(": ").next())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let expected = ["a b/config.yaml:4:15", "new/config.yaml:1:14"];
    assert_eq!(places(&["--since", "HEAD"], 1), expected);
    assert_eq!(places(&[], 1).len(), 4);
    // A line taken out touches those around it.
    let shorter = text.replace("node-name: a\n", "");
    folder.write("a b/config.yaml", shorter.as_bytes());
    assert_eq!(places(&["--since", "HEAD", "a b"], 1), ["a b/config.yaml:2:14"]);
    // A file that isn't text is wrong as a whole.
    folder.write("a b/config.yaml", text.as_bytes());
    folder.write("a b/config.yaml.d/1.yaml", b"cni: canal\n");
    git(path, &["add", "."]);
    git(path, &["commit", "--quiet", "-m", "c"]);
    folder.write("a b/config.yaml.d/1.yaml", b"cni: canal\n# \xff\n");
    assert_eq!(places(&["--since", "HEAD"], 1), ["a b/config.yaml.d/1.yaml:1:1"]);
    git(path, &["reset", "--quiet", "--hard", "HEAD^"]);
    // Since the branch began, not since what others did meanwhile.
    git(path, &["checkout", "--quiet", "-b", "other"]);
    git(path, &["stash", "--quiet", "-u"]);
    folder.write("later/config.yaml", ORDER.as_bytes());
    git(path, &["add", "."]);
    git(path, &["commit", "--quiet", "-m", "b"]);
    git(path, &["checkout", "--quiet", "main"]);
    folder.write("ä/config.yaml", b"# a\ncni: [canal, multus]  # b\n");
    assert_eq!(places(&["--since", "other"], 1), ["ä/config.yaml:2:14"]);
}

#[test]
fn what_is_staged_is_what_will_be_committed() {
    let folder = Folder::new("staged", &[("config.yaml", "cni: canal\n")]);
    fs::remove_dir(folder.path().join(".git")).expect("it is empty");
    let path = folder.path();
    git(path, &["init", "--quiet"]);
    git(path, &["add", "."]);
    git(path, &["commit", "--quiet", "-m", "a"]);
    let concise = ["check", "--staged", "--output", "concise"];
    // On disk, and not staged.
    folder.write("config.yaml", ORDER.as_bytes());
    folder.write("new/config.yaml", ORDER.as_bytes());
    assert_eq!(folder.run(&concise, 0).0, "");
    // Staged, and repaired on disk alone.
    git(path, &["add", "config.yaml"]);
    folder.write("config.yaml", b"cni: [multus, canal]\n");
    let (out, _) = folder.run(&concise, 1);
    assert!(out.starts_with("config.yaml:1:14: error[multus-not-first]"), "{out}");
    assert_eq!(out.lines().count(), 1, "{out}");
    fs::remove_file(path.join("config.yaml")).expect("it is there");
    let (out, _) = folder.run(&concise, 1);
    assert!(out.starts_with("config.yaml:1:14"), "{out}");
    // What the tool is told counts as it is staged, too.
    folder.write(".rke2lint.yaml", b"levels: { cni: off }\n");
    folder.run(&concise, 1);
    git(path, &["add", ".rke2lint.yaml"]);
    folder.write(".rke2lint.yaml", b"levels: {}\n");
    assert_eq!(folder.run(&concise, 0).0, "");
    folder.write(".rke2lint.yaml", b"");
    git(path, &["add", ".rke2lint.yaml"]);
    git(path, &["checkout-index", "--force", "config.yaml"]);
    folder.run(&["baseline", "create"], 0);
    folder.run(&concise, 1);
    git(path, &["add", ".rke2lint-baseline.json"]);
    fs::remove_file(path.join(".rke2lint-baseline.json")).expect("it is there");
    folder.run(&concise, 0);
}

#[test]
fn a_text_may_come_from_standard_input() {
    use std::{io::Write, process::Stdio};
    let folder =
        Folder::new("stdin", &[("a/config.yaml", "cni: canal\n"), ("b/config.yaml", ORDER)]);
    let run = |name: &str, text: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rke2lint"))
            .current_dir(folder.path())
            .args(["check", "--output", "concise", "--stdin-filename", name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(text.as_bytes()).expect("it is read");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        (String::from_utf8(output.stdout).expect("text"), output.status.code())
    };
    let (out, code) = run("a/config.yaml", ORDER);
    assert!(out.starts_with("a/config.yaml:1:14") && out.lines().count() == 1, "{out}");
    assert_eq!(code, Some(1));
    // One that isn't there yet belongs to the model, too.
    let (out, code) = run("a/config.yaml.d/1.yaml", "cni+: [multus]\n");
    assert!(out.starts_with("a/config.yaml.d/1.yaml:1:8: error[multus-not-first]"), "{out}");
    assert_eq!(code, Some(1));
    assert_eq!(run("b/config.yaml", "cni: canal\n"), (String::new(), Some(0)));
}

#[test]
fn the_configuration_is_begun_shown_and_described() {
    let folder = Folder::new("config", &[("config.yaml", ORDER)]);
    folder.run(&["config", "init"], 0);
    folder.run(&[], 1);
    let start = fs::read_to_string(folder.path().join(".rke2lint.yaml")).expect("it is written");
    let (_, err) = folder.run(&["config", "init"], 2);
    assert!(err.contains("there is one"), "{err}");
    // Each line that is a comment of YAML is right when it is taken at its word.
    let lines = start.lines().filter_map(|line| line.strip_prefix("# "));
    let is_yaml =
        |line: &&str| line.starts_with([' ', '-']) || line.contains(": ") || line.ends_with(':');
    let spoken = |line: &&str| {
        line.ends_with(['.', ',']) || line.starts_with('`') || line.contains("`rke2lint")
    };
    let yaml: Vec<&str> = lines.filter(is_yaml).filter(|line| !spoken(line)).collect();
    let yaml: Vec<&str> =
        yaml.into_iter().filter(|line| !line.contains("By rule or group")).collect();
    assert!(yaml.len() > 15, "{yaml:#?}");
    folder.write(".rke2lint.yaml", (yaml.join("\n") + "\n").as_bytes());
    fs::write(folder.path().join(".rke2lint-baseline.json"), "{\"version\": 1, \"findings\": []}")
        .expect("it is ours");
    let (shown, _) = folder.run(&["config", "show"], 0);
    for line in [
        "rke2-version: v1.34.2",
        "    servers: [\"clusters/prod/server*.yaml\"]",
        "  cidr-host-bits: error",
        "not-ignorable: [\"windows-unsupported-cni\"]",
        "  multus-not-first: error",
    ] {
        assert!(shown.lines().any(|it| it.starts_with(line)), "{line}\n{shown}");
    }
    // What is shown holds.
    folder.write(".rke2lint.yaml", shown.as_bytes());
    let (again, _) = folder.run(&["config", "show"], 0);
    assert_eq!(again, shown);
    folder.write(".rke2lint.yaml", b"levels: { multus-not-frist: off }\n");
    let (_, err) = folder.run(&["config", "show"], 2);
    assert!(err.contains(".rke2lint.yaml:1:11: there is no rule or group"), "{err}");
    let (schema, _) = folder.run(&["config", "schema"], 0);
    assert!(schema.contains("not-ignorable"), "{schema}");
}
