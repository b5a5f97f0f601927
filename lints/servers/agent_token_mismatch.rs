use crate::{
    diag::{Confidence, Level},
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Cluster, Join, Machine, Read, Word},
};

pub static LINT: Lint = Lint::new(include_str!("agent-token-mismatch.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    cluster.joins().iter().for_each(|join| compare(join, cx));
}

/// Values are compared and never shown.
fn compare(join: &Join, cx: &mut Cx) {
    let (Some(own), Some(other)) = (lets_in(join.joiner), lets_in(join.first)) else { return };
    let key = |machine: &Machine| machine.key_span("agent-token");
    let (here, there) = (key(join.joiner), key(join.first));
    if own == other {
        return;
    }
    let diagnostic = match (here, there) {
        (Some(here), Some(there)) => {
            let message = "`agent-token` isn't the same as on the cluster's first server";
            cx.report(here, message).label(there, "on the first server")
        }
        (Some(here), None) => {
            let message = "`agent-token` is set on a server that joins, and not on the cluster's first server";
            cx.report(here, message).label(join.first.head, "no `agent-token` on the first server")
        }
        (None, Some(there)) => {
            let message =
                "`agent-token` is set on the cluster's first server, and not on one that joins";
            cx.report(join.joiner.head, message).label(there, "on the first server")
        }
        (None, None) => return,
    };
    diagnostic
        .why("a server lets agents in with its own token: it refuses those that bring the other one's")
        .fix("write the same `agent-token` on all servers");
    let releases = &join.joiner.releases;
    let skips = releases.answer(facts::gate("servers-compared-if-let-in"));
    let compares = releases.answer(facts::gate("servers-compared"));
    if here.is_some() && skips == Answer::No && compares == Answer::Yes {
        diagnostic.level(Level::Error).why(
            "the server that joins asks with its own agent token, is refused, and exits: \"failed to validate server configuration\"",
        );
    }
    if let Some(doubt) = join.doubt {
        diagnostic.assume(Confidence::Medium, doubt);
    }
}

/// What agents have to bring: the agent token, or else the token of servers.
/// `None` if it isn't known, or is in a form that holds more.
fn lets_in(machine: &Machine) -> Option<Option<String>> {
    let files = ["agent-token-file", "token-file"];
    if files.iter().any(|key| machine.words(key) != Read::Default) {
        return None;
    }
    let last = |words: &[Word]| words.last().map(|word| word.text.clone());
    let found = match machine.words("agent-token") {
        Read::Set(words) => last(&words)?,
        Read::Default => match machine.words("token") {
            Read::Set(words) => last(&words)?,
            Read::Default => return Some(None),
            Read::Unknown => return None,
        },
        Read::Unknown => return None,
    };
    (!found.is_empty() && !found.starts_with("K10")).then_some(Some(found))
}
