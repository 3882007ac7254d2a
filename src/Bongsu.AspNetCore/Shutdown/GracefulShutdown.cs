using Bongsu.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Shutdown;

/// <summary>
/// Leaves in order: unready at once, still serving for the delay, then the server stops listening while requests in flight may finish until
/// the drain limit, when the rest is aborted and named. Telemetry is flushed after this, by the exporter.
/// </summary>
internal sealed partial class GracefulShutdown(
    BongsuOptions options, ServiceState state, InFlightRequests inFlight, TimeProvider time, ILogger<GracefulShutdown> logger) : IHostedLifecycleService, IDisposable
{
    private ITimer? _drainLimit;
    private int _cut;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        state.Started();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Stopping();
        if (!options.Shutdown.Enabled)
            return;
        var delay = options.Shutdown.Delay ?? TimeSpan.Zero;
        Draining(inFlight.Count, delay.TotalSeconds);
        try
        {
            await Task.Delay(delay, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host is out of patience; go on to drain what can be drained.
        }
        _drainLimit = time.CreateTimer(_ => CutRemaining(), null, options.Shutdown.DrainTimeout, Timeout.InfiniteTimeSpan);
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _drainLimit?.Dispose();
        if (_cut == 0 && inFlight.Count > 0)
            CutRemaining();
        Drained(_cut);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _drainLimit?.Dispose();

    private void CutRemaining()
    {
        foreach (var request in inFlight.All)
        {
            _cut++;
            var route = request.Context.GetEndpoint()?.Metadata.GetMetadata<IRouteDiagnosticsMetadata>()?.Route;
            Cut(request.Context.Request.Method, route ?? "(unmatched)", request.RequestId, (long)time.GetElapsedTime(request.StartTimestamp).TotalMilliseconds);
            request.Context.Abort();
        }
    }
}
