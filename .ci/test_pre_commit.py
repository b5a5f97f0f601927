"""The hooks with the real pre-commit: a commit that is right goes in, one that is
wrong doesn't. The hooks are those of HEAD, the wheel that of WHEELS."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
WHEELS = pathlib.Path(os.environ.get("WHEELS", ROOT / "target/wheels")).resolve()
PRE_COMMIT = pathlib.Path(sys.executable).parent / "pre-commit"

GOOD = "cni: [multus, canal]\ncluster-cidr: 10.42.0.0/16\nservice-cidr: 10.43.0.0/16\n"
BAD = "cni: [canal, multus]\ncluster-cidr: 10.42.0.0/16\nservice-cidr: 10.43.0.0/16\n"


class PreCommit(unittest.TestCase):
    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.work)
        self.repository = self.work / "repository"
        self.repository.mkdir()
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        self.env = kept | {
            "PATH": f"{PRE_COMMIT.parent}{os.pathsep}{os.environ['PATH']}",
            "PRE_COMMIT_HOME": str(self.work / "home"),
            "PIP_FIND_LINKS": str(WHEELS),
            # What Rust has built here needn't be built again.
            "CARGO_TARGET_DIR": os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target")),
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        self.run_git("init", "--quiet")
        self.run_git("config", "user.name", "a")
        self.run_git("config", "user.email", "a@example.org")

    def run_git(self, *arguments):
        command = ["git", *arguments]
        return subprocess.run(command, cwd=self.repository, env=self.env, capture_output=True, text=True)

    def write(self, path, text):
        path = self.repository / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def commit(self, path, text):
        self.write(path, text)
        self.run_git("add", "--all")
        done = self.run_git("commit", "--quiet", "-m", path)
        return done.returncode, done.stdout + done.stderr

    def try_hook(self, repo, hook):
        self.write(".pre-commit-config.yaml", f"repos:\n  - {repo}\n    hooks:\n{hook}")
        done = subprocess.run([PRE_COMMIT, "install"], cwd=self.repository, env=self.env, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        code, printed = self.commit("server/config.yaml", GOOD)
        self.assertEqual(code, 0, printed)
        self.assertIn("Passed", printed)
        code, printed = self.commit("server/config.yaml", BAD)
        self.assertEqual(code, 1, printed)
        for line in ("Failed", "error[multus-not-first]", "server/config.yaml:1:14", "= fix: ", "Found 1 error"):
            self.assertIn(line, printed)
        # Of the wrong file nothing changed, but it is wrong because of this one.
        self.run_git("checkout", "--quiet", "HEAD", "--", "server")
        code, printed = self.commit("server/config.yaml.d/90.yaml", "cni: canal\ncni+: [multus]\n")
        self.assertEqual(code, 1, printed)
        self.run_git("rm", "--quiet", "--cached", "-r", "server/config.yaml.d")
        shutil.rmtree(self.repository / "server/config.yaml.d")
        code, printed = self.commit("README.txt", "Nothing of RKE2's.\n")
        self.assertEqual(code, 0, printed)
        self.assertIn("no files to check", printed)

    def this(self):
        done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, env=self.env, capture_output=True, text=True)
        return f"repo: file://{ROOT}\n    rev: {done.stdout.strip()}"

    def test_built_with_rust(self):
        self.try_hook(self.this(), "      - id: rke2lint\n")

    def test_from_the_wheel(self):
        self.try_hook(self.this(), "      - id: rke2lint-wheel\n")

    def test_the_readme_s_local_hook(self):
        readme = (ROOT / "README.md").read_text()
        found = re.search(r"  - repo: local\n    hooks:\n((?:      .*\n)+)", readme)
        self.try_hook("repo: local", found.group(1))


if __name__ == "__main__":
    unittest.main()
