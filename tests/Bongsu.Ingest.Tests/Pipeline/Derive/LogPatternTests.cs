using System.Text;
using Bongsu.Ingest.Tests.Receive;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Pipeline.Derive;

public sealed class LogPatternTests
{
    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Lines_are_counted_by_pattern_level_and_the_time_of_the_record()
    {
        var ingest = Ingest();
        var late = Otlp.Now - 3600 * Otlp.Second;
        await SendAsync(ingest, "shop", Otlp.Log("order 1 placed"), Otlp.Log("order 2 placed", 17), Otlp.Log("order 3 placed", time: late), Otlp.Log("order 4 placed", time: late + Otlp.Second));
        await ingest.FlushPatternsAsync(default);
        var template = Assert.Single(await SeriesAsync(LogPatternSeries.Templates));
        Assert.Equal(("shop", "order <_> placed"), (template.Labels.Get("service_name"), template.Labels.Get("template")));
        var lines = await SeriesAsync(LogPatternSeries.Lines);
        Assert.All(lines, series => Assert.Equal(template.Labels.Get("pattern_id"), series.Labels.Get("pattern_id")));
        Assert.Equal(1, Sum(lines.Single(series => series.Labels.Get("level") == "error").Samples));
        var info = lines.Single(series => series.Labels.Get("level") == "info").Samples;
        Assert.Equal([2d, 1], info.Values.Span.ToArray());
        Assert.InRange(info.TimesMs[0], (long)(late / 1_000_000), (long)(late / 1_000_000) + LogPatternSeries.StepMs - 1);
    }

    [Fact]
    public async Task Counts_of_many_flushes_add_up_and_none_replaces_another()
    {
        var ingest = Ingest();
        for (var i = 0; i < 200; i++)
        {
            await SendAsync(ingest, "shop", Otlp.Log($"order {i} placed"), Otlp.Log($"order {i} placed", time: Otlp.Now - 60 * Otlp.Second));
            if (i % 3 == 0)
                await ingest.FlushPatternsAsync(default);
            else
                await ingest.FlushDerivedAsync(default);
            if (i % 10 == 0)
                _time.Advance(TimeSpan.FromMilliseconds(700));
        }
        await ingest.FlushPatternsAsync(default);
        Assert.Equal(400, (await SeriesAsync(LogPatternSeries.Lines)).Sum(series => Sum(series.Samples)));
    }

    [Fact]
    public async Task The_id_goes_on_over_a_restart_and_while_the_template_becomes_more_general()
    {
        var ingest = Ingest();
        await SendAsync(ingest, "shop", Otlp.Log("login by  alice from the web page"), Otlp.Log("""{"level":"warn","message":"cart 5 is empty"}"""));
        await ingest.FlushPatternsAsync(default);
        await SendAsync(ingest, "shop", Otlp.Log("login by  bob from the web page"));
        await ingest.FlushPatternsAsync(default);
        var again = Ingest();
        await again.RestorePatternsAsync(default);
        await SendAsync(again, "shop", Otlp.Log("login by  carol from the web page"), Otlp.Log("""{"level":"warn","message":"cart 7 is empty"}"""));
        _time.Advance(TimeSpan.FromSeconds(1));
        await again.FlushPatternsAsync(default);
        var templates = await SeriesAsync(LogPatternSeries.Templates);
        Assert.Equal(["cart <_> is empty", "login by  <_> from the web page", "login by  alice from the web page"], templates.Select(t => t.Labels.Get("template")).Order());
        Assert.Equal(2, templates.Select(t => t.Labels.Get("pattern_id")).Distinct().Count());
        Assert.Equal([2d, 3], (await SeriesAsync(LogPatternSeries.Lines)).GroupBy(s => s.Labels.Get("pattern_id")).Select(g => g.Sum(s => Sum(s.Samples))).Order());
        Assert.Equal("cart 7 is empty", again.PatternExample("shop", templates.Single(t => t.Labels.Get("part") == "field").Labels.Get("pattern_id")!));
    }

    [Fact]
    public async Task A_pattern_is_new_once_the_service_has_been_learned()
    {
        var ingest = Ingest();
        await SendNowAsync(ingest, "all is well");
        Assert.Empty(await EventsAsync(ingest));
        _time.Advance(TimeSpan.FromMinutes(61));
        await SendNowAsync(ingest, "all is well", "disk sda1 is failing");
        Assert.Equal(["new"], await EventsAsync(ingest));
        await SendNowAsync(ingest, "disk sda2 is failing");
        Assert.Equal(["new"], await EventsAsync(ingest));
        var again = Ingest();
        await again.RestorePatternsAsync(default);
        await SendNowAsync(again, "disk sda3 is failing");
        Assert.Equal(["new"], await EventsAsync(again));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_steady_pattern_that_stops_is_gone_when_the_service_goes_on(bool isRestarted)
    {
        var ingest = Ingest();
        for (var slot = 0; slot < 28; slot++)
            await SlotAsync(ingest, "heartbeat 1", "request 5 served");
        if (isRestarted)
        {
            ingest = Ingest();
            await ingest.RestorePatternsAsync(default);
        }
        for (var slot = 0; slot < 10; slot++)
            await SlotAsync(ingest);
        Assert.Empty(await EventsAsync(ingest));
        for (var slot = 0; slot < 5; slot++)
            await SlotAsync(ingest, "request 5 served");
        Assert.Equal(["gone"], await EventsAsync(ingest));
    }

    [Fact]
    public async Task Only_the_first_line_of_a_stack_trace_and_the_message_of_JSON_are_mined()
    {
        var ingest = Ingest();
        await SendAsync(ingest, "shop", Otlp.Log("System.IO.IOException: disk 5 full\n   at A.B() in /src/a.cs:line 5\n   at C"),
            Otlp.Log("""{"time":"now","nested":{"message":"no"},"body":"no","msg":"paid \"5\" of 7\nsecond","level":"ERROR","error_type":"Declined"}"""),
            Otlp.Log(new Dictionary<string, object> { ["message"] = "mapped 5 keys", ["other"] = "x" }), Otlp.Log("""{"message":"cut off 5"""), Otlp.Log("{}"), Otlp.Log(5));
        await ingest.FlushPatternsAsync(default);
        Assert.Equal(["System.IO.IOException: disk <_> full<_>", "cut off <_>", "mapped <_> keys", "paid \\\"<_>\" of <_>", "{}"],
            (await SeriesAsync(LogPatternSeries.Templates)).Select(t => t.Labels.Get("template")!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Secrets_are_in_no_template_and_no_example()
    {
        var ingest = Ingest();
        await SendAsync(ingest, "shop", Otlp.Log("login with password=hunter2 failed"));
        await ingest.FlushPatternsAsync(default);
        var template = Assert.Single(await SeriesAsync(LogPatternSeries.Templates)).Labels;
        Assert.Equal("login with password=[redacted:password] failed", template.Get("template"));
        Assert.Equal("login with password=[redacted:password] failed", ingest.PatternExample("shop", template.Get("pattern_id")!));
    }

    [Fact]
    public async Task Lines_that_all_differ_are_bounded_and_counted_and_harm_neither_their_service_nor_others()
    {
        var ingest = Ingest(new IngestOptions { Limits = new IngestLimits { PatternsPerService = 50, PatternsTotal = 80 } });
        for (var i = 0; i < 10; i++)
            await SendAsync(ingest, "shop", Otlp.Log($"order {i} placed"));
        var random = new Random(1);
        for (var batch = 0; batch < 20; batch++)
            await SendAsync(ingest, "shop", [.. Enumerable.Range(0, 100).Select(_ => Otlp.Log(Noise(random)))]);
        for (var service = 0; service < 5; service++)
            await SendAsync(ingest, $"fake-{service}", [.. Enumerable.Range(0, 100).Select(_ => Otlp.Log(Noise(random)))]);
        await SendAsync(ingest, "quiet", Otlp.Log("cart 1 emptied"), Otlp.Log("cart 2 emptied"));
        await SendAsync(ingest, "shop", Otlp.Log("order 11 placed"));
        await ingest.FlushPatternsAsync(default);
        var snapshot = ingest.Counters.Snapshot();
        Assert.InRange(snapshot.Patterns, 1, 80);
        Assert.InRange(snapshot.PatternsEvicted, 2000, 3000);
        Assert.InRange(snapshot.LinesWithoutPattern, 2000, 3000);
        var lines = await SeriesAsync(LogPatternSeries.Lines);
        Assert.Equal(2513, lines.Sum(series => Sum(series.Samples)));
        var ids = (await SeriesAsync(LogPatternSeries.Templates)).ToLookup(t => t.Labels.Get("template")!, t => t.Labels.Get("pattern_id"));
        Assert.Equal(11, lines.Where(series => series.Labels.Get("pattern_id") == ids["order <_> placed"].Single()).Sum(series => Sum(series.Samples)));
        Assert.Equal(2, lines.Where(series => series.Labels.Get("pattern_id") == ids["cart <_> emptied"].Single()).Sum(series => Sum(series.Samples)));
    }

    [Fact]
    public async Task More_services_than_there_is_room_for_are_counted()
    {
        var ingest = Ingest();
        for (var i = 0; i < 1_010; i++)
            await SendAsync(ingest, $"fake-{i}", Otlp.Log("all is well"));
        await ingest.FlushPatternsAsync(default);
        Assert.Equal((1_000, 10), (ingest.Counters.Snapshot().Patterns, ingest.Counters.Snapshot().LinesWithoutPattern));
        _time.Advance(TimeSpan.FromMinutes(20));
        await SendAsync(ingest, "real", Otlp.Log("all is well"));
        await ingest.FlushPatternsAsync(default);
        Assert.Single(await SeriesAsync(LogPatternSeries.Lines), series => series.Labels.Get("service_name") == "real");
    }

    [Fact]
    public async Task Hostile_text_is_taken()
    {
        var ingest = Ingest();
        byte[] invalid = [0xFF, 0xFE, (byte)'a', 0x01, 0x00, (byte)'b'];
        await SendAsync(ingest, "shop", Otlp.Log(new string('x', 1 << 19)), Otlp.Log("{" + new string('[', 10_000)), Otlp.Log("{\"a\":\"" + new string('\\', 9_999)),
            Otlp.Log(new Proto().Data(1, invalid)), Otlp.Log(string.Concat(Enumerable.Repeat("{\"message\":", 1000))), Otlp.Log("\n\n\n"), Otlp.Log(""), Otlp.Log("\u0000\u0001\u001b[31mred\u001b[0m"));
        await ingest.FlushPatternsAsync(default);
        Assert.Equal(8, (await SeriesAsync(LogPatternSeries.Lines)).Sum(series => Sum(series.Samples)));
        Assert.All(await SeriesAsync(LogPatternSeries.Templates), series => Assert.DoesNotContain(series.Labels.Get("template")!, char.IsControl));
    }

    [Fact]
    public async Task Any_text_is_counted()
    {
        string[] pieces = ["{", "}", "[", "]", "\"", "\\", ":", ",", "message", "msg", "level", "error", "error_type", "\n", " ", "\\n", "1", "x", "=", "null"];
        var ingest = Ingest();
        long sent = 0;
        var random = new Random(7);
        for (var batch = 0; batch < 20; batch++)
        {
            var logs = Enumerable.Range(0, 50).Select(i => Otlp.Log((random.Next(2) == 0 ? "{" : "") + string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)])), random.Next(25), Otlp.Now + (ulong)(batch * 50 + i)));
            await SendAsync(ingest, "shop", [.. logs]);
            sent += 50;
        }
        await ingest.FlushPatternsAsync(default);
        Assert.Equal(sent, (await SeriesAsync(LogPatternSeries.Lines)).Sum(series => Sum(series.Samples)));
    }

    [Fact]
    public async Task Counts_that_a_full_store_refused_are_written_later()
    {
        var full = new RefusingStore(_store, RejectReason.DiskFull) { KeepsLogs = true };
        var ingest = new IngestService(full, new IngestOptions(), _time, NullLogger<IngestService>.Instance);
        await SendAsync(ingest, "shop", Otlp.Log("order 1 placed"));
        await ingest.FlushPatternsAsync(default);
        await SendAsync(ingest, "shop", Otlp.Log("order 2 placed"));
        full.IsOpen = true;
        await ingest.FlushPatternsAsync(default);
        await ingest.FlushPatternsAsync(default);
        Assert.Equal(2, (await SeriesAsync(LogPatternSeries.Lines)).Sum(series => Sum(series.Samples)));
    }

    private IngestService Ingest(IngestOptions? options = null) => new(_store, options ?? new IngestOptions(), _time, NullLogger<IngestService>.Instance);

    private static async Task SendAsync(IngestService ingest, string service, params Proto[] logs) =>
        Assert.Equal(logs.Length, (await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service(service), logs), false, default)).Outcome!.Accepted);

    private Task SendNowAsync(IngestService ingest, params string[] lines) =>
        SendAsync(ingest, "shop", [.. lines.Select((line, i) => Otlp.Log(line, time: (ulong)_time.NowMs * 1_000_000 + (ulong)i))]);

    /// <summary>Five minutes in which the service writes these lines.</summary>
    private async Task SlotAsync(IngestService ingest, params string[] lines)
    {
        if (lines.Length > 0)
            await SendNowAsync(ingest, lines);
        _time.Advance(TimeSpan.FromMinutes(5));
        await ingest.FlushDerivedAsync(default);
    }

    private async Task<List<string>> EventsAsync(IngestService ingest)
    {
        await ingest.FlushPatternsAsync(default);
        return [.. (await SeriesAsync(LogPatternSeries.Events)).Select(series => series.Labels.Get("event")!)];
    }

    private static string Noise(Random random) => string.Join(' ', Enumerable.Range(0, 8).Select(_ => new string([.. Enumerable.Range(0, 8).Select(_ => (char)('a' + random.Next(26)))])));

    private static double Sum(SampleColumns samples) => samples.Values.Span.ToArray().Sum();

    private async Task<List<(LabelSet Labels, SampleColumns Samples)>> SeriesAsync(string name)
    {
        using var found = await _store.SelectAsync(new SeriesSelect(0, long.MaxValue, [new LabelMatcher(Telemetry.Labels.MatchType.Equal, "__name__", name)]), default);
        using var reader = found.OpenReader();
        var result = new List<(LabelSet, SampleColumns)>();
        for (var i = 0; i < found.Count; i++)
        {
            var samples = new SampleColumns();
            reader.Read(i, samples);
            result.Add((found.Labels(i), samples));
        }
        return result;
    }
}
