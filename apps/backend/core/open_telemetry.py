"""Traces and metrics by the SDK of OpenTelemetry, which reads its own variables; imported where they ask."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.metrics import CallbackOptions, Histogram, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import Span as SdkSpan
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from core.logs import request_id
from core.telemetry import NONE, Attributes, Kind, Span, Telemetry

KINDS = {"internal": SpanKind.INTERNAL, "server": SpanKind.SERVER, "client": SpanKind.CLIENT}
# https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
# https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/
AMOUNTS = tuple(4.0**power for power in range(14))
BOUNDARIES = {"s": SECONDS}

PROPAGATOR = TraceContextTextMapPropagator()
# What is done below a span that nobody wants, nobody wants either.
HIDDEN = NonRecordingSpan(SpanContext(1, 1, is_remote=False))


class NamesRequest(SpanProcessor):
    """Gives each span the id of its request, by which people look for it."""

    def on_start(self, span: SdkSpan, parent_context: Context | None = None) -> None:
        if name := request_id.get():
            span.set_attribute("request_id", name)


class OpenSpan(Span):
    """A span of the SDK's."""

    def __init__(self, span: trace.Span) -> None:
        self.span = span

    def set(self, attributes: Attributes) -> None:
        self.span.set_attributes(known(attributes))

    def name(self, name: str) -> None:
        self.span.update_name(name)

    def fail(self, why: str) -> None:
        self.span.set_status(StatusCode.ERROR, why)


class OpenTelemetry(Telemetry):
    """Sends what `service` says of itself to the exporters, as the SDK's variables say when and how."""

    def __init__(self, service: str) -> None:
        resource = OTELResourceDetector().detect().merge(Resource({"service.name": service}))
        self.tracers = TracerProvider(resource=resource)
        self.tracers.add_span_processor(NamesRequest())
        for exporter in span_exporters():
            self.tracers.add_span_processor(BatchSpanProcessor(exporter))
        readers = [PeriodicExportingMetricReader(exporter) for exporter in metric_exporters()]
        self.meters = MeterProvider(readers, resource=resource)
        # For what packages trace by themselves: the MCP SDK does.
        trace.set_tracer_provider(self.tracers)
        metrics.set_meter_provider(self.meters)
        self.tracer = self.tracers.get_tracer(service)
        self.meter = self.meters.get_meter(service)
        self.histograms: dict[str, Histogram] = {}

    @contextmanager
    def span(
        self,
        name: str,
        attributes: Attributes = NONE,
        kind: Kind = "internal",
        parent: Mapping[str, str] | None = None,
    ) -> Iterator[Span]:
        context = PROPAGATOR.extract(parent) if parent is not None else None
        with self.tracer.start_as_current_span(name, context, KINDS[kind], known(attributes)) as span:
            yield OpenSpan(span)

    def hide(self) -> AbstractContextManager[object]:
        return trace.use_span(HIDDEN)

    def past(self, name: str, begun: int, attributes: Attributes, why: str | None = None) -> None:
        span = self.tracer.start_span(name, None, SpanKind.CLIENT, known(attributes), start_time=begun)
        if why is not None:
            span.set_status(StatusCode.ERROR, why)
        span.end()

    def is_tracing(self) -> bool:
        return trace.get_current_span().is_recording()

    def ids(self) -> dict[str, str]:
        context = trace.get_current_span().get_span_context()
        if not context.trace_flags.sampled:
            return {}
        return {
            "trace_id": trace.format_trace_id(context.trace_id),
            "span_id": trace.format_span_id(context.span_id),
        }

    def headers(self) -> dict[str, str]:
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier)
        return carrier

    def measure(self, name: str, unit: str, amount: float, attributes: Attributes = NONE) -> None:
        if name not in self.histograms:
            boundaries = BOUNDARIES.get(unit, AMOUNTS)
            self.histograms[name] = self.meter.create_histogram(
                name, unit, explicit_bucket_boundaries_advisory=boundaries
            )
        self.histograms[name].record(amount, known(attributes))

    def watch(self, name: str, unit: str, by: str, look: Callable[[], Mapping[str, int]]) -> None:
        def observe(_: CallbackOptions) -> Iterable[Observation]:
            return [Observation(amount, {by: value}) for value, amount in look().items()]

        self.meter.create_observable_up_down_counter(name, [observe], unit)

    def end(self) -> None:
        self.tracers.shutdown()
        self.meters.shutdown()


def known(attributes: Attributes) -> dict[str, str | int | float | bool | Sequence[str]]:
    return {name: value for name, value in attributes.items() if value is not None}


def names_in(variable: str) -> list[str]:
    """Returns the exporters that a variable names: several may be, separated by commas."""
    return [name.strip() for name in os.environ.get(variable, "").split(",")]


def span_exporters() -> Iterator[SpanExporter]:
    names = names_in("OTEL_TRACES_EXPORTER")
    if "otlp" in names:
        from opentelemetry.exporter.otlp.json.http import OTLPSpanExporter

        yield OTLPSpanExporter()
    if "otlp/stdout" in names:
        from opentelemetry.exporter.otlp.json.file import FileSpanExporter

        yield FileSpanExporter()


def metric_exporters() -> Iterator[MetricExporter]:
    names = names_in("OTEL_METRICS_EXPORTER")
    if "otlp" in names:
        from opentelemetry.exporter.otlp.json.http import OTLPMetricExporter

        yield OTLPMetricExporter()
    if "otlp/stdout" in names:
        from opentelemetry.exporter.otlp.json.file import FileMetricExporter

        yield FileMetricExporter()
