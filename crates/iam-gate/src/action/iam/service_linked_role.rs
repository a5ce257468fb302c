//! The names of service-linked roles, which no call tells and every policy may name.
//!
//! Source: IAM user guide, "AWS services that work with IAM", and the pages it links to,
//! "Using service-linked roles", of each service.

/// What the name of every such role begins with.
const PREFIX: &str = "AWSServiceRoleFor";

/// What stands before `.amazonaws.com` in the service's name, and the rest of the role's.
#[rustfmt::skip]
const ROLES: [(&str, &str); 48] = [
    ("access-analyzer", "AccessAnalyzer"),
    ("autoscaling", "AutoScaling"),
    ("backup", "Backup"),
    ("batch", "Batch"),
    ("cks.kms", "KeyManagementServiceCustomKeyStores"),
    ("cloudtrail", "CloudTrail"),
    ("codestar-notifications", "CodeStarNotifications"),
    ("config", "Config"),
    ("delivery.logs", "LogDelivery"),
    ("dynamodb.application-autoscaling", "ApplicationAutoScaling_DynamoDBTable"),
    ("ec2fleet", "EC2Fleet"),
    ("ec2scheduled", "EC2ScheduledInstances"),
    ("ecs", "ECS"),
    ("ecs.application-autoscaling", "ApplicationAutoScaling_ECSService"),
    ("eks", "AmazonEKS"),
    ("eks-fargate", "AmazonEKSForFargate"),
    ("eks-nodegroup", "AmazonEKSNodegroup"),
    ("elasticache", "ElastiCache"),
    ("elasticbeanstalk", "ElasticBeanstalk"),
    ("elasticfilesystem", "AmazonElasticFileSystem"),
    ("elasticloadbalancing", "ElasticLoadBalancing"),
    ("email.cognito-idp", "AmazonCognitoIdpEmailService"),
    ("es", "AmazonElasticsearchService"),
    ("events", "CloudWatchEvents"),
    ("globalaccelerator", "GlobalAccelerator"),
    ("grafana", "AmazonGrafana"),
    ("guardduty", "AmazonGuardDuty"),
    ("inspector2", "AmazonInspector2"),
    ("kafka", "Kafka"),
    ("lambda.application-autoscaling", "ApplicationAutoScaling_LambdaConcurrency"),
    ("macie", "AmazonMacie"),
    ("maintenance.elasticbeanstalk", "ElasticBeanstalkMaintenance"),
    ("managedupdates.elasticbeanstalk", "ElasticBeanstalkManagedUpdates"),
    ("mq", "AmazonMQ"),
    ("mrk.kms", "KeyManagementServiceMultiRegionKeys"),
    ("opensearchservice", "AmazonOpenSearchService"),
    ("ops.apigateway", "APIGateway"),
    ("organizations", "Organizations"),
    ("rds", "RDS"),
    ("rds.application-autoscaling", "ApplicationAutoScaling_RDSCluster"),
    ("redshift", "Redshift"),
    ("replication.dynamodb", "DynamoDBReplication"),
    ("securityhub", "SecurityHub"),
    ("spot", "EC2Spot"),
    ("spotfleet", "EC2SpotFleet"),
    ("ssm", "AmazonSSM"),
    ("sso", "SSO"),
    ("transitgateway", "VPCTransitGateway"),
];

/// The role of a service, such as `autoscaling.amazonaws.com`; `None` where it is not known.
pub(super) fn name(service: &str, suffix: Option<&str>) -> Option<String> {
    let service = service.strip_suffix(".amazonaws.com")?;
    let (_, rest) = ROLES.iter().find(|(known, _)| *known == service)?;
    Some(match suffix {
        Some(suffix) => format!("{PREFIX}{rest}_{suffix}"),
        None => format!("{PREFIX}{rest}"),
    })
}
