//! `config`: this tool's own configuration, and the schema of RKE2's.

use super::{
    Error, Outcome,
    args::{ConfigCommand, SchemaOf},
    output::write_file,
    print, release,
    scope::Scope,
};
use crate::{
    config::FILE_NAME,
    engine::{BASELINE_NAME, Options},
    facts::Releases,
    report,
};
use std::path::{Path, PathBuf};

/// What `config init` writes: all that can be said, as comments.
const START: &str = include_str!("start.yaml");

pub(super) fn config(command: ConfigCommand) -> Result<Outcome, Error> {
    match command {
        ConfigCommand::Show { path } => show(path),
        ConfigCommand::Init { path } => init(&path),
        ConfigCommand::Schema { r#for, rke2_version } => schema(r#for, rke2_version.as_deref()),
    }
}

fn show(path: PathBuf) -> Result<Outcome, Error> {
    let scope = Scope::new(&[path])?;
    let workspace = scope.open(scope.config()?, Options::default())?;
    if let Some(wrong) = workspace.check().config_mistake() {
        let file = workspace.sources().get(wrong.primary.span.file);
        let at = file.position(wrong.primary.span.start);
        return Err(Error(format!("{}:{}:{}: {}", file.path, at.line, at.column, wrong.message)));
    }
    let config = workspace.config();
    let baseline = config.baseline.as_ref().map_or(BASELINE_NAME, |(path, _)| path.as_str());
    print(|out| report::write_settings(config, baseline, out))
}

fn init(folder: &Path) -> Result<Outcome, Error> {
    let path = folder.join(FILE_NAME);
    if path.exists() {
        return Err(Error(format!("{}: there is one; it is left as it is", path.display())));
    }
    let written = write_file(&path, START.as_bytes());
    written.map_err(|error| Error(format!("{}: {error}", path.display())))?;
    eprintln!("{} is written; all of it is comments.", path.display());
    Ok(Outcome::Clean)
}

fn schema(of: SchemaOf, version: Option<&str>) -> Result<Outcome, Error> {
    let Some(role) = of.role() else {
        if version.is_some() {
            let message = "--rke2-version: .rke2lint.yaml has the same keys for all releases";
            return Err(Error(message.to_owned()));
        }
        return print(report::write_settings_schema);
    };
    let releases = match version {
        Some(version) => release(version)?,
        None => Releases::newest_known(),
    };
    print(|out| report::write_schema(role, &releases, out))
}
