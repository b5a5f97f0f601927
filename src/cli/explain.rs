//! `explain`: what is asked about, a rule, a chart or one of its values.

use super::{
    Error, Outcome,
    args::{ExplainArgs, PageFormat},
    print, release,
};
use crate::{
    facts::{
        Releases, charts,
        charts::PackagedChart,
        lookup::{self, Miss},
        paths::{self, CALICO, CRDS, Mask, Paths, Row},
    },
    lints,
    report::{self, Asked},
    text::{is_slip_of, nearest},
};

/// How many near paths an error names.
const NEAR: usize = 3;

pub(super) fn explain(args: &ExplainArgs) -> Result<Outcome, Error> {
    let Some(target) = args.target.as_deref() else {
        return pages(args.output);
    };
    let version = args.rke2_version.as_deref();
    let releases = version.map(release).transpose()?;
    let target = target.trim_end_matches(':');
    let is_chart = target.contains(':') || charts::packaged(target).is_some();
    if is_chart && args.output != PageFormat::Text {
        return Err(Error("--output: of charts and their values there is text alone".to_owned()));
    }
    if let Some((chart, path)) = target.split_once(':') {
        let asked = value(packaged(chart)?, path, releases)?;
        return print(|out| report::write_value(&asked, out));
    }
    if let Some(chart) = charts::packaged(target) {
        bundled(chart, releases.as_ref())?;
        return print(|out| report::write_chart(chart, releases.as_ref(), out));
    }
    let lint = lints::find(target).ok_or_else(|| unknown(target))?;
    if version.is_some() {
        return Err(Error("--rke2-version: a rule's page holds for all releases".to_owned()));
    }
    print(|out| match args.output {
        PageFormat::Text => report::write_page(lint, out),
        PageFormat::Md => write!(out, "{}", report::markdown_page(lint)),
        PageFormat::Json => report::write_page_json(lint, out),
    })
}

fn pages(format: PageFormat) -> Result<Outcome, Error> {
    print(|out| match format {
        PageFormat::Json => report::write_pages_json(lints::all(), out),
        PageFormat::Md => {
            lints::all().try_for_each(|lint| writeln!(out, "{}", report::markdown_page(lint)))
        }
        PageFormat::Text => lints::all().try_for_each(|lint| {
            report::write_page(lint, out)?;
            writeln!(out, "\n{}\n", "-".repeat(72))
        }),
    })
}

fn unknown(target: &str) -> Error {
    let names = lints::all().map(|lint| lint.id()).chain(charts::all().map(|chart| chart.name));
    let near = prefixed(target).or_else(|| nearest(target, names));
    let help = near.map_or("`rke2lint rules` lists the rules".to_owned(), |near| {
        format!("did you mean `{near}`?")
    });
    Error(format!("there is no rule or chart `{target}`; {help}"))
}

/// The chart that a name without `rke2-` is of.
fn prefixed(name: &str) -> Option<&'static str> {
    charts::packaged(&format!("rke2-{name}")).map(|chart| chart.name)
}

fn packaged(name: &str) -> Result<&'static PackagedChart, Error> {
    charts::packaged(name).ok_or_else(|| {
        let near = prefixed(name).or_else(|| nearest(name, charts::all().map(|it| it.name)));
        let help = near.map_or_else(
            || charts::all().map(|chart| chart.name).collect::<Vec<_>>().join(", "),
            |near| format!("did you mean `{near}`?"),
        );
        Error(format!("RKE2 packages no chart `{name}`; {help}"))
    })
}

fn bundled(chart: &PackagedChart, releases: Option<&Releases>) -> Result<(), Error> {
    let Some(releases) = releases else { return Ok(()) };
    if releases.iter().any(|release| charts::version(chart.name, release).is_some()) {
        return Ok(());
    }
    let (name, gate) = (chart.name, &chart.gate);
    Err(Error(match (releases.beyond_tables(), &chart.removed) {
        (true, _) => format!("--rke2-version {releases}: newer than what this version knows"),
        (false, None) => format!("{releases} bundles no `{name}`: it came with {gate}"),
        (false, Some(removed)) => {
            format!(
                "{releases} bundles no `{name}`: it came with {gate}, and is gone from {removed} on"
            )
        }
    }))
}

fn value(
    chart: &'static PackagedChart,
    written: &str,
    releases: Option<Releases>,
) -> Result<Asked, Error> {
    let name = chart.name;
    bundled(chart, releases.as_ref())?;
    let Some(own) = paths::of(name).filter(|_| name != CRDS) else {
        return Err(Error(format!("of the values of `{name}` nothing is known")));
    };
    // Calico's API knows more of what the chart passes on to it.
    let api = paths::of(CRDS).filter(|_| name == CALICO);
    let versions = |paths: &'static Paths| {
        let view = match &releases {
            Some(releases) => paths::view(paths.chart(), releases),
            None => paths.newest(),
        };
        view.map_or(0, |view| view.versions)
    };
    let resolve = |paths: &'static Paths| lookup::resolve(paths, written, versions(paths));
    let (paths, found) = match (resolve(own), api.map(|api| (api, resolve(api)))) {
        (_, Some((api, Ok(path)))) => (api, Ok(path)),
        (Err(_), Some((api, Err(miss)))) if !miss.path.is_empty() => (api, Err(miss)),
        (found, _) => (own, found),
    };
    let path = match found {
        Ok(path) => path,
        // All that there is to say is said of what holds it.
        Err(miss) if miss.open => miss.path,
        Err(miss) => return Err(missing(name, paths, written, &miss, versions(paths))),
    };
    if releases.as_ref().is_some_and(|it| paths::view(paths.chart(), it).is_none()) {
        return Err(Error(format!("of the values of `{name}` in that release nothing is known")));
    }
    Ok(Asked { chart: name, paths, path, releases })
}

fn missing(chart: &str, paths: &Paths, written: &str, miss: &Miss, versions: Mask) -> Error {
    // Better a value that is gone, whose page says so, than none.
    let near = match near(paths, miss, versions) {
        near if near.is_empty() => self::near(paths, miss, Mask::MAX),
        near => near,
    };
    let help = match (&near[..], miss.path.as_str()) {
        ([], "") => format!("`rke2lint explain {chart}` lists its values"),
        ([], path) => format!("`rke2lint explain {chart}:{path}` lists what is there"),
        _ => {
            let near: Vec<String> = near.iter().map(|path| format!("`{path}`")).collect();
            format!("did you mean {}?", near.join(" or "))
        }
    };
    Error(format!("`{chart}` has no value `{written}`; {help}"))
}

/// Paths that may have been meant: with a key beside it that looks like it, or
/// with the same key elsewhere.
fn near(paths: &Paths, miss: &Miss, versions: Mask) -> Vec<String> {
    let real = |row: &&Row| row.is_real() && row.is_in(versions);
    let depth = if miss.path.is_empty() { 0 } else { miss.path.len() + 1 };
    let is_child = |row: &&Row| paths::parent(row.path).len() == depth.saturating_sub(1);
    let below = paths.below(&miss.path).iter().filter(real);
    let mut siblings: Vec<&Row> = below.filter(is_child).collect();
    siblings.dedup_by_key(|row| row.path);
    let keys: Vec<String> = siblings.iter().map(|row| row.key()).collect();
    let slips = keys.iter().filter(|key| is_slip_of(&miss.key, key));
    let mut found: Vec<String> = slips.map(|key| paths::join(&miss.path, key)).collect();
    if found.is_empty() {
        let key = nearest(&miss.key, keys.iter().map(String::as_str));
        found.extend(key.map(|key| paths::join(&miss.path, key)));
    }
    if found.is_empty() {
        let all = paths.below("").iter().filter(real);
        let mut same: Vec<&str> =
            all.filter(|row| row.key() == miss.key).map(|row| row.path).collect();
        same.dedup();
        same.sort_by_key(|path| path.matches('.').count());
        found.extend(same.into_iter().map(str::to_owned));
    }
    found.truncate(NEAR);
    found
}
