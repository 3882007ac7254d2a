using Bongsu.Query.LogQL;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Logs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bongsu.Server.Api.Loki;

/// <summary>Loki's HTTP API for reading and deleting, as Grafana and logcli speak it. Push belongs to the ingest side.</summary>
internal static class LokiApi
{
    private static readonly string[] GetOrPost = [HttpMethods.Get, HttpMethods.Post];

    /// <param name="routes">Where it goes.</param>
    /// <param name="engine">Answers queries.</param>
    /// <param name="store">Where the records are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="allowsDeletion">Whether records may be deleted.</param>
    /// <param name="flushPatterns">Writes the lines of patterns that are counted up to now.</param>
    /// <param name="forget">Forgets what is kept elsewhere of deleted lines.</param>
    public static void Map(IEndpointRouteBuilder routes, LogQlEngine engine, ITelemetryStore store, TimeProvider time, bool allowsDeletion,
        Func<CancellationToken, Task>? flushPatterns = null, Action<LogDeletion>? forget = null)
    {
        var queries = new LokiQueries(engine, time);
        var labels = new LokiLabels(engine, store, time);
        var detected = new LokiDetected(engine, store, time);
        var volumes = new LokiVolumes(engine, store, time);
        var patterns = new LokiPatterns(engine, store, flushPatterns ?? (_ => Task.CompletedTask), time);
        var tail = new LokiTail(engine, time);
        var logger = routes.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Bongsu.Logs");
        var deletion = new LokiDeletion(engine, store, time, allowsDeletion, forget ?? (_ => { }), logger);
        var api = routes.MapGroup("/loki/api/v1");
        api.MapMethods("/query", GetOrPost, queries.InstantAsync);
        api.MapMethods("/query_range", GetOrPost, queries.RangeAsync);
        api.MapMethods("/format_query", GetOrPost, queries.FormatAsync);
        api.MapMethods("/labels", GetOrPost, labels.NamesAsync);
        api.MapMethods("/label", GetOrPost, labels.NamesAsync);
        api.MapMethods("/label/{name}/values", GetOrPost, labels.ValuesAsync);
        api.MapMethods("/series", GetOrPost, labels.SeriesAsync);
        api.MapMethods("/index/stats", GetOrPost, volumes.StatsAsync);
        api.MapMethods("/index/volume", GetOrPost, volumes.VolumeAsync);
        api.MapMethods("/index/volume_range", GetOrPost, volumes.VolumeRangeAsync);
        api.MapMethods("/detected_labels", GetOrPost, detected.LabelsAsync);
        api.MapMethods("/detected_fields", GetOrPost, detected.FieldsAsync);
        api.MapMethods("/detected_field/{name}/values", GetOrPost, detected.ValuesAsync);
        api.MapMethods("/patterns", GetOrPost, patterns.RunAsync);
        api.MapGet("/status/buildinfo", LokiStatus.BuildAsync);
        api.MapGet("/drilldown-limits", (HttpContext context) => LokiStatus.LimitsAsync(context, engine.Limits));
        api.MapMethods("/delete", [HttpMethods.Post, HttpMethods.Put], deletion.RequestAsync);
        api.MapGet("/delete", deletion.ListAsync);
        api.MapDelete("/delete", deletion.CancelAsync);
        api.MapGet("/tail", tail.RunAsync);
    }
}
