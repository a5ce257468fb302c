//! Every way not to start: one sentence, a hint, an exit code, nothing left behind.

use std::fs;
use std::net::TcpListener;

use crate::machine::Machine;

fn refused(machine: &Machine, arguments: &[&str]) -> String {
    let output = machine.fed_lab(arguments);
    let runs = machine.path(".cache/fed/lab/runs");
    if runs.exists() {
        assert_eq!(fs::read_dir(runs).unwrap().count(), 0, "a folder was left behind");
    }
    machine.seen(&output)
}

#[test]
fn no_docker() {
    let machine = Machine::new();
    insta::assert_snapshot!(refused(&machine, &["exec", "--backend", "container", "--", "true"]), @r"
    error: expected a Docker engine, found that none answers: Connection refused

    hint: start Docker, point DOCKER_HOST at it, or use --backend host
    exit code 1
    ");
}

#[test]
fn no_python() {
    let machine = Machine::new();
    insta::assert_snapshot!(refused(&machine, &["exec", "--backend", "host", "--", "true"]), @r"
    error: found no Python 3.10 or newer on the search path

    hint: install Python 3.10 or newer, name one with FED_PYTHON=/path/to/python3, or use --backend container, or external with an --endpoint
    exit code 1
    ");
}

#[test]
fn neither_docker_nor_python() {
    let machine = Machine::new();
    insta::assert_snapshot!(refused(&machine, &["exec", "--", "true"]), @r"
    Using this machine's Python: expected a Docker engine, found that none answers: Connection refused.
    error: found no Python 3.10 or newer on the search path

    hint: install Python 3.10 or newer, name one with FED_PYTHON=/path/to/python3, or use --backend container, or external with an --endpoint
    exit code 1
    ");
}

/// Each backend that wants a Python, and whose packages it installs.
#[cfg(unix)]
const IN_PYTHON: [(&str, &str); 3] =
    [("host", "LocalStack"), ("ministack", "ministack"), ("external", "moto")];

#[cfg(unix)]
#[test]
fn python_too_old() {
    for (backend, _) in IN_PYTHON {
        let machine = Machine::new();
        machine.script("python3", "echo 3.9 /usr/bin/python3.9");
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused(&machine, &["exec", "--backend", backend, "--", "true"]), @r"
            error: found no Python 3.10 or newer: `[home]/bin/python3` is Python 3.9

            hint: install Python 3.10 or newer, name one with FED_PYTHON=/path/to/python3, or use --backend container, or external with an --endpoint
            exit code 1
            ");
        }
    }
}

/// A machine whose Python has a venv module, which makes a Python that can only run this pip.
#[cfg(unix)]
fn with_pip(pip: &str) -> Machine {
    let machine = Machine::new();
    machine.script("pip", pip);
    machine.script(
        "python3.12",
        "case \"$1\" in -c) echo \"3.12 $0\"; exit;; esac\n\
         while [ $# -gt 1 ]; do shift; done\n\
         /bin/mkdir -p \"$1/bin\" && /bin/cp \"${0%/*}/pip\" \"$1/bin/python\"",
    );
    machine
}

#[cfg(unix)]
#[test]
fn no_internet_for_pip() {
    let pip = "echo \"Collecting attrs==26.1.0\"\n\
               echo \"WARNING: Retrying (Retry(total=0)) after connection broken by \
               'NewConnectionError('<X>: Failed to establish a new connection: [Errno 101] \
               Network is unreachable')': /simple/attrs/\"\nexit 1";
    for (backend, packages) in IN_PYTHON {
        let machine = with_pip(pip);
        let seen = refused(&machine, &["exec", "--backend", backend, "--", "true"]);
        assert_eq!(seen.matches(packages).count(), 3 + usize::from(backend == packages), "{seen}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(seen.replacen(packages, "[packages]", 3), @r"
            Installing [packages] and the aws CLI for Python 3.12: once, about half a minute.
            making a virtual environment …
            fetching [packages] …
            error: tried to fetch [packages]'s Python packages, but found no package index: [Errno 101] Network is unreachable

            hint: they are fetched once: check the connection, or what pip goes by (HTTPS_PROXY, PIP_INDEX_URL, PIP_CERT); or use --backend container, or host, ministack or external if installed before
            exit code 1
            ");
        }
        let left = fs::read_dir(machine.path(".cache/fed/lab/host")).unwrap().flatten();
        let names: Vec<_> = left.map(|entry| entry.file_name().into_string().unwrap()).collect();
        assert!(matches!(&names[..], [lock] if lock.ends_with(".lock")), "{names:?}");
    }
}

#[cfg(unix)]
#[test]
fn packages_that_pip_does_not_install() {
    for (backend, packages) in IN_PYTHON {
        let machine =
            with_pip("echo 'ERROR: No matching distribution found for attrs==26.1.0'\nexit 1");
        let seen = refused(&machine, &["exec", "--backend", backend, "--", "true"]);
        let (_, told) = seen.split_once("error: ").unwrap();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told.replacen(packages, "[packages]", 1), @r"
            tried to install [packages]'s Python packages, but pip failed: No matching distribution found for attrs==26.1.0

            hint: try again, name another interpreter with FED_PYTHON=/path/to/python3, or use --backend container, or host, ministack or external if installed before
            exit code 1
            ");
        }
    }
}

#[test]
fn gate_port_taken() {
    let machine = Machine::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let seen = refused(&machine, &["exec", "--backend", "host", "--gate-port", &port, "--", "x"]);
    insta::assert_snapshot!(seen.replace(&port, "[port]"), @r"
    error: tried to listen on `127.0.0.1:[port]` for the gate
      caused by: Address already in use

    hint: leave the port out to get a free one, or end what listens there
    exit code 1
    ");
}

#[test]
fn issuer_port_taken() {
    let machine = Machine::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let seen = refused(&machine, &["up", "--backend", "host", "--issuer-port", &port]);
    insta::assert_snapshot!(seen.replace(&port, "[port]"), @r"
    error: tried to listen on `127.0.0.1:[port]` for the issuer
      caused by: Address already in use

    hint: leave the port out to get a free one, or end what listens there
    exit code 1
    ");
}

#[test]
fn nothing_at_the_endpoint() {
    let machine = Machine::new();
    let arguments = ["up", "--backend", "external", "--endpoint", "http://127.0.0.1:1"];
    insta::assert_snapshot!(refused(&machine, &arguments), @r"
    error: expected an AWS emulator at `http://127.0.0.1:1`, found that nothing answers: Connection refused

    hint: start the emulator first, or use --backend auto
    exit code 1
    ");
}

#[test]
fn an_endpoint_for_a_backend_that_needs_none() {
    let machine = Machine::new();
    let arguments = ["up", "--backend", "host", "--endpoint", "http://127.0.0.1:5000"];
    insta::assert_snapshot!(refused(&machine, &arguments), @r"
    error: expected `--endpoint` with `--backend external` only, found `http://127.0.0.1:5000/`

    hint: add --backend external, or leave --endpoint out
    exit code 5
    ");
}

#[test]
fn an_endpoint_the_gate_cannot_forward_to() {
    let machine = Machine::new();
    let arguments = ["up", "--backend", "external", "--endpoint", "https://example.com"];
    insta::assert_snapshot!(refused(&machine, &arguments), @r"
    error: expected an endpoint like `http://127.0.0.1:5000`, found `https://example.com/`

    hint: give the emulator's plain HTTP address: --endpoint http://127.0.0.1:5000
    exit code 5
    ");
}

#[test]
fn a_service_that_is_none() {
    let machine = Machine::new();
    insta::assert_snapshot!(refused(&machine, &["up", "--services", "iam,s t s"]), @r"
    error: expected a service like `ec2`, found `s t s`

    hint: --services iam,sts,ec2
    exit code 5
    ");
}

#[test]
fn a_region_that_is_none() {
    let machine = Machine::new();
    insta::assert_snapshot!(refused(&machine, &["up", "--region", "a/b"]), @r"
    error: expected a region like `ap-northeast-2`, found `a/b`

    hint: --region ap-northeast-2
    exit code 5
    ");
    // As `fed-cli` and endpoints' names have it.
    for region in ["EU-WEST-1", "1a", &"a".repeat(64)] {
        let told = refused(&machine, &["up", "--region", region]);
        assert!(told.starts_with("error: expected a region like"), "{told}");
    }
}

/// Before anything is installed or started.
#[test]
fn services_without_what_the_seed_needs() {
    let machine = Machine::new();
    for backend in ["host", "container"] {
        let arguments = ["up", "--backend", backend, "--services", "iam,sts,s3"];
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused(&machine, &arguments), @r"
            error: expected `ec2` among the services, which the tutorial's seed needs

            hint: --services iam,sts,s3,ec2, or --seed none
            exit code 5
            ");
        }
    }
}

#[test]
fn env_without_a_lab() {
    let machine = Machine::new();
    insta::assert_snapshot!(refused(&machine, &["env"]), @r"
    error: expected a running lab, found none

    hint: start one in another terminal: fed-lab up
    exit code 1
    ");
}

#[test]
fn service_control_policies_that_are_none() {
    let machine = Machine::new();
    let arguments = ["exec", "--service-control-policies", "guard.json", "--", "true"];
    insta::assert_snapshot!(refused(&machine, &arguments), @r"
    error: tried to read the service control policies in `guard.json`
      caused by: No such file or directory

    hint: --service-control-policies takes the path of a JSON file
    exit code 5
    ");
    fs::write(machine.path("guard.json"), "[\n  {\"Version\": \"2012-10-17\"}\n]").unwrap();
    let path = machine.path("guard.json");
    let arguments = ["exec", "--service-control-policies", path.to_str().unwrap(), "--", "true"];
    insta::assert_snapshot!(refused(&machine, &arguments), @r"
    error: expected service control policies in `[home]/guard.json`
      caused by: line 2, column 3: the policy has no `Statement`
    exit code 5
    ");
}
