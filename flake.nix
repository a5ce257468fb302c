# fed-cli and fed-lab for Nix, from the source: `nix run .#fed-cli -- --help`, `nix profile install .`.
# `nix flake lock` pins nixpkgs; it is to have Rust as Cargo.toml asks for it.
{
  description = "Sign in with OpenID Connect, act in AWS, and prove it offline";

  inputs.nixpkgs.url = "nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];
      workspace = (builtins.fromTOML (builtins.readFile ./Cargo.toml)).workspace;
      package =
        pkgs:
        pkgs.rustPlatform.buildRustPackage {
          pname = "fed";
          version = workspace.package.version;
          src = self;
          cargoLock.lockFile = ./Cargo.lock;
          cargoBuildFlags = [
            "--package=fed-cli"
            "--package=fed-lab"
          ];
          # The tests start labs, which install what they need from the network.
          doCheck = false;
          nativeBuildInputs = [
            pkgs.installShellFiles
            pkgs.perl
          ];
          postInstall = ''
            $out/bin/fed-cli man --directory man
            installManPage man/*.1
            installShellCompletion --cmd fed-cli \
              --bash <($out/bin/fed-cli completions bash) \
              --zsh <($out/bin/fed-cli completions zsh) \
              --fish <($out/bin/fed-cli completions fish)
          '';
          meta.mainProgram = "fed-cli";
        };
      app = program: package: {
        type = "app";
        program = "${package}/bin/${program}";
      };
    in
    {
      packages = nixpkgs.lib.genAttrs systems (system: {
        default = package nixpkgs.legacyPackages.${system};
      });
      apps = nixpkgs.lib.genAttrs systems (system: {
        default = self.apps.${system}.fed-cli;
        fed-cli = app "fed-cli" self.packages.${system}.default;
        fed-lab = app "fed-lab" self.packages.${system}.default;
      });
    };
}
