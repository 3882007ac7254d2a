using Bongsu.Response;
using Bongsu.Storage.Journal;
using Bongsu.Telemetry;

namespace Bongsu.Server.Hosting;

/// <summary>How Bongsu itself is: one line at the foot of the first page.</summary>
/// <param name="State"><c>good</c>, <c>warn</c> (something is wrong but kept up with) or <c>bad</c> (telemetry may be refused).</param>
internal sealed record SelfHealth(
    string State, IReadOnlyList<string> Problems, double? SpansPerSecond, double? LogRecordsPerSecond, double? SamplesPerSecond, double? RejectedPerSecond,
    long SeriesActive, long DiskBytes, long DiskFreeBytes, long AsOfMs);

internal sealed class SelfHealthReader(ITelemetryStore store, DiskJournal journal, ResponseRuntime response, IngestRates rates, TimeProvider time)
{
    // Below this a night's telemetry may not fit.
    private const long LowDiskBytes = 1L << 30;

    public SelfHealth Read()
    {
        var status = store.Status;
        var rate = rates.Read();
        List<string> problems = [.. status.Problems, .. journal.Problems, .. response.Problems];
        var isDiskLow = status.DiskFreeBytes < LowDiskBytes;
        if (isDiskLow)
            problems.Add($"only {status.DiskFreeBytes >> 20} MiB of disk are free");
        var state = isDiskLow ? "bad" : problems.Count > 0 || rate?.Rejected > 0 ? "warn" : "good";
        return new SelfHealth(state, problems, rate?.Spans, rate?.LogRecords, rate?.Samples, rate?.Rejected,
            status.SeriesActive, status.DiskBytes, status.DiskFreeBytes, time.GetUtcNow().ToUnixTimeMilliseconds());
    }
}
