//! How a call names a resource.

use fed_types::AccountId;

/// What is to be found: of which kind, in whose account, where, and by what name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Reference {
    pub(super) kind: Kind,
    pub(super) account: AccountId,
    pub(super) region: String,
    /// A bucket's or queue's name; a key's id or alias, a secret's name, or their
    /// ARN; the ARN of all others.
    pub(super) name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Bucket,
    Key,
    LogGroup,
    Queue,
    Secret,
    Table,
    Topic,
}

impl Reference {
    /// A bucket, as one of `account` finds it.
    pub(crate) fn bucket(account: &AccountId, name: &str) -> Self {
        Self::named(Kind::Bucket, account, "us-east-1", name)
    }

    /// What `name`, or its ARN, means to one of `account` in `region`.
    pub(crate) fn named(kind: Kind, account: &AccountId, region: &str, name: &str) -> Self {
        let mut reference = Self {
            kind,
            account: account.clone(),
            region: region.to_owned(),
            name: name.to_owned(),
        };
        // `arn:aws:SERVICE:REGION:ACCOUNT:…`: where the ARN says, there it is.
        let parts: Vec<&str> = name.splitn(6, ':').collect();
        if let ["arn", _, _, region, owner, _] = parts.as_slice()
            && let Ok(owner) = owner.parse()
        {
            reference.account = owner;
            (*region).clone_into(&mut reference.region);
        }
        match kind {
            Kind::Queue => reference.name = last(name, ':'),
            // Indexes and streams are under their table's policy.
            Kind::Table => reference.name = name.split('/').take(2).collect::<Vec<_>>().join("/"),
            Kind::LogGroup => reference.name = "log groups".to_owned(),
            _ => {}
        }
        reference
    }

    /// The name of a bucket.
    pub(crate) fn bucket_name(&self) -> Option<&str> {
        (self.kind == Kind::Bucket).then_some(self.name.as_str())
    }

    /// The same for all who call it: by its owner, and by its ARN where it was found by that.
    pub(crate) fn by_owner(&self, owner: &AccountId, arn: Option<&str>) -> Self {
        Self::named(self.kind, owner, &self.region, arn.unwrap_or(&self.name))
    }
}

fn last(text: &str, separator: char) -> String {
    text.rsplit(separator).next().unwrap_or(text).to_owned()
}
