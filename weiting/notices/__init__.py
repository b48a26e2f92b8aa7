"""What the product tells a person, in the desk and by e-mail, never twice and not in their quiet hours."""
