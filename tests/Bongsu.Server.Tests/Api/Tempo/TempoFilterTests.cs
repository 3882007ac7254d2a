using System.Text.Json.Nodes;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Tests.Api.Tempo;

/// <summary>Filters on the spans of a trace, on tag names and on tag values.</summary>
public sealed class TempoFilterTests
{
    [Theory]
    [InlineData("", "root a b c other")]
    [InlineData("q={ name = \"b\" }", "root a b")]
    [InlineData("q={ name = \"b\" }&keep_hierarchy=false", "b")]
    [InlineData("q={ name = \"b\" }&keep_hierarchy=true", "root a b")]
    [InlineData("q={ name = \"b\" }&keep_hierarchy=true&ancestor_depth=1", "a b")]
    [InlineData("q={ name = \"b\" }&ancestor_depth=1", "a b")]
    [InlineData("q={ name = \"root\" }&match_depth=1", "root a other")]
    [InlineData("q={ name = \"root\" }&match_depth=-1", "root a b c other")]
    [InlineData("q={ name = \"none\" }", "")]
    public async Task Spans_of_a_trace_are_picked(string parameters, string names)
    {
        await using var host = await HostAsync();
        var answer = JsonNode.Parse(await host.Client.GetStringAsync("/tempo/api/v2/traces/1?" + Escaped(parameters)))!;
        var spans = answer["trace"]!["resourceSpans"]!.AsArray().SelectMany(r => r!["scopeSpans"]!.AsArray()).SelectMany(s => s!["spans"]!.AsArray());
        Assert.Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), spans.Select(s => (string)s!["name"]!).Order());
        Assert.Equal(names.Split(' ').Length == 5 ? "COMPLETE" : "PARTIAL", (string)answer["status"]!);
    }

    [Theory]
    [InlineData("", "color shape size")]
    [InlineData("q={ name = \"a\" }", "color")]
    [InlineData("q={ name = \"a\" || name = \"b\" }", "color size")]
    [InlineData("limit=1", "color")]
    // A filter that is still being typed: what can be read of it counts.
    [InlineData("q={ name = \"a\" && span.x = }", "color")]
    [InlineData("q={ name = ", "color shape size")]
    [InlineData("q={ } >> { name = \"a\" }", "color shape size")]
    public async Task Tag_names_are_those_of_the_spans_that_fit(string parameters, string names)
    {
        await using var host = await HostAsync();
        var answer = JsonNode.Parse(await host.Client.GetStringAsync("/tempo/api/v2/search/tags?scope=span&" + Escaped(parameters)))!;
        Assert.Equal(names.Split(' '), answer["scopes"]![0]!["tags"]!.AsArray().Select(t => (string)t!));
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("q={ name = \"a\" && span.x = }", 1)]
    [InlineData("limit=1", 1)]
    public async Task Tag_values_are_those_of_the_spans_that_fit(string parameters, int count)
    {
        await using var host = await HostAsync();
        var answer = JsonNode.Parse(await host.Client.GetStringAsync("/tempo/api/v2/search/tag/span.color/values?" + Escaped(parameters)))!;
        Assert.Equal(count, answer["tagValues"]!.AsArray().Count);
    }

    private static string Escaped(string parameters) => string.Join('&', parameters.Split('&').Select(p => p.Split('=', 2)).Select(p => p.Length < 2 ? "" : $"{p[0]}={Uri.EscapeDataString(p[1])}"));

    private static async Task<QueryHost> HostAsync()
    {
        var host = await QueryHost.StartAsync();
        var builder = new SpanBuilder((host.Time.GetUtcNow().ToUnixTimeSeconds() - 600) * 1_000_000_000)
            .Add(1, 1, 0, "web", "root", 0, 100, SpanKind.Server, SpanStatus.Unset, ("shape", "round"))
            .Add(1, 2, 1, "web", "a", 10, 80, SpanKind.Client, SpanStatus.Unset, ("color", "red"))
            .Add(1, 3, 2, "pay", "b", 20, 60, SpanKind.Server, SpanStatus.Unset, ("size", 3))
            .Add(1, 4, 3, "pay", "c", 30, 40, SpanKind.Internal, SpanStatus.Unset, ("color", "blue"))
            .Add(1, 5, 1, "web", "other", 92, 5);
        await host.Store.AppendAsync(builder.Batch, default);
        return host;
    }
}
