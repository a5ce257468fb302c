//! What calls name by AWS's models and by what people have written of them: what a caller calls a
//! thing is not the id that AWS gives it, and what is called otherwise is found all the same.

use std::collections::BTreeSet;

use serde_json::json;

use crate::client::{Answer, Signing};
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, IDENTITY, Lab};

const HERE: &str = "ap-northeast-2:278805249149";

/// A call: a form, a target of JSON's with its body, or a method and path of REST's.
#[derive(Clone, Copy)]
enum Call {
    Query(&'static str),
    Json(&'static str, &'static str),
    Rest(&'static str, &'static str, &'static str),
}

use Call::{Json, Query, Rest};

async fn lab_with(policy: &str) -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("someone", &[("p", policy)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    // Who calls is known by now.
    lab.query(&someone, "sts", IDENTITY).send().await.allowed();
    (lab, someone)
}

/// Sends it, with `NAME` in the place of every `NAME` of it.
async fn send(lab: &Lab, signing: &Signing, service: &str, call: Call, name: &str) -> Answer {
    let url = lab.gate.url();
    let filled = |text: &str| text.replace("NAME", name).replace("HERE", HERE);
    match call {
        Query(form) => signing.query(url, service, &filled(form)),
        Json(target, body) => signing.json(url, service, target, &filled(body)),
        Rest(method, path, body) => {
            let headers = [("content-type", "application/json")];
            let body = filled(body);
            signing.rest_with(url, service, method, &filled(path), &headers, body.as_bytes())
        }
    }
    .send()
    .await
}

/// Service, call, action, and what it is on.
type Case = (&'static str, Call, &'static str, &'static str);

#[rustfmt::skip]
const CALLED_OTHERWISE: [Case; 19] = [
    ("rds", Query("Action=RebootDBInstance&Version=2014-10-31&DBInstanceIdentifier=NAME"),
     "rds:RebootDBInstance", "arn:aws:rds:HERE:db:NAME"),
    ("rds", Query("Action=DescribeDBInstances&Version=2014-10-31&DBInstanceIdentifier=NAME"),
     "rds:DescribeDBInstances", "arn:aws:rds:HERE:db:NAME"),
    ("rds", Query("Action=DeleteDBParameterGroup&Version=2014-10-31&DBParameterGroupName=NAME"),
     "rds:DeleteDBParameterGroup", "arn:aws:rds:HERE:pg:NAME"),
    ("rds", Query("Action=StopDBCluster&Version=2014-10-31&DBClusterIdentifier=NAME"),
     "rds:StopDBCluster", "arn:aws:rds:HERE:cluster:NAME"),
    ("rds", Query("Action=CreateDBSnapshot&Version=2014-10-31&DBInstanceIdentifier=d&DBSnapshotIdentifier=NAME"),
     "rds:CreateDBSnapshot", "arn:aws:rds:HERE:snapshot:NAME"),
    ("rds", Query("Action=ListTagsForResource&Version=2014-10-31&ResourceName=arn:aws:rds:HERE:db:NAME"),
     "rds:ListTagsForResource", "arn:aws:rds:HERE:db:NAME"),
    ("elasticache", Query("Action=ListTagsForResource&Version=2015-02-02&ResourceName=arn:aws:elasticache:HERE:cluster:NAME"),
     "elasticache:ListTagsForResource", "arn:aws:elasticache:HERE:cluster:NAME"),
    ("ecs", Json("AmazonEC2ContainerServiceV20141113.DescribeClusters", r#"{"clusters":["a","NAME"]}"#),
     "ecs:DescribeClusters", "arn:aws:ecs:HERE:cluster/NAME"),
    ("ecs", Json("AmazonEC2ContainerServiceV20141113.UpdateCluster", r#"{"cluster":"NAME","settings":[{"name":"containerInsights","value":"enabled"}]}"#),
     "ecs:UpdateCluster", "arn:aws:ecs:HERE:cluster/NAME"),
    ("route53", Rest("GET", "/2013-04-01/tags/hostedzone/NAME", ""),
     "route53:ListTagsForResource", "arn:aws:route53:::hostedzone/NAME"),
    ("route53", Rest("GET", "/2013-04-01/tags/healthcheck/NAME", ""),
     "route53:ListTagsForResource", "arn:aws:route53:::healthcheck/NAME"),
    ("states", Json("AWSStepFunctions.StartExecution", r#"{"stateMachineArn":"arn:aws:states:HERE:stateMachine:NAME","name":"e"}"#),
     "states:StartExecution", "arn:aws:states:HERE:stateMachine:NAME"),
    ("states", Json("AWSStepFunctions.DescribeExecution", r#"{"executionArn":"arn:aws:states:HERE:execution:m:NAME"}"#),
     "states:DescribeExecution", "arn:aws:states:HERE:execution:m:NAME"),
    ("states", Json("AWSStepFunctions.DescribeExecution", r#"{"executionArn":"arn:aws:states:HERE:express:m:e:NAME"}"#),
     "states:DescribeExecution", "arn:aws:states:HERE:express:m:e:NAME"),
    ("elasticloadbalancing", Query("Action=DeleteListener&Version=2015-12-01&ListenerArn=arn:aws:elasticloadbalancing:HERE:listener/app/b/1/NAME"),
     "elasticloadbalancing:DeleteListener", "arn:aws:elasticloadbalancing:HERE:listener/app/b/1/NAME"),
    ("databrew", Rest("GET", "/recipes/NAME?recipeVersion=LATEST_WORKING", ""),
     "databrew:DescribeRecipe", "arn:aws:databrew:HERE:recipe/NAME"),
    ("personalize", Json("AmazonPersonalize.CreateSchema", r#"{"name":"NAME","schema":"{\"type\":\"record\"}"}"#),
     "personalize:CreateSchema", "arn:aws:personalize:HERE:schema/NAME"),
    ("forecast", Json("AmazonForecast.CreateDatasetGroup", r#"{"DatasetGroupName":"NAME","Domain":"RETAIL"}"#),
     "forecast:CreateDatasetGroup", "arn:aws:forecast:HERE:dataset-group/NAME"),
    ("timestream", Json("Timestream_20181101.TagResource", r#"{"ResourceARN":"arn:aws:timestream:HERE:database/NAME","Tags":[{"Key":"team","Value":"blue"}]}"#),
     "timestream:TagResource", "arn:aws:timestream:HERE:database/NAME"),
];

#[tokio::test]
async fn what_is_called_otherwise_is_found() {
    let secrets: BTreeSet<_> = CALLED_OTHERWISE
        .iter()
        .map(|(service, ..)| format!("arn:aws:{service}:*:*:*secret"))
        .collect();
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "*", "Resource": secrets },
    ] });
    let (lab, someone) = lab_with(&policy.to_string()).await;
    for (service, call, action, resource) in CALLED_OTHERWISE {
        let before = lab.emulator.count();
        let answer = send(&lab, &someone, service, call, "secret").await;
        let on = resource.replace("NAME", "secret").replace("HERE", HERE);
        let named = format!("is not authorized to perform: {action} on resource: {on} with an");
        assert_eq!(lab.emulator.count(), before, "{action}");
        assert!(answer.status >= 400 && answer.body.contains(&named), "{action}: {}", answer.body);
        send(&lab, &someone, service, call, "public").await.allowed();
        assert_eq!(lab.emulator.count(), before + 1, "{action}");
    }
}

/// A call that names nothing is on all of it, as AWS's refusals say.
#[tokio::test]
async fn a_call_that_names_nothing_is_on_all() {
    let describe = |operation: &'static str, version: &str| {
        Query(format!("Action={operation}&Version={version}").leak())
    };
    for (service, call, action, all) in [
        ("rds", describe("DescribeDBInstances", "2014-10-31"), "rds:DescribeDBInstances", "db:*"),
        (
            "rds",
            describe("DescribeDBClusters", "2014-10-31"),
            "rds:DescribeDBClusters",
            "cluster:*",
        ),
        (
            "elasticache",
            describe("DescribeCacheClusters", "2015-02-02"),
            "elasticache:DescribeCacheClusters",
            "cluster:*",
        ),
    ] {
        let one = all.replace('*', "one");
        for (allowed, is_enough) in [(all, true), (one.as_str(), false)] {
            let policy = json!({ "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": action, "Resource": format!("arn:aws:{service}:{HERE}:{allowed}") },
            ] });
            let (lab, someone) = lab_with(&policy.to_string()).await;
            let answer = send(&lab, &someone, service, call, "").await;
            if is_enough {
                answer.allowed();
            } else {
                let on = format!("{action} on resource: arn:aws:{service}:{HERE}:{all} because");
                assert!(answer.status == 403 && answer.body.contains(&on), "{}", answer.body);
            }
        }
    }
}

/// Clients that are given no address of Timestream ask for one first, for either of its APIs.
#[tokio::test]
async fn where_timestream_is_needs_a_permission_of_its_own() {
    let endpoints = Json("Timestream_20181101.DescribeEndpoints", "{}");
    let databases = Json("Timestream_20181101.ListDatabases", "{}");
    for (actions, found) in [
        (json!(["timestream:ListDatabases"]), [false, true]),
        (json!(["timestream:DescribeEndpoints"]), [true, false]),
        (json!(["timestream:DescribeEndpoints", "timestream:ListDatabases"]), [true, true]),
        (json!(["timestream:Describe"]), [false, false]),
    ] {
        let policy = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": actions, "Resource": "*" },
        ] });
        let (lab, someone) = lab_with(&policy.to_string()).await;
        for (call, is_allowed) in [endpoints, databases].into_iter().zip(found) {
            let answer = send(&lab, &someone, "timestream", call, "").await;
            if is_allowed {
                answer.allowed();
            } else {
                let Json(target, _) = call else { panic!("expected JSON") };
                let action = target.replace("Timestream_20181101.", "timestream:");
                let denied = format!(
                    "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: \
                     {action} on resource: * because no identity-based policy allows the {action} action"
                );
                answer.refused(400, "AccessDeniedException", &denied);
            }
        }
    }
}

/// The reference lists no key of tags for it, but what it leaves out by mistake must still deny.
#[tokio::test]
async fn tags_that_are_added_may_be_denied() {
    let body = "<ChangeTagsForResourceRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">\
                <AddTags><Tag><Key>env</Key><Value>prod</Value></Tag></AddTags>\
                </ChangeTagsForResourceRequest>";
    let change = Rest("POST", "/2013-04-01/tags/hostedzone/NAME", body);
    let deny = |key: &str| {
        let condition = json!({ "StringEquals": { key: "prod" } });
        json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition },
        ] })
    };
    for (key, is_denied) in [("aws:RequestTag/env", true), ("aws:PrincipalTag/env", false)] {
        let (lab, someone) = lab_with(&deny(key).to_string()).await;
        let answer = send(&lab, &someone, "route53", change, "Z1").await;
        match is_denied {
            true => {
                assert_eq!((answer.status, answer.text("Code").as_str()), (403, "AccessDenied"))
            }
            false => drop(answer.allowed()),
        }
    }
}

/// The same member names an instance in one call and a group of parameters in another.
#[tokio::test]
async fn what_names_one_type_names_no_other() {
    let policy = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow",
        "Action": "timestream-influxdb:*",
        "Resource": format!("arn:aws:timestream-influxdb:{HERE}:db-instance/thing"),
    } });
    let (lab, someone) = lab_with(&policy.to_string()).await;
    let call = |operation: &str| {
        let target = format!("AmazonTimestreamInfluxDB.{operation}");
        Json(target.leak(), r#"{"identifier":"NAME"}"#)
    };
    let service = "timestream-influxdb";
    send(&lab, &someone, service, call("UpdateDbInstance"), "thing").await.allowed();
    let answer = send(&lab, &someone, service, call("GetDbParameterGroup"), "thing").await;
    let on = format!("on resource: arn:aws:timestream-influxdb:{HERE}:db-parameter-group/thing");
    assert!(answer.status == 400 && answer.body.contains(&on), "{}", answer.body);
}

/// Calls that name by what the ARN does not end in: an id of AWS's, or more than that.
#[rustfmt::skip]
const NOT_IN_THE_ARN: [(&str, Call); 12] = [
    ("config", Json("StarlingDoveService.DeleteConfigRule", r#"{"ConfigRuleName":"NAME"}"#)),
    ("config", Json("StarlingDoveService.DeleteConfigurationAggregator", r#"{"ConfigurationAggregatorName":"NAME"}"#)),
    ("medialive", Rest("POST", "/prod/networks", r#"{"name":"NAME"}"#)),
    ("macie2", Rest("POST", "/custom-data-identifiers", r#"{"name":"NAME","regex":"a"}"#)),
    ("elasticloadbalancing", Query("Action=CreateLoadBalancer&Version=2015-12-01&Name=NAME")),
    ("application-autoscaling", Json("AnyScaleFrontendService.DeregisterScalableTarget",
     r#"{"ServiceNamespace":"custom-resource","ResourceId":"NAME","ScalableDimension":"custom-resource:ResourceType:Property"}"#)),
    ("mediapackage", Rest("GET", "/channels/NAME", "")),
    ("mediapackage", Rest("DELETE", "/origin_endpoints/NAME", "")),
    ("personalize", Json("AmazonPersonalize.CreateDataset",
     r#"{"name":"NAME","datasetType":"Items","schemaArn":"arn:aws:personalize:HERE:schema/s","datasetGroupArn":"arn:aws:personalize:HERE:dataset-group/g"}"#)),
    ("personalize", Json("AmazonPersonalize.CreateEventTracker",
     r#"{"name":"NAME","datasetGroupArn":"arn:aws:personalize:HERE:dataset-group/g"}"#)),
    ("forecast", Json("AmazonForecast.CreateDatasetImportJob",
     r#"{"DatasetImportJobName":"NAME","DatasetArn":"arn:aws:forecast:HERE:dataset/d","DataSource":{"S3Config":{"Path":"s3://b/k","RoleArn":"arn:aws:iam::278805249149:role/r"}}}"#)),
    // Not a name, but a secret that is made.
    ("rds", Query("Action=ModifyDBInstance&Version=2014-10-31&DBInstanceIdentifier=NAME&ManageMasterUserPassword=true")),
];

/// An id of AWS's is not told from a name: what is refused on the id would be allowed on the name.
#[tokio::test]
async fn a_name_is_not_taken_for_an_id() {
    let (lab, someone) = lab_with(ALLOW_ALL).await;
    for (service, call) in NOT_IN_THE_ARN {
        let before = lab.emulator.count();
        let answer = send(&lab, &someone, service, call, "thing").await;
        assert!(answer.status >= 400, "{service}: {}", answer.body);
        assert!(answer.body.contains("the gate does not know which"), "{}", answer.body);
        assert_eq!(lab.emulator.count(), before, "{service}");
        send(&lab, &lab.as_root(), service, call, "thing").await.allowed();
    }
}
