"""What hand-made rows say against what the sources say.

A finding is a sentence. Rows that no source here can be asked about, and
releases whose commit no checkout has, are passed over.
"""

import pathlib

import yaml

from flags import RKE2, pinned_k3s, required
from go import Module, Unreadable
from releases import gates, holds
from table import rows
from values import injections

MARKS = pathlib.Path(__file__).with_name("marks.tsv")
ITEMS = ("pkg/cli", "pkg/cli/cmds", "pkg/rke2")
PACKAGES = ("main", "origin/main", "HEAD")
# Much faster, where PyYAML was built with libyaml.
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def findings(folder, generated, rke2, k3s, packages, releases):
    """Sentences, sorted. `folder` has the hand-made tables, `generated` are
    the new ones by name; a table that isn't there isn't asked about."""
    made = {path.name: rows(path.read_bytes().decode("utf-8")) for path in folder.glob("*.tsv")}
    found = []

    plugins = _items(rke2, releases, "CNIItems")
    ingress = _items(rke2, releases, "IngressItems")
    seen = {
        mark["gate"]: _marked(mark, rke2, k3s, releases)
        for mark in rows(MARKS.read_text(encoding="utf-8"))
    }
    seen["cilium-exclusive-default-false"] = _not_exclusive(
        packages, generated["releases.tsv"], releases
    )
    for row in made.get("gates.tsv", []):
        found += _differences("gates.tsv", row["name"], row["gate"], seen.get(row["name"], {}))
    for row in made.get("cnis.tsv", []):
        of_name = {release: row["name"] in plugins[release] for release in plugins}
        found += _differences("cnis.tsv", row["name"], row["gate"], of_name)
    controllers = _controllers(rke2, releases)
    for row in made.get("helm_fields.tsv", []):
        has = {r: _reaches(version, row["controller"]) for r, version in controllers.items()}
        name = "%s.%s" % (row["kind"], row["field"])
        found += _differences("helm_fields.tsv", name, row["gate"], has)
    for row in made.get("values.tsv", []):
        if row["key"] == "ingress-controller" and row["value"] != "none":
            of_name = {release: row["value"] in ingress[release] for release in ingress}
            found += _differences("values.tsv", row["value"], row["since"], of_name)
    injected = {release: injections(rke2, release) for release in releases}
    for row in made.get("injected_values.tsv", []):
        path = "global." + row["value"]
        of_path = {release: path in injected[release] for release in injected}
        found += _differences("injected_values.tsv", row["value"], row["gate"], of_path)

    for row in made.get("chart_fails.tsv", []):
        found += _unsaid(packages, generated["releases.tsv"], row)

    charts = generated["releases.tsv"].names[2:]
    for name, column, needed in (
        ("cnis.tsv", "name", plugins.get(releases[-1], [])),
        ("charts.tsv", "chart", charts),
        (
            "injected_values.tsv",
            "value",
            [path[len("global.") :] for path in set().union(*injected.values())],
        ),
        ("keys.tsv", "key", [row[0] for row in generated["flags.tsv"].rows]),
        ("k3s_twins.tsv", "key", [row[0] for row in generated["dropped_flags.tsv"].rows]),
    ):
        if name in made:
            has = {row[column] for row in made[name]}
            found += ["%s: no row for `%s`" % (name, lacking) for lacking in set(needed) - has]
            found += ["%s: `%s` is in no release" % (name, extra) for extra in has - set(needed)]
    return sorted(found)


def _differences(table, name, gate, seen):
    """At most one finding. `seen` says of releases whether it holds."""
    wrong = [release for release in sorted(seen) if holds(gate, release) != seen[release]]
    if not wrong:
        return []
    members = {release for release in seen if seen[release]}
    try:
        since, removed = gates(sorted(seen), members) if members else ("never", "-")
        instead = since if removed == "-" else "%s until %s" % (since, removed)
    except ValueError:
        instead = "that it comes and goes"
    some = ", ".join(map(str, wrong[:3])) + (", …" if len(wrong) > 3 else "")
    return ["%s: `%s` is %s, the sources say %s; see %s" % (table, name, gate, instead, some)]


def _marked(mark, rke2, k3s, releases):
    """Whether one of a gate's texts is in one of its files, by release."""
    seen = {}
    for release in releases:
        revision, repository = str(release), rke2
        if mark["repository"] == "k3s":
            revision = pinned_k3s(rke2, release)[1]
            repository = next((clone for clone in k3s if clone.resolves(revision)), None)
        if repository:
            files = [repository.read(revision, file) or "" for file in mark["files"].split(" ")]
            seen[release] = any(
                text in file for text in mark["texts"].split(" | ") for file in files
            )
    return seen


def _controllers(rke2, releases):
    """The version of helm-controller by release, as numbers."""
    found = {}
    for release in releases:
        version = required(rke2, release, "github.com/k3s-io/helm-controller")
        if version:
            found[release] = tuple(map(int, version[1:].split("-")[0].split(".")))
    return found


def _reaches(version, firsts):
    """Whether a version has what came with `v0.16.20 and v0.17.0`: with each
    of these in its own series, and with all series above."""
    firsts = [tuple(map(int, first[1:].split("."))) for first in firsts.split(" and ")]
    for first in firsts:
        if first[:2] == version[:2]:
            return version >= first
    return version > firsts[-1]


def _not_exclusive(packages, bundled, releases):
    """Whether `cni.exclusive` is false in the values of the rke2-cilium that a
    release bundles."""
    if "rke2-cilium" not in bundled.names:
        return {}
    column = bundled.names.index("rke2-cilium")
    of_version = {
        version: _value(packages, "rke2-cilium", version, "cni", "exclusive")
        for version in {row[column] for row in bundled.rows}
    }
    seen = {release: of_version[row[column]] for release, row in zip(releases, bundled.rows)}
    return {release: value == "false" for release, value in seen.items() if value is not None}


def _unsaid(packages, bundled, row):
    """At most one finding: versions of a chart none of whose files of a row
    has the row's words. Words of Go's own have no file."""
    if row["source"].startswith("Go's"):
        return []
    files = row["source"].split(" ")
    wrong = []
    for version in _versions(bundled, row["chart"], row["versions"]):
        folder = "charts/%s/%s/%s/" % (row["chart"], row["chart"], version)
        if _text(packages, folder + "Chart.yaml") is None:
            continue
        texts = [_text(packages, folder + file) or "" for file in files]
        if not any(row["says"] in text for text in texts):
            wrong.append(version)
    if not wrong:
        return []
    some = ", ".join(wrong[:3]) + (", …" if len(wrong) > 3 else "")
    name = "%s %s" % (row["chart"], row["name"])
    return ["chart_fails.tsv: `%s` is not said by %s" % (name, some)]


def _versions(bundled, chart, text):
    """`all`, or ranges as in src/facts/chart_fails.rs, in the order of the days
    on which releases first bundled a version."""
    column = bundled.names.index(chart)
    rows = sorted(enumerate(bundled.rows), key=lambda row: (row[1][1], row[0]))
    known = list(dict.fromkeys(row[column] for _, row in rows if row[column] != "-"))
    if text == "all":
        return known
    found = []
    for bounds in text.split(", "):
        first, dots, last = bounds.partition("..")
        start = known.index(first)
        end = known.index(last) if last else len(known) - 1 if dots else start
        found += known[start : end + 1]
    return found


def _text(packages, path):
    """Of a file of rke2-charts, or `None`."""
    return next(filter(None, (packages.read(branch, path) for branch in PACKAGES)), None)


def _value(packages, chart, version, *keys):
    """A scalar of a chart's values.yaml as it is written, "" if it has no such
    key, or `None` if the chart isn't there."""
    path = "charts/%s/%s/%s/values.yaml" % (chart, chart, version)
    text = _text(packages, path)
    if text is None:
        return None
    value = yaml.load(text, Loader=LOADER)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value or ""


def _items(rke2, releases, name):
    """The items of a list of RKE2's by release; it has moved from file to
    file. Releases without it aren't there."""
    found = {}
    for release in releases:
        module = Module(rke2, str(release), RKE2)
        for folder in ITEMS:
            try:
                found.setdefault(release, module.package(folder).value(name))
            except Unreadable:
                continue
    return found
