"""The tables of values against charts that are written here.

python -m unittest discover -s .github/facts
"""

import io
import json
import pathlib
import sys
import tarfile
import textwrap
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import chart
import values
from tree import NAMES, written

SHAPE, TYPES, SCHEMA, ENUM, LIMITS, USE, FROM, COMPARED, DEFAULT = range(len(NAMES) - 1)
EMPTY = {"Chart.yaml": "name: x\n"}


def rows(files, injected=()):
    files = {path: textwrap.dedent(text) for path, text in {**EMPTY, **files}.items()}
    root, unknown = values.read(files, injected)
    return {written(path): cells for path, cells in root.rows().items()}, unknown


def packed(folder, files):
    """The octets of a package."""
    octets = io.BytesIO()
    with tarfile.open(fileobj=octets, mode="w:gz") as archive:
        for path, text in files.items():
            content = text if isinstance(text, bytes) else text.encode("utf-8")
            member = tarfile.TarInfo("%s/%s" % (folder, path))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return octets.getvalue()


class Shapes(unittest.TestCase):
    """What a template does to `a`, whose default is `{b: 1, c: {d: x}}`."""

    VALUES = "a: {b: 1, c: {d: x}}\n"

    def check(self, template, expected, of="a", defaults=VALUES, helpers=""):
        found, _ = rows(
            {"values.yaml": defaults, "templates/t.yaml": template, "templates/_h.tpl": helpers}
        )
        self.assertEqual(found[of][SHAPE], expected, template)

    def test_named_keys_close_a_map(self):
        self.check("{{ .Values.a.b }}", "closed")
        self.check("{{ $.Values.a.b | quote }}", "closed")
        self.check("{{ (.Values.a).b }}", "closed")
        self.check('{{ if hasKey .Values.a "b" }}x{{ end }}', "closed")
        self.check('{{ get .Values.a "b" }}', "closed")
        self.check('{{ dig "a" "b" "x" .Values.AsMap }}', "closed")
        self.check('{{ toYaml (pick .Values.a "b") }}', "closed")
        self.check('{{ index .Values "a" "b" }}', "closed")

    def test_a_condition_alone_names_no_key(self):
        self.check("{{ if .Values.a }}x{{ end }}", "open")

    def test_what_no_template_reads(self):
        self.check("{{ .Values.x }}", "unread")

    def test_all_of_a_map(self):
        self.check("{{ .Values.a.b }}{{ toYaml .Values.a }}", "open")
        self.check("{{ .Values.a.b }}{{ .Values.a }}", "open")
        self.check("{{ .Values.a.b }}{{ .Values.a | toJson | sha256sum }}", "open")
        self.check('{{ .Values.a.b }}{{ toYaml (omit .Values.a "b") }}', "open")
        self.check("{{ .Values.a.b }}{{ keys .Values.a }}", "open")
        self.check("{{ .Values.a.b }}{{ range .Values.a }}x{{ end }}", "open")
        self.check("{{ .Values.a.b }}{{ tpl (toYaml .Values.a) . }}", "open")
        self.check("{{ .Values.a.b }}{{ toYaml (index .Values.a .Values.x) }}", "open")
        self.check("{{ .Values.a.b }}{{ gt (len .Values.a) 1 }}", "open")

    def test_a_function_that_is_not_known(self):
        found, unknown = rows(
            {
                "values.yaml": self.VALUES,
                "templates/t.yaml": "{{ .Values.a.b }}{{ f .Values.a }}",
            }
        )
        self.assertEqual((found["a"][SHAPE], unknown), ("open", {"f"}))

    def test_through_a_helper(self):
        helper = '{{ define "h" }}{{ toYaml .map }}{{ end }}'
        self.check(
            '{{ .Values.a.b }}{{ include "h" (dict "map" .Values.a) }}', "open", helpers=helper
        )
        self.check(
            '{{ .Values.a.b }}{{ include "h" (dict "map" .Values.x) }}', "closed", helpers=helper
        )
        second = '{{ define "h" }}{{ with index . 1 }}{{ .b }}{{ end }}{{ end }}'
        self.check('{{ template "h" (list . .Values.a) }}', "closed", helpers=second)
        outer = second + '{{ define "g" }}{{ include "h" (list . .Values.a) }}{{ end }}'
        self.check('{{ include "g" . }}', "closed", helpers=outer)

    def test_a_helper_whose_name_is_computed(self):
        self.check("{{ .Values.a.b }}{{ include .Values.x .Values.a }}", "open")
        file = '{{ .Values.a.b }}{{ include (print $.Template.BasePath "/u.yaml") . | sha256sum }}'
        self.check(file, "closed")

    def test_a_helper_that_calls_itself(self):
        helper = (
            '{{ define "h" }}{{ range $k, $v := . }}{{ $k }}'
            '{{ if kindIs "map" $v }}{{ include "h" $v }}{{ end }}{{ end }}{{ end }}'
        )
        self.check('{{ .Values.a.b }}{{ include "h" .Values.a }}', "open", of="a", helpers=helper)

    def test_with(self):
        self.check("{{ with .Values.a }}{{ .b }}{{ end }}", "closed")
        self.check("{{ with .Values.a }}{{ .b }}{{ toYaml . }}{{ end }}", "open")
        self.check("{{ with $x := .Values.a }}{{ $x.b }}{{ end }}", "closed")
        self.check("{{ with .Values.x }}{{ else with .Values.a }}{{ .b }}{{ end }}", "closed")

    def test_variables(self):
        self.check("{{ $x := .Values.a }}{{ $x.b }}", "closed")
        self.check("{{ $x := .Values.a }}{{ $x.b }}{{ $x | toYaml }}", "open")
        self.check(
            "{{ $x := dict }}{{ if .Values.y }}{{ $x = .Values.a }}{{ end }}"
            "{{ .Values.a.b }}{{ toYaml $x }}",
            "open",
        )

    def test_keys_that_a_template_lists(self):
        self.check('{{ range list "b" "c" }}{{ index $.Values.a . }}{{ end }}', "closed")
        self.check('{{ range $k, $v := dict "b" 1 }}{{ get $.Values.a $k }}{{ end }}', "closed")

    def test_merges(self):
        self.check("{{ $x := merge (dict) .Values.a }}{{ $x.b }}", "closed")
        self.check("{{ $x := merge (dict) .Values.a }}{{ $x.b }}{{ toYaml $x }}", "open")
        self.check('{{ $x := deepCopy .Values.a }}{{ $_ := set $x "n" 1 }}{{ $x.b }}', "closed")
        # What is written into a copy isn't in the original.
        found, _ = rows(
            {
                "values.yaml": self.VALUES,
                "templates/t.yaml": '{{ $x := deepCopy .Values.a }}{{ $_ := set $x "n" .Values.y }}'
                "{{ .Values.a.b }}{{ toYaml $x.n }}",
            }
        )
        self.assertEqual(found["a"][SHAPE], "closed")
        self.assertEqual(found["y"][SHAPE], "open")

    def test_overrides_of_all_values(self):
        found, _ = rows(
            {
                "values.yaml": "a: {b: 1}\nover: [{when: x, values: {a: {b: 2}}}]\n",
                "templates/t.yaml": "{{ range .Values.over }}{{ if .when }}"
                "{{ $_ := mergeOverwrite $.Values .values }}{{ end }}{{ end }}{{ .Values.a.b }}",
            }
        )
        self.assertEqual(found["a"][SHAPE], "closed")
        self.assertEqual(found["over.*"][SHAPE], "closed")
        self.assertEqual(found["over.*.values"][SHAPE], "open")

    def test_what_is_written_into_the_values(self):
        self.check(
            '{{ $_ := set .Values "y" .Values.a }}{{ .Values.a.b }}{{ toYaml .Values.y }}', "open"
        )

    def test_lists_and_keyed_maps(self):
        each = "{{ range $k, $v := .Values.a }}{{ $v.x }}{{ end }}"
        self.check(each, "keyed", defaults="a: {one: {x: 1}, two: {z: 1}}\n")
        self.check(each, "list", defaults="a: [{x: 1, z: 2}]\n")
        found, _ = rows({"values.yaml": "a: {one: {x: 1}, two: {z: 1}}\n", "templates/t": each})
        self.assertEqual(found["a.*"][SHAPE], "closed")
        self.assertEqual({path for path in found}, {"a", "a.*", "a.*.x", "a.*.z"})
        self.assertEqual(found["a.*.x"][DEFAULT], "-")

    def test_whole_values_open_the_root(self):
        found, _ = rows({"values.yaml": self.VALUES, "templates/t": "{{ toYaml .Values }}"})
        self.assertEqual(found["*"][SHAPE], "open")

    def test_a_value_without_default_that_goes_anywhere(self):
        self.check("{{ toYaml .Values.x }}", "open", of="x")
        self.check("{{ .Values.x }}", "scalar", of="x")
        self.check("{{ toYaml .Values.x }}", "scalar", of="x", defaults="x: text\n")

    def test_templates_in_values_and_files(self):
        self.check(
            "{{ tpl .Values.t . }}", "closed", defaults=self.VALUES + "t: '{{ .Values.a.b }}'"
        )
        files = {"values.yaml": self.VALUES, "files/f": "{{ .Values.a.b }}"}
        files["templates/t"] = '{{ tpl (.Files.Get "files/f") . }}'
        self.assertEqual(rows(files)[0]["a"][SHAPE], "closed")


class Cells(unittest.TestCase):
    def cells(self, path, template="", defaults="", **more):
        files = {"values.yaml": defaults, "templates/t.yaml": template, **more}
        return rows(files)[0][path]

    def use(self, template, path="a", defaults=""):
        return self.cells(path, template, defaults)[USE]

    def test_conditions(self):
        self.assertEqual(self.use("{{ if .Values.a }}x{{ end }}"), "if")
        self.assertEqual(self.use("{{ if and .Values.b (not .Values.a) }}x{{ end }}"), "if")
        self.assertEqual(self.use('{{ ternary "x" "y" .Values.a }}'), "if")
        self.assertEqual(self.use("{{ .Values.a }}"), "-")
        self.assertEqual(self.use("", defaults="a: 1\n"), "unread")

    def test_values_that_are_refused(self):
        self.assertEqual(self.use('{{ if .Values.a }}{{ fail "gone" }}{{ end }}'), "if,fail")
        self.assertEqual(
            self.use('{{ if hasKey .Values "a" }}{{ printf "%s" .Values.a | fail }}{{ end }}'),
            "fail",
        )
        self.assertEqual(
            self.use('{{ if (dig "a" "b" "" .Values.AsMap) }}{{ fail "x" }}{{ end }}', "a.b"),
            "if,fail",
        )
        # The map isn't refused, only a key of it.
        self.assertEqual(
            self.use('{{ if (.Values.a).b }}{{ fail "x" }}{{ end }}', "a"),
            "-",
        )

    def test_values_that_are_asked_for_are_not_refused(self):
        for condition in ("not .Values.a", 'ne .Values.a "x"', "empty .Values.a"):
            use = self.use('{{ if %s }}{{ fail "x" }}{{ end }}' % condition)
            self.assertNotIn("fail", use, condition)
        self.assertEqual(self.use('{{ if .Values.a }}{{ fail "x" }}{{ end }}{{ .Values.a }}'), "if")
        self.assertEqual(self.use('{{ if .Values.a }}x{{ else }}{{ fail "x" }}{{ end }}'), "if")

    def test_constants(self):
        compared = {
            '{{ eq .Values.a "x" }}{{ ne .Values.a "y" }}': "x|y",
            "{{ eq .Values.a 1 true nil }}": "#1|#true",
            '{{ eq (toString .Values.a) "true" }}': "~true",
            '{{ has .Values.a (list "x" "y") }}': "x|y",
            "{{ .Values.a }}": "-",
        }
        for template, expected in compared.items():
            self.assertEqual(self.cells("a", template)[COMPARED], expected, template)

    def test_types_are_those_of_yaml_1_1(self):
        types = {
            "yes": "bool",
            "off": "bool",
            "y": "bool",
            "'yes'": "str",
            "1": "int",
            "0x1f": "int",
            "1.5": "float",
            "1e3": "float",
            "1:30": "str",
            "2001-01-01": "str",
            "": "null",
            "[]": "list",
            "{}": "map",
        }
        for text, expected in types.items():
            self.assertEqual(self.cells("a", defaults="a: %s\n" % text)[TYPES], expected, text)

    def test_defaults(self):
        long = "x" * 200
        defaults = {
            "a: yes": "true",
            "a: 010": "8",
            "a: x y": '"x y"',
            "a: ''": '""',
            "a:": "null",
            "a: {}": "{}",
            "a: [1, {b: c}]": '[1, {"b": "c"}]',
            "a: {b: 1}": "-",
            "a: " + long: "-",
            "b: 1": "-",
        }
        for text, expected in defaults.items():
            cells = self.cells("a", "{{ .Values.a }}", text + "\n")
            self.assertEqual(cells[DEFAULT], expected, text)

    def test_defaults_that_a_build_changes(self):
        text = "a: {tag: v1, image: x, useDigest: true, tags: z}\n"
        for key, expected in {"tag": "~", "image": "~", "useDigest": "~", "tags": '"z"'}.items():
            cells = self.cells("a." + key, "{{ .Values.a.%s }}" % key, text)
            self.assertEqual(cells[DEFAULT], expected, key)

    def test_where_a_path_is_from(self):
        self.assertEqual(self.cells("a", "{{ .Values.a }}", "a: 1\n")[FROM], "vt")
        self.assertEqual(self.cells("a", "{{ .Values.a }}", "# a: 1\n")[FROM], "tc")
        self.assertEqual(self.cells("a", "", "# a: 1\n")[FROM], "c")

    def test_commented_keys(self):
        text = """\
            a:
              b: 1
              # c: 2
              # d:
              #   e: 3
            #  f: 4
            # See: https://example.org
            l: []
            # - m: 5
            #   n: 6
            t: |
              # o: 7
            """
        found = {".".join(path) for path in chart.commented(textwrap.dedent(text))}
        self.assertLessEqual({"a.c", "a.d", "a.d.e", "a.f", "l.*.m", "l.*.n"}, found)
        self.assertFalse([path for path in found if path.rsplit(".", 1)[-1] == "o"])

    def test_schemas(self):
        schema = {
            "type": "object",
            "properties": {
                "a": {"type": ["string", "null"], "enum": ["x", "y"]},
                "b": {"type": "integer", "minimum": 1, "maximum": 9},
                "c": {"$ref": "#/$defs/c"},
                "d": {"type": "object", "additionalProperties": {"type": "boolean"}},
                "e": {"anyOf": [{"type": "null"}, {"enum": ["x"]}]},
                "f": {"anyOf": [{"type": "string"}, {"enum": [1]}]},
            },
            "$defs": {"c": {"properties": {"k": {"type": "string", "pattern": "^x y$"}}}},
        }
        files = {
            "values.schema.json": json.dumps(schema),
            "templates/t": "{{ .Values.a }}{{ .Values.b }}{{ .Values.c.k }}{{ if .Values.d }}{{ end }}"
            "{{ .Values.e }}{{ .Values.f }}",
        }
        found, _ = rows(files)
        of_schema = {path: cells[SCHEMA : LIMITS + 1] for path, cells in found.items()}
        self.assertEqual(of_schema["a"], ("null|str", '"x"|"y"', "-"))
        self.assertEqual(of_schema["b"], ("int", "-", "min=1 max=9"))
        self.assertEqual(of_schema["c.k"], ("str", "-", "pattern=^x y$"))
        self.assertEqual((found["c"][SHAPE], found["d"][SHAPE]), ("closed", "keyed"))
        self.assertEqual(of_schema["d.*"], ("bool", "-", "-"))
        self.assertEqual(of_schema["e"], ("null|str", '"x"|null', "-"))
        self.assertEqual(of_schema["f"], ("int|str", "-", "-"))
        self.assertEqual(found["a"][FROM], "st")


class Subcharts(unittest.TestCase):
    FILES = {
        "Chart.yaml": """\
            name: x
            dependencies:
              - name: sub
                alias: one
                condition: one.enabled
              - name: sub
                alias: two
                tags: [extra]
            """,
        "values.yaml": "one: {a: 2}\nglobal: {x: 1}\n",
        "templates/t.yaml": "{{ .Values.one.b }}{{ .Values.global.x }}",
        "charts/sub/Chart.yaml": "name: sub\n",
        "charts/sub/values.yaml": "a: 1\nglobal: {z: 2}\n",
        "charts/sub/templates/t.yaml": "{{ .Values.a }}{{ .Values.global.z }}",
    }

    def test_values_stand_below_each_alias(self):
        found, _ = rows(self.FILES)
        self.assertEqual(found["one"][SHAPE], "closed")
        self.assertEqual((found["one.a"][DEFAULT], found["two.a"][DEFAULT]), ("2", "1"))
        self.assertEqual(found["one.b"][FROM], "t")
        self.assertNotIn("two.b", found)
        self.assertNotIn("a", found)

    def test_conditions_and_tags(self):
        found, _ = rows(self.FILES)
        self.assertEqual((found["one.enabled"][USE], found["one.enabled"][FROM]), ("if", "d"))
        self.assertEqual(found["tags.extra"][FROM], "d")

    def test_values_that_are_imported(self):
        imports = "    import-values: [some, {child: a, parent: p}]\n"
        files = {
            "Chart.yaml": "dependencies:\n  - name: sub\n" + imports,
            "values.yaml": "x: {y1: 1}\n",
            "charts/sub/Chart.yaml": "name: sub\n",
            "charts/sub/values.yaml": "exports: {some: {x: {y1: 2}}}\na: {b: 3}\n",
        }
        template = {"templates/t": "{{ .Values.x.y1 }}{{ .Values.p.b }}"}
        found, _ = rows({**files, **template})
        self.assertEqual((found["x.y1"][DEFAULT], found["p.b"][DEFAULT]), ("2", "3"))

    def test_all_charts_have_one_global(self):
        found, _ = rows(self.FILES)
        self.assertEqual(found["global"][SHAPE], "closed")
        self.assertEqual((found["global.x"][FROM], found["global.z"][FROM]), ("vt", "vt"))
        self.assertNotIn("one.global", found)

    def test_what_rke2_sets(self):
        found, _ = rows(self.FILES, ["global.clusterCIDR", "global.prime.enabled"])
        self.assertEqual(
            found["global.clusterCIDR"][:FROM], ("scalar", "str") + ("-",) * 3 + ("unread",)
        )
        self.assertEqual((found["global.prime"][SHAPE], found["global.prime"][FROM]), ("open", "d"))

    def test_packed_subcharts(self):
        below = packed("sub", {"Chart.yaml": "name: sub\n", "values.yaml": "a: 1\n"})
        octets = packed("x", {"Chart.yaml": "name: x\n", "charts/sub-1.0.tgz": below})
        self.assertIn("charts/sub/values.yaml", chart.unpack(octets))


if __name__ == "__main__":
    unittest.main()
