"""What Calico's operator and Felix take, where rke2-calico passes values on.

rke2-calico copies maps of its values into custom resources. What may stand in
those is in the CRDs of rke2-calico-crd, of which only RKE2's own templates
leave a few keys out.
"""

import re

import schema
from chart import load_all
from tree import Node

CHART = "rke2-calico-crd"
# By the key of rke2-calico's values: the CRD, and what the chart's templates
# take out before they pass the rest on.
RESOURCES = {
    "installation": ("Installation", ("enabled", "backend", "natOutgoing")),
    "apiServer": ("APIServer", ("enabled",)),
    "goldmane": ("Goldmane", ("enabled",)),
    "whisker": ("Whisker", ("enabled",)),
    "felixConfiguration": ("FelixConfiguration", ()),
    "defaultFelixConfiguration": ("FelixConfiguration", ("enabled",)),
}
# Kubernetes' own types, which are most of a CRD and change with Kubernetes.
KUBERNETES = re.compile("(DaemonSet|Deployment|Affinity|Tolerations|Resources)$")
ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def rows(files):
    """Of one version of the CRDs: cells by path, as values.py has them."""
    root = Node()
    for key, (kind, taken) in RESOURCES.items():
        spec = _spec(files, kind)
        if spec.get("properties"):
            node = root.child(key)
            node.schema.add("map")
            node.sources.add("s")
            schema.read(spec, node, spec, KUBERNETES)
            _use(node)
    return root.rows()


def _use(node):
    """The operator and Felix read all of it."""
    node.uses |= {"read", "child"}
    for child in node.children.values():
        _use(child)


def _spec(files, kind):
    """The schema of `spec` in the newest version of a CRD; of the CRDs of two
    groups, the one that Felix reads."""
    found = {}
    for path in sorted(files):
        text = files[path]
        if "kind: CustomResourceDefinition" not in text or "kind: %s\n" % kind not in text:
            continue
        for crd in load_all(ACTION.sub("", text)):
            if not crd or crd.get("kind") != "CustomResourceDefinition":
                continue
            spec = crd["spec"]
            if spec["names"]["kind"] == kind:
                newest = (spec.get("versions") or [spec])[-1]
                of_crd = newest.get("schema") or spec.get("validation") or {}
                of_crd = of_crd.get("openAPIV3Schema") or {}
                found[spec["group"]] = (of_crd.get("properties") or {}).get("spec") or {}
    return found.get("crd.projectcalico.org") or next(iter(found.values()), {})
