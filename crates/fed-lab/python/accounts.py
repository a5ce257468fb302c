"""Lets an emulator forget one account, which neither LocalStack nor moto can by themselves:
`DELETE /_localstack/fed/accounts/ID`, answered by `forgotten ID`.

State is kept by account, then region; what is kept by name or ARN beside that names the
account it belongs to. LocalStack runs this file in its own process, in a container as an
init script; the launcher reads `answer` from it for moto.
"""

import re

PAGE = "/_localstack/fed/accounts/"


def forget_in_moto(account):
    from moto.core.base_backend import BackendDict
    from moto.s3.models import s3_backends

    for backends in {id(one): one for one in BackendDict._instances}.values():
        regions = backends.pop(account, None)
        if regions is not None:
            regions.reset()
    buckets = s3_backends.bucket_accounts
    for name in [name for name, (_, owner) in buckets.items() if owner == account]:
        del buckets[name]
    # An account without a backend must be listed again when it gets one.
    BackendDict._instances[:] = [one for one in BackendDict._instances if len(one)]


def forget_in_localstack(account):
    from localstack.services.plugins import SERVICE_PLUGINS
    from localstack.services.stores import AccountRegionBundle

    class Forget:
        def visit(self, container):
            if isinstance(container, AccountRegionBundle):
                forget_shared(container._universal, account)
                container.pop(account, None)

    loaded = SERVICE_PLUGINS.list_loaded_services()
    if "dynamodb" in loaded:
        delete_tables(account)
    for name in loaded:
        SERVICE_PLUGINS.get_service(name).accept_state_visitor(Forget())


def forget_shared(shared, account):
    """What all accounts of a service share: buckets by their names, tags by ARNs."""
    buckets = shared.get("global_bucket_map", {})
    own = [name for name, owner in buckets.items() if owner == account]
    for name in own:
        del buckets[name]
    arns = {f"arn:aws:s3:::{name}" for name in own}
    for kept in [*shared.values(), getattr(shared.get("TAGS"), "tags", {})]:
        if isinstance(kept, dict):
            for key in [key for key in kept if key in arns or f":{account}:" in str(key)]:
                del kept[key]


def delete_tables(account):
    """They are kept by a program of its own."""
    from localstack.aws.connect import connect_to
    from localstack.services.dynamodb.models import dynamodb_stores

    for region, store in list(dynamodb_stores.get(account, {}).items()):
        client = connect_to(aws_access_key_id=account, region_name=region).dynamodb
        for table in list(store.table_definitions):
            client.delete_table(TableName=table)


def answer(path, forget):
    """Status and text for a request whose path begins with PAGE."""
    account = path.removeprefix(PAGE)
    if not re.fullmatch("[0-9]{12}", account):
        return 404, "expected an account of 12 digits\n"
    forget(account)
    return 200, f"forgotten {account}\n"


def forget_everywhere(account):
    forget_in_localstack(account)
    forget_in_moto(account)


def serve_in_localstack():
    from localstack.http import Response
    from localstack.services.internal import get_internal_apis

    def forget(_request, account):
        status, text = answer(PAGE + account, forget_everywhere)
        return Response(text, status=status, mimetype="text/plain")

    get_internal_apis().add(f"{PAGE}<account>", forget, methods=["DELETE"])


def serve_in_moto(app):
    """The WSGI application with that page in front of it."""

    def with_page(environ, start_response):
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] != "DELETE" or not path.startswith(PAGE):
            return app(environ, start_response)
        status, text = answer(path, forget_in_moto)
        start_response(f"{status} {'OK' if status == 200 else 'Not Found'}", [("Content-Type", "text/plain")])
        return [text.encode()]

    return with_page


# An init script has no name of its own; the launcher gives it one.
if globals().get("__name__", "builtins") in ("builtins", "__main__"):
    serve_in_localstack()
