//! The binary itself: exit codes, arguments, what goes where.

use rke2lint::report::Format;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A folder that is gone when the test is.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).expect("a folder for the test");
        // Above this one there may be a repository of somebody's.
        fs::create_dir(path.join(".git")).expect("a work tree's root");
        let folder = Folder(path);
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder for the test");
        fs::write(path, bytes).expect("a file for the test");
    }

    #[track_caller]
    pub(crate) fn run(&self, args: &[&str], code: i32) -> (String, String) {
        let output = rke2lint(&self.0, args);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is text");
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{args:?}\n{out}\n{err}");
        (out, err)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn rke2lint(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rke2lint"));
    command.current_dir(folder).args(args).output().expect("the binary runs")
}

const BAD: (&str, &str) = ("config.yaml", "cni: [canal, multus]\n");
const GOOD: (&str, &str) = ("config.yaml", "cni: [multus, canal]\n");
const WARNING: (&str, &str) = ("config.yaml", "cni: canal\ncluster-cidr: 10.50.7.0/16\n");

#[test]
fn exit_codes_are_the_same_in_every_format() {
    let bad = Folder::new("codes-bad", &[BAD]);
    let good = Folder::new("codes-good", &[GOOD]);
    let empty = Folder::new("codes-empty", &[("a.yaml", "b: 1\n")]);
    let wrong = Folder::new("codes-wrong", &[GOOD, (".rke2lint.yaml", "level: {}\n")]);
    let warned = Folder::new("codes-warned", &[WARNING]);
    let unread = Folder::new("codes-unread", &[GOOD]);
    unread.write("manifests/a.yaml", b"kind: HelmChartConfig\n\xff\xfe\n");
    let allowed = "cni: [canal, multus]  # rke2lint: allow(multus-not-first): a lab\n";
    let allowed = Folder::new("codes-allowed", &[("config.yaml", allowed)]);
    for (format, _) in Format::NAMED {
        let run = |folder: &Folder, args: &[&str], code: i32| {
            let args = [&["check", "--output", format], args].concat();
            folder.run(&args, code).0
        };
        let to_file = |folder: &Folder, code: i32| {
            let output = format!("{format}=report");
            let out = folder.run(&["check", "--output", &output], code).0;
            assert_eq!(out, "");
            fs::read_to_string(folder.0.join("report")).expect("the report")
        };
        for (folder, code) in [
            (&bad, 1),
            (&warned, 1),
            (&unread, 1),
            (&good, 0),
            (&allowed, 0),
            (&empty, 3),
            (&wrong, 2),
        ] {
            let text = run(folder, &[], code);
            assert_eq!(to_file(folder, code), text, "{format}");
            assert_eq!(run(folder, &[], code), text, "{format}");
        }
        run(&warned, &["--fail-on", "error"], 0);
        run(&bad, &["--fail-on", "error"], 1);
        run(&bad, &["--ignore", "cni"], 0);
        run(&bad, &["--exit-zero"], 0);
        run(&empty, &["--allow-empty"], 0);
    }
    bad.run(&["--statistics"], 1);
}

#[test]
fn sarif_has_what_is_silenced_only_if_it_is_asked_for() {
    let text = "cni: [canal, multus]  # rke2lint: allow(multus-not-first): a lab\n";
    let folder = Folder::new("sarif", &[("config.yaml", text)]);
    let (out, _) = folder.run(&["--output", "sarif"], 0);
    assert!(!out.contains("\"ruleId\""), "{out}");
    let args = ["--output", "sarif", "--sarif-include-suppressed", "--sarif-category", "lab"];
    let (out, _) = folder.run(&args, 0);
    assert!(out.contains("\"justification\": \"a lab\"") && out.contains("\"id\": \"lab/\""));
}

#[cfg(unix)]
#[test]
fn forges_are_shown_what_a_link_leads_to() {
    let folder = Folder::new("links", &[("base/config.yaml", BAD.1)]);
    fs::create_dir(folder.0.join("prod")).expect("a folder for the test");
    let link = folder.0.join("prod/config.yaml");
    std::os::unix::fs::symlink("../base/config.yaml", link).expect("a link");
    let (out, _) = folder.run(&["--output", "concise"], 1);
    assert!(
        out.contains("base/config.yaml:1:14") && out.contains("prod/config.yaml:1:14"),
        "{out}"
    );
    let (out, _) = folder.run(&["--output", "sarif"], 1);
    assert!(out.matches("\"ruleId\"").count() == 1, "{out}");
    assert!(!out.contains("\"uri\": \"prod/") && !out.contains("](2)"), "{out}");
}

#[cfg(unix)]
#[test]
fn a_pipe_stays_a_pipe() {
    use std::os::unix::fs::FileTypeExt;
    let folder = Folder::new("output-pipe", &[BAD]);
    let pipe = folder.0.join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    // Read and write: whoever opens one end alone waits for the other.
    let mut end = fs::OpenOptions::new().read(true).write(true).open(&pipe).expect("a pipe");
    folder.run(&["--output", "concise=pipe"], 1);
    assert!(fs::metadata(&pipe).expect("still there").file_type().is_fifo());
    let mut bytes = [0; 512];
    let read = std::io::Read::read(&mut end, &mut bytes).expect("the report is in it");
    assert!(String::from_utf8_lossy(&bytes[..read]).contains("multus-not-first"));
}

#[test]
fn fail_on_says_which_level_fails() {
    let folder = Folder::new("fail-on", &[WARNING]);
    folder.run(&[], 1);
    folder.run(&["--fail-on", "error"], 0);
    folder.run(&["check", "--fail-on", "warning"], 1);
    let (_, err) = folder.run(&["--fail-on", "grave"], 2);
    assert!(err.contains("error, warning, note"), "{err}");
}

#[test]
fn wrong_arguments_are_one_clear_error() {
    let folder = Folder::new("arguments", &[GOOD]);
    let (out, err) = folder.run(&["check", "nowhere"], 2);
    assert!(out.is_empty() && err.contains("nowhere"), "{err}");
    let (_, err) = folder.run(&["check", "--output", "xml"], 2);
    assert!(err.contains("there are human, concise, json"), "{err}");
    let (_, err) = folder.run(&["check", "--output", "sarfi"], 2);
    assert!(err.contains("did you mean `sarif`"), "{err}");
    let (_, err) = folder.run(&["--outptu", "sarif"], 2);
    assert!(err.contains("'--output'"), "{err}");
    let (_, err) = folder.run(&["--fail-on", "eror"], 2);
    assert!(err.contains("'error'"), "{err}");
    let (_, err) = folder.run(&["explian", "multus-not-first"], 2);
    assert!(err.contains("explian"), "{err}");
    let (_, err) = folder.run(&["ruels"], 2);
    assert!(err.contains("did you mean `rules`"), "{err}");
    let (_, err) = folder.run(&["--output", "human", "--output", "json"], 2);
    assert!(err.contains("only one report"), "{err}");
    let (_, err) = folder.run(&["check", "--rke2-version", "newest"], 2);
    assert!(err.contains("v1.34.2+rke2r1"), "{err}");
    let (_, err) = folder.run(&["explain", "multus-not-frist"], 2);
    assert!(err.contains("did you mean `multus-not-first`"), "{err}");
    let (_, err) = folder.run(&["check", "--select", "addresing"], 2);
    assert!(err.contains("did you mean `addressing`"), "{err}");
    let (_, err) = folder.run(&["check", "--output", "json=no/such/folder/x"], 2);
    assert!(err.contains("no/such/folder/x"), "{err}");
}

#[test]
fn paths_filter_what_is_reported_and_not_what_is_read() {
    let folder = Folder::new(
        "paths",
        &[
            ("a/server/config.yaml", "cni: [canal]\n"),
            ("a/server/config.yaml.d/1.yaml", "cni+: [multus]\n"),
            ("b/config.yaml", "cni: weave\n"),
        ],
    );
    let (out, _) = folder.run(&["check", "--output", "concise", "a/server/config.yaml"], 1);
    assert!(out.contains("multus-not-first") && out.lines().count() == 1, "{out}");
    let (out, _) = folder.run(&["check", "--output", "concise", "b"], 1);
    assert!(out.contains("cni-unknown-value") && out.lines().count() == 1, "{out}");
    let (out, _) = folder.run(&["check", "--output", "concise", "a", "b"], 1);
    assert_eq!(out.lines().count(), 2, "{out}");
}

#[test]
fn select_and_ignore_take_rules_and_groups() {
    let text = "cni: [canal, multus]\ncluster-cidr: 10.42.0.0\n";
    let folder = Folder::new("select", &[("config.yaml", text)]);
    let count = |args: &[&str], code| {
        let args = [&["check", "--output", "concise"], args].concat();
        folder.run(&args, code).0.lines().count()
    };
    assert_eq!(count(&[], 1), 2);
    assert_eq!(count(&["--select", "cni"], 1), 1);
    assert_eq!(count(&["--ignore", "cni,invalid-cidr"], 0), 0);
}

#[test]
fn reports_go_to_files_whole_and_without_colour() {
    let folder = Folder::new("files", &[BAD]);
    let (out, _) = folder
        .run(&["check", "--output", "json=r.json", "--output", "human", "--color", "always"], 1);
    assert!(out.contains("\u{1b}["), "colour where it was asked for");
    let text = fs::read_to_string(folder.0.join("r.json")).expect("the report");
    assert!(text.contains("\"rule\": \"multus-not-first\"") && !text.contains('\u{1b}'));
    let (out, err) = folder.run(&["check", "--output", "json", "--quiet"], 1);
    assert!(out == text && err.is_empty(), "{err}");
}

#[test]
fn secrets_never_show() {
    let text = "token: hunter2\ncni: [canal, multus]\nagent-token: hunter3\nx: y: z\n";
    let folder = Folder::new("secrets", &[("rke2/config.yaml", text)]);
    folder.write("rke2/config.yaml.d/1.yaml", b"token: hunter4: hunter5\n");
    for (format, _) in Format::NAMED {
        let (out, err) = folder.run(&["check", "--output", format], 1);
        assert!(!out.contains("hunter") && !err.contains("hunter"), "{out}{err}");
    }
}

#[test]
fn what_could_not_be_read_is_a_finding() {
    let folder = Folder::new("unread", &[GOOD]);
    folder.write("manifests/a.yaml", b"kind: HelmChartConfig\n\xff\xfe\n");
    let (out, err) = folder.run(&["check", "--output", "concise"], 1);
    assert!(out.contains("manifests/a.yaml:1:1: error[unreadable-file]"), "{out}");
    assert!(err.contains("1 file not read"), "{err}");
}

#[test]
fn the_summary_is_about_the_paths_asked_for() {
    let template = "cni: {{ x }\nserver: {{ y\n";
    let folder = Folder::new(
        "scope",
        &[
            ("a/install.sh", "INSTALL_RKE2_VERSION=v1.33.5+rke2r1 sh install.sh\n"),
            ("a/rke2/config.yaml", "cni: canal\n"),
            ("b/install.sh", "INSTALL_RKE2_VERSION=v1.34.2+rke2r1 sh install.sh\n"),
            ("b/rke2/config.yaml", "cni: canal\n"),
            ("b/c/rke2/config.yaml.j2", template),
        ],
    );
    folder.write(".rke2lint.yaml", b"exclude: [none]\n");
    let (_, err) = folder.run(&["check", "a"], 0);
    assert!(err.contains("in 1 cluster for v1.33.5+rke2r1,"), "{err}");
    assert!(!err.contains("not read"), "{err}");
    let (_, err) = folder.run(&["check"], 0);
    assert!(err.contains("for 2 releases") && err.contains("1 template without"), "{err}");
}

#[test]
fn huge_and_hostile_files_end_in_a_finding() {
    let folder = Folder::new("hostile", &[GOOD]);
    folder.write("rke2/config.yaml", format!("cni: {}", "[".repeat(10_000)).as_bytes());
    let mut big = b"kind: HelmChartConfig\n# ".to_vec();
    big.resize(100 << 20, b'x');
    folder.write("big.yaml", &big);
    big[..23].fill(b'y');
    folder.write("foreign.yaml", &big);
    let (out, _) = folder.run(&["check", "--output", "concise"], 1);
    assert!(out.contains("big.yaml:1:1: error[unreadable-file]"), "{out}");
    assert!(out.contains("rke2/config.yaml") && out.contains("yaml-syntax"), "{out}");
    assert!(!out.contains("foreign.yaml"), "{out}");
}

#[test]
fn gitignored_files_are_left_alone() {
    let folder = Folder::new("ignored", &[GOOD, ("old/config.yaml", "cni: weave\n")]);
    folder.run(&[], 1);
    folder.write(".gitignore", b"old/\n");
    folder.run(&[], 0);
}

#[test]
fn the_release_may_be_given() {
    let folder = Folder::new("release", &[("config.yaml", "cni: [multus, cilium]\n")]);
    folder.run(&[], 0);
    folder.run(&["--rke2-version", "v1.33.5"], 1);
    folder.run(&["--rke2-version", "v1.33.6+rke2r1"], 0);
    let (_, err) = folder.run(&["--rke2-version", "v1.99.1"], 0);
    assert!(err.contains("newer than"), "{err}");
}

#[test]
fn help_fits_a_screen_and_ends_with_examples() {
    let folder = Folder::new("help", &[]);
    let (out, _) = folder.run(&["--help"], 0);
    assert!(out.contains("Examples:") && out.contains("Exit codes:"), "{out}");
    for args in [&["-h"][..], &["check", "-h"], &["baseline", "-h"], &["explain", "-h"]] {
        let (short, _) = folder.run(args, 0);
        assert!(short.lines().count() <= 40 && short.contains("Examples:"), "{short}");
        assert!(short.lines().all(|line| line.chars().count() <= 100), "{short}");
    }
    let (long, _) = folder.run(&["check", "--help"], 0);
    assert!(long.contains("--sarif-category") && long.contains("--threads"), "{long}");
    let (man, _) = folder.run(&["man"], 0);
    assert!(man.contains(".SH OPTIONS") && man.contains("rke2lint check"), "{man}");
    assert!(man.contains("As many as there are processors"), "{man}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (text, _) = folder.run(&["completions", shell], 0);
        assert!(text.contains("sarif-category"), "{shell}");
    }
    let (rules, _) = folder.run(&["rules"], 0);
    assert!(rules.lines().count() > 25 && rules.contains("multus-not-first"));
    let (page, _) = folder.run(&["explain", "multus-not-first"], 0);
    assert!(page.contains("## Bad") && page.contains("Sources:"), "{page}");
    let (json, _) = folder.run(&["rules", "--output", "json"], 0);
    assert!(json.starts_with('[') && json.contains("\"group\": \"cni\""));
    let (few, _) = folder.run(&["rules", "--group", "meta", "--level", "note"], 0);
    assert!(few.starts_with("baseline-stale") && few.lines().count() == 1, "{few}");
    let (page, _) = folder.run(&["explain", "multus-not-first", "--output", "md"], 0);
    assert!(page.starts_with("# multus-not-first\n") && page.contains("## Sources"), "{page}");
    let (page, _) = folder.run(&["explain", "multus-not-first", "--output", "json"], 0);
    assert!(page.starts_with("{\n  \"id\": \"multus-not-first\""), "{page}");
    let (pages, _) = folder.run(&["explain", "--all", "--output", "json"], 0);
    assert!(pages.starts_with("[\n") && pages.matches("\"id\": ").count() > 150);
}

#[test]
fn secrets_in_other_languages_never_show() {
    let nix = "{ services.rke2 = { enable = true; role = \"server\"; token = \"hunter2\"; \
               nodeIP = \"10.0.0.300\"; agentToken = \"hunter3\"; }; }\n";
    let script = "echo -e \"cni: canall\\ntoken: hunter4\\nagent-token: 'hunter5'\" \
                  > /etc/rancher/rke2/config.yaml\n";
    let folder = Folder::new("secrets-within", &[("a/host.nix", nix), ("b/setup.sh", script)]);
    let (out, _) = folder.run(&["check"], 1);
    assert!(out.contains("10.0.0.300") && out.contains("canall"), "{out}");
    assert!(!out.contains("hunter"), "{out}");
}

#[test]
fn the_model_shows_what_was_understood_and_no_secret() {
    let pod = "apiVersion: apps/v1\nkind: DaemonSet\nmetadata:\n  name: probe\nspec:\n  template:\n    \
               metadata:\n      annotations:\n        k8s.v1.cni.cncf.io/networks: lan\n";
    let folder = Folder::new(
        "model",
        &[
            ("prod/server/config.yaml", "token: hunter2\ncni: [multus, canal]\n"),
            ("prod/agents/windows-1/config.yaml", "server: https://a:9345\ntoken: hunter2\n"),
            ("prod/workloads/probe.yaml", pod),
            ("prod/install.env", "INSTALL_RKE2_VERSION=v1.34.2+rke2r1\n"),
        ],
    );
    let (out, _) = folder.run(&["model"], 0);
    for line in [
        "cluster prod (by its folder)",
        "release v1.34.2+rke2r1  prod/install.env:1",
        "server  prod/server/config.yaml (2 keys)",
        "cni  prod/server/config.yaml:2",
        "agent  prod/agents/windows-1/config.yaml (2 keys)",
        "Windows  prod/agents/windows-1/config.yaml:1",
        "DaemonSet default/probe asks for networks  prod/workloads/probe.yaml:9",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    assert!(!out.contains("hunter"), "{out}");
}

#[test]
fn files_are_listed_with_what_they_are_read_as() {
    let folder = Folder::new(
        "show-files",
        &[
            ("prod/config.yaml", "cni: canal\n"),
            (
                "prod/user-data.yaml",
                "write_files:\n- path: /etc/rancher/rke2/config.yaml\n  content: 'cni: canal'\n",
            ),
            ("prod/values.yaml", "replicas: 1\n"),
            ("old/config.yaml", "cni: canal\n"),
            ("logo.svg", "<svg/>\n"),
            (".rke2lint.yaml", "exclude: [old]\n"),
        ],
    );
    folder.write("prod/rke2-server.yaml", b"cni: \xff\n");
    let (out, _) = folder.run(&["check", "--show-files"], 0);
    let expected = [
        ".rke2lint.yaml  left: what rke2lint is told, not what it checks",
        "logo.svg  left: not a kind of file that is read",
        "old/config.yaml  left: excluded",
        "prod/config.yaml  configuration",
        "prod/rke2-server.yaml  left: byte 5 isn't UTF-8",
        "prod/user-data.yaml  container",
        "prod/user-data.yaml:/etc/rancher/rke2/config.yaml  configuration in cloud-init",
        "prod/values.yaml  left: nothing of RKE2's",
    ];
    assert_eq!(out.lines().collect::<Vec<_>>(), expected);
    let (out, _) = folder.run(&["check", "--show-files", "prod/config.yaml"], 0);
    assert_eq!(out, "prod/config.yaml  configuration\n");
}

#[test]
fn documentation_is_read_if_it_is_asked_for() {
    let page = "# Servers\n\n1. Write `/etc/rancher/rke2/config.yaml`:\n\n   ```yaml\n   cni: canall\n   ```\n\n\
                With `INSTALL_RKE2_VERSION=v1.24.17+rke2r1`:\n\n```sh\necho 'cni: calcio' > \
                /etc/rancher/rke2/config.yaml\n```\n";
    let listing =
        "Canal::\n+\n.`/etc/rancher/rke2/config.yaml`\n[,yaml]\n----\ncni: [canal, multus]\n----\n";
    let folder = Folder::new(
        "documentation",
        &[
            ("prod/config.yaml", "cni: canal\n"),
            ("prod/README.md", page),
            ("docs/networks.adoc", listing),
        ],
    );
    let (out, _) = folder.run(&["check", "--output", "concise"], 0);
    assert_eq!(out, "");
    let (out, _) = folder.run(&["check", "--include", "docs", "--output", "concise"], 1);
    let places: Vec<&str> = out.lines().filter_map(|line| line.split(": ").next()).collect();
    let expected = ["docs/networks.adoc:6:14", "prod/README.md:6:9", "prod/README.md:12:12"];
    assert_eq!(places, expected, "{out}");
    // A page says nothing of what lies beside it.
    let (out, _) = folder.run(&["check", "--include", "docs", "--output", "human"], 1);
    assert!(!out.contains("1.24"), "{out}");
    let (_, error) = folder.run(&["check", "--include", "pages"], 2);
    assert!(error.contains("docs"), "{error}");
}

#[test]
fn a_folder_that_is_called_windows_is_a_doubtful_sign() {
    let folder = Folder::new(
        "windows",
        &[
            ("server/config.yaml", "cni: cilium\n"),
            ("agents/windows-1/config.yaml", "server: https://a:9345\n"),
        ],
    );
    let (out, _) = folder.run(&["check"], 1);
    assert!(out.contains("only the name of a folder or file says"), "{out}");
    folder.run(&["check", "--min-confidence", "high"], 0);
    folder.write("agents/windows-1/config.yaml", b"node-label: [kubernetes.io/os=windows]\n");
    folder.run(&["check", "--min-confidence", "high"], 1);
}
