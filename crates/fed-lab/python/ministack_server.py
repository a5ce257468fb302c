"""Serves ministack on a socket that is bound already; the launcher runs this file.

What ministack does beside serving is left out: scripts of this machine's folders, listeners
of their own, Docker. A request for S3 is one: ministack goes by paths first, so that the name
of a bucket or an object could make it another service's.
"""

import asyncio
import os
import re
import sys
import types

SIGNED_FOR = re.compile(r"Credential=[^/,]+/[^/,]+/[^/,]+/([^/,]+)/")
NEVER = 86_400
# What the services speak, which ministack would read from models of megabytes.
PROTOCOLS = {
    "ec2": ("ec2", None),
    "iam": ("query", None),
    "kms": ("json", "1.1"),
    "logs": ("json", "1.1"),
    "s3": ("rest-xml", None),
    "secretsmanager": ("json", "1.1"),
    "sns": ("query", None),
    "sqs": ("json", "1.0"),
    "ssm": ("json", "1.1"),
    "sts": ("query", None),
}


def signed_for(headers):
    """The service of a signed request; `None` for a page of the lab's own."""
    found = SIGNED_FOR.search(headers.get("authorization", ""))
    return found and found.group(1)


def keep_objects_apart(application):
    """A request that is signed for S3 is nothing else."""
    detect = application.detect_service

    async def nothing():
        return None

    def unless_s3(handle):
        def handled(*arguments, **options):
            headers = next((one for one in arguments if isinstance(one, dict)), {})
            return nothing() if signed_for(headers) == "s3" else handle(*arguments, **options)

        return handled

    for name in (
        "_handle_pre_body_request",
        "_handle_post_body_shortcuts",
        "_handle_special_data_plane_request",
    ):
        setattr(application, name, unless_s3(getattr(application, name)))
    application.detect_service = lambda method, path, headers, query: (
        "s3" if signed_for(headers) == "s3" else detect(method, path, headers, query)
    )


def tell_checksums(application):
    """S3 tells of a new object the checksum that it came with, and ministack not."""
    dispatch = application._dispatch_service_request

    def is_checksum(name):
        return re.fullmatch("x-amz-checksum-(crc|sha|md5|xxhash)[0-9a-z]*", name)

    async def dispatched(method, path, headers, body, query, request_id):
        status, told, content = await dispatch(method, path, headers, body, query, request_id)
        if method == "PUT" and status == 200 and signed_for(headers) == "s3" and not query:
            for name in filter(is_checksum, headers):
                told.setdefault(name, headers[name])
        return status, told, content

    application._dispatch_service_request = dispatched


def attach_what_is_there(iam):
    """ministack attaches any ARN; nobody could decide by a policy that is not there."""

    def unless_missing(attach):
        def attached(parameters):
            arn = iam._p(parameters, "PolicyArn")
            if iam._policy_exists(arn):
                return attach(parameters)
            message = f"Policy {arn} does not exist or is not attachable."
            return iam._error(404, "NoSuchEntity", message)

        return attached

    for action in ("AttachGroupPolicy", "AttachRolePolicy", "AttachUserPolicy"):
        iam._IAM_HANDLERS[action] = unless_missing(iam._IAM_HANDLERS[action])


def know_protocols(responses):
    read = responses._service_model

    def model(service):
        if service not in PROTOCOLS:
            return read(service)
        protocol, version = PROTOCOLS[service]
        return types.SimpleNamespace(metadata={"protocol": protocol, "jsonVersion": version})

    responses._service_model = model


def forget(account):
    """Takes out what every service holds of one account: its keys begin with the number."""

    def is_its(key):
        return key == account or (isinstance(key, tuple) and key[:1] == (account,))

    for name, module in list(sys.modules.items()):
        if not name.startswith("ministack."):
            continue
        for held in list(vars(module).values()):
            held = getattr(held, "_data", held)
            if isinstance(held, dict):
                for key in [key for key in held if is_its(key)]:
                    del held[key]
            elif isinstance(held, set):
                held.difference_update([key for key in held if is_its(key)])


def with_page(app, accounts):
    """The application with the page that makes it forget an account in front of it."""

    async def served(scope, receive, send):
        path = scope.get("path", "")
        if scope.get("method") != "DELETE" or not path.startswith(accounts["PAGE"]):
            return await app(scope, receive, send)
        status, text = accounts["answer"](path, forget)
        kind = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": status, "headers": kind})
        await send({"type": "http.response.body", "body": text.encode()})

    return served


def serve(listener, accounts, give_policies):
    os.environ.update(
        GATEWAY_PORT=str(listener.getsockname()[1]),
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        DOCKER_HOST="unix:///nowhere",
    )
    from hypercorn.asyncio import serve as serve_by_hypercorn
    from hypercorn.config import Config
    from ministack import app as application
    from ministack.core import responses
    from ministack.services import iam

    application._collect_scripts = lambda *_: []
    keep_objects_apart(application)
    tell_checksums(application)
    give_policies(iam)
    attach_what_is_there(iam)
    know_protocols(responses)
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.loglevel = "ERROR"
    # The gate keeps its connections: one that is closed means an emulator that was started anew.
    config.keep_alive_timeout = NEVER
    config.keep_alive_max_requests = sys.maxsize
    asyncio.run(serve_by_hypercorn(with_page(application.app, accounts), config))
