Feature: Asking what the policy says
  Staff get a straight answer with the clause it rests on, or an honest "the policy doesn't say".

  Scenario: The policy doesn't say, and Usher says so
    When the TA says "can I accept a parent's friend request?"
    Then the TA sees "The policy doesn't say"
    And the TA sees "PER-1b"
    And the TA sees "PRI-2"
    And the TA sees "ask Rafferty Oduya"

  Scenario: A plain no comes first, with the clause quoted after it
    When the TA says "can I give a pupil my phone number"
    Then the TA sees "No."
    And the TA sees "PER-1a"

  Scenario: What the policy doesn't cover is said to be so
    When the office says "the photocopier is jammed again, who do I call"
    Then the office sees "doesn't cover this"

  Scenario: A former pupil, and both tests in figures
    When the teacher says "she left us in 2012 and she's 25 now, can I accept her friend request as a former pupil"
    Then the teacher sees "PER-6b"
    And the teacher sees "Age: 25. The clause asks for 18: met."
    And the teacher sees "at least 7: met."

  Scenario: A former pupil, when the figures are missing
    When the teacher says "can I be facebook friends with a former pupil"
    And the teacher presses "Work it out for me"
    And the teacher answers
      | How old are they now?                  | 19   |
      | In which year did they leave the school? | 2022 |
    And the teacher presses "Work it out"
    Then the teacher sees "No, not yet"
    And the teacher sees "Age: 19. The clause asks for 18: met."
    And the teacher sees "at least 7: not met."

  Scenario: A question in the staff room is answered there, for everybody
    When the teacher says in the staffroom "can I post a photo of my class on my own instagram"
    Then the office sees in the staffroom "PER-3"

  Scenario: The same question always gets the same answer
    When the TA says "can I accept a parent's friend request?"
    And the office says "can I accept a parent's friend request?"
    Then the TA and the office have been told the same

  Scenario: An answer that helped is counted, and nothing else is kept
    When the TA says "can I give a pupil my phone number"
    And the TA presses "That's what I needed"
    Then the TA sees "Thank you. That is counted for this clause, and nothing else is kept."

  Scenario: An answer that missed the point offers what lies nearest
    When the TA says "can I give a pupil my phone number"
    And the TA presses "Not what I meant"
    Then the TA sees "Sorry, that missed the point."

  Scenario: A file is refused, and what to do is said
    When the TA drops a file
    Then the TA sees "I can't take files."
    And the TA sees "tell the DSL in person"

  Scenario: What becomes of what is typed is explained on request
    When the TA presses "How privacy works"
    Then the TA sees "A question is answered and forgotten."
    And the TA sees "Nobody it is about ever can."
