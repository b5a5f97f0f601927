use crate::{
    diag::Fix,
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{
        Machine, Read, Role,
        net::{Range, parse_ip},
    },
    text::Edit,
};

pub static LINT: Lint = Lint::new(include_str!("invalid-cidr.md"), Check::Machine(check));

/// Keys of servers whose words are ranges; and keys whose words are addresses,
/// with whether agents have them too.
const RANGES: [&str; 2] = ["cluster-cidr", "service-cidr"];
const ADDRESSES: [(&str, bool); 4] = [
    ("advertise-address", false),
    ("cluster-dns", false),
    ("node-ip", true),
    ("node-external-ip", true),
];

fn check(machine: &Machine, cx: &mut Cx) {
    for key in RANGES {
        check_key(machine, key, false, |text| Range::parse(text, None).is_some(), cx);
    }
    for (key, agents) in ADDRESSES {
        check_key(machine, key, agents, |text| parse_ip(text).is_some(), cx);
    }
}

fn check_key(machine: &Machine, key: &str, agents: bool, parses: fn(&str) -> bool, cx: &mut Cx) {
    let reads = if agents { true } else { machine.role != Role::Agent };
    let Read::Set(words) = machine.words(key) else { return };
    if !reads {
        return;
    }
    for word in &words {
        let alone = words.len() == 1 && word.text.is_empty();
        // It takes one address, and an empty one is as good as none.
        let one = key == "advertise-address";
        if one && (alone || Some(word) != words.last()) {
            continue;
        }
        // Before, an empty value was taken off the list.
        let counts = machine.releases.answer(facts::gate("empty-value-counts")) == Answer::Yes;
        if parses(&word.text) || alone && agents && !counts {
            continue;
        }
        let is_range = RANGES.contains(&key);
        let span = if alone { word.key } else { word.span };
        let message = match problem(&word.text, is_range, parses) {
            Some(problem) => format!("`{}` in `{key}` {problem}", word.text),
            None => format!("`{key}` has no value, which is an empty one and not the default"),
        };
        let printed = match key {
            "cluster-cidr" | "service-cidr" => {
                format!("invalid {key} {}: invalid CIDR address: {}", word.text, word.text)
            }
            "cluster-dns" => format!("invalid cluster-dns address {}", word.text),
            _ => format!("invalid {key}: invalid ip format '{}'", word.text),
        };
        let diagnostic = cx.report(span, message);
        diagnostic.why(match key {
            "advertise-address" => {
                "kube-apiserver exits again and again: \"failed to parse IP\"".to_owned()
            }
            _ => format!("RKE2 exits at start: \"{printed}\""),
        });
        let trimmed = word.text.trim();
        if trimmed != word.text && parses(trimmed) {
            let edit = Edit::new(word.span, &*word.text, trimmed);
            diagnostic
                .fix("leave the blank out, or write a list")
                .repair(Fix::safe("leave the blank out", vec![edit]));
        }
    }
}

/// What is wrong with a word; `None` if it is empty.
fn problem(text: &str, is_range: bool, parses: fn(&str) -> bool) -> Option<String> {
    let kind = if is_range { "a range" } else { "an address" };
    if text.trim().is_empty() {
        return (!text.is_empty()).then(|| format!("is a blank and not {kind}"));
    }
    if text.trim() != text && parses(text.trim()) {
        return Some(
            "begins or ends with a blank: RKE2 splits on commas and trims nothing".to_owned(),
        );
    }
    if text.contains([' ', ';']) {
        return Some("is one value to RKE2, which splits on commas only".to_owned());
    }
    let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
    if is_range && prefix.is_none() && parse_ip(address).is_some() {
        return Some("has no prefix length, such as `/16`".to_owned());
    }
    if !is_range && prefix.is_some() {
        return Some("is a range, and an address is wanted".to_owned());
    }
    let octets: Vec<&str> = address.split('.').collect();
    if octets.len() == 4 && octets.iter().any(|octet| octet.len() > 1 && octet.starts_with('0')) {
        return Some("has a leading zero, which Go doesn't take".to_owned());
    }
    Some(format!("is not {kind}"))
}
