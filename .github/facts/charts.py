"""The charts that each release bundles.

A release's charts/chart_versions.yaml lists them, or, in older ones, the lines
`RUN CHART_VERSION=… CHART_FILE=… build-chart.sh` of its Dockerfile. Versions are kept as they
are written. A chart of version 0.0.0 is empty: RKE2 ships it for a while to
remove what an older release deployed, so it counts as none.
"""

import re
import shlex

import yaml

from releases import gates
from table import Table

EMPTY = "0.0.0"


def table(rke2, releases, dates):
    """releases.tsv: a column for each chart that any release bundles."""
    charts = {release: bundled(rke2, release) for release in releases}
    names = sorted({name for versions in charts.values() for name in versions})
    for name in names:
        # Rust makes gates of the columns, so two have to do.
        gates(releases, {release for release in releases if name in charts[release]})
    rows = []
    for release in releases:
        versions = (charts[release].get(name, "-") for name in names)
        rows.append((str(release), dates[str(release)], *versions))
    source = (
        "github.com/rancher/rke2: tags of general availability from v1.%d to v1.%d, the day of each "
        "tag's commit; charts: charts/chart_versions.yaml of the tag, or its Dockerfile if it has "
        "none; 0.0.0, an empty chart, is none" % (releases[0].minor, releases[-1].minor)
    )
    return Table("releases.tsv", source, ("release", "date", *names), rows)


def bundled(rke2, release):
    """Versions by the name of the chart."""
    return {name: version for name, (version, _) in packages(rke2, release).items()}


def packages(rke2, release):
    """Versions and the names of their packages, by the name of the chart.

    Source: RKE2's charts/build-chart.sh.
    """
    listing = rke2.read(str(release), "charts/chart_versions.yaml")
    if listing is None:
        found = _of_dockerfile(rke2.read(str(release), "Dockerfile") or "")
    else:
        # BaseLoader keeps scalars as they are written: 1.10 is no number.
        charts = yaml.load(listing, Loader=yaml.BaseLoader)["charts"]
        found = [(chart["filename"], chart["version"], chart.get("package")) for chart in charts]
    versions = {}
    for file, version, package in found:
        name = _name(file)
        versions[name] = version, package or re.sub("-crd$", "", name)
    if not versions:
        raise ValueError("%s bundles no chart" % release)
    return {name: found for name, found in versions.items() if found[0] != EMPTY}


def _of_dockerfile(text):
    """The file, the version and the package of each chart."""
    for line in text.replace("\\\n", " ").splitlines():
        if not line.startswith("RUN ") or "/build-chart.sh" not in line:
            continue
        words = dict(word.split("=", 1) for word in shlex.split(line) if "=" in word)
        file, version = words["CHART_FILE"], words.get("CHART_VERSION")
        version = version or _version_in(words["CHART_URL"], _name(file))
        yield file, version, words.get("CHART_PACKAGE")


def _version_in(url, name):
    """A few were packed elsewhere: `…/NAME-VERSION.tgz?raw=true`."""
    package = url.split("?")[0].rsplit("/", 1)[-1]
    if not (package.startswith(name + "-") and package.endswith(".tgz")):
        raise ValueError("no version of %s in %s" % (name, url))
    return package[len(name) + 1 : -len(".tgz")]


def _name(file):
    return file.rsplit("/", 1)[-1][: -len(".yaml")]
