"""Reads what the gate forwarded as an emulator reads it, and compares with what was meant.

Run in the emulator's own virtual environment:

    python two_readers.py localstack|moto|ministack FORWARDED

FORWARDED holds a JSON object a line, as the gate's test `two_readers` writes it. Each line is
one request: who it was for, the input it was made from, and what reached the emulator. A
difference is printed; the exit status is 1 when there is any.
"""

import base64
import collections
import datetime
import io
import json
import re
import sys
from urllib.parse import parse_qsl, unquote, urlsplit

MOMENT = datetime.datetime(2026, 11, 23, 10, tzinfo=datetime.timezone.utc)

# The path tells the operation.
BY_PATH = {"rest-json", "rest-xml", "smithy-rpc-v2-cbor"}

# What the gate writes anew.
REWRITTEN = {"QueueUrl"}

# Two names in the model for one request.
SAME = {
    # The host alone tells it, which is another service's.
    "ListDirectoryBuckets": "ListBuckets",
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
}


def canonical(value):
    """One form for what was meant and what was read: no absent members, moments as seconds."""
    if isinstance(value, dict):
        members = {str(key): canonical(one) for key, one in value.items()}
        return {key: one for key, one in members.items() if one not in (None, {}, [])}
    if isinstance(value, (list, tuple)):
        return [canonical(one) for one in value]
    if isinstance(value, datetime.datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)
        return "2026-11-23T10:00:00Z" if moment == MOMENT else str(moment)
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if hasattr(value, "read"):
        return canonical(value.read()) or None
    # LocalStack leaves what is true or false as text where it stands in a query.
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def known(shape, value):
    """What of a value a model has that is older than the gate's."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            name: known(shape.members[name], one)
            for name, one in value.items()
            if name in shape.members
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [known(shape.member, one) for one in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: known(shape.value, one) for key, one in value.items()}
    return value


class LocalStack:
    """LocalStack's edge routes, service router and request parser."""

    def __init__(self):
        from localstack.aws.protocol import parser, service_router
        from localstack.http import Request, Router
        from localstack.http.dispatcher import handler_dispatcher
        from localstack.http.router import GreedyPathConverter
        from localstack.services.s3.website_hosting import register_website_hosting_routes
        from localstack.services.sqs import query_api

        self.parser, self.router, self.request = parser, service_router, Request
        self.parsers = {}
        self.edge = Router(
            dispatcher=handler_dispatcher(), converters={"greedy_path": GreedyPathConverter}
        )
        query_api.register(self.edge)
        register_website_hosting_routes(self.edge)
        for path in (
            "/restapis/<api_id>/<stage>/_user_request_",
            "/restapis/<api_id>/<stage>/_user_request_/<greedy_path:path>",
            "/shell",
            "/shell/<regex('.*'):req_path>",
            "/openapi.yaml",
        ):
            self.edge.add(path, endpoint=lambda request, **_: None)

    def read(self, case):
        raw_path, _, query = case["target"].partition("?")
        request = self.request(
            method=case["method"],
            path=unquote(raw_path),
            headers=dict(case["headers"]),
            body=base64.b64decode(case["bytes"]),
            query_string=query,
            raw_path=raw_path,
        )
        if self.at_the_edge(request):
            return "a route at the edge", None, None
        service = self.router.determine_aws_service_model(request)
        protocol = self.router.determine_aws_protocol(request, service)
        key = (service.service_name, protocol)
        if key not in self.parsers:
            self.parsers[key] = self.parser.create_parser(service, protocol)
        operation, parameters = self.parsers[key].parse(request)
        name = {"sqs-query": "sqs"}.get(service.service_name, service.service_name)
        if operation.input_shape:
            case["input"] = known(operation.input_shape, case["input"])
        return name, operation.name, canonical(dict(parameters or {}))

    def at_the_edge(self, request):
        from werkzeug.exceptions import HTTPException
        from werkzeug.routing import RequestRedirect

        matcher = self.edge.url_map.bind(request.host)
        try:
            matcher.match(request.path, method=request.method)
            return True
        except RequestRedirect:
            return True
        except HTTPException:
            return False


class Moto:
    """moto's dispatcher, and the class that answers for the service."""

    def __init__(self):
        from moto import backends
        from moto.moto_server.werkzeug_app import (
            BackendRequest,
            DomainDispatcherApplication,
        )

        self.backends, self.request = backends, BackendRequest
        self.dispatcher = DomainDispatcherApplication(lambda backend: backend)
        self.responses = {}

    def response(self, backend):
        if backend not in self.responses:
            found = self.backends.get_backend(backend)
            try:
                found = found["123456789012"]
                found = found["us-east-1"] if "us-east-1" in found else found["aws"]
            except KeyError:
                found = found["global"]
            handlers = [getattr(one, "__self__", None) for one in found.flask_paths.values()]
            classes = [one if isinstance(one, type) else type(one) for one in handlers if one]
            self.responses[backend] = classes[0]
        return self.responses[backend]()

    @staticmethod
    def by_path(response, case):
        """The operation that moto goes by, where it does not go by its own routes alone."""
        if any(name == "Action" for name in response.querystring):
            return "Action of a form"
        return case["operation"]

    def read(self, case):
        path, _, query = case["target"].partition("?")
        body = base64.b64decode(case["bytes"])
        environ = {
            "REQUEST_METHOD": case["method"],
            "PATH_INFO": unquote(path).encode().decode("latin-1"),
            "RAW_URI": case["target"],
            "REQUEST_URI": case["target"],
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "5000",
            "SERVER_PROTOCOL": "HTTP/1.1",
        }
        for name, value in case["headers"]:
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        backend = self.dispatcher.get_application(environ)
        request = self.request(environ)
        response = self.response(backend)
        if backend == "s3":
            response.setup_class(request, request.url, request.headers)
            found = {"Bucket": response.bucket_name, "Key": response.parse_key_name()}
            return backend, None, canonical({key: one for key, one in found.items() if one})
        response.setup_class(request, request.url, request.headers)
        if case["protocol"] in BY_PATH:
            return backend, self.by_path(response, case), None
        operation = response._get_action()
        if case["protocol"].startswith("json"):
            return backend, operation, canonical(json.loads(response.body or "{}"))
        pairs = {key: one[0] for key, one in response.querystring.items()}
        return backend, operation, pairs


class Ministack:
    """ministack's own application, as the lab serves it: where a request ends up."""

    def __init__(self):
        import os

        # As the lab's own list, crates/fed-lab/src/services.rs.
        os.environ["SERVICES"] = (
            "monitoring,dynamodb,ec2,iam,kms,logs,s3,secretsmanager,sns,sqs,ssm,sts"
        )
        import runpy

        from ministack import app

        server = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ministack_server.py")
        runpy.run_path(server)["keep_objects_apart"](app)
        self.app, self.reached = app, None
        self.served = set(app.SERVICE_HANDLERS)
        for name in self.served:
            app.SERVICE_HANDLERS[name] = self.recorder(name)

    def serves(self, case):
        """Whether the lab offers the service in front of ministack."""
        return {"cloudwatch": "monitoring"}.get(case["service"], case["service"]) in self.served

    def recorder(self, name):
        async def handler(method, path, headers, body, query):
            self.reached = name, path, headers, body, query
            return 200, {"Content-Type": "text/plain"}, b""

        return handler

    def read(self, case):
        import asyncio

        path, _, query = case["target"].partition("?")
        body = base64.b64decode(case["bytes"])
        headers = [(name.lower().encode(), value.encode()) for name, value in case["headers"]]
        if not any(name == b"content-length" for name, _ in headers):
            headers.append((b"content-length", str(len(body)).encode()))
        scope = {
            "type": "http",
            "method": case["method"],
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "scheme": "http",
        }

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(_):
            pass

        self.reached = None
        asyncio.run(self.app.app(scope, receive, send))
        self.app._reset_lock = None
        if self.reached is None:
            return "nobody", None, None
        name, path, headers, body, query = self.reached
        name = {"monitoring": "cloudwatch"}.get(name, name)
        if name == "s3":
            bucket, _, key = path.lstrip("/").partition("/")
            found = {"Bucket": bucket, "Key": key}
            return name, None, canonical({key: one for key, one in found.items() if one})
        if target := headers.get("x-amz-target"):
            return name, target.rsplit(".")[-1], canonical(json.loads(body or b"{}"))
        if case["protocol"] in BY_PATH:
            return name, path.rsplit("/", 1)[-1], None
        pairs = {**dict(parse_qsl(body.decode(), keep_blank_values=True)), **query}
        return name, pairs.get("Action"), pairs


# Why a reader reads nothing, by what it says: then nothing is done either.
REASONS = {
    "Unable to find operation": "an operation that its older models do not have",
    "Operation detection failed": "an operation that its older models do not have",
    "Unknown service": "a service that its older models do not have",
    "An unknown error occurred": "a request that its parser fails at",
    "Invalid type when parsing": "a value that its parser takes for no moment or number",
    "invalid XML received": "XML that its parser does not take",
    "could not be parsed as JSON": "JSON that its parser does not take",
}


# The same by the kind of the error, or of what it came from.
KINDS = {
    "BadRequestKeyError": "a protocol that its older models do not have for the service",
    "OperationNotFoundError": "an operation that its older models do not have",
    "UnicodeDecodeError": "CBOR, which it reads as text",
    "ModuleNotFoundError": "a service whose modules are not in the lab's environment",
    "IndexError": "a service without a class that answers",
}


def reason(error):
    """The reason in words, or nothing for one that is not known."""
    kinds = {type(one).__name__ for one in (error, error.__cause__, error.__context__) if one}
    by_kind = next((words for kind, words in KINDS.items() if kind in kinds), None)
    return by_kind or next((words for start, words in REASONS.items() if start in str(error)), None)


def differences(reader, name, case):
    """What differs, in words; empty when the same was read as was meant."""
    try:
        service, operation, parameters = reader.read(case)
    except Exception as error:  # what cannot be read is not done, either
        return "unread", f"{type(error).__name__}: {error}" if not reason(error) else reason(error)
    if name == "localstack":
        # These two have one target prefix, and operations that both have; nothing tells which.
        alike = service.startswith("timestream-") and case["service"].startswith("timestream-")
        if service != case["service"] and not alike:
            return "service", f"{service}"
        # What it does not serve, it does not do: it must only not be another service's.
        if not case["served"]:
            return None, None
        # CloudFront's names end in the version of its API, which LocalStack leaves out.
        meant = re.sub(r"\d{4}_\d\d_\d\d$", "", case["operation"])
        if operation != SAME.get(meant, meant):
            return "operation", f"{operation}"
        meant = canonical(case["input"])
        if case["service"] == "s3":
            meant.pop("ContentType", None)
            parameters.pop("ContentType", None)
            parameters.pop("ContentLength", None)
            parameters.pop("Body", None)
        # Every client sends one of its own.
        meant.pop("accept", None), parameters.pop("accept", None)
        for member in REWRITTEN:
            meant.pop(member, None), parameters.pop(member, None)
        for member in set(meant) | set(parameters):
            # It reads no body of a GET, and a body of nothing as none.
            nothing = parameters.get(member) is None
            if nothing and (case["method"] == "GET" or meant.get(member) == ""):
                continue
            if meant.get(member) != parameters.get(member):
                return "parameter", f"{member}: {meant.get(member)!r} -> {parameters.get(member)!r}"
        return None, None
    if name == "ministack" and service != case["service"]:
        return "service", f"{service}"
    if case["service"] == "s3":
        path = unquote(urlsplit(case["target"]).path)
        bucket, _, key = path.removeprefix("/").partition("/")
        meant = {key: one for key, one in {"Bucket": bucket, "Key": key}.items() if one}
        return (None, None) if meant == parameters else ("parameter", f"{meant} -> {parameters}")
    if operation != case["operation"]:
        return "operation", f"{operation}"
    if parameters is None:
        return None, None
    meant = dict(parse_qsl(case["body"], keep_blank_values=True))
    if case["protocol"].startswith("json"):
        meant = canonical(json.loads(case["body"]))
    return (None, None) if meant == parameters else ("parameter", f"{meant} -> {parameters}")


def main():
    name, file = sys.argv[1:]
    reader = {"localstack": LocalStack, "moto": Moto, "ministack": Ministack}[name]()
    counts, services, operations, shown = collections.Counter(), set(), set(), collections.Counter()
    reasons, named = collections.Counter(), {*REASONS.values(), *KINDS.values()}
    for line in open(file, encoding="utf-8"):
        case = json.loads(line)
        if name == "ministack" and not reader.serves(case):
            continue
        services.add(case["service"])
        operations.add((case["service"], case["operation"]))
        kind, what = differences(reader, name, case)
        counts["cases"] += 1
        if kind == "unread":
            reasons[what if what in named else what.split(":")[0]] += 1
        if kind:
            counts[kind] += 1
            shown[kind, case["service"]] += 1
            if shown[kind, case["service"]] <= 2 and what not in named:
                print(f"{kind}: {case['service']}.{case['operation']} ({case['protocol']}): {what}"[:400])
    unread, cases = counts.pop("unread", 0), counts.pop("cases")
    found = sum(counts.values())
    print(
        f"{name}: {len(services)} services, {len(operations)} operations, {cases} cases, "
        f"{unread} unread, {found} differences {dict(counts)}"
    )
    for words, count in reasons.most_common():
        print(f"    unread: {count} {words}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
