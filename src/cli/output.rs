//! Which reports were asked for, and where they go.

use super::Error;
use crate::{
    report::{Format, Report},
    text::nearest,
};
use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

pub(super) fn outputs(texts: &[String]) -> Result<Vec<(Format, Option<PathBuf>)>, Error> {
    if texts.is_empty() {
        return Ok(vec![(Format::Human, None)]);
    }
    let output = |text: &String| {
        let (name, file) = match text.split_once('=') {
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text.as_str(), None),
        };
        let named = Format::NAMED.iter().find(|(known, _)| *known == name);
        let (_, format) = named.ok_or_else(|| no_format(name))?;
        Ok((*format, file))
    };
    let outputs = texts.iter().map(output).collect::<Result<Vec<_>, Error>>()?;
    if outputs.iter().filter(|(_, file)| file.is_none()).count() > 1 {
        let message = "only one report fits on standard output; write the others to files: \
                       --output FORMAT=FILE";
        return Err(Error(message.to_owned()));
    }
    Ok(outputs)
}

fn no_format(name: &str) -> Error {
    let names = || Format::NAMED.iter().map(|(name, _)| *name);
    let help = match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
    };
    Error(format!("--output {name}: no such format; {help}"))
}

pub(super) fn write_report(
    report: &Report<'_>,
    format: Format,
    file: Option<&Path>,
) -> Result<(), Error> {
    let Some(file) = file else {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = report.write(format, &mut out).and_then(|()| out.flush());
        return written.or_else(closed_pipe).map_err(|error| Error(format!("report: {error}")));
    };
    let mut bytes = Vec::new();
    let written = report.write(format, &mut bytes).and_then(|()| write_file(file, &bytes));
    written.map_err(|error| Error(format!("{}: {error}", file.display())))
}

/// Written beside and renamed, so that a reader sees the old file or the new
/// one. A device or a pipe stays what it is, and is written to.
pub(super) fn write_file(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::metadata(file).is_ok_and(|metadata| !metadata.is_file()) {
        return fs::OpenOptions::new().write(true).open(file)?.write_all(bytes);
    }
    let mut hidden = file.as_os_str().to_owned();
    hidden.push(".part");
    fs::write(&hidden, bytes).and_then(|()| fs::rename(&hidden, file))
}

/// A reader such as `head` has seen enough: no error.
pub(super) fn closed_pipe(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}
