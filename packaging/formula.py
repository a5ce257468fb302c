"""The Homebrew formula of a release: by its files, each with its sum. Platforms that the release
has no file of are left out."""

from __future__ import annotations

import hashlib
from pathlib import Path

FORMULA = """\
# Written by packaging/release.py for this release; Homebrew reads it in a tap.
class {name} < Formula
  desc "Sign in with OpenID Connect, act in AWS, and prove it offline"
  homepage "{homepage}"
  version "{version}"
  license any_of: ["MIT", "Apache-2.0"]

{platforms}
  def install
    if OS.mac?
      bin.install "{mac}" => "fed-cli"
      generate_completions_from_executable(bin/"fed-cli", "completions")
    else
      bin.install Dir["bin/*"]
      man1.install Dir["share/man/man1/*"]
      bash_completion.install "share/bash-completion/completions/fed-cli"
      zsh_completion.install "share/zsh/vendor-completions/_fed-cli"
      fish_completion.install "share/fish/vendor_completions.d/fed-cli.fish"
    end
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/fed-cli --version")
  end
end
"""

# fed-lab is not built for it.
MAC = "macos-15-fed-cli"


def formula(release: Path, version: str, names: dict[str, str]) -> str:
    """The formula's text, by what is in the folder."""
    files = {
        ("linux", "intel"): f"fed-{version}-x86_64-linux.tar.gz",
        ("linux", "arm"): f"fed-{version}-aarch64-linux.tar.gz",
        ("macos", "arm"): MAC,
    }
    there = {platform: name for platform, name in files.items() if (release / name).is_file()}
    platforms = ""
    for system in dict.fromkeys(system for system, _ in there):
        platforms += f"  on_{system} do\n"
        for (of_system, machine), name in there.items():
            if of_system == system:
                digest = hashlib.sha256((release / name).read_bytes()).hexdigest()
                url = f"{names['RELEASES']}/v{version}/{name}"
                platforms += f'    on_{machine} do\n      url "{url}"\n      sha256 "{digest}"\n    end\n'
        platforms += "  end\n"
    return FORMULA.format(
        name=names["FORMULA"].capitalize(),
        homepage=names["HOMEPAGE"],
        version=version,
        platforms=platforms,
        mac=MAC,
    )
