"""What a person does with an annex: hands it in, settles doubts, sees what would change, writes it, undoes it."""
