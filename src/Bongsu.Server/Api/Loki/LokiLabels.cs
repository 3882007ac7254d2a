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
    // The clients that ask without a time want what was lately about.
    private const long DefaultNamesSinceNanos = 6 * 3600 * 1_000_000_000L;

    public Task NamesAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time, DefaultNamesSinceNanos);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var stream in await StreamsAsync(context, request, Matchers(request.Get("query"))))
            names.UnionWith(stream.ToList().Select(l => l.Name));
        await LokiReply.SendTextsAsync(context, names);
    });

    public Task ValuesAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time, DefaultNamesSinceNanos);
        var name = (string)context.Request.RouteValues["name"]!;
        var values = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var stream in await StreamsAsync(context, request, Matchers(request.Get("query")), name))
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
        var found = new HashSet<LabelSet>();
        foreach (var matchers in selectors.Select(Matchers).ToList())
            found.UnionWith(await StreamsAsync(context, request, matchers));
        await LokiReply.SendDataAsync(context, json => WriteSeries(json, found));
    });

    private static void WriteSeries(Utf8JsonWriter json, IEnumerable<LabelSet> streams)
    {
        json.WriteStartArray();
        foreach (var stream in streams)
            LokiResultJson.WriteLabels(json, stream.ToList());
        json.WriteEndArray();
    }

    private async ValueTask<IEnumerable<LabelSet>> StreamsAsync(HttpContext context, LokiRequest request, IReadOnlyList<LabelMatcher> matchers, string? asked = null)
    {
        var streams = await store.Logs.StreamsAsync(new LogSelect(request.StartNanos, request.EndNanos, matchers), context.RequestAborted);
        var withDiscovered = request.WithDiscovered || asked == LabelNames.ServiceName || matchers.Any(m => m.Name == LabelNames.ServiceName);
        return streams.Select(s => StreamLabels.Visible(s, withDiscovered));
    }

    // No selector, and the empty one that Grafana sends, mean every stream.
    private IReadOnlyList<LabelMatcher> Matchers(string? selector)
    {
        if (string.IsNullOrWhiteSpace(selector) || selector.Trim() is "{}")
            return [];
        return engine.ParseSelector(selector, out var failure) ?? throw new LokiBadRequestException(failure!.Message);
    }
}
