using System.Text.Json;
using Bongsu.Query.LogQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>labels, label/{name}/values and series: what streams there are.</summary>
internal sealed class LokiLabels(LogQlEngine engine, ITelemetryStore store, TimeProvider time)
{
    public Task NamesAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var stream in await StreamsAsync(context, request, Matchers(request.Get("query"))))
            names.UnionWith(stream.ToList().Select(l => l.Name));
        await LokiReply.SendTextsAsync(context, names);
    });

    public Task ValuesAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        var name = (string)context.Request.RouteValues["name"]!;
        var values = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var stream in await StreamsAsync(context, request, Matchers(request.Get("query"))))
        {
            if (stream.Get(name) is { } value)
                values.Add(value);
        }
        await LokiReply.SendTextsAsync(context, values);
    });

    public Task SeriesAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        var selectors = request.All("match[]").Concat(request.All("match")).ToList();
        if (selectors.Count == 0)
            selectors.Add("");
        var found = new Dictionary<LabelSet, bool>();
        foreach (var matchers in selectors.Select(Matchers).ToList())
        {
            foreach (var stream in await StreamsAsync(context, request, matchers))
                found[stream] = true;
        }
        await LokiReply.SendDataAsync(context, json => WriteSeries(json, found.Keys));
    });

    private static void WriteSeries(Utf8JsonWriter json, IEnumerable<LabelSet> streams)
    {
        json.WriteStartArray();
        foreach (var stream in streams)
            LokiResultJson.WriteLabels(json, stream.ToList());
        json.WriteEndArray();
    }

    private ValueTask<IReadOnlyList<LabelSet>> StreamsAsync(HttpContext context, LokiRequest request, IReadOnlyList<LabelMatcher> matchers) =>
        store.Logs.StreamsAsync(new LogSelect(request.StartNanos, request.EndNanos, matchers), context.RequestAborted);

    // No selector, and the empty one that Grafana sends, mean every stream.
    private IReadOnlyList<LabelMatcher> Matchers(string? selector)
    {
        if (string.IsNullOrWhiteSpace(selector) || selector.Trim() is "{}")
            return [];
        return engine.ParseSelector(selector, out var failure) ?? throw new LokiBadRequestException(failure!.Message);
    }
}
