use crate::{
    diag::Confidence,
    facts::{
        self, Answer,
        charts::{self, On},
        cni,
        flags::{self, FlagRole},
        values,
    },
    lint::{Check, Cx, Lint},
    model::{ChartConfig, Cluster, Machine, Read},
    text::Span,
};

pub static LINT: Lint =
    Lint::new(include_str!("helmchartconfig-for-unselected-chart.md"), Check::Cluster(check));

/// Why a chart isn't deployed, and what says so.
struct Reason {
    text: String,
    place: Option<(Span, String)>,
    /// Rests on the default of a key that nothing was seen to set.
    default: bool,
}

fn check(cluster: &Cluster, cx: &mut Cx) {
    for config in &cluster.chart_configs {
        let name = config.chart.name();
        let Some(chart) = charts::packaged(name) else { continue };
        // A release without the chart is for another rule to say.
        let packaged = cluster.releases.answer(&chart.gate) != Answer::No;
        if cluster.has_helm_chart(name) || !packaged {
            continue;
        }
        let reason = match chart.on {
            On::Cni(plugin) => by_cni(cluster, plugin),
            On::Multus => by_multus(cluster),
            On::Ingress(controller) => by_ingress(cluster, controller),
            On::CloudProvider(provider) => by_cloud(cluster, provider),
            On::Always => None,
        };
        if let Some(reason) = reason.or_else(|| by_disable(cluster, name)) {
            report(config, name, reason, cx);
        }
    }
}

fn report(config: &ChartConfig, name: &str, reason: Reason, cx: &mut Cx) {
    let message =
        format!("`{name}` isn't deployed here, {}, so these values are never used", reason.text);
    let diagnostic = cx.report(config.chart.object.name.span, message);
    diagnostic
        .why("a HelmChartConfig acts only on a chart that is deployed; RKE2 says nothing about others")
        .fix("remove it, or select what it is for");
    if let Some((span, text)) = reason.place {
        diagnostic.label(span, text);
    }
    if reason.default {
        diagnostic.assume(Confidence::Medium, "no flag or variable that sets it is known");
    }
}

fn by_cni(cluster: &Cluster, plugin: &str) -> Option<Reason> {
    match cluster.cni() {
        Read::Set((_, found)) => {
            let word = found.primary()?;
            let known = cni::cni(&word.text).is_some() || word.text == cni::NONE;
            let text = format!("where `cni` selects `{}`", word.text);
            let label = match cni::cni(&word.text) {
                Some(cni) => format!("selects `{}`", cni.chart),
                None => "selects no chart".to_owned(),
            };
            (known && word.text != plugin).then_some(Reason {
                text,
                place: Some((word.span, label)),
                default: false,
            })
        }
        Read::Default if plugin != cni::default() => {
            let text = format!("where nothing sets `cni` and the default is `{}`", cni::default());
            let server = cluster.servers().next()?;
            Some(Reason {
                text,
                place: Some((server.head, "no `cni` in this configuration".into())),
                default: true,
            })
        }
        Read::Default | Read::Unknown => None,
    }
}

fn by_multus(cluster: &Cluster) -> Option<Reason> {
    match cluster.cni() {
        Read::Set((_, found)) if found.multus().is_none() => {
            let word = found.words.first()?;
            let text = "where `cni` has no `multus`".to_owned();
            Some(Reason {
                text,
                place: Some((word.span, "no `multus` here".to_owned())),
                default: false,
            })
        }
        Read::Default => {
            let text = "where nothing sets `cni`".to_owned();
            let server = cluster.servers().next()?;
            Some(Reason {
                text,
                place: Some((server.head, "no `cni` in this configuration".into())),
                default: true,
            })
        }
        Read::Set(_) | Read::Unknown => None,
    }
}

fn by_ingress(cluster: &Cluster, controller: &str) -> Option<Reason> {
    // Releases without the key skip it.
    let key = "ingress-controller";
    let skipped = flags::flag(key)
        .is_some_and(|flag| flag.answer(FlagRole::Server, &cluster.releases) == Answer::No);
    let chosen = if skipped { Read::Default } else { cluster.words(key) };
    match chosen {
        Read::Set((_, words)) => {
            let word = words.first()?;
            let chosen = words.iter().any(|word| word.text == controller);
            // Of a slip, or a string with commas, other rules say what it does.
            let known = |text: &str| values::answer(key, text, &cluster.releases) != Answer::No;
            let plain = words.iter().all(|word| known(&word.text));
            let text = "where `ingress-controller` doesn't name it".to_owned();
            (plain && !chosen).then(|| Reason {
                text,
                place: Some((word.span, "chosen here".to_owned())),
                default: false,
            })
        }
        // From v1.36 an upgraded cluster keeps what it had.
        Read::Default
            if cluster.releases.answer(facts::gate("default-ingress-traefik")) == Answer::No
                && controller != charts::default_ingress() =>
        {
            let text = format!(
                "where nothing sets `ingress-controller` and the default is `{}`",
                charts::default_ingress()
            );
            Some(Reason { text, place: None, default: true })
        }
        Read::Default | Read::Unknown => None,
    }
}

fn by_cloud(cluster: &Cluster, provider: &str) -> Option<Reason> {
    let key = "cloud-provider-name";
    match cluster.words(key) {
        Read::Set((_, words)) => {
            let word = words.last().filter(|word| word.text != provider)?;
            Some(Reason {
                text: format!("where `{key}` is `{}`", word.text),
                place: Some((word.span, "another provider".to_owned())),
                default: false,
            })
        }
        Read::Default => Some(Reason {
            text: format!("where nothing sets `{key}` to `{provider}`"),
            place: None,
            default: true,
        }),
        Read::Unknown => None,
    }
}

fn by_disable(cluster: &Cluster, name: &str) -> Option<Reason> {
    let on_list = |machine: &Machine| match machine.words("disable") {
        Read::Set(words) => words.into_iter().find(|word| word.text.trim() == name),
        Read::Default | Read::Unknown => None,
    };
    let mut places = cluster.servers().map(on_list);
    let first = places.next()??;
    // All servers have to say so: each deploys its own list.
    places.all(|place| place.is_some()).then(|| Reason {
        text: "where `disable` names it".to_owned(),
        place: Some((first.span, "disabled".to_owned())),
        default: false,
    })
}
