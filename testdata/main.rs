//! The one integration test binary.

mod cli;
mod docs;
mod repos;
mod tidy;
