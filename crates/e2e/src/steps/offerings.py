"""What EC2 offers in the regions of the command line: as the emulator answers, and as moto does in
this process, whose start nobody has changed. Both are printed as JSON, counts with sums.
"""

import hashlib
import json
import os
import sys

import boto3
from moto import mock_aws

LOCATIONS = ("region", "availability-zone")
TYPES = {"Filters": [{"Name": "instance-type", "Values": ["t3.*"]}]}
IMAGES = {"Filters": [{"Name": "name", "Values": ["amzn2-*"]}]}


def summed(found):
    lines = sorted(json.dumps(one, sort_keys=True) for one in found)
    return [len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()]


def answers(regions):
    told = {}
    for region in regions:
        ec2 = boto3.client("ec2", region)
        offered = ec2.get_paginator("describe_instance_type_offerings")
        for location in LOCATIONS:
            pages = offered.paginate(LocationType=location)
            found = [one for page in pages for one in page["InstanceTypeOfferings"]]
            told[f"{region} by {location}"] = summed(found)
        pages = ec2.get_paginator("describe_instance_types").paginate(**TYPES)
        told[f"{region}, types"] = summed(one for page in pages for one in page["InstanceTypes"])
        images = ec2.describe_images(**IMAGES)["Images"]
        told[f"{region}, images"] = summed((one["ImageId"], one["Name"]) for one in images)
    return told


def of_moto(regions):
    os.environ.pop("AWS_ENDPOINT_URL")
    with mock_aws():
        return answers(regions)


emulator = answers(sys.argv[1:])
print(json.dumps({"emulator": emulator, "moto": of_moto(sys.argv[1:])}))
