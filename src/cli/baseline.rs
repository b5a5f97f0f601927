//! `baseline`: the file of known findings, found and written.

use super::{
    Error, Outcome,
    args::BaselineChange,
    changes::Staged,
    output::write_file,
    scope::{Scope, read},
};
use crate::{
    engine::{BASELINE_NAME, Options, Workspace},
    report::{self, plural},
};
use std::path::{Path, PathBuf};

/// Where the repository's baseline is, and how reports name it.
fn place(workspace: &Workspace, scope: &Scope, given: Option<&Path>) -> (PathBuf, String) {
    if let Some(path) = given {
        return (path.to_owned(), scope.relative(path));
    }
    let said = workspace.config().baseline.as_ref().map(|(path, _)| path.as_str());
    let name = said.unwrap_or(BASELINE_NAME);
    (scope.root().join(name), name.to_owned())
}

/// Reads the baseline if there is one, or if one was named; what is staged of it
/// counts more than what lies on disk.
pub(super) fn load(
    workspace: &mut Workspace,
    scope: &Scope,
    given: Option<&Path>,
    staged: &[Staged],
) -> Result<(), Error> {
    let (path, name) = place(workspace, scope, given);
    if let Some(file) = staged.iter().find(|file| file.path == name) {
        file.text()?.into_iter().for_each(|text| workspace.set_baseline(&name, &text));
        return Ok(());
    }
    let is_named = given.is_some() || workspace.config().baseline.is_some();
    if is_named || path.is_file() {
        let hint = "`rke2lint baseline create` writes it";
        let text = read(&path).map_err(|error| Error(format!("{error}; {hint}")))?;
        workspace.set_baseline(&name, &text);
    }
    Ok(())
}

pub(super) fn baseline(
    change: BaselineChange,
    folder: PathBuf,
    given: Option<&Path>,
    options: Options,
) -> Result<Outcome, Error> {
    let scope = Scope::new(&[folder])?;
    let mut workspace = scope.open(scope.config()?, options)?;
    let (path, name) = place(&workspace, &scope, given);
    match (change, path.exists()) {
        (BaselineChange::Create, true) => {
            return Err(Error(format!(
                "{name}: there is one; `rke2lint baseline update` brings it up to date"
            )));
        }
        (BaselineChange::Create, false) => {}
        (BaselineChange::Update | BaselineChange::Prune, false) => {
            return Err(Error(format!(
                "{name}: there is none; `rke2lint baseline create` writes it"
            )));
        }
        (BaselineChange::Update | BaselineChange::Prune, true) => {
            workspace.set_baseline(&name, &read(&path)?);
        }
    }
    let checked = workspace.check();
    if let Some(wrong) = checked.config_mistake() {
        let file = workspace.sources().get(wrong.primary.span.file);
        let at = file.position(wrong.primary.span.start);
        let place = format!("{}:{}:{}", file.path, at.line, at.column);
        return Err(Error(format!("{place}: {}", wrong.message)));
    }
    let adds = change != BaselineChange::Prune;
    let entries = workspace.baseline(&checked, adds);
    let mut bytes = Vec::new();
    let written =
        report::write_baseline(&entries, &mut bytes).and_then(|()| write_file(&path, &bytes));
    written.map_err(|error| Error(format!("{name}: {error}")))?;
    let gone = match checked.stale.len() {
        0 => String::new(),
        1 => ", 1 stale entry removed".to_owned(),
        count => format!(", {count} stale entries removed"),
    };
    eprintln!("{name}: {} known{gone}.", plural(entries.len(), "finding"));
    Ok(Outcome::Clean)
}
