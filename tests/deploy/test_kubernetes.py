"""The example for a cluster: every name leads to what is there, and every pod meets the restricted standard."""

from __future__ import annotations

import shutil
import subprocess

import pytest
import yaml

from tests.deploy.files import PORT, TEXTS, instructions
from tests.deploy.proxied import DEPLOY

OBJECTS = [
    found
    for name, text in TEXTS.items()
    if name.startswith("kubernetes/") and name.endswith(".yaml") and "kustomization" not in name
    for found in yaml.safe_load_all(text)
]
KUSTOMIZATION = yaml.safe_load(TEXTS["kubernetes/kustomization.yaml"])


def objects(kind):
    return {one["metadata"]["name"]: one for one in OBJECTS if one["kind"] == kind}


def pods():
    found = {name: one["spec"]["template"] for name, one in objects("Deployment").items()}
    jobs = {name: one["spec"]["jobTemplate"]["spec"]["template"] for name, one in objects("CronJob").items()}
    return found | jobs


def test_every_file_is_listed_and_every_object_has_its_version():
    there = {path.name for path in (DEPLOY / "kubernetes").glob("*.yaml")} - {"kustomization.yaml"}
    assert set(KUSTOMIZATION["resources"]) == there
    versions = {
        "Namespace": "v1", "Service": "v1", "PersistentVolumeClaim": "v1", "Deployment": "apps/v1",
        "CronJob": "batch/v1", "PodDisruptionBudget": "policy/v1", "Ingress": "networking.k8s.io/v1",
        "NetworkPolicy": "networking.k8s.io/v1",
    }  # fmt: skip
    assert {one["kind"]: one["apiVersion"] for one in OBJECTS} == versions


@pytest.mark.parametrize("name", pods())
def test_a_pod_meets_the_restricted_standard_and_writes_only_into_its_volumes(name):
    spec = pods()[name]["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] >= 999
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    assert not [volume for volume in volumes.values() if "hostPath" in volume]
    for container in spec["containers"]:
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["readOnlyRootFilesystem"] is True
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"]
        assert {mount["name"] for mount in container["volumeMounts"]} == set(volumes)
        assert all(isinstance(part, str) for part in container["args"])


def test_the_site_has_several_replicas_probes_and_a_budget():
    deployment = objects("Deployment")["site"]["spec"]
    budget = objects("PodDisruptionBudget")["site"]["spec"]
    assert 1 <= budget["minAvailable"] < deployment["replicas"]
    assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    spec = deployment["template"]["spec"]
    (container,) = spec["containers"]
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}
    assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}
    assert container["ports"] == [{"name": "http", "containerPort": PORT}]
    wait = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert wait < spec["terminationGracePeriodSeconds"]
    image = dict(instructions())["USER"]
    assert f"{spec['securityContext']['runAsUser']}:{spec['securityContext']['runAsGroup']}" == image


def test_selectors_claims_and_settings_lead_to_what_is_there():
    labels = {name: pod["metadata"]["labels"] for name, pod in pods().items()}
    for service in objects("Service").values():
        chosen = [name for name, found in labels.items() if service["spec"]["selector"].items() <= found.items()]
        assert chosen == ([] if service["metadata"]["name"] == "nowhere" else [service["metadata"]["name"]])
    for one in (*objects("Deployment").values(), *objects("PodDisruptionBudget").values()):
        assert one["spec"]["selector"]["matchLabels"] == labels[one["metadata"]["name"]]
    maps = {one["name"]: one["envs"] for one in KUSTOMIZATION["configMapGenerator"]}
    for pod in pods().values():
        for volume in pod["spec"]["volumes"]:
            if "persistentVolumeClaim" in volume:
                assert volume["persistentVolumeClaim"]["claimName"] in objects("PersistentVolumeClaim")
        for container in pod["spec"]["containers"]:
            named = [one["configMapRef"]["name"] for one in container.get("envFrom", []) if "configMapRef" in one]
            assert set(named) <= set(maps)
    assert all((DEPLOY / "kubernetes" / name).exists() for names in maps.values() for name in names)
    assert objects("PersistentVolumeClaim")["data"]["spec"]["accessModes"] == ["ReadWriteMany"]
    site = pods()["site"]["spec"]["containers"][0]["volumeMounts"]
    assert next(one for one in site if one["name"] == "data")["readOnly"] is True


def test_the_ingress_gives_the_site_over_tls_but_no_figures():
    ingress = objects("Ingress")["site"]["spec"]
    (rule,) = ingress["rules"]
    assert ingress["tls"][0]["hosts"] == [rule["host"]]
    leads = {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    assert leads == {"/metrics": "nowhere", "/readyz": "nowhere", "/": "site"}


def test_what_no_policy_names_is_forbidden_and_only_the_etl_goes_out():
    policies = objects("NetworkPolicy")
    assert policies["nothing-else"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    out = {
        name: rule["to"]
        for name, policy in policies.items()
        for rule in policy["spec"].get("egress", [])
        if any("ipBlock" in to for to in rule["to"])
    }
    assert set(out) == {"etl"}


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
def test_kustomize_puts_it_together():
    command = ["kubectl", "kustomize", str(DEPLOY / "kubernetes")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    built = list(yaml.safe_load_all(done.stdout))
    assert len(built) == len(OBJECTS) + len(KUSTOMIZATION["configMapGenerator"])
    (site,) = [one for one in built if one["kind"] == "Deployment" and one["metadata"]["name"] == "site"]
    (container,) = site["spec"]["template"]["spec"]["containers"]
    assert container["image"].startswith("registry.example/kuusi:")
    assert container["envFrom"][0]["configMapRef"]["name"].startswith("site-")
