//! The options of NixOS' module for RKE2.

use super::table::rows;

/// What an option holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    Text,
    List,
    Bool,
}

/// Options of `services.rke2` with the flags that they become.
pub fn options() -> impl Iterator<Item = (&'static str, &'static str, Shape)> {
    rows(include_str!("tables/nixos.tsv")).map(|row| {
        let shape = match row[2] {
            "list" => Shape::List,
            "bool" => Shape::Bool,
            _ => Shape::Text,
        };
        (row[0], row[1], shape)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::flags::{self, Kind};

    #[test]
    fn options_are_flags_of_rke2() {
        for (option, flag, shape) in options() {
            // Not a setting of the configuration.
            let known = flags::flag(flag);
            let bool = known.is_some_and(|flag| flag.kind == Kind::Bool);
            assert!(known.is_some() || flag == "config", "{option}");
            assert_eq!(bool, shape == Shape::Bool, "{option}");
        }
    }
}
