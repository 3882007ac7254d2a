using Bongsu.Query.TraceQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;
using Microsoft.AspNetCore.Http;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Server.Api.Jaeger;

/// <summary>
/// services and operations: what sent spans in the last two days. Services are known from the metrics that are counted of spans as they come; operations,
/// and services where there are no such metrics, from the newest spans.
/// </summary>
internal sealed class JaegerServices(TraceQlEngine engine, ITelemetryStore store, TimeProvider time)
{
    private const int MaxNames = 10_000;

    /// <summary>Spans looked at for names: about half a second.</summary>
    private const int MaxSpans = 500_000;

    /// <summary>Spans looked at where metrics know the services: those of a first span may not be there yet.</summary>
    private const int NewestSpans = 20_000;

    private const string CallsMetric = "traces_spanmetrics_calls_total";
    private const string ServiceLabel = "service_name";
    private const long NanosPerMillisecond = 1_000_000;

    public Task ServicesAsync(HttpContext context) => JaegerReply.GuardAsync(context, async () =>
    {
        var names = new SortedSet<string>(await CountedServicesAsync(context), StringComparer.Ordinal);
        names.Remove("");
        var isCounted = names.Count > 0;
        var errors = await CollectAsync(context, null, SpanParts.Resource, isCounted ? NewestSpans : MaxSpans, batch =>
        {
            for (var i = 0; i < batch.Resources.Count; i++)
            {
                if (batch.Attributes.FindString(batch.Resources[i].Attributes, ResourceKeys.ServiceName) is { Length: > 0 } name)
                    names.Add(name);
            }
            return names.Count < MaxNames;
        });
        await JaegerReply.SendAsync(context, names, isCounted ? [] : errors);
    });

    public Task OperationNamesAsync(HttpContext context) => JaegerReply.GuardAsync(context, async () =>
    {
        var (operations, errors) = await OperationsAsync(context, (string)context.Request.RouteValues["service"]!, null);
        await JaegerReply.SendAsync(context, [.. operations.Select(o => o.Name).Distinct()], errors);
    });

    public Task OperationsAsync(HttpContext context) => JaegerReply.GuardAsync(context, async () =>
    {
        var request = new JaegerRequest(context, time);
        var (operations, errors) = await OperationsAsync(context, request.Service, request.Get("spanKind"));
        await JaegerReply.SendAsync(context, operations.Count, (json, _) =>
        {
            json.WriteStartArray();
            foreach (var (name, kind) in operations)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("spanKind", kind);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            return Task.CompletedTask;
        }, errors);
    });

    private async Task<(SortedSet<(string Name, string Kind)> Operations, List<JaegerError> Errors)> OperationsAsync(HttpContext context, string service, string? kind)
    {
        var operations = new SortedSet<(string Name, string Kind)>(Comparer<(string Name, string Kind)>.Create(static (a, b) =>
            string.CompareOrdinal(a.Name, b.Name) is var order and not 0 ? order : string.CompareOrdinal(a.Kind, b.Kind)));
        var seen = new HashSet<(Slice, SpanKind)>();
        var errors = await CollectAsync(context, service, SpanParts.Resource | SpanParts.Name | SpanParts.Kind, MaxSpans, batch =>
        {
            seen.Clear();
            for (var row = 0; row < batch.Count; row++)
            {
                var span = batch.Spans[row];
                if (batch.ResourceText(row, ResourceKeys.ServiceName) == service && seen.Add((span.Name, span.Kind)) && (kind is null || kind == JaegerTraceJson.KindOf(span.Kind)))
                    operations.Add((batch.Arena.GetString(span.Name), JaegerTraceJson.KindOf(span.Kind)));
            }
            return operations.Count < MaxNames;
        });
        return (operations, errors);
    }

    private async Task<IReadOnlyList<string>> CountedServicesAsync(HttpContext context)
    {
        if (!store.Capabilities.Metrics)
            return [];
        var (start, end) = new JaegerRequest(context, time).RecentRange();
        var select = new SeriesSelect(start / NanosPerMillisecond, end / NanosPerMillisecond, [new LabelMatcher(MatchType.Equal, LabelNames.MetricName, CallsMetric)]);
        return await store.Metrics.LabelValuesAsync(ServiceLabel, select, context.RequestAborted);
    }

    private async Task<List<JaegerError>> CollectAsync(HttpContext context, string? service, SpanParts parts, int maxSpans, Func<SpanBatch, bool> onBatch)
    {
        var (start, end) = new JaegerRequest(context, time).RecentRange();
        var (spans, isFull) = (0, false);
        var answer = await engine.EachBatchAsync(new SpanSelect(start, end, service) { Columns = new SpanColumns(parts) }, batch =>
        {
            spans += batch.Count;
            isFull = !onBatch(batch);
            return !isFull && spans < maxSpans;
        }, context.RequestAborted);
        if (answer.Failure is { } failure)
            throw new JaegerFailureException(failure);
        List<JaegerError> errors = [.. answer.Warnings.Select(w => new JaegerError(0, w))];
        if (answer.Value is false)
            errors.Add(new JaegerError(0, isFull && spans < maxSpans ? $"there are more than {MaxNames} names; the rest is left out" : $"names are those of the newest {spans} spans"));
        return errors;
    }
}
