"""Schemas of values: JSON Schema, and OpenAPI's as CRDs have it."""

import json

from tree import type_of

TYPES = {
    "object": "map",
    "array": "list",
    "string": "str",
    "integer": "int",
    "number": "num",
    "boolean": "bool",
    "null": "null",
}
DEEPEST = 14


def read(schema, node, root, passed=None, depth=0):
    """Adds to a node of tree.py what a schema takes there. `passed` matches the
    keys whose values aren't looked into."""
    schema = _resolved(schema, root)
    if not schema or depth > DEEPEST:
        return
    types = schema.get("type") or []
    types = [types] if isinstance(types, str) else types
    if schema.get("x-kubernetes-int-or-string"):
        types = ["integer", "string"]
    node.schema.update(TYPES[name] for name in types)
    if "enum" in schema:
        node.enum.update(json.dumps(value) for value in schema["enum"])
        node.schema |= set() if types else {type_of(value) for value in schema["enum"]}
    node.limits.update(_limits(schema))
    for key, below in (schema.get("properties") or {}).items():
        child = node.child(key)
        child.sources.add("s")
        if passed and passed.search(key):
            below = {"type": below.get("type"), "additionalProperties": True}
        read(below, child, root, passed, depth + 1)
    more = schema.get("additionalProperties")
    if "patternProperties" in schema or schema.get("x-kubernetes-preserve-unknown-fields"):
        node.takes_any = True
    elif more not in (None, False):
        node.takes_any = True
        if isinstance(more, dict) and more:
            child = node.child("*")
            child.sources.add("s")
            read(more, child, root, passed, depth + 1)
    items = schema.get("items")
    for below in items if isinstance(items, list) else [items] if isinstance(items, dict) else []:
        child = node.child("*")
        child.sources.add("s")
        read(below, child, root, passed, depth + 1)
    for part in schema.get("allOf") or []:
        read(part, node, root, passed, depth + 1)
    for word in ("anyOf", "oneOf"):
        _alternatives(schema.get(word) or [], node, root, passed, depth + 1)


def _alternatives(parts, node, root, passed, depth):
    """A choice or a limit of one part doesn't bind the others."""
    before = set(node.enum), dict(node.limits)
    parts = [_resolved(part, root) for part in parts]
    for part in parts:
        read(part, node, root, passed, depth)
    null = [part for part in parts if part.get("type") == "null"]
    chosen = [part for part in parts if "enum" in part]
    if len(null) + len(chosen) < len(parts):
        node.enum = before[0]
    elif null and chosen:
        node.enum.add("null")
    if len(parts) - len(null) > 1:
        node.limits = before[1]


def _limits(schema):
    for word, name in (("minimum", "min"), ("maximum", "max"), ("pattern", "pattern")):
        if word in schema:
            value = schema[word]
            yield name, value if isinstance(value, str) else json.dumps(value)


def _resolved(schema, root):
    """Without `$ref`; nothing for what isn't in the same file."""
    for _ in range(DEEPEST):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        target = root
        for name in schema["$ref"].lstrip("#").strip("/").split("/"):
            name = name.replace("~1", "/").replace("~0", "~")
            target = target.get(name, {}) if isinstance(target, dict) else {}
        schema = target
    return schema if isinstance(schema, dict) else {}
