Feature: 5. The ID token
  A program listens on the redirect URI, the person signs in with Google, and out comes
  an ID token: a JWT that says who signed in, and for which OAuth client. A refresh token
  Google gives at the first sign-in only.

  Scenario: What fed-cli shows of it, its secrets shortened
    Given fed-cli's profile google
    And I have signed in with Google
    When I run, and sign in with Google:
      """sh
      fed-cli token --no-browser
      """
    Then it prints the JSON:
      """json
      {
        "OAuth2Token": {
          "access_token": "{shortened access token}",
          "token_type": "Bearer",
          "expiry": "{date in one hour}"
        },
        "IDToken": "{shortened id token}",
        "IDTokenClaims": {
          "iss": "https://accounts.google.com",
          "azp": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com",
          "aud": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com",
          "sub": "113632458324056836621",
          "hd": "example.com",
          "email": "ada@example.com",
          "email_verified": true,
          "at_hash": "{at_hash}",
          "nonce": "{nonce}",
          "name": "Ada Lovelace",
          "picture": "https://lh3.googleusercontent.com/a/113632458324056836621=s96-c",
          "given_name": "Ada",
          "family_name": "Lovelace",
          "locale": "en",
          "iat": "{now}",
          "exp": "{in one hour}"
        }
      }
      """
    And the browser shows:
      """
      Signed in You are signed in as ada@example.com. Close this tab and go on in the terminal.
      """
    And no secret is shown

  Scenario: The ID token alone, for a file
    Given fed-cli's profile google
    When I run, and sign in with Google:
      """sh
      fed-cli token --raw --no-browser
      """
    Then it prints:
      """
      {id token}
      """

  Scenario: The page of the tutorial's program
    Given fed-cli's profile google
    And I have signed in with Google
    When I run, sign in with Google at http://127.0.0.1:3000/, and press Ctrl-C:
      """sh
      fed-cli token --serve
      """
    Then the browser shows the JSON:
      """json
      {
        "OAuth2Token": {
          "access_token": "{shortened access token}",
          "token_type": "Bearer",
          "expiry": "{date in one hour}"
        },
        "IDToken": "{shortened id token}",
        "IDTokenClaims": {
          "iss": "https://accounts.google.com",
          "azp": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com",
          "aud": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com",
          "sub": "113632458324056836621",
          "hd": "example.com",
          "email": "ada@example.com",
          "email_verified": true,
          "at_hash": "{at_hash}",
          "nonce": "{nonce}",
          "name": "Ada Lovelace",
          "picture": "https://lh3.googleusercontent.com/a/113632458324056836621=s96-c",
          "given_name": "Ada",
          "family_name": "Lovelace",
          "locale": "en",
          "iat": "{now}",
          "exp": "{in one hour}"
        }
      }
      """
    And no secret is shown

  Scenario: The browser of the person's choice is opened
    Given the file "browser":
      """sh
      #!/bin/sh
      echo "$1" >&2
      """
    And fed-cli's profile google
    When I run, and sign in with Google:
      """sh
      chmod +x browser; BROWSER=$PWD/browser fed-cli token --raw
      """
    Then it prints:
      """
      {id token}
      """

  @browser
  Scenario: Signed in in a real browser
    Given fed-cli's profile google
    When I run, and sign in with Google in Chromium:
      """sh
      fed-cli token --no-browser --raw
      """
    Then the browser shows:
      """
      Signed in You are signed in as ada@example.com. Close this tab and go on in the terminal.
      """
    And it prints:
      """
      {id token}
      """
