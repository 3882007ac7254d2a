using Microsoft.Extensions.Hosting;

namespace Bongsu.Ingest.Pipeline.Sampling;

/// <summary>Decides traces every second. What is undecided when the host stops is taken up after the next start.</summary>
public sealed class SamplingLoop(IngestService ingest, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await DecideAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task DecideAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ingest.Sampler.DecideAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            ingest.LogSamplingFailed(e);
        }
    }
}
