namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>The messages of OTLP 1.x (opentelemetry-proto) as far as Bongsu reads them; other fields of JSON are skipped.</summary>
internal static class JsonSchema
{
    private static readonly JsonMessage s_any = new();
    private static readonly JsonMessage s_keyValue = new JsonMessage().With(new("key", 1, JsonKind.Text), One("value", 2, s_any));
    private static readonly JsonMessage s_resource;
    private static readonly JsonMessage s_scope;
    private static readonly JsonMessage s_exemplar;

    static JsonSchema()
    {
        var array = new JsonMessage().With(Many("values", 1, s_any));
        var map = new JsonMessage().With(Many("values", 1, s_keyValue));
        s_any.With(new("stringValue", 1, JsonKind.Text), new("boolValue", 2, JsonKind.Bool), new("intValue", 3, JsonKind.Integer),
            new("doubleValue", 4, JsonKind.Double), One("arrayValue", 5, array), One("kvlistValue", 6, map), new("bytesValue", 7, JsonKind.Bytes));
        s_resource = new JsonMessage().With(Many("attributes", 1, s_keyValue), new("droppedAttributesCount", 2, JsonKind.Integer));
        s_scope = new JsonMessage().With(new("name", 1, JsonKind.Text), new("version", 2, JsonKind.Text), Many("attributes", 3, s_keyValue),
            new("droppedAttributesCount", 4, JsonKind.Integer));
        s_exemplar = new JsonMessage().With(new("timeUnixNano", 2, JsonKind.Fixed64), new("asDouble", 3, JsonKind.Double), new("spanId", 4, JsonKind.Id),
            new("traceId", 5, JsonKind.Id), new("asInt", 6, JsonKind.Fixed64), Many("filteredAttributes", 7, s_keyValue));
        Traces = Request("resourceSpans", "scopeSpans", "spans", Span());
        Logs = Request("resourceLogs", "scopeLogs", "logRecords", LogRecord());
        Metrics = Request("resourceMetrics", "scopeMetrics", "metrics", Metric());
    }

    public static JsonMessage Traces { get; }
    public static JsonMessage Logs { get; }
    public static JsonMessage Metrics { get; }

    private static JsonMessage Request(string resources, string scopes, string items, JsonMessage item)
    {
        var scope = new JsonMessage().With(One("scope", 1, s_scope), Many(items, 2, item), new("schemaUrl", 3, JsonKind.Text));
        var resource = new JsonMessage().With(One("resource", 1, s_resource), Many(scopes, 2, scope), new("schemaUrl", 3, JsonKind.Text));
        return new JsonMessage().With(Many(resources, 1, resource));
    }

    private static JsonMessage Span()
    {
        var spanEvent = new JsonMessage().With(new("timeUnixNano", 1, JsonKind.Fixed64), new("name", 2, JsonKind.Text), Many("attributes", 3, s_keyValue),
            new("droppedAttributesCount", 4, JsonKind.Integer));
        var link = new JsonMessage().With(new("traceId", 1, JsonKind.Id), new("spanId", 2, JsonKind.Id), new("traceState", 3, JsonKind.Text),
            Many("attributes", 4, s_keyValue), new("droppedAttributesCount", 5, JsonKind.Integer), new("flags", 6, JsonKind.Fixed32));
        var status = new JsonMessage().With(new("message", 2, JsonKind.Text), new("code", 3, JsonKind.Enum, enumPrefix: "STATUS_CODE_"));
        return new JsonMessage().With(new("traceId", 1, JsonKind.Id), new("spanId", 2, JsonKind.Id), new("traceState", 3, JsonKind.Text),
            new("parentSpanId", 4, JsonKind.Id), new("name", 5, JsonKind.Text), new("kind", 6, JsonKind.Enum, enumPrefix: "SPAN_KIND_"),
            new("startTimeUnixNano", 7, JsonKind.Fixed64), new("endTimeUnixNano", 8, JsonKind.Fixed64), Many("attributes", 9, s_keyValue),
            new("droppedAttributesCount", 10, JsonKind.Integer), Many("events", 11, spanEvent), new("droppedEventsCount", 12, JsonKind.Integer),
            Many("links", 13, link), new("droppedLinksCount", 14, JsonKind.Integer), One("status", 15, status), new("flags", 16, JsonKind.Fixed32));
    }

    private static JsonMessage LogRecord() => new JsonMessage().With(
        new("timeUnixNano", 1, JsonKind.Fixed64), new("observedTimeUnixNano", 11, JsonKind.Fixed64),
        new("severityNumber", 2, JsonKind.Enum, enumPrefix: "SEVERITY_NUMBER_"), new("severityText", 3, JsonKind.Text), One("body", 5, s_any),
        Many("attributes", 6, s_keyValue), new("droppedAttributesCount", 7, JsonKind.Integer), new("flags", 8, JsonKind.Fixed32),
        new("traceId", 9, JsonKind.Id), new("spanId", 10, JsonKind.Id), new("eventName", 12, JsonKind.Text));

    private static JsonMessage Metric()
    {
        var number = new JsonMessage().With(Many("attributes", 7, s_keyValue), new("startTimeUnixNano", 2, JsonKind.Fixed64), new("timeUnixNano", 3, JsonKind.Fixed64),
            new("asDouble", 4, JsonKind.Double), new("asInt", 6, JsonKind.Fixed64), Many("exemplars", 5, s_exemplar), new("flags", 8, JsonKind.Integer));
        var histogram = new JsonMessage().With(Many("attributes", 9, s_keyValue), new("startTimeUnixNano", 2, JsonKind.Fixed64), new("timeUnixNano", 3, JsonKind.Fixed64),
            new("count", 4, JsonKind.Fixed64), new("sum", 5, JsonKind.Double), new("bucketCounts", 6, JsonKind.Fixed64List), new("explicitBounds", 7, JsonKind.DoubleList),
            Many("exemplars", 8, s_exemplar), new("flags", 10, JsonKind.Integer), new("min", 11, JsonKind.Double), new("max", 12, JsonKind.Double));
        var buckets = new JsonMessage().With(new("offset", 1, JsonKind.Signed), new("bucketCounts", 2, JsonKind.IntegerList));
        var exponential = new JsonMessage().With(Many("attributes", 1, s_keyValue), new("startTimeUnixNano", 2, JsonKind.Fixed64), new("timeUnixNano", 3, JsonKind.Fixed64),
            new("count", 4, JsonKind.Fixed64), new("sum", 5, JsonKind.Double), new("scale", 6, JsonKind.Signed), new("zeroCount", 7, JsonKind.Fixed64),
            One("positive", 8, buckets), One("negative", 9, buckets), new("flags", 10, JsonKind.Integer), Many("exemplars", 11, s_exemplar),
            new("min", 12, JsonKind.Double), new("max", 13, JsonKind.Double), new("zeroThreshold", 14, JsonKind.Double));
        var quantile = new JsonMessage().With(new("quantile", 1, JsonKind.Double), new("value", 2, JsonKind.Double));
        var summary = new JsonMessage().With(Many("attributes", 7, s_keyValue), new("startTimeUnixNano", 2, JsonKind.Fixed64), new("timeUnixNano", 3, JsonKind.Fixed64),
            new("count", 4, JsonKind.Fixed64), new("sum", 5, JsonKind.Double), Many("quantileValues", 6, quantile), new("flags", 8, JsonKind.Integer));
        var temporality = new JsonField("aggregationTemporality", 2, JsonKind.Enum, enumPrefix: "AGGREGATION_TEMPORALITY_");
        return new JsonMessage().With(new("name", 1, JsonKind.Text), new("description", 2, JsonKind.Text), new("unit", 3, JsonKind.Text),
            One("gauge", 5, new JsonMessage().With(Many("dataPoints", 1, number))),
            One("sum", 7, new JsonMessage().With(Many("dataPoints", 1, number), temporality, new("isMonotonic", 3, JsonKind.Bool))),
            One("histogram", 9, new JsonMessage().With(Many("dataPoints", 1, histogram), temporality)),
            One("exponentialHistogram", 10, new JsonMessage().With(Many("dataPoints", 1, exponential), temporality)),
            One("summary", 11, new JsonMessage().With(Many("dataPoints", 1, summary))));
    }

    private static JsonField One(string name, int number, JsonMessage message) => new(name, number, JsonKind.Message, message: message);

    private static JsonField Many(string name, int number, JsonMessage message) => new(name, number, JsonKind.Message, repeated: true, message: message);
}
