Feature: The policy is read and acknowledged
  Everybody can see what they are asked to read, say that they have, ask, or say that they can't agree.

  Background:
    Given a campaign called "Autumn reading" is running

  Scenario: Somebody reads it and says so
    When the TA says "my acknowledgements"
    And the TA presses "Read: Autumn reading"
    Then the TA's form says "PER-1c"
    When the TA answers
      | Your full name | Jem |
    And the TA presses "I have read and understood"
    Then the TA's form says "Please type your name as the school has it: Jem Karuna."
    When the TA answers
      | Your full name | Jem Karuna |
    And the TA presses "I have read and understood"
    Then the TA sees "“Autumn reading” is acknowledged."
    When the TA says "my acknowledgements"
    Then the TA sees "There is nothing you have to read just now."
    When the TA says "hello"
    And the TA presses "My acknowledgements"
    Then the TA sees "Acknowledged"
    And the TA sees "Autumn reading"
    When the owner says "campaigns"
    And the owner presses "Open: Autumn reading"
    Then the owner's form says "1 of 13"

  Scenario: A role and one person are asked, with questions on the text
    When the owner says "campaigns"
    And the owner presses "New campaign"
    And the owner answers
      | What is it called?     | Reading for a few                          |
      | And who holds a role?  | chair of governors                         |
      | And who by name?       | Jem Karuna                                 |
      | When does it start?    | 2026-11-23                                 |
      | By when is it due?     | 2027-06-25                                 |
      | Questions on the text? | Yes, 3 small cases (PER-1c, PER-3, SAF-4)  |
    And the owner presses "Dry run"
    Then the owner's form says "Would be asked: 2"
    And the owner's form says "Cressida Wainfleet: is chair of governors"
    And the owner's form says "Jem Karuna: named"
    And the owner's form says "Do you look them up? (PER-1c)"
    And the head sees "“Reading for a few” waits for your approval."
    When the head presses "See the dry run"
    And the head presses "Approve"
    Then the owner sees "“Reading for a few” has been approved."
    When the owner presses "Open it"
    And the owner presses "Run"
    Then the owner's form says "running"
    When the TA says "my acknowledgements"
    And the TA presses "Read: Reading for a few"
    And the TA answers
      | A parent was rude           | No, I don't look for parents' profiles |
      | You took a lovely picture   | Only where consent has been given      |
      | A pupil shows you           | Nobody, unless it happens again        |
      | Your full name              | Jem Karuna                             |
    And the TA presses "I have read and understood"
    Then the TA's form says "SAF-4 says otherwise: it is quoted above."
    When the TA answers
      | A pupil shows you           | The DSL or the deputy DSL              |
    And the TA presses "I have read and understood"
    Then the TA sees "“Reading for a few” is acknowledged."

  Scenario: Somebody asks first
    When the teacher says "my acknowledgements"
    And the teacher presses "Read: Autumn reading"
    And the teacher presses "Remind me later"
    Then the teacher's form says "When shall I remind you?"
    When the teacher presses "Read it now"
    And the teacher presses "I have a question"
    And the teacher answers
      | Your question | Does this bind parent helpers too? |
    And the teacher presses "Send"
    Then the teacher sees "The policy owner has been told and will speak with you."
    And the owner sees "There is a question about “Autumn reading”."
    And the head does not see "There is a question about “Autumn reading”."
    And nobody else sees "Does this bind parent helpers too?"
    When the owner presses "Read what was said"
    Then the owner's form says "Does this bind parent helpers too?"

  Scenario: Somebody cannot agree, and the head hears of it
    When the teacher says "my acknowledgements"
    And the teacher presses "Read: Autumn reading"
    And the teacher presses "I cannot agree"
    And the teacher answers
      | What can't you agree to, and why? | The clause on former pupils is too wide. |
    And the teacher presses "Send"
    Then the owner sees "There is somebody who cannot agree to “Autumn reading”."
    And the head sees "There is somebody who cannot agree to “Autumn reading”."
    And nobody else sees "The clause on former pupils is too wide."

  Scenario: The office records a paper
    When the office says "campaigns"
    And the office presses "Record a paper: Autumn reading"
    And the office answers
      | Who has signed?                    | Lorcan Vasanth |
      | I have the signed paper before me  | yes            |
    And the office presses "Record it"
    Then the office sees "Lorcan Vasanth has acknowledged “Autumn reading” on paper."

  Scenario: A paused campaign stays paused until the owner goes on
    When the owner says "campaigns"
    And the owner presses "Open: Autumn reading"
    And the owner presses "Pause"
    Then the owner's form says "paused: no reminders go out"
    When the owner presses "Go on"
    And the owner presses "Evidence"
    Then the owner's form says "Hash of the text"

  Scenario: Somebody without the role sees none of it
    When the TA says "campaigns"
    Then the TA sees "This isn't open to you."
