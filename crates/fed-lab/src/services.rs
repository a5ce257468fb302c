//! Which services may be asked of which emulator: what cannot work is told before anything
//! starts, and not by an error that clients try again and again.

use iam_gate::EmulatedService;

use crate::service_error::ServiceError;
use fed_types::did_you_mean;

/// What LocalStack serves only with what it fetches while it runs (Java, Node, models) or with
/// packages that the host's environment has not; each was seen to answer 500 there.
const NOT_ON_HOST: [&str; 13] = [
    "apigateway",
    "cloudformation",
    "dynamodb",
    "dynamodbstreams",
    "es",
    "events",
    "firehose",
    "kinesis",
    "opensearch",
    "resourcegroupstaggingapi",
    "scheduler",
    "stepfunctions",
    "transcribe",
];

/// What ministack answers well enough for the gate to decide by, each with the name by which
/// ministack knows it; each was seen to in a lab.
const OF_MINISTACK: [(&str, &str); 12] = [
    ("cloudwatch", "monitoring"),
    ("dynamodb", "dynamodb"),
    ("ec2", "ec2"),
    ("iam", "iam"),
    ("kms", "kms"),
    ("logs", "logs"),
    ("s3", "s3"),
    ("secretsmanager", "secretsmanager"),
    ("sns", "sns"),
    ("sqs", "sqs"),
    ("ssm", "ssm"),
    ("sts", "sts"),
];

/// Whose services there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Emulator {
    /// LocalStack, with all that it needs.
    Localstack,
    /// LocalStack as it is installed on the host.
    OnHost,
    /// ministack, which serves all that is known to work, whatever is asked for.
    Ministack,
    /// moto's server, which serves all it has whatever is asked for, or one that runs already.
    Any,
}

/// Refuses the first that the emulator has not.
pub(crate) fn check(services: &[String], emulator: Emulator) -> Result<(), ServiceError> {
    let known = iam_gate::emulated_services();
    for service in services {
        let Some(found) = known.iter().find(|known| known.name == service) else {
            let near = did_you_mean(service, known.iter().map(|known| known.name));
            return Err(ServiceError::Unknown { service: service.clone(), near });
        };
        match emulator {
            Emulator::OnHost => check_host(found)?,
            Emulator::Localstack => check_localstack(found)?,
            Emulator::Ministack => check_ministack(found)?,
            Emulator::Any => {}
        }
    }
    Ok(())
}

/// What the tutorial's seed is made by.
const OF_SEED: [&str; 2] = ["iam", "ec2"];

/// Refuses to go without the first that the tutorial's seed needs, where the emulator serves
/// nothing else than what is asked for.
pub(crate) fn check_seed(services: &[String], emulator: Emulator) -> Result<(), ServiceError> {
    let has = |wanted: &str| services.iter().any(|service| service == wanted);
    match OF_SEED.into_iter().find(|wanted| !has(wanted)) {
        Some(missing) if matches!(emulator, Emulator::Localstack | Emulator::OnHost) => {
            let all = services.iter().map(String::as_str);
            let all: Vec<&str> = all.chain(OF_SEED.into_iter().filter(|it| !has(it))).collect();
            Err(ServiceError::OfSeed { missing, all: all.join(",") })
        }
        _ => Ok(()),
    }
}

/// Those that LocalStack has wherever it runs.
pub fn services_everywhere() -> Vec<String> {
    let all = iam_gate::emulated_services();
    let served = all.iter().filter(|service| check_host(service).is_ok());
    served.map(|service| service.name.to_owned()).collect()
}

/// Those that ministack has.
pub fn services_of_ministack() -> Vec<String> {
    OF_MINISTACK.map(|(name, _)| name.to_owned()).to_vec()
}

/// The same as ministack's own list of what it is to serve.
pub(crate) fn of_ministack() -> String {
    OF_MINISTACK.map(|(_, name)| name).join(",")
}

fn check_ministack(service: &EmulatedService) -> Result<(), ServiceError> {
    match OF_MINISTACK.iter().any(|(name, _)| *name == service.name) {
        true => Ok(()),
        false => Err(ServiceError::NotOfMinistack(service.name)),
    }
}

fn check_localstack(service: &EmulatedService) -> Result<(), ServiceError> {
    match service.in_localstack {
        true => Ok(()),
        false => Err(ServiceError::NotInLocalstack(service.name)),
    }
}

fn check_host(service: &EmulatedService) -> Result<(), ServiceError> {
    check_localstack(service)?;
    match NOT_ON_HOST.contains(&service.name) {
        true => Err(ServiceError::NotOnHost(service.name)),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(service: &str, emulator: Emulator) -> Option<(String, String)> {
        let services = ["iam".to_owned(), service.to_owned()];
        let error = check(&services, emulator).err()?;
        Some((error.to_string(), error.hint()))
    }

    #[test]
    fn each_emulator_is_asked_for_what_it_has() {
        for service in ["sqs", "kms", "s3", "secretsmanager"] {
            for emulator in [Emulator::OnHost, Emulator::Localstack, Emulator::Any] {
                assert_eq!(refused(service, emulator), None, "{service}");
            }
        }
        for service in NOT_ON_HOST {
            assert_eq!(refused(service, Emulator::Localstack), None, "{service}");
            assert_eq!(refused(service, Emulator::Any), None, "{service}");
            let (told, hint) = refused(service, Emulator::OnHost).unwrap();
            let expected = format!("LocalStack on the host lacks what `{service}` needs to run");
            assert_eq!(told, expected);
            assert!(hint.starts_with("--backend external starts moto's server"));
        }
        for emulator in [Emulator::OnHost, Emulator::Localstack] {
            let (told, _) = refused("rds", emulator).unwrap();
            assert_eq!(told, "LocalStack has no service `rds`");
        }
        assert_eq!(refused("rds", Emulator::Any), None);
        for (service, _) in OF_MINISTACK {
            assert_eq!(refused(service, Emulator::Ministack), None, "{service}");
        }
        for service in ["lambda", "rds", "stepfunctions"] {
            let (told, hint) = refused(service, Emulator::Ministack).unwrap();
            assert_eq!(told, format!("the lab has no `{service}` of ministack's"));
            assert_eq!(
                hint,
                "use --backend host, container or external; docs/lab.md lists what each has"
            );
        }
    }

    #[test]
    fn a_name_that_no_service_has_is_told_with_the_nearest() {
        for emulator in [Emulator::OnHost, Emulator::Localstack, Emulator::Any] {
            let (told, hint) = refused("secretmanager", emulator).unwrap();
            assert_eq!(told, "expected the name of a service, found `secretmanager`");
            assert_eq!(hint, "did you mean `secretsmanager`?");
        }
        let (_, hint) = refused("blorp", Emulator::Any).unwrap();
        assert_eq!(hint, "--services iam,sts,ec2; docs/lab.md lists them");
    }

    #[test]
    fn a_seed_goes_with_the_services_that_it_is_made_by() {
        let services = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let check = |names: &[&str], emulator| {
            let services: Vec<String> = services(names);
            check_seed(&services, emulator).err().map(|error| (error.to_string(), error.hint()))
        };
        for emulator in [Emulator::OnHost, Emulator::Localstack] {
            let (told, hint) = check(&["iam", "sts"], emulator).unwrap();
            assert_eq!(told, "expected `ec2` among the services, which the tutorial's seed needs");
            assert_eq!(hint, "--services iam,sts,ec2, or --seed none");
            let (told, hint) = check(&["s3"], emulator).unwrap();
            assert_eq!(told, "expected `iam` among the services, which the tutorial's seed needs");
            assert_eq!(hint, "--services s3,iam,ec2, or --seed none");
            assert_eq!(check(&["iam", "sts", "ec2", "s3"], emulator), None);
        }
        for emulator in [Emulator::Any, Emulator::Ministack] {
            assert_eq!(check(&["s3"], emulator), None, "it serves all that it has");
        }
    }

    #[test]
    fn the_documents_say_what_ministack_has() {
        let text = include_str!("../../../docs/lab.md");
        for (service, _) in OF_MINISTACK {
            assert!(text.contains(&format!("\n| `{service}` |")), "{service}");
        }
    }

    #[test]
    fn the_documents_say_what_the_host_lacks() {
        let text = include_str!("../../../docs/lab.md");
        let listed = NOT_ON_HOST.map(|service| format!("`{service}`")).join(", ");
        assert!(text.replace('\n', " ").contains(&listed), "{listed}");
    }
}
