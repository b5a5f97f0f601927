"""Packages, the CRDs of Calico, and the tables that are made of them.

python -m unittest discover -s .github/facts
"""

import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import crds
import gotemplate
import releases
import table
import values
from git import Repository
from test_make import History
from test_values import EMPTY, ENUM, FROM, SCHEMA, SHAPE, packed
from tree import written


LISTING = """
charts:
  - {version: %s, filename: /charts/rke2-sample.yaml, package: samples}
  - {version: 0.0.0, filename: /charts/rke2-gone.yaml}
  - {version: 1.0.0, filename: /charts/rke2-sample-crd.yaml}
"""
BOOTSTRAP = 'var set = map[string]string{"global.clusterDNS": dns}\n'
# By version: what templates do with `a`, whose default is a map of `b`.
SAMPLES = {
    "1.0": "{{ .Values.a.b }}",
    "2.0": "{{ toYaml .Values.a }}",
    "1.1": "{{ .Values.a.b }}{{ .Values.c }}",
    "3.0": "{{ .Values.a.b }}",
}


class Tables(unittest.TestCase):
    """The second minor's first release is older than the first one's last."""

    RELEASES = {
        "v1.30.1+rke2r1": "1.0",
        "v1.31.0+rke2r1": "2.0",
        "v1.31.1+rke2r1": "3.0",
        "v1.31.2+rke2r1": "lost",
    }

    def tables(self):
        with tempfile.TemporaryDirectory() as folder:
            rke2, charts = (History(pathlib.Path(folder) / name) for name in ("rke2", "charts"))
            for tag, version in {**self.RELEASES, "v1.30.2+rke2r1": "1.1"}.items():
                files = {"charts/chart_versions.yaml": LISTING % version}
                rke2.commit({**files, values.BOOTSTRAP: BOOTSTRAP}, tag)
            files = {}
            for version, template in SAMPLES.items():
                content = {**EMPTY, "values.yaml": "a: {b: 1}\n", "templates/t.yaml": template}
                path = "assets/samples/rke2-sample-%s.tgz" % version
                files[path] = packed("rke2-sample", content)
            charts.commit(files)
            clones = Repository(str(rke2.folder)), Repository(str(charts.folder))
            days = dict.fromkeys([*self.RELEASES, "v1.30.2+rke2r1"], "2024-05-07")
            days["v1.30.1+rke2r1"] = "2024-05-06"
            said = io.StringIO()
            with contextlib.redirect_stderr(said):
                found = values.tables(*clones, releases.of(days), days)
            for clone in clones:
                clone.close()
        return found, said.getvalue()

    def test_versions_and_ranges(self):
        (made,), said = self.tables()
        self.assertEqual(made.name, "values/rke2-sample.tsv")
        self.assertEqual(said, "no package of rke2-sample lost\n")
        self.assertIn("# versions: 1.0 1.1 2.0 3.0\n", made.text())
        rows = [(row["path"], row["shape"], row["versions"]) for row in table.rows(made.text())]
        self.assertEqual(
            rows,
            [
                ("a", "closed", "1.0..1.1,3.0"),
                ("a", "open", "2.0"),
                ("a.b", "scalar", "1.0..1.1,3.0"),
                ("c", "scalar", "1.1"),
                ("global", "unread", "all"),
            ],
        )


CRD = """\
{{- if .Values.x }}
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: operator.tigera.io
  names:
    kind: Installation
    plural: installations
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          properties:
            spec:
              type: object
              properties:
                nodeUpdateStrategy:
                  type: object
                  properties:
                    max: {anyOf: [{type: integer}, {type: string}], x-kubernetes-int-or-string: true}
                typhaAffinity:
                  type: object
                  properties: {deep: {type: string}}
                calicoNetwork:
                  type: object
                  properties:
                    ipPools:
                      type: array
                      items:
                        type: object
                        properties:
                          encapsulation: {type: string, enum: [VXLAN, IPIP]}
{{- end }}
"""


class Crds(unittest.TestCase):
    def rows(self):
        root = crds.read({"templates/crd.yaml": CRD})
        template = (
            '{{ $spec := omit .Values.installation "enabled" "backend" }}{{ toYaml $spec }}'
            "{{ if .Values.installation.enabled }}{{ .Values.installation.backend }}{{ end }}"
            "{{ .Values.installation.calicoNetwork.ipPools }}"
        )
        defaults = "installation: {enabled: true, backend: VXLAN, calicoNetwork: {}}\n"
        of_chart, _ = values.read({**EMPTY, "values.yaml": defaults, "templates/t": template})
        crds.complete(root, [crds.taken_out(of_chart)])
        return {written(path): cells for path, cells in root.rows().items()}

    def test_what_a_crd_takes(self):
        found = self.rows()
        self.assertEqual(found["installation"][SHAPE], "closed")
        self.assertEqual(found["installation.nodeUpdateStrategy.max"][SCHEMA], "int|str")
        self.assertEqual(found["installation.calicoNetwork.ipPools"][SHAPE], "list")
        self.assertEqual(
            found["installation.calicoNetwork.ipPools.*.encapsulation"][ENUM], '"IPIP"|"VXLAN"'
        )
        self.assertNotIn("apiServer", found)

    def test_types_of_kubernetes_are_open(self):
        self.assertEqual(self.rows()["installation.typhaAffinity"][SHAPE], "open")

    def test_what_the_chart_takes_out(self):
        found = self.rows()
        self.assertEqual(found["installation.enabled"][: SCHEMA + 1], ("scalar", "bool", "-"))
        self.assertEqual(found["installation.backend"][ENUM], '"IPIP"|"VXLAN"')
        self.assertEqual(found["installation.calicoNetwork"][FROM], "s")


class Templates(unittest.TestCase):
    def test_what_is_no_action(self):
        nodes = gotemplate.parse('a {{- /* }} */ -}} b {{ "}}" }}{{`{{ x }}`}} c')
        self.assertEqual(
            [node.text for node in nodes if isinstance(node, gotemplate.Text)], ["a", "b ", " c"]
        )

    def test_pipes(self):
        (node,) = gotemplate.parse('{{ $x, $y := (f .a.b "\\n").c | g -1 }}')
        self.assertEqual((node.pipe.variables, node.pipe.declares), (["$x", "$y"], True))
        first, second = node.pipe.commands
        self.assertEqual(first[0].names, ("c",))
        self.assertEqual(first[0].start.commands[0][2], gotemplate.Constant("text", "\n"))
        self.assertEqual(second[1], gotemplate.Constant("other", "-1"))

    def test_chains_of_branches(self):
        (node,) = gotemplate.parse("{{ if .a }}1{{ else if .b }}2{{ else }}3{{ end }}")
        (inner,) = node.otherwise
        self.assertEqual((inner.keyword, inner.otherwise), ("if", [gotemplate.Text("3")]))

    def test_what_go_would_not_take(self):
        for text in ("{{ if .a }}", "{{ end }}", "{{ .a | }}", "{{ (.a }}", "{{ .a", "{{ ? }}"):
            with self.assertRaises(gotemplate.Unparsed, msg=text):
                gotemplate.parse(text)


class Versions(unittest.TestCase):
    def check(self, ats, expected):
        self.assertEqual(values.ranges(ats, ["1", "2", "3", "4"]), expected)

    def test_ranges(self):
        self.check([0, 1, 2, 3], "all")
        self.check([1, 2, 3], "2..")
        self.check([0, 1], "1..2")
        self.check([3], "4")
        self.check([0, 2, 3], "1,3..")


if __name__ == "__main__":
    unittest.main()
