"""Where `usher` and `python -m bot` begin."""

from bot.cli import main

if __name__ == "__main__":
    main()
