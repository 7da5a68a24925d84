#!/usr/bin/env python3
"""Checks deploy/: Kubernetes manifests against the published schemas, job definitions of AWS Batch against the published model of its API,
Terraform by its parser, and all of them for rights that nothing here should have. Prints what is wrong; says how much was checked.

Run by the end-to-end tests, in the environment that scripts/install-test-deps.sh makes."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import hcl2
import kubernetes_validate
import yaml
from botocore.session import Session
from botocore.validate import ParamValidator

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"

# The version of Kubernetes whose schemas are used: the newest that the package has may be newer than clusters are.
KUBERNETES = "1.31"

READ_ACTIONS = {"s3:ListBucket", "s3:GetObject", "kms:Decrypt"}
# Actions that know no resource, so that theirs is `*`.
NO_RESOURCE = {
    "ecr:GetAuthorizationToken",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
    "ecs:DescribeTasks",
    "ecs:StopTask",
}

problems = []


def complain(where, what):
    problems.append(f"{where}: {what}")


# --- Kubernetes -------------------------------------------------------------------------------------------------------


def merge(base, patch):
    """A strategic merge as far as the overlays need one: mappings are merged, everything else is replaced."""
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    return base | {key: merge(base.get(key), value) for key, value in patch.items()}


def apply_operations(resource, operations):
    for operation in operations:
        assert operation["op"] == "add", "the overlays only add"
        *path, last = operation["path"].strip("/").split("/")
        place = resource
        for part in path:
            place = place[part]
        if last == "-":
            place.append(operation["value"])
        else:
            place[last] = operation["value"]
    return resource


def build(folder):
    """What `kustomize build` makes of a folder, as far as it is used here."""
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
    resources = []
    for name in kustomization["resources"]:
        path = (folder / name).resolve()
        if path.is_dir():
            resources += build(path)
        else:
            assert path.is_relative_to(folder), f"{folder}: kustomize reads no file outside of its folder: {name}"
            resources += [document for document in yaml.safe_load_all(path.read_text()) if document]
    for patch in kustomization.get("patches", []):
        kind, name = patch["target"]["kind"], patch["target"]["name"]
        hits = [index for index, one in enumerate(resources) if (one["kind"], one["metadata"]["name"]) == (kind, name)]
        if not hits:
            complain(folder, f"a patch is for {kind} {name}, which is not there")
        content = yaml.safe_load(patch["patch"])
        for index in hits:
            is_operations = isinstance(content, list)
            resources[index] = apply_operations(resources[index], content) if is_operations else merge(resources[index], content)
    return resources


def pod_of(resource):
    spec = resource.get("spec", {})
    if resource["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return spec.get("template", {}).get("spec")


def check_pod(where, pod):
    def must(condition, what):
        if not condition:
            complain(where, what)

    security = pod.get("securityContext", {})
    must(security.get("runAsNonRoot") is True and security.get("runAsUser", 0) > 0, "runs as root")
    must(security.get("seccompProfile", {}).get("type") == "RuntimeDefault", "has no seccomp profile")
    must(pod.get("automountServiceAccountToken") is False, "mounts a token of the cluster")
    must(pod.get("restartPolicy") == "Never", "restarts in place, past the policy for failures")
    must(not any(pod.get(name) for name in ("hostNetwork", "hostPID", "hostIPC")), "shares the host's namespaces")
    must(all("hostPath" not in volume for volume in pod.get("volumes", [])), "mounts a path of the host")
    for container in pod["containers"]:
        own = container.get("securityContext", {})
        must(own.get("readOnlyRootFilesystem") is True, "writes to its root file system")
        must(own.get("allowPrivilegeEscalation") is False, "may gain privileges")
        must(own.get("capabilities", {}).get("drop") == ["ALL"], "keeps capabilities")
        resources = container.get("resources", {})
        for kind in ("requests", "limits"):
            must({"cpu", "memory", "ephemeral-storage"} <= resources.get(kind, {}).keys(), f"has no {kind}")


def check_kubernetes():
    checked = 0
    for kustomization in sorted((DEPLOY / "kubernetes").rglob("kustomization.yaml")):
        folder = kustomization.parent
        where = folder.relative_to(ROOT)
        for resource in build(folder):
            name = f"{where}: {resource['kind']} {resource['metadata']['name']}"
            try:
                kubernetes_validate.validate(resource, KUBERNETES, strict=True)
            except (kubernetes_validate.ValidationError, kubernetes_validate.InvalidSchemaError) as error:
                complain(name, error.message)
            if pod := pod_of(resource):
                check_pod(name, pod)
            if resource["kind"] == "Job" and (parts := re.findall(r"auto/(\d+)", " ".join(pod["containers"][0]["args"]))):
                spec = resource["spec"]
                if spec.get("completionMode") != "Indexed" or parts != [str(spec["completions"])]:
                    complain(name, "has another number of completions than of parts")
            if resource["kind"] == "NetworkPolicy":
                blocks = [to["ipBlock"]["cidr"] for rule in resource["spec"]["egress"] for to in rule["to"] if "ipBlock" in to]
                if "0.0.0.0/0" in blocks or {"Ingress", "Egress"} - set(resource["spec"]["policyTypes"]):
                    complain(name, "lets connections out to anywhere")
            checked += 1
    return checked


# --- AWS Batch --------------------------------------------------------------------------------------------------------


def check_batch():
    model = Session().get_service_model("batch")
    shapes = {"job-definition": "RegisterJobDefinition", "submit": "SubmitJob"}
    files = sorted((DEPLOY / "batch").glob("*.json"))
    definitions = {}
    for file in files:
        where = file.relative_to(ROOT)
        content = json.loads(file.read_text())
        operation = next(operation for part, operation in shapes.items() if part in file.name)
        report = ParamValidator().validate(content, model.operation_model(operation).input_shape)
        if report.has_errors():
            complain(where, report.generate_report())
        if operation == "RegisterJobDefinition":
            definitions[content["jobDefinitionName"]] = content
            container = content["containerProperties"]
            if not container.get("readonlyRootFilesystem") or container.get("user", "0").startswith("0"):
                complain(where, "runs as root, or writes to its root file system")
            if container["networkConfiguration"]["assignPublicIp"] != "DISABLED":
                complain(where, "has a public address")
            named = {word.removeprefix("Ref::") for word in container["command"] if word.startswith("Ref::")}
            if named != content["parameters"].keys():
                complain(where, f"its command and its parameters differ: {named ^ content['parameters'].keys()}")
    for file in files:
        content = json.loads(file.read_text())
        if "arrayProperties" in content and content["parameters"]["shard"] != f"auto/{content['arrayProperties']['size']}":
            complain(file.relative_to(ROOT), "has another size of the array than parts")
        if "jobDefinition" in content and content["jobDefinition"] not in definitions:
            complain(file.relative_to(ROOT), "is of a job that nobody defines")
    return len(files)


# --- Terraform --------------------------------------------------------------------------------------------------------


def plain(value):
    """Without the quotes and markers that the parser leaves around texts."""
    if isinstance(value, str):
        return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items() if not key.startswith("__")}
    return value


def blocks(module, kind):
    """All blocks of a kind with two labels: type, name, body."""
    for block in module.get(kind, []):
        for type_, named in block.items():
            for name, body in named.items():
                yield type_, name, body


def statements(document):
    found = list(document.get("statement", []))
    for dynamic in document.get("dynamic", []):
        found += [content for body in dynamic.values() for content in body["content"]]
    return found


def check_policy(where, document, read_only):
    for statement in statements(document):
        actions = statement.get("actions", [])
        name = f"{where}, statement {statement.get('sid', '')}"
        if statement.get("effect", "Allow") == "Deny":
            continue
        if any("*" in action for action in actions):
            complain(name, "allows actions by a pattern")
        if read_only and set(actions) - READ_ACTIONS:
            complain(name, f"is read-only and allows {set(actions) - READ_ACTIONS}")
        if statement.get("resources") == ["*"] and set(actions) - NO_RESOURCE:
            complain(name, f"allows {set(actions) - NO_RESOURCE} on everything")


def check_terraform():
    checked = 0
    used = {}
    for file in sorted((DEPLOY / "terraform").rglob("*.tf")):
        where = file.relative_to(ROOT)
        module = plain(hcl2.loads(file.read_text()))
        checked += 1
        for type_, name, body in blocks(module, "data"):
            if type_ == "aws_iam_policy_document":
                check_policy(f"{where}: {name}", body, read_only=name == "read")
        writers = [
            (name, action)
            for type_, name, body in blocks(module, "data")
            if type_ == "aws_iam_policy_document"
            for statement in statements(body)
            for action in statement.get("actions", [])
            if re.fullmatch(r"s3:(Put|Delete)\w*Tagging", action)
        ]
        if any(name != "label" for name, _ in writers):
            complain(where, "writes labels outside of the policy for labels")
        for type_, name, body in blocks(module, "resource"):
            if type_.startswith("aws_vpc_security_group_egress") and "cidr_ipv4" in body:
                complain(f"{where}: {name}", "lets connections out to addresses instead of endpoints")
            if type_ == "aws_security_group" and ("egress" in body or "ingress" in body):
                complain(f"{where}: {name}", "has rules of its own; they go into resources of their own, where they are checked")
            if type_ in ("aws_internet_gateway", "aws_nat_gateway"):
                complain(f"{where}: {name}", "is a way to the internet")
            if "role_policy_attachment" in type_ and "label" in str(body):
                complain(f"{where}: {name}", "attaches the policy for labels")
            if type_ == "aws_kms_key" and body.get("enable_key_rotation") is not True:
                complain(f"{where}: {name}", "is never rotated")
        text = file.read_text()
        for variable in [name for block in module.get("variable", []) for name in block]:
            if not re.search(rf"\bvar\.{variable}\b", text):
                complain(where, f"has a variable {variable} that nothing uses")
        for name in set(re.findall(r"\bvar\.(\w+)", text)) - {name for block in module.get("variable", []) for name in block}:
            complain(where, f"uses a variable {name} that nobody declares")
        used[file.parent] = module
    check_calls(used)
    check_format()
    return checked


def check_calls(modules):
    """Every module is given what it asks for, and nothing else."""
    for folder, module in modules.items():
        for call in module.get("module", []):
            for name, given in call.items():
                callee = modules[(folder / given["source"]).resolve()]
                declared = {variable: body for block in callee.get("variable", []) for variable, body in block.items()}
                needed = {variable for variable, body in declared.items() if "default" not in body}
                given = set(given) - {"source"}
                where = f"{folder.relative_to(ROOT)}: module {name}"
                if needed - given:
                    complain(where, f"is not given {needed - given}")
                if given - declared.keys():
                    complain(where, f"is given {given - declared.keys()}, which it does not know")
        outputs = {name: {out for block in modules[(folder / body["source"]).resolve()].get("output", []) for out in block}
                   for call in module.get("module", []) for name, body in call.items()}
        for name, output in re.findall(r"module\.(\w+)\.(\w+)", (folder / "main.tf").read_text()):
            if output not in outputs.get(name, set()):
                complain(folder.relative_to(ROOT), f"asks for module.{name}.{output}, which is not there")


def check_format():
    """By Terraform itself, where it is installed."""
    if terraform := shutil.which("terraform"):
        ended = subprocess.run([terraform, "fmt", "-check", "-recursive", str(DEPLOY / "terraform")], capture_output=True, text=True)
        if ended.returncode != 0:
            complain("deploy/terraform", f"is not formatted: {ended.stdout} {ended.stderr}")


# --- Step Functions ---------------------------------------------------------------------------------------------------


def check_state_machine():
    template = (DEPLOY / "terraform/modules/distributed-scan/machine.json.tftpl").read_text()
    filled = re.sub(r'"\$\{\w+\}"', '"x"', template)
    filled = re.sub(r"States\.ArrayRange\(0, \$\{\w+\}, 1\)", "States.ArrayRange(0, 7, 1)", filled)
    machine = json.loads(re.sub(r"\$\{\w+\}", "8", filled))

    def check_states(where, machine):
        states = machine["States"]
        reached, open_ = set(), [machine["StartAt"]]
        while open_:
            name = open_.pop()
            if name in reached:
                continue
            reached.add(name)
            state = states.get(name)
            if state is None:
                complain(where, f"goes to {name}, which is not there")
                continue
            nexts = [state.get("Next"), state.get("Default"), *(choice["Next"] for choice in state.get("Choices", []))]
            nexts = [next_ for next_ in nexts if next_]
            if not nexts and not state.get("End") and state["Type"] not in ("Succeed", "Fail"):
                complain(where, f"does not say what comes after {name}")
            open_ += nexts
            if state["Type"] == "Map":
                check_states(f"{where}, {name}", state["ItemProcessor"])
        if reached != states.keys():
            complain(where, f"never comes to {states.keys() - reached}")

    check_states("the state machine", machine)
    item = machine["States"]["Parts"]["ItemSelector"]
    if {key.removesuffix(".$") for key in item} != {"plan", "shard", "of"}:
        complain("the state machine", "hands out items that the function does not read")


def main():
    manifests, jobs, modules = check_kubernetes(), check_batch(), check_terraform()
    check_state_machine()
    for problem in problems:
        print(problem)
    print(f"checked {manifests} manifests, {jobs} files of Batch, {modules} files of Terraform, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
