"""What goes over the wire to an OpenAI-compatible server, and comes back.

It knows addresses, bodies, events and refusals; never prompts or health.
"""
