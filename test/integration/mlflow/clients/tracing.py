"""A program that is traced with the stock client: decorators, spans by hand, what is said of them, and finding them."""
import mlflow
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource, SpanType
from mlflow.entities.trace_metrics import AggregationType, MetricAggregation, MetricViewType
from mlflow.exceptions import MlflowException
from mlflow.tracing.client import TracingClient

client = MlflowClient()
experiment = mlflow.set_experiment("traced")
ids = [experiment.experiment_id]


def refused(code, work):
    try:
        work()
    except MlflowException as error:
        assert error.error_code == code, (error.error_code, str(error))
        return str(error)
    raise AssertionError(f"expected {code}")


@mlflow.trace(span_type=SpanType.LLM, attributes={"model": "tiny", "temperature": 0.5, "nested": {"a": [1, 2, None]}})
def answer(question):
    with mlflow.start_span("look up", span_type=SpanType.RETRIEVER) as span:
        span.set_inputs({"query": question})
        span.set_outputs(["first", "zweitens é"])
        span.add_event(mlflow.entities.SpanEvent("found", attributes={"documents": 2, "scores": [0.5, 0.25]}))
    return question.upper()


@mlflow.trace(name="failing")
def fail():
    raise ValueError("as a program may")


# One trace in a run, one that fails, one from threads
with mlflow.start_run(run_name="traced run") as run:
    assert answer("hello") == "HELLO"
    in_run = mlflow.get_last_active_trace_id()
try:
    fail()
except ValueError:
    pass
failed = mlflow.get_last_active_trace_id()
with mlflow.start_span("outer") as outer:
    outer.set_inputs({"x": 1})
    mlflow.update_current_trace(tags={"kind": "threaded"}, metadata={"mlflow.trace.session": "s-1"}, client_request_id="req-7")
threaded = outer.trace_id
mlflow.flush_trace_async_logging()

trace = mlflow.get_trace(in_run)
assert trace is not None and trace.info.state == "OK", trace
assert trace.info.experiment_id == experiment.experiment_id
assert trace.info.tags["mlflow.traceName"] == "answer", trace.info.tags
assert trace.info.trace_metadata["mlflow.sourceRun"] == run.info.run_id
assert "hello" in trace.info.request_preview and "HELLO" in trace.info.response_preview
spans = {span.name: span for span in trace.data.spans}
assert set(spans) == {"answer", "look up"}, spans
root, inner = spans["answer"], spans["look up"]
assert root.parent_id is None and inner.parent_id == root.span_id
assert root.span_type == SpanType.LLM and root.inputs == {"question": "hello"} and root.outputs == "HELLO"
assert root.attributes["temperature"] == 0.5 and root.attributes["nested"] == {"a": [1, 2, None]}, root.attributes
assert inner.outputs == ["first", "zweitens é"]
[event] = inner.events
assert event.name == "found" and event.attributes["documents"] == 2, event
assert list(event.attributes["scores"]) == [0.5, 0.25], event
assert root.start_time_ns > 10**18 and root.end_time_ns > root.start_time_ns
assert inner.start_time_ns >= root.start_time_ns

broken = mlflow.get_trace(failed)
assert broken.info.state == "ERROR" and broken.data.spans[0].status.status_code == "ERROR", broken
assert any(event.name == "exception" for event in broken.data.spans[0].events)
assert mlflow.get_trace(threaded).info.client_request_id == "req-7"
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_trace("tr-" + "0" * 32))

# Finding them
def found(filter_string, **more):
    return [t.info.trace_id for t in client.search_traces(locations=ids, filter_string=filter_string, **more)]


assert found("") == [threaded, failed, in_run], found("")
assert found("status = 'ERROR'") == [failed]
assert found("name = 'answer'") == [in_run] and found("attributes.name IN ('answer', 'failing')") == [failed, in_run]
assert found("tags.kind = 'threaded'") == [threaded] and found("tag.kind != 'threaded'") == []
assert found("metadata.`mlflow.trace.session` = 's-1'") == [threaded]
assert found(f"run_id = '{run.info.run_id}'") == [in_run]
assert found("span.name = 'look up'") == [in_run] and found("span.type = 'LLM'") == [in_run]
assert found("span.attributes.model LIKE 'ti%'") == [in_run]
assert found("client_request_id = 'req-7'") == [threaded]
assert found("timestamp_ms > 0 AND execution_time_ms < 100000") == [threaded, failed, in_run]
assert found("", order_by=["timestamp_ms ASC"]) == [in_run, failed, threaded]
assert found("", order_by=["name DESC"])[0] == threaded
assert [t.info.trace_id for t in client.search_traces(locations=ids, run_id=run.info.run_id)] == [in_run]
refused("INVALID_PARAMETER_VALUE", lambda: found("status = 'OK' OR 1 = 1"))
refused("INVALID_PARAMETER_VALUE", lambda: found("nonsense = 'OK'"))
first = client.search_traces(locations=ids, max_results=2)
rest = client.search_traces(locations=ids, max_results=2, page_token=first.token)
assert len(first) == 2 and [t.info.trace_id for t in rest] == [in_run] and rest.token is None
frame = mlflow.search_traces(locations=ids)
assert len(frame) == 3 and "trace_id" in frame.columns, frame

# Tags
client.set_trace_tag(in_run, "reviewed", "yes")
assert client.get_trace(in_run).info.tags["reviewed"] == "yes"
client.delete_trace_tag(in_run, "reviewed")
assert "reviewed" not in client.get_trace(in_run).info.tags
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.delete_trace_tag(in_run, "reviewed"))

# What people and judges say
judge = AssessmentSource(source_type="LLM_JUDGE", source_id="tiny")
good = mlflow.log_feedback(trace_id=in_run, name="good", value=True, rationale="it is", source=judge)
mlflow.log_feedback(trace_id=failed, name="good", value=False)
expected = mlflow.log_expectation(trace_id=in_run, name="answer", value={"text": "HELLO", "n": 1})
assert mlflow.get_assessment(in_run, good.assessment_id).feedback.value is True
said = {a.name: a for a in mlflow.get_trace(in_run).info.assessments}
assert said["good"].rationale == "it is" and said["good"].source.source_type == "LLM_JUDGE", said
assert said["answer"].expectation.value == {"text": "HELLO", "n": 1}, said
mlflow.update_assessment(in_run, good.assessment_id, mlflow.entities.Feedback(name="good", value="perhaps"))
assert mlflow.get_assessment(in_run, good.assessment_id).feedback.value == "perhaps"
assert found("feedback.good = 'perhaps'") == [in_run] and found("feedback.good = 'false'") == [failed]
better = mlflow.override_feedback(trace_id=in_run, assessment_id=good.assessment_id, value="surely")
assert mlflow.get_assessment(in_run, good.assessment_id).valid is False
mlflow.delete_assessment(in_run, better.assessment_id)
assert mlflow.get_assessment(in_run, good.assessment_id).valid is True
mlflow.delete_assessment(in_run, expected.assessment_id)
refused("RESOURCE_DOES_NOT_EXIST", lambda: mlflow.get_assessment(in_run, expected.assessment_id))

# Links, correlation, figures
with mlflow.start_run(run_name="afterwards") as later:
    pass
client.link_traces_to_run([failed, threaded], later.info.run_id)
assert set(found(f"run_id = '{later.info.run_id}'")) == {failed, threaded}
store = TracingClient().store
together = store.calculate_trace_filter_correlation(ids, "status = 'ERROR'", "name = 'failing'")
assert (together.filter1_count, together.joint_count, together.total_count) == (1, 1, 3), together
assert abs(together.npmi - 1) < 1e-9, together
points = store.query_trace_metrics(ids, MetricViewType.TRACES, "trace_count", [MetricAggregation(AggregationType.COUNT)], dimensions=["trace_status"])
assert {p.dimensions["trace_status"]: p.values["COUNT"] for p in points} == {"OK": 2, "ERROR": 1}, points
p90 = MetricAggregation(AggregationType.PERCENTILE, percentile_value=90.0)
[latency] = store.query_trace_metrics(ids, MetricViewType.SPANS, "latency", [p90], filters=["span.name = 'look up'"])
assert latency.values[str(p90)] > 0, latency

# Deleting
assert client.delete_traces(experiment.experiment_id, trace_ids=[failed]) == 1
refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_trace(failed))
assert client.delete_traces(experiment.experiment_id, max_timestamp_millis=2**52, max_traces=1) == 1
assert found("") == [threaded], "the oldest goes first"
print("done", threaded)
