//! Values of the packaged charts, by the thousand: each that the tables have
//! is taken, and each that is a letter off is found.
//!
//! The letters come from a generator with a fixed seed, so a failure is the
//! same on each run; the figures are asserted per chart and release.

use crate::nested::{Key, Random, Values};
use rke2lint::{
    config,
    diag::Level,
    engine::Workspace,
    facts::{
        Answer, Release, Releases, chart_values,
        charts::{self, On},
        paths::{self, Row, Shape, View},
    },
};
use std::collections::{BTreeMap, BTreeSet};

const RULES: [&str; 5] = [
    "chart-name-nested-in-values",
    "chart-value-unsupported-by-version",
    "dotted-values-key",
    "removed-chart-value",
    "unknown-chart-value",
];

const CHARTS: [&str; 8] = [
    "rke2-calico",
    "rke2-canal",
    "rke2-cilium",
    "rke2-coredns",
    "rke2-flannel",
    "rke2-ingress-nginx",
    "rke2-multus",
    "rke2-traefik",
];

/// Of each chart and release.
const SAMPLES: usize = 100;
const RELEASES: usize = 6;

/// A path with one key that is a letter off.
struct Slip {
    keys: Vec<Key>,
    /// Of the key that is.
    at: usize,
    /// The key that was meant.
    meant: String,
    scalar: &'static str,
}

/// The versions of a chart that a cluster may have: of a release, or of any.
struct Case {
    chart: &'static str,
    release: Option<Release>,
    views: Vec<View>,
}

impl Case {
    fn of(chart: &'static str, release: Option<Release>) -> Case {
        let releases = release.map_or(Releases::supported(), |it| {
            Releases::parse(&it.to_string()).expect("a release of the tables")
        });
        let crds = if chart == "rke2-calico" { paths::CRDS } else { chart };
        let views = BTreeSet::from([chart, crds]);
        let view = |chart| paths::view(chart, &releases).expect("releases with known values");
        Case { chart, release, views: views.into_iter().map(view).collect() }
    }

    /// The table that has what is below a first key.
    fn view(&self, path: &[String]) -> View {
        let crds = self.views.iter().find(|view| view.paths.chart() == paths::CRDS);
        let crds = crds.filter(|view| view.having(&paths::escaped(&path[0])) != 0);
        *crds.unwrap_or_else(|| {
            self.views.iter().find(|view| view.paths.chart() == self.chart).expect("its own")
        })
    }

    /// The rows of the newest version, each with the keys of its path.
    fn rows(&self) -> Vec<(&'static Row, Vec<String>)> {
        let mut found = Vec::new();
        for view in &self.views {
            let newest = 1 << view.versions.ilog2();
            for row in view.paths.below("").iter().filter(|row| row.is_in(newest)) {
                let keys = keys(row.path);
                let own = self.view(&keys).paths.chart() == view.paths.chart();
                if own && keys[0] != "global" {
                    found.push((row, keys));
                }
            }
        }
        found
    }

    /// Whether it is such a mapping in all versions that have it.
    fn is(&self, keys: &[String], shape: Shape) -> bool {
        if keys.is_empty() {
            return shape == Shape::Closed;
        }
        let view = self.view(keys);
        let path = joined(keys);
        let rows = view.at(&path).filter(|row| row.shape() == shape);
        view.having(&path) & !rows.fold(0, |mask, row| mask | row.versions()) == 0
    }

    /// The keys of a path that can be wrong. None if what is above isn't all
    /// known.
    fn slots(&self, keys: &[String]) -> Vec<usize> {
        let mut slots = Vec::new();
        for at in 0..keys.len() {
            let above = &keys[..at];
            if self.is(above, Shape::Closed) {
                slots.push(at);
            } else if keys[at] != "*"
                || !self.is(above, Shape::Keyed) && !self.is(above, Shape::List)
            {
                return Vec::new();
            }
        }
        slots
    }

    /// As users write them: names for `*`.
    fn written(&self, keys: &[String]) -> Vec<Key> {
        let key = |(at, key): (usize, &String)| match key.as_str() {
            "*" if self.is(&keys[..at], Shape::List) => Key::Item,
            "*" => Key::Named("example".to_owned()),
            _ => Key::Named(key.clone()),
        };
        keys.iter().enumerate().map(key).collect()
    }

    fn slips(&self, random: &mut Random) -> Vec<Slip> {
        let rows = self.rows();
        let rows: Vec<_> = rows.iter().filter(|(row, _)| row.is_real()).collect();
        let mut slips = Vec::new();
        let mut tries = 0;
        while slips.len() < SAMPLES {
            tries += 1;
            assert!(tries < 100 * SAMPLES, "{} has too few values", self.chart);
            let (row, keys) = random.of(&rows);
            let slots = self.slots(keys);
            if slots.is_empty() {
                continue;
            }
            let at = *random.of(&slots);
            let Some(wrong) = misspelt(&keys[at], random) else { continue };
            let parent = joined(&keys[..at]);
            let view = self.view(keys);
            let is_real = |key: &str| !view.paths.at(&paths::join(&parent, key)).is_empty();
            if is_real(&wrong) || is_real("*") || at == 0 && wrong == "global" {
                continue;
            }
            let meant = keys[at].clone();
            let mut keys = self.written(keys);
            keys[at] = Key::Named(wrong);
            slips.push(Slip { keys, at, meant, scalar: sample(row) });
        }
        slips
    }
}

/// A letter more or less, another, in its neighbor's place, or in other case.
fn misspelt(key: &str, random: &mut Random) -> Option<String> {
    if key.len() < 2 || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let mut bytes = key.as_bytes().to_vec();
    let letter = b'a' + random.below(26) as u8;
    let at = random.below(bytes.len());
    match random.below(5) {
        0 => bytes.insert(at, letter),
        1 => drop(bytes.remove(at)),
        2 => bytes[at] = letter,
        3 => bytes.swap(at.max(1) - 1, at.max(1)),
        _ => bytes[at] ^= 0x20,
    }
    let wrong = String::from_utf8(bytes).expect("letters and digits");
    let first = wrong.bytes().next()?;
    (wrong != key
        && first.is_ascii_alphabetic()
        && wrong.bytes().all(|b| b.is_ascii_alphanumeric()))
    .then_some(wrong)
}

/// Something of a row's type that isn't null.
fn sample(row: &Row) -> &'static str {
    let default = row.default().filter(|json| *json != "null");
    let types: Vec<&str> = row.schema().chain(row.types()).collect();
    let plain = || match (row.shape(), types.as_slice()) {
        (Shape::Closed | Shape::Keyed, _) => "{}",
        (Shape::List, _) => "[]",
        (_, [.., "bool"]) => "true",
        (_, [.., "int" | "float" | "num"]) => "1",
        (_, [.., "list"]) => "[]",
        (_, [.., "map"]) => "{}",
        _ => "example",
    };
    row.choices().next().or(default).unwrap_or_else(plain)
}

fn keys(path: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    let mut chars = path.chars();
    while let Some(char) = chars.next() {
        let last = keys.last_mut().expect("one at least");
        match char {
            '.' => keys.push(String::new()),
            '\\' => last.extend(chars.next()),
            _ => last.push(char),
        }
    }
    keys
}

fn joined(keys: &[String]) -> String {
    keys.iter().fold(String::new(), |path, key| paths::join(&path, key))
}

fn plain(keys: &[Key]) -> String {
    format!("{keys:?}").to_ascii_lowercase()
}

/// Clusters side by side, each with the values of one chart.
#[derive(Default)]
struct Clusters {
    workspace: Workspace,
    declared: String,
    places: Vec<BTreeMap<Vec<Key>, usize>>,
}

/// What one of the rules says.
struct Found {
    cluster: usize,
    level: Level,
    line: usize,
    key: String,
    rule: &'static str,
    message: String,
}

/// The lines above the values.
const HEAD: &str = "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata:\n  name: CHART\n  namespace: kube-system\nspec:\n  valuesContent: |\n";

impl Clusters {
    /// Values at which rows of the tables are written.
    fn add(&mut self, chart: &str, release: Option<Release>, values: &Values) -> usize {
        let (mut lines, mut places) = (Vec::new(), BTreeMap::new());
        values.write(&[], &mut lines, &mut places);
        let at = self.set(chart, release, &(lines.join("\n") + "\n"));
        self.places[at] = places;
        at
    }

    fn set(&mut self, chart: &str, release: Option<Release>, values: &str) -> usize {
        let at = self.places.len();
        let text = HEAD.replace("CHART", chart) + values;
        self.workspace.set(&format!("c{at}/manifests/values.yaml"), &text);
        let deployed = charts::packaged(chart).expect("a packaged chart").on;
        let config = match deployed {
            On::Cni(name) => format!("cni: {name}\n"),
            On::Multus => "cni: [multus, canal]\n".to_owned(),
            On::Ingress(name) => format!("cni: canal\ningress-controller: {name}\n"),
            On::CloudProvider(name) => format!("cni: canal\ncloud-provider-name: {name}\n"),
            On::Always => "cni: canal\n".to_owned(),
        };
        self.workspace.set(&format!("c{at}/config.yaml"), &config);
        let release = release.map_or(String::new(), |it| format!("    release: {it}\n"));
        self.declared += &format!(
            "  - name: c{at}\n{release}    servers: c{at}\n    manifests: c{at}/manifests\n"
        );
        self.places.push(BTreeMap::new());
        at
    }

    fn check(mut self) -> Vec<Found> {
        self.workspace.set(config::FILE_NAME, &format!("clusters:\n{}", self.declared));
        let checked = self.workspace.check();
        assert!(!checked.config_is_wrong);
        let findings = checked.findings.iter().map(|finding| &finding.diagnostic);
        let found = findings.filter(|it| RULES.contains(&it.rule)).map(|diagnostic| {
            let span = diagnostic.primary.span;
            let file = self.workspace.sources().get(span.file);
            let folder = file.path.split('/').next().and_then(|folder| folder.strip_prefix('c'));
            Found {
                cluster: folder.and_then(|at| at.parse().ok()).expect("a cluster's folder"),
                line: file.position(span.start).line - HEAD.lines().count(),
                key: file.slice(span).to_owned(),
                level: diagnostic.level,
                rule: diagnostic.rule,
                message: diagnostic.message.clone(),
            }
        });
        found.collect()
    }
}

impl Clusters {
    fn check_silent(self) {
        let found = self.check();
        let found: Vec<String> =
            found.iter().map(|it| format!("{}: {}", it.rule, it.message)).take(40).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// Releases that bundle a chart, from the first to the last, and none.
fn releases(chart: &str) -> Vec<Option<Release>> {
    let all: Vec<Release> = Releases::supported()
        .iter()
        .filter(|release| {
            let one = Releases::parse(&release.to_string()).expect("a release");
            paths::view(chart, &one).is_some()
        })
        .collect();
    let at = |part| Some(all[part * (all.len() - 1) / (RELEASES - 1)]);
    (0..RELEASES).map(at).chain([None]).collect()
}

fn cases() -> Vec<Case> {
    let cases = CHARTS
        .iter()
        .flat_map(|chart| releases(chart).into_iter().map(|release| Case::of(chart, release)));
    cases.collect()
}

#[test]
fn a_letter_off_is_found_with_what_was_meant() {
    let mut random = Random(5);
    let mut clusters = Clusters::default();
    let mut slips: Vec<(usize, usize, Slip)> = Vec::new();
    let cases = cases();
    for (of, case) in cases.iter().enumerate() {
        // Two slips of one key don't stand side by side.
        let mut files: Vec<(Values, BTreeSet<String>, Vec<Slip>)> = Vec::new();
        for slip in case.slips(&mut random) {
            let head = plain(&slip.keys[..=slip.at]);
            let at = files.iter().position(|(_, heads, _)| !heads.contains(&head));
            let at = at.unwrap_or_else(|| {
                files.push(Default::default());
                files.len() - 1
            });
            let file = &mut files[at];
            file.0.insert(&slip.keys, slip.scalar);
            file.1.insert(head);
            file.2.push(slip);
        }
        for (values, _, own) in files {
            let at = clusters.add(case.chart, case.release, &values);
            slips.extend(own.into_iter().map(|slip| (of, at, slip)));
        }
    }
    let places = clusters.places.clone();
    let found = clusters.check();
    let mut figures: Vec<(usize, usize, Vec<String>)> =
        cases.iter().map(|_| (0, 0, Vec::new())).collect();
    for (of, cluster, slip) in &slips {
        let head = &slip.keys[..=slip.at];
        let Key::Named(wrong) = &head[slip.at] else { unreachable!("an item has no name") };
        let line = places[*cluster][head];
        let at =
            found.iter().find(|it| it.cluster == *cluster && it.line == line && it.key == *wrong);
        let meant = head[..slip.at].iter().map(|key| match key {
            Key::Named(name) => format!(".{name}"),
            Key::Item => "[0]".to_owned(),
        });
        let meant = format!("{}.{}", meant.collect::<String>(), slip.meant);
        let question = format!("did you mean `{}`?", meant.trim_start_matches('.'));
        let figure = &mut figures[*of];
        match at {
            Some(at) if at.message.contains(&question) => {
                figure.0 += 1;
                figure.1 += 1;
            }
            Some(at) => {
                figure.0 += 1;
                figure.2.push(format!("{}: {} ({question})", at.rule, at.message));
            }
            None => figure.2.push(format!("silent: {head:?} ({question})")),
        }
    }
    let mut failures = Vec::new();
    for (case, (reported, right, misses)) in cases.iter().zip(&figures) {
        let release = case.release.map_or("any release".to_owned(), |it| it.to_string());
        println!("{} {release}: {reported} reported, {right} right of {SAMPLES}", case.chart);
        if *reported < 98 || *right < 95 {
            failures.push(format!("{} {release}: {reported} {right}", case.chart));
        }
        misses.iter().for_each(|miss| println!("    {miss}"));
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn what_is_below_free_keys_is_never_reported() {
    let mut random = Random(7);
    let mut clusters = Clusters::default();
    for case in cases() {
        let rows = case.rows();
        let free: Vec<_> = rows
            .iter()
            .filter(|(row, _)| matches!(row.shape(), Shape::Open | Shape::Unread))
            .collect();
        let mut values = Values::default();
        for _ in 0..SAMPLES.min(10 * free.len()) {
            let (_, keys) = random.of(&free);
            let mut keys = case.written(keys);
            let any = (0..6).map(|_| char::from(b'a' + random.below(26) as u8)).collect();
            keys.push(Key::Named(any));
            values.insert(&keys, "example");
        }
        clusters.add(case.chart, case.release, &values);
    }
    clusters.check_silent();
}

/// Each path that a version of a chart has, in one file, at the first and the
/// last release that bundle this version.
#[test]
fn every_value_of_the_tables_is_taken() {
    let mut clusters = Clusters::default();
    let mut versions: BTreeMap<(&str, &str), Vec<Release>> = BTreeMap::new();
    for chart in charts::all() {
        for release in Releases::supported().iter() {
            if let Some(version) = charts::version(chart.name, release) {
                versions.entry((chart.name, version)).or_default().push(release);
            }
        }
    }
    let mut tried = 0;
    for ((chart, _), releases) in &versions {
        for release in BTreeSet::from([releases[0], releases[releases.len() - 1]]) {
            let one = Releases::parse(&release.to_string()).expect("a release");
            if paths::view(chart, &one).is_none() {
                continue;
            }
            let case = Case::of(chart, Some(release));
            let mut values = Values::default();
            for (row, keys) in case.rows().iter().filter(|(row, _)| !row.is_refused()) {
                if is_named_in_vain(chart, &keys[0], &one) {
                    continue;
                }
                values.insert(&case.written(keys), sample(row));
                tried += 1;
            }
            clusters.add(chart, Some(release), &values);
        }
    }
    clusters.check_silent();
    assert!(tried > 100_000, "{tried}");
}

/// Templates speak of it, and nothing comes of it.
fn is_named_in_vain(chart: &str, path: &str, releases: &Releases) -> bool {
    let removal = chart_values::removal(chart, path);
    let accepted = removal.and_then(|removal| removal.accepted(chart, path));
    accepted.is_some_and(|accepted| accepted.answer(releases) == Answer::No)
}

/// A line of `value_flips.tsv`: the highest level of what the rules say of the
/// values at two releases beside each other.
#[test]
fn levels_turn_at_their_release() {
    let rows = include_str!("value_flips.tsv").lines().filter(|line| !line.starts_with('#'));
    let rows: Vec<Vec<&str>> = rows.skip(1).map(|line| line.split('\t').collect()).collect();
    let mut clusters = Clusters::default();
    let mut expected = Vec::new();
    for row in &rows {
        let [chart, values, before, first, after, then] = row[..] else { panic!("{row:?}") };
        for (release, level) in [(before, first), (after, then)] {
            let release = Release::parse(release).expect(release);
            let lines = values.split("\\n").map(|line| format!("    {line}\n"));
            clusters.set(chart, Some(release), &lines.collect::<String>());
            expected.push((chart, values, release, level));
        }
    }
    let found = clusters.check();
    let mut failures = Vec::new();
    for (at, (chart, values, release, expected)) in expected.iter().enumerate() {
        let own = found.iter().filter(|it| it.cluster == at);
        let level = own.clone().map(|it| it.level).max().map_or("-", Level::name);
        if level != *expected {
            let said: Vec<&str> = own.map(|it| it.message.as_str()).collect();
            failures.push(format!("{chart} {values} {release}: {level}, not {expected}: {said:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(rows.len() >= 150, "{}", rows.len());
}
