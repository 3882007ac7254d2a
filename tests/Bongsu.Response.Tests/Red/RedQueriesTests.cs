using Bongsu.Query.PromQL;
using Bongsu.Response.Red;
using Bongsu.Telemetry.Labels;
using Bongsu.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Response.Tests.Red;

public sealed class RedQueriesTests
{
    private const long Start = 1_790_000_000_000;
    private const long Minute = 60_000;
    private readonly MemoryStore _store = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Native_counts_statuses_of_500_and_errors_without_a_status_never_4xx()
    {
        AddNative("200", "", 100);
        AddNative("404", "", 50);
        AddNative("500", "", 10); // no error_type: a 500 that was returned, not thrown
        AddNative("503", "System.TimeoutException", 6);
        AddNative("", "connection_reset", 4);
        var queries = new RedQueries(new RedSource(RedDialects.Native, 0, false));
        Assert.Equal(20d / 170, await ValueAsync(queries.ErrorRatio(new RedScope("orders"), 5 * Minute)!), 6);
    }

    [Fact]
    public async Task No_failure_is_a_ratio_of_zero_and_no_request_is_no_ratio()
    {
        AddNative("200", "", 100);
        var queries = new RedQueries(new RedSource(RedDialects.Native, 0, false));
        Assert.Equal(0, await ValueAsync(queries.ErrorRatio(new RedScope("orders"), 5 * Minute)!));
        Assert.Null(await MaybeAsync(queries.ErrorRatio(new RedScope("nobody"), 5 * Minute)!));
        Assert.Null(await MaybeAsync(queries.Rate(new RedScope("nobody"), 5 * Minute)));
    }

    [Fact]
    public async Task Milliseconds_become_seconds()
    {
        (string, string)[] labels = [("service_name", "orders"), ("http_status_code", "200")];
        Ramp([("__name__", "http_server_duration_milliseconds_count"), .. labels], 100);
        Ramp([("__name__", "http_server_duration_milliseconds_sum"), .. labels], 25_000);
        var dialect = RedDialects.All.Single(d => d.DurationMetric == "http_server_duration_milliseconds");
        Assert.Equal(0.25, await ValueAsync(new RedQueries(new RedSource(dialect, 0, false)).Mean(new RedScope("orders"), 5 * Minute)!), 6);
    }

    [Fact]
    public async Task Consumers_count_and_clients_do_not()
    {
        foreach (var (kind, count) in new[] { ("SPAN_KIND_SERVER", 30), ("SPAN_KIND_CONSUMER", 20), ("SPAN_KIND_CLIENT", 500) })
            Ramp([("__name__", "traces_spanmetrics_calls_total"), ("service_name", "worker"), ("span_kind", kind)], count);
        var rate = await ValueAsync(new RedQueries(new RedSource(RedDialects.Spans, 0, false)).Rate(new RedScope("worker"), 5 * Minute));
        Assert.Equal(50d / 300, rate, 6);
    }

    [Fact]
    public async Task Any_name_is_quoted_so_that_it_finds_itself_and_nothing_else()
    {
        Ramp([("__name__", "http_requests_total"), ("service_name", "innocent"), ("status", "200")], 1000);
        var names = Sample().Where(s => s.Length > 0 && !s.Any(char.IsSurrogate)).Concat(["a\"} or vector(1) #", "x\\", "line\nbreak", "(.*)", "봉수"]).Distinct().Take(60).ToList();
        var dialect = RedDialects.All.Single(d => d.CounterMetric == "http_requests_total");
        var queries = new RedQueries(new RedSource(dialect, 0, false));
        foreach (var name in names)
        {
            var store = new MemoryStore();
            Ramp(store, [("__name__", "http_requests_total"), ("service_name", name), ("status", "200")], 300);
            Ramp(store, [("__name__", "http_requests_total"), ("service_name", name + "x"), ("status", "200")], 900);
            var engine = new PromQlEngine(store, new PromQlOptions(), _time);
            var answer = await engine.InstantAsync(queries.Rate(new RedScope(name), 5 * Minute), Start + (5 * Minute), default);
            Assert.Null(answer.Failure);
            Assert.Equal(1, Assert.Single(Assert.IsType<PromVector>(answer.Value).Samples).Point.Value, 6);
        }
    }

    [Fact]
    public async Task Every_dialect_writes_queries_that_parse()
    {
        foreach (var dialect in RedDialects.All)
        {
            for (var label = 0; label < dialect.ServiceLabels.Count; label++)
            {
                var queries = new RedQueries(new RedSource(dialect, label, dialect.MayBeNative));
                var scope = new RedScope("x") { By = ["instance"], Where = [("a", "")] };
                foreach (var query in new[] { queries.Rate(scope, Minute), queries.Errors(scope, Minute), queries.ErrorRatio(scope, Minute), queries.Quantile(scope, 0.95, Minute), queries.Mean(scope, Minute), queries.Busy(scope, Minute) })
                {
                    if (query is not null)
                        Assert.Null((await new PromQlEngine(_store, new PromQlOptions(), _time).InstantAsync(query, Start, default)).Failure);
                }
            }
        }
    }

    [Fact]
    public void A_request_without_a_template_is_unmatched()
    {
        var queries = new RedQueries(new RedSource(RedDialects.Native, 0, false));
        Assert.Equal(RedQueries.Unmatched, queries.RouteOf(LabelSet.Of(("http_request_method", "GET"))));
        Assert.Equal("/pay", queries.RouteOf(LabelSet.Of(("http_route", "/pay"))));
    }

    [Theory]
    [InlineData(90_000, "90s")]
    [InlineData(300_000, "5m")]
    [InlineData(3_600_000, "1h")]
    [InlineData(1_500, "1500ms")]
    [InlineData(86_400_000, "1d")]
    public void Durations_are_exact(long ms, string text) => Assert.Equal(text, PromText.Duration(ms));

    private static IEnumerable<string> Sample() => Gen.Sample(ArbMap.Default.GeneratorFor<NonEmptyString>(), 30, 200).Select(s => s.Get.Replace("\0", ""));

    private void AddNative(string status, string errorType, double count) => Ramp(
        [("__name__", "http_server_request_duration_seconds_count"), ("service_name", "orders"), ("http_route", "/pay"), ("http_response_status_code", status), ("error_type", errorType)], count);

    private void Ramp((string, string)[] labels, double count) => Ramp(_store, labels, count);

    // Five minutes of even growth, so that increase over them is exact.
    private static void Ramp(MemoryStore store, (string, string)[] labels, double count)
    {
        for (var i = 0; i <= 20; i++)
            store.Add(LabelSet.Of(labels), (Start + (i * 15_000), 1000 + (count * i / 20)));
    }

    private async Task<double> ValueAsync(string query) => (await MaybeAsync(query))!.Value;

    private async Task<double?> MaybeAsync(string query)
    {
        var answer = await new PromQlEngine(_store, new PromQlOptions(), _time).InstantAsync(query, Start + (5 * Minute), default);
        Assert.Null(answer.Failure);
        return Assert.IsType<PromVector>(answer.Value).Samples is [var one] ? one.Point.Value : null;
    }
}
