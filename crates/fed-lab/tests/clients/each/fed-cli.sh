# needs: fed-cli
# version: fed-cli --version
# names: yes
# prints: arn:aws:sts::278805249149:assumed-role/google-oidc-role/clients
# The AWS SDK for Rust, and reqwest.
fed-lab token google > "$HOME/token"
fed-cli assume --web-identity-token-file "$HOME/token" --role-session-name clients \
  --role-arn arn:aws:iam::278805249149:role/google-oidc-role |
  grep -o 'arn:aws:sts[^"]*'
