Feature: The aws CLI in memory
  Loading the aws CLI takes it longer than any call. Where a scenario is not about its process, a
  fork of one that has loaded it answers; it must say what a process says that has loaded it anew.

  Scenario Outline: <what>
    Given the user no-policy-user with an access key
    When no-policy-user runs:
      """sh
      <command>
      """
    Then a process of the aws CLI's own ends in the same way

    Examples:
      | what                             | command                                                                              |
      | An answer, in a profile's format | AWS_CONFIG_FILE=own; printf '[default]\noutput = text\n' > $AWS_CONFIG_FILE; export AWS_CONFIG_FILE; aws sts get-caller-identity |
      | A refusal                        | aws iam get-user --user-name ada                                                     |
      | A mistake                        | aws iam get-user --nobody                                                            |
      | What it is given to read         | printf 'no "policy"' \| aws iam create-policy --policy-name ä --policy-document file:///dev/stdin |
