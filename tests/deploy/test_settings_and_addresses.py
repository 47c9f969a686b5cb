"""Every setting, port and path that deploy/ names is one of the programs' own."""

from __future__ import annotations

import re

import pytest

from dashboard.app import create_site
from dashboard.settings import Settings as SiteSettings
from etl.settings import Settings as EtlSettings
from tests.deploy.files import PORT, README, TEXTS, env

ON_THEIR_WAY = {"DASHBOARD_CACHE_URL", "DASHBOARD_TRUSTED_PROXIES"}
"""Settings that deploy/ names before the site knows them; once it knows one, it must know them all."""


@pytest.fixture(scope="module")
def server(two_releases):
    return create_site(SiteSettings(data_dir=two_releases)).server


def known_variables():
    site = {f"DASHBOARD_{name.upper()}" for name in SiteSettings.model_fields}
    return site, {f"ETL_{name.upper()}" for name in EtlSettings.model_fields}


@pytest.mark.parametrize("name", TEXTS)
def test_every_variable_that_is_named_is_a_setting(name):
    site, etl = known_variables()
    still_missing = ON_THEIR_WAY - site
    known = site | etl | (still_missing if still_missing == ON_THEIR_WAY else set())
    named = set(re.findall(r"\b(?:DASHBOARD|ETL)_[A-Z]+(?:_[A-Z]+)*\b", TEXTS[name]))
    assert named <= known


@pytest.mark.parametrize("name", ["env/site.env", "kubernetes/site.env"])
def test_the_site_takes_these_settings(name, monkeypatch):
    values = env(name)
    for variable, value in values.items():
        monkeypatch.setenv(variable, value)
    settings = SiteSettings()
    assert (settings.port, str(settings.data_dir), settings.logs) == (PORT, "/var/lib/kuusi", "json")
    assert settings.base_url.startswith("https://")
    assert settings.contact
    assert values["DASHBOARD_TRUSTED_PROXIES"] == "1"
    assert values["DASHBOARD_HOST"] == ("127.0.0.1" if name.startswith("env") else "0.0.0.0")


@pytest.mark.parametrize("name", ["env/etl.env", "kubernetes/etl.env"])
def test_the_etl_takes_these_settings(name, monkeypatch):
    for variable, value in env(name).items():
        monkeypatch.setenv(variable, value)
    settings = EtlSettings()
    assert str(settings.data_dir) == "/var/lib/kuusi"
    assert settings.run_every_hours == 24
    assert "contact" in settings.user_agent


def test_no_secret_stands_in_an_example():
    for name, text in TEXTS.items():
        for variable in ("ETL_CKAN_TOKEN", "ETL_NOTIFY", "ETL_INDICATOR_NOTIFY"):
            assert not re.search(rf"^[ ]*{variable}[ ]*[=:][ ]*\S", text, re.MULTILINE), name
        assert "BEGIN" not in text, name


def test_everybody_means_the_same_port():
    said = {
        "Containerfile": re.findall(r"(?:EXPOSE |PORT=|127\.0\.0\.1:)(\d+)", TEXTS["Containerfile"]),
        "compose.yml": re.findall(r"127\.0\.0\.1:(\d+)/healthz", TEXTS["compose.yml"]),
        "nginx": re.findall(r":(\d+) ", TEXTS["nginx/host/upstream.conf"] + TEXTS["nginx/compose/upstream.conf"]),
        "env": [env(name)["DASHBOARD_PORT"] for name in ("env/site.env", "kubernetes/site.env")],
        "kubernetes": re.findall(
            r"(?:containerPort|[^t]port|number|targetPort): (8\d+)", TEXTS["kubernetes/site.yaml"]
        ),
        "nowhere": re.findall(r"(?:number|port): (\d+)", TEXTS["kubernetes/ingress.yaml"]),
        "prometheus": re.findall(r'127\.0\.0\.1:(\d+)"', TEXTS["prometheus/prometheus.yml"]),
        "README.md": re.findall(r"127\.0\.0\.1:(8\d+)", README),
    }
    assert all(said.values()), said
    assert {int(port) for ports in said.values() for port in ports} == {PORT}


def test_every_path_that_is_asked_for_health_is_one_of_the_site(server):
    rules = {rule.rule for rule in server.url_map.iter_rules()}
    asked = {match for text in TEXTS.values() for match in re.findall(r"/(?:healthz|readyz|metrics|status)\b", text)}
    assert {"/healthz", "/readyz", "/metrics"} <= asked
    assert asked - {"/status"} <= rules


def test_the_alerts_are_on_figures_that_the_site_gives(server):
    client = server.test_client()
    client.get("/en/companies")
    text = client.get("/metrics").text
    for name in set(re.findall(r"\bkuusi_[a-z_]+", TEXTS["prometheus/alerts.yml"])) - {"kuusi_source_state"}:
        assert re.search(rf"^{name}[ {{]", text, re.MULTILINE), name
    assert "# TYPE kuusi_source_state gauge" in text
    assert 'route="/<language>/companies"' in text


def test_every_address_that_the_proxy_holds_to_be_costly_is_one_of_the_site(server):
    (listed,) = re.findall(r"location ~ \^/\(([a-z|]+)\)\(/\|\\\.\|\$\)", TEXTS["nginx/kuusi.conf"])
    first = {re.split(r"[/.<-]", rule.rule.lstrip("/"))[0] for rule in server.url_map.iter_rules()}
    assert set(listed.split("|")) <= first
    never = {"assets", "static", "healthz", "robots", "sitemap", "openapi", "_dash", "_favicon", "_reload", ""}
    few = {"cite", "datapackage", "feeds", "metrics", "readyz"}
    assert {one for one in first if not one.startswith("_dash")} - set(listed.split("|")) <= never | few
