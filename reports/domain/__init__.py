"""Rules that need neither database nor clock: calendar, working days, states, numbers, wording, the SQL of triggers."""
