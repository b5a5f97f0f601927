"""What is known of the values of one version of a chart, key by key."""

import json
import re

from interpret import EACH

# What a build changes: images, and their versions.
OF_BUILD = re.compile(r"(^|\.)(tag|digest|version|repository|useDigest)$|[iI]mage")
LONGEST = 200
LIMITS = ("min", "max", "pattern")
NAMES = ("path", "shape", "types", "schema", "enum", "limits", "use", "from", "compared", "default")


class Node:
    """A value. `types` are those of values.yaml, `schema`, `enum` and `limits`
    are of a schema, which may take any key; `uses` and `compared` are those of
    interpret.py; `sources` are the letters of the column `from`."""

    def __init__(self):
        self.types = set()
        self.default = None
        self.filled = False
        self.schema = set()
        self.enum = set()
        self.limits = {}
        self.takes_any = False
        self.uses = set()
        self.compared = set()
        self.sources = set()
        self.children = {}

    def child(self, key):
        if key not in self.children:
            self.children[key] = Node()
        return self.children[key]

    def at(self, path):
        node = self
        for key in path:
            node = node.child(key)
        return node

    def add(self, value):
        """A default. What is there already is of a chart that goes before."""
        self.sources.add("v")
        self.types.add(type_of(value))
        if isinstance(value, dict):
            for key, below in value.items():
                self.child(key).add(below)
        elif isinstance(value, list):
            for below in value:
                self.child(EACH).add(below)
        self.filled = self.filled or isinstance(value, (dict, list)) and bool(value)
        if self.default is None:
            self.default = json.dumps(value, ensure_ascii=False)

    def absorb(self, other):
        """What is known of either is known of this."""
        for mine, its in (
            (self.types, other.types),
            (self.schema, other.schema),
            (self.enum, other.enum),
            (self.uses, other.uses),
            (self.compared, other.compared),
            (self.sources, other.sources),
        ):
            mine |= its
        self.takes_any |= other.takes_any
        self.filled |= other.filled
        for key, child in other.children.items():
            self.child(key).absorb(child)

    def rows(self):
        """Cells by path, in the order of NAMES but for the path. This one is
        the root."""
        found = {}
        if self.uses & {"whole", "each", "print"}:
            # The root has no row, so it can't say that it is open.
            self.child(EACH).uses.add("whole")
            self.child(EACH).sources.add("t")
        self._rows((), "closed", found)
        return found

    def _rows(self, path, shape, found):
        if shape == "keyed":
            self._unite()
        for key, child in self.children.items():
            if key == EACH and (child.sources <= {"c"} or shape == "closed" and path):
                continue
            if key != EACH and shape == "list":
                continue
            below = path + (key,)
            its = child.shape()
            found[below] = child.cells(below, its)
            if its in ("closed", "keyed", "list"):
                child._rows(below, its, found)

    def _unite(self):
        """Where any key may stand, what holds for one holds for all."""
        each = self.child(EACH)
        for key in [key for key in self.children if key != EACH]:
            each.absorb(self.children.pop(key))

    def shape(self):
        each = self.children.get(EACH)
        if each and each.sources <= {"c"}:
            each = None
        named = [child for key, child in self.children.items() if key != EACH]
        is_map = "map" in self.types | self.schema or any(
            not child.sources <= {"c"} for child in named
        )
        is_list = "list" in self.types | self.schema
        known = bool(self.types - {"null"} or self.schema - {"null"})
        if "whole" in self.uses and (is_map or is_list or not known):
            return "open"
        if not is_map and not is_list and not each:
            return "scalar"
        if is_list and not is_map:
            return "list"
        if "print" in self.uses:
            return "open"
        if self.takes_any or "each" in self.uses or each and not is_list:
            # If a template only passes elements on, nothing is known of them.
            knows = each and (each.schema or each.uses & {"if", "print", "child", "each"})
            return "keyed" if knows else "open"
        if is_list:
            return "open"
        if not self.uses:
            return "unread"
        of_schema = any("s" in child.sources for child in named)
        return "closed" if "child" in self.uses or of_schema else "open"

    def cells(self, path, shape):
        return (
            shape,
            "|".join(sorted(self.types)) or "-",
            "|".join(sorted(self.schema)) or "-",
            "|".join(sorted(self.enum)) or "-",
            " ".join(self._limits()) or "-",
            ",".join(self._use()) or "-",
            "".join(letter for letter in "vstcd" if letter in self.sources),
            _short(sorted(self.compared)) or "-",
            self._default(path),
        )

    def _default(self, path):
        filled_map = self.filled and "list" not in self.types
        if self.default is None or filled_map or EACH in path:
            return "-"
        if OF_BUILD.search(written(path)):
            return "~"
        return self.default if len(self.default) <= LONGEST else "-"

    def _limits(self):
        return ["%s=%s" % (name, self.limits[name]) for name in LIMITS if name in self.limits]

    def _use(self):
        if not self.uses:
            yield "unread"
        if "if" in self.uses:
            yield "if"
        if "refused" in self.uses and not self.uses - {"refused", "if", "print"}:
            yield "fail"


def type_of(value):
    if value is None:
        return "null"
    names = {bool: "bool", int: "int", float: "float", str: "str", list: "list", dict: "map"}
    return names[type(value)]


def written(path):
    """As the column `path` has it."""
    return ".".join(key.replace("\\", "\\\\").replace(".", "\\.") for key in path)


def _short(constants):
    """As many as fit."""
    text = ""
    for constant in constants:
        longer = text + "|" + constant if text else constant
        if len(longer) <= LONGEST and constant.isprintable() and "|" not in constant:
            text = longer
    return text
