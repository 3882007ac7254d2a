using Bongsu.Ingest;
using Bongsu.Query.LogQL;
using Bongsu.Server.Api.Loki;
using Bongsu.Server.Api.Operations;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.Server.Tests.Api;

/// <summary>The Loki API and that of patterns over a memory store that an ingest pipeline fills, in process.</summary>
internal sealed class PatternHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PatternHost(WebApplication app) => (_app, Client) = (app, app.GetTestClient());

    public required IngestService Ingest { get; init; }

    public required ManualTime Time { get; init; }

    public HttpClient Client { get; }

    public static async Task<PatternHost> StartAsync()
    {
        var (store, time) = (new MemoryStore(), new ManualTime());
        var ingest = new IngestService(store, new IngestOptions(), time, NullLogger<IngestService>.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        LokiApi.Map(app, new LogQlEngine(store, time), store, time, allowsDeletion: false, ingest.FlushPatternsAsync);
        LogPatternsApi.Map(app, store, ingest.FlushPatternsAsync, ingest.PatternExample, time);
        await app.StartAsync();
        return new PatternHost(app) { Ingest = ingest, Time = time };
    }

    /// <summary>Takes in lines of one stream, a second before now and each some nanoseconds after the other.</summary>
    public async Task SendAsync(LabelSet stream, params IEnumerable<string> lines)
    {
        var batch = new LogBatch();
        batch.Streams.Add(batch.Arena.Append(stream.Bytes));
        var timeNanos = (Time.NowMs - 1000) * 1_000_000;
        foreach (var line in lines)
            batch.Records.Add(new LogRecord { Resource = -1, Scope = -1, TimeUnixNano = timeNanos++, Body = AttributeValue.OfString(batch.Arena.Append(line)) });
        Assert.Equal(batch.Count, (await Ingest.IngestAsync(batch, default)).Accepted);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
