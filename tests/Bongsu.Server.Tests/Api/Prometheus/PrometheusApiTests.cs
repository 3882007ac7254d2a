using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bongsu.Query.PromQL;
using Bongsu.Server.Api.Prometheus;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Server.Tests.Api.Prometheus;

public sealed class PrometheusApiTests
{
    [Fact]
    public async Task Series_MoreThanFitInOnePiece_AreAllSent()
    {
        await using var host = await PrometheusHost.StartAsync(listens: true);
        for (var i = 0; i < 5000; i++)
            host.Store.Add(LabelSet.Of(("__name__", "up"), ("instance", $"host-{i}"), ("text", new string('x', 100))), (host.Time.NowMs, 1));
        using var client = new HttpClient();
        using var answer = JsonDocument.Parse(await client.GetStringAsync(host.Address + "/api/v1/series?match[]=up"));
        Assert.Equal(5000, answer.RootElement.GetProperty("data").EnumerateArray().Select(s => s.GetProperty("instance").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Instant_query_gives_a_vector_in_the_envelope()
    {
        await using var host = (await PrometheusHost.StartAsync()).WithRequests();
        var body = await host.GetAsync("/api/v1/query?query=requests_total%7Bservice%3D%22cart%22%7D");
        Assert.Equal("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"requests_total","service":"cart"},"value":["""
            + (host.Time.NowMs / 1000).ToString(CultureInfo.InvariantCulture) + ""","3600"]}]}}""", body.GetRawText());
    }

    [Fact]
    public async Task Get_and_post_answer_alike()
    {
        await using var host = (await PrometheusHost.StartAsync()).WithRequests();
        var got = await host.GetAsync("/api/v1/query?query=sum(rate(requests_total%5B5m%5D))");
        var posted = await host.PostAsync("/api/v1/query", ("query", "sum(rate(requests_total[5m]))"));
        Assert.Equal(got.GetRawText(), posted.GetRawText());
        Assert.Equal("3", got.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString());
    }

    [Theory]
    [InlineData("1%2F0", "scalar", "+Inf")]
    [InlineData("-1%2F0", "scalar", "-Inf")]
    [InlineData("0%2F0", "scalar", "NaN")]
    [InlineData("0.1", "scalar", "0.1")]
    [InlineData("1e21", "scalar", "1e+21")]
    [InlineData("123456789012345680000", "scalar", "123456789012345680000")]
    [InlineData("0.000001", "scalar", "0.000001")]
    [InlineData("0.0000001", "scalar", "1e-7")]
    [InlineData("-0", "scalar", "-0")]
    public async Task Values_are_shortest_text(string query, string type, string value)
    {
        await using var host = await PrometheusHost.StartAsync();
        var data = (await host.GetAsync($"/api/v1/query?time=0.5&query={query}")).GetProperty("data");
        Assert.Equal(type, data.GetProperty("resultType").GetString());
        Assert.Equal("0.500", data.GetProperty("result")[0].GetRawText());
        Assert.Equal(value, data.GetProperty("result")[1].GetString());
    }

    [Fact]
    public async Task A_string_is_a_string()
    {
        await using var host = await PrometheusHost.StartAsync();
        var data = (await host.GetAsync("/api/v1/query?time=0&query=%22a%5Cn%C3%A4%22")).GetProperty("data");
        Assert.Equal("""{"resultType":"string","result":[0,"a\nä"]}""", data.GetRawText());
    }

    [Fact]
    public async Task Range_query_gives_a_matrix()
    {
        await using var host = (await PrometheusHost.StartAsync()).WithRequests();
        var end = host.Time.NowMs / 1000;
        var body = await host.GetAsync($"/api/v1/query_range?query=requests_total&start={end - 120}&end={end}&step=1m");
        var result = body.GetProperty("data").GetProperty("result");
        Assert.Equal(2, result.GetArrayLength());
        Assert.Equal(["3480", "3540", "3600"], result[0].GetProperty("values").EnumerateArray().Select(v => v[1].GetString()!));
    }

    [Theory]
    [InlineData("/api/v1/query", "invalid parameter \"query\": 1:1: parse error: no expression found in input")]
    [InlineData("/api/v1/query?query=sum(", "invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis")]
    [InlineData("/api/v1/query?query=up&time=yesterday", "invalid parameter \"time\": cannot parse \"yesterday\" to a valid timestamp")]
    [InlineData("/api/v1/query?query=up&timeout=0", "invalid parameter \"timeout\": must be greater than 0")]
    [InlineData("/api/v1/query?query=up&limit=x", "invalid parameter \"limit\": cannot parse \"x\" to a whole number")]
    [InlineData("/api/v1/query?query=up&limit=-1", "invalid parameter \"limit\": limit must be non-negative")]
    [InlineData("/api/v1/query?query=up&lookback_delta=-5s", "invalid parameter \"lookback_delta\": cannot parse \"-5s\" to a valid duration")]
    [InlineData("/api/v1/query_range?query=up&end=1&step=1", "invalid parameter \"start\": cannot parse \"\" to a valid timestamp")]
    [InlineData("/api/v1/query_range?query=up&start=1&end=0&step=1", "invalid parameter \"end\": end timestamp must not be before start time")]
    [InlineData("/api/v1/query_range?query=up&start=0&end=1&step=z", "invalid parameter \"step\": cannot parse \"z\" to a valid duration")]
    [InlineData("/api/v1/query_range?query=up&start=0&end=1&step=0",
        "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer")]
    [InlineData("/api/v1/query_range?query=up&start=0&end=11000&step=1",
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)")]
    [InlineData("/api/v1/query_range?query=up[5m]&start=0&end=1&step=1",
        "invalid parameter \"query\": invalid expression type \"range vector\" for range query, must be Scalar or instant Vector")]
    [InlineData("/api/v1/series", "no match[] parameter provided")]
    [InlineData("/api/v1/series?match[]={", "invalid parameter \"match[]\": 1:2: parse error: unexpected end of input inside braces")]
    public async Task Bad_parameters_are_named(string path, string error)
    {
        await using var host = await PrometheusHost.StartAsync();
        var body = await host.GetAsync(path, HttpStatusCode.BadRequest);
        Assert.Equal("error", body.GetProperty("status").GetString());
        Assert.Equal("bad_data", body.GetProperty("errorType").GetString());
        Assert.Equal(error, body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Failed_evaluation_is_422()
    {
        await using var host = (await PrometheusHost.StartAsync()).WithRequests();
        var body = await host.GetAsync("/api/v1/query?query=requests_total*on()requests_total", HttpStatusCode.UnprocessableEntity);
        Assert.Equal("execution", body.GetProperty("errorType").GetString());
        Assert.Contains("many-to-many matching not allowed", body.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_samples_is_422()
    {
        await using var host = (await PrometheusHost.StartAsync(limits: new PromQlOptions { MaxSamples = 50 })).WithRequests();
        var body = await host.GetAsync("/api/v1/query?query=count_over_time(requests_total[1h])", HttpStatusCode.UnprocessableEntity);
        Assert.Contains("too many samples", body.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Annotations_come_beside_the_data()
    {
        await using var host = (await PrometheusHost.StartAsync()).WithRequests();
        var body = await host.GetAsync("/api/v1/query?query=quantile(2,requests_total)");
        Assert.Equal("PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)", body.GetProperty("warnings")[0].GetString());
        Assert.False(body.TryGetProperty("infos", out _));
    }

    [Fact]
    public async Task Limit_truncates_and_says_so()
    {
        await using var host = (await PrometheusHost.StartAsync()).WithRequests();
        var body = await host.GetAsync("/api/v1/query?query=requests_total&limit=1");
        Assert.Equal(1, body.GetProperty("data").GetProperty("result").GetArrayLength());
        Assert.Equal("results truncated due to limit", body.GetProperty("warnings")[0].GetString());
    }

    [Fact]
    public async Task Series_labels_and_values_are_found_by_match_and_time()
    {
        await using var host = (await PrometheusHost.StartAsync()).WithRequests();
        var series = await host.GetAsync("/api/v1/series?match[]=requests_total{service=\"pay\"}&match[]={service=~\"p.*\"}");
        Assert.Equal("""[{"__name__":"requests_total","service":"pay"}]""", series.GetProperty("data").GetRawText());
        var labels = await host.GetAsync("/api/v1/labels");
        Assert.Equal("""["__name__","service"]""", labels.GetProperty("data").GetRawText());
        var values = await host.GetAsync("/api/v1/label/service/values");
        Assert.Equal("""["cart","pay"]""", values.GetProperty("data").GetRawText());
        var none = await host.GetAsync("/api/v1/label/service/values?end=100");
        Assert.Equal("[]", none.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Escaped_label_names_are_understood()
    {
        await using var host = await PrometheusHost.StartAsync();
        host.Store.Add(LabelSet.Of(("__name__", "m"), ("http.method", "GET")), (host.Time.NowMs, 1));
        var values = await host.GetAsync("/api/v1/label/U__http_2e_method/values");
        Assert.Equal("""["GET"]""", values.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Native_histograms_show_their_buckets()
    {
        await using var host = await PrometheusHost.StartAsync();
        var batch = new MetricBatch();
        batch.Histograms.Add((batch.AddSeries(LabelSet.Of(("__name__", "h")).Bytes), host.Time.NowMs, new NativeHistogram
        {
            Count = 6,
            Sum = 10,
            ZeroThreshold = 0.5,
            ZeroCount = 1,
            PositiveSpans = [new BucketSpan(0, 2)],
            PositiveBuckets = [2, 3],
        }));
        await host.Store.AppendAsync(batch, default);
        var result = (await host.GetAsync("/api/v1/query?query=h")).GetProperty("data").GetProperty("result")[0];
        Assert.Equal("""{"count":"6","sum":"10","buckets":[[3,"-0.5","0.5","1"],[0,"0.5","1","2"],[0,"1","2","3"]]}""",
            result.GetProperty("histogram")[1].GetRawText());
    }

    [Fact]
    public async Task Exemplars_are_found_by_the_selectors_of_an_expression()
    {
        await using var host = await PrometheusHost.StartAsync();
        var batch = new MetricBatch();
        var labels = LabelSet.Of(("__name__", "latency_bucket"), ("le", "1"));
        var series = batch.AddSeries(labels.Bytes);
        batch.AddSample(series, 1_000, 1);
        batch.Exemplars.Add((series, new Exemplar(LabelSet.Of(("trace_id", "abc")), 1_500, 0.25)));
        await host.Store.AppendAsync(batch, default);
        var data = (await host.GetAsync("/api/v1/query_exemplars?query=sum(rate(latency_bucket[5m]))&start=0&end=10")).GetProperty("data");
        Assert.Equal("""[{"seriesLabels":{"__name__":"latency_bucket","le":"1"},"exemplars":[{"labels":{"trace_id":"abc"},"value":"0.25","timestamp":1.500}]}]""",
            data.GetRawText());
    }

    [Fact]
    public async Task Metadata_lists_what_metrics_say_of_themselves()
    {
        await using var host = await PrometheusHost.StartAsync();
        var batch = new MetricBatch();
        batch.Metadata.Add(new MetricMetadata("requests_total", MetricType.Counter, "", "Requests \"seen\"."));
        await host.Store.AppendAsync(batch, default);
        var data = (await host.GetAsync("/api/v1/metadata")).GetProperty("data");
        Assert.Equal("""{"requests_total":[{"type":"counter","unit":"","help":"Requests \"seen\"."}]}""", data.GetRawText());
    }

    [Fact]
    public async Task Format_query_writes_the_canonical_form()
    {
        await using var host = await PrometheusHost.StartAsync();
        var data = (await host.GetAsync("/api/v1/format_query?query=SUM+BY(a)(rate(x%7Bb%3D'c'%7D%5B300s%5D))")).GetProperty("data");
        Assert.Equal("sum by (a) (rate(x{b=\"c\"}[5m]))", data.GetString());
    }

    [Fact]
    public async Task Format_query_splits_what_is_long()
    {
        await using var host = await PrometheusHost.StartAsync();
        var selector = "requests_total{job=\"" + new string('j', 90) + "\"}";
        var body = await host.PostAsync("/api/v1/format_query", ("query", $"rate({selector}[5m])"));
        Assert.Equal($"rate(\n  {selector}[5m]\n)", body.GetProperty("data").GetString());
    }

    [Fact]
    public async Task Parse_query_gives_the_tree()
    {
        await using var host = await PrometheusHost.StartAsync();
        var data = (await host.GetAsync("/api/v1/parse_query?query=sum%20without(a)(rate(x%5B5m%5D))")).GetProperty("data");
        Assert.Equal("aggregation", data.GetProperty("type").GetString());
        var inner = data.GetProperty("expr").GetProperty("args")[0];
        Assert.Equal("matrixSelector", inner.GetProperty("type").GetString());
        Assert.Equal("""[{"name":"__name__","type":"=","value":"x"}]""", inner.GetProperty("matchers").GetRawText());
        Assert.Equal(300_000, inner.GetProperty("range").GetInt64());
    }

    [Fact]
    public async Task Parse_query_says_what_is_wrong()
    {
        await using var host = await PrometheusHost.StartAsync();
        var error = await host.GetAsync("/api/v1/parse_query?query=sum(", HttpStatusCode.BadRequest);
        Assert.Equal("invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis", error.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Rules_and_alerts_are_what_their_owner_says()
    {
        var options = new PrometheusApiOptions
        {
            Rules = (query, _) => ValueTask.FromResult(new JsonObject { ["groups"] = new JsonArray(query["type"].ToString()) }),
            Alerts = _ => ValueTask.FromResult(new JsonObject { ["alerts"] = new JsonArray("one") }),
        };
        await using var host = await PrometheusHost.StartAsync(options);
        Assert.Equal("""{"groups":["alert"]}""", (await host.GetAsync("/api/v1/rules?type=alert")).GetProperty("data").GetRawText());
        Assert.Equal("""{"alerts":["one"]}""", (await host.GetAsync("/api/v1/alerts")).GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("rules", "groups")]
    [InlineData("alerts", "alerts")]
    [InlineData("targets", "activeTargets")]
    [InlineData("status/buildinfo", "version")]
    [InlineData("status/runtimeinfo", "startTime")]
    [InlineData("status/config", "yaml")]
    [InlineData("status/tsdb", "seriesCountByMetricName")]
    public async Task Status_has_the_members_that_clients_read(string path, string member)
    {
        await using var host = (await PrometheusHost.StartAsync()).WithRequests();
        var body = await host.GetAsync("/api/v1/" + path);
        Assert.Equal("success", body.GetProperty("status").GetString());
        Assert.True(body.GetProperty("data").TryGetProperty(member, out _));
    }

    [Fact]
    public async Task What_a_query_cost_is_told_when_asked()
    {
        await using var host = (await PrometheusHost.StartAsync()).WithRequests();
        var data = (await host.GetAsync("/api/v1/query?query=sum(rate(requests_total[10m]))&stats=all")).GetProperty("data");
        Assert.True(data.GetProperty("stats").GetProperty("timings").GetProperty("execTotalTime").GetDouble() >= 0);
        Assert.Equal(20, data.GetProperty("stats").GetProperty("samples").GetProperty("totalQueryableSamples").GetInt64());
        var plain = (await host.GetAsync("/api/v1/query?query=sum(rate(requests_total[10m]))")).GetProperty("data");
        Assert.False(plain.TryGetProperty("stats", out _));
    }

    [Fact]
    public async Task Tsdb_status_names_what_has_the_most_series()
    {
        await using var host = (await PrometheusHost.StartAsync()).WithRequests();
        host.Store.Add(LabelSet.Of(("__name__", "up"), ("service", "cart")), (host.Time.NowMs, 1));
        var data = (await host.GetAsync("/api/v1/status/tsdb?limit=1")).GetProperty("data");
        Assert.Equal(3, data.GetProperty("headStats").GetProperty("numSeries").GetInt64());
        Assert.Equal(4, data.GetProperty("headStats").GetProperty("numLabelPairs").GetInt64());
        Assert.Equal("""[{"name":"requests_total","value":2}]""", data.GetProperty("seriesCountByMetricName").GetRawText());
        Assert.Equal("""[{"name":"__name__","value":2}]""", data.GetProperty("labelValueCountByLabelName").GetRawText());
        Assert.Equal("""[{"name":"__name__","value":16}]""", data.GetProperty("memoryInBytesByLabelName").GetRawText());
        Assert.Equal("""[{"name":"__name__=requests_total","value":2}]""", data.GetProperty("seriesCountByLabelValuePair").GetRawText());
        await host.GetAsync("/api/v1/status/tsdb?limit=10001", HttpStatusCode.BadRequest);
    }
}
