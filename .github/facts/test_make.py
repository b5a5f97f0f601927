"""The generator against small repositories whose history is written here.

python -m unittest discover -s .github/facts
"""

import contextlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import flags
import go
import make
import releases
import table
from git import Repository

K3S_VERSION = """
package version

import "strings"

var (
	Program      = "k3s"
	ProgramUpper = strings.ToUpper(Program)
)
"""

K3S_LINUX = 'package cmds\n\nconst DefaultSnapshotter = "overlayfs"\n'
K3S_WINDOWS = 'package cmds\n\nconst DefaultSnapshotter = "windows"\n'

# As urfave/cli v1 writes names and variables, and as v2 does.
K3S_OLD = """
package cmds

import (
	"github.com/k3s-io/k3s/pkg/version"
	"github.com/urfave/cli"
)

var tokenFlag = cli.StringFlag{
	Name:   "token,t",
	EnvVar: version.ProgramUpper + "_TOKEN",
}
"""
K3S_NEW = """
package cmds

import (
	"github.com/k3s-io/k3s/pkg/version"
	"github.com/urfave/cli/v2"
)

var tokenFlag = &cli.StringFlag{
	Name:    "token",
	Aliases: []string{"t"},
	EnvVars: []string{version.ProgramUpper + "_TOKEN"},
}
"""

K3S_COMMANDS = """
package cmds

import (
	"time"

	"github.com/urfave/cli/v2"
)

const retention = 5

var ServerFlags = []cli.Flag{
	tokenFlag,
	&cli.BoolFlag{Name: "debug"},
	&cli.StringFlag{Name: "data-dir", Value: "/var/lib/k3s"},
	// A comment between two flags.
	&cli.BoolFlag{Name: "cluster-init"},
	&cli.StringFlag{Name: "pause-image", Value: "k3s/pause"},
	&cli.StringFlag{Name: "snapshotter", Value: DefaultSnapshotter},
	&cli.IntFlag{Name: "retention", Value: retention},
	&cli.DurationFlag{Name: "timeout", Value: 5 * time.Minute},
	&cli.BoolFlag{Name: "secure", Value: true, Hidden: true},
	MORE
}

func NewServerCommand(action func(*cli.Context) error) *cli.Command {
	return &cli.Command{Name: "server", Flags: ServerFlags}
}

func NewAgentCommand(action func(*cli.Context) error) *cli.Command {
	return &cli.Command{
		Name:  "agent",
		Flags: []cli.Flag{tokenFlag, &cli.BoolFlag{Name: "debug"}},
	}
}
"""

RKE2_OPTIONS = """
package cmds

var (
	copyFlag = &K3SFlagOption{}
	dropFlag = &K3SFlagOption{Drop: true}
	hideFlag = &K3SFlagOption{Hide: true}
)
"""

RKE2_SERVER = """
package cmds

import (
	"strings"

	"github.com/k3s-io/k3s/pkg/cli/cmds"
	"github.com/rancher/rke2/pkg/images"
	"github.com/urfave/cli/v2"
)

var (
	CNIItems   = []string{"calico", "canal"}
	serverFlag = []cli.Flag{
		&cli.StringSliceFlag{
			Name:    "cni",
			Usage:   "one of " + strings.Join(CNIItems, ", "),
			EnvVars: []string{"RKE2_CNI"},
			Value:   cli.NewStringSlice("canal"),
		},
	}
	commonFlag = []cli.Flag{
		&cli.StringFlag{Name: images.Pause, Destination: &config.Pause},
		OWN
	}
	k3sServerBase = mustCmdFromK3S(cmds.NewServerCommand(run), map[string]*K3SFlagOption{
		"token": copyFlag,
		"debug": hideFlag,
		"data-dir": {
			Usage:   "a folder",
			Default: "/var/lib/rancher/rke2",
		},
		"cluster-init": dropFlag, // etcd is always there
		"pause-image":  dropFlag,
		"snapshotter":  copyFlag,
		"retention":    copyFlag,
		"timeout":      copyFlag,
		"secure":       copyFlag,
		TABLE
	})
)

func NewServerCommand() *cli.Command {
	cmd := k3sServerBase
	cmd.Flags = append(cmd.Flags, serverFlag...)
	cmd.Flags = append(cmd.Flags, commonFlag...)
	configfilearg.DefaultParser.ValidFlags[cmd.Name] = cmd.Flags
	return cmd
}
"""

RKE2_AGENT = """
package cmds

var k3sAgentBase = mustCmdFromK3S(cmds.NewAgentCommand(run), K3SFlagSet{
	"token": copyFlag,
	"debug": copyFlag,
})

func NewAgentCommand() *cli.Command {
	cmd := k3sAgentBase
	cmd.Flags = append(cmd.Flags, commonFlag...)
	return cmd
}
"""

DOCKERFILE = """
FROM build AS charts
RUN CHART_VERSION="1.9.808" CHART_FILE=/charts/rke2-cilium.yaml CHART_BOOTSTRAP=true /charts/build-chart.sh
RUN CHART_VERSION="v3.19" CHART_PACKAGE="old"  CHART_FILE=/charts/rke2-calico.yaml /charts/build-chart.sh
RUN CHART_VERSION="v1.21" \\
    CHART_FILE=/charts/rke2-kube-proxy.yaml /charts/build-chart.sh
RUN CHART_URL="https://example.org/x/csi-100.0.0.tgz?raw=true" CHART_FILE=/charts/csi.yaml /charts/build-chart.sh
"""

CHARTS = """
charts:
  - version: CILIUM
    filename: /charts/rke2-cilium.yaml
  - version: 1.10
    filename: /charts/rke2-calico.yaml
  - version: 0.0.0  # empty
    filename: /charts/rke2-webhook.yaml
"""


class History:
    """A repository whose commits depend on nothing but their files."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments):
        who = {"NAME": "a", "EMAIL": "a@example.org", "DATE": "2024-05-06T23:30:00 -0800"}
        names = {
            "GIT_%s_%s" % (role, key): value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in who.items()
        }
        configuration = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        run = subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            env={**os.environ, **names, **configuration},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return run.stdout.strip()

    def commit(self, files, *tags):
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink()
            else:
                path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        for tag in tags:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD")


def k3s_files(token, more=""):
    return {
        "pkg/version/version.go": K3S_VERSION,
        "pkg/cli/cmds/const_linux.go": K3S_LINUX,
        "pkg/cli/cmds/const_windows.go": K3S_WINDOWS,
        "pkg/cli/cmds/stage.go": "//go:build !linux\n\n" + K3S_WINDOWS,
        "pkg/cli/cmds/token.go": token,
        "pkg/cli/cmds/commands.go": K3S_COMMANDS.replace("MORE", more),
    }


def rke2_files(k3s, table="", own=""):
    pin = "github.com/k3s-io/k3s v1.2.3-0.20240506000000-%s // engine"
    module = "module github.com/rancher/rke2\n\nrequire (\n\t" + pin + "\n)\n"
    return {
        "go.mod": module % k3s[:12],
        "pkg/images/images.go": 'package images\n\nconst Pause = "pause-image"\n',
        "pkg/cli/cmds/k3sopts.go": RKE2_OPTIONS,
        "pkg/cli/cmds/server.go": RKE2_SERVER.replace("TABLE", table).replace("OWN", own),
        "pkg/cli/cmds/agent.go": RKE2_AGENT,
        "pkg/cli/cmds/server_test.go": "package cmds\n\nvar k3sServerBase = 1\n",
    }


def write_histories(root):
    """Three repositories. In RKE2's, `late` is backported, `gone` goes with
    v1.23, `extra-env` comes with a second build, and K3s of v1.23.1 is lost."""
    k3s, rke2, charts = (History(root / name) for name in ("k3s", "rke2", "charts"))
    late, gone = '&cli.StringFlag{Name: "late"},', '&cli.BoolFlag{Name: "gone"},'
    old = k3s.commit(k3s_files(K3S_OLD, gone))
    both = k3s.commit(k3s_files(K3S_NEW, gone + late))
    new = k3s.commit(k3s_files(K3S_NEW, late))

    gone, late, env = (
        '"gone": copyFlag,',
        '"late": copyFlag,',
        '&cli.StringSliceFlag{Name: "extra-env"},',
    )
    rke2.commit(
        {"Dockerfile": DOCKERFILE, **rke2_files(old, gone)}, "v1.20.9+rke2r1", "v1.21.1+rke2r1"
    )
    rke2.commit(rke2_files(old, gone, env), "v1.21.1+rke2r2", "v1.22.1+rke2r1")
    rke2.commit(rke2_files(both, gone + late, env), "v1.21.2+rke2r1", "v1.22.2+rke2r1")
    listing = {
        "Dockerfile": None,
        "charts/chart_versions.yaml": CHARTS.replace("CILIUM", "1.18.202"),
    }
    rke2.commit({**listing, **rke2_files(new, late, env)}, "v1.23.0+rke2r1", "v1.23.1-rc1+rke2r1")
    listing = {"charts/chart_versions.yaml": CHARTS.replace("CILIUM", "1.18.203")}
    rke2.commit({**listing, **rke2_files("0123456789abcdef", late, env)}, "v1.23.1+rke2r1")

    path = "charts/rke2-cilium/rke2-cilium/%s/values.yaml"
    values = {"1.9.808": "true", "1.18.202": "true", "1.18.203": "false"}
    files = {path % version: "cni:\n  exclusive: %s\n" % value for version, value in values.items()}
    folder = "charts/rke2-cilium/rke2-cilium/%s/"
    files.update({folder % version + "Chart.yaml": "name: rke2-cilium\n" for version in values})
    for version in ("1.18.202", "1.18.203"):
        files[folder % version + "templates/validate.yaml"] = '{{ fail "relay needs hubble" }}\n'
    charts.commit(files)


class Tables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.temporary.name)
        write_histories(cls.root)
        cls.code, cls.printed = cls.make("first")

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def make(cls, out, *more):
        folder = cls.root / out
        folder.mkdir(exist_ok=True)
        paths = [
            word
            for name in ("rke2", "k3s", "charts")
            for word in ("--" + name, str(cls.root / name))
        ]
        printed = io.StringIO()
        said = contextlib.redirect_stderr(io.StringIO())
        with contextlib.redirect_stdout(printed), said:
            code = make.main([*paths, "--out", str(folder), *more])
        return code, printed.getvalue()

    def rows(self, name, out="first"):
        return table.rows((self.root / out / name).read_text())

    def flag(self, key, role="both"):
        found = [row for row in self.rows("flags.tsv") if (row["key"], row["role"]) == (key, role)]
        self.assertEqual(len(found), 1, "%s of %s" % (key, role))
        return list(found[0].values())[2:]

    def test_copied_flags_are_k3s(self):
        self.assertEqual(self.flag("token"), ["string", "all", "-", "-", "n", "t", "RKE2_TOKEN"])
        self.assertEqual(self.flag("retention", "server"), ["int", "all", "-", "5", "n", "-", "-"])
        self.assertEqual(
            self.flag("timeout", "server"), ["duration", "all", "-", "5m0s", "n", "-", "-"]
        )
        self.assertEqual(self.flag("secure", "server"), ["bool", "all", "-", "true", "y", "-", "-"])

    def test_files_for_windows_are_not_read(self):
        self.assertEqual(self.flag("snapshotter", "server")[3], "overlayfs")

    def test_defaults_are_replaced(self):
        self.assertEqual(self.flag("data-dir", "server")[3], "/var/lib/rancher/rke2")

    def test_flags_of_rke2(self):
        self.assertEqual(
            self.flag("cni", "server"), ["list", "all", "-", "canal", "n", "-", "RKE2_CNI"]
        )
        # K3s' flag is dropped, and RKE2 has one of the same name.
        self.assertEqual(self.flag("pause-image"), ["string", "all", "-", "-", "n", "-", "-"])

    def test_roles_that_differ_have_a_row_each(self):
        self.assertEqual(self.flag("debug", "server")[4], "y")
        self.assertEqual(self.flag("debug", "agent")[4], "n")

    def test_a_backport_begins_in_each_minor(self):
        self.assertEqual(self.flag("late", "server")[1:3], ["v1.21.2, v1.22.2", "-"])

    def test_a_flag_goes_with_a_minor(self):
        self.assertEqual(self.flag("gone", "server")[:3], ["bool", "all", "v1.23.0"])

    def test_a_second_build_brings_a_flag(self):
        self.assertEqual(self.flag("extra-env")[:2], ["list", "v1.21.1+rke2r2"])

    def test_dropped_flags(self):
        rows = [list(row.values()) for row in self.rows("dropped_flags.tsv")]
        self.assertEqual(rows, [["cluster-init", "server", "all", "-"]])

    def test_a_lost_commit_is_said(self):
        head = (self.root / "first/flags.tsv").read_text().splitlines()[0]
        self.assertIn("K3s of v1.23.0+rke2r1 stands in for that of v1.23.1+rke2r1", head)

    def test_charts_of_each_release(self):
        rows = self.rows("releases.tsv")
        names = ["release", "date", "csi", "rke2-calico", "rke2-cilium", "rke2-kube-proxy"]
        self.assertEqual(list(rows[0]), names)
        self.assertEqual(
            list(rows[0].values()),
            ["v1.21.1+rke2r1", "2024-05-06", "100.0.0", "v3.19", "1.9.808", "v1.21"],
        )
        self.assertEqual(
            [row["release"] for row in rows][-2:], ["v1.23.0+rke2r1", "v1.23.1+rke2r1"]
        )
        self.assertEqual([row["rke2-cilium"] for row in rows][-2:], ["1.18.202", "1.18.203"])
        # Versions are no numbers, and an empty chart is none.
        self.assertEqual((rows[-1]["rke2-calico"], rows[-1]["rke2-kube-proxy"]), ("1.10", "-"))
        self.assertEqual(len(rows), 7)

    def test_same_checkouts_same_bytes(self):
        self.make("second")
        for path in (self.root / "first").glob("*.tsv"):
            self.assertEqual(path.read_bytes(), (self.root / "second" / path.name).read_bytes())
        self.assertEqual(self.make("second"), (0, ""))

    def test_check_writes_nothing_and_shows(self):
        self.assertEqual(self.make("first", "--check"), (0, ""))
        self.make("third")
        path = self.root / "third/flags.tsv"
        path.write_text(path.read_text().replace("overlayfs", "native"))
        before = path.read_bytes()
        code, printed = self.make("third", "--check")
        self.assertEqual(code, 1)
        self.assertIn("-snapshotter\tserver\tstring\tall\t-\tnative", printed)
        self.assertIn("flags.tsv would change", printed)
        self.assertEqual(path.read_bytes(), before)

    def test_hand_made_rows_are_audited(self):
        folder = self.root / "fourth"
        folder.mkdir()
        head = "# source: a test\n# made by: hand\n"
        (folder / "gates.tsv").write_text(
            head + "name\tgate\ncilium-exclusive-default-false\tv1.23.0\n"
        )
        (folder / "cnis.tsv").write_text(head + "name\tgate\ncalico\tall\ncilium\tall\n")
        (folder / "charts.tsv").write_text(
            head + "chart\ton\nrke2-calico\tcni calico\nrke2-kube-proxy\talways\nx\talways\n"
        )
        fails = "chart\tname\tversions\tsays\tsource\n"
        for name, versions, source in (
            ("early", "all", "templates/validate.yaml"),
            ("right", "1.18.202..", "templates/none.yaml templates/validate.yaml"),
            ("theirs", "1.9.808", "Go's text/template"),
        ):
            fails += "rke2-cilium\t%s\t%s\trelay needs hubble\t%s\n" % (name, versions, source)
        (folder / "chart_fails.tsv").write_text(head + fails)
        self.make("fourth")
        code, printed = self.make("fourth", "--check")
        self.assertEqual(code, 1)
        self.assertEqual(
            printed,
            textwrap.dedent("""\
            chart_fails.tsv: `rke2-cilium early` is not said by 1.9.808
            charts.tsv: `x` is in no release
            charts.tsv: no row for `csi`
            charts.tsv: no row for `rke2-cilium`
            cnis.tsv: `cilium` is all, the sources say never; see v1.21.1+rke2r1, v1.21.1+rke2r2, v1.21.2+rke2r1, …
            cnis.tsv: `cilium` is in no release
            cnis.tsv: no row for `canal`
            gates.tsv: `cilium-exclusive-default-false` is v1.23.0, the sources say v1.23.1; see v1.23.0+rke2r1
            """),
        )


class Gates(unittest.TestCase):
    TAGS = "v1.21.2+rke2r1 v1.21.3+rke2r1 v1.21.3+rke2r2 v1.22.3+rke2r1 v1.22.4+rke2r2 v1.23.1+rke2r1 v1.24.0+rke2r1"

    def check(self, members, since, removed="-"):
        known = releases.of(self.TAGS.split())
        members = {
            release
            for release in known
            if any(str(release).startswith(member) for member in members.split())
        }
        self.assertEqual(releases.gates(known, members), (since, removed))

    def test_forms(self):
        self.check("v1.", "all")
        self.check("v1.22 v1.23 v1.24", "v1.22.0")
        self.check("v1.21.3 v1.22 v1.23 v1.24", "v1.21.3")
        self.check("v1.21.3+rke2r2 v1.22.4 v1.23 v1.24", "v1.21.3+rke2r2, v1.22.4")
        self.check("v1.21.3 v1.23 v1.24", "v1.21.3, v1.23.0")
        self.check("v1.21", "all", "v1.22.0")
        self.check("v1.21.2 v1.22.3", "all", "v1.21.3, v1.22.4")
        self.check("v1.22.4", "v1.22.4", "v1.23.0")

    def test_what_no_gate_tells(self):
        with self.assertRaises(ValueError):
            self.check("v1.21.2 v1.21.3+rke2r2", "")


class Reading(unittest.TestCase):
    def test_go_that_is_not_known_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            history = History(pathlib.Path(folder) / "x")
            commit = history.commit({"p/a.go": 'package p\n\nvar A = os.Getenv("A")\n'})
            repository = Repository(str(history.folder))
            self.addCleanup(repository.close)
            with self.assertRaisesRegex(go.Unreadable, r"p/a.go:3: os.Getenv"):
                go.Module(repository, commit, "example.org/p").package("p").value("A")

    def test_durations_are_as_go_prints_them(self):
        second = 10**9
        self.assertEqual(flags._duration(45 * second), "45s")
        self.assertEqual(flags._duration(600 * second), "10m0s")
        self.assertEqual(flags._duration(12 * 3600 * second), "12h0m0s")

    def test_the_checksum_is_fnv_1a(self):
        self.assertEqual("%016x" % table.fnv64(b"a"), "af63dc4c8601ec8c")


if __name__ == "__main__":
    unittest.main()
