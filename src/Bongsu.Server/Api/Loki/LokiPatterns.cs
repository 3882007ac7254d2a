using System.Text.Json;
using Bongsu.Query.LogPatterns;
using Bongsu.Query.LogQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Microsoft.AspNetCore.Http;

namespace Bongsu.Server.Api.Loki;

/// <summary>patterns: the lines behind a selector by pattern and level over time, from counts, without looking at a line.</summary>
internal sealed class LokiPatterns(LogQlEngine engine, ITelemetryStore store, Func<CancellationToken, Task> flush, TimeProvider time)
{
    private const long NanosPerMs = 1_000_000;
    private const int MaxSteps = 11_000;

    private readonly LogPatternReader _reader = new(store, time);

    public Task RunAsync(HttpContext context) => LokiReply.GuardAsync(context, async () =>
    {
        var request = await LokiRequest.ReadAsync(context, time);
        var matchers = engine.ParseSelector(request.Query, out var failure) ?? throw new LokiBadRequestException(failure!.Message);
        var stepMs = Step(request);
        await flush(context.RequestAborted);
        var streams = await store.Logs.StreamsAsync(new LogSelect(request.StartNanos, request.EndNanos, matchers), context.RequestAborted);
        var origins = streams.Select(stream => new LogOrigin(stream.Get(LogPatternSeries.Service) ?? "", stream.Get(LogPatternSeries.Environment) ?? "")).ToHashSet();
        var found = await _reader.RangeAsync(origins, Levels(matchers, streams), request.StartNanos / NanosPerMs, request.EndNanos / NanosPerMs + 1, stepMs, context.RequestAborted);
        await LokiReply.SendDataAsync(context, json => Write(json, found));
    });

    // Counts are kept in steps of ten seconds, so a shorter one is as long.
    private static long Step(LokiRequest request)
    {
        var stepMs = Math.Max(LogPatternSeries.StepMs, request.StepNanos / NanosPerMs / LogPatternSeries.StepMs * LogPatternSeries.StepMs);
        var steps = (request.EndNanos - request.StartNanos) / NanosPerMs / stepMs;
        return steps <= MaxSteps ? stepMs : throw new LokiBadRequestException($"exceeded maximum resolution of {MaxSteps} points per timeseries: {steps}; try a larger step");
    }

    // A selector on levels narrows to those of its streams; another one has nothing to say of them.
    private static HashSet<string>? Levels(IReadOnlyList<LabelMatcher> matchers, IReadOnlyList<LabelSet> streams)
    {
        foreach (var name in (string[])[LogPatternSeries.Level, "detected_level", "severity"])
        {
            if (matchers.Any(matcher => matcher.Name == name))
                return [.. streams.Select(stream => stream.Get(name) ?? "")];
        }
        return null;
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<LogPatternLines> found)
    {
        json.WriteStartArray();
        foreach (var lines in found)
        {
            json.WriteStartObject();
            json.WriteString("pattern", lines.Pattern.LineFilter);
            if (lines.Level.Length > 0)
                json.WriteString("level", lines.Level);
            json.WriteStartArray("samples");
            foreach (var (seconds, count) in lines.Steps)
            {
                json.WriteStartArray();
                json.WriteNumberValue(seconds);
                json.WriteNumberValue(count);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
