"""RKE2's releases, and from when on in each minor something holds.

A gate's text is what `Gate::parse` in src/facts.rs reads: the first release of
each minor, `all`, or `-` for a gate that nothing needs.
"""

import re
from typing import NamedTuple

OLDEST_MINOR = 21
TAG = re.compile(r"v1\.(\d+)\.(\d+)\+rke2r(\d+)")


class Release(NamedTuple):
    minor: int
    patch: int
    rke2: int

    def __str__(self):
        return "v1.%d.%d+rke2r%d" % self


def parse(tag):
    """`None` for release candidates and whatever else a tag can be."""
    found = TAG.fullmatch(tag)
    return Release(*map(int, found.groups())) if found else None


def of(tags):
    """The releases among tags that the tables are about, ascending."""
    releases = filter(None, map(parse, tags))
    return sorted(release for release in releases if release.minor >= OLDEST_MINOR)


def gates(releases, members):
    """The texts of two gates, `since` and `removed`, that tell which of the
    releases are in a set.

    A set that two gates can't tell, such as one that a patch leaves and a
    later one joins again, is an error: better none than a wrong table.
    """
    minors = {}
    for release in releases:
        minors.setdefault(release.minor, []).append(release)
    newest = max((release.minor for release in members), default=None)
    if newest is None:
        raise ValueError("a gate of nothing")

    since, removed = {}, {}
    for minor, of_minor in minors.items():
        first = next((release for release in of_minor if release in members), None)
        if first:
            since[minor] = first
            gone = [release for release in of_minor if release > first and release not in members]
            if gone:
                removed[minor] = gone[0]
        elif minor > newest:
            # `removed` alone tells of these.
            since[minor] = removed[minor] = of_minor[0]
    texts = _text(minors, since), _text(minors, removed)
    told = {
        release for release in releases if holds(texts[0], release) and not holds(texts[1], release)
    }
    wrong = sorted(told ^ set(members))
    if wrong:
        raise ValueError(
            "since %s and removed %s are wrong of %s" % (*texts, ", ".join(map(str, wrong)))
        )
    return texts


def holds(text, release):
    """As `Gate::holds` in src/facts.rs."""
    if text in ("all", "never", "-"):
        return text == "all"
    firsts = [
        parse(part) or Release(*map(int, part[3:].split(".")), 0) for part in text.split(", ")
    ]
    for first in firsts:
        if first.minor == release.minor:
            return release >= first
    return release.minor > firsts[-1].minor


def _text(minors, firsts):
    """Of the first release of each minor. A minor above the last one listed
    has it from its start, so the list stops where that tells the rest."""
    if not firsts:
        return "-"
    untold = [minor for minor in minors if firsts.get(minor) != minors[minor][0]]
    if not untold:
        return "all"
    # If a minor never got it, the one above has to be listed.
    last = (
        max(untold)
        if max(untold) in firsts
        else min(minor for minor in firsts if minor > max(untold))
    )
    return ", ".join(
        _first(minors[minor], firsts[minor]) for minor in sorted(firsts) if minor <= last
    )


def _first(of_minor, release):
    """`v1.30.0` for the first of a minor, whatever its patch; the build only
    if it isn't the patch's first."""
    if release == of_minor[0]:
        return "v1.%d.0" % release.minor
    is_first_build = release == next(build for build in of_minor if build.patch == release.patch)
    return "v1.%d.%d" % release[:2] if is_first_build else str(release)
