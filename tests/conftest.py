"""What all tests share."""

pytest_plugins = ["fixtures.fix_node", "fixtures.fix_program", "fixtures.fix_validator"]
