Feature: 2. The OAuth client
  In Google's console a person makes a project and an OAuth client of the type "Web
  application", with one redirect URI, and notes its id and its secret. fed-cli takes
  them from a profile; the secret stays in a file.

  Scenario: Google knows the client that the profile names
    Given fed-cli's profile google
    When I run, and sign in with Google:
      """sh
      fed-cli token --no-browser --raw >id_token
      """
    Then the browser shows:
      """
      Signed in You are signed in as ada@example.com. Close this tab and go on in the terminal.
      """

  Scenario: The file that Google offers for download will do
    Given the file "client_secret_448771483088.json":
      """json
      {
        "web": {
          "client_id": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com",
          "project_id": "fed-tutorial",
          "auth_uri": "https://accounts.google.com/o/oauth2/auth",
          "token_uri": "https://oauth2.googleapis.com/token",
          "client_secret": "{client secret}",
          "redirect_uris": ["http://127.0.0.1:3000/auth/google/callback"]
        }
      }
      """
    And fed-cli's profile google with:
      """toml
      client_secret_file = "{home}/client_secret_448771483088.json"
      """
    When I run, and sign in with Google:
      """sh
      fed-cli token --no-browser --raw >id_token
      """
    Then the browser shows:
      """
      Signed in You are signed in as ada@example.com. Close this tab and go on in the terminal.
      """

  Scenario: A wrong client secret
    Given the file "client_secret":
      """
      GOCSPX-wrong
      """
    And fed-cli's profile google with:
      """toml
      client_secret_file = "{home}/client_secret"
      """
    When I run, and sign in with Google:
      """sh
      fed-cli token --no-browser
      """
    Then it exits with 5 and says:
      """
      error: the token endpoint refused: `invalid_client` (The provided client secret is invalid.)

      hint: check `client_id` and `client_secret_file`: Google wants the secret even with PKCE, for `Web application` and for `Desktop app` clients
      """
    And Google has seen the client make the mistake: wrong client secret

  Scenario: A redirect URI that the client does not have
    Given fed-cli's profile google with:
      """toml
      redirect_uri = "http://127.0.0.1:3000/callback"
      """
    When I run, and open the sign-in page:
      """sh
      fed-cli token --no-browser --login-timeout 1s
      """
    Then the browser shows:
      """
      Fake issuer, for tests Access blocked: this app’s request is invalid The redirect URI in the request, http://127.0.0.1:3000/callback, is not registered for the OAuth client. Error 400: redirect_uri_mismatch
      """
    And it exits with 4 and says:
      """
      error: nobody finished signing in within 1 s

      hint: begin again: `fed-cli login --profile google`; or on a machine without a browser: `fed-cli login --profile google --source paste`
      """
    And Google has seen the client make the mistake: wrong redirect uri

  Scenario: A client that Google does not know
    Given fed-cli's profile google with:
      """toml
      client_id = "448771483088-unknown.apps.googleusercontent.com"
      """
    When I run, and open the sign-in page:
      """sh
      fed-cli token --no-browser --login-timeout 1s
      """
    Then the browser shows:
      """
      Fake issuer, for tests Access blocked: this app’s request is invalid The OAuth client was not found. Error 401: invalid_client
      """
    And Google has seen 448771483088-unknown.apps.googleusercontent.com make the mistake: unknown client

  @verbatim
  Scenario: A redirect URI that is not on this machine
    Given fed-cli's profile google with:
      """toml
      redirect_uri = "http://192.168.0.1:3000/auth/google/callback"
      """
    When I run:
      """sh
      fed-cli token --no-browser
      """
    Then it exits with 5 and says:
      """
      error: expected a redirect URI like `http://127.0.0.1:3000/callback`, found `http://192.168.0.1:3000/auth/google/callback`

      hint: register `http://127.0.0.1:3000/auth/google/callback` for the client and configure just that
      """

  Scenario: No client at all
    Given fed-cli's profile google with:
      """toml
      client_id =
      """
    When I run:
      """sh
      fed-cli token --no-browser
      """
    Then it exits with 5 and says:
      """
      error: no OAuth client id is configured

      hint: give `--client-id`, or set `client_id` in the section `[profile.google]` of the configuration file
      """
