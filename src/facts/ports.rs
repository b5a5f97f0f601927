//! The ports of nodes that RKE2's own programs need.

use super::table::rows;
use std::sync::LazyLock;

static PORTS: LazyLock<Vec<(u16, &str)>> = LazyLock::new(|| {
    let port = |text: &str| text.parse().expect("a test reads every row");
    let mut ports: Vec<(u16, &str)> =
        rows(include_str!("tables/ports.tsv")).map(|row| (port(row[1]), row[0])).collect();
    ports.sort_unstable();
    ports
});

/// Ascending, each with the program that listens.
pub fn all() -> impl Iterator<Item = (u16, &'static str)> {
    PORTS.iter().copied()
}

#[cfg(test)]
mod tests {
    #[test]
    fn ports_ascend() {
        let ports: Vec<u16> = super::all().map(|(port, _)| port).collect();
        assert!(ports.is_sorted() && ports.contains(&9345));
    }
}
