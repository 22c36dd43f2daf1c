"""Webhooks with the stock client, to a receiver whose address is the first argument."""
import sys

from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookEvent, WebhookStatus
from mlflow.exceptions import MlflowException

client = MlflowClient()
url = sys.argv[1]
created = client.create_webhook(
    name="ci", url=url, events=["model_version.created", "registered_model.created"], secret="canary", description="d"
)
assert created.status == WebhookStatus.ACTIVE and created.url == url and created.secret is None, created
assert {str(event) for event in created.events} == {"model_version.created", "registered_model.created"}, created
assert client.get_webhook(created.webhook_id).name == "ci"
assert [each.webhook_id for each in client.list_webhooks()] == [created.webhook_id]
updated = client.update_webhook(created.webhook_id, name="cd", status="DISABLED", events=["model_version_tag.set"])
assert (updated.name, updated.status, updated.description) == ("cd", WebhookStatus.DISABLED, "d"), updated
result = client.test_webhook(created.webhook_id)
assert result.success and result.response_status == 200 and result.response_body == "thanks", result
result = client.test_webhook(created.webhook_id, event="model_version_alias.created")
assert result.success, result
for bad in ("http://10.0.0.1/x", "ftp://example.com", "nonsense"):
    try:
        client.create_webhook(name="bad", url=bad, events=["registered_model.created"])
        raise AssertionError(f"{bad} was taken")
    except MlflowException as error:
        assert error.error_code == "INVALID_PARAMETER_VALUE", error
client.delete_webhook(created.webhook_id)
assert list(client.list_webhooks()) == []
try:
    client.get_webhook(created.webhook_id)
    raise AssertionError("it is still there")
except MlflowException as error:
    assert error.error_code == "RESOURCE_DOES_NOT_EXIST", error
print("done")
