using Microsoft.Extensions.Hosting;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>Writes the metrics derived from spans every few seconds, and a last time when the host stops.</summary>
public sealed class SpanMetricsLoop(IngestService ingest, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ingest.Options.DeriveInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await FlushAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            await FlushAsync(CancellationToken.None);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ingest.FlushDerivedAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            ingest.LogDerivedFailed(e);
        }
    }
}
