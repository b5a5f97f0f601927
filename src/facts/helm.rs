//! The fields of HelmChart and HelmChartConfig below `spec`, release by release.
//!
//! The Helm controller is a library of RKE2's, so each patch has its own.

use super::{Answer, Gate, Releases, table::rows};
use std::sync::LazyLock;

pub const API: &str = "helm.cattle.io/v1";
pub const CONFIG: &str = "HelmChartConfig";
pub const CHART: &str = "HelmChart";

#[derive(Debug)]
pub struct Field {
    /// Of the object: [`CHART`] or [`CONFIG`].
    pub kind: &'static str,
    pub name: &'static str,
    pub holds: Holds,
    /// From when on the Helm controller has it.
    pub gate: Gate,
    /// If it takes one of a few values: each with its first releases. Before
    /// the first of them nobody checks.
    pub values: Vec<(&'static str, Gate)>,
}

/// What the API server takes as a field's value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    Text,
    Bool,
    Int,
    /// No field does.
    Number,
    List,
    Object,
    Any,
}

impl Holds {
    /// As the API server calls it.
    pub fn name(self) -> &'static str {
        match self {
            Holds::Text => "string",
            Holds::Bool => "boolean",
            Holds::Int => "integer",
            Holds::Number => "number",
            Holds::List => "array",
            Holds::Object => "object",
            Holds::Any => "any",
        }
    }

    /// As YAML calls it, with its article.
    pub fn noun(self) -> &'static str {
        match self {
            Holds::Text => "a string",
            Holds::Bool => "a boolean",
            Holds::Int => "a whole number",
            Holds::Number => "a number",
            Holds::List => "a list",
            Holds::Object => "a mapping",
            Holds::Any => "anything",
        }
    }
}

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let gate = |text: &str| Gate::parse(text).expect("a test reads every row");
    let values: Vec<Vec<&str>> = rows(include_str!("tables/helm_values.tsv")).collect();
    let field = |row: Vec<&'static str>| Field {
        kind: row[0],
        name: row[1],
        holds: match row[2] {
            "bool" => Holds::Bool,
            "int" => Holds::Int,
            "list" => Holds::List,
            "object" => Holds::Object,
            "any" => Holds::Any,
            _ => Holds::Text,
        },
        gate: gate(row[3]),
        values: {
            let own = values.iter().filter(|value| value[0] == row[1]);
            own.map(|value| (value[1], gate(value[2]))).collect()
        },
    };
    rows(include_str!("tables/helm_fields.tsv")).map(field).collect()
});

pub fn field(kind: &str, name: &str) -> Option<&'static Field> {
    fields(kind).find(|field| field.name == name)
}

/// Of one kind of object, sorted by name.
pub fn fields(kind: &str) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(move |field| field.kind == kind)
}

impl Field {
    /// Whether the API server takes a value. Yes if it doesn't look.
    pub fn takes(&self, value: &str, releases: &Releases) -> Answer {
        let known = self.values.iter().find(|(name, _)| *name == value);
        releases.all(|release| {
            let checked = self.values.iter().any(|(_, gate)| gate.holds(release));
            !checked || known.is_some_and(|(_, gate)| gate.holds(release))
        })
    }

    /// The values that some of the releases take.
    pub fn allowed(&self, releases: &Releases) -> Vec<&'static str> {
        let taken = |gate: &Gate| releases.answer(gate) != Answer::No;
        self.values.iter().filter(|(_, gate)| taken(gate)).map(|(name, _)| *name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: &str, name: &str, release: &str, expected: Answer) {
        let releases = Releases::parse(release).expect(release);
        let field = field(kind, name).expect(name);
        assert_eq!(releases.answer(&field.gate), expected, "{name} {release}");
    }

    #[test]
    fn fields_come_with_the_controller() {
        check(CONFIG, "values", "v1.33.10+rke2r3", Answer::No);
        check(CONFIG, "values", "v1.33.11+rke2r1", Answer::Yes);
        check(CONFIG, "values", "v1.36.0+rke2r1", Answer::Yes);
        check(CONFIG, "forceConflicts", "v1.33.13+rke2r1", Answer::No);
        check(CONFIG, "forceConflicts", "v1.33.13+rke2r2", Answer::Yes);
        check(CONFIG, "serverSide", "v1.36.2+rke2r1", Answer::No);
        check(CHART, "plainHTTP", "v1.30.4+rke2r1", Answer::No);
        check(CHART, "plainHTTP", "v1.29.9+rke2r1", Answer::Yes);
        check(CHART, "takeOwnership", "v1.35.0+rke2r1", Answer::Yes);
        assert!(field(CONFIG, "bootstrap").is_none());
    }

    #[test]
    fn values_are_checked_from_some_release_on() {
        let policy = field(CONFIG, "failurePolicy").expect("it is in the table");
        let takes = |release| policy.takes("retry", &Releases::parse(release).expect(release));
        assert_eq!(takes("v1.31.10+rke2r1"), Answer::Yes);
        assert_eq!(takes("v1.31.11+rke2r1"), Answer::No);
        assert_eq!(takes("v1.36.2+rke2r1"), Answer::No);
        assert_eq!(takes("v1.36.3+rke2r1"), Answer::Yes);
    }
}
