//! What else sets RKE2's flags: units, their variables, the install script.

pub mod cli_overrides_config;
pub mod command_line_flag_unknown;
pub mod install_exec_flags_ignored;
pub mod variable_ignored;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &cli_overrides_config::LINT,
    &command_line_flag_unknown::LINT,
    &install_exec_flags_ignored::LINT,
    &variable_ignored::LINT,
];
