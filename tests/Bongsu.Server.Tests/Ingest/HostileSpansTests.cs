using System.Text;
using System.Text.Json;
using Bongsu.Telemetry.Events;

namespace Bongsu.Server.Tests.Ingest;

/// <summary>
/// Spans that no sound program writes, by every way in: accepted ones are found by the id of their trace and shown by every API, refused ones say why, and a good span that
/// comes right behind is found in any case. A new way in stands in <see cref="SpanWay.All"/> and answers all of it.
/// </summary>
public sealed class HostileSpansTests(WaysHost host) : IClassFixture<WaysHost>
{
    private const long SecondNanos = 1_000_000_000;

    // A reason for all, or how many spans of the trace are found afterwards.
    private static readonly (string Name, string? Refusal, int Found, Func<SpanItem, SpanItem[]> Make)[] s_cases =
    [
        ("a parent that is not there", null, 1, s => [s with { Parent = 99 }]),
        ("a circle of parents", null, 3, s => [s with { Id = 1, Parent = 3 }, s with { Id = 2, Parent = 1 }, s with { Id = 3, Parent = 2 }]),
        ("its own parent", null, 1, s => [s with { Parent = s.Id }]),
        ("a child before its parent began", null, 2, s => [s with { Id = 1 }, s with { Id = 2, Parent = 1, StartNanos = s.StartNanos - 600 * SecondNanos, EndNanos = s.StartNanos - 590 * SecondNanos }]),
        ("one id twice", null, 1, s => [s, s with { Name = "other"u8.ToArray(), EndNanos = s.EndNanos + SecondNanos }]),
        ("an end before the start", null, 1, s => [s with { EndNanos = s.StartNanos - 5 * SecondNanos }]),
        ("no duration", null, 1, s => [s with { EndNanos = s.StartNanos }]),
        ("a trace id of zeros", "trace", 0, s => [s with { Trace = default }]),
        ("a span id of zeros", "span", 0, s => [s with { Id = 0 }]),
        ("ids of ones", null, 1, s => [s with { Id = ulong.MaxValue, Parent = ulong.MaxValue - 1 }]),
        ("the year 1970", "older than the retention", 0, s => [s with { StartNanos = SecondNanos, EndNanos = 2 * SecondNanos }]),
        ("the year 2200", "in the future", 0, s => [s with { StartNanos = 7_258_118_400 * SecondNanos, EndNanos = 7_258_118_401 * SecondNanos }]),
        ("a start at 0", "", 0, s => [s with { StartNanos = 0 }]),
        ("from now to the year 2200", null, 1, s => [s with { EndNanos = 7_258_118_400 * SecondNanos }]),
        ("no name", null, 1, s => [s with { Name = [] }]),
        ("a name of no UTF-8", null, 1, s => [s with { Name = [(byte)'a', 0xff, 0xc0, 0xaf, 0xed, 0xa0, 0x80] }]),
        ("a name of control characters", null, 1, s => [s with { Name = "nul\0 esc\u001b[31m\u202e"u8.ToArray() }]),
        ("a name of 1 MB", "limit", 0, s => [s with { Name = Encoding.UTF8.GetBytes(new string('n', 1 << 20)) }]),
        ("a value of 1 MB", "limit", 0, s => [s with { Fields = [("key", new string('v', 1 << 20))] }]),
        ("a key of 1 MB", "limit", 0, s => [s with { Fields = [(new string('k', 1 << 20), "v")] }]),
        ("10,000 attributes", null, 1, s => [s with { Fields = [.. Enumerable.Range(0, 10_000).Select(i => ($"key{i}", "v"))] }]),
        ("an attribute twice", null, 1, s => [s with { Fields = [("a", "1"), ("a", "2"), ("service.name", "other"), ("service.version", "a\0b"), ("", "none")] }]),
        ("JSON nested 1,000 deep in a value", null, 1, s => [s with { Fields = [("body", string.Concat(Enumerable.Repeat("{\"a\":", 1_000)) + "1" + new string('}', 1_000))] }]),
        ("late by half an hour", null, 1, s => [s with { StartNanos = s.StartNanos - 1_800 * SecondNanos, EndNanos = s.EndNanos - 1_800 * SecondNanos }]),
    ];

    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (var way in SpanWay.All)
        {
            foreach (var (name, _, _, _) in s_cases)
                data.Add(way.Name, name);
        }
        return data;
    }

    public static TheoryData<string> Ways() => [.. SpanWay.All.Select(w => w.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Is_stored_or_refused_with_a_reason_and_its_neighbours_are_found(string by, string name)
    {
        var way = SpanWay.All.Single(w => w.Name == by);
        var (_, refusal, found, make) = s_cases.Single(c => c.Name == name);
        var (item, good) = (Next(), Next());
        var spans = make(item);
        var reply = await way.SendAsync(host, spans);
        var after = await way.SendAsync(host, good);

        Assert.True(after.IsAccepted, after.Text);
        Assert.Single(await host.SpansAsync($"{good.Trace}"));
        Assert.InRange(reply.Status, 200, 499);
        Assert.Equal(refusal is null, reply.IsAccepted);
        if (refusal is not null)
            Assert.True(reply.Text.Contains(refusal, StringComparison.Ordinal) && reply.Text.Length > 10, reply.Text);
        var shown = await host.SpansAsync($"{item.Trace}");
        Assert.Equal(found, shown.Count);
        if (found > 0)
            await AssertShownAsync(spans, shown);
    }

    /// <summary>Of a request with bad spans among good ones the good ones are found.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Bad_spans_spare_the_good_ones_of_their_request(string by)
    {
        var way = SpanWay.All.Single(w => w.Name == by);
        var item = Next();
        var reply = await way.SendAsync(host, item with { Id = 1 }, item with { Id = 0 }, item with { Id = 2, StartNanos = SecondNanos }, item with { Id = 3, Name = new byte[1 << 20] }, item with { Id = 4 });
        Assert.False(reply.IsAccepted);
        Assert.Equal(2, (await host.SpansAsync($"{item.Trace}")).Count);
    }

    /// <summary>Secrets and personal data are taken out wherever a way in may put them: name, attributes, their names, status.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Secrets_are_stored_nowhere(string by)
    {
        var way = SpanWay.All.Single(w => w.Name == by);
        var item = Next() with
        {
            Name = "GET /x?token=hunter2secret"u8.ToArray(),
            Fields = [("db.password", "hunter2secret"), ("note", "mail ann@example.com"), ("seen.ann@example.com", "1"), ("service.version", "https://u:hunter2secret@h/"), ("otel.status_description", "password=hunter2secret"),
                ("otel.scope.name", "token=hunter2secret"), ("w3c.tracestate", "a=1,token=hunter2secret"), ("http.request.header.authorization", "hunter2secret")],
        };
        Assert.True((await way.SendAsync(host, item)).IsAccepted);
        foreach (var path in new[] { $"/tempo/api/v2/traces/{item.Trace}", $"/jaeger/api/traces/{item.Trace}", $"/bongsu/v1/traces/{item.Trace}" })
        {
            var found = await host.TextAsync(path);
            Assert.DoesNotContain("hunter2secret", found, StringComparison.Ordinal);
            Assert.DoesNotContain("ann@", found, StringComparison.Ordinal);
            Assert.Contains("[redacted:", found, StringComparison.Ordinal);
        }
    }

    /// <summary>A sender that got no answer sends the same again.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_request_that_is_sent_again_stores_nothing_twice(string by)
    {
        var way = SpanWay.All.Single(w => w.Name == by);
        var item = Next();
        for (var attempt = 0; attempt < 3; attempt++)
            Assert.True((await way.SendAsync(host, item with { Id = 1 }, item with { Id = 2, Parent = 1 })).IsAccepted);
        Assert.Equal(2, (await host.SpansAsync($"{item.Trace}")).Count);
    }

    private SpanItem Next()
    {
        var number = host.NextName();
        return new SpanItem($"spans{number}", new TraceId(7, (ulong)number), 0x10, 0, "call"u8.ToArray(), host.NowNanos - SecondNanos, host.NowNanos);
    }

    // Times as they were sent, whatever they are; a name as it is told to be repaired; and every other API answers.
    private async Task AssertShownAsync(SpanItem[] sent, List<JsonElement> shown)
    {
        var first = sent[0];
        var span = shown.Single(s => s.GetProperty("spanId").GetString() == Convert.ToBase64String(Convert.FromHexString($"{first.Id:x16}")) || s.GetProperty("spanId").GetString() == $"{first.Id:x16}");
        Assert.Equal(Encoding.UTF8.GetString(first.Name), span.TryGetProperty("name", out var name) ? name.GetString() : "");
        Assert.Equal($"{first.StartNanos}", span.GetProperty("startTimeUnixNano").GetString());
        Assert.Equal($"{first.EndNanos}", span.GetProperty("endTimeUnixNano").GetString());
        Assert.Equal(shown.Count, (await host.GetAsync($"/jaeger/api/traces/{first.Trace}")).GetProperty("data")[0].GetProperty("spans").GetArrayLength());
        Assert.Equal(JsonValueKind.Object, (await host.GetAsync($"/bongsu/v1/traces/{first.Trace}")).ValueKind);
        var query = Uri.EscapeDataString($"{{ resource.service.name = \"{first.Service}\" }}");
        var window = $"start={(host.NowNanos / SecondNanos) - 7_200}&end={(host.NowNanos / SecondNanos) + 7_200}";
        Assert.Equal(1, (await host.GetAsync($"/tempo/api/search?q={query}&{window}")).GetProperty("traces").GetArrayLength());
    }
}
