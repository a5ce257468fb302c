"""Writes policies.zlib and hashes.txt: the managed policies of AWS that every emulator is given.

    cargo xtask data

which fetches the package of requirements.txt and calls this with its path. moto (Apache-2.0)
keeps what AWS's API told of them. A line is one policy: path and name, default version, when it
was made, when it was changed last, and its document, tabs between them. The same package makes
the same bytes; where the text has not changed, another version of zlib changes nothing.
"""

import ast
import hashlib
import json
import pathlib
import sys
import zipfile
import zlib

HERE = pathlib.Path(__file__).parent
DATA = HERE / "policies.zlib"


def main() -> None:
    archive = zipfile.ZipFile(sys.argv[1])
    policies = read(archive.read("moto/iam/aws_managed_policies.py").decode())
    text = "".join(sorted(line(name, policy) for name, policy in policies.items())).encode()
    if not DATA.exists() or zlib.decompress(DATA.read_bytes()) != text:
        DATA.write_bytes(zlib.compress(text, 9))
    data = DATA.read_bytes()
    (HERE / "hashes.txt").write_text(f"{hashlib.sha256(data).hexdigest()}  {DATA.name}\n", encoding="ascii")
    copy_licence(archive)
    print(f"{len(policies)} managed policies: {len(data)} bytes, of {len(text)}")


def read(source: str) -> dict:
    """The one assignment of the module, without running it."""
    [assigned] = [one for one in ast.parse(source).body if isinstance(one, ast.Assign)]
    return json.loads(ast.literal_eval(assigned.value))


def line(name: str, policy: dict) -> str:
    document = json.dumps(policy["Document"], separators=(",", ":"))
    fields = [policy["Path"] + name, policy["DefaultVersionId"], policy["CreateDate"], policy["UpdateDate"], document]
    assert not any(sign in field for field in fields for sign in "\t\n"), name
    return "\t".join(fields) + "\n"


def copy_licence(archive: zipfile.ZipFile) -> None:
    [path] = [name for name in archive.namelist() if name.endswith("/LICENSE") and ".dist-info/" in name]
    (HERE / "moto-LICENSE.txt").write_text(archive.read(path).decode(), encoding="utf-8")


if __name__ == "__main__":
    main()
