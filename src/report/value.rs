//! A value of a packaged chart on a terminal: what it takes, what it is by
//! default, and since when, release by release.

use super::{
    children::{write_children, written},
    history::{History, bundled_by},
    wrap,
};
use crate::facts::{
    Releases, chart_values, packaged,
    paths::{self, CRDS, Mask, Paths, Row, Shape, View, parent},
};
use std::{
    collections::BTreeSet,
    io::{self, Write},
    iter,
};

/// A value that somebody asks about.
pub struct Asked {
    pub chart: &'static str,
    /// Where it is looked up: the chart's values, or Calico's API.
    pub paths: &'static Paths,
    /// As the tables have it.
    pub path: String,
    /// All that the tables know if nobody says.
    pub releases: Option<Releases>,
}

/// All that is known of a value, and a line for each that stands below it.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_value(asked: &Asked, out: &mut dyn Write) -> io::Result<()> {
    Page::of(asked).write(out)
}

struct Page<'a> {
    asked: &'a Asked,
    history: History,
    /// The versions that are asked about.
    scope: Mask,
    /// What is known, with the versions for which it holds.
    rows: Vec<(&'static Row, Mask)>,
    /// The versions that have it below a key.
    wrapped: Mask,
    /// The versions that fail on it.
    refused: Mask,
}

/// What is said of a value, and in which versions.
type Said = Vec<(String, Mask)>;

impl Page<'_> {
    fn of(asked: &Asked) -> Page<'_> {
        let history = History::of(asked.paths);
        let real = |rows: &'static [Row]| {
            rows.iter().filter(|row| row.is_real()).map(|row| (row, row.versions()))
        };
        let mut rows: Vec<_> = real(asked.paths.at(&asked.path)).collect();
        let own = masks(&rows);
        let below = real(chart_values::wrapped(asked.chart, &asked.path));
        let below: Vec<_> = below.map(|(row, versions)| (row, versions & !own)).collect();
        let wrapped = masks(&below);
        rows.extend(below);
        let refused = asked.paths.at(&asked.path).iter().filter(|row| row.is_refused());
        let refused = refused.fold(0, |mask, row| mask | row.versions());
        let view = asked.releases.as_ref().and_then(|it| paths::view(asked.paths.chart(), it));
        let scope = view.map_or(history.all(), |view| view.versions);
        Page { asked, history, scope, rows, wrapped, refused }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Asked { chart, path, releases, paths } = self.asked;
        let seen = masks(&self.rows) & self.scope;
        let kinds = self.kinds();
        writeln!(out, "{chart}:{path}{kinds}")?;
        let note = chart_values::notes(chart).find(|note| note.path == path);
        note.map_or(Ok(()), |note| wrap(out, "", note.about))?;
        writeln!(out)?;
        if let Some(releases) = releases {
            let versions = self.history.names(self.scope);
            let isnt = if seen == 0 { "Not in" } else { "In" };
            let below = if self.wrapped & seen == 0 { "" } else { ", below `cilium`" };
            let bundled = bundled_by(releases);
            wrap(out, "  ", &format!("{isnt} {} {versions}{bundled}{below}", paths.chart()))?;
        }
        if releases.is_none() || seen == 0 {
            self.write_versions(out)?;
        }
        self.write_removal(seen, out)?;
        self.write_default(seen, out)?;
        self.field(self.taker(), seen, &|row| types(row.schema()), out)?;
        self.field("One of", seen, &|row| list(row.choices().map(written)), out)?;
        self.field("Limits", seen, &|row| row.limits().map(str::to_owned), out)?;
        self.write_reading(seen, out)?;
        if let Some((version, bit)) = self.history.newest(seen) {
            let wrapper = if self.wrapped & bit == 0 { "" } else { "cilium." };
            let (view, path) = (View { paths, versions: bit }, format!("{wrapper}{path}"));
            write_children(chart, &path, version, view, out)?;
        }
        writeln!(out, "Sources:")?;
        writeln!(
            out,
            "  rancher/rke2-charts {}, each version that a release bundles",
            paths.chart()
        )?;
        note.map_or(Ok(()), |note| wrap(out, "    ", &format!("  {}", note.source)))
    }

    /// What it is, over all versions that are asked about: ` (boolean)`.
    fn kinds(&self) -> String {
        let rows = self.rows.iter().filter(|(_, versions)| versions & self.scope != 0);
        let mut found: Vec<&str> = rows.flat_map(|(row, _)| kinds(row)).collect();
        found.sort_unstable();
        found.dedup();
        if found.is_empty() { String::new() } else { format!(" ({})", found.join(" or ")) }
    }

    fn is_of_api(&self) -> bool {
        self.asked.paths.chart() == CRDS
    }

    /// Who checks types.
    fn taker(&self) -> &'static str {
        if self.is_of_api() { "The API takes" } else { "Helm takes" }
    }

    fn write_versions(&self, out: &mut dyn Write) -> io::Result<()> {
        let present = masks(&self.rows);
        let mut text = match self.history.when(present, self.history.all()) {
            when if when.is_empty() => "all that RKE2 bundles".to_owned(),
            when => when.trim_start_matches("in ").to_owned(),
        };
        let accepted = self.asked.paths.releases(present);
        if let Some(removed) = accepted.and_then(|accepted| accepted.removed) {
            text += &format!("; gone from {removed} on");
        }
        if self.wrapped != 0 {
            let when = self.history.when(self.wrapped, present);
            text += &format!("; {when} below `cilium`");
        }
        // Those of the chart itself need no name.
        let of = if self.is_of_api() { format!(" of {CRDS}") } else { String::new() };
        wrap(out, "  ", &format!("Versions{of}: {text}"))
    }

    /// What became of it, or of what held it.
    fn write_removal(&self, seen: Mask, out: &mut dyn Write) -> io::Result<()> {
        let path = self.asked.path.as_str();
        let paths = iter::successors(Some(path), |path| Some(parent(path)));
        let mut paths = paths.take_while(|path| !path.is_empty());
        let removal = paths.find_map(|path| chart_values::removal(self.asked.chart, path));
        let refused = self.refused & self.scope;
        if refused != 0 {
            let when = match self.history.when(refused, self.scope) {
                when if when.is_empty() => when,
                when => format!(" {when}"),
            };
            let says = removal.and_then(|removal| removal.says);
            let says =
                says.map_or("the chart's templates fail".to_owned(), |it| format!("\"{it}\""));
            wrap(out, "  ", &format!("Refused{when}: {says}"))?;
        }
        let Some(removal) = removal else { return Ok(()) };
        let newest = |versions| self.history.rank(self.history.newest(versions)?.1);
        let is_gone = newest(self.scope) > newest(masks(&self.rows));
        match removal.instead {
            Some(instead) if is_gone => wrap(out, "  ", &format!("Instead: {instead}")),
            Some(instead) if seen != 0 => {
                wrap(out, "  ", &format!("Newer versions have: {instead}"))
            }
            _ => Ok(()),
        }
    }

    fn write_default(&self, seen: Mask, out: &mut dyn Write) -> io::Result<()> {
        let injected = self.asked.path.strip_prefix("global.");
        let injected = packaged::injected().iter().find(|it| Some(it.path) == injected);
        if let Some(injected) = injected {
            let text = format!(
                "Set by RKE2: from `{}`; what a HelmChartConfig says counts only if that is empty",
                injected.key
            );
            return wrap(out, "  ", &text);
        }
        let mut said = Said::new();
        let releases = self.asked.releases.clone().unwrap_or_else(Releases::supported);
        for release in releases.iter() {
            let bit = self.asked.paths.bundled(release).unwrap_or(0) & seen;
            let Some((row, _)) = self.rows.iter().find(|(_, versions)| versions & bit != 0) else {
                continue;
            };
            let default = chart_values::default(self.asked.chart, &self.asked.path, release);
            let text = match default {
                Some(default) => written(default.value),
                None if row.is_built() => "changes with each build".to_owned(),
                None if self.is_of_api() || row.shape() != Shape::Scalar => continue,
                None if row.types().next().is_some() => continue,
                None => "none".to_owned(),
            };
            add(&mut said, text, bit);
        }
        // Of what the chart passes on to the API, the tables don't know all.
        let told = said.iter().fold(0, |mask, (_, versions)| mask | versions);
        if self.is_of_api() && told != seen {
            return Ok(());
        }
        self.write_said("Default", &said, seen, out)
    }

    /// How templates read it, and what they compare it with.
    fn write_reading(&self, seen: Mask, out: &mut dyn Write) -> io::Result<()> {
        if self.is_of_api() {
            let text = "Read by: Calico, whose API refuses what it doesn't know";
            return wrap(out, "  ", text);
        }
        let Some((version, bit)) = self.history.newest(seen) else { return Ok(()) };
        let newest = self.rows.iter().find(|(_, versions)| versions & bit != 0);
        let Some((row, _)) = newest else { return Ok(()) };
        let unquoted = row.schema().next().is_none() && row.types().any(|name| name == "bool");
        if row.shape() == Shape::Open {
            writeln!(out, "Below it: anything, which the chart passes on")?;
        }
        if row.is_unread() {
            writeln!(out, "Read by: no template of {version}")?;
        } else if row.is_condition() && unquoted {
            writeln!(out, "Read as: a condition, for which any text is true, `\"false\"` too")?;
        }
        match list(compared(row).into_iter()) {
            Some(words) => wrap(out, "  ", &format!("Compared with: {words}, in {version}")),
            None => Ok(()),
        }
    }

    fn field(
        &self,
        label: &str,
        seen: Mask,
        of: &dyn Fn(&Row) -> Option<String>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut said = Said::new();
        for (row, versions) in self.rows.iter().filter(|(_, versions)| versions & seen != 0) {
            if let Some(text) = of(row) {
                add(&mut said, text, versions & seen);
            }
        }
        self.write_said(label, &said, seen, out)
    }

    /// One line if there is one thing to say, otherwise a line for each, in
    /// the order of versions.
    fn write_said(
        &self,
        label: &str,
        said: &Said,
        seen: Mask,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut said: Vec<(&str, String, Mask)> = said
            .iter()
            .map(|(text, mask)| (text.as_str(), self.history.when(*mask, seen), *mask))
            .collect();
        said.sort_by_key(|(_, _, mask)| self.history.rank(*mask));
        match &said[..] {
            [] => Ok(()),
            [(text, when, _)] if when.is_empty() => wrap(out, "  ", &format!("{label}: {text}")),
            [(text, when, _)] => wrap(out, "  ", &format!("{label}: {text} {when}")),
            several => {
                writeln!(out, "{label}:")?;
                let width = several.iter().map(|(text, ..)| text.chars().count()).max();
                let width = width.filter(|width| *width <= 30).unwrap_or(0);
                several.iter().try_for_each(|(text, when, _)| {
                    wrap(out, "    ", &format!("  {text:width$}  {when}"))
                })
            }
        }
    }
}

fn masks(rows: &[(&Row, Mask)]) -> Mask {
    rows.iter().fold(0, |mask, (_, versions)| mask | versions)
}

fn add(said: &mut Said, text: String, versions: Mask) {
    match said.iter_mut().find(|(other, _)| *other == text) {
        Some((_, mask)) => *mask |= versions,
        None => said.push((text, versions)),
    }
}

fn list(words: impl Iterator<Item = String>) -> Option<String> {
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn types<'a>(types: impl Iterator<Item = &'a str>) -> Option<String> {
    let types: Vec<&str> = types.map(type_name).collect();
    (!types.is_empty()).then(|| types.join(" or "))
}

/// What a value may be, in words, without null.
pub(super) fn kinds(row: &Row) -> Vec<&'static str> {
    let said = match row.shape() {
        Shape::Closed | Shape::Keyed => vec!["map"],
        Shape::List => vec!["list"],
        Shape::Open | Shape::Unread | Shape::Scalar => {
            let said = row.types().chain(row.schema());
            said.collect::<BTreeSet<_>>().into_iter().collect()
        }
    };
    let mut names: Vec<_> =
        said.into_iter().filter(|name| *name != "null").map(type_name).collect();
    names.dedup();
    names
}

fn type_name(name: &str) -> &'static str {
    match name {
        "map" => "mapping",
        "str" => "string",
        "int" => "integer",
        "num" | "float" => "number",
        "bool" => "boolean",
        "list" => "list",
        "null" => "null",
        _ => "any",
    }
}

/// The constants that templates compare a value with, as a user writes them.
fn compared(row: &Row) -> Vec<String> {
    let mut words: Vec<String> = row
        .compared()
        .map(|word| word.trim_start_matches(['#', '~']))
        .filter(|word| !word.starts_with('<'))
        .map(|word| if word.is_empty() { "\"\"".to_owned() } else { word.to_owned() })
        .collect();
    words.sort();
    words.dedup();
    words
}
