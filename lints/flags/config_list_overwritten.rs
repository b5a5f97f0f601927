use crate::{
    diag::{Confidence, Fix},
    facts::{Answer, flags},
    lint::{Check, Cx, Lint},
    model::{Machine, Setting, Write},
    text::Edit,
};

pub static LINT: Lint =
    Lint::new(include_str!("config-list-overwritten.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    for (key, setting) in &machine.settings {
        let adds = flags::flag(key).is_some_and(|flag| flag.adds);
        if !adds || machine.takes(key) == Answer::No {
            continue;
        }
        let Some(winner) = setting.effective().first().filter(|write| !write.append) else {
            continue;
        };
        let kept = texts(setting.effective());
        // An empty list takes back what an earlier file says.
        let cleared = texts(std::slice::from_ref(winner)).is_some_and(|texts| texts.is_empty());
        let Some(kept) = kept.filter(|_| !cleared) else { continue };
        let is_lost = |write: &&Write| {
            let texts = texts(std::slice::from_ref(*write));
            // Twice in one file is a rule of its own.
            let twice = !write.append && write.key.span().file == winner.key.span().file;
            !twice && texts.is_some_and(|texts| texts.iter().any(|text| !kept.contains(text)))
        };
        let Some(lost) = setting.overwritten().iter().rev().find(is_lost) else { continue };
        cx.report(
            winner.key.span(),
            format!("`{key}` replaces the list that an earlier line gives it"),
        )
        .label(lost.key.span(), "lost")
        .why("RKE2 takes the later list alone, and says nothing")
        .fix(format!("write `{key}+` to add to the earlier list"))
        .repair(Fix::unsure(
            format!("write `{key}+`, which adds to the earlier list"),
            vec![Edit::new(winner.key.span(), &**key, format!("{key}+"))],
        ))
        .assume(Confidence::Medium, "the replacement may be meant");
    }
}

/// `None` if they aren't known.
fn texts(writes: &[Write]) -> Option<Vec<String>> {
    let words = Setting { writes: writes.to_vec(), ..Setting::default() }.arguments();
    match words {
        crate::model::Read::Set(words) => Some(words.into_iter().map(|word| word.text).collect()),
        crate::model::Read::Default => Some(Vec::new()),
        crate::model::Read::Unknown => None,
    }
}
