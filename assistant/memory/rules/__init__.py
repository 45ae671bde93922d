"""What a person says of themselves, found by rules in their own words.

Few and true: what is doubtful, asked, imagined, quoted or said of others' opinion is
left alone. English only; in another language nothing is noticed, and nothing wrong.
Everything here is pure.
"""
