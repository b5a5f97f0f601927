"""What Calico's operator and Felix take, where rke2-calico passes values on.

rke2-calico copies maps of its values into custom resources, but for a few keys
that its templates take out. What else may stand there is in the CRDs of
rke2-calico-crd.
"""

import re
from copy import copy

import schema
from chart import load_all
from interpret import EACH
from tree import Node

CHART = "rke2-calico-crd"
OF = "rke2-calico"
# By the key of rke2-calico's values: the CRD of what it is passed to.
RESOURCES = {
    "installation": "Installation",
    "apiServer": "APIServer",
    "goldmane": "Goldmane",
    "whisker": "Whisker",
    "felixConfiguration": "FelixConfiguration",
    "defaultFelixConfiguration": "FelixConfiguration",
}
# Where the chart's templates write a value that they take out, if nothing else
# is there.
WRITTEN = {
    ("installation", "backend"): ("calicoNetwork", "ipPools", "*", "encapsulation"),
    ("installation", "natOutgoing"): ("calicoNetwork", "ipPools", "*", "natOutgoing"),
}
# Kubernetes' own types, which are most of a CRD and change with Kubernetes.
KUBERNETES = re.compile("(DaemonSet|Deployment|Affinity|Tolerations|Resources)$")
ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def read(files):
    """The tree of one version of the CRDs."""
    root = Node()
    for key, kind in RESOURCES.items():
        spec = _spec(files, kind)
        if spec.get("properties"):
            node = root.child(key)
            node.schema.add("map")
            node.sources.add("s")
            schema.read(spec, node, spec, KUBERNETES)
            _use(node)
    return root


def taken_out(root):
    """Of the tree of one version of rke2-calico: nodes by path that its
    templates read where they pass the rest on."""
    return {
        (key, name): child
        for key in RESOURCES
        for name, child in root.children.get(key, Node()).children.items()
        if "t" in child.sources and name != EACH
    }


def complete(root, charts):
    """Adds to the tree of the CRDs what the versions of rke2-calico take out
    that releases bundle with them. Of nodes that differ, the newest counts."""
    for chart in charts:
        for (key, name), node in chart.items():
            resource = root.children.get(key)
            if resource is None or "s" in resource.child(name).sources:
                continue
            node = resource.children[name] = copy(node)
            steps = WRITTEN.get((key, name))
            if steps:
                node.schema, node.enum = resource.at(steps).schema, resource.at(steps).enum


def _use(node):
    """The operator and Felix read all of it."""
    node.uses |= {"read", "child"}
    for child in node.children.values():
        _use(child)


def _spec(files, kind):
    """The schema of `spec` in the newest version of a CRD."""
    for path in sorted(files):
        text = files[path]
        if "kind: CustomResourceDefinition" not in text or "kind: %s\n" % kind not in text:
            continue
        for crd in load_all(ACTION.sub("", text)):
            if crd and crd.get("kind") == "CustomResourceDefinition":
                spec = crd["spec"]
                newest = (spec.get("versions") or [spec])[-1]
                of_crd = newest.get("schema") or spec.get("validation") or {}
                if spec["names"]["kind"] == kind and "openAPIV3Schema" in of_crd:
                    return of_crd["openAPIV3Schema"].get("properties", {}).get("spec") or {}
    return {}
