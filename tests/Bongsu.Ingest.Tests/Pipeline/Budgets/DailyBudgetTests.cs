using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Ingest.Tests.Receive;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Ingest.Tests.Pipeline.Budgets;

public sealed class DailyBudgetTests
{
    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Beyond_a_budget_records_are_refused_until_the_day_is_over()
    {
        var ingest = Ingest(new DailyBudget { Records = 10, Action = BudgetAction.Refuse });
        Assert.Equal((7, 0), await LogsAsync(ingest, "shop", 7));
        var answer = await ingest.OtlpLogsAsync(Request("shop", 7), false, default);
        var refused = Assert.Single(answer.Outcome!.Rejections);
        Assert.Equal((3, RejectReason.DailyBudget, 4), (answer.Outcome.Accepted, refused.Reason, refused.Count));
        Assert.Equal("the daily budget of service 'shop' for logs, 10 records, is used up; it begins anew at 2026-11-20T00:00:00Z. Send less, or raise it in budgets.yaml", refused.Detail);
        // The clock of the tests stands at 14:00.
        Assert.Equal(10 * 3600, answer.Outcome.RetryAfterSeconds);
        Assert.Equal((0, 2), await LogsAsync(ingest, "shop", 2));
        Assert.Equal((20, 0), await LogsAsync(ingest, "cart", 10, "shelf", 10));
        Assert.Equal((BudgetState.Over, 10L, 6L), Use(ingest, "shop", u => (u.State, u.Records, u.Refused)));
        _time.Advance(TimeSpan.FromHours(10) - TimeSpan.FromSeconds(1));
        Assert.Equal((0, 1), await LogsAsync(ingest, "shop", 1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((10, 2), await LogsAsync(ingest, "shop", 12));
        Assert.Equal((10L, 2L), Use(ingest, "shop", u => (u.Records, u.Refused)));
        // A clock that is set back begins a day too, rather than holding a service to one that is yet to come.
        _time.Set(TimeSpan.FromDays(-3));
        Assert.Equal((1, 0), await LogsAsync(ingest, "shop", 1));
    }

    [Fact]
    public async Task Bytes_are_those_of_texts_names_and_values()
    {
        var ingest = Ingest(new DailyBudget { Bytes = 3 * (32 + 4 + 1 + 5 + 1 + 8), Action = BudgetAction.Refuse });
        var log = Otlp.Log("four", attributes: [("a", "value"), ("n", 7)]);
        await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service("shop"), log), false, default);
        Assert.Equal(32 + 4 + 1 + 5 + 1 + 8, Use(ingest, "shop", u => u.Bytes));
        var answer = await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service("shop"), [.. Enumerable.Range(0, 5).Select(i => Otlp.Log("f" + i + "ur", attributes: [("a", "value"), ("n", 7)]))]), false, default);
        Assert.Equal((2, 3), (answer.Outcome!.Accepted, answer.Outcome.Rejected));
        Assert.Equal(1, Use(ingest, "shop", u => u.Used));
        Assert.Contains("153 bytes", answer.Outcome.Rejections[0].Detail);
    }

    [Fact]
    public async Task A_budget_that_warns_refuses_nothing()
    {
        var ingest = Ingest(new DailyBudget { Records = 10 });
        Assert.Equal((8, 0), await LogsAsync(ingest, "shop", 8));
        Assert.Equal(BudgetState.Near, Use(ingest, "shop", u => u.State));
        Assert.Equal((8, 0), await LogsAsync(ingest, "shop", 8));
        Assert.Equal((BudgetState.Over, 1.6), Use(ingest, "shop", u => (u.State, u.Used)));
    }

    [Fact]
    public async Task Sampling_keeps_errors_slow_ones_and_the_same_traces_of_every_service()
    {
        var budget = new DailyBudget { Records = 1, Action = BudgetAction.Sample, Keep = 0.25, Slow = TimeSpan.FromSeconds(2) };
        var ingest = Ingest(traces: budget);
        var kept = new Dictionary<string, HashSet<string>>();
        foreach (var service in (string[])["a", "b"])
        {
            await ingest.IngestAsync(Spans(service, 1, trace: i => 1000 + i), default);
            var batch = Spans(service, 400, trace: i => i);
            batch.Spans.Mutable[3].Status = SpanStatus.Error;
            batch.Spans.Mutable[5].EndUnixNano = batch.Spans.Mutable[5].StartUnixNano + 2_000_000_000;
            var outcome = await ingest.IngestAsync(batch, default);
            Assert.Empty(outcome.Rejections);
            kept[service] = await TracesAsync(service);
            Assert.InRange(kept[service].Count, 70, 140);
            Assert.Contains(batch.Spans[3].TraceId.ToString(), kept[service]);
            Assert.Contains(batch.Spans[5].TraceId.ToString(), kept[service]);
            var use = ingest.DailyUse().Single(u => u.Service == service);
            Assert.Equal((401, 0L, BudgetState.Over), (use.Records + use.SampledOut, use.Refused, use.State));
        }
        Assert.Equal(kept["a"], kept["b"]);
        // What was left out is in the figures.
        await ingest.FlushDerivedAsync(default);
        Assert.Equal(401, await LastAsync("traces_spanmetrics_calls_total", "a"));
    }

    [Theory]
    [InlineData("plain", 9, false)]
    [InlineData("plain", 17, true)]
    [InlineData("{\"level\":\"error\"}", 0, true)]
    [InlineData("{\"level\":\"info\",\"error_type\":\"Timeout\"}", 0, true)]
    [InlineData("{\"duration_ms\":1500.5}", 9, true)]
    [InlineData("{\"duration_ms\":99}", 9, false)]
    [InlineData("{\"elapsed_seconds\":1.5}", 9, true)]
    [InlineData("{\"size_ms\":1500}", 9, false)]
    public async Task Of_logs_errors_and_slow_requests_are_kept(string body, int severity, bool isKept)
    {
        var ingest = Ingest(new DailyBudget { Records = 1, Action = BudgetAction.Sample, Keep = 0 });
        await LogsAsync(ingest, "shop", 1);
        var answer = await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service("shop"), Otlp.Log(body, severity)), false, default);
        Assert.Equal((isKept ? 1 : 0, 0), (answer.Outcome!.Accepted, answer.Outcome.Rejected));
        await ingest.FlushDerivedAsync(default);
        Assert.Equal(2, (await SeriesAsync("bongsu_log_records_total")).Sum(s => s.Values[^1]));
    }

    [Fact]
    public async Task Logs_are_kept_with_the_spans_of_their_trace_wherever_they_say_it()
    {
        var sampled = new DailyBudget { Records = 1, Action = BudgetAction.Sample, Keep = 0.3 };
        var ingest = Ingest(sampled, sampled);
        await LogsAsync(ingest, "shop", 1);
        await ingest.IngestAsync(Spans("shop", 1, trace: i => 5000 + i), default);
        var batch = Spans("shop", 200, trace: i => i);
        var traces = batch.Spans.Span.ToArray().Select(s => s.TraceId.ToString()).ToList();
        await ingest.IngestAsync(batch, default);
        var kept = await TracesAsync("shop");
        foreach (var trace in traces)
        {
            var answer = await ingest.OtlpLogsAsync(Otlp.Request(Otlp.Service("shop"), Otlp.Log($"{{\"trace_id\":\"{trace}\"}}"), Otlp.Log("x" + trace, attributes: ("traceId", trace.ToUpperInvariant()))), false, default);
            Assert.Equal(kept.Contains(trace) ? 2 : 0, answer.Outcome!.Accepted);
        }
    }

    [Fact]
    public async Task After_a_restart_the_day_goes_on()
    {
        var budget = new DailyBudget { Records = 100, Action = BudgetAction.Refuse };
        var first = Ingest(budget);
        await LogsAsync(first, "shop", 30);
        await first.FlushDerivedAsync(default);
        _time.Advance(TimeSpan.FromMinutes(20));
        // Idle for long: the totals end and begin anew.
        await first.FlushDerivedAsync(default);
        await LogsAsync(first, "shop", 20);
        await first.FlushDerivedAsync(default);
        _time.Advance(TimeSpan.FromSeconds(5));
        var second = Ingest(budget);
        await second.RestoreVolumesAsync(default);
        Assert.Equal(50, Use(second, "shop", u => u.Records));
        Assert.Equal(Use(first, "shop", u => u.Bytes), Use(second, "shop", u => u.Bytes));
        Assert.Equal((50, 10), await LogsAsync(second, "shop", 60));
        await second.FlushDerivedAsync(default);
        // Over midnight, with a restart behind it: what was before it counts no more.
        for (var at = _time.GetUtcNow(); at < new DateTimeOffset(2026, 11, 19, 23, 59, 30, TimeSpan.Zero); at = _time.GetUtcNow())
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await second.FlushDerivedAsync(default);
        }
        _time.Advance(TimeSpan.FromMinutes(5));
        await LogsAsync(second, "shop", 7);
        await second.FlushDerivedAsync(default);
        _time.Advance(TimeSpan.FromSeconds(5));
        var third = Ingest(budget);
        await third.RestoreVolumesAsync(default);
        Assert.Equal(7, Use(third, "shop", u => u.Records));
    }

    [Fact]
    public async Task What_the_store_refuses_is_not_counted()
    {
        var ingest = new IngestService(new RefusingStore(_store, RejectReason.DiskFull), Options(new DailyBudget { Records = 10, Action = BudgetAction.Refuse }, null), _time, NullLogger<IngestService>.Instance);
        for (var i = 0; i < 5; i++)
            await LogsAsync(ingest, "shop", 9);
        Assert.Empty(ingest.DailyUse());
    }

    [Fact]
    public async Task A_service_may_have_a_budget_of_its_own_and_it_may_be_changed()
    {
        var ingest = Ingest(new DailyBudget { Records = 5, Action = BudgetAction.Refuse });
        Assert.Equal((5, 1), await LogsAsync(ingest, "shop", 6));
        ingest.DailyBudgets = ingest.DailyBudgets with { Services = new Dictionary<string, ServiceBudgets> { ["shop"] = new(new DailyBudget { Records = 8, Action = BudgetAction.Refuse }, null) } };
        Assert.Equal((3, 1), await LogsAsync(ingest, "shop", 4));
        Assert.Equal((5, 1), await LogsAsync(ingest, "cart", 6));
        ingest.DailyBudgets = BudgetRules.None;
        Assert.Equal((100, 0), await LogsAsync(ingest, "shop", 100));
        Assert.Equal(BudgetState.Over, Use(ingest, "shop", u => u.State));
    }

    [Fact]
    public async Task Services_beyond_the_number_that_is_followed_have_no_budget_and_take_no_memory()
    {
        var ingest = Ingest(new DailyBudget { Records = 1, Action = BudgetAction.Refuse });
        var batch = new LogBatch();
        for (var i = 0; i < 6000; i++)
        {
            batch.Streams.Add(batch.Arena.Append(LabelSet.Of(("service_name", $"made-up-{i % 5500}"), ("i", $"{i / 5500}")).Bytes));
            batch.Records.Add(new LogRecord { Stream = i, Resource = -1, Scope = -1, TimeUnixNano = (long)Otlp.Now, Body = Telemetry.Events.AttributeValue.OfString(batch.Arena.Append("x")) });
        }
        var outcome = await ingest.IngestAsync(batch, default);
        Assert.Equal((5500, 500), (outcome.Accepted, outcome.Rejected));
        Assert.Equal(5001, ingest.DailyUse().Count);
        Assert.Equal((500L, BudgetState.Within), Use(ingest, "(other)", u => (u.Records, u.State)));
    }

    [Fact]
    public async Task Protocols_say_it_in_their_own_way()
    {
        await using var host = await IngestHost.StartAsync(Options(new DailyBudget { Records = 2, Action = BudgetAction.Refuse }, null));
        var (status, body, _) = await host.PostAsync("/v1/logs", Request("shop", 3), "application/x-protobuf");
        Assert.Equal(200, status);
        Assert.Contains("the daily budget of service 'shop'", body);
        (status, body, var response) = await host.PostAsync("/v1/logs", Request("shop", 1), "application/x-protobuf");
        Assert.Equal((429, "36000"), (status, response.Headers.RetryAfter?.ToString()));
        Assert.Contains("the daily budget of service 'shop'", body);
        var line = $$"""{"streams":[{"stream":{"service_name":"shop"},"values":[["{{Otlp.Now}}","x"]]}]}""";
        (status, body, response) = await host.PostAsync("/loki/api/v1/push", System.Text.Encoding.UTF8.GetBytes(line), "application/json");
        Assert.Equal((429, "36000"), (status, response.Headers.RetryAfter?.ToString()));
        Assert.Contains("2026-11-20T00:00:00Z", body);
        Assert.Equal(204, (await host.PostAsync("/loki/api/v1/push", System.Text.Encoding.UTF8.GetBytes(line.Replace("shop", "cart")), "application/json")).Status);
    }

    private IngestService Ingest(DailyBudget? logs = null, DailyBudget? traces = null) => new(_store, Options(logs, traces), _time, NullLogger<IngestService>.Instance);

    private static IngestOptions Options(DailyBudget? logs, DailyBudget? traces) =>
        new() { Budgets = new BudgetRules(logs ?? DailyBudget.None, traces ?? DailyBudget.None, new Dictionary<string, ServiceBudgets>()) };

    private int _sent;

    // No two are equal: what is sent again does not count.
    private byte[] Request(string service, int records) => Otlp.Request(Otlp.Service(service), [.. Enumerable.Range(0, records).Select(_ => Otlp.Log($"line {_sent++ % 1000:000}", attributes: ("n", _sent)))]);

    private async Task<(int Accepted, int Rejected)> LogsAsync(IngestService ingest, params object[] servicesAndCounts)
    {
        var (accepted, rejected) = (0, 0);
        for (var i = 0; i < servicesAndCounts.Length; i += 2)
        {
            var answer = await ingest.OtlpLogsAsync(Request((string)servicesAndCounts[i], (int)servicesAndCounts[i + 1]), false, default);
            accepted += answer.Outcome!.Accepted;
            rejected += answer.Outcome.Rejected;
        }
        return (accepted, rejected);
    }

    private static T Use<T>(IngestService ingest, string service, Func<DailyUse, T> what) => what(ingest.DailyUse().Single(u => u.Service == service));

    // Trace ids as SDKs make them: random bits below.
    private static SpanBatch Spans(string service, int count, Func<int, int> trace)
    {
        var batch = new SpanBatch();
        batch.Attributes.Add("service.name", service);
        batch.Resources.Add(new Telemetry.Events.Resource(batch.Attributes.Since(0), default));
        for (var i = 0; i < count; i++)
        {
            batch.Spans.Add(new Telemetry.Spans.Span
            {
                Scope = -1,
                TraceId = new Telemetry.Events.TraceId(7, unchecked(((ulong)trace(i) + 1) * 0x9E3779B97F4A7C15)),
                SpanId = new Telemetry.Events.SpanId((ulong)i + 1 + ((ulong)service[0] << 32)),
                Name = batch.Arena.Append("GET /"),
                Kind = SpanKind.Server,
                StartUnixNano = (long)Otlp.Now - 1_000_000,
                EndUnixNano = (long)Otlp.Now,
            });
        }
        return batch;
    }

    private async Task<HashSet<string>> TracesAsync(string service)
    {
        var traces = new HashSet<string>();
        await foreach (var batch in _store.SelectAsync(new SpanSelect(0, long.MaxValue), [], default))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch.ResourceText(i, "service.name"u8) == service)
                    traces.Add(batch.Spans[i].TraceId.ToString());
            }
        }
        return traces;
    }

    private async Task<double> LastAsync(string metric, string service) =>
        (await SeriesAsync(metric, service)).Sum(s => s.Values[^1]);

    private async Task<List<Telemetry.Metrics.SampleColumns>> SeriesAsync(string metric, string? service = null)
    {
        var found = new List<Telemetry.Metrics.SampleColumns>();
        using var selection = await _store.SelectAsync(new Telemetry.Metrics.SeriesSelect(0, long.MaxValue, [new LabelMatcher(Telemetry.Labels.MatchType.Equal, "__name__", metric)]), default);
        using var reader = selection.OpenReader();
        for (var i = 0; i < selection.Count; i++)
        {
            if (service is not null && selection.Labels(i).Get("service_name") != service)
                continue;
            var samples = new Telemetry.Metrics.SampleColumns();
            reader.Read(i, samples);
            found.Add(samples);
        }
        return found;
    }
}
