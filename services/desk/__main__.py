"""`python -m services.desk`: the live desk, without the rest of `detente`."""

from services.desk.commands.app import app

if __name__ == "__main__":
    app()
