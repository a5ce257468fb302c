"""Gives an emulator AWS's managed policies, the same to each: what the launcher finds beside it
in policies.zlib, which managed_policies/generate.py has written.
"""

import datetime
import os
import types
import zlib

CATALOGUE = os.path.join(os.path.dirname(__file__), "policies.zlib")


def read():
    """Path and name, default version, two moments, and the document of each, as texts."""
    with open(CATALOGUE, "rb") as file:
        lines = zlib.decompress(file.read()).decode().splitlines()
    return [line.split("\t") for line in lines]


class Document(str):
    """A document that is written already."""


def give_to_moto():
    """moto parses its own list anew for each account."""
    import json

    from moto.iam import models

    policies = {}
    for path_and_name, version, created, updated, document in read():
        path, _, name = path_and_name.rpartition("/")
        policies[name] = {
            "Path": f"{path}/",
            "DefaultVersionId": version,
            "CreateDate": created,
            "UpdateDate": updated,
            "Document": Document(document),
        }

    def loads(text, **options):
        return policies if text is models.aws_managed_policies_data else json.loads(text, **options)

    def dumps(value, **options):
        return str(value) if isinstance(value, Document) else json.dumps(value, **options)

    models.json = types.SimpleNamespace(**{**vars(json), "loads": loads, "dumps": dumps})


def give_to_localstack():
    """LocalStack has one more, in an older version."""
    give_to_moto()
    from localstack.services.iam import iam_patches

    iam_patches.ADDITIONAL_MANAGED_POLICIES.clear()


def give_to_ministack(iam):
    """ministack has some thirty, of its own making."""

    def moment(text):
        told = datetime.datetime.fromisoformat(text).astimezone(datetime.timezone.utc)
        return told.strftime("%Y-%m-%dT%H:%M:%SZ")

    iam._aws_managed_policies.clear()
    for path_and_name, version, created, updated, document in read():
        record = iam._make_aws_managed_record(path_and_name.removeprefix("/"), document)
        [only] = record["Versions"].values()
        only.update(VersionId=version, CreateDate=moment(updated))
        record.update(
            Versions={version: only},
            DefaultVersionId=version,
            CreateDate=moment(created),
            UpdateDate=moment(updated),
        )
        iam._aws_managed_policies[record["Arn"]] = record
