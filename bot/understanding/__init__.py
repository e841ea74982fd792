"""The matching engine behind `bot.school.matching`: what a staff message wants, decided locally."""
