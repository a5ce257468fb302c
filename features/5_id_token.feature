Feature: 5. The ID token
  A program listens on the redirect URI, the person signs in with Google, and out
  comes an ID token: a JWT that says who signed in, and for which OAuth client.

  @browser
  Scenario: Signed in with in a real browser
    Given fed-cli's profile google
    When I run, and sign in with Google in Chromium:
      """sh
      fed-cli token --profile google --raw --no-browser
      """
    Then the browser shows:
      """
      Signed in
      """
