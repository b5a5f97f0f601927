use crate::{
    diag::{Confidence, Fix, Level},
    facts::{
        self, Answer,
        charts::{self, On, PackagedChart},
        cni,
    },
    lint::{Check, Cx, Lint},
    model::{Cluster, How, Read, Reserved},
    text::{Change, Span},
};

pub static LINT: Lint = Lint::new(include_str!("reserved-manifest-name.md"), Check::Cluster(check));

/// No chart since v1.22, and disabled since.
const KUBE_PROXY: &str = "rke2-kube-proxy";

/// Whether RKE2's own file of the name is deployed.
enum Fate {
    Deployed,
    /// And what says so.
    Disabled(Option<(Span, &'static str)>),
    Unknown,
}

fn check(cluster: &Cluster, cx: &mut Cx) {
    for reserved in cluster.reserved.iter().filter(|reserved| !reserved.copy) {
        match charts::packaged(reserved.name) {
            Some(chart) if !is_reserved(cluster, chart) => {}
            Some(chart) => report(reserved, fate(cluster, chart), cx),
            None => component(cluster, reserved, cx),
        }
    }
}

/// On all releases that the cluster may run.
fn is_reserved(cluster: &Cluster, chart: &PackagedChart) -> bool {
    let gone = chart.removed.as_ref().map_or(Answer::No, |gate| cluster.releases.answer(gate));
    let listed = chart.name == KUBE_PROXY || gone == Answer::No;
    listed && cluster.releases.answer(&chart.gate) == Answer::Yes
}

fn fate(cluster: &Cluster, chart: &PackagedChart) -> Fate {
    let disabled = cluster.servers().filter_map(|server| server.words("disable").set()).flatten();
    if let Some(word) = disabled.into_iter().find(|word| word.text == chart.name) {
        return Fate::Disabled(Some((word.span, "disabled here")));
    }
    match (chart.on, cluster.cni()) {
        (On::Always, _) if chart.name == KUBE_PROXY => {
            match chart.removed.as_ref().map(|gate| cluster.releases.answer(gate)) {
                Some(Answer::Yes) => Fate::Disabled(None),
                _ => Fate::Unknown,
            }
        }
        (On::Always, _) => Fate::Deployed,
        (On::Cni(plugin), Read::Set((_, cni))) => match cni.primary() {
            Some(word) if word.text == plugin => Fate::Deployed,
            Some(word) if word.text == cni::NONE || cni::cni(&word.text).is_some() => {
                Fate::Disabled(Some((word.span, "selects something else")))
            }
            _ => Fate::Unknown,
        },
        (On::Multus, Read::Set((_, cni))) if cni.multus().is_some() => Fate::Deployed,
        (On::Multus, Read::Set((_, cni))) => {
            Fate::Disabled(cni.words.first().map(|word| (word.span, "no `multus` here")))
        }
        // From v1.36 the charts are emptied, not disabled.
        (On::Ingress(_), _)
            if cluster.releases.answer(facts::gate("ingress-controller-unchecked"))
                == Answer::Yes =>
        {
            Fate::Deployed
        }
        _ => Fate::Unknown,
    }
}

fn report(reserved: &Reserved, fate: Fate, cx: &mut Cx) {
    let Reserved { name, how, shown, .. } = reserved;
    let why = match (how, &fate) {
        // Folders don't collide; `disable` looks at them.
        (How::Folder, Fate::Deployed | Fate::Unknown) => return,
        (How::Folder, Fate::Disabled(_)) => {
            format!(
                "`{name}` is disabled, so every server deletes the files of this folder, and the objects in them"
            )
        }
        (How::Path | How::Stem, Fate::Disabled(_)) => {
            format!(
                "`{name}` is disabled, so every server deletes files of this name, and the objects in them"
            )
        }
        (How::Path, Fate::Deployed) => {
            "every server writes its own chart over the file at each start".to_owned()
        }
        (How::Path, Fate::Unknown) => {
            format!(
                "every server writes its own chart over the file at each start or, where `{name}` is disabled, deletes it with its objects"
            )
        }
        (How::Stem, Fate::Unknown) => {
            format!(
                "both files are the AddOn `{name}`, and delete each other's objects; where `{name}` is disabled, every server deletes this one"
            )
        }
        (How::Stem, Fate::Deployed) | (How::AddOn, _) => {
            format!(
                "both files are the AddOn `{name}`, which is called after the name up to the first dot: applying or removing one deletes the objects of the other"
            )
        }
    };
    let message = format!("`{shown}` has the name of RKE2's own `{name}`");
    let diagnostic = cx.report(reserved.span, message);
    diagnostic.why(why).fix(match how {
        How::Folder => "give the folder another name".to_owned(),
        How::Path | How::Stem | How::AddOn => format!("call it `{name}-config.yaml`"),
    });
    if *how != How::Folder {
        let new = format!("{name}-config.yaml");
        diagnostic.repair(Fix::unsure(
            format!("call it `{new}`, here and where others name it"),
            [Change::Rename { file: reserved.span.file, old: shown.clone(), new }],
        ));
    }
    if let Fate::Disabled(Some((span, text))) = fate {
        diagnostic.label(span, text);
    }
    if !reserved.on_server {
        let note = "what is declared as manifests was taken to lie in the servers' own folder";
        diagnostic.level(Level::Warning).assume(Confidence::Medium, note);
    } else if !reserved.in_data_dir {
        let note = "by its path the file is put into the servers' folder of manifests";
        diagnostic.assume(Confidence::Medium, note);
    }
}

/// One of K3s' components, whose files RKE2 always removes.
fn component(cluster: &Cluster, reserved: &Reserved, cx: &mut Cx) {
    let needs = charts::kept_by(reserved.name);
    let kept =
        needs.is_some_and(|key| !cluster.servers().all(|server| server.flag(key) == Some(false)));
    if !kept && reserved.on_server && reserved.how != How::AddOn {
        report(reserved, Fate::Disabled(None), cx);
    }
}
