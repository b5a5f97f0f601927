use crate::{
    facts::{
        Answer,
        flags::{self, Flag, Kind as FlagKind, Split},
    },
    lint::{Check, Cx, Lint},
    model::{Machine, argument},
    yaml::{Kind, Node, Style},
};

pub static LINT: Lint =
    Lint::new(include_str!("unquoted-value-rewritten.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        let Some(flag) = flags::flag(key) else { continue };
        let free = matches!(flag.kind, FlagKind::Text | FlagKind::List);
        if !free || flag.split == Split::Commas || machine.takes(key) == Answer::No {
            continue;
        }
        for write in setting.effective() {
            let values: Vec<Node> = match write.value.kind() {
                Kind::Seq => write.value.items().collect(),
                Kind::Scalar | Kind::Map => vec![write.value.clone()],
            };
            values.iter().for_each(|value| check_value(flag, value, cx));
        }
    }
}

fn check_value(flag: &Flag, value: &Node, cx: &mut Cx) {
    let plain = value.style() == Some(Style::Plain) && !value.is_null();
    let (Some(written), Some(read)) = (value.as_str(), argument::text(value)) else { return };
    if !plain || written == read {
        return;
    }
    let key = flag.key;
    if flag.secret {
        cx.report(value.span(), format!("`{key}` is a number without quotes, and YAML changes its text"))
            .why("RKE2 takes the number in its shortest form, which is another secret than the one written")
            .fix("put it in quotes");
        return;
    }
    let diagnostic =
        cx.report(value.span(), format!("RKE2 reads `{read}` where `{key}` says `{written}`"));
    diagnostic.fix(format!("put it in quotes: `{key}: \"{written}\"`"));
    // Of the decimal number RKE2 reads the digits as octal ones.
    match (key, i64::from_str_radix(&read, 8)) {
        ("write-kubeconfig-mode", Ok(_)) => {
            diagnostic.why(format!("without quotes YAML reads an octal number, and RKE2 its decimal digits: the file gets mode 0{read}"))
        }
        ("write-kubeconfig-mode", Err(_)) => {
            diagnostic.why(format!("without quotes YAML reads an octal number; its decimal digits, {read}, are no octal number, so RKE2 logs an error and leaves the mode as it is"))
        }
        _ => diagnostic.why("without quotes YAML 1.1 makes a number or a truth value of it, which RKE2 writes in its own way"),
    };
}
