Feature: Nothing waits unseen
  A report that nobody opens or acknowledges is told to the next in line, with a reference and nothing else.

  Scenario: Danger that nobody opens, and then nobody acknowledges
    When the TA presses "Report a concern about a child"
    And the TA presses "In danger now"
    And the TA walks away and comes back
    And 6 minutes go by
    Then the head sees "has not been opened"
    And the TA sees "has not been opened yet. Please phone now."
    And the chair does not see "has not been"
    When 5 minutes go by
    Then the chair sees "has not been acknowledged"
    And the head sees "has not been acknowledged"
    And the TA sees "call 999"

  Scenario: What should be looked at today and isn't reaches the headteacher as a reference
    When the TA reports with the essentials that "Robin Sample" was sent nasty messages
    And 100 days go by
    Then the head sees "A concern about a pupil, reference"
    And the head sees "has not been opened"
    And nobody else sees "Robin Sample"
    And nobody else sees "nasty messages"

  Scenario: What has been acknowledged rings for nobody
    Given the TA has reported with the essentials that "Robin Sample" was sent nasty messages
    And the DSL has acknowledged it
    When 100 days go by
    Then the head does not see "has not been"
    And the chair does not see "has not been"

  Scenario: About the headteacher: the clock tells the chair again, and the head nothing
    When the TA sends a breach report about the headteacher
    And the TA walks away and comes back
    And 100 days go by
    Then the chair sees "An adult's conduct, reference"
    And the TA sees "You can go outside the school yourself."
    And the head sees nothing of it anywhere

  Scenario: A drill takes the same way, and says on every card that it is one
    When a drill "danger now" is sent as the TA
    Then the DSL sees in the safeguarding room "DRILL: this is an exercise"
    And the DSL sees "DRILL: this is an exercise"
    And the head sees "A child may be in danger now"
    And the head sees "DRILL: this is an exercise"
    And the TA sees "DRILL: this is an exercise"
    When 6 minutes go by
    Then the head sees "has not been opened"
    And the TA sees "Phone nobody now."
    And the DSL's case says "DRILL: this is an exercise"
