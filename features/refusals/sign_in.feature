Feature: Refused: sign-ins that went astray
  What comes back to the redirect URI may come from anybody, and what the issuer sends
  may be meant for somebody else. fed-cli believes nothing that it has not verified.

  Background:
    Given fed-cli's profile google

  Scenario Outline: A callback with <trouble>
    When I run, and the callback comes with <change>:
      """sh
      fed-cli token --no-browser
      """
    Then the browser shows:
      """
      Not signed in The sign-in did not work: <message>. Close this tab; the terminal says what to do.
      """
    And it exits with 4 and says:
      """
      error: <message>

      hint: <hint>
      """
    And Google has seen the client make <mistake>

    Examples:
      | trouble       | change                       | message                                                                              | hint                                                         | mistake                   |
      | a stolen code | "code" replaced by "stolen"  | the token endpoint refused: `invalid_grant` (Malformed auth code.)                   | sign in again: `fed-cli login --profile google`                               | the mistake: unknown code |
      | no code       | "code" left out              | the redirect holds no authorization code                                             | copy the whole address the browser ends up at                | no mistake                |

  Scenario Outline: A callback with <trouble> answers another request, and the wait goes on
    When I run, and the callback comes with <change>:
      """sh
      fed-cli token --no-browser --login-timeout 2s
      """
    Then the browser shows:
      """
      Not this sign-in This is not the answer to the sign-in that is under way, which still waits. Close this tab.
      """
    And it exits with 4 and says:
      """
      A page came back that does not answer this sign-in: an older tab, perhaps. Still waiting for the true answer.
      error: nobody finished signing in within 2 s

      hint: begin again: `fed-cli login --profile google`; or on a machine without a browser: `fed-cli login --profile google --source paste`
      """
    And Google has seen the client make no mistake

    Examples:
      | trouble       | change                       |
      | another state | "state" replaced by "forged" |
      | no state      | "state" left out             |

  Scenario: A callback with the code of another sign-in
    When I run, and the callback comes with the code of another sign-in:
      """sh
      fed-cli token --no-browser
      """
    Then it exits with 4 and says:
      """
      error: the token endpoint refused: `invalid_grant` (Invalid code verifier.)

      hint: sign in again: `fed-cli login --profile google`
      """
    And Google has seen the client make the mistake: wrong code verifier

  Scenario Outline: An ID token with <fault>
    Given Google answers with <fault>
    When I run, and sign in with Google:
      """sh
      fed-cli token --no-browser
      """
    Then the browser shows:
      """
      Not signed in The sign-in did not work: <reason>. Close this tab; the terminal says what to do.
      """
    And it exits with 1 and says:
      """
      <message>
      """

    Examples:
      | fault            | reason | message |
      | a wrong nonce    | the ID token's `nonce` is not the one sent | error: the ID token's `nonce` is not the one sent\n\nhint: do not use this sign-in; begin a new one: `fed-cli login --profile google` |
      | a bad signature  | the ID token's signature is wrong | error: the ID token's signature is wrong |
      | alg none         | expected an ID token signed with `RS256`, found `none` | error: expected an ID token signed with `RS256`, found `none` |
      | a wrong issuer   | expected an ID token issued by `https://accounts.google.com`, found `https://attacker.example` | error: expected an ID token issued by `https://accounts.google.com`, found `https://attacker.example`\n\nhint: if that is the issuer you mean, configure `issuer = "https://attacker.example"` |
      | a wrong audience | expected an ID token for `448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com`, found one for `another-client` | error: expected an ID token for `448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com`, found one for `another-client`\n\nhint: check `client_id` |
      | a wrong at hash  | the ID token's `at_hash` does not fit the access token | error: the ID token's `at_hash` does not fit the access token |

  Scenario: The sign-in is cancelled
    When I run, and cancel the sign-in:
      """sh
      fed-cli token --no-browser
      """
    Then it exits with 4 and says:
      """
      error: the issuer refused the sign-in: `access_denied`

      hint: consent was not given; begin again: `fed-cli login --profile google`
      """

  Scenario: Nobody signs in
    When I run, and open the sign-in page:
      """sh
      fed-cli token --no-browser --login-timeout 1s
      """
    Then it exits with 4 and says:
      """
      error: nobody finished signing in within 1 s

      hint: begin again: `fed-cli login --profile google`; or on a machine without a browser: `fed-cli login --profile google --source paste`
      """

  Scenario: An account of another domain
    Given fed-cli's profile google with:
      """toml
      hosted_domain = "example.com"
      """
    When I run, and sign in with Google as grace@example.org:
      """sh
      fed-cli token --no-browser
      """
    Then it exits with 1 and says:
      """
      error: expected an account of `example.com`, found one of `example.org`

      hint: sign in with an account of `example.com`: `fed-cli login --profile google --account NAME@example.com`
      """

  Scenario: Tools are never made to sign in
    When I run:
      """sh
      fed-cli credential-process
      """
    Then it exits with 4 and says:
      """
      error: somebody has to sign in for profile `google`

      hint: run `fed-cli login --profile google`
      """
