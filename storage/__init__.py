"""What is kept: tables, queries, migrations, jobs."""
