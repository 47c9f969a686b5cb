"""No container runs as root, writes its own code, or holds what the lock file does not name by its hash."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.deploy.files import PORT, TEXTS, instructions
from tests.deploy.proxied import DEPLOY, ROOT

COMPOSE = yaml.safe_load(TEXTS["compose.yml"])


def test_the_image_is_built_apart_from_what_runs_and_of_hashed_packages():
    steps = instructions()
    froms = [rest for name, rest in steps if name == "FROM"]
    assert froms == ["${BASE} AS build", "${BASE}"]
    assert ("ARG", "BASE=python:3.11-slim") in steps
    (install,) = [rest for name, rest in steps if name == "RUN" and "pip install" in rest]
    assert all(word in install for word in ("--require-hashes", "--no-deps", "requirements.lock"))
    assert not [name for name, _ in steps if name == "ADD"]


def test_the_image_runs_as_a_number_that_is_not_roots_and_says_whether_it_is_well():
    steps = instructions()
    last = len(steps) - 1 - [name for name, _ in reversed(steps)].index("FROM")
    (user,) = [rest for name, rest in steps[last:] if name == "USER"]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    (health,) = [rest for name, rest in steps[last:] if name == "HEALTHCHECK"]
    assert f"http://127.0.0.1:{PORT}/healthz" in health
    assert steps[-1] == ("CMD", '["python", "-m", "dashboard", "serve"]')
    assert ("COPY", "--from=build /opt/kuusi /opt/kuusi") in steps[last:]


def test_the_image_copies_what_is_there_and_what_the_programs_need():
    copied = [rest.split()[:-1] for name, rest in instructions() if name == "COPY" and "--from" not in rest]
    names = {name for group in copied for name in group}
    assert {"etl", "dashboard", "assets", "data/reference", "requirements.lock"} <= names
    assert all((ROOT / name).exists() for name in names)
    sent = {line[1:] for line in TEXTS["Containerfile.dockerignore"].splitlines() if line.startswith("!")}
    assert names == sent


def test_the_lock_file_has_a_hash_for_every_package_and_what_builds_those_without_a_wheel():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = re.findall(r"^([a-z][^\s=]*)==[^\n]*\\\n\s+--hash=sha256:", lock, re.MULTILINE)
    assert len(packages) == len(re.findall(r"^[a-z]", lock, re.MULTILINE))
    assert "setuptools" in packages


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_container_can_write_only_where_it_is_said_and_gains_nothing(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["tmpfs"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["healthcheck"]["test"][0] == "CMD"
    for mount in service.get("volumes", []):
        source, target, *mode = mount.split(":")
        assert target.startswith("/")
        if source.startswith("."):
            assert mode == ["ro"]
            assert (DEPLOY / source).exists() or source in ("./tls", "./letsencrypt")
        else:
            assert source in COMPOSE["volumes"]


def test_only_the_proxy_is_reached_from_outside_and_only_the_etl_goes_out():
    services = COMPOSE["services"]
    assert {name for name, service in services.items() if "ports" in service} == {"proxy"}
    assert {name for name, service in services.items() if "outside" in service["networks"]} == {"proxy", "etl"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert services["site"]["volumes"][0] == "data:/var/lib/kuusi:ro"
    assert services["etl"]["volumes"][0] == "data:/var/lib/kuusi"
    assert services["site"]["environment"]["DASHBOARD_CACHE_URL"] == "redis://redis:6379/0"
    assert services["site"]["user"] == dict(instructions())["USER"]
