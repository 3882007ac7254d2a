using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Tests.Receive;

public sealed class JsonLinesTests
{
    private const string Path = "/bongsu/v1/logs/jsonl";
    private const string Trace = "0102030405060708090a0b0c0d0e0f10";

    [Theory]
    [InlineData("""{"timestamp":"2026-11-19T13:59:59.5Z","level":"error","message":"m","service":"shop","env":"prod","trace_id":"TRACE","span_id":"00f067aa0ba902b7"}""")]
    [InlineData("""{"@timestamp":"2026-11-19T14:59:59.500+01:00","log.level":"ERROR","message":"m","service.name":"shop","service.environment":"prod","trace.id":"TRACE","span.id":"00f067aa0ba902b7"}""")]
    [InlineData("""{"@timestamp":"2026-11-19T13:59:59.500Z","log":{"level":"ERROR"},"message":"m","service":{"name":"shop","environment":"prod"},"trace":{"id":"TRACE"},"span":{"id":"00f067aa0ba902b7"}}""")]
    [InlineData("""{"time":1795096799500,"level":50,"msg":"m","name":"x","service_name":"shop","environment":"prod","traceId":"TRACE","spanId":"00f067aa0ba902b7"}""")]
    [InlineData("""{"ts":1795096799.5,"lvl":"err","msg":"m","app":"shop","deployment.environment":"prod","TraceId":"TRACE","SpanId":"00F067AA0BA902B7"}""")]
    [InlineData("""{"@t":"2026-11-19T13:59:59.5000000Z","@l":"Error","@m":"m","Application":"shop","Environment":"prod","@tr":"TRACE","@sp":"00f067aa0ba902b7"}""")]
    [InlineData("""{"asctime":"2026-11-19 13:59:59,500","levelname":"ERROR","levelno":40,"message":"m","serviceName":"shop","env":"prod","traceparent":"00-TRACE-00f067aa0ba902b7-01"}""")]
    [InlineData("""{"date":1795096799.5,"PRIORITY":"3","MESSAGE":"m","SYSLOG_IDENTIFIER":"shop","deployment":{"environment":{"name":"x"}},"env":"prod","trace-id":"TRACE","span-id":"00f067aa0ba902b7"}""")]
    [InlineData("""{"timeUnixNano":"1795096799500000000","severityNumber":17,"body":"m","service":"shop","env":"prod","traceId":"TRACE","spanId":"00f067aa0ba902b7"}""")]
    public async Task TheCommonSpellingsMeanTheSame(string line)
    {
        await using var host = await IngestHost.StartAsync();
        line = line.Replace("TRACE", Trace);
        var (status, body, _) = await host.PostAsync(Path, Encoding.UTF8.GetBytes(line + "\n"), "application/x-ndjson");
        Assert.Equal((200, 1), (status, Count(body, "accepted")));
        var (labels, text, record) = Assert.Single(await LogsAsync(host));
        Assert.Equal("{deployment_environment_name=\"prod\", level=\"error\", service_name=\"shop\"}", labels);
        Assert.Equal(line, text);
        Assert.Equal((long)Otlp.Now - 500_000_000, record.TimeUnixNano);
        Assert.Equal((Trace, "00f067aa0ba902b7", 17), (record.TraceId.ToString(), record.SpanId.ToString(), (int)record.SeverityNumber));
    }

    [Fact]
    public async Task ABadLineIsRefusedAloneWithItsNumber()
    {
        await using var host = await IngestHost.StartAsync();
        var lines = "{\"message\":\"one\"}\n\nnot json\n{\"message\":\"cut\n[1,{\"message\":\"two\"}]\n{\"a\":1}{\"a\":2}\r\n" + new string('[', 1000) + "\n7\n{\"a\":1} x\n{\"message\":\"last\"}";
        var (status, body, _) = await host.PostAsync(Path, Encoding.UTF8.GetBytes(lines), "");
        Assert.Equal((200, 6, 6), (status, Count(body, "accepted"), Count(body, "rejected")));
        foreach (var part in new[] { "line 3: a line must be a JSON object", "line 4: a text has no end", "item 1 of the list that begins at line 5", "line 7: it is nested deeper than the limit of 64", "line 8", "line 9" })
            Assert.Contains(part, body);
        Assert.Equal(["""{"message":"one"}""", """{"message":"two"}""", """{"a":1}""", """{"a":2}""", """{"a":1}""", """{"message":"last"}"""], (await LogsAsync(host)).Select(l => l.Text));
    }

    [Fact]
    public async Task AListAsFluentBitSendsItIsTakenWithGzip()
    {
        await using var host = await IngestHost.StartAsync();
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write("""[{"date":1795096799.25,"log":"a"}, {"date":1795096799.5,"log":"b"}]"""u8);
        var (status, body, _) = await host.PostAsync(Path + "?service=web&env=stage", packed.ToArray(), "application/json", "gzip");
        Assert.Equal((200, 2, 0), (status, Count(body, "accepted"), Count(body, "withoutTime")));
        Assert.All(await LogsAsync(host), log => Assert.Equal("{deployment_environment_name=\"stage\", level=\"unknown\", service_name=\"web\"}", log.Labels));
    }

    [Fact]
    public async Task TheMessageCanBeTheBodyAndTheRestStandsBesideIt()
    {
        await using var host = await IngestHost.StartAsync();
        var line = """{"timestamp":"2026-11-19T13:00:00Z","message":"{\"level\":\"warn\",\"ts\":1795096799,\"msg\":\"inner\"}\n","host":"h1","n":5,"ok":true,"kubernetes":{"pod":"p","labels":{"app":"shop"}},"list":[1]}""";
        var (status, _, _) = await host.PostAsync(Path + "?body=message", Encoding.UTF8.GetBytes(line), "application/x-ndjson");
        Assert.Equal(200, status);
        await foreach (var batch in host.Store.SelectAsync(new LogSelect(0, long.MaxValue, [], NewestFirst: false), [], default))
        {
            var record = batch.Records[0];
            Assert.Equal("""{"level":"warn","ts":1795096799,"msg":"inner"}""", batch.BodyText(0));
            Assert.Equal(1_795_096_799_000_000_000, record.TimeUnixNano);
            Assert.Equal("{level=\"warn\", service_name=\"shop\"}", LabelSet.FromCanonical(batch.StreamLabels(record.Stream)).ToString());
            var fields = Enumerable.Range(record.Attributes.Start, record.Attributes.Count).Select(row => $"{Encoding.UTF8.GetString(batch.Attributes.Key(row))}={batch.Attributes.Text(row)}");
            Assert.Equal(["host=h1", "n=5", "ok=true", "kubernetes.pod=p", "list=[1]"], fields);
        }
    }

    [Theory]
    [InlineData("2026-11-19T13:59:59.5Z ERROR [main] boom", "error", -500_000_000)]
    [InlineData("[2026-11-19 22:59:59,500 +0900] [worker-1] WARN boom", "warn", -500_000_000)]
    [InlineData("2026-11-19 13:00:00 INFO no zone", "info", -1_000_000_000)]
    [InlineData("error: cannot open", "error", -1_000_000_000)]
    [InlineData("Critical path found", "unknown", -1_000_000_000)]
    [InlineData("2026-11-19T99:59:59Z x", "unknown", -1_000_000_000)]
    [InlineData("", "unknown", -1_000_000_000)]
    public async Task TextThatBeginsWithTimeAndLevelSaysThem(string text, string level, long nanos)
    {
        await using var host = await IngestHost.StartAsync();
        await host.PostAsync(Path + "?body=message", JsonSerializer.SerializeToUtf8Bytes(new { date = (long)Otlp.Now - 1_000_000_000, message = text + " " }), "");
        var (labels, _, record) = Assert.Single(await LogsAsync(host));
        Assert.Contains($"level=\"{level}\"", labels);
        Assert.Equal((long)Otlp.Now + nanos, record.TimeUnixNano);
    }

    [Fact]
    public async Task AnOtlpRecordWithoutALevelHasThatOfItsJsonBody()
    {
        await using var host = await IngestHost.StartAsync();
        var body = $$"""{"lvl":"warn","traceId":"{{Trace}}","msg":"m"}""";
        Assert.Equal(200, (await host.PostAsync("/v1/logs", Otlp.Request(Otlp.Service("a"), Otlp.Log(body, severity: 0), Otlp.Log(body, severity: 9), Otlp.Log("{\"lvl\":", severity: 0)), "application/x-protobuf")).Status);
        Assert.Equal([("warn", Trace, body), ("info", new string('0', 32), body), ("unknown", new string('0', 32), "{\"lvl\":")],
            (await LogsAsync(host)).Select(l => (l.Labels.Split("level=\"")[1].Split('"')[0], l.Record.TraceId.ToString(), l.Text)));
    }

    /// <summary>A small number under a name of times is how long something took, not a moment of 1970.</summary>
    [Fact]
    public async Task ANumberThatIsNoTimeIsAFieldAndTheNextNameTellsTheTime()
    {
        await using var host = await IngestHost.StartAsync();
        var (_, body, _) = await host.PostAsync(Path + "?body=message", "{\"message\":\"a\",\"time\":35,\"t\":21.5,\"ts\":1795096799.5}\n{\"message\":\"b\",\"time\":35}"u8.ToArray(), "");
        Assert.Equal((2, 1), (Count(body, "accepted"), Count(body, "withoutTime")));
        Assert.Equal([("a", (long)Otlp.Now - 500_000_000), ("b", (long)Otlp.Now)], (await LogsAsync(host)).Select(l => (l.Text, l.Record.TimeUnixNano)));
        await foreach (var batch in host.Store.SelectAsync(new LogSelect(0, long.MaxValue, [], NewestFirst: false), [], default))
            Assert.Equal(["time=35", "t=21.5", "time=35"], Enumerable.Range(0, batch.Attributes.Count).Select(row => $"{Encoding.UTF8.GetString(batch.Attributes.Key(row))}={batch.Attributes.Text(row)}"));
    }

    /// <summary>Of two names of one meaning one is taken; what the other says is not lost.</summary>
    [Theory]
    [InlineData("""{"@t":"2026-11-19T13:59:59Z","t":"2026-11-19T12:00:00Z","@m":"m"}""", "t=2026-11-19T12:00:00Z")]
    [InlineData("""{"t":21.5,"@t":"2026-11-19T13:59:59Z","@m":"m"}""", "t=21.5")]
    [InlineData("""{"@t":"2026-11-19T13:59:59Z","level":"info","severity_text":"I9","message":"m","service":"a","service":"b"}""", "severity_text=I9 service=b")]
    [InlineData("""{"@t":"2026-11-19T13:59:59Z","message":"m","trace":{"id":"TRACE"},"trace_id":"none"}""", "trace_id=none")]
    [InlineData("""{"@t":"2026-11-19T13:59:59Z","message":"m","traceparent":"00-TRACE-00f067aa0ba902b7-01"}""", "")]
    public async Task WhatIsNotTakenForARecommendedFieldIsAField(string line, string fields)
    {
        await using var host = await IngestHost.StartAsync();
        Assert.Equal(200, (await host.PostAsync(Path + "?body=message", Encoding.UTF8.GetBytes(line.Replace("TRACE", Trace)), "")).Status);
        await foreach (var batch in host.Store.SelectAsync(new LogSelect(0, long.MaxValue, []), [], default))
        {
            Assert.Equal(fields, string.Join(' ', Enumerable.Range(0, batch.Attributes.Count).Select(row => $"{Encoding.UTF8.GetString(batch.Attributes.Key(row))}={batch.Attributes.Text(row)}")));
            Assert.Equal((long)Otlp.Now - 1_000_000_000, batch.Records[0].TimeUnixNano);
        }
    }

    [Fact]
    public async Task LinesWithoutATimeAreKeptApart()
    {
        await using var host = await IngestHost.StartAsync();
        var (_, body, _) = await host.PostAsync(Path, "{\"m\":1}\n{\"m\":1}\n{\"m\":1,\"time\":\"soon\"}"u8.ToArray(), "text/plain");
        Assert.Equal((3, 3), (Count(body, "accepted"), Count(body, "withoutTime")));
        Assert.Equal(3, (await LogsAsync(host)).Count);
    }

    [Theory]
    [InlineData("application/msgpack", null, "", 415, "json_lines")]
    [InlineData("application/json", "br", "", 415, "gzip")]
    [InlineData("application/json", null, "?body=all", 400, "body:")]
    [InlineData("application/json", "gzip", "", 400, "gzip")]
    public async Task WhatCannotBeReadIsNamed(string type, string? encoding, string query, int status, string message)
    {
        await using var host = await IngestHost.StartAsync();
        var answer = await host.PostAsync(Path + query, "{}"u8.ToArray(), type, encoding);
        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Body);
    }

    [Theory]
    [InlineData(RejectReason.DiskFull, 503)]
    [InlineData(RejectReason.SeriesBudget, 429)]
    public async Task AFullStoreAsksToComeAgain(RejectReason reason, int status)
    {
        await using var host = await IngestHost.StartAsync(wrap: store => new RefusingStore(store, reason));
        var answer = await host.PostAsync(Path, "{\"m\":1}"u8.ToArray(), "");
        Assert.Equal(status, answer.Status);
        Assert.NotNull(answer.Response.Headers.RetryAfter);
    }

    [Fact]
    public async Task LimitsNameThemselves()
    {
        await using var host = await IngestHost.StartAsync(new IngestOptions { Limits = new IngestLimits { LogLineBytes = 100, RecordsPerRequest = 3 } });
        var (status, body, _) = await host.PostAsync(Path, Encoding.UTF8.GetBytes("{\"m\":\"" + new string('x', 100) + "\"}"), "");
        Assert.Equal(400, status);
        Assert.Contains("108 bytes; the limit is 100", body);
        Assert.Equal(413, (await host.PostAsync(Path, "{}\n{}\n{}\n{}\n"u8.ToArray(), "")).Status);
        Assert.Equal(413, (await host.PostAsync(Path, "[{},{},{},{}]"u8.ToArray(), "")).Status);
        Assert.Equal(413, (await host.PostAsync(Path, "{}{}{}{}"u8.ToArray(), "")).Status);
    }

    private static int Count(string body, string name) => JsonDocument.Parse(body).RootElement.GetProperty(name).GetInt32();

    private static async Task<List<(string Labels, string Text, LogRecord Record)>> LogsAsync(IngestHost host)
    {
        var logs = new List<(string, string, LogRecord)>();
        await foreach (var batch in host.Store.SelectAsync(new LogSelect(0, long.MaxValue, [], NewestFirst: false), [], default))
        {
            for (var i = 0; i < batch.Count; i++)
                logs.Add((LabelSet.FromCanonical(batch.StreamLabels(batch.Records[i].Stream)).ToString(), batch.BodyText(i), batch.Records[i]));
        }
        return logs;
    }
}
