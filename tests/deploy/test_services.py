"""What nginx, systemd and Prometheus are told, by their own checks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dashboard.__main__ import LONGEST_STOP
from dashboard.api.ckan import LARGEST_BODY
from dashboard.api.sql import LONGEST_BODY
from dashboard.sql.limits import Limits
from tests.deploy.files import README, TEXTS
from tests.deploy.proxied import DEPLOY


def test_the_limits_are_those_that_the_readme_tells():
    text = TEXTS["nginx/kuusi.conf"]
    for directive in (
        "client_header_timeout 10s", "client_body_timeout 10s", "send_timeout 30s", "client_max_body_size 1m",
        "large_client_header_buffers 4 32k", "proxy_buffering on", "proxy_request_buffering on",
        "rate=30r/s", "rate=5r/s", "limit_conn kuusi_connections 60", "limit_req_status 429", "server_tokens off",
    ):  # fmt: skip
        assert directive in text
    assert "$proxy_add_x_forwarded_for" not in text
    assert text.count('Strict-Transport-Security "max-age=31536000" always') == 3
    told = " ".join(README.split())
    assert all(words in told for words in ("for more than 10 s", "bodies over 1 MB (413)", "addresses over 32 kB (414)",
                                           "30 requests a second (5 for", "beyond 60 connections"))  # fmt: skip


def test_the_site_reads_no_larger_body_than_the_proxy_lets_through():
    assert max(LARGEST_BODY, LONGEST_BODY) <= 1024 * 1024
    assert 3 * Limits().most_characters < 32 * 1024


@pytest.fixture
def units(tmp_path):
    """The units, with a Python that is there."""
    for name, text in TEXTS.items():
        if name.startswith("systemd/"):
            there = text.replace("/opt/kuusi/current/.venv/bin/python", sys.executable)
            (tmp_path / Path(name).name).write_text(there, encoding="utf-8")
    return sorted(tmp_path.iterdir())


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_with_the_units(units):
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "kuusi" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_holds_the_services_to_be_little_exposed(units):
    for unit in (path for path in units if path.suffix == ".service"):
        command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", unit]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-200:]


def test_whoever_stops_the_site_waits_longer_than_it_takes_to_stop():
    """Else it would be killed amid answers that it still lets end."""
    compose = yaml.safe_load(TEXTS["compose.yml"])["services"]["site"]
    (site,) = [one for one in yaml.safe_load_all(TEXTS["kubernetes/site.yaml"]) if one["kind"] == "Deployment"]
    pod = site["spec"]["template"]["spec"]
    before = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
    waits = [
        int(directives("kuusi-site.service")["TimeoutStopSec"][0]),
        int(compose["stop_grace_period"].removesuffix("s")),
        pod["terminationGracePeriodSeconds"] - before,
    ]
    assert min(waits) > LONGEST_STOP + 5


def directives(name):
    found = {}
    for line in TEXTS[f"systemd/{name}"].splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def test_no_service_is_roots_and_only_the_etl_writes():
    site, etl = directives("kuusi-site.service"), directives("kuusi-etl.service")
    assert site["DynamicUser"] == ["yes"]
    assert etl["User"] == ["kuusi"]
    for service in (site, etl):
        assert service["ProtectSystem"] == ["strict"]
        assert service["NoNewPrivileges"] == ["yes"]
        assert service["CapabilityBoundingSet"] == [""]
        assert service["MemoryDenyWriteExecute"] == ["yes"]
        assert "ReadWritePaths" not in service
    assert "StateDirectory" not in site
    assert etl["StateDirectory"] == ["kuusi"]
    assert any(path.endswith("/snapshots") for path in site["InaccessiblePaths"])
    assert site["ExecStart"][0].endswith("python -m dashboard serve")
    assert "python -m etl run" in etl["ExecStart"][0]
    assert directives("kuusi-etl.timer")["Persistent"] == ["yes"]


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool (Debian: prometheus) is not installed")
@pytest.mark.parametrize(
    "arguments",
    [["check", "config", "prometheus.yml"], ["check", "rules", "alerts.yml"],
     ["test", "rules", "alerts.test.yml", "alerts.days.test.yml"]],
)  # fmt: skip
def test_promtool_is_content(arguments):
    command = ["promtool", *arguments]
    done = subprocess.run(command, cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tried_where_it_must_be_and_where_it_must_not():
    (group,) = yaml.safe_load(TEXTS["prometheus/alerts.yml"])["groups"]
    alerts = {rule["alert"] for rule in group["rules"]}
    fires, silent = set(), set()
    for name in ("prometheus/alerts.test.yml", "prometheus/alerts.days.test.yml"):
        for test in yaml.safe_load(TEXTS[name])["tests"]:
            for tried in test["alert_rule_test"]:
                (fires if tried.get("exp_alerts") else silent).add(tried["alertname"])
    assert fires == silent == alerts
