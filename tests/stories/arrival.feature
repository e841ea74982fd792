Feature: The right person takes it on, and the reporter hears

  Background:
    Given the TA has reported with the essentials that "Robin Sample" was sent nasty messages

  Scenario: The DSL opens and acknowledges; the TA hears both
    When the DSL opens the case
    Then the DSL sees "Robin Sample"
    And the DSL sees "nasty messages"
    And the TA sees "opened by Isolde Penhallow"
    When the DSL acknowledges with "Thank you. See me at 3.30."
    Then the TA sees "acknowledged by Isolde Penhallow"
    And the TA's receipt says "Thank you. See me at 3.30."

  Scenario: The head, the office and the TA cannot open it
    When the head tries to open the case
    Then the head sees "You can't open this."
    When the office tries to open the case
    Then the office sees "You can't open this."
    When the TA tries to open the case
    Then the TA sees "You can't open this."

  Scenario: A question is relayed, and the answer comes back
    Given the DSL has acknowledged it
    When the DSL asks the reporter "Please describe where this was."
    Then the TA sees "There is a question about your report"
    And nobody else sees "Please describe where this was." except the DSL and the deputy
    When the TA answers the question with "By the coats, at lunch."
    Then the deputy's case says "By the coats, at lunch."

  Scenario: Closing needs a reason
    Given the DSL has acknowledged it
    When the DSL decides "No further action" because "no"
    Then the DSL sees "Please give the reason"
    When the DSL decides "No further action" because "The messages came from a brother; the family has dealt with it."
    Then the TA sees "no further action"

  Scenario: The reporter adds what came back later
    When the TA adds to the report "The messages came from an app with a green icon."
    Then the deputy's case says "The messages came from an app with a green icon."
    And nobody else sees "green icon" except the DSL and the deputy
