using System.Diagnostics;
using Bongsu.AspNetCore.Logging;
using Bongsu.AspNetCore.Metrics;
using Bongsu.AspNetCore.Tracing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Export;

/// <summary>Runs one worker per signal from before the first request until after the last, then flushes within a bound.</summary>
internal sealed partial class TelemetryExporter(
    BongsuOptions options, OtlpSender sender, ExportQueue<Activity> spans, ExportQueue<LogEntry> logs,
    SpanCollector spanCollector, SpanEncoder spanEncoder, MetricCollector metricCollector, MetricEncoder metricEncoder,
    LogEncoder logEncoder, ExporterMetrics metrics, TimeProvider time, ILogger<OtlpSender> logger) : IHostedLifecycleService, IDisposable
{
    // Why fewer than for spans and logs: values are cumulative, so the next export carries what a failed one did.
    private const int MetricAttempts = 2;

    private readonly CancellationTokenSource _abandon = new();
    private readonly CancellationTokenSource _metricStop = new();
    private readonly List<Task> _workers = [];
    private Task _metricWorker = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if ((options.Export.Enabled && options.Traces.Enabled) || options.Requests is { Enabled: true, Summary: true })
            spanCollector.Start();
        if (!options.Export.Enabled)
            return Task.CompletedTask;
        // Why: the workers must not inherit an activity or log scope of whoever starts the host.
        using (ExecutionContext.SuppressFlow())
        {
            if (options.Traces.Enabled)
                _workers.Add(Task.Run(() => ExportBatches(Signal.Traces, spans, spanEncoder.Encode), CancellationToken.None));
            if (options.Logs.Enabled)
                _workers.Add(Task.Run(() => ExportBatches(Signal.Logs, logs, logEncoder.Encode), CancellationToken.None));
            if (options.Metrics.Enabled)
            {
                metricCollector.Start();
                _metricWorker = Task.Run(ExportMetricsPeriodically, CancellationToken.None);
            }
        }
        return Task.CompletedTask;
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        _abandon.CancelAfter(options.Shutdown.FlushTimeout);
        await _metricStop.CancelAsync();
        await _metricWorker;
        if (options.Export.Enabled && options.Metrics.Enabled)
            await ExportMetrics();
        spanCollector.Dispose();
        spans.Complete();
        logs.Complete();
        await Task.WhenAll(_workers);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        // A host that was never stopped leaves without a flush, but leaves.
        _abandon.Cancel();
        _metricStop.Cancel();
        spans.Complete();
        logs.Complete();
    }

    private async Task ExportBatches<T>(Signal signal, ExportQueue<T> queue, Action<ProtoWriter, List<T>> encode)
    {
        using var writer = new ProtoWriter();
        var batch = new List<T>();
        while (await queue.WaitAsync(options.Export.BatchDelay, time))
        {
            if (!queue.Drain(batch))
                continue;
            if (!TryEncode(signal, batch.Count, writer, w => encode(w, batch)))
                continue;
            await sender.SendAsync(signal, writer.Written, batch.Count, options.Export.MaxAttempts, _abandon.Token);
        }
    }

    // Why every exception: spans hold objects of the service, which may be changing or throw; one odd batch must not end all export.
    private bool TryEncode(Signal signal, int items, ProtoWriter writer, Action<ProtoWriter> encode)
    {
        try
        {
            writer.Clear();
            encode(writer);
            return true;
        }
        catch (Exception e)
        {
            metrics.Dropped(signal, items, ExporterMetrics.Unencodable);
            NotEncoded(signal, items, e.GetType().Name);
            return false;
        }
    }

    private async Task ExportMetricsPeriodically()
    {
        using var timer = new PeriodicTimer(options.Metrics.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_metricStop.Token))
                await ExportMetrics();
        }
        catch (OperationCanceledException)
        {
            // Stopping: StoppedAsync makes the last export.
        }
    }

    private async Task ExportMetrics()
    {
        using var writer = new ProtoWriter();
        var points = 0;
        if (TryEncode(Signal.Metrics, 1, writer, w => points = metricEncoder.Encode(w, metricCollector.Collect())) && points > 0)
            await sender.SendAsync(Signal.Metrics, writer.Written, points, MetricAttempts, _abandon.Token);
    }
}
