"""`hearth` as its console script starts it, with nothing imported beside it."""

from assistant.cli.entry import run

if __name__ == "__main__":
    run()
