"""What deploy/README.md tells an operator to do can be done."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from etl.cli import app as etl_commands
from tests.deploy.files import README, TEXTS
from tests.deploy.proxied import DEPLOY, ROOT

BLOCKS = re.findall(r"<!-- (test|untried): ([^\n]+) -->\n```sh\n(.*?)```", README, re.DOTALL)


def test_every_command_of_the_readme_was_tried_or_says_why_not():
    assert README.count("```sh") == len(BLOCKS)
    assert [kind for kind, _, _ in BLOCKS].count("untried") == 3


@pytest.mark.parametrize(("kind", "name", "block"), BLOCKS)
def test_a_block_is_shell_and_what_it_names_is_there(kind, name, block, tmp_path):
    assert subprocess.run(["bash", "-n", "-c", block], check=False).returncode == 0
    for path in re.findall(r"/opt/kuusi/(?:current|repo)/(\S+)", block):
        assert list(ROOT.glob(path.rstrip("\\"))), path
    units = {Path(path).name for path in TEXTS if path.startswith("systemd/")}
    for unit in re.findall(r"\bkuusi-\w+\.(?:service|timer)\b", block):
        assert unit in units


def test_every_command_of_the_etl_that_is_named_exists():
    commands = get_command(etl_commands).commands
    named = set()
    for text in TEXTS.values():
        named |= set(re.findall(r"(?:python, -m, etl, |python -m etl |`kuusi-etl |^kuusi-etl )([a-z]+)", text, re.M))
    assert {"run", "status", "rollback", "prune", "pin"} <= named
    assert named <= set(commands)
    for option in re.findall(r"kuusi-etl \w+(?: \w+)?((?: --[a-z-]+)+)", README):
        every = {name for command in commands.values() for part in command.params for name in part.opts}
        assert set(option.split()) <= every


@pytest.mark.parametrize("name", ["install-version", "kuusi-etl", "kuusi-backup"])
def test_scripts_are_shell_and_may_be_run(name):
    assert (DEPLOY / name).stat().st_mode & 0o111 == 0o111
    assert TEXTS[name].startswith("#!/bin/sh\n")
    assert "\nset -eu\n" in TEXTS[name]
    assert subprocess.run(["sh", "-n", DEPLOY / name], check=False).returncode == 0
    assert name in README


def test_where_it_names_files_of_its_own_they_are_there():
    for path in re.findall(r"`((?:prometheus|kubernetes|nginx|systemd|env)/[\w./-]*)`", README):
        assert (DEPLOY / path).exists(), path
    for path in re.findall(r"-f deploy/(\S+)", "\n".join(TEXTS.values())):
        assert (DEPLOY / path.rstrip("`")).exists(), path
