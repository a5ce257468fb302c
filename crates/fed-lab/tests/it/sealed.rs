//! A command in a world of its own: names without a proxy, and no way out. Nothing here can send
//! anything off this machine: there is no other interface than loopback.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Output, Stdio};

use crate::machine::Machine;
use crate::sealing::{emulator, exec_with};

fn sealed(machine: &Machine, options: &[&str], script: &str) -> (String, String) {
    let options = [&["--sealed"], options].concat();
    exec_with(machine, &options, &["/bin/sh", "-c", script], |_| ())
}

/// The same where the command may fail.
fn outcome(machine: &Machine, command: &[&str]) -> Output {
    let url = emulator();
    let lab = ["exec", "--backend", "external", "--endpoint", &url, "--seed", "none"];
    machine.fed_lab(&[&lab[..], &["--sealed", "--"], command].concat())
}

#[test]
fn names_are_the_labs_for_a_program_that_goes_by_nothing() {
    let machine = Machine::new();
    for url in [
        "https://sts.amazonaws.com/",
        "https://sts.ap-northeast-2.amazonaws.com/",
        "https://123456789012.ddb.us-east-1.amazonaws.com/",
        "https://sts.us-east-1.api.aws/",
        "http://sts.amazonaws.com/",
    ] {
        // No variable at all: neither proxy nor certificates.
        let script = format!("/usr/bin/env -i /usr/bin/curl -sS {url}");
        let (stdout, stderr) = sealed(&machine, &[], &script);
        assert!(stdout.contains("MissingAuthenticationToken"), "{url}: {stdout}{stderr}");
    }
    let script = "/usr/bin/env | /bin/grep -i -E '^(https?|all)_proxy=' || echo no proxy; \
        /usr/bin/curl -sS https://accounts.google.com/.well-known/openid-configuration";
    let (stdout, stderr) = sealed(&machine, &[], script);
    let (proxy, document) = stdout.split_once('\n').unwrap();
    assert_eq!(proxy, "no proxy");
    let document: serde_json::Value = serde_json::from_str(document).expect(&stderr);
    assert_eq!(document["issuer"], "https://accounts.google.com");
}

#[test]
fn nothing_else_can_be_reached() {
    let machine = Machine::new();
    let script = "curl='/usr/bin/curl -s --max-time 20'; \
        $curl https://example.com/; echo $?; $curl https://signin.aws.amazon.com/; echo $?; \
        $curl http://192.0.2.1/; echo $?; $curl --noproxy '' -x 192.0.2.1:3128 \
        https://sts.amazonaws.com/; echo $?; $curl https://sts.amazonaws.com:8443/; echo $?; \
        $curl https://127.77.200.1/; echo $?; \
        /usr/bin/awk 'NR > 2 { print $1 }' /proc/net/dev";
    let (stdout, stderr) = sealed(&machine, &[], script);
    // No such name twice, no way to an address twice, no such port, nobody's address.
    assert_eq!(stdout, "6\n6\n7\n7\n7\n35\nlo:\n", "{stderr}");
    let reason =
        "example.com is not in the lab; fed-lab --allow-host example.com lets it be reached";
    assert!(stderr.contains(&format!("refused: example.com: {reason}\n")), "{stderr}");
    let console = "refused: signin.aws.amazon.com: signin.aws.amazon.com: the lab has no console, \
        and keys of the lab have no business at AWS's\n";
    assert!(stderr.contains(console), "{stderr}");
}

#[test]
fn what_is_asked_for_is_written_down() {
    let machine = Machine::new();
    let script = "/usr/bin/curl -s -o /dev/null https://sts.amazonaws.com/; \
        /usr/bin/curl -s https://example.com/; /bin/cat $FED_LAB_CONNECTIONS_FILE";
    let (stdout, _) = sealed(&machine, &[], script);
    let line = |line: &str| -> (String, Option<u64>, String) {
        let read: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| read[name].as_str().unwrap().to_owned();
        (text("host"), read["port"].as_u64(), text("led"))
    };
    let lines: Vec<_> = stdout.lines().map(line).collect();
    let expected = [("sts.amazonaws.com", Some(443), "gate"), ("example.com", None, "refused")];
    assert_eq!(lines, expected.map(|(host, port, led)| (host.to_owned(), port, led.to_owned())));
}

/// What the lab tells of itself is there too, and the machine's files are as they were.
#[test]
fn the_labs_own_addresses_are_reached_and_the_machines_files_are_kept() {
    let machine = Machine::new();
    let outside = fs::read_to_string("/etc/hosts").unwrap();
    let script = "/usr/bin/curl -sSf $FED_LAB_GATE_URL/_gate/health && \
        /usr/bin/curl -sSf $FED_LAB_ISSUER_URL/.well-known/openid-configuration -o /dev/null && \
        /usr/bin/curl -sSf $FED_LAB_UPSTREAM_URL/ && echo && /bin/cat /etc/resolv.conf && \
        /usr/bin/id -u && /bin/ls -ln /etc/hosts | /usr/bin/cut -d ' ' -f 1,3; \
        /bin/cat /etc/hosts >&2";
    let (stdout, stderr) = sealed(&machine, &[], script);
    let user = rustix::process::geteuid().as_raw();
    let expected = format!(
        "{{\"clock_offset_seconds\":0,\"status\":\"ok\"}}\n{{}}\nnameserver 127.0.0.1\n\
         options timeout:2 attempts:2\n{user}\n-rw-r--r-- {user}\n"
    );
    assert_eq!(stdout, expected, "{stderr}");
    assert!(stderr.contains("127.0.0.1 localhost"), "{stderr}");
    assert_eq!(fs::read_to_string("/etc/hosts").unwrap(), outside);
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(!mounts.contains("/sealed-"), "{mounts}");
    let runs = fs::read_dir(machine.path(".cache/fed/lab/runs")).unwrap();
    assert_eq!(runs.count(), 0);
}

#[test]
fn a_command_is_what_it_is_outside() {
    let machine = Machine::new();
    assert_eq!(outcome(&machine, &["/bin/sh", "-c", "exit 7"]).status.code(), Some(7));
    let killed = outcome(&machine, &["/bin/sh", "-c", "kill -TERM $$"]);
    assert_eq!(killed.status.code(), Some(128 + 15));
    let missing = outcome(&machine, &["/no/such/program"]);
    assert_eq!(missing.status.code(), Some(127));
    let stderr = String::from_utf8(missing.stderr).unwrap();
    assert!(stderr.contains("error: tried to run `/no/such/program`\n"), "{stderr}");

    let (stdout, _) = exec_with(&machine, &["--sealed"], &["/bin/cat"], |fed_lab| {
        let given = machine.path("given");
        fs::write(&given, "from outside\n").unwrap();
        fed_lab.stdin(fs::File::open(given).unwrap());
    });
    assert_eq!(stdout, "from outside\n");
}

/// What comes to fed-lab alone is passed on to the command.
#[test]
fn a_signal_reaches_the_command() {
    let machine = Machine::new();
    let url = emulator();
    let ready = machine.path("ready");
    let script = format!(
        // A signal that comes before the shell's child is `tail` would be the shell's own.
        "trap 'kill $!; echo ended; exit 5' TERM; /usr/bin/tail -f /dev/null > /dev/null & \
         until /bin/grep -q tail /proc/$!/comm; do :; done; echo > {}; wait",
        ready.display()
    );
    let lab = ["exec", "--backend", "external", "--endpoint", &url, "--seed", "none", "--sealed"];
    let mut fed_lab = machine.command(&[&lab[..], &["--", "/bin/sh", "-c", &script]].concat());
    let child = fed_lab.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    while !ready.exists() {
        std::thread::yield_now();
    }
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.signal(), None);
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "ended\n");
}

/// Who `GetCallerIdentity` says the administrator of this lab is, by the service's own name.
const WHO: &str = "/usr/bin/curl -sS --aws-sigv4 aws:amz:us-east-1:sts \
    --user $FED_LAB_ADMIN_ACCESS_KEY_ID:$FED_LAB_ADMIN_SECRET_ACCESS_KEY \
    'https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15' | \
    /bin/grep -o 'arn:aws:iam::[0-9]*:root'";

#[test]
fn of_two_labs_each_has_its_own_names() {
    for led in ["--sealed", "--names"] {
        let machine = Machine::new();
        let who = |account: &'static str| {
            let machine = &machine;
            move || {
                // Both are there at the same time: each waits until the other takes its word.
                let here = machine.path(account);
                let other = if account.starts_with('1') { "222222222222" } else { "111111111111" };
                let script = format!(
                    "(echo here > {}) & read met < {}; wait; {WHO}",
                    here.display(),
                    machine.path(other).display()
                );
                let options = [led, "--account", account];
                exec_with(machine, &options, &["/bin/sh", "-c", &script], |_| ()).0
            }
        };
        for account in ["111111111111", "222222222222"] {
            let made = std::process::Command::new("mkfifo").arg(machine.path(account)).status();
            assert!(made.unwrap().success());
        }
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(who("111111111111"));
            let other = scope.spawn(who("222222222222"));
            (one.join().unwrap(), other.join().unwrap())
        });
        assert_eq!(one, "arn:aws:iam::111111111111:root\n", "{led}");
        assert_eq!(other, "arn:aws:iam::222222222222:root\n", "{led}");
    }
}

/// A lab in a lab: names belong to the innermost, although ports 443 and 53 are taken where it
/// was started. What it lets out is the outer one's.
#[test]
fn a_lab_within_a_lab_has_names_of_its_own() {
    let machine = Machine::new();
    let url = emulator();
    let inner = format!(
        "{} exec --backend external --endpoint $FED_LAB_UPSTREAM_URL --seed none --account \
         222222222222 --sealed --allow-host login.example.com -- /bin/sh -c \"$INNER\"",
        env!("CARGO_BIN_EXE_fed-lab")
    );
    let login = "/usr/bin/curl -sS https://login.example.com/.well-known/openid-configuration | \
        /bin/grep -o '\"issuer\":\"[^\"]*\"'";
    let lab = ["exec", "--backend", "external", "--endpoint", &url, "--seed", "none"];
    let outer = ["--account", "111111111111", "--sealed", "--issuer", "https://login.example.com"];
    let script = format!("{WHO}; {inner}");
    let command = ["--", "/bin/sh", "-c", &script];
    let mut fed_lab = machine.command(&[&lab[..], &outer, &command].concat());
    let output = fed_lab.env("INNER", format!("{WHO}; {login}")).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "arn:aws:iam::111111111111:root\narn:aws:iam::222222222222:root\n\
         \"issuer\":\"https://login.example.com\"\n",
        "{stderr}"
    );
}

/// They run before there is a world for the command, and outside of it: the lab's names lead there
/// by the proxy, and nothing else is reached.
#[test]
fn a_worlds_scripts_are_led_into_the_lab_too() {
    let machine = Machine::new();
    let script = "{ /usr/bin/curl -sS https://sts.amazonaws.com/ | \
            /bin/grep -o MissingAuthenticationToken; \
        /usr/bin/curl -s https://example.com/; echo $?; echo $GCE_METADATA_IP; \
        echo ${AWS_ENDPOINT_URL-no endpoint}; } > out";
    fs::write(machine.path("seed.sh"), script).unwrap();
    let world = machine.path("world.toml");
    let text = "[[account]]\nid = \"111122223333\"\n\
        [[account.script]]\ncommand = [\"/bin/sh\", \"seed.sh\"]\n";
    fs::write(&world, text).unwrap();
    let url = emulator();
    let lab = ["exec", "--sealed", "--backend", "external", "--endpoint", &url, "--world"];
    let command = ["--", "/bin/sh", "-c", "/usr/bin/env"];
    let output = machine.fed_lab(&[&lab[..], &[world.to_str().unwrap()], &command].concat());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    assert_eq!(
        fs::read_to_string(machine.path("out")).unwrap(),
        "MissingAuthenticationToken\n56\nmetadata.google.internal\nno endpoint\n",
        "{stderr}"
    );
    let of_command = String::from_utf8(output.stdout).unwrap();
    assert!(!of_command.to_lowercase().contains("https_proxy="), "{of_command}");
}

/// What a person trusts is kept and added to, in the variables and in the system's place.
#[test]
fn what_a_person_trusts_is_trusted_within() {
    let machine = Machine::new();
    let own = machine.path("own.pem");
    fs::write(&own, "# mine\n").unwrap();
    let script = "/usr/bin/head -n 1 $AWS_CA_BUNDLE; /usr/bin/curl -s -o /dev/null --cacert \
        $AWS_CA_BUNDLE https://sts.amazonaws.com/; echo $?; \
        /usr/bin/tail -n 1 /etc/ssl/certs/ca-certificates.crt";
    let (stdout, _) = exec_with(&machine, &["--sealed"], &["/bin/sh", "-c", script], |fed_lab| {
        fed_lab.env("AWS_CA_BUNDLE", &own).env("HTTPS_PROXY", "http://192.0.2.1:3128");
    });
    assert_eq!(stdout, "# mine\n0\n-----END CERTIFICATE-----\n");
    assert_eq!(fs::read_to_string(own).unwrap(), "# mine\n");
}

/// It gets an error, not another server.
#[test]
fn a_program_that_pins_a_certificate_is_not_led_elsewhere() {
    let machine = Machine::new();
    let pinned = "--pinnedpubkey sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let script = format!(
        "/usr/bin/curl -s {pinned} https://sts.amazonaws.com/; echo $?; \
         /usr/bin/curl -s --cacert $OWN https://sts.amazonaws.com/; echo $?; \
         /usr/bin/awk '/^Ip: [0-9]/ {{ print $13 }}' /proc/net/snmp"
    );
    let own = machine.path("own.pem");
    fs::write(&own, "").unwrap();
    let command = ["/bin/sh", "-c", &script];
    for led in ["--names", "--sealed"] {
        let (stdout, stderr) = exec_with(&machine, &[led], &command, |fed_lab| {
            fed_lab.env("OWN", &own);
        });
        let lines: Vec<&str> = stdout.lines().collect();
        assert_eq!(lines[..2], ["90", "77"], "{led}: {stderr}");
        if led == "--sealed" {
            assert_eq!(lines[2], "0", "packets that had no way out");
        }
    }
}

/// Said before anything is started.
#[test]
fn a_system_that_lets_no_namespaces_be_made_is_told() {
    let machine = Machine::new();
    let script = format!(
        "echo 0 > /proc/sys/user/max_user_namespaces && exec {} exec --sealed --backend external \
         --endpoint http://127.0.0.1:9 -- /bin/true",
        env!("CARGO_BIN_EXE_fed-lab")
    );
    let mut unshare = std::process::Command::new("/usr/bin/unshare");
    unshare.args(["--user", "--map-root-user", "/bin/sh", "-c", &script]);
    let output = unshare.env_clear().env("HOME", machine.home()).output().unwrap();
    insta::assert_snapshot!(machine.seen(&output), @r"
    error: tried to make a user, a mount and a network namespace for the command
      caused by: No space left on device

    hint: sudo sysctl user.max_user_namespaces=15000 user.max_mnt_namespaces=15000 user.max_net_namespaces=15000; or use --names instead
    exit code 1
    ");

    let output = machine.fed_lab(&["within", "--", "/bin/true"]);
    insta::assert_snapshot!(machine.seen(&output), @r"
    error: tried to speak with the lab outside
      caused by: Socket operation on non-socket

    hint: fed-lab exec --sealed -- COMMAND
    exit code 2
    ");
}

#[test]
fn hosts_are_let_out_only_where_names_lead() {
    let machine = Machine::new();
    let output = machine.fed_lab(&["exec", "--allow-host", "pypi.org", "--", "/bin/true"]);
    insta::assert_snapshot!(machine.seen(&output), @r"
    error: the following required arguments were not provided:
      <--names|--sealed>

    Usage: fed-lab exec --allow-host <HOST> <--names|--sealed> -- <COMMAND>...

    For more information, try '--help'.
    exit code 2
    ");
    let output = machine.fed_lab(&["up", "--allow-host", "pypi.org"]);
    insta::assert_snapshot!(machine.seen(&output), @r"
    error: the following required arguments were not provided:
      <--names>

    Usage: fed-lab up --allow-host <HOST> <--names>

    For more information, try '--help'.
    exit code 2
    ");
}
