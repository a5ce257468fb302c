//! The algorithms that ID tokens may be signed with.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaSigningAlgorithm, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RsaSignatureEncoding,
};

/// A signature algorithm of RFC 7518 §3.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, as Google does it.
    #[default]
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// ECDSA on P-256.
    Es256,
    /// ECDSA on P-384.
    Es384,
    /// ECDSA on P-521.
    Es512,
}

/// How an algorithm signs.
pub(crate) enum Scheme {
    Rsa(&'static RsaSignatureEncoding),
    /// With the name of the curve.
    Ecdsa(&'static EcdsaSigningAlgorithm, &'static str),
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Rs256, Self::Rs384, Self::Rs512, Self::Es256, Self::Es384, Self::Es512];

    /// Its name in a JOSE header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
        }
    }

    pub(crate) fn scheme(self) -> Scheme {
        match self {
            Self::Rs256 => Scheme::Rsa(&RSA_PKCS1_SHA256),
            Self::Rs384 => Scheme::Rsa(&RSA_PKCS1_SHA384),
            Self::Rs512 => Scheme::Rsa(&RSA_PKCS1_SHA512),
            Self::Es256 => Scheme::Ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256"),
            Self::Es384 => Scheme::Ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384"),
            Self::Es512 => Scheme::Ecdsa(&ECDSA_P521_SHA512_FIXED_SIGNING, "P-521"),
        }
    }

    /// The hash of its name's number, which `at_hash` uses too (OIDC Core §3.1.3.6).
    pub(crate) fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Rs256 | Self::Es256 => &digest::SHA256,
            Self::Rs384 | Self::Es384 => &digest::SHA384,
            Self::Rs512 | Self::Es512 => &digest::SHA512,
        }
    }
}
