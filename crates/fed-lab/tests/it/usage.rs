//! What `fed-lab` takes, and how it refuses what it does not.

use crate::machine::Machine;

fn help(arguments: &[&str]) -> String {
    let output = Machine::new().fed_lab(arguments);
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn help_of_all() {
    insta::assert_snapshot!(help(&["--help"]), @r"
    An AWS account on this machine that really refuses: LocalStack behind a gate that verifies
    signatures and tokens and enforces policies, beside an issuer that signs as Google does. Everything
    listens on 127.0.0.1, unless --listen says otherwise

    Usage: fed-lab <COMMAND>

    Commands:
      up           Start a lab and keep it until Ctrl-C, or in the background
      exec         Start a lab, run a command in it, stop the lab; exits as the command does
      env          Print what makes a shell one of the lab that `fed-lab up` has started
      status       Show which labs run
      logs         Print what a lab and its emulator have logged
      down         End a lab that `fed-lab up` has started, and remove what dead ones have left
      learn        Run a command in a lab and print the smallest policy that it needs; prove it
      check        Run a command in a lab under policies: what they lack, what they have in vain
      decisions    Print what the gate of a running lab has decided, and why
      page         Print an address that opens the pages of a running lab in a browser, once
      account      Open an account in a running lab, or close one
      reset        Take everything out of an account of a running lab, and put in what it began with
      token        Print a token of a workflow run, a CI job, a person or a pod, from the lab's issuer
      workflow     Run a command as a step of a GitHub Actions job of the lab
      world        Check a world file, or print what there may be in one
      completions  Print a script by which a shell completes this command line
      doctor       Say where the calls of a program would go in the lab; exits with 1 where they leave
                   it
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Environment:
      FED_PYTHON         The interpreter for the host backend, Python 3.10 or newer
      FED_LAB_IMAGE      The container image, as --image
      FED_LAB_CACHE_DIR  Where LocalStack is installed and running labs are kept
      FED_LAB_LOG        What to log, such as `debug` or `iam_gate=debug`
    ");
}

/// The help of a command that starts a lab: what comes before the options, and after them.
/// The options are the same for all of them; `own` are those that this one has besides.
// Long: the help to the letter.
fn help_around_lab_options(command: &str, own: &str) -> String {
    let help = help(&[command, "--help"]).replacen(own, "", 1);
    let (before, rest) = help.split_once("Options:\n").unwrap();
    let end = "Print help (see a summary with '-h')\n";
    let (options, after) = rest.split_once(end).unwrap();
    insta::allow_duplicates! {
        insta::assert_snapshot!(format!("Options:\n{options}{end}"), @r"
    Options:
          --backend <BACKEND>
              Where LocalStack runs

              Possible values:
              - auto:      A container where a Docker engine has or can pull the image, else the host
              - container: A container
              - host:      This machine's Python; LocalStack is installed once
              - ministack: This machine's Python; ministack is installed once. Starts in a part of a
                second, and has the services that docs/lab.md lists
              - external:  What runs at --endpoint; without one moto's server, installed once
              
              [default: auto]

          --endpoint <URL>
              An emulator that already runs, for `--backend external`

          --image <NAME:TAG>
              The container image
              
              [env: FED_LAB_IMAGE=]
              [default: localstack/localstack:4.13.1]

          --world <FILE>
              What the lab begins with: issuers, people, OAuth clients, an organization, accounts and
              what is in them. docs/world.md has every key

          --account <ID>
              The AWS account, 12 digits
              
              [default: 278805249149]

          --region <REGION>
              The AWS region
              
              [default: ap-northeast-2]

          --issuer-port <PORT>
              The issuer's port [default: a free one]

          --issuer <LIST>
              Issuers whose tokens the gate can check, beside Google: github-actions, gitlab, eks, or
              the https URL of another
              
              [default: google]

          --service-account <ACCOUNT>
              Keeps the token of this service account of the eks issuer in a file, as a pod finds it;
              with a role, AWS clients use it: NAMESPACE/NAME[=ROLE_ARN]

          --oauth-client <FILE>
              An OAuth client of Google's beside the tutorial's: Google's client_secret_….json, or JSON
              with a client_id and a type (web, desktop, tv); may be given several times

          --callback <URL>
              An address on this machine or in a private network that the emulator may call for a
              client, such as a subscription's http://127.0.0.1:9000; may be given several times

          --names
              Has AWS's and the issuers' own names lead into the lab, by a proxy and an authority that
              the command's programs are told of: no endpoint is set, and nothing else can be reached

          --allow-host <HOST>
              Where names lead into the lab, a host that may be reached all the same, such as pypi.org
              or *.example.com; may be given several times

          --gate-port <PORT>
              The gate's port [default: a free one]

          --seed <SEED>
              What the account holds at the start [default: tutorial; with --reuse none]

              Possible values:
              - tutorial: The role google-oidc-role, the user no-policy-user and an instance
              - none:     Nothing

          --services <LIST>
              LocalStack services to offer [default: iam,sts,ec2; of learn and check all]

          --service-control-policies <FILE>
              Service control policies, which bind everybody, the administrator too: a JSON list of
              policies, or of levels that are lists of policies

          --enforce <ENFORCE>
              What becomes of a request that policies do not allow

              Possible values:
              - on:    It is denied, as by AWS
              - audit: It is written down and let through, which every answer's headers and the end say
              
              [default: on]

      -h, --help
              Print help (see a summary with '-h')
        ");
    }
    format!("{before}[options]\n{after}")
}

/// What only `up` has.
const UP: &str = "      --listen <ADDRESS>
          Lets others reach the lab at this address of the machine's, such as 0.0.0.0, by TLS and in
          plain HTTP; what steers the lab wants its key. Without a port it is 443

      --known-as <LIST>
          What others call it, for its certificate: a container's name
          
          [default: fed-lab,localhost]

      --hand-over <FOLDER>
          The folder in which others find the environment, the key and the authority, for this user
          alone [default: one in the lab's own]

      --name <NAME>
          What it is called, where several run

      --detach
          Return when it is ready, and leave it running until `fed-lab down`

      --ends-with <PROCESS>
          End it when this process has ended

";

/// What only `exec` has.
const EXEC: &str = "      --reuse
          Run it in a lab that `fed-lab up` has started, in an account of its own that is closed at
          the end, instead of in a lab of its own

      --name <NAME>
          With --reuse, in which lab [default: the one this shell is in, else the only one]

      --sealed
          Linux: has the command run in namespaces of its own with no network but the lab's, and the
          names of --names there without a proxy, for programs that go by none

";

#[test]
fn help_of_up() {
    insta::assert_snapshot!(help_around_lab_options("up", UP), @r"
    Start a lab and keep it until Ctrl-C, or in the background

    Usage: fed-lab up [OPTIONS]

    [options]
    ");
}

#[test]
fn help_of_exec() {
    insta::assert_snapshot!(help_around_lab_options("exec", EXEC), @r"
    Start a lab, run a command in it, stop the lab; exits as the command does

    Usage: fed-lab exec [OPTIONS] -- <COMMAND>...

    Arguments:
      <COMMAND>...
              The command and its arguments, behind `--`

    [options]

    Example, as the account's administrator:
      fed-lab exec -- sh -c 'AWS_ACCESS_KEY_ID=$FED_LAB_ADMIN_ACCESS_KEY_ID \
        AWS_SECRET_ACCESS_KEY=$FED_LAB_ADMIN_SECRET_ACCESS_KEY aws ec2 describe-instances'
    ");
}

#[test]
fn help_of_env() {
    insta::assert_snapshot!(help(&["env", "--help"]), @r"
    Print what makes a shell one of the lab that `fed-lab up` has started

    Usage: fed-lab env [OPTIONS]

    Options:
          --format <FORMAT>
              For which shell

              Possible values:
              - sh:         sh, bash, zsh
              - fish:       fish
              - powershell: PowerShell
              - cmd:        cmd.exe
              - json:       One JSON object; what is to be unset is null
              - dotenv:     A file of variables, as Docker and dotenv read it; it can unset nothing
              
              [default: sh]

          --name <NAME>
              Of which lab [default: the one this shell is in, else the one started last]

      -h, --help
              Print help (see a summary with '-h')
    ");
}

#[test]
fn help_of_doctor() {
    insta::assert_snapshot!(help(&["doctor", "--help"]), @r"
    Say where the calls of a program would go in the lab; exits with 1 where they leave it

    Usage: fed-lab doctor -- <COMMAND>...

    Arguments:
      <COMMAND>...  The command and its arguments, behind `--`; it is not run

    Options:
      -h, --help  Print help
    ");
}

#[test]
fn wrong_usage_ends_with_2() {
    let machine = Machine::new();
    for (arguments, reason) in [
        (&["exec"][..], "error: the following required arguments were not provided:"),
        (&["exec", "true"], "error: unexpected argument 'true' found"),
        (&["up", "--backend", "lxc"], "invalid value 'lxc' for '--backend <BACKEND>'"),
        (&["up", "--account", "27880524914"], "expected an AWS account id of 12 digits"),
        (&["up", "--gate-port", "0"], "0 is not in 1..=65535"),
        (&["up", "--issuer-port", "65536"], "65536 is not in 1..=65535"),
        (&["up", "--seed", "all"], "[possible values: tutorial, none]"),
        (
            &["up", "--listen", "everywhere"],
            "expected an address with or without a port to listen on",
        ),
        (
            &["up", "--listen", "127.0.0.1:0", "--known-as", "sts.amazonaws.com"],
            "that is nobody else's",
        ),
        (
            &["up", "--known-as", "lab"],
            "error: the following required arguments were not provided:",
        ),
        (&["up", "--name", "../x"], "expected a name of up to 40 letters, digits"),
        (&["up", "--ends-with", "1"], "1 is not in 2..=4294967295"),
        (&["down", "--name", "x", "--all"], "cannot be used with '--all'"),
        (&["account", "close", "12"], "expected an AWS account id of 12 digits"),
        (&["start"], "unrecognized subcommand 'start'"),
    ] {
        let output = machine.fed_lab(arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(reason), "{arguments:?}: {text}");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

/// The script is taken in by a real bash, which then offers what there is.
#[cfg(unix)]
#[test]
fn bash_completes_commands_and_options() {
    let machine = Machine::new();
    let script = machine.fed_lab(&["completions", "bash"]);
    assert!(script.status.success());
    std::fs::write(machine.path("script"), script.stdout).unwrap();
    let ask = |words: &str| {
        let complete = format!(
            "source '{}'; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _fed__lab fed-lab \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; echo ${{COMPREPLY[*]}}",
            machine.path("script").display()
        );
        let output = std::process::Command::new("/bin/bash").args(["-c", &complete]).output();
        String::from_utf8(output.unwrap().stdout).unwrap().trim().to_owned()
    };
    assert_eq!(ask("fed-lab acc"), "account");
    assert_eq!(ask("fed-lab exec --reu"), "--reuse");
    assert_eq!(ask("fed-lab account ne"), "new");
}

#[test]
fn every_shell_gets_its_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = Machine::new().fed_lab(&["completions", shell]);
        assert!(output.status.success(), "{shell}");
        assert!(String::from_utf8(output.stdout).unwrap().contains("reuse"), "{shell}");
    }
}
