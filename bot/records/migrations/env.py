"""Where Alembic walks from one release of the tables to another, on the connection it is handed."""

from alembic import context

from bot.records.tables import metadata


def walk() -> None:
    """Run the steps that were asked for."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if getattr(context, "_proxy", None) is not None:  # only when Alembic itself runs this file
    walk()
