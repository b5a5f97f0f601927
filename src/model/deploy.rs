//! Whether RKE2 deploys a chart that it packages.

use super::{Cluster, Machine, Read};
use crate::facts::{
    self, Answer, Releases,
    charts::{self, On, PackagedChart},
    cni,
};

impl Cluster {
    /// By the release, by `disable` and by what chooses among charts of its
    /// kind. `Depends` without a server, or if they don't agree.
    pub fn deploys(&self, name: &str) -> Answer {
        let Some(chart) = charts::packaged(name) else { return Answer::No };
        let answers = [self.bundles(chart), self.chooses(chart), !self.disables(name)];
        match answers {
            _ if answers.contains(&Answer::No) => Answer::No,
            _ if answers.contains(&Answer::Depends) => Answer::Depends,
            _ => Answer::Yes,
        }
    }

    /// Who doesn't say the release runs hardly an old one.
    fn bundles(&self, chart: &PackagedChart) -> Answer {
        let removed = chart.removed.as_ref();
        let newest = Releases::newest_known();
        let releases = if self.releases.is_supported_set() { &newest } else { &self.releases };
        releases.all(|release| {
            chart.gate.holds(release) && !removed.is_some_and(|gate| gate.holds(release))
        })
    }

    fn disables(&self, name: &str) -> Answer {
        let on_list = |server: &Machine| match server.words("disable") {
            Read::Set(words) if words.iter().any(|word| word.text == name) => Answer::Yes,
            Read::Set(_) | Read::Default => Answer::No,
            Read::Unknown => Answer::Depends,
        };
        let mut answers = self.servers().map(on_list);
        let first = answers.next().unwrap_or(Answer::Depends);
        if answers.all(|answer| answer == first) { first } else { Answer::Depends }
    }

    fn chooses(&self, chart: &PackagedChart) -> Answer {
        let yes = |is: bool| if is { Answer::Yes } else { Answer::No };
        match chart.on {
            On::Always => Answer::Yes,
            On::Cni(plugin) => match self.plugin() {
                Some(selected) if selected.name == plugin => Answer::Yes,
                Some(selected) if selected.name == cni::NONE => Answer::No,
                Some(selected) if cni::cni(&selected.name).is_some() => Answer::No,
                Some(_) | None => Answer::Depends,
            },
            On::Multus => match self.cni() {
                Read::Set((_, cni)) => yes(cni.multus().is_some()),
                Read::Default => Answer::No,
                Read::Unknown => Answer::Depends,
            },
            On::Ingress(controller) => match self.words("ingress-controller") {
                Read::Set((_, words)) => yes(words.iter().any(|word| word.text == controller)),
                // From v1.36 an upgraded cluster keeps what it had.
                Read::Default => {
                    match self.releases.answer(facts::gate("default-ingress-traefik")) {
                        Answer::No => yes(controller == charts::default_ingress()),
                        Answer::Yes | Answer::Depends => Answer::Depends,
                    }
                }
                Read::Unknown => Answer::Depends,
            },
            On::CloudProvider(provider) => match self.words("cloud-provider-name") {
                Read::Set((_, words)) => yes(words.last().is_some_and(|it| it.text == provider)),
                Read::Default => Answer::No,
                Read::Unknown => Answer::Depends,
            },
        }
    }
}
