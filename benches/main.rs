//! How much longer a check takes than reading the files at all.
//!
//! No figure is asserted and none is absolute: machines differ and are shared,
//! so the contenders run in turn, each in a process of its own, and each is
//! set against the floor of the same round.
//!
//! `cargo bench`, or `cargo bench -- --files 1000`, or for a tree that exists
//! `cargo bench -- --tree ../my-fleet`.

mod floor;
mod generate;

use rke2lint::engine::{Options, Workspace};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// As large a repository as few teams have: about 42 MB.
const FILES: usize = 10_000;
const ROUNDS: usize = 20;
/// No round begins after this time.
const LIMIT: Duration = Duration::from_secs(40);

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["run-floor", tree] => {
            floor::read_all(Path::new(tree));
            print_peak();
        }
        ["run-library", tree] => {
            let workspace = Workspace::open(Path::new(tree), &Options::default())
                .expect("the tree was generated");
            workspace.check();
            print_peak();
        }
        _ => compare(&args),
    }
}

fn compare(args: &[String]) {
    let value = |name: &str| {
        let at = args.iter().position(|arg| arg == name)?;
        Some(args.get(at + 1).unwrap_or_else(|| panic!("{name} needs a value")))
    };
    let number = |name: &str| {
        let parse = |text: &String| text.parse().unwrap_or_else(|_| panic!("{name} {text}"));
        value(name).map(parse)
    };
    // `cargo test --all-targets` runs this too, and only wants to see it work.
    let measuring = args.iter().any(|arg| arg == "--bench");
    let files = number("--files").unwrap_or(if measuring { FILES } else { 200 });
    let rounds = number("--rounds").unwrap_or(if measuring { ROUNDS } else { 1 });
    let tree = match value("--tree") {
        Some(path) => fs::canonicalize(path).unwrap_or_else(|error| panic!("{path}: {error}")),
        None => generated(files),
    };
    let read = floor::read_all(&tree);
    println!("{} YAML files, {:.1} MB", read.files, read.bytes as f64 / 1e6);
    print_table(&measure(&tree, rounds.max(1)));
    print_values(if measuring { 200 } else { 1 });
}

/// A file with values of Cilium's chart, whose table is the largest, against
/// the same file with another chart's name, of which nothing is known.
fn print_values(rounds: usize) {
    let trees = ["rke2-cilium", "some-cilium"].map(|name| {
        let tree = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&tree).expect("target/ can be written");
        fs::write(tree.join("values.yaml"), VALUES.replace("NAME", name)).expect("it is ours");
        tree
    });
    let mut ratios = Vec::new();
    for _ in 0..rounds {
        let [with, without] = [0, 1].map(|at| Contender::Binary.run(&trees[at]).time);
        ratios.push(with.as_secs_f64() / without.as_secs_f64());
    }
    let [least, median, most] = spread(ratios);
    println!("\na chart's values: {least:.2} {median:.2} {most:.2} times the same file without");
}

const VALUES: &str = "\
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata:
  name: NAME
  namespace: kube-system
spec:
  valuesContent: |
    kubeProxyReplacement: true
    k8sServiceHost: localhost
    k8sServicePort: 6443
    hubble:
      enabled: true
";

fn generated(files: usize) -> PathBuf {
    // Left there for a profiler, and made anew by the next run.
    let tree = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    if tree.exists() {
        fs::remove_dir_all(&tree).expect("the last run's tree is ours");
    }
    generate::repository(&tree, files).expect("target/ can be written");
    tree
}

#[derive(Clone, Copy)]
enum Contender {
    Floor,
    /// `Workspace::open` and `check`.
    Library,
    /// All of it, with arguments and a report.
    Binary,
}

const CONTENDERS: [Contender; 3] = [Contender::Floor, Contender::Library, Contender::Binary];

struct Run {
    time: Duration,
    /// The most memory that was in use, in bytes, where it is known.
    peak: Option<u64>,
}

impl Contender {
    fn name(self) -> &'static str {
        match self {
            Contender::Floor => "floor",
            Contender::Library => "library",
            Contender::Binary => "binary",
        }
    }

    fn command(self, tree: &Path) -> Command {
        let own = |mode: &str| {
            let mut command = Command::new(env::current_exe().expect("a program has a path"));
            command.arg(mode).arg(tree);
            command
        };
        match self {
            Contender::Floor => own("run-floor"),
            Contender::Library => own("run-library"),
            Contender::Binary => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_rke2lint"));
                command.args(["check", "--exit-zero", "--allow-empty"]).arg(tree);
                command
            }
        }
    }

    fn run(self, tree: &Path) -> Run {
        let mut command = self.command(tree);
        let started = Instant::now();
        let output = command.output().expect("the program was just built");
        let time = started.elapsed();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let peak = match self {
            Contender::Binary => None,
            _ => String::from_utf8_lossy(&output.stdout).trim().parse().ok(),
        };
        Run { time, peak }
    }
}

/// Per round, one run of each contender.
fn measure(tree: &Path, rounds: usize) -> Vec<[Run; 3]> {
    let round = || CONTENDERS.map(|contender| contender.run(tree));
    // Fills the caches, and isn't counted.
    round();
    let started = Instant::now();
    let mut measured = Vec::new();
    while measured.len() < rounds && (measured.is_empty() || started.elapsed() < LIMIT) {
        measured.push(round());
    }
    measured
}

fn print_table(rounds: &[[Run; 3]]) {
    println!("{} rounds; min, median and max\n", rounds.len());
    println!("{:8} {:^20}  {:^17}  peak MB", "", "ms", "times the floor");
    for (index, contender) in CONTENDERS.iter().enumerate() {
        let millis = rounds.iter().map(|round| round[index].time.as_secs_f64() * 1e3);
        let ratios = rounds.iter().map(|[floor, ..]| floor.time.as_secs_f64());
        let ratios = ratios.zip(rounds).map(|(floor, r)| r[index].time.as_secs_f64() / floor);
        let [low, middle, high] = spread(millis.collect());
        let [least, median, most] = spread(ratios.collect());
        let peak = rounds.iter().filter_map(|round| round[index].peak).max();
        let peak = peak.map_or("-".to_owned(), |bytes| format!("{:.0}", bytes as f64 / 1e6));
        println!(
            "{:8} {low:6.0} {middle:6.0} {high:6.0}  {least:5.2} {median:5.2} {most:5.2}  {peak:>7}",
            contender.name()
        );
    }
}

fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [values[0], values[values.len() / 2], values[values.len() - 1]]
}

/// The peak memory of this process in bytes, where the system tells it.
fn print_peak() {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    if let Some(kibibytes) = kibibytes {
        println!("{}", kibibytes * 1024);
    }
}
