Feature: Pages
  What the gate decides can be looked at while it is decided, in a browser that was let
  in by a key which is good once. Each decision opens in full. Who signs in sees pages of
  the same family.

  @browser
  Scenario: A denial is seen while it is made, and opened
    Given the user no-policy-user with an access key
    And the lab's pages in Chromium, with what no-policy-user asks
    When no-policy-user runs:
      """sh
      aws ec2 describe-instances
      """
    Then it is refused:
      """
      An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation. User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action
      """
    And the page shows at once:
      """
      because no identity-based policy allows the ec2:DescribeInstances action
      """
    When I press the decision on ec2:DescribeInstances
    Then the page has, one after the other:
      """
      denied ec2:DescribeInstances
      because no identity-based policy allows the ec2:DescribeInstances action
      arn:aws:iam::278805249149:user/no-policy-user
      403 UnauthorizedOperation
      What it needs
      ec2:DescribeInstances
      What the policies lack
      "Action": "ec2:DescribeInstances"
      fed-cli explain --action ec2:DescribeInstances --principal arn:aws:iam::278805249149:user/no-policy-user
      No policy binds who asked
      """

  @browser
  Scenario: The statement that forbade it is marked in its policy
    Given the user no-policy-user with an access key
    And no-policy-user has the inline policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {"Sid": "Look", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
          {"Sid": "NotThat", "Effect": "Deny", "Action": "ec2:DescribeVpcs", "Resource": "*"}
        ]
      }
      """
    And the lab's pages in Chromium, with what no-policy-user asks
    When no-policy-user runs:
      """sh
      aws ec2 describe-vpcs >/dev/null 2>&1 || echo denied
      """
    Then the page shows at once:
      """
      denied by a Deny
      """
    When I press the decision on ec2:DescribeVpcs
    Then the page has, one after the other:
      """
      denied by a Deny ec2:DescribeVpcs
      with an explicit deny in an identity-based policy
      identity-based policy inline: it decided
      """
    And its policy is marked at:
      """
      {
        "Sid": "NotThat",
        "Effect": "Deny",
        "Action": "ec2:DescribeVpcs",
        "Resource": "*"
      }
      """

  @browser @axe
  Scenario: What would let a token in is proposed, and nobody else is let in by it
    Given the role google-oidc-role, which trusts the OAuth client and the subject "42"
    And an ID token from Google
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity
      """
    When I open the page of that decision in Chromium
    Then the page has, one after the other:
      """
      denied sts:AssumeRoleWithWebIdentity
      Conditions that stood against it
      accounts.google.com:sub
      What would let it in
      add a statement for `113632458324056836621` alone
      it admits this token, and no token like it of others
      +           "accounts.google.com:sub": "113632458324056836621"
      The whole trust policy, mended
      """
    And this page, the mend, can be read at any width, in the dark and by a screen reader

  @browser
  Scenario: Who may assume a role is learned while it is assumed
    Given the role google-oidc-role, which trusts the OAuth client
    And an ID token from Google
    And the lab's page of what was learned in Chromium
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN >/dev/null && echo assumed
      """
    Then the page has, one after the other:
      """
      What principals may do
      Who may assume roles
      arn:aws:iam::278805249149:role/google-oidc-role
      "Action": "sts:AssumeRoleWithWebIdentity"
      "accounts.google.com:sub": "113632458324056836621"
      What resources let be done
      """

  @browser @axe
  Scenario: Anybody can read them
    Given the user no-policy-user with an access key
    And no-policy-user has the inline policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {"Sid": "Look", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
          {"Sid": "NotThat", "Effect": "Deny", "Action": "ec2:DescribeVpcs", "Resource": "*"}
        ]
      }
      """
    And the role google-oidc-role, which trusts the OAuth client
    And a session of the role google-oidc-role
    And the lab's pages in Chromium, with what no-policy-user asks
    When no-policy-user runs:
      """sh
      aws iam list-users 2>/dev/null || echo denied
      aws ec2 describe-instances >/dev/null && echo allowed
      aws ec2 describe-vpcs 2>/dev/null || echo denied
      """
    Then it prints:
      """
      denied
      allowed
      denied
      """
    When I press the decision on ec2:DescribeVpcs
    Then every page can be read at any width, in the dark and by a screen reader
    And without scripts every page is complete after a reload

  @browser @axe
  Scenario: Anybody can sign in, and see that it is done
    Given fed-cli's profile google
    When I run, and open what it asks for in Chromium:
      """sh
      fed-cli token --no-browser
      """
    Then the page has, one after the other:
      """
      Fake issuer, for tests
      Choose an account
      448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com
      ada@example.com
      Cancel
      Another account, or claims of your own
      """
    When I press "Another account"
    Then this page, the sign-in, can be read at any width, in the dark and by a screen reader
    When I press "ada@example.com"
    Then the page has, one after the other:
      """
      Signed in
      You are signed in as ada@example.com. Close this tab and go on in the terminal.
      """
    And the address holds no code
    And this page, the callback, can be read at any width, in the dark and by a screen reader
    When the command has ended
    Then no secret is shown

  @browser @axe
  Scenario: Who has signed in on the tutorial's page sees the claims and the JSON
    Given fed-cli's profile google
    When I run, and open what it asks for in Chromium:
      """sh
      fed-cli token --serve
      """
    And I press "ada@example.com"
    Then the page has, one after the other:
      """
      Signed in
      for which client
      448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com
      who, for ever
      113632458324056836621
      As JSON
      "OAuth2Token"
      "IDTokenClaims"
      "email": "ada@example.com"
      """
    And the address holds no code
    And this page, the claims, can be read at any width, in the dark and by a screen reader
    When I press Ctrl-C
    Then no secret is shown
