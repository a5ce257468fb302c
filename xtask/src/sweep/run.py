"""Runs the cases of the least-privilege sweep inside a lab, by the aws CLI that the lab installed.

    python run.py CASES RESULTS EMULATOR [SERVICE…]

EMULATOR is what stands behind the gate, `localstack` or `moto`. RESULTS gets a line a case, of
fields between tabs: service, operation, the four outcomes and the remark. An outcome that is as
it has to be is one word; any other is a sentence.

CASES is a folder of text files, one for each service of the CLI and called as it is there:

    refuses CODE          the code that the service refuses with
    emulators NAME…       which of them serve it, if not both
    region NAME           where it is called, if not in the lab's own region

    [block]               commands that several cases need beforehand, up to an empty line
    name = COMMAND | PATH     a value for `{name}`: what JMESPath finds in the answer

    COMMAND               the case: what stands behind `aws SERVICE`
      given BLOCK…        what it needs beforehand
      before COMMAND      and more of that, written as in a block
      needs ACTION ARN    by AWS's Service Authorization Reference; a line each
      or ACTION ARN       what is as good as the line before
      mute CODE           refused with this, without a word on why
      only NAME           the only emulator that serves it
      closed WHY          the gate lets no role do it
      fails WHY           the emulator cannot do it: the gate lets it through, and it fails
      remark TEXT         for the table

`{n}` is another number in each run, `{account}`, `{region}`, `{folder}` (with `body` and
`function.zip` in it) and `{now}` (in milliseconds) are what they say; `{name.id}` is what stands
behind the last slash of `{name}`. A value called `blob` is the address of a file with its bytes.
A line that ends in a backslash goes on in the next.
"""

import base64
import contextlib
import fnmatch
import io
import json
import os
import pathlib
import re
import shlex
import sys
import time
import zipfile

# As the lab's own `aws` does: what LocalStack brings along and the CLI does not need.
sys.modules["awscrt"] = None
sys.modules["OpenSSL"] = None

import awscli.clidriver
import jmespath
from awscli.customizations import overridesslcommonname

overridesslcommonname.SSL_COMMON_NAMES.clear()

REGION = os.environ["AWS_REGION"]
# What fails has failed, and is not tried again.
os.environ["AWS_MAX_ATTEMPTS"] = "1"
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": None}}


class Failed(Exception):
    """A command that had to work did not."""


class Identity:
    """Somebody with credentials at an endpoint, and the CLI as they run it."""

    def __init__(self, endpoint, key, secret, token=None):
        self.variables = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_SESSION_TOKEN": token or "",
        }
        self.driver = None

    def run(self, words):
        """Exit status, standard output and standard error of `aws WORDS`."""
        for name, value in self.variables.items():
            if value:
                os.environ[name] = value
            else:
                os.environ.pop(name, None)
        if self.driver is None:
            self.driver = awscli.clidriver.create_clidriver()
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in "oe")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                # Given so, nothing asks the service for another endpoint.
                endpoint = ["--endpoint-url", self.variables["AWS_ENDPOINT_URL"]]
                status = self.driver.main([*endpoint, *words])
            except SystemExit as ended:
                status = ended.code
        # These leave handlers behind that other commands trip over.
        if words[1].startswith("modify-"):
            self.driver = None
        return status, *(text.buffer.getvalue().decode() for text in (out, err))

    def get(self, *words):
        """What a command that has to work prints, as JSON."""
        status, out, err = self.run([*words, "--output", "json"])
        if status:
            raise Failed(f"`aws {shlex.join(words)}`: {one_line(err)}")
        return json.loads(out) if out.strip() else None


class Sweep:
    """The lab, and the three roles that the cases are run by."""

    def __init__(self, emulator):
        self.emulator = emulator
        gate, account = os.environ["FED_LAB_GATE_URL"], os.environ["FED_LAB_ACCOUNT_ID"]
        self.admin = Identity(
            gate,
            os.environ["FED_LAB_ADMIN_ACCESS_KEY_ID"],
            os.environ["FED_LAB_ADMIN_SECRET_ACCESS_KEY"],
        )
        # Another account: what is made past the gate is none of its business. LocalStack takes
        # the access key for the account.
        self.direct = Identity(os.environ["FED_LAB_UPSTREAM_URL"], "111122223333", "none")
        self.accounts = {
            self.admin: account,
            self.direct: self.direct.get("sts", "get-caller-identity")["Account"],
        }
        user = self.admin.get("iam", "create-user", "--user-name", "sweep")["User"]["Arn"]
        self.admin.get(
            *("iam", "put-user-policy", "--user-name", "sweep", "--policy-name", "assume"),
            *("--policy-document", policy({"Effect": "Allow", "Action": "sts:AssumeRole"})),
        )
        key = self.admin.get("iam", "create-access-key", "--user-name", "sweep")["AccessKey"]
        user_identity = Identity(gate, key["AccessKeyId"], key["SecretAccessKey"])
        self.roles = {}
        for role in ("exact", "without", "denied"):
            trust = policy(TRUST | {"Principal": {"AWS": user}}, resource=None)
            made = self.admin.get(
                *("iam", "create-role", "--role-name", f"sweep-{role}"),
                *("--assume-role-policy-document", trust),
            )
            session = user_identity.get(
                *("sts", "assume-role", "--role-session-name", "sweep"),
                *("--role-arn", made["Role"]["Arn"]),
            )["Credentials"]
            self.roles[role] = Identity(
                gate,
                session["AccessKeyId"],
                session["SecretAccessKey"],
                session["SessionToken"],
            )
        self.number = 0

    def may(self, role, *statements):
        """Gives a role these statements, and no others."""
        self.admin.get(
            *("iam", "put-role-policy", "--role-name", f"sweep-{role}", "--policy-name", "sweep"),
            *("--policy-document", policy(*statements)),
        )
        return self.roles[role]

    def set_up(self, case, identity):
        """Makes what the case needs beforehand; the values that its words name."""
        self.number += 1
        values = dict(VALUES, n=f"{self.number}", account=self.accounts[identity])
        values["region"] = case.region
        for name, words, query in case.before:
            answer = identity.get(*filled(words, values), "--region", case.region)
            if name:
                value = jmespath.search(query, answer) if query else answer
                if value is None:
                    raise Failed(f"`{shlex.join(words)}` has no `{query}`")
                values[name] = value if isinstance(value, str) else json.dumps(value)
                # Of a path the last part.
                values[f"{name}.id"] = values[name].rsplit("/", 1)[-1]
                # The CLI takes what is binary from a file alone.
                if name == "blob":
                    file = pathlib.Path(values["folder"], "blob")
                    file.write_bytes(base64.b64decode(value))
                    values[name] = f"fileb://{file}"
        return values

    def run(self, case):
        """The four outcomes."""
        try:
            values = self.set_up(case, self.direct)
            status, _, err = self.direct.run(case.filled(values))
            direct = "works" if status == 0 else one_line(err)
            if case.fails:
                direct = "WORKED" if status == 0 else "fails"
        except Failed as failed:
            direct = str(failed)
        try:
            values = self.set_up(case, self.admin)
        except Failed as failed:
            return direct, str(failed), "–", "–"
        words = case.filled(values)
        needs = [[(action, filled([arn], values)[0]) for action, arn in need] for need in case.needs]
        without, denied = [], []
        for actions in dict.fromkeys(tuple(action for action, _ in need) for need in needs):
            role = self.may("without", {"Effect": "Allow", "NotAction": actions})
            permissions = [one for need in needs for one in need if one[0] in actions]
            without.append(refusal(case, role.run(words), permissions))
        for need in needs:
            denies = [{"Effect": "Deny", "Action": action, "Resource": arn} for action, arn in need]
            role = self.may("denied", {"Effect": "Allow", "Action": "*"}, *denies)
            denied.append(refusal(case, role.run(words), need))
        exact = [{"Effect": "Allow", "Action": it, "Resource": arn} for [(it, arn), *_] in needs]
        status, _, err = self.may("exact", *exact).run(words)
        if case.closed:
            exactly = "closed" if UNKNOWN.search(err) else one_line(err) or "WORKED"
        elif case.fails:
            is_let = status != 0 and not UNKNOWN.search(err) and "not authorized to" not in err
            exactly = "fails" if is_let else one_line(err)
        else:
            exactly = "works" if status == 0 else one_line(err)
        return direct, exactly, *(first_wrong(all_) for all_ in (without, denied))


UNKNOWN = re.compile("the gate does not know|the emulator behind the gate may read")
VALUES = {}


def refusal(case, answer, permissions):
    """`refused` where a call was refused in the service's own form for want of a permission."""
    status, _, err = answer
    if status == 0:
        return f"WORKED without {' or '.join(' on '.join(one) for one in permissions)}"
    told = re.search(r"An error occurred \((\S+)\) when calling", err)
    if case.mute and told and told[1] == case.code:
        return "refused"
    if case.closed and UNKNOWN.search(err):
        return "refused"
    named = re.search(r"is not authorized to perform: (\S+)(?: on resource: (\S+))?", err)
    if not told or told[1] != case.code or not named:
        return one_line(err)
    resource = (named[2] or "*").strip('"')
    for action, arn in permissions:
        # A wildcard in either stands for what is not known before the call.
        is_it = fnmatch.fnmatchcase(resource, arn) or fnmatch.fnmatchcase(arn, resource)
        if is_it and named[1].lower() == action.lower():
            return "refused"
    return one_line(err)


def first_wrong(outcomes):
    return next((one for one in outcomes if one != "refused"), "refused")


def policy(*statements, resource="*"):
    def whole(statement):
        return {"Resource": resource, **statement} if resource else statement

    return json.dumps({"Version": "2012-10-17", "Statement": [*map(whole, statements)]})


def filled(words, values):
    """The words with the values that they name."""

    def value(match):
        if match[1] not in values:
            raise Failed(f"there is no value `{match[1]}`")
        return values[match[1]]

    return [re.sub(r"\{([a-z_.]+)\}", value, word) for word in words]


def one_line(text):
    return " ".join(text.split()) or "it said nothing"


class Case:
    """A call of the CLI and what AWS says that it needs."""

    def __init__(self, command, service, code, emulators, region):
        self.service, self.region = service, region
        self.words = shlex.split(command)
        # The service's name in the CLI, where the words leave it out.
        self.words.insert(0, service)
        self.code, self.mute = code, False
        self.before, self.needs = [], []
        self.emulators, self.closed, self.fails, self.remark = emulators, False, False, ""

    def filled(self, values):
        return [*filled(self.words, values), "--region", self.region]

    @property
    def operation(self):
        return self.words[1]


def step(text):
    """`name = command | query`, `command` or any part of it."""
    name = re.match(r"([a-z_]+) = ", text)
    text = text[name.end() :] if name else text
    command, _, query = text.partition(" | ")
    return name and name[1], shlex.split(command), query.strip()


def read(file):
    """The cases of a file."""
    service, code, given, block, case, cases = file.stem, None, {}, None, None, []
    emulators, region = ["localstack", "moto"], REGION
    text = re.sub(r"\\\n\s*", "", file.read_text("utf-8"))
    for number, line in enumerate(text.splitlines(), 1):
        word, _, rest = line.strip().partition(" ")
        if not word:
            block = None
        elif word.startswith("#"):
            continue
        elif line.startswith("["):
            block = given.setdefault(line.strip("[]"), [])
        elif block is not None:
            block.append(step(line))
        elif word == "refuses":
            code = rest
        elif word == "emulators":
            emulators = rest.split()
        elif word == "region":
            region = rest
        elif not line.startswith(" "):
            case = Case(line, service, code, emulators, region)
            cases.append(case)
        elif word == "given":
            for name in rest.split():
                case.before.extend(given[name])
        elif word == "before":
            case.before.append(step(rest))
        elif word == "needs":
            case.needs.append([tuple(rest.split())])
        elif word == "or":
            case.needs[-1].append(tuple(rest.split()))
        elif word == "only":
            case.emulators = [rest]
        elif word == "closed":
            case.closed, case.remark = True, rest
        elif word == "fails":
            case.fails, case.remark = True, rest
        elif word == "mute":
            case.code, case.mute = rest, True
        elif word == "remark":
            case.remark = rest
        else:
            raise SystemExit(f"{file}:{number}: there is no `{word}`")
    for case in cases:
        if not case.needs or not case.code:
            raise SystemExit(f"{file}: `{case.operation}` needs nothing, or nobody refuses it")
    return cases


def main():
    folder, results, emulator, *wanted = sys.argv[1:]
    files = sorted(pathlib.Path(folder).glob("*.txt"))
    files = [file for file in files if not wanted or file.stem in wanted]
    cases = [case for file in files for case in read(file) if emulator in case.emulators]
    place = pathlib.Path(results).parent
    (place / "body").write_text("hello")
    with zipfile.ZipFile(place / "function.zip", "w") as function:
        function.writestr("index.py", "def handler(event, context):\n    return event\n")
    VALUES.update(folder=str(place), now=str(int(time.time() * 1000)))
    sweep = Sweep(emulator)
    with open(results, "w", encoding="utf-8") as lines:
        service = None
        for case in cases:
            if case.service != service:
                service = case.service
                print(f"  {service}", file=sys.stderr, flush=True)
            outcomes = sweep.run(case)
            lines.write("\t".join([case.service, case.operation, *outcomes, case.remark]) + "\n")
            lines.flush()


main()
