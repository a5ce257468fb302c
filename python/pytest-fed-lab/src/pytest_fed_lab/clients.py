"""boto3 clients that know nothing of a person's profiles, keys and endpoints."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.loaders import Loader

from .connection import Key

# Each of botocore's settings with where it is read from: nowhere.
_SEALED = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
    "ignore_configured_endpoint_urls": (None, None, True, None),
}


@cache
def _loader() -> Loader:
    """Reading the services' descriptions is most of a client's making: once a process."""
    return Loader()


def make_client(service: str, endpoint: str, region: str, key: Key | None) -> Any:
    """A client of that endpoint; without a key its requests are unsigned. It tries once: the
    lab is on this machine."""
    core = botocore.session.Session(session_vars=_SEALED)
    core.register_component("data_loader", _loader())
    session: Any = boto3.Session(botocore_session=core, region_name=region)
    settings: dict[str, Any] = {"retries": {"total_max_attempts": 1}, "proxies": {}}
    if service == "s3":
        settings["s3"] = {"addressing_style": "path"}
    if key is None:
        config = Config(signature_version=UNSIGNED, **settings)
        return session.client(service, endpoint_url=endpoint, config=config)
    return session.client(
        service,
        endpoint_url=endpoint,
        config=Config(**settings),
        aws_access_key_id=key.access_key_id,
        aws_secret_access_key=key.secret_access_key,
        aws_session_token=key.session_token,
    )
