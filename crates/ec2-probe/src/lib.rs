//! One harmless question to EC2: which instances are there, or why not.
