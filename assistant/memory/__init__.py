"""What is worth knowing later: learnt from what people say, found again, let go.

The program decides what is remembered, never the model; SQL stays in
`assistant.storage`, and prompts are the business of `assistant.agents`.
"""
