"""schema: what may stand in the organizations file, for editors?"""

import json
import sys


def schema() -> None:
    """Print the JSON schema of the organizations file.

    Editors that support TOML use it to complete and check the file:

    charthop-ashby schema > organizations.schema.json
    """
    from control.schema import schema as made

    sys.stdout.write(json.dumps(made(), indent=2) + "\n")
