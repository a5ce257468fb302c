"""Makes the calls that stand on standard input and prints what boto3 made of each.

In: a JSON list of {"call": "ec2.describe_instances", "parameters": {…}}; a text that begins
with `$` is the environment variable of that name.
Out: a JSON list of {"answer": {…}} and of {"raised": {…}}.
"""

import json
import os
import sys

import boto3
from botocore.exceptions import ClientError


def filled(value):
    if isinstance(value, str) and value.startswith("$"):
        return os.environ[value[1:]]
    if isinstance(value, dict):
        return {name: filled(member) for name, member in value.items()}
    if isinstance(value, list):
        return [filled(member) for member in value]
    return value


def raised(client, error):
    # What `except client.exceptions.NAME` catches, not merely what the class is called.
    modelled = [shape.name for shape in client.meta.service_model.error_shapes]
    typed = [name for name in modelled if isinstance(error, getattr(client.exceptions, name))]
    assert isinstance(error, client.exceptions.ClientError)
    return {
        "exception": typed[0] if typed else "ClientError",
        "code": error.response["Error"]["Code"],
        "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
        "message": error.response["Error"]["Message"],
    }


def made(call, parameters):
    service, operation = call.split(".")
    client = boto3.client(service)
    try:
        answer = getattr(client, operation)(**filled(parameters))
    except ClientError as error:
        return {"raised": raised(client, error)}
    answer.pop("ResponseMetadata")
    return {"answer": answer}


outcomes = [made(call["call"], call["parameters"]) for call in json.load(sys.stdin)]
json.dump(outcomes, sys.stdout, default=str, indent=4)
