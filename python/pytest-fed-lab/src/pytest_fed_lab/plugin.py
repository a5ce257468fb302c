"""The fixtures, and the decisions in the report of a test that failed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from .account import Account, described
from .lab import Lab
from .learned import write_learned
from .session import Options, Session, find_or_start

_SESSION = pytest.StashKey[Session]()
_SHOWN = 40


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which program, and which lab it starts."""
    group = parser.getgroup("fed-lab")
    group.addoption("--fed-lab", metavar="PROGRAM", help="the program fed-lab")
    group.addoption("--fed-lab-backend", metavar="NAME", help="as `fed-lab up --backend`")
    group.addoption(
        "--fed-lab-learn",
        metavar="FILE",
        help="write the smallest policies for what the tests' accounts saw",
    )
    parser.addini("fed_lab_backend", "as `fed-lab up --backend`", default="auto")
    parser.addini("fed_lab_services", "as `fed-lab up --services`", default="iam,sts,ec2,s3")
    parser.addini(
        "fed_lab_issuers", "as `fed-lab up --issuer`", default="google,github-actions,gitlab"
    )


def pytest_configure(config: pytest.Config) -> None:
    """A worker of pytest-xdist has its session from the process that started it."""
    if not hasattr(config, "workerinput"):
        config.stash[_SESSION] = Session()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Writes what was learned, and ends the lab."""
    session = config.stash.get(_SESSION, None)
    if session is None:
        return
    options = Options.of(config)
    try:
        if file := config.getoption("--fed-lab-learn"):
            write_learned(Path(file), session.lab(options))
    finally:
        session.end(options)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds what the gate decided about the account of a test that failed."""
    report = yield
    account = getattr(item, "funcargs", {}).get("fed_lab_account")
    if report.when == "call" and report.failed and isinstance(account, Account):
        decisions = account.decisions()
        lines = [described(one) for one in decisions[-_SHOWN:]]
        if len(decisions) > _SHOWN:
            lines.insert(0, f"({len(decisions) - _SHOWN} earlier)")
        text = "\n".join(lines) or "none: no request of this account reached the gate"
        report.sections.append((f"fed-lab decisions, account {account.id}", text))
    return report


@pytest.fixture(scope="session")
def fed_lab(pytestconfig: pytest.Config) -> Lab:
    """The session's lab."""
    return find_or_start(Options.of(pytestconfig))


@pytest.fixture
def fed_lab_account(request: pytest.FixtureRequest, fed_lab: Lab) -> Iterator[Account]:
    """An account that nobody else has touched."""
    account = fed_lab.account()
    yield account
    if request.config.getoption("--fed-lab-learn"):
        account.learn()
    account.close()


@pytest.fixture
def fed_lab_environment(
    fed_lab_account: Account, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Puts the lab and the account's administrator into the environment."""
    import os

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    key = fed_lab_account.administrator
    variables = {
        "AWS_ENDPOINT_URL": fed_lab_account.lab.gate_url,
        "AWS_REGION": fed_lab_account.lab.region,
        "AWS_DEFAULT_REGION": fed_lab_account.lab.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture(scope="session")
def google_token(fed_lab: Lab) -> Callable[..., str]:
    """`google_token(email=…, subject=…, audience=…)`: of a person."""
    return lambda **claims: fed_lab.token("google", **claims)


@pytest.fixture(scope="session")
def github_token(fed_lab: Lab) -> Callable[..., str]:
    """`github_token(repository=…, ref=…, environment=…)`: of a workflow's run."""
    return lambda **claims: fed_lab.token("github", **claims)


@pytest.fixture(scope="session")
def gitlab_token(fed_lab: Lab) -> Callable[..., str]:
    """`gitlab_token(project=…, ref=…)`: of a CI job."""
    return lambda **claims: fed_lab.token("gitlab", **claims)
