using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Server.Api.Prometheus;

/// <summary>The endpoints that delete and copy metrics: off unless the server was started with --enable-admin-api.</summary>
internal sealed class PrometheusAdmin(ITelemetryStore store, PrometheusApiOptions options, TimeProvider time, ILogger logger)
{
    public async ValueTask DeleteSeriesAsync(PrometheusRequest request)
    {
        Require(store.Capabilities.Deletion, "this store cannot delete metrics");
        var from = request.Parameters.Time("start", PrometheusParameters.MinTimeMs);
        var to = request.Parameters.Time("end", PrometheusParameters.MaxTimeMs);
        if (to < from)
            throw PrometheusError.BadParameter("end", "end timestamp must not be before start time");
        foreach (var matchers in request.Parameters.Selectors(required: true))
        {
            await store.Metrics.DeleteAsync(new SeriesSelect(from, to, matchers), request.Aborted);
            logger.LogWarning("Metrics deleted on request: {Matchers} from {FromMs} to {ToMs} ms", string.Join(", ", matchers), from, to);
        }
        request.NoContent();
    }

    public async ValueTask CleanTombstonesAsync(PrometheusRequest request)
    {
        Require(store.Capabilities.Deletion, "this store cannot delete metrics");
        await store.Metrics.CleanTombstonesAsync(request.Aborted);
        request.NoContent();
    }

    /// <summary>skip_head is taken and changes nothing: a snapshot holds all that was acknowledged.</summary>
    public async ValueTask SnapshotAsync(PrometheusRequest request)
    {
        Require(store.Capabilities.Snapshots, "this store has no snapshots");
        var started = time.GetTimestamp();
        var path = await store.Metrics.SnapshotAsync(request.Aborted);
        logger.LogInformation("Snapshot of the metrics written to {Path} in {Seconds:0.0} s", path, time.GetElapsedTime(started).TotalSeconds);
        request.Succeed(json => json.Raw("{\"name\":"u8).Text(Path.GetFileName(path)).Raw("}"u8));
    }

    private void Require(bool capability, string otherwise)
    {
        if (!options.EnableAdmin)
            throw new PrometheusError(StatusCodes.Status503ServiceUnavailable, "unavailable", "admin APIs disabled: start the server with --enable-admin-api");
        if (!capability)
            throw new PrometheusError(StatusCodes.Status501NotImplemented, "unavailable", otherwise);
    }
}
