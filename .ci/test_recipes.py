"""Runs the shell of the CI recipes as their CI would, with the wheel of this
version from WHEELS instead of PyPI."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
WHEELS = pathlib.Path(os.environ.get("WHEELS", ROOT / "target/wheels")).resolve()


def environment(**more):
    """Without what a CI around this one sets."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "RUNNER_", "INPUT_"))}
    return kept | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS), "PIP_DISABLE_PIP_VERSION_CHECK": "1"} | more


def bash(script, folder, env, flags="-eo"):
    command = ["bash", "--noprofile", "--norc", flags, "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


def resolved(value, known):
    """A text with GitHub's and Azure's `${{ … }}` replaced."""
    return re.sub(r"\$\{\{\s*([\w.-]+)\s*\}\}", lambda it: str(known[it.group(1)]), str(value))


class Recipes(unittest.TestCase):
    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.work)

    def repository(self, name):
        folder = self.work / name
        shutil.copytree(ROOT / "testdata/repos" / name, folder, ignore=shutil.ignore_patterns(".expected"))
        subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
        return folder


class Action(Recipes):
    """action.yml, without its upload."""

    def run_action(self, repository, **inputs):
        action = yaml.safe_load((ROOT / "action.yml").read_text())
        known = {f"inputs.{name}": spec.get("default", "") for name, spec in action["inputs"].items()}
        known |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        temp = self.work / f"temp-{len(list(self.work.iterdir()))}"
        temp.mkdir()
        outputs = temp / "outputs"
        printed, code, uploaded = "", 0, None
        for step in action["runs"]["steps"]:
            if "uses" in step:
                uploaded = resolved(step["with"]["sarif_file"], known)
                continue
            outputs.write_text("")
            env = {key: resolved(value, known) for key, value in step.get("env", {}).items()}
            env |= {"RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(outputs)}
            folder = repository / resolved(step.get("working-directory", "."), known)
            done = bash(step["run"], folder, environment(**env))
            printed, code = printed + done.stdout + done.stderr, done.returncode
            for line in outputs.read_text().splitlines():
                key, value = line.split("=", 1)
                known[f"steps.{step['id']}.outputs.{key}"] = value
            known.setdefault("steps.check.outputs.sarif", "")
            if code:
                break
        return code, printed, uploaded

    def test_findings_fail_after_the_upload(self):
        demo = self.repository("demo")
        code, printed, uploaded = self.run_action(demo)
        self.assertEqual(code, 1, printed)
        self.assertIn("error[multus-not-first]", printed)
        self.assertNotIn("::error", printed)
        run = json.loads(pathlib.Path(uploaded).read_text())["runs"][0]
        self.assertEqual(run["automationDetails"]["id"], "rke2lint/")
        self.assertEqual(run["invocations"][0]["exitCode"], 1)
        audit = [sys.executable, ROOT / ".ci/audit_sarif.py", uploaded, demo]
        self.assertEqual(subprocess.run(audit, capture_output=True).returncode, 0)

    def test_annotations(self):
        code, printed, _ = self.run_action(self.repository("demo"), annotations="true", arguments="server --fail-on error")
        self.assertEqual(code, 1, printed)
        self.assertIn("\n::error file=server/config.yaml,line=", printed)

    def test_nothing_found(self):
        code, printed, uploaded = self.run_action(self.repository("demo-repaired"))
        self.assertEqual(code, 0, printed)
        self.assertEqual(json.loads(pathlib.Path(uploaded).read_text())["runs"][0]["results"], [])

    def test_wrong_arguments(self):
        code, printed, uploaded = self.run_action(self.repository("demo"), arguments="--fail-no error")
        self.assertEqual((code, uploaded), (2, ""), printed)
        self.assertIn("--fail-on", printed)

    def test_a_folder_below(self):
        demo = self.repository("demo")
        shutil.move(demo / "server", demo / "clusters/prod/server")
        shutil.move(demo / ".rke2lint.yaml", demo / "clusters/prod/.rke2lint.yaml")
        code, printed, uploaded = self.run_action(demo, working_directory="clusters/prod")
        self.assertEqual(code, 1, printed)
        results = json.loads(pathlib.Path(uploaded).read_text())["runs"][0]["results"]
        uri = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        self.assertTrue(uri.startswith("clusters/prod/server/"), uri)


class GitLab(Recipes):
    def run_job(self, repository, **variables):
        job = yaml.safe_load((ROOT / "recipes/gitlab.yml").read_text())["rke2lint"]
        script = "\n".join([*job["before_script"], *job["script"]])
        done = bash(script, repository, environment(**(job["variables"] | variables)))
        paths = job["artifacts"]["reports"]
        self.assertEqual(sorted(paths.values()), sorted(job["artifacts"]["paths"]))
        return done.returncode, done.stdout + done.stderr, {name: repository / path for name, path in paths.items()}

    def test_findings(self):
        code, printed, reports = self.run_job(self.repository("demo"))
        self.assertEqual(code, 1, printed)
        issues = json.loads(reports["codequality"].read_text())
        for issue in issues:
            self.assertIn(issue["severity"], {"info", "minor", "major", "critical", "blocker"})
            self.assertFalse(issue["location"]["path"].startswith("./"))
        prints = {issue["fingerprint"] for issue in issues}
        self.assertEqual(len(prints), len(issues))
        self.assertIn("<testsuites", reports["junit"].read_text())

    def test_arguments_and_nothing_found(self):
        code, printed, reports = self.run_job(self.repository("demo-repaired"), RKE2LINT_ARGS="--fail-on note")
        self.assertEqual(code, 0, printed)
        self.assertEqual(json.loads(reports["codequality"].read_text()), [])


class Azure(Recipes):
    def run_steps(self, repository, **parameters):
        recipe = yaml.safe_load((ROOT / "recipes/azure-pipelines.yml").read_text())
        known = {f"parameters.{it['name']}": it["default"] for it in recipe["parameters"]}
        known |= {f"parameters.{name}": value for name, value in parameters.items()}
        staging = self.work / "staging"
        (self.work / "agent").mkdir()
        printed = ""
        for step in recipe["steps"]:
            if "bash" not in step:
                self.assertEqual(step["inputs"]["ArtifactName"], "CodeAnalysisLogs")
                continue
            env = {key: resolved(value, known) for key, value in step.get("env", {}).items()}
            env |= {"AGENT_TEMPDIRECTORY": str(self.work / "agent"), "BUILD_ARTIFACTSTAGINGDIRECTORY": str(staging)}
            done = bash(step["bash"], repository, environment(**env))
            printed += done.stdout + done.stderr
            if done.returncode:
                break
        return done.returncode, printed, staging / "rke2lint/rke2lint.sarif"

    def test_findings(self):
        code, printed, sarif = self.run_steps(self.repository("demo"), arguments="--fail-on error")
        self.assertEqual(code, 1, printed)
        self.assertIn('"multus-not-first"', sarif.read_text())

    def test_nothing_found(self):
        code, printed, sarif = self.run_steps(self.repository("demo-repaired"))
        self.assertEqual(code, 0, printed)
        self.assertTrue(sarif.exists())


class Wheel(Recipes):
    def test_a_clean_environment(self):
        venv = self.work / "venv"
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin/pip", "install", "--quiet", "rke2lint"], env=environment(), check=True)
        demo = self.repository("demo")
        done = subprocess.run([venv / "bin/rke2lint", "check"], cwd=demo, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("error[multus-not-first]", done.stdout)


if __name__ == "__main__":
    unittest.main()
