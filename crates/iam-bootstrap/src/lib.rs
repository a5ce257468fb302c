//! The role, its trust policy and what belongs to them: plan, apply, destroy, export.
