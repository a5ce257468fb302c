Feature: What EC2 offers
  A lab starts without reading what EC2 offers in each region of AWS; whoever asks is told all of it.

  @needs-ec2-offerings
  Scenario: In the lab's region and in another it is what the emulator's data hold
    Then in ap-northeast-2 and eu-central-1 EC2 offers what the emulator's data hold
