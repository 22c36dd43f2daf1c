"""Tracing with a client of the 2.x line: begun and ended by two calls, spans in a file."""
import mlflow
from mlflow import MlflowClient

client = MlflowClient()
experiment = mlflow.set_experiment("traced by the old client")
ids = [experiment.experiment_id]


@mlflow.trace(attributes={"model": "tiny"})
def answer(question):
    with mlflow.start_span("look up") as span:
        span.set_inputs({"query": question})
    return question.upper()


answer("hello")
[trace] = client.search_traces(ids)
assert trace.info.status == "OK" and trace.info.tags["mlflow.traceName"] == "answer", trace.info
assert {span.name for span in trace.data.spans} == {"answer", "look up"}, trace.data
request_id = trace.info.request_id
assert mlflow.get_trace(request_id).data.spans[0].attributes["model"] == "tiny"
client.set_trace_tag(request_id, "reviewed", "yes")
assert len(client.search_traces(ids, filter_string="tags.reviewed = 'yes' AND status = 'OK'")) == 1
client.delete_trace_tag(request_id, "reviewed")
assert client.delete_traces(experiment.experiment_id, request_ids=[request_id]) == 1
assert len(client.search_traces(ids)) == 0
print("done")
