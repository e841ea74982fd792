Feature: A second pair of eyes on an account
  Suggestions stand beside what somebody writes. They never hold a report up, and nobody else sees them.

  Scenario: A suggestion stands beside the answer
    When the TA starts a report
    And the TA presses "Short way: only the essentials"
    And the TA answers
      | How urgent is it? | Someone needs to act today |
    And the TA presses "Next"
    And the TA answers
      | Which pupil or pupils is this about? | Robin Sample; 2B; Has been harmed |
    And the TA presses "Next"
    And the TA answers
      | What happened? | At 10:15 today J.B. sent Robin a message |
    And the TA presses "Next"
    And the TA presses "Back"
    Then the TA's form says "Initials can be taken for somebody else"

  Scenario: Before sending it is said once more, and it never stands in the way
    When the TA reports with the essentials that "Robin Sample" was sent messages, I think by J.B.
    Then the TA sees "Your report is on its way"
    And the DSL sees in the safeguarding room "Concern about a pupil"
    And nobody else sees "Initials can be taken"

  Scenario: The review says what could be looked at again
    When the TA fills in the essentials that "Robin Sample" was sent messages, I think by J.B.
    Then the TA's form says "You could look at these again, or send it as it is"
    And the TA's form says "Initials can be taken for somebody else"
    And the TA's form says "Some of this may be a judgement"
    And the TA's form says "Add when it was"
    When the TA presses "Send the report"
    Then the TA sees "Your report is on its way"

  Scenario: What was suggested is no part of the report
    When the TA reports with the essentials that "Robin Sample" was sent messages, I think by J.B.
    And the DSL opens the case
    Then the DSL's case says "I think by J.B."
    And the DSL does not see "Initials can be taken"

  Scenario: A careful account gets no suggestion
    When the TA fills in the essentials that "Robin Sample" was sent messages at 10:15 today by Max Moss
    Then the TA's form says "Check and send"
    And the TA is not told "You could look at these again"
