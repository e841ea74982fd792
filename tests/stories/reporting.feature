Feature: Telling the right person, and only them
  What is really a worry is taken out of the conversation and into a confidential report.

  Scenario: Danger comes before any question
    When the TA presses "Report a concern about a child"
    Then the TA sees "Is a child in danger now?"
    And the TA sees "999"
    And the TA sees "Isolde Penhallow"
    And the TA sees "01632 960"

  Scenario: A worry typed as a message stops the answering
    When the TA says "a girl in my class told me a man online keeps asking her for pictures"
    Then the TA sees "This sounds like a worry about a child"
    And the TA sees "999"
    And nobody else sees "keeps asking her for pictures"

  Scenario: A worry typed in the staff room is answered in private and never echoed
    When the TA says in the staffroom "a girl in my class told me a man online keeps asking her for pictures"
    Then the TA sees "This sounds like a worry about a child"
    And nobody else sees "keeps asking her for pictures"
    And the teacher does not see "This sounds like a worry"

  Scenario: A quick report reaches the DSL's room without a word of what it says
    When the TA reports with the essentials that "Robin Sample" was sent nasty messages
    Then the TA sees "Your report is on its way"
    And the DSL sees in the safeguarding room "Concern about a pupil"
    And nobody else sees "Robin Sample"
    And nobody else sees "nasty messages"

  Scenario: Who can read it is shown before a name is asked and again before sending
    When the TA starts a report
    Then the TA's form says "Will be able to read it"
    And the TA's form says "Isolde Penhallow"
    And the TA is not yet asked "Which pupil"
    When the TA fills in the essentials that "Robin Sample" was sent nasty messages
    Then the TA's form says "Check and send"
    And the TA's form says "Will be able to read it"
    And the TA's form says "Isolde Penhallow"
    And the TA's form says "Robin Sample was sent nasty messages"
    And nobody else sees "Robin Sample"

  Scenario: About the DSL: the DSL is not a reader
    When the TA reports with the essentials that "Robin Sample" was upset by the DSL
    Then the DSL sees nothing of it anywhere
    And the deputy can open the part about the child
    And the head can open the part about the adult

  Scenario: About the headteacher: the chair is told and the head sees nothing
    When the TA sends a breach report about the headteacher
    Then the chair sees in the chair's room "Concern about an adult's conduct"
    And the head sees nothing of it anywhere

  Scenario: About the headteacher and the chair: nobody inside, and the LADO's number
    When the TA fills a breach report about the headteacher and the chair
    Then the TA sees "Nobody inside the school should read this"
    And the TA sees "01632 960"
    When the TA presses "Keep a sealed copy"
    Then nobody at the school can open it
    And the TA sees "a sealed copy, which nobody at the school can open"
    And the TA does not see "is on its way"
    And the TA does not see "the next person in line"
    When the TA presses "I need support"
    Then the TA sees "Nobody at the school has been told"

  Scenario: In danger now rings three bells before anything is written
    When the TA presses "Report a concern about a child"
    And the TA presses "In danger now"
    Then the DSL sees "A child may be in danger now"
    And the deputy sees "A child may be in danger now"
    And the head sees "A child may be in danger now"
    And the TA sees "Tell them what I know"

  Scenario: A half-written report is there when the person comes back
    When the TA starts a report
    And the TA answers
      | How urgent is it? | Someone needs to act today |
    And the TA walks away and comes back
    And the TA presses "Report a concern about a child"
    Then the TA sees "Carry on"

  Scenario: A site for children under the provider's age is refused with the clause
    When the head of year asks for a site for children of 8 on a platform for 13
    Then the head of year sees "OFF-3b"

  Scenario: It was only a question
    When the TA says "a girl in my class told me a man online keeps asking her for pictures"
    And the TA presses "It's only a question"
    And the TA says "my reports"
    Then the TA sees "You haven't sent any reports."
