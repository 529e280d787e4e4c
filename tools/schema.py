"The JSON Schema of files of claims, from the models that check them"
import json
from pathlib import Path

from mnist_losses.claims.ledger import claims_schema

if __name__=="__main__":
    text = json.dumps(claims_schema(), indent=1) + "\n"
    Path("mnist_losses/claims_data/schema.json").write_text(text, encoding="utf-8")
